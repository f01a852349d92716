/* remember.c - what `scan --remember` has read and not yet put into the history.
 *
 * Outcomes are printed first and kept afterwards, some hundred at once: whoever stops the program
 * between the two sees an outcome again, and none is lost.  They wait here and not in an open
 * transaction, because printing may take as long as its reader likes, and meanwhile others want
 * to write.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"
#include "commands/remember.h"
#include "commands/setup.h"
#include "history/outcomes.h"

#include <stdlib.h>

/* Of outcomes and files together: some milliseconds of work for one wait for the disk. */
#define BATCH 500

/* A file, when so many messages have been taken. */
typedef struct {
    ModoriSeenFile file;        /* its path is our own */
    guint64 when;
} Waiting;

struct ModoriMemory {
    ModoriHistory *history;     /* the caller's */
    ModoriSourceWatch watch;
    gboolean only_new;
    GArray *records;            /* ModoriRecord */
    GArray *files;              /* ModoriSeenFile: read to their end, after all RECORDS of them */
    GQueue waiting;             /* Waiting: files read to their end, of which messages are still to
                                 * be taken */
    guint64 expected, taken;    /* messages */
    GHashTable *ids;            /* of RECORDS */
    GStringChunk *strings;      /* of RECORDS and FILES */
    GStringChunk *derived;      /* of the record at hand */
    gboolean reading;           /* a file is being read: */
    ModoriSeenFile file;        /* its path is NAME */
    GString *name;
    char *folder, *real;        /* of the last file: as it was given, and where it really is */
    GError *error;              /* the first one while files were skipped */
};

/* --- files --- */

/* FILE's name with the real path of its directory, so that it is the same from wherever it is
 * called. */
static void
set_name (ModoriMemory *memory, const char *name)
{
    const char *slash = strrchr (name, '/');
    g_autofree char *folder = slash ? g_strndup (name, (gsize) (slash - name) + 1)
                                    : g_strdup ("./");

    if (g_strcmp0 (folder, memory->folder) != 0) {
        g_free (memory->folder);
        free (memory->real);
        memory->real = realpath (folder, NULL);
        memory->folder = g_steal_pointer (&folder);
    }
    g_string_assign (memory->name, memory->real ? memory->real : memory->folder);
    if (! g_str_has_suffix (memory->name->str, "/"))
        g_string_append_c (memory->name, '/');
    g_string_append (memory->name, slash ? slash + 1 : name);
}

static gboolean
skip (const ModoriSourceFile *file, gpointer data)
{
    ModoriMemory *memory = data;
    gboolean seen;

    set_name (memory, file->name);
    memory->file = (ModoriSeenFile) { memory->name->str, file->size, file->mtime };
    memory->reading = TRUE;
    if (! memory->only_new || memory->error)
        return FALSE;
    seen = memory->history->table->is_seen (memory->history->store, &memory->file, &memory->error);
    memory->reading = ! seen;
    return seen;
}

static void
free_waiting (Waiting *waiting)
{
    g_free ((char *) waiting->file.path);
    g_free (waiting);
}

/* Files of which all is taken are read. */
static void
pass_on (ModoriMemory *memory)
{
    Waiting *first;

    while ((first = g_queue_peek_head (&memory->waiting)) && first->when <= memory->taken) {
        ModoriSeenFile file = first->file;

        file.path = g_string_chunk_insert (memory->strings, file.path);
        g_array_append_val (memory->files, file);
        free_waiting (g_queue_pop_head (&memory->waiting));
    }
}

static void
done (gpointer data)
{
    ModoriMemory *memory = data;
    Waiting *waiting;

    if (! memory->reading)
        return;
    memory->reading = FALSE;
    waiting = g_new (Waiting, 1);
    *waiting = (Waiting) { memory->file, memory->expected };
    waiting->file.path = g_strdup (memory->name->str);
    g_queue_push_tail (&memory->waiting, waiting);
    pass_on (memory);
}

void
modori_memory_expect (ModoriMemory *memory)
{
    memory->expected++;
}

