/* certificate.c - X.509 certificates as plain texts and numbers: making an end of them.
 *
 * The module tls.so has this file too; it needs nothing else.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "check/tls-table.h"

static void
drop_array (GPtrArray *array)
{
    if (array)
        g_ptr_array_unref (array);
}

static void
drop_bytes (GByteArray *bytes)
{
    if (bytes)
        g_byte_array_unref (bytes);
}

void
modori_certificate_free (ModoriCertificate *certificate)
{
    if (! certificate)
        return;
    g_free (certificate->subject);
    g_free (certificate->issuer);
    g_free (certificate->common_name);
    g_free (certificate->issuer_name);
    drop_array (certificate->dns_names);
    drop_array (certificate->addresses);
    g_free (certificate->key_type);
    g_free (certificate->signature);
    g_free (certificate->issuer_url);
    drop_bytes (certificate->der);
    drop_bytes (certificate->public_key);
    g_free (certificate);
}

void
modori_chain_free (ModoriChain *chain)
{
    if (! chain)
        return;
    drop_array (chain->certificates);
    g_free (chain->words);
    drop_array (chain->path);
    modori_certificate_free (chain->root);
    g_free (chain);
}

void
modori_certificate_file_free (ModoriCertificateFile *file)
{
    if (! file)
        return;
    g_free (file->format);
    modori_chain_free (file->chain);
    g_free (file->key_trouble);
    g_free (file->trouble);
    g_free (file);
}
