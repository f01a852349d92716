/* tls-table.h - the module tls.so: everything for which OpenSSL is asked.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_CHECK_TLS_TABLE_H
#define MODORI_CHECK_TLS_TABLE_H

#include "check/certificate.h"

#define MODORI_TLS_SYMBOL "modori_tls_table"

typedef struct ModoriTlsSession ModoriTlsSession;

/* How a session is to begin. */
typedef struct {
    const char *name;           /* SNI; NULL or an address: none is sent */
    const char *ca_file;        /* PEM: trust these authorities instead of the system's; NULL */
    const char *version;        /* only this: "TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"; NULL: any */
    gint64 deadline;            /* g_get_monotonic_time of its end */
} ModoriTlsOptions;

/* What a file of certificates holds, in its order. */
typedef struct {
    char *format;               /* "PEM", "DER", "PKCS#12", "PKCS#7" */
    ModoriChain *chain;         /* NULL: no certificate in it; the server's own is put first */
    gboolean leaf_first;        /* the server's own is the first in the file */
    gboolean in_order;          /* each is followed by its issuer */
    gboolean locked;            /* PKCS#12: another password is needed; then there is no chain */
    gboolean has_key;           /* a private key is in it, or in the file for it */
    gboolean key_fits;          /* ... of the server's own certificate */
    char *key_trouble;          /* why it cannot be read ("encrypted"), or "" */
    char *trouble;              /* what is broken behind that which could be read, in the library's
                                 * words, or "" */
} ModoriCertificateFile;

typedef struct {
    /* TLS over the connected, non-blocking FD.  NULL with ERROR set: what the system or the library
     * says; g_strerror (ETIMEDOUT) when the deadline has passed.  It verifies nothing by itself.
     * FD stays the caller's.  Several threads may begin at once. */
    ModoriTlsSession *(*begin) (int fd, const ModoriTlsOptions *options, GError **error);
    const char *(*version) (const ModoriTlsSession *session);   /* "TLSv1.3" */
    const char *(*cipher) (const ModoriTlsSession *session);    /* "TLS_AES_256_GCM_SHA384" */
    /* What the server sent, verified against OPTIONS of begin; owned by SESSION; NULL when it sent
     * none. */
    const ModoriChain *(*chain) (ModoriTlsSession *session);
    /* As read(2) and write(2) until the deadline; -1 and ERROR set. */
    gssize (*read) (ModoriTlsSession *session, char *buffer, gsize size, GError **error);
    gssize (*write) (ModoriTlsSession *session, const char *text, gsize size, GError **error);
    void (*end) (ModoriTlsSession *session);

    /* The certificates in BYTES, verified against CA_FILE (NULL: the system's); KEY_BYTES (may be
     * NULL): a file with the private key.  PASSWORD (may be NULL) is for PKCS#12 and keys; nobody
     * is asked for one.  NULL with ERROR set: DAMAGED, it is nothing of the kind (in the library's
     * words, or none), IO, CA_FILE cannot be read. */
    ModoriCertificateFile *(*read_file) (GBytes *bytes, GBytes *key_bytes, const char *password,
                                         const char *ca_file, GError **error);

    /* The kind and size of a public key (SubjectPublicKeyInfo or, for DKIM, the bare RSAPublicKey;
     * DER): "rsa", "ed25519", else "EC", "DSA" ... (static); FALSE when it is none.  The bare 32
     * bytes of an ed25519 key (RFC 8463) are no DER: the caller counts them. */
    gboolean (*public_key) (const guint8 *der, gsize size, const char **type, guint *bits);

    /* "OpenSSL 3.0.22": verdicts depend on it.  Owned by the library. */
    const char *(*library) (void);
} ModoriTlsTable;

extern const ModoriTlsTable modori_tls_table;

void modori_certificate_file_free (ModoriCertificateFile *file);

/* The table, or NULL with ERROR set: the module is not there. */
const ModoriTlsTable *modori_tls_load (GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ModoriCertificateFile, modori_certificate_file_free)

#endif
