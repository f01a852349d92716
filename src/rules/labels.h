/* labels.h - domains that a host may be in, found label by label from the right.
 *
 * A look-up costs a few steps for each letter of the host, however many domains there are.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_RULES_LABELS_H
#define MODORI_RULES_LABELS_H

#include "text/span.h"

/* Labels of one name (RFC 1035: 253 bytes). */
#define MODORI_LABELS_MAX 128

typedef struct ModoriLabels ModoriLabels;

ModoriLabels *modori_labels_new (void);
void modori_labels_free (ModoriLabels *labels);

/* "*.example.com", ".example.com" and "example.com." are "example.com". */
ModoriSpan modori_labels_bare (ModoriSpan domain);

/* Enter DOMAIN (bare; it must outlive LABELS), if it is not there yet: its number, counted from 0
 * in the order of entering. */
guint modori_labels_add (ModoriLabels *labels, ModoriSpan domain);

/* Write the numbers of the domains that HOST is, or is below, to FOUND (of MODORI_LABELS_MAX), the
 * shortest domain first.  How many there are. */
guint modori_labels_find (const ModoriLabels *labels, ModoriSpan host, guint *found);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ModoriLabels, modori_labels_free)

#endif
