/* span.c - comparing, searching and cutting pieces of text.
 *
 * Only the case of ASCII letters is ignored: names of mail are ASCII, and a locale must not change what they mean.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "text/span.h"

/* Does TEXT begin with WORD, of LEN bytes?  This runs for every field of every mail: so no call for each letter. */
static gboolean
same (const char *text, const char *word, gsize len)
{
    for (gsize i = 0; i < len; i++)
        if (text[i] != word[i] && modori_ascii_lower (text[i]) != modori_ascii_lower (word[i]))
            return FALSE;
    return TRUE;
}

gboolean
modori_span_is (ModoriSpan span, const char *word)
{
    for (gsize i = 0; i < span.len; i++)
        if (! word[i] || modori_ascii_lower (span.at[i]) != modori_ascii_lower (word[i]))
            return FALSE;
    return word[span.len] == '\0';
}

gboolean
modori_span_begins (ModoriSpan span, const char *prefix)
{
    gsize i = 0;

    for (; prefix[i]; i++)
        if (i >= span.len || modori_ascii_lower (span.at[i]) != modori_ascii_lower (prefix[i]))
            return FALSE;
    return TRUE;
}

gboolean
modori_span_ends (ModoriSpan span, const char *suffix)
{
    gsize len = strlen (suffix);

    return span.len >= len && same (modori_span_end (span) - len, suffix, len);
}

/* The first byte of SPAN that is C in either case, or NULL.  Two memchr are far faster than a loop over bytes. */
static const char *
find_letter (ModoriSpan span, char c)
{
    const char *lower = memchr (span.at, g_ascii_tolower (c), span.len);
    gsize before = lower ? (gsize) (lower - span.at) : span.len;
    const char *upper = g_ascii_isalpha (c) ? memchr (span.at, g_ascii_toupper (c), before) : NULL;

    return upper ? upper : lower;
}

gssize
modori_span_find (ModoriSpan span, const char *needle)
{
    gsize len = strlen (needle);
    ModoriSpan rest = span;

    if (len == 0)
        return 0;
    while (rest.len >= len) {
        const char *start = find_letter (modori_span (rest.at, rest.len - len + 1), needle[0]);

        if (! start)
            return -1;
        if (same (start, needle, len))
            return start - span.at;
        rest = modori_span_between (start + 1, modori_span_end (span));
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
