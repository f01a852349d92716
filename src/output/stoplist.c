/* stoplist.c - addresses to stop writing to, written down.
 *
 * A stranger may choose an address, so each format takes care of what would mean something in it:
 * formulas in tables, quotes in SQL, and in a map all that is no plain address.  What a format
 * cannot hold is left out with a comment.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"
#include "output/stoplist.h"

#include <glib/gi18n.h>
#include <string.h>

#include "output/csv.h"
#include "output/json.h"

/* Columns of "2026-11-01" and two blanks. */
#define DATE_COLUMNS 12
/* The same with "09:30". */
#define TIME_COLUMNS 18

/* The name of the table in SQL: nobody else's, because what is in it is replaced. */
#define TABLE "modori_suppressed"

/* --- values --- */

/* SECONDS as FORMAT (of GDateTime) says; the caller frees. */
static char *
format_time (gint64 seconds, gboolean local, const char *format)
{
    g_autoptr (GDateTime) time = local ? g_date_time_new_from_unix_local (seconds)
                                       : g_date_time_new_from_unix_utc (seconds);

    return time ? g_date_time_format (time, format) : g_strdup ("");
}

static char *
day (gint64 seconds)
{
    return format_time (seconds, TRUE, "%Y-%m-%d");
}

static char *
rfc3339 (gint64 seconds)
{
    return format_time (seconds, FALSE, "%Y-%m-%dT%H:%M:%SZ");
}

/* The name of a reason; records from elsewhere may say anything. */
static const char *
name_of (const char *reason)
{
    gsize n = strspn (reason, "abcdefghijklmnopqrstuvwxyz0123456789-_");

    return n && ! reason[n] ? reason : "undefined";
}

/* As it is shown; the caller frees. */
static char *
shown (const ModoriStoplist *list, const char *address)
{
    return modori_redact_address (list->redactor, address);
}

static void
begin_nothing (ModoriStoplist *list)
{
    (void) list;
}

static void
end_nothing (ModoriStoplist *list, guint count)
{
    (void) list;
    (void) count;
}

/* --- list --- */

static void
entry_list (ModoriStoplist *list, const ModoriListed *listed)
{
    g_autofree char *address = shown (list, listed->written);

    g_string_append (list->terminal.out, address);
    g_string_append_c (list->terminal.out, '\n');
}

/* --- text --- */

static ModoriStyle
style_of (const ModoriListed *listed)
{
    return g_str_equal (listed->bounce, "hard") ? MODORI_STYLE_BAD : MODORI_STYLE_MILD;
}

/* "The recipient does not exist (3 mails, the last on 2026-11-02)" */
static char *
why_in_short (const ModoriStoplist *list, const ModoriListed *listed)
{
    g_autofree char *title = modori_rules_reason_title (list->engine->rules, listed->reason,
                                                        list->lang);
    g_autofree char *last = day (listed->last);
    g_autofree char *mails = g_strdup_printf (
        ngettext ("%u mail, the last on %s", "%u mails, the last on %s", listed->count),
        listed->count, last);

    return listed->count > 1 ? g_strdup_printf (_("%1$s (%2$s)"), title, mails) : g_strdup (title);
}

static void
entry_text (ModoriStoplist *list, const ModoriListed *listed)
{
    g_autofree char *address = shown (list, listed->written);
    g_autofree char *since = day (listed->since);
    g_autofree char *why = why_in_short (list, listed);

    modori_terminal_put (&list->terminal, MODORI_STYLE_FAINT, since);
    modori_terminal_pad (&list->terminal, DATE_COLUMNS - (guint) strlen (since));
    modori_terminal_wrap (&list->terminal, MODORI_STYLE_BOLD, DATE_COLUMNS, DATE_COLUMNS, 0,
                          address);
    modori_terminal_pad (&list->terminal, DATE_COLUMNS);
    modori_terminal_wrap (&list->terminal, style_of (listed), DATE_COLUMNS, DATE_COLUMNS, 0, why);
}

static void
end_text (ModoriStoplist *list, guint count)
{
    if (count == 0)
        g_string_append (list->terminal.out, _("There is no address to stop writing to.\n"));
    else
        g_string_append_printf (list->terminal.out,
                                ngettext ("%u address to stop writing to.\n",
                                          "%u addresses to stop writing to.\n", count), count);
}

/* --- JSON and CSV --- */

