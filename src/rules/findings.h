/* findings.h - what in a message would make receivers refuse it.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_RULES_FINDINGS_H
#define MODORI_RULES_FINDINGS_H

#include "report/report.h"
#include "rules/header.h"
#include "text/knowledge.h"

extern const ModoriKind modori_finding_kind;

typedef struct ModoriFindings ModoriFindings;

typedef struct {
    const ModoriBlock *block;       /* the Finding */
    const char *evidence;           /* what was seen ("Message-ID: <1@localhost>"), one line of
                                     * valid UTF-8; "" when something is missing; kept by the
                                     * message */
} ModoriFound;

/* In the order of weight. */
typedef enum {
    MODORI_SEVERITY_NOTE,           /* worth knowing; nobody refuses for it alone */
    MODORI_SEVERITY_WARNING,        /* some refuse it */
    MODORI_SEVERITY_ERROR,          /* many refuse it */
} ModoriSeverity;

ModoriFindings *modori_findings_new (const ModoriKnowledge *knowledge, GError **error);

/* The header that is looked at, for others who look at the same message; owned by FINDINGS. */
ModoriHeader *modori_findings_header (const ModoriFindings *findings);
void modori_findings_free (ModoriFindings *findings);

/* Look at MESSAGE (a returned message, or any mail of the user's) and append a ModoriFound to
 * FOUND for each finding that holds, in the order of the rules.  HEADER_ONLY: the body is not
 * there, so its size and parts say nothing. */
void modori_findings_look (ModoriFindings *findings, ModoriMessage *message, gboolean header_only,
                           GArray *found);

/* What BLOCK, a Finding, says in LANG ("" or "ja").  The caller frees the texts; "" when there
 * is none. */
ModoriSeverity modori_finding_severity (const ModoriBlock *block);
char *modori_finding_title (const ModoriBlock *block, const char *lang);
char *modori_finding_why (const ModoriBlock *block, const char *lang);
char *modori_finding_refused_by (const ModoriBlock *block, const char *lang);
char *modori_finding_advice (const ModoriBlock *block);

/* For `rules test`: compile the patterns of BLOCK, see that its texts exist in both languages.
 * FALSE with ERROR set. */
gboolean modori_findings_check (ModoriFindings *findings, const ModoriBlock *block, GError **error);

/* Does EXAMPLE, a Yes (WANT) or No of BLOCK, do what it says?  FALSE with ERROR set. */
gboolean modori_findings_test_example (ModoriFindings *findings, const ModoriBlock *block,
                                       const ModoriEntry *example,
                                       gboolean want, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ModoriFindings, modori_findings_free)

#endif
