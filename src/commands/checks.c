/* checks.c - what the checks share.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "commands/checks.h"

GOptionEntry *
modori_checks_options (ModoriChecks *checks, const GOptionEntry *more)
{
    (void) checks;
    (void) more;
    return NULL;
}

void
modori_checks_clear (ModoriChecks *checks)
{
    (void) checks;
}

int
modori_checks_validate (ModoriChecks *checks)
{
    (void) checks;
    return 0;
}

ModoriResolver *
modori_checks_resolver (const ModoriChecks *checks, GError **error)
{
    (void) checks;
    (void) error;
    return NULL;
}

int
modori_checks_put (const ModoriChecks *checks, ModoriCheckup *checkup, GError *error)
{
    (void) checks;
    (void) checkup;
    (void) error;
    return 0;
}
