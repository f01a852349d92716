/* zone-dane.c - TLSA and DNSSEC.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "check/zone.h"

void
modori_zone_dane (ModoriZone *zone)
{
    (void) zone;
}
