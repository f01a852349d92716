/* history.c - what came back before.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "history/history.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>

#include "history/spool.h"
#include "text/error.h"
#include "text/module.h"

char *
modori_history_default_path (void)
{
    return modori_spool_state_path ("history.db");
}

/* --- opening --- */

static const ModoriStoreTable *
load_store (GError **error)
{
    const ModoriStoreTable *table = modori_module_table ("store", MODORI_STORE_SYMBOL);

    if (! table)
        g_set_error (error, MODORI_ERROR, MODORI_ERROR_MISSING,
                     _("the module %s is missing: history cannot be opened"), "store.so");
    return table;
}

static gboolean
make_folder (const char *path, GError **error)
{
    g_autofree char *folder = g_path_get_dirname (path);
    g_autofree char *name = NULL;
    int reason;

    if (g_mkdir_with_parents (folder, 0700) == 0)
        return TRUE;
    reason = errno;
    name = g_filename_display_name (folder);
    g_set_error (error, MODORI_ERROR, MODORI_ERROR_IO, "%s: %s", name, g_strerror (reason));
    return FALSE;
}

ModoriHistory *
modori_history_open (const char *path, const char *rules, gint64 now, GError **error)
{
    const ModoriStoreTable *table = load_store (error);
    ModoriStore *store;
    ModoriHistory *history;
    g_autofree char *file = NULL;
    gint64 pruned;

    if (! table || (path && ! make_folder (path, error)))
        return NULL;
    if (path && path[0] == ':')         /* SQLite has meanings of its own for such names */
        path = file = g_build_filename (".", path, NULL);
    store = table->open (path, error);
    if (! store)
        return NULL;
    if (! table->pruned (store, &pruned, error)) {
        table->close (store);
        return NULL;
    }
    history = g_new0 (ModoriHistory, 1);
    history->table = table;
    history->store = store;
    history->now = now;
    history->pruned = pruned;
    history->strings = g_string_chunk_new (4096);
    history->rules = g_strdup (rules ? rules : "");
    return history;
}

void
modori_history_free (ModoriHistory *history)
{
    if (! history)
        return;
    history->table->close (history->store);
    g_string_chunk_free (history->strings);
    g_free (history->rules);
    g_free (history);
}

/* --- the version of the rules --- */

char *
modori_history_rules_version (const ModoriEngine *engine)
{
    return g_strdup_printf (PACKAGE_VERSION "-%016" G_GINT64_MODIFIER "x",
                            modori_knowledge_digest (engine->knowledge));
}

/* --- records --- */

gboolean
modori_history_add (ModoriHistory *history, const ModoriOutcome *outcome, gboolean *is_new,
                    GError **error)
{
    ModoriProvenance provenance = { 0, history->now, history->rules };
    ModoriRecord record;

    g_string_chunk_clear (history->strings);
    modori_record_of_outcome (&record, outcome, history->strings, history->now);
    return modori_history_add_record (history, &record, &provenance, is_new, error);
}

gboolean
modori_history_add_record (ModoriHistory *history, const ModoriRecord *record,
                           const ModoriProvenance *provenance, gboolean *is_new, GError **error)
{
    gboolean added = FALSE;

    if (! history->table->add (history->store, record, provenance, &added, error))
        return FALSE;
    history->added += added;
    if (is_new)
        *is_new = added;
    return TRUE;
}

gboolean
modori_history_begin (ModoriHistory *history, GError **error)
{
    return history->table->begin (history->store, error);
}

gboolean
modori_history_commit (ModoriHistory *history, GError **error)
{
    return history->table->commit (history->store, error);
}

void
modori_history_rollback (ModoriHistory *history)
{
    history->table->rollback (history->store);
}
