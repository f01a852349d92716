/* store.c - the module that keeps records in an SQLite database: opening it, transactions, errors.
 *
 * The only files that are linked with SQLite are this one and store-*.c.  What is committed is on
 * the disk (synchronous = EXTRA: the directory of a journal, too), and readers do not wait for
 * writers (WAL, where the file system can).
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "history/store-private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <unistd.h>

#include "text/error.h"

/* How long to wait for another program, in milliseconds: it commits after some thousand
 * messages. */
#define PATIENCE 30000

/* KiB of the database in memory: the upper pages of all indexes of a million records. */
#define CACHE "PRAGMA cache_size = -16000"

static const char *const statements[MODORI_N_STATEMENTS] = {
#define X(name, sql) [MODORI_STATEMENT_##name] = sql,
    MODORI_STATEMENTS (X)
#undef X
};

/* --- errors --- */

static void
set_error (ModoriStore *store, int code, GError **error)
{
    const char *name = store->name;
    int reason = sqlite3_system_errno (store->db);

    switch (code) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        g_set_error (error, MODORI_ERROR, MODORI_ERROR_IO,
                     _("%s: another program has locked it; try again later"), name);
        break;
    case SQLITE_FULL:
        g_set_error (error, MODORI_ERROR, MODORI_ERROR_IO, _("%s: the disk is full"), name);
        break;
    case SQLITE_READONLY:
        g_set_error (error, MODORI_ERROR, MODORI_ERROR_IO, _("%s: cannot be written"), name);
        break;
    case SQLITE_NOTADB:
        g_set_error (error, MODORI_ERROR, MODORI_ERROR_DAMAGED,
                     _("%s: no history of modori, or damaged"), name);
        break;
    case SQLITE_CORRUPT:
        g_set_error (error, MODORI_ERROR, MODORI_ERROR_DAMAGED,
                     _("%s: the history is damaged (%s)"), name, sqlite3_errmsg (store->db));
        break;
    case SQLITE_CANTOPEN:
    case SQLITE_IOERR:
    case SQLITE_PERM:
        g_set_error (error, MODORI_ERROR, MODORI_ERROR_IO, "%s: %s", name,
                     reason ? g_strerror (reason) : sqlite3_errmsg (store->db));
        break;
    default:
        g_set_error (error, MODORI_ERROR, MODORI_ERROR_IO, "%s: %s", name,
                     sqlite3_errmsg (store->db));
    }
}

gboolean
modori_store_failed (ModoriStore *store, GError **error)
{
    set_error (store, sqlite3_errcode (store->db) & 0xff, error);
    return FALSE;
}

/* --- statements --- */

sqlite3_stmt *
modori_store_statement (ModoriStore *store, ModoriStatement which, GError **error)
{
    sqlite3_stmt **statement = &store->statements[which];

    if (! *statement
        && sqlite3_prepare_v3 (store->db, statements[which], -1, SQLITE_PREPARE_PERSISTENT,
                               statement, NULL) != SQLITE_OK) {
        modori_store_failed (store, error);
        return NULL;
    }
    return *statement;
}

gboolean
modori_store_step (ModoriStore *store, sqlite3_stmt *statement, gboolean *row, GError **error)
{
    int code = sqlite3_step (statement);

    if (row)
        *row = code == SQLITE_ROW;
    if (code == SQLITE_ROW && row)
        return TRUE;
    if (code != SQLITE_ROW && code != SQLITE_DONE)
        modori_store_failed (store, error);
    sqlite3_reset (statement);
    return code == SQLITE_ROW || code == SQLITE_DONE;
}

gboolean
modori_store_run (ModoriStore *store, const char *sql, GError **error)
{
    return sqlite3_exec (store->db, sql, NULL, NULL, NULL) == SQLITE_OK
        || modori_store_failed (store, error);
}

