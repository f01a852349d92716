/* suppress.c - addresses to stop writing to.
 *
 * From the history; or from mailboxes and lines of JSON, which go through a private one.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"
#include "commands/collect.h"
#include "commands/commands.h"
#include "commands/past.h"
#include "commands/setup.h"
#include "output/stoplist.h"
#include "output/writer.h"

#include <glib/gi18n.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

/* The options of the command line, as GLib fills them. */
typedef struct {
    char *hard, *soft, *format, *since, *domain, *why;
    char **reasons, **forget;
    gboolean no_complaints, forgotten, exit_code;
} Options;

typedef struct {
    Options options;
    ModoriPast past;
    ModoriCollector in;         /* what is looked at */
    ModoriPolicy *policy;
    ModoriStoplist list;
    const ModoriStoplistFormat *format;
    gint64 since;               /* only what came onto the list from then on */
    ModoriWriter *writer;
    guint count;                /* addresses that were written */
    gboolean some;              /* is something listed? */
} Job;

/* --- what was asked for --- */

static gboolean
bad_value (GError **error, const char *format, ...) G_GNUC_PRINTF (2, 3);

static gboolean
bad_value (GError **error, const char *format, ...)
{
    g_autofree char *message = NULL;
    va_list args;

    va_start (args, format);
    message = g_strdup_vprintf (format, args);
    va_end (args);
    g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, message);
    return FALSE;
}

static gboolean
read_threshold (const char *option, const char *text, ModoriThreshold *threshold, GError **error)
{
    g_autoptr (GError) why = NULL;

    return ! text || modori_threshold_parse (threshold, text, &why)
        || bad_value (error, "%s: %s", option, why->message);
}

/* "mailboxfull=5 in 30d" */
static gboolean
read_reason (ModoriPolicy *policy, const char *text, GError **error)
{
    const char *equals = strchr (text, '=');
    g_autofree ModoriThreshold *threshold = g_new0 (ModoriThreshold, 1);

    if (! equals)
        return bad_value (error, _("--reason %s: something like \"mailboxfull=5 in 30d\" was "
                                   "expected"), text);
    if (! read_threshold ("--reason", equals + 1, threshold, error))
        return FALSE;
    g_hash_table_replace (policy->reasons, g_strndup (text, (gsize) (equals - text)),
                          g_steal_pointer (&threshold));
    return TRUE;
}

/* The policy: that of the configuration, then that of the command line. */
static gboolean
read_policy (Job *job, GError **error)
{
    const Options *options = &job->options;
    g_autoptr (GError) why = NULL;

    job->policy = modori_past_policy (error);
    if (! job->policy || ! modori_policy_check (job->policy, job->in.engine, error)
        || ! read_threshold ("--hard", options->hard, &job->policy->hard, error)
        || ! read_threshold ("--soft", options->soft, &job->policy->soft, error))
        return FALSE;
    for (char **reason = options->reasons; reason && *reason; reason++)
        if (! read_reason (job->policy, *reason, error))
            return FALSE;
    if (options->no_complaints)
        job->policy->complaints = FALSE;
    job->policy->domain = g_strdup (options->domain);
    return modori_policy_check (job->policy, job->in.engine, &why)
        || bad_value (error, "--reason: %s", why->message);
}

static gboolean
read_format (Job *job, GError **error)
{
    const char *name = job->options.format;
    gboolean brief = job->options.why || job->options.forgotten;

    job->format = modori_stoplist_format (name ? name : job->options.why ? "text" : "list");
    if (! job->format)
        return bad_value (error, _("--format=%s: it can be list, text, csv, json, postfix or sql"),
                          name);
    if (brief && name && ! g_str_equal (name, "json")
        && ! g_str_equal (name, job->options.why ? "text" : "list"))
        return bad_value (error, _("--format=%s: not for --why (text, json) or --forgotten (list, "
                                   "json)"), name);
    return TRUE;
}

static gboolean
read_since (Job *job, GError **error)
{
    if (! job->options.since)
        job->since = G_MININT64;
    else if (! modori_past_time (job->options.since, job->past.now, &job->since, error)) {
        g_prefix_error (error, "--since: ");
        return FALSE;
    }
    return TRUE;
}

/* An empty one is a variable that was not set, in somebody's script. */
static gboolean
are_addresses (const Options *options, GError **error)
{
    for (char **address = options->forget; address && *address; address++)
        if (! **address)
            return bad_value (error, _("--forget: an address was expected"));
    if (options->why && ! *options->why)
        return bad_value (error, _("--why: an address was expected"));
    return TRUE;
}

