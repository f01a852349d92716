/* report.c - what came back, added up, for the postmaster.
 *
 * History is added up as it is.  Mailboxes and lines of JSON go through a private history first,
 * which ends with the program: so the same mail gives the same report, whichever way it came.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"
#include "commands/collect.h"
#include "commands/commands.h"
#include "commands/online.h"
#include "commands/past.h"
#include "commands/remember.h"
#include "commands/settings.h"
#include "commands/setup.h"
#include "output/digest.h"
#include "output/writer.h"
#include "text/error.h"

#include <glib/gi18n.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

typedef struct Job Job;

/* A way to write a digest. */
typedef struct {
    const char *name;
    gboolean (*put) (Job *job, const ModoriDigest *digest, GString *out, GError **error);
} Format;

/* The options of the command line, as GLib fills them. */
typedef struct {
    char *format, *since, *until, *domain;
    char *from, *to, *subject;
    int top;
    gboolean exit_code, if_any, remember, online;
} Options;

struct Job {
    Options options;
    ModoriPast past;
    ModoriChecks checks;        /* with --online */
    ModoriCollector in;         /* what is added up */
    const Format *format;
    ModoriDigestMail mail;
    ModoriDigestOptions digest;
};

/* --- formats --- */

static gboolean
put_text (Job *job, const ModoriDigest *digest, GString *out, GError **error)
{
    ModoriTerminal terminal = modori_terminal_for (STDOUT_FILENO, out);

    (void) job;
    (void) error;
    modori_digest_text (digest, &terminal);
    return TRUE;
}

static gboolean
put_html (Job *job, const ModoriDigest *digest, GString *out, GError **error)
{
    (void) job;
    (void) error;
    modori_digest_html (digest, out, modori_setup_lang ());
    return TRUE;
}

static gboolean
put_json (Job *job, const ModoriDigest *digest, GString *out, GError **error)
{
    (void) job;
    (void) error;
    modori_digest_json (digest, out);
    return TRUE;
}

static gboolean
put_mail (Job *job, const ModoriDigest *digest, GString *out, GError **error)
{
    return modori_digest_mail (digest, &job->mail, out, modori_setup_lang (), error);
}

static const Format formats[] = {
    { "text", put_text },
    { "html", put_html },
    { "mail", put_mail },
    { "json", put_json },
};

static const Format *
find_format (const char *name)
{
    for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
        if (g_str_equal (formats[i].name, name))
            return &formats[i];
    return NULL;
}

/* --- work --- */

/* --since and --until.  Nothing is later than now, and what is of this second counts. */
static gboolean
read_period (Job *job, GError **error)
{
    ModoriDigestOptions *digest = &job->digest;

    digest->until = job->past.now + 1;
    if (job->options.until
        && ! modori_past_time (job->options.until, job->past.now, &digest->until, error)) {
        g_prefix_error (error, "--until: ");
        return FALSE;
    }
    if (job->options.since
        && ! modori_past_time (job->options.since, job->past.now, &digest->since, error)) {
        g_prefix_error (error, "--since: ");
        return FALSE;
    }
    digest->until = MIN (digest->until, job->past.now + 1);
    if (digest->since < digest->until)
        return TRUE;
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                 _("--since: nothing lies between it and --until"));
    return FALSE;
}

/* The header of the mail: options, else configuration. */
static gboolean
read_mail (Job *job, GError **error)
{
    const ModoriSettings *settings = modori_settings (error);

    if (! settings)
        return FALSE;
    job->mail.from = job->options.from;
    if (! job->mail.from)
        job->mail.from = modori_settings_text (settings, "report", "from");
    job->mail.to = job->options.to;
    if (! job->mail.to)
        job->mail.to = modori_settings_text (settings, "report", "to");
    job->mail.subject = job->options.subject;
    if (job->format->put != put_mail || job->mail.to)
        return TRUE;
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                 _("--format=mail: to whom? --to=ADDRESS was expected, or \"to = ADDRESS\" under "
                   "[report] in modori.conf"));
    return FALSE;
}

