/* chain.c - what is to be said of one chain of certificates.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "check/check.h"

void
modori_check_chain (ModoriSection *section, const ModoriChain *chain, const char *host, guint warn_days, gint64 now)
{
    (void) section;
    (void) chain;
    (void) host;
    (void) warn_days;
    (void) now;
}
