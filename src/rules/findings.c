/* findings.c - what in a message would make receivers refuse it.
 *
 * The blocks (finding.h) are lists of conditions, which are tried here on one message.  One pass
 * over its header serves all of them (header.h).
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE             /* memrchr */
#endif
#include "rules/findings.h"

#include "rules/advice.h"
#include "rules/provider.h"
#include "rules/sample.h"
#include "rules/verdict.h"
#include "text/error.h"

/* Parts of a message that are looked at, and parts with text. */
#define PARTS_MAX 100
#define TEXTS_MAX 4

struct ModoriFindings {
    const ModoriKnowledge *knowledge;
    GArray *conditions;             /* ModoriFindingCondition */
    GArray *findings;               /* ModoriFinding */
    ModoriLook look;
    gsize longest;                  /* line of the message, once measured; else 0 */
    gboolean texts_read;
    guint n_texts;
    ModoriSpan texts[TEXTS_MAX];    /* the beginnings of what a person reads in it */
    GString *evidence;
    ModoriMessage *sample;          /* for examples; NULL until one is tried */
};

ModoriFindings *
modori_findings_new (const ModoriKnowledge *knowledge, GError **error)
{
    g_autoptr (ModoriFindings) findings = g_new0 (ModoriFindings, 1);
    const GPtrArray *blocks = modori_knowledge_raw (knowledge, &modori_finding_kind);

    findings->knowledge = knowledge;
    findings->conditions = g_array_new (FALSE, TRUE, sizeof (ModoriFindingCondition));
    g_array_set_clear_func (findings->conditions, modori_finding_clear_condition);
    findings->findings = g_array_new (FALSE, TRUE, sizeof (ModoriFinding));
    findings->evidence = g_string_new (NULL);
    modori_look_init (&findings->look);
    for (guint i = 0; i < blocks->len; i++) {
        ModoriFinding finding;

        if (! modori_finding_read (&finding, blocks->pdata[i], findings->look.header,
                                   findings->conditions, error))
            return NULL;
        g_array_append_val (findings->findings, finding);
    }
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
    g_array_unref (findings->conditions);
    g_array_unref (findings->findings);
    g_string_free (findings->evidence, TRUE);
    modori_look_clear (&findings->look);
    modori_message_free (findings->sample);
    g_free (findings);
}

/* --- looking --- */

static gboolean
is_missing (const ModoriFindings *findings, ModoriFindingCondition *condition)
{
    if (! findings->look.whole
        || modori_header_count (findings->look.header, condition->field.name) > 0)
        return FALSE;
    g_string_truncate (findings->evidence, 0);
    return TRUE;
}

static gboolean
is_empty (const ModoriFindings *findings, ModoriFindingCondition *condition)
{
    const ModoriHeader *header = findings->look.header;
    guint name = condition->field.name;

    if (modori_header_count (header, name) == 0 || modori_header_value (header, name, 0).len > 0)
        return FALSE;
    modori_look_evidence (findings->evidence, modori_header_name (header, name),
                           MODORI_SPAN_EMPTY);
    return TRUE;
}

static gboolean
is_repeated (const ModoriFindings *findings, ModoriFindingCondition *condition)
{
    guint n = modori_header_count (findings->look.header, condition->field.name);

    if (n < 2)
        return FALSE;
    g_string_printf (findings->evidence, "%s: (%u)",
                     modori_header_name (findings->look.header, condition->field.name), n);
    return TRUE;
}

static gboolean
has_header (const ModoriFindings *findings, ModoriFindingCondition *condition)
{
    ModoriHeader *header = findings->look.header;
    guint nth = 0;

    if (! modori_condition_holds (&condition->field, header, &nth))
        return FALSE;
    if (condition->field.pattern)           /* else it is what is missing beside it that counts */
        modori_look_evidence (findings->evidence,
                               modori_header_name (header, condition->field.name),
                               modori_header_value (header, condition->field.name, nth));
    return TRUE;
}

static gboolean
has_address (const ModoriFindings *findings, ModoriFindingCondition *condition)
{
    ModoriHeader *header = findings->look.header;
    ModoriSpan address;

    if (! modori_condition_finds_address (&condition->field, header, &address))
        return FALSE;
    modori_look_evidence (findings->evidence, modori_header_name (header, condition->field.name),
                           address);
    return TRUE;
}

