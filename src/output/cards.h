/* cards.h - what to repair, as cards on a page.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_OUTPUT_CARDS_H
#define MODORI_OUTPUT_CARDS_H

#include "history/digest.h"

/* Append the repairs of DIGEST as HTML, each with its count, an example, and what to do. */
void modori_cards_put (GString *out, const ModoriDigest *digest);

#endif
