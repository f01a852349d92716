/* origins.h - how modori knows: who read the message, and where each value was found.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_OUTPUT_ORIGINS_H
#define MODORI_OUTPUT_ORIGINS_H

#include "output/terminal.h"
#include "rules/engine.h"

/* Append the heading of the tables of values, with a NOTE how to read them. */
void modori_origins_put_heading (ModoriTerminal *terminal, gboolean note);

/* Append a table of the values of OUTCOME. */
void modori_origins_put (ModoriTerminal *terminal, ModoriEngine *engine,
                         const ModoriOutcome *outcome);

/* Append BIDS (of ModoriBid), in the order in which they read. */
void modori_origins_put_bids (ModoriTerminal *terminal, ModoriEngine *engine, const GArray *bids);

#endif
