/* intake.h - from the spool into history.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_HISTORY_INTAKE_H
#define MODORI_HISTORY_INTAKE_H

#include "history/history.h"
#include "history/redact.h"
#include "mail/jobs.h"

typedef struct {
    guint64 messages;           /* taken in */
    guint64 reports;            /* of them reports */
    guint64 aside;              /* put aside: no report */
    guint64 left;               /* files left where they are: they could not be read, or removed */
    guint64 faults;             /* put aside: modori could not read them, as `trouble` tells */
    char *trouble;              /* what was wrong with the first of the last two, or NULL;
                                 * own */
} ModoriIntake;

/* Take every message of the spool DIR into HISTORY and remove it once that is committed.  REDACTOR
 * (or NULL) is used before anything is kept.  JOBS: how messages are read.  Nothing to do is no
 * error.  FALSE with ERROR set:
 * what was not taken in is still there. */
gboolean modori_intake_run (const char *dir, ModoriHistory *history, ModoriEngine *engine,
                            ModoriRedactor *redactor, const ModoriJobsOptions *jobs,
                            ModoriIntake *intake, GError **error);

#endif