sqlite3_stmt *
modori_store_prepare (ModoriStore *store, const char *sql, GError **error)
{
    sqlite3_stmt *statement = NULL;

    if (sqlite3_prepare_v2 (store->db, sql, -1, &statement, NULL) != SQLITE_OK)
        modori_store_failed (store, error);
    return statement;
}

static gboolean
run_statement (ModoriStore *store, ModoriStatement which, GError **error)
{
    sqlite3_stmt *statement = modori_store_statement (store, which, error);

    return statement && modori_store_step (store, statement, NULL, error);
}

/* --- transactions --- */

void
modori_store_forget_texts (ModoriStore *store)
{
    g_hash_table_remove_all (store->numbers);
    g_hash_table_remove_all (store->texts);     /* the texts themselves stay */
    store->stale = TRUE;
}

/* Has another program written since we did?  Then numbers of texts may be gone. */
static gboolean
look_for_others (ModoriStore *store, GError **error)
{
    sqlite3_stmt *statement = modori_store_statement (store, MODORI_STATEMENT_DATA_VERSION, error);
    gboolean row;
    gint64 version;

    if (! statement || ! modori_store_step (store, statement, &row, error) || ! row)
        return FALSE;
    version = sqlite3_column_int64 (statement, 0);
    sqlite3_reset (statement);
    if (version != store->data_version)
        modori_store_forget_texts (store);
    store->data_version = version;
    return TRUE;
}

static void
store_rollback (ModoriStore *store)
{
    if (! sqlite3_get_autocommit (store->db))
        sqlite3_exec (store->db, "ROLLBACK", NULL, NULL, NULL);
    modori_store_forget_texts (store);
}

static gboolean
store_begin (ModoriStore *store, GError **error)
{
    if (store->read_only) {     /* SQLite would say so no sooner than at the first change */
        set_error (store, SQLITE_READONLY, error);
        return FALSE;
    }
    if (! run_statement (store, MODORI_STATEMENT_BEGIN, error))
        return FALSE;
    if (look_for_others (store, error))
        return TRUE;
    store_rollback (store);
    return FALSE;
}

static gboolean
store_commit (ModoriStore *store, GError **error)
{
    return run_statement (store, MODORI_STATEMENT_COMMIT, error);
}

/* --- opening and closing --- */

/* Who closes a database last removes its log, but not where the sandbox does not let him: so it
 * shall at least hold nothing that could be taken for the log of another file of that name. */
static void
empty_log (ModoriStore *store)
{
    sqlite3_busy_timeout (store->db, 0);
    sqlite3_exec (store->db, "PRAGMA wal_checkpoint (TRUNCATE)", NULL, NULL, NULL);
}

static void
store_close (ModoriStore *store)
{
    if (! store)
        return;
    for (guint i = 0; i < MODORI_N_STATEMENTS; i++)
        sqlite3_finalize (store->statements[i]);
    if (store->db && ! store->read_only)
        empty_log (store);
    sqlite3_close_v2 (store->db);
    g_hash_table_unref (store->numbers);
    g_hash_table_unref (store->texts);
    g_hash_table_unref (store->recent);
    g_string_chunk_free (store->strings);
    g_string_chunk_free (store->fetched);
    g_free (store->name);
    g_free (store);
}

static ModoriStore *
store_new (const char *path)
{
    ModoriStore *store = g_new0 (ModoriStore, 1);

    store->name = path ? g_filename_display_name (path) : g_strdup (_("temporary file"));
    store->numbers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    store->texts = g_hash_table_new (NULL, NULL);
    store->recent = g_hash_table_new_full (NULL, NULL, NULL, g_free);
    store->strings = g_string_chunk_new (16 * 1024);
    store->fetched = g_string_chunk_new (4 * 1024);
    return store;
}

