/* tls-private.h - what the files of the module tls.so share.  None of OpenSSL's types leaves it.
 *
 * Several threads may be in here at once: nothing is shared between two sessions or files.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_CHECK_TLS_PRIVATE_H
#define MODORI_CHECK_TLS_PRIVATE_H

#include "check/tls-table.h"

#include <openssl/x509.h>

/* Of a chain: real ones have two to four, and a search for issuers costs their square. */
#define MODORI_TLS_CHAIN_MAX 32

/* --- tls-certificate.c --- */

ModoriCertificate *modori_tls_certificate (X509 *x509);

/* "RSA", "EC", "ED25519", "DSA" ... of KEY, which may be NULL: "". */
const char *modori_tls_key_type (const EVP_PKEY *key);

/* The common name in NAME, else its organisation, else all of it; the caller frees. */
char *modori_tls_name (X509_NAME *name);

/* --- tls-verify.c --- */

/* The authorities in CA_FILE, or the system's; the caller frees.  NULL with ERROR set: CA_FILE
 * cannot be read. */
X509_STORE *modori_tls_authorities (const char *ca_file, GError **error);

/* CERTIFICATES, the server's own first, verified against AUTHORITIES. */
ModoriChain *modori_tls_chain (STACK_OF (X509) *certificates, X509_STORE *authorities);

/* --- tls-session.c --- */

ModoriTlsSession *modori_tls_begin (int fd, const ModoriTlsOptions *options, GError **error);
const char *modori_tls_version (const ModoriTlsSession *session);
const char *modori_tls_cipher (const ModoriTlsSession *session);
const ModoriChain *modori_tls_peer (ModoriTlsSession *session);
gssize modori_tls_read (ModoriTlsSession *session, char *buffer, gsize size, GError **error);
gssize modori_tls_write (ModoriTlsSession *session, const char *text, gsize size, GError **error);
void modori_tls_end (ModoriTlsSession *session);

/* --- tls-file.c --- */

ModoriCertificateFile *modori_tls_read_file (GBytes *bytes, GBytes *key_bytes,
                                             const char *password, const char *ca_file,
                                             GError **error);

/* --- tls-module.c --- */

/* The first of OpenSSL's errors since they were cleared, in its words, or OTHERWISE; they are
 * cleared.  Static. */
const char *modori_tls_words (const char *otherwise);

#endif
