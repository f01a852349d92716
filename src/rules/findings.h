/* findings.h - what in a message would make receivers refuse it.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_RULES_FINDINGS_H
#define MODORI_RULES_FINDINGS_H

#include "report/report.h"
#include "rules/finding.h"
#include "rules/header.h"
#include "rules/received.h"
#include "text/knowledge.h"

typedef struct ModoriFindings ModoriFindings;

typedef struct {
    const ModoriBlock *block;       /* the Finding */
    const char *evidence;           /* what was seen ("Message-ID: <1@localhost>"), one line of
                                     * valid UTF-8; "" when something is missing; kept by the
                                     * message */
} ModoriFound;

ModoriFindings *modori_findings_new (const ModoriKnowledge *knowledge, GError **error);

/* The header that is looked at, for others who look at the same message; owned by FINDINGS. */
ModoriHeader *modori_findings_header (const ModoriFindings *findings);
void modori_findings_free (ModoriFindings *findings);

/* Look at MESSAGE (a returned message, or any mail of the user's) and append a ModoriFound to
 * FOUND for each finding that holds, in the order of the rules.  COPY tells how much of it can be
 * there. */
void modori_findings_look (ModoriFindings *findings, ModoriMessage *message, ModoriCopy copy,
                           GArray *found);

/* The hops of the message that was looked at last, as far as they were read: good as long as the
 * message stays. */
ModoriReceivedHops modori_findings_hops (const ModoriFindings *findings);

/* For `rules test`: compile the patterns of BLOCK, see that its texts exist in both languages.
 * FALSE with ERROR set. */
gboolean modori_findings_check (ModoriFindings *findings, const ModoriBlock *block, GError **error);

/* Does EXAMPLE, a Yes (WANT) or No of BLOCK, do what it says?  FALSE with ERROR set. */
gboolean modori_findings_test_example (ModoriFindings *findings, const ModoriBlock *block,
                                       const ModoriEntry *example,
                                       gboolean want, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ModoriFindings, modori_findings_free)

#endif
