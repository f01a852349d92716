/* digest-html.c - a digest as one page for a browser or a mail program.
 *
 * The answer comes first: how many, and what repairing wins.  Nothing is fetched and nothing runs;
 * the page says so itself (Content-Security-Policy).  Mail programs drop what they like of it, so
 * each element reads well without its style, and each drawing has its figures beside it.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"
#include "output/chart.h"
#include "output/digest.h"
#include "output/headline.h"
#include "output/markup.h"
#include "output/cards.h"
#include "output/sheet.h"

#include <glib/gi18n.h>
#include <string.h>

/* Lines of each list: a page of ten thousand is for nobody to read. */
#define LIST_MAX 30

/* --- small pieces --- */

static void
put_heading (GString *out, const char *title, const char *sub)
{
    modori_markup_element (out, "h2", NULL, title);
    g_string_append_c (out, '\n');
    if (! *sub)
        return;
    modori_markup_prose_element (out, "p", "sub", sub);
    g_string_append_c (out, '\n');
}

static void
put_column (GString *out, const char *class, const char *text)
{
    g_string_append_printf (out, "<th scope=\"col\"%s>", class);
    modori_markup_text (out, text);
    g_string_append (out, "</th>");
}

/* Numbers stand at the right even where there is no style sheet. */
#define NUMERIC " class=\"n\" style=\"text-align:right\""

static void
put_number (GString *out, guint64 number)
{
    g_autofree char *text = modori_headline_number (number);

    g_string_append_printf (out, "<td" NUMERIC ">%s</td>", text);
}

static void
put_date (GString *out, gint64 seconds)
{
    g_autofree char *text = modori_headline_day (seconds, FALSE);

    g_string_append (out, "<td" NUMERIC ">");
    modori_markup_text (out, text);
    g_string_append (out, "</td>");
}

/* What LIST has beyond the lines that are shown; how to see it is said by CALL. */
static void
put_more (GString *out, guint64 more, const char *call)
{
    g_autofree char *number = modori_headline_number (more);
    g_autofree char *text = g_strdup_printf (_("and %s more"), number);

    if (! more)
        return;
    g_string_append (out, "<p class=\"note\">");
    modori_markup_text (out, text);
    if (*call) {
        g_string_append (out, ": ");
        modori_markup_element (out, "code", NULL, call);
    }
    g_string_append (out, "</p>\n");
}

/* A title for people; the name of the records behind it where that tells more. */
static void
put_name (GString *out, const ModoriShare *share)
{
    const char *title = *share->title ? share->title : share->name;
    g_autofree char *folded = g_utf8_casefold (title, -1);

    modori_markup_foreign (out, *title ? title : _("(not known)"));
    if (*share->name && ! g_str_equal (share->name, folded) && g_ascii_isalpha (*share->name)
        && ! strstr (folded, share->name)) {
        g_string_append_c (out, ' ');
        modori_markup_foreign_element (out, "small", "note", share->name);
    }
}

/* --- the head --- */

static void
put_head (GString *out, const char *lang, const char *title)
{
    g_string_append_printf (out,
        "<!DOCTYPE html>\n"
        "<html lang=\"%s\">\n"
        "<head>\n"
        "<meta charset=\"utf-8\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
        "<meta name=\"color-scheme\" content=\"light dark\">\n"
        "<meta name=\"supported-color-schemes\" content=\"light dark\">\n"
        "<meta name=\"referrer\" content=\"no-referrer\">\n"
        "<meta name=\"robots\" content=\"noindex\">\n"
        "<meta name=\"format-detection\" content=\"telephone=no, date=no, address=no, "
        "email=no, url=no\">\n"
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
        "style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\">\n",
        *lang ? "ja" : "en");
    modori_markup_element (out, "title", NULL, title);
    g_string_append_printf (out, "\n<style>\n%s</style>\n</head>\n", modori_sheet);
}

static void
put_brand (GString *out)
{
    g_string_append (out,
        "<p class=\"brand\"><svg aria-hidden=\"true\" width=\"20\" height=\"18\" "
        "viewBox=\"0 0 20 18\"><path class=\"mark\" fill=\"none\" stroke=\"#5f7fae\" "
        "stroke-width=\"2.6\" stroke-linecap=\"round\" stroke-linejoin=\"round\" "
        "d=\"M7 2 2 7l5 5M2 7h10a5 5 0 0 1 0 10H9\"/></svg><b>modori</b> ");
    modori_markup_element (out, "span", NULL, _("Mail that came back"));
    g_string_append (out, "</p>\n");
}

