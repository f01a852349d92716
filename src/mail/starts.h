/* starts.h - finds the places where lines begin, or lines that begin with some letter.
 *
 * A whole mailbox passes through here, so sixteen bytes are looked at at once where the processor
 * can do that (SSE2, which all of x86-64 has).  Elsewhere, and for the last few bytes, memchr does
 * the same.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_MAIL_STARTS_H
#define MODORI_MAIL_STARTS_H

#include "text/span.h"

#ifdef __SSE2__
#include <emmintrin.h>

/* Bits for the bytes among the sixteen at AT that are C. */
static inline guint
modori_starts_sixteen (const char *at, char c)
{
    __m128i bytes = _mm_loadu_si128 ((const __m128i *) (const void *) at);

    return (guint) _mm_movemask_epi8 (_mm_cmpeq_epi8 (bytes, _mm_set1_epi8 (c)));
}
#endif

/* The lines of a text, but for the first one. */
typedef struct {
    const char *at, *end;       /* what has not been looked at yet */
    const char *block;          /* a bit of `found` is for a byte behind this */
    guint64 found;              /* where lines begin there, but for those that were given */
} ModoriStarts;

/* TEXT must stay where it is. */
static inline ModoriStarts
modori_starts_of (ModoriSpan text)
{
    return (ModoriStarts) { text.len ? text.at + 1 : text.at, modori_span_end (text), text.at, 0 };
}

/* Where the next line begins that has a byte, or NULL. */
static inline const char *
modori_starts_step_plainly (ModoriStarts *starts)
{
    const char *newline = starts->at < starts->end
        ? memchr (starts->at - 1, '\n', (gsize) (starts->end - starts->at)) : NULL;

    starts->at = newline ? newline + 2 : starts->end;
    return newline ? newline + 1 : NULL;
}

static inline const char *
modori_starts_step (ModoriStarts *starts)
{
#ifdef __SSE2__
    for (; ! starts->found && starts->end - starts->at >= 64; starts->at += 64) {
        const char *before = starts->at - 1;

        starts->block = starts->at;
        starts->found = (guint64) modori_starts_sixteen (before, '\n')
            | (guint64) modori_starts_sixteen (before + 16, '\n') << 16
            | (guint64) modori_starts_sixteen (before + 32, '\n') << 32
            | (guint64) modori_starts_sixteen (before + 48, '\n') << 48;
    }
    if (starts->found) {
        const char *at = starts->block + __builtin_ctzll (starts->found);

        starts->found &= starts->found - 1;
        return at;
    }
#endif
    return modori_starts_step_plainly (starts);
}

/* The next place from FROM on, before END, where a line begins with C; END when there is none.  A
 * byte must lie before FROM, and FROM be at most END. */
static inline const char *
modori_starts_plainly_with (const char *from, const char *end, char c)
{
    while (from < end && (from = memchr (from, c, (gsize) (end - from))) != NULL) {
        if (from[-1] == '\n')
            return from;
        from++;
    }
    return end;
}

#ifdef __SSE2__
/* Where in thirty-two bytes from FROM on LOW or HIGH, sixteen each, have 0xff; NULL: nowhere. */
static inline const char *
modori_starts_first (const char *from, __m128i low, __m128i high)
{
    guint hits;

    if (! _mm_movemask_epi8 (_mm_or_si128 (low, high)))
        return NULL;
    hits = (guint) _mm_movemask_epi8 (low);
    return hits ? from + __builtin_ctz (hits)
                : from + 16 + __builtin_ctz ((guint) _mm_movemask_epi8 (high));
}

/* Bytes, of the sixteen at AT, that are 0xff where a line begins with C. */
static inline __m128i
modori_starts_sixteen_of (const char *at, __m128i c)
{
    __m128i bytes = _mm_loadu_si128 ((const __m128i *) (const void *) at);
    __m128i before = _mm_loadu_si128 ((const __m128i *) (const void *) (at - 1));

    return _mm_and_si128 (_mm_cmpeq_epi8 (bytes, c),
                          _mm_cmpeq_epi8 (before, _mm_set1_epi8 ('\n')));
}
#endif

static inline const char *
modori_starts_with (const char *from, const char *end, char c)
{
#ifdef __SSE2__
    const __m128i wanted = _mm_set1_epi8 (c);

    for (; end - from >= 32; from += 32) {
        const char *found =
            modori_starts_first (from, modori_starts_sixteen_of (from, wanted),
                                 modori_starts_sixteen_of (from + 16, wanted));

        if (found)
            return found;
    }
#endif
    return modori_starts_plainly_with (from, end, c);
}

/* The same for one of three SMALL letters, or their capital ones, or an empty line.  (What differs
 * from those in one bit and is no letter may be taken for one.) */
static inline const char *
modori_starts_plainly_with_one (const char *from, const char *end, const char small[3])
{
    const char *at = from - 1;

    while (at + 1 < end && (at = memchr (at, '\n', (gsize) (end - 1 - at))) != NULL) {
        char c = *++at | ' ';

        if (*at == '\n' || c == small[0] || c == small[1] || c == small[2])
            return at;
    }
    return end;
}

#ifdef __SSE2__
/* Bytes, of the sixteen at AT, that are 0xff where a line begins with one of A, B and C, or is
 * empty. */
static inline __m128i
modori_starts_sixteen_with (const char *at, __m128i a, __m128i b, __m128i c)
{
    __m128i bytes = _mm_loadu_si128 ((const __m128i *) (const void *) at);
    __m128i before = _mm_loadu_si128 ((const __m128i *) (const void *) (at - 1));
    __m128i letters = _mm_or_si128 (bytes, _mm_set1_epi8 (' '));
    __m128i end = _mm_set1_epi8 ('\n');
    __m128i wanted = _mm_or_si128 (_mm_cmpeq_epi8 (letters, a), _mm_cmpeq_epi8 (letters, b));

    wanted = _mm_or_si128 (wanted, _mm_cmpeq_epi8 (letters, c));
    wanted = _mm_or_si128 (wanted, _mm_cmpeq_epi8 (bytes, end));
    return _mm_and_si128 (wanted, _mm_cmpeq_epi8 (before, end));
}
#endif

static inline const char *
modori_starts_with_one (const char *from, const char *end, const char small[3])
{
#ifdef __SSE2__
    const __m128i a = _mm_set1_epi8 (small[0]), b = _mm_set1_epi8 (small[1]);
    const __m128i c = _mm_set1_epi8 (small[2]);

    for (; end - from >= 32; from += 32) {
        const char *found =
            modori_starts_first (from, modori_starts_sixteen_with (from, a, b, c),
                                 modori_starts_sixteen_with (from + 16, a, b, c));

        if (found)
            return found;
    }
#endif
    return modori_starts_plainly_with_one (from, end, small);
}

#endif
