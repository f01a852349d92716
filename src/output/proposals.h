/* proposals.h - proposed rules as a rules file.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_OUTPUT_PROPOSALS_H
#define MODORI_OUTPUT_PROPOSALS_H

#include "rules/propose.h"

/* Append a rules file to OUT: the PROPOSALS that were made of what LEARNER gathered from MESSAGES
 * messages, in N_WORDINGS wordings, with comments that tell what to look at.  REDACT: without the
 * places of messages. */
void modori_proposals_put (GString *out, const ModoriLearner *learner,
                           const ModoriProposals *proposals, guint n_wordings,
                           guint64 messages, gboolean redact);

#endif
