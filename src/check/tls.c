/* tls.c - `check tls`: what a mail server shows to who wants TLS.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "check/check.h"

ModoriCheckup *
modori_check_tls (ModoriResolver *resolver, const ModoriTlsCheck *options, GError **error)
{
    (void) resolver;
    (void) options;
    (void) error;
    return NULL;
}
