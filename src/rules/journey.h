/* journey.h - the machines that a mail went through, as its Received fields tell.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_RULES_JOURNEY_H
#define MODORI_RULES_JOURNEY_H

#include "rules/received.h"

/* Received fields that are looked at; honest mail has fewer. */
#define MODORI_JOURNEY_MAX 32

typedef struct {
    guint n;
    ModoriReceived hops[MODORI_JOURNEY_MAX];    /* the latest first */
} ModoriJourney;

/* Of MESSAGE (may be NULL), which must outlive it; freed with g_free. */
ModoriJourney *modori_journey_new (ModoriMessage *message);

/* The same, when some of its hops are KNOWN. */
ModoriJourney *modori_journey_take (ModoriMessage *message, ModoriReceivedHops known);

/* The address that somebody on the way of MESSAGE (may be NULL) saw the machine called HOST (a
 * string) at, or an empty span.  Only hops that name it are read. */
ModoriSpan modori_journey_address (ModoriMessage *message, ModoriReceivedHops known,
                                   const char *host);

/* The hop in which the mail came to whoever has it now: the first from the top on that comes from
 * another organisation's machine with a public address.  NULL when there is none. */
const ModoriReceived *modori_journey_arrival (const ModoriJourney *journey);

/* Proper names of servers, in lower case: those that IS_WANTED lets pass, each once, MAX at most
 * (char *); the caller unrefs. */
typedef gboolean (*ModoriJourneyFilter) (ModoriSpan host, gconstpointer data);
GPtrArray *modori_journey_servers (const ModoriJourney *journey, guint max,
                                   ModoriJourneyFilter is_wanted, gconstpointer data);

#endif
