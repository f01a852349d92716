/* zone-reverse.c - PTR and EHLO: the sending machine.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "check/zone.h"

void
modori_zone_reverse (ModoriZone *zone)
{
    (void) zone;
}
