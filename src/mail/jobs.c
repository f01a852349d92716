/* jobs.c - worker processes: messages go out in batches, what became of them comes back in order.
 *
 * Messages are copied into slots of shared memory, a ring of them; a slot that is full is a batch.
 * A byte on a worker's socket is the number of its next slot; the answer says that the results lie
 * behind the messages in the same slot.  Results that find no room there follow on the socket,
 * where the worker waits until it is their turn: so memory is bounded whatever is written, and by
 * whoever reads our output at his leisure.  A worker does its batches in the order in which it got
 * them, and the oldest batch of all is taken first: nobody waits for somebody who waits for him.
 *
 * This process reads no message itself, so that none can hurt it.  A worker that is gone has left
 * its slots behind: each message that is missing is read by a process of its own, and the one on
 * which that ends too is left out, and told.  A worker that had nothing to do is not missed.  When
 * this process is gone, the workers see the end of their sockets.
 *
 * A single message is read here all the same: there is nothing else that it could take with it, and
 * a process costs as much as it does.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"
#include "mail/jobs.h"
#include "mail/batch.h"
#include "mail/mime.h"
#include "mail/worker.h"

#include <glib/gi18n.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* A batch is handed over when it has so much: enough work that waking somebody for it costs little,
 * and so little that it comes out of a processor's cache again.  (48 and 192 cost more.) */
#define BATCH (96 * 1024)

/* Slots for each worker: one it works on, others that wait for it while the oldest batch of all, in
 * other hands, takes its time. */
#define SLOTS_EACH 3

/* What a worker says: all results are in the slot, or those in the slot are followed by more. */
enum { DONE = 1, MORE };

/* Bytes of the longest result, far more than ten thousand outcomes have: what says that it is
 * longer is no worker of ours any more. */
#define RESULT_MAX (1U << 28)

/* How often a message is read by a process that ends, before it is left out: once may have been the
 * machine. */
#define TRIES 2

typedef struct {
    ModoriWorker process;
    guint batches;              /* it has now */
    gboolean told;              /* how it ended is said, or nobody's concern */
} Worker;

struct ModoriJobs {
    ModoriJobsTable table;
    ModoriJobsOptions options;
    guint wanted;               /* workers at once */
    Worker workers[MODORI_JOBS_MAX];
    ModoriSlot *slots;          /* a ring; NULL until needed, and when there is no memory */
    guint n_slots;
    ModoriBatch *batches;       /* of the slots */
    guint64 first, next;        /* batches on their way: from FIRST, which is the oldest, to before
                                 * NEXT, which is being filled; in the slot of that number modulo
                                 * n_slots */
    gboolean several;           /* this is no single message */
    GString *result;            /* its length and one result */
    gboolean enough;
};

#define NOBODY G_MAXUINT

/* --- in a worker --- */

/* The result of MAIL, with its length before it, in jobs->result. */
static void
read_mail (ModoriJobs *jobs, const ModoriMail *mail, guint sift)
{
    guint32 len = 0;

    g_string_truncate (jobs->result, 0);
    g_string_append_len (jobs->result, (const char *) &len, sizeof len);
    jobs->table.read (mail, sift, jobs->result, jobs->table.data);
    len = (guint32) (jobs->result->len - sizeof len);
    memcpy (jobs->result->str, &len, sizeof len);
}

/* Put the result into SLOT, or when it or one before it found no room there, send it. */
static gboolean
hand_back (const GString *result, ModoriSlot *slot, int fd, gboolean *more)
{
    const guint8 word = MORE;

    if (! *more && slot->results_used + result->len <= MODORI_SLOT_RESULTS) {
        memcpy (slot->results + slot->results_used, result->str, result->len);
        slot->results_used += result->len;
        return TRUE;
    }
    if (! *more && ! modori_worker_send (fd, &word, sizeof word))
        return FALSE;
    *more = TRUE;
    return modori_worker_send (fd, result->str, result->len);
}

/* With the last result SLOT is no longer ours: who takes that may fill the slot anew. */
static gboolean
work_on (ModoriJobs *jobs, ModoriSlot *slot, int fd)
{
    const char *at = slot->room;
    const guint mails = slot->mails;
    const guint8 word = DONE;
    gboolean more = FALSE;

    for (guint i = 0; i < mails; i++) {
        ModoriMail mail;
        ModoriPacked packed;

        memcpy (&packed, at, sizeof packed);
        mail = modori_packed_mail (&packed, at + sizeof packed, at);
        at += modori_packed_size (&mail);
        read_mail (jobs, &mail, packed.sift);
        if (! hand_back (jobs->result, slot, fd, &more))
            return FALSE;
    }
    return more || modori_worker_send (fd, &word, sizeof word);
}