/* "16 Nov 2026 to 22 Nov 2026 · example.com · 22% fewer than ..." */
static void
put_meta (GString *out, const ModoriDigest *digest)
{
    g_autofree char *period = modori_headline_period (digest);
    g_autofree char *change = modori_headline_change (digest);

    g_string_append (out, "<p class=\"meta\">");
    modori_markup_text (out, period);
    if (*digest->domain) {
        g_string_append (out, " &#183; ");
        modori_markup_foreign (out, digest->domain);
    }
    if (*change) {
        g_string_append (out, " &#183; ");
        modori_markup_text (out, change);
    }
    g_string_append (out, "</p>\n");
}

static void
put_hero (GString *out, const ModoriDigest *digest)
{
    g_autofree char *title = modori_headline_title (digest);
    g_autofree char *promise = modori_headline_promise (digest);
    gboolean drawn = digest->counts.failed && digest->days->len > 1;

    g_string_append_printf (out, "<header class=\"hero%s\">\n<div>\n", drawn ? "" : " alone");
    put_brand (out);
    modori_markup_element (out, "h1", NULL, title);
    g_string_append_c (out, '\n');
    modori_markup_element (out, "p", digest->counts.failed ? "lead" : "lead good", promise);
    g_string_append_c (out, '\n');
    put_meta (out, digest);
    g_string_append (out, "</div>\n");
    if (drawn) {
        g_string_append (out, "<div class=\"ornament\">");
        modori_chart_spark (out, digest);
        g_string_append (out, "</div>\n");
    }
    g_string_append (out, "</header>\n");
}

/* --- what shows a pattern --- */

static void
put_insights (GString *out, const ModoriDigest *digest)
{
    if (! digest->insights->len)
        return;
    g_string_append (out, "<section>\n");
    put_heading (out, _("What stands out"), "");
    g_string_append (out, "<ul class=\"signs\">\n");
    for (guint i = 0; i < digest->insights->len; i++) {
        const ModoriInsight *insight = g_ptr_array_index (digest->insights, i);

        modori_markup_prose_element (out, "li", "card", insight->text);
        g_string_append_c (out, '\n');
    }
    g_string_append (out, "</ul>\n</section>\n");
}

/* --- figures --- */

static void
put_tile (GString *out, guint64 number, const char *label, const char *note)
{
    g_autofree char *text = modori_headline_number (number);

    g_string_append_printf (out, "<li class=\"card\"><b>%s</b> ", text);
    modori_markup_text (out, label);
    if (*note) {
        g_string_append_c (out, ' ');
        modori_markup_element (out, "small", NULL, note);
    }
    g_string_append (out, "</li>\n");
}

/* "before: 52" where two periods are compared; the caller frees. */
static char *
before_note (const ModoriDigest *digest, guint64 before)
{
    g_autofree char *number = modori_headline_number (before);

    return digest->compared ? g_strdup_printf (_("before: %s"), number) : g_strdup ("");
}

static void
put_tiles (GString *out, const ModoriDigest *digest)
{
    const ModoriDigestCounts *now = &digest->counts, *before = &digest->before;
    const struct { guint64 number, before; const char *label; gboolean always; } tiles[] = {
        { now->hard, before->hard, _("hard: will never arrive"), now->failed > 0 },
        { now->soft, before->soft, _("soft: may arrive another time"), now->failed > 0 },
        { now->delayed, before->delayed, _("of them still being tried"), FALSE },
        { now->complaints, before->complaints, _("complaints"), FALSE },
        { now->delivered, before->delivered, _("confirmed as delivered"), FALSE },
        { now->other, before->other, _("other reports"), FALSE },
    };

    g_string_append (out, "<ul class=\"tiles\">\n");
    for (guint i = 0; i < G_N_ELEMENTS (tiles); i++) {
        g_autofree char *note = before_note (digest, tiles[i].before);

        if (tiles[i].always || tiles[i].number)
            put_tile (out, tiles[i].number, tiles[i].label, note);
    }
    g_string_append (out, "</ul>\n");
}

