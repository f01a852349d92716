/* zone.c - `check domain`: what receivers ask of a domain.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "check/zone.h"

ModoriCheckup *
modori_check_domain (ModoriResolver *resolver, const ModoriDomainCheck *options, GError **error)
{
    (void) resolver;
    (void) options;
    (void) error;
    return NULL;
}

void
modori_zone_prefetch (ModoriZone *zone)
{
    (void) zone;
}

const ModoriDnsRecord *
modori_zone_txt (ModoriZone *zone, const char *name, const char *version, guint *count)
{
    (void) zone;
    (void) name;
    (void) version;
    (void) count;
    return NULL;
}
