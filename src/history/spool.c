/* spool.c - messages on their way into history: a Maildir that `record` delivers into.
 *
 * A message is written to tmp/, put onto the disk (fsync), renamed into new/, and the directory
 * is put onto the disk as well.  Only then it is safe; whatever fails before that is undone.
 * Nothing here waits for anybody: twenty deliveries at once do not know of each other.
 *
 * Format: https://cr.yp.to/proto/maildir.html
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"
#include "history/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "text/error.h"

/* Bytes read at once: what a pipe holds. */
#define BLOCK (64 * 1024)

/* Milliseconds between two looks at a lock. */
#define LOCK_STEP 50

/* Files of one name that can be put aside. */
#define SAME_NAMES_MAX 1000

/* Longest name of a host in the name of a file: Linux knows none longer. */
#define HOST_MAX 64

/* One Maildir that is being delivered into. */
typedef struct {
    const char *path;
    char *tmp, *new;            /* names of the file below it: "tmp/NAME", "new/NAME" */
    int dir, new_dir;           /* it, and its new/ */
    int file;                   /* open for writing, or -1 */
    gboolean in_tmp, in_new;    /* where the file is, to be undone */
} Delivery;

static gboolean
set_error (GError **error, const char *path, int reason)
{
    g_set_error (error, MODORI_ERROR, MODORI_ERROR_IO, "%s: %s", path, g_strerror (reason));
    return FALSE;
}

/* --- where --- */

char *
modori_spool_state_path (const char *name)
{
    const char *state = g_getenv ("XDG_STATE_HOME"), *home = g_get_home_dir ();
    const struct passwd *user = g_path_is_absolute (home) ? NULL : getpwuid (getuid ());

    if (state && g_path_is_absolute (state))
        return g_build_filename (state, "modori", name, NULL);
    if (user && user->pw_dir)
        home = user->pw_dir;
    return g_build_filename (home, ".local", "state", "modori", name, NULL);
}

char *
modori_spool_default_path (void)
{
    return modori_spool_state_path ("spool");
}

/* Put the names in the directory FD onto the disk.  There are file systems that cannot, and need
 * not be asked.  0, or the reason. */
static int
sync_names (int fd)
{
    return fsync (fd) == 0 || errno == EINVAL ? 0 : errno;
}

static int
sync_dir (const char *path)
{
    int fd = open (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int reason = fd < 0 ? errno : sync_names (fd);

    if (fd >= 0)
        close (fd);
    return reason;
}

/* Create the directory PATH and those above it, for the user only.  0, or the reason. */
static int
make_dir (const char *path)
{
    g_autofree char *parent = g_path_get_dirname (path);
    int reason;

    if (mkdir (path, 0700) == 0)
        return sync_dir (parent);
    if (errno == EEXIST)
        return 0;
    if (errno != ENOENT || g_str_equal (parent, path))
        return errno;
    reason = make_dir (parent);
    if (reason)
        return reason;
    if (mkdir (path, 0700) != 0 && errno != EEXIST)
        return errno;
    return sync_dir (parent);
}

/* Create the Maildir PATH, or what is missing of it. */
static gboolean
make_maildir (const char *path, GError **error)
{
    static const char *const names[] = { "tmp", "new", "cur" };

    for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
        g_autofree char *dir = g_build_filename (path, names[i], NULL);
        int reason = make_dir (dir);

        if (reason)
            return set_error (error, dir, reason);
    }
    return TRUE;
}

/* --- names --- */

/* The name of this machine as it may stand in a file name of a Maildir. */
static void
append_host (GString *out)
{
    char host[HOST_MAX + 1] = "";

    if (gethostname (host, HOST_MAX) != 0 || ! host[0])
        g_strlcpy (host, "localhost", sizeof host);
    for (const char *s = host; *s; s++) {
        if (! g_ascii_isgraph (*s) || strchr ("/:\\", *s))
            g_string_append_printf (out, "\\%03o", (guchar) *s);
        else
            g_string_append_c (out, *s);
    }
}

