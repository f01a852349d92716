/* rules.c - why: the rules that decide the reason of an outcome.
 *
 * Rules lie in the order in which they are asked: the site's, those for a provider, generic
 * ones.  An index over their patterns tells which can fire at all for the words at hand; those
 * few are asked one by one, and the first that fires wins.  When none does, codes decide.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "rules/rules.h"

#include "report/diagnostic.h"
#include "text/error.h"
#include "text/index.h"

struct ModoriRules {
    ModoriProviders *providers; /* the caller's */
    const ModoriKnowledge *knowledge;   /* the caller's */
    ModoriReasons *reasons;
    GArray *rules;              /* ModoriRule, by tier */
    GArray *sources;            /* ModoriSpan: all Match patterns, as written */
    GArray *owners;             /* of each item of the index: which rule */
    guint tier_end[MODORI_N_TIERS];     /* the items of each tier */
    const ModoriBlocklists *lists;  /* the caller's; NULL: nobody lent any */
    ModoriIndex *index;         /* of the items, and behind them of the marks of providers and of
                                 * block lists; NULL until the first words are heard */
    guint first_list;           /* the first mark of a block list */
    gboolean lists_entered;
    ModoriWays *ways;
    GArray *found;              /* guint: rules that the ways led to */
    GHashTable *entered;        /* set of Provider blocks whose rules are in the index */
    gboolean tier_entered[MODORI_N_TIERS];
    ModoriSubject *subject;
    const ModoriOutcome *heard; /* whose words it is */
};

/* Which of the rules of a tier are asked. */
typedef enum { ALL, OF_SPEAKER, OF_OTHERS } Choice;

/* --- reading --- */

static void
clear_rule (gpointer data)
{
    modori_rule_clear (data);
}

static int
compare_tiers (gconstpointer a, gconstpointer b)
{
    const ModoriRule *one = a;
    const ModoriRule *other = b;

    if (one->tier != other->tier)
        return one->tier < other->tier ? -1 : 1;
    return one->order < other->order ? -1 : 1;
}

static ModoriRule *
rule_at (const ModoriRules *rules, guint i)
{
    return &g_array_index (rules->rules, ModoriRule, i);
}

static void
begin_rules (ModoriRules *rules)
{
    const GPtrArray *blocks = modori_knowledge_raw (rules->knowledge, &modori_rule_kind);
    guint first = 0;

    g_array_set_size (rules->rules, blocks->len);
    for (guint i = 0; i < blocks->len; i++) {
        modori_rule_begin (rule_at (rules, i), g_ptr_array_index (blocks, i), rules->sources);
        rule_at (rules, i)->order = i;
    }
    while (first < blocks->len && rule_at (rules, first)->tier == MODORI_TIER_SITE)
        first++;                /* these are in order, and may be most of all */
    if (first < blocks->len)
        qsort (rule_at (rules, first), blocks->len - first, sizeof (ModoriRule), compare_tiers);
}

static gboolean
read_rules (ModoriRules *rules, GError **error)
{
    for (guint i = 0; i < rules->rules->len; i++) {
        ModoriRule *rule = rule_at (rules, i);

        if (rule->state != MODORI_RULE_READ
            && ! modori_rule_read (rule, rules->knowledge, rules->reasons, error))
            return FALSE;
        if (! modori_rule_check (rule, error))
            return FALSE;
    }
    return TRUE;
}

/* An item of the index is a Match pattern: long lists of them are common, and few are
 * candidates.  They are entered as they are written: a rule is read when it is a candidate. */
static void
index_rules (ModoriRules *rules)
{
    guint n = 0;

    for (guint i = 0; i < rules->rules->len; i++) {
        n = modori_rule_number (rule_at (rules, i), n);
        for (guint tier = rule_at (rules, i)->tier; tier < MODORI_N_TIERS; tier++)
            rules->tier_end[tier] = n;
    }
    g_array_set_size (rules->owners, n);
    for (guint i = 0; i < rules->rules->len; i++)
        for (guint item = rule_at (rules, i)->first_item; item < rule_at (rules, i)->end_item;
             item++)
            g_array_index (rules->owners, guint, item) = i;
}

/* All that is looked for in the words is in one index: to look takes longer than what comes of
 * it. */
