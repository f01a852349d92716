/* explanation.h - one bounce for a person: what happened, what to do, and how modori knows.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_OUTPUT_EXPLANATION_H
#define MODORI_OUTPUT_EXPLANATION_H

#include "output/terminal.h"
#include "rules/engine.h"

/* Append the whole explanation of the engine's report.  BIDS (may be NULL; element-type
 * ModoriBid) is shown as well, with the origin of every value. */
void modori_explanation_put (ModoriTerminal *terminal, ModoriEngine *engine, const char *lang,
                             const GArray *bids);

/* Append why the engine's message is no bounce. */
void modori_explanation_put_none (ModoriTerminal *terminal, ModoriEngine *engine,
                                  const GArray *bids);

/* Append advice NAME: title, why, steps; for the case FACTS. */
void modori_explanation_put_advice (ModoriTerminal *terminal, ModoriEngine *engine,
                                    const char *name, const char *lang, const char *sender_kind,
                                    const ModoriCase *facts);

/* Append STEPS (of ModoriAdviceLine), numbered. */
void modori_explanation_put_steps (ModoriTerminal *terminal, const GArray *steps);

/* Append the advice of the findings in FOUND (of ModoriFound) that are at least as grave as LEAST,
 * each once, but not those in TOLD (NULL-terminated), which were told before. */
void modori_explanation_put_repairs (ModoriTerminal *terminal, ModoriEngine *engine,
                                     const GArray *found, ModoriSeverity least, const char *lang,
                                     const char *sender_kind, const ModoriCase *facts,
                                     const char *const *told);

#endif