/* What a worker does until the end of its socket.  That end is seen when no other process has the
 * sockets of ours: whether there is a list of open files or not. */
static void
serve (int fd, gpointer data)
{
    ModoriJobs *jobs = data;
    guint8 number;

    for (guint i = 0; i < MODORI_JOBS_MAX; i++)
        if (jobs->workers[i].process.fd > STDERR_FILENO && jobs->workers[i].process.fd != fd)
            close (jobs->workers[i].process.fd);
    while (modori_worker_receive (fd, &number, sizeof number)
           && work_on (jobs, &jobs->slots[number], fd))
        continue;
}

/* --- workers --- */

/* Fork WORKER.  The module that mail is read with is loaded before: once for all, and who lacks it
 * ends here, and not in each worker. */
static gboolean
fork_worker (ModoriJobs *jobs, ModoriWorker *worker, ModoriWorkerRun run, gpointer data)
{
    modori_mime ();
    return modori_worker_fork (worker, jobs->options.enter, run, data);
}

/* WORKER does not answer any more; what it said before can still be received. */
static void
lose (Worker *worker)
{
    if (worker->process.pid)
        modori_worker_wait (&worker->process);
}

/* One more, if the system lets us; else those that are there must do. */
static void
hire (ModoriJobs *jobs, Worker *worker)
{
    if (worker->process.fd >= 0)
        close (worker->process.fd);
    worker->told = FALSE;
    if (! fork_worker (jobs, &worker->process, serve, jobs))
        jobs->wanted = 0;
}

/* The worker with the fewest batches, or NOBODY.  A place where nobody is, and nothing to be taken
 * from, gets a new one when all others have something to do. */
static guint
least_busy (ModoriJobs *jobs)
{
    guint best = NOBODY, place = NOBODY, alive = 0;

    for (guint i = 0; i < MODORI_JOBS_MAX; i++) {
        const Worker *worker = &jobs->workers[i];

        alive += worker->process.pid != 0;
        if (worker->process.pid
            && (best == NOBODY || worker->batches < jobs->workers[best].batches))
            best = i;
        if (place == NOBODY && ! worker->process.pid && ! worker->batches)
            place = i;
    }
    if (alive >= jobs->wanted || place == NOBODY
        || (best != NOBODY && ! jobs->workers[best].batches))
        return best;
    hire (jobs, &jobs->workers[place]);
    return jobs->workers[place].process.pid ? place : best;
}

/* --- results --- */

static void
take (ModoriJobs *jobs, const ModoriMail *mail, const char *result, gsize len)
{
    if (! jobs->enough)
        jobs->enough = ! jobs->table.take (mail, modori_span (result, len), jobs->table.data);
}

static void
read_here (ModoriJobs *jobs, const ModoriMail *mail, guint sift)
{
    read_mail (jobs, mail, sift);
    take (jobs, mail, jobs->result->str + sizeof (guint32), jobs->result->len - sizeof (guint32));
}

/* One message for a process of its own. */
typedef struct {
    ModoriJobs *jobs;
    const ModoriMail *mail;
    guint sift;
} Single;

static void
serve_one (int fd, gpointer data)
{
    const Single *single = data;

    read_mail (single->jobs, single->mail, single->sift);
    modori_worker_send (fd, single->jobs->result->str, single->jobs->result->len);
}

/* The next result from FD, LEN bytes, in jobs->result. */
static gboolean
receive_result (ModoriJobs *jobs, int fd, guint32 *len)
{
    if (! modori_worker_receive (fd, len, sizeof *len) || *len > RESULT_MAX)
        return FALSE;
    g_string_set_size (jobs->result, *len);
    return modori_worker_receive (fd, jobs->result->str, *len);
}

/* Have MAIL read by a process of its own, or when that is not to be had, here.  FALSE: it ended
 * before its time, as WORKER tells. */
static gboolean
try_apart (ModoriJobs *jobs, const ModoriMail *mail, guint sift, ModoriWorker *worker)
{
    Single single = { jobs, mail, sift };
    gboolean good;
    guint32 len;

    if (! fork_worker (jobs, worker, serve_one, &single)) {
        read_here (jobs, mail, sift);
        return TRUE;
    }
    good = receive_result (jobs, worker->fd, &len);
    close (worker->fd);
    modori_worker_wait (worker);
    if (good)
        take (jobs, mail, jobs->result->str, len);
    return good;
}

