/* tls-file.c - certificates and keys in a file, in any form that a panel or a program hands out.
 *
 * Files for qmail have chain and key in one, in any order; Windows wants PKCS#12; authorities send
 * DER and PKCS#7.  Nobody is ever asked for a password: with a wrong one, or none, what is locked
 * stays so, and is told.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "check/tls-private.h"

#include "text/error.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/x509v3.h>
#include <string.h>

/* PEM blocks of one file: a bundle of all authorities of the world has 150. */
#define BLOCKS_MAX 500

/* Rounds of all that is locked in a PKCS#12 file, its check value included.  Programs use 1 to
 * 1,000,000 for each; each password costs them all. */
#define ROUNDS_MAX 5000000

/* What one file holds. */
typedef struct {
    const char *format;         /* static; NULL: nothing that is known here */
    STACK_OF (X509) *certificates;
    EVP_PKEY *key;
    gboolean has_key;           /* also when it cannot be read */
    gboolean locked;            /* all of it, by a password */
    gboolean unordered;         /* the format knows no order */
    char *key_trouble;
    char *trouble;              /* where it is broken, in the library's words; or NULL */
} Contents;

static void
clear_contents (Contents *contents)
{
    sk_X509_pop_free (contents->certificates, X509_free);
    EVP_PKEY_free (contents->key);
    g_free (contents->key_trouble);
    g_free (contents->trouble);
}

/* CERTIFICATE (taken; may be NULL) becomes one more. */
static void
take_certificate (Contents *contents, X509 *certificate)
{
    if (! certificate)
        return;
    if (sk_X509_num (contents->certificates) >= MODORI_TLS_CHAIN_MAX
        || ! sk_X509_push (contents->certificates, certificate))
        X509_free (certificate);
}

static void
take_copies (Contents *contents, STACK_OF (X509) *certificates)
{
    for (int i = 0; i < sk_X509_num (certificates); i++) {
        X509_up_ref (sk_X509_value (certificates, i));
        take_certificate (contents, sk_X509_value (certificates, i));
    }
}

static void
take_pkcs7 (Contents *contents, const guint8 *der, long size)
{
    PKCS7 *bag = d2i_PKCS7 (NULL, &der, size);

    if (bag && PKCS7_type_is_signed (bag) && bag->d.sign) {
        take_copies (contents, bag->d.sign->cert);
        contents->format = "PKCS#7";
        contents->unordered = TRUE;
    }
    PKCS7_free (bag);
}

/* --- PEM --- */

/* Instead of a question on the terminal. */
static int
password_given (char *buffer, int size, int writing, void *password)
{
    gsize length = password ? strlen (password) : 0;

    (void) writing;
    if (! password || length > (gsize) size)
        return -1;
    memcpy (buffer, password, length);
    return (int) length;
}

/* One block of a PEM file. */
static void
take_block (Contents *contents, const char *name, const char *header, const guchar *data,
            long size)
{
    const guchar *p = data;

    if (g_str_equal (name, PEM_STRING_X509) || g_str_equal (name, PEM_STRING_X509_OLD))
        take_certificate (contents, d2i_X509 (NULL, &p, size));
    else if (g_str_equal (name, PEM_STRING_X509_TRUSTED))
        take_certificate (contents, d2i_X509_AUX (NULL, &p, size));
    else if (g_str_equal (name, PEM_STRING_PKCS7) || g_str_equal (name, PEM_STRING_CMS))
        take_pkcs7 (contents, data, size);
    else if (g_str_has_suffix (name, "PRIVATE KEY")) {
        contents->has_key = TRUE;
        if (g_str_has_prefix (name, "ENCRYPTED") || strstr (header, "ENCRYPTED")) {
            g_free (contents->key_trouble);
            contents->key_trouble = g_strdup ("encrypted");
        }
    }
}

