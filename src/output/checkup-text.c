/* checkup-text.c - a checkup for people.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "output/checkup.h"

ModoriGravity
modori_checkup_gravity (const ModoriCheckup *checkup, const ModoriKnowledge *knowledge)
{
    (void) checkup;
    (void) knowledge;
    return 0;
}

void
modori_checkup_text (ModoriTerminal *terminal, const ModoriCheckup *checkup, ModoriEngine *engine, const char *lang)
{
    (void) terminal;
    (void) checkup;
    (void) engine;
    (void) lang;
}

void
modori_checkup_brief (ModoriTerminal *terminal, const ModoriCheckup *checkup, ModoriEngine *engine, const char *lang)
{
    (void) terminal;
    (void) checkup;
    (void) engine;
    (void) lang;
}
