/* unit-store.c - the database: what goes in comes out, once, in order, and goes when it is old.
 *
 * The store is part of this program here, so that its steps from version to version can be
 * tested with versions that never were.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include <glib/gstdio.h>
#include <sys/stat.h>

#include "history/store-private.h"
#include "store-fixture.h"
#include "text/error.h"

static void
test_once (void)
{
    g_autofree char *path = new_path ("once.db");
    ModoriStore *store = open_store (path);
    struct stat found;

    g_assert_cmpuint (add_many (store, 0, 50), ==, 50);
    g_assert_cmpuint (add_many (store, 25, 50), ==, 25);
    g_assert_cmpuint (count (store), ==, 75);
    table->close (store);
    g_assert_cmpint (stat (path, &found), ==, 0);
    g_assert_cmpuint (found.st_mode & 0777, ==, 0600);
    store = open_store (path);
    g_assert_cmpuint (add_many (store, 0, 75), ==, 0);
    g_assert_cmpuint (count (store), ==, 75);
    table->close (store);
}

static void
test_order (void)
{
    ModoriStore *store = open_store (NULL);
    g_autoptr (GArray) rows = NULL;
    guint added = add_many (store, 0, 20);

    rows = rows_of (store, NOW - 10, NOW - 4);
    g_assert_cmpuint (added, ==, 20);
    g_assert_cmpuint (rows->len, ==, 6);
    for (guint i = 0; i < rows->len; i++)
        g_assert_cmpint (g_array_index (rows, ModoriRow, i).time, ==, NOW - 10 + i);
    table->close (store);
}

/* Numbers stand for texts, and each for one. */
static void
test_dictionary (void)
{
    ModoriStore *store = open_store (NULL);
    g_autoptr (GArray) rows = NULL;
    const ModoriRow *row;

    add_many (store, 0, 4);
    rows = rows_of (store, 0, G_MAXINT64);
    row = (const ModoriRow *) rows->data;
    g_assert_cmpuint (row[0].facet[MODORI_FACET_REASON], ==, row[2].facet[MODORI_FACET_REASON]);
    g_assert_cmpuint (row[0].facet[MODORI_FACET_REASON], !=, row[1].facet[MODORI_FACET_REASON]);
    g_assert_cmpuint (row[0].facet[MODORI_FACET_SUBJECT], ==, 0);
    g_assert_cmpstr (table->text (store, row[0].facet[MODORI_FACET_REASON]), ==, "userunknown");
    g_assert_cmpstr (table->text (store, row[0].facet[MODORI_FACET_ADDRESS]), ==,
                     "user3@example.com");
    g_assert_cmpstr (table->text (store, 0), ==, "");
    g_assert_cmpstr (table->text (store, 1000000), ==, "");
    table->close (store);
}

static void
test_numbers (void)
{
    static const guint32 numbers[] = { 0, 1, 127, 128, 16383, 16384, 0x7fffffff, 0xffffffff };
    g_autoptr (GByteArray) bytes = g_byte_array_new ();
    const guint8 *at;

    for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
        modori_store_pack (bytes, numbers[i]);
    at = bytes->data;
    for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
        g_assert_cmpuint (modori_store_unpack (&at, bytes->data + bytes->len), ==, numbers[i]);
    g_assert_cmpuint (modori_store_unpack (&at, bytes->data + bytes->len), ==, 0);
    g_assert_true (at == bytes->data + bytes->len);
}

static gboolean
append_text (guint which, const char *text, gpointer data)
{
    g_string_append_printf (data, "%u=%s ", which, text);
    return which < 5;
}

/* Many texts in one go: near each other, far, the same again, and none. */
static void
test_texts (void)
{
    ModoriStore *store = open_store (NULL);
    g_autoptr (GString) got = g_string_new (NULL), wanted = g_string_new (NULL);
    guint32 numbers[] = { 0, 1, 3, 150, 150, 4000000000, 4000000001 };

    add_many (store, 0, 200);
    for (guint i = 0; i < 6; i++)
        append_text (i, table->text (store, numbers[i]), wanted);
    g_assert_true (table->each_text (store, numbers, 7, append_text, got, NULL));
    g_assert_cmpstr (got->str, ==, wanted->str);
    g_assert_true (g_str_has_prefix (got->str, "0= 1="));
    g_assert_nonnull (strstr (got->str, "3=user"));
    g_assert_true (table->each_text (store, numbers, 0, append_text, got, NULL));
    table->close (store);
}

/* What is asked from within a visit is answered. */
static gboolean
ask_within (const ModoriRow *row, gpointer data)
{
    ModoriStore *store = data;
    g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (ModoriRow));
    ModoriProvenance provenance;
    ModoriRecord record;

    g_assert_true (table->fetch (store, row->number, &record, &provenance, NULL));
    g_assert_cmpstr (record.address, ==, table->text (store, row->facet[MODORI_FACET_ADDRESS]));
    g_assert_cmpstr (provenance.rules, ==, "rules-1");
    g_assert_true (table->each_of (store, record.address, collect, rows, NULL));
    g_assert_cmpuint (rows->len, ==, 1);
    g_array_set_size (rows, 0);
    g_assert_true (table->each_named (store, record.text[MODORI_KEY_ID], collect, rows, NULL));
    g_assert_cmpuint (rows->len, ==, 1);
    return TRUE;
}

