/* date.h - the dates of mail.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_MAIL_DATE_H
#define MODORI_MAIL_DATE_H

#include "text/span.h"

/* Room for "2024-02-01T09:30:00+09:00". */
#define MODORI_DATE_MAX 32

/* DATE (RFC 5322 section 3.3, and what is sent for it) as RFC 3339 in its own time zone, "" when
 * it cannot be read. A zone that says nothing ("-0000", "GMT") gives "Z". */
void modori_date_rfc3339 (ModoriSpan date, char out[MODORI_DATE_MAX]);

/* What that function wrote, as seconds from some day on; FALSE when there is no such time.  (A
 * GDateTime costs as much as all that is asked of a message's date.) */
gboolean modori_date_seconds (const char *text, gint64 *seconds);

#endif
