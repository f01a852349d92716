/* unpack.h - compressed bytes in, bytes out; recognised by how they begin.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_MAIL_UNPACK_H
#define MODORI_MAIL_UNPACK_H

#include "mail/archive.h"
#include "text/span.h"

/* Bytes of the beginning that tell the compression and the memory that it needs. */
#define MODORI_UNPACK_HEAD 64

typedef struct ModoriUnpack ModoriUnpack;

/* "gzip", "bzip2", "xz" or "zstd" when HEAD begins so, else NULL. */
const char *modori_unpack_kind (ModoriSpan head);

/* Undo the compression that HEAD, the first bytes of what INPUT gives, calls
 * for.  NULL with ERROR set when that takes too much memory or cannot be done
 * here.  The caller frees. */
ModoriUnpack *modori_unpack_open (ModoriSpan head, ModoriArchiveInput input, gpointer data,
                                  GError **error);
void modori_unpack_free (ModoriUnpack *unpack);

/* Put at most SIZE bytes into BUFFER: how many, 0 at the end, -1 with ERROR set. */
gssize modori_unpack_read (ModoriUnpack *unpack, char *buffer, gsize size, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ModoriUnpack, modori_unpack_free)

#endif
