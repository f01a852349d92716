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

/* How rare a letter is in mail, roughly: blanks and vowels are everywhere. */
static guint
rarity (char c)
{
    static const guint8 letters[32] = {
        0, /* a to z */ 1, 3, 2, 2, 0, 3, 3, 3, 1, 4, 4, 2, 3, 1, 1, 3, 4, 1, 1, 0, 3, 3, 3, 4, 3,
        4, 2, 2, 2, 2, 2,
    };

    return (guchar) c >> 5 == 2 || (guchar) c >> 5 == 3 ? letters[c & 31] : c == ' ' ? 0 : 3;
}

/* One of the first letters must do: to look at more costs more than it spares. */
static gsize
rarest_letter (const char *needle, gsize len)
{
    gsize best = 0;
    guint most = rarity (needle[0]);

    for (gsize i = 1; i < len && i < 6; i++)
        if (rarity (needle[i]) > most) {
            best = i;
            most = rarity (needle[i]);
        }
    return best;
}

/* Both cases of the rarest letter are looked for by memchr, which is far faster than a loop; each
 * byte is passed once for each case, whatever the text. */
gssize
modori_span_find (ModoriSpan span, const char *needle)
{
    gsize len = strlen (needle), rarest = rarest_letter (needle, len), lower, upper;
    ModoriSpan text;
    char small, big;

    if (len == 0 || span.len < len)
        return len == 0 ? 0 : -1;
    text = modori_span (span.at + rarest, span.len - len + 1);
    small = modori_ascii_lower (needle[rarest]);
    big = g_ascii_toupper (needle[rarest]);
    lower = next_at (text, 0, small);
    upper = big == small ? text.len : next_at (text, 0, big);
    while (MIN (lower, upper) < text.len) {
        gsize at = MIN (lower, upper);

        if (same (span.at + at, needle, len))
            return (gssize) at;
        if (lower == at)
            lower = next_at (text, at + 1, small);
        else
            upper = next_at (text, at + 1, big);
    }
    return -1;
}

/* Nearly everything is above the blank. */
static inline gboolean
is_space (char c)
{
    return (guchar) c <= ' ' && (c == ' ' || c == '\t' || c == '\r' || c == '\n');
}

/* Eight at a time. */
gsize
modori_span_ascii (ModoriSpan span)
{
    const guint64 high_bits = G_GUINT64_CONSTANT (0x8080808080808080);
    gsize i = 0;

    while (i < span.len && (guchar) span.at[i] < 0x80) {
        guint64 bytes = high_bits;

        if (i + sizeof bytes <= span.len)
            memcpy (&bytes, span.at + i, sizeof bytes);
        i += bytes & high_bits ? 1 : sizeof bytes;
    }
    return MIN (i, span.len);
}

/* Eight bytes at a time: nearly all texts are asked. */
gboolean
modori_span_is_ascii (ModoriSpan span)
{
    guint64 all = 0, word;

    for (; span.len >= sizeof word; span = modori_span_skip (span, sizeof word)) {
        memcpy (&word, span.at, sizeof word);
        all |= word;
    }
    for (gsize i = 0; i < span.len; i++)
        all |= (guchar) span.at[i];
    return (all & G_GUINT64_CONSTANT (0x8080808080808080)) == 0;
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
