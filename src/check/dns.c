/* dns.c - names and records of the DNS.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "check/resolver.h"

ModoriDnsRecord *
modori_dns_add (ModoriDnsAnswer *answer, const char *text, guint32 ttl)
{
    (void) answer;
    (void) text;
    (void) ttl;
    return NULL;
}

char *
modori_dns_reverse_name (const char *address)
{
    (void) address;
    return NULL;
}

char *
modori_dns_name (const char *name)
{
    (void) name;
    return NULL;
}

const char *
modori_dns_status_name (ModoriDnsStatus status)
{
    (void) status;
    return NULL;
}
