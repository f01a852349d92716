/* merge.h - from drafts to outcomes: a dialect's findings and what others found before it.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_REPORT_MERGE_H
#define MODORI_REPORT_MERGE_H

#include "report/draft.h"

/* Take what GRAMMAR takes from header fields (of part HEAD of MESSAGE, and of the report's
 * returned message) into DRAFTS: recipients only when there are none. */
void modori_merge_take (ModoriDrafts *drafts, const ModoriGrammar *grammar,
                        ModoriMessage *message, guint head, ModoriReport *report);

/* Fill REPORT with what DRAFTS have: new outcomes when it has none with a recipient, else what
 * is still empty or useless in those it has.  TEXT is what was read, without the returned
 * message; SUBJECT is set to it when need be. */
void modori_merge (ModoriDrafts *drafts, const ModoriGrammar *grammar, ModoriSpan text,
                   ModoriSubject *subject, ModoriReport *report);

#endif