/* The same, so many times.  FALSE: each time it ended, which is told. */
static gboolean
read_apart (ModoriJobs *jobs, const ModoriMail *mail, guint sift, guint tries)
{
    g_autofree char *reason = NULL;
    ModoriWorker worker;

    for (; tries; tries--)
        if (try_apart (jobs, mail, sift, &worker))
            return TRUE;
    reason = modori_worker_describe (&worker);
    jobs->table.failed (mail, reason, jobs->table.data);
    return FALSE;
}

/* --- batches --- */

static ModoriSlot *
slot_of (ModoriJobs *jobs, guint64 batch)
{
    return &jobs->slots[batch % jobs->n_slots];
}

static ModoriBatch *
batch_of (ModoriJobs *jobs, guint64 batch)
{
    return &jobs->batches[batch % jobs->n_slots];
}

/* The results of a batch, one after the other. */
typedef struct {
    Worker *worker;             /* NULL: nobody had it */
    const char *at, *end;       /* in the slot */
    gboolean more;              /* then, on the socket */
} Results;

/* What the owner of the oldest batch made of it. */
static Results
collect (ModoriJobs *jobs, const ModoriSlot *slot)
{
    guint owner = batch_of (jobs, jobs->first)->owner;
    Results results = { 0 };
    guint8 word = DONE;

    if (owner == NOBODY)
        return results;
    results.worker = &jobs->workers[owner];
    results.worker->batches--;
    if (! modori_worker_receive (results.worker->process.fd, &word, sizeof word))
        lose (results.worker);
    results.at = slot->results;
    results.end = slot->results + MIN (slot->results_used, MODORI_SLOT_RESULTS);
    results.more = word == MORE;
    return results;
}

/* Take what was made of MAIL, the next one of MODORI_SLOT_RESULTS.  FALSE: nothing was. */
static gboolean
take_next (ModoriJobs *jobs, Results *results, const ModoriMail *mail)
{
    gsize room = (gsize) (results->end - results->at);
    guint32 len;

    if (room >= sizeof len) {
        memcpy (&len, results->at, sizeof len);
        results->at += sizeof len;
        room -= sizeof len;
        if (len <= room)
            take (jobs, mail, results->at, len);
        results->at += MIN (len, room);
        return len <= room;
    }
    if (! results->more)
        return FALSE;
    results->more = receive_result (jobs, results->worker->process.fd, &len);
    if (! results->more)
        lose (results->worker);
    else
        take (jobs, mail, jobs->result->str, len);
    return results->more;
}

/* What WORKER (or NULL) has not made of MAIL: was it because of it? */
static void
take_missing (ModoriJobs *jobs, Worker *worker, const ModoriMail *mail, guint sift)
{
    gboolean suspect = worker && ! worker->told, good;

    good = read_apart (jobs, mail, sift, suspect ? TRIES - 1 : TRIES);
    if (suspect && good) {
        g_autofree char *reason = modori_worker_describe (&worker->process);

        jobs->table.lost (reason, jobs->table.data);
    }
    if (worker)
        worker->told = TRUE;
}

/* Take the results of the oldest batch. */
static void
take_first (ModoriJobs *jobs)
{
    const ModoriSlot *slot = slot_of (jobs, jobs->first);
    const ModoriBatch *batch = batch_of (jobs, jobs->first);
    Results results = collect (jobs, slot);
    const char *path = batch->paths->str;
    gboolean missing = FALSE;

    for (guint i = 0; i < batch->mails->len && ! jobs->enough; i++) {
        const ModoriPacked *packed = &g_array_index (batch->mails, ModoriPacked, i);
        ModoriMail mail = modori_packed_mail (packed, path, slot->room + packed->at);

        missing = missing || ! take_next (jobs, &results, &mail);
        if (missing && ! jobs->enough)
            take_missing (jobs, results.worker, &mail, packed->sift);
        path += packed->path_len;
    }
    jobs->first++;
}

/* Begin a batch, for which there is a slot. */
static void
begin_batch (ModoriJobs *jobs)
{
    modori_batch_begin (batch_of (jobs, jobs->next), slot_of (jobs, jobs->next));
}

