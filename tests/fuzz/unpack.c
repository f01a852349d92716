/* unpack.c - fuzz target: what is compressed, and what says that it is.
 *
 * The input behind the beginning of each form, and as it is: nothing may happen but an error.  Then the input is compressed
 * by the libraries themselves and handed over in pieces: it must come back whole; cut, its beginning must.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "mail/unpack.h"

#include <archive.h>
#include <archive_entry.h>
#include <gio/gio.h>

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

/* A bomb may go on for long; that it stops is not what is looked at here. */
#define UNPACKED_MAX (1024 * 1024)

typedef struct {
    ModoriSpan rest;
    gsize piece;
} Packed;

static gssize
give (gpointer data, void *buffer, gsize size)
{
    Packed *packed = data;
    gsize n = MIN (MIN (size, packed->piece), packed->rest.len);

    memcpy (buffer, packed->rest.at, n);
    packed->rest = modori_span_skip (packed->rest, n);
    return (gssize) n;
}

/* What PACKED holds.  FALSE when it is damaged; OUT has what came before. */
static gboolean
unpack (ModoriSpan packed, gsize piece, GString *out)
{
    Packed input = { packed, piece };
    g_autoptr (GError) error = NULL;
    g_autoptr (ModoriUnpack) unpack = NULL;
    char buffer[4096];
    gssize n;

    if (! modori_unpack_kind (modori_span (packed.at, MIN (packed.len, MODORI_UNPACK_HEAD))))
        return FALSE;
    unpack = modori_unpack_open (modori_span (packed.at, MIN (packed.len, MODORI_UNPACK_HEAD)), give, &input, &error);
    g_assert_true (! unpack == (error != NULL));
    if (! unpack)
        return FALSE;
    while (out->len < UNPACKED_MAX && (n = modori_unpack_read (unpack, buffer, 1 + piece % sizeof buffer, &error)) > 0)
        g_string_append_len (out, buffer, n);
    return error == NULL;
}

/* --- what the libraries compress --- */

static GString *
pack_gzip (ModoriSpan bytes)
{
    g_autoptr (GConverter) packer = G_CONVERTER (g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP, 1));
    GString *out = g_string_new (NULL);
    gsize taken, given;

    g_string_set_size (out, bytes.len * 2 + 1000);
    if (g_converter_convert (packer, bytes.len ? bytes.at : "", bytes.len, out->str, out->len, G_CONVERTER_INPUT_AT_END,
                             &taken, &given, NULL) != G_CONVERTER_FINISHED)
        g_assert_not_reached ();
    g_string_set_size (out, given);
    return out;
}

static GString *
pack (ModoriSpan bytes, int (*add_filter) (struct archive *))
{
    struct archive *archive = archive_write_new ();
    struct archive_entry *entry = archive_entry_new ();
    GString *out = g_string_new (NULL);
    size_t used = 0;

    g_string_set_size (out, bytes.len * 2 + 64 * 1024);
    archive_write_set_format_raw (archive);
    g_assert_cmpint (add_filter (archive), ==, ARCHIVE_OK);
    archive_write_set_bytes_in_last_block (archive, 1);
    g_assert_cmpint (archive_write_open_memory (archive, out->str, out->len, &used), ==, ARCHIVE_OK);
    archive_entry_set_filetype (entry, AE_IFREG);
    archive_write_header (archive, entry);
    archive_write_data (archive, bytes.at, bytes.len);
    archive_write_close (archive);
    archive_entry_free (entry);
    archive_write_free (archive);
    g_string_set_size (out, used);
    return out;
}

static void
check_return (ModoriSpan bytes, const GString *packed, gsize piece)
{
    g_autoptr (GString) got = g_string_new (NULL), part = g_string_new (NULL);

    g_assert_true (unpack (modori_span (packed->str, packed->len), piece, got));
    g_assert_cmpmem (got->str, got->len, bytes.at, bytes.len);
    unpack (modori_span (packed->str, packed->len / 2), piece, part);
    g_assert_cmpuint (part->len, <=, bytes.len);
    g_assert_true (memcmp (part->str, bytes.at, part->len) == 0);
}

static void
check_all_returns (ModoriSpan bytes, gsize piece)
{
    static int (*const filters[]) (struct archive *) = {
        archive_write_add_filter_bzip2, archive_write_add_filter_zstd, archive_write_add_filter_xz,
    };
    g_autoptr (GString) gzip = pack_gzip (bytes);

    check_return (bytes, gzip, piece);
    /* xz takes much memory and time for its start: seldom. */
    /* (libarchive undoes what is compressed twice.) */
    if (bytes.len > 0 && bytes.len < 2048 && ! memchr ("\x1f\x42\xfd\x28", bytes.at[0], 4)) {
        guint n = bytes.at[0] % 64 == 0 ? 3 : bytes.at[0] % 4 == 0 ? 2 : 0;

        for (guint i = 0; i < n; i++) {
            g_autoptr (GString) packed = pack (bytes, filters[i]);

            check_return (bytes, packed, piece);
        }
    }
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
    static const ModoriSpan heads[] = {
        { "\x1f\x8b\x08\0\0\0\0\0\0\3", 10 }, { "BZh91AY&SY", 10 }, { "\xfd" "7zXZ\0", 6 }, { "\x28\xb5\x2f\xfd", 4 },
    };
    ModoriSpan bytes = modori_span_skip (modori_span ((const char *) data, size), 1);
    gsize piece = size && data[0] ? (gsize) data[0] * data[0] : 1;

    for (guint i = 0; i < G_N_ELEMENTS (heads); i++) {
        g_autoptr (GString) packed = g_string_new_len (heads[i].at, (gssize) heads[i].len), out = g_string_new (NULL);

        g_string_append_len (packed, bytes.at, (gssize) bytes.len);
        unpack (modori_span (packed->str, packed->len), piece, out);
    }
    if (size) {
        g_autoptr (GString) out = g_string_new (NULL);

        unpack (bytes, piece, out);
        check_all_returns (bytes, piece);
    }
    return 0;
}
