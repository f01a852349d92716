/* scan.c - the main job: read mailboxes, list who did not get what, and say what it all has in
 * common.
 *
 * What is read of a message is a result, a row for each outcome: its text as it will be printed,
 * its notes for the summary, and where the history or --undecided wants to know more, the outcome
 * itself.  So messages are read by other processes (jobs.c), and results are written as they come,
 * so that memory does not grow with the mailbox.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"
#include "commands/commands.h"
#include "commands/past.h"
#include "commands/reading.h"
#include "commands/remember.h"
#include "commands/settings.h"
#include "commands/setup.h"
#include "mail/jobs.h"
#include "output/csv.h"
#include "output/json.h"
#include "output/keeper.h"
#include "output/summary.h"
#include "output/text.h"
#include "output/writer.h"
#include "report/parcel.h"
#include "rules/learn.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

/* Of --jobs. */
#define NOT_SAID G_MININT

typedef struct Scan Scan;

/* A way to write outcomes. */
typedef struct {
    const char *name;
    void (*begin) (Scan *scan);                 /* may be NULL */
    void (*outcome) (Scan *scan, guint i, GString *out);
    void (*end) (Scan *scan);                   /* may be NULL */
} Format;

/* One outcome in a result; its text, notes and parcel follow. */
typedef struct {
    gboolean failure;
    gboolean undecided;
    gsize text_len, notes_len, parcel_len;
} Row;

struct Scan {
    ModoriEngine *engine;
    ModoriWriter *writer;
    ModoriTerminal terminal;
    ModoriSummary *summary;
    GString *notes;                             /* for the summary, of one message */
    ModoriJobs *jobs;
    ModoriReading reading;
    const Format *format;
    int wanted_jobs;                            /* --jobs */
    gboolean all;                               /* --all: what is no failure, too */
    const char *undecided;                      /* directory for what is undecided, or NULL */
    gboolean remember, only_new;                /* --remember, --new */
    ModoriPast past;
    ModoriMemory *memory;                       /* with --remember, else NULL */
};

/* --- formats --- */

static void
text_outcome (Scan *scan, guint i, GString *out)
{
    scan->terminal.out = out;
    modori_text_outcome (&scan->terminal, scan->engine, i, modori_setup_lang ());
    if (modori_text_is_failure (modori_report_outcome (scan->engine->report, i)))
        modori_summary_note (scan->notes, scan->engine, i, modori_setup_lang ());
}

static void
text_end (Scan *scan)
{
    scan->terminal.out = scan->writer->buffer;
    modori_summary_put (scan->summary, &scan->terminal, scan->engine, scan->reading.messages,
                        modori_setup_lang ());
}

static void
json_outcome (Scan *scan, guint i, GString *out)
{
    modori_json_outcome (out, modori_report_outcome (scan->engine->report, i));
}

static void
csv_begin (Scan *scan)
{
    modori_csv_header (scan->writer->buffer);
}

static void
csv_outcome (Scan *scan, guint i, GString *out)
{
    modori_csv_outcome (out, modori_report_outcome (scan->engine->report, i));
}

