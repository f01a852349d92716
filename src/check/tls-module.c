/* tls-module.c - OpenSSL, behind a table of functions.
 *
 * Works with OpenSSL 1.1.1 and 3: nothing that 3 has deprecated, nothing that only 3 has.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "check/tls-private.h"

#include <openssl/crypto.h>
#include <openssl/err.h>

const char *
modori_tls_words (const char *otherwise)
{
    unsigned long code = ERR_get_error ();
    const char *words = code ? ERR_reason_error_string (code) : NULL;

    ERR_clear_error ();
    return words ? words : otherwise;
}

/* RSA is by far the most common; DKIM has it in both forms (RFC 6376 section 3.6.1 and what its
 * erratum 3758 found in the wild). */
static gboolean
public_key (const guint8 *der, gsize size, const char **type, guint *bits)
{
    const guint8 *p = der, *q = der;
    EVP_PKEY *key;

    ERR_clear_error ();
    key = size <= G_MAXINT ? d2i_PUBKEY (NULL, &p, (long) size) : NULL;
    if (! key && size <= G_MAXINT)
        key = d2i_PublicKey (EVP_PKEY_RSA, NULL, &q, (long) size);
    ERR_clear_error ();
    if (! key)
        return FALSE;
    switch (EVP_PKEY_base_id (key)) {
    case EVP_PKEY_RSA:
        *type = "rsa";
        break;
    case EVP_PKEY_ED25519:
        *type = "ed25519";
        break;
    default:
        *type = modori_tls_key_type (key);
    }
    *bits = (guint) MAX (EVP_PKEY_bits (key), 0);
    EVP_PKEY_free (key);
    return TRUE;
}

static const char *
library (void)
{
    return OpenSSL_version (OPENSSL_VERSION);
}

const ModoriTlsTable modori_tls_table = {
    modori_tls_begin,
    modori_tls_version,
    modori_tls_cipher,
    modori_tls_peer,
    modori_tls_read,
    modori_tls_write,
    modori_tls_end,
    modori_tls_read_file,
    public_key,
    library,
};
