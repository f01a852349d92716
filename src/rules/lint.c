/* lint.c - faults of the knowledge that no example shows.
 *
 * A rule whose Yes wins may have other wordings that never can: then somebody believes that he
 * has told modori something, and has not.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "rules/lint.h"

#include "report/diagnostic.h"

/* Who set the values that are tried. */
#define ORIGIN "lint"

/* --- rules that are shadowed --- */

static const ModoriEntry *
first_entry (const ModoriBlock *block, ModoriRuleField field)
{
    return modori_block_entry (block, field, "");
}

/* Does the rule ask for nothing but words, and who says them? */
static gboolean
asks_for_words (const ModoriBlock *block)
{
    for (guint i = 0; i < block->n_entries; i++) {
        guint key = block->entries[i].key;

        if (key < MODORI_RULE_N_CONDITIONS && key != MODORI_RULE_PROVIDER && key != MODORI_RULE_HOST
            && key != MODORI_RULE_MATCH && key != MODORI_RULE_FILL)
            return FALSE;
    }
    return TRUE;
}

/* A host in the first domain that ENTRY lists, or NULL; the caller frees. */
static char *
host_in (const ModoriEntry *entry)
{
    ModoriSpan rest = entry ? entry->value : MODORI_SPAN_EMPTY, word;

    return modori_entry_word (&rest, &word)
        ? g_strdup_printf ("mx.%.*s", (int) word.len, word.at) : NULL;
}

/* A host that speaks for those of whom the rule is; NULL when anybody may. */
static char *
speaker_of (const ModoriEngine *engine, const ModoriBlock *block)
{
    const ModoriEntry *provider = first_entry (block, MODORI_RULE_PROVIDER);
    ModoriSpan rest = provider ? provider->value : MODORI_SPAN_EMPTY, word;
    g_autofree char *name = NULL;
    const ModoriBlock *found;

    if (! modori_entry_word (&rest, &word))
        return host_in (first_entry (block, MODORI_RULE_HOST));
    name = modori_span_dup (word);
    found = modori_knowledge_block (engine->knowledge, &modori_provider_kind, name);
    for (guint i = 0; found && i < found->n_entries; i++)
        if (strcmp (found->kind->fields[found->entries[i].key], "Hosts") == 0)
            return host_in (&found->entries[i]);
    return NULL;
}

/* Who decides when HOST (NULL: nobody known) says WORDS and nothing else? */
static const ModoriBlock *
decided_by (ModoriEngine *engine, const char *words, const char *host)
{
    ModoriOutcome *outcome;
    ModoriDecision decision;

    modori_message_read (engine->message, MODORI_SPAN_EMPTY);
    modori_report_begin (engine->report, engine->message);
    outcome = modori_report_add (engine->report);
    modori_outcome_set (engine->report, outcome, MODORI_KEY_REPORT, modori_span_of ("delivery"),
                        ORIGIN, 0);
    modori_outcome_set (engine->report, outcome, MODORI_KEY_ACTION, modori_span_of ("failed"),
                        ORIGIN, 0);
    modori_outcome_set (engine->report, outcome, MODORI_KEY_DIAGNOSTIC, modori_span_of (words),
                        ORIGIN, 0);
    if (host)
        modori_outcome_set (engine->report, outcome, MODORI_KEY_REMOTE_MTA, modori_span_of (host),
                            ORIGIN, 0);
    modori_diagnostic_apply (engine->report, outcome);
    modori_rules_decide (engine->rules, outcome, &decision);
    return decision.block;
}

/* Is WINNER asked before BLOCK whoever speaks?  Rules of a provider are not when it is another. */
static gboolean
is_always_before (const ModoriBlock *winner, const ModoriBlock *block)
{
    gboolean of_some = first_entry (winner, MODORI_RULE_PROVIDER)
        || first_entry (winner, MODORI_RULE_HOST);

    return ! of_some || first_entry (block, MODORI_RULE_PROVIDER)
        || first_entry (block, MODORI_RULE_HOST);
}

gboolean
modori_lint_shadow (ModoriEngine *engine, const ModoriBlock *block, const ModoriEntry *entry,
                    GError **error)
{
    g_autofree char *words = modori_entry_text (entry);
    g_autofree char *host = NULL;
    const ModoriBlock *winner;

    if (words[0] == '/' || ! asks_for_words (block))
        return TRUE;
    host = speaker_of (engine, block);
    winner = decided_by (engine, words, host);
    if (winner == block || ! winner || winner->kind != &modori_rule_kind
        || ! is_always_before (winner, block))
        return TRUE;
    return modori_entry_fail (block, entry, error,
                              "Rule %s: \"%s\" is always decided before, by %s (%s, line %u)",
                              block->name, words, winner->name, winner->path, winner->line);
}

