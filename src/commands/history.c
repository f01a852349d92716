/* history.c - keep the past: what there is, import, export, prune, decide again.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"
#include "commands/commands.h"
#include "commands/import.h"
#include "commands/past.h"
#include "commands/rejudge.h"
#include "commands/setup.h"
#include "history/spool.h"
#include "output/json.h"
#include "output/terminal.h"
#include "output/writer.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

/* Columns of the labels of `show`. */
#define LABEL_WIDTH 12

typedef struct {
    ModoriPast past;
    char *since, *until;        /* export */
    char *older_than;           /* prune */
    gboolean dry_run;           /* prune, rejudge */
    gboolean all;               /* rejudge */
    ModoriEngine *engine;
    ModoriHistory *history;
    ModoriWriter *writer;
} Options;

/* Which of the options a subcommand knows. */
typedef enum { NO_OPTIONS, EXPORT_OPTIONS, PRUNE_OPTIONS, REJUDGE_OPTIONS, IMPORT_OPTIONS } Knows;

typedef struct {
    const char *name;
    Knows knows;
    int (*run) (Options *options, char **args);
} Subcommand;

static int
fail (const GError *error)
{
    modori_complain ("%s", error->message);
    return modori_setup_status (error);
}

/* SECONDS as the user's clock shows them; the caller frees. */
static char *
local_time (gint64 seconds)
{
    g_autoptr (GDateTime) date = g_date_time_new_from_unix_local (seconds);

    return date ? g_date_time_format (date, "%Y-%m-%d %H:%M") : g_strdup ("");
}

/* --- show --- */

/* Bytes of PATH, and of the journal beside it. */
static guint64
size_of (const char *path)
{
    g_autofree char *journal = g_strconcat (path, "-wal", NULL);
    GStatBuf info;
    guint64 size = 0;

    if (g_stat (path, &info) == 0)
        size += (guint64) info.st_size;
    if (g_stat (journal, &info) == 0)
        size += (guint64) info.st_size;
    return size;
}

/* Messages that wait in SPOOL. */
static guint
count_waiting (const char *spool)
{
    g_autofree char *path = g_build_filename (spool, "new", NULL);
    g_autoptr (GDir) directory = g_dir_open (path, 0, NULL);
    guint n = 0;

    while (directory && g_dir_read_name (directory))
        n++;
    return n;
}

static void
put_line (Options *options, const char *label, const char *text)
{
    ModoriTerminal terminal = modori_terminal_for (STDOUT_FILENO, options->writer->buffer);

    modori_terminal_label (&terminal, 0, LABEL_WIDTH, label, MODORI_STYLE_PLAIN, 0, text);
}

static int
run_show (Options *options, char **args)
{
    g_autoptr (GError) error = NULL;
    guint64 count = 0;
    gint64 first = 0, last = 0;
    g_autofree char *size = g_format_size (size_of (options->past.history));
    g_autofree char *from = NULL, *to = NULL, *number = NULL, *waiting = NULL;

    (void) args;
    if (! options->history->table->extent (options->history->store, &count, &first, &last, &error))
        return fail (error);
    number = g_strdup_printf ("%llu", (unsigned long long) count);
    waiting = g_strdup_printf ("%u", count_waiting (options->past.spool));
    put_line (options, _("file"), options->past.history);
    put_line (options, _("size"), size);
    put_line (options, _("outcomes"), number);
    if (count) {
        from = local_time (first);
        to = local_time (last);
        put_line (options, _("oldest"), from);
        put_line (options, _("newest"), to);
    }
    put_line (options, _("spool"), options->past.spool);
    put_line (options, _("waiting"), waiting);
    return EX_OK;
}

/* --- import --- */

static int
run_import (Options *options, char **args)
{
    ModoriImport import = { .history = options->history, .engine = options->engine,
                            .redactor = options->past.redactor };

    if (! *args && isatty (STDIN_FILENO) == 1) {
        modori_complain (_("history import: no file is named (and standard input is a terminal)"));
        return EX_USAGE;
    }
    modori_import_run (&import, args);
    g_string_append_printf (options->writer->buffer,
                            _("%llu outcomes read, %llu of them new.\n"),
                            (unsigned long long) import.lines, (unsigned long long) import.added);
    return import.status;
}

/* --- export --- */

typedef struct {
    Options *options;
    GError *error;
} Export;

