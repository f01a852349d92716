/* examples.c - testing the knowledge: its examples, its texts, its patterns.
 *
 * Knowledge without examples rots.  Every rule says which words it wins (Yes) and which it must
 * leave to others (No), and both are asked among all rules: so a new rule that takes another's
 * words is found at once, and a rule that can never fire as well.  The other kinds bring their
 * own tests; this is the table of them.
 *
 * Whether a pattern is safe is not a matter of the clock: PCRE2 counts its steps and gives up at
 * a limit, and no pattern may come there, on texts made to bring it there.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "rules/examples.h"

#include <glob.h>

#include "report/diagnostic.h"
#include "rules/lint.h"
#include "rules/observation.h"
#include "rules/selector.h"
#include "rules/specimen.h"
#include "rules/strain.h"
#include "text/error.h"

/* Lines of a report are no longer when patterns see them. */
#define LINE_MAX_BYTES 2048

struct ModoriExamples {
    ModoriEngine *engine;
    char *corpus;
    ModoriExamplesComplain complain;
    gpointer data;
    guint passed, failed;
    GString *fields;            /* delivery-status fields of the present example */
};

ModoriExamples *
modori_examples_new (ModoriEngine *engine, const char *corpus, ModoriExamplesComplain complain,
                     gpointer data)
{
    ModoriExamples *examples = g_new0 (ModoriExamples, 1);

    examples->engine = engine;
    examples->corpus = g_strdup (corpus);
    examples->complain = complain;
    examples->data = data;
    examples->fields = g_string_new (NULL);
    return examples;
}

void
modori_examples_free (ModoriExamples *examples)
{
    if (! examples)
        return;
    g_string_free (examples->fields, TRUE);
    g_free (examples->corpus);
    g_free (examples);
}

guint
modori_examples_passed (const ModoriExamples *examples)
{
    return examples->passed;
}

guint
modori_examples_failed (const ModoriExamples *examples)
{
    return examples->failed;
}

/* Count a test that was GOOD, or the complaint ERROR, which is taken. */
static void
count (ModoriExamples *examples, gboolean good, GError *error)
{
    if (good)
        examples->passed++;
    else
        examples->failed++;
    if (! good)
        examples->complain (error->message, examples->data);
    g_clear_error (&error);
}

static const char *
field_name (const ModoriBlock *block, const ModoriEntry *entry)
{
    return block->kind->fields[entry->key];
}

static gboolean
is_field (const ModoriBlock *block, const ModoriEntry *entry, const char *name)
{
    return strcmp (field_name (block, entry), name) == 0;
}

/* --- examples of rules --- */

/* One word, or what stands between quotes. */
static ModoriSpan
take_value (ModoriSpan *rest)
{
    char end = rest->len && rest->at[0] == '"' ? '"' : ' ';
    ModoriSpan value = modori_span_skip (*rest, end == '"');
    const char *close = memchr (value.at, end, value.len);

    if (close)
        value.len = (gsize) (close - value.at);
    *rest =
        modori_span_skip (modori_span_between (value.at, modori_span_end (*rest)), value.len + 1);
    return value;
}

static gboolean
set_key (ModoriExamples *examples, ModoriOutcome *outcome, ModoriSpan name, ModoriSpan value)
{
    static const char prefix[] = "field:";
    ModoriKey key = modori_key_of (name);

    if (modori_span_begins (name, prefix)) {
        name = modori_span_skip (name, strlen (prefix));
        g_string_append_printf (examples->fields, "%.*s: %.*s\n", (int) name.len, name.at,
                                (int) value.len, value.at);
        return TRUE;
    }
    if (key == MODORI_N_KEYS)
        return FALSE;
    modori_outcome_set (examples->engine->report, outcome, key, value, "example", 0);
    return TRUE;
}

/* "[key=value key=value] words": the keys; WORDS gets what is behind them. */
static gboolean
read_keys (ModoriExamples *examples, ModoriOutcome *outcome, ModoriSpan example, ModoriSpan *words)
{
    const char *close =
        modori_span_begins (example, "[") ? memchr (example.at, ']', example.len) : NULL;
    const char *equals = close ? memchr (example.at, '=', (gsize) (close - example.at)) : NULL;
    ModoriSpan keys;

    *words = example;
    if (! equals)               /* words may begin with a bracket of their own */
        return TRUE;
    *words = modori_span_trim (modori_span_between (close + 1, modori_span_end (example)));
    keys = modori_span_trim (modori_span_between (example.at + 1, close));
    while (keys.len) {
        ModoriSpan name = keys;

        equals = memchr (keys.at, '=', keys.len);
        if (! equals)
            return FALSE;
        name.len = (gsize) (equals - keys.at);
        keys = modori_span_skip (keys, name.len + 1);
        if (! set_key (examples, outcome, name, take_value (&keys)))
            return FALSE;
        keys = modori_span_trim (keys);
    }
    return TRUE;
}

