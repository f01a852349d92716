/* engine.c - bytes and knowledge in, report out: the whole way of one message.
 *
 * The stations are other modules; here is only their order.  Ordinary mail leaves at the first
 * one, before anything is indexed: most of what is in most mailboxes is that.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "rules/engine.h"

#include "mail/mbox.h"
#include "report/sift.h"
#include "rules/addressee.h"
#include "rules/observation.h"
#include "rules/selector.h"

/* The version of the record (modori-json(5)). */
#define RECORD_VERSION "1"

/* Who gave a value, for `explain`. */
#define ORIGIN "modori"

const ModoriKind *const modori_all_kinds[] = { &modori_reason_kind,   &modori_status_kind,
                                               &modori_provider_kind, &modori_rule_kind,
                                               &modori_dialect_kind,  &modori_finding_kind,
                                               &modori_sender_kind,   &modori_blocklist_kind,
                                               &modori_advice_kind,   &modori_sign_kind,
                                               &modori_wait_kind,     &modori_verp_kind,
                                               &modori_observation_kind, &modori_selector_kind,
                                               NULL };

/* What all outcomes of a message share. */
typedef struct {
    const char *path;
    const char *offset;
    const char *truncated;
    const char *findings;
    const char *arrived;        /* what its "From " line says, where it has no date itself */
    ModoriReceivedHops hops;    /* of the returned message, if it was looked at */
} Common;

static void
read_knowledge (ModoriEngine *engine, GError **error)
{
    engine->dialects = modori_dialects_new (engine->knowledge, error);
    if (engine->dialects)
        engine->providers = modori_providers_new (engine->knowledge, error);
    if (engine->providers)
        engine->rules = modori_rules_new (engine->knowledge, engine->providers, error);
    if (engine->rules)
        engine->findings = modori_findings_new (engine->knowledge, error);
    if (engine->findings)
        engine->waits = modori_waits_new (engine->knowledge, error);
    if (engine->waits)
        engine->verps = modori_verps_new (engine->knowledge, error);
    if (engine->verps)
        engine->adviser = modori_adviser_new (
            engine->knowledge, modori_findings_header (engine->findings), error);
    if (engine->adviser)
        modori_rules_lend_lists (engine->rules, modori_adviser_blocklists (engine->adviser));
}

ModoriEngine *
modori_engine_new (ModoriKnowledge *knowledge, GError **error)
{
    g_autoptr (ModoriEngine) engine = g_new0 (ModoriEngine, 1);
    g_autoptr (GError) why = NULL;

    engine->knowledge = knowledge;
    engine->message = modori_message_new ();
    engine->report = modori_report_new ();
    engine->text = g_string_new (NULL);
    engine->facts = g_string_new (NULL);
    engine->about = modori_case_new (NULL, NULL, NULL);
    engine->decisions = g_array_new (FALSE, FALSE, sizeof (ModoriDecision));
    engine->found = g_array_new (FALSE, FALSE, sizeof (ModoriFound));
    read_knowledge (engine, &why);
    /* that a block could not be read explains what its reader missed */
    if (modori_knowledge_failed (knowledge, error))
        return NULL;
    if (why) {
        g_propagate_error (error, g_steal_pointer (&why));
        return NULL;
    }
    return g_steal_pointer (&engine);
}

gboolean
modori_engine_check (ModoriEngine *engine, GError **error)
{
    return modori_knowledge_check (engine->knowledge, error)
        && modori_dialects_check (engine->dialects, error)
        && modori_rules_check (engine->rules, error);
}

void
modori_engine_free (ModoriEngine *engine)
{
    if (! engine)
        return;
    modori_adviser_free (engine->adviser);
    modori_verps_free (engine->verps);
    modori_waits_free (engine->waits);
    modori_findings_free (engine->findings);
    modori_rules_free (engine->rules);
    modori_providers_free (engine->providers);
    modori_dialects_free (engine->dialects);
    g_array_unref (engine->found);
    g_array_unref (engine->decisions);
    modori_report_free (engine->report);
    g_string_free (engine->text, TRUE);
    g_string_free (engine->facts, TRUE);
    modori_case_free (engine->about);
    modori_message_free (engine->message);
    modori_knowledge_free (engine->knowledge);
    g_free (engine);
}