static const Format formats[] = {
    { "text", NULL,      text_outcome, text_end },
    { "json", NULL,      json_outcome, NULL },
    { "csv",  csv_begin, csv_outcome,  NULL },
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

/* Keep MAIL, when nothing could tell the reason of one of its failures, under the ID of the first
 * such record: it is the same wherever the message lies.  What cannot be written is said once. */
static void
keep_undecided (Scan *scan, const ModoriMail *mail, const char *id)
{
    g_autoptr (GError) error = NULL;

    if (modori_keeper_keep (scan->undecided, id, mail->bytes, &error))
        return;
    modori_reading_clear (&scan->reading);
    modori_complain ("%s", error->message);
    scan->reading.status = modori_setup_status (error);
    scan->undecided = NULL;
}

/* ERROR of the history ends it. */
static void
stop (Scan *scan, const GError *error)
{
    modori_reading_clear (&scan->reading);
    modori_complain ("%s", error->message);
    scan->reading.status = modori_setup_status (error);
    scan->reading.stop = TRUE;
}

/* Append outcome I of the message that was read to RESULT, as a row.  Maybe in a worker. */
static void
add_row (Scan *scan, guint i, GString *result)
{
    const ModoriOutcome *outcome = modori_report_outcome (scan->engine->report, i);
    gsize start = result->len;
    Row row = { 0 };

    row.failure = modori_text_is_failure (outcome);
    row.undecided = scan->undecided && modori_is_undecided (scan->engine, i);
    g_string_append_len (result, (const char *) &row, sizeof row);
    g_string_truncate (scan->notes, 0);
    if (row.failure || scan->all)
        scan->format->outcome (scan, i, result);
    row.text_len = result->len - start - sizeof row;
    row.notes_len = scan->notes->len;
    g_string_append_len (result, scan->notes->str, (gssize) scan->notes->len);
    row.parcel_len = result->len;
    if (scan->memory || row.undecided)
        modori_parcel_make (result, outcome);
    row.parcel_len = result->len - row.parcel_len;
    memcpy (result->str + start, &row, sizeof row);
}

static void
read_mail (const ModoriMail *mail, guint sift, GString *result, gpointer data)
{
    Scan *scan = data;

    if (! modori_engine_read_sifted (scan->engine, mail, sift, modori_setup_lang ()))
        return;
    if (scan->past.redactor)
        modori_redact_report (scan->past.redactor, scan->engine->report);
    for (guint i = 0; i < modori_report_n_outcomes (scan->engine->report); i++)
        add_row (scan, i, result);
}

/* Cut LEN bytes off REST; fewer when there are no more. */
static ModoriSpan
cut (ModoriSpan *rest, gsize len)
{
    ModoriSpan piece = modori_span (rest->at, MIN (len, rest->len));

    *rest = modori_span_skip (*rest, piece.len);
    return piece;
}

/* Remember OUTCOME.  FALSE: it is not to be shown. */
static gboolean
note (Scan *scan, const ModoriOutcome *outcome)
{
    g_autoptr (GError) error = NULL;
    gboolean is_new = TRUE;

    if (! modori_memory_add (scan->memory, outcome, &is_new, &error))
        stop (scan, error);
    return is_new && ! scan->reading.stop;
}

/* Write ROW of MAIL, and count what it says; what follows it is taken off REST.  KEPT: whether MAIL
 * is already kept among the undecided. */
static void
take_row (Scan *scan, const ModoriMail *mail, const Row *row, ModoriSpan *rest, gboolean *kept)
{
    ModoriSpan text = cut (rest, row->text_len), notes = cut (rest, row->notes_len);
    ModoriSpan parcel = cut (rest, row->parcel_len);
    gboolean opened;
    ModoriOutcome outcome;

    opened = parcel.len && modori_parcel_open (&parcel, &outcome);
    if (opened && row->undecided && scan->undecided && ! *kept) {
        keep_undecided (scan, mail, modori_outcome_text (&outcome, MODORI_KEY_ID));
        *kept = TRUE;
    }
    if (scan->memory && ! (opened && note (scan, &outcome)))
        return;
    scan->reading.bounces += row->failure != 0;
    g_string_append_len (scan->writer->buffer, text.at, (gssize) text.len);
    modori_summary_add (scan->summary, notes, scan->engine, modori_setup_lang ());
}

/* Keep what has been shown so far: it must have left us before. */
static void
remember (Scan *scan)
{
    g_autoptr (GError) error = NULL;

    if (scan->reading.stop || ! modori_writer_flush (scan->writer))
        return;
    if (! modori_memory_commit (scan->memory, &error))
        stop (scan, error);
}

/* What was read of a message is dealt with. */
static void
took (Scan *scan)
{
    if (! scan->memory)
        return;
    modori_memory_took (scan->memory);
    if (modori_memory_is_full (scan->memory))
        remember (scan);
}

static gboolean
take_result (const ModoriMail *mail, ModoriSpan result, gpointer data)
{
    Scan *scan = data;
    gboolean kept = FALSE;
    Row row;

    if (scan->writer->prompt && result.len)
        modori_reading_clear (&scan->reading);
    while (result.len >= sizeof row && ! scan->reading.stop) {
        memcpy (&row, result.at, sizeof row);
        result = modori_span_skip (result, sizeof row);
        take_row (scan, mail, &row, &result, &kept);
    }
    if (! modori_writer_mark (scan->writer))
        scan->reading.stop = TRUE;
    took (scan);
    return ! scan->reading.stop;
}

static void
tell_failed (const ModoriMail *mail, const char *reason, gpointer data)
{
    Scan *scan = data;

    modori_reading_fail (&scan->reading, mail, reason);
    took (scan);
}

static void
tell_lost (const char *reason, gpointer data)
{
    Scan *scan = data;

    modori_reading_lost (&scan->reading, reason);
}

static void
visit (const ModoriMail *mail, gpointer data)
{
    Scan *scan = data;
    guint sift = modori_engine_sift (scan->engine, mail);

    if (! sift)
        return;
    if (scan->memory)
        modori_memory_expect (scan->memory);
    modori_jobs_add (scan->jobs, mail, sift);
}

static void
scan_messages (Scan *scan, char **paths)
{
    const ModoriJobsTable table = { read_mail, take_result, tell_failed, tell_lost, scan };
    ModoriJobsOptions options = modori_reading_jobs ((guint) MAX (scan->wanted_jobs, 0));
    g_autoptr (GString) notes = g_string_new (NULL);
    g_autoptr (ModoriJobs) jobs = NULL;

    options.at_once = scan->writer->prompt;
    scan->jobs = jobs = modori_jobs_new (&options, &table);
    scan->notes = notes;
    if (scan->format->begin)
        scan->format->begin (scan);
    modori_reading_run (&scan->reading, paths, visit, scan);
    modori_jobs_finish (jobs);
    if (scan->format->end && scan->reading.status != EX_USAGE)
        scan->format->end (scan);
}

static int
scan_all (Scan *scan, char **paths)
{
    g_autoptr (ModoriWriter) writer = modori_writer_new (STDOUT_FILENO);
    g_autoptr (ModoriSummary) summary = modori_summary_new ();

    scan->writer = writer;
    scan->summary = summary;
    scan->terminal = modori_terminal_for (STDOUT_FILENO, writer->buffer);
    scan_messages (scan, paths);
    if (! modori_writer_flush (writer)) {
        modori_complain (_("standard output: %s"), g_strerror (writer->failed));
        return EX_IOERR;
    }
    if (scan->memory)
        remember (scan);
    else
        modori_past_take_in (&scan->past, scan->engine);
    return scan->reading.status;
}

/* Open the history, which takes in what waits for it, and read with a memory. */
static int
scan_remembering (Scan *scan, char **paths)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (ModoriHistory) history = modori_past_open (&scan->past, scan->engine, &error);
    g_autoptr (ModoriMemory) memory = NULL;

    if (! history) {
        modori_complain ("%s", error->message);
        return modori_setup_status (error);
    }
    scan->memory = memory = modori_memory_new (history, scan->only_new);
    scan->reading.source.watch = modori_memory_watch (memory);
    return scan_all (scan, paths);
}

