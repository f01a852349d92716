/* store-read.c - what was kept, out of the database.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "history/store-private.h"

/* Texts that are held for the next fetches. */
#define RECENT_MAX 20000

/* Texts that are passed over rather than looking for the next one from the top. */
#define NEAR 32

#define ROW "SELECT number, time, id, facets FROM outcome "

/* --- numbers --- */

void
modori_store_pack (GByteArray *out, guint32 number)
{
    guint8 bytes[5];
    guint n = 0;

    do {
        bytes[n++] = (guint8) ((number & 0x7f) | (number > 0x7f ? 0x80 : 0));
        number >>= 7;
    } while (number);
    g_byte_array_append (out, bytes, n);
}

/* The id in COLUMN of STATEMENT. */
static void
read_id (sqlite3_stmt *statement, int column, guint8 *id)
{
    const void *bytes = sqlite3_column_blob (statement, column);
    int len = sqlite3_column_bytes (statement, column);

    memset (id, 0, MODORI_ID_BYTES);
    if (bytes)
        memcpy (id, bytes, (gsize) MIN (len, MODORI_ID_BYTES));
}

/* The facets in COLUMN of STATEMENT; what tells the message stands before them. */
static guint32
read_facets (sqlite3_stmt *statement, int column, guint32 *facets)
{
    const guint8 *at = sqlite3_column_blob (statement, column);
    const guint8 *end = at ? at + sqlite3_column_bytes (statement, column) : at;
    guint32 message = modori_store_unpack (&at, end);

    for (guint i = 0; i < MODORI_N_FACETS; i++)
        facets[i] = modori_store_unpack (&at, end);
    return message;
}

/* --- rows --- */

/* STATEMENT was gone through as far as somebody wanted; CODE came last. */
static gboolean
end (ModoriStore *store, sqlite3_stmt *statement, int code, GError **error)
{
    gboolean good = code == SQLITE_ROW || code == SQLITE_DONE;

    if (! good)
        modori_store_failed (store, error);
    sqlite3_finalize (statement);
    return good;
}

/* Visit what STATEMENT gives, which ends here. */
static gboolean
visit_rows (ModoriStore *store, sqlite3_stmt *statement, ModoriEachRow visit, gpointer data,
            GError **error)
{
    ModoriRow row;
    int code;

    while ((code = sqlite3_step (statement)) == SQLITE_ROW) {
        row.number = sqlite3_column_int64 (statement, 0);
        row.time = sqlite3_column_int64 (statement, 1);
        read_id (statement, 2, row.id);
        row.message = read_facets (statement, 3, row.facet);
        if (! visit (&row, data))
            break;
    }
    return end (store, statement, code, error);
}

gboolean
modori_store_each (ModoriStore *store, gint64 since, gint64 until, ModoriEachRow visit,
                   gpointer data, GError **error)
{
    sqlite3_stmt *statement = modori_store_prepare (
        store, ROW "WHERE time >= ? AND time < ? ORDER BY time, id", error);

    if (! statement)
        return FALSE;
    sqlite3_bind_int64 (statement, 1, since);
    sqlite3_bind_int64 (statement, 2, until);
    return visit_rows (store, statement, visit, data, error);
}

gboolean
modori_store_each_of (ModoriStore *store, const char *address, ModoriEachRow visit, gpointer data,
                      GError **error)
{
    sqlite3_stmt *statement = modori_store_prepare (
        store, ROW "WHERE address = (SELECT number FROM text WHERE text = ?) ORDER BY time, id",
        error);

    if (! statement)
        return FALSE;
    sqlite3_bind_text (statement, 1, address, -1, SQLITE_STATIC);
    return visit_rows (store, statement, visit, data, error);
}

