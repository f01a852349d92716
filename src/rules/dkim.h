/* dkim.h - reading a DKIM-Signature.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_RULES_DKIM_H
#define MODORI_RULES_DKIM_H

#include "mail/message.h"

/* The value of TAG ('d', 's' ...) in the value of a DKIM-Signature field, folds included; empty
 * when it is not there. */
ModoriSpan modori_dkim_tag (ModoriSpan signature, char tag);

/* The DKIM-Signature of MESSAGE (may be NULL) that counts for mail from the domain FROM: that of
 * its organisation, else the first.  Empty when there is none, or its selector is none. */
ModoriSpan modori_dkim_signature (ModoriMessage *message, ModoriSpan from);

#endif
