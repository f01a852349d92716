/* probe.c - SMTP servers, asked how they do TLS: all addresses at once, a thread for each.
 *
 * A thread has a probe of its own and shares only what nobody changes.  When the first conversation
 * got as far as TLS, each version of it is tried in a short one.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "check/probe.h"

#include "check/dialogue.h"

#include <errno.h>
#include <unistd.h>

/* The largest providers have 10 addresses for a name. */
#define ADDRESSES_MAX 16

static const char *const versions[] = { "TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3" };

typedef struct {
    const ModoriTlsTable *tls;
    const ModoriProbeOptions *options;
    gint64 deadline;
    ModoriProbe *probe;
    GThread *thread;
} Task;

static void
version_clear (gpointer data)
{
    ModoriTlsVersion *version = data;

    g_free (version->cipher);
}

static ModoriProbe *
probe_new (const char *address, guint16 port)
{
    ModoriProbe *probe = g_new0 (ModoriProbe, 1);

    probe->address = g_strdup (address);
    probe->port = port;
    probe->fd = -1;
    probe->trouble = g_strdup ("");
    probe->greeting = g_strdup ("");
    probe->name = g_strdup ("");
    probe->version = g_strdup ("");
    probe->cipher = g_strdup ("");
    probe->versions = g_array_new (FALSE, TRUE, sizeof (ModoriTlsVersion));
    g_array_set_clear_func (probe->versions, version_clear);
    return probe;
}

static void
probe_free (gpointer data)
{
    ModoriProbe *probe = data;

    if (probe->session)
        probe->tls->end (probe->session);
    if (probe->fd >= 0)
        close (probe->fd);
    g_free (probe->address);
    g_free (probe->trouble);
    g_free (probe->greeting);
    g_free (probe->name);
    g_free (probe->version);
    g_free (probe->cipher);
    g_array_unref (probe->versions);
    g_free (probe);
}

/* Does the server of TASK speak VERSION?  What could not be tried is not written down. */
static void
try_version (const Task *task, const char *version)
{
    const ModoriProbe *known = task->probe;
    ModoriProbe *probe = probe_new (known->address, known->port);
    ModoriTlsVersion result = { version, TRUE, NULL };

    probe->tls = task->tls;
    if (g_str_equal (known->version, version)) {
        result.cipher = g_strdup (known->cipher);
        g_array_append_val (known->versions, result);
    } else {
        modori_dialogue (probe, task->tls, task->options, version, task->deadline);
        result.offered = probe->stage == MODORI_STAGE_DONE && probe->session;
        result.cipher = g_strdup (probe->cipher);
        if (result.offered || (probe->stage == MODORI_STAGE_HANDSHAKE && ! probe->timed_out))
            g_array_append_val (known->versions, result);
        else
            g_free (result.cipher);
    }
    probe_free (probe);
}

static gpointer
run_task (gpointer data)
{
    Task *task = data;
    ModoriProbe *probe = task->probe;

    modori_dialogue (probe, task->tls, task->options, NULL, task->deadline);
    if (task->options->versions && ! probe->timed_out
        && (probe->chain || probe->stage == MODORI_STAGE_HANDSHAKE))
        for (guint i = 0; i < G_N_ELEMENTS (versions); i++)
            try_version (task, versions[i]);
    return NULL;
}

/* The address is looked at here, as it will be connected to: no name stands between. */
static void
start (Task *task)
{
    ModoriProbe *probe = task->probe;

    probe->tls = task->tls;
    if (! modori_reach_admits (task->options->reach, probe->address, probe->port)) {
        probe->stage = MODORI_STAGE_REACH;
        g_free (probe->trouble);
        probe->trouble = g_strdup (g_strerror (EACCES));
        return;
    }
    task->thread = g_thread_try_new ("probe", run_task, task, NULL);
    if (! task->thread)
        run_task (task);
}

GPtrArray *
modori_probe (const ModoriTlsTable *tls, const GPtrArray *addresses,
              const ModoriProbeOptions *options)
{
    GPtrArray *probes = g_ptr_array_new_with_free_func (probe_free);
    gint64 deadline = g_get_monotonic_time () + options->seconds * G_TIME_SPAN_SECOND;
    Task tasks[ADDRESSES_MAX];
    guint n = MIN (addresses->len, ADDRESSES_MAX);

    for (guint i = 0; i < n; i++) {
        ModoriProbe *probe = probe_new (g_ptr_array_index (addresses, i), options->port);

        tasks[i] = (Task) { tls, options, deadline, probe, NULL };
        g_ptr_array_add (probes, probe);
        start (&tasks[i]);
    }
    for (guint i = 0; i < n; i++)
        if (tasks[i].thread)
            g_thread_join (tasks[i].thread);
    return probes;
}
