/* matching.c - fuzz target: DIFFERENTIAL: the shipped rules on any words.
 *
 * Most patterns are never run: literals, grams, the finder and the index tell that they cannot match.  Here each is run as it is
 * written, by PCRE2 itself, and must find what the quick ways find.  And the decision is the same when asked again, and is that of
 * the first of the rules that ask for nothing but words (rules/generic/) whose words are there.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "report/diagnostic.h"
#include "rules/engine.h"
#include "text/written.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

/* Longer words only take longer. */
#define WORDS_MAX 2000
/* Of the patterns so many are asked, others for each input: all of them together take too long. */
#define ASKED 200

typedef struct {
    ModoriPattern *quick;
    pcre2_code *plain;
    guint sets;                 /* of literals that the finder looks for */
} Pattern;

/* A rule that asks for nothing but words: those of its patterns, by number. */
typedef struct {
    const ModoriBlock *block;
    GArray *match, *nots;
} Rule;

static struct {
    ModoriEngine *engine;
    GArray *patterns;           /* Pattern */
    GArray *rules;              /* Rule */
    ModoriFinder *finder;
    ModoriSubject *subject;
    guint8 *seen;
    pcre2_match_data *match;
    pcre2_match_context *limits;
} all;

/* The same pattern without any of our ways to be quick. */
static pcre2_code *
plain_code (ModoriSpan source)
{
    g_autofree char *regex = source.at[0] == '/' ? modori_span_dup (source) : modori_written_as_regex (source);
    ModoriSpan written = modori_span_of (regex);
    guint32 options;
    gsize len, where;
    int number;
    pcre2_code *code;

    g_assert_true (modori_written_flags (written, &len, &options, NULL));
    code = pcre2_compile ((PCRE2_SPTR) written.at + 1, len, options, &number, &where, NULL);
    g_assert_nonnull (code);
    pcre2_jit_compile (code, PCRE2_JIT_COMPLETE);
    return code;
}

static guint
add_pattern (const ModoriBlock *block, const ModoriEntry *entry)
{
    Pattern pattern = { .quick = modori_entry_pattern (block, entry, NULL) };

    g_assert_nonnull (pattern.quick);
    pattern.plain = plain_code (modori_span_of (modori_pattern_source (pattern.quick)));
    pattern.sets = modori_pattern_seek (pattern.quick, all.finder, 2 * all.patterns->len);
    g_array_append_val (all.patterns, pattern);
    return all.patterns->len - 1;
}

static void
add_rule (const ModoriBlock *block)
{
    Rule rule = { block, g_array_new (FALSE, FALSE, sizeof (guint)), g_array_new (FALSE, FALSE, sizeof (guint)) };
    gboolean asks_more = FALSE;

    for (guint i = 0; i < block->n_entries; i++) {
        const ModoriEntry *entry = &block->entries[i];
        guint number;

        if (entry->key != MODORI_RULE_MATCH && entry->key != MODORI_RULE_NOT) {
            asks_more |= entry->key < MODORI_RULE_FILL;
            continue;
        }
        number = add_pattern (block, entry);
        g_array_append_val (entry->key == MODORI_RULE_MATCH ? rule.match : rule.nots, number);
    }
    if (! asks_more && rule.match->len)
        g_array_append_val (all.rules, rule);
}

static void
load (void)
{
    const char *source = g_getenv ("SOURCE") ? g_getenv ("SOURCE") : ".";
    g_autofree char *directory = g_getenv ("RULES") ? g_strdup (g_getenv ("RULES")) : g_build_filename (source, "rules", NULL);
    g_autoptr (GError) error = NULL;
    ModoriKnowledge *knowledge = modori_knowledge_load (directory, NULL, modori_all_kinds, &error);
    const GPtrArray *blocks;

    g_assert_no_error (error);
    all.engine = modori_engine_new (knowledge, &error);
    g_assert_no_error (error);
    g_assert_true (modori_engine_check (all.engine, &error));
    all.patterns = g_array_new (FALSE, FALSE, sizeof (Pattern));
    all.rules = g_array_new (FALSE, FALSE, sizeof (Rule));
    all.finder = modori_finder_new ();
    all.subject = modori_subject_new ();
    all.match = pcre2_match_data_create (64, NULL);
    all.limits = pcre2_match_context_create (NULL);
    pcre2_set_match_limit (all.limits, 100000);
    blocks = modori_knowledge_blocks (knowledge, &modori_rule_kind);
    for (guint i = 0; i < blocks->len; i++)
        add_rule (g_ptr_array_index (blocks, i));
    all.seen = g_malloc (2 * all.patterns->len);
    g_assert_cmpuint (all.patterns->len, >, 1000);
    g_assert_cmpuint (all.rules->len, >, 50);
}

