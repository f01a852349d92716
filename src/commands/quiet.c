/* quiet.c - to be the program at the end of a mail system's pipe.
 *
 * There are mail systems that take what a failing program prints for the outcome, before its exit
 * status: so nothing may be printed, by us or by a library.  Standard error leads into a pipe of
 * our own, which is read at the end.  A bounce has no sender to go back to: each exit status but
 * 0 and 75 (EX_TEMPFAIL), and each signal, may lose it.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"
#include "commands/quiet.h"
#include "text/harmful.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <syslog.h>
#include <unistd.h>

/* Bytes of complaints that go to the log: a few lines. */
#define TOLD_MAX 4000

/* What complaints begin with (setup.c). */
#define PREFIX "modori: "

struct ModoriQuiet {
    int held;                   /* what went to standard error is read here; -1: a terminal */
};

/* Who was called with a standard file closed would give its number to a file of mail.  What is
 * opened in its place can neither be read nor written as it should. */
static gboolean
occupy (int fd)
{
    int other;

    if (fcntl (fd, F_GETFD) >= 0)
        return TRUE;
    other = open ("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
    return other == fd;
}

static void
be_interrupted (int number)
{
    (void) number;              /* poll has ended: that is enough */
}

/* Let ACTION catch all signals that end a program.  Those that are ignored stay so: somebody wanted
 * it.  SET gets the others. */
static void
catch_signals (const struct sigaction *action, sigset_t *set)
{
    static const int numbers[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGALRM, SIGUSR1, SIGUSR2,
                                   SIGXCPU, SIGVTALRM, SIGPROF, SIGIO };
    struct sigaction before;

    sigemptyset (set);
    for (guint i = 0; i < G_N_ELEMENTS (numbers); i++) {
        if (sigaction (numbers[i], NULL, &before) != 0 || before.sa_handler == SIG_IGN)
            continue;
        sigaction (numbers[i], action, NULL);
        sigaddset (set, numbers[i]);
    }
}

static void
hold_signals (void)
{
    struct sigaction action = { .sa_handler = be_interrupted };
    sigset_t set;

    signal (SIGPIPE, SIG_IGN);
    signal (SIGXFSZ, SIG_IGN);
    catch_signals (&action, &set);
    sigprocmask (SIG_SETMASK, &set, NULL);
}

void
modori_quiet_release (void)
{
    struct sigaction action;
    sigset_t set;

    if (sigaction (SIGABRT, NULL, &action) != 0)
        return;
    catch_signals (&action, &set);
    sigprocmask (SIG_UNBLOCK, &set, NULL);
}

/* Lead standard error into a pipe.  The read end, or -1. */
static int
hold_errors (void)
{
    int ends[2];
    gboolean good;

    if (pipe2 (ends, O_CLOEXEC | O_NONBLOCK) != 0)
        return -1;
    good = dup2 (ends[1], STDERR_FILENO) >= 0;
    close (ends[1]);
    if (good)
        return ends[0];
    close (ends[0]);
    return -1;
}

ModoriQuiet *
modori_quiet_begin (void)
{
    g_autoptr (ModoriQuiet) quiet = g_new0 (ModoriQuiet, 1);

    hold_signals ();
    umask (077);
    quiet->held = -1;
    if (! occupy (STDIN_FILENO) || ! occupy (STDOUT_FILENO) || ! occupy (STDERR_FILENO))
        return NULL;
    if (! isatty (STDERR_FILENO)) {
        quiet->held = hold_errors ();
        if (quiet->held < 0)
            return NULL;
    }
    return g_steal_pointer (&quiet);
}

/* In the sandbox there is no way to the log but one that is open. */
void
modori_quiet_open_log (void)
{
    openlog (PACKAGE_NAME, LOG_PID | LOG_NDELAY, LOG_MAIL);
}

/* Each line of TEXT to the log, which names the program itself. */
static void
tell (const char *text)
{
    g_auto (GStrv) lines = g_strsplit (text, "\n", 0);

    openlog (PACKAGE_NAME, LOG_PID, LOG_MAIL);
    for (char **line = lines; *line; line++) {
        gboolean named = g_str_has_prefix (*line, PREFIX);
        const char *words = named ? *line + strlen (PREFIX) : *line;
        g_autofree char *harmless = modori_harmless (modori_span_of (words));

        if (*words)
            syslog (LOG_ERR, "%s", harmless);
    }
    closelog ();
}

int
modori_quiet_end (ModoriQuiet *quiet, int status)
{
    char text[TOLD_MAX + 1];
    gssize len;

    if (status == EX_OK)
        return EX_OK;
    len = quiet->held < 0 ? 0 : read (quiet->held, text, TOLD_MAX);
    if (len > 0) {
        text[len] = '\0';
        tell (text);
    }
    return EX_TEMPFAIL;
}

void
modori_quiet_free (ModoriQuiet *quiet)
{
    if (! quiet)
        return;
    if (quiet->held >= 0)
        close (quiet->held);
    g_free (quiet);
}
