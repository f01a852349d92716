/* tally.h - counting failures by numbers: of texts, of receivers, of pairs of them.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_HISTORY_TALLY_H
#define MODORI_HISTORY_TALLY_H

#include <glib.h>

/* How often one thing was met. */
typedef struct {
    guint64 key;
    guint index;                /* in its table: the order in which they were met */
    guint slot;                 /* the owner's own */
    guint64 count;              /* in the period */
    guint64 hard, part;         /* of them; PART is what the owner counts */
    guint64 before;             /* in the period before */
    gint64 first, last;         /* times of the first and last in the period */
    gint64 example;             /* number of the last one's record */
} ModoriTally;

/* Places of a table in which a tally is found at once. */
#define MODORI_TALLIES_NEAR 256

typedef struct {
    GHashTable *index;          /* ModoriTally, by key */
    GPtrArray *all;             /* ModoriTally, in the order in which they were met; their owner */
    ModoriTally *near[MODORI_TALLIES_NEAR];     /* the last one of each place */
} ModoriTallies;

/* One failure that is counted. */
typedef struct {
    gint64 time;
    gint64 number;              /* of its record */
    gboolean before;            /* in the period before */
    gboolean hard;
} ModoriEvent;

ModoriTallies *modori_tallies_new (void);
void modori_tallies_free (ModoriTallies *tallies);

/* The tally of A and B, which is made when it is new; NULL when there are too many. */
ModoriTally *modori_tallies_at (ModoriTallies *tallies, guint32 a, guint32 b);
/* The tally at INDEX. */
ModoriTally *modori_tallies_nth (const ModoriTallies *tallies, guint index);

static inline guint32
modori_tally_a (const ModoriTally *tally)
{
    return (guint32) (tally->key >> 32);
}

static inline guint32
modori_tally_b (const ModoriTally *tally)
{
    return (guint32) tally->key;
}

/* Count EVENT in TALLY (NULL: nowhere), and in its part if it is PART of it.  Events come in order
 * of time. */
void modori_tally_count (ModoriTally *tally, const ModoriEvent *event, gboolean part);
/* The same for all that FROM has counted. */
void modori_tally_join (ModoriTally *tally, const ModoriTally *from);

/* Different pairs of numbers, counted at the end: PAIRS is a GArray of guint64. */
void modori_pairs_add (GArray *pairs, guint32 owner, guint32 number);
/* Put PAIRS into order. */
void modori_pairs_sort (GArray *pairs);
/* How many different numbers each owner (below N_OWNERS) has; the caller unrefs; PAIRS is put into
 * order. */
GArray *modori_pairs_count (GArray *pairs, guint n_owners);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ModoriTallies, modori_tallies_free)

#endif
