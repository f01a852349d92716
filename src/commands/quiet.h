/* quiet.h - to be the program at the end of a mail system's pipe: silent, and never killed before
 * it has tidied up.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_COMMANDS_QUIET_H
#define MODORI_COMMANDS_QUIET_H

#include <glib.h>

typedef struct ModoriQuiet ModoriQuiet;

/* From now on standard error is held back (unless it is a terminal), files are the user's only,
 * signals that would end the program are blocked and caught, a limit of file sizes or a closed
 * pipe is an error of write (2).  NULL when that is not possible. */
ModoriQuiet *modori_quiet_begin (void);

/* From now on there is nothing to tidy up: a signal that would end the program ends it at once, in
 * the way of SIGABRT (main.c: with 75). */
void modori_quiet_release (void);

/* Open the system's log, for who will not be able to connect to it any more. */
void modori_quiet_open_log (void);

/* What was held back goes to the system's log of mail when STATUS is a failure.  The exit status:
 * 0, or 75 for all failures. */
int modori_quiet_end (ModoriQuiet *quiet, int status);
void modori_quiet_free (ModoriQuiet *quiet);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ModoriQuiet, modori_quiet_free)

#endif
