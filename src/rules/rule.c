/* rule.c - one rule: its conditions, and whether they hold.
 *
 * Each kind of condition that is given must hold; repeats of one kind are alternatives.  A kind
 * is a row of a table: how its value is read, and how it is asked.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "rules/rule.h"

#include "rules/provider.h"
#include "text/error.h"

static const char *const fields[] = { "Provider", "Host",      "Reply",  "Status", "Command",
                                      "Dialect",  "Recipient", "Report", "Action", "Match",
                                      "Not",      "Field",     "Fill",   "Reason", "Bounce",
                                      "Advice",   "Set",       "See",    "Note",   "Yes",
                                      "No",       "Vague",     "Title",  NULL };

const ModoriKind modori_rule_kind = { "Rule", fields, modori_rule_write_note };

G_STATIC_ASSERT (G_N_ELEMENTS (fields) == MODORI_RULE_TITLE + 2);

/* --- asking --- */

static ModoriSpan
text_of (const ModoriRuleCase *asked, ModoriKey key)
{
    return modori_span_of (modori_outcome_text (asked->outcome, key));
}

static gboolean
same (ModoriSpan a, ModoriSpan b)
{
    return a.len == b.len && g_ascii_strncasecmp (a.at, b.at, a.len) == 0;
}

/* Is CODE ("550", "5.7.26") what PATTERN says?  In it "*" stands for any digits, "x" for one. */
static gboolean
code_holds (ModoriSpan code, ModoriSpan pattern)
{
    gsize at = 0;

    for (gsize i = 0; i < pattern.len; i++) {
        char wanted = pattern.at[i];

        if (wanted == '*') {
            while (at < code.len && g_ascii_isdigit (code.at[at]))
                at++;
        } else if (at < code.len && (wanted == 'x' || wanted == 'X' ? g_ascii_isdigit (code.at[at])
                                     : wanted == code.at[at])) {
            at++;
        } else {
            return FALSE;
        }
    }
    return code.len > 0 && at == code.len;
}

/* A rule for a provider is stopped only by somebody who is certainly another. */
static gboolean
provider_holds (const ModoriRuleTest *test, ModoriRuleCase *asked)
{
    return ! asked->certain || asked->speaker == test->provider;
}

static gboolean
host_holds (const ModoriRuleTest *test, ModoriRuleCase *asked)
{
    return modori_host_is_below (text_of (asked, MODORI_KEY_REMOTE_MTA), test->value);
}

static gboolean
reply_holds (const ModoriRuleTest *test, ModoriRuleCase *asked)
{
    return code_holds (text_of (asked, MODORI_KEY_REPLY_CODE), test->value);
}

static gboolean
status_holds (const ModoriRuleTest *test, ModoriRuleCase *asked)
{
    return code_holds (text_of (asked, MODORI_KEY_STATUS), test->value);
}

static gboolean
command_holds (const ModoriRuleTest *test, ModoriRuleCase *asked)
{
    return same (text_of (asked, MODORI_KEY_COMMAND), test->value);
}

static gboolean
dialect_holds (const ModoriRuleTest *test, ModoriRuleCase *asked)
{
    return same (text_of (asked, MODORI_KEY_DIALECT), test->value);
}

static gboolean
recipient_holds (const ModoriRuleTest *test, ModoriRuleCase *asked)
{
    const char *at = strrchr (modori_outcome_text (asked->outcome, MODORI_KEY_RECIPIENT), '@');

    return at && modori_host_is_below (modori_span_of (at + 1), test->value);
}

static gboolean
report_holds (const ModoriRuleTest *test, ModoriRuleCase *asked)
{
    return same (text_of (asked, MODORI_KEY_REPORT), test->value);
}

static gboolean
action_holds (const ModoriRuleTest *test, ModoriRuleCase *asked)
{
    return same (text_of (asked, MODORI_KEY_ACTION), test->value);
}

/* Few of a long list are ever tried: a pattern is made for its first candidate. */
static gboolean
match_holds (const ModoriRule *rule, ModoriRuleTest *test, ModoriRuleCase *asked)
{
    ModoriCaptures captures;

    if (! test->pattern)
        test->pattern = modori_entry_pattern (rule->block, test->entry, NULL);
    if (! test->pattern || ! modori_pattern_matches (test->pattern, asked->words, &captures))
        return FALSE;
    modori_captures_add (&asked->captures, &captures);
    asked->matched = modori_pattern_source (test->pattern);
    return TRUE;
}

