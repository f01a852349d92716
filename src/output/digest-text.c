/* digest-text.c - a digest for a terminal, or as the text of a mail: what to repair first, then how
 * many of what, then how to repair it.
 *
 *     128 recipients were not reached
 *     3 repairs would win back 97 of them.
 *
 *     What to repair
 *         64  Set up SPF, DKIM and DMARC for the sending domain (example.jp)
 *             Gmail 40, Yahoo! JAPAN 24
 *
 * The figures of all lists stand in one column.  What has nothing to say is left out.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"
#include "output/digest.h"
#include "output/explanation.h"
#include "output/headline.h"

#include <glib/gi18n.h>
#include <string.h>

/* Columns of a figure, and where what stands behind it begins. */
#define FIGURE 8
#define INDENT (FIGURE + 2)

/* Columns of the figures of the period before, at the right. */
#define BEFORE 8

/* Columns of the longest bar of the trend. */
#define BAR 48

/* Lines of the trend: more days are told together. */
#define LINES_MAX 31

/* The words of a receiver get this many lines. */
#define SAID_LINES 2

/* Addresses that are named; `modori suppress` has all. */
#define STOPS_MAX 10

/* --- lines --- */

static void
end_line (ModoriTerminal *terminal)
{
    g_string_append_c (terminal->out, '\n');
}

/* NUMBER at the right end of WIDTH columns. */
static void
put_number (ModoriTerminal *terminal, ModoriStyle style, guint64 number, guint width)
{
    g_autofree char *text = modori_headline_number (number);
    guint taken = modori_terminal_width (text);

    modori_terminal_pad (terminal, taken < width ? width - taken : 0);
    modori_terminal_put (terminal, style, text);
}

/* TEXT in at most WIDTH columns, "..." where it was cut; the columns that it took. */
static guint
put_cut (ModoriTerminal *terminal, const char *text, guint width)
{
    guint taken = modori_terminal_width (text);
    g_autofree char *start = NULL;
    const char *end = text;

    if (taken <= width) {
        modori_terminal_put (terminal, MODORI_STYLE_PLAIN, text);
        return taken;
    }
    for (taken = 0; ; end = g_utf8_next_char (end)) {
        g_autofree char *one = g_strndup (end, (gsize) (g_utf8_next_char (end) - end));
        guint columns = modori_terminal_width (one);

        if (taken + columns + 3 > width)
            break;
        taken += columns;
    }
    start = g_strndup (text, (gsize) (end - text));
    modori_terminal_put (terminal, MODORI_STYLE_PLAIN, start);
    modori_terminal_put (terminal, MODORI_STYLE_PLAIN, "...");
    return taken + 3;
}

/* A line of a list: COUNT, LABEL, and how many there were BEFORE if that can be compared. */
static void
put_line (ModoriTerminal *terminal, guint64 count, const char *label, gboolean compared,
          guint64 before)
{
    guint room = terminal->columns - INDENT - (compared ? BEFORE : 0);
    guint taken;

    put_number (terminal, MODORI_STYLE_PLAIN, count, FIGURE);
    modori_terminal_pad (terminal, INDENT - FIGURE);
    taken = put_cut (terminal, label, room);
    if (compared) {
        modori_terminal_pad (terminal, room - taken);
        put_number (terminal, MODORI_STYLE_FAINT, before, BEFORE);
    }
    end_line (terminal);
}

/* TEXT below what a line says. */
static void
put_below (ModoriTerminal *terminal, ModoriStyle style, guint lines, const char *text)
{
    if (! *text)
        return;
    modori_terminal_pad (terminal, INDENT);
    modori_terminal_wrap (terminal, style, INDENT, INDENT, lines, text);
}

/* A heading, with "before" over the column of the period before. */
static void
put_heading (ModoriTerminal *terminal, const char *text, gboolean compared)
{
    guint taken = modori_terminal_width (text) + modori_terminal_width (_("before"));

    end_line (terminal);
    modori_terminal_put (terminal, MODORI_STYLE_BOLD, text);
    if (compared && taken < terminal->columns) {
        modori_terminal_pad (terminal, terminal->columns - taken);
        modori_terminal_put (terminal, MODORI_STYLE_FAINT, _("before"));
    }
    end_line (terminal);
}

/* --- the head --- */

static void
put_paragraph (ModoriTerminal *terminal, ModoriStyle style, const char *text)
{
    if (*text)
        modori_terminal_wrap (terminal, style, 0, 0, 0, text);
}

