/* online.h - `--online`: the checks that an advice names, run when it is given.
 *
 * An advice says which check shows whether it worked ("Check: modori check domain example.jp --ip
 * 203.0.113.7").  With --online these are run, and what they find stands before the steps.  They
 * go where a stranger's mail points: so the command is shown first, and private addresses are
 * never connected to unless that is allowed.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_COMMANDS_ONLINE_H
#define MODORI_COMMANDS_ONLINE_H

#include "commands/checks.h"

typedef struct ModoriOnline ModoriOnline;

/* From now on the advice of ENGINE is checked as CHECKS says; both must outlive it.  QUIET:
 * commands are not shown.  NULL with ERROR set. */
ModoriOnline *modori_online_new (const ModoriChecks *checks, ModoriEngine *engine, gboolean quiet,
                                 GError **error);
void modori_online_free (ModoriOnline *online);

/* Are the options for it there without --online, or impossible?  That is said: the exit status;
 * else 0. */
int modori_online_validate (gboolean online, ModoriChecks *checks);

/* --online and what belongs to it, for an array of GOptionEntry. */
#define MODORI_ONLINE_OPTIONS(online, checks)                                                     \
    { "online", 0, 0, G_OPTION_ARG_NONE, &(online),                                               \
      N_("run the checks that the advice names (DNS, mail servers), and tell what they find"),    \
      NULL },                                                                                     \
    { "allow-private", 0, 0, G_OPTION_ARG_NONE, &(checks).allow_private,                          \
      N_("with --online: private and local addresses may be connected to, too"), NULL },          \
    { "resolver", 0, 0, G_OPTION_ARG_STRING, &(checks).resolver,                                  \
      N_("with --online: ask this DNS server instead of the system's"), N_("ADDRESS[:PORT]") },   \
    { "timeout", 0, 0, G_OPTION_ARG_INT, &(checks).seconds,                                       \
      N_("with --online: end each conversation after SECONDS (default 10)"), N_("SECONDS") },     \
    { "ca-file", 0, 0, G_OPTION_ARG_FILENAME, &(checks).ca_file,                                  \
      N_("with --online: trust these authorities instead of the system's"), N_("FILE") }

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ModoriOnline, modori_online_free)

#endif
