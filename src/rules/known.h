/* known.h - examples of all rules, those that there are and those that are proposed.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_RULES_KNOWN_H
#define MODORI_RULES_KNOWN_H

#include "rules/likeness.h"

/* No proposal. */
#define MODORI_KNOWN_NONE G_MAXUINT

/* One example; strings are its own unless said otherwise. */
typedef struct {
    char *example;              /* as it stands behind Yes */
    char *words;                /* as rules see them */
    char *masked;               /* what was said, masked */
    const ModoriBlock *rule;    /* the knowledge's; NULL: proposed */
    const char *reason;         /* the knowledge's */
    gboolean phrase;            /* it is only the Match of a rule */
    guint proposal;             /* the number of the proposal, or MODORI_KNOWN_NONE */
} ModoriKnown;

typedef struct {
    ModoriLikeness *likeness;   /* of what was said; its numbers are those of the examples */
    GArray *examples;           /* ModoriKnown */
} ModoriExampleList;

/* The examples, and the plain words, of all rules of KNOWLEDGE. */
ModoriExampleList *modori_example_list_new (const ModoriKnowledge *knowledge,
                                            const ModoriMasker *masker);
void modori_example_list_free (ModoriExampleList *list);

/* Add EXAMPLE, of a rule that PROPOSAL is; MASKED is what was said. */
void modori_example_list_add (ModoriExampleList *list, const char *example, const char *masked,
                              const char *reason, guint proposal);

static inline const ModoriKnown *
modori_example_list_at (const ModoriExampleList *list, guint i)
{
    return &g_array_index (list->examples, ModoriKnown, i);
}

/* The words of EXAMPLE as rules see them; the caller frees. */
char *modori_example_words (const char *example);

#endif
