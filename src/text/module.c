/* module.c - the parts of the program that most runs do not need.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "text/module.h"

#include <gmodule.h>

char *
modori_program_folder (void)
{
    g_autofree char *program = g_file_read_link ("/proc/self/exe", NULL);

    return program ? g_path_get_dirname (program) : NULL;
}

/* The module NAME in FOLDER/PLACE, or NULL. */
static GModule *
open_module (const char *folder, const char *place, const char *name)
{
    g_autofree char *file = g_strconcat (name, ".so", NULL);
    g_autofree char *path = g_build_filename (folder, place, file, NULL);

    if (! g_file_test (path, G_FILE_TEST_EXISTS))
        return NULL;
    return g_module_open (path, G_MODULE_BIND_LAZY | G_MODULE_BIND_LOCAL);
}

/* Not yet installed, the program lies beside .libs and its tests one folder below. */
gconstpointer
modori_module_table (const char *name, const char *symbol)
{
    g_autofree char *folder = modori_program_folder ();
    GModule *module = NULL;
    gpointer table = NULL;

    if (folder)
        module = open_module (folder, ".libs", name);
    if (folder && ! module)
        module = open_module (folder, "../.libs", name);
    if (! module)
        module = open_module (MODORI_MODULEDIR, "", name);
    if (! module)
        return NULL;
    g_module_make_resident (module);
    g_module_symbol (module, symbol, &table);
    return table;
}