static void
test_within (void)
{
    ModoriStore *store = open_store (NULL);

    add_many (store, 0, 10);
    g_assert_true (table->each (store, 0, G_MAXINT64, ask_within, store, NULL));
    table->close (store);
}

static void
test_prefix (void)
{
    static const struct { const char *prefix; guint n; } cases[] = {
        { "", 3 }, { "0", 1 }, { "9e3", 1 }, { "9E3779B1", 1 }, { "9e3779b2", 0 }, { "xyz", 0 },
        { "00000000000000000000000000000000", 1 }, { "000000000000000000000000000000000", 0 },
    };
    ModoriStore *store = open_store (NULL);

    add_many (store, 0, 3);
    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (ModoriRow));

        g_assert_true (table->each_named (store, cases[i].prefix, collect, rows, NULL));
        g_assert_cmpuint (rows->len, ==, cases[i].n);
    }
    table->close (store);
}

static void
test_seen (void)
{
    ModoriStore *store = open_store (NULL);
    ModoriSeenFile file = { "/mail/cur/1\n\xff", 100, 5 };

    g_assert_false (table->is_seen (store, &file, NULL));
    g_assert_true (table->mark_seen (store, &file, NOW, NULL));
    g_assert_true (table->mark_seen (store, &file, NOW, NULL));
    g_assert_true (table->is_seen (store, &file, NULL));
    file.size++;
    g_assert_false (table->is_seen (store, &file, NULL));
    g_assert_true (table->mark_seen (store, &file, NOW, NULL));
    g_assert_true (table->is_seen (store, &file, NULL));
    file.mtime++;
    g_assert_false (table->is_seen (store, &file, NULL));
    table->close (store);
}

static gboolean
note_forgotten (const char *address, gint64 time, gpointer data)
{
    g_string_append_printf (data, "%s %" G_GINT64_FORMAT "\n", address, time);
    return TRUE;
}

static void
test_forgotten (void)
{
    ModoriStore *store = open_store (NULL);
    g_autoptr (GString) text = g_string_new (NULL);

    g_assert_true (table->forget (store, "b@example.com", 20, NULL));
    g_assert_true (table->forget (store, "a@example.com", 10, NULL));
    g_assert_true (table->forget (store, "b@example.com", 5, NULL));
    g_assert_true (table->each_forgotten (store, note_forgotten, text, NULL));
    g_assert_cmpstr (text->str, ==, "a@example.com 10\nb@example.com 20\n");
    table->close (store);
}

static void
test_replace (void)
{
    ModoriStore *store = open_store (NULL);
    g_autoptr (GStringChunk) strings = g_string_chunk_new (1024);
    g_autoptr (GArray) rows = NULL;
    ModoriProvenance provenance = { 0, 1, "rules-2" };
    ModoriRecord record;

    add_many (store, 0, 3);
    rows = rows_of (store, 0, G_MAXINT64);
    provenance.number = g_array_index (rows, ModoriRow, 1).number;
    fill (&record, 1, strings);
    record.text[MODORI_KEY_REASON] = "blocked";
    record.text[MODORI_KEY_DIAGNOSTIC] = "550 blocked";
    g_assert_true (table->begin (store, NULL));
    g_assert_true (table->replace (store, &record, &provenance, NULL));
    g_assert_true (table->commit (store, NULL));
    g_assert_cmpuint (count (store), ==, 3);
    g_assert_true (table->fetch (store, provenance.number, &record, &provenance, NULL));
    g_assert_cmpstr (record.text[MODORI_KEY_REASON], ==, "blocked");
    g_assert_cmpstr (record.text[MODORI_KEY_DIAGNOSTIC], ==, "550 blocked");
    g_assert_cmpstr (record.address, ==, "user1@example.com");
    g_assert_cmpstr (provenance.rules, ==, "rules-2");
    g_assert_cmpint (provenance.first_seen, ==, NOW);
    g_assert_false (table->fetch (store, 12345, &record, &provenance, NULL));
    table->close (store);
}

static void
test_prune (void)
{
    g_autofree char *path = new_path ("prune.db");
    ModoriStore *store = open_store (path), *other = open_store (path);
    ModoriSeenFile file = { "/mail/cur/1", 1, 1 };
    g_autoptr (GArray) rows = NULL;
    guint64 gone;
    GStatBuf before, after;

    add_many (store, 0, 2000);
    add_many (other, 5001, 1);  /* knows the number of "userunknown" now */
    table->mark_seen (store, &file, NOW - 100, NULL);
    table->forget (store, "a@example.com", NOW - 100, NULL);
    g_assert_true (table->prune (store, 0, &gone, NULL));
    g_assert_cmpuint (gone, ==, 0);
    g_stat (path, &before);
    g_assert_true (table->prune (store, NOW, &gone, NULL));
    g_assert_cmpuint (gone, ==, 2000);
    g_assert_false (table->is_seen (store, &file, NULL));
    g_assert_cmpuint (count (store), ==, 1);
    g_stat (path, &after);
    g_assert_cmpint (after.st_size, <, before.st_size / 2);
    add_many (other, 7, 1);     /* what the other one knew of texts is gone */
    rows = rows_of (store, NOW - 7, NOW);
    g_assert_cmpstr (table->text (store, g_array_index (rows, ModoriRow, 0).facet
                                  [MODORI_FACET_REASON]), ==, "userunknown");
    table->close (other);
    table->close (store);
}

