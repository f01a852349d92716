/* explain.c - one bounce for a person; for any other mail: why it is none.
 *
 * Standard input is always one message here, because that is what a pipe from a mail program
 * holds.  Of a mailbox the first bounce is explained, or the one that --id names.  With --text
 * there is no mail: somebody asks about a reply that he has read, or about lines of a log.  An id
 * alone is looked up in the history.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"
#include "commands/commands.h"
#include "commands/online.h"
#include "commands/past.h"
#include "commands/reading.h"
#include "commands/recall.h"
#include "commands/setup.h"
#include "history/redact.h"
#include "output/explanation.h"
#include "output/writer.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <stdio.h>
#include <sysexits.h>
#include <unistd.h>

typedef struct {
    ModoriEngine *engine;
    ModoriReading reading;
    ModoriPast past;
    ModoriChecks checks;        /* with --online */
    gboolean online;
    ModoriTerminal terminal;
    GArray *bids;               /* with --verbose */
    const char *id;             /* --id: the beginning of it, or NULL */
    GString *none; /* why the first message is no bounce: told when it is the only one */
    gboolean done;
} Explain;

/* Is one of the outcomes the one that is looked for? */
static gboolean
is_wanted (const Explain *explain)
{
    ModoriReport *report = explain->engine->report;

    if (! explain->id)
        return TRUE;
    for (guint i = 0; i < modori_report_n_outcomes (report); i++)
        if (g_str_has_prefix (
                modori_outcome_text (modori_report_outcome (report, i), MODORI_KEY_ID),
                explain->id))
            return TRUE;
    return FALSE;
}

static void
put (Explain *explain)
{
    if (explain->past.redact)
        modori_redact_report (explain->past.redactor, explain->engine->report);
    modori_explanation_put (&explain->terminal, explain->engine, modori_setup_lang (),
                            explain->bids);
}

/* What goes out through WRITER.  The advice and what is said of the returned mail have addresses
 * as well; colours would stick to them. */
static ModoriTerminal
terminal_for (const Explain *explain, ModoriWriter *writer)
{
    ModoriTerminal terminal = modori_terminal_for (STDOUT_FILENO, writer->buffer);

    terminal.colour = terminal.colour && ! explain->past.redact;
    return terminal;
}

static int
write_out (const Explain *explain, ModoriWriter *writer, int status)
{
    if (explain->past.redact) {
        g_autofree char *redacted = modori_redact (explain->past.redactor, writer->buffer->str);

        g_string_assign (writer->buffer, redacted);
    }
    if (modori_writer_flush (writer))
        return status;
    modori_complain (_("standard output: %s"), g_strerror (writer->failed));
    return EX_IOERR;
}

/* The message is there only while it is visited, so this is written before it is needed. */
static void
keep_why_not (Explain *explain, const ModoriMail *mail)
{
    ModoriTerminal terminal = explain->terminal;

    terminal.out = explain->none;
    modori_message_read (explain->engine->message, mail->bytes);    /* if it was sifted out */
    modori_explanation_put_none (&terminal, explain->engine, explain->bids);
}

static void
visit (const ModoriMail *mail, gpointer data)
{
    Explain *explain = data;

    if (! modori_engine_read (explain->engine, mail, modori_setup_lang ())) {
        if (explain->reading.messages == 1)
            keep_why_not (explain, mail);
        return;
    }
    if (! is_wanted (explain))
        return;
    modori_reading_clear (&explain->reading);
    put (explain);
    explain->done = explain->reading.stop = TRUE;
}

/* Nothing was found: say so, in full when there was but one message to look at. */
static int
explain_nothing (Explain *explain)
{
    if (explain->reading.status)
        return explain->reading.status;
    if (explain->id) {
        modori_complain (_("no bounce here has the id %s"), explain->id);
        return EX_DATAERR;
    }
    if (explain->reading.messages == 1)
        g_string_append (explain->terminal.out, explain->none->str);
    else
        g_string_append_printf (explain->terminal.out,
                                _("There is no bounce here. Messages read: %llu.\n"),
                                (unsigned long long) explain->reading.messages);
    return EX_OK;
}

