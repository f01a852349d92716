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

typedef struct {
    GString *out;
    gboolean command;
    ModoriPlaceholderValue append_value;
    gconstpointer data;
    gboolean example;               /* one stands in for a value */
} Filling;

static void
put_value (Filling *filling, ModoriSpan name, ModoriSpan instead)
{
    if (filling->append_value (filling->data, filling->out, name, filling->command))
        return;
    append_example (filling->out, name, instead);
    if (filling->command || is_specimen (instead))
        filling->example = TRUE;
}

static void fill (Filling *filling, ModoriSpan text);

/* What stands at the start of TEXT: "[[" up to "]]" is there only when all in it is known.  Its
 * length; 0: it is none. */
static gsize
put_optional (Filling *filling, ModoriSpan text)
{
    gssize end = modori_span_begins (text, "[[") ? modori_span_find (text, "]]") : -1;
    gsize before = filling->out->len;
    Filling part = *filling;

    if (end < 0)
        return 0;
    part.example = FALSE;
    fill (&part, modori_span (text.at + 2, (gsize) end - 2));
    if (part.example)
        g_string_truncate (filling->out, before);
    return (gsize) end + 2;
}

/* The length of the placeholder or optional part at the start of TEXT, which is put; or 0. */
static gsize
put_special (Filling *filling, ModoriSpan text)
{
    ModoriSpan name, instead;
    gsize length;

    if (text.at[0] == '[')
        return put_optional (filling, text);
    length = modori_placeholder_read (text, &name, &instead);
    if (length > 0)
        put_value (filling, name, instead);
    return length;
}

static void
fill (Filling *filling, ModoriSpan text)
{
    while (text.len > 0 && filling->out->len < FILLED_MAX) {
        gsize before = 0, length;

        while (before < text.len && text.at[before] != '{' && text.at[before] != '[')
            before++;
        g_string_append_len (filling->out, text.at, (gssize) before);
        text = modori_span_skip (text, before);
        length = text.len ? put_special (filling, text) : 0;
        if (length == 0 && text.len > 0)
            g_string_append_len (filling->out, text.at, (gssize) (length = 1));
        text = modori_span_skip (text, length);
    }
}

char *
modori_placeholder_fill (ModoriSpan text, gboolean command, ModoriPlaceholderValue append_value,
                         gconstpointer data, gboolean *example)
{
    Filling filling = { NULL, command, append_value, data, FALSE };

    if (! memchr (text.at, '{', text.len))
        return modori_span_dup (text);
    filling.out = g_string_sized_new (text.len + 64);
    fill (&filling, text);
    if (example && filling.example)
        *example = TRUE;
    return g_string_free (filling.out, FALSE);
}