/* --- advice that nobody is given --- */

static gboolean
names (const ModoriBlock *block, const char *advice)
{
    for (guint i = 0; i < block->n_entries; i++) {
        const char *field = block->kind->fields[block->entries[i].key];
        ModoriSpan rest = block->entries[i].value, word;

        if (strcmp (field, "Advice") != 0 && strcmp (field, "Include") != 0)
            continue;
        while (modori_entry_word (&rest, &word))
            if (modori_span_is (word, advice))
                return TRUE;
    }
    return FALSE;
}

gboolean
modori_lint_reach (const ModoriKnowledge *knowledge, const ModoriBlock *block, GError **error)
{
    const GPtrArray *all = modori_knowledge_all (knowledge);

    for (guint i = 0; i < all->len; i++)
        if (names (g_ptr_array_index (all, i), block->name))
            return TRUE;
    return modori_entry_fail (block, NULL, error, "nothing leads to the Advice %s", block->name);
}

/* --- links --- */

static gboolean
is_followable (const char *link)
{
    g_autoptr (GUri) uri = g_uri_parse (link, G_URI_FLAGS_NONE, NULL);
    const char *host = uri ? g_uri_get_host (uri) : NULL;

    if (! host || ! strchr (host, '.') || strpbrk (link, " {}<>\"") || g_str_has_suffix (link, "."))
        return FALSE;
    return strcmp (g_uri_get_scheme (uri), "https") == 0
        || strcmp (g_uri_get_scheme (uri), "http") == 0;
}

gboolean
modori_lint_link (const ModoriBlock *block, const ModoriEntry *entry, GError **error)
{
    g_autofree char *link = modori_entry_text (entry);

    return is_followable (link)
        || modori_entry_fail (block, entry, error,
                              "%s %s: \"%s\" is no link that somebody can follow",
                              block->kind->name, block->name, link);
}

/* --- texts and names --- */

static const char *
field_name (const ModoriBlock *block, const ModoriEntry *entry)
{
    return block->kind->fields[entry->key];
}

/* Titles of programs and lists are names. */
gboolean
modori_lint_is_text (const ModoriBlock *block, const char *name)
{
    static const char *const names[] = { "Title", "Meaning", "Why", "Hint", "Step" };

    if (block->kind == &modori_dialect_kind || block->kind == &modori_blocklist_kind)
        return FALSE;
    for (guint i = 0; i < G_N_ELEMENTS (names); i++)
        if (strcmp (names[i], name) == 0)
            return TRUE;
    return FALSE;
}

gboolean
modori_lint_both (const ModoriBlock *block, const ModoriEntry *entry, GError **error)
{
    guint texts[2] = { 0, 0 };

    for (guint i = 0; i < block->n_entries; i++)
        if (block->entries[i].key == entry->key)
            texts[block->entries[i].lang[0] != '\0']++;
    return texts[0] == texts[1]
        || modori_entry_fail (block, entry, error, "%s %s: %u %s in English, %u in Japanese",
                              block->kind->name, block->name, texts[0], field_name (block, entry),
                              texts[1]);
}

/* The kind of block that the field NAME names, or NULL. */
static const ModoriKind *
kind_named (const char *name)
{
    static const ModoriKind *const kinds[] = { &modori_advice_kind, &modori_reason_kind,
                                               &modori_provider_kind };

    for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
        if (strcmp (kinds[i]->name, name) == 0)
            return kinds[i];
    return NULL;
}

gboolean
modori_lint_names_something (const ModoriBlock *block, const ModoriEntry *entry)
{
    return kind_named (field_name (block, entry)) != NULL;
}

gboolean
modori_lint_names (const ModoriKnowledge *knowledge, const ModoriBlock *block,
                   const ModoriEntry *entry, GError **error)
{
    const ModoriKind *kind = kind_named (field_name (block, entry));
    ModoriSpan rest = entry->value, word;

    while (modori_entry_word (&rest, &word)) {
        g_autofree char *name = modori_span_dup (word);

        if (! modori_knowledge_block (knowledge, kind, name))
            return modori_entry_fail (block, entry, error, "%s %s: there is no %s \"%s\"",
                                      block->kind->name, block->name, kind->name, name);
    }
    return TRUE;
}
