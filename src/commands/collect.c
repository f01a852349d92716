/* collect.c - reading mailboxes and lines of JSON into a history, for the commands that add up.
 *
 * Mail is decided; records are taken as they are.  Both in any order and mixed: which is which,
 * the source sees.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"
#include "commands/collect.h"
#include "commands/setup.h"
#include "text/error.h"
#include "text/module.h"

#include <glib/gi18n.h>
#include <sysexits.h>

/* Bad lines that are told; of a file that is something else, each one is bad. */
#define BAD_LINES_TOLD 5

/* ERROR (taken) is told; what follows is read when it is only about a line. */
static void
fail (ModoriCollector *collector, GError *error, gboolean stop)
{
    modori_reading_clear (&collector->reading);
    modori_complain ("%s", error->message);
    if (! collector->reading.status || stop)
        collector->reading.status = modori_setup_status (error);
    collector->reading.stop |= stop;
    g_error_free (error);
}

static gboolean
add (const ModoriOutcome *outcome, gpointer data)
{
    ModoriCollector *collector = data;
    GError *error = NULL;

    if (! modori_history_add (collector->history, outcome, NULL, &error))
        fail (collector, error, TRUE);
    return ! collector->reading.stop;
}

static void
took (const ModoriMail *mail, gboolean report, gpointer data)
{
    ModoriCollector *collector = data;

    (void) mail;
    collector->reading.bounces += report != FALSE;
}

static void
failed (const ModoriMail *mail, const char *reason, gpointer data)
{
    ModoriCollector *collector = data;

    modori_reading_fail (&collector->reading, mail, reason);
}

static void
lost (const char *reason, gpointer data)
{
    ModoriCollector *collector = data;

    modori_reading_lost (&collector->reading, reason);
}

static void
bad_line (ModoriCollector *collector, const ModoriMail *mail, GError *error)
{
    if (! collector->reading.status)
        collector->reading.status = EX_DATAERR;
    if (collector->bad_lines++ < BAD_LINES_TOLD) {
        g_prefix_error (&error, _("%s: line %llu: "), mail->path,
                        (unsigned long long) mail->line);
        fail (collector, error, FALSE);
        return;
    }
    g_error_free (error);
}

/* What was exported has the time of then, where it knows no other. */
static gint64
time_of_line (const ModoriCollector *collector, const ModoriProvenance *provenance)
{
    gint64 now = collector->history->now;

    return provenance->first_seen > 0 ? MIN (provenance->first_seen, now) : now;
}

static void
visit_line (ModoriCollector *collector, const ModoriMail *mail)
{
    ModoriRecord record;
    ModoriProvenance provenance = { 0 };
    GError *error = NULL;

    g_string_chunk_clear (collector->strings);
    if (mail->truncated)
        g_set_error (&error, MODORI_ERROR, MODORI_ERROR_DAMAGED,
                     _("it is too long for a record, or its end is missing"));
    else
        collector->jsonlines->read (mail->bytes.at, mail->bytes.len, collector->strings,
                                    &record, &provenance, &error);
    if (! error && ! modori_record_derive (&record, collector->strings,
                                           time_of_line (collector, &provenance)))
        g_set_error (&error, MODORI_ERROR, MODORI_ERROR_DAMAGED,
                     _("no record: it has no \"id\" of 32 hexadecimal digits"));
    if (error)
        bad_line (collector, mail, error);
    else if (! modori_history_add_record (collector->history, &record, &provenance, NULL, &error))
        fail (collector, error, TRUE);
    else
        collector->reading.bounces++;
}

static void
visit (const ModoriMail *mail, gpointer data)
{
    ModoriCollector *collector = data;

    if (! mail->line) {
        modori_outcomes_add (collector->outcomes, mail);
        return;
    }
    if (! collector->jsonlines)
        collector->jsonlines = modori_module_table ("jsonlines", MODORI_JSONLINES_SYMBOL);
    if (collector->jsonlines)
        visit_line (collector, mail);
    else
        fail (collector, g_error_new (MODORI_ERROR, MODORI_ERROR_IO,
                                      _("JSON cannot be read: the module jsonlines.so is not "
                                        "installed")), TRUE);
}

static void
read_all (ModoriCollector *collector, char **paths)
{
    const ModoriJobsOptions options = modori_reading_jobs (0);
    const ModoriOutcomesReader reader = { collector->engine, NULL, modori_setup_lang (), FALSE };
    const ModoriOutcomesTable table = { add, took, failed, lost, collector };
    g_autoptr (ModoriOutcomes) outcomes = modori_outcomes_new (&options, &reader, &table);

    collector->outcomes = outcomes;
    modori_reading_run (&collector->reading, paths, visit, collector);
    modori_outcomes_finish (outcomes);
    collector->outcomes = NULL;
    if (collector->bad_lines > BAD_LINES_TOLD)
        modori_complain (_("%llu lines in all are no records"),
                         (unsigned long long) collector->bad_lines);
}

gboolean
modori_collect (ModoriCollector *collector, char **paths)
{
    GError *error = NULL;

    collector->reading.source.lines = TRUE;
    collector->strings = g_string_chunk_new (4096);
    if (modori_history_begin (collector->history, &error)) {
        read_all (collector, paths);
        if (! collector->reading.stop)
            modori_history_commit (collector->history, &error);
    }
    g_string_chunk_free (collector->strings);
    if (error)
        fail (collector, error, TRUE);
    return ! collector->reading.stop;
}
