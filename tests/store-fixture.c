/* store-fixture.c - what the tests of the store share: records that differ, and files that go.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "store-fixture.h"

#include <glib/gstdio.h>

static char *folder;


/* --- records --- */

/* A record with NUMBER in it; its texts lie in STRINGS. */
void
fill (ModoriRecord *record, guint number, GStringChunk *strings)
{
    g_autofree char *id = g_strdup_printf ("%08x%024x", number * 2654435761u, number);
    g_autofree char *address = g_strdup_printf ("user%u@example.com", number);

    for (guint key = 0; key < MODORI_N_KEYS; key++)
        record->text[key] = "";
    record->text[MODORI_KEY_V] = "1";
    record->text[MODORI_KEY_ID] = g_string_chunk_insert (strings, id);
    record->text[MODORI_KEY_RECIPIENT] = g_string_chunk_insert (strings, address);
    record->text[MODORI_KEY_REASON] = number % 2 ? "userunknown" : "mailboxfull";
    g_assert_true (modori_record_derive (record, strings, NOW));
    record->time = NOW - number;
}

gboolean
add_one (ModoriStore *store, guint number, GError **error)
{
    g_autoptr (GStringChunk) strings = g_string_chunk_new (1024);
    const ModoriProvenance provenance = { 0, NOW, "rules-1" };
    gboolean is_new = FALSE;
    ModoriRecord record;

    fill (&record, number, strings);
    g_assert_true (table->add (store, &record, &provenance, &is_new, error));
    return is_new;
}

/* Add N records from FIRST on and commit them; how many are new. */
guint
add_many (ModoriStore *store, guint first, guint n)
{
    g_autoptr (GError) error = NULL;
    guint added = 0;

    g_assert_true (table->begin (store, &error));
    for (guint i = 0; i < n; i++)
        added += (guint) add_one (store, first + i, &error);
    g_assert_true (table->commit (store, &error));
    g_assert_no_error (error);
    return added;
}

gboolean
collect (const ModoriRow *row, gpointer data)
{
    g_array_append_vals (data, row, 1);
    return TRUE;
}

/* All rows (of ModoriRow). */
GArray *
rows_of (ModoriStore *store, gint64 since, gint64 until)
{
    GArray *rows = g_array_new (FALSE, FALSE, sizeof (ModoriRow));
    g_autoptr (GError) error = NULL;

    g_assert_true (table->each (store, since, until, collect, rows, &error));
    g_assert_no_error (error);
    return rows;
}

guint
count (ModoriStore *store)
{
    g_autoptr (GArray) rows = rows_of (store, G_MININT64, G_MAXINT64);

    return rows->len;
}

/* --- files --- */

char *
new_path (const char *name)
{
    static guint n;
    g_autofree char *file = g_strdup_printf ("%u-%s", n++, name);

    return g_build_filename (store_folder (), file, NULL);
}

ModoriStore *
open_store (const char *path)
{
    g_autoptr (GError) error = NULL;
    ModoriStore *store = table->open (path, &error);

    g_assert_no_error (error);
    g_assert_nonnull (store);
    return store;
}

const char *
store_folder (void)
{
    if (! folder)
        folder = g_dir_make_tmp ("modori-store-XXXXXX", NULL);
    return folder;
}

void
remove_folder (void)
{
    GDir *dir = g_dir_open (store_folder (), 0, NULL);
    const char *name;

    while ((name = g_dir_read_name (dir))) {
        g_autofree char *path = g_build_filename (folder, name, NULL);

        g_unlink (path);
    }
    g_dir_close (dir);
    g_rmdir (folder);
    g_clear_pointer (&folder, g_free);
}
