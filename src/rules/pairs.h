/* pairs.h - which of many words may stand in a short text: seen by pairs of letters.
 *
 * A value of a header is searched for dozens of words, and has nearly none of them.  Each word is a
 * bit, which is noted under some pairs of letters of the word; one pass over the text collects the
 * bits.  Several pairs share a place, so that this only ever says "surely not".
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_RULES_PAIRS_H
#define MODORI_RULES_PAIRS_H

#include "text/span.h"

/* Places of pairs: a text of 60 bytes has a tenth of them. */
#define MODORI_PAIRS_PLACES 512

/* Pairs that a word is noted under: two tell too little of short words. */
#define MODORI_PAIRS_SOUGHT 4

/* So many words have a bit.  Of two bits more, the one is had by every text, the other by one with
 * something beyond ASCII, where there are signs that count as letters: it has all. */
#define MODORI_PAIRS_WORDS 62
#define MODORI_PAIRS_ANY (G_GUINT64_CONSTANT (1) << 62)
#define MODORI_PAIRS_WIDE (G_GUINT64_CONSTANT (1) << 63)

/* The words that are noted under a pair, as the Nth of theirs. */
typedef struct {
    guint64 nth[MODORI_PAIRS_SOUGHT];
} ModoriPairsPlace;

typedef struct {
    guint n;                    /* words that are noted */
    ModoriPairsPlace places[MODORI_PAIRS_PLACES];
} ModoriPairs;

/* Note N words, of which a text must hold one unless it has something beyond ASCII: a text that
 * has none of the bits that are given does neither.  When there are too many words, or one is too
 * short, every text has one of the bits. */
guint64 modori_pairs_seek (ModoriPairs *pairs, const ModoriSpan *words, guint n);

/* The bits that TEXT has (whatever the case of ASCII letters). */
guint64 modori_pairs_look (const ModoriPairs *pairs, ModoriSpan text);

#endif
