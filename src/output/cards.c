/* cards.c - what to repair, as cards on a page.
 *
 * Each repair is a card that opens; the first, which wins most, is open.  One click on a command or
 * on the value of a DNS record selects all of it.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"
#include "output/cards.h"
#include "output/headline.h"
#include "output/markup.h"
#include "rules/advice.h"

#include <glib/gi18n.h>
#include <string.h>

static const ModoriAdviceLine *
line_of (const GArray *steps, guint i)
{
    return &g_array_index (steps, ModoriAdviceLine, i);
}

/* --- steps --- */

/* One field of a record in a cell of its own, SPAN columns wide. */
static void
put_field (GString *out, const char *class, guint span, const char *label, const char *text)
{
    g_string_append_printf (out, "<td class=\"%s\" colspan=\"%u\">", class, span);
    modori_markup_element (out, "span", "label", label);
    modori_markup_copyable (out, text);
    g_string_append (out, "</td>");
}

/* "host | type | TTL | value" as the four fields that the panels of DNS companies ask for. */
static void
put_record (GString *out, const char *text)
{
    g_auto (GStrv) fields = g_strsplit (text, "|", 4);

    if (g_strv_length (fields) != 4) {
        modori_markup_copyable (out, text);
        return;
    }
    g_string_append (out, "<table class=\"rec\">\n<tr>");
    put_field (out, "long", 1, _("Host"), g_strstrip (fields[0]));
    put_field (out, "short", 1, _("Type"), g_strstrip (fields[1]));
    put_field (out, "short", 1, _("TTL"), g_strstrip (fields[2]));
    g_string_append (out, "</tr>\n<tr>");
    put_field (out, "long", 3, _("Value"), g_strstrip (fields[3]));
    g_string_append (out, "</tr>\n</table>\n");
}

static void
put_copyable (GString *out, const char *label, const char *text)
{
    if (*label)
        modori_markup_element (out, "div", "label", label);
    modori_markup_copyable (out, text);
    g_string_append_c (out, '\n');
}

static void
put_line (GString *out, const ModoriAdviceLine *line)
{
    switch (line->kind) {
    case MODORI_ADVICE_STEP:
        modori_markup_prose_element (out, "div", "step", line->text);
        g_string_append_c (out, '\n');
        break;
    case MODORI_ADVICE_COMMAND:
    case MODORI_ADVICE_TEXT:
        put_copyable (out, "", line->text);
        break;
    case MODORI_ADVICE_RECORD:
        put_record (out, line->text);
        break;
    case MODORI_ADVICE_CHECK:
        put_copyable (out, _("To check:"), line->text);
        break;
    case MODORI_ADVICE_SEE:
        break;
    }
}

static void
put_example_note (GString *out)
{
    modori_markup_element (out, "div", "foot", _("(example values: put your own there)"));
    g_string_append_c (out, '\n');
}

/* One step with what belongs to it, from line I; where the next one begins. */
static guint
put_step (GString *out, const GArray *steps, guint i)
{
    gboolean example = FALSE;

    g_string_append (out, "<li>");
    do {
        put_line (out, line_of (steps, i));
        example = example || line_of (steps, i)->example;
        i++;
    } while (i < steps->len && line_of (steps, i)->kind != MODORI_ADVICE_STEP);
    if (example)
        put_example_note (out);
    g_string_append (out, "</li>\n");
    return i;
}

static void
put_links (GString *out, const GArray *steps)
{
    gboolean any = FALSE;

    for (guint i = 0; i < steps->len; i++) {
        if (line_of (steps, i)->kind != MODORI_ADVICE_SEE)
            continue;
        g_string_append (out, any ? "<br>\n" : "<p class=\"foot\">");
        if (! any) {
            modori_markup_text (out, _("See"));
            g_string_append_c (out, ' ');
        }
        modori_markup_link (out, line_of (steps, i)->text);
        any = TRUE;
    }
    if (any)
        g_string_append (out, "</p>\n");
}

static void
put_steps (GString *out, const GArray *steps)
{
    guint i = 0;

    if (! steps || ! steps->len)
        return;
    g_string_append (out, "<div>");
    modori_markup_element (out, "div", "label", _("What to do"));
    for (; i < steps->len && line_of (steps, i)->kind != MODORI_ADVICE_STEP; i++)
        put_line (out, line_of (steps, i));
    if (i < steps->len) {
        g_string_append (out, "<ol>\n");
        while (i < steps->len)
            i = put_step (out, steps, i);
        g_string_append (out, "</ol>\n");
    }
    g_string_append (out, "</div>\n");
    put_links (out, steps);
}

/* --- what is known --- */

