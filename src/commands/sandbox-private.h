/* sandbox-private.h - the two halves of the sandbox: paths (Landlock) and system calls (seccomp).
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_COMMANDS_SANDBOX_PRIVATE_H
#define MODORI_COMMANDS_SANDBOX_PRIVATE_H

#include <glib.h>

/* Is a sanitizer built in that looks at memory?  LeakSanitizer does it from another process (clone,
 * ptrace), and they write their reports with calls that no reader of mail makes. */
#if defined __SANITIZE_ADDRESS__ || defined __SANITIZE_THREAD__
#define MODORI_SANITIZED 1
#elif defined __has_feature
#if __has_feature (address_sanitizer) || __has_feature (thread_sanitizer) \
    || __has_feature (memory_sanitizer)
#define MODORI_SANITIZED 1
#endif
#endif
#ifndef MODORI_SANITIZED
#define MODORI_SANITIZED 0
#endif

/* --- sandbox-paths.c: Landlock --- */

/* A set of rules that is being made; NULL where there is no Landlock. */
typedef struct ModoriPaths ModoriPaths;

/* With NETWORK, connections stay possible.  NULL with ERROR set, or, where the kernel has none of
 * it, without. */
ModoriPaths *modori_paths_new (gboolean network, GError **error);
void modori_paths_free (ModoriPaths *paths);

/* Allow PATH, file or folder, to be read, or with CHANGE to be written as well.  One that cannot be
 * opened now is none that could be read. */
void modori_paths_allow (ModoriPaths *paths, const char *path, gboolean change);

/* From now on nothing else is there.  FALSE with ERROR set, of what went wrong before as well. */
gboolean modori_paths_restrict (ModoriPaths *paths, GError **error);

/* The version of the kernel's Landlock; 0: none that is of use. */
int modori_paths_version (void);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ModoriPaths, modori_paths_free)

/* --- sandbox-calls.c: no_new_privs and seccomp --- */

typedef enum {
    MODORI_CALLS_READER,        /* what reading mail needs */
    MODORI_CALLS_WORKER,        /* less, on top of it */
    MODORI_CALLS_ONLINE,        /* connections too; not what no command ever needs */
} ModoriCalls;

/* FALSE: the kernel has no such thing. */
gboolean modori_calls_no_new_privs (void);

/* From now on only these calls.  FALSE with ERROR set; where there are no filters, TRUE. */
gboolean modori_calls_restrict (ModoriCalls calls, GError **error);

/* Would it be filtered?  *WHY tells why not, when it is not the kernel. */
gboolean modori_calls_are_filtered (const char **why);

#endif
