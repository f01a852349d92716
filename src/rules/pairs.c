/* pairs.c - which of many words may stand in a short text: seen by pairs of letters.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "rules/pairs.h"

#include "text/subject.h"

/* The place of two letters, whatever their case (the bit that tells it is set, which makes some
 * signs equal and does no harm). */
static inline guint
place_of (guint first, guint second)
{
    return ((first | 0x20) * 45 + (second | 0x20)) % MODORI_PAIRS_PLACES;
}

/* Where the rarest pair of WORD begins that does not share a letter with the one at AT; that one
 * itself when there is none. */
static gsize
other_pair (ModoriSpan word, gsize at)
{
    ModoriSpan before = modori_span (word.at, at), behind = modori_span_skip (word, at + 2);

    if (behind.len >= 2 && behind.len >= before.len)
        return at + 2 + modori_rarest_gram (behind, 2, FALSE);
    return before.len >= 2 ? modori_rarest_gram (before, 2, FALSE) : at;
}

/* Note BIT under the rarest pair of WORD, another one, the first and the last. */
static void
note (ModoriPairs *pairs, ModoriSpan word, guint64 bit)
{
    const gsize rarest = modori_rarest_gram (word, 2, FALSE);
    const gsize at[MODORI_PAIRS_SOUGHT] = { rarest, other_pair (word, rarest), 0, word.len - 2 };

    for (guint i = 0; i < MODORI_PAIRS_SOUGHT; i++) {
        guint place = place_of ((guchar) word.at[at[i]], (guchar) word.at[at[i] + 1]);

        pairs->places[place].nth[i] |= bit;
    }
}

guint64
modori_pairs_seek (ModoriPairs *pairs, const ModoriSpan *words, guint n)
{
    guint64 bits = MODORI_PAIRS_WIDE;

    for (guint i = 0; i < n; i++)
        if (words[i].len < 2 || pairs->n + n > MODORI_PAIRS_WORDS)
            return MODORI_PAIRS_ANY;
    for (guint i = 0; i < n; i++) {
        guint64 bit = G_GUINT64_CONSTANT (1) << pairs->n++;

        note (pairs, words[i], bit);
        bits |= bit;
    }
    return bits;
}

guint64
modori_pairs_look (const ModoriPairs *pairs, ModoriSpan text)
{
    ModoriPairsPlace found = { { 0 } };
    guint last = 0, all = 0;

    for (gsize i = 0; i < text.len; i++) {
        guint letter = (guchar) text.at[i];
        const ModoriPairsPlace *place = &pairs->places[place_of (last, letter)];

        for (guint n = 0; n < MODORI_PAIRS_SOUGHT; n++)
            found.nth[n] |= place->nth[n];
        all |= letter;
        last = letter;
    }
    if (all > 127)
        return ~G_GUINT64_CONSTANT (0);
    for (guint n = 1; n < MODORI_PAIRS_SOUGHT; n++)
        found.nth[0] &= found.nth[n];
    return found.nth[0] | MODORI_PAIRS_ANY;
}
