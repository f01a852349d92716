/* import.h - records from lines of JSON into the history: `modori history import`.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_COMMANDS_IMPORT_H
#define MODORI_COMMANDS_IMPORT_H

#include "history/history.h"
#include "history/redact.h"

typedef struct {
    ModoriHistory *history;
    ModoriEngine *engine;
    ModoriRedactor *redactor;   /* or NULL */
    guint64 lines;              /* with a record */
    guint64 added;              /* of them were not there before */
    int status;                 /* of the first thing that went wrong, else 0 */
} ModoriImport;

/* Take the records in each of PATHS ("-" and none at all: standard input) into the history.  What
 * cannot be read is said, and the rest is taken.  FALSE: the history failed, which is said, too. */
gboolean modori_import_run (ModoriImport *import, char **paths);

#endif
