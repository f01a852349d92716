/* known.c - examples of all rules, those that there are and those that are proposed.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "rules/known.h"

#include "report/diagnostic.h"
#include "rules/rule.h"

static void
clear_known (gpointer data)
{
    ModoriKnown *known = data;

    g_free (known->example);
    g_free (known->words);
    g_free (known->masked);
}

char *
modori_example_words (const char *example)
{
    const char *close = example[0] == '[' ? strchr (example, ']') : NULL;
    GString *words = g_string_new (NULL);

    if (close && memchr (example, '=', (gsize) (close - example)))
        example = close + 1;
    modori_diagnostic_normalise (words, modori_diagnostic_bare (modori_span_of (example)));
    return g_string_free (words, FALSE);
}

/* The strings of KNOWN are copied. */
static void
add (ModoriExampleList *list, ModoriKnown known)
{
    known.words = modori_example_words (known.example);
    known.example = g_strdup (known.example);
    known.masked = g_strdup (known.masked);
    g_array_append_val (list->examples, known);
    modori_likeness_add (list->likeness, modori_span_of (known.masked));
}

void
modori_example_list_add (ModoriExampleList *list, const char *example, const char *masked,
                         const char *reason, guint proposal)
{
    add (list, (ModoriKnown) { .example = (char *) example, .masked = (char *) masked,
                               .reason = reason, .proposal = proposal });
}

/* --- of the rules --- */

/* The name of the reason that BLOCK gives: the knowledge's. */
static const char *
reason_of (const ModoriKnowledge *knowledge, const ModoriBlock *block)
{
    const ModoriEntry *entry = modori_block_entry (block, MODORI_RULE_REASON, "");
    g_autofree char *name = entry ? modori_entry_text (entry) : g_strdup ("");
    const ModoriBlock *reason = modori_knowledge_block (knowledge, &modori_reason_kind, name);

    return reason ? reason->name : "";
}

/* A rule must be able to win its own plain words, too. */
static void
add_phrase (ModoriExampleList *list, const ModoriBlock *block, const char *reason,
            const ModoriEntry *entry)
{
    g_autofree char *phrase = modori_entry_text (entry);

    if (phrase[0] != '/')
        add (list, (ModoriKnown) { .example = phrase, .masked = phrase, .rule = block,
                                   .reason = reason, .phrase = TRUE,
                                   .proposal = MODORI_KNOWN_NONE });
}

static void
add_example (ModoriExampleList *list, const ModoriMasker *masker, const ModoriBlock *block,
             const char *reason, const ModoriEntry *entry)
{
    g_autofree char *example = modori_entry_text (entry);
    g_autofree char *words = modori_example_words (example);
    g_autoptr (GString) masked = g_string_new (NULL);
    ModoriDiagnostic diagnostic;

    modori_diagnostic_read (modori_span_of (words), &diagnostic);
    modori_masker_mask (masker, masked, diagnostic.said);
    add (list, (ModoriKnown) { .example = example, .masked = masked->str, .rule = block,
                               .reason = reason, .proposal = MODORI_KNOWN_NONE });
}

ModoriExampleList *
modori_example_list_new (const ModoriKnowledge *knowledge, const ModoriMasker *masker)
{
    ModoriExampleList *list = g_new0 (ModoriExampleList, 1);
    const GPtrArray *blocks = modori_knowledge_blocks (knowledge, &modori_rule_kind);

    list->likeness = modori_likeness_new ();
    list->examples = g_array_new (FALSE, FALSE, sizeof (ModoriKnown));
    g_array_set_clear_func (list->examples, clear_known);
    for (guint i = 0; i < blocks->len; i++) {
        const ModoriBlock *block = g_ptr_array_index (blocks, i);
        const char *reason = reason_of (knowledge, block);

        for (guint n = 0; n < block->n_entries; n++)
            if (block->entries[n].key == MODORI_RULE_YES)
                add_example (list, masker, block, reason, &block->entries[n]);
            else if (block->entries[n].key == MODORI_RULE_MATCH)
                add_phrase (list, block, reason, &block->entries[n]);
    }
    return list;
}

void
modori_example_list_free (ModoriExampleList *list)
{
    if (! list)
        return;
    modori_likeness_free (list->likeness);
    g_array_unref (list->examples);
    g_free (list);
}
