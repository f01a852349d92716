/* findings.c - what in a message would make receivers refuse it.
 *
 * Each Finding block is a list of conditions; of each kind of condition that it has one must
 * hold (Not-Header: all), or of `Need` kinds.  Conditions of one kind lie side by side, so that
 * a block is read from left to right.  One pass over the header serves all blocks (header.h).
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE             /* memrchr */
#endif
#include "rules/findings.h"

#include "rules/advice.h"
#include "rules/condition.h"
#include "rules/sample.h"
#include "rules/tests.h"
#include "text/error.h"

/* Parts of a message that are looked at. */
#define PARTS_MAX 100

/* Fields of the block, in the order of field_names.  Conditions are looked at in this order; the
 * evidence is that of the last one that holds. */
enum {
    MISSING, HEADER, EMPTY, REPEATED, ADDRESS, LARGER_THAN, RECIPIENTS_OVER, HEADER_LARGER_THAN,
    LINE_LONGER_THAN,
    PART, TEST, NOT_HEADER,
    N_CONDITIONS,
    NEED = N_CONDITIONS, TITLE, WHY, SEVERITY, ADVICE, REFUSED_BY, NOTE, SEE, YES, NO
};

/* First letters of the conditions and of Need. */
#define CONDITION_INITIALS "mheralptn"

static const char *const field_names[] = {
    "Missing", "Header", "Empty", "Repeated", "Address", "Larger-Than", "Recipients-Over",
    "Header-Larger-Than",
    "Line-Longer-Than", "Part", "Test", "Not-Header",
    "Need", "Title", "Why", "Severity", "Advice", "Refused-By", "Note", "See", "Yes", "No", NULL
};

const ModoriKind modori_finding_kind = { "Finding", field_names };

typedef struct {
    guint key;                      /* one of the conditions above */
    ModoriCondition field;          /* name and pattern */
    gsize number;
    const ModoriTest *test;
} Condition;

typedef struct {
    const ModoriBlock *block;
    guint first, end;               /* of its conditions */
    guint need;                     /* kinds that must hold */
    gboolean some;                  /* ... which are not all that it has */
} Finding;

struct ModoriFindings {
    const ModoriKnowledge *knowledge;
    GArray *entries;                /* ModoriEntry, of the block that is being read */
    GArray *conditions;             /* Condition */
    GArray *findings;               /* Finding */
    ModoriLook look;
    gsize longest;                  /* line of the message, once measured; else 0 */
    GString *evidence;
    ModoriMessage *sample;          /* for examples; NULL until one is tried */
};

/* --- reading the blocks --- */

static void
condition_clear (gpointer data)
{
    modori_condition_clear (&((Condition *) data)->field);
}

/* "12K", "2M", "998". */
static gboolean
read_number (ModoriSpan value, gsize *number, GError **error)
{
    gsize i = 0;

    *number = 0;
    while (i < value.len && i < 12 && g_ascii_isdigit (value.at[i]))
        *number = 10 * *number + (gsize) (value.at[i++] - '0');
    if (i > 0 && i + 1 == value.len && value.at[i] == 'K')
        *number *= 1024;
    else if (i > 0 && i + 1 == value.len && value.at[i] == 'M')
        *number *= 1024 * 1024;
    else if (i == 0 || i != value.len)
        g_set_error (error, MODORI_ERROR, MODORI_ERROR_SYNTAX,
                     "\"%.*s\" is no number (such as 998, 12K or 2M)",
                     (int) value.len, value.at);
    return ! *error;
}

static gboolean
read_test (Condition *condition, ModoriSpan value, GError **error)
{
    condition->test = modori_tests_find (value);
    if (! condition->test)
        g_set_error (error, MODORI_ERROR, MODORI_ERROR_SYNTAX, "there is no built-in test \"%.*s\"",
                     (int) value.len, value.at);
    return condition->test != NULL;
}

