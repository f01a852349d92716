/* store-private.h - what the files of the store share.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_HISTORY_STORE_PRIVATE_H
#define MODORI_HISTORY_STORE_PRIVATE_H

#include "history/store.h"

#include <sqlite3.h>

/* All statements that are kept ready: X (NAME, SQL). */
#define MODORI_STATEMENTS(X)                                                                      \
    X (BEGIN, "BEGIN IMMEDIATE")                                                                  \
    X (COMMIT, "COMMIT")                                                                          \
    X (DATA_VERSION, "PRAGMA data_version")                                                       \
    X (NUMBER_OF_TEXT, "SELECT number FROM text WHERE text = ?")                                  \
    X (ADD_TEXT, "INSERT INTO text (text) VALUES (?)")                                            \
    X (TEXT, "SELECT text FROM text WHERE number = ?")                                            \
    X (DELETE_TEXT, "DELETE FROM text WHERE number = ?")                                          \
    X (HAS_OUTCOME, "SELECT 1 FROM outcome WHERE id = ?")                                         \
    X (ADD_OUTCOME, "INSERT INTO outcome (time, id, number, address, facets, rules)"              \
                    " VALUES (?1, ?2, ?3, ?4, ?5, ?6)")                                           \
    X (DELETE_OUTCOME, "DELETE FROM outcome WHERE (time, id) ="                                   \
                       " (SELECT time, id FROM detail WHERE number = ?)")                         \
    X (IS_SEEN, "SELECT size = ?2 AND mtime = ?3 FROM seen_file WHERE path = ?1")                 \
    X (MARK_SEEN, "INSERT OR REPLACE INTO seen_file (path, size, mtime, time)"                    \
                  " VALUES (?1, ?2, ?3, ?4)")                                                     \
    X (FORGET, "INSERT INTO forgotten (address, time) VALUES (?1, ?2)"                            \
               " ON CONFLICT (address) DO UPDATE SET time = max (time, excluded.time)")           \
    X (ADD_DETAIL, MODORI_SQL_ADD_DETAIL)                                                         \
    X (REPLACE_DETAIL, MODORI_SQL_REPLACE_DETAIL)                                                 \
    X (FETCH, MODORI_SQL_FETCH)

/* Columns of `detail`: number, time, id, first_seen, and a text each. */
#define MODORI_SQL_COLUMN(name, text) ", \"" text "\""
#define MODORI_SQL_MARK(name, text) ", ?"
#define MODORI_SQL_SET(name, text) ", \"" text "\" = ?"
#define MODORI_SQL_ADD_DETAIL                                                                     \
    "INSERT INTO detail (time, id, first_seen" MODORI_DETAILS (MODORI_SQL_COLUMN)                 \
    ") VALUES (?, ?, ?" MODORI_DETAILS (MODORI_SQL_MARK) ")"
#define MODORI_SQL_REPLACE_DETAIL                                                                 \
    "UPDATE detail SET time = ?, id = ?" MODORI_DETAILS (MODORI_SQL_SET) " WHERE number = ?"
#define MODORI_SQL_FETCH                                                                          \
    "SELECT outcome.time, outcome.id, facets, rules, first_seen"                                  \
    MODORI_DETAILS (MODORI_SQL_COLUMN)                                                            \
    " FROM detail JOIN outcome USING (time, id) WHERE detail.number = ?"

typedef enum {
#define X(name, sql) MODORI_STATEMENT_##name,
    MODORI_STATEMENTS (X)
#undef X
    MODORI_N_STATEMENTS
} ModoriStatement;

struct ModoriStore {
    char *name;                 /* for people: its path */
    sqlite3 *db;
    gboolean read_only;
    sqlite3_stmt *statements[MODORI_N_STATEMENTS];
    gint64 data_version;        /* changes when another program wrote */
    GHashTable *numbers;        /* text -> number; owns the texts */
    GHashTable *texts;          /* number -> text: what was asked for, in `strings` */
    GStringChunk *strings;
    GHashTable *recent;         /* number -> text, which it owns: for `fetch` */
    gboolean stale;             /* forget them before the next one */
    GStringChunk *fetched;      /* texts of the last fetch */
};

