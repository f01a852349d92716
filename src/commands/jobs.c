/* jobs.c - worker processes: messages go out in batches, what became of them comes back in order.
 *
 * Messages are copied into slots of shared memory, a ring of them; a slot that is full is a batch.
 * A byte on a worker's socket is the number of its next slot; the answer says that the results lie
 * behind the messages in the same slot.  Results that find no room there follow on the socket,
 * where the worker waits until it is their turn: so memory is bounded whatever is written, and by
 * whoever reads our output at his leisure.  A worker does its batches in the order in which it got
 * them, and the oldest batch of all is taken first: nobody waits for somebody who waits for him.
 *
 * A worker that is gone has left its slots behind: what is missing is read here, and that is told;
 * one that had nothing to do is not missed.  When this process is gone, the workers see the end of
 * their sockets.
 *
 * The first messages are read here, and only then workers are forked: a small mailbox needs none,
 * and what all of them would find out (patterns that are compiled, rules that are read) they share.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"
#include "commands/jobs.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* Bytes of messages that this process reads itself before it forks: some milliseconds of work. */
#define ALONE (256 * 1024)

/* A batch is handed over when it has so much: enough work that waking somebody for it costs little,
 * and so little that it comes out of a processor's cache again.  (48 and 192 cost more.) */
#define BATCH (96 * 1024)

/* Room for messages and for results in a slot.  What is longer (few bounces are) goes the slow way:
 * such a message is read here, such results come through the socket. */
#define ROOM (448 * 1024)
#define RESULTS (128 * 1024)

/* Slots for each worker: one it works on, others that wait for it while the oldest batch of all, in
 * other hands, takes its time. */
#define SLOTS_EACH 3

/* What a worker says: all results are in the slot, or those in the slot are followed by more. */
enum { DONE = 1, MORE };

/* Instead of the length of a result: there are no more. */
#define NO_MORE G_MAXUINT32

/* Shared. */
typedef struct {
    guint mails;                /* so many */
    gsize used;                 /* bytes of `room` */
    gsize results_used;         /* bytes of `results`: each its length (guint32) and a result */
    char room[ROOM];            /* each a Packed and its texts */
    char results[RESULTS];
} Slot;

/* A ModoriMail; path (with its NUL), From line and bytes follow. */
typedef struct {
    guint64 offset, line;
    gsize path_len, from_len, len;
    guint sift;
    gboolean truncated;
} Packed;

typedef struct {
    pid_t pid;                  /* 0: it is no more */
    int end;                    /* how it ended; -1: that was told */
    int fd;
    guint batches;              /* it has now */
} Worker;

struct ModoriJobs {
    ModoriJobsTable table;
    guint wanted;               /* workers: no more are forked when there are so many */
    guint alive;
    Worker workers[MODORI_JOBS_MAX];
    guint n_workers;            /* ever forked */
    Slot *slots;                /* a ring; NULL until it is needed */
    guint n_slots;
    guint owner[SLOTS_EACH * MODORI_JOBS_MAX];  /* which worker has the slot; NOBODY */
    guint64 first, next;        /* batches on their way: from FIRST, which is the oldest, to before
                                 * NEXT, which is being filled; in the slot of that number modulo
                                 * n_slots */
    gsize alone;                /* bytes read here before the first batch */
    GString *result;            /* its length and one result */
    gboolean enough;
};

#define NOBODY G_MAXUINT

/* --- sockets --- */

static gboolean
send_all (int fd, gconstpointer bytes, gsize len)
{
    const char *at = bytes;

    while (len) {
        gssize n = send (fd, at, len, MSG_NOSIGNAL);

        if (n < 0 && errno != EINTR)
            return FALSE;
        if (n > 0) {
            at += n;
            len -= (gsize) n;
        }
    }
    return TRUE;
}

static gboolean
receive_all (int fd, gpointer bytes, gsize len)
{
    char *at = bytes;

    while (len) {
        gssize n = recv (fd, at, len, 0);

        if (n == 0 || (n < 0 && errno != EINTR))
            return FALSE;
        if (n > 0) {
            at += n;
            len -= (gsize) n;
        }
    }
    return TRUE;
}

/* --- messages in a slot --- */

/* So that each Packed lies where the processor wants it. */
static gsize
aligned (gsize len)
{
    return (len + sizeof (guint64) - 1) / sizeof (guint64) * sizeof (guint64);
}

