/* source.c - any bytes as a mailbox: in one piece and in small ones they must
 * give the same messages.
 *
 * Reaches window.c, mbox.c and fromline.c (Content-Length, MMDF, CR, limits),
 * gunzip.c and unpack.c.  The first byte chooses the limit and whether all of
 * it is one message.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "mail/source.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

/* All that is known of the messages of BYTES, as text; NULL when the bytes are
 * damaged. */
static GString *
read_all (ModoriSpan bytes, const ModoriSourceOptions *options)
{
    g_autoptr (ModoriSource) source = modori_source_from_memory ("mailbox", bytes, options);
    g_autoptr (GError) error = NULL;
    GString *all = g_string_new ("");
    guint64 behind = 0;
    ModoriMail mail;

    while (modori_source_next (source, &mail, &error)) {
        g_assert_cmpuint (mail.bytes.len, >, 0);
        g_assert_cmpuint (mail.bytes.len, <=, options->limit);
        g_assert_cmpuint (mail.offset, >=, behind);
        behind = mail.offset + mail.bytes.len;
        g_string_append_printf (all, "%" G_GUINT64_FORMAT " %d ", mail.offset, mail.truncated);
        g_string_append_len (all, mail.from_line.at, (gssize) mail.from_line.len);
        g_string_append_len (all, mail.bytes.at, (gssize) mail.bytes.len);
    }
    if (! error)
        return all;
    g_string_free (all, TRUE);
    return NULL;
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
    static const gsize limits[] = { 64, 300, 5000, MODORI_MESSAGE_MAX };
    static const gsize blocks[] = { 1, 7, 100, 4096 };
    guint8 choice = size ? data[0] : 0;
    ModoriSourceOptions options = { .limit = limits[choice & 3], .one = (choice & 0x70) == 0 };
    ModoriSpan bytes = modori_span ((const char *) data, size);
    GString *whole = read_all (bytes, &options);

    options.block = blocks[choice >> 2 & 3];
    if (whole) {
        GString *pieces = read_all (bytes, &options);

        g_assert_true (pieces && g_string_equal (whole, pieces));
        g_string_free (pieces, TRUE);
        g_string_free (whole, TRUE);
    }
    return 0;
}