/* What both hold besides the address. */
typedef struct {
    char *since, *first, *last;
    char count[16];
    char id[2 * MODORI_ID_BYTES + 1];
} Values;

static void
values_clear (Values *values)
{
    g_free (values->since);
    g_free (values->first);
    g_free (values->last);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Values, values_clear)

static Values
values_of (const ModoriListed *listed)
{
    Values values = { .since = rfc3339 (listed->since), .first = rfc3339 (listed->first),
                      .last = rfc3339 (listed->last) };

    g_snprintf (values.count, sizeof values.count, "%u", listed->count);
    for (guint i = 0; i < MODORI_ID_BYTES; i++)
        g_snprintf (values.id + 2 * i, 3, "%02x", listed->id[i]);
    return values;
}

static void
json_member (GString *out, const char *name, const char *text)
{
    g_string_append_printf (out, ", \"%s\": ", name);
    modori_json_string (out, text);
}

/* All members of LISTED but its address. */
static void
json_listed (GString *out, const ModoriListed *listed)
{
    g_auto (Values) values = values_of (listed);

    json_member (out, "reason", listed->reason);
    json_member (out, "bounce", listed->bounce);
    g_string_append_printf (out, ", \"count\": %s", values.count);
    json_member (out, "since", values.since);
    json_member (out, "first", values.first);
    json_member (out, "last", values.last);
    json_member (out, "id", values.id);
}

static void
entry_json (ModoriStoplist *list, const ModoriListed *listed)
{
    g_autofree char *address = shown (list, listed->written);
    GString *out = list->terminal.out;

    g_string_append (out, "{\"address\": ");
    modori_json_string (out, address);
    json_listed (out, listed);
    g_string_append (out, "}\n");
}

static void
begin_csv (ModoriStoplist *list)
{
    g_string_append (list->terminal.out, "address,reason,bounce,count,since,first,last,id\r\n");
}

static void
entry_csv (ModoriStoplist *list, const ModoriListed *listed)
{
    g_autofree char *address = shown (list, listed->written);
    g_auto (Values) values = values_of (listed);
    const char *const columns[] = { address, listed->reason, listed->bounce, values.count,
                                    values.since, values.first, values.last, values.id };

    for (guint i = 0; i < G_N_ELEMENTS (columns); i++) {
        if (i)
            g_string_append_c (list->terminal.out, ',');
        modori_csv_text (list->terminal.out, columns[i]);
    }
    g_string_append (list->terminal.out, "\r\n");
}

/* --- access map --- */

/* Can ADDRESS be a key as it stands?  (A key ends at a blank, and # opens a comment; what must be
 * quoted is looked up in a way that differs between versions.) */
static gboolean
is_plain (const char *address)
{
    const char *at = strrchr (address, '@');

    if (! at || at == address || *address == '#')
        return FALSE;
    for (const char *p = address; *p; p++)
        if (! g_ascii_isalnum (*p) && ! (*p & 0x80) && ! strchr ("!#$%&'*+-/=?^_`{|}~.", *p)
            && p != at)
            return FALSE;
    return TRUE;
}

static void
begin_postfix (ModoriStoplist *list)
{
    g_string_append (list->terminal.out,
                     "# Addresses to stop writing to, for check_recipient_access; written by\n"
                     "# modori suppress --format=postfix\n");
}

static void
entry_postfix (ModoriStoplist *list, const ModoriListed *listed)
{
    g_autofree char *address = shown (list, listed->address);
    g_autofree char *since = day (listed->since);
    GString *out = list->terminal.out;

    if (! is_plain (address)) {
        g_string_append (out, "# cannot be a key: ");
        modori_json_string (out, address);
        g_string_append_c (out, '\n');
        return;
    }
    g_string_append_printf (out, "%s\t550 %s on the suppression list: %s since %s\n", address,
                            g_str_equal (listed->bounce, "hard") ? "5.1.1" : "5.7.1",
                            name_of (listed->reason), since);
}

/* --- SQL --- */

