/* summary.h - what many bounces have in common.
 *
 * Counts are kept in tables of bounded size, so that a mailbox of any size can be added up.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_OUTPUT_SUMMARY_H
#define MODORI_OUTPUT_SUMMARY_H

#include "output/terminal.h"
#include "rules/engine.h"

typedef struct ModoriSummary ModoriSummary;

ModoriSummary *modori_summary_new (void);
void modori_summary_free (ModoriSummary *summary);

/* Append to NOTES what is to be counted of outcome I of the engine's report.  They may be added by
 * another process than that which read the message. */
void modori_summary_note (GString *notes, ModoriEngine *engine, guint i, const char *lang);

/* Count all outcomes of NOTES. */
void modori_summary_add (ModoriSummary *summary, ModoriSpan notes, ModoriEngine *engine,
                         const char *lang);

/* Append it all: how many, why, who said so, for which sender, what to do first; and a wave of
 * unknown recipients that share subject and host, which is what an abused contact form looks
 * like.  MESSAGES were read in all. */
void modori_summary_put (ModoriSummary *summary, ModoriTerminal *terminal, ModoriEngine *engine,
                         guint64 messages, const char *lang);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ModoriSummary, modori_summary_free)

#endif
