/* online.h - `--online`: the checks that an advice names, run at once.
 *
 * An advice says which check shows whether it worked ("Check: modori check domain example.jp --ip
 * 203.0.113.7").  With --online it is run when the advice is given.  It goes where a stranger's mail
 * points, so that it shows the names first and never connects to private addresses.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_COMMANDS_ONLINE_H
#define MODORI_COMMANDS_ONLINE_H

#include "commands/checks.h"
#include "output/terminal.h"

typedef struct ModoriOnline ModoriOnline;

/* CHECKS and ENGINE must outlive it.  NULL with ERROR set. */
ModoriOnline *modori_online_new (const ModoriChecks *checks, ModoriEngine *engine, GError **error);
void modori_online_free (ModoriOnline *online);

/* Run the checks that ADVICE names for the case FACTS, each once in a run: CHECKUPS gets a
 * ModoriCheckup for each.  ANNOUNCE is called with its command line before anything is sent. */
void modori_online_run (ModoriOnline *online, const char *advice, const char *sender_kind,
                        const ModoriCase *facts, void (*announce) (const char *command, gpointer),
                        gpointer data, GPtrArray *checkups);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ModoriOnline, modori_online_free)

#endif