/* The options of the command line, as GLib fills them. */
typedef struct {
    char *format;
    char *undecided;
    gboolean exit_code;
} Options;

static gboolean
read_options (Scan *scan, Options *options, int *argc, char ***argv, int *status)
{
    const GOptionEntry entries[] = {
        { "format", 'f', 0, G_OPTION_ARG_STRING, &options->format, N_("text, json or csv"),
          N_("NAME") },
        { "all", 'a', 0, G_OPTION_ARG_NONE, &scan->all,
          N_("also what is no failure: delivered, feedback, disposition, auto-reply"), NULL },
        { "exit-code", 0, 0, G_OPTION_ARG_NONE, &options->exit_code,
          N_("exit with 1 when something bounced"), NULL },
        { "undecided", 0, 0, G_OPTION_ARG_FILENAME, &options->undecided,
          N_("keep messages whose reason nothing could tell in DIR, each in a file"), N_("DIR") },
        { "new", 0, 0, G_OPTION_ARG_NONE, &scan->only_new,
          N_("only what the history has not seen yet; it is then remembered"), NULL },
        { "remember", 0, 0, G_OPTION_ARG_NONE, &scan->remember,
          N_("put what is found into the history, for report and suppress"), NULL },
        MODORI_PAST_OPTIONS (scan->past),
        { "recursive", 'r', 0, G_OPTION_ARG_NONE, &scan->reading.source.recursive,
          N_("go into subfolders of Maildirs and directories"), NULL },
        { "one", '1', 0, G_OPTION_ARG_NONE, &scan->reading.source.one,
          N_("the input is one message, whatever it looks like"), NULL },
        { "jobs", 'j', 0, G_OPTION_ARG_INT, &scan->wanted_jobs,
          N_("processes to read with; else as many as there are processors"), N_("N") },
        { "no-lock", 0, 0, G_OPTION_ARG_NONE, &scan->reading.source.no_lock,
          N_("do not lock mailboxes"), NULL },
        { "quiet", 'q', 0, G_OPTION_ARG_NONE, &scan->reading.quiet,
          N_("no progress bar, no warnings"), NULL },
        MODORI_VERP_OPTION,
        G_OPTION_ENTRY_NULL
    };

    return modori_setup_options (argc, argv, entries, _("[MAILBOX...]"),
        _("Reads mailboxes and lists who did not get your mail, why, and what to do about it.\n"
          "A MAILBOX is an mbox file, a Maildir, an MH folder, a directory of messages, one\n"
          "message, or - for standard input; each may be compressed (gz, bz2, xz, zst)."),
        _("Exit status: 0 done, 1 something bounced (--exit-code), 64 wrong usage, 65 damaged\n"
          "input, 66 no such mailbox, 70 a message that modori could not read, 74\n"
          "read or write error, 78 broken rules.\n\n"
          "Examples:\n"
          "  modori scan ~/Maildir/.Bounces\n"
          "  modori scan --new ~/Maildir/.Bounces\n"
          "  modori scan --format=json /var/mail/bounces | jq -r .recipient\n"
          "  zcat bounces-*.gz | modori scan -"), status);
}

