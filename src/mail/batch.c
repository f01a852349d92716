/* batch.c - messages in memory that two processes share, and what becomes of them.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"
#include "mail/batch.h"

#include <string.h>

void
modori_batch_begin (ModoriBatch *batch, ModoriSlot *slot)
{
    slot->results_used = 0;
    batch->used = 0;
    if (! batch->mails) {
        batch->mails = g_array_new (FALSE, FALSE, sizeof (ModoriPacked));
        batch->paths = g_string_new (NULL);
    }
    g_array_set_size (batch->mails, 0);
    g_string_truncate (batch->paths, 0);
}

void
modori_batch_clear (ModoriBatch *batch)
{
    if (batch->mails)
        g_array_unref (batch->mails);
    if (batch->paths)
        g_string_free (batch->paths, TRUE);
    *batch = (ModoriBatch) { 0 };
}

/* So that each ModoriPacked lies where the processor wants it. */
static gsize
aligned (gsize len)
{
    return (len + sizeof (guint64) - 1) / sizeof (guint64) * sizeof (guint64);
}

gsize
modori_packed_size (const ModoriMail *mail)
{
    return aligned (sizeof (ModoriPacked) + strlen (mail->path) + 1 + mail->from_line.len
                    + mail->bytes.len);
}

static char *
put (char *at, const char *bytes, gsize len)
{
    if (len)
        memcpy (at, bytes, len);
    return at + len;
}

void
modori_batch_add (ModoriBatch *batch, ModoriSlot *slot, const ModoriMail *mail, guint sift)
{
    ModoriPacked packed = { 0 };
    char *at = slot->room + batch->used;

    packed.at = batch->used;
    packed.offset = mail->offset;
    packed.line = mail->line;
    packed.path_len = strlen (mail->path) + 1;
    packed.from_len = mail->from_line.len;
    packed.len = mail->bytes.len;
    packed.sift = sift;
    packed.truncated = mail->truncated;
    batch->used += modori_packed_size (mail);
    at = put (at, (const char *) &packed, sizeof packed);
    at = put (at, mail->path, packed.path_len);
    at = put (at, mail->from_line.at, packed.from_len);
    put (at, mail->bytes.at, packed.len);
    g_array_append_val (batch->mails, packed);
    g_string_append_len (batch->paths, mail->path, (gssize) packed.path_len);
}

ModoriMail
modori_packed_mail (const ModoriPacked *packed, const char *path, const char *at)
{
    ModoriMail mail = { 0 };

    mail.path = path;
    mail.from_line = modori_span (at + sizeof *packed + packed->path_len, packed->from_len);
    mail.bytes = modori_span (mail.from_line.at + packed->from_len, packed->len);
    mail.offset = packed->offset;
    mail.line = packed->line;
    mail.truncated = packed->truncated;
    return mail;
}
