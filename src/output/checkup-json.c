/* checkup-json.c - a checkup for programs.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "output/checkup.h"

void
modori_checkup_json (GString *out, const ModoriCheckup *checkup, ModoriEngine *engine, const char *lang)
{
    (void) out;
    (void) checkup;
    (void) engine;
    (void) lang;
}