/* "90 hard, 38 soft (12 of them still being tried); 3 complaints" */
static void
put_kinds (ModoriTerminal *terminal, const ModoriDigestCounts *counts)
{
    g_autofree char *hard = modori_headline_number (counts->hard);
    g_autofree char *soft = modori_headline_number (counts->soft);
    g_autofree char *delayed = modori_headline_number (counts->delayed);
    g_autofree char *complaints = modori_headline_number (counts->complaints);
    g_autoptr (GString) line = g_string_new (NULL);

    if (counts->failed)
        g_string_append_printf (line, _("%s hard, %s soft"), hard, soft);
    if (counts->delayed)
        g_string_append_printf (line, _(" (%s of them still being tried)"), delayed);
    if (counts->complaints)
        g_string_append_printf (line, ngettext ("%s%s complaint", "%s%s complaints",
                                                (gulong) counts->complaints),
                                line->len ? _(", ") : "", complaints);
    if (line->len)
        g_string_append (line, _("."));
    put_paragraph (terminal, MODORI_STYLE_PLAIN, line->str);
}

static void
put_head (ModoriTerminal *terminal, const ModoriDigest *digest)
{
    g_autofree char *title = modori_headline_title (digest);
    g_autofree char *promise = modori_headline_promise (digest);
    g_autofree char *change = modori_headline_change (digest);
    g_autofree char *period = modori_headline_period (digest);
    g_autofree char *where = *digest->domain ? g_strdup_printf ("%s, %s", period, digest->domain)
        : g_strdup (period);
    guint width = modori_terminal_width (title) + modori_terminal_width (where);

    modori_terminal_put (terminal, MODORI_STYLE_BOLD, title);
    if (width + 2 <= terminal->columns)
        modori_terminal_pad (terminal, terminal->columns - width);
    else
        end_line (terminal);
    modori_terminal_put (terminal, MODORI_STYLE_FAINT, where);
    end_line (terminal);
    put_paragraph (terminal, MODORI_STYLE_PLAIN, promise);
    put_kinds (terminal, &digest->counts);
    put_paragraph (terminal, MODORI_STYLE_PLAIN, change);
}

/* --- repairs --- */

/* "Gmail 40, Yahoo! JAPAN 24": those that fit into ROOM columns. */
static char *
name_receivers (const ModoriRepair *repair, guint room)
{
    GString *line = g_string_new (NULL);

    for (guint i = 0; i < repair->receivers->len; i++) {
        const ModoriShare *share = g_ptr_array_index (repair->receivers, i);
        g_autofree char *number = modori_headline_number (share->count);
        g_autofree char *one = g_strdup_printf ("%s%s %s", line->len ? _(", ") : "", share->title,
                                                number);

        if (line->len && modori_terminal_width (line->str) + modori_terminal_width (one) > room)
            break;
        g_string_append (line, one);
    }
    return g_string_free (line, FALSE);
}

static char *
repair_title (const ModoriRepair *repair)
{
    if (! *repair->domain)
        return g_strdup (repair->title);
    return g_strdup_printf (_("%1$s (%2$s)"), repair->title, repair->domain);
}

/* The first line of REPAIR: where the title is too long, the domain goes below it. */
static void
put_repair_title (ModoriTerminal *terminal, const ModoriRepair *repair, gboolean compared)
{
    g_autofree char *title = repair_title (repair);
    guint room = terminal->columns - INDENT - (compared ? BEFORE : 0);

    if (modori_terminal_width (title) <= room) {
        put_line (terminal, repair->count, title, compared, repair->before);
        return;
    }
    put_line (terminal, repair->count, repair->title, compared, repair->before);
    put_below (terminal, MODORI_STYLE_PLAIN, 1, repair->domain);
}

static void
put_repair (ModoriTerminal *terminal, const ModoriRepair *repair, gboolean compared)
{
    g_autofree char *receivers = name_receivers (repair, terminal->columns - INDENT);
    g_autofree char *who = *repair->diagnostic
        ? g_strdup_printf (_("%1$s: %2$s"), repair->recipient, repair->diagnostic) : NULL;

    put_repair_title (terminal, repair, compared);
    put_below (terminal, MODORI_STYLE_PLAIN, 0, repair->count == 1 || repair->ours
               ? repair->hint : "");
    put_below (terminal, MODORI_STYLE_FAINT, 1, receivers);
    if (who && repair->ours)
        put_below (terminal, MODORI_STYLE_FAINT, SAID_LINES, who);
}

