/* dkim.h - reading a DKIM-Signature.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_RULES_DKIM_H
#define MODORI_RULES_DKIM_H

#include "text/span.h"

/* The value of TAG ('d', 's' ...) in the value of a DKIM-Signature field, folds included; empty
 * when it is not there. */
ModoriSpan modori_dkim_tag (ModoriSpan signature, char tag);

#endif
