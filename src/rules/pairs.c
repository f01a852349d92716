/* pairs.c - which pairs of letters stand side by side in a short text.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "rules/pairs.h"

/* The place of two letters, whatever their case (the bit that tells it is set, which makes some
 * signs equal and does no harm). */
static inline guint
place_of (guint first, guint second)
{
    return ((first | 0x20) << 3 ^ (second | 0x20)) % MODORI_PAIRS_PLACES;
}

void
modori_pairs_read (ModoriPairs *pairs, ModoriSpan text)
{
    guint last = 0, all = 0;

    memset (pairs->seen, 0, sizeof pairs->seen);
    for (gsize i = 0; i < text.len; i++) {
        guint letter = (guchar) text.at[i];

        pairs->seen[place_of (last, letter)] = 1;
        all |= letter;
        last = letter;
    }
    pairs->wide = all > 127;
}

void
modori_pairs_prepare (ModoriPairsSought *sought, ModoriSpan word)
{
    sought->n = 0;
    for (gsize i = 0; i + 1 < word.len && sought->n < MODORI_PAIRS_SOUGHT; i++)
        sought->places[sought->n++] =
            (guint16) place_of ((guchar) word.at[i], (guchar) word.at[i + 1]);
}
