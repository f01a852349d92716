/* provider.h - who is speaking: the receivers, gateways and services of the world.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_RULES_PROVIDER_H
#define MODORI_RULES_PROVIDER_H

#include "report/report.h"
#include "text/index.h"
#include "text/knowledge.h"
#include "text/pattern.h"

extern const ModoriKind modori_provider_kind;

typedef struct ModoriProviders ModoriProviders;

ModoriProviders *modori_providers_new (const ModoriKnowledge *knowledge, GError **error);
void modori_providers_free (ModoriProviders *providers);

/* How many marks they have; they are entered into INDEX as items from FIRST on. */
guint modori_providers_n_marks (const ModoriProviders *providers);
void modori_providers_enter (ModoriProviders *providers, ModoriIndex *index, guint first);

/* Whose server spoke in OUTCOME: by the name of the remote host, else by a mark in its words
 * (SUBJECT: the words, at which INDEX has looked), else by the domain of the recipient, else, when
 * no remote host is named, by the name of the host that reports (of a provider with mailboxes).
 * NULL: unknown.  CERTAIN: by remote host or mark (a domain may be hosted elsewhere, a reporter may
 * quote others). */
const ModoriBlock *modori_providers_speaker (ModoriProviders *providers,
                                             const ModoriOutcome *outcome,
                                             const ModoriSubject *subject,
                                             const ModoriIndex *index, gboolean *certain);

/* What the words SUBJECT tell in the manner of SPEAKER (a Provider block; NULL: nobody's), added
 * to CAPTURES where they have nothing of that name. */
void modori_providers_fill (ModoriProviders *providers, const ModoriBlock *speaker,
                            const ModoriSubject *subject, ModoriCaptures *captures);

/* What people call PROVIDER, in LANG ("" or "ja"); the caller frees. */
char *modori_provider_title (const ModoriBlock *provider, const char *lang);

/* Is HOST the domain PATTERN or below it?  "google.com", "*.google.com" and ".google.com" all
 * mean that. */
gboolean modori_host_is_below (ModoriSpan host, ModoriSpan pattern);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ModoriProviders, modori_providers_free)

#endif
