/* mask.h - words without what belongs to one message only.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_RULES_MASK_H
#define MODORI_RULES_MASK_H

#include "rules/vocabulary.h"

/* What stands in masked words instead: each is one byte, which no words hold. */
typedef enum {
    MODORI_MASK_ADDRESS = 1,
    MODORI_MASK_HOST,
    MODORI_MASK_IP,
    MODORI_MASK_URL,
    MODORI_MASK_TAIL,           /* the end of an address of a page: its query */
    MODORI_MASK_DATE,
    MODORI_MASK_NUMBER,
    MODORI_MASK_ID,             /* a queue id, a ticket, an account */
    MODORI_MASK_PATH,           /* of a file */
    MODORI_MASK_WORD,           /* a name, or a word that differs from message to message */
    MODORI_N_MASKS
} ModoriMask;

typedef struct ModoriMasker ModoriMasker;

/* VOCABULARY must outlive it.  REDACT: unknown words that may be names go, too. */
ModoriMasker *modori_masker_new (const ModoriVocabulary *vocabulary, gboolean redact);
void modori_masker_free (ModoriMasker *masker);

/* Begin with another message: forget who is private. */
void modori_masker_begin (ModoriMasker *masker);
/* TEXT (a recipient, a subject) is private to it: wherever it stands in words it is masked, and so
 * are the parts that it is made of when they are no words of the vocabulary. */
void modori_masker_hide (ModoriMasker *masker, ModoriSpan text);

/* Append WORDS, valid UTF-8 on one line, to OUT, masked. */
void modori_masker_mask (const ModoriMasker *masker, GString *out, ModoriSpan words);

static inline gboolean
modori_is_mask (char c)
{
    return c > 0 && c < MODORI_N_MASKS;
}

/* Append MASKED to OUT with an example in place of each mask: addresses and domains that belong
 * to nobody (RFC 2606, RFC 5737). */
void modori_mask_fill (GString *out, ModoriSpan masked);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ModoriMasker, modori_masker_free)

#endif
