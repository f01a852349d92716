/* unit-checkup.c - what a check has seen, and what it means.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "check/checkup.h"

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    return g_test_run ();
}
