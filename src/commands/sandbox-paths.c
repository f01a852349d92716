/* sandbox-paths.c - which files the program may reach: Landlock.
 *
 * Nothing may be executed, whatever is allowed otherwise.  What is not linked to the file system by
 * a name (pipes, /dev/fd/N of a pipe) Landlock does not ask about, nor what was open before.
 * https://docs.kernel.org/userspace-api/landlock.html
 *
 * The numbers are the kernel's and stay as they are.  They stand here because a program is often
 * built with headers that are older than the kernel it will run on.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"
#include "commands/sandbox-private.h"

#include "text/error.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <sys/stat.h>
#include <unistd.h>

#ifdef __linux__

#include <sys/syscall.h>

#ifndef SYS_landlock_create_ruleset
#define SYS_landlock_create_ruleset 444
#define SYS_landlock_add_rule 445
#define SYS_landlock_restrict_self 446
#endif

/* The first version can say nothing of a file that moves to another folder, and therefore forbids
 * it: a spool does not work without. */
#define VERSION_NEEDED 2

#define ASK_VERSION 1U
#define RULE_PATH_BENEATH 1

enum {
    EXECUTE = 1 << 0, WRITE_FILE = 1 << 1, READ_FILE = 1 << 2, READ_DIR = 1 << 3,
    REMOVE_DIR = 1 << 4, REMOVE_FILE = 1 << 5, MAKE_CHAR = 1 << 6, MAKE_DIR = 1 << 7,
    MAKE_REG = 1 << 8, MAKE_SOCK = 1 << 9, MAKE_FIFO = 1 << 10, MAKE_BLOCK = 1 << 11,
    MAKE_SYM = 1 << 12,
    REFER = 1 << 13,            /* version 2 */
    TRUNCATE = 1 << 14,         /* 3 */
    IOCTL_DEV = 1 << 15,        /* 5 */
};

/* What of them is about a file. */
#define OF_FILES (WRITE_FILE | READ_FILE | TRUNCATE)

#define TO_READ (READ_FILE | READ_DIR)
#define TO_CHANGE (TO_READ | WRITE_FILE | TRUNCATE | MAKE_REG | MAKE_DIR | REMOVE_FILE \
                   | REMOVE_DIR | REFER)

enum { BIND_TCP = 1 << 0, CONNECT_TCP = 1 << 1 };                       /* 4 */
enum { SCOPE_ABSTRACT_SOCKET = 1 << 0, SCOPE_SIGNAL = 1 << 1 };         /* 6 */

typedef struct {
    guint64 files, network, scopes;
} Ruleset;

typedef struct {
    guint64 rights;
    gint32 folder;
} __attribute__ ((packed)) Rule;

struct ModoriPaths {
    int fd;
    guint64 rights;             /* that the kernel knows */
    int reason;                 /* errno of the first rule that failed, or 0 */
};

/* All that the VERSION knows, and we want to be asked about. */
static void
fill (Ruleset *ruleset, int version, gboolean network)
{
    const guint64 later = (version >= 3 ? TRUNCATE : 0) | (version >= 5 ? IOCTL_DEV : 0);

    ruleset->files = (REFER << 1) - 1 + later;
    ruleset->network = version < 4 ? 0 : network ? BIND_TCP : BIND_TCP | CONNECT_TCP;
    ruleset->scopes = version < 6 ? 0 : SCOPE_SIGNAL | (network ? 0 : SCOPE_ABSTRACT_SOCKET);
}

static int
ask_version (void)
{
    return (int) syscall (SYS_landlock_create_ruleset, NULL, 0, ASK_VERSION);
}

int
modori_paths_version (void)
{
    int version = ask_version ();

    return version < VERSION_NEEDED ? 0 : version;
}

/* Is REASON that there is no Landlock, that it is switched off, or that we are not let? */
static gboolean
is_lacking (int reason)
{
    return reason == ENOSYS || reason == EOPNOTSUPP || reason == EPERM || reason == EINVAL
        || reason == E2BIG;
}

static void
set_error (GError **error, int reason)
{
    g_set_error (error, MODORI_ERROR, MODORI_ERROR_IO, "Landlock: %s", g_strerror (reason));
}

ModoriPaths *
modori_paths_new (gboolean network, GError **error)
{
    int version = ask_version (), fd;
    Ruleset ruleset = { 0 };
    ModoriPaths *paths;

    if (version < VERSION_NEEDED)
        return NULL;
    fill (&ruleset, version, network);
    fd = (int) syscall (SYS_landlock_create_ruleset, &ruleset, sizeof ruleset, 0);
    if (fd < 0) {
        if (! is_lacking (errno))
            set_error (error, errno);
        return NULL;
    }
    paths = g_new0 (ModoriPaths, 1);
    paths->fd = fd;
    paths->rights = ruleset.files;
    return paths;
}

void
modori_paths_free (ModoriPaths *paths)
{
    if (! paths)
        return;
    close (paths->fd);
    g_free (paths);
}

/* A file that is not there, or not for us, is not for us later either; but no rule may be lost
 * because there is no room. */
static gboolean
is_grave (int reason)
{
    return reason == EMFILE || reason == ENFILE || reason == ENOMEM;
}

static void
add_rule (ModoriPaths *paths, int fd, guint64 rights)
{
    Rule rule = { rights & paths->rights, fd };
    struct stat info;

    if (fstat (fd, &info) != 0)
        return;
    if (! S_ISDIR (info.st_mode))
        rule.rights &= OF_FILES;
    if (syscall (SYS_landlock_add_rule, paths->fd, RULE_PATH_BENEATH, &rule, 0) != 0
        && is_grave (errno))
        paths->reason = errno;
}

void
modori_paths_allow (ModoriPaths *paths, const char *path, gboolean change)
{
    int fd = open (path, O_PATH | O_CLOEXEC);

    if (fd >= 0) {
        add_rule (paths, fd, change ? TO_CHANGE : TO_READ);
        close (fd);
    } else if (is_grave (errno)) {
        paths->reason = errno;
    }
}

gboolean
modori_paths_restrict (ModoriPaths *paths, GError **error)
{
    int reason = paths->reason;

    if (! reason && syscall (SYS_landlock_restrict_self, paths->fd, 0) != 0
        && ! is_lacking (errno))
        reason = errno;
    if (reason)
        set_error (error, reason);
    return ! reason;
}

#else

ModoriPaths *
modori_paths_new (gboolean network, GError **error)
{
    (void) network;
    (void) error;
    return NULL;
}

void
modori_paths_free (ModoriPaths *paths)
{
    (void) paths;
}

void
modori_paths_allow (ModoriPaths *paths, const char *path, gboolean change)
{
    (void) paths;
    (void) path;
    (void) change;
}

gboolean
modori_paths_restrict (ModoriPaths *paths, GError **error)
{
    (void) paths;
    (void) error;
    return TRUE;
}

int
modori_paths_version (void)
{
    return 0;
}

#endif