static void
put_record (Options *options, const ModoriRecord *record)
{
    ModoriOutcome plain = { 0 }, *outcome = &plain;

    if (options->past.redactor) {
        ModoriReport *report = modori_engine_begin (options->engine);

        outcome = modori_report_add (report);
        modori_record_restore (record, report, outcome);
        modori_redact_report (options->past.redactor, report);
    } else {
        for (ModoriKey key = 0; key < MODORI_N_KEYS; key++)
            plain.values[key].text = record->text[key];
    }
    modori_json_outcome (options->writer->buffer, outcome);
}

/* What else is known of it goes into the same object. */
static void
put_provenance (Options *options, const ModoriProvenance *provenance)
{
    g_autoptr (GDateTime) date = g_date_time_new_from_unix_utc (provenance->first_seen);
    g_autofree char *seen = date ? g_date_time_format (date, "%Y-%m-%dT%H:%M:%SZ") : NULL;
    GString *out = options->writer->buffer;

    g_string_truncate (out, out->len - strlen ("}\n"));
    g_string_append (out, ", \"first_seen\": ");
    modori_json_string (out, seen ? seen : "");
    g_string_append (out, ", \"rules\": ");
    modori_json_string (out, provenance->rules);
    g_string_append (out, "}\n");
}

static gboolean
export_row (const ModoriRow *row, gpointer data)
{
    Export *export = data;
    ModoriHistory *history = export->options->history;
    ModoriProvenance provenance;
    ModoriRecord record;

    if (! history->table->fetch (history->store, row->number, &record, &provenance,
                                 &export->error))
        return ! export->error;
    put_record (export->options, &record);
    put_provenance (export->options, &provenance);
    return modori_writer_mark (export->options->writer);
}

/* The time that TEXT says, or OTHERWISE.  FALSE with ERROR set. */
static gboolean
read_time (const Options *options, const char *text, gint64 otherwise, gint64 *seconds,
           GError **error)
{
    *seconds = otherwise;
    return ! text || modori_past_time (text, options->past.now, seconds, error);
}

static int
run_export (Options *options, char **args)
{
    g_autoptr (GError) error = NULL;
    Export export = { options, NULL };
    gint64 since, until;

    (void) args;
    if (! read_time (options, options->since, G_MININT64, &since, &error)
        || ! read_time (options, options->until, G_MAXINT64, &until, &error))
        return fail (error);
    options->history->table->each (options->history->store, since, until, export_row, &export,
                                   &error);
    if (export.error && ! error)
        error = g_steal_pointer (&export.error);
    g_clear_error (&export.error);
    return error ? fail (error) : EX_OK;
}

/* --- prune --- */

static gboolean
count_row (const ModoriRow *row, gpointer data)
{
    (void) row;
    ++*(guint64 *) data;
    return TRUE;
}

static gboolean
prune (Options *options, gint64 before, guint64 *count, GError **error)
{
    ModoriHistory *history = options->history;

    if (options->dry_run)
        return history->table->each (history->store, G_MININT64, before, count_row, count, error);
    return history->table->prune (history->store, before, count, error);
}

static int
run_prune (Options *options, char **args)
{
    g_autoptr (GError) error = NULL;
    g_autofree char *date = NULL;
    gint64 before;
    guint64 count = 0;

    (void) args;
    if (! options->older_than) {
        modori_complain (_("history prune: --older-than was expected, such as --older-than=1y"));
        return EX_USAGE;
    }
    if (! modori_past_time (options->older_than, options->past.now, &before, &error)
        || ! prune (options, before, &count, &error))
        return fail (error);
    date = local_time (before);
    g_string_append_printf (options->writer->buffer, options->dry_run
        ? _("%llu outcomes are older than %s.\n")
        : _("%llu outcomes older than %s deleted.\n"), (unsigned long long) count, date);
    return EX_OK;
}

/* --- rejudge --- */

static int
run_rejudge (Options *options, char **args)
{
    g_autoptr (GError) error = NULL;
    ModoriRejudge rejudge = { .history = options->history, .engine = options->engine,
                              .all = options->all, .dry_run = options->dry_run };
    ModoriTerminal terminal = modori_terminal_for (STDOUT_FILENO, options->writer->buffer);
    int status = EX_OK;

    (void) args;
    if (! modori_rejudge_run (&rejudge, &error))
        status = fail (error);
    modori_rejudge_put (&rejudge, &terminal);
    g_hash_table_unref (rejudge.changes);
    return status;
}

/* --- the command --- */

static const Subcommand subcommands[] = {
    { "show", NO_OPTIONS, run_show },
    { "import", IMPORT_OPTIONS, run_import },
    { "export", EXPORT_OPTIONS, run_export },
    { "prune", PRUNE_OPTIONS, run_prune },
    { "rejudge", REJUDGE_OPTIONS, run_rejudge },
};