/* What was rolled back, or is asked for outside of a transaction, leaves nothing behind. */
static void
test_rollback (void)
{
    ModoriStore *store = open_store (NULL);
    g_autoptr (GStringChunk) strings = g_string_chunk_new (1024);
    g_autoptr (GError) error = NULL;
    const ModoriProvenance provenance = { 0, NOW, "rules-1" };
    g_autoptr (GArray) rows = NULL;
    ModoriRecord record;

    g_assert_true (table->begin (store, NULL));
    g_assert_true (add_one (store, 2, NULL));
    table->rollback (store);
    g_assert_cmpuint (count (store), ==, 0);
    add_many (store, 1, 1);
    rows = rows_of (store, 0, G_MAXINT64);
    g_assert_cmpstr (table->text (store, g_array_index (rows, ModoriRow, 0).facet
                                  [MODORI_FACET_REASON]), ==, "userunknown");
    fill (&record, 3, strings);
    g_assert_false (table->add (store, &record, &provenance, NULL, &error));
    g_assert_error (error, MODORI_ERROR, MODORI_ERROR_IO);
    g_assert_cmpuint (count (store), ==, 1);
    table->close (store);
}

static const ModoriMigration made_up[] = {
    { "CREATE TABLE one (a); INSERT INTO one VALUES (1)" },
    { "ALTER TABLE one ADD COLUMN b; UPDATE one SET b = a + 1" },
    { "CREATE TABLE two (a UNIQUE); INSERT INTO two SELECT b FROM one" },
    { "INSERT INTO two VALUES (3); INSERT INTO two VALUES (3)" },       /* fails */
};

static gint64
ask (sqlite3 *db, const char *sql)
{
    sqlite3_stmt *statement = NULL;
    gint64 number = -1;

    g_assert_cmpint (sqlite3_prepare_v2 (db, sql, -1, &statement, NULL), ==, SQLITE_OK);
    if (sqlite3_step (statement) == SQLITE_ROW)
        number = sqlite3_column_int64 (statement, 0);
    sqlite3_finalize (statement);
    return number;
}

/* Each step is taken once, from whichever version; one that fails leaves the version before. */
static void
test_migration (void)
{
    g_autofree char *path = new_path ("old.db");
    ModoriStore store = { .name = path };
    g_autoptr (GError) error = NULL;

    g_assert_cmpint (sqlite3_open (path, &store.db), ==, SQLITE_OK);
    g_assert_true (modori_store_migrate (&store, made_up, 1, &error));
    g_assert_cmpint (ask (store.db, "PRAGMA user_version"), ==, 1);
    g_assert_true (modori_store_migrate (&store, made_up, 1, &error));
    g_assert_true (modori_store_migrate (&store, made_up, 3, &error));
    g_assert_cmpint (ask (store.db, "PRAGMA user_version"), ==, 3);
    g_assert_cmpint (ask (store.db, "SELECT a FROM two"), ==, 2);
    g_assert_false (modori_store_migrate (&store, made_up, 4, &error));
    g_assert_error (error, MODORI_ERROR, MODORI_ERROR_IO);
    g_assert_cmpint (ask (store.db, "PRAGMA user_version"), ==, 3);
    g_assert_cmpint (ask (store.db, "SELECT count(*) FROM two"), ==, 1);
    g_clear_error (&error);
    g_assert_false (modori_store_migrate (&store, made_up, 2, &error));
    g_assert_error (error, MODORI_ERROR, MODORI_ERROR_DAMAGED);
    sqlite3_close (store.db);
}

int
main (int argc, char **argv)
{
    int status;

    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/store/once", test_once);
    g_test_add_func ("/store/order", test_order);
    g_test_add_func ("/store/dictionary", test_dictionary);
    g_test_add_func ("/store/numbers", test_numbers);
    g_test_add_func ("/store/within", test_within);
    g_test_add_func ("/store/texts", test_texts);
    g_test_add_func ("/store/prefix", test_prefix);
    g_test_add_func ("/store/seen", test_seen);
    g_test_add_func ("/store/forgotten", test_forgotten);
    g_test_add_func ("/store/replace", test_replace);
    g_test_add_func ("/store/prune", test_prune);
    g_test_add_func ("/store/rollback", test_rollback);
    g_test_add_func ("/store/migration", test_migration);
    status = g_test_run ();
    remove_folder ();
    return status;
}