static void
open_index (ModoriRules *rules)
{
    guint n = rules->owners->len, n_lists = rules->lists
        ? modori_blocklists_n_marks (rules->lists) : 0;

    rules->first_list = n + modori_providers_n_marks (rules->providers);
    rules->index = modori_index_new (rules->first_list + n_lists);
    modori_providers_enter (rules->providers, rules->index, n);
}

/* --- entering rules into the index --- */

/* May RULE fire when SPEAKER is certain?  NULL: nobody is. */
static gboolean
is_for (const ModoriRule *rule, const ModoriBlock *speaker)
{
    ModoriSpan rest = rule->providers, word;
    gboolean named = ! speaker || rest.len == 0;

    while (! named && modori_entry_word (&rest, &word))
        named = modori_span_is (word, speaker->name);
    return named;
}

/* Enter the rules of TIER that are for SPEAKER, or all of them. */
static void
enter_rules (ModoriRules *rules, ModoriRuleTier tier, const ModoriBlock *speaker)
{
    for (guint i = 0; i < rules->rules->len; i++) {
        ModoriRule *rule = rule_at (rules, i);

        if (rule->entered || rule->tier != tier || ! is_for (rule, speaker))
            continue;
        modori_rule_index (rule, rules->sources, rules->index, rules->ways, i);
        rule->entered = TRUE;
    }
}

/* To enter a rule its patterns must be understood.  So each is
 * entered when it may be asked for the first time: those of a provider when it speaks or when it
 * is not certain who does, generic ones when no other has fired.  FALSE when TIER was entered. */
static gboolean
enter_tier (ModoriRules *rules, ModoriRuleTier tier)
{
    if (rules->tier_entered[tier])
        return FALSE;
    rules->tier_entered[tier] = TRUE;
    enter_rules (rules, tier, NULL);
    return TRUE;
}

/* FALSE when all that may be asked was entered. */
static gboolean
enter_for (ModoriRules *rules, const ModoriRuleCase *asked)
{
    gboolean entered = enter_tier (rules, MODORI_TIER_SITE);

    if (! asked->certain)
        return enter_tier (rules, MODORI_TIER_PROVIDER) || entered;
    if (rules->tier_entered[MODORI_TIER_PROVIDER]
        || ! g_hash_table_add (rules->entered, (ModoriBlock *) asked->speaker))
        return entered;
    enter_rules (rules, MODORI_TIER_PROVIDER, asked->speaker);
    return TRUE;
}

ModoriRules *
modori_rules_new (const ModoriKnowledge *knowledge, ModoriProviders *providers, GError **error)
{
    g_autoptr (ModoriRules) rules = g_new0 (ModoriRules, 1);

    rules->knowledge = knowledge;
    rules->providers = providers;
    rules->subject = modori_subject_new ();
    rules->rules = g_array_new (FALSE, FALSE, sizeof (ModoriRule));
    g_array_set_clear_func (rules->rules, clear_rule);
    rules->sources = g_array_new (FALSE, FALSE, sizeof (ModoriSpan));
    rules->owners = g_array_new (FALSE, FALSE, sizeof (guint));
    rules->ways = modori_ways_new ();
    rules->found = g_array_new (FALSE, FALSE, sizeof (guint));
    rules->entered = g_hash_table_new (NULL, NULL);
    rules->reasons = modori_reasons_new (knowledge, error);
    if (! rules->reasons)
        return NULL;
    begin_rules (rules);
    if (! modori_knowledge_is_tested (knowledge) && ! read_rules (rules, error))
        return NULL;
    index_rules (rules);
    return g_steal_pointer (&rules);
}

void
modori_rules_free (ModoriRules *rules)
{
    if (! rules)
        return;
    g_array_unref (rules->rules);
    g_array_unref (rules->sources);
    g_array_unref (rules->owners);
    modori_ways_free (rules->ways);
    g_array_unref (rules->found);
    g_hash_table_unref (rules->entered);
    modori_reasons_free (rules->reasons);
    modori_index_free (rules->index);
    modori_subject_free (rules->subject);
    g_free (rules);
}

gboolean
modori_rules_check (ModoriRules *rules, GError **error)
{
    return read_rules (rules, error);
}

/* --- what needs no rule --- */