/* Does an option make no sense?  That is said. */
static gboolean
is_misused (const Scan *scan, const Options *options)
{
    if (scan->wanted_jobs != NOT_SAID
        && (scan->wanted_jobs < 1 || scan->wanted_jobs > MODORI_JOBS_MAX))
        modori_complain (_("--jobs=%d: a number from 1 to %d was expected"), scan->wanted_jobs,
                         MODORI_JOBS_MAX);
    else if (options->undecided && ! *options->undecided)
        modori_complain (_("--undecided: the name of a directory was expected"));
    else if (options->undecided && scan->past.redact)
        modori_complain (_("--undecided keeps whole messages, which --redact cannot hide"));
    else
        return FALSE;
    return TRUE;
}

static int
run (Scan *scan, const Options *options, char **paths)
{
    g_autoptr (GError) error = NULL;
    int status;

    scan->format = find_format (options->format ? options->format : "text");
    if (! scan->format) {
        modori_complain (_("--format=%s: it can be text, json or csv"), options->format);
        return EX_USAGE;
    }
    if (is_misused (scan, options))
        return EX_USAGE;
    scan->undecided = options->undecided;
    scan->engine = modori_setup_engine (&error);
    scan->past.inputs = paths;
    scan->past.output = scan->undecided;
    scan->past.recursive = scan->reading.source.recursive;
    if (! scan->engine || ! modori_past_complete (&scan->past, &error)
        || (scan->undecided && ! modori_keeper_open (scan->undecided, &error))
        || (! scan->remember && ! scan->only_new
            && ! modori_past_confine (&scan->past, scan->engine, &error))) {
        modori_complain ("%s", error->message);
        return modori_setup_status (error);
    }
    status = scan->remember || scan->only_new ? scan_remembering (scan, paths)
                                              : scan_all (scan, paths);
    return status ? status : options->exit_code && scan->reading.bounces ? 1 : EX_OK;
}

int
modori_cmd_scan (int argc, char **argv)
{
    Scan scan = { .wanted_jobs = NOT_SAID };
    Options options = { 0 };
    int status;

    if (read_options (&scan, &options, &argc, &argv, &status))
        status = run (&scan, &options, argv + 1);
    g_free (options.format);
    g_free (options.undecided);
    modori_past_clear (&scan.past);
    return status;
}
