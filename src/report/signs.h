/* signs.h - words that tell who wrote a message, as the rules have them.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_REPORT_SIGNS_H
#define MODORI_REPORT_SIGNS_H

#include "text/knowledge.h"

/* Where words are looked for, and what they mean there. */
typedef enum {
    MODORI_SIGN_SUBJECT,        /* in the subject: it speaks of a report */
    MODORI_SIGN_FROM,           /* in From: who writes reports */
    MODORI_SIGN_TO,             /* in To: who gets nothing but what programs write */
    MODORI_SIGN_ANSWER,         /* the subject begins so: a person answers */
    MODORI_SIGN_FORWARD,        /* the subject begins so: a person forwards something */
    MODORI_SIGN_DIVIDER,        /* a line of the text begins so: below it is what is forwarded */
    MODORI_N_SIGNS
} ModoriSign;

typedef struct ModoriSigns ModoriSigns;

extern const ModoriKind modori_sign_kind;

/* Read the Sign blocks of KNOWLEDGE.  NULL with ERROR set. */
ModoriSigns *modori_signs_new (const ModoriKnowledge *knowledge, GError **error);
void modori_signs_free (ModoriSigns *signs);

/* Is a word of SIGN in TEXT?  Its capital letters (ASCII) count as small ones.  SIGNS may be
 * NULL. */
gboolean modori_signs_found (const ModoriSigns *signs, ModoriSign sign, ModoriSpan text);

/* Does TEXT begin with one? */
gboolean modori_signs_begin (const ModoriSigns *signs, ModoriSign sign, ModoriSpan text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ModoriSigns, modori_signs_free)

#endif
