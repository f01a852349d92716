/* policy.h - how often mail must fail before an address is given up.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_HISTORY_POLICY_H
#define MODORI_HISTORY_POLICY_H

#include "rules/engine.h"

/* No policy waits for more failures than this. */
#define MODORI_THRESHOLD_MAX 1000

/* After how many failures, in how many seconds (0: ever), an address is listed; 0 failures:
 * never. */
typedef struct {
    guint count;
    gint64 window;
} ModoriThreshold;

typedef struct {
    ModoriThreshold hard;       /* once */
    ModoriThreshold soft;       /* 3 in 14 days */
    GHashTable *reasons;        /* name -> ModoriThreshold (both owned), which goes before the two
                                 * above */
    gboolean complaints;        /* who complained is listed at once */
    char *domain;               /* only mail that was sent for this domain or below; NULL: all */
} ModoriPolicy;

ModoriPolicy *modori_policy_new (void);
void modori_policy_free (ModoriPolicy *policy);

/* Are the names in POLICY reasons of ENGINE that can count?  FALSE with ERROR set. */
gboolean modori_policy_check (const ModoriPolicy *policy, const ModoriEngine *engine,
                              GError **error);

/* "1", "3 in 14d", "never": FALSE with ERROR set. */
gboolean modori_threshold_parse (ModoriThreshold *threshold, const char *text, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ModoriPolicy, modori_policy_free)

#endif