/* The outcome that EXAMPLE describes, or NULL when its keys cannot be read. */
static ModoriOutcome *
make_outcome (ModoriExamples *examples, ModoriSpan example)
{
    ModoriReport *report = examples->engine->report;
    ModoriOutcome *outcome;
    ModoriSpan words;

    modori_message_read (examples->engine->message, MODORI_SPAN_EMPTY);
    modori_report_begin (report, examples->engine->message);
    g_string_truncate (examples->fields, 0);
    outcome = modori_report_add (report);
    modori_outcome_set (report, outcome, MODORI_KEY_REPORT, modori_span_of ("delivery"),
                        "example", 0);
    modori_outcome_set (report, outcome, MODORI_KEY_ACTION, modori_span_of ("failed"), "example",
                        0);
    if (! read_keys (examples, outcome, example, &words))
        return NULL;
    modori_outcome_set (report, outcome, MODORI_KEY_DIAGNOSTIC, words, "example", 0);
    modori_diagnostic_apply (report, outcome);
    outcome->fields = examples->fields->str;
    return outcome;
}

static gboolean
check_winner (const ModoriBlock *block, const ModoriEntry *entry, gboolean want,
              const ModoriBlock *winner, const char *text, GError **error)
{
    if ((winner == block) == want)
        return TRUE;
    if (! want)
        return modori_entry_fail (block, entry, error, "Rule %s: No: \"%s\" was decided by it",
                                  block->name, text);
    if (! winner)
        return modori_entry_fail (block, entry, error,
                                  "Rule %s: Yes: \"%s\" was decided by nothing", block->name,
                                  text);
    return modori_entry_fail (
        block, entry, error, "Rule %s: Yes: \"%s\" was decided by %s %s (%s, line %u)",
        block->name, text, winner->kind->name, winner->name, winner->path, winner->line);
}

/* EXAMPLE of the rule BLOCK: a Yes (WANT) must be won by it, a No must not. */
static gboolean
test_rule_example (ModoriExamples *examples, const ModoriBlock *block, const ModoriEntry *entry,
                   gboolean want, GError **error)
{
    g_autofree char *text = modori_entry_text (entry);
    ModoriOutcome *outcome = make_outcome (examples, modori_span_of (text));
    ModoriDecision decision;

    if (! outcome)
        return modori_entry_fail (block, entry, error,
                                  "Rule %s: \"[key=value ...] words\" was expected, not \"%s\"",
                                  block->name, text);
    modori_rules_decide (examples->engine->rules, outcome, &decision);
    modori_rules_apply (examples->engine->report, outcome, &decision);
    return check_winner (block, entry, want, decision.block, text, error);
}

static gboolean
finding_example (ModoriExamples *examples, const ModoriBlock *block, const ModoriEntry *entry,
                 gboolean want, GError **error)
{
    return modori_findings_test_example (examples->engine->findings, block, entry, want, error);
}

static gboolean
sender_example (ModoriExamples *examples, const ModoriBlock *block, const ModoriEntry *entry,
                gboolean want, GError **error)
{
    return modori_senders_test_example (modori_adviser_senders (examples->engine->adviser), block,
                                        entry, want, error);
}

static gboolean
wait_example (ModoriExamples *examples, const ModoriBlock *block, const ModoriEntry *entry,
              gboolean want G_GNUC_UNUSED, GError **error)
{
    return modori_waits_test_example (examples->engine->waits, block, entry, error);
}

static gboolean
verp_example (ModoriExamples *examples, const ModoriBlock *block, const ModoriEntry *entry,
              gboolean want, GError **error)
{
    return modori_verps_test_example (examples->engine->verps, block, entry, want, error);
}

static gboolean
blocklist_example (ModoriExamples *examples, const ModoriBlock *block, const ModoriEntry *entry,
                   gboolean want, GError **error)
{
    return modori_blocklists_test_example (modori_adviser_blocklists (examples->engine->adviser),
                                           block, entry, want, error);
}

/* --- samples of dialects --- */

