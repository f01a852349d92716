/* placeholder.c - "{name|example}" in the texts of rules, and what may be put there.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"
#include "rules/placeholder.h"

#include <glib/gi18n.h>
#include <string.h>

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
