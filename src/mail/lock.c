/* lock.c - the locks by which mail programs keep off each other's mailboxes.
 *
 * Delivery agents take fcntl locks, dot locks (a file MAILBOX.lock), or both.
 * A reader takes a read lock by fcntl, so that nobody rewrites the mailbox
 * meanwhile, and looks whether there is a dot lock; it makes none, as that
 * would mean writing to a spool.  A lock that cannot be had is no reason not to
 * read: the mailbox is read up to where it ended when it was opened, and
 * deliveries only append.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "mail/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* How often to look again. */
#define STEP 50

/* Seconds after which a dot lock is one that somebody forgot: what mail readers
 * assume. */
#define STALE 300

/* A lock of the open file, which stays when some other descriptor of the file
 * is closed and works across a fork; where there is none, one of the process.
 * They keep each other out. */
#ifdef F_OFD_SETLK
#define SETLK F_OFD_SETLK
#else
#define SETLK F_SETLK
#endif

/* 0, or the reason. */
static int
try_lock (int fd)
{
    struct flock lock = { .l_type = F_RDLCK, .l_whence = SEEK_SET };

    if (fcntl (fd, SETLK, &lock) == 0)
        return 0;
    if (errno == EINVAL && fcntl (fd, F_SETLK, &lock) == 0)
        return 0;
    return errno;
}

static gboolean
is_busy (int reason)
{
    return reason == EAGAIN || reason == EACCES || reason == EINTR;
}

static gboolean
has_dot_lock (const char *path)
{
    g_autofree char *name = g_strconcat (path, ".lock", NULL);
    struct stat info;

    return stat (name, &info) == 0 && time (NULL) - info.st_mtime < STALE;
}

static char *
explain (const char *path, int reason, gboolean dotted)
{
    if (is_busy (reason))
        return g_strdup_printf (_("%s: another program has locked it; read without a lock"), path);
    if (reason)
        return g_strdup_printf (_("%s: cannot be locked (%s); read without a lock"),
                                path, g_strerror (reason));
    if (dotted)
        return g_strdup_printf (_("%s: another program has locked it with %s.lock; "
                                  "read all the same"), path, path);
    return NULL;
}

char *
modori_lock_take (int fd, const char *path, guint patience)
{
    int reason = EAGAIN;
    gboolean dotted;

    for (guint waited = 0; ; waited += STEP) {
        if (is_busy (reason))
            reason = try_lock (fd);
        dotted = has_dot_lock (path);
        if ((! is_busy (reason) && ! dotted) || waited >= patience)
            break;
        g_usleep (STEP * 1000);
    }
    return explain (path, reason, dotted);
}
