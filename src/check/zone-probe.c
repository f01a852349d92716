/* zone-probe.c - the domain's mail servers, asked how they do TLS: for MTA-STS and DANE.
 *
 * Two sections want to know, and each server is asked once.  Many networks let nobody out to port
 * 25: after one that could not be reached in time, no other is tried.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "check/zone.h"

/* Mail servers that are connected to for one domain, and how long all of them may take: this many
 * times as long as one. */
#define PROBES_MAX 5
#define PROBES_TIMES 2

/* Not every server was probed. */
static void
probes_free (gpointer probes)
{
    if (probes)
        g_ptr_array_unref (probes);
}

/* Nobody could be connected to in time: port 25 is closed for this machine, mostly. */
static gboolean
all_timed_out (const GPtrArray *probes)
{
    for (guint i = 0; i < probes->len; i++) {
        const ModoriProbe *probe = probes->pdata[i];

        if (probe->stage != MODORI_STAGE_CONNECT || ! probe->timed_out)
            return FALSE;
    }
    return probes->len > 0;
}

/* How many seconds are left for the next server. */
static guint
seconds_left (ModoriZone *zone)
{
    gint64 now = g_get_monotonic_time ();

    if (zone->probes_end == 0)
        zone->probes_end = now + PROBES_TIMES * (gint64) zone->options->seconds * G_USEC_PER_SEC;
    if (zone->port_closed || now >= zone->probes_end)
        return 0;
    return MIN (zone->options->seconds, (guint) ((zone->probes_end - now) / G_USEC_PER_SEC));
}

void
modori_zone_announce (const ModoriZone *zone, const char *host, guint16 port)
{
    if (zone->options->announce)
        zone->options->announce (host, port);
}

GPtrArray *
modori_zone_probe (ModoriZone *zone, guint nth)
{
    ModoriProbeOptions options = {
        .host = zone->mx->pdata[nth], .port = MODORI_PORT_RELAY, .ca_file = zone->options->ca_file,
        .reach = zone->options->reach
    };
    g_autoptr (GPtrArray) addresses = g_ptr_array_new_with_free_func (g_free);

    if (! zone->options->probe || ! zone->tls || nth >= PROBES_MAX)
        return NULL;
    if (! zone->probes) {
        zone->probes = g_ptr_array_new_with_free_func (probes_free);
        g_ptr_array_set_size (zone->probes, PROBES_MAX);
    }
    if (! zone->probes->pdata[nth] && (options.seconds = seconds_left (zone)) > 0) {
        modori_zone_addresses (zone, options.host, addresses, NULL);
        modori_zone_announce (zone, options.host, options.port);
        zone->probes->pdata[nth] = modori_probe (zone->tls, addresses, &options);
        zone->port_closed = all_timed_out (zone->probes->pdata[nth]);
    }
    return zone->probes->pdata[nth];
}
