/* certificate.h - X.509 certificates as plain texts and numbers.
 *
 * OpenSSL reads them, in the module tls.so (tls-table.h); who decides what they mean for mail needs
 * no more than this.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_CHECK_CERTIFICATE_H
#define MODORI_CHECK_CERTIFICATE_H

#include <glib.h>

/* All texts are valid UTF-8 on one line, never NULL; names of hosts are in lower case, as they
 * stand (ASCII). */
typedef struct {
    char *subject, *issuer;     /* RFC 2253: "CN=mail.example.com,O=Example" */
    char *common_name;          /* of the subject */
    char *issuer_name;          /* CN of the issuer, else its O */
    GPtrArray *dns_names;       /* char *: subjectAltName dNSName; at most 1,000 */
    GPtrArray *addresses;       /* char *: subjectAltName iPAddress */
    gint64 not_before, not_after;       /* seconds since 1970 UTC */
    char *key_type;             /* "RSA", "EC", "ED25519", "DSA" */
    guint key_bits;
    char *signature;            /* "sha256WithRSAEncryption", "ecdsa-with-SHA1" */
    gboolean self_signed;       /* issuer and key are its own */
    gboolean authority;         /* a CA's */
    gboolean for_servers;       /* extended key usage admits TLS servers, or says nothing */
    char *issuer_url;           /* where it says its issuer's certificate is (AIA caIssuers) */
    GByteArray *der;            /* the whole, DER */
    GByteArray *public_key;     /* SubjectPublicKeyInfo, DER: for TLSA selector 1 */
    gboolean in_path;           /* the library went over it on its way to an authority */
} ModoriCertificate;

/* Does a chain lead to an authority that is trusted here? */
typedef enum {
    MODORI_TRUST_OK,
    MODORI_TRUST_SELF_SIGNED,   /* the server's certificate vouches for itself */
    MODORI_TRUST_UNKNOWN_ROOT,  /* the chain is whole, but nobody here knows its root */
    MODORI_TRUST_NO_ISSUER,     /* the chain ends: who issued certificate `depth` is neither sent
                                 * nor known */
    MODORI_TRUST_BAD_CHAIN,     /* a signature is wrong, a CA may not issue, a purpose is wrong:
                                 * see `words` */
} ModoriTrust;

typedef struct {
    GPtrArray *certificates;    /* ModoriCertificate, as sent or as in the file; the server's own
                                 * first; at most 32 */
    ModoriTrust trust;          /* dates are not looked at: see not_before and not_after of each */
    guint depth;                /* of the certificate that `trust` speaks of; 0: the server's own */
    char *words;                /* the library's own words for it, "" when all is well */
    GPtrArray *path;            /* char *: common names from the server's to the trusted root, as
                                 * far as the library got */
    ModoriCertificate *root;    /* the end of `path` when it was not among `certificates`, but
                                 * known here; or NULL */
} ModoriChain;

void modori_certificate_free (ModoriCertificate *certificate);
void modori_chain_free (ModoriChain *chain);

/* Are A and B the very same? */
gboolean modori_certificate_is_same (const ModoriCertificate *a, const ModoriCertificate *b);

/* How a name of a certificate fits a host (RFC 6125 section 6.4, RFC 9525). */
typedef enum {
    MODORI_NAME_FITS,
    MODORI_NAME_OTHER,          /* nothing in common */
    MODORI_NAME_TOO_DEEP,       /* "*.example.com" and "a.b.example.com": a star is one label */
    MODORI_NAME_BARE,           /* "*.example.com" and "example.com": a star is not nothing */
    MODORI_NAME_BAD_STAR,       /* the star is not the whole first label, or all below is public */
} ModoriNameFit;

/* HOST in ASCII. */
ModoriNameFit modori_name_fits (const char *name, const char *host);

/* Is HOST, a name or an IP address, among the names of CERTIFICATE?  The common name is looked at
 * when there is no dNSName, and counts for nothing for Gmail, browsers and MTA-STS:
 * ONLY_COMMON_NAME (may be NULL) is set when it is all that fits. */
gboolean modori_certificate_fits (const ModoriCertificate *certificate, const char *host,
                                  gboolean *only_common_name);

/* What fits best of the names that do not: for "one label too deep".  NAME is CERTIFICATE's, or
 * NULL when all are other. */
ModoriNameFit modori_certificate_nearest (const ModoriCertificate *certificate, const char *host,
                                          const char **name);

/* The names of CERTIFICATE for people, addresses included, the common name not: "mail.example.com,
 * xn--wgv71a.example (日本.example)", at most MOST of them and then how many more ("... (+12)");
 * "" when there is none; the caller frees. */
char *modori_certificate_names (const ModoriCertificate *certificate, guint most);

/* Is key or signature of CERTIFICATE weaker than what OpenSSL (security level 2), Gmail and
 * browsers accept?  What it is, for people ("RSA 1024", "SHA-1"), or NULL; the caller frees.
 * Nobody looks at the signature by which a root vouches for itself. */
char *modori_certificate_weakness (const ModoriCertificate *certificate);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ModoriCertificate, modori_certificate_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ModoriChain, modori_chain_free)

#endif
