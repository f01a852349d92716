/* span.c - comparing, searching and cutting pieces of text.
 *
 * Only the case of ASCII letters is ignored: names of mail are ASCII, and a locale must not
 * change what they mean.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "text/span.h"

/* Does TEXT begin with WORD, of LEN bytes?  This runs for every field of every mail: so no call
 * for each letter. */
static gboolean
same (const char *text, const char *word, gsize len)
{
    for (gsize i = 0; i < len; i++)
        if (text[i] != word[i] && modori_ascii_lower (text[i]) != modori_ascii_lower (word[i]))
            return FALSE;
    return TRUE;
}

gboolean
modori_span_ends (ModoriSpan span, const char *suffix)
{
    gsize len = strlen (suffix);

    return span.len >= len && same (modori_span_end (span) - len, suffix, len);
}

/* Where C stands next in TEXT at or behind FROM, or TEXT's length. */
static gsize
next_at (ModoriSpan text, gsize from, char c)
{
    const char *found = from < text.len ? memchr (text.at + from, c, text.len - from) : NULL;

    return found ? (gsize) (found - text.at) : text.len;
}

/* Both cases of the first letter are looked for by memchr, which is far faster than a loop; each
 * byte is passed once for each case, whatever the text. */
gssize
modori_span_find (ModoriSpan span, const char *needle)
{
    gsize len = strlen (needle), lower, upper;
    ModoriSpan text = { span.at, span.len >= len ? span.len - len + 1 : 0 };

    if (len == 0)
        return 0;
    lower = next_at (text, 0, modori_ascii_lower (needle[0]));
    upper = next_at (text, 0, g_ascii_toupper (needle[0]));
    while (MIN (lower, upper) < text.len) {
        gsize at = MIN (lower, upper);

        if (same (span.at + at, needle, len))
            return (gssize) at;
        if (lower == at)
            lower = next_at (text, at + 1, modori_ascii_lower (needle[0]));
        if (upper == at)
            upper = next_at (text, at + 1, g_ascii_toupper (needle[0]));
    }
    return -1;
}

static gboolean
is_space (char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

ModoriSpan
modori_span_trim (ModoriSpan span)
{
    while (span.len && is_space (span.at[0]))
        span = modori_span (span.at + 1, span.len - 1);
    while (span.len && is_space (span.at[span.len - 1]))
        span.len--;
    return span;
}

gboolean
modori_span_line (ModoriSpan *rest, ModoriSpan *line)
{
    const char *end;

    if (rest->len == 0)
        return FALSE;
    end = memchr (rest->at, '\n', rest->len);
    *line = end ? modori_span_between (rest->at, end) : *rest;
    *rest = modori_span_skip (*rest, line->len + (end ? 1 : 0));
    if (line->len && line->at[line->len - 1] == '\r')
        line->len--;
    return TRUE;
}

char *
modori_span_dup (ModoriSpan span)
{
    return g_strndup (span.at, span.len);
}
