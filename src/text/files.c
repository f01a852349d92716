/* files.c - the rules files of a directory.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "text/files.h"

#include "text/error.h"

#include <string.h>

/* Directories in directories: deeper ones are a loop of links. */
#define DEPTH_MAX 8

static gboolean
find_files (const char *dir, guint depth, GPtrArray *paths, GError **error)
{
    g_autoptr (GError) why = NULL;
    g_autoptr (GDir) entries = g_dir_open (dir, 0, &why);
    const char *name;

    if (! entries) {
        g_set_error_literal (error, MODORI_ERROR, MODORI_ERROR_IO, why->message);
        return FALSE;
    }
    while ((name = g_dir_read_name (entries))) {
        g_autofree char *path = g_build_filename (dir, name, NULL);

        if (name[0] == '.')
            continue;
        if (g_str_has_suffix (name, ".rules"))
            g_ptr_array_add (paths, g_steal_pointer (&path));
        else if (depth < DEPTH_MAX && g_file_test (path, G_FILE_TEST_IS_DIR)
                 && ! find_files (path, depth + 1, paths, error))
            return FALSE;
    }
    return TRUE;
}

static int
compare_paths (gconstpointer a, gconstpointer b)
{
    return strcmp (*(const char *const *) a, *(const char *const *) b);
}

GPtrArray *
modori_files_find (const char *dir, GError **error)
{
    g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);

    if (! find_files (dir, 0, paths, error))
        return NULL;
    g_ptr_array_sort (paths, compare_paths);
    return g_steal_pointer (&paths);
}
