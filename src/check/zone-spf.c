/* zone-spf.c - who may send.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "check/zone.h"

void
modori_zone_spf (ModoriZone *zone)
{
    (void) zone;
}
