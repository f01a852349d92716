/* verp.h - the recipient that a sender wrote into the address that bounces come back to.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_RULES_VERP_H
#define MODORI_RULES_VERP_H

#include "report/report.h"
#include "text/knowledge.h"

typedef struct ModoriVerps ModoriVerps;

extern const ModoriKind modori_verp_kind;

/* Read the Verp blocks of KNOWLEDGE, which must outlive them.  NULL with ERROR set. */
ModoriVerps *modori_verps_new (const ModoriKnowledge *knowledge, GError **error);
void modori_verps_free (ModoriVerps *verps);

/* Try PATTERN ("bounce+(?<local>.+)=(?<domain>.+)@", as written in a rules file, or without the
 * slashes) before all others but those added earlier.  FALSE with ERROR set when it is no pattern
 * with these two groups; WHAT it is wrong with, without a place. */
gboolean modori_verps_add (ModoriVerps *verps, const char *pattern, GError **error);

/* Put the recipient that ADDRESS stands for into OUT, which is emptied first; SRS and BATV are
 * undone before.  FALSE: it stands for none. */
gboolean modori_verps_find (ModoriVerps *verps, const char *address, GString *out);

/* Give the outcomes of REPORT the recipient that the mail was sent to, when the report came to (or
 * the returned message was sent from) an address that tells it. */
void modori_verps_apply (ModoriVerps *verps, ModoriReport *report);

/* Is BLOCK complete, and EXAMPLE of it right ("address -> recipient" for a Yes, an address that
 * stands for none for a No)?  FALSE with ERROR set. */
gboolean modori_verps_check (ModoriVerps *verps, const ModoriBlock *block, GError **error);
gboolean modori_verps_test_example (ModoriVerps *verps, const ModoriBlock *block,
                                    const ModoriEntry *entry, gboolean want, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ModoriVerps, modori_verps_free)

#endif
