/* checkup.h - a checkup for people and for programs.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_OUTPUT_CHECKUP_H
#define MODORI_OUTPUT_CHECKUP_H

#include "check/checkup.h"
#include "output/terminal.h"
#include "rules/engine.h"
#include "rules/observation.h"

/* How grave the gravest of CHECKUP is. */
ModoriGravity modori_checkup_gravity (const ModoriCheckup *checkup,
                                      const ModoriKnowledge *knowledge);

/* Append CHECKUP: verdicts, what was seen by section, records to publish, steps. */
void modori_checkup_text (ModoriTerminal *terminal, const ModoriCheckup *checkup,
                          ModoriEngine *engine, const char *lang);

/* The same as one JSON object on one line. */
void modori_checkup_json (GString *out, const ModoriCheckup *checkup, ModoriEngine *engine,
                          const char *lang);

/* In brief, for who folds it into something else: the errors and warnings, and the records to
 * publish for them; a line when there is none. */
void modori_checkup_brief (ModoriTerminal *terminal, const ModoriCheckup *checkup,
                           ModoriEngine *engine, const char *lang);

#endif