/* Sample: a file, or several with wild cards. */
static void
test_samples (ModoriExamples *examples, const ModoriBlock *block, const ModoriEntry *entry)
{
    g_autofree char *beside = g_path_get_dirname (block->path);
    g_autofree char *name = modori_entry_text (entry);
    g_autofree char *path = g_build_filename (block->site ? beside : examples->corpus, name, NULL);
    GError *error = NULL;
    gboolean found = FALSE;
    glob_t files;

    if (glob (path, 0, NULL, &files) != 0) {
        modori_entry_fail (block, entry, &error, "Dialect %s: there is no sample %s", block->name,
                           path);
        count (examples, FALSE, error);
        return;
    }
    for (gsize i = 0; i < files.gl_pathc; i++) {
        gboolean good = modori_specimen_test (examples->engine, block, entry, files.gl_pathv[i],
                                              &found, &error);

        count (examples, good, g_steal_pointer (&error));
    }
    if (! found)
        modori_entry_fail (block, entry, &error, "Dialect %s finds nothing in %s", block->name,
                           path);
    count (examples, found, error);
    globfree (&files);
}

/* --- patterns
 * ------------------------------------------------------------------------------------ */

/* The longest text that the pattern in the field NAME of any kind is tried on; 0 when the field
 * holds no pattern. */
static gsize
longest_subject (const char *name)
{
    static const char *const texts[] = { "Match",    "Not",         "Fill", "Marks", "If-Body",
                                         "If-Words", "Unless-Body", "Body", "Words" };
    static const char *const lines[] = {
        "If-Subject", "If-From", "Original", "Begin",          "End",     "Opens",
        "Closes",     "Line",    "Skip",     "Until",          "More",    "Final",
        "Except",     "If-Type", "Unless-Type", "Unless-Subject", "Reverse-Name",
    };

    for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
        if (strcmp (texts[i], name) == 0)
            return MODORI_PATTERN_SUBJECT_MAX;
    for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
        if (strcmp (lines[i], name) == 0)
            return LINE_MAX_BYTES;
    return 0;
}

static gboolean
test_pattern (ModoriPattern *pattern, const ModoriBlock *block, const ModoriEntry *entry,
              GError **error)
{
    g_autoptr (GError) why = NULL;

    gsize max = longest_subject (field_name (block, entry));

    if (modori_strain_endures (pattern, max, &why))
        return TRUE;
    return modori_entry_fail (block, entry, error, "%s %s: %s", block->kind->name, block->name,
                              why->message);
}

static void
test_patterns (ModoriExamples *examples, const ModoriBlock *block)
{
    for (guint i = 0; i < block->n_entries; i++) {
        const ModoriEntry *entry = &block->entries[i];
        g_autoptr (ModoriPattern) pattern = NULL;
        GError *error = NULL;
        gboolean good;

        if (! longest_subject (field_name (block, entry)))
            continue;
        pattern = modori_entry_pattern (block, entry, &error);
        good = pattern && test_pattern (pattern, block, entry, &error);
        count (examples, good, error);
    }
}

/* --- texts and names
 * ------------------------------------------------------------------------------- */

static void
test_texts (ModoriExamples *examples, const ModoriBlock *block)
{
    guint64 seen = 0;

    for (guint i = 0; i < block->n_entries; i++) {
        const ModoriEntry *entry = &block->entries[i];
        guint64 bit = G_GUINT64_CONSTANT (1) << (entry->key & 63);
        GError *error = NULL;

        if (modori_lint_is_text (block, field_name (block, entry)) && ! (seen & bit)) {
            gboolean good = modori_lint_both (block, entry, &error);

            count (examples, good, g_steal_pointer (&error));
        }
        if (modori_lint_names_something (block, entry)) {
            gboolean good = modori_lint_names (examples->engine->knowledge, block, entry, &error);

            count (examples, good, g_steal_pointer (&error));
        }
        seen |= bit;
    }
}

/* --- what each kind brings
 * ----------------------------------------------------------------------------- */

static gboolean
check_finding (ModoriExamples *examples, const ModoriBlock *block, GError **error)
{
    return modori_findings_check (examples->engine->findings, block, error);
}

static gboolean
check_sender (ModoriExamples *examples, const ModoriBlock *block, GError **error)
{
    return modori_senders_check (modori_adviser_senders (examples->engine->adviser), block, error);
}

static gboolean
check_blocklist (ModoriExamples *examples, const ModoriBlock *block, GError **error)
{
    return modori_blocklists_check (modori_adviser_blocklists (examples->engine->adviser), block,
                                    error);
}

static gboolean
check_advice (ModoriExamples *examples, const ModoriBlock *block, GError **error)
{
    return modori_lint_reach (examples->engine->knowledge, block, error)
        && modori_adviser_check (examples->engine->adviser, block, error);
}

