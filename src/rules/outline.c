/* outline.c - one rule: what is known of it before it is read.
 *
 * Most rules are never read: their tier, their Match patterns, and by what else they are found, are
 * seen at a glance, or were noted when the rules were packed (text/pack.h).
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "rules/rule.h"

#include "text/block.h"

/* What is noted of a shipped rule: all that must be known before it is read. */
typedef struct {
    guint16 tier;
    guint16 n_sources;
    guint16 way;
    ModoriClue clues[];         /* of the Match patterns; item: which one */
} Note;

guint
modori_rule_number (ModoriRule *rule, guint item)
{
    rule->first_item = item;
    rule->end_item = item + MAX (rule->n_sources, 1);
    return rule->end_item;
}

static gboolean
has_note (const ModoriBlock *block)
{
    return block->note.len >= sizeof (Note);
}

/* The clues of Match patterns that are in the note of RULE. */
static void
index_note (const ModoriRule *rule, ModoriIndex *index)
{
    const Note *note = (const Note *) rule->block->note.at;
    gsize n = (rule->block->note.len - sizeof *note) / sizeof (ModoriClue);

    modori_index_add_clues (index, rule->first_item, note->clues, (guint) n);
}

/* The fields whose values are looked up, by way. */
static const guint looked_up[MODORI_N_WAYS] = {
    [MODORI_WAY_HOST] = MODORI_RULE_HOST, [MODORI_WAY_RECIPIENT] = MODORI_RULE_RECIPIENT,
    [MODORI_WAY_STATUS] = MODORI_RULE_STATUS, [MODORI_WAY_REPLY] = MODORI_RULE_REPLY,
};

static void
enter_ways (const ModoriRule *rule, ModoriWays *ways, guint number)
{
    ModoriEntry entry = { .key = 0 };
    ModoriSpan word;
    ModoriSkim skim;

    modori_skim_init (&skim, rule->block, "hrs");
    while (modori_skim_next (&skim, &entry))
        while (entry.key == looked_up[rule->way] && modori_entry_word (&entry.value, &word))
            modori_ways_add (ways, rule->way, word, number);
}

void
modori_rule_index (const ModoriRule *rule, const GArray *sources, ModoriIndex *index,
                   ModoriWays *ways, guint number)
{
    if (rule->way != MODORI_WAY_WORDS) {
        enter_ways (rule, ways, number);
        return;
    }
    if (rule->n_sources && has_note (rule->block)) {
        index_note (rule, index);
        return;
    }
    for (guint i = 0; i < rule->n_sources; i++)
        modori_index_add_source (index, rule->first_item + i,
                                 g_array_index (sources, ModoriSpan, rule->first_source + i));
    if (rule->n_sources == 0)
        modori_index_add (index, rule->first_item, NULL);
}

/* Is CODE the only one that it stands for? */
static gboolean
is_one_code (ModoriSpan code)
{
    gsize i = 0;

    while (i < code.len && ! strchr ("*xX", code.at[i]))
        i++;
    return i == code.len;
}

/* The way to a rule that has the fields of the bits PRESENT: hosts and domains are few of many, and
 * codes say more than nothing. */
static ModoriWay
way_of (guint present)
{
    if (present & 1u << MODORI_RULE_HOST)
        return MODORI_WAY_HOST;
    if (present & 1u << MODORI_RULE_RECIPIENT)
        return MODORI_WAY_RECIPIENT;
    if (present & 1u << MODORI_RULE_MATCH)
        return MODORI_WAY_WORDS;
    if (present & 1u << MODORI_RULE_STATUS)
        return MODORI_WAY_STATUS;
    return present & 1u << MODORI_RULE_REPLY ? MODORI_WAY_REPLY : MODORI_WAY_WORDS;
}

/* What can be told of a rule before it is read. */
static void
skim_rule (ModoriRule *rule, GArray *sources)
{
    const ModoriBlock *block = rule->block;
    ModoriEntry entry = { .key = 0 };
    guint present = 0, vague = 0;
    ModoriSkim skim;

    rule->tier = block->site ? MODORI_TIER_SITE : MODORI_TIER_GENERIC;
    rule->first_source = sources->len;
    modori_skim_init (&skim, block, "phrms");
    while (modori_skim_next (&skim, &entry)) {
        present |= 1u << entry.key;
        if ((entry.key == MODORI_RULE_STATUS || entry.key == MODORI_RULE_REPLY)
            && ! is_one_code (entry.value))
            vague |= 1u << entry.key;
        if (entry.key == MODORI_RULE_MATCH)
            g_array_append_val (sources, entry.value);
        if (entry.key == MODORI_RULE_PROVIDER)
            rule->providers = rule->providers.len == 0 ? entry.value
                : modori_span_between (rule->providers.at, modori_span_end (entry.value));
        if (rule->tier == MODORI_TIER_GENERIC
            && (entry.key == MODORI_RULE_PROVIDER || entry.key == MODORI_RULE_HOST
                || entry.key == MODORI_RULE_RECIPIENT))
            rule->tier = MODORI_TIER_PROVIDER;
    }
    rule->n_sources = sources->len - rule->first_source;
    rule->way = way_of (present & ~vague);
}

void
modori_rule_begin (ModoriRule *rule, const ModoriBlock *block, GArray *sources)
{
    const Note *note = (const Note *) block->note.at;

    *rule = (ModoriRule) { .block = block, .providers = MODORI_SPAN_EMPTY };
    if (! has_note (block)) {
        skim_rule (rule, sources);
        return;
    }
    rule->tier = (ModoriRuleTier) note->tier;
    rule->n_sources = note->n_sources;
    rule->way = (ModoriWay) note->way;
}

void
modori_rule_write_note (const ModoriBlock *block, GByteArray *bytes)
{
    g_autoptr (GArray) sources = g_array_new (FALSE, FALSE, sizeof (ModoriSpan));
    g_autoptr (GArray) clues = g_array_new (FALSE, FALSE, sizeof (ModoriClue));
    ModoriRule rule = { .block = block, .providers = MODORI_SPAN_EMPTY };
    Note note = { 0, 0, 0 };

    skim_rule (&rule, sources);
    note.tier = (guint16) rule.tier;
    note.n_sources = (guint16) rule.n_sources;
    note.way = (guint16) rule.way;
    for (guint i = 0; i < sources->len; i++)
        modori_clues_add (clues, (guint16) i, g_array_index (sources, ModoriSpan, i));
    g_byte_array_append (bytes, (const guint8 *) &note, sizeof note);
    g_byte_array_append (bytes, (const guint8 *) clues->data,
                         (guint) (clues->len * sizeof (ModoriClue)));
}
