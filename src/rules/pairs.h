/* pairs.h - which pairs of letters stand side by side in a short text.
 *
 * A value of a header is asked for dozens of literals, and has nearly none of them.  Which pairs of
 * letters it has is noted once; a literal with a pair that the text lacks cannot be in it.  Several
 * pairs share a place, so that this only ever says "surely not".
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_RULES_PAIRS_H
#define MODORI_RULES_PAIRS_H

#include "text/span.h"

/* Places of pairs: a text of 60 bytes has a tenth of them. */
#define MODORI_PAIRS_PLACES 512

/* Pairs of a literal that are looked up. */
#define MODORI_PAIRS_SOUGHT 6

typedef struct {
    gboolean wide;              /* there is something beyond ASCII */
    guint8 seen[MODORI_PAIRS_PLACES];
} ModoriPairs;

typedef struct {
    guint16 n;                  /* 0: nothing is known of it */
    guint16 places[MODORI_PAIRS_SOUGHT];
} ModoriPairsSought;

void modori_pairs_read (ModoriPairs *pairs, ModoriSpan text);

/* Note the pairs of WORD. */
void modori_pairs_prepare (ModoriPairsSought *sought, ModoriSpan word);

/* May SOUGHT be in the text of PAIRS?  (Whatever the case of ASCII letters.) */
static inline gboolean
modori_pairs_may_hold (const ModoriPairs *pairs, const ModoriPairsSought *sought)
{
    for (guint i = 0; i < sought->n; i++)
        if (! pairs->seen[sought->places[i]])
            return FALSE;
    return TRUE;
}

#endif