void
modori_memory_took (ModoriMemory *memory)
{
    memory->taken++;
    pass_on (memory);
}

/* --- outcomes --- */

ModoriMemory *
modori_memory_new (ModoriHistory *history, gboolean only_new)
{
    ModoriMemory *memory = g_new0 (ModoriMemory, 1);

    memory->history = history;
    memory->only_new = only_new;
    memory->watch = (ModoriSourceWatch) { skip, done, memory };
    memory->records = g_array_new (FALSE, FALSE, sizeof (ModoriRecord));
    memory->files = g_array_new (FALSE, FALSE, sizeof (ModoriSeenFile));
    memory->ids = g_hash_table_new (g_str_hash, g_str_equal);
    memory->strings = g_string_chunk_new (64 * 1024);
    memory->derived = g_string_chunk_new (256);
    memory->name = g_string_new (NULL);
    return memory;
}

void
modori_memory_free (ModoriMemory *memory)
{
    if (! memory)
        return;
    g_queue_clear_full (&memory->waiting, (GDestroyNotify) free_waiting);
    g_array_unref (memory->records);
    g_array_unref (memory->files);
    g_hash_table_unref (memory->ids);
    g_string_chunk_free (memory->strings);
    g_string_chunk_free (memory->derived);
    g_string_free (memory->name, TRUE);
    g_free (memory->folder);
    free (memory->real);
    g_clear_error (&memory->error);
    g_free (memory);
}

const ModoriSourceWatch *
modori_memory_watch (const ModoriMemory *memory)
{
    return &memory->watch;
}

static const char *
keep (ModoriMemory *memory, const char *text)
{
    return *text ? g_string_chunk_insert (memory->strings, text) : "";
}

/* So that it is found from anywhere. */
static const char *
keep_path (ModoriMemory *memory, const char *path)
{
    g_autofree char *whole = NULL;

    if (! *path || *path == '/' || g_str_equal (path, "-"))
        return keep (memory, path);
    whole = g_canonicalize_filename (path, NULL);
    return keep (memory, whole);
}

static void
note (ModoriMemory *memory, const ModoriRecord *record)
{
    ModoriRecord own = *record;

    for (ModoriKey key = 0; key < MODORI_N_KEYS; key++)
        own.text[key] = key == MODORI_KEY_PATH ? keep_path (memory, record->text[key])
                                               : keep (memory, record->text[key]);
    own.address = keep (memory, record->address);
    own.written = keep (memory, record->written);
    own.recipient_domain = keep (memory, record->recipient_domain);
    own.sender_domain = keep (memory, record->sender_domain);
    g_array_append_val (memory->records, own);
    g_hash_table_add (memory->ids, (char *) own.text[MODORI_KEY_ID]);
}

static gboolean
found (const ModoriRow *row, gpointer data)
{
    (void) row;
    *(gboolean *) data = TRUE;
    return FALSE;
}

gboolean
modori_memory_add (ModoriMemory *memory, const ModoriOutcome *outcome, gboolean *is_new,
                   GError **error)
{
    const char *id = modori_outcome_text (outcome, MODORI_KEY_ID);
    ModoriHistory *history = memory->history;
    gboolean known = g_hash_table_contains (memory->ids, id);
    ModoriRecord record;

    if (! known && ! memory->error && memory->only_new)
        history->table->each_named (history->store, id, found, &known, &memory->error);
    if (memory->error) {
        g_propagate_error (error, g_steal_pointer (&memory->error));
        return FALSE;
    }
    g_string_chunk_clear (memory->derived);
    modori_record_of_outcome (&record, outcome, memory->derived, history->now);
    /* what was pruned lies in mailboxes still, and was known */
    known = known || record.time < history->pruned;
    *is_new = ! known || ! memory->only_new;
    if (! known)
        note (memory, &record);
    return TRUE;
}

/* --- into the history --- */

gboolean
modori_memory_is_full (const ModoriMemory *memory)
{
    return memory->error || memory->records->len + memory->files->len >= BATCH;
}

