/* worker.h - a process forked from this one that reads what it is given, and says what came of it.
 *
 * It has what this process had when it was forked, and of its files only a socket to this process
 * and standard error.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_MAIL_WORKER_H
#define MODORI_MAIL_WORKER_H

#include "text/span.h"

#include <sys/types.h>

typedef struct {
    pid_t pid;                  /* 0: it is no more */
    int fd;                     /* our end of its socket, or -1; what it said before its end can
                                 * still be received */
    int end;                    /* how it ended, as waitpid tells; -1 when nobody knows, or wants to
                                 * know, any more */
} ModoriWorker;

#define MODORI_NO_WORKER ((ModoriWorker) { 0, -1, -1 })

/* Runs in the worker: until it returns, and then the worker ends. */
typedef void (*ModoriWorkerRun) (int fd, gpointer data);

/* Fork WORKER, which calls ENTER (or NULL), to give up what it may do, and then RUN.  FALSE: the
 * system does not let us. */
gboolean modori_worker_fork (ModoriWorker *worker, void (*enter) (void), ModoriWorkerRun run,
                             gpointer data);

/* Wait for the end of WORKER. */
void modori_worker_wait (ModoriWorker *worker);
/* How WORKER, which has ended, did: "was ended by signal 11 (Segmentation fault)".  To be freed. */
char *modori_worker_describe (const ModoriWorker *worker);
/* Send or receive LEN BYTES, all of them.  FALSE: the other side is gone. */
gboolean modori_worker_send (int fd, gconstpointer bytes, gsize len);
gboolean modori_worker_receive (int fd, gpointer bytes, gsize len);

#endif