static gboolean
is_text (const ModoriOutcome *outcome, ModoriKey key, const char *text)
{
    return strcmp (modori_outcome_text (outcome, key), text) == 0;
}

/* The reason that the kind of the report is, or NULL. */
static const char *
fixed_reason (const ModoriOutcome *outcome)
{
    static const char *const good[] = { "delivered", "relayed", "expanded" };

    if (is_text (outcome, MODORI_KEY_REPORT, "feedback"))
        return "feedback";
    if (is_text (outcome, MODORI_KEY_REPORT, "auto-reply"))
        return "vacation";
    for (guint i = 0; i < G_N_ELEMENTS (good); i++)
        if (is_text (outcome, MODORI_KEY_ACTION, good[i]))
            return "delivered";
    /* RFC 8098: a disposition is written by the recipient's side, so the message got there */
    if (is_text (outcome, MODORI_KEY_REPORT, "disposition"))
        return "delivered";
    return NULL;
}

/* A disposition with words may be the refusal of a filter behind the mailbox: any rule may say
 * so.  What else is no failure stays that; only a rule that asks for its kind tells more. */
static gboolean
is_settled (const ModoriOutcome *outcome, const char *fixed)
{
    return fixed && ! (is_text (outcome, MODORI_KEY_REPORT, "disposition") && outcome->words[0]);
}

static gboolean
is_temporary (const ModoriOutcome *outcome)
{
    return modori_outcome_text (outcome, MODORI_KEY_STATUS)[0] == '4'
        || modori_outcome_text (outcome, MODORI_KEY_REPLY_CODE)[0] == '4'
        || (is_text (outcome, MODORI_KEY_ACTION, "delayed") && ! outcome->final);
}

static void
conclude (ModoriDecision *decision, const ModoriOutcome *outcome, const ModoriBlock *block,
          const ModoriReason *reason)
{
    decision->block = block;
    decision->reason = reason->block->name;
    decision->bounce = reason->bounce;
    decision->advice = reason->advice;
    if (decision->bounce[0] == 'h' && is_temporary (outcome))
        decision->bounce = "soft";
}

/* Decide for the reason NAME itself.  FALSE when the knowledge has no such reason. */
static gboolean
conclude_named (const ModoriRules *rules, const ModoriOutcome *outcome, const char *name,
                ModoriDecision *decision)
{
    const ModoriReason *reason = modori_reasons_find (rules->reasons, name);

    if (! reason)
        return FALSE;
    modori_knowledge_read (rules->knowledge, reason->block);
    conclude (decision, outcome, reason->block, reason);
    return TRUE;
}

static void
conclude_fixed (const ModoriRules *rules, const ModoriOutcome *outcome, const char *fixed,
                ModoriDecision *decision)
{
    if (! conclude_named (rules, outcome, fixed, decision))
        decision->reason = fixed;
    decision->bounce = "none";
}

/* --- asking the rules --- */

/* A shipped rule that cannot be read never fires: `rules test` tells of it. */
static const ModoriRule *
read_rule (ModoriRules *rules, guint i)
{
    ModoriRule *rule = rule_at (rules, i);

    if (rule->state == MODORI_RULE_UNREAD)
        modori_rule_read (rule, rules->knowledge, rules->reasons, NULL);
    return rule;
}

static gboolean
fires (const ModoriRule *rule, Choice choice, ModoriRuleCase *asked)
{
    return rule->state == MODORI_RULE_READ
        && (choice == ALL || modori_rule_names (rule, asked->speaker) == (choice == OF_SPEAKER))
        && (! asked->settled || modori_rule_asks_report (rule))
        && modori_rule_fires (rule, asked);
}

/* A walk over the candidates of a tier in their order: those of the index, and those found. */
typedef struct {
    const ModoriRules *rules;
    guint item, end;            /* of the index */
    guint at;                   /* of those found */
} Walk;

static Walk
begin_walk (const ModoriRules *rules, ModoriRuleTier tier)
{
    guint start = tier ? rules->tier_end[tier - 1] : 0;
    Walk walk = { rules, modori_index_next (rules->index, start), rules->tier_end[tier], 0 };

    while (walk.at < rules->found->len
           && rule_at (rules, g_array_index (rules->found, guint, walk.at))->first_item < start)
        walk.at++;
    return walk;
}

