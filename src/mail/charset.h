/* charset.h - any bytes to UTF-8.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_MAIL_CHARSET_H
#define MODORI_MAIL_CHARSET_H

#include "text/span.h"

/* The converters that were opened: opening one costs far more than a message. */
typedef struct ModoriCharsets ModoriCharsets;

ModoriCharsets *modori_charsets_new (void);
void modori_charsets_free (ModoriCharsets *charsets);

/* Open all that mail is commonly written in, for a process that will not be allowed to open files
 * later. */
void modori_charsets_prepare (ModoriCharsets *charsets);

/* A new message: it may try as many unheard-of charsets as any other. */
void modori_charsets_reset (ModoriCharsets *charsets);

/* Append TEXT, said to be in CHARSET (empty when nothing is said), to OUT as valid UTF-8, at most
 * about MAX bytes (0: no limit).  What cannot be read becomes U+FFFD. */
void modori_charset_append (ModoriCharsets *charsets, GString *out, ModoriSpan charset,
                            ModoriSpan text, gsize max);

/* What TEXT, which holds bytes above 127 and says not what they are, is most likely written in:
 * an iconv name. */
const char *modori_charset_guess (ModoriSpan text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ModoriCharsets, modori_charsets_free)

#endif
