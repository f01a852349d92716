/* cue.h - by what it is seen that a message is none of a dialect's, before the dialect is read.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_REPORT_CUE_H
#define MODORI_REPORT_CUE_H

#include "report/grammar.h"
#include "text/clue.h"

/* Only a message that cues of as many kinds fit as the dialect needs can be its.  Cues hold no
 * pointers, so that they can be kept in a file: they are the note of the kind Dialect
 * (text/knowledge.h). */
typedef struct {
    guint32 name;               /* where the name of the header field is in the text of the block */
    guint16 name_len;
    guint8 kind;                /* a ModoriIf */
    guint8 view;                /* a ModoriViewKind, of MODORI_IF_BODY */
    guint8 need;                /* kinds that must fit: of the dialect, as what follows */
    guint8 last;               /* the dialect is asked only when nobody else found anything */
    ModoriClue clue;            /* in that field, or in that view; item: which condition */
} ModoriCue;

/* Write the cues of the Dialect BLOCK, by kind: its note. */
void modori_cues_note (const ModoriBlock *block, GByteArray *note);

/* The N cues of BLOCK, when they were noted; else NULL. */
const ModoriCue *modori_cues_noted (const ModoriBlock *block, guint *n);

/* The name of the header field of CUE, which is not MODORI_IF_BODY. */
ModoriSpan modori_cue_name (const ModoriCue *cue, const ModoriBlock *block);

#endif