static gboolean
write_all (ModoriMemory *memory, GError **error)
{
    ModoriHistory *history = memory->history;
    const ModoriProvenance provenance = { 0, history->now, history->rules };

    for (guint i = 0; i < memory->records->len; i++)
        if (! modori_history_add_record (history, &g_array_index (memory->records, ModoriRecord, i),
                                         &provenance, NULL, error))
            return FALSE;
    for (guint i = 0; i < memory->files->len; i++)
        if (! history->table->mark_seen (history->store,
                                         &g_array_index (memory->files, ModoriSeenFile, i),
                                         history->now, error))
            return FALSE;
    return modori_history_commit (history, error);
}

static void
forget (ModoriMemory *memory)
{
    g_hash_table_remove_all (memory->ids);
    g_array_set_size (memory->records, 0);
    g_array_set_size (memory->files, 0);
    g_string_chunk_clear (memory->strings);
}

gboolean
modori_memory_commit (ModoriMemory *memory, GError **error)
{
    if (memory->error) {
        g_propagate_error (error, g_steal_pointer (&memory->error));
        return FALSE;
    }
    if (memory->records->len + memory->files->len == 0)
        return TRUE;
    if (! modori_history_begin (memory->history, error))
        return FALSE;
    if (! write_all (memory, error)) {
        modori_history_rollback (memory->history);
        return FALSE;
    }
    forget (memory);
    return TRUE;
}

/* --- mailboxes that are only remembered --- */

typedef struct {
    ModoriReading *reading;
    ModoriMemory *memory;
    ModoriOutcomes *outcomes;
} Remembering;

static void
fail (Remembering *job, const GError *error)
{
    modori_reading_clear (job->reading);
    modori_complain ("%s", error->message);
    job->reading->status = modori_setup_status (error);
    job->reading->stop = TRUE;
}

static void
commit (Remembering *job)
{
    g_autoptr (GError) error = NULL;

    if (! job->reading->stop && ! modori_memory_commit (job->memory, &error))
        fail (job, error);
}

static gboolean
add (const ModoriOutcome *outcome, gpointer data)
{
    Remembering *job = data;
    g_autoptr (GError) error = NULL;
    gboolean is_new;

    if (modori_memory_add (job->memory, outcome, &is_new, &error))
        job->reading->bounces += is_new;
    else
        fail (job, error);
    return ! job->reading->stop;
}

static void
took (const ModoriMail *mail, gboolean report, gpointer data)
{
    Remembering *job = data;

    (void) mail, (void) report;
    modori_memory_took (job->memory);
    if (modori_memory_is_full (job->memory))
        commit (job);
}

static void
failed (const ModoriMail *mail, const char *reason, gpointer data)
{
    Remembering *job = data;

    modori_reading_fail (job->reading, mail, reason);
    took (mail, FALSE, data);
}

static void
lost (const char *reason, gpointer data)
{
    Remembering *job = data;

    modori_reading_lost (job->reading, reason);
}

/* Counted before it is added: it may be taken at once. */
static void
visit (const ModoriMail *mail, gpointer data)
{
    Remembering *job = data;

    modori_memory_expect (job->memory);
    if (! modori_outcomes_add (job->outcomes, mail))
        took (mail, FALSE, data);
}

void
modori_remember (ModoriReading *reading, char **paths, ModoriEngine *engine,
                 ModoriHistory *history, ModoriRedactor *redactor)
{
    const ModoriJobsOptions options = modori_reading_jobs (0);
    const ModoriOutcomesReader reader = { engine, redactor, modori_setup_lang (), FALSE };
    g_autoptr (ModoriMemory) memory = modori_memory_new (history, TRUE);
    Remembering job = { reading, memory, NULL };
    const ModoriOutcomesTable table = { add, took, failed, lost, &job };
    g_autoptr (ModoriOutcomes) outcomes = modori_outcomes_new (&options, &reader, &table);

    job.outcomes = outcomes;
    reading->source.watch = modori_memory_watch (memory);
    modori_reading_run (reading, paths, visit, &job);
    modori_outcomes_finish (outcomes);
    commit (&job);
    reading->source.watch = NULL;
}
