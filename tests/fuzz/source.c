/* source.c - any bytes as a mailbox: in one piece, in small ones, byte by byte, out of a file and compressed they must give the
 * same messages.
 *
 * Reaches source.c, window.c, mbox.c and fromline.c (Content-Length, MMDF, CR, limits, lines of JSON), gunzip.c and unpack.c.
 * The first byte chooses the limit, the size of the pieces, and whether all of it is one message, and is compressed.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "mail/source.h"

#include <gio/gio.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

/* Byte by byte everything is looked at often: only what is short. */
#define BYTEWISE_MAX (16 * 1024)

#define DAMAGED "\n-- damaged"

/* All that SOURCE, which is freed, gives, as text. */
static GString *
read_all (ModoriSource *source, const ModoriSourceOptions *options)
{
    g_autoptr (GError) error = NULL;
    GString *all = g_string_new ("");
    guint64 behind = 0;
    ModoriMail mail;

    while (modori_source_next (source, &mail, &error)) {
        g_assert_cmpuint (mail.bytes.len, >, 0);
        g_assert_cmpuint (mail.bytes.len, <=, options->limit);
        g_assert_cmpuint (mail.offset, >=, behind);
        g_assert_true (mail.from_line.len == 0 || ! memchr (mail.from_line.at, '\n', mail.from_line.len));
        behind = mail.offset + mail.bytes.len;
        g_string_append_printf (all, "%" G_GUINT64_FORMAT " %d %" G_GUINT64_FORMAT " ", mail.offset, mail.truncated, mail.line);
        g_string_append_len (all, mail.from_line.at, (gssize) mail.from_line.len);
        g_string_append_len (all, mail.bytes.at, (gssize) mail.bytes.len);
    }
    if (error)
        g_string_append (all, DAMAGED);
    modori_source_free (source);
    return all;
}

static GString *
read_memory (ModoriSpan bytes, const ModoriSourceOptions *options)
{
    return read_all (modori_source_from_memory ("mailbox", bytes, options), options);
}

static gboolean
is_damaged (const GString *all)
{
    gsize len = strlen (DAMAGED);

    return all->len >= len && memcmp (all->str + all->len - len, DAMAGED, len) == 0;
}

static void
compare (const GString *whole, GString *other)
{
    /* How much of damaged data comes before the damage is seen depends on the pieces; that it is seen does not. */
    if (is_damaged (whole))
        g_assert_true (is_damaged (other));
    else
        g_assert_cmpmem (whole->str, whole->len, other->str, other->len);
    g_string_free (other, TRUE);
}

/* What BYTES give as a file; NULL when there can be none. */
static GString *
read_file (ModoriSpan bytes, const ModoriSourceOptions *options)
{
    int fd = memfd_create ("mailbox", MFD_CLOEXEC);
    g_autofree char *path = g_strdup_printf ("/proc/self/fd/%d", fd);
    ModoriSource *source = NULL;
    GString *all = NULL;

    if (fd < 0)
        return NULL;
    if (write (fd, bytes.at, bytes.len) == (gssize) bytes.len)
        source = modori_source_open (path, options, NULL);
    if (source)
        all = read_all (source, options);
    close (fd);
    return all;
}

/* A file may hold lines of JSON, in pieces too. */
static void
check_lines (ModoriSpan bytes, ModoriSourceOptions options)
{
    g_autoptr (GString) whole = NULL;
    GString *pieces;

    options.lines = TRUE;
    pieces = read_file (bytes, &options);
    options.block = 0;
    whole = read_file (bytes, &options);
    if (whole && pieces)
        compare (whole, pieces);
}

static void
check_file (ModoriSpan bytes, const ModoriSourceOptions *options, const GString *whole)
{
    GString *file = read_file (bytes, options);

    if (file)
        compare (whole, file);
}

static void
check_gzip (ModoriSpan bytes, const ModoriSourceOptions *options, const GString *whole)
{
    g_autoptr (GConverter) packer = G_CONVERTER (g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP, 1));
    gsize room = bytes.len * 2 + 1000, taken, given;
    g_autofree char *packed = g_malloc (room);

    if (g_converter_convert (packer, bytes.at, bytes.len, packed, room, G_CONVERTER_INPUT_AT_END, &taken, &given, NULL)
        == G_CONVERTER_FINISHED)
        compare (whole, read_memory (modori_span (packed, given), options));
}

/* Is it compressed itself, or damaged?  Then errors name the file or the kind, and compressed once more it is another. */
static gboolean
is_plain (ModoriSpan bytes)
{
    static const char *const heads[] = { "\x1f\x8b", "BZh", "\xfd\x37zXZ", "\x28\xb5\x2f\xfd" };

    for (guint i = 0; i < G_N_ELEMENTS (heads); i++)
        if (bytes.len >= strlen (heads[i]) && memcmp (bytes.at, heads[i], strlen (heads[i])) == 0)
            return FALSE;
    return bytes.len > 0;
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
    static const gsize limits[] = { 64, 300, 5000, MODORI_MESSAGE_MAX };
    static const gsize blocks[] = { 2, 7, 100, 4096 };
    guint8 choice = size ? data[0] : 0;
    ModoriSourceOptions options = { .limit = limits[choice & 3], .one = (choice & 0x70) == 0, .no_lock = TRUE };
    ModoriSpan bytes = modori_span ((const char *) data, size);
    g_autoptr (GString) whole = read_memory (bytes, &options);

    options.block = blocks[choice >> 2 & 3];
    compare (whole, read_memory (bytes, &options));
    if (is_plain (bytes)) {
        check_file (bytes, &options, whole);
        if (choice & 0x80)
            check_gzip (bytes, &options, whole);
        check_lines (bytes, options);
    }
    if (size <= BYTEWISE_MAX) {
        options.block = 1;
        compare (whole, read_memory (bytes, &options));
    }
    return 0;
}