/* --- one outcome --- */

static void
put (ModoriOutcome *outcome, ModoriKey key, const char *text)
{
    outcome->values[key] = (ModoriValue) { text, ORIGIN, { 0, 0 } };
}

static gboolean
is_failure (const ModoriDecision *decision)
{
    return strcmp (decision->bounce, "none") != 0;
}

/* Block lists name us: whoever is never to be written to again was not refused for one. */
static void
name_blocklist (ModoriEngine *engine, ModoriOutcome *outcome, const ModoriDecision *decision)
{
    const ModoriBlock *list;

    if (strcmp (decision->bounce, "soft") != 0
        || modori_outcome_text (outcome, MODORI_KEY_BLOCKLIST)[0] || ! outcome->words[0])
        return;
    list = modori_rules_blocklist (engine->rules, outcome);
    if (list)
        put (outcome, MODORI_KEY_BLOCKLIST, list->name);
}

/* What is wrong with the mail itself may be what a reply means that does not say much: the
 * gravest finding that is known to be refused with such a reply. */
static void
find_cause (ModoriEngine *engine, ModoriOutcome *outcome, ModoriDecision *decision)
{
    g_autofree char *advice = NULL;

    if (! modori_rules_is_vague (decision))
        return;
    for (guint i = 0; i < engine->found->len; i++) {
        const ModoriFound *found = &g_array_index (engine->found, ModoriFound, i);

        if ((! decision->cause || modori_finding_severity (found->block)
             > modori_finding_severity (decision->cause))
            && modori_finding_explains (found->block, found->evidence, outcome))
            decision->cause = found->block;
    }
    if (! decision->cause)
        return;
    advice = modori_finding_advice (decision->cause);
    modori_outcome_set (engine->report, outcome, MODORI_KEY_ADVICE, modori_span_of (advice), ORIGIN,
                        0);
}

/* How long the reply asks to wait, unless the rule that decided knows it. */
static void
name_wait (ModoriEngine *engine, ModoriOutcome *outcome, const ModoriDecision *decision)
{
    char digits[16];
    guint seconds;

    if (strcmp (decision->bounce, "soft") != 0
        || modori_outcome_text (outcome, MODORI_KEY_RETRY_AFTER)[0])
        return;
    seconds = modori_waits_find_in (engine->waits, modori_rules_words (engine->rules, outcome));
    if (! seconds)
        return;
    g_snprintf (digits, sizeof digits, "%u", seconds);
    modori_outcome_set (engine->report, outcome, MODORI_KEY_RETRY_AFTER, modori_span_of (digits),
                        ORIGIN, 0);
}

static void
write_hint (ModoriEngine *engine, ModoriOutcome *outcome, const ModoriDecision *decision,
            const char *lang, ModoriCase *facts)
{
    const char *advice = modori_outcome_text (outcome, MODORI_KEY_ADVICE);
    g_autofree char *hint = NULL;

    if (! advice[0])
        return;
    modori_case_decide (facts, decision);
    hint = modori_adviser_hint (engine->adviser, advice, lang, facts);
    modori_outcome_set (engine->report, outcome, MODORI_KEY_HINT, modori_span_of (hint), ORIGIN, 0);
}

/* Keep what the returned message tells and advice may need: the record goes without it. */
static void
keep_facts (ModoriEngine *engine, ModoriOutcome *outcome, const ModoriCase *facts)
{
    const char *advice = modori_outcome_text (outcome, MODORI_KEY_ADVICE);

    g_string_truncate (engine->facts, 0);
    modori_case_keep (facts, engine->facts, modori_adviser_names_hosts (engine->adviser, advice));
    if (engine->facts->len)
        put (outcome, MODORI_KEY_FACTS,
             modori_report_keep (engine->report, modori_span (engine->facts->str,
                                                              engine->facts->len), 0));
}

