/* checkup.h - a checkup for people and for programs.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_OUTPUT_CHECKUP_H
#define MODORI_OUTPUT_CHECKUP_H

#include "check/checkup.h"
#include "output/terminal.h"
#include "rules/engine.h"
#include "rules/observation.h"

/* How grave it is to see in SECTION what BLOCK tells of (NULL: nobody knows what it means). */
ModoriGravity modori_checkup_weigh (const ModoriSection *section, const ModoriBlock *block);

/* How grave the gravest of CHECKUP is. */
ModoriGravity modori_checkup_gravity (const ModoriCheckup *checkup,
                                      const ModoriKnowledge *knowledge);

/* Append CHECKUP: verdicts, what was seen by section, records to publish, steps. */
void modori_checkup_text (ModoriTerminal *terminal, const ModoriCheckup *checkup,
                          ModoriEngine *engine, const char *lang);

/* The same as one JSON object on one line. */
void modori_checkup_json (GString *out, const ModoriCheckup *checkup, ModoriEngine *engine,
                          const char *lang);

/* Put into STEPS (of ModoriAdviceLine), before line AT, what CHECKUP found: a step that says which
 * COMMAND was run, one for each error and warning, and the records to publish.  The number of lines
 * that were put. */
guint modori_checkup_steps (GArray *steps, guint at, const ModoriCheckup *checkup,
                            const char *command, ModoriEngine *engine, const char *lang);

#endif
