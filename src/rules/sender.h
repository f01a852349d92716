/* sender.h - who the sender is: his own server, a hoster's, a web shop, a mailing service ...
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_RULES_SENDER_H
#define MODORI_RULES_SENDER_H

#include "report/report.h"
#include "rules/header.h"
#include "text/knowledge.h"

extern const ModoriKind modori_sender_kind;

typedef struct ModoriSenders ModoriSenders;

/* What is known of the sender already (rules/case.h). */
typedef struct {
    const char *sending_host;       /* "" when unknown, as all of them */
    const char *sender_domain;
    const char *from_domain;
} ModoriSenderFacts;

/* HEADER is one that others read too and that outlives the senders, or NULL. */
ModoriSenders *modori_senders_new (const ModoriKnowledge *knowledge, ModoriHeader *header,
                                   GError **error);
void modori_senders_free (ModoriSenders *senders);

/* The first Sender block that holds, or NULL.  OUTCOME, its WORDS and RETURNED may be NULL. */
const ModoriBlock *modori_senders_find (ModoriSenders *senders, const ModoriSenderFacts *facts,
                                        const ModoriOutcome *outcome, const ModoriSubject *words,
                                        ModoriMessage *returned);

/* What an SPF record must hold for mail that leaves through HOST of a service
 * ("include:_spf.example.com"), or NULL. */
const char *modori_senders_spf (const ModoriSenders *senders, ModoriSpan host);

/* Does a Sender block name DOMAIN, of From, as its own (If-From)? */
gboolean modori_senders_name_from (const ModoriSenders *senders, ModoriSpan domain);

/* Is HOST a customer's server of a hoster, under the name that is in its certificate? */
gboolean modori_senders_hosts (const ModoriSenders *senders, ModoriSpan host);

/* Title of BLOCK, a Sender, in LANG; the caller frees. */
char *modori_sender_title (const ModoriBlock *block, const char *lang);

/* For `rules test`. */
gboolean modori_senders_check (ModoriSenders *senders, const ModoriBlock *block, GError **error);
gboolean modori_senders_test_example (ModoriSenders *senders, const ModoriBlock *block,
                                      const ModoriEntry *example,
                                      gboolean want, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ModoriSenders, modori_senders_free)

#endif
