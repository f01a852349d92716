/* gunzip.c - undo gzip (RFC 1952).
 *
 * GLib does it with zlib, which GMime has loaded anyway, so this is in the
 * module mime.so.  It is also better than libarchive at what goes
 * wrong with logs and mailboxes: it compares the checksum, and of a file that
 * was cut gives every byte that is there.
 *
 * Members one after the other are read on; what follows the last one and is
 * none is left alone, as gzip does.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "mail/gunzip.h"

#include <gio/gio.h>

#define SIZE (64 * 1024)

/* Packed bytes that are undone at once: where they are damaged, what the good ones among them hold
 * is lost. */
#define PIECE 512

typedef struct {
    GConverter *inflater;
    ModoriArchiveInput input;
    gpointer data;
    gsize at, len;              /* what is left in packed */
    gboolean between;           /* no member is open */
    char packed[SIZE];
    char unpacked[SIZE];
} Reader;

static gpointer
reader_open (const char *kind, ModoriArchiveInput input, gpointer data)
{
    Reader *reader = g_new (Reader, 1);

    (void) kind;
    reader->inflater = G_CONVERTER (g_zlib_decompressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP));
    reader->input = input;
    reader->data = data;
    reader->at = reader->len = 0;
    reader->between = FALSE;
    return reader;
}

static void
reader_free (gpointer data)
{
    Reader *reader = data;

    g_object_unref (reader->inflater);
    g_free (reader);
}

static gboolean
refill (Reader *reader)
{
    gssize n = reader->input (reader->data, reader->packed, SIZE);

    reader->at = 0;
    reader->len = (gsize) MAX (n, 0);
    return n > 0;
}

/* Undo a piece.  FALSE when it is no gzip. */
static gboolean
inflate_piece (Reader *reader, gsize *len)
{
    gsize taken = 0;
    GConverterResult result
        = g_converter_convert (reader->inflater, reader->packed + reader->at,
                               MIN (reader->len, PIECE),
                               reader->unpacked, SIZE, G_CONVERTER_NO_FLAGS, &taken, len, NULL);

    if (result == G_CONVERTER_ERROR)
        return FALSE;
    reader->at += taken;
    reader->len -= taken;
    reader->between = result == G_CONVERTER_FINISHED;
    if (reader->between)
        g_converter_reset (reader->inflater);
    return TRUE;
}

static gboolean
reader_read (gpointer data, const char **at, gsize *len)
{
    Reader *reader = data;

    *at = reader->unpacked;
    *len = 0;
    while (*len == 0) {
        if (reader->len == 0 && ! refill (reader))
            return reader->between;
        if (reader->between && reader->packed[reader->at] != '\x1f')
            return TRUE;
        if (! inflate_piece (reader, len)) {
            *len = 0;
            return FALSE;
        }
    }
    return TRUE;
}

const ModoriArchive modori_gunzip = { reader_open, reader_read, reader_free };