/* What can be wrong before anything is read. */
static gboolean
prepare (Job *job, gboolean has_paths, GError **error)
{
    const Options *options = &job->options;

    job->format = find_format (options->format ? options->format : "text");
    if (! job->format) {
        g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                     _("--format=%s: it can be text, html, mail or json"), options->format);
        return FALSE;
    }
    if (options->top < 0) {
        g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                     _("--top=%d: a number of lines was expected"), options->top);
        return FALSE;
    }
    if (options->remember && ! has_paths) {
        g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                     _("--remember: a mailbox was expected"));
        return FALSE;
    }
    job->digest.top = (guint) options->top;
    job->digest.lang = modori_setup_lang ();
    return modori_past_complete (&job->past, error) && read_period (job, error)
           && read_mail (job, error);
}

/* Is there no history yet?  Then say how it comes to be. */
static gboolean
says_empty (const Job *job)
{
    guint64 count = 0;
    gint64 first, last;

    if (! job->in.history->table->extent (job->in.history->store, &count, &first, &last, NULL)
        || count)
        return FALSE;
    if (! job->options.if_any && ! job->in.reading.quiet)
        modori_complain (_("%s: nothing is in history yet; it is filled by \"modori record\" in a "
                           "pipe, and by \"modori scan --remember MAILBOX\" (\"modori report "
                           "MAILBOX\" needs no history)"), job->past.history);
    return TRUE;
}

static int
write_out (Job *job, const ModoriDigest *digest)
{
    g_autoptr (ModoriWriter) writer = modori_writer_new (STDOUT_FILENO);
    GError *error = NULL;

    if (! job->format->put (job, digest, writer->buffer, &error))
        return modori_fail (error);
    if (modori_writer_flush (writer))
        return EX_OK;
    modori_complain (_("standard output: %s"), g_strerror (writer->failed));
    return EX_IOERR;
}

/* Add up the history. */
static int
add_up (Job *job, gboolean empty)
{
    g_autoptr (ModoriDigest) digest = NULL;
    GError *error = NULL;
    int status = EX_OK;

    digest = modori_digest_new (job->in.history, job->in.engine, &job->digest, &error);
    if (! digest)
        return modori_fail (error);
    if (! (empty && job->format->put == put_text)
        && ! (job->options.if_any && digest->counts.failed + digest->counts.complaints == 0))
        status = write_out (job, digest);
    if (status || job->in.reading.status)
        return status ? status : job->in.reading.status;
    return job->options.exit_code && digest->counts.failed ? 1 : EX_OK;
}

/* PATHS are read into it first: none, but with --remember. */
static int
report_of_history (Job *job, char **paths)
{
    GError *error = NULL;

    job->past.inputs = paths;
    job->in.history = modori_past_open (&job->past, job->in.engine, &error);
    if (! job->in.history)
        return modori_fail (error);
    if (paths[0])
        modori_remember (&job->in.reading, paths, job->in.engine, job->in.history,
                         MODORI_PAST_KEEPER (&job->past));
    return add_up (job, says_empty (job));
}

static int
report_of_paths (Job *job, char **paths)
{
    GError *error = NULL;

    job->past.inputs = paths;
    job->past.adds_up = TRUE;
    if (! modori_past_confine (&job->past, job->in.engine, &error))
        return modori_fail (error);
    modori_past_take_in (&job->past, job->in.engine);
    job->in.history = modori_past_private (&job->past, job->in.engine, &error);
    if (! job->in.history)
        return modori_fail (error);
    return modori_collect (&job->in, paths) ? add_up (job, FALSE) : job->in.reading.status;
}

static int
run (Job *job, char **paths)
{
    g_autoptr (ModoriPolicy) policy = NULL;
    g_autoptr (ModoriOnline) online = NULL;
    GError *error = NULL;
    int status = modori_online_validate (job->options.online, &job->checks);

    if (status)
        return status;
    if (prepare (job, paths[0] != NULL, &error))
        policy = modori_past_policy (&error);
    job->in.engine = policy ? modori_setup_engine (&error) : NULL;
    if (job->in.engine && job->options.online)
        online = modori_online_new (&job->checks, job->in.engine, job->in.reading.quiet, &error);
    if (! job->in.engine || error)
        return modori_fail (error);
    job->past.recursive = job->in.reading.source.recursive;
    job->past.network = job->options.online;
    job->past.ca_file = job->checks.ca_file;
    job->digest.policy = policy;
    job->digest.domain = job->options.domain;
    job->digest.redactor = job->past.redactor;
    status = paths[0] && ! job->options.remember ? report_of_paths (job, paths)
                                                 : report_of_history (job, paths);
    modori_history_free (job->in.history);
    return status;
}

