/* module.c - the parts of the program that most runs do not need.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "text/module.h"

#include <dlfcn.h>
#include <glib.h>

char *
modori_program_folder (void)
{
    g_autofree char *program = g_file_read_link ("/proc/self/exe", NULL);

    return program ? g_path_get_dirname (program) : NULL;
}

/* The module NAME in FOLDER/PLACE, or NULL.  It is never closed. */
static gpointer
open_module (const char *folder, const char *place, const char *name)
{
    g_autofree char *file = g_strconcat (name, ".so", NULL);
    g_autofree char *path = g_build_filename (folder, place, file, NULL);

    if (! g_file_test (path, G_FILE_TEST_EXISTS))
        return NULL;
    return dlopen (path, RTLD_LAZY | RTLD_LOCAL);
}

/* Not yet installed, the program lies beside .libs, and its tests one or two folders below. */
gconstpointer
modori_module_table (const char *name, const char *symbol)
{
    static const char *const places[] = { ".libs", "../.libs", "../../.libs" };
    g_autofree char *folder = modori_program_folder ();
    gpointer module = NULL;

    for (guint i = 0; folder && i < G_N_ELEMENTS (places) && ! module; i++)
        module = open_module (folder, places[i], name);
    if (! module)
        module = open_module (MODORI_MODULEDIR, "", name);
    return module ? dlsym (module, symbol) : NULL;
}