/* A new file is for its owner only; so are those that SQLite puts beside it. */
static gboolean
create_file (const char *path, GError **error)
{
    g_autofree char *name = g_filename_display_name (path);
    int fd = g_open (path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

    if (fd >= 0) {
        close (fd);
        return TRUE;
    }
    if (errno == EEXIST)        /* opening it would drop the locks of this process on it */
        return TRUE;
    g_set_error (error, MODORI_ERROR, MODORI_ERROR_IO, "%s: %s", name, g_strerror (errno));
    return FALSE;
}

/* In a directory that cannot be written SQLite reads a file with a log only when it is told that
 * nobody writes: true as long as there is no log. */
static gboolean
open_unchanging (ModoriStore *store, const char *path)
{
    g_autofree char *log = g_strconcat (path, "-wal", NULL);
    g_autofree char *escaped = g_uri_escape_string (path, "/", FALSE);
    g_autofree char *uri = g_strconcat ("file:", escaped, "?immutable=1", NULL);

    if (g_file_test (log, G_FILE_TEST_EXISTS))
        return FALSE;
    sqlite3_close_v2 (g_steal_pointer (&store->db));
    return sqlite3_open_v2 (uri, &store->db,
                            SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX, NULL)
        == SQLITE_OK;
}

/* Can it be read at all? */
static gboolean
is_readable (ModoriStore *store, const char *path)
{
    static const char first[] = "SELECT count(*) FROM sqlite_master";
    int code = sqlite3_exec (store->db, first, NULL, NULL, NULL);

    if (code == SQLITE_OK)
        return TRUE;
    code &= 0xff;
    return path && (code == SQLITE_CANTOPEN || code == SQLITE_READONLY)
        && open_unchanging (store, path)
        && sqlite3_exec (store->db, first, NULL, NULL, NULL) == SQLITE_OK;
}

static gboolean
open_database (ModoriStore *store, const char *path, GError **error)
{
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX;

    if (path && ! create_file (path, error))
        return FALSE;
    if (sqlite3_open_v2 (path ? path : "", &store->db, path ? flags : flags | SQLITE_OPEN_CREATE,
                         NULL) != SQLITE_OK)
        return modori_store_failed (store, error);
    sqlite3_busy_timeout (store->db, PATIENCE);
    if (! is_readable (store, path))
        return modori_store_failed (store, error);
    store->read_only = sqlite3_db_readonly (store->db, "main") == 1;
    return modori_store_run (store, CACHE, error)
        && modori_store_migrate (store, NULL, 0, error);
}

/* Where the file system cannot have a log, or the file cannot be written, all works without. */
static gboolean
tune (ModoriStore *store, gboolean is_private, GError **error)
{
    if (is_private || store->read_only)
        return TRUE;
    sqlite3_exec (store->db, "PRAGMA journal_mode = WAL", NULL, NULL, NULL);
    return modori_store_run (store, "PRAGMA synchronous = EXTRA", error);
}

static ModoriStore *
store_open (const char *path, GError **error)
{
    ModoriStore *store = store_new (path);

    if (open_database (store, path, error) && tune (store, ! path, error))
        return store;
    store_close (store);
    return NULL;
}

static void
store_set_patience (ModoriStore *store, guint milliseconds)
{
    sqlite3_busy_timeout (store->db, (int) milliseconds);
}

const ModoriStoreTable modori_store_table = {
    .open = store_open,
    .close = store_close,
    .begin = store_begin,
    .commit = store_commit,
    .rollback = store_rollback,
    .add = modori_store_add,
    .replace = modori_store_replace,
    .each = modori_store_each,
    .each_of = modori_store_each_of,
    .each_named = modori_store_each_named,
    .text = modori_store_text,
    .each_text = modori_store_each_text,
    .fetch = modori_store_fetch,
    .is_seen = modori_store_is_seen,
    .mark_seen = modori_store_mark_seen,
    .forget = modori_store_forget,
    .each_forgotten = modori_store_each_forgotten,
    .prune = modori_store_prune,
    .pruned = modori_store_pruned,
    .extent = modori_store_extent,
    .set_patience = store_set_patience,
};
