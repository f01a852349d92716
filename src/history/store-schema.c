/* store-schema.c - the tables of the history, and the way to them from older versions.
 *
 * `outcome` is what reports go through: narrow, and in the order of time on the disk, so that a
 * million rows are read in half a second.  Its facets are packed into one value: a hash that tells
 * the message, then numbers of texts in the order of MODORI_FACETS (new ones are added at its end).
 * `detail` is what is shown of few.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "history/store-private.h"

#include <glib/gi18n.h>

#include "text/error.h"

/* "modo": what tells our databases from others. */
#define APPLICATION_ID 0x6d6f646f

#define COLUMN(name, text) ", \"" text "\" TEXT NOT NULL DEFAULT ''"

/* Never change a step that was released: add one. */
static const ModoriMigration migrations[] = {
    { "CREATE TABLE text (number INTEGER PRIMARY KEY AUTOINCREMENT, text TEXT NOT NULL UNIQUE);"
      "CREATE TABLE outcome (time INTEGER NOT NULL, id BLOB NOT NULL, number INTEGER NOT NULL,"
      " address INTEGER NOT NULL, facets BLOB NOT NULL, rules INTEGER NOT NULL,"
      " PRIMARY KEY (time, id)) WITHOUT ROWID;"
      "CREATE UNIQUE INDEX outcome_id ON outcome (id);"
      "CREATE INDEX outcome_address ON outcome (address, time);"
      "CREATE TABLE detail (number INTEGER PRIMARY KEY AUTOINCREMENT, time INTEGER NOT NULL,"
      " id BLOB NOT NULL, first_seen INTEGER NOT NULL" MODORI_DETAILS (COLUMN) ");"
      "CREATE TABLE seen_file (path BLOB PRIMARY KEY, size INTEGER NOT NULL,"
      " mtime INTEGER NOT NULL, time INTEGER NOT NULL) WITHOUT ROWID;"
      "CREATE TABLE forgotten (address TEXT PRIMARY KEY, time INTEGER NOT NULL) WITHOUT ROWID;"
      "CREATE TABLE pruned (before INTEGER NOT NULL);" },
};

static gboolean
read_number (ModoriStore *store, const char *sql, gint64 *number, GError **error)
{
    sqlite3_stmt *statement = NULL;
    gboolean ok = sqlite3_prepare_v2 (store->db, sql, -1, &statement, NULL) == SQLITE_OK
        && sqlite3_step (statement) == SQLITE_ROW;

    if (ok)
        *number = sqlite3_column_int64 (statement, 0);
    else
        modori_store_failed (store, error);
    sqlite3_finalize (statement);
    return ok;
}

/* The version of what is there; 0: nothing.  FALSE with ERROR set when it is not ours.  In a
 * transaction. */
static gboolean
examine (ModoriStore *store, guint n, gint64 *version, GError **error)
{
    gint64 application = 0, tables = 0;

    if (! read_number (store, "PRAGMA application_id", &application, error)
        || ! read_number (store, "PRAGMA user_version", version, error)
        || ! read_number (store, "SELECT count(*) FROM sqlite_master", &tables, error))
        return FALSE;
    if (application != APPLICATION_ID && (application != 0 || *version != 0 || tables != 0)) {
        g_set_error (error, MODORI_ERROR, MODORI_ERROR_DAMAGED,
                     _("%s: a database of another program, no history of modori"), store->name);
        return FALSE;
    }
    if (*version > n) {
        g_set_error (error, MODORI_ERROR, MODORI_ERROR_DAMAGED,
                     _("%s: written by a newer modori (version %d of the file; this one knows "
                       "%u)"), store->name, (int) *version, n);
        return FALSE;
    }
    return TRUE;
}

/* The same in a transaction of its own, so that what it sees is of one moment: another program may
 * be making the tables right now. */
static gboolean
read_version (ModoriStore *store, guint n, gint64 *version, GError **error)
{
    gboolean good = modori_store_run (store, "BEGIN", error) && examine (store, n, version, error);

    sqlite3_exec (store->db, "ROLLBACK", NULL, NULL, NULL);
    return good;
}

static gboolean
take_steps (ModoriStore *store, const ModoriMigration *steps, guint from, guint n, GError **error)
{
    g_autofree char *mark = g_strdup_printf ("PRAGMA application_id = %d; PRAGMA user_version = %u",
                                             APPLICATION_ID, n);

    for (guint i = from; i < n; i++)
        if (! modori_store_run (store, steps[i].sql, error))
            return FALSE;
    return modori_store_run (store, mark, error);
}

gboolean
modori_store_migrate (ModoriStore *store, const ModoriMigration *steps, guint n, GError **error)
{
    gint64 version = 0;

    if (! steps) {
        steps = migrations;
        n = G_N_ELEMENTS (migrations);
    }
    if (! read_version (store, n, &version, error))
        return FALSE;
    if (version == n)
        return TRUE;
    if (store->read_only) {
        g_set_error (error, MODORI_ERROR, MODORI_ERROR_IO,
                     _("%s: must be brought up to date, but cannot be written"), store->name);
        return FALSE;
    }
    /* has to be said before the first table is there; without effect later */
    if (version == 0 && ! modori_store_run (store, "PRAGMA auto_vacuum = INCREMENTAL", error))
        return FALSE;
    if (! modori_store_run (store, "BEGIN IMMEDIATE", error))
        return FALSE;
    /* another program may have been faster */
    if (examine (store, n, &version, error)
        && take_steps (store, steps, (guint) version, n, error)
        && modori_store_run (store, "COMMIT", error))
        return TRUE;
    sqlite3_exec (store->db, "ROLLBACK", NULL, NULL, NULL);
    return FALSE;
}
