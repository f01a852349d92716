/* check-domain.c - what receivers ask of a domain.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"
#include "commands/checks.h"

#include <sysexits.h>

int
modori_check_domain_cmd (int argc, char **argv)
{
    (void) argc;
    (void) argv;
    return EX_UNAVAILABLE;
}
