/* addressee.h - whom a reply speaks of, when a report gives it to several recipients.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_RULES_ADDRESSEE_H
#define MODORI_RULES_ADDRESSEE_H

#include "rules/rules.h"

/* Take back each of DECISIONS (of ModoriDecision, one for each outcome of REPORT) that says of a
 * recipient what the words say of another one of the same report. */
void modori_addressees_check (const ModoriRules *rules, ModoriReport *report, GArray *decisions);

/* The same for OUTCOME, which is kept as it was decided once, without the other ones: what was
 * taken back then stays so. */
void modori_addressee_check_again (const ModoriRules *rules, const ModoriOutcome *outcome,
                                   ModoriDecision *decision);

#endif