static gboolean
read_condition (ModoriFindings *findings, const ModoriEntry *entry, Condition *condition,
                GError **error)
{
    switch (entry->key) {
    case LARGER_THAN:
    case RECIPIENTS_OVER:
    case HEADER_LARGER_THAN:
    case LINE_LONGER_THAN:
        return read_number (entry->value, &condition->number, error);
    case TEST:
        return read_test (condition, entry->value, error);
    default:
        return modori_condition_read (&condition->field, findings->look.header, entry->value,
                                      error);
    }
}

static gboolean
add_condition (ModoriFindings *findings, const ModoriBlock *block, const ModoriEntry *entry,
               GError **error)
{
    g_autoptr (GError) why = NULL;
    Condition condition = { .key = entry->key };

    if (! read_condition (findings, entry, &condition, &why))
        return modori_entry_fail (block, entry, error, "%s", why->message);
    g_array_append_val (findings->conditions, condition);
    return TRUE;
}

/* Add the conditions of KEY that BLOCK has. */
static gboolean
add_conditions (ModoriFindings *findings, Finding *finding, guint key, GError **error)
{
    guint before = findings->conditions->len;

    for (guint i = 0; i < findings->entries->len; i++) {
        const ModoriEntry *entry = &g_array_index (findings->entries, ModoriEntry, i);

        if (entry->key == key && ! add_condition (findings, finding->block, entry, error))
            return FALSE;
    }
    finding->need += findings->conditions->len > before;
    return TRUE;
}

static gboolean
read_need (ModoriFindings *findings, Finding *finding, GError **error)
{
    const ModoriEntry *entry = NULL;
    g_autoptr (GError) why = NULL;
    gsize need;

    for (guint i = 0; ! entry && i < findings->entries->len; i++)
        if (g_array_index (findings->entries, ModoriEntry, i).key == NEED)
            entry = &g_array_index (findings->entries, ModoriEntry, i);
    if (! entry)
        return TRUE;
    if (! read_number (entry->value, &need, &why))
        return modori_entry_fail (finding->block, entry, error, "%s", why->message);
    if (need == 0 || need > finding->need)
        return modori_entry_fail (finding->block, entry, error,
                                  "Need is more than there are kinds of conditions (%u)",
                                  finding->need);
    finding->some = need < finding->need;
    finding->need = (guint) need;
    return TRUE;
}

static gboolean
add_finding (ModoriFindings *findings, const ModoriBlock *block, GError **error)
{
    Finding finding = { block, findings->conditions->len, 0, 0, FALSE };
    ModoriEntry entry = { .key = 0 };
    ModoriSkim skim;

    g_array_set_size (findings->entries, 0);
    modori_skim_init (&skim, block, CONDITION_INITIALS);
    while (modori_skim_next (&skim, &entry))
        g_array_append_val (findings->entries, entry);
    for (guint key = 0; key < N_CONDITIONS; key++)
        if (! add_conditions (findings, &finding, key, error))
            return FALSE;
    finding.end = findings->conditions->len;
    if (finding.need == 0)
        return modori_entry_fail (block, NULL, error, "a Finding needs a condition");
    if (! read_need (findings, &finding, error))
        return FALSE;
    g_array_append_val (findings->findings, finding);
    return TRUE;
}

ModoriFindings *
modori_findings_new (const ModoriKnowledge *knowledge, GError **error)
{
    g_autoptr (ModoriFindings) findings = g_new0 (ModoriFindings, 1);
    const GPtrArray *blocks = modori_knowledge_raw (knowledge, &modori_finding_kind);

    findings->knowledge = knowledge;
    findings->entries = g_array_new (FALSE, FALSE, sizeof (ModoriEntry));
    findings->conditions = g_array_new (FALSE, TRUE, sizeof (Condition));
    g_array_set_clear_func (findings->conditions, condition_clear);
    findings->findings = g_array_new (FALSE, TRUE, sizeof (Finding));
    findings->evidence = g_string_new (NULL);
    findings->look.header = modori_header_new ();
    modori_tests_learn (&findings->look);
    for (guint i = 0; i < blocks->len; i++)
        if (! add_finding (findings, blocks->pdata[i], error))
            return NULL;
    return g_steal_pointer (&findings);
}

ModoriHeader *
modori_findings_header (const ModoriFindings *findings)
{
    return findings->look.header;
}