static gboolean
read_options (Job *job, int *argc, char ***argv, int *status)
{
    Options *options = &job->options;
    const GOptionEntry entries[] = {
        { "format", 'f', 0, G_OPTION_ARG_STRING, &options->format, N_("text, html, mail or json"),
          N_("NAME") },
        { "since", 's', 0, G_OPTION_ARG_STRING, &options->since,
          N_("from then on: 7d, 2w, 3m (months), 2026-11-01"), N_("TIME") },
        { "until", 'u', 0, G_OPTION_ARG_STRING, &options->until, N_("up to then"), N_("TIME") },
        { "domain", 'd', 0, G_OPTION_ARG_STRING, &options->domain,
          N_("only mail that was sent for DOMAIN and below"), N_("DOMAIN") },
        { "top", 0, 0, G_OPTION_ARG_INT, &options->top, N_("lines of each list"), N_("N") },
        { "to", 0, 0, G_OPTION_ARG_STRING, &options->to, N_("whom the mail is for"),
          N_("ADDRESS") },
        { "from", 0, 0, G_OPTION_ARG_STRING, &options->from, N_("whom the mail is from"),
          N_("ADDRESS") },
        { "subject", 0, 0, G_OPTION_ARG_STRING, &options->subject,
          N_("of the mail, instead of one that tells the figures"), N_("TEXT") },
        { "if-any", 0, 0, G_OPTION_ARG_NONE, &options->if_any,
          N_("print nothing when nothing came back in that time"), NULL },
        { "exit-code", 0, 0, G_OPTION_ARG_NONE, &options->exit_code,
          N_("exit with 1 when something bounced"), NULL },
        { "remember", 0, 0, G_OPTION_ARG_NONE, &options->remember,
          N_("read into the history what is new in MAILBOX, and report from there"), NULL },
        { "recursive", 'r', 0, G_OPTION_ARG_NONE, &job->in.reading.source.recursive,
          N_("go into subfolders of Maildirs and directories"), NULL },
        { "no-lock", 0, 0, G_OPTION_ARG_NONE, &job->in.reading.source.no_lock,
          N_("do not lock mailboxes"), NULL },
        { "quiet", 'q', 0, G_OPTION_ARG_NONE, &job->in.reading.quiet,
          N_("no progress bar, no warnings"), NULL },
        MODORI_ONLINE_OPTIONS (options->online, job->checks),
        MODORI_PAST_OPTIONS (job->past),
        MODORI_VERP_OPTION,
        G_OPTION_ENTRY_NULL
    };

    return modori_setup_options (argc, argv, entries, _("[MAILBOX or RECORDS...]"),
        _("Adds up what came back: what to repair and what it wins, how many of what, since when.\n"
          "Without arguments it reads the history; else mailboxes of any kind, and lines of JSON\n"
          "as \"modori scan --format=json\" writes them, both also compressed; - is standard\n"
          "input."),
        _("Exit status: 0 done, 1 something bounced (--exit-code), 64 wrong usage, 65 damaged\n"
          "input, 66 no such mailbox, 74 read or write error, 78 broken rules or configuration.\n\n"
          "Examples:\n"
          "  modori report --since 7d\n"
          "  modori report ~/Maildir/.Bounces\n"
          "  modori report --remember --since 7d ~/Maildir/.Bounces\n"
          "  modori report --format=html host-*.jsonl.gz >report.html\n"
          "  modori report --since 7d --format=mail --to=postmaster@example.com >week\n"
          "  [ -s week ] && sendmail -t -oi <week"),
        status);
}

int
modori_cmd_report (int argc, char **argv)
{
    Job job = { 0 };
    Options *options = &job.options;
    int status;

    if (read_options (&job, &argc, &argv, &status))
        status = run (&job, argv + 1);
    g_free (options->format);
    g_free (options->since);
    g_free (options->until);
    g_free (options->domain);
    g_free (options->from);
    g_free (options->to);
    g_free (options->subject);
    modori_past_clear (&job.past);
    modori_checks_clear (&job.checks);
    return status;
}