/* A name that no file had and none will have: time, process, chance, host.  Names sort by time. */
static char *
unique_name (guint number)
{
    gint64 now = g_get_real_time ();
    guint64 chance = 0;
    GString *name = g_string_new (NULL);

    if (getrandom (&chance, sizeof chance, GRND_NONBLOCK) < 0)
        chance = (guint64) g_get_monotonic_time ();
    g_string_printf (name, "%" G_GINT64_FORMAT ".M%06dP%dQ%u_%016" G_GINT64_MODIFIER "x.",
                     now / G_USEC_PER_SEC, (int) (now % G_USEC_PER_SEC), (int) getpid (), number,
                     chance);
    append_host (name);
    return g_string_free (name, FALSE);
}

/* --- one delivery --- */

int
modori_spool_write (int fd, const char *bytes, gsize len)
{
    while (len > 0) {
        gssize n = write (fd, bytes, len);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return n < 0 ? errno : ENOSPC;
        bytes += n;
        len -= (gsize) n;
    }
    return 0;
}

static void
delivery_init (Delivery *delivery, const char *path, guint number)
{
    g_autofree char *name = unique_name (number);

    *delivery = (Delivery) { .path = path, .dir = -1, .new_dir = -1, .file = -1 };
    delivery->tmp = g_strconcat ("tmp/", name, NULL);
    delivery->new = g_strconcat ("new/", name, NULL);
}

static void
close_fd (int *fd)
{
    if (*fd >= 0)
        close (*fd);
    *fd = -1;
}

/* What was not finished is taken back. */
static void
delivery_clear (Delivery *delivery)
{
    if (delivery->in_tmp)
        unlinkat (delivery->dir, delivery->tmp, 0);
    if (delivery->in_new)
        unlinkat (delivery->dir, delivery->new, 0);
    close_fd (&delivery->file);
    close_fd (&delivery->new_dir);
    close_fd (&delivery->dir);
    g_free (delivery->tmp);
    g_free (delivery->new);
}

