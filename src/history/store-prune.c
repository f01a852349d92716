/* store-prune.c - what is old goes, and its space is given back.
 *
 * A text goes with the last record that has it.  Which these are is found by going through all
 * records once, which is cheaper than an index over twenty numbers of each.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "history/store-private.h"

/* KiB of the database in memory: pages of the indexes, which are touched again and again. */
#define CACHE "PRAGMA cache_size = -64000"

/* A bit for each number of a text. */
typedef struct {
    guint8 *bits;
    guint32 n;                  /* numbers below this */
} Texts;

static void
mark (Texts *texts, guint32 number, gboolean old)
{
    if (number >= texts->n)
        return;
    if (old)
        texts->bits[number / 8] |= (guint8) (1 << number % 8);
    else
        texts->bits[number / 8] &= (guint8) ~(1 << number % 8);
}

static void
mark_row (Texts *texts, sqlite3_stmt *statement, gboolean old)
{
    const guint8 *at = sqlite3_column_blob (statement, 1);
    const guint8 *end = at ? at + sqlite3_column_bytes (statement, 1) : at;

    mark (texts, (guint32) sqlite3_column_int64 (statement, 0), old);
    modori_store_unpack (&at, end);     /* tells the message: no text */
    while (at < end)
        mark (texts, modori_store_unpack (&at, end), old);
}

/* Mark the texts of all records that are OLD (before BEFORE); clear those of the others. */
static gboolean
mark_all (ModoriStore *store, Texts *texts, gint64 before, gboolean old, GError **error)
{
    sqlite3_stmt *statement = modori_store_prepare (
        store, old ? "SELECT rules, facets FROM outcome WHERE time < ?"
                   : "SELECT rules, facets FROM outcome WHERE time >= ?", error);
    gboolean row = statement != NULL, ok = row;

    if (! ok)
        return FALSE;
    sqlite3_bind_int64 (statement, 1, before);
    while (ok && row) {
        ok = modori_store_step (store, statement, &row, error);
        if (ok && row)
            mark_row (texts, statement, old);
    }
    sqlite3_finalize (statement);
    return ok;
}

static gboolean
delete_text (ModoriStore *store, guint32 number, GError **error)
{
    sqlite3_stmt *statement = modori_store_statement (store, MODORI_STATEMENT_DELETE_TEXT, error);

    if (! statement)
        return FALSE;
    sqlite3_bind_int64 (statement, 1, number);
    return modori_store_step (store, statement, NULL, error);
}

static gboolean
delete_marked (ModoriStore *store, const Texts *texts, GError **error)
{
    for (guint32 number = 1; number < texts->n; number++)
        if (texts->bits[number / 8] >> number % 8 & 1 && ! delete_text (store, number, error))
            return FALSE;
    return TRUE;
}

/* Run SQL, which has one parameter: BEFORE. */
static gboolean
run_before (ModoriStore *store, const char *sql, gint64 before, GError **error)
{
    sqlite3_stmt *statement = modori_store_prepare (store, sql, error);
    gboolean ok;

    if (! statement)
        return FALSE;
    sqlite3_bind_int64 (statement, 1, before);
    ok = modori_store_step (store, statement, NULL, error);
    sqlite3_finalize (statement);
    return ok;
}

/* One more than the greatest number of a text. */
static gboolean
count_texts (ModoriStore *store, guint32 *n, GError **error)
{
    sqlite3_stmt *statement = modori_store_prepare (
        store, "SELECT ifnull (max (number), 0) + 1 FROM text", error);
    gboolean row, ok = statement && modori_store_step (store, statement, &row, error) && row;

    if (ok)
        *n = (guint32) sqlite3_column_int64 (statement, 0);
    sqlite3_finalize (statement);
    return ok;
}

static gboolean
prune_records (ModoriStore *store, gint64 before, guint64 *count, GError **error)
{
    g_autofree guint8 *bits = NULL;
    Texts texts;

    if (! count_texts (store, &texts.n, error))
        return FALSE;
    texts.bits = bits = g_malloc0 (texts.n / 8 + 1);
    if (! mark_all (store, &texts, before, TRUE, error)
        || ! run_before (store, "DELETE FROM detail WHERE number IN"
                         " (SELECT number FROM outcome WHERE time < ?)", before, error)
        || ! run_before (store, "DELETE FROM outcome WHERE time < ?", before, error))
        return FALSE;
    *count = (guint64) sqlite3_changes (store->db);
    if (*count == 0)
        return TRUE;
    modori_store_forget_texts (store);
    return mark_all (store, &texts, before, FALSE, error)
        && delete_marked (store, &texts, error);
}

/* Mailboxes that are read again must not bring back what was deleted. */
static gboolean
note_pruned (ModoriStore *store, gint64 before, GError **error)
{
    return run_before (store, "DELETE FROM pruned WHERE before < ?", before, error)
        && run_before (store, "INSERT INTO pruned (before) SELECT ?1 WHERE NOT EXISTS"
                       " (SELECT 1 FROM pruned)", before, error);
}

gboolean
modori_store_pruned (ModoriStore *store, gint64 *before, GError **error)
{
    sqlite3_stmt *statement = modori_store_prepare (
        store, "SELECT ifnull (max (before), 0) FROM pruned", error);
    gboolean row, ok = statement && modori_store_step (store, statement, &row, error) && row;

    if (ok)
        *before = sqlite3_column_int64 (statement, 0);
    sqlite3_finalize (statement);
    return ok;
}

gboolean
modori_store_prune (ModoriStore *store, gint64 before, guint64 *count, GError **error)
{
    *count = 0;
    if (! modori_store_run (store, CACHE, error) || ! modori_store_table.begin (store, error))
        return FALSE;
    if (! prune_records (store, before, count, error)
        || ! note_pruned (store, before, error)
        || ! run_before (store, "DELETE FROM seen_file WHERE time < ?", before, error)
        || ! run_before (store, "DELETE FROM forgotten WHERE time < ?", before, error)
        || ! modori_store_table.commit (store, error)) {
        modori_store_table.rollback (store);
        return FALSE;
    }
    /* what fails here loses nothing, and is done the next time */
    sqlite3_exec (store->db, "PRAGMA incremental_vacuum; PRAGMA wal_checkpoint (TRUNCATE)", NULL,
                  NULL, NULL);
    return TRUE;
}
