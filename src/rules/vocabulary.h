/* vocabulary.h - the words that the shipped knowledge uses: what is among them is nobody's
 * secret.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_RULES_VOCABULARY_H
#define MODORI_RULES_VOCABULARY_H

#include "text/knowledge.h"

typedef struct ModoriVocabulary ModoriVocabulary;

/* Collect the words of the shipped blocks of KNOWLEDGE, which have been read.  What a site wrote
 * is its own business. */
ModoriVocabulary *modori_vocabulary_new (const ModoriKnowledge *knowledge);
void modori_vocabulary_free (ModoriVocabulary *vocabulary);

/* Is WORD, whatever its case, among them? */
gboolean modori_vocabulary_has (const ModoriVocabulary *vocabulary, ModoriSpan word);

/* Does the shipped knowledge name a page on HOST? */
gboolean modori_vocabulary_has_host (const ModoriVocabulary *vocabulary, ModoriSpan host);

/* The length of the word at the start of TEXT: letters of a script that has two cases, digits,
 * "_"; 0 when there is none. */
gsize modori_word_length (ModoriSpan text);

/* The length of the character at the start of TEXT, which is valid UTF-8 and not empty. */
gsize modori_character_length (ModoriSpan text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ModoriVocabulary, modori_vocabulary_free)

#endif