static gboolean
open_files (Delivery *delivery)
{
    const int flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;

    close_fd (&delivery->new_dir);
    close_fd (&delivery->dir);
    delivery->dir = open (delivery->path, flags);
    if (delivery->dir < 0)
        return FALSE;
    delivery->new_dir = openat (delivery->dir, "new", flags);
    if (delivery->new_dir < 0)
        return FALSE;
    delivery->file = openat (delivery->dir, delivery->tmp,
                             O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    delivery->in_tmp = delivery->file >= 0;
    return delivery->in_tmp;
}

static gboolean
delivery_open (Delivery *delivery, GError **error)
{
    if (open_files (delivery))
        return TRUE;
    if (errno != ENOENT || ! delivery->path[0])
        return set_error (error, delivery->path, errno);
    if (! make_maildir (delivery->path, error))
        return FALSE;
    return open_files (delivery) || set_error (error, delivery->path, errno);
}

/* Put the file onto the disk; some file systems tell only when it is closed that it is full. */
static gboolean
delivery_finish (Delivery *delivery, GError **error)
{
    int file = delivery->file;

    delivery->file = -1;
    if (fsync (file) != 0) {
        set_error (error, delivery->path, errno);
        close (file);
        return FALSE;
    }
    return close (file) == 0 || set_error (error, delivery->path, errno);
}

static gboolean
delivery_rename (Delivery *delivery, GError **error)
{
    if (renameat (delivery->dir, delivery->tmp, delivery->dir, delivery->new) != 0)
        return set_error (error, delivery->path, errno);
    delivery->in_tmp = FALSE;
    delivery->in_new = TRUE;
    return TRUE;
}

static gboolean
delivery_settle (Delivery *delivery, GError **error)
{
    int reason = sync_names (delivery->new_dir);

    return reason == 0 || set_error (error, delivery->path, reason);
}

/* --- all of them --- */

static gboolean
set_stopped (GError **error)
{
    g_set_error_literal (error, MODORI_ERROR, MODORI_ERROR_IO, _("stopped by a signal"));
    return FALSE;
}

/* Has a signal come that is blocked? */
static gboolean
check_signals (GError **error)
{
    sigset_t waiting;

    return sigpending (&waiting) != 0 || sigisemptyset (&waiting) || set_stopped (error);
}

/* Bytes read from FD into BLOCK bytes at BUFFER; 0 at the end; -1 with ERROR set. */
static gssize
read_block (int fd, char *buffer, GError **error)
{
    struct pollfd wait = { .fd = fd, .events = POLLIN };
    sigset_t none;
    gssize n;

    sigemptyset (&none);
    do {
        if (ppoll (&wait, 1, NULL, &none) < 0 && errno == EINTR)
            return set_stopped (error) ? 0 : -1;
        n = read (fd, buffer, BLOCK);
    } while (n < 0 && (errno == EINTR || errno == EAGAIN));
    if (n < 0)
        set_error (error, _("standard input"), errno);
    return n;
}

static gboolean
copy (int fd, Delivery *deliveries, guint n, GError **error)
{
    g_autofree char *buffer = g_malloc (BLOCK);
    guint64 total = 0;
    gssize len;

    while ((len = read_block (fd, buffer, error)) > 0) {
        if (! check_signals (error))
            return FALSE;
        for (guint i = 0; i < n; i++) {
            int reason = modori_spool_write (deliveries[i].file, buffer, (gsize) len);

            if (reason)
                return set_error (error, deliveries[i].path, reason);
        }
        total += (guint64) len;
    }
    if (len == 0 && total == 0) {
        g_set_error_literal (error, MODORI_ERROR, MODORI_ERROR_MISSING,
                             _("standard input is empty: there is no message"));
        return FALSE;
    }
    return len == 0;
}

/* Do STEP with each. */
static gboolean
each (Delivery *deliveries, guint n, gboolean (*step) (Delivery *, GError **), GError **error)
{
    for (guint i = 0; i < n; i++)
        if (! step (&deliveries[i], error))
            return FALSE;
    return TRUE;
}

/* The message must not be taken out of the Maildir where it is to stay. */
static gboolean
check_different (const Delivery *deliveries, guint n, GError **error)
{
    struct stat first, other;

    for (guint i = 1; i < n; i++)
        if (fstat (deliveries[0].dir, &first) == 0 && fstat (deliveries[i].dir, &other) == 0
            && first.st_dev == other.st_dev && first.st_ino == other.st_ino) {
            g_set_error (error, MODORI_ERROR, MODORI_ERROR_SYNTAX,
                         _("%s: is named twice; the spool and what is kept lie in two Maildirs"),
                         deliveries[i].path);
            return FALSE;
        }
    return TRUE;
}

gboolean
modori_spool_deliver (int fd, const char *const *dirs, GError **error)
{
    guint n = dirs ? g_strv_length ((char **) dirs) : 0;
    g_autofree Delivery *deliveries = g_new0 (Delivery, n + 1);
    gboolean good;

    for (guint i = 0; i < n; i++)
        delivery_init (&deliveries[i], dirs[i], i);
    good = each (deliveries, n, delivery_open, error)
        && check_different (deliveries, n, error)
        && copy (fd, deliveries, n, error)
        && each (deliveries, n, delivery_finish, error)
        && check_signals (error)
        && each (deliveries, n, delivery_rename, error)
        && each (deliveries, n, delivery_settle, error);
    for (guint i = 0; i < n; i++) {
        if (good)
            deliveries[i].in_new = FALSE;       /* it stays */
        delivery_clear (&deliveries[i]);
    }
    return good;
}

/* A file that nobody else can see, in the directory DIR. */
static int
open_nameless (const char *dir)
{
    g_autofree char *path = g_build_filename (dir, "modori-XXXXXX", NULL);
    int fd = open (dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

    if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL))
        return fd;
    fd = g_mkstemp_full (path, O_RDWR | O_CLOEXEC, 0600);
    if (fd >= 0)
        unlink (path);
    return fd;
}

