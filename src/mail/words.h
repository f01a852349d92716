/* words.h - the text of header fields.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_MAIL_WORDS_H
#define MODORI_MAIL_WORDS_H

#include "mail/charset.h"

typedef struct ModoriWords ModoriWords;

ModoriWords *modori_words_new (ModoriCharsets *charsets);
void modori_words_free (ModoriWords *words);

/* TEXT unfolded, its encoded words decoded, without control characters: valid UTF-8 on one line.
 * Good until the next call; TEXT itself when there is nothing to do. */
ModoriSpan modori_words_decode (ModoriWords *words, ModoriSpan text);

#endif