gboolean
modori_store_each_named (ModoriStore *store, const char *prefix, ModoriEachRow visit,
                         gpointer data, GError **error)
{
    guint8 low[MODORI_ID_BYTES] = { 0 }, high[MODORI_ID_BYTES];
    sqlite3_stmt *statement;

    memset (high, 0xff, sizeof high);
    for (gsize i = 0; prefix[i]; i++) {
        int digit = g_ascii_xdigit_value (prefix[i]);
        guint shift = i % 2 ? 0 : 4;

        if (digit < 0 || i >= 2 * MODORI_ID_BYTES)
            return TRUE;        /* no id begins so */
        low[i / 2] |= (guint8) (digit << shift);
        high[i / 2] &= (guint8) ~((15 - digit) << shift);
    }
    statement = modori_store_prepare (store, ROW "WHERE id BETWEEN ? AND ? ORDER BY id", error);
    if (! statement)
        return FALSE;
    sqlite3_bind_blob (statement, 1, low, sizeof low, SQLITE_STATIC);
    sqlite3_bind_blob (statement, 2, high, sizeof high, SQLITE_STATIC);
    return visit_rows (store, statement, visit, data, error);
}

/* --- texts --- */

/* The text NUMBER out of the database, or NULL; the caller frees. */
static char *
read_text (ModoriStore *store, guint32 number)
{
    sqlite3_stmt *statement = modori_store_statement (store, MODORI_STATEMENT_TEXT, NULL);
    gboolean row = FALSE;
    char *text = NULL;

    if (! statement)
        return NULL;
    sqlite3_bind_int64 (statement, 1, number);
    if (modori_store_step (store, statement, &row, NULL) && row)
        text = g_strdup ((const char *) sqlite3_column_text (statement, 0));
    sqlite3_reset (statement);
    return text;
}

const char *
modori_store_text (ModoriStore *store, guint32 number)
{
    const char *text;
    g_autofree char *found = NULL;

    if (! number)
        return "";
    text = g_hash_table_lookup (store->texts, GUINT_TO_POINTER (number));
    if (text)
        return text;
    found = read_text (store, number);
    if (! found)
        return "";
    text = g_string_chunk_insert (store->strings, found);
    g_hash_table_insert (store->texts, GUINT_TO_POINTER (number), (gpointer) text);
    return text;
}

/* Put STATEMENT, which gives texts by number, at the text WANTED or behind it.  It stands at *AT
 * (0: nowhere). */
static gboolean
go_to_text (sqlite3_stmt *statement, guint32 wanted, gint64 *at)
{
    int code = SQLITE_ROW;

    if (*at == 0 || wanted > *at + NEAR) {
        sqlite3_reset (statement);
        sqlite3_bind_int64 (statement, 1, wanted);
        *at = 0;
    }
    while (*at < wanted && (code = sqlite3_step (statement)) == SQLITE_ROW)
        *at = sqlite3_column_int64 (statement, 0);
    if (code == SQLITE_DONE)
        *at = G_MAXINT64 - NEAR;
    return code == SQLITE_ROW || code == SQLITE_DONE;
}

gboolean
modori_store_each_text (ModoriStore *store, const guint32 *numbers, guint n,
                        ModoriEachText visit, gpointer data, GError **error)
{
    sqlite3_stmt *statement = modori_store_prepare (
        store, "SELECT number, text FROM text WHERE number >= ? ORDER BY number", error);
    gboolean ok = statement != NULL, more = TRUE;
    gint64 at = 0;

    for (guint i = 0; ok && more && i < n; i++) {
        const char *text = NULL;

        ok = go_to_text (statement, numbers[i], &at);
        if (! ok)
            modori_store_failed (store, error);
        else if (at != 0 && at == numbers[i])
            text = (const char *) sqlite3_column_text (statement, 1);
        more = ok && visit (i, text ? text : "", data);
    }
    sqlite3_finalize (statement);
    return ok;
}

/* The same for one fetch; good until the next. */
static const char *
text_for_fetch (ModoriStore *store, guint32 number)
{
    const char *text;
    char *found;

    if (! number)
        return "";
    text = g_hash_table_lookup (store->recent, GUINT_TO_POINTER (number));
    if (text)
        return text;
    found = read_text (store, number);
    if (! found)
        return "";
    g_hash_table_insert (store->recent, GUINT_TO_POINTER (number), found);
    return found;
}

/* --- one record --- */

static const char *
hex_of (ModoriStore *store, const guint8 *id)
{
    static const char digits[] = "0123456789abcdef";
    char hex[2 * MODORI_ID_BYTES];

    for (guint i = 0; i < MODORI_ID_BYTES; i++) {
        hex[2 * i] = digits[id[i] >> 4];
        hex[2 * i + 1] = digits[id[i] & 15];
    }
    return g_string_chunk_insert_len (store->fetched, hex, sizeof hex);
}