static gsize
packed_size (const ModoriMail *mail)
{
    return aligned (sizeof (Packed) + strlen (mail->path) + 1 + mail->from_line.len
                    + mail->bytes.len);
}

static char *
put (char *at, const char *bytes, gsize len)
{
    if (len)
        memcpy (at, bytes, len);
    return at + len;
}

/* Append MAIL to SLOT, where there is room for it. */
static void
pack (Slot *slot, const ModoriMail *mail, guint sift)
{
    Packed packed = { 0 };
    char *at = slot->room + slot->used;

    packed.offset = mail->offset;
    packed.line = mail->line;
    packed.path_len = strlen (mail->path) + 1;
    packed.from_len = mail->from_line.len;
    packed.len = mail->bytes.len;
    packed.sift = sift;
    packed.truncated = mail->truncated;
    slot->used += packed_size (mail);
    slot->mails++;
    at = put (at, (const char *) &packed, sizeof packed);
    at = put (at, mail->path, packed.path_len);
    at = put (at, mail->from_line.at, packed.from_len);
    put (at, mail->bytes.at, packed.len);
}

/* MAIL becomes the one at AT, and lies there.  What follows it. */
static const char *
unpack (const char *at, ModoriMail *mail, guint *sift)
{
    Packed packed;

    memcpy (&packed, at, sizeof packed);
    *mail = (ModoriMail) { 0 };
    mail->path = at + sizeof packed;
    mail->from_line = modori_span (mail->path + packed.path_len, packed.from_len);
    mail->bytes = modori_span (mail->from_line.at + packed.from_len, packed.len);
    mail->offset = packed.offset;
    mail->line = packed.line;
    mail->truncated = packed.truncated;
    *sift = packed.sift;
    return at + packed_size (mail);
}

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
hand_back (const GString *result, Slot *slot, int fd, gboolean *more)
{
    const guint8 word = MORE;

    if (! *more && slot->results_used + result->len <= RESULTS) {
        put (slot->results + slot->results_used, result->str, result->len);
        slot->results_used += result->len;
        return TRUE;
    }
    if (! *more && ! send_all (fd, &word, sizeof word))
        return FALSE;
    *more = TRUE;
    return send_all (fd, result->str, result->len);
}

static gboolean
work_on (ModoriJobs *jobs, Slot *slot, int fd)
{
    const char *at = slot->room;
    const guint32 no_more = NO_MORE;
    const guint8 word = DONE;
    gboolean more = FALSE;

    for (guint i = 0; i < slot->mails; i++) {
        ModoriMail mail;
        guint sift;

        at = unpack (at, &mail, &sift);
        read_mail (jobs, &mail, sift);
        if (! hand_back (jobs->result, slot, fd, &more))
            return FALSE;
    }
    return more ? send_all (fd, &no_more, sizeof no_more) : send_all (fd, &word, sizeof word);
}

/* Read and write nowhere. */
static void
leave_standard_files (void)
{
    int null = open ("/dev/null", O_RDWR);

    for (int fd = STDIN_FILENO; fd <= STDOUT_FILENO; fd++)
        if (dup2 (null, fd) < 0)
            close (fd);
    if (null > STDERR_FILENO)
        close (null);
}

/* Close all files but FD and standard error: who waits for the end of what this process has open,
 * or for its locks, shall not wait for us. */
static void
close_others (int fd)
{
    g_autoptr (GArray) open_ones = g_array_new (FALSE, FALSE, sizeof (int));
    GDir *dir = g_dir_open ("/dev/fd", 0, NULL);
    const char *name;

    while (dir && (name = g_dir_read_name (dir)) != NULL) {
        int number = (int) g_ascii_strtoll (name, NULL, 10);

        if (number > STDERR_FILENO && number != fd)
            g_array_append_val (open_ones, number);
    }
    g_clear_pointer (&dir, g_dir_close);
    for (guint i = 0; i < open_ones->len; i++)
        close (g_array_index (open_ones, int, i));
}

/* What a worker, the last one of JOBS, does until the end of its socket.  That end is seen when no
 * other process has the sockets of ours: whether there is a list of open files or not. */
static void
serve (ModoriJobs *jobs, int fd)
{
    guint8 number;

    for (guint i = 0; i <= jobs->n_workers; i++)
        close (jobs->workers[i].fd);
    leave_standard_files ();
    close_others (fd);
    while (receive_all (fd, &number, sizeof number) && work_on (jobs, &jobs->slots[number], fd))
        continue;
    _exit (EXIT_SUCCESS);
}

