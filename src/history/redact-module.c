/* redact-module.c - the module that hashes: redact.so (OpenSSL).
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "history/redact.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

static gboolean
hmac (const char *key, gsize key_len, const char *text, gsize len, guint8 digest[32])
{
    guint size = 0;

    return key_len <= G_MAXINT
           && HMAC (EVP_sha256 (), key, (int) key_len, (const guchar *) text, len, digest, &size)
           && size == 32;
}

const ModoriRedactTable modori_redact_table = { hmac };