/* The number of the next candidate; G_MAXUINT: there is none. */
static guint
next_candidate (Walk *walk)
{
    const ModoriRules *rules = walk->rules;
    guint by_words = walk->item < walk->end ? g_array_index (rules->owners, guint, walk->item)
        : G_MAXUINT;
    guint by_way = walk->at < rules->found->len ? g_array_index (rules->found, guint, walk->at)
        : G_MAXUINT;

    if (by_way != G_MAXUINT && rule_at (rules, by_way)->first_item >= walk->end)
        by_way = G_MAXUINT;
    if (by_words < by_way) {
        walk->item = modori_index_next (rules->index, rule_at (rules, by_words)->end_item);
        return by_words;
    }
    while (by_way != G_MAXUINT && walk->at < rules->found->len
           && g_array_index (rules->found, guint, walk->at) == by_way)
        walk->at++;
    return by_way;
}

static const ModoriRule *
ask_tier (ModoriRules *rules, ModoriRuleTier tier, Choice choice, ModoriRuleCase *asked)
{
    Walk walk = begin_walk (rules, tier);
    guint i;

    while ((i = next_candidate (&walk)) != G_MAXUINT) {
        const ModoriRule *rule = read_rule (rules, i);

        if (fires (rule, choice, asked))
            return rule;
    }
    return NULL;
}

/* What was entered after the words were heard is looked for once more. */
static void
look (ModoriRules *rules, const ModoriRuleCase *asked, gboolean entered)
{
    if (entered)
        modori_index_look (rules->index, asked->words);
    modori_ways_look (rules->ways, asked->outcome, rules->found);
}

/* The speaker's own rules come before those of others, which can only fire when the speaker is
 * not certain. */
static const ModoriRule *
ask_rules (ModoriRules *rules, ModoriRuleCase *asked)
{
    const ModoriRule *rule;

    look (rules, asked, enter_for (rules, asked));
    rule = ask_tier (rules, MODORI_TIER_SITE, ALL, asked);
    if (! rule && asked->speaker)
        rule = ask_tier (rules, MODORI_TIER_PROVIDER, OF_SPEAKER, asked);
    if (! rule)
        rule = ask_tier (rules, MODORI_TIER_PROVIDER, asked->speaker ? OF_OTHERS : ALL, asked);
    if (rule)
        return rule;
    if (enter_tier (rules, MODORI_TIER_GENERIC))
        look (rules, asked, TRUE);
    return ask_tier (rules, MODORI_TIER_GENERIC, ALL, asked);
}

static void
conclude_rule (const ModoriRule *rule, const ModoriRuleCase *asked, ModoriDecision *decision)
{
    ModoriReason reason = *rule->reason;

    if (rule->bounce)
        reason.bounce = rule->bounce;
    if (rule->advice)
        reason.advice = rule->advice;
    conclude (decision, asked->outcome, rule->block, &reason);
    decision->captures = asked->captures;
    decision->matched = asked->matched;
}

/* The words told nothing: the codes, and how long it took. */
static void
decide_by_codes (const ModoriRules *rules, const ModoriOutcome *outcome, ModoriDecision *decision)
{
    const ModoriBlock *block = NULL;
    const ModoriReason *reason = modori_reasons_of_status (
        rules->reasons, modori_outcome_text (outcome, MODORI_KEY_STATUS), &block);

    if (! reason && is_text (outcome, MODORI_KEY_ACTION, "delayed")
        && conclude_named (rules, outcome, "expired", decision))
        return;
    if (! reason)
        reason = modori_reasons_of_reply (
            rules->reasons, modori_outcome_text (outcome, MODORI_KEY_REPLY_CODE), &block);
    if (reason)
        conclude (decision, outcome, block, reason);
    else if (! modori_value_is_useless (MODORI_KEY_DIAGNOSTIC,
                                        modori_outcome_text (outcome, MODORI_KEY_DIAGNOSTIC)))
        conclude_named (rules, outcome, "onhold", decision);
    else if (conclude_named (rules, outcome, "undefined", decision))
        decision->block = NULL;
}

static void
hear (ModoriRules *rules, const ModoriOutcome *outcome)
{
    if (! rules->index)
        open_index (rules);
    modori_subject_set (rules->subject, modori_span_of (outcome->words));
    modori_index_look (rules->index, rules->subject);
    rules->heard = outcome;
}