void
modori_findings_free (ModoriFindings *findings)
{
    if (! findings)
        return;
    g_array_unref (findings->entries);
    g_array_unref (findings->conditions);
    g_array_unref (findings->findings);
    g_string_free (findings->evidence, TRUE);
    modori_header_free (findings->look.header);
    modori_message_free (findings->sample);
    g_free (findings);
}

/* --- looking --- */

static gboolean
is_missing (const ModoriFindings *findings, Condition *condition)
{
    if (findings->evidence->len)
        g_string_truncate (findings->evidence, 0);
    return findings->look.whole
        && modori_header_count (findings->look.header, condition->field.name) == 0;
}

static gboolean
is_empty (const ModoriFindings *findings, Condition *condition)
{
    const ModoriHeader *header = findings->look.header;
    guint name = condition->field.name;

    if (modori_header_count (header, name) == 0 || modori_header_value (header, name, 0).len > 0)
        return FALSE;
    modori_tests_evidence (findings->evidence, modori_header_name (header, name),
                           MODORI_SPAN_EMPTY);
    return TRUE;
}

static gboolean
is_repeated (const ModoriFindings *findings, Condition *condition)
{
    guint n = modori_header_count (findings->look.header, condition->field.name);

    if (n < 2)
        return FALSE;
    g_string_printf (findings->evidence, "%s: (%u)",
                     modori_header_name (findings->look.header, condition->field.name), n);
    return TRUE;
}

static gboolean
has_header (const ModoriFindings *findings, Condition *condition)
{
    ModoriHeader *header = findings->look.header;
    guint nth = 0;

    if (! modori_condition_holds (&condition->field, header, &nth))
        return FALSE;
    if (condition->field.pattern)           /* else it is what is missing beside it that counts */
        modori_tests_evidence (findings->evidence,
                               modori_header_name (header, condition->field.name),
                               modori_header_value (header, condition->field.name, nth));
    return TRUE;
}

static gboolean
has_address (const ModoriFindings *findings, Condition *condition)
{
    ModoriHeader *header = findings->look.header;
    ModoriSpan address;

    if (! modori_condition_finds_address (&condition->field, header, &address))
        return FALSE;
    modori_tests_evidence (findings->evidence, modori_header_name (header, condition->field.name),
                           address);
    return TRUE;
}

/* SIZE over LIMIT, told in bytes or larger units. */
static gboolean
is_over (const ModoriFindings *findings, gsize size, gsize limit)
{
    if (size <= limit)
        return FALSE;
    if (size >= 1024 * 1024)
        g_string_printf (findings->evidence, "%.1f MiB", (double) size / (1024 * 1024));
    else
        g_string_printf (findings->evidence, "%" G_GSIZE_FORMAT, size);
    return TRUE;
}

/* May there be a line longer than LIMIT?  From the start of each line the last line end within
 * reach is looked for: that skips a dozen lines at a time. */
static gboolean
may_be_longer (ModoriSpan text, gsize limit)
{
    while (text.len > limit) {
        const char *end = memrchr (text.at, '\n', limit + 1);

        if (! end)
            return TRUE;
        text = modori_span_between (end + 1, modori_span_end (text));
    }
    return FALSE;
}

static gsize
longest_line (ModoriFindings *findings)
{
    ModoriSpan rest = modori_message_bytes (findings->look.message), line;

    if (findings->longest == 0)
        while (modori_span_line (&rest, &line))
            findings->longest = MAX (findings->longest, line.len);
    return findings->longest;
}

/* File names and types of attachments. */
static gboolean
has_part (ModoriFindings *findings, Condition *condition)
{
    ModoriMessage *message = findings->look.message;
    const char *name = modori_header_name (findings->look.header, condition->field.name);
    guint n = findings->look.header_only ? 0 : MIN (modori_message_n_parts (message), PARTS_MAX);

    for (guint part = 1; part < n; part++) {
        ModoriSpan value = modori_message_raw (message, part, name, 0, NULL);

        if (value.len > 0 && modori_pattern_finds (condition->field.pattern, value, NULL)) {
            modori_tests_evidence (findings->evidence, name, value);
            return TRUE;
        }
    }
    return FALSE;
}

