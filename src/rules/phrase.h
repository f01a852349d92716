/* phrase.h - the telling words of a text.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_RULES_PHRASE_H
#define MODORI_RULES_PHRASE_H

#include "rules/likeness.h"

/* Runs of words in MASKED, without masks and within one sentence, that a Match can be; the most
 * telling first.  The caller unrefs (of char *). */
GPtrArray *modori_phrases (const ModoriLikeness *likeness, ModoriSpan masked);

/* Is PHRASE so short that it stands in other texts, too? */
gboolean modori_phrase_is_short (const char *phrase);

/* Append TEXT to OUT as an expression that matches it. */
void modori_phrase_escape (GString *out, ModoriSpan text);

/* MASKED as an expression for exactly that reply, whoever wraps it; NULL when it has too many
 * masks.  The caller frees. */
char *modori_phrase_exactly (ModoriSpan masked);

/* "refused-by-house-rule" of PHRASE; "" when it has no ASCII words.  The caller frees. */
char *modori_phrase_name (const char *phrase);

#endif
