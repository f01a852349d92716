/* learning.c - what is learnt from mailboxes: rules to be, and which rules decide.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"
#include "commands/learning.h"
#include "commands/setup.h"
#include "output/proposals.h"

/* What a visitor needs. */
typedef struct {
    ModoriLearning *learning;
    ModoriEngine *engine;
    ModoriLearner *learner;
    GHashTable *use;
} Visit;

static void
learn (const ModoriMail *mail, gpointer data)
{
    Visit *visit = data;

    if (! modori_engine_read (visit->engine, mail, ""))
        return;
    modori_learner_add (visit->learner);
    visit->learning->reading.bounces = modori_learner_taken (visit->learner);
}

int
modori_learning_propose (ModoriLearning *learning, ModoriEngine *engine, char **paths,
                         GString *out)
{
    g_autoptr (ModoriVocabulary) vocabulary = modori_vocabulary_new (engine->knowledge);
    g_autoptr (ModoriMasker) masker = modori_masker_new (vocabulary, learning->redact);
    g_autoptr (ModoriLearner) learner =
        modori_learner_new (engine, masker, vocabulary, learning->all);
    g_autoptr (ModoriProposals) proposals = NULL;
    const GPtrArray *wordings;
    Visit visit = { learning, engine, learner, NULL };

    modori_reading_run (&learning->reading, paths, learn, &visit);
    if (learning->reading.status && learning->reading.messages == 0)
        return learning->reading.status;
    wordings = modori_learner_wordings (learner);
    proposals = modori_proposals_new (engine->knowledge, vocabulary, wordings, learning->redact);
    modori_proposals_put (out, learner, proposals, wordings->len, learning->reading.messages,
                          learning->redact);
    return learning->reading.status;
}

static void
count (const ModoriMail *mail, gpointer data)
{
    Visit *visit = data;

    if (! modori_engine_read (visit->engine, mail, ""))
        return;
    visit->learning->reading.bounces++;
    for (guint i = 0; i < visit->engine->decisions->len; i++) {
        gpointer block =
            (gpointer) g_array_index (visit->engine->decisions, ModoriDecision, i).block;
        guint n = GPOINTER_TO_UINT (g_hash_table_lookup (visit->use, block));

        if (block)
            g_hash_table_insert (visit->use, block, GUINT_TO_POINTER (n + 1));
    }
}

int
modori_learning_count (ModoriLearning *learning, ModoriEngine *engine, char **paths,
                       GHashTable *use)
{
    Visit visit = { learning, engine, NULL, use };

    modori_reading_run (&learning->reading, paths, count, &visit);
    return learning->reading.status;
}
