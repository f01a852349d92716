/* reading.h - going through mailboxes, for the commands that do: options, errors, progress.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_COMMANDS_READING_H
#define MODORI_COMMANDS_READING_H

#include "mail/jobs.h"
#include "mail/source.h"
#include "output/progress.h"

typedef struct {
    ModoriSourceOptions source;
    gboolean quiet;             /* no progress bar, no warnings */
    gboolean only_one;          /* standard input is one message, whatever it looks like */
    guint64 messages;           /* read so far */
    guint64 bounces;            /* the visitor's count, for the progress bar */
    int status;                 /* of the first thing that went wrong (sysexits.h), else 0 */
    gboolean stop;              /* set by the visitor: enough */
    ModoriProgress *progress;   /* while it runs; NULL where nobody watches */
} ModoriReading;

/* Called with each message. */
typedef void (*ModoriVisit) (const ModoriMail *mail, gpointer data);

/* Read each of PATHS (none: standard input, unless that is a terminal).  What cannot be read is
 * said, and the next one is read. */
void modori_reading_run (ModoriReading *reading, char **paths, ModoriVisit visit, gpointer data);

/* How messages are read by other processes: at most COUNT at once (0: what the configuration or the
 * machine says). */
ModoriJobsOptions modori_reading_jobs (guint count);
/* MAIL could not be read by us, as REASON tells (ModoriJobsTable's failed): that is said, and it is
 * left out.  Or a process was LOST, and nothing with it. */
void modori_reading_fail (ModoriReading *reading, const ModoriMail *mail, const char *reason);
void modori_reading_lost (ModoriReading *reading, const char *reason);

/* Clear the progress bar, before something is written to the same terminal. */
void modori_reading_clear (ModoriReading *reading);

#endif