static gboolean
not_holds (const ModoriRuleTest *test, ModoriRuleCase *asked)
{
    return modori_pattern_matches (test->pattern, asked->words, NULL);
}

/* Is LINE, "Name: value", a field NAME?  Then VALUE is what it says. */
static gboolean
is_field (ModoriSpan line, ModoriSpan name, ModoriSpan *value)
{
    if (line.len <= name.len || line.at[name.len] != ':'
        || ! same (modori_span (line.at, name.len), name))
        return FALSE;
    *value = modori_span_trim (modori_span_skip (line, name.len + 1));
    return TRUE;
}

static gboolean
field_holds (const ModoriRuleTest *test, ModoriRuleCase *asked)
{
    ModoriSpan rest = modori_span_of (asked->outcome->fields), line, value;
    ModoriCaptures captures = { 0 };

    while (modori_span_line (&rest, &line)) {
        if (! is_field (line, test->value, &value)
            || (test->pattern && ! modori_pattern_finds (test->pattern, value, &captures)))
            continue;
        modori_captures_add (&asked->captures, &captures);
        return TRUE;
    }
    return FALSE;
}

/* Always "holds": it only tells more. */
static gboolean
fill_holds (const ModoriRuleTest *test, ModoriRuleCase *asked)
{
    ModoriCaptures captures;

    if (modori_pattern_matches (test->pattern, asked->words, &captures))
        modori_captures_add (&asked->captures, &captures);
    return TRUE;
}

/* --- reading --- */

static gboolean
read_provider (ModoriRuleTest *test, const ModoriBlock *block, const ModoriKnowledge *knowledge,
               GError **error)
{
    g_autofree char *name = modori_span_dup (test->value);

    test->provider = modori_knowledge_block (knowledge, &modori_provider_kind, name);
    return test->provider
        || modori_entry_fail (block, test->entry, error, "there is no Provider \"%s\"", name);
}

static gboolean
read_pattern (ModoriRuleTest *test, const ModoriBlock *block,
              const ModoriKnowledge *knowledge G_GNUC_UNUSED, GError **error)
{
    test->pattern = modori_entry_pattern (block, test->entry, error);
    return test->pattern != NULL;
}

/* "Name" or "Name pattern". */
static gboolean
read_field (ModoriRuleTest *test, const ModoriBlock *block,
            const ModoriKnowledge *knowledge G_GNUC_UNUSED, GError **error)
{
    ModoriSpan rest = test->entry->value;
    ModoriEntry pattern = *test->entry;

    modori_entry_word (&rest, &test->value);
    pattern.value = modori_span_trim (rest);
    if (pattern.value.len == 0)
        return TRUE;
    test->pattern = modori_entry_pattern (block, &pattern, error);
    return test->pattern != NULL;
}

static const struct {
    gboolean words;             /* the value is a list of words, each an alternative */
    gboolean forbids;           /* none of them may hold */
    gboolean (*read) (ModoriRuleTest *, const ModoriBlock *, const ModoriKnowledge *, GError **);
    gboolean (*holds) (const ModoriRuleTest *, ModoriRuleCase *);
} conditions[MODORI_RULE_N_CONDITIONS] = {
    [MODORI_RULE_PROVIDER] = { TRUE, FALSE, read_provider, provider_holds },
    [MODORI_RULE_HOST] = { TRUE, FALSE, NULL, host_holds },
    [MODORI_RULE_REPLY] = { TRUE, FALSE, NULL, reply_holds },
    [MODORI_RULE_STATUS] = { TRUE, FALSE, NULL, status_holds },
    [MODORI_RULE_COMMAND] = { TRUE, FALSE, NULL, command_holds },
    [MODORI_RULE_DIALECT] = { TRUE, FALSE, NULL, dialect_holds },
    [MODORI_RULE_RECIPIENT] = { TRUE, FALSE, NULL, recipient_holds },
    [MODORI_RULE_REPORT] = { TRUE, FALSE, NULL, report_holds },
    [MODORI_RULE_ACTION] = { TRUE, FALSE, NULL, action_holds },
    [MODORI_RULE_MATCH] = { FALSE, FALSE, NULL, NULL },
    [MODORI_RULE_NOT] = { FALSE, TRUE, read_pattern, not_holds },
    [MODORI_RULE_FIELD] = { FALSE, FALSE, read_field, field_holds },
    [MODORI_RULE_FILL] = { FALSE, FALSE, read_pattern, fill_holds },
};

