/* likeness.h - texts by their words: which is most like another, and which words are rare.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_RULES_LIKENESS_H
#define MODORI_RULES_LIKENESS_H

#include "rules/mask.h"

typedef struct ModoriLikeness ModoriLikeness;

ModoriLikeness *modori_likeness_new (void);
void modori_likeness_free (ModoriLikeness *likeness);

/* Add TEXT, which may be masked; its number, from 0 on. */
guint modori_likeness_add (ModoriLikeness *likeness, ModoriSpan text);

/* How much the words of TEXT tell together: rare ones much, common ones next to nothing. */
guint modori_likeness_weight (const ModoriLikeness *likeness, ModoriSpan text);

/* A text that was found. */
typedef struct {
    guint number;
    double likeness;            /* 0 to 1 */
} ModoriLike;

/* Those (of ModoriLike) that have most in common with TEXT, the best first, at most MAX; the
 * caller unrefs. */
GArray *modori_likeness_nearest (const ModoriLikeness *likeness, ModoriSpan text, guint max);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ModoriLikeness, modori_likeness_free)

#endif
