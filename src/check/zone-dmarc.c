/* zone-dmarc.c - the policy, and BIMI.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "check/zone.h"

void
modori_zone_dmarc (ModoriZone *zone)
{
    (void) zone;
}
