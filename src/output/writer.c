/* writer.c - one growing buffer in front of a file descriptor.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "output/writer.h"

#include <errno.h>
#include <unistd.h>

/* Large enough that writing costs nothing, small enough to stay in the processor's cache. */
#define WRITE_SIZE (64 * 1024)

ModoriWriter *
modori_writer_new (int fd)
{
    ModoriWriter *writer = g_new0 (ModoriWriter, 1);

    writer->buffer = g_string_sized_new (2 * WRITE_SIZE);
    writer->fd = fd;
    writer->prompt = isatty (fd) == 1;
    return writer;
}

void
modori_writer_free (ModoriWriter *writer)
{
    if (! writer)
        return;
    g_string_free (writer->buffer, TRUE);
    g_free (writer);
}

gboolean
modori_writer_flush (ModoriWriter *writer)
{
    gsize done = 0;

    while (! writer->failed && done < writer->buffer->len) {
        gssize n = write (writer->fd, writer->buffer->str + done, writer->buffer->len - done);

        if (n >= 0)
            done += (gsize) n;
        else if (errno != EINTR)
            writer->failed = errno;
    }
    g_string_truncate (writer->buffer, 0);
    return ! writer->failed;
}

gboolean
modori_writer_mark (ModoriWriter *writer)
{
    if (writer->prompt || writer->buffer->len >= WRITE_SIZE)
        return modori_writer_flush (writer);
    return ! writer->failed;
}
