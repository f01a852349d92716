/* check-tls.c - does a mail server show a certificate that clients and Gmail accept?
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"
#include "commands/checks.h"

#include <sysexits.h>

int
modori_check_tls_cmd (int argc, char **argv)
{
    (void) argc;
    (void) argv;
    return EX_UNAVAILABLE;
}
