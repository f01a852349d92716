/* propose.h - rules for wordings that no rule knows yet.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_RULES_PROPOSE_H
#define MODORI_RULES_PROPOSE_H

#include "rules/learn.h"

/* How a reason was come by. */
typedef enum {
    MODORI_WHY_NOTHING,         /* nothing like it is known */
    MODORI_WHY_RULE,            /* this rule decided it */
    MODORI_WHY_CODE,            /* its code tells */
    MODORI_WHY_LIKE,            /* it is like an example of this rule */
} ModoriWhy;

/* A Rule block to be; strings are its own unless said otherwise. */
typedef struct {
    const ModoriWording *wording;       /* the learner's */
    const ModoriBlock *provider;        /* whose words they are (the knowledge's), or NULL */
    char *name;
    const char *reason;         /* the knowledge's */
    ModoriWhy why;
    const ModoriBlock *rule;    /* which one (the knowledge's), or NULL */
    gboolean off;               /* a rule knows it: this one would only take its place */
    gboolean careful;           /* only a likeness says so, and it would make addresses dead */
    char *bounce, *advice;      /* as the rule has them; NULL: none */
    char *match;                /* NULL: nothing tells it from another wording */
    GPtrArray *nots;            /* of char * */
    GPtrArray *yes;             /* of char * */
    char *no;
} ModoriProposal;

typedef struct ModoriProposals ModoriProposals;

/* Make a proposal for each of WORDINGS (at most MODORI_PROPOSALS_MAX).  KNOWLEDGE has been read
 * whole.  REDACT: no host is named. */
ModoriProposals *modori_proposals_new (const ModoriKnowledge *knowledge,
                                       const ModoriVocabulary *vocabulary,
                                       const GPtrArray *wordings, gboolean redact);
void modori_proposals_free (ModoriProposals *proposals);

/* Nobody reads more. */
#define MODORI_PROPOSALS_MAX 1000

guint modori_proposals_n (const ModoriProposals *proposals);
const ModoriProposal *modori_proposals_nth (const ModoriProposals *proposals, guint i);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ModoriProposals, modori_proposals_free)

#endif
