/* store-write.c - records, marks and forgettings go into the database.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "history/store-private.h"

#include <glib/gi18n.h>

#include "text/error.h"

/* Texts whose numbers are kept in memory: those of reasons, hosts and campaigns come again and
 * again, so forgetting all of them now and then costs little. */
#define NUMBERS_MAX 50000

/* --- numbers of texts --- */

static gboolean
find_number (ModoriStore *store, const char *text, guint32 *number, GError **error)
{
    sqlite3_stmt *statement = modori_store_statement (store, MODORI_STATEMENT_NUMBER_OF_TEXT,
                                                      error);
    gboolean row;

    *number = 0;
    if (! statement)
        return FALSE;
    sqlite3_bind_text (statement, 1, text, -1, SQLITE_STATIC);
    if (! modori_store_step (store, statement, &row, error))
        return FALSE;
    if (row)
        *number = (guint32) sqlite3_column_int64 (statement, 0);
    sqlite3_reset (statement);
    return TRUE;
}

static gboolean
add_text (ModoriStore *store, const char *text, guint32 *number, GError **error)
{
    sqlite3_stmt *statement = modori_store_statement (store, MODORI_STATEMENT_ADD_TEXT, error);

    if (! statement)
        return FALSE;
    sqlite3_bind_text (statement, 1, text, -1, SQLITE_STATIC);
    if (! modori_store_step (store, statement, NULL, error))
        return FALSE;
    *number = (guint32) sqlite3_last_insert_rowid (store->db);
    return TRUE;
}

/* The number of TEXT, which is added when it is new.  COMMON: it may come again soon. */
static gboolean
number_of (ModoriStore *store, const char *text, gboolean common, guint32 *number, GError **error)
{
    *number = 0;
    if (! text[0])
        return TRUE;
    *number = GPOINTER_TO_UINT (g_hash_table_lookup (store->numbers, text));
    if (*number)
        return TRUE;
    if (! find_number (store, text, number, error)
        || (! *number && ! add_text (store, text, number, error)))
        return FALSE;
    if (common) {
        if (g_hash_table_size (store->numbers) >= NUMBERS_MAX)
            g_hash_table_remove_all (store->numbers);
        g_hash_table_insert (store->numbers, g_strdup (text), GUINT_TO_POINTER (*number));
    }
    return TRUE;
}

/* --- records --- */

/* What failed before may have ended the transaction; going on would leave half a record. */
static gboolean
is_within (ModoriStore *store, GError **error)
{
    if (! sqlite3_get_autocommit (store->db))
        return TRUE;
    g_set_error (error, MODORI_ERROR, MODORI_ERROR_IO,
                 _("%s: what was begun could not be finished"), store->name);
    return FALSE;
}