static void
conclude (ModoriEngine *engine, ModoriOutcome *outcome, ModoriDecision *decision,
          const Common *common, const char *lang)
{
    ModoriMessage *returned = modori_report_returned (engine->report);
    ModoriCase *facts = engine->about;

    put (outcome, MODORI_KEY_V, RECORD_VERSION);
    put (outcome, MODORI_KEY_PATH, common->path);
    put (outcome, MODORI_KEY_OFFSET, common->offset);
    put (outcome, MODORI_KEY_TRUNCATED, common->truncated);
    if (! modori_outcome_text (outcome, MODORI_KEY_ARRIVAL_DATE)[0])
        put (outcome, MODORI_KEY_ARRIVAL_DATE, common->arrived);
    modori_rules_apply (engine->report, outcome, decision);
    if (! is_failure (decision))
        return;
    put (outcome, MODORI_KEY_FINDINGS, common->findings);
    name_blocklist (engine, outcome, decision);
    name_wait (engine, outcome, decision);
    modori_case_begin (facts, outcome, NULL, returned);
    modori_case_lend_hops (facts, common->hops);
    put (outcome, MODORI_KEY_SENDER_KIND,
         modori_adviser_sender_kind (engine->adviser, facts, outcome,
                                     modori_rules_words (engine->rules, outcome), returned));
    find_cause (engine, outcome, decision);
    write_hint (engine, outcome, decision, lang, facts);
    if (returned)
        keep_facts (engine, outcome, facts);
}

/* --- the whole message --- */

/* TRUE when one of the outcomes is a failure. */
static gboolean
decide_all (ModoriEngine *engine)
{
    guint n = modori_report_n_outcomes (engine->report);
    gboolean failed = FALSE;

    g_array_set_size (engine->decisions, n);
    for (guint i = 0; i < n; i++) {
        ModoriDecision *decision = &g_array_index (engine->decisions, ModoriDecision, i);

        modori_rules_decide (engine->rules, modori_report_outcome (engine->report, i), decision);
        failed = failed || is_failure (decision);
    }
    modori_addressees_check (engine->rules, engine->report, engine->decisions);
    return failed;
}

/* What is wrong with the returned message; the names of the findings, kept by the report. */
static const char *
look_at_returned (ModoriEngine *engine)
{
    ModoriMessage *returned = modori_report_returned (engine->report);
    g_autoptr (GString) names = NULL;

    if (! returned)
        return "";
    modori_findings_look (engine->findings, returned,
                          modori_report_returned_header_only (engine->report)
                          ? MODORI_COPY_HEADER : MODORI_COPY_RETURNED, engine->found);
    if (engine->found->len == 0)
        return "";
    names = g_string_new (NULL);
    for (guint i = 0; i < engine->found->len; i++) {
        if (i)
            g_string_append_c (names, ' ');
        g_string_append (names, g_array_index (engine->found, ModoriFound, i).block->name);
    }
    return modori_report_keep (engine->report, modori_span (names->str, names->len), 0);
}

/* A path is given as it is, blanks and line ends too, so that the file can be opened by it. */
static const char *
keep_path (ModoriReport *report, const char *path)
{
    g_autofree char *valid = g_utf8_make_valid (path, -1);

    return modori_report_keep_clean (report, modori_span_of (valid));
}

static const char *
keep_offset (ModoriReport *report, guint64 offset)
{
    char digits[24];

    g_snprintf (digits, sizeof digits, "%" G_GUINT64_FORMAT, offset);
    return offset ? modori_report_keep (report, modori_span_of (digits), 0) : "";
}