/* Those that are the sender's own fault, or the others. */
static void
put_repairs (ModoriTerminal *terminal, const ModoriDigest *digest, gboolean ours,
             const char *heading)
{
    gboolean told = FALSE;

    for (guint i = 0; i < digest->repairs->len; i++) {
        const ModoriRepair *repair = g_ptr_array_index (digest->repairs, i);

        if (repair->ours != ours)
            continue;
        if (! told)
            put_heading (terminal, heading, digest->compared);
        told = TRUE;
        put_repair (terminal, repair, digest->compared);
    }
}

/* How it is done, step by step. */
static void
put_steps (ModoriTerminal *terminal, const ModoriDigest *digest)
{
    for (guint i = 0; i < digest->repairs->len; i++) {
        const ModoriRepair *repair = g_ptr_array_index (digest->repairs, i);
        g_autofree char *title = repair_title (repair);
        g_autofree char *heading = g_strdup_printf (_("How to: %s"), title);

        if (! repair->ours || ! repair->steps->len)
            continue;
        modori_terminal_heading (terminal, heading);
        if (*repair->why) {
            modori_terminal_pad (terminal, 2);
            modori_terminal_wrap (terminal, MODORI_STYLE_PLAIN, 2, 2, 0, repair->why);
        }
        modori_explanation_put_steps (terminal, repair->steps);
    }
}

/* --- how many of what --- */

static void
put_insights (ModoriTerminal *terminal, const ModoriDigest *digest)
{
    if (digest->insights->len)
        modori_terminal_heading (terminal, _("What stands out"));
    for (guint i = 0; i < digest->insights->len; i++) {
        const ModoriInsight *insight = g_ptr_array_index (digest->insights, i);

        modori_terminal_label (terminal, 2, 2, "*", MODORI_STYLE_PLAIN, 0, insight->text);
    }
}

/* SHARES under HEADING; a list of LEAST - 1 or fewer says nothing new. */
static void
put_shares (ModoriTerminal *terminal, const ModoriDigest *digest, const char *heading,
            const GPtrArray *shares, guint least, gboolean compared)
{
    if (shares->len < least)
        return;
    put_heading (terminal, heading, compared && digest->compared);
    for (guint i = 0; i < shares->len; i++) {
        const ModoriShare *share = g_ptr_array_index (shares, i);

        put_line (terminal, share->count, share->title, compared && digest->compared,
                  share->before);
    }
}

static void
put_undecided (ModoriTerminal *terminal, const ModoriDigest *digest)
{
    if (digest->undecided->len)
        modori_terminal_heading (terminal, _("Replies that modori does not understand yet (modori "
                                             "rules new)"));
    for (guint i = 0; i < digest->undecided->len; i++) {
        const ModoriUndecided *one = g_ptr_array_index (digest->undecided, i);

        put_number (terminal, MODORI_STYLE_PLAIN, one->count, FIGURE);
        modori_terminal_pad (terminal, INDENT - FIGURE);
        modori_terminal_wrap (terminal, MODORI_STYLE_PLAIN, INDENT, INDENT, SAID_LINES,
                              one->wording);
    }
}

static void
put_stops (ModoriTerminal *terminal, const ModoriDigest *digest)
{
    g_autofree char *total = modori_headline_number (digest->stops_total);
    g_autofree char *more = NULL;

    if (! digest->stops->len)
        return;
    modori_terminal_heading (terminal, _("Stop writing to"));
    for (guint i = 0; i < digest->stops->len && i < STOPS_MAX; i++) {
        const ModoriStop *stop = g_ptr_array_index (digest->stops, i);
        g_autofree char *label = g_strdup_printf (_("%1$s  %2$s"), stop->address, stop->title);

        put_line (terminal, stop->count, label, FALSE, 0);
    }
    more = digest->stops->len > STOPS_MAX
        ? g_strdup_printf (_("... and %1$u more since then; all %2$s: modori suppress"),
                           digest->stops->len - STOPS_MAX, total)
        : g_strdup_printf (_("All %s: modori suppress"), total);
    put_below (terminal, MODORI_STYLE_FAINT, 0, more);
}

/* --- the trend --- */