/* Does pattern I stand in WORDS?  Negative when it was given up. */
static int
finds (guint i, ModoriSpan words)
{
    int n = pcre2_match (g_array_index (all.patterns, Pattern, i).plain, (PCRE2_SPTR) words.at, words.len, 0, 0, all.match, all.limits);

    return n >= 0 ? 1 : n == PCRE2_ERROR_NOMATCH ? 0 : -1;
}

static void
check_pattern (guint i, ModoriSpan words)
{
    const Pattern *pattern = &g_array_index (all.patterns, Pattern, i);
    int plain = finds (i, words);
    gboolean seen = all.seen[2 * i] && (pattern->sets < 2 || all.seen[2 * i + 1]);

    if (plain < 0)
        return;
    if (modori_pattern_finds (pattern->quick, words, NULL) != plain
        || modori_pattern_matches (pattern->quick, all.subject, NULL) != plain || (plain && pattern->sets && ! seen)
        || (plain && ! modori_pattern_may_match (pattern->quick, all.subject))) {
        g_printerr ("%s: PCRE2 %s it\n", modori_pattern_source (pattern->quick), plain ? "finds" : "does not find");
        g_assert_not_reached ();
    }
}

static void
check_patterns (ModoriSpan words)
{
    guint n, first = g_str_hash (words.at);
    const guint32 *found;

    modori_subject_set (all.subject, words);
    found = modori_finder_run (all.finder, modori_subject_folded (all.subject), &n);
    memset (all.seen, 0, 2 * all.patterns->len);
    for (guint i = 0; i < n; i++)
        all.seen[found[i]] = 1;
    for (guint i = 0; i < ASKED; i++)
        check_pattern ((first + i) % all.patterns->len, words);
}

/* Does one of PATTERNS stand in WORDS?  Negative when that could not be told. */
static int
one_finds (const GArray *patterns, ModoriSpan words)
{
    int result = 0;

    for (guint i = 0; i < patterns->len && result <= 0; i++) {
        int one = finds (g_array_index (patterns, guint, i), words);

        result = one ? one : result;
    }
    return result;
}

/* No rule that asks only for words has been passed over. */
static void
check_decision (const ModoriDecision *decision, ModoriSpan words)
{
    gboolean rule_decided = decision->block && decision->block->kind == &modori_rule_kind;

    for (guint i = 0; i < all.rules->len; i++) {
        const Rule *rule = &g_array_index (all.rules, Rule, i);
        gboolean comes_first = ! rule_decided || modori_rules_asks_first (all.engine->rules, rule->block, decision->block);

        if (decision->block == rule->block)
            g_assert_true (one_finds (rule->match, words) != 0 && one_finds (rule->nots, words) <= 0);
        else if (comes_first && one_finds (rule->match, words) == 1 && one_finds (rule->nots, words) == 0) {
            g_printerr ("rule %s was passed over for %s\n", rule->block->name, decision->block ? decision->block->name : "nothing");
            g_assert_not_reached ();
        }
    }
}

static void
decide (ModoriSpan words)
{
    ModoriReport *report = all.engine->report;
    ModoriDecision once, again;
    ModoriOutcome *outcome;

    modori_message_read (all.engine->message, MODORI_SPAN_EMPTY);
    modori_report_begin (report, all.engine->message);
    outcome = modori_report_add (report);
    modori_outcome_set (report, outcome, MODORI_KEY_REPORT, modori_span_of ("delivery"), "", 0);
    modori_outcome_set (report, outcome, MODORI_KEY_ACTION, modori_span_of ("failed"), "", 0);
    modori_outcome_set (report, outcome, MODORI_KEY_DIAGNOSTIC, words, "", 0);
    modori_diagnostic_apply (report, outcome);
    outcome->fields = "";
    modori_rules_decide (all.engine->rules, outcome, &once);
    modori_rules_decide (all.engine->rules, outcome, &again);
    g_assert_true (once.block == again.block && once.provider == again.provider && once.captures.n == again.captures.n);
    g_assert_cmpstr (once.reason, ==, again.reason);
    g_assert_cmpstr (once.bounce, ==, again.bounce);
    check_decision (&once, modori_span_of (outcome->words));
    check_patterns (modori_span_of (outcome->words));
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
    if (! all.engine)
        load ();
    decide (modori_span (size ? (const char *) data : "", MIN (size, WORDS_MAX)));
    return 0;
}
