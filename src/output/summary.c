/* summary.c - what many bounces have in common.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"
#include "output/summary.h"
#include "history/insights.h"
#include "output/text.h"
#include "report/parcel.h"

#include <glib/gi18n.h>

/* Whoever writes the bounces also writes the keys: a table stops to take new ones here, and goes
 * on counting old ones. */
#define KEYS_MAX 10000

/* Lines of each list: what is beyond is in the JSON. */
#define TOP 5

typedef struct {
    guint64 count;
    char *label;                /* what is printed */
    char *alone;                /* what is printed when it was counted once; NULL: the label */
    char *where;                /* an example: "--id=ID PATH" */
} Tally;

struct ModoriSummary {
    guint64 outcomes, hard, soft, delayed;
    GHashTable *reasons;        /* name -> Tally */
    GHashTable *speakers;       /* title or host -> Tally */
    GHashTable *senders;        /* domain -> Tally */
    GHashTable *repairs;        /* advice + sender domain -> Tally */
    GHashTable *waves;          /* host + subject -> Tally, of unknown recipients */
    GHashTable *seen;           /* host + subject + recipient: each counts once in a wave */
};

static void
tally_free (gpointer data)
{
    Tally *tally = data;

    g_free (tally->label);
    g_free (tally->alone);
    g_free (tally->where);
    g_free (tally);
}

static GHashTable *
tally_table (void)
{
    return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, tally_free);
}

ModoriSummary *
modori_summary_new (void)
{
    ModoriSummary *summary = g_new0 (ModoriSummary, 1);

    summary->reasons = tally_table ();
    summary->speakers = tally_table ();
    summary->senders = tally_table ();
    summary->repairs = tally_table ();
    summary->waves = tally_table ();
    summary->seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    return summary;
}

void
modori_summary_free (ModoriSummary *summary)
{
    if (! summary)
        return;
    g_hash_table_unref (summary->reasons);
    g_hash_table_unref (summary->speakers);
    g_hash_table_unref (summary->senders);
    g_hash_table_unref (summary->repairs);
    g_hash_table_unref (summary->waves);
    g_hash_table_unref (summary->seen);
    g_free (summary);
}

/* --- counting --- */

