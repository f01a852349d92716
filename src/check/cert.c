/* cert.c - `check cert`: a file of certificates, before a server shows it.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "check/check.h"

ModoriCheckup *
modori_check_cert (const ModoriCertCheck *options, GError **error)
{
    (void) options;
    (void) error;
    return NULL;
}
