/* suppression.h - addresses to stop writing to.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_HISTORY_SUPPRESSION_H
#define MODORI_HISTORY_SUPPRESSION_H

#include "history/history.h"
#include "history/policy.h"

/* Does a feedback report of TYPE (RFC 5965 section 7.3) say that the recipient complained?  So it
 * is with all but those on authentication, viruses, and on what is no spam. */
gboolean modori_feedback_complains (const char *type);

/* An address that is listed. */
typedef struct {
    const char *address;        /* in lower case, to be compared */
    const char *written;        /* as it was written the last time; this is what is shown */
    const char *reason;         /* of the last failure that counted; "feedback" for a complaint */
    const char *bounce;         /* of the same: hard, soft; none for a complaint */
    guint count;                /* failures (mails, not reports) that count now */
    gint64 first, last;         /* times of the first and last of them */
    gint64 since;               /* when it came onto the list */
    guint8 id[MODORI_ID_BYTES]; /* of the last one's record */
} ModoriListed;

/* What is asked for of the list. */
typedef struct {
    gint64 since, until;        /* what came onto it in this time: SINCE <= time < UNTIL */
    const char *domain;         /* the last mail was sent for it or below; NULL: any */
    guint64 total;              /* is set: how many of DOMAIN are listed, since whenever */
} ModoriListRange;

/* FALSE: enough. */
typedef gboolean (*ModoriEachListed) (const ModoriListed *listed, gpointer data);

/* Visit all of RANGE that POLICY lists, in byte order of `written`; their texts are good until it
 * returns.  Failures that were the sender's own fault never count (Fault in rules/reasons.rules);
 * a later delivered report or a forgetting clears.  FALSE with ERROR set; nothing was visited. */
gboolean modori_suppression_each (ModoriHistory *history, ModoriEngine *engine,
                                  const ModoriPolicy *policy, ModoriListRange *range,
                                  ModoriEachListed visit, gpointer data, GError **error);

/* What one record, or a forgetting, did to the list. */
typedef enum {
    MODORI_EFFECT_LISTED,       /* with it the address came onto the list */
    MODORI_EFFECT_COUNTED,      /* it counts */
    MODORI_EFFECT_CLEARED,      /* delivered: nothing before it counts */
    MODORI_EFFECT_NOT_SPAM,     /* no spam after all: no complaint before it counts */
    MODORI_EFFECT_FORGOTTEN,    /* somebody said so */
    MODORI_EFFECT_SAME_MAIL,    /* counted already */
    MODORI_EFFECT_NEVER,        /* the policy does not ask for it */
    MODORI_EFFECT_DELAYED,      /* still being tried */
    MODORI_EFFECT_OUR_FAULT,    /* the sender's own */
    MODORI_EFFECT_UNCLEAR,      /* perhaps the sender's own */
    MODORI_EFFECT_OTHER_DOMAIN, /* mail that was not sent for the policy's domain */
    MODORI_EFFECT_NO_FAILURE
} ModoriEffect;

typedef struct {
    gint64 time;
    gint64 number;              /* of the record; 0 for a forgetting */
    ModoriEffect effect;
    const char *reason;         /* "" for a forgetting; owned by the store */
    guint count, of;            /* COUNTED, LISTED: the how many-th of how many */
} ModoriSuppressionStep;

/* All that is known of ADDRESS, by time: STEPS (an array of ModoriSuppressionStep) is filled.
 * *LISTED is what the list says of it; its count is 0 when it is not listed.  FALSE with ERROR
 * set. */
gboolean modori_suppression_why (ModoriHistory *history, ModoriEngine *engine,
                                 const ModoriPolicy *policy, const char *address, GArray *steps,
                                 ModoriListed *listed, GError **error);

#endif