int
modori_spool_hold (int fd, GError **error)
{
    Delivery held = { .path = g_get_tmp_dir () };

    held.file = open_nameless (held.path);
    if (held.file < 0 || ! copy (fd, &held, 1, error) || lseek (held.file, 0, SEEK_SET) != 0) {
        if (error && ! *error)
            set_error (error, held.path, errno);
        close_fd (&held.file);
    }
    return held.file;
}

/* --- taking out --- */

/* Has the directory NAME below DIR a file of mail? */
static gboolean
has_mail (const char *dir, const char *name)
{
    g_autofree char *path = g_build_filename (dir, name, NULL);
    g_autoptr (GDir) list = g_dir_open (path, 0, NULL);
    const char *file;

    while (list && (file = g_dir_read_name (list)))
        if (file[0] != '.')
            return TRUE;
    return FALSE;
}

gboolean
modori_spool_is_waiting (const char *dir)
{
    return has_mail (dir, "new") || has_mail (dir, "cur");
}

struct ModoriSpoolLock {
    int fd;
};

/* A lock of the open file falls when the process ends, however it ends. */
ModoriSpoolLock *
modori_spool_lock (const char *dir, guint patience, GError **error)
{
    g_autofree char *path = g_build_filename (dir, ".lock", NULL);
    int fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    ModoriSpoolLock *lock;

    if (fd < 0) {
        set_error (error, path, errno);
        return NULL;
    }
    for (guint waited = 0; flock (fd, LOCK_EX | LOCK_NB) != 0; waited += LOCK_STEP) {
        if ((errno != EWOULDBLOCK && errno != EINTR) || waited >= patience * 1000) {
            int reason = errno;

            close (fd);
            if (reason != EWOULDBLOCK)
                set_error (error, path, reason);
            else
                g_set_error (error, MODORI_ERROR, MODORI_ERROR_IO,
                             _("%s: another modori has been taking messages out of it for %u "
                               "seconds"), dir, patience);
            return NULL;
        }
        g_usleep (LOCK_STEP * 1000);
    }
    lock = g_new0 (ModoriSpoolLock, 1);
    lock->fd = fd;
    return lock;
}

void
modori_spool_unlock (ModoriSpoolLock *lock)
{
    if (! lock)
        return;
    close (lock->fd);
    g_free (lock);
}

/* Rename FROM to TO; a file that is there already stays, and FROM gets a name behind it.  -1 with
 * errno set. */
static int
move (const char *from, const char *to)
{
    for (guint n = 0; n < SAME_NAMES_MAX; n++) {
        g_autofree char *other = n ? g_strdup_printf ("%s_%u", to, n) : g_strdup (to);

        if (renameat2 (AT_FDCWD, from, AT_FDCWD, other, RENAME_NOREPLACE) == 0)
            return 0;
        if (errno == EINVAL || errno == ENOSYS) {       /* not on this file system */
            if (! g_file_test (other, G_FILE_TEST_EXISTS))
                return rename (from, other);
        } else if (errno != EEXIST) {
            return -1;
        }
    }
    return -1;
}

gboolean
modori_spool_put_aside (const char *dir, const char *path, GError **error)
{
    g_autofree char *other = g_build_filename (dir, ".other", NULL);
    g_autofree char *mark = g_build_filename (other, "maildirfolder", NULL);
    g_autofree char *name = g_path_get_basename (path);
    g_autofree char *target = g_build_filename (other, "new", name, NULL);
    int fd;

    if (move (path, target) == 0)
        return TRUE;
    if (errno != ENOENT || ! g_file_test (path, G_FILE_TEST_EXISTS))
        return set_error (error, path, errno);
    if (! make_maildir (other, error))
        return FALSE;
    fd = open (mark, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (fd >= 0)
        close (fd);
    return move (path, target) == 0 || set_error (error, path, errno);
}
