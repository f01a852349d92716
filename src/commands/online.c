/* online.c - `--online`: the checks that an advice names.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "commands/online.h"

ModoriOnline *
modori_online_new (const ModoriChecks *checks, ModoriEngine *engine, GError **error)
{
    (void) checks;
    (void) engine;
    (void) error;
    return NULL;
}

void
modori_online_free (ModoriOnline *online)
{
    (void) online;
}

void
modori_online_run (ModoriOnline *online, const char *advice, const char *sender_kind,
                   const ModoriCase *facts, void (*announce) (const char *command, gpointer),
                   gpointer data, GPtrArray *checkups)
{
    (void) online;
    (void) advice;
    (void) sender_kind;
    (void) facts;
    (void) announce;
    (void) data;
    (void) checkups;
}
