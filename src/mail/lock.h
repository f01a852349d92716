/* lock.h - the locks by which mail programs keep off each other's mailboxes.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_MAIL_LOCK_H
#define MODORI_MAIL_LOCK_H

#include <glib.h>

/* Milliseconds to wait for a lock.  A delivery holds it for much less than a
 * second; who holds it for longer is a mail reader or hangs, and may do so for
 * hours. */
#define MODORI_LOCK_PATIENCE 5000

/* Take a read lock on FD, the mailbox PATH, and wait for its dot lock to go
 * away, for at most PATIENCE milliseconds.  NULL when nobody else writes to it
 * now; else one line that says who may, for the user; the caller frees.
 * Nothing is written; the lock falls when FD is closed. */
char *modori_lock_take (int fd, const char *path, guint patience);

#endif
