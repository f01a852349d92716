/* spool.h - messages on their way into history: a Maildir that `record` delivers into.
 *
 * A message is safe once its file is in new/ and both the file and the directory are on the disk.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_HISTORY_SPOOL_H
#define MODORI_HISTORY_SPOOL_H

#include "mail/source.h"

/* Where NAME lies that is remembered: $XDG_STATE_HOME/modori/NAME, below ~/.local/state when that
 * is not set; the caller frees. */
char *modori_spool_state_path (const char *name);

/* Where the spool lies when nobody says: $XDG_STATE_HOME/modori/spool; the caller frees. */
char *modori_spool_default_path (void);

/* Read file descriptor FD to its end and deliver it into each of the Maildirs DIRS
 * (NULL-terminated; created when needed, for the user only), or into none.  Memory does not depend
 * on its size.  An empty message is an error.  A signal that is blocked and comes meanwhile is an
 * error as well: who must tidy up before he ends blocks signals (and catches them: see ppoll).
 * FALSE with ERROR set. */
gboolean modori_spool_deliver (int fd, const char *const *dirs, GError **error);

/* Read FD to its end, as above, into a file without a name in the directory for temporary files.
 * Its descriptor, at the start; the caller closes it.  -1 with ERROR set. */
int modori_spool_hold (int fd, GError **error);

/* Write all of BYTES to FD.  0, or the reason (errno). */
int modori_spool_write (int fd, const char *bytes, gsize len);

/* Is a message waiting in DIR?  (Cheap; FALSE when DIR is not there.) */
gboolean modori_spool_is_waiting (const char *dir);

/* A lock on DIR that lasts until it is freed: only one process takes messages out.  Waits up to
 * PATIENCE seconds for another one to finish.  NULL with ERROR set. */
typedef struct ModoriSpoolLock ModoriSpoolLock;
ModoriSpoolLock *modori_spool_lock (const char *dir, guint patience, GError **error);
void modori_spool_unlock (ModoriSpoolLock *lock);

/* Put the message PATH of DIR aside, into the Maildir DIR/.other: it is mail, but no report. */
gboolean modori_spool_put_aside (const char *dir, const char *path, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ModoriSpoolLock, modori_spool_unlock)

#endif
