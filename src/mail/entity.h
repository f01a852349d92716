/* entity.h - the character references of HTML.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_MAIL_ENTITY_H
#define MODORI_MAIL_ENTITY_H

#include "text/span.h"

/* The character that TEXT, which begins with "&", stands for, in C; gives its length there, or 0
 * when it is none. */
gsize modori_entity_read (ModoriSpan text, gunichar *c);

#endif