static gboolean
add_test (GArray *tests, ModoriRuleTest test, const ModoriBlock *block,
          const ModoriKnowledge *knowledge, GError **error)
{
    if (conditions[test.kind].read && ! conditions[test.kind].read (&test, block, knowledge, error))
        return FALSE;
    g_array_append_val (tests, test);
    return TRUE;
}

static gboolean
add_tests (GArray *tests, const ModoriBlock *block, const ModoriEntry *entry,
           const ModoriKnowledge *knowledge, GError **error)
{
    ModoriRuleTest test = { .kind = entry->key, .entry = entry, .value = entry->value };
    ModoriSpan rest = entry->value;

    if (entry->value.len == 0)
        return modori_entry_fail (block, entry, error, "%s needs a value", fields[entry->key]);
    if (! conditions[test.kind].words)
        return add_test (tests, test, block, knowledge, error);
    while (modori_entry_word (&rest, &test.value))
        if (! add_test (tests, test, block, knowledge, error))
            return FALSE;
    return TRUE;
}

/* All conditions, kind by kind. */
static gboolean
read_tests (ModoriRule *rule, const ModoriKnowledge *knowledge, GError **error)
{
    const ModoriBlock *block = rule->block;
    GArray *tests = g_array_sized_new (FALSE, FALSE, sizeof (ModoriRuleTest), block->n_entries);
    gboolean good = TRUE, asks = FALSE;
    guint present = 0;

    for (guint i = 0; i < block->n_entries; i++)
        present |= 1u << block->entries[i].key;
    for (guint kind = 0; kind < MODORI_RULE_N_CONDITIONS; kind++)
        for (guint i = 0; (present & 1u << kind) && good && i < block->n_entries; i++)
            if (block->entries[i].key == kind) {
                asks = asks || ! (conditions[kind].forbids || kind == MODORI_RULE_FILL);
                good = add_tests (tests, block, &block->entries[i], knowledge, error);
            }
    rule->n_tests = tests->len;
    rule->tests = (ModoriRuleTest *) g_array_free (tests, FALSE);
    if (good && ! asks)
        return modori_entry_fail (block, NULL, error,
                                  "Rule %s has no condition: it would always fire", block->name);
    return good;
}

gboolean
modori_rule_may_fill (ModoriKey key)
{
    switch (key) {
    case MODORI_KEY_V:
    case MODORI_KEY_ID:
    case MODORI_KEY_REPORT:
    case MODORI_KEY_REASON:
    case MODORI_KEY_BOUNCE:
    case MODORI_KEY_PROVIDER:
    case MODORI_KEY_RULE:
    case MODORI_KEY_SENDER_KIND:
    case MODORI_KEY_ADVICE:
    case MODORI_KEY_HINT: case MODORI_KEY_FINDINGS: case MODORI_KEY_PATH: case MODORI_KEY_OFFSET:
    case MODORI_KEY_TRUNCATED: case MODORI_N_KEYS:
        return FALSE;
    default:
        return TRUE;
    }
}

gboolean
modori_rule_setting (ModoriSpan setting, ModoriKey *key, ModoriSpan *value)
{
    ModoriSpan word;

    modori_entry_word (&setting, &word);
    *key = modori_key_of (word);
    *value = modori_span_trim (setting);
    return (modori_rule_may_fill (*key) || *key == MODORI_KEY_REPORT) && value->len > 0;
}

/* Reason, Bounce, Advice, Set. */
static gboolean
read_conclusion (ModoriRule *rule, const ModoriEntry *entry, const ModoriReasons *reasons,
                 GError **error)
{
    ModoriKey key;
    ModoriSpan value;

    switch (entry->key) {
    case MODORI_RULE_REASON:
        rule->reason = modori_reasons_named (reasons, rule->block, entry, error);
        return rule->reason != NULL;
    case MODORI_RULE_BOUNCE:
        rule->bounce = modori_reasons_bounce (rule->block, entry, error);
        return rule->bounce != NULL;
    case MODORI_RULE_ADVICE:
        g_free ((char *) rule->advice);
        rule->advice = modori_span_dup (entry->value);
        return TRUE;
    case MODORI_RULE_SET:
        return modori_rule_setting (entry->value, &key, &value)
            || modori_entry_fail (rule->block, entry, error,
                                  "Set is \"key value\" with a key of the record");
    default:
        return TRUE;
    }
}

/* A site's own patterns are compiled at once, so that a mistake is said; shipped ones are
 * tested. */
