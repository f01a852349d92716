/* unit-records.c - DKIM keys, DMARC, MTA-STS, TLSA, MX ...: what is seen in a zone.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "zone-fixture.h"

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    return g_test_run ();
}
