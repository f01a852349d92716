/* parcel.h - an outcome's texts as bytes, from one process to another.
 *
 * Who opens a parcel need not trust who made it: whatever the bytes are, texts come out.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_REPORT_PARCEL_H
#define MODORI_REPORT_PARCEL_H

#include "report/report.h"

/* Append OUTCOME's values to OUT, without where they were found. */
void modori_parcel_make (GString *out, const ModoriOutcome *outcome);

/* Take the next outcome off PARCELS, whose bytes it shares: texts and nothing else.  FALSE when
 * there is none, or PARCELS is none of modori_parcel_make's. */
gboolean modori_parcel_open (ModoriSpan *parcels, ModoriOutcome *outcome);

#endif