static void
begin_sql (ModoriStoplist *list)
{
    g_string_append (list->terminal.out,
                     "-- Addresses to stop writing to, all of them; times are UTC.  Written by\n"
                     "-- modori suppress --format=sql\n"
                     "CREATE TABLE IF NOT EXISTS " TABLE " (\n"
                     "  address VARCHAR(1000) NOT NULL,\n"
                     "  reason VARCHAR(64) NOT NULL,\n"
                     "  bounce VARCHAR(8) NOT NULL,\n"
                     "  mails INTEGER NOT NULL,\n"
                     "  since VARCHAR(19) NOT NULL,\n"
                     "  first_failure VARCHAR(19) NOT NULL,\n"
                     "  last_failure VARCHAR(19) NOT NULL\n"
                     ");\n"
                     "BEGIN;\n"
                     "DELETE FROM " TABLE ";\n");
}

static void
sql_string (GString *out, const char *text)
{
    g_string_append_c (out, '\'');
    for (; *text; text++) {
        if (*text == '\'')
            g_string_append_c (out, '\'');
        g_string_append_c (out, *text);
    }
    g_string_append_c (out, '\'');
}

static void
sql_time (GString *out, gint64 seconds)
{
    g_autofree char *text = format_time (seconds, FALSE, "%Y-%m-%d %H:%M:%S");

    g_string_append (out, ", ");
    sql_string (out, text);
}

/* To some databases a backslash is a letter, to others it hides the quote behind it. */
static void
entry_sql (ModoriStoplist *list, const ModoriListed *listed)
{
    g_autofree char *address = shown (list, listed->written);
    gboolean is_bounce = g_str_equal (listed->bounce, "hard")
        || g_str_equal (listed->bounce, "soft");
    GString *out = list->terminal.out;

    if (strchr (address, '\\')) {
        g_string_append (out, "-- cannot be written alike for all databases: ");
        modori_json_string (out, address);
        g_string_append_c (out, '\n');
        return;
    }
    g_string_append (out, "INSERT INTO " TABLE " VALUES (");
    sql_string (out, address);
    g_string_append (out, ", ");
    sql_string (out, name_of (listed->reason));
    g_string_append (out, ", ");
    sql_string (out, is_bounce ? listed->bounce : "none");
    g_string_append_printf (out, ", %u", listed->count);
    sql_time (out, listed->since);
    sql_time (out, listed->first);
    sql_time (out, listed->last);
    g_string_append (out, ");\n");
}

static void
end_sql (ModoriStoplist *list, guint count)
{
    (void) count;
    g_string_append (list->terminal.out, "COMMIT;\n");
}

static const ModoriStoplistFormat formats[] = {
    { "list", begin_nothing, entry_list, end_nothing },
    { "text", begin_nothing, entry_text, end_text },
    { "csv", begin_csv, entry_csv, end_nothing },
    { "json", begin_nothing, entry_json, end_nothing },
    { "postfix", begin_postfix, entry_postfix, end_nothing },
    { "sql", begin_sql, entry_sql, end_sql },
};

const ModoriStoplistFormat *
modori_stoplist_format (const char *name)
{
    for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
        if (g_str_equal (formats[i].name, name))
            return &formats[i];
    return NULL;
}

/* --- why --- */

static const struct {
    const char *name;
    const char *text;
    ModoriStyle style;
} effects[] = {
    [MODORI_EFFECT_LISTED] = { "listed", N_("brings it onto the list"),
                               MODORI_STYLE_BAD },
    [MODORI_EFFECT_COUNTED] = { "counted", N_("counts"), MODORI_STYLE_MILD },
    [MODORI_EFFECT_CLEARED] = { "cleared", N_("cleared: nothing before it counts"),
                                MODORI_STYLE_GOOD },
    [MODORI_EFFECT_NOT_SPAM] = { "not-spam", N_("no spam after all: no complaint before it counts"),
                                 MODORI_STYLE_GOOD },
    [MODORI_EFFECT_FORGOTTEN] = { "forgotten", N_("forgotten: nothing before it counts"),
                                  MODORI_STYLE_GOOD },
    [MODORI_EFFECT_SAME_MAIL] = { "same-mail", N_("does not count: the same mail once more"),
                                  MODORI_STYLE_PLAIN },
    [MODORI_EFFECT_NEVER] = { "never", N_("does not count: the policy says never"),
                              MODORI_STYLE_PLAIN },
    [MODORI_EFFECT_DELAYED] = { "delayed", N_("does not count: still being tried"),
                                MODORI_STYLE_PLAIN },
    [MODORI_EFFECT_OUR_FAULT] = { "own-fault", N_("does not count: the sender's own fault"),
                                  MODORI_STYLE_PLAIN },
    [MODORI_EFFECT_UNCLEAR] = { "unclear", N_("does not count: perhaps the sender's own fault"),
                                MODORI_STYLE_PLAIN },
    [MODORI_EFFECT_OTHER_DOMAIN] = { "other-domain", N_("does not count: mail of another domain"),
                                     MODORI_STYLE_PLAIN },
    [MODORI_EFFECT_NO_FAILURE] = { "no-failure", N_("does not count: no failure"),
                                   MODORI_STYLE_PLAIN },
};

