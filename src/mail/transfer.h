/* transfer.h - transfer encodings: quoted-printable, base64, uuencode.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_MAIL_TRANSFER_H
#define MODORI_MAIL_TRANSFER_H

#include <gmime/gmime.h>

#include "text/span.h"

/* What a Content-Transfer-Encoding field says; DEFAULT for everything that leaves the bytes as
 * they are. */
GMimeContentEncoding modori_transfer_encoding (ModoriSpan value);

/* Append BODY to OUT without its ENCODING, stopping soon after MAX bytes (0: no limit). */
void modori_transfer_decode (GString *out, GMimeContentEncoding encoding, ModoriSpan body,
                             gsize max);

#endif
