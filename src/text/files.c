/* files.c - the rules files of a directory.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "text/files.h"

#include "text/error.h"

#include <string.h>

/* Directories in directories: deeper ones are a loop of links. */
#define DEPTH_MAX 8

/* Those of the directory PATH, which may be written on. */
static gboolean
find_files (GString *path, guint depth, GPtrArray *paths, GError **error)
{
    g_autoptr (GError) why = NULL;
    g_autoptr (GDir) entries = g_dir_open (path->str, 0, &why);
    gsize len = path->len;
    const char *name;

    if (! entries) {
        g_set_error_literal (error, MODORI_ERROR, MODORI_ERROR_IO, why->message);
        return FALSE;
    }
    while ((name = g_dir_read_name (entries))) {
        if (name[0] == '.')
            continue;
        g_string_truncate (path, len);
        g_string_append_c (path, G_DIR_SEPARATOR);
        g_string_append (path, name);
        if (g_str_has_suffix (name, ".rules"))
            g_ptr_array_add (paths, g_strdup (path->str));
        else if (depth < DEPTH_MAX && g_file_test (path->str, G_FILE_TEST_IS_DIR)
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
    g_autoptr (GString) path = g_string_new (dir);

    if (! find_files (path, 0, paths, error))
        return NULL;
    g_ptr_array_sort (paths, compare_paths);
    return g_steal_pointer (&paths);
}