/* The arguments of `explain` that show OUTCOME, ready to be pasted into a shell. */
static char *
where_to_look (const ModoriOutcome *outcome)
{
    const char *path = modori_outcome_text (outcome, MODORI_KEY_PATH);
    gboolean plain = path[strspn (path,
                                  "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                  "_-./,:=+@%")]
        == '\0';
    g_autofree char *quoted = plain ? g_strdup (path) : g_shell_quote (path);

    return g_strdup_printf ("--id=%.8s %s", modori_outcome_text (outcome, MODORI_KEY_ID), quoted);
}

/* Count KEY; LABEL and OUTCOME (for an example) are looked at only when it is new.  The tally, if
 * it is new. */
static Tally *
count (GHashTable *table, const char *key, const char *label, const ModoriOutcome *outcome)
{
    Tally *tally = g_hash_table_lookup (table, key);

    if (! *key || (! tally && g_hash_table_size (table) >= KEYS_MAX))
        return NULL;
    if (tally) {
        tally->count++;
        return NULL;
    }
    tally = g_new0 (Tally, 1);
    tally->count = 1;
    tally->label = g_strdup (label);
    tally->where = where_to_look (outcome);
    g_hash_table_insert (table, g_strdup (key), tally);
    return tally;
}

/* The domain of the mail that came back: of its From, else of its envelope sender. */
static const char *
sender_domain (const ModoriOutcome *outcome)
{
    const char *from = modori_outcome_text (outcome, MODORI_KEY_FROM);
    const char *at = strrchr (*from ? from : modori_outcome_text (outcome, MODORI_KEY_SENDER), '@');

    return at ? at + 1 : "";
}

/* The same advice for the same domain is one repair.  A hint names its recipient, so it speaks
 * for one case only; more of them are told by the title of the advice. */
static void
count_repair (ModoriSummary *summary, ModoriEngine *engine, const ModoriOutcome *outcome,
              const char *lang)
{
    const char *advice = modori_outcome_text (outcome, MODORI_KEY_ADVICE),
               *domain = sender_domain (outcome);
    g_autofree char *key = g_strdup_printf ("%s\n%s", advice, domain);
    Tally *tally;

    if (! *modori_outcome_text (outcome, MODORI_KEY_HINT))
        return;
    tally = count (summary->repairs, key, "", outcome);
    if (tally) {
        g_autofree char *title = modori_adviser_title (engine->adviser, advice, lang, NULL);

        g_free (tally->label);
        tally->label = *domain ? g_strdup_printf ("%s (%s)", title, domain) : g_strdup (title);
        tally->alone = g_strdup (modori_outcome_text (outcome, MODORI_KEY_HINT));
    }
}

/* Nobody knows the recipient: count it once for its subject and the host that sent. */
static void
count_wave (ModoriSummary *summary, const ModoriOutcome *outcome)
{
    const char *reason = modori_outcome_text (outcome, MODORI_KEY_REASON);
    const char *subject = modori_outcome_text (outcome, MODORI_KEY_SUBJECT);
    const char *host = modori_outcome_text (outcome, MODORI_KEY_REPORTING_MTA);
    g_autofree char *key = g_strdup_printf ("%s\n%s", host, subject);
    g_autofree char *whole =
        g_strdup_printf ("%s\n%s", key, modori_outcome_text (outcome, MODORI_KEY_RECIPIENT));

    if (! *subject
        || ! (g_str_equal (reason, "userunknown") || g_str_equal (reason, "hostunknown")))
        return;
    if (g_hash_table_contains (summary->seen, whole)
        || g_hash_table_size (summary->seen) >= KEYS_MAX)
        return;
    g_hash_table_add (summary->seen, g_steal_pointer (&whole));
    count (summary->waves, key, subject, outcome);
}

/* OUTCOME was not reached; SPEAKER said so. */
static void
count_outcome (ModoriSummary *summary, ModoriEngine *engine, const ModoriOutcome *outcome,
               const char *speaker, const char *lang)
{
    const char *reason = modori_outcome_text (outcome, MODORI_KEY_REASON);
    const char *bounce = modori_outcome_text (outcome, MODORI_KEY_BOUNCE);

    summary->outcomes++;
    summary->hard += g_str_equal (bounce, "hard");
    summary->soft += g_str_equal (bounce, "soft");
    summary->delayed += g_str_equal (modori_outcome_text (outcome, MODORI_KEY_ACTION), "delayed");
    count (summary->reasons, reason, reason, outcome);
    count (summary->speakers, speaker, speaker, outcome);
    count (summary->senders, sender_domain (outcome), sender_domain (outcome), outcome);
    count_repair (summary, engine, outcome, lang);
    count_wave (summary, outcome);
}

/* --- notes --- */

/* All that is counted of an outcome, but who spoke. */
static const ModoriKey noted[] = {
    MODORI_KEY_BOUNCE,        MODORI_KEY_ACTION,    MODORI_KEY_REASON, MODORI_KEY_FROM,
    MODORI_KEY_SENDER,        MODORI_KEY_ADVICE,    MODORI_KEY_HINT,   MODORI_KEY_SUBJECT,
    MODORI_KEY_REPORTING_MTA, MODORI_KEY_RECIPIENT, MODORI_KEY_ID,     MODORI_KEY_PATH,
};

/* With the NUL behind it. */
static void
note (GString *notes, const char *text)
{
    g_string_append_len (notes, text, (gssize) strlen (text) + 1);
}

void
modori_summary_note (GString *notes, ModoriEngine *engine, guint i, const char *lang)
{
    const ModoriOutcome *outcome = modori_report_outcome (engine->report, i);
    g_autofree char *speaker =
        modori_text_speaker (outcome, &g_array_index (engine->decisions, ModoriDecision, i), lang);

    for (guint k = 0; k < G_N_ELEMENTS (noted); k++)
        note (notes, modori_outcome_text (outcome, noted[k]));
    note (notes, speaker);
}

/* NOTES may come from a worker that is no longer ours: what is not whole is not counted. */
void
modori_summary_add (ModoriSummary *summary, ModoriSpan notes, ModoriEngine *engine,
                    const char *lang)
{
    ModoriOutcome outcome = { 0 };
    const char *text = "";

    while (notes.len && text) {
        for (guint k = 0; k < G_N_ELEMENTS (noted) && text; k++)
            outcome.values[noted[k]].text = text = modori_parcel_text (&notes);
        text = text ? modori_parcel_text (&notes) : NULL;
        if (text)
            count_outcome (summary, engine, &outcome, text, lang);
    }
}

/* --- printing --- */

static gint
compare_tallies (gconstpointer a, gconstpointer b)
{
    const Tally *x = *(Tally *const *) a, *y = *(Tally *const *) b;

    if (x->count != y->count)
        return x->count < y->count ? 1 : -1;
    return strcmp (x->label, y->label);
}

/* The tallies of TABLE, most frequent first; (element-type Tally), owned by the table. */
static GPtrArray *
sorted (GHashTable *table)
{
    GPtrArray *tallies = g_ptr_array_new ();
    GHashTableIter iter;
    gpointer tally;

    g_hash_table_iter_init (&iter, table);
    while (g_hash_table_iter_next (&iter, NULL, &tally))
        g_ptr_array_add (tallies, tally);
    g_ptr_array_sort (tallies, compare_tallies);
    return tallies;
}

static void
put_line (ModoriTerminal *terminal, const char *label, guint64 number, const char *text)
{
    guint taken = modori_terminal_width (label);
    const guint width = 10;

    modori_terminal_pad (terminal, 2);
    modori_terminal_put (terminal, MODORI_STYLE_FAINT, label);
    modori_terminal_pad (terminal, taken < width ? width - taken : 1);
    g_string_append_printf (terminal->out, "%6" G_GUINT64_FORMAT "  ", number);
    modori_terminal_wrap (terminal, MODORI_STYLE_PLAIN, 2 + width + 8, 2 + width + 8, 0, text);
}

/* The most frequent of TABLE under LABEL. */
static void
put_list (ModoriTerminal *terminal, const char *label, GHashTable *table)
{
    g_autoptr (GPtrArray) tallies = sorted (table);

    for (guint i = 0; i < tallies->len && i < TOP; i++) {
        const Tally *tally = g_ptr_array_index (tallies, i);

        put_line (terminal, i ? "" : label, tally->count, tally->label);
    }
}

/* Reasons are counted by name and printed by title. */
static void
put_reasons (ModoriTerminal *terminal, GHashTable *table, ModoriEngine *engine, const char *lang)
{
    g_autoptr (GPtrArray) tallies = sorted (table);

    for (guint i = 0; i < tallies->len && i < TOP; i++) {
        const Tally *tally = g_ptr_array_index (tallies, i);
        g_autofree char *title = modori_rules_reason_title (engine->rules, tally->label, lang);
        g_autofree char *text = g_strdup_printf ("%s (%s)", title, tally->label);

        put_line (terminal, i ? "" : _("reasons"), tally->count, text);
    }
}

/* What to do, most often needed first, each with the call that explains it. */
static void
put_repairs (ModoriTerminal *terminal, GHashTable *table)
{
    g_autoptr (GPtrArray) tallies = sorted (table);

    for (guint i = 0; i < tallies->len && i < TOP; i++) {
        const Tally *tally = g_ptr_array_index (tallies, i);
        g_autofree char *call = g_strdup_printf ("modori explain %s", tally->where);

        put_line (terminal, i ? "" : _("to do"), tally->count,
                  tally->count == 1 ? tally->alone : tally->label);
        modori_terminal_pad (terminal, 20);
        modori_terminal_put (terminal, MODORI_STYLE_FAINT, call);
        g_string_append_c (terminal->out, '\n');
    }
}

static void
put_wave (ModoriTerminal *terminal, const Tally *wave, ModoriEngine *engine, const char *lang)
{
    g_autofree char *title = modori_adviser_title (engine->adviser, MODORI_WAVE_ADVICE, lang, NULL);
    g_autofree char *why = modori_adviser_why (engine->adviser, MODORI_WAVE_ADVICE, lang, NULL);
    g_autoptr (GArray) steps =
        modori_adviser_steps (engine->adviser, MODORI_WAVE_ADVICE, lang, "", NULL);
    g_autofree char *seen =
        g_strdup_printf (_("%llu recipients whom nobody knows share the subject \"%s\" and the "
                            "sending host."),
                         (unsigned long long) wave->count, wave->label);
    guint number = 0;

    modori_terminal_heading (terminal, title);
    modori_terminal_pad (terminal, 2);
    modori_terminal_wrap (terminal, MODORI_STYLE_PLAIN, 2, 2, 0, seen);
    modori_terminal_pad (terminal, 2);
    modori_terminal_wrap (terminal, MODORI_STYLE_PLAIN, 2, 2, 0, why);
    for (guint i = 0; i < steps->len; i++) {
        const ModoriAdviceLine *line = &g_array_index (steps, ModoriAdviceLine, i);
        g_autofree char *label = g_strdup_printf ("%u.", number + 1);

        if (line->kind != MODORI_ADVICE_STEP)
            continue;
        number++;
        modori_terminal_label (terminal, 2, 3, label, MODORI_STYLE_PLAIN, 0, line->text);
    }
}

static void
put_waves (ModoriTerminal *terminal, ModoriSummary *summary, ModoriEngine *engine, const char *lang)
{
    g_autoptr (GPtrArray) waves = sorted (summary->waves);
    const Tally *largest = waves->len ? g_ptr_array_index (waves, 0) : NULL;

    if (largest && largest->count >= MODORI_WAVE_MIN)
        put_wave (terminal, largest, engine, lang);
}

void
modori_summary_put (ModoriSummary *summary, ModoriTerminal *terminal, ModoriEngine *engine,
                    guint64 messages, const char *lang)
{
    g_autofree char *line =
        g_strdup_printf (_("Messages read: %llu. Recipients not reached: %llu (%llu hard, %llu "
                            "soft; %llu of them still being tried)."),
                         (unsigned long long) messages, (unsigned long long) summary->outcomes,
                         (unsigned long long) summary->hard, (unsigned long long) summary->soft,
                         (unsigned long long) summary->delayed);

    if (! summary->outcomes) {
        g_autofree char *none = g_strdup_printf (_("Nothing bounced. Messages read: %llu."),
                                                 (unsigned long long) messages);

        modori_terminal_put (terminal, MODORI_STYLE_GOOD, none);
        g_string_append_c (terminal->out, '\n');
        return;
    }
    modori_terminal_put (terminal, MODORI_STYLE_BOLD, _("What they have in common"));
    g_string_append (terminal->out, "\n  ");
    modori_terminal_wrap (terminal, MODORI_STYLE_PLAIN, 2, 2, 0, line);
    put_reasons (terminal, summary->reasons, engine, lang);
    put_list (terminal, _("said by"), summary->speakers);
    put_list (terminal, _("sent for"), summary->senders);
    put_repairs (terminal, summary->repairs);
    put_waves (terminal, summary, engine, lang);
}