static void
read_blocks (Contents *contents, BIO *bio)
{
    char *name, *header;
    guchar *data;
    long size;

    for (guint i = 0; i < BLOCKS_MAX && PEM_read_bio (bio, &name, &header, &data, &size); i++) {
        take_block (contents, name, header, data, size);
        OPENSSL_free (name);
        OPENSSL_free (header);
        OPENSSL_free (data);
    }
    if (ERR_peek_error () && ERR_GET_REASON (ERR_peek_last_error ()) != PEM_R_NO_START_LINE)
        contents->trouble = g_strdup (modori_tls_words ("bad base64 decode"));
    ERR_clear_error ();
}

static void
read_pem (Contents *contents, const guint8 *data, gsize size, const char *password)
{
    BIO *bio = BIO_new_mem_buf (data, (int) size);

    contents->format = "PEM";
    read_blocks (contents, bio);
    BIO_free (bio);
    if (! contents->has_key)
        return;
    bio = BIO_new_mem_buf (data, (int) size);
    contents->key = PEM_read_bio_PrivateKey (bio, NULL, password_given, (void *) password);
    BIO_free (bio);
    if (contents->key)
        g_clear_pointer (&contents->key_trouble, g_free);
    else if (! contents->key_trouble)
        contents->key_trouble = g_strdup (modori_tls_words ("unsupported"));
    ERR_clear_error ();
}

/* --- binary --- */

/* BAG with PASSWORD; FALSE: that is not it. */
static gboolean
unlock (Contents *contents, PKCS12 *bag, const char *password)
{
    STACK_OF (X509) *others = NULL;
    X509 *own = NULL;

    if (PKCS12_mac_present (bag) && ! PKCS12_verify_mac (bag, password, password ? -1 : 0))
        return FALSE;
    ERR_clear_error ();
    contents->has_key = PKCS12_parse (bag, password, &contents->key, &own, &others) == 1
        && contents->key;
    if (ERR_peek_error ())
        contents->trouble = g_strdup (modori_tls_words (""));
    take_certificate (contents, own);
    take_copies (contents, others);
    sk_X509_pop_free (others, X509_free);
    return TRUE;
}

/* NUMBER, or too many when it is none. */
static gint64
rounds_in (const ASN1_INTEGER *number)
{
    gint64 rounds = 0;

    return ! number || (ASN1_INTEGER_get_int64 (&rounds, number) == 1 && rounds >= 0
                        && rounds <= ROUNDS_MAX) ? rounds : ROUNDS_MAX + 1;
}

/* What one password costs for what ALGORITHM has locked. */
static gint64
rounds_of (const X509_ALGOR *algorithm)
{
    gint64 rounds = 0;

    if (OBJ_obj2nid (algorithm->algorithm) == NID_pbes2) {
        PBE2PARAM *how = ASN1_TYPE_unpack_sequence (ASN1_ITEM_rptr (PBE2PARAM),
                                                    algorithm->parameter);

        rounds = how ? rounds_of (how->keyfunc) : 0;
        PBE2PARAM_free (how);
    } else if (OBJ_obj2nid (algorithm->algorithm) == NID_id_pbkdf2) {
        PBKDF2PARAM *how = ASN1_TYPE_unpack_sequence (ASN1_ITEM_rptr (PBKDF2PARAM),
                                                      algorithm->parameter);

        rounds = how ? rounds_in (how->iter) : 0;
        PBKDF2PARAM_free (how);
    } else {
        PBEPARAM *how = ASN1_TYPE_unpack_sequence (ASN1_ITEM_rptr (PBEPARAM),
                                                   algorithm->parameter);

        rounds = how ? rounds_in (how->iter) : 0;
        PBEPARAM_free (how);
    }
    return rounds;
}

