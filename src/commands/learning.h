/* learning.h - what is learnt from mailboxes: rules to be, and which rules decide.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_COMMANDS_LEARNING_H
#define MODORI_COMMANDS_LEARNING_H

#include "commands/reading.h"
#include "rules/engine.h"

typedef struct {
    gboolean all;               /* every failure, not only what is undecided */
    gboolean redact;            /* for others' eyes */
    ModoriReading reading;
} ModoriLearning;

/* Read PATHS and append proposed rules to OUT: the exit status. */
int modori_learning_propose (ModoriLearning *learning, ModoriEngine *engine, char **paths,
                             GString *out);

/* Read PATHS; USE (of a block -> number) counts how often each block decided.  The exit status. */
int modori_learning_count (ModoriLearning *learning, ModoriEngine *engine, char **paths,
                           GHashTable *use);

#endif
