/* flatten.h - JSON as lines of text.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_MAIL_FLATTEN_H
#define MODORI_MAIL_FLATTEN_H

#include "text/span.h"

/* Append the JSON in TEXT (UTF-8), from its first brace, to OUT: a line
 * "bounce.bouncedRecipients[0].emailAddress = a@b" for each value that is no object or array.  A
 * string "Message" that holds JSON itself is read as well, its names beginning anew.  At most
 * about MAX bytes (0: MODORI_FLATTEN_MAX). */
void modori_flatten_json (GString *out, ModoriSpan text, gsize max);

/* Each value repeats the names above it: small hostile texts could become large. */
#define MODORI_FLATTEN_MAX (1024 * 1024)

#endif
