/* files.h - the rules files of a directory.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_TEXT_FILES_H
#define MODORI_TEXT_FILES_H

#include <glib.h>

/* The paths of every *.rules file in DIR and in its subdirectories (of char *), in the order of
 * their bytes; the caller frees.  NULL with ERROR set. */
GPtrArray *modori_files_find (const char *dir, GError **error);

#endif
