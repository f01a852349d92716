/* parcel.h - an outcome's texts as bytes, from one process to another.
 *
 * Who opens a parcel need not trust who made it: whatever the bytes are, texts come out.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_REPORT_PARCEL_H
#define MODORI_REPORT_PARCEL_H

#include "report/report.h"

/* Take a text off TEXTS, in which each has its NUL: valid UTF-8.  NULL when there is none. */
const char *modori_parcel_text (ModoriSpan *texts);

/* Append OUTCOME's values to OUT, without where they were found. */
void modori_parcel_make (GString *out, const ModoriOutcome *outcome);

/* Take the next outcome off PARCELS, whose bytes it shares: texts and nothing else.  FALSE when
 * there is none, or PARCELS is none of modori_parcel_make's: its id is 32 hexadecimal digits, so
 * that it can be the name of a file. */
gboolean modori_parcel_open (ModoriSpan *parcels, ModoriOutcome *outcome);

#endif
