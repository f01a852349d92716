/* zone-mta-sts.c - MTA-STS and TLS-RPT.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "check/zone.h"

void
modori_zone_mta_sts (ModoriZone *zone)
{
    (void) zone;
}
