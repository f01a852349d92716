/* gather.h - one pass over the rows of history: everything that a digest is made of, counted by
 * numbers.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_HISTORY_GATHER_H
#define MODORI_HISTORY_GATHER_H

#include "history/digest.h"
#include "history/tally.h"

/* Who can repair it (Fault of a Reason). */
typedef enum {
    MODORI_FAULT_UNKNOWN,
    MODORI_FAULT_SENDER,
    MODORI_FAULT_RECIPIENT,     /* the address is no good */
    MODORI_FAULT_RECEIVER,
} ModoriFault;

/* What report, action, reason and bounce of a row mean together. */
typedef struct {
    guint32 facet[4];           /* their numbers */
    guint64 *counter, *counter_before;  /* of what is no failure: where it is counted */
    gboolean fails;
    gboolean hard;
    gboolean delayed;
    gboolean stranger;          /* nobody knows the recipient, or his domain */
    gboolean undecided;
    gboolean unproven;          /* authentication failed */
    ModoriFault fault;
} ModoriSort;

/* Who refuses: a provider, else the domain of a host or a recipient. */
typedef struct {
    const char *name, *title;   /* the digest's */
    ModoriTally tally;          /* its part: what is the sender's fault */
} ModoriReceiver;

/* In place of the domain, for repairs that are not the sender's fault. */
#define MODORI_REPAIR_OF(fault) (G_MAXUINT32 - (guint32) (fault))
#define MODORI_MIXED G_MAXUINT32

typedef struct {
    ModoriHistory *history;
    ModoriEngine *engine;
    const ModoriDigestOptions *options;
    ModoriDigest *digest;
    gint64 shift;               /* from the period before to the period */

    GPtrArray *sorts;           /* ModoriSort */
    const ModoriSort *sort;     /* of the last row */
    GHashTable *wanted;         /* number of a sender's domain -> 1 (no), 2 (yes) */
    ModoriTallies *speakers;    /* (facet, number): slot of the receiver */
    GHashTable *names;          /* name of a receiver -> its slot + 1 */
    GPtrArray *receivers;       /* ModoriReceiver */

    ModoriTallies *reasons;     /* (0, reason) */
    ModoriTallies *pairs;       /* (reason, slot of the receiver) */
    ModoriTallies *senders;     /* (0, domain) */
    ModoriTallies *ips;         /* (0, client_ip); part: the sender's fault */
    ModoriTallies *campaigns;   /* (facet, list_id or subject) */
    ModoriTallies *repairs;     /* (advice, sender's domain or MODORI_REPAIR_OF); its slot: the
                                 * domain, or MODORI_MIXED */
    ModoriTallies *repair_receivers;    /* (index of the repair, slot of the receiver) */
    ModoriTallies *blocklists;  /* (blocklist, client_ip) */
    ModoriTallies *machines;    /* (facet, client_ip or reporting_mta): the sender's fault; part:
                                 * authentication */
    ModoriTallies *machine_domains;     /* (index of the machine, sender's domain) */
    ModoriTallies *waves;       /* (reporting_mta, subject): nobody knows the recipients */
    ModoriTallies *typos;       /* (0, recipient's domain): nobody knows the domain */
    GArray *repair_addresses;   /* see modori_pairs_count: (index of the repair, address) */
    GArray *wave_addresses;     /* (index of the wave, address) */
    GArray *typo_addresses;     /* (index of the domain, address) */
    GArray *hard_addresses;     /* guint64: (address, count of all) */
    GArray *times, *times_before;       /* gint64: twice the time of each failure, + 1 for a hard
                                         * one; in order */
    GArray *undecided;          /* gint64, numbers of records: the latest, a ring */
    guint64 n_undecided;
} ModoriGather;

/* Go through HISTORY and count into DIGEST (whose period is set) and the tables.  All that is given
 * must outlive it.  NULL with ERROR set. */
ModoriGather *modori_gather_new (ModoriHistory *history, ModoriEngine *engine,
                                 const ModoriDigestOptions *options, ModoriDigest *digest,
                                 GError **error);
void modori_gather_free (ModoriGather *gather);

/* Text NUMBER of the history. */
const char *modori_gather_text (const ModoriGather *gather, guint32 number);
/* A copy of TEXT in the digest, without people when they are to be hidden. */
const char *modori_gather_keep (const ModoriGather *gather, const char *text);

/* Text KEY of record NUMBER, in the digest, without people when they are to be hidden; "" when
 * there is no such record. */
const char *modori_gather_example (const ModoriGather *gather, gint64 number, ModoriKey key);

const ModoriReceiver *modori_gather_receiver (const ModoriGather *gather, guint slot);

/* Whose fault REASON is. */
ModoriFault modori_gather_fault (const ModoriGather *gather, const char *reason);

/* A day as people write it ("2026-11-18"), in local time; the caller frees. */
char *modori_gather_date (gint64 time);

/* ID as the records write it; the caller frees. */
char *modori_gather_id (const guint8 id[MODORI_ID_BYTES]);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ModoriGather, modori_gather_free)

#endif
