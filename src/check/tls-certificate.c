/* tls-certificate.c - one certificate of OpenSSL's as plain texts and numbers.
 *
 * What stands in it is a stranger's: text becomes valid UTF-8 on one line, and a NUL or another
 * control character is written out as two hexadecimal digits (RFC 4514 section 2.4), so that
 * "good.example\00.evil.example" is no name that fits anything.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "check/tls-private.h"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <string.h>

/* Names of one certificate.  A hoster's may have hundreds; nobody signs 1,000. */
#define NAMES_MAX 1000

/* Bytes of one text: a host name has at most 253 (RFC 1035), all others are for reading. */
#define TEXT_MAX 500

/* TEXT of SIZE bytes as this module hands it out; the caller frees. */
static char *
clean (const char *text, gsize size)
{
    GString *out = g_string_new (NULL);
    g_autofree char *valid = NULL;

    size = MIN (size, TEXT_MAX);
    for (gsize i = 0; i < size; i++) {
        if ((guchar) text[i] < 0x20 || text[i] == 0x7f)
            g_string_append_printf (out, "\\%02x", (guchar) text[i]);
        else
            g_string_append_c (out, text[i]);
    }
    valid = g_utf8_make_valid (out->str, (gssize) out->len);
    g_string_free (out, TRUE);
    return g_steal_pointer (&valid);
}

/* --- names of persons and organisations --- */

/* The first NID in NAME, or ""; the caller frees. */
static char *
part_of_name (X509_NAME *name, int nid)
{
    int at = X509_NAME_get_index_by_NID (name, nid, -1);
    guchar *utf8 = NULL;
    char *text;
    int size;

    if (at < 0)
        return g_strdup ("");
    size = ASN1_STRING_to_UTF8 (&utf8, X509_NAME_ENTRY_get_data (X509_NAME_get_entry (name, at)));
    text = clean ((const char *) utf8, (gsize) MAX (size, 0));
    OPENSSL_free (utf8);
    return text;
}

/* All of NAME; the caller frees. */
static char *
whole_name (X509_NAME *name)
{
    BIO *bio = BIO_new (BIO_s_mem ());
    char *bytes = NULL, *text;
    long size;

    X509_NAME_print_ex (bio, name, 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB);
    size = BIO_get_mem_data (bio, &bytes);
    text = clean (bytes, (gsize) MAX (size, 0));
    BIO_free (bio);
    return text;
}

char *
modori_tls_name (X509_NAME *name)
{
    static const int nids[] = { NID_commonName, NID_organizationName };

    for (guint i = 0; i < G_N_ELEMENTS (nids); i++) {
        g_autofree char *text = part_of_name (name, nids[i]);

        if (*text)
            return g_steal_pointer (&text);
    }
    return whole_name (name);
}

/* --- names of hosts --- */

static char *
host_text (const ASN1_STRING *string)
{
    g_autofree char *text = clean ((const char *) ASN1_STRING_get0_data (string),
                                   (gsize) MAX (ASN1_STRING_length (string), 0));

    return g_ascii_strdown (text, -1);
}

/* The IPv4 or IPv6 address in STRING, or NULL; the caller frees. */
static char *
address_text (const ASN1_STRING *string)
{
    char text[INET6_ADDRSTRLEN];
    int size = ASN1_STRING_length (string);

    if ((size != 4 && size != 16)
        || ! inet_ntop (size == 4 ? AF_INET : AF_INET6, ASN1_STRING_get0_data (string), text,
                        sizeof text))
        return NULL;
    return g_strdup (text);
}

static void
read_alternative_names (X509 *x509, ModoriCertificate *certificate)
{
    GENERAL_NAMES *names = X509_get_ext_d2i (x509, NID_subject_alt_name, NULL, NULL);

    for (int i = 0; i < sk_GENERAL_NAME_num (names); i++) {
        const GENERAL_NAME *name = sk_GENERAL_NAME_value (names, i);
        char *address = NULL;

        if (name->type == GEN_DNS && certificate->dns_names->len < NAMES_MAX)
            g_ptr_array_add (certificate->dns_names, host_text (name->d.dNSName));
        else if (name->type == GEN_IPADD && certificate->addresses->len < NAMES_MAX)
            address = address_text (name->d.iPAddress);
        if (address)
            g_ptr_array_add (certificate->addresses, address);
    }
    GENERAL_NAMES_free (names);
}

/* --- the rest --- */

static char *
issuer_url (X509 *x509)
{
    AUTHORITY_INFO_ACCESS *all = X509_get_ext_d2i (x509, NID_info_access, NULL, NULL);
    char *url = NULL;

    for (int i = 0; i < sk_ACCESS_DESCRIPTION_num (all) && ! url; i++) {
        const ACCESS_DESCRIPTION *access = sk_ACCESS_DESCRIPTION_value (all, i);
        const GENERAL_NAME *place = access->location;

        if (OBJ_obj2nid (access->method) == NID_ad_ca_issuers && place->type == GEN_URI)
            url = clean ((const char *) ASN1_STRING_get0_data (place->d.uniformResourceIdentifier),
                         (gsize) MAX (ASN1_STRING_length (place->d.uniformResourceIdentifier), 0));
    }
    AUTHORITY_INFO_ACCESS_free (all);
    return url ? url : g_strdup ("");
}

