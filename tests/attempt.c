/* attempt.c - a module in place of mime.so that does what somebody would who had found a fault in the reader: for sandbox.t.
 *
 * The program asks the module for charsets of odd names.  When a message has one called "x-attempt", this module tries to read
 * a file, to connect, to run a program and so on, and says what it could do.  All else it hands on to the real module, which
 * lies beside it as real.so.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "mail/mime.h"

#include <arpa/inet.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

static ModoriMime real;

/* --- what is tried: 0, or why not --- */

static int
try_open (const char *variable, int flags)
{
    const char *path = getenv (variable);
    int fd = path ? open (path, flags, 0600) : -1, reason = path ? errno : EINVAL;

    if (fd < 0)
        return reason;
    close (fd);
    return 0;
}

static int
try_to_read (void)
{
    return try_open ("ATTEMPT_READ", O_RDONLY);
}

static int
try_own_input (void)
{
    return try_open ("ATTEMPT_OWN", O_RDONLY);
}

static int
try_to_append (void)
{
    return try_open ("ATTEMPT_OWN", O_WRONLY | O_APPEND);
}

static int
try_to_make (void)
{
    return try_open ("ATTEMPT_MAKE", O_WRONLY | O_CREAT);
}

static int
try_to_connect (void)
{
    const struct sockaddr_in to = {
        .sin_family = AF_INET, .sin_port = htons ((unsigned short) atoi (getenv ("ATTEMPT_PORT"))),
        .sin_addr.s_addr = htonl (INADDR_LOOPBACK),
    };
    int fd = socket (AF_INET, SOCK_STREAM, 0), reason = 0;

    if (fd < 0)
        return errno;
    if (connect (fd, (const struct sockaddr *) &to, sizeof to) != 0)
        reason = errno;
    close (fd);
    return reason;
}

static int
run_true (void)
{
    static char *const words[] = { (char *) "true", NULL };

    execve ("/bin/true", words, words);
    return errno;
}

/* Who may not fork tries it himself. */
static int
try_to_run (void)
{
    pid_t child = fork ();
    int status = 0;

    if (child == 0)
        _exit (run_true ());
    if (child < 0)
        return run_true ();
    while (waitpid (child, &status, 0) < 0 && errno == EINTR)
        continue;
    return WIFEXITED (status) ? WEXITSTATUS (status) : EINTR;
}

/* Code that is changed while it runs, by way of mprotect: no compiler of expressions needs it. */
static int
try_to_rewrite (void)
{
    void *page = mmap (NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    int reason = page == MAP_FAILED || mprotect (page, 4096, PROT_READ | PROT_EXEC) != 0 ? errno : 0;

    if (page != MAP_FAILED)
        munmap (page, 4096);
    return reason;
}

static const struct {
    const char *name;
    int (*run) (void);
} attempts[] = {
    { "read", try_to_read }, { "own", try_own_input }, { "append", try_to_append }, { "make", try_to_make },
    { "connect", try_to_connect }, { "run", try_to_run }, { "rewrite", try_to_rewrite },
};

/* --- in place of the module --- */

/* A worker's standard output leads nowhere. */
static const char *
who (void)
{
    struct stat info;

    return fstat (STDOUT_FILENO, &info) == 0 && S_ISCHR (info.st_mode) && info.st_rdev == makedev (1, 3)
        ? "worker" : "reader";
}

static void
try_all (void)
{
    const char *fd = getenv ("ATTEMPT_FD");
    char line[200] = "";
    size_t used = (size_t) snprintf (line, sizeof line, "attempt: %s", who ());

    for (unsigned i = 0; i < sizeof attempts / sizeof attempts[0]; i++) {
        int reason = attempts[i].run ();

        used += (size_t) snprintf (line + used, sizeof line - used, reason ? " %s=no(%d)" : " %s=yes",
                                   attempts[i].name, reason);
    }
    dprintf (fd ? atoi (fd) : STDERR_FILENO, "%s\n", line);
}

static GIConv
open_charset (const char *name)
{
    if (g_ascii_strcasecmp (name, "x-attempt") == 0)
        try_all ();
    return real.open_charset (name);
}

ModoriMime modori_attempt_table __asm__ ("modori_mime_table");

__attribute__ ((constructor)) static void
take_place (void)
{
    Dl_info self;
    g_autofree char *folder = NULL, *path = NULL;
    void *module;

    if (! dladdr ((const void *) &real, &self))
        return;
    folder = g_path_get_dirname (self.dli_fname);
    path = g_build_filename (folder, "real.so", NULL);
    module = dlopen (path, RTLD_NOW | RTLD_LOCAL);
    if (! module) {
        dprintf (STDERR_FILENO, "attempt: %s\n", dlerror ());
        return;
    }
    real = *(const ModoriMime *) dlsym (module, MODORI_MIME_SYMBOL);
    modori_attempt_table = real;
    modori_attempt_table.open_charset = open_charset;
}
