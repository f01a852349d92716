/* sandbox.h - to give up what the program does not need any more, before it reads strangers' mail.
 *
 * Whoever finds a fault in a reader of mail has what the reader may do.  So, where the kernel can:
 * no program that is started gets more rights than this one (no_new_privs); of files only those are
 * there that the command was given, and what the system's own libraries read (Landlock); there are
 * no connections and no programs to be run (Landlock, seccomp).  Kernels that have none of it give
 * none: then nothing is said, and the program runs as it always did.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_COMMANDS_SANDBOX_H
#define MODORI_COMMANDS_SANDBOX_H

#include <glib.h>

/* What a command needs besides; what is not there is passed over. */
typedef struct {
    GPtrArray *read;            /* files, or folders and all that is in them, to be read: paths */
    GPtrArray *change;          /* files to be written; folders in which they come and go */
    gboolean links;             /* what links in the folders of `read` lead to, as well */
    gboolean recursive;         /* and those in their subfolders */
    gboolean database;          /* SQLite may need a place for temporary files */
    gboolean network;           /* it asks servers: connections, and what TLS and the DNS read */
} ModoriSandbox;

/* Nothing yet; freed by modori_sandbox_free. */
ModoriSandbox *modori_sandbox_new (void);
void modori_sandbox_free (ModoriSandbox *sandbox);

/* Add PATH, which is copied; NULL, "-" and "" are nothing. */
void modori_sandbox_read (ModoriSandbox *sandbox, const char *path);
void modori_sandbox_read_all (ModoriSandbox *sandbox, char *const *paths);  /* NULL-terminated */
void modori_sandbox_change (ModoriSandbox *sandbox, const char *path);

/* Give up all but what SANDBOX says: for good.  FALSE with ERROR set when the kernel can do it, but
 * not now: then the program must end, because it may have given up half of it. */
gboolean modori_sandbox_enter (const ModoriSandbox *sandbox, GError **error);

/* The same in a worker process of a program that has entered: it reads no file of the user's, and
 * writes none.  What cannot be given up stays as modori_sandbox_enter left it. */
void modori_sandbox_enter_worker (void);

/* What this machine gives: "no_new_privs, Landlock ABI 7, seccomp"; the caller frees. */
char *modori_sandbox_describe (void);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ModoriSandbox, modori_sandbox_free)

#endif
