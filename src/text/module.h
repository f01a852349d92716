/* module.h - the parts of the program that most runs do not need, and therefore do not load.
 *
 * A module is a library in a file of its own.  It offers one table of functions, and knows nothing
 * of this program.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_TEXT_MODULE_H
#define MODORI_TEXT_MODULE_H

#include <glib.h>

/* The directory of the running program, or NULL; the caller frees. */
char *modori_program_folder (void);

/* The table SYMBOL of the module NAME ("archive"): from beside the running program when it is not
 * installed, else from where it is.  It stays loaded.  NULL when it is not there. */
gconstpointer modori_module_table (const char *name, const char *symbol);

#endif
