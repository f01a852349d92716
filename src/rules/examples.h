/* examples.h - testing the knowledge: its examples, its texts, its patterns.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_RULES_EXAMPLES_H
#define MODORI_RULES_EXAMPLES_H

#include "rules/engine.h"

typedef struct ModoriExamples ModoriExamples;

/* Called with each thing that is wrong: "path: line 12: ...". */
typedef void (*ModoriExamplesComplain) (const char *message, gpointer data);

/* Test the knowledge of ENGINE, which is used for it and must not be used meanwhile.  Samples of
 * dialects are looked for in the directory CORPUS (NULL: they are not looked at), those of a
 * site beside its file. */
ModoriExamples *modori_examples_new (ModoriEngine *engine, const char *corpus,
                                     ModoriExamplesComplain complain, gpointer data);
void modori_examples_free (ModoriExamples *examples);

/* Test BLOCK: TRUE when all of it is good.  Blocks that are off pass. */
gboolean modori_examples_test (ModoriExamples *examples, const ModoriBlock *block);

/* How many examples, texts and patterns were good, and how many were not. */
guint modori_examples_passed (const ModoriExamples *examples);
guint modori_examples_failed (const ModoriExamples *examples);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ModoriExamples, modori_examples_free)

#endif
