/* rules.h - why: the rules that decide the reason of an outcome.
 *
 * The first rule that fires wins, in this order: the site's; those of the known provider; when
 * the speaker is unknown, all provider rules by phrase; generic ones; then the status code; the
 * reply code; `undefined`.  No scores.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_RULES_RULES_H
#define MODORI_RULES_RULES_H

#include "report/report.h"
#include "rules/blocklist.h"
#include "rules/provider.h"
#include "rules/reason.h"
#include "rules/rule.h"

typedef struct ModoriRules ModoriRules;

/* How an outcome was decided. */
typedef struct {
    const ModoriBlock *block; /* the Rule, Status or Reason block that decided; its name, path and
                               * line are for people; NULL when nothing did (`undefined`) */
    const char *reason;             /* name of the reason; never NULL */
    const char *bounce;             /* "hard", "soft" or "none" */
    const char *advice; /* name of the advice: the rule's, else the reason's; "" when none */
    const ModoriBlock *provider;    /* who spoke, or NULL */
    ModoriCaptures captures; /* of the pattern that matched; spans into the outcome's words */
    const char *matched;     /* the pattern that matched, as written; "" when a code decided */
    const ModoriBlock *cause; /* the Finding that is probably behind a reply which does not say
                               * much, or NULL; left to the engine */
} ModoriDecision;

/* Read Reason, Status and Rule blocks; PROVIDERS and KNOWLEDGE must outlive them.  NULL with
 * ERROR set (a rule that names a reason or provider that is not there, a pattern of bad form,
 * ...). */
ModoriRules *modori_rules_new (const ModoriKnowledge *knowledge, ModoriProviders *providers,
                               GError **error);
void modori_rules_free (ModoriRules *rules);

/* Decide OUTCOME.  DECISION is filled; its strings belong to the rules and the outcome. */
void modori_rules_decide (ModoriRules *rules, const ModoriOutcome *outcome,
                          ModoriDecision *decision);

/* The words of OUTCOME, made ready for patterns: good until those of another are asked for, or
 * another is decided. */
const ModoriSubject *modori_rules_words (ModoriRules *rules, const ModoriOutcome *outcome);

/* Have the rules look for the marks of LISTS, too, which must be there as long as they decide; to
 * be called before.  The first list that the words of OUTCOME speak of, or NULL. */
void modori_rules_lend_lists (ModoriRules *rules, const ModoriBlocklists *lists);
const ModoriBlock *modori_rules_blocklist (ModoriRules *rules, const ModoriOutcome *outcome);

/* The words turned out not to speak of OUTCOME's recipient: DECISION becomes `undefined`. */
void modori_rules_take_back (const ModoriRules *rules, const ModoriOutcome *outcome,
                             ModoriDecision *decision);

/* Did the reply leave open what exactly is to be repaired?  So it is when a code or nothing
 * decided, or a rule that has no advice of its own, unless it says `Vague: no`. */
gboolean modori_rules_is_vague (const ModoriDecision *decision);

/* Is the block ONE (any, or NULL) a rule that is asked before the rule OTHER? */
gboolean modori_rules_asks_first (const ModoriRules *rules, const ModoriBlock *one,
                                  const ModoriBlock *other);

/* Write DECISION into OUTCOME: reason, bounce, rule, advice, provider, and named groups that are
 * keys of the record. */
void modori_rules_apply (ModoriReport *report, ModoriOutcome *outcome,
                         const ModoriDecision *decision);

/* Read every rule now, not only those that are asked: FALSE with ERROR set when something is
 * wrong with one. */
gboolean modori_rules_check (ModoriRules *rules, GError **error);

/* The meaning of an enhanced status code in LANG ("" or "ja"): "" when it is not registered.
 * The caller frees. */
char *modori_rules_status_meaning (const ModoriRules *rules, const char *status, const char *lang);

/* What is said of OUTCOME in one line in LANG: the title of the rule that made DECISION, else that
 * of the reason.  The caller frees. */
char *modori_rules_title (const ModoriRules *rules, const ModoriOutcome *outcome,
                          const ModoriDecision *decision, const char *lang);

/* Title of the reason NAME in LANG; the caller frees. */
char *modori_rules_reason_title (const ModoriRules *rules, const char *name, const char *lang);

/* Whose fault the reason NAME is, see ModoriReason; "unknown" when there is none of that name. */
const char *modori_rules_fault (const ModoriRules *rules, const char *name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ModoriRules, modori_rules_free)

#endif
