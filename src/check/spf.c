/* spf.c - reading SPF records.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "check/spf.h"

ModoriSpf *
modori_spf_parse (const char *text)
{
    (void) text;
    return NULL;
}

void
modori_spf_free (ModoriSpf *spf)
{
    (void) spf;
}