/* --- workers --- */

static char *
describe_end (int status)
{
    if (WIFSIGNALED (status))
        return g_strdup_printf (_("a worker process was ended by signal %d (%s); what it had is "
                                  "read without it"), WTERMSIG (status),
                                g_strsignal (WTERMSIG (status)));
    return g_strdup_printf (_("a worker process ended with status %d; what it had is read "
                              "without it"), WIFEXITED (status) ? WEXITSTATUS (status) : 0);
}

static int
wait_for (pid_t pid)
{
    int status = 0;

    while (waitpid (pid, &status, 0) < 0 && errno == EINTR)
        continue;
    return status;
}

/* WORKER does not answer any more; what it said before can still be received.  That is told when
 * results are MISSING. */
static void
lose (ModoriJobs *jobs, Worker *worker, gboolean missing)
{
    if (worker->pid) {
        worker->end = wait_for (worker->pid);
        worker->pid = 0;
        jobs->alive--;
        if (jobs->alive == 0 && jobs->n_workers == jobs->wanted)
            jobs->wanted = 0;   /* it is not the one message's fault */
    }
    if (missing && worker->end >= 0) {
        g_autofree char *reason = describe_end (worker->end);

        worker->end = -1;
        jobs->table.lost (reason, jobs->table.data);
    }
}

/* One more, if the system lets us; else those that are there must do. */
static void
hire (ModoriJobs *jobs)
{
    Worker *worker = &jobs->workers[jobs->n_workers];
    int fds[2];

    if (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) != 0) {
        jobs->wanted = jobs->n_workers;
        return;
    }
    worker->batches = 0;
    worker->fd = fds[0];
    worker->pid = fork ();
    if (worker->pid == 0)
        serve (jobs, fds[1]);
    close (fds[1]);
    if (worker->pid < 0) {
        close (fds[0]);
        jobs->wanted = jobs->n_workers;
        return;
    }
    jobs->n_workers++;
    jobs->alive++;
}

/* The worker with the fewest batches, or NOBODY. */
static guint
least_busy (const ModoriJobs *jobs)
{
    guint best = NOBODY;

    for (guint i = 0; i < jobs->n_workers; i++)
        if (jobs->workers[i].pid
            && (best == NOBODY || jobs->workers[i].batches < jobs->workers[best].batches))
            best = i;
    return best;
}

/* --- results --- */

static void
take (ModoriJobs *jobs, const char *result, gsize len)
{
    if (len && ! jobs->enough)
        jobs->enough = ! jobs->table.take (modori_span (result, len), jobs->table.data);
}

static void
read_here (ModoriJobs *jobs, const ModoriMail *mail, guint sift)
{
    if (jobs->enough)
        return;
    read_mail (jobs, mail, sift);
    take (jobs, jobs->result->str + sizeof (guint32), jobs->result->len - sizeof (guint32));
}

/* Take the results in SLOT; their number. */
static guint
take_results (ModoriJobs *jobs, const Slot *slot)
{
    const char *at = slot->results, *end = slot->results + slot->results_used;
    guint n = 0;

    for (; at < end; n++) {
        guint32 len;

        memcpy (&len, at, sizeof len);
        take (jobs, at + sizeof len, len);
        at += sizeof len + len;
    }
    return n;
}

/* Take the results that come through the socket; add their number to N.  FALSE: they broke off. */
static gboolean
take_more (ModoriJobs *jobs, int fd, guint *n)
{
    guint32 len;

    while (receive_all (fd, &len, sizeof len)) {
        if (len == NO_MORE)
            return TRUE;
        g_string_set_size (jobs->result, len);
        if (! receive_all (fd, jobs->result->str, len))
            return FALSE;
        take (jobs, jobs->result->str, len);
        ++*n;
    }
    return FALSE;
}

/* Take what WORKER made of the messages in SLOT: of so many of them. */
static guint
collect (ModoriJobs *jobs, Worker *worker, const Slot *slot)
{
    gboolean good;
    guint8 word;
    guint n = 0;

    worker->batches--;
    good = receive_all (worker->fd, &word, sizeof word);
    if (good)
        n = take_results (jobs, slot);
    if (good && word == MORE && ! jobs->enough)
        good = take_more (jobs, worker->fd, &n);
    if (! good)
        lose (jobs, worker, TRUE);
    return n;
}

/* --- batches --- */

