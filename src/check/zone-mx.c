/* zone-mx.c - MX, A and AAAA: where the domain takes its mail.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "check/zone.h"

void
modori_zone_mx (ModoriZone *zone)
{
    (void) zone;
}
