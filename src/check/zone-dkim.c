/* zone-dkim.c - the keys of its signatures.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "check/zone.h"

void
modori_zone_dkim (ModoriZone *zone)
{
    (void) zone;
}
