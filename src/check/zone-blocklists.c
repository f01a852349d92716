/* zone-blocklists.c - block lists.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "check/zone.h"

void
modori_zone_blocklists (ModoriZone *zone)
{
    (void) zone;
}
