/* glance.h - a quick look at a regular expression: letters that every match has.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_TEXT_GLANCE_H
#define MODORI_TEXT_GLANCE_H

#include "text/span.h"

/* More alternatives are not looked at where a quick look must do. */
#define MODORI_THREES_MAX 12

/* Places of three letters, digits or blanks that follow each other: every match has those of one
 * place, and those at ALSO if there is MORE. */
typedef struct {
    guint n;                    /* 0: none is quickly seen */
    guint16 places[MODORI_THREES_MAX];
    gboolean more;
    guint16 also;
} ModoriThrees;

/* Find such places in REGEX at a glance. */
void modori_glance (ModoriSpan regex, ModoriThrees *threes);

#endif
