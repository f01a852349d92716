/* unit-certificate.c - names, dates and strength of certificates.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "check/certificate.h"

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    return g_test_run ();
}