static gint64
seconds_of (const ASN1_TIME *time)
{
    struct tm parts;
    g_autoptr (GDateTime) date = NULL;

    if (! time || ! ASN1_TIME_to_tm (time, &parts))
        return 0;
    date = g_date_time_new_utc (parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday,
                                parts.tm_hour, parts.tm_min, MIN (parts.tm_sec, 59));
    return date ? g_date_time_to_unix (date) : 0;
}

const char *
modori_tls_key_type (const EVP_PKEY *key)
{
    static const struct { int number; const char *name; } types[] = {
        { EVP_PKEY_RSA, "RSA" },
        { EVP_PKEY_RSA_PSS, "RSA" },
        { EVP_PKEY_EC, "EC" },
        { EVP_PKEY_DSA, "DSA" },
        { EVP_PKEY_ED25519, "ED25519" },
        { EVP_PKEY_ED448, "ED448" },
    };
    int number = key ? EVP_PKEY_base_id (key) : 0;
    const char *name = NULL;

    for (guint i = 0; i < G_N_ELEMENTS (types); i++)
        if (number == types[i].number)
            return types[i].name;
    name = number > 0 ? OBJ_nid2sn (number) : NULL;
    return name ? name : "";
}

/* RSASSA-PSS says the digest elsewhere; the caller frees. */
static char *
signature_name (X509 *x509)
{
    int nid = X509_get_signature_nid (x509), digest = NID_undef;
    const char *name = nid == NID_undef ? NULL : OBJ_nid2ln (nid);

    if (nid == NID_rsassaPss && X509_get_signature_info (x509, &digest, NULL, NULL, NULL)
        && digest != NID_undef)
        return g_strdup_printf ("%s-%s", name, OBJ_nid2sn (digest));
    return g_strdup (name ? name : "");
}

/* X509_check_issued says only that the names agree. */
static gboolean
is_self_signed (X509 *x509)
{
    EVP_PKEY *key = X509_get0_pubkey (x509);

    return key && X509_NAME_cmp (X509_get_subject_name (x509), X509_get_issuer_name (x509)) == 0
           && X509_verify (x509, key) == 1;
}

static GByteArray *
whole (X509 *x509)
{
    guchar *der = NULL;
    int size = i2d_X509 (x509, &der);
    GByteArray *bytes = g_byte_array_new ();

    g_byte_array_append (bytes, der, (guint) MAX (size, 0));
    OPENSSL_free (der);
    return bytes;
}

static GByteArray *
key_of (X509 *x509)
{
    guchar *der = NULL;
    int size = i2d_X509_PUBKEY (X509_get_X509_PUBKEY (x509), &der);
    GByteArray *bytes = g_byte_array_new ();

    g_byte_array_append (bytes, der, (guint) MAX (size, 0));
    OPENSSL_free (der);
    return bytes;
}

ModoriCertificate *
modori_tls_certificate (X509 *x509)
{
    ModoriCertificate *certificate = g_new0 (ModoriCertificate, 1);
    EVP_PKEY *key = X509_get0_pubkey (x509);
    guint32 usage = X509_get_extended_key_usage (x509);     /* all bits when it says nothing */

    certificate->subject = whole_name (X509_get_subject_name (x509));
    certificate->issuer = whole_name (X509_get_issuer_name (x509));
    certificate->common_name = part_of_name (X509_get_subject_name (x509), NID_commonName);
    certificate->issuer_name = modori_tls_name (X509_get_issuer_name (x509));
    certificate->dns_names = g_ptr_array_new_with_free_func (g_free);
    certificate->addresses = g_ptr_array_new_with_free_func (g_free);
    read_alternative_names (x509, certificate);
    certificate->not_before = seconds_of (X509_get0_notBefore (x509));
    certificate->not_after = seconds_of (X509_get0_notAfter (x509));
    certificate->key_type = g_strdup (modori_tls_key_type (key));
    certificate->key_bits = key ? (guint) MAX (EVP_PKEY_bits (key), 0) : 0;
    certificate->signature = signature_name (x509);
    certificate->self_signed = is_self_signed (x509);
    certificate->authority = X509_check_ca (x509) == 1;
    certificate->for_servers = (usage & (XKU_SSL_SERVER | XKU_ANYEKU)) != 0;
    certificate->issuer_url = issuer_url (x509);
    certificate->der = whole (x509);
    certificate->public_key = key_of (x509);
    ERR_clear_error ();
    return certificate;
}
