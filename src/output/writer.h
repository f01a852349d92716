/* writer.h - one growing buffer in front of a file descriptor.
 *
 * Records are appended to `buffer` and leave it in large writes: no printf, and no system call,
 * for each field.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_OUTPUT_WRITER_H
#define MODORI_OUTPUT_WRITER_H

#include <glib.h>

typedef struct {
    GString *buffer;            /* what is not written yet: append here */
    int fd;
    gboolean prompt;            /* a person is watching: write whatever is complete */
    int failed; /* errno of the first write that failed; nothing is written after it */
} ModoriWriter;

ModoriWriter *modori_writer_new (int fd);
/* Does not flush: ask for that, and look at what it says. */
void modori_writer_free (ModoriWriter *writer);

/* A record is complete: write when the buffer is large or somebody watches.  FALSE when writing
 * has failed. */
gboolean modori_writer_mark (ModoriWriter *writer);
/* Write everything.  FALSE when writing has failed, now or before. */
gboolean modori_writer_flush (ModoriWriter *writer);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ModoriWriter, modori_writer_free)

#endif
