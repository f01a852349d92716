/* unit-smtp.c - replies of SMTP servers.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "check/smtp.h"

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    return g_test_run ();
}
