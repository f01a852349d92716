/* sandbox-calls.c - which system calls the program may make: seccomp, with filters that mkfilter.c
 * has written when the program was built.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"
#include "commands/sandbox-private.h"

#include "text/error.h"

#include <errno.h>
#include <glib/gi18n.h>

#ifdef __linux__

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "filters.h"

/* No other program shares this processor's secrets with what is computed here: the protection
 * against that, which older kernels switch on for whoever has a filter, would only cost time. */
#ifndef SECCOMP_FILTER_FLAG_SPEC_ALLOW
#define SECCOMP_FILTER_FLAG_SPEC_ALLOW 4
#endif

typedef struct {
    const struct sock_filter *steps;
    unsigned short n;
} Filter;

#define FILTER(name) { filter_##name, G_N_ELEMENTS (filter_##name) }

static const Filter filters[] = {
    [MODORI_CALLS_READER] = FILTER (reader),
    [MODORI_CALLS_WORKER] = FILTER (worker),
    [MODORI_CALLS_ONLINE] = FILTER (online),
};

/* An array cannot be empty: a filter of one step is none. */
static gboolean
is_built (void)
{
    return filters[MODORI_CALLS_READER].n > 1;
}

static long
call (unsigned int operation, unsigned int flags, gpointer argument)
{
    return syscall (SYS_seccomp, operation, flags, argument);
}

gboolean
modori_calls_no_new_privs (void)
{
    return prctl (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
}

/* Is REASON that there is no seccomp, or that we are not let? */
static gboolean
is_lacking (int reason)
{
    return reason == ENOSYS || reason == EINVAL || reason == EPERM || reason == EACCES
        || reason == EOPNOTSUPP;
}

gboolean
modori_calls_restrict (ModoriCalls calls, GError **error)
{
    struct sock_fprog program = { filters[calls].n, (struct sock_filter *) filters[calls].steps };
    int reason;

    /* Sanitizers could not do their work. */
    if (! is_built () || MODORI_SANITIZED
        || call (SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_SPEC_ALLOW, &program) == 0
        || (errno == EINVAL && call (SECCOMP_SET_MODE_FILTER, 0, &program) == 0))
        return TRUE;
    reason = errno;
    if (is_lacking (reason))
        return TRUE;
    g_set_error (error, MODORI_ERROR, MODORI_ERROR_IO, "seccomp: %s", g_strerror (reason));
    return FALSE;
}

gboolean
modori_calls_are_filtered (const char **why)
{
    unsigned int action = SECCOMP_RET_ERRNO;

    *why = ! is_built () ? _("built without libseccomp")
        : MODORI_SANITIZED ? _("not with sanitizers") : NULL;
    return ! *why && call (SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0;
}

#else

gboolean
modori_calls_no_new_privs (void)
{
    return FALSE;
}

gboolean
modori_calls_restrict (ModoriCalls calls, GError **error)
{
    (void) calls;
    (void) error;
    return TRUE;
}

gboolean
modori_calls_are_filtered (const char **why)
{
    *why = NULL;
    return FALSE;
}

#endif
