/* case-private.h - what the two files of a case share: case.c and case-facts.c.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_RULES_CASE_PRIVATE_H
#define MODORI_RULES_CASE_PRIVATE_H

#include "rules/case.h"
#include "rules/journey.h"
#include "text/arena.h"

typedef enum {
    FROM_ADDRESS, FROM_DOMAIN, SENDER_DOMAIN, RECIPIENT_DOMAIN, SPF_DOMAIN, DKIM_DOMAIN,
    DKIM_SELECTOR, SENDING_HOST, SENDING_IP, SPF_TERM, MAIL_HOST, HELO, MESSAGE_ID_HOST, SMTP_HOSTS,
    SMTP_HOST, BLOCKLIST_TITLE, BLOCKLIST_LISTS, BLOCKLIST_LOOK_UP, BLOCKLIST_REMOVAL,
    BLOCKLIST_NOTE, BLOCKLIST_LISTED, BLOCKLIST_QUERY, RETRY_AFTER, MTA, PUBLIC_FROM, N_FACTS
} Fact;

/* Their names as placeholders. */
extern const char *const modori_case_names[N_FACTS];

/* What is found out on the way; behind a pointer because a case is constant for all who read it. */
typedef struct {
    const ModoriSources *sources;   /* NULL: nobody lent any */
    const char *lang;
    gboolean sender_known;          /* the domains and the sending machine are derived */
    gboolean begun;                 /* ... and some of the rest: */
    guint32 derived;                /* a bit for each of its parts */
    const char *values[N_FACTS];
    guint32 given;                  /* a bit for each that was not derived, but added */
    GHashTable *others;             /* added, and no Fact: name -> text; or NULL */
    char *asked;                    /* what modori_case_get gave last and had to copy */
    ModoriReceivedHops known;       /* hops that somebody lent */
    ModoriJourney *journey;         /* NULL until it is needed */
    ModoriArena texts;              /* the values */
} Facts;

struct ModoriCase {
    const ModoriOutcome *outcome;
    const ModoriDecision *decision;
    ModoriMessage *returned;
    Facts *facts;
};

/* Was NAME added to the case, so that it is not derived? */
static inline gboolean
modori_case_is_given (const ModoriCase *self, Fact name)
{
    return (self->facts->given & (1u << name)) != 0;
}

/* See that WANTED is derived, if it can be. */
void modori_case_derive (const ModoriCase *self, Fact wanted);

/* NAME will be given: what would have been derived by now is derived without it. */
void modori_case_settle (const ModoriCase *self);

#endif