/* Give the batch that was filled to a worker. */
static void
hand_over (ModoriJobs *jobs)
{
    const guint8 number = (guint8) (jobs->next % jobs->n_slots);
    guint who = least_busy (jobs);

    slot_of (jobs, jobs->next)->mails = batch_of (jobs, jobs->next)->mails->len;
    if (who != NOBODY
        && ! modori_worker_send (jobs->workers[who].process.fd, &number, sizeof number)) {
        lose (&jobs->workers[who]);
        who = NOBODY;
    }
    if (who != NOBODY)
        jobs->workers[who].batches++;
    batch_of (jobs, jobs->next)->owner = who;
    jobs->next++;
    while (jobs->next - jobs->first == jobs->n_slots)
        take_first (jobs);
    begin_batch (jobs);
}

/* Is the one message that was added the only one? */
static gboolean
is_alone (ModoriJobs *jobs)
{
    return jobs->next == 0 && batch_of (jobs, 0)->mails->len == 1 && ! jobs->several;
}

static void
read_only_one (ModoriJobs *jobs)
{
    const ModoriBatch *batch = batch_of (jobs, 0);
    const ModoriPacked *packed = &g_array_index (batch->mails, ModoriPacked, 0);
    ModoriMail mail = modori_packed_mail (packed, batch->paths->str, slot_of (jobs, 0)->room);

    read_here (jobs, &mail, packed->sift);
    begin_batch (jobs);
}

/* Take all that is on its way. */
static void
drain (ModoriJobs *jobs)
{
    if (jobs->slots && batch_of (jobs, jobs->next)->mails->len)
        hand_over (jobs);
    while (jobs->first < jobs->next && ! jobs->enough)
        take_first (jobs);
}

/* Is there a place where messages wait to be read? */
static gboolean
has_slots (ModoriJobs *jobs)
{
    gpointer memory;

    if (jobs->slots)
        return TRUE;
    memory = mmap (NULL, jobs->n_slots * sizeof (ModoriSlot), PROT_READ | PROT_WRITE,
                   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED)
        return FALSE;
    jobs->slots = memory;
    begin_batch (jobs);
    return TRUE;
}

/* --- from outside --- */

ModoriJobs *
modori_jobs_new (const ModoriJobsOptions *options, const ModoriJobsTable *table)
{
    ModoriJobs *jobs = g_new0 (ModoriJobs, 1);

    jobs->table = *table;
    jobs->options = *options;
    jobs->wanted = CLAMP (options->count, 1, MODORI_JOBS_MAX);
    jobs->n_slots = SLOTS_EACH * jobs->wanted;
    jobs->batches = g_new0 (ModoriBatch, jobs->n_slots);
    jobs->result = g_string_new (NULL);
    for (guint i = 0; i < MODORI_JOBS_MAX; i++)
        jobs->workers[i].process = MODORI_NO_WORKER;
    return jobs;
}

void
modori_jobs_free (ModoriJobs *jobs)
{
    if (! jobs)
        return;
    for (guint i = 0; i < MODORI_JOBS_MAX; i++)
        if (jobs->workers[i].process.fd >= 0)
            close (jobs->workers[i].process.fd);
    for (guint i = 0; i < MODORI_JOBS_MAX; i++)
        lose (&jobs->workers[i]);
    for (guint i = 0; i < jobs->n_slots; i++)
        modori_batch_clear (&jobs->batches[i]);
    if (jobs->slots)
        munmap (jobs->slots, jobs->n_slots * sizeof (ModoriSlot));
    g_string_free (jobs->result, TRUE);
    g_free (jobs->batches);
    g_free (jobs);
}

void
modori_jobs_add (ModoriJobs *jobs, const ModoriMail *mail, guint sift)
{
    gsize size = modori_packed_size (mail);

    if (jobs->enough)
        return;
    if (size > MODORI_SLOT_ROOM || ! has_slots (jobs)) {
        jobs->several = TRUE;
        drain (jobs);
        read_apart (jobs, mail, sift, TRIES);
        return;
    }
    if (batch_of (jobs, jobs->next)->used + size > MODORI_SLOT_ROOM)
        hand_over (jobs);
    modori_batch_add (batch_of (jobs, jobs->next), slot_of (jobs, jobs->next), mail, sift);
    if (jobs->options.at_once)
        drain (jobs);
    else if (batch_of (jobs, jobs->next)->used >= BATCH)
        hand_over (jobs);
}

void
modori_jobs_finish (ModoriJobs *jobs)
{
    if (jobs->slots && ! jobs->enough && is_alone (jobs))
        read_only_one (jobs);
    drain (jobs);
}
