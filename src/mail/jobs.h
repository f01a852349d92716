/* jobs.h - worker processes: messages go out in batches, what became of them comes back in order.
 *
 * Knows messages, batches and processes; what is made of a message is the caller's.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_MAIL_JOBS_H
#define MODORI_MAIL_JOBS_H

#include "mail/source.h"

/* More than any machine gains from, and few enough for a number of one byte. */
#define MODORI_JOBS_MAX 64

typedef struct {
    /* Read MAIL, of which the sift said SIFT, and append to RESULT (which may hold something) what
     * take needs of it.  Runs in a worker or in this process: it must leave no other trace. */
    void (*read) (const ModoriMail *mail, guint sift, GString *result, gpointer data);
    /* Take the RESULT of MAIL, which may be empty: in this process, in the order of the messages.
     * MAIL's bytes lie where workers can write.  FALSE: enough. */
    gboolean (*take) (const ModoriMail *mail, ModoriSpan result, gpointer data);
    /* Instead of take: the processes that read MAIL ended before their time, as REASON tells. */
    void (*failed) (const ModoriMail *mail, const char *reason, gpointer data);
    /* A worker ended before its time, as REASON tells; what it had is read all the same. */
    void (*lost) (const char *reason, gpointer data);
    gpointer data;              /* all of them get it */
} ModoriJobsTable;

typedef struct {
    guint count;                /* workers at once; 1 to MODORI_JOBS_MAX */
    gboolean at_once;           /* each result is wanted before the next message is added */
    void (*enter) (void);       /* called first in each worker, to give up what it may; or NULL */
} ModoriJobsOptions;

typedef struct ModoriJobs ModoriJobs;

/* Both are copied.  Workers are forked when there is something for them, and have what this process
 * has then. */
ModoriJobs *modori_jobs_new (const ModoriJobsOptions *options, const ModoriJobsTable *table);
/* Ends the workers; what was not taken is not taken any more. */
void modori_jobs_free (ModoriJobs *jobs);

/* Have MAIL read, now or later: it is copied.  May take results, and waits for them when too many
 * are on their way. */
void modori_jobs_add (ModoriJobs *jobs, const ModoriMail *mail, guint sift);

/* Take the results of all that was added. */
void modori_jobs_finish (ModoriJobs *jobs);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ModoriJobs, modori_jobs_free)

#endif