static void
put_days (GString *out, const ModoriDigest *digest)
{
    g_string_append (out, "<details class=\"days\"><summary>");
    modori_markup_text (out, _("The same in figures"));
    g_string_append (out, "</summary>\n<table>\n<tr>");
    put_column (out, "", digest->days_each > 1 ? _("week from") : _("day"));
    put_column (out, NUMERIC, _("hard"));
    put_column (out, NUMERIC, _("soft"));
    if (digest->compared)
        put_column (out, NUMERIC, _("before"));
    g_string_append (out, "</tr>\n");
    for (guint i = 0; i < digest->days->len; i++) {
        const ModoriDay *day = &g_array_index (digest->days, ModoriDay, i);

        g_string_append (out, "<tr>");
        modori_markup_element (out, "td", NULL, day->date);
        put_number (out, day->hard);
        put_number (out, day->soft);
        if (digest->compared)
            put_number (out, day->before);
        g_string_append (out, "</tr>\n");
    }
    g_string_append (out, "</table>\n</details>\n");
}

static void
put_trend (GString *out, const ModoriDigest *digest)
{
    if (! digest->days->len || ! (digest->counts.failed + digest->before.failed))
        return;
    g_string_append (out, "<section>\n");
    put_heading (out, digest->days_each > 1 ? _("Failures by week") : _("Failures by day"), "");
    g_string_append (out, "<div class=\"card pad\">\n");
    modori_chart_legend (out, digest->compared);
    modori_chart_trend (out, digest);
    put_days (out, digest);
    g_string_append (out, "</div>\n</section>\n");
}

static void
put_share (GString *out, const ModoriShare *share, guint64 most, gboolean compared)
{
    g_string_append (out, "<tr><td>");
    put_name (out, share);
    modori_chart_bar (out, share->count, share->hard, most);
    g_string_append (out, "</td>");
    put_number (out, share->count);
    if (compared)
        put_number (out, share->before);
    g_string_append (out, "</tr>\n");
}

/* A list with a bar for each line, most first. */
static void
put_shares (GString *out, const ModoriDigest *digest, const char *title, const GPtrArray *shares)
{
    guint64 most = 0;

    if (! shares->len)
        return;
    for (guint i = 0; i < shares->len; i++)
        most = MAX (most, ((const ModoriShare *) g_ptr_array_index (shares, i))->count);
    g_string_append (out, "<section>\n");
    put_heading (out, title, "");
    g_string_append (out, "<table>\n<tr>");
    put_column (out, "", "");
    put_column (out, NUMERIC, _("failures"));
    if (digest->compared)
        put_column (out, NUMERIC, _("before"));
    g_string_append (out, "</tr>\n");
    for (guint i = 0; i < shares->len && i < LIST_MAX; i++)
        put_share (out, g_ptr_array_index (shares, i), most, digest->compared);
    g_string_append (out, "</table>\n");
    put_more (out, shares->len > LIST_MAX ? shares->len - LIST_MAX : 0, "");
    g_string_append (out, "</section>\n");
}

static void
put_figures (GString *out, const ModoriDigest *digest)
{
    const ModoriDigestCounts *now = &digest->counts;

    if (now->failed || now->complaints || now->delivered || now->other) {
        g_string_append (out, "<section>\n");
        put_heading (out, _("Figures"), "");
        put_tiles (out, digest);
        g_string_append (out, "</section>\n");
    }
    put_trend (out, digest);
    g_string_append (out, "<div class=\"pair\">\n");
    put_shares (out, digest, _("Reasons"), digest->reasons);
    put_shares (out, digest, _("Receivers"), digest->receivers);
    put_shares (out, digest, _("Sent for"), digest->senders);
    put_shares (out, digest, _("Sent from the address"), digest->ips);
    put_shares (out, digest, _("Campaigns"), digest->campaigns);
    g_string_append (out, "</div>\n");
}

/* --- news, undecided, addresses --- */