static gboolean
prepare (Job *job, char **paths, GError **error)
{
    const Options *options = &job->options;
    guint n = (options->why != NULL) + (options->forget != NULL) + options->forgotten;

    if (n > 1)
        return bad_value (error, _("only one of --why, --forget and --forgotten at a time"));
    if (paths[0] && (options->forget || options->forgotten))
        return bad_value (error, _("only what is in history can be forgotten; \"%s\" is too many"),
                          paths[0]);
    if (! are_addresses (options, error) || ! read_format (job, error)
        || ! modori_past_complete (&job->past, error)
        || ! read_since (job, error))
        return FALSE;
    job->in.engine = modori_setup_engine (error);
    return job->in.engine && read_policy (job, error);
}

/* --- work --- */

/* ADDRESS as the history knows it; the caller frees. */
static char *
as_kept (Job *job, const char *address)
{
    g_autofree char *lower = g_ascii_strdown (address, -1);

    return modori_redact_address (MODORI_PAST_KEEPER (&job->past), lower);
}

/* ModoriEachListed. */
static gboolean
put_listed (const ModoriListed *listed, gpointer data)
{
    Job *job = data;

    job->format->entry (&job->list, listed);
    job->count++;
    return modori_writer_mark (job->writer);
}

static gboolean
put_list (Job *job, GError **error)
{
    ModoriListRange range = { .since = job->since, .until = G_MAXINT64 };

    job->format->begin (&job->list);
    if (! modori_suppression_each (job->in.history, job->in.engine, job->policy, &range,
                                   put_listed, job, error))
        return FALSE;
    job->format->end (&job->list, job->count);
    job->some = job->count > 0;
    return TRUE;
}

static gboolean
put_why (Job *job, GError **error)
{
    g_autoptr (GArray) steps = g_array_new (FALSE, FALSE, sizeof (ModoriSuppressionStep));
    g_autofree char *address = as_kept (job, job->options.why);
    ModoriListed listed;

    if (! modori_suppression_why (job->in.history, job->in.engine, job->policy, address, steps,
                                  &listed, error))
        return FALSE;
    job->some = listed.count > 0;
    if (g_str_equal (job->format->name, "json"))
        modori_stoplist_why_json (&job->list, address, &listed, steps);
    else
        modori_stoplist_why (&job->list, address, &listed, steps);
    return TRUE;
}

static gboolean
put_forgotten_address (const char *address, gint64 time, gpointer data)
{
    Job *job = data;
    g_autofree char *shown = modori_redact_address (job->past.redactor, address);

    if (time >= job->since)
        modori_stoplist_forgotten (&job->list, g_str_equal (job->format->name, "json"), shown,
                                   time);
    return TRUE;
}

static gboolean
put_forgotten (Job *job, GError **error)
{
    return job->in.history->table->each_forgotten (job->in.history->store, put_forgotten_address,
                                                   job, error);
}

/* Nothing that came back up to now counts for these addresses any more. */
static gboolean
forget (Job *job, GError **error)
{
    ModoriHistory *history = job->in.history;
    gboolean good = modori_history_begin (history, error);

    for (char **address = job->options.forget; good && *address; address++) {
        g_autofree char *kept = as_kept (job, *address);

        good = history->table->forget (history->store, kept, job->past.now, error);
    }
    return good && modori_history_commit (history, error);
}

static gboolean
answer (Job *job, GError **error)
{
    job->list = (ModoriStoplist) {
        .terminal = modori_terminal_for (STDOUT_FILENO, job->writer->buffer),
        .engine = job->in.engine, .redactor = job->past.redactor, .lang = modori_setup_lang (),
    };
    return job->options.why ? put_why (job, error)
        : job->options.forgotten ? put_forgotten (job, error) : put_list (job, error);
}

/* Is there no history yet?  Then say how it comes to be. */
static void
say_empty (const Job *job)
{
    guint64 count = 0;
    gint64 first, last;

    if (! job->in.reading.quiet
        && job->in.history->table->extent (job->in.history->store, &count, &first, &last, NULL)
        && count == 0)
        modori_complain (_("%s: nothing is in history yet; it is filled by \"modori record\" in a "
                           "pipe, and by \"modori scan --remember MAILBOX\""), job->past.history);
}

/* Open the history, or make one of PATHS.  FALSE: *STATUS says what went wrong. */
static gboolean
open_history (Job *job, char **paths, int *status)
{
    GError *error = NULL;

    job->past.inputs = paths;
    job->past.recursive = job->in.reading.source.recursive;
    job->past.adds_up = paths[0] != NULL;
    if (paths[0] && ! modori_past_confine (&job->past, job->in.engine, &error)) {
        *status = modori_fail (error);
        return FALSE;
    }
    if (paths[0])
        modori_past_take_in (&job->past, job->in.engine);
    job->in.history = paths[0] ? modori_past_private (&job->past, job->in.engine, &error)
                               : modori_past_open (&job->past, job->in.engine, &error);
    if (! job->in.history) {
        *status = modori_fail (error);
        return FALSE;
    }
    if (! paths[0] && ! job->options.forget)
        say_empty (job);
    if (! paths[0] || modori_collect (&job->in, paths))
        return TRUE;
    *status = job->in.reading.status;
    return FALSE;
}