static guint64
highest_day (const GArray *days)
{
    guint64 most = 1;

    for (guint i = 0; i < days->len; i++) {
        const ModoriDay *day = &g_array_index (days, ModoriDay, i);

        most = MAX (most, day->hard + day->soft);
    }
    return most;
}

/* Columns of COUNT: at least one of what is not nothing. */
static guint
bar_of (guint64 count, guint64 most)
{
    guint columns = (guint) (count * BAR / most);

    return count && ! columns ? 1 : columns;
}

/* The days of DIGEST, or as many of them in one as fit into LINES_MAX lines; the caller unrefs. */
static GArray *
days_of (const ModoriDigest *digest)
{
    GArray *days = g_array_new (FALSE, FALSE, sizeof (ModoriDay));
    guint each = (digest->days->len + LINES_MAX - 1) / LINES_MAX;

    for (guint i = 0; i < digest->days->len; i++) {
        const ModoriDay *day = &g_array_index (digest->days, ModoriDay, i);
        ModoriDay *sum;

        if (i % each == 0) {
            g_array_append_vals (days, day, 1);
            continue;
        }
        sum = &g_array_index (days, ModoriDay, days->len - 1);
        sum->hard += day->hard;
        sum->soft += day->soft;
        sum->before += day->before;
    }
    return days;
}

static void
put_day (ModoriTerminal *terminal, const ModoriDigest *digest, const ModoriDay *day, guint64 most)
{
    guint columns = bar_of (day->hard + day->soft, most);
    guint hard = MIN (bar_of (day->hard, most), columns);
    g_autofree char *bar = g_strnfill (hard, '#');
    g_autofree char *rest = g_strnfill (columns - hard, '=');
    guint room = terminal->columns - INDENT - BEFORE - 12;

    put_number (terminal, MODORI_STYLE_PLAIN, day->hard + day->soft, FIGURE);
    modori_terminal_pad (terminal, INDENT - FIGURE);
    modori_terminal_put (terminal, MODORI_STYLE_FAINT, day->date);
    modori_terminal_pad (terminal, columns || digest->compared ? 2 : 0);
    modori_terminal_put (terminal, MODORI_STYLE_BAD, bar);
    modori_terminal_put (terminal, MODORI_STYLE_MILD, rest);
    if (digest->compared) {
        modori_terminal_pad (terminal, room > columns ? room - columns : 0);
        put_number (terminal, MODORI_STYLE_FAINT, day->before, BEFORE);
    }
    end_line (terminal);
}

/* What one line of DAYS stands for. */
static char *
trend_title (const ModoriDigest *digest, const GArray *days)
{
    guint each = (digest->days->len + days->len - 1) / days->len * digest->days_each;

    if (each == 1)
        return g_strdup (_("By day (# hard, = soft)"));
    if (each == 7)
        return g_strdup (_("By week (# hard, = soft)"));
    return g_strdup_printf (ngettext ("By %u day from (# hard, = soft)",
                                      "By %u days from (# hard, = soft)", each), each);
}

static void
put_trend (ModoriTerminal *terminal, const ModoriDigest *digest)
{
    g_autoptr (GArray) days = days_of (digest);
    guint64 most = highest_day (days);
    g_autofree char *title = NULL;

    if (days->len < 2)
        return;
    title = trend_title (digest, days);
    put_heading (terminal, title, digest->compared);
    for (guint i = 0; i < days->len; i++)
        put_day (terminal, digest, &g_array_index (days, ModoriDay, i), most);
}

void
modori_digest_text (const ModoriDigest *digest, ModoriTerminal *terminal)
{
    put_head (terminal, digest);
    put_repairs (terminal, digest, TRUE, _("What to repair"));
    put_insights (terminal, digest);
    put_repairs (terminal, digest, FALSE, _("On the recipients' side"));
    put_shares (terminal, digest, _("New in this period"), digest->news, 1, FALSE);
    if (digest->counts.failed) {
        put_trend (terminal, digest);
        put_shares (terminal, digest, _("Why"), digest->reasons, 1, TRUE);
        put_shares (terminal, digest, _("Who refused"), digest->receivers, 1, TRUE);
        put_shares (terminal, digest, _("Sent for"), digest->senders, 2, TRUE);
        put_shares (terminal, digest, _("Sent from"), digest->ips, 2, TRUE);
        put_shares (terminal, digest, _("Which mail"), digest->campaigns, 1, TRUE);
    }
    put_undecided (terminal, digest);
    put_stops (terminal, digest);
    put_steps (terminal, digest);
}
