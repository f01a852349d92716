/* rejudge.c - what history holds, decided again by the rules of now: `modori history rejudge`.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"
#include "commands/rejudge.h"
#include "commands/setup.h"

#include <glib/gi18n.h>

/* Records of one transaction. */
#define BATCH 500

/* Kinds of changes that are told; there are seldom more than a few. */
#define CHANGES_SHOWN 40

static gboolean
note_number (const ModoriRow *row, gpointer data)
{
    g_array_append_val ((GArray *) data, row->number);
    return TRUE;
}

/* "mailboxfull (generic-full)"; the caller frees. */
static char *
name_decision (const ModoriRecord *record)
{
    return g_strdup_printf ("%s (%s)", record->text[MODORI_KEY_REASON],
                            record->text[MODORI_KEY_RULE]);
}

static void
count_change (ModoriRejudge *rejudge, const ModoriRecord *from, const ModoriRecord *to)
{
    g_autofree char *before = name_decision (from);
    g_autofree char *after = name_decision (to);
    g_autofree char *change = g_strdup_printf (
        "%s -> %s", before,
        g_str_equal (before, after) ? _("the same, but other advice or details") : after);
    guint64 *count = g_hash_table_lookup (rejudge->changes, change);

    rejudge->changed++;
    if (! count) {
        count = g_new0 (guint64, 1);
        g_hash_table_insert (rejudge->changes, g_steal_pointer (&change), count);
    }
    ++*count;
}

/* Decide RECORD again: TRUE when it is another one now, which AGAIN becomes.  That came back when
 * it came back, so its time stays. */
static gboolean
decide (ModoriRejudge *rejudge, const ModoriRecord *record, ModoriRecord *again)
{
    ModoriReport *report = modori_engine_begin (rejudge->engine);
    ModoriOutcome *outcome = modori_report_add (report);
    gboolean changed;

    modori_record_restore (record, report, outcome);
    changed = modori_engine_decide_again (rejudge->engine, outcome, modori_setup_lang ());
    g_string_chunk_clear (rejudge->history->strings);
    modori_record_of_outcome (again, outcome, rejudge->history->strings, record->time);
    again->time = record->time;
    rejudge->asked++;
    if (changed)
        count_change (rejudge, record, again);
    return changed;
}

/* Was what PROVENANCE tells of decided by other rules than those of now? */
static gboolean
is_old (const ModoriRejudge *rejudge, const ModoriProvenance *provenance)
{
    return ! g_str_equal (provenance->rules, rejudge->history->rules);
}

/* Look at record NUMBER; within a transaction unless nothing is to be changed. */
static gboolean
judge (ModoriRejudge *rejudge, gint64 number, GError **error)
{
    const ModoriStoreTable *table = rejudge->history->table;
    ModoriStore *store = rejudge->history->store;
    ModoriProvenance provenance;
    ModoriRecord record, again;
    GError *wrong = NULL;
    gboolean changed;

    if (! table->fetch (store, number, &record, &provenance, &wrong)) {
        if (wrong)
            g_propagate_error (error, wrong);
        return ! wrong;                 /* somebody has deleted it */
    }
    if (! rejudge->all && ! is_old (rejudge, &provenance))
        return TRUE;
    changed = decide (rejudge, &record, &again);
    if (rejudge->dry_run || (! changed && ! is_old (rejudge, &provenance)))
        return TRUE;
    provenance.rules = rejudge->history->rules;
    return table->replace (store, &again, &provenance, error);
}

static gboolean
judge_batch (ModoriRejudge *rejudge, const gint64 *numbers, guint n, GError **error)
{
    if (! rejudge->dry_run && ! modori_history_begin (rejudge->history, error))
        return FALSE;
    for (guint i = 0; i < n; i++)
        if (! judge (rejudge, numbers[i], error)) {
            if (! rejudge->dry_run)
                modori_history_rollback (rejudge->history);
            return FALSE;
        }
    return rejudge->dry_run || modori_history_commit (rejudge->history, error);
}

gboolean
modori_rejudge_run (ModoriRejudge *rejudge, GError **error)
{
    const ModoriStoreTable *table = rejudge->history->table;
    g_autoptr (GArray) numbers = g_array_new (FALSE, FALSE, sizeof (gint64));

    rejudge->changes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
    if (! table->each (rejudge->history->store, G_MININT64, G_MAXINT64, note_number, numbers,
                       error))
        return FALSE;
    for (guint i = 0; i < numbers->len; i += BATCH)
        if (! judge_batch (rejudge, &g_array_index (numbers, gint64, i),
                           MIN (BATCH, numbers->len - i), error))
            return FALSE;
    return TRUE;
}

/* --- what changed --- */

static guint64
count_of (const ModoriRejudge *rejudge, const char *change)
{
    return *(const guint64 *) g_hash_table_lookup (rejudge->changes, change);
}

/* Most first; then by name. */
static int
compare_changes (gconstpointer a, gconstpointer b, gpointer data)
{
    const char *one = *(const char *const *) a, *other = *(const char *const *) b;
    guint64 n_one = count_of (data, one), n_other = count_of (data, other);

    return n_one == n_other ? strcmp (one, other) : n_one > n_other ? -1 : 1;
}

void
modori_rejudge_put (const ModoriRejudge *rejudge, ModoriTerminal *terminal)
{
    guint n = 0;
    g_autofree const char **changes =
        (const char **) g_hash_table_get_keys_as_array (rejudge->changes, &n);

    g_qsort_with_data (changes, (gint) n, sizeof *changes, compare_changes, (gpointer) rejudge);
    g_string_append_printf (terminal->out, rejudge->dry_run
        ? _("%llu outcomes asked again; %llu would change.\n")
        : _("%llu outcomes decided again; %llu changed.\n"),
        (unsigned long long) rejudge->asked, (unsigned long long) rejudge->changed);
    for (guint i = 0; i < MIN (n, CHANGES_SHOWN); i++) {
        g_string_append_printf (terminal->out, "%8llu  ",
                                (unsigned long long) count_of (rejudge, changes[i]));
        modori_terminal_put (terminal, MODORI_STYLE_PLAIN, changes[i]);
        g_string_append_c (terminal->out, '\n');
    }
    if (n > CHANGES_SHOWN)
        g_string_append_printf (terminal->out, _("and %u more kinds of change\n"),
                                n - CHANGES_SHOWN);
}
