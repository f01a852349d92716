/* check-cert.c - a file of certificates, before a server shows it.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"
#include "commands/checks.h"

#include <sysexits.h>

int
modori_check_cert_cmd (int argc, char **argv)
{
    (void) argc;
    (void) argv;
    return EX_UNAVAILABLE;
}
