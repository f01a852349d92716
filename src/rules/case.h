/* case.h - what is known of one case: the placeholders of advice.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_RULES_CASE_H
#define MODORI_RULES_CASE_H

#include "report/report.h"
#include "rules/blocklist.h"
#include "rules/received.h"
#include "rules/rules.h"
#include "rules/sender.h"

/* A name and the text for it: the placeholders of a case. */
typedef struct ModoriCase ModoriCase;

/* What is known of the case: every key of OUTCOME, the captures of DECISION, and what is derived
 * from them and from RETURNED, the returned message.  Each may be NULL; all must outlive the
 * case.  Nothing is looked at before it is asked for.  Derived are:
 *   from_address from_domain        of From: of the returned message
 *   sender_domain recipient_domain  of the envelope
 *   spf_domain                      whose SPF record counts: sender_domain, else from_domain
 *   dkim_domain dkim_selector       of its DKIM-Signature (that of From's organisation, if any)
 *   sending_host sending_ip         which machine handed the mail to the far side; public ones only
 *   spf_term                        what SPF should hold for that machine: "ip4:192.0.2.1",
 *                                   "a:HOST mx", "include:..."
 *   mail_host                       a proper name for it: sending_host if it is the sender's
 *                                   own, else "mail." and From's
 *                                   organisational domain
 *   helo                            what it called itself, as a server on the way wrote down
 *   message_id_host                 the right side of Message-ID
 *   smtp_hosts smtp_host            names that may be in the certificate of the user's mail
 *                                   server; the first of them
 *   blocklist_title blocklist_lists blocklist_look_up blocklist_removal blocklist_note
 *                                   the block list that the words speak of, as its block in the
 *                                   rules tells
 *   blocklist_listed                the address or domain that is on it, or else sending_ip
 *   blocklist_query                 the name under which the DNS knows that
 *   retry_after                     how long to wait, as people say it, when the reply names it
 *   mta                             the dialect in which one's own server wrote the report
 *   public_from                     from_domain, when it is a mail provider's (If-From of a
 *                                   Sender), whose DNS is nobody else's business */
ModoriCase *modori_case_new (const ModoriOutcome *outcome, const ModoriDecision *decision,
                             ModoriMessage *returned);
void modori_case_free (ModoriCase *facts);

/* Forget all, and begin as modori_case_new does: for one case after the other. */
void modori_case_begin (ModoriCase *facts, const ModoriOutcome *outcome,
                        const ModoriDecision *decision, ModoriMessage *returned);

/* Some hops of the returned message, which somebody has read. */
void modori_case_lend_hops (ModoriCase *facts, ModoriReceivedHops known);

/* DECISION is the one on OUTCOME. */
void modori_case_decide (ModoriCase *facts, const ModoriDecision *decision);

/* NAME is VALUE: that counts more than what would be derived, and others are derived from it.  For
 * what a check saw; VALUE may be a stranger's. */
void modori_case_add (const ModoriCase *facts, const char *name, const char *value);

/* What the rules know of hosters, services and block lists. */
typedef struct {
    ModoriSenders *senders;
    ModoriBlocklists *blocklists;
} ModoriSources;

/* Use SOURCES for what is derived from now on, in LANG (modori_adviser_... do this by
 * themselves). */
void modori_case_consult (const ModoriCase *facts, const ModoriSources *sources, const char *lang);

/* The value of a placeholder, or NULL when not known; good until the next call. */
const char *modori_case_get (const ModoriCase *facts, const char *name);

/* Append to OUT what only the returned message tells and advice may need, for the record (its key
 * `facts`): a case without a returned message takes it from there.  CERTIFICATE: names of mail
 * servers, too. */
void modori_case_keep (const ModoriCase *facts, GString *out, gboolean certificate);

/* TEXT with "{name}" and "{name|example}" filled in; the caller frees.  EXAMPLE (may be NULL) is
 * set when an example or "<name>" had to stand in. */
char *modori_case_fill (const ModoriCase *facts, ModoriSpan text, gboolean *example);

/* The same for what will be typed into a shell or a form: a value that holds anything but
 * letters, digits and the marks of names and addresses was written by a stranger and counts as
 * unknown. */
char *modori_case_fill_command (const ModoriCase *facts, ModoriSpan text, gboolean *example);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ModoriCase, modori_case_free)

#endif
