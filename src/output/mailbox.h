/* mailbox.h - mail addresses from options, as they stand in a mail header.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_OUTPUT_MAILBOX_H
#define MODORI_OUTPUT_MAILBOX_H

#include <glib.h>

/* Is TEXT, of the header field FIELD, one line of UTF-8 without control characters?  FALSE with
 * ERROR set. */
gboolean modori_mailbox_check_line (const char *field, const char *text, GError **error);

/* TEXT ("taro@example.com, Hanako <hanako@example.jp>"; names in UTF-8, in quotes if they hold
 * a comma) as the value of the header field FIELD, folded; at most MOST addresses.  *DOMAIN is that
 * of the last address in ASCII, "" when it has none.  NULL with ERROR set; the caller frees
 * both. */
char *modori_mailbox_read (const char *field, const char *text, guint most, char **domain,
                           GError **error);

#endif
