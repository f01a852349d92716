/* csv.h - comma-separated values (RFC 4180), with the columns of the JSON record.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_OUTPUT_CSV_H
#define MODORI_OUTPUT_CSV_H

#include "report/report.h"

/* Append the line of column names. */
void modori_csv_header (GString *out);

/* Append OUTCOME as one line. */
void modori_csv_outcome (GString *out, const ModoriOutcome *outcome);

/* Append TEXT, a value of its own, without the comma. */
void modori_csv_text (GString *out, const char *text);

#endif
