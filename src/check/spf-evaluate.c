/* spf-evaluate.c - may this address send?
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "check/spf.h"

const char *
modori_spf_result_name (ModoriSpfResult result)
{
    (void) result;
    return NULL;
}

ModoriSpfVerdict *
modori_spf_evaluate (ModoriResolver *resolver, const char *ip, const char *sender, const char *helo)
{
    (void) resolver;
    (void) ip;
    (void) sender;
    (void) helo;
    return NULL;
}

void
modori_spf_verdict_free (ModoriSpfVerdict *verdict)
{
    (void) verdict;
}