/* What the keys in PART cost, which is not locked itself. */
static gint64
rounds_of_keys (PKCS7 *part)
{
    STACK_OF (PKCS12_SAFEBAG) *bags = PKCS12_unpack_p7data (part);
    gint64 rounds = 0;

    for (int i = 0; i < sk_PKCS12_SAFEBAG_num (bags); i++) {
        const PKCS12_SAFEBAG *bag = sk_PKCS12_SAFEBAG_value (bags, i);
        const X509_ALGOR *algorithm = NULL;

        if (PKCS12_SAFEBAG_get_nid (bag) != NID_pkcs8ShroudedKeyBag)
            continue;
        X509_SIG_get0 (PKCS12_SAFEBAG_get0_pkcs8 (bag), &algorithm, NULL);
        rounds += rounds_of (algorithm);
    }
    sk_PKCS12_SAFEBAG_pop_free (bags, PKCS12_SAFEBAG_free);
    return rounds;
}

/* What one password costs for all of BAG. */
static gint64
rounds_of_bag (PKCS12 *bag)
{
    STACK_OF (PKCS7) *parts = PKCS12_unpack_authsafes (bag);
    const ASN1_INTEGER *number = NULL;
    gint64 rounds;

    PKCS12_get0_mac (NULL, NULL, NULL, &number, bag);
    rounds = rounds_in (number);
    for (int i = 0; i < sk_PKCS7_num (parts); i++) {
        PKCS7 *part = sk_PKCS7_value (parts, i);

        if (PKCS7_type_is_data (part))
            rounds += rounds_of_keys (part);
        else if (PKCS7_type_is_encrypted (part) && part->d.encrypted)
            rounds += rounds_of (part->d.encrypted->enc_data->algorithm);
    }
    sk_PKCS7_pop_free (parts, PKCS7_free);
    return rounds;
}

/* Many are without a password, which programs write in two ways. */
static void
read_pkcs12 (Contents *contents, PKCS12 *bag, const char *password)
{
    const char *const tries[] = { NULL, "", password };
    guint n = password ? 3 : 2;

    contents->format = "PKCS#12";
    contents->unordered = TRUE;
    contents->locked = TRUE;
    if (rounds_of_bag (bag) > ROUNDS_MAX)
        return;
    for (guint i = 0; i < n && contents->locked; i++)
        contents->locked = ! unlock (contents, bag, tries[i]);
    ERR_clear_error ();
}

static void
read_der (Contents *contents, const guint8 *data, gsize size, const char *password)
{
    const guint8 *p = data, *q = data, *r = data;
    X509 *certificate = d2i_X509 (NULL, &p, (long) size);
    PKCS12 *bag = certificate ? NULL : d2i_PKCS12 (NULL, &q, (long) size);

    if (certificate) {
        contents->format = "DER";
        take_certificate (contents, certificate);
    } else if (bag) {
        read_pkcs12 (contents, bag, password);
    } else {
        contents->key = d2i_AutoPrivateKey (NULL, &r, (long) size);
        contents->has_key = contents->key != NULL;
        contents->format = contents->key ? "DER" : NULL;
        if (! contents->key)
            take_pkcs7 (contents, data, (long) size);
    }
    PKCS12_free (bag);
    ERR_clear_error ();
}

/* --- one file --- */

static void
read_contents (Contents *contents, GBytes *bytes, const char *password)
{
    gsize size = 0;
    const guint8 *data = g_bytes_get_data (bytes, &size);

    contents->certificates = sk_X509_new_null ();
    ERR_clear_error ();
    if (! data || size > G_MAXINT)
        return;
    if (g_strstr_len ((const char *) data, (gssize) size, "-----BEGIN "))
        read_pem (contents, data, size, password);
    else
        read_der (contents, data, size, password);
}

/* --- which is whose --- */

/* Has one of CERTIFICATES been issued by number AT? */
static gboolean
has_issued (STACK_OF (X509) *certificates, int at)
{
    X509 *issuer = sk_X509_value (certificates, at);

    for (int i = 0; i < sk_X509_num (certificates); i++)
        if (i != at && X509_cmp (sk_X509_value (certificates, i), issuer) != 0
            && X509_check_issued (issuer, sk_X509_value (certificates, i)) == X509_V_OK)
            return TRUE;
    return FALSE;
}