static gboolean
has_field (const ModoriBlock *block, const char *name)
{
    for (guint i = 0; i < block->n_entries; i++)
        if (is_field (block, &block->entries[i], name))
            return TRUE;
    return FALSE;
}

static gboolean
check_rule (ModoriExamples *examples G_GNUC_UNUSED, const ModoriBlock *block, GError **error)
{
    if (has_field (block, "Yes") && has_field (block, "No"))
        return TRUE;
    return modori_entry_fail (block, NULL, error, "Rule %s needs a Yes and a No", block->name);
}

static gboolean
check_dialect (ModoriExamples *examples G_GNUC_UNUSED, const ModoriBlock *block, GError **error)
{
    return has_field (block, "Sample")
        || modori_entry_fail (block, NULL, error, "Dialect %s needs a Sample", block->name);
}

static gboolean
check_wait (ModoriExamples *examples G_GNUC_UNUSED, const ModoriBlock *block, GError **error)
{
    return modori_waits_check (block, error);
}

static gboolean
check_verp (ModoriExamples *examples, const ModoriBlock *block, GError **error)
{
    return modori_verps_check (examples->engine->verps, block, error);
}

static gboolean
check_observation (ModoriExamples *examples G_GNUC_UNUSED, const ModoriBlock *block,
                   GError **error)
{
    return modori_observation_check (block, error);
}

static gboolean
check_selector (ModoriExamples *examples G_GNUC_UNUSED, const ModoriBlock *block, GError **error)
{
    return modori_selector_check (block, error);
}

static gboolean
check_reason (ModoriExamples *examples G_GNUC_UNUSED, const ModoriBlock *block, GError **error)
{
    return has_field (block, "Fault")
        || modori_entry_fail (block, NULL, error, "Reason %s needs a Fault", block->name);
}

static const struct {
    const ModoriKind *kind;
    gboolean (*check) (ModoriExamples *, const ModoriBlock *, GError **);
    gboolean (*example) (ModoriExamples *, const ModoriBlock *, const ModoriEntry *,
                         gboolean want, GError **);
} testers[] = {
    { &modori_rule_kind, check_rule, test_rule_example },
    { &modori_dialect_kind, check_dialect, NULL },
    { &modori_finding_kind, check_finding, finding_example },
    { &modori_sender_kind, check_sender, sender_example },
    { &modori_blocklist_kind, check_blocklist, blocklist_example },
    { &modori_wait_kind, check_wait, wait_example },
    { &modori_verp_kind, check_verp, verp_example },
    { &modori_reason_kind, check_reason, NULL },
    { &modori_advice_kind, check_advice, NULL },
    { &modori_observation_kind, check_observation, NULL },
    { &modori_selector_kind, check_selector, NULL },
};

/* What no example shows of ENTRY. */
static void
test_entry (ModoriExamples *examples, const ModoriBlock *block, const ModoriEntry *entry)
{
    GError *error = NULL;
    gboolean good;

    if (is_field (block, entry, "See"))
        good = modori_lint_link (block, entry, &error);
    else if (block->kind == &modori_rule_kind && is_field (block, entry, "Match"))
        good = modori_lint_shadow (examples->engine, block, entry, &error);
    else
        return;
    count (examples, good, error);
}

static void
test_examples (ModoriExamples *examples, const ModoriBlock *block, guint tester)
{
    for (guint i = 0; i < block->n_entries; i++) {
        const ModoriEntry *entry = &block->entries[i];
        gboolean yes = is_field (block, entry, "Yes");
        GError *error = NULL;
        gboolean good;

        if (is_field (block, entry, "Sample") && (examples->corpus || block->site))
            test_samples (examples, block, entry);
        if (! testers[tester].example || ! (yes || is_field (block, entry, "No")))
            continue;
        good = testers[tester].example (examples, block, entry, yes, &error);
        count (examples, good, error);
    }
}

gboolean
modori_examples_test (ModoriExamples *examples, const ModoriBlock *block)
{
    guint failed = examples->failed;

    if (block->off)
        return TRUE;
    test_texts (examples, block);
    test_patterns (examples, block);
    for (guint i = 0; i < block->n_entries; i++)
        test_entry (examples, block, &block->entries[i]);
    for (guint i = 0; i < G_N_ELEMENTS (testers); i++)
        if (testers[i].kind == block->kind) {
            GError *error = NULL;
            gboolean good = testers[i].check (examples, block, &error);

            count (examples, good, error);
            test_examples (examples, block, i);
        }
    return examples->failed == failed;
}
