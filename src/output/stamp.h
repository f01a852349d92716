/* stamp.h - a message with header fields that say what it reports, for programs that sort mail.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_OUTPUT_STAMP_H
#define MODORI_OUTPUT_STAMP_H

#include "report/report.h"

/* Bytes of a message in which its header is looked for: mail servers pass on much less. */
#define MODORI_STAMP_MAX (1024 * 1024)

/* Write what REPORT says (NULL: the message is no report) into the header of the message that
 * begins with START (at most MODORI_STAMP_MAX bytes of it), and append the result to OUT, which is
 * empty: the same bytes with X-Modori-Bounce, and for each outcome X-Modori-Recipient and
 * X-Modori-Reason, behind a "From " line and before the first field.  Fields of those names that
 * were there are left out: only ours are to be believed. */
void modori_stamp (GString *out, ModoriSpan start, ModoriReport *report);

#endif
