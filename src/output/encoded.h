/* encoded.h - text beyond ASCII in a mail header.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_OUTPUT_ENCODED_H
#define MODORI_OUTPUT_ENCODED_H

#include <glib.h>

/* Must TEXT be encoded?  Not if it is short ASCII that nobody takes for an encoded word. */
gboolean modori_encoded_is_needed (const char *text);

/* Append TEXT (UTF-8) as encoded words, each on a line of its own: "=?UTF-8?B?...?=\n =?..."; the
 * last line is not ended. */
void modori_encoded_append (GString *out, const char *text);

#endif
