/* worker.c - a process forked from this one that reads what it is given, and says what came of it.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"
#include "mail/worker.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* --- sockets --- */

gboolean
modori_worker_send (int fd, gconstpointer bytes, gsize len)
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

gboolean
modori_worker_receive (int fd, gpointer bytes, gsize len)
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

/* --- in the worker --- */

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

/* At once, where the system can: the sandbox hides the list of open files. */
#ifdef HAVE_CLOSE_RANGE
static gboolean
close_ranges (int fd)
{
    return (fd == STDERR_FILENO + 1
            || close_range (STDERR_FILENO + 1, (unsigned int) fd - 1, 0) == 0)
        && close_range ((unsigned int) fd + 1, G_MAXUINT, 0) == 0;
}
#else
#define close_ranges(fd) FALSE
#endif

/* Close all files but FD and standard error: who waits for the end of what this process has open,
 * or for its locks, shall not wait for us. */
static void
close_others (int fd)
{
    g_autoptr (GArray) open_ones = g_array_new (FALSE, FALSE, sizeof (int));
    GDir *dir = close_ranges (fd) ? NULL : g_dir_open ("/dev/fd", 0, NULL);
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

/* --- from outside --- */

gboolean
modori_worker_fork (ModoriWorker *worker, void (*enter) (void), ModoriWorkerRun run, gpointer data)
{
    int fds[2];

    *worker = MODORI_NO_WORKER;
    if (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) != 0)
        return FALSE;
    worker->pid = fork ();
    if (worker->pid == 0) {
        close (fds[0]);
        leave_standard_files ();
        close_others (fds[1]);
        if (enter)
            enter ();
        run (fds[1], data);
        _exit (EXIT_SUCCESS);
    }
    close (fds[1]);
    if (worker->pid < 0) {
        close (fds[0]);
        worker->pid = 0;
        return FALSE;
    }
    worker->fd = fds[0];
    return TRUE;
}

void
modori_worker_wait (ModoriWorker *worker)
{
    worker->end = 0;
    while (waitpid (worker->pid, &worker->end, 0) < 0 && errno == EINTR)
        continue;
    worker->pid = 0;
}

char *
modori_worker_describe (const ModoriWorker *worker)
{
    if (WIFSIGNALED (worker->end))
        return g_strdup_printf (_("was ended by signal %d (%s)"), WTERMSIG (worker->end),
                                g_strsignal (WTERMSIG (worker->end)));
    return g_strdup_printf (_("ended with status %d"),
                            WIFEXITED (worker->end) ? WEXITSTATUS (worker->end) : 0);
}
