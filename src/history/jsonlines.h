/* jsonlines.h - the module that reads records from lines of JSON: jsonlines.so (json-glib).
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_HISTORY_JSONLINES_H
#define MODORI_HISTORY_JSONLINES_H

#include "history/store.h"

/* The name of the table in the module. */
#define MODORI_JSONLINES_SYMBOL "modori_jsonlines_table"

/* No record is longer: 40 keys, of which the longest has 2,000 bytes. */
#define MODORI_JSONLINE_MAX (1024 * 1024)

typedef struct {
    /* Fill the texts of RECORD, and PROVENANCE (may be NULL) where the line has "first_seen" and
     * "rules", from LINE (LEN bytes).  Texts lie in STRINGS.  Keys that nobody knows are passed
     * over; FALSE with ERROR set: "not JSON: ...", "no record: ..." (without a place). */
    gboolean (*read) (const char *line, gsize len, GStringChunk *strings, ModoriRecord *record,
                      ModoriProvenance *provenance, GError **error);
} ModoriJsonlinesTable;

extern const ModoriJsonlinesTable modori_jsonlines_table;

#endif