gboolean
modori_rule_check (const ModoriRule *rule, GError **error)
{
    for (guint i = 0; i < rule->n_tests; i++) {
        ModoriRuleTest *test = &rule->tests[i];
        g_autoptr (GError) why = NULL;

        if (test->kind == MODORI_RULE_MATCH && ! test->pattern)
            test->pattern = modori_entry_pattern (rule->block, test->entry, error);
        if (test->kind == MODORI_RULE_MATCH && ! test->pattern)
            return FALSE;
        if (rule->block->site && test->pattern && ! modori_pattern_check (test->pattern, &why))
            return modori_entry_fail (rule->block, test->entry, error, "%s", why->message);
    }
    return TRUE;
}

/* Does RULE have the Match patterns that were seen before it was read? */
static gboolean
check_sources (const ModoriRule *rule, GError **error)
{
    guint n = 0;

    for (guint i = 0; i < rule->n_tests; i++)
        n += rule->tests[i].kind == MODORI_RULE_MATCH;
    return n == rule->n_sources
        || modori_entry_fail (rule->block, NULL, error, "Rule %s cannot be understood",
                              rule->block->name);
}

gboolean
modori_rule_read (ModoriRule *rule, const ModoriKnowledge *knowledge, const ModoriReasons *reasons,
                  GError **error)
{
    const ModoriBlock *block = rule->block;

    modori_knowledge_read (knowledge, block);
    modori_rule_clear (rule);
    rule->state = MODORI_RULE_BROKEN;
    for (guint i = 0; i < block->n_entries; i++)
        if (! read_conclusion (rule, &block->entries[i], reasons, error))
            return FALSE;
    if (! rule->reason)
        return modori_entry_fail (block, NULL, error, "Rule %s has no Reason", block->name);
    if (! read_tests (rule, knowledge, error) || ! check_sources (rule, error))
        return FALSE;
    rule->state = MODORI_RULE_READ;
    return TRUE;
}

void
modori_rule_clear (ModoriRule *rule)
{
    for (guint i = 0; i < rule->n_tests; i++)
        modori_pattern_free (rule->tests[i].pattern);
    rule->n_tests = 0;
    g_clear_pointer (&rule->tests, g_free);
    g_free ((char *) rule->advice);
    rule->advice = NULL;
}

/* --- firing --- */

/* Lists of patterns are long: only those are tried that are candidates for the words, if the rule
 * was found by them. */
static gboolean
one_matches (const ModoriRule *rule, ModoriRuleTest *first, ModoriRuleCase *asked)
{
    guint i = modori_index_next (asked->index, rule->first_item);

    if (rule->way != MODORI_WAY_WORDS) {
        for (i = 0; i < rule->n_sources && ! match_holds (rule, first + i, asked);)
            i++;
        return i < rule->n_sources;
    }
    while (i < rule->end_item && ! match_holds (rule, first + (i - rule->first_item), asked))
        i = modori_index_next (asked->index, i + 1);
    return i < rule->end_item;
}

/* Does one of the conditions from TEST on that are of its kind hold? */
static gboolean
one_holds (const ModoriRule *rule, ModoriRuleTest *test, ModoriRuleCase *asked)
{
    ModoriRuleField kind = test->kind;

    if (kind == MODORI_RULE_MATCH)
        return one_matches (rule, test, asked);
    for (; test < rule->tests + rule->n_tests && test->kind == kind; test++)
        if (conditions[kind].holds (test, asked))
            return TRUE;
    return FALSE;
}

gboolean
modori_rule_fires (const ModoriRule *rule, ModoriRuleCase *asked)
{
    asked->captures.n = 0;
    asked->matched = "";
    for (guint i = 0; i < rule->n_tests; i++) {
        ModoriRuleField kind = rule->tests[i].kind;

        if (i > 0 && rule->tests[i - 1].kind == kind && kind != MODORI_RULE_FILL)
            continue;
        if (one_holds (rule, &rule->tests[i], asked) == conditions[kind].forbids)
            return FALSE;
    }
    return TRUE;
}

gboolean
modori_rule_asks_report (const ModoriRule *rule)
{
    for (guint i = 0; i < rule->n_tests; i++)
        if (rule->tests[i].kind == MODORI_RULE_REPORT)
            return TRUE;
    return FALSE;
}

gboolean
modori_rule_names (const ModoriRule *rule, const ModoriBlock *provider)
{
    for (guint i = 0; i < rule->n_tests && rule->tests[i].kind == MODORI_RULE_PROVIDER; i++)
        if (rule->tests[i].provider == provider)
            return TRUE;
    return FALSE;
}
