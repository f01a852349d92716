/* take.h - what stands at a place of some words, and how long it is.  Private to mask.c.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_RULES_TAKE_H
#define MODORI_RULES_TAKE_H

#include "rules/mask.h"

/* Some words on their way. */
typedef struct {
    const ModoriVocabulary *vocabulary;
    const GPtrArray *private;   /* of char *: what is private to the message */
    gboolean redact;
    GString *out;
    gsize start;                /* of what was appended */
    const char *begin;          /* of the words */
    ModoriSpan rest;            /* what is not looked at yet */
    gsize tail;                 /* bytes of the rest that end the address of a page */
} ModoriPass;

/* The length of what stands at the start of the rest and is to be masked by *MASK, or to stay as it
 * is ('\0'); 0 when it is just a word. */
gsize modori_take (ModoriPass *pass, char *mask);

#endif