static const char *
column_text (ModoriStore *store, sqlite3_stmt *statement, int column)
{
    const char *text = (const char *) sqlite3_column_text (statement, column);

    return text && *text ? g_string_chunk_insert (store->fetched, text) : "";
}

static void
read_record (ModoriStore *store, sqlite3_stmt *statement, ModoriRecord *record)
{
    guint32 facets[MODORI_N_FACETS];
    int column = 5;

    record->time = sqlite3_column_int64 (statement, 0);
    read_id (statement, 1, record->id);
    read_facets (statement, 2, facets);
    record->text[MODORI_KEY_V] = "1";
    record->text[MODORI_KEY_ID] = hex_of (store, record->id);
    for (guint i = 0; i < MODORI_N_FACETS; i++)
        modori_record_set_facet (record, i, text_for_fetch (store, facets[i]));
#define X(name, key) record->text[MODORI_KEY_##name] = column_text (store, statement, column++);
    MODORI_DETAILS (X)
#undef X
}

gboolean
modori_store_fetch (ModoriStore *store, gint64 number, ModoriRecord *record,
                    ModoriProvenance *provenance, GError **error)
{
    sqlite3_stmt *statement = modori_store_statement (store, MODORI_STATEMENT_FETCH, error);
    gboolean row;

    if (! statement)
        return FALSE;
    if (store->stale || g_hash_table_size (store->recent) > RECENT_MAX)
        g_hash_table_remove_all (store->recent);
    store->stale = FALSE;
    g_string_chunk_clear (store->fetched);
    sqlite3_bind_int64 (statement, 1, number);
    if (! modori_store_step (store, statement, &row, error) || ! row)
        return FALSE;
    read_record (store, statement, record);
    if (provenance) {
        provenance->number = number;
        provenance->rules =
            text_for_fetch (store, (guint32) sqlite3_column_int64 (statement, 3));
        provenance->first_seen = sqlite3_column_int64 (statement, 4);
    }
    sqlite3_reset (statement);
    return TRUE;
}

/* --- marks and forgettings --- */

gboolean
modori_store_is_seen (ModoriStore *store, const ModoriSeenFile *file, GError **error)
{
    sqlite3_stmt *statement = modori_store_statement (store, MODORI_STATEMENT_IS_SEEN, error);
    gboolean row, same = FALSE;

    if (! statement)
        return FALSE;
    sqlite3_bind_blob (statement, 1, file->path, (int) strlen (file->path), SQLITE_STATIC);
    sqlite3_bind_int64 (statement, 2, file->size);
    sqlite3_bind_int64 (statement, 3, file->mtime);
    if (! modori_store_step (store, statement, &row, error))
        return FALSE;
    if (row)
        same = sqlite3_column_int (statement, 0);
    sqlite3_reset (statement);
    return same;
}

gboolean
modori_store_each_forgotten (ModoriStore *store, ModoriEachForgotten visit, gpointer data,
                             GError **error)
{
    sqlite3_stmt *statement = modori_store_prepare (
        store, "SELECT address, time FROM forgotten ORDER BY address", error);
    int code;

    if (! statement)
        return FALSE;
    while ((code = sqlite3_step (statement)) == SQLITE_ROW)
        if (! visit ((const char *) sqlite3_column_text (statement, 0),
                     sqlite3_column_int64 (statement, 1), data))
            break;
    return end (store, statement, code, error);
}

gboolean
modori_store_extent (ModoriStore *store, guint64 *count, gint64 *first, gint64 *last,
                     GError **error)
{
    sqlite3_stmt *statement = modori_store_prepare (
        store, "SELECT (SELECT count(*) FROM outcome), (SELECT min(time) FROM outcome),"
        " (SELECT max(time) FROM outcome)", error);
    gboolean ok = statement && sqlite3_step (statement) == SQLITE_ROW;

    if (ok) {
        *count = (guint64) sqlite3_column_int64 (statement, 0);
        *first = sqlite3_column_int64 (statement, 1);
        *last = sqlite3_column_int64 (statement, 2);
    } else if (statement) {
        modori_store_failed (store, error);
    }
    sqlite3_finalize (statement);
    return ok;
}
