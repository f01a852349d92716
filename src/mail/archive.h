/* archive.h - the module that undoes compression: archive.so, loaded when
 * compressed mail is met.  (gunzip.c offers the same for gzip.)
 *
 * It stands behind a table of functions and knows nothing of this program, so
 * that it needs no symbol of it.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_MAIL_ARCHIVE_H
#define MODORI_MAIL_ARCHIVE_H

#include <glib.h>

/* The name of the table in the module. */
#define MODORI_ARCHIVE_SYMBOL "modori_archive"

/* Put at most SIZE compressed bytes into BUFFER: how many, 0 at the end, -1
 * when they cannot be read. */
typedef gssize (*ModoriArchiveInput) (gpointer data, void *buffer, gsize size);

typedef struct {
    /* KIND is "bzip2", "xz" or "zstd".  NULL when this build of the library
     * cannot undo it. */
    gpointer (*open) (const char *kind, ModoriArchiveInput input, gpointer data);

    /* The next bytes, as large a piece as there is: TRUE with *LEN 0 at the
     * end; FALSE when the data are damaged. The bytes are good until the next
     * call. */
    gboolean (*read) (gpointer reader, const char **at, gsize *len);

    void (*free) (gpointer reader);
} ModoriArchive;

extern const ModoriArchive modori_archive;

#endif