/* The date in FROM_LINE, when REPORT does not tell one itself. */
static const char *
keep_from_date (ModoriReport *report, ModoriSpan from_line)
{
    char date[MODORI_DATE_MAX] = "";
    const ModoriOutcome *first =
        modori_report_n_outcomes (report) ? modori_report_outcome (report, 0) : NULL;

    if (from_line.len && first && ! modori_outcome_text (first, MODORI_KEY_ARRIVAL_DATE)[0])
        modori_mbox_from_date (from_line, date);
    return modori_report_keep_clean (report, modori_span_of (date));
}

static void
forget_last (ModoriEngine *engine)
{
    g_array_set_size (engine->found, 0);
    g_array_set_size (engine->decisions, 0);
    if (engine->bids)
        g_array_set_size (engine->bids, 0);
    modori_header_forget (modori_findings_header (engine->findings));
}

/* Decide what the report says, which lies where COMMON tells. */
static void
judge (ModoriEngine *engine, Common *common, const char *lang)
{
    modori_verps_apply (engine->verps, engine->report);
    if (decide_all (engine)) {
        common->findings = look_at_returned (engine);
        common->hops = modori_findings_hops (engine->findings);
    }
    for (guint i = 0; i < engine->decisions->len; i++)
        conclude (engine, modori_report_outcome (engine->report, i),
                  &g_array_index (engine->decisions, ModoriDecision, i), common, lang);
}

guint
modori_engine_sift (const ModoriEngine *engine, const ModoriMail *mail)
{
    return modori_sift (modori_dialects_signs (engine->dialects), mail->bytes);
}

gboolean
modori_engine_read_sifted (ModoriEngine *engine, const ModoriMail *mail, guint sift,
                           const char *lang)
{
    Common common = { .findings = "", .arrived = "" };

    forget_last (engine);
    if (sift == MODORI_SIFT_NO)
        return FALSE;
    modori_message_read (engine->message, mail->bytes);
    if (! modori_decode_sifted (engine->message, sift, engine->dialects, engine->report,
                                engine->bids))
        return FALSE;
    common.path = keep_path (engine->report, mail->path);
    common.offset = keep_offset (engine->report, mail->offset);
    common.truncated = mail->truncated ? "true" : "";
    common.arrived = keep_from_date (engine->report, mail->from_line);
    judge (engine, &common, lang);
    return TRUE;
}

gboolean
modori_engine_read (ModoriEngine *engine, const ModoriMail *mail, const char *lang)
{
    return modori_engine_read_sifted (engine, mail, modori_engine_sift (engine, mail), lang);
}

void
modori_engine_read_text (ModoriEngine *engine, const char *text, const char *host,
                         const char *lang)
{
    Common common = { "", "", "", "", "", { NULL, 0 } };
    g_autofree char *valid = g_utf8_make_valid (text, -1);

    forget_last (engine);
    g_string_printf (engine->text, "Content-Type: " MODORI_TEXT_TYPE "; charset=utf-8\n"
                     "Content-Transfer-Encoding: 8bit\n\n%s\n", valid);
    modori_message_read (engine->message, modori_span (engine->text->str, engine->text->len));
    modori_decode_text (engine->message, host, engine->dialects, engine->report, engine->bids);
    judge (engine, &common, lang);
}

/* --- outcomes without their mail --- */

ModoriReport *
modori_engine_begin (ModoriEngine *engine)
{
    forget_last (engine);
    modori_message_read (engine->message, MODORI_SPAN_EMPTY);
    modori_report_begin (engine->report, engine->message);
    return engine->report;
}

/* The findings that OUTCOME names; what was seen of them is not kept. */
static void
recall_findings (ModoriEngine *engine, const ModoriOutcome *outcome)
{
    g_auto (GStrv) names = g_strsplit (modori_outcome_text (outcome, MODORI_KEY_FINDINGS), " ", 0);

    g_array_set_size (engine->found, 0);
    for (guint i = 0; names[i]; i++) {
        ModoriFound found = {
            modori_knowledge_block (engine->knowledge, &modori_finding_kind, names[i]), ""
        };

        if (found.block)
            g_array_append_val (engine->found, found);
    }
}

