/* store-fixture.h - what the tests of the store share: records that differ, and files that go.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_TESTS_STORE_FIXTURE_H
#define MODORI_TESTS_STORE_FIXTURE_H

#include "history/store.h"

/* The present of all these tests. */
#define NOW G_GINT64_CONSTANT (1795330000)

/* The store, part of the program here. */
#define table (&modori_store_table)

/* A record with NUMBER in it, of NUMBER seconds before NOW; its texts lie in STRINGS. */
void fill (ModoriRecord *record, guint number, GStringChunk *strings);
/* Add it; is it new? */
gboolean add_one (ModoriStore *store, guint number, GError **error);
/* Add N records from FIRST on and commit them; how many are new. */
guint add_many (ModoriStore *store, guint first, guint n);

/* A ModoriEachRow that appends to a GArray of ModoriRow. */
gboolean collect (const ModoriRow *row, gpointer data);
/* Rows of SINCE <= time < UNTIL (of ModoriRow); how many there are in all. */
GArray *rows_of (ModoriStore *store, gint64 since, gint64 until);
guint count (ModoriStore *store);

/* The folder of the tests; a new path in it; remove it with all that is in it. */
const char *store_folder (void);
char *new_path (const char *name);
void remove_folder (void);

ModoriStore *open_store (const char *path);

#endif
