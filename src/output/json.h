/* json.h - one JSON object a line for each outcome: modori-json(5).
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_OUTPUT_JSON_H
#define MODORI_OUTPUT_JSON_H

#include "report/report.h"

/* Append OUTCOME as one line: every key, always, in the order of the table. */
void modori_json_outcome (GString *out, const ModoriOutcome *outcome);

/* Append TEXT as a JSON string, quotes included. */
void modori_json_string (GString *out, const char *text);

#endif