static gboolean
holds (ModoriFindings *findings, Condition *condition)
{
    ModoriLook *look = &findings->look;

    switch (condition->key) {
    case MISSING:
        return is_missing (findings, condition);
    case HEADER:
        return has_header (findings, condition);
    case EMPTY:
        return is_empty (findings, condition);
    case REPEATED:
        return is_repeated (findings, condition);
    case ADDRESS:
        return has_address (findings, condition);
    case LARGER_THAN:
        return ! look->header_only
            && is_over (findings, modori_message_bytes (look->message).len, condition->number);
    case RECIPIENTS_OVER:
        return is_over (findings, modori_tests_recipients (look), condition->number);
    case HEADER_LARGER_THAN:
        return is_over (findings, modori_header_head (look->header).len, condition->number);
    case LINE_LONGER_THAN:
        return may_be_longer (modori_message_bytes (look->message), condition->number)
            && is_over (findings, longest_line (findings), condition->number);
    case PART:
        return has_part (findings, condition);
    case NOT_HEADER:
        return ! modori_condition_holds (&condition->field, look->header, NULL);
    default:
        return condition->test->holds (look, findings->evidence);
    }
}

/* Do the conditions of the kind at I hold?  I is left behind them. */
static gboolean
kind_holds (ModoriFindings *findings, const Finding *finding, guint *i)
{
    Condition *all = (Condition *) (gpointer) findings->conditions->data;
    guint key = all[*i].key;
    gboolean every = key == NOT_HEADER;
    gboolean result = every;

    for (; *i < finding->end && all[*i].key == key; (*i)++)
        if (result == every)
            result = holds (findings, &all[*i]);
    return result;
}

static gboolean
finding_holds (ModoriFindings *findings, const Finding *finding)
{
    guint held = 0, failed = 0, i = finding->first;

    if (findings->evidence->len)
        g_string_truncate (findings->evidence, 0);
    while (i < finding->end) {
        if (kind_holds (findings, finding, &i))
            held++;
        else
            failed++;
        if (failed > 0 && ! finding->some)
            return FALSE;
    }
    return held >= finding->need;
}

/* The evidence as it can be kept: one line of valid UTF-8. */
static const char *
keep_evidence (ModoriFindings *findings)
{
    ModoriSpan evidence = modori_span (findings->evidence->str, findings->evidence->len);

    return evidence.len ? modori_message_decode (findings->look.message, evidence) : "";
}

void
modori_findings_look (ModoriFindings *findings, ModoriMessage *message, gboolean header_only,
                      GArray *found)
{
    modori_tests_begin (&findings->look, message, header_only);
    findings->longest = 0;
    for (guint i = 0; i < findings->findings->len; i++) {
        const Finding *finding = &g_array_index (findings->findings, Finding, i);
        ModoriFound result = { finding->block, "" };

        if (! finding_holds (findings, finding))
            continue;
        modori_knowledge_read (findings->knowledge, finding->block);
        result.evidence = keep_evidence (findings);
        g_array_append_val (found, result);
    }
}

/* --- what a block says --- */

static char *
text_of (const ModoriBlock *block, guint key, const char *lang)
{
    const ModoriEntry *entry = modori_block_entry (block, key, lang);

    return entry ? modori_entry_text (entry) : g_strdup ("");
}

ModoriSeverity
modori_finding_severity (const ModoriBlock *block)
{
    const ModoriEntry *entry = modori_block_entry (block, SEVERITY, "");
    ModoriSpan severity = entry ? entry->value : MODORI_SPAN_EMPTY;

    if (modori_span_is (severity, "error"))
        return MODORI_SEVERITY_ERROR;
    return modori_span_is (severity, "warning") ? MODORI_SEVERITY_WARNING : MODORI_SEVERITY_NOTE;
}

char *
modori_finding_title (const ModoriBlock *block, const char *lang)
{
    return text_of (block, TITLE, lang);
}