const ModoriSubject *
modori_rules_words (ModoriRules *rules, const ModoriOutcome *outcome)
{
    if (rules->heard != outcome)
        hear (rules, outcome);
    return rules->subject;
}

void
modori_rules_lend_lists (ModoriRules *rules, const ModoriBlocklists *lists)
{
    rules->lists = lists;
}

const ModoriBlock *
modori_rules_blocklist (ModoriRules *rules, const ModoriOutcome *outcome)
{
    const ModoriSubject *words = modori_rules_words (rules, outcome);

    if (! rules->lists_entered) {
        modori_blocklists_enter (rules->lists, rules->index, rules->first_list);
        modori_index_look (rules->index, words);
    }
    rules->lists_entered = TRUE;
    return modori_blocklists_find_in (rules->lists, words, rules->index, rules->first_list, NULL);
}

void
modori_rules_decide (ModoriRules *rules, const ModoriOutcome *outcome, ModoriDecision *decision)
{
    ModoriRuleCase asked = { .outcome = outcome, .words = rules->subject };
    const char *fixed = fixed_reason (outcome);
    const ModoriRule *rule;

    *decision = (ModoriDecision) { NULL, "undefined", "soft", "", NULL, { 0 }, "", NULL };
    hear (rules, outcome);
    asked.index = rules->index;
    asked.speaker = modori_providers_speaker (rules->providers, outcome, rules->subject,
                                              rules->index, &asked.certain);
    decision->provider = asked.speaker;
    asked.settled = is_settled (outcome, fixed);
    rule = ask_rules (rules, &asked);
    if (rule)
        conclude_rule (rule, &asked, decision);
    else if (fixed)
        conclude_fixed (rules, outcome, fixed, decision);
    else
        decide_by_codes (rules, outcome, decision);
    if (asked.speaker)
        modori_providers_fill (rules->providers, asked.speaker, rules->subject,
                               &decision->captures);
}

void
modori_rules_take_back (const ModoriRules *rules, const ModoriOutcome *outcome,
                        ModoriDecision *decision)
{
    const ModoriBlock *speaker = decision->provider;

    *decision = (ModoriDecision) { NULL, "undefined", "soft", "", speaker, { 0 }, "", NULL };
    if (conclude_named (rules, outcome, "undefined", decision))
        decision->block = NULL;
}

gboolean
modori_rules_asks_first (const ModoriRules *rules, const ModoriBlock *one,
                         const ModoriBlock *other)
{
    for (guint i = 0; i < rules->rules->len; i++) {
        const ModoriBlock *block = rule_at (rules, i)->block;

        if (block == one || block == other)
            return block == one;
    }
    return FALSE;
}

gboolean
modori_rules_is_vague (const ModoriDecision *decision)
{
    const ModoriEntry *vague;

    if (! decision->block || decision->block->kind != &modori_rule_kind)
        return TRUE;
    vague = modori_block_entry (decision->block, MODORI_RULE_VAGUE, "");
    return vague ? modori_span_is (vague->value, "yes")
        : ! modori_block_entry (decision->block, MODORI_RULE_ADVICE, "");
}

/* --- texts --- */

char *
modori_rules_status_meaning (const ModoriRules *rules, const char *status, const char *lang)
{
    return modori_reasons_meaning (rules->reasons, status, lang);
}

char *
modori_rules_reason_title (const ModoriRules *rules, const char *name, const char *lang)
{
    return modori_reasons_title (rules->reasons, name, lang);
}

const char *
modori_rules_fault (const ModoriRules *rules, const char *name)
{
    const ModoriReason *reason = modori_reasons_find (rules->reasons, name);

    return reason ? reason->fault : "unknown";
}

char *
modori_rules_title (const ModoriRules *rules, const ModoriOutcome *outcome,
                    const ModoriDecision *decision, const char *lang)
{
    const ModoriBlock *block = decision->block;
    const ModoriEntry *title = block && block->kind == &modori_rule_kind
        ? modori_block_entry (block, MODORI_RULE_TITLE, lang) : NULL;

    return title ? modori_entry_text (title)
        : modori_reasons_title (rules->reasons, modori_outcome_text (outcome, MODORI_KEY_REASON),
                                lang);
}
