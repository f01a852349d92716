/* journey.c - the machines that a mail went through, as its Received fields tell.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "rules/journey.h"

#include "rules/domain.h"

ModoriJourney *
modori_journey_take (ModoriMessage *message, ModoriReceivedHops known)
{
    ModoriJourney *journey = g_new (ModoriJourney, 1);

    journey->n = modori_received_hops (message, known, journey->hops, MODORI_JOURNEY_MAX);
    return journey;
}

ModoriJourney *
modori_journey_new (ModoriMessage *message)
{
    return modori_journey_take (message, (ModoriReceivedHops) { NULL, 0 });
}

static gboolean
is_from (const ModoriReceived *hop, ModoriSpan host)
{
    return modori_domain_is_same (hop->helo, host) || modori_domain_is_same (hop->reverse, host);
}

ModoriSpan
modori_journey_address (ModoriMessage *message, ModoriReceivedHops known, const char *host)
{
    gboolean found = message && host[0];
    ModoriReceived hop;

    for (guint i = 0; found && i < MODORI_JOURNEY_MAX; i++) {
        ModoriSpan value = modori_message_raw (message, 0, "Received", i, &found);

        if (found && modori_span_find (value, host) >= 0
            && modori_received_take (value, known, &hop) && is_from (&hop, modori_span_of (host)))
            return hop.ip;
    }
    return MODORI_SPAN_EMPTY;
}

const ModoriReceived *
modori_journey_arrival (const ModoriJourney *journey)
{
    for (guint i = 0; i < journey->n; i++) {
        const ModoriReceived *hop = &journey->hops[i];
        ModoriSpan name = hop->reverse.len > 0 ? hop->reverse : hop->helo;

        if (! hop->authenticated && modori_domain_ip_is_public (hop->ip)
            && ! modori_domain_agrees (name, hop->by))
            return hop;
    }
    return NULL;
}

typedef struct {
    GPtrArray *names;
    guint max;
    ModoriJourneyFilter is_wanted;
    gconstpointer data;
} Collecting;

static void
add_server (Collecting *collecting, ModoriSpan host)
{
    g_autofree char *name = NULL;

    if (collecting->names->len >= collecting->max || ! modori_domain_is_public (host)
        || ! collecting->is_wanted (host, collecting->data))
        return;
    name = g_ascii_strdown (host.at, (gssize) host.len);
    if (! g_ptr_array_find_with_equal_func (collecting->names, name, g_str_equal, NULL))
        g_ptr_array_add (collecting->names, g_steal_pointer (&name));
}

/* A server's proper name, the one in its certificate, stands where it speaks to others: as "from"
 * and as "by". */
GPtrArray *
modori_journey_servers (const ModoriJourney *journey, guint max, ModoriJourneyFilter is_wanted,
                        gconstpointer data)
{
    Collecting collecting = { g_ptr_array_new_with_free_func (g_free), max, is_wanted, data };

    for (guint i = 0; i < journey->n; i++) {
        const ModoriReceived *hop = &journey->hops[i];

        add_server (&collecting, hop->by);
        if (hop->authenticated)
            continue;
        add_server (&collecting, hop->helo);
        add_server (&collecting, hop->reverse);
    }
    return collecting.names;
}