/* "counts (2 of 3)", once listed "counts (5 by now)" */
static char *
effect_text (const ModoriSuppressionStep *step)
{
    const char *text = _(effects[step->effect].text);

    if (step->effect != MODORI_EFFECT_COUNTED)
        return g_strdup (text);
    return step->count < step->of ? g_strdup_printf (_("counts (%u of %u)"), step->count, step->of)
                                  : g_strdup_printf (_("counts (%u by now)"), step->count);
}

static void
step_text (ModoriStoplist *list, const ModoriSuppressionStep *step)
{
    g_autofree char *date = format_time (step->time, TRUE, "%Y-%m-%d %H:%M");
    g_autofree char *effect = effect_text (step);
    g_autofree char *title = step->number
        ? modori_rules_reason_title (list->engine->rules, step->reason, list->lang) : NULL;
    g_autofree char *line = title ? g_strdup_printf ("%s: %s", title, effect)
                                  : g_strdup (effect);

    modori_terminal_put (&list->terminal, MODORI_STYLE_FAINT, date);
    modori_terminal_pad (&list->terminal, TIME_COLUMNS - (guint) strlen (date));
    modori_terminal_wrap (&list->terminal, effects[step->effect].style, TIME_COLUMNS,
                          TIME_COLUMNS, 0, line);
}

void
modori_stoplist_why (ModoriStoplist *list, const char *address, const ModoriListed *listed,
                     const GArray *steps)
{
    g_autofree char *who = shown (list, listed->count ? listed->written : address);
    g_autofree char *since = day (listed->since);
    g_autofree char *verdict = listed->count
        ? g_strdup_printf (_("stop writing to it; on the list since %s"), since)
        : g_strdup (steps->len ? _("not on the list")
                               : _("not on the list; nothing is known of it"));

    modori_terminal_put (&list->terminal, MODORI_STYLE_BOLD, who);
    g_string_append_c (list->terminal.out, '\n');
    modori_terminal_wrap (&list->terminal, listed->count ? style_of (listed) : MODORI_STYLE_GOOD, 0,
                          0, 0, verdict);
    for (guint i = 0; i < steps->len; i++)
        step_text (list, &g_array_index (steps, ModoriSuppressionStep, i));
}

static void
step_json (GString *out, const ModoriSuppressionStep *step)
{
    g_autofree char *time = rfc3339 (step->time);

    g_string_append (out, "{\"time\": ");
    modori_json_string (out, time);
    json_member (out, "effect", effects[step->effect].name);
    json_member (out, "reason", step->reason);
    g_string_append_printf (out, ", \"count\": %u, \"of\": %u}", step->count, step->of);
}

void
modori_stoplist_why_json (ModoriStoplist *list, const char *address, const ModoriListed *listed,
                          const GArray *steps)
{
    g_autofree char *who = shown (list, listed->count ? listed->written : address);
    GString *out = list->terminal.out;

    g_string_append (out, "{\"address\": ");
    modori_json_string (out, who);
    g_string_append_printf (out, ", \"listed\": %s", listed->count ? "true" : "false");
    if (listed->count)
        json_listed (out, listed);
    g_string_append (out, ", \"steps\": [");
    for (guint i = 0; i < steps->len; i++) {
        g_string_append (out, i ? ", " : "");
        step_json (out, &g_array_index (steps, ModoriSuppressionStep, i));
    }
    g_string_append (out, "]}\n");
}

void
modori_stoplist_forgotten (ModoriStoplist *list, gboolean json, const char *address, gint64 time)
{
    g_autofree char *text = rfc3339 (time);
    GString *out = list->terminal.out;

    if (! json) {
        g_string_append_printf (out, "%s\n", address);
        return;
    }
    g_string_append (out, "{\"address\": ");
    modori_json_string (out, address);
    json_member (out, "time", text);
    g_string_append (out, "}\n");
}
