/* unpack.c - what is compressed, how, and the module that undoes it.
 *
 * Most runs meet no compressed mail and load no library for it: gzip is undone
 * by what GMime has loaded, all others by archive.so.  xz and zstd write into their first bytes
 * how much of the data they must remember: more than WINDOW_MAX is refused
 * before anything is allocated.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "mail/unpack.h"

#include <glib/gi18n.h>
#include <inttypes.h>

#include "mail/mime.h"
#include "text/error.h"
#include "text/module.h"

/* What zstd allows without being told otherwise, and twice of what `xz -9` needs. */
#define WINDOW_MAX ((guint64) 128 * 1024 * 1024)

/* The specification allows four filters before the data of an xz block. */
#define XZ_FILTERS_MAX 4

#define XZ_HEADER 12
#define XZ_LZMA2 0x21

struct ModoriUnpack {
    const char *kind;
    const ModoriArchive *archive;       /* of a module, which is never unloaded */
    gpointer reader;
    ModoriSpan rest;                    /* given by the reader and not yet handed on */
    guint64 done;                       /* bytes handed on */
};

static const struct {
    const char *kind;
    gsize len;
    const char *magic;
} kinds[] = {
    { "gzip",  3, "\x1f\x8b\x08" },
    { "bzip2", 3, "BZh" },
    { "xz",    6, "\xfd" "7zXZ\0" },
    { "zstd",  4, "\x28\xb5\x2f\xfd" },
};

/* "BZh" may begin a text; its blocks begin with the digits of pi, the end of an
 * empty one with those of its root. */
static gboolean
is_bzip2 (ModoriSpan head)
{
    return head.len >= 10 && head.at[3] >= '1' && head.at[3] <= '9'
           && (memcmp (head.at + 4, "1AY&SY", 6) == 0
               || memcmp (head.at + 4, "\x17rE8P\x90", 6) == 0);
}

const char *
modori_unpack_kind (ModoriSpan head)
{
    for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
        if (head.len >= kinds[i].len && memcmp (head.at, kinds[i].magic, kinds[i].len) == 0)
            return kinds[i].magic[0] != 'B' || is_bzip2 (head) ? kinds[i].kind : NULL;
    return NULL;
}

/* Take SIZE bytes off HEAD as a number, the least first. */
static guint64
take_number (ModoriSpan *head, gsize size)
{
    guint64 number = 0;

    for (gsize i = 0; i < MIN (size, head->len); i++)
        number |= (guint64) (guchar) head->at[i] << (8 * i);
    *head = modori_span_skip (*head, size);
    return number;
}

/* A number of xz: seven bits a byte, the least first, the eighth bit set where
 * more follow. */
static guint64
take_xz_number (ModoriSpan *head)
{
    guint64 number = 0;

    for (guint shift = 0; shift < 63; shift += 7) {
        guint64 byte = take_number (head, 1);

        number |= (byte & 0x7f) << shift;
        if (! (byte & 0x80))
            break;
    }
    return number;
}

/* The dictionary of the first block (the format .xz, section 3.1 and 5.3.1). */
static guint64
xz_window (ModoriSpan head)
{
    guint64 flags, bits;

    head = modori_span_skip (head, XZ_HEADER);
    if (take_number (&head, 1) == 0)            /* the index: there is no block */
        return 0;
    flags = take_number (&head, 1);
    if (flags & 0x40)
        take_xz_number (&head);
    if (flags & 0x80)
        take_xz_number (&head);
    for (guint i = 0; i < XZ_FILTERS_MAX; i++) {
        guint64 id = take_xz_number (&head);
        guint64 size = take_xz_number (&head);

        if (id == XZ_LZMA2) {
            bits = take_number (&head, 1) & 0x3f;
            return (2 | (bits & 1)) << (bits / 2 + 11);
        }
        head = modori_span_skip (head, size);
    }
    return 0;
}

/* The window of the first frame (RFC 8878, section 3.1.1.1). */
static guint64
zstd_window (ModoriSpan head)
{
    static const gsize sizes[] = { 0, 1, 2, 4 };
    guint64 flags, window;

    head = modori_span_skip (head, 4);
    flags = take_number (&head, 1);
    if (flags & 0x20) {                         /* one segment: as large as the content */
        head = modori_span_skip (head, sizes[flags & 3]);
        return take_number (&head, (gsize) 1 << (flags >> 6));
    }
    window = take_number (&head, 1);
    return ((guint64) 1024 << (window >> 3)) / 8 * (8 + (window & 7));
}

static gboolean
check_window (const char *kind, ModoriSpan head, GError **error)
{
    guint64 window = kind[0] == 'x' ? xz_window (head) : kind[0] == 'z' ? zstd_window (head) : 0;
    const guint64 mib = 1024 * 1024;

    if (window <= WINDOW_MAX)
        return TRUE;
    g_set_error (error, MODORI_ERROR, MODORI_ERROR_IO,
                 _("to unpack this %s data takes a window of %u MiB; "
                   "%u MiB is the most that is allowed"),
                 kind, (guint) ((window + mib - 1) / mib), (guint) (WINDOW_MAX / mib));
    return FALSE;
}

ModoriUnpack *
modori_unpack_open (ModoriSpan head, ModoriArchiveInput input, gpointer data, GError **error)
{
    g_autoptr (ModoriUnpack) unpack = g_new0 (ModoriUnpack, 1);

    unpack->kind = modori_unpack_kind (head);
    g_return_val_if_fail (unpack->kind, NULL);
    if (! check_window (unpack->kind, head, error))
        return NULL;
    unpack->archive = g_str_equal (unpack->kind, "gzip")
        ? modori_mime ()->gunzip
        : modori_module_table ("archive", MODORI_ARCHIVE_SYMBOL);
    if (unpack->archive)
        unpack->reader = unpack->archive->open (unpack->kind, input, data);
    if (unpack->reader)
        return g_steal_pointer (&unpack);
    g_set_error (error, MODORI_ERROR, MODORI_ERROR_IO,
                 unpack->archive ? _("%s data cannot be unpacked on this system")
                 : _("%s data cannot be unpacked: the module archive.so is not installed"),
                 unpack->kind);
    return NULL;
}

void
modori_unpack_free (ModoriUnpack *unpack)
{
    if (! unpack)
        return;
    if (unpack->reader)
        unpack->archive->free (unpack->reader);
    g_free (unpack);
}

gssize
modori_unpack_read (ModoriUnpack *unpack, char *buffer, gsize size, GError **error)
{
    gsize n;

    if (unpack->rest.len == 0
        && ! unpack->archive->read (unpack->reader, &unpack->rest.at, &unpack->rest.len)) {
        unpack->rest = MODORI_SPAN_EMPTY;
        g_set_error (error, MODORI_ERROR, MODORI_ERROR_DAMAGED,
                     _("damaged %s data after %" PRIu64 " bytes; the messages before it were read"),
                     unpack->kind, unpack->done);
        return -1;
    }
    /* At the end there may be no bytes at all. */
    unpack->rest = modori_span (unpack->rest.at, unpack->rest.len);
    n = MIN (size, unpack->rest.len);
    if (n)
        memcpy (buffer, unpack->rest.at, n);
    unpack->rest = modori_span_skip (unpack->rest, n);
    unpack->done += n;
    return (gssize) n;
}
