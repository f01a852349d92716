/* certificate.c - X.509 certificates as plain texts and numbers.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "check/certificate.h"

void
modori_certificate_free (ModoriCertificate *certificate)
{
    (void) certificate;
}

void
modori_chain_free (ModoriChain *chain)
{
    (void) chain;
}

ModoriNameFit
modori_name_fits (const char *name, const char *host)
{
    (void) name;
    (void) host;
    return 0;
}

gboolean
modori_certificate_fits (const ModoriCertificate *certificate, const char *host, gboolean *only_common_name)
{
    (void) certificate;
    (void) host;
    (void) only_common_name;
    return 0;
}

ModoriNameFit
modori_certificate_nearest (const ModoriCertificate *certificate, const char *host, const char **name)
{
    (void) certificate;
    (void) host;
    (void) name;
    return 0;
}

char *
modori_certificate_names (const ModoriCertificate *certificate, guint most)
{
    (void) certificate;
    (void) most;
    return NULL;
}

char *
modori_certificate_weakness (const ModoriCertificate *certificate)
{
    (void) certificate;
    return NULL;
}