/* --- store.c --- */

/* The statement, ready to be bound; NULL with ERROR set. */
sqlite3_stmt *modori_store_statement (ModoriStore *store, ModoriStatement which, GError **error);
/* Run it to its end, or to its first row: *ROW (may be NULL).  It is reset unless there is a row.
 * FALSE with ERROR set. */
gboolean modori_store_step (ModoriStore *store, sqlite3_stmt *statement, gboolean *row,
                            GError **error);
/* Run SQL, which gives nothing. */
gboolean modori_store_run (ModoriStore *store, const char *sql, GError **error);
/* A statement of its own, for who may be asked again while it runs; NULL with ERROR set. */
sqlite3_stmt *modori_store_prepare (ModoriStore *store, const char *sql, GError **error);
/* Set ERROR to what SQLite complained about last; FALSE. */
gboolean modori_store_failed (ModoriStore *store, GError **error);
/* Forget what is known of numbers of texts: somebody else may have deleted some. */
void modori_store_forget_texts (ModoriStore *store);

/* --- store-schema.c --- */

/* One step of the way from an empty database to ours. */
typedef struct {
    const char *sql;
} ModoriMigration;

/* Bring the database up to date by STEPS (N of them; NULL: ours): it is new, or of an older
 * version.  FALSE with ERROR set: it is of a newer version, or none of ours; then it is left as it
 * is. */
gboolean modori_store_migrate (ModoriStore *store, const ModoriMigration *steps, guint n,
                               GError **error);

/* --- store-write.c --- */

gboolean modori_store_add (ModoriStore *store, const ModoriRecord *record,
                           const ModoriProvenance *provenance, gboolean *is_new, GError **error);
gboolean modori_store_replace (ModoriStore *store, const ModoriRecord *record,
                               const ModoriProvenance *provenance, GError **error);
gboolean modori_store_mark_seen (ModoriStore *store, const ModoriSeenFile *file, gint64 now,
                                 GError **error);
gboolean modori_store_forget (ModoriStore *store, const char *address, gint64 time,
                              GError **error);

/* --- store-prune.c --- */

gboolean modori_store_prune (ModoriStore *store, gint64 before, guint64 *count, GError **error);
gboolean modori_store_pruned (ModoriStore *store, gint64 *before, GError **error);

/* --- store-read.c --- */

/* Numbers, each in groups of seven bits, lowest first, with the eighth bit where more follow. */
void modori_store_pack (GByteArray *out, guint32 number);
/* The number at *AT, which is moved behind it; 0 at END. */
static inline guint32
modori_store_unpack (const guint8 **at, const guint8 *end)
{
    guint32 number = 0;

    if (*at < end && **at < 0x80)       /* most are small */
        return *(*at)++;
    for (guint shift = 0; *at < end && shift < 35; shift += 7) {
        guint8 byte = *(*at)++;

        if (byte < 0x80)
            return number | (guint32) byte << shift;
        number |= (guint32) (byte & 0x7f) << shift;
    }
    return number;
}

gboolean modori_store_each (ModoriStore *store, gint64 since, gint64 until, ModoriEachRow visit,
                            gpointer data, GError **error);
gboolean modori_store_each_of (ModoriStore *store, const char *address, ModoriEachRow visit,
                               gpointer data, GError **error);
gboolean modori_store_each_named (ModoriStore *store, const char *prefix, ModoriEachRow visit,
                                  gpointer data, GError **error);
const char *modori_store_text (ModoriStore *store, guint32 number);
gboolean modori_store_each_text (ModoriStore *store, const guint32 *numbers, guint n,
                                 ModoriEachText visit, gpointer data, GError **error);
gboolean modori_store_fetch (ModoriStore *store, gint64 number, ModoriRecord *record,
                             ModoriProvenance *provenance, GError **error);
gboolean modori_store_is_seen (ModoriStore *store, const ModoriSeenFile *file, GError **error);
gboolean modori_store_each_forgotten (ModoriStore *store, ModoriEachForgotten visit,
                                      gpointer data, GError **error);
gboolean modori_store_extent (ModoriStore *store, guint64 *count, gint64 *first, gint64 *last,
                              GError **error);

#endif
