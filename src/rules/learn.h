/* learn.h - gathering the words that nobody could tell the reason of, by their wording.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_RULES_LEARN_H
#define MODORI_RULES_LEARN_H

#include "rules/engine.h"
#include "rules/mask.h"

/* One wording; strings are its own. */
typedef struct {
    char *masked;               /* as it was first seen; see mask.h */
    char *shared;               /* what all that were joined in it have in common at the start;
                                 * NULL: all of it */
    char *codes;                /* "550 5.7.1", of the first; "" */
    GPtrArray *variants;        /* of char *: the masked words of some that were joined */
    guint count;                /* messages */
    guint64 last;               /* the message that was counted last */
    char *path;                 /* where the first is */
    guint64 offset;
    const char *reason;         /* of the first; the knowledge's own */
    const ModoriBlock *decided; /* the Rule that decided it, or NULL */
    const ModoriBlock *provider;        /* who spoke, each time; NULL: nobody known, or several */
    char *host;                 /* the domain of the host that spoke, each time; "" */
    gboolean spoken;            /* provider and host are known */
} ModoriWording;

typedef struct ModoriLearner ModoriLearner;

/* ENGINE and MASKER must outlive it.  ALL: every failure, not only what is undecided. */
ModoriLearner *modori_learner_new (const ModoriEngine *engine, ModoriMasker *masker,
                                   const ModoriVocabulary *vocabulary, gboolean all);
void modori_learner_free (ModoriLearner *learner);

/* Is outcome I of the engine's report a failure that nothing could tell the reason of? */
gboolean modori_is_undecided (const ModoriEngine *engine, guint i);

/* Take what the engine has just read. */
void modori_learner_add (ModoriLearner *learner);

/* Join wordings that are but variants of each other, and give them (of ModoriWording), the most
 * frequent first; owned by LEARNER, which takes no more. */
const GPtrArray *modori_learner_wordings (ModoriLearner *learner);

/* Messages that were taken; those among them with a reply without a word; those with a wording that
 * is not among the ones given, because there were too many. */
guint64 modori_learner_taken (const ModoriLearner *learner);
guint64 modori_learner_wordless (const ModoriLearner *learner);
guint64 modori_learner_lost (const ModoriLearner *learner);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ModoriLearner, modori_learner_free)

#endif