char *
modori_finding_why (const ModoriBlock *block, const char *lang)
{
    return text_of (block, WHY, lang);
}

char *
modori_finding_refused_by (const ModoriBlock *block, const char *lang)
{
    return text_of (block, REFUSED_BY, lang);
}

char *
modori_finding_advice (const ModoriBlock *block)
{
    return text_of (block, ADVICE, "");
}

/* --- for `rules test` --- */

static gboolean
has_both_languages (const ModoriBlock *block, guint key, GError **error)
{
    const ModoriEntry *ja = modori_block_entry (block, key, "ja");

    if (ja && ja->lang[0] && modori_block_entry (block, key, "")
        && ! modori_block_entry (block, key, "")->lang[0])
        return TRUE;
    return modori_entry_fail (block, ja, error, "%s is wanted in English and Japanese",
                              field_names[key]);
}

static gboolean
check_words (ModoriFindings *findings, const ModoriBlock *block, GError **error)
{
    const ModoriEntry *severity = modori_block_entry (block, SEVERITY, "");
    const ModoriEntry *advice = modori_block_entry (block, ADVICE, "");
    g_autofree char *name = modori_finding_advice (block);

    if (! severity || (modori_finding_severity (block) == MODORI_SEVERITY_NOTE
                       && ! modori_span_is (severity->value, "note")))
        return modori_entry_fail (block, severity, error, "Severity is error, warning or note");
    if (advice && ! modori_knowledge_block (findings->knowledge, &modori_advice_kind, name))
        return modori_entry_fail (block, advice, error, "there is no Advice \"%s\"", name);
    if (modori_block_entry (block, REFUSED_BY, "")
        && ! has_both_languages (block, REFUSED_BY, error))
        return FALSE;
    return has_both_languages (block, TITLE, error) && has_both_languages (block, WHY, error);
}

static gboolean
check_patterns (ModoriFindings *findings, const Finding *finding, GError **error)
{
    for (guint i = finding->first; i < finding->end; i++) {
        Condition *condition = &g_array_index (findings->conditions, Condition, i);
        g_autoptr (GError) why = NULL;

        if (condition->field.pattern && ! modori_pattern_check (condition->field.pattern, &why))
            return modori_entry_fail (finding->block, NULL, error, "%s", why->message);
    }
    return TRUE;
}

gboolean
modori_findings_check (ModoriFindings *findings, const ModoriBlock *block, GError **error)
{
    for (guint i = 0; i < findings->findings->len; i++) {
        const Finding *finding = &g_array_index (findings->findings, Finding, i);

        if (finding->block == block && ! check_patterns (findings, finding, error))
            return FALSE;
    }
    if (! modori_block_entry (block, YES, "") || ! modori_block_entry (block, NO, ""))
        return modori_entry_fail (block, NULL, error, "a Finding needs a Yes and a No");
    return check_words (findings, block, error);
}

static gboolean
is_found (ModoriFindings *findings, const ModoriBlock *block, const ModoriSample *sample)
{
    g_autoptr (GArray) found = g_array_new (FALSE, FALSE, sizeof (ModoriFound));

    if (! findings->sample)
        findings->sample = modori_message_new ();
    modori_message_read (findings->sample, modori_span (sample->text->str, sample->text->len));
    modori_findings_look (findings, findings->sample, sample->header_only, found);
    for (guint i = 0; i < found->len; i++)
        if (g_array_index (found, ModoriFound, i).block == block)
            return TRUE;
    return FALSE;
}

gboolean
modori_findings_test_example (ModoriFindings *findings, const ModoriBlock *block,
                              const ModoriEntry *example,
                              gboolean want, GError **error)
{
    g_autofree char *text = modori_entry_text (example);
    g_autoptr (GError) why = NULL;
    g_autoptr (ModoriSample) sample = modori_sample_new (modori_span_of (text), &why);

    if (! sample)
        return modori_entry_fail (block, example, error, "%s", why->message);
    if (is_found (findings, block, sample) == want)
        return TRUE;
    return modori_entry_fail (block, example, error, "%s is %s in: %s", block->name,
                              want ? "not found" : "found", text);
}