/* The block that decided OUTCOME, as far as there still is one of that name. */
static const ModoriBlock *
recall_block (const ModoriEngine *engine, const ModoriOutcome *outcome)
{
    const ModoriKind *const kinds[] = { &modori_rule_kind, &modori_status_kind,
                                        &modori_reason_kind };
    const char *name = modori_outcome_text (outcome, MODORI_KEY_RULE);
    const ModoriBlock *block = NULL;

    for (guint i = 0; i < G_N_ELEMENTS (kinds) && *name && ! block; i++)
        block = modori_knowledge_block (engine->knowledge, kinds[i], name);
    if (block)
        modori_knowledge_read (engine->knowledge, block);
    return block;
}

/* DECISION becomes what OUTCOME says. */
static void
recall_decision (const ModoriEngine *engine, const ModoriOutcome *outcome,
                 ModoriDecision *decision)
{
    const char *provider = modori_outcome_text (outcome, MODORI_KEY_PROVIDER);

    *decision = (ModoriDecision) {
        .block = recall_block (engine, outcome),
        .reason = modori_outcome_text (outcome, MODORI_KEY_REASON),
        .bounce = modori_outcome_text (outcome, MODORI_KEY_BOUNCE),
        .advice = modori_outcome_text (outcome, MODORI_KEY_ADVICE),
        .provider = modori_knowledge_block (engine->knowledge, &modori_provider_kind, provider),
        .matched = "",
    };
}

static gboolean
is_same (const ModoriOutcome *a, const ModoriOutcome *b, ModoriKey key)
{
    return strcmp (modori_outcome_text (a, key), modori_outcome_text (b, key)) == 0;
}

static gboolean
is_by (const ModoriDecision *decision, const ModoriOutcome *outcome)
{
    return strcmp (decision->block ? decision->block->name : "",
                   modori_outcome_text (outcome, MODORI_KEY_RULE)) == 0;
}

/* Decide OUTCOME, which is kept as it was decided.  Of a delay only the kind of its end tells
 * whether it was the last word. */
static void
ask_again (ModoriEngine *engine, ModoriOutcome *outcome, ModoriDecision *decision)
{
    outcome->final = strcmp (modori_outcome_text (outcome, MODORI_KEY_ACTION), "delayed") == 0
        && strcmp (modori_outcome_text (outcome, MODORI_KEY_BOUNCE), "hard") == 0;
    recall_findings (engine, outcome);
    modori_rules_decide (engine->rules, outcome, decision);
    modori_addressee_check_again (engine->rules, outcome, decision);
}

void
modori_engine_recall (ModoriEngine *engine, ModoriOutcome *outcome)
{
    ModoriDecision decision;

    ask_again (engine, outcome, &decision);
    if (! is_by (&decision, outcome))
        recall_decision (engine, outcome, &decision);
    g_array_append_val (engine->decisions, decision);
}

/* Does RULE ask what is not kept: fields of the report, or its kind before the rule set another? */
static gboolean
asks_more (const ModoriBlock *rule)
{
    ModoriKey key = MODORI_N_KEYS;
    ModoriSpan value;

    for (guint i = 0; i < rule->n_entries && key != MODORI_KEY_REPORT; i++)
        if (rule->entries[i].key == MODORI_RULE_FIELD || rule->entries[i].key == MODORI_RULE_REPORT)
            return TRUE;
        else if (rule->entries[i].key == MODORI_RULE_SET)
            modori_rule_setting (rule->entries[i].value, &key, &value);
    return key == MODORI_KEY_REPORT;
}

/* Was OUTCOME decided by such a rule, which is still there?  Unless DECISION is that of a rule
 * which is asked before it, that one would fire again. */
static gboolean
rests_on_more (ModoriEngine *engine, const ModoriOutcome *outcome, const ModoriDecision *decision)
{
    const ModoriBlock *rule = recall_block (engine, outcome);

    return rule && rule->kind == &modori_rule_kind && asks_more (rule)
        && ! modori_rules_asks_first (engine->rules, decision->block, rule);
}

