/* outcomes.h - messages in, what they say out: read by worker processes (mail/jobs.h), one outcome
 * after the other, for all who keep outcomes.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_HISTORY_OUTCOMES_H
#define MODORI_HISTORY_OUTCOMES_H

#include "history/redact.h"
#include "mail/jobs.h"
#include "rules/engine.h"

typedef struct {
    /* OUTCOME is only its texts, good until this returns.  FALSE: enough. */
    gboolean (*outcome) (const ModoriOutcome *outcome, gpointer data);
    /* All outcomes of MAIL were told; REPORT: there was one. */
    void (*done) (const ModoriMail *mail, gboolean report, gpointer data);
    /* As in ModoriJobsTable. */
    void (*failed) (const ModoriMail *mail, const char *reason, gpointer data);
    void (*lost) (const char *reason, gpointer data);
    gpointer data;              /* all of them get it */
} ModoriOutcomesTable;

typedef struct {
    ModoriEngine *engine;
    ModoriRedactor *redactor;   /* used before outcomes leave the worker; or NULL */
    const char *lang;           /* of hints */
    gboolean nowhere;           /* outcomes say nothing of where their message lies */
} ModoriOutcomesReader;

typedef struct ModoriOutcomes ModoriOutcomes;

/* All three are copied; what READER points to must outlive this. */
ModoriOutcomes *modori_outcomes_new (const ModoriJobsOptions *options,
                                     const ModoriOutcomesReader *reader,
                                     const ModoriOutcomesTable *table);
void modori_outcomes_free (ModoriOutcomes *outcomes);

/* Have MAIL, which is copied, read now or later; tells of it, or of others that were added before.
 * FALSE: it is none that anybody need read, and is not told of. */
gboolean modori_outcomes_add (ModoriOutcomes *outcomes, const ModoriMail *mail);
/* Tell of all that were added. */
void modori_outcomes_finish (ModoriOutcomes *outcomes);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ModoriOutcomes, modori_outcomes_free)

#endif
