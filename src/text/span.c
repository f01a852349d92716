/* span.c - comparing, searching and cutting pieces of text.
 *
 * Only the case of ASCII letters is ignored: names of mail are ASCII, and a locale must not
 * change what they mean.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "text/span.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

/* Does TEXT begin with WORD, of LEN bytes? */
static inline gboolean
same (const char *text, const char *word, gsize len)
{
    for (gsize i = 0; i < len; i++)
        if (! modori_ascii_same (text[i], word[i]))
            return FALSE;
    return TRUE;
}

gboolean
modori_span_ends (ModoriSpan span, const char *suffix)
{
    gsize len = strlen (suffix);

    return span.len >= len && same (modori_span_end (span) - len, suffix, len);
}

/* The bit in which both cases of the letter C differ; 0 when C is no letter. */
static inline char
case_bit (char c)
{
    return g_ascii_isalpha (c) ? 0x20 : 0;
}

/* What is looked for. */
typedef struct {
    const char *text;
    gsize len;
} Needle;

/* The first place of NEEDLE among those from AT up to END, or NULL. */
static const char *
find_one_by_one (const char *at, const char *end, Needle needle)
{
    const char bit = case_bit (needle.text[0]), first = needle.text[0] | bit;

    for (; at < end; at++)
        if ((*at | bit) == first && same (at + 1, needle.text + 1, needle.len - 1))
            return at;
    return NULL;
}

#ifdef __SSE2__

/* Bytes that are looked at together. */
#define STEP 16

/* Sixteen copies of C. */
static inline __m128i
copies (char c)
{
    return _mm_set1_epi8 (c);
}

/* Which of the sixteen bytes at AT are LETTER when BIT is set? */
static inline guint
letters_at (const char *at, __m128i bit, __m128i letter)
{
    __m128i bytes = _mm_or_si128 (_mm_loadu_si128 ((const __m128i *) at), bit);

    return (guint) _mm_movemask_epi8 (_mm_cmpeq_epi8 (bytes, letter));
}

/* The same, sixteen places at a time, the last ones perhaps once more: only where the first and the
 * last letter of NEEDLE stand is the rest of it compared. */
static const char *
find_places (const char *at, const char *end, Needle needle)
{
    const gsize last = needle.len - 1;
    const char first_bit = case_bit (needle.text[0]), last_bit = case_bit (needle.text[last]);
    const __m128i bits[2] = { copies (first_bit), copies (last_bit) };
    const __m128i letters[2] = { copies (needle.text[0] | first_bit),
                                 copies (needle.text[last] | last_bit) };

    if (end - at < STEP)
        return find_one_by_one (at, end, needle);
    for (; at < end; at = end - at < 2 * STEP && end - at > STEP ? end - STEP : at + STEP) {
        guint places = letters_at (at, bits[0], letters[0])
                       & letters_at (at + last, bits[1], letters[1]);

        for (; places; places &= places - 1) {
            const char *place = at + __builtin_ctz (places);

            if (same (place + 1, needle.text + 1, last))
                return place;
        }
    }
    return NULL;
}

#else

#define find_places find_one_by_one

#endif

/* All cases of all letters: what a text is asked most often. */
gssize
modori_span_find_bytes (ModoriSpan span, const char *needle, gsize len)
{
    const char *found;

    if (len == 0 || span.len < len)
        return len == 0 ? 0 : -1;
    found = find_places (span.at, span.at + (span.len - len + 1), (Needle) { needle, len });
    return found ? found - span.at : -1;
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

/* The highest bits of TEXT's bytes, of which there are eight at least: some are taken twice. */
static guint64
high_bits (ModoriSpan text)
{
    const gsize step = sizeof (guint64);
    guint64 all, word;

    memcpy (&all, modori_span_end (text) - step, step);
    for (; text.len > step; text = (ModoriSpan) { text.at + step, text.len - step }) {
        memcpy (&word, text.at, step);
        all |= word;
    }
    return all;
}

/* Nearly all texts are asked. */
gboolean
modori_span_is_ascii (ModoriSpan span)
{
    guint64 all = 0;

    if (span.len >= sizeof all)
        all = high_bits (span);
    else
        for (gsize i = 0; i < span.len; i++)
            all |= (guchar) span.at[i];
    return (all & G_GUINT64_CONSTANT (0x8080808080808080)) == 0;
}

char *
modori_span_dup (ModoriSpan span)
{
    return g_strndup (span.at, span.len);
}
