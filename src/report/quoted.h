/* quoted.h - the message that a person quotes or forwards in the text of another.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_REPORT_QUOTED_H
#define MODORI_REPORT_QUOTED_H

#include "report/signs.h"

/* Bytes of quoted text; a report says what it has to say before that. */
#define MODORI_QUOTED_MAX (64 * 1024)

/* The message that TEXT quotes with "> " or behind a divider; empty when it quotes none.  The
 * caller frees. */
GString *modori_quoted_message (const ModoriSigns *signs, ModoriSpan text);

#endif