static int
run (Job *job, char **paths)
{
    g_autoptr (ModoriWriter) writer = modori_writer_new (STDOUT_FILENO);
    GError *error = NULL;
    int status = EX_OK;

    if (! prepare (job, paths, &error))
        return modori_fail (error);
    if (! open_history (job, paths, &status))
        return status;
    if (job->options.forget)
        return forget (job, &error) ? EX_OK : modori_fail (error);
    job->writer = writer;
    if (! answer (job, &error))
        return modori_fail (error);
    if (! modori_writer_flush (writer)) {
        modori_complain (_("standard output: %s"), g_strerror (writer->failed));
        return EX_IOERR;
    }
    if (job->in.reading.status)
        return job->in.reading.status;
    return job->options.exit_code && job->some ? 1 : EX_OK;
}

/* --- options --- */

static gboolean
read_options (Job *job, int *argc, char ***argv, int *status)
{
    Options *options = &job->options;
    const GOptionEntry entries[] = {
        { "format", 'f', 0, G_OPTION_ARG_STRING, &options->format,
          N_("list, text, csv, json, postfix (access map) or sql"), N_("NAME") },
        { "hard", 0, 0, G_OPTION_ARG_STRING, &options->hard,
          N_("list after so many hard bounces (1)"), N_("COUNT") },
        { "soft", 0, 0, G_OPTION_ARG_STRING, &options->soft,
          N_("list after so many soft ones (\"3 in 14d\")"), N_("COUNT") },
        { "reason", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options->reasons,
          N_("the same for one reason: \"mailboxfull=5 in 30d\", \"expired=never\""),
          N_("REASON=COUNT") },
        { "no-complaints", 0, 0, G_OPTION_ARG_NONE, &options->no_complaints,
          N_("do not list who complained"), NULL },
        { "since", 's', 0, G_OPTION_ARG_STRING, &options->since,
          N_("only what came onto the list from then on: 7d, 2026-11-01"), N_("TIME") },
        { "domain", 'd', 0, G_OPTION_ARG_STRING, &options->domain,
          N_("only mail that was sent for DOMAIN and below"), N_("DOMAIN") },
        { "why", 'w', 0, G_OPTION_ARG_STRING, &options->why,
          N_("what is known of ADDRESS, and what it did to the list"), N_("ADDRESS") },
        { "forget", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options->forget,
          N_("ADDRESS is good again: what came back up to now does not count"), N_("ADDRESS") },
        { "forgotten", 0, 0, G_OPTION_ARG_NONE, &options->forgotten,
          N_("list the addresses that were forgotten"), NULL },
        { "exit-code", 0, 0, G_OPTION_ARG_NONE, &options->exit_code,
          N_("exit with 1 when something is listed"), NULL },
        { "recursive", 'r', 0, G_OPTION_ARG_NONE, &job->in.reading.source.recursive,
          N_("go into subfolders of Maildirs and directories"), NULL },
        { "quiet", 'q', 0, G_OPTION_ARG_NONE, &job->in.reading.quiet,
          N_("no progress bar, no warnings"), NULL },
        MODORI_VERP_OPTION,
        MODORI_PAST_OPTIONS (job->past),
        G_OPTION_ENTRY_NULL
    };

    return modori_setup_options (argc, argv, entries, _("[MAILBOX or RECORDS...]"),
        _("Lists the addresses to stop writing to: those that bounced for good, that bounced\n"
          "again and again, and that complained.  What was the sender's own fault (block lists,\n"
          "authentication, contents, rate ...) never counts; a later delivered report clears.\n"
          "Without arguments it reads the history; else mailboxes of any kind, and lines of JSON\n"
          "as \"modori scan --format=json\" writes them; - is standard input."),
        _("Exit status: 0 done, 1 something is listed (--exit-code), 64 wrong usage, 65 damaged\n"
          "input, 66 no such mailbox, 74 read or write error, 78 broken rules or configuration.\n\n"
          "Examples:\n"
          "  modori suppress\n"
          "  modori suppress --soft '5 in 30d' --reason mailboxfull=never --format=csv\n"
          "  modori suppress --why jane@example.org\n"
          "  modori suppress --forget jane@example.org\n"
          "  modori suppress --format=postfix >/etc/postfix/suppressed && postmap "
          "/etc/postfix/suppressed"), status);
}

static void
options_clear (Options *options)
{
    g_free (options->hard);
    g_free (options->soft);
    g_free (options->format);
    g_free (options->since);
    g_free (options->domain);
    g_free (options->why);
    g_strfreev (options->reasons);
    g_strfreev (options->forget);
}

int
modori_cmd_suppress (int argc, char **argv)
{
    Job job = { 0 };
    int status;

    if (read_options (&job, &argc, &argv, &status))
        status = run (&job, argv + 1);
    modori_history_free (job.in.history);
    modori_policy_free (job.policy);
    modori_past_clear (&job.past);
    options_clear (&job.options);
    return status;
}