static gboolean
read_options (Options *options, int *argc, char ***argv, int *status)
{
    const GOptionEntry entries[] = {
        { "since", 0, 0, G_OPTION_ARG_STRING, &options->since,
          N_("export: only what came back since TIME (7d, 2026-11-01)"), N_("TIME") },
        { "until", 0, 0, G_OPTION_ARG_STRING, &options->until,
          N_("export: only what came back before TIME"), N_("TIME") },
        { "older-than", 0, 0, G_OPTION_ARG_STRING, &options->older_than,
          N_("prune: what came back longer than TIME ago (1y)"), N_("TIME") },
        { "dry-run", 'n', 0, G_OPTION_ARG_NONE, &options->dry_run,
          N_("prune, rejudge: only tell what would be done"), NULL },
        { "all", 'a', 0, G_OPTION_ARG_NONE, &options->all,
          N_("rejudge: also what the rules of now have decided"), NULL },
        MODORI_PAST_OPTIONS (options->past),
        G_OPTION_ENTRY_NULL
    };

    return modori_setup_options (argc, argv, entries,
        _("[show | import [FILE...] | export | prune | rejudge]"),
        _("Looks after the history of what came back.\n"
          "  show      where it lies, how much is in it, from when to when\n"
          "  import    take records in: JSON lines of scan --format=json or of an export\n"
          "  export    write all of it as JSON lines\n"
          "  prune     delete what is old\n"
          "  rejudge   decide again with the rules of now what older rules have decided"),
        _("Exit status: 0 done, 64 wrong usage, 65 a line that is no record (the others are\n"
          "taken), 66 no such file, 74 read or write error, 78 broken rules or configuration.\n\n"
          "Examples:\n"
          "  modori history\n"
          "  modori history import host1.jsonl host2.jsonl\n"
          "  modori history export --since=30d | gzip >bounces.jsonl.gz\n"
          "  modori history prune --older-than=1y\n"
          "  modori history rejudge --dry-run"), status);
}

/* Is an option or an argument given that SUBCOMMAND does not know? */
static gboolean
is_misused (const Subcommand *subcommand, const Options *options, char **args)
{
    Knows knows = subcommand->knows;

    return ((options->since || options->until) && knows != EXPORT_OPTIONS)
        || (options->older_than && knows != PRUNE_OPTIONS)
        || (options->dry_run && knows != PRUNE_OPTIONS && knows != REJUDGE_OPTIONS)
        || (options->all && knows != REJUDGE_OPTIONS)
        || (*args && knows != IMPORT_OPTIONS);
}

/* The subcommand NAME; NULL when it is used wrongly, which is said. */
static const Subcommand *
choose (const char *name, const Options *options, char **args)
{
    for (guint i = 0; i < G_N_ELEMENTS (subcommands); i++) {
        if (! g_str_equal (subcommands[i].name, name))
            continue;
        if (! is_misused (&subcommands[i], options, args))
            return &subcommands[i];
        modori_complain (_("history %s does not have this option or argument "
                           "(try \"modori history --help\")"), name);
        return NULL;
    }
    modori_complain (_("history: show, import, export, prune or rejudge "
                       "(try \"modori history --help\")"));
    return NULL;
}

static int
run (const Subcommand *subcommand, Options *options, char **args)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (ModoriWriter) writer = modori_writer_new (STDOUT_FILENO);
    g_autoptr (ModoriHistory) history = NULL;
    int status;

    options->past.inputs = args;
    options->engine = modori_setup_engine (&error);
    if (options->engine)
        history = modori_past_open (&options->past, options->engine, &error);
    if (! history)
        return fail (error);
    options->history = history;
    options->writer = writer;
    status = subcommand->run (options, args);
    if (modori_writer_flush (writer))
        return status;
    modori_complain (_("standard output: %s"), g_strerror (writer->failed));
    return EX_IOERR;
}

int
modori_cmd_history (int argc, char **argv)
{
    Options options = { 0 };
    const Subcommand *subcommand;
    int status;

    if (read_options (&options, &argc, &argv, &status)) {
        subcommand = choose (argv[1] ? argv[1] : "show", &options, argv + (argv[1] ? 2 : 1));
        status = subcommand ? run (subcommand, &options, argv + (argv[1] ? 2 : 1)) : EX_USAGE;
    }
    g_free (options.since);
    g_free (options.until);
    g_free (options.older_than);
    modori_past_clear (&options.past);
    return status;
}
