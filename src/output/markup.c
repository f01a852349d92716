/* markup.c - HTML and SVG.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "output/markup.h"
#include "text/harmful.h"

/* No link is longer; longer ones are shown as text. */
#define LINK_MAX_BYTES 2000

static void
append_character (GString *out, gunichar c)
{
    switch (c) {
    case '<':
        g_string_append (out, "&lt;");
        break;
    case '>':
        g_string_append (out, "&gt;");
        break;
    case '&':
        g_string_append (out, "&amp;");
        break;
    case '"':
        g_string_append (out, "&quot;");
        break;
    case '\'':
        g_string_append (out, "&#39;");
        break;
    default:
        g_string_append_unichar (out, modori_is_harmful (c) ? MODORI_REPLACEMENT : c);
    }
}

void
modori_markup_text (GString *out, const char *text)
{
    gsize len;

    for (ModoriSpan rest = modori_span_of (text); rest.len; rest = modori_span_skip (rest, len))
        append_character (out, modori_next_character (rest, &len));
}

void
modori_markup_foreign (GString *out, const char *text)
{
    g_string_append (out, "<bdi>");
    modori_markup_text (out, text);
    g_string_append (out, "</bdi>");
}

/* <NAME class="CLASS"> */
static void
open_element (GString *out, const char *name, const char *class)
{
    g_string_append_printf (out, class ? "<%s class=\"%s\">" : "<%s>", name, class);
}

void
modori_markup_element (GString *out, const char *name, const char *class, const char *text)
{
    open_element (out, name, class);
    modori_markup_text (out, text);
    g_string_append_printf (out, "</%s>", name);
}

void
modori_markup_foreign_element (GString *out, const char *name, const char *class, const char *text)
{
    open_element (out, name, class);
    modori_markup_foreign (out, text);
    g_string_append_printf (out, "</%s>", name);
}

void
modori_markup_prose_element (GString *out, const char *name, const char *class, const char *text)
{
    g_auto (GStrv) parts = g_strsplit (text, "`", -1);
    guint count = g_strv_length (parts);

    open_element (out, name, class);
    g_string_append (out, "<bdi>");
    for (guint i = 0; i < count; i++) {
        gboolean code = i % 2 && i + 1 < count;

        g_string_append (out, code ? "<code>" : i % 2 ? "`" : "");
        modori_markup_text (out, parts[i]);
        g_string_append (out, code ? "</code>" : "");
    }
    g_string_append_printf (out, "</bdi></%s>", name);
}

void
modori_markup_copyable (GString *out, const char *text)
{
    g_string_append (out, "<pre style=\"white-space:pre-wrap\">");
    modori_markup_text (out, text);
    g_string_append (out, "</pre>");
}

/* An https URL with a host, of characters that RFC 3986 allows. */
static gboolean
is_link (const char *text)
{
    static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
                                  "-._~:/?#[]!$&()*+,;=%@";
    gsize length = strlen (text);

    return g_str_has_prefix (text, "https://") && g_ascii_isalnum (text[8])
        && length < LINK_MAX_BYTES && strspn (text, allowed) == length;
}

void
modori_markup_link (GString *out, const char *text)
{
    if (! is_link (text)) {
        modori_markup_foreign (out, text);
        return;
    }
    g_string_append (out, "<a href=\"");
    modori_markup_text (out, text);
    g_string_append (out, "\" rel=\"noopener noreferrer\">");
    modori_markup_text (out, text);
    g_string_append (out, "</a>");
}