/* The server's own of CERTIFICATES: that of KEY, else the first that has issued none. */
static int
own_certificate (STACK_OF (X509) *certificates, EVP_PKEY *key)
{
    int n = sk_X509_num (certificates);

    for (int i = 0; i < n && key; i++)
        if (X509_check_private_key (sk_X509_value (certificates, i), key) == 1)
            return i;
    for (int i = 0; i < n; i++)
        if (! has_issued (certificates, i) && X509_check_ca (sk_X509_value (certificates, i)) != 1)
            return i;
    for (int i = 0; i < n; i++)
        if (! has_issued (certificates, i))
            return i;
    return 0;
}

/* Put the issuer of each of CERTIFICATES behind it, as far as they are there. */
static void
sort_chain (STACK_OF (X509) *certificates)
{
    for (int i = 0; i + 2 < sk_X509_num (certificates); i++) {
        int k = i + 1;

        while (k < sk_X509_num (certificates)
               && X509_check_issued (sk_X509_value (certificates, k),
                                     sk_X509_value (certificates, i)) != X509_V_OK)
            k++;
        if (k < sk_X509_num (certificates))
            sk_X509_insert (certificates, sk_X509_delete (certificates, k), i + 1);
    }
}

static gboolean
is_in_order (STACK_OF (X509) *certificates)
{
    for (int i = 0; i + 1 < sk_X509_num (certificates); i++)
        if (X509_check_issued (sk_X509_value (certificates, i + 1),
                               sk_X509_value (certificates, i)) != X509_V_OK)
            return FALSE;
    return TRUE;
}

/* The certificates of CONTENTS and the key of KEYS, together. */
static ModoriCertificateFile *
describe (Contents *contents, const Contents *keys, X509_STORE *authorities)
{
    ModoriCertificateFile *file = g_new0 (ModoriCertificateFile, 1);
    STACK_OF (X509) *all = contents->certificates;
    int own = own_certificate (all, keys->key);

    file->format = g_strdup (contents->format);
    file->has_key = keys->has_key;
    file->locked = contents->locked;
    file->key_trouble = g_strdup (keys->key_trouble ? keys->key_trouble : "");
    file->trouble = g_strdup (contents->trouble ? contents->trouble
                              : keys->trouble ? keys->trouble : "");
    file->leaf_first = own == 0 || contents->unordered;
    file->in_order = contents->unordered || is_in_order (all);
    if (sk_X509_num (all) == 0)
        return file;
    if (own > 0)
        sk_X509_insert (all, sk_X509_delete (all, own), 0);
    if (contents->unordered)
        sort_chain (all);
    file->key_fits = keys->key && X509_check_private_key (sk_X509_value (all, 0), keys->key) == 1;
    ERR_clear_error ();
    file->chain = modori_tls_chain (all, authorities);
    return file;
}

/* Is there anything at all?  FALSE with ERROR set. */
static gboolean
is_something (const Contents *contents, GError **error)
{
    if (contents->format
        && (contents->locked || contents->has_key || sk_X509_num (contents->certificates)))
        return TRUE;
    g_set_error_literal (error, MODORI_ERROR, MODORI_ERROR_DAMAGED,
                         contents->trouble ? contents->trouble : "");
    return FALSE;
}

ModoriCertificateFile *
modori_tls_read_file (GBytes *bytes, GBytes *key_bytes, const char *password, const char *ca_file,
                      GError **error)
{
    X509_STORE *authorities = modori_tls_authorities (ca_file, error);
    Contents contents = { 0 }, keys = { 0 };
    ModoriCertificateFile *file = NULL;

    if (! authorities)
        return NULL;
    read_contents (&contents, bytes, password);
    if (key_bytes)
        read_contents (&keys, key_bytes, password);
    if (is_something (&contents, error))
        file = describe (&contents, key_bytes ? &keys : &contents, authorities);
    clear_contents (&contents);
    clear_contents (&keys);
    X509_STORE_free (authorities);
    ERR_clear_error ();
    return file;
}
