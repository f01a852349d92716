/* clue.h - letters without which a pattern cannot match, in a few bytes.
 *
 * A text that lacks them is done with a pattern before the pattern is even read.  Clues hold no
 * pointers, so that they can be kept in a file (text/pack.h).
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_TEXT_CLUE_H
#define MODORI_TEXT_CLUE_H

#include "text/pattern.h"

/* As many as a literal has (text/subject.h). */
#define MODORI_CLUE_GRAMS 3

/* A text that ITEM may match has all these grams; or those of another clue of ITEM. */
typedef struct {
    guint16 item;               /* numbered by the owner */
    guint16 n;                  /* 0: nothing is known, any text may do */
    guint16 grams[MODORI_CLUE_GRAMS];
} ModoriClue;

/* Append to CLUES (of ModoriClue) those of the pattern SOURCE, as it is written in a rules file. */
void modori_clues_add (GArray *clues, guint16 item, ModoriSpan source);

/* Has SUBJECT all that CLUE asks for? */
gboolean modori_clue_fits (const ModoriClue *clue, const ModoriSubject *subject);

#endif
