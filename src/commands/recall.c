/* recall.c - one outcome of the history, by its id: for explain.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"
#include "commands/recall.h"
#include "history/spool.h"
#include "text/error.h"

#include <glib/gi18n.h>
#include <string.h>

/* Fewer digits may be a word. */
#define ID_MIN 8

/* The outcomes found so far. */
typedef struct {
    gint64 number;
    guint n;
} Found;

gboolean
modori_recall_is_id (const char *text)
{
    gsize len = text ? strspn (text, "0123456789abcdefABCDEF") : 0;

    return len >= ID_MIN && len <= 2 * MODORI_ID_BYTES && text[len] == '\0'
        && ! g_file_test (text, G_FILE_TEST_EXISTS);
}

/* --- finding it --- */

static gboolean
note (const ModoriRow *row, gpointer data)
{
    Found *found = data;

    found->number = row->number;
    return ++found->n < 2;
}

static gboolean
set_error (GError **error, const char *format, const char *id)
{
    g_set_error (error, MODORI_ERROR, MODORI_ERROR_MISSING, format, id);
    return FALSE;
}

static gboolean
find (ModoriRecall *recall, const char *id, GError **error)
{
    const ModoriStoreTable *table = recall->history->table;
    ModoriStore *store = recall->history->store;
    GError *wrong = NULL;
    Found found = { 0 };

    if (! table->each_named (store, id, note, &found, error))
        return FALSE;
    if (found.n > 1)
        return set_error (error, _("%s: several bounces in the history have an id that begins so"),
                          id);
    if (found.n && table->fetch (store, found.number, &recall->record, NULL, &wrong))
        return TRUE;
    if (! wrong)
        return set_error (error, _("%s: no such file, and no bounce in the history has this id"),
                          id);
    g_propagate_error (error, wrong);
    return FALSE;
}

/* Nothing is made for a mere question. */
static gboolean
open_history (ModoriRecall *recall, ModoriPast *past, ModoriEngine *engine, const char *id,
              GError **error)
{
    if (! modori_past_complete (past, error))
        return FALSE;
    if (! g_file_test (past->history, G_FILE_TEST_EXISTS)
        && ! modori_spool_is_waiting (past->spool))
        return set_error (error, _("%s: no such file, and there is no history to find an id in"),
                          id);
    recall->history = modori_past_look (past, engine, error);
    return recall->history != NULL;
}

/* --- its message --- */

/* The length of NAME, of a file in a Maildir, without its flags. */
static gsize
lasting_length (const char *name)
{
    return strcspn (name, ":;!");
}

/* The file in FOLDER called NAME but for its flags, or NULL; the caller frees. */
static char *
find_message (const char *folder, const char *name)
{
    g_autoptr (GDir) directory = g_dir_open (folder, 0, NULL);
    gsize len = lasting_length (name);
    const char *other;

    while (directory && (other = g_dir_read_name (directory)))
        if (lasting_length (other) == len && strncmp (other, name, len) == 0)
            return g_build_filename (folder, other, NULL);
    return NULL;
}

/* Where the file PATH is now: a mail program moves it from new to cur and changes its flags.  NULL
 * when it is gone; the caller frees. */
static char *
find_file (const char *path)
{
    static const char *const places[] = { "cur", "new" };
    g_autofree char *folder = g_path_get_dirname (path);
    g_autofree char *name = g_path_get_basename (path);
    g_autofree char *maildir = g_path_get_dirname (folder);
    char *moved = NULL;

    if (g_file_test (path, G_FILE_TEST_IS_REGULAR))
        return g_strdup (path);
    if (! g_str_has_suffix (folder, "/cur") && ! g_str_has_suffix (folder, "/new"))
        return NULL;
    for (guint i = 0; i < G_N_ELEMENTS (places) && ! moved; i++) {
        g_autofree char *place = g_build_filename (maildir, places[i], NULL);

        moved = find_message (place, name);
    }
    return moved;
}

/* The message is there for the sandbox: so the history is asked before it is entered, and once more
 * when the bounce may just have come out of the spool. */
static gboolean
find_and_enter (ModoriRecall *recall, ModoriPast *past, ModoriEngine *engine, const char *id,
                GError **error)
{
    gboolean found = find (recall, id, NULL);
    char *inputs[] = { NULL, NULL };
    gboolean entered;

    recall->path = found ? find_file (recall->record.text[MODORI_KEY_PATH]) : NULL;
    inputs[0] = recall->path;
    past->inputs = inputs;
    entered = modori_past_enter (past, recall->history, engine, error);
    past->inputs = NULL;
    return entered && find (recall, id, error);
}

ModoriRecall *
modori_recall_find (ModoriPast *past, ModoriEngine *engine, const char *id, GError **error)
{
    g_autoptr (ModoriRecall) recall = g_new0 (ModoriRecall, 1);

    if (! open_history (recall, past, engine, id, error)
        || ! find_and_enter (recall, past, engine, id, error))
        return NULL;
    recall->id = g_strdup (recall->record.text[MODORI_KEY_ID]);
    return g_steal_pointer (&recall);
}

void
modori_recall_free (ModoriRecall *recall)
{
    if (! recall)
        return;
    g_clear_pointer (&recall->history, modori_history_free);
    g_free (recall->id);
    g_free (recall->path);
    g_free (recall);
}

void
modori_recall_put (const ModoriRecall *recall, ModoriEngine *engine)
{
    ModoriReport *report = modori_engine_begin (engine);
    ModoriOutcome *outcome = modori_report_add (report);

    modori_record_restore (&recall->record, report, outcome);
    modori_engine_recall (engine, outcome);
}
