/* placeholder.c - "{name|example}" in the texts of rules, and what may be put there.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"
#include "rules/placeholder.h"

#include <glib/gi18n.h>
#include <string.h>

/* A filled text is a line or two. */
#define FILLED_MAX (8 * 1024)

gsize
modori_placeholder_read (ModoriSpan text, ModoriSpan *name, ModoriSpan *example)
{
    const char *end = memchr (text.at, '}', text.len);
    gsize i = 1;

    while (i < text.len && (g_ascii_islower (text.at[i]) || g_ascii_isdigit (text.at[i])
                            || text.at[i] == '_'))
        i++;
    if (! end || i == 1 || (text.at[i] != '}' && text.at[i] != '|'))
        return 0;
    *name = modori_span (text.at + 1, i - 1);
    *example = text.at[i] == '|' ? modori_span_between (text.at + i + 1, end) : MODORI_SPAN_EMPTY;
    return (gsize) (end + 1 - text.at);
}

gboolean
modori_placeholder_is_harmless (ModoriSpan value)
{
    for (gsize i = 0; i < value.len; i++)
        if (! g_ascii_isalnum (value.at[i]) && ! (value.at[i] && strchr ("._:@+-", value.at[i])))
            return FALSE;
    return value.len > 0 && value.at[0] != '-';
}

/* Rounded up where it makes no difference: two digits are enough. */
char *
modori_placeholder_time (guint64 seconds)
{
    guint n = (guint) MIN (seconds, 999 * 86400);

    if (n < 120)
        return g_strdup_printf (ngettext ("%u second", "%u seconds", n), n);
    n = (n + 59) / 60;
    if (n < 120)
        return g_strdup_printf (ngettext ("%u minute", "%u minutes", n), n);
    n = (n + 59) / 60;
    if (n < 72)
        return g_strdup_printf (ngettext ("%u hour", "%u hours", n), n);
    n = (n + 23) / 24;
    return g_strdup_printf (ngettext ("%u day", "%u days", n), n);
}

/* --- filling --- */

/* Does an example look like a name or an address, so that it must be marked as one?  In prose
 * others are words that say the same in general ("your domain", "24 hours"). */
static gboolean
is_specimen (ModoriSpan example)
{
    return example.len == 0 || memchr (example.at, '.', example.len) != NULL;
}

static void
append_example (GString *out, ModoriSpan name, ModoriSpan example)
{
    if (example.len > 0)
        g_string_append_len (out, example.at, (gssize) example.len);
    else
        g_string_append_printf (out, "<%.*s>", (int) name.len, name.at);
}

char *
modori_placeholder_fill (ModoriSpan text, gboolean command, ModoriPlaceholderValue append_value,
                         gconstpointer data, gboolean *example)
{
    GString *out;

    if (! memchr (text.at, '{', text.len))
        return modori_span_dup (text);
    out = g_string_sized_new (text.len + 64);
    while (text.len > 0 && out->len < FILLED_MAX) {
        const char *brace = memchr (text.at, '{', text.len);
        gsize before = brace ? (gsize) (brace - text.at) : text.len;
        ModoriSpan name, instead;
        gsize length;

        g_string_append_len (out, text.at, (gssize) before);
        text = modori_span_skip (text, before);
        length = text.len ? modori_placeholder_read (text, &name, &instead) : 0;
        if (length == 0) {
            g_string_append_len (out, text.at, text.len ? 1 : 0);
            text = modori_span_skip (text, 1);
            continue;
        }
        if (! append_value (data, out, name, command)) {
            append_example (out, name, instead);
            if (example && (command || is_specimen (instead)))
                *example = TRUE;
        }
        text = modori_span_skip (text, length);
    }
    return g_string_free (out, FALSE);
}
