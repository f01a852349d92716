/* tls-verify.c - does a chain of certificates lead to an authority that is trusted here?
 *
 * The library is let go on after an error, so that the path is as long as it gets; the first error
 * is what counts.  Dates are not looked at: who asks says what time it is.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "check/tls-private.h"

#include "text/error.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

X509_STORE *
modori_tls_authorities (const char *ca_file, GError **error)
{
    X509_STORE *store = X509_STORE_new ();
    X509_LOOKUP *lookup = NULL;
    const char *words;

    ERR_clear_error ();
    if (! ca_file) {
        X509_STORE_set_default_paths (store);   /* there may be none: then nobody is trusted */
        ERR_clear_error ();
        return store;
    }
    lookup = X509_STORE_add_lookup (store, X509_LOOKUP_file ());
    errno = 0;
    if (lookup && X509_LOOKUP_load_file (lookup, ca_file, X509_FILETYPE_PEM) > 0)
        return store;
    words = errno ? g_strerror (errno) : modori_tls_words ("");
    ERR_clear_error ();
    g_set_error (error, MODORI_ERROR, MODORI_ERROR_IO, "%s: %s", ca_file, words);
    X509_STORE_free (store);
    return NULL;
}

/* Keep the first error, and go on.  The chain's `words` stay NULL until there is one. */
static int
on_verdict (int good, X509_STORE_CTX *context)
{
    ModoriChain *chain = X509_STORE_CTX_get_app_data (context);
    int code = X509_STORE_CTX_get_error (context);

    if (good || chain->words)
        return 1;
    chain->words = g_strdup (X509_verify_cert_error_string (code));
    chain->depth = (guint) MAX (X509_STORE_CTX_get_error_depth (context), 0);
    switch (code) {
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
        chain->trust = MODORI_TRUST_SELF_SIGNED;
        break;
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
        chain->trust = MODORI_TRUST_UNKNOWN_ROOT;
        break;
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
        chain->trust = MODORI_TRUST_NO_ISSUER;
        break;
    default:
        chain->trust = MODORI_TRUST_BAD_CHAIN;
    }
    return 1;
}

/* Write down which way the library went. */
static void
read_path (ModoriChain *chain, STACK_OF (X509) *sent, STACK_OF (X509) *path)
{
    for (int i = 0; i < sk_X509_num (path); i++) {
        X509 *x509 = sk_X509_value (path, i);
        gboolean among = FALSE;

        g_ptr_array_add (chain->path, modori_tls_name (X509_get_subject_name (x509)));
        for (guint k = 0; k < chain->certificates->len; k++) {
            ModoriCertificate *certificate = g_ptr_array_index (chain->certificates, k);

            if (X509_cmp (x509, sk_X509_value (sent, (int) k)) == 0)
                certificate->in_path = among = TRUE;
        }
        if (! among && ! chain->root && i + 1 == sk_X509_num (path))
            chain->root = modori_tls_certificate (x509);
    }
}

/* FIRST of SENT, verified; what is learned goes into CHAIN. */
static void
verify (ModoriChain *chain, STACK_OF (X509) *sent, X509_STORE *authorities)
{
    X509_STORE_CTX *context = X509_STORE_CTX_new ();
    X509_VERIFY_PARAM *how;
    int done = 0;

    if (context && X509_STORE_CTX_init (context, authorities, sk_X509_value (sent, 0), sent)) {
        how = X509_STORE_CTX_get0_param (context);
        X509_VERIFY_PARAM_set_flags (how, X509_V_FLAG_NO_CHECK_TIME | X509_V_FLAG_TRUSTED_FIRST);
        X509_VERIFY_PARAM_set_purpose (how, X509_PURPOSE_SSL_SERVER);
        X509_VERIFY_PARAM_set_auth_level (how, 0);
        X509_VERIFY_PARAM_set_depth (how, MODORI_TLS_CHAIN_MAX);
        X509_STORE_CTX_set_app_data (context, chain);
        X509_STORE_CTX_set_verify_cb (context, on_verdict);
        done = X509_verify_cert (context);
        read_path (chain, sent, X509_STORE_CTX_get0_chain (context));
    }
    if (done <= 0 && ! chain->words) {
        chain->trust = MODORI_TRUST_BAD_CHAIN;
        chain->words = g_strdup (modori_tls_words ("certificate verify failed"));
    }
    X509_STORE_CTX_free (context);
}

ModoriChain *
modori_tls_chain (STACK_OF (X509) *certificates, X509_STORE *authorities)
{
    ModoriChain *chain = g_new0 (ModoriChain, 1);
    STACK_OF (X509) *some = sk_X509_new_null ();

    chain->certificates = g_ptr_array_new_with_free_func (
        (GDestroyNotify) modori_certificate_free);
    chain->path = g_ptr_array_new_with_free_func (g_free);
    for (int i = 0; i < MIN (sk_X509_num (certificates), MODORI_TLS_CHAIN_MAX); i++) {
        X509 *x509 = sk_X509_value (certificates, i);

        sk_X509_push (some, x509);
        g_ptr_array_add (chain->certificates, modori_tls_certificate (x509));
    }
    ERR_clear_error ();
    verify (chain, some, authorities);
    ERR_clear_error ();
    if (! chain->words)
        chain->words = g_strdup ("");
    sk_X509_free (some);
    return chain;
}
