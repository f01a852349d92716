/* tlsa.c - a TLSA record and a certificate (RFC 6698, RFC 7672).
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "check/tlsa.h"

#include <string.h>

char *
modori_tlsa_text (const char *owner, const ModoriDnsRecord *record)
{
    return g_strdup_printf ("%s TLSA %u %u %u %s", owner, record->usage, record->selector,
                            record->matching, record->text);
}

/* Has the data of RECORD the length that its kind asks for? */
static gboolean
is_whole (const ModoriDnsRecord *record)
{
    gsize digits = strlen (record->text);

    return record->matching == MODORI_TLSA_SHA2_256 ? digits == 64
        : record->matching == MODORI_TLSA_SHA2_512 ? digits == 128 : digits > 0;
}

gboolean
modori_tlsa_counts (const ModoriDnsRecord *record)
{
    return (record->usage == MODORI_TLSA_DANE_TA || record->usage == MODORI_TLSA_DANE_EE)
        && record->selector <= MODORI_TLSA_SPKI && record->matching <= MODORI_TLSA_SHA2_512
        && is_whole (record);
}

/* BYTES as a record holds them, in hexadecimal digits; the caller frees. */
static char *
digits (const GByteArray *bytes, guint matching)
{
    GString *out;

    if (matching != MODORI_TLSA_FULL)
        return g_compute_checksum_for_data (matching == MODORI_TLSA_SHA2_256 ? G_CHECKSUM_SHA256
                                            : G_CHECKSUM_SHA512, bytes->data, bytes->len);
    out = g_string_new (NULL);
    for (guint i = 0; i < bytes->len; i++)
        g_string_append_printf (out, "%02x", bytes->data[i]);
    return g_string_free (out, FALSE);
}

gboolean
modori_tlsa_names (const ModoriDnsRecord *record, const ModoriCertificate *certificate)
{
    g_autofree char *value = NULL;

    if (record->selector > MODORI_TLSA_SPKI || record->matching > MODORI_TLSA_SHA2_512)
        return FALSE;
    value = digits (record->selector == MODORI_TLSA_SPKI ? certificate->public_key
                    : certificate->der, record->matching);
    return g_ascii_strcasecmp (value, record->text) == 0;
}

gboolean
modori_tlsa_vouches (const ModoriDnsRecord *record, const ModoriChain *chain, const char *host,
                     gint64 now)
{
    const ModoriCertificate *own = g_ptr_array_index (chain->certificates, 0);

    if (record->usage == MODORI_TLSA_DANE_EE)
        return modori_tlsa_names (record, own);
    if (record->usage != MODORI_TLSA_DANE_TA || now > own->not_after || now < own->not_before
        || ! modori_certificate_fits (own, host, NULL))
        return FALSE;
    for (guint i = 0; i < chain->certificates->len; i++)
        if (modori_tlsa_names (record, g_ptr_array_index (chain->certificates, i)))
            return TRUE;
    return FALSE;
}
