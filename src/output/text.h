/* text.h - outcomes for people: a few lines each, the answer first, then the evidence.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_OUTPUT_TEXT_H
#define MODORI_OUTPUT_TEXT_H

#include "output/terminal.h"
#include "rules/engine.h"

/* Append outcome I of the engine's report.  LANG is "" or "ja". */
void modori_text_outcome (ModoriTerminal *terminal, ModoriEngine *engine, guint i,
                          const char *lang);

/* "userunknown, hard, 550 5.1.1, Google": the decision about outcome I in brief; the caller
 * frees. */
char *modori_text_brief (ModoriEngine *engine, guint i, const char *lang);

/* Its status when that tells a person something: not x.0.0, which is only failure or delay. */
const char *modori_text_status (const ModoriOutcome *outcome);

/* Is it a failure or a delay (what `scan` lists without --all)? */
gboolean modori_text_is_failure (const ModoriOutcome *outcome);

/* Bad, mild or good, as its bounce says. */
ModoriStyle modori_text_style (const ModoriOutcome *outcome);

/* Whose server it was: the provider's title in LANG, else the remote host, else ""; the caller
 * frees. */
char *modori_text_speaker (const ModoriOutcome *outcome, const ModoriDecision *decision,
                           const char *lang);

#endif