/* SIZE in the range of CONDITION, told in bytes or larger units. */
static gboolean
is_over (const ModoriFindings *findings, gsize size, const ModoriFindingCondition *condition)
{
    if (size <= condition->number || size > condition->most)
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
has_part (ModoriFindings *findings, ModoriFindingCondition *condition)
{
    ModoriMessage *message = findings->look.message;
    const char *name = modori_header_name (findings->look.header, condition->field.name);
    guint n = findings->look.copy == MODORI_COPY_HEADER
        ? 0 : MIN (modori_message_n_parts (message), PARTS_MAX);

    for (guint part = 1; part < n; part++) {
        ModoriSpan value = modori_message_raw (message, part, name, 0, NULL);

        if (value.len > 0 && modori_pattern_finds (condition->field.pattern, value, NULL)) {
            modori_look_evidence (findings->evidence, name, value);
            return TRUE;
        }
    }
    return FALSE;
}

/* What matched in TEXT, or the beginning of it. */
static void
show_match (ModoriFindings *findings, const ModoriPattern *pattern, ModoriSpan text)
{
    gsize start, end;

    modori_pattern_extent (pattern, &start, &end);
    text = modori_span (text.at + start, MIN (MAX (end, start) - start, 120));
    g_string_truncate (findings->evidence, 0);
    g_string_append_len (findings->evidence, text.at, (gssize) text.len);
    g_strdelimit (findings->evidence->str, "\r\n\t", ' ');
}

/* Decode the texts, once for all conditions. */
static void
read_texts (ModoriFindings *findings)
{
    ModoriMessage *message = findings->look.message;
    guint n = findings->look.copy == MODORI_COPY_HEADER
        ? 0 : MIN (modori_message_n_parts (message), PARTS_MAX);

    findings->texts_read = TRUE;
    findings->n_texts = 0;
    for (guint part = 0; part < n && findings->n_texts < TEXTS_MAX; part++) {
        ModoriMedia media = modori_message_part (message, part)->media;

        if (media == MODORI_MEDIA_TEXT || media == MODORI_MEDIA_HTML)
            findings->texts[findings->n_texts++] =
                modori_message_source_text (message, part, MODORI_PATTERN_SUBJECT_MAX);
    }
}

static gboolean
has_text (ModoriFindings *findings, ModoriFindingCondition *condition)
{
    if (! findings->texts_read)
        read_texts (findings);
    for (guint i = 0; i < findings->n_texts; i++)
        if (modori_pattern_finds (condition->field.pattern, findings->texts[i], NULL)) {
            show_match (findings, condition->field.pattern, findings->texts[i]);
            return TRUE;
        }
    return FALSE;
}

/* Did a server on the way write down one of the results that CONDITION names? */
static gboolean
has_verdict (ModoriFindings *findings, ModoriFindingCondition *condition)
{
    ModoriSpan rest = condition->words, method, result;

    modori_entry_word (&rest, &method);
    while (modori_entry_word (&rest, &result))
        if (modori_verdict_seen (&findings->look, method, result, findings->evidence))
            return TRUE;
    return FALSE;
}

static gboolean
holds (ModoriFindings *findings, ModoriFindingCondition *condition)
{
    ModoriLook *look = &findings->look;

    switch (condition->key) {
    case MODORI_FINDING_MISSING:
        return is_missing (findings, condition);
    case MODORI_FINDING_HEADER:
    case MODORI_FINDING_ALSO_HEADER:
        return has_header (findings, condition);
    case MODORI_FINDING_EMPTY:
        return is_empty (findings, condition);
    case MODORI_FINDING_REPEATED:
        return is_repeated (findings, condition);
    case MODORI_FINDING_ADDRESS:
        return has_address (findings, condition);
    case MODORI_FINDING_LARGER_THAN:
        return look->copy != MODORI_COPY_HEADER
            && is_over (findings, modori_message_bytes (look->message).len, condition);
    case MODORI_FINDING_RECIPIENTS_OVER:
        return modori_look_recipients_limit (look) > condition->number
            && is_over (findings, modori_look_recipients (look), condition);
    case MODORI_FINDING_HEADER_LARGER_THAN:
        return is_over (findings, modori_header_head (look->header).len, condition);
    case MODORI_FINDING_LINE_LONGER_THAN:
        return may_be_longer (modori_message_bytes (look->message), condition->number)
            && is_over (findings, longest_line (findings), condition);
    case MODORI_FINDING_REVERSE_NAME:
        return modori_look_reverse_name (look, condition->field.pattern, findings->evidence);
    case MODORI_FINDING_VERDICT:
        return has_verdict (findings, condition);
    case MODORI_FINDING_PART:
        return has_part (findings, condition);
    case MODORI_FINDING_BODY:
        return has_text (findings, condition);
    case MODORI_FINDING_NOT_HEADER:
        return ! modori_condition_holds (&condition->field, look->header, NULL);
    default:
        return condition->test->holds (look, findings->evidence);
    }
}

/* Do the conditions from ALL to END, of one kind, hold? */
static gboolean
kind_holds (ModoriFindings *findings, ModoriFindingCondition *all, ModoriFindingCondition *end)
{
    gboolean every =
        all->key == MODORI_FINDING_NOT_HEADER || all->key == MODORI_FINDING_ALSO_HEADER;

    for (; all < end; all++)
        if (holds (findings, all) != every)
            return ! every;
    return every;
}

static gboolean
finding_holds (ModoriFindings *findings, const ModoriFinding *finding)
{
    ModoriFindingCondition *all = (ModoriFindingCondition *) (gpointer) findings->conditions->data;
    guint held = 0;

    if (findings->evidence->len)
        g_string_truncate (findings->evidence, 0);
    for (guint i = finding->first; i < finding->end; i = all[i].behind) {
        if (kind_holds (findings, &all[i], &all[all[i].behind]))
            held++;
        else if (! finding->some)
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

/* May FINDING hold, as far as the fields tell that are there? */
static inline gboolean
may_hold (const ModoriFinding *finding, const ModoriHeaderSets *sets, gboolean whole)
{
    for (guint i = 0; i < finding->n_needs; i++)
        if (! modori_header_sets_meet (&finding->needs[i].names,
                                       finding->needs[i].twice ? &sets->repeated : &sets->present))
            return FALSE;
    return (whole || ! finding->whole)
        && ! modori_header_sets_meet (&finding->never, &sets->filled);
}

void
modori_findings_look (ModoriFindings *findings, ModoriMessage *message, ModoriCopy copy,
                      GArray *found)
{
    const ModoriHeaderSets *sets;
    gboolean whole;

    modori_look_begin (&findings->look, message, copy);
    sets = modori_header_sets (findings->look.header);
    whole = findings->look.whole;
    findings->longest = 0;
    findings->texts_read = FALSE;
    for (guint i = 0; i < findings->findings->len; i++) {
        const ModoriFinding *finding = &g_array_index (findings->findings, ModoriFinding, i);
        ModoriFound result;

        if (! may_hold (finding, sets, whole) || ! finding_holds (findings, finding))
            continue;
        modori_knowledge_read (findings->knowledge, finding->block);
        result = (ModoriFound) { finding->block, keep_evidence (findings) };
        g_array_append_val (found, result);
    }
}

ModoriReceivedHops
modori_findings_hops (const ModoriFindings *findings)
{
    const ModoriLook *look = &findings->look;

    return (ModoriReceivedHops) { look->hops, look->hops_read ? look->n_hops : 0 };
}

/* --- for `rules test` --- */

/* Do the words of an Explains or Refused-At name blocks of KIND? */
static gboolean
check_names (ModoriFindings *findings, const ModoriBlock *block, const ModoriKind *kind,
             ModoriSpan (*nth_name) (const ModoriBlock *, guint, const ModoriEntry **),
             GError **error)
{
    const ModoriEntry *entry = NULL;
    ModoriSpan word;

    for (guint i = 0; (word = nth_name (block, i, &entry)).len > 0; i++) {
        g_autofree char *name = modori_span_dup (word);

        if (! modori_knowledge_block (findings->knowledge, kind, name))
            return modori_entry_fail (block, entry, error, "there is no %s \"%s\"", kind->name,
                                      name);
    }
    return TRUE;
}

static gboolean
check_words (ModoriFindings *findings, const ModoriBlock *block, GError **error)
{
    g_autofree char *advice = modori_finding_advice (block);

    if (*advice && ! modori_knowledge_block (findings->knowledge, &modori_advice_kind, advice))
        return modori_entry_fail (block, NULL, error, "there is no Advice \"%s\"", advice);
    return modori_finding_check (block, error)
        && check_names (findings, block, &modori_reason_kind, modori_finding_reason, error)
        && check_names (findings, block, &modori_provider_kind, modori_finding_provider, error);
}

static gboolean
check_patterns (ModoriFindings *findings, const ModoriFinding *finding, GError **error)
{
    for (guint i = finding->first; i < finding->end; i++) {
        ModoriFindingCondition *condition =
            &g_array_index (findings->conditions, ModoriFindingCondition, i);
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
        const ModoriFinding *finding = &g_array_index (findings->findings, ModoriFinding, i);

        if (finding->block == block && ! check_patterns (findings, finding, error))
            return FALSE;
    }
    return check_words (findings, block, error);
}

static gboolean
is_found (ModoriFindings *findings, const ModoriBlock *block, const ModoriSample *sample)
{
    g_autoptr (GArray) found = g_array_new (FALSE, FALSE, sizeof (ModoriFound));

    if (! findings->sample)
        findings->sample = modori_message_new ();
    modori_message_read (findings->sample, modori_span (sample->text->str, sample->text->len));
    modori_findings_look (findings, findings->sample, sample->copy, found);
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