/* The advice of BEFORE was that of a finding, of which too little is kept to see it again. */
static void
keep_cause (ModoriEngine *engine, ModoriOutcome *outcome, ModoriDecision *decision,
            const ModoriOutcome *before)
{
    for (guint i = 0; i < engine->found->len && ! decision->cause; i++) {
        const ModoriBlock *block = g_array_index (engine->found, ModoriFound, i).block;
        g_autofree char *advice = modori_finding_advice (block);

        if (strcmp (advice, modori_outcome_text (before, MODORI_KEY_ADVICE)) == 0)
            decision->cause = block;
    }
    if (decision->cause)
        outcome->values[MODORI_KEY_ADVICE] = before->values[MODORI_KEY_ADVICE];
}

/* What was true of BEFORE, decided by the same rule, and did not show again stays. */
static void
keep_same (ModoriOutcome *outcome, const ModoriOutcome *before)
{
    static const ModoriKey keys[] = { MODORI_KEY_BLOCKLIST, MODORI_KEY_RETRY_AFTER };

    for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
        if (! modori_outcome_text (outcome, keys[i])[0])
            outcome->values[keys[i]] = before->values[keys[i]];
    /* who spoke was asked before the name of the unknown host was taken away */
    if (strcmp (modori_outcome_text (outcome, MODORI_KEY_REASON), "hostunknown") == 0)
        outcome->values[MODORI_KEY_PROVIDER] = before->values[MODORI_KEY_PROVIDER];
}

/* What follows a decision on a failure. */
static void
conclude_failure (ModoriEngine *engine, ModoriOutcome *outcome, ModoriDecision *decision,
                  const ModoriOutcome *before, const char *lang)
{
    gboolean same = is_same (outcome, before, MODORI_KEY_RULE);
    g_autoptr (ModoriCase) facts = NULL;

    name_blocklist (engine, outcome, decision);
    name_wait (engine, outcome, decision);
    if (same)
        keep_same (outcome, before);
    find_cause (engine, outcome, decision);
    if (same && ! decision->cause && modori_rules_is_vague (decision))
        keep_cause (engine, outcome, decision, before);
    if (same && is_same (outcome, before, MODORI_KEY_ADVICE))
        return;
    facts = modori_case_new (outcome, NULL, NULL);
    write_hint (engine, outcome, decision, lang, facts);
}

static void
conclude_again (ModoriEngine *engine, ModoriOutcome *outcome, ModoriDecision *decision,
                const ModoriOutcome *before, const char *lang)
{
    static const ModoriKey of_failures[] = { MODORI_KEY_SENDER_KIND, MODORI_KEY_FINDINGS,
                                             MODORI_KEY_HINT };

    put (outcome, MODORI_KEY_BLOCKLIST, "");
    put (outcome, MODORI_KEY_RETRY_AFTER, "");
    modori_rules_apply (engine->report, outcome, decision);
    if (is_failure (decision)) {
        conclude_failure (engine, outcome, decision, before, lang);
        return;
    }
    for (guint i = 0; i < G_N_ELEMENTS (of_failures); i++)
        put (outcome, of_failures[i], "");
}

gboolean
modori_engine_decide_again (ModoriEngine *engine, ModoriOutcome *outcome, const char *lang)
{
    const ModoriOutcome before = *outcome;
    gboolean changed = FALSE;
    ModoriDecision decision;

    ask_again (engine, outcome, &decision);
    if (rests_on_more (engine, outcome, &decision))
        recall_decision (engine, outcome, &decision);
    else
        conclude_again (engine, outcome, &decision, &before, lang);
    g_array_append_val (engine->decisions, decision);
    for (ModoriKey key = 0; key < MODORI_N_KEYS && ! changed; key++)
        changed = ! is_same (outcome, &before, key);
    return changed;
}
