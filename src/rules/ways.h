/* ways.h - rules that are found by a host, by the domain of the recipient, or by a code.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_RULES_WAYS_H
#define MODORI_RULES_WAYS_H

#include "report/report.h"

/* How it is found out that a rule may fire. */
typedef enum {
    MODORI_WAY_WORDS,               /* by an index over what it matches, or always */
    MODORI_WAY_HOST,
    MODORI_WAY_RECIPIENT,
    MODORI_WAY_STATUS,
    MODORI_WAY_REPLY,
    MODORI_N_WAYS
} ModoriWay;

typedef struct ModoriWays ModoriWays;

ModoriWays *modori_ways_new (void);
void modori_ways_free (ModoriWays *ways);

/* RULE may fire when what WAY (not words) names is VALUE (a domain: or below it), which must
 * outlive WAYS. */
void modori_ways_add (ModoriWays *ways, ModoriWay way, ModoriSpan value, guint rule);

/* FOUND (of guint) becomes the rules that may fire for OUTCOME, in ascending order; one may be
 * there more than once. */
void modori_ways_look (const ModoriWays *ways, const ModoriOutcome *outcome, GArray *found);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ModoriWays, modori_ways_free)

#endif