static Slot *
slot_of (ModoriJobs *jobs, guint64 batch)
{
    return &jobs->slots[batch % jobs->n_slots];
}

/* Take the results of the oldest batch. */
static void
take_first (ModoriJobs *jobs)
{
    Slot *slot = slot_of (jobs, jobs->first);
    guint owner = jobs->owner[jobs->first % jobs->n_slots];
    guint done = owner != NOBODY ? collect (jobs, &jobs->workers[owner], slot) : 0;
    const char *at = slot->room;

    for (guint i = 0; i < slot->mails && ! jobs->enough; i++) {
        ModoriMail mail;
        guint sift;

        at = unpack (at, &mail, &sift);
        if (i >= done)
            read_here (jobs, &mail, sift);
    }
    jobs->first++;
}

/* Begin a batch, for which there is a slot. */
static void
begin_batch (ModoriJobs *jobs)
{
    Slot *slot = slot_of (jobs, jobs->next);

    slot->mails = 0;
    slot->used = slot->results_used = 0;
}

/* Give the batch that was filled to a worker. */
static void
hand_over (ModoriJobs *jobs)
{
    const guint8 number = (guint8) (jobs->next % jobs->n_slots);
    guint who = least_busy (jobs);

    if ((who == NOBODY || jobs->workers[who].batches) && jobs->n_workers < jobs->wanted) {
        hire (jobs);
        who = least_busy (jobs);
    }
    if (who != NOBODY && ! send_all (jobs->workers[who].fd, &number, sizeof number)) {
        lose (jobs, &jobs->workers[who], FALSE);
        who = NOBODY;
    }
    if (who != NOBODY)
        jobs->workers[who].batches++;
    jobs->owner[number] = who;
    jobs->next++;
    while (jobs->next - jobs->first == jobs->n_slots)
        take_first (jobs);
    begin_batch (jobs);
}

/* Take all that is on its way. */
static void
drain (ModoriJobs *jobs)
{
    if (jobs->slots && slot_of (jobs, jobs->next)->mails)
        hand_over (jobs);
    while (jobs->first < jobs->next && ! jobs->enough)
        take_first (jobs);
}

/* Is there enough work for others, and room to hand it over? */
static gboolean
is_shared (ModoriJobs *jobs, gsize size)
{
    gsize length = jobs->n_slots * sizeof (Slot);
    gpointer memory;

    if (jobs->slots || ! jobs->wanted)
        return jobs->wanted > 0;
    jobs->alone += size;
    if (jobs->alone < ALONE)
        return FALSE;
    memory = mmap (NULL, length, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) {
        jobs->wanted = 0;
        return FALSE;
    }
    jobs->slots = memory;
    begin_batch (jobs);
    return FALSE;
}

/* --- from outside --- */

ModoriJobs *
modori_jobs_new (guint count, const ModoriJobsTable *table)
{
    ModoriJobs *jobs = g_new0 (ModoriJobs, 1);

    jobs->table = *table;
    jobs->wanted = count > 1 ? MIN (count, MODORI_JOBS_MAX) : 0;
    jobs->n_slots = SLOTS_EACH * jobs->wanted;
    jobs->result = g_string_new (NULL);
    return jobs;
}

void
modori_jobs_free (ModoriJobs *jobs)
{
    if (! jobs)
        return;
    for (guint i = 0; i < jobs->n_workers; i++)
        close (jobs->workers[i].fd);
    for (guint i = 0; i < jobs->n_workers; i++)
        if (jobs->workers[i].pid)
            wait_for (jobs->workers[i].pid);
    if (jobs->slots)
        munmap (jobs->slots, jobs->n_slots * sizeof (Slot));
    g_string_free (jobs->result, TRUE);
    g_free (jobs);
}

void
modori_jobs_add (ModoriJobs *jobs, const ModoriMail *mail, guint sift)
{
    gsize size = packed_size (mail);

    if (jobs->enough)
        return;
    if (! is_shared (jobs, size) || size > ROOM) {
        drain (jobs);
        read_here (jobs, mail, sift);
        return;
    }
    if (slot_of (jobs, jobs->next)->used + size > ROOM)
        hand_over (jobs);
    pack (slot_of (jobs, jobs->next), mail, sift);
    if (slot_of (jobs, jobs->next)->used >= BATCH)
        hand_over (jobs);
}

void
modori_jobs_finish (ModoriJobs *jobs)
{
    drain (jobs);
}