/* Bind the texts of `detail`, the first of them as parameter FIRST; the number behind. */
static int
bind_details (sqlite3_stmt *statement, int first, const ModoriRecord *record)
{
#define X(name, key)                                                                              \
    sqlite3_bind_text (statement, first++, record->text[MODORI_KEY_##name], -1, SQLITE_STATIC);
    MODORI_DETAILS (X)
#undef X
    return first;
}

static gboolean
add_detail (ModoriStore *store, const ModoriRecord *record, gint64 first_seen, gint64 *number,
            GError **error)
{
    sqlite3_stmt *statement = modori_store_statement (store, MODORI_STATEMENT_ADD_DETAIL, error);

    if (! statement)
        return FALSE;
    sqlite3_bind_int64 (statement, 1, record->time);
    sqlite3_bind_blob (statement, 2, record->id, MODORI_ID_BYTES, SQLITE_STATIC);
    sqlite3_bind_int64 (statement, 3, first_seen);
    bind_details (statement, 4, record);
    if (! modori_store_step (store, statement, NULL, error))
        return FALSE;
    *number = sqlite3_last_insert_rowid (store->db);
    return TRUE;
}

/* Append what tells the message and the numbers of all facets of RECORD to OUT; that of its address
 * is *ADDRESS. */
static gboolean
pack_facets (ModoriStore *store, const ModoriRecord *record, GByteArray *out, guint32 *address,
             GError **error)
{
    const char *message = record->text[MODORI_KEY_MESSAGE_ID];

    modori_store_pack (out, *message ? g_str_hash (message) | 1 : 0);
    for (guint i = 0; i < MODORI_N_FACETS; i++) {
        gboolean common = i != MODORI_FACET_ADDRESS && i != MODORI_FACET_WRITTEN;
        guint32 number;

        if (i == MODORI_FACET_WRITTEN && g_str_equal (record->written, record->address))
            number = *address;
        else if (! number_of (store, modori_record_facet (record, i), common, &number, error))
            return FALSE;
        if (i == MODORI_FACET_ADDRESS)
            *address = number;
        modori_store_pack (out, number);
    }
    return TRUE;
}

static gboolean
add_outcome (ModoriStore *store, const ModoriRecord *record, const char *rules, gint64 number,
             GError **error)
{
    sqlite3_stmt *statement = modori_store_statement (store, MODORI_STATEMENT_ADD_OUTCOME, error);
    g_autoptr (GByteArray) facets = g_byte_array_sized_new (4 * MODORI_N_FACETS);
    guint32 address = 0, rules_number;

    if (! statement || ! pack_facets (store, record, facets, &address, error)
        || ! number_of (store, rules, TRUE, &rules_number, error))
        return FALSE;
    sqlite3_bind_int64 (statement, 1, record->time);
    sqlite3_bind_blob (statement, 2, record->id, MODORI_ID_BYTES, SQLITE_STATIC);
    sqlite3_bind_int64 (statement, 3, number);
    sqlite3_bind_int64 (statement, 4, address);
    sqlite3_bind_blob (statement, 5, facets->data, (int) facets->len, SQLITE_STATIC);
    sqlite3_bind_int64 (statement, 6, rules_number);
    return modori_store_step (store, statement, NULL, error);
}

static gboolean
has_outcome (ModoriStore *store, const ModoriRecord *record, gboolean *has, GError **error)
{
    sqlite3_stmt *statement = modori_store_statement (store, MODORI_STATEMENT_HAS_OUTCOME, error);

    if (! statement)
        return FALSE;
    sqlite3_bind_blob (statement, 1, record->id, MODORI_ID_BYTES, SQLITE_STATIC);
    if (! modori_store_step (store, statement, has, error))
        return FALSE;
    sqlite3_reset (statement);
    return TRUE;
}

gboolean
modori_store_add (ModoriStore *store, const ModoriRecord *record,
                  const ModoriProvenance *provenance, gboolean *is_new, GError **error)
{
    gboolean has;
    gint64 number;

    if (! is_within (store, error) || ! has_outcome (store, record, &has, error))
        return FALSE;
    if (is_new)
        *is_new = ! has;
    return has
        || (add_detail (store, record, provenance->first_seen, &number, error)
            && add_outcome (store, record, provenance->rules, number, error));
}

static gboolean
delete_outcome (ModoriStore *store, gint64 number, GError **error)
{
    sqlite3_stmt *statement = modori_store_statement (store, MODORI_STATEMENT_DELETE_OUTCOME,
                                                      error);

    if (! statement)
        return FALSE;
    sqlite3_bind_int64 (statement, 1, number);
    return modori_store_step (store, statement, NULL, error);
}

gboolean
modori_store_replace (ModoriStore *store, const ModoriRecord *record,
                      const ModoriProvenance *provenance, GError **error)
{
    sqlite3_stmt *statement = modori_store_statement (store, MODORI_STATEMENT_REPLACE_DETAIL,
                                                      error);
    int behind;

    if (! statement || ! is_within (store, error)
        || ! delete_outcome (store, provenance->number, error))
        return FALSE;
    sqlite3_bind_int64 (statement, 1, record->time);
    sqlite3_bind_blob (statement, 2, record->id, MODORI_ID_BYTES, SQLITE_STATIC);
    behind = bind_details (statement, 3, record);
    sqlite3_bind_int64 (statement, behind, provenance->number);
    return modori_store_step (store, statement, NULL, error)
        && add_outcome (store, record, provenance->rules, provenance->number, error);
}

/* --- marks and forgettings --- */

gboolean
modori_store_mark_seen (ModoriStore *store, const ModoriSeenFile *file, gint64 now, GError **error)
{
    sqlite3_stmt *statement = modori_store_statement (store, MODORI_STATEMENT_MARK_SEEN, error);

    if (! statement)
        return FALSE;
    sqlite3_bind_blob (statement, 1, file->path, (int) strlen (file->path), SQLITE_STATIC);
    sqlite3_bind_int64 (statement, 2, file->size);
    sqlite3_bind_int64 (statement, 3, file->mtime);
    sqlite3_bind_int64 (statement, 4, now);
    return modori_store_step (store, statement, NULL, error);
}

gboolean
modori_store_forget (ModoriStore *store, const char *address, gint64 time, GError **error)
{
    sqlite3_stmt *statement = modori_store_statement (store, MODORI_STATEMENT_FORGET, error);

    if (! statement)
        return FALSE;
    sqlite3_bind_text (statement, 1, address, -1, SQLITE_STATIC);
    sqlite3_bind_int64 (statement, 2, time);
    return modori_store_step (store, statement, NULL, error);
}