/* Explain what the history keeps of RECALL; its message, as long as that is where it was. */
static void
explain_recalled (Explain *explain, const ModoriRecall *recall)
{
    char *paths[] = { recall->path, NULL };

    explain->id = recall->id;
    if (recall->path)
        modori_reading_run (&explain->reading, paths, visit, explain);
    if (explain->done)
        return;
    modori_recall_put (recall, explain->engine);
    modori_terminal_put (&explain->terminal, MODORI_STYLE_FAINT,
                         _("(from the history: its message is not at hand)"));
    g_string_append (explain->terminal.out, "\n\n");
    put (explain);
    explain->reading.status = EX_OK;
}

/* 0, or the exit status of what went wrong, which was said. */
static int
confine (Explain *explain, char **paths)
{
    GError *error = NULL;

    explain->past.inputs = paths;
    return modori_past_confine (&explain->past, NULL, &error) ? EX_OK : modori_fail (error);
}

/* Look PATHS up in the history, when they are one id; else read them. */
static int
explain_paths (Explain *explain, char **paths)
{
    g_autoptr (ModoriRecall) recall = NULL;
    g_autoptr (GError) error = NULL;
    int status;

    if (! explain->id && modori_recall_is_id (paths[0]) && ! paths[1]) {
        recall = modori_recall_find (&explain->past, explain->engine, paths[0], &error);
        if (! recall) {
            modori_complain ("%s", error->message);
            return modori_setup_status (error);
        }
        explain_recalled (explain, recall);
        return explain->reading.status;
    }
    status = confine (explain, paths);
    if (status)
        return status;
    modori_reading_run (&explain->reading, paths, visit, explain);
    return explain->done ? EX_OK : explain_nothing (explain);
}

static int
explain_all (Explain *explain, char **paths)
{
    g_autoptr (ModoriWriter) writer = modori_writer_new (STDOUT_FILENO);
    g_autoptr (GString) none = g_string_new (NULL);

    explain->none = none;
    explain->terminal = terminal_for (explain, writer);
    explain->reading.only_one = TRUE;
    return write_out (explain, writer, explain_paths (explain, paths));
}

/* --- a reply or lines of a log --- */

/* A reply has at most a few lines, a log that somebody pastes some pages. */
#define TEXT_MAX (64 * 1024)

/* What --text=TEXT asks about: TEXT, or standard input for "-"; the caller frees. */
static char *
text_asked (const char *text, int *status)
{
    g_autofree char *buffer = NULL;
    gsize n;

    if (strcmp (text, "-") != 0)
        return g_strdup (text);
    buffer = g_malloc (TEXT_MAX + 1);
    n = fread (buffer, 1, TEXT_MAX, stdin);
    for (gsize i = 0; i < n; i++)
        if (buffer[i] == '\0')      /* what stands behind it is meant as well */
            buffer[i] = ' ';
    buffer[n] = '\0';
    if (! feof (stdin) && getc (stdin) != EOF)
        modori_complain (_("standard input: only the first %d bytes are read"), TEXT_MAX);
    if (! ferror (stdin))
        return g_steal_pointer (&buffer);
    modori_complain (_("standard input: %s"), g_strerror (errno));
    *status = EX_IOERR;
    return NULL;
}

static int
explain_text (Explain *explain, const char *option, const char *host)
{
    g_autoptr (ModoriWriter) writer = modori_writer_new (STDOUT_FILENO);
    int status = EX_USAGE;
    g_autofree char *text = text_asked (option, &status);

    if (text)
        status = confine (explain, NULL);
    if (! text || status)
        return status;
    if (! *g_strstrip (text)) {
        modori_complain (_("--text: a reply of a mail server or lines of its log were expected"));
        return EX_USAGE;
    }
    explain->terminal = terminal_for (explain, writer);
    modori_engine_read_text (explain->engine, text, host ? host : "", modori_setup_lang ());
    put (explain);
    return write_out (explain, writer, EX_OK);
}

/* Do the options contradict each other?  That is said. */
static gboolean
is_misused (const char *text, const char *host, gboolean mail)
{
    if (host && ! text)
        modori_complain (_("--host needs --text"));
    else if (text && mail)
        modori_complain (_("--text stands alone: there is no MESSAGE and no --id with it"));
    else
        return FALSE;
    return TRUE;
}

/* --- the command --- */

