/* record.c - for pipes: one message into the spool, or through as a filter.
 *
 * main.c has made the program quiet before it comes here (quiet.h): whatever fails is told to the
 * system's log and ends in 75, so that the mail system keeps the message and tries again.  Neither
 * history nor rules are needed to put a message away.  A filter needs the rules, and writes nothing
 * before it has all of the message and knows what it is.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"
#include "commands/commands.h"
#include "commands/quiet.h"
#include "commands/settings.h"
#include "commands/setup.h"
#include "history/spool.h"
#include "output/stamp.h"
#include "text/error.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <poll.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

/* Bytes copied at once. */
#define BLOCK (64 * 1024)

typedef struct {
    char *spool;
    char *keep;
    gboolean filter;
} Options;

static void
options_clear (Options *options)
{
    g_free (options->spool);
    g_free (options->keep);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

static gboolean
set_error (GError **error, const char *what, int reason)
{
    g_set_error (error, MODORI_ERROR, MODORI_ERROR_IO, "%s: %s", what, g_strerror (reason));
    return FALSE;
}

/* --- the command line --- */

/* Is there certainly no message on standard input?  A pipe or a file that is not at its end may
 * hold one, and who gives it to us takes 0 for "it is safe". */
static gboolean
has_no_message (void)
{
    struct pollfd wait = { .fd = STDIN_FILENO, .events = POLLIN };
    struct stat info;
    char byte;

    if (isatty (STDIN_FILENO) || isatty (STDOUT_FILENO))
        return TRUE;
    if (fstat (STDIN_FILENO, &info) != 0 || S_ISCHR (info.st_mode))
        return TRUE;
    return poll (&wait, 1, 0) == 1 && read (STDIN_FILENO, &byte, 1) == 0;
}

static gboolean
asks_for_help (int argc, char **argv)
{
    for (int i = 1; i < argc && ! g_str_equal (argv[i], "--"); i++)
        if (g_str_has_prefix (argv[i], "-h") || g_str_equal (argv[i], "--help"))
            return TRUE;
    return FALSE;
}

static gboolean
parse (int *argc, char ***argv, Options *options, int *status)
{
    const GOptionEntry entries[] = {
        { "spool", 0, 0, G_OPTION_ARG_FILENAME, &options->spool,
          N_("put it there, instead of ~/.local/state/modori/spool"), N_("DIR") },
        { "keep", 0, 0, G_OPTION_ARG_FILENAME, &options->keep,
          N_("keep it for good, too, in this Maildir"), N_("MAILDIR") },
        { "filter", 0, 0, G_OPTION_ARG_NONE, &options->filter,
          N_("copy it to standard output with X-Modori-Bounce, X-Modori-Recipient and "
             "X-Modori-Reason in its header; put it away only where --spool or --keep say"),
          NULL },
        MODORI_VERP_OPTION,
        G_OPTION_ENTRY_NULL
    };

    return modori_setup_options (
        argc, argv, entries, _("[OPTION...] <MESSAGE"),
        _("Puts one message from standard input safely away, for the next report: for\n"
          ".forward, aliases, procmail, maildrop and Sieve. Prints nothing. Ends in 0 when\n"
          "the message is on the disk, and in 75 (try again later) whatever goes wrong;\n"
          "the system's log of mail tells what."),
        _("Examples:\n"
          "  \"|/usr/bin/modori record || exit 75\"          in ~/.forward\n"
          "  | modori record                               in ~/.procmailrc, below \":0 w\"\n"
          "  | modori record --filter                      below \":0 fw\": then sort by the "
          "fields\n"
          "  modori record --keep ~/Maildir/.bounces <bounce.eml"),
        status);
}

/* What the command line does not say is in the configuration.  A filter alone puts nothing away. */
static gboolean
complete (Options *options, GError **error)
{
    const ModoriSettings *settings;

    if (options->spool || options->filter)
        return TRUE;
    settings = modori_settings (error);
    if (! settings)
        return FALSE;
    options->spool = g_strdup (modori_settings_text (settings, "history", "spool"));
    if (! options->spool)
        options->spool = modori_spool_default_path ();
    return TRUE;
}

/* Into the spool last: what is there may be taken at once. */
static gboolean
deliver (const Options *options, GError **error)
{
    const char *dirs[] = { NULL, NULL, NULL };
    guint n = 0;

    if (options->keep)
        dirs[n++] = options->keep;
    if (options->spool)
        dirs[n++] = options->spool;
    return n == 0 || modori_spool_deliver (STDIN_FILENO, dirs, error);
}

/* --- the filter --- */

/* Put all of standard input into a file, and the file in its place. */
static gboolean
hold_input (GError **error)
{
    int fd = modori_spool_hold (STDIN_FILENO, error);
    int reason;

    if (fd < 0)
        return FALSE;
    reason = dup2 (fd, STDIN_FILENO) < 0 ? errno : 0;
    close (fd);
    return reason == 0 || set_error (error, _("standard input"), reason);
}

static gboolean
rewind_input (GError **error)
{
    return lseek (STDIN_FILENO, 0, SEEK_SET) == 0
           || set_error (error, _("standard input"), errno);
}

/* What the message on standard input reports; *REPORT is NULL when it is no report. */
static gboolean
read_report (ModoriReport **report, GError **error)
{
    const ModoriSourceOptions options = { .one = TRUE };
    ModoriEngine *engine = modori_setup_engine (error);
    g_autoptr (ModoriSandbox) nothing = modori_sandbox_new ();
    g_autoptr (ModoriSource) source = engine && modori_setup_confine (nothing, error)
        ? modori_source_open ("-", &options, error) : NULL;
    g_autoptr (GError) unreadable = NULL;
    ModoriMail mail;

    if (! source)
        return FALSE;
    *report = modori_source_next (source, &mail, &unreadable)
                      && modori_engine_read (engine, &mail, "") ? engine->report : NULL;
    return TRUE;
}

static gboolean
write_out (const char *bytes, gsize len, GError **error)
{
    int reason = modori_spool_write (STDOUT_FILENO, bytes, len);

    return reason == 0 || set_error (error, _("standard output"), reason);
}

/* Up to LEN bytes of standard input at BUFFER, fewer only at its end; -1 with ERROR set. */
static gssize
read_input (char *buffer, gsize len, GError **error)
{
    gsize got = 0;
    gssize n = 1;

    while (got < len && n > 0) {
        n = read (STDIN_FILENO, buffer + got, len - got);
        if (n < 0) {
            set_error (error, _("standard input"), errno);
            return -1;
        }
        got += (gsize) n;
    }
    return (gssize) got;
}

static gboolean
copy_out (ModoriReport *report, GError **error)
{
    g_autofree char *buffer = g_malloc (MODORI_STAMP_MAX);
    g_autoptr (GString) start = g_string_new (NULL);
    gssize n = read_input (buffer, MODORI_STAMP_MAX, error);

    if (n < 0)
        return FALSE;
    modori_stamp (start, modori_span (buffer, (gsize) n), report);
    if (! write_out (start->str, start->len, error))
        return FALSE;
    while ((n = read_input (buffer, BLOCK, error)) > 0)
        if (! write_out (buffer, (gsize) n, error))
            return FALSE;
    if (n == 0 && close (STDOUT_FILENO) != 0)
        return set_error (error, _("standard output"), errno);
    return n == 0;
}

static gboolean
filter (const Options *options, GError **error)
{
    ModoriReport *report = NULL;

    if (! hold_input (error) || ! deliver (options, error) || ! rewind_input (error))
        return FALSE;
    modori_quiet_release ();
    modori_quiet_open_log ();
    return read_report (&report, error) && rewind_input (error) && copy_out (report, error);
}

/* --- all of it --- */

int
modori_cmd_record (int argc, char **argv)
{
    g_autoptr (GError) error = NULL;
    g_auto (Options) options = { 0 };
    int status = EX_USAGE;

    if (asks_for_help (argc, argv) && ! has_no_message ()) {
        modori_complain (_("record: --help, but there may be a message on standard input"));
        return EX_TEMPFAIL;
    }
    if (! parse (&argc, &argv, &options, &status))
        return status;
    if (argc > 1) {
        modori_complain (_("record: what is \"%s\"? It reads one message from standard input, "
                           "and takes no arguments"), argv[1]);
        return EX_TEMPFAIL;
    }
    if (isatty (STDIN_FILENO)) {
        modori_complain (_("record: no message: it is read from standard input, which is a "
                           "terminal (try \"modori record --help\")"));
        return EX_TEMPFAIL;
    }
    if (complete (&options, &error)
        && (options.filter ? filter (&options, &error) : deliver (&options, &error)))
        return EX_OK;
    modori_complain (_("record: %s"), error->message);
    return EX_TEMPFAIL;
}
