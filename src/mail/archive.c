/* archive.c - undo bzip2, xz and zstd with libarchive.
 *
 * The only file that is linked with libarchive; it becomes the module
 * archive.so.  Of libarchive only the one filter that the data call for is
 * used, and only if it is built in: some builds would run a program instead.
 * Behind the filter stands the format "raw", so that a compressed tar is a
 * stream of bytes like any other and nothing is unpacked from it.
 *
 * Of damaged data libarchive withholds the last block that it could undo, 64
 * KiB or 128 KiB.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "mail/archive.h"

#include <archive.h>
#include <archive_entry.h>

/* As much as a pipe holds: larger pieces are not read faster. */
#define INPUT_SIZE (64 * 1024)

typedef struct {
    struct archive *archive;
    ModoriArchiveInput input;
    gpointer data;
    gboolean opened;
    char buffer[INPUT_SIZE];
} Reader;

static const struct {
    const char *kind;
    int (*support) (struct archive *archive);
} filters[] = {
    { "bzip2", archive_read_support_filter_bzip2 },
    { "xz",    archive_read_support_filter_xz },
    { "zstd",  archive_read_support_filter_zstd },
};

static la_ssize_t
give_input (struct archive *archive, void *data, const void **bytes)
{
    Reader *reader = data;
    gssize n = reader->input (reader->data, reader->buffer, INPUT_SIZE);

    (void) archive;
    *bytes = reader->buffer;
    return n < 0 ? ARCHIVE_FATAL : n;
}

/* ARCHIVE_WARN means that a program would be run: that is no support. */
static gboolean
support (struct archive *archive, const char *kind)
{
    for (guint i = 0; i < G_N_ELEMENTS (filters); i++)
        if (g_str_equal (filters[i].kind, kind))
            return filters[i].support (archive) == ARCHIVE_OK
                   && archive_read_support_format_raw (archive) == ARCHIVE_OK
                   && archive_read_support_format_empty (archive) == ARCHIVE_OK;
    return FALSE;
}

static void
reader_free (gpointer data)
{
    Reader *reader = data;

    archive_read_free (reader->archive);
    g_free (reader);
}

static gpointer
reader_open (const char *kind, ModoriArchiveInput input, gpointer data)
{
    Reader *reader = g_new (Reader, 1);

    reader->archive = archive_read_new ();
    reader->input = input;
    reader->data = data;
    reader->opened = FALSE;
    if (reader->archive && support (reader->archive, kind))
        return reader;
    reader_free (reader);
    return NULL;
}

/* ARCHIVE_OK, ARCHIVE_EOF when nothing was compressed, or an error. */
static int
begin (Reader *reader)
{
    struct archive_entry *entry;
    int result;

    reader->opened = TRUE;
    if (archive_read_open (reader->archive, reader, NULL, give_input, NULL) != ARCHIVE_OK)
        return ARCHIVE_FATAL;
    result = archive_read_next_header (reader->archive, &entry);

    /* Too short for the filter, and taken as it is. */
    if (result == ARCHIVE_OK && archive_filter_count (reader->archive) < 2)
        return ARCHIVE_FATAL;
    return result;
}

static gboolean
reader_read (gpointer data, const char **at, gsize *len)
{
    Reader *reader = data;
    const void *block = NULL;
    la_int64_t offset;
    int result = ARCHIVE_OK;

    *len = 0;
    if (! reader->opened)
        result = begin (reader);
    if (result == ARCHIVE_OK)
        result = archive_read_data_block (reader->archive, &block, len, &offset);
    if (result == ARCHIVE_EOF)
        *len = 0;
    *at = block;
    return result == ARCHIVE_OK || result == ARCHIVE_EOF;
}

const ModoriArchive modori_archive = { reader_open, reader_read, reader_free };
