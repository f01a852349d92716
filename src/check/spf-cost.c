/* spf-cost.c - what a record asks the DNS.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "check/spf.h"

ModoriSpfCost *
modori_spf_cost (ModoriResolver *resolver, const char *domain)
{
    (void) resolver;
    (void) domain;
    return NULL;
}

void
modori_spf_cost_free (ModoriSpfCost *cost)
{
    (void) cost;
}
