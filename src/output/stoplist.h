/* stoplist.h - addresses to stop writing to, written down.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_OUTPUT_STOPLIST_H
#define MODORI_OUTPUT_STOPLIST_H

#include "history/redact.h"
#include "history/suppression.h"
#include "output/terminal.h"

/* Where and how; the caller's own. */
typedef struct {
    ModoriTerminal terminal;    /* only text uses its columns and colours; all write to its out */
    const ModoriEngine *engine;
    ModoriRedactor *redactor;   /* or NULL */
    const char *lang;           /* "" or "ja" */
} ModoriStoplist;

typedef struct {
    const char *name;           /* "csv" */
    void (*begin) (ModoriStoplist *list);
    void (*entry) (ModoriStoplist *list, const ModoriListed *listed);
    void (*end) (ModoriStoplist *list, guint count);
} ModoriStoplistFormat;

/* The format NAME: list, text, csv, json, postfix, sql; NULL when there is none. */
const ModoriStoplistFormat *modori_stoplist_format (const char *name);

/* Append why ADDRESS is listed or not (see modori_suppression_why): text, or one JSON object. */
void modori_stoplist_why (ModoriStoplist *list, const char *address, const ModoriListed *listed,
                          const GArray *steps);
void modori_stoplist_why_json (ModoriStoplist *list, const char *address,
                               const ModoriListed *listed, const GArray *steps);

/* Append ADDRESS, which was forgotten at TIME: a line, or a JSON object. */
void modori_stoplist_forgotten (ModoriStoplist *list, gboolean json, const char *address,
                                gint64 time);

#endif