static void
put_news (GString *out, const ModoriDigest *digest)
{
    if (! digest->news->len)
        return;
    g_string_append (out, "<section>\n");
    put_heading (out, _("New since the period before"), "");
    g_string_append (out, "<table>\n<tr>");
    put_column (out, "", "");
    put_column (out, NUMERIC, _("since"));
    put_column (out, NUMERIC, _("failures"));
    g_string_append (out, "</tr>\n");
    for (guint i = 0; i < digest->news->len && i < LIST_MAX; i++) {
        const ModoriShare *share = g_ptr_array_index (digest->news, i);

        g_string_append (out, "<tr><td>");
        modori_markup_foreign (out, *share->title ? share->title : share->name);
        g_string_append (out, "</td>");
        put_date (out, share->first);
        put_number (out, share->count);
        g_string_append (out, "</tr>\n");
    }
    g_string_append (out, "</table>\n</section>\n");
}

static void
put_undecided (GString *out, const ModoriDigest *digest)
{
    if (! digest->undecided->len)
        return;
    g_string_append (out, "<section>\n");
    put_heading (out, _("Wordings that no rule knows"),
                 _("`modori rules new` proposes rules for them."));
    g_string_append (out, "<table>\n<tr>");
    put_column (out, "", "");
    put_column (out, NUMERIC, _("failures"));
    g_string_append (out, "</tr>\n");
    for (guint i = 0; i < digest->undecided->len && i < LIST_MAX; i++) {
        const ModoriUndecided *undecided = g_ptr_array_index (digest->undecided, i);

        g_string_append (out, "<tr><td>");
        modori_markup_foreign_element (out, "span", "mono", undecided->wording);
        g_string_append (out, "</td>");
        put_number (out, undecided->count);
        g_string_append (out, "</tr>\n");
    }
    g_string_append (out, "</table>\n</section>\n");
}

static void
put_stop (GString *out, const ModoriStop *stop)
{
    g_string_append (out, "<tr><td>");
    modori_markup_foreign (out, stop->address);
    g_string_append (out, "<br>");
    modori_markup_foreign_element (out, "small", "note",
                                   *stop->title ? stop->title : stop->reason);
    g_string_append (out, "</td>");
    put_number (out, stop->count);
    put_date (out, stop->since);
    g_string_append (out, "</tr>\n");
}

static void
put_stops (GString *out, const ModoriDigest *digest)
{
    g_autofree char *total = modori_headline_number (digest->stops_total);
    g_autofree char *sub =
        g_strdup_printf (_("These came onto the list in this time; %s are on it in all "
                           "(`modori suppress`)."), total);

    if (! digest->stops->len)
        return;
    g_string_append (out, "<section>\n");
    put_heading (out, _("Addresses to stop writing to"), sub);
    g_string_append (out, "<table>\n<tr>");
    put_column (out, "", _("address"));
    put_column (out, NUMERIC, _("failures"));
    put_column (out, NUMERIC, _("since"));
    g_string_append (out, "</tr>\n");
    for (guint i = 0; i < digest->stops->len && i < LIST_MAX; i++)
        put_stop (out, g_ptr_array_index (digest->stops, i));
    g_string_append (out, "</table>\n");
    put_more (out, digest->stops->len > LIST_MAX ? digest->stops->len - LIST_MAX : 0,
              "modori suppress");
    g_string_append (out, "</section>\n");
}

static void
put_end (GString *out, const ModoriDigest *digest)
{
    g_autofree char *day = modori_headline_day (digest->now, TRUE);
    g_autofree char *text = g_strdup_printf (_("Written by modori %1$s on %2$s from reports that "
                                               "mail servers sent."), PACKAGE_VERSION, day);

    g_string_append (out, "<footer class=\"end\">");
    modori_markup_element (out, "p", "foot", text);
    g_string_append (out, "</footer>\n");
}

void
modori_digest_html (const ModoriDigest *digest, GString *out, const char *lang)
{
    g_autofree char *title = modori_headline_subject (digest);

    put_head (out, lang, title);
    g_string_append (out, "<body>\n<div class=\"sheet\" style=\"overflow-wrap:anywhere\">"
                          "<div class=\"page\">\n");
    put_hero (out, digest);
    g_string_append (out, "<main>\n");
    modori_cards_put (out, digest);
    put_insights (out, digest);
    put_figures (out, digest);
    put_news (out, digest);
    put_undecided (out, digest);
    put_stops (out, digest);
    g_string_append (out, "</main>\n");
    put_end (out, digest);
    g_string_append (out, "</div></div>\n</body>\n</html>\n");
}
