/* checkup-private.h - what the files of a checkup's text share.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_OUTPUT_CHECKUP_PRIVATE_H
#define MODORI_OUTPUT_CHECKUP_PRIVATE_H

#include "output/checkup.h"

/* What was seen, at one place or at several. */
typedef struct {
    const ModoriSection *section;
    const ModoriSeen *seen;
    const ModoriBlock *block;   /* NULL: nobody knows what it means */
    ModoriGravity gravity;
    char *title;
    GPtrArray *places;          /* subjects of sections; not owned */
} ModoriCheckupItem;

typedef struct {
    ModoriTerminal *terminal;
    const ModoriCheckup *checkup;
    ModoriEngine *engine;
    const char *lang;
    GPtrArray *items;           /* ModoriCheckupItem, in the order in which they were seen */
    GPtrArray *records;         /* ModoriObservationRecord, each once */
    GHashTable *told;           /* names of advice, texts of steps, sentences */
    guint given;                /* advice that was told with its steps */
} ModoriCheckupText;

/* Append the records that errors and warnings propose, each once. */
void modori_checkup_put_records (ModoriCheckupText *text);

/* Append the steps of the advice of errors and warnings, each once. */
void modori_checkup_put_advice (ModoriCheckupText *text);

#endif
