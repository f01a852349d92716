/* collect.h - reading mailboxes and lines of JSON into a history, for the commands that add up.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_COMMANDS_COLLECT_H
#define MODORI_COMMANDS_COLLECT_H

#include "commands/reading.h"
#include "history/history.h"
#include "history/jsonlines.h"
#include "history/outcomes.h"

typedef struct {
    ModoriEngine *engine;
    ModoriHistory *history;
    ModoriReading reading;      /* its options are the caller's; its status says what went wrong */
    /* while it reads: */
    const ModoriJsonlinesTable *jsonlines;      /* NULL until it is needed */
    ModoriOutcomes *outcomes;   /* what messages say */
    GStringChunk *strings;      /* of the present line */
    guint64 bad_lines;
} ModoriCollector;

/* Put all outcomes of PATHS (none: standard input) into the history, in one transaction.  What is
 * wrong is said; FALSE: nothing can be said of them. */
gboolean modori_collect (ModoriCollector *collector, char **paths);

#endif