static int
run (Explain *explain, gboolean verbose, const char *text, const char *host, char **paths)
{
    g_autoptr (GArray) bids = verbose ? g_array_new (FALSE, FALSE, sizeof (ModoriBid)) : NULL;
    g_autoptr (ModoriOnline) online = NULL;
    g_autoptr (GError) error = NULL;

    int status = modori_online_validate (explain->online, &explain->checks);

    if (status)
        return status;
    if (is_misused (text, host, paths[0] || explain->id))
        return EX_USAGE;
    if (! explain->past.redact || modori_past_complete (&explain->past, &error))
        explain->engine = modori_setup_engine (&error);
    if (! explain->engine) {
        modori_complain ("%s", error->message);
        return modori_setup_status (error);
    }
    explain->engine->bids = explain->bids = bids;
    explain->past.recursive = explain->reading.source.recursive;
    explain->past.network = explain->online;
    explain->past.ca_file = explain->checks.ca_file;
    if (explain->online) {
        online = modori_online_new (&explain->checks, explain->engine, explain->reading.quiet,
                                    &error);
        if (! online)
            return modori_fail (g_steal_pointer (&error));
    }
    return text ? explain_text (explain, text, host) : explain_all (explain, paths);
}

int
modori_cmd_explain (int argc, char **argv)
{
    Explain explain = { 0 };
    gboolean verbose = FALSE;
    g_autofree char *id = NULL, *text = NULL, *host = NULL;
    const GOptionEntry entries[] = {
        { "id", 'i', 0, G_OPTION_ARG_STRING, &id,
          N_("the bounce with this id (or its beginning), as scan shows it"), N_("ID") },
        { "text", 't', 0, G_OPTION_ARG_FILENAME, &text,     /* of any bytes, in any locale */
          N_("no mail, but this reply of a mail server, or lines of its log; -: standard input"),
          N_("TEXT") },
        { "host", 0, 0, G_OPTION_ARG_STRING, &host,
          N_("with --text: the server that said it"), N_("HOST") },
        { "verbose", 'v', 0, G_OPTION_ARG_NONE, &verbose,
          N_("also who offered to read it, and where each value was found"), NULL },
        { "history", 0, 0, G_OPTION_ARG_FILENAME, &explain.past.history,
          N_("the history that an ID is looked up in"), N_("FILE") },
        { "redact", 0, 0, G_OPTION_ARG_NONE, &explain.past.redact,
          N_("replace the local parts of addresses by a keyed hash"), NULL },
        { "recursive", 'r', 0, G_OPTION_ARG_NONE, &explain.reading.source.recursive,
          N_("go into subfolders of Maildirs and directories"), NULL },
        { "one", '1', 0, G_OPTION_ARG_NONE, &explain.reading.source.one,
          N_("the input is one message, whatever it looks like"), NULL },
        { "no-lock", 0, 0, G_OPTION_ARG_NONE, &explain.reading.source.no_lock,
          N_("do not lock mailboxes"), NULL },
        { "quiet", 'q', 0, G_OPTION_ARG_NONE, &explain.reading.quiet,
          N_("no progress bar, no warnings"), NULL },
        MODORI_ONLINE_OPTIONS (explain.online, explain.checks),
        MODORI_VERP_OPTION,
        G_OPTION_ENTRY_NULL
    };
    int status;

    if (! modori_setup_options (&argc, &argv, entries, _("[MESSAGE | ID]"),
            _("Explains one bounce: who did not get your mail, why, what to do about it step by\n"
              "step, and how modori knows. MESSAGE may also be a mailbox of any kind: then its\n"
              "first bounce is explained, or the one that --id names. An ID that is no file is\n"
              "looked up in the history."),
            _("Exit status: 0 done, 64 wrong usage, 65 damaged input or no such id, 66 no such\n"
              "file, 74 read or write error, 78 broken rules.\n\n"
              "Examples:\n"
              "  modori explain bounce.eml\n"
              "  modori explain --lang=ja <bounce.eml\n"
              "  modori explain --online bounce.eml\n"
              "  modori explain --id=3f2a9c41 ~/Maildir/.Bounces\n"
              "  modori explain 3f2a9c41\n"
              "  modori explain --text '550 5.7.1 refused' --host mx.example.com\n"
              "  grep 4XyZ1a2b3c /var/log/mail.log | modori explain --text=-"), &status))
        return status;
    explain.id = id;
    status = run (&explain, verbose, text, host, argv + 1);
    modori_past_clear (&explain.past);
    modori_checks_clear (&explain.checks);
    return status;
}
