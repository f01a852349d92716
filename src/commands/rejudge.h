/* rejudge.h - what history holds, decided again by the rules of now: `modori history rejudge`.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_COMMANDS_REJUDGE_H
#define MODORI_COMMANDS_REJUDGE_H

#include "history/history.h"
#include "output/terminal.h"

typedef struct {
    ModoriHistory *history;
    ModoriEngine *engine;
    gboolean all;               /* also what was decided by the same version of the rules */
    gboolean dry_run;           /* change nothing */
    guint64 asked, changed;
    GHashTable *changes;        /* "from -> to" (own) -> guint64 (own) */
} ModoriRejudge;

/* Decide all records again.  FALSE with ERROR set; what was done before stays.  The caller unrefs
 * the changes. */
gboolean modori_rejudge_run (ModoriRejudge *rejudge, GError **error);

/* Append how many changed, from what to what, most first. */
void modori_rejudge_put (const ModoriRejudge *rejudge, ModoriTerminal *terminal);

#endif