static void
put_receivers (GString *out, const ModoriRepair *repair)
{
    if (! repair->receivers->len)
        return;
    g_string_append (out, "<div>");
    modori_markup_element (out, "div", "label", _("Who refuses"));
    for (guint i = 0; i < repair->receivers->len; i++) {
        const ModoriShare *share = g_ptr_array_index (repair->receivers, i);
        g_autofree char *number = modori_headline_number (share->count);

        g_string_append (out, "<span class=\"chip\">");
        modori_markup_foreign (out, *share->title ? share->title : share->name);
        g_string_append_printf (out, " <b>%s</b></span> ", number);
    }
    g_string_append (out, "</div>\n");
}

static void
put_example (GString *out, const ModoriRepair *repair)
{
    if (! *repair->diagnostic && ! *repair->recipient)
        return;
    g_string_append (out, "<figure><figcaption class=\"label\">");
    modori_markup_text (out, _("The latest"));
    if (*repair->recipient) {
        g_string_append (out, ": ");
        modori_markup_foreign (out, repair->recipient);
    }
    g_string_append (out, "</figcaption>\n");
    if (*repair->diagnostic)
        modori_markup_foreign_element (out, "blockquote", "mono", repair->diagnostic);
    g_string_append (out, "</figure>\n");
}

/* "23 addresses · 16 Nov to 22 Nov · before: 12 · rule ... " */
static void
put_foot (GString *out, const ModoriRepair *repair, gboolean compared)
{
    g_autofree char *addresses = modori_headline_number (repair->addresses);
    g_autofree char *before = modori_headline_number (repair->before);
    g_autofree char *first = modori_headline_day (repair->first, FALSE);
    g_autofree char *last = modori_headline_day (repair->last, FALSE);
    g_autofree char *who = g_strdup_printf (ngettext ("%s address", "%s addresses",
                                                      (gulong) repair->addresses), addresses);
    g_autofree char *when = g_str_equal (first, last) ? g_strdup (first)
                                                      : g_strdup_printf (_("%1$s to %2$s"), first,
                                                                         last);
    g_autofree char *past = g_strdup_printf (_("before: %s"), before);

    g_string_append (out, "<p class=\"foot\">");
    modori_markup_text (out, who);
    if (*when) {
        g_string_append (out, " &#183; ");
        modori_markup_text (out, when);
    }
    if (compared) {
        g_string_append (out, " &#183; ");
        modori_markup_text (out, past);
    }
    if (*repair->id) {
        g_string_append (out, " &#183; <code>modori explain ");
        modori_markup_text (out, repair->id);
        g_string_append (out, "</code>");
    }
    g_string_append (out, "</p>\n");
}

/* --- the cards --- */

static void
put_title (GString *out, const ModoriRepair *repair)
{
    g_autofree char *count = modori_headline_number (repair->count);

    g_string_append_printf (out, "<summary><span class=\"win%s\"><b>%s</b> ",
                            repair->ours ? " ours" : "", count);
    modori_markup_text (out, repair->ours ? _("to win back") : _("concerned"));
    g_string_append (out, "</span> <span><strong class=\"t\">");
    modori_markup_foreign (out, repair->title);
    if (*repair->domain && ! strstr (repair->title, repair->domain)) {
        g_string_append (out, " (");
        modori_markup_foreign (out, repair->domain);
        g_string_append_c (out, ')');
    }
    g_string_append (out, "</strong>");
    if (*repair->hint) {
        g_string_append_c (out, ' ');
        modori_markup_prose_element (out, "span", "hint", repair->hint);
    }
    g_string_append (out, "</span></summary>\n");
}

static void
put_repair (GString *out, const ModoriRepair *repair, gboolean open, gboolean compared)
{
    g_string_append_printf (out, "<details class=\"card\"%s>", open ? " open" : "");
    put_title (out, repair);
    g_string_append (out, "<div class=\"in\">\n");
    if (*repair->why) {
        modori_markup_prose_element (out, "p", "why", repair->why);
        g_string_append_c (out, '\n');
    }
    put_receivers (out, repair);
    put_example (out, repair);
    put_steps (out, repair->steps);
    put_foot (out, repair, compared);
    g_string_append (out, "</div>\n</details>\n");
}

void
modori_cards_put (GString *out, const ModoriDigest *digest)
{
    if (! digest->repairs->len)
        return;
    g_string_append (out, "<section>\n");
    modori_markup_element (out, "h2", NULL, _("What to repair, and what it wins"));
    g_string_append_c (out, '\n');
    for (guint i = 0; i < digest->repairs->len; i++)
        put_repair (out, g_ptr_array_index (digest->repairs, i), i == 0, digest->compared);
    g_string_append (out, "</section>\n");
}
