/* mta-sts.c - the policy file of MTA-STS.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "check/mta-sts.h"

ModoriMtaSts *
modori_mta_sts_parse (ModoriSpan file)
{
    (void) file;
    return NULL;
}

void
modori_mta_sts_free (ModoriMtaSts *policy)
{
    (void) policy;
}

gboolean
modori_mta_sts_admits (const ModoriMtaSts *policy, const char *host)
{
    (void) policy;
    (void) host;
    return 0;
}
