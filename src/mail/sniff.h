/* sniff.h - what a part really is, where its type says nothing or something wrong.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_MAIL_SNIFF_H
#define MODORI_MAIL_SNIFF_H

#include "mail/parts.h"

/* NODE, number INDEX, has a vague type: look at how its text begins, and set its media. */
void modori_sniff_node (ModoriNode *node, const ModoriNode *parent, guint index);

/* Does BODY, of a message without Content-Type, begin as a multipart does? */
gboolean modori_sniff_multipart (ModoriSpan body);

/* The boundary that the multipart BODY seems to have, or an empty span. */
ModoriSpan modori_sniff_boundary (ModoriSpan body);

/* Can TEXT, said to be base64, be that? */
gboolean modori_sniff_base64 (ModoriSpan text);

#endif
