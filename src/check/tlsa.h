/* tlsa.h - a TLSA record and a certificate (RFC 6698, RFC 7672).
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_CHECK_TLSA_H
#define MODORI_CHECK_TLSA_H

#include "check/certificate.h"
#include "check/resolver.h"

/* The three numbers of a record (RFC 6698 section 2.1, with the names of RFC 7218). */
enum {
    MODORI_TLSA_PKIX_TA, MODORI_TLSA_PKIX_EE, MODORI_TLSA_DANE_TA, MODORI_TLSA_DANE_EE
};
enum { MODORI_TLSA_CERT, MODORI_TLSA_SPKI };
enum { MODORI_TLSA_FULL, MODORI_TLSA_SHA2_256, MODORI_TLSA_SHA2_512 };

/* "_25._tcp.mx.example.jp TLSA 3 1 1 abcd...": RECORD of OWNER; the caller frees. */
char *modori_tlsa_text (const char *owner, const ModoriDnsRecord *record);

/* Can a mail server be recognised by RECORD?  RFC 7672 section 3.1.3 leaves usages 2 and 3, and a
 * digest has the length of its kind. */
gboolean modori_tlsa_counts (const ModoriDnsRecord *record);

/* Is CERTIFICATE, or its key, the one in RECORD? */
gboolean modori_tlsa_names (const ModoriDnsRecord *record, const ModoriCertificate *certificate);

/* Does RECORD vouch for CHAIN, shown by HOST?  Of DANE-EE neither name nor date count; for DANE-TA
 * both do. */
gboolean modori_tlsa_vouches (const ModoriDnsRecord *record, const ModoriChain *chain,
                              const char *host, gint64 now);

#endif
