/* tlsa.h - a TLSA record and a certificate (RFC 6698, RFC 7672).
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_CHECK_TLSA_H
#define MODORI_CHECK_TLSA_H

#include "check/certificate.h"
#include "check/resolver.h"

/* Can a mail server be recognised by RECORD?  RFC 7672 section 3.1.3 leaves usages 2 and 3. */
gboolean modori_tlsa_counts (const ModoriDnsRecord *record);

/* Is CERTIFICATE, or its key, the one in RECORD? */
gboolean modori_tlsa_names (const ModoriDnsRecord *record, const ModoriCertificate *certificate);

/* Does RECORD vouch for CHAIN, shown by HOST?  Of DANE-EE neither name nor date count; for DANE-TA
 * both do. */
gboolean modori_tlsa_vouches (const ModoriDnsRecord *record, const ModoriChain *chain,
                              const char *host, gint64 now);

#endif
