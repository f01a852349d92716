/* import.c - records from lines of JSON into the history: `modori history import`.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"
#include "commands/import.h"
#include "commands/setup.h"
#include "history/jsonlines.h"
#include "text/error.h"
#include "text/module.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <stdio.h>
#include <sysexits.h>

/* Records of one transaction. */
#define BATCH 1000

/* Bad lines of one file that are told one by one: with more it is the wrong file. */
#define COMPLAINTS_MAX 20

/* A file while it is read. */
typedef struct {
    ModoriImport *import;
    const ModoriJsonlinesTable *table;
    const char *path;
    FILE *stream;
    GString *line;
    GStringChunk *strings;      /* of the record at hand */
    guint64 number;             /* of the line, from 1 */
    guint64 bad;
    guint waiting;              /* records since the last commit; 0: there is no transaction */
} File;

/* Read the next line without its end; one that is too long is cut.  FALSE at the end. */
static gboolean
next_line (File *file)
{
    int c;

    g_string_truncate (file->line, 0);
    file->number++;
    while ((c = getc_unlocked (file->stream)) != EOF && c != '\n')
        if (file->line->len <= MODORI_JSONLINE_MAX)
            g_string_append_c (file->line, (char) c);
    return c != EOF || file->line->len > 0;
}

static void
complain_of_line (File *file, const char *what)
{
    file->import->status = file->import->status ? file->import->status : EX_DATAERR;
    if (file->bad++ < COMPLAINTS_MAX)
        modori_complain (_("%s: line %llu: %s"), file->path, (unsigned long long) file->number,
                         what);
}

/* --- records --- */

/* RECORD with redacted addresses; its texts belong to the engine's report then. */
static void
redact (File *file, ModoriRecord *record)
{
    ModoriReport *report = modori_engine_begin (file->import->engine);
    ModoriOutcome *outcome = modori_report_add (report);

    modori_record_restore (record, report, outcome);
    modori_redact_report (file->import->redactor, report);
    for (ModoriKey key = 0; key < MODORI_N_KEYS; key++)
        record->text[key] = modori_outcome_text (outcome, key);
}

/* Fill RECORD from the line.  What was exported has the time of then, where it knows no other. */
static gboolean
read_record (File *file, ModoriRecord *record, ModoriProvenance *provenance, GError **error)
{
    gint64 now = file->import->history->now;

    if (file->line->len > MODORI_JSONLINE_MAX) {
        g_set_error (error, MODORI_ERROR, MODORI_ERROR_DAMAGED, _("longer than any record"));
        return FALSE;
    }
    g_string_chunk_clear (file->strings);
    if (! file->table->read (file->line->str, file->line->len, file->strings, record, provenance,
                             error))
        return FALSE;
    if (provenance->first_seen <= 0 || provenance->first_seen > now)
        provenance->first_seen = now;
    if (file->import->redactor)
        redact (file, record);
    if (modori_record_derive (record, file->strings, provenance->first_seen))
        return TRUE;
    g_set_error (error, MODORI_ERROR, MODORI_ERROR_DAMAGED, _("no record: it has no id"));
    return FALSE;
}

static gboolean
commit (File *file, GError **error)
{
    gboolean waiting = file->waiting > 0;

    file->waiting = 0;
    return ! waiting || modori_history_commit (file->import->history, error);
}

static gboolean
add (File *file, const ModoriRecord *record, const ModoriProvenance *provenance, GError **error)
{
    ModoriImport *import = file->import;
    gboolean is_new = FALSE;

    if (file->waiting == 0 && ! modori_history_begin (import->history, error))
        return FALSE;
    file->waiting++;
    if (! modori_history_add_record (import->history, record, provenance, &is_new, error))
        return FALSE;
    import->lines++;
    import->added += is_new;
    return file->waiting < BATCH || commit (file, error);
}

/* Take the line in.  FALSE with ERROR set when the history fails. */
static gboolean
take_line (File *file, GError **error)
{
    ModoriProvenance provenance = { 0, 0, "" };
    g_autoptr (GError) bad = NULL;
    ModoriRecord record;

    if (! *g_strchug (file->line->str))
        return TRUE;
    file->line->len = strlen (file->line->str);
    if (read_record (file, &record, &provenance, &bad))
        return add (file, &record, &provenance, error);
    complain_of_line (file, bad->message);
    return TRUE;
}

/* --- files --- */

/* FALSE with ERROR set when the history fails; what is wrong with the file is said. */
static gboolean
take_file (File *file, GError **error)
{
    gboolean good = TRUE;

    while (good && next_line (file))
        good = take_line (file, error);
    if (ferror (file->stream)) {
        modori_complain ("%s: %s", file->path, g_strerror (errno));
        file->import->status = file->import->status ? file->import->status : EX_IOERR;
    }
    if (file->bad > COMPLAINTS_MAX)
        modori_complain (_("%s: %llu lines in all are no records"), file->path,
                         (unsigned long long) file->bad);
    if (good && commit (file, error))
        return TRUE;
    modori_history_rollback (file->import->history);
    return FALSE;
}

static gboolean
import_file (ModoriImport *import, const ModoriJsonlinesTable *table, const char *path,
             GError **error)
{
    gboolean standard = g_str_equal (path, "-"), good;
    g_autoptr (GString) line = g_string_new (NULL);
    g_autoptr (GStringChunk) strings = g_string_chunk_new (16 * 1024);
    File file = { .import = import, .table = table, .path = path, .line = line,
                  .strings = strings };

    file.stream = standard ? stdin : fopen (path, "re");
    if (! file.stream) {
        modori_complain ("%s: %s", path, g_strerror (errno));
        import->status = import->status ? import->status
                                        : errno == ENOENT ? EX_NOINPUT : EX_IOERR;
        return TRUE;
    }
    good = take_file (&file, error);
    if (! standard)
        fclose (file.stream);
    return good;
}

static gboolean
import_all (ModoriImport *import, char **paths, GError **error)
{
    static char *standard_input[] = { (char *) "-", NULL };
    const ModoriJsonlinesTable *table =
        modori_module_table ("jsonlines", MODORI_JSONLINES_SYMBOL);

    if (! table) {
        g_set_error (error, MODORI_ERROR, MODORI_ERROR_IO,
                     _("the module %s is missing: JSON cannot be read"), "jsonlines.so");
        return FALSE;
    }
    for (paths = *paths ? paths : standard_input; *paths; paths++)
        if (! import_file (import, table, *paths, error))
            return FALSE;
    return TRUE;
}

gboolean
modori_import_run (ModoriImport *import, char **paths)
{
    g_autoptr (GError) error = NULL;

    if (import_all (import, paths, &error))
        return TRUE;
    modori_complain ("%s", error->message);
    import->status = modori_setup_status (error);
    return FALSE;
}
