/* propose.c - rules for wordings that no rule knows yet.
 *
 * A proposal must be good as it is: it must win its own examples, among all rules that there
 * are and all that are proposed beside it, and take none of theirs.  So each phrase that could be
 * the Match is tried on all examples that may hold its words; what it would take from others is
 * kept from it by a Not; and when that does not help it is the whole reply or nothing.
 *
 * The reason is a guess where nothing but likeness tells, and a guess must not make an address
 * dead.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "rules/propose.h"

#include "rules/known.h"
#include "rules/phrase.h"

/* Of the shipped examples that are at least so much like another one, three of four have its
 * reason; below it is soon less than one of two. */
#define LIKE_MIN 0.4

/* Examples that are looked at for a likeness, and for a No. */
#define LIKES_MAX 60

/* Others that a phrase may also match, when a Not tells each of them. */
#define NOTS_MAX 3

/* What could be the Match of a proposal. */
typedef struct {
    ModoriPattern *pattern;     /* own */
    guint proposal;
    guint weight;
    guint n_taken;              /* examples of others that it matches, too: */
    guint taken[NOTS_MAX];      /* their numbers; when there are more it is no good */
} Candidate;

struct ModoriProposals {
    const ModoriKnowledge *knowledge;
    gboolean redact;
    ModoriExampleList *examples;        /* of all rules, also of the proposals */
    GPtrArray *proposals;
    GArray *candidates;         /* Candidate: those of a proposal together, the best first */
    GHashTable *names;          /* set of names (own) that are taken */
};

static void
clear_candidate (gpointer data)
{
    modori_pattern_free (((Candidate *) data)->pattern);
}

static gboolean
says_nothing (const char *reason)
{
    return strcmp (reason, "undefined") == 0 || strcmp (reason, "onhold") == 0;
}

/* --- Yes --- */

/* The first domain of the servers of PROVIDER, or "". */
static char *
host_of (const ModoriBlock *provider)
{
    for (guint i = 0; provider && i < provider->n_entries; i++) {
        const ModoriEntry *entry = &provider->entries[i];
        ModoriSpan rest = entry->value, word;

        if (strcmp (provider->kind->fields[entry->key], "Hosts") == 0
            && modori_entry_word (&rest, &word))
            return modori_span_dup (modori_span_skip (word, modori_span_begins (word, "*.") ? 2
                                                                                            : 0));
    }
    return g_strdup ("");
}

/* Who spoke; a provider of the site's own is nobody whom others know. */
static const ModoriBlock *
provider_of (const ModoriProposals *proposals, const ModoriWording *wording)
{
    gboolean hidden = wording->provider && wording->provider->site && proposals->redact;

    return hidden ? NULL : wording->provider;
}

/* MASKED as an example, behind who says it. */
static char *
write_example (const ModoriProposals *proposals, const ModoriWording *wording, const char *masked)
{
    g_autofree char *provider = host_of (provider_of (proposals, wording));
    const char *host = provider[0] ? provider
        : proposals->redact || wording->provider ? "" : wording->host;
    GString *out = g_string_new (NULL);
    gsize start;

    if (host[0] && wording->codes[0])
        g_string_append_printf (out, "host %s%s[192.0.2.1] said: ", provider[0] ? "mx." : "", host);
    else if (host[0])
        g_string_append_printf (out, "[remote_mta=%s%s] ", provider[0] ? "mx." : "", host);
    start = out->len;
    if (wording->codes[0])
        g_string_append_printf (out, "%s ", wording->codes);
    modori_mask_fill (out, modori_span_of (masked));
    /* words in brackets of their own must not be taken for keys */
    if (start == 0 && out->str[0] == '[')
        g_string_prepend (out, "[report=delivery] ");
    return g_strchomp (g_string_free (out, FALSE));
}

/* --- Match --- */

static gboolean
finds (ModoriPattern *pattern, const char *words)
{
    return modori_pattern_finds (pattern, modori_span_of (words), NULL);
}

/* Is KNOWN of the rule that is to be made for proposal I? */
static gboolean
is_own (const ModoriProposals *proposals, const ModoriKnown *known, guint i)
{
    const ModoriProposal *proposal = g_ptr_array_index (proposals->proposals, i);

    /* who reads a redacted proposal does not have the site's rules */
    if (proposals->redact && known->rule && known->rule->site)
        return TRUE;
    /* a rule that knows it already has such examples */
    return known->rule ? proposal->off : known->proposal == i;
}

/* Add SOURCE to the candidates for PROPOSAL, the one numbered I, when it finds its own words. */
static void
add_candidate (ModoriProposals *proposals, guint i, const char *source)
{
    const ModoriProposal *proposal = g_ptr_array_index (proposals->proposals, i);
    g_autofree char *words = modori_example_words (g_ptr_array_index (proposal->yes, 0));
    Candidate candidate = { .pattern = modori_pattern_new (modori_span_of (source), NULL),
                            .proposal = i };

    candidate.weight =
        modori_likeness_weight (proposals->examples->likeness, modori_span_of (source));
    if (candidate.pattern && finds (candidate.pattern, words))
        g_array_append_val (proposals->candidates, candidate);
    else
        modori_pattern_free (candidate.pattern);
}

/* Short words alone would match in many a text: then the whole reply is better. */
static void
add_candidates (ModoriProposals *proposals, guint i)
{
    const ModoriProposal *proposal = g_ptr_array_index (proposals->proposals, i);
    const ModoriWording *wording = proposal->wording;
    const char *shared = wording->shared ? wording->shared : wording->masked;
    g_autoptr (GPtrArray) phrases =
        modori_phrases (proposals->examples->likeness, modori_span_of (shared));
    g_autofree char *exactly = modori_phrase_exactly (modori_span_of (wording->masked));

    if (exactly && ! wording->shared
        && (phrases->len == 0 || modori_phrase_is_short (g_ptr_array_index (phrases, 0))))
        add_candidate (proposals, i, exactly);
    for (guint n = 0; n < phrases->len; n++)
        add_candidate (proposals, i, g_ptr_array_index (phrases, n));
    if (exactly)
        add_candidate (proposals, i, exactly);
}

/* Note in each candidate that matches it that KNOWN, numbered N, would be taken. */
static void
look_at (ModoriProposals *proposals, ModoriIndex *index, ModoriSubject *subject, guint n)
{
    const ModoriKnown *known = modori_example_list_at (proposals->examples, n);

    modori_subject_set (subject, modori_span_of (known->words));
    modori_index_look (index, subject);
    for (guint i = modori_index_next (index, 0); i < proposals->candidates->len;
         i = modori_index_next (index, i + 1)) {
        Candidate *candidate = &g_array_index (proposals->candidates, Candidate, i);

        if (candidate->n_taken > NOTS_MAX || is_own (proposals, known, candidate->proposal)
            || ! modori_pattern_matches (candidate->pattern, subject, NULL))
            continue;
        if (candidate->n_taken < NOTS_MAX)
            candidate->taken[candidate->n_taken] = n;
        candidate->n_taken++;
    }
}

/* All candidates on all examples at once: an index finds the few that may match. */
static void
try_candidates (ModoriProposals *proposals)
{
    g_autoptr (ModoriSubject) subject = modori_subject_new ();
    g_autoptr (ModoriIndex) index = modori_index_new (proposals->candidates->len);

    for (guint i = 0; i < proposals->candidates->len; i++)
        modori_index_add (index, i,
                          g_array_index (proposals->candidates, Candidate, i).pattern);
    for (guint n = 0; n < proposals->examples->examples->len; n++)
        look_at (proposals, index, subject, n);
}

/* A phrase of KNOWN that PROPOSAL's own words do not have; NULL when there is none. */
static char *
find_not (const ModoriProposals *proposals, const ModoriProposal *proposal,
          const ModoriKnown *known)
{
    g_autoptr (GPtrArray) phrases =
        modori_phrases (proposals->examples->likeness, modori_span_of (known->masked));

    for (guint i = 0; i < phrases->len; i++) {
        const char *phrase = g_ptr_array_index (phrases, i);
        g_autoptr (ModoriPattern) pattern = modori_pattern_new (modori_span_of (phrase), NULL);
        gboolean own = pattern == NULL || ! finds (pattern, known->words);

        for (guint n = 0; ! own && n < proposal->yes->len; n++) {
            g_autofree char *words =
                modori_example_words (g_ptr_array_index (proposal->yes, n));

            own = finds (pattern, words);
        }
        if (! own)
            return g_strdup (phrase);
    }
    return NULL;
}

/* Take CANDIDATE for PROPOSAL if a Not keeps it from each example that it would take. */
static gboolean
take_candidate (const ModoriProposals *proposals, ModoriProposal *proposal,
                const Candidate *candidate)
{
    g_autoptr (GPtrArray) nots = g_ptr_array_new_with_free_func (g_free);

    if (candidate->n_taken > NOTS_MAX)
        return FALSE;
    for (guint n = 0; n < candidate->n_taken; n++) {
        const ModoriKnown *known =
            modori_example_list_at (proposals->examples, candidate->taken[n]);
        char *not;

        if (known->rule && proposal->off)
            continue;
        not = find_not (proposals, proposal, known);
        if (! not)
            return FALSE;
        if (g_ptr_array_find_with_equal_func (nots, not, g_str_equal, NULL))
            g_free (not);
        else
            g_ptr_array_add (nots, not);
    }
    g_ptr_array_unref (proposal->nots);
    proposal->nots = g_steal_pointer (&nots);
    proposal->match = g_strdup (modori_pattern_source (candidate->pattern));
    return TRUE;
}

static gboolean
fires (const ModoriProposal *proposal, const char *words)
{
    g_autoptr (ModoriPattern) match = modori_pattern_new (modori_span_of (proposal->match), NULL);

    if (! finds (match, words))
        return FALSE;
    for (guint i = 0; i < proposal->nots->len; i++) {
        g_autoptr (ModoriPattern) not = modori_pattern_new (
            modori_span_of (g_ptr_array_index (proposal->nots, i)), NULL);

        if (finds (not, words))
            return FALSE;
    }
    return TRUE;
}

/* How good CANDIDATE is, 0 best: one that tells much is better, with a Not if need be, than one
 * that tells little. */
static guint
grade (const Candidate *candidate, guint best)
{
    gboolean telling = 2 * candidate->weight >= best, alone = candidate->n_taken == 0;

    return telling ? (alone ? 0 : 1) : alone ? 2 : 3;
}

/* The candidates for proposal I are those from *FIRST on; *FIRST is left behind them. */
static void
find_match (const ModoriProposals *proposals, guint i, guint *first)
{
    ModoriProposal *proposal = g_ptr_array_index (proposals->proposals, i);
    const Candidate *candidates = (const Candidate *) proposals->candidates->data + *first;
    guint n = 0, best = 0;

    for (; *first + n < proposals->candidates->len && candidates[n].proposal == i; n++)
        best = MAX (best, candidates[n].weight);
    *first += n;
    for (guint wanted = 0; wanted <= 3; wanted++)
        for (guint c = 0; c < n && ! proposal->match; c++)
            if (grade (&candidates[c], best) == wanted)
                take_candidate (proposals, proposal, &candidates[c]);
}

/* The plain words of a rule should not be another's example: where they are, they become an
 * expression, which stands for no text of its own. */
static void
hedge (ModoriProposal *proposal, const ModoriProposal *other)
{
    GString *regex;

    if (other == proposal || ! other->match || ! fires (other, proposal->match))
        return;
    regex = g_string_new ("/");
    modori_phrase_escape (regex, modori_span_of (proposal->match));
    g_string_append_c (regex, '/');
    g_free (proposal->match);
    proposal->match = g_string_free (regex, FALSE);
}

static void
hedge_all (const ModoriProposals *proposals)
{
    g_autoptr (ModoriSubject) subject = modori_subject_new ();
    g_autoptr (ModoriIndex) index = modori_index_new (proposals->proposals->len);
    const guint n = proposals->proposals->len;

    for (guint i = 0; i < n; i++) {
        const ModoriProposal *proposal = g_ptr_array_index (proposals->proposals, i);

        if (proposal->match)
            modori_index_add_source (index, i, modori_span_of (proposal->match));
    }
    for (guint i = 0; i < n; i++) {
        ModoriProposal *proposal = g_ptr_array_index (proposals->proposals, i);

        if (! proposal->match || proposal->match[0] == '/')
            continue;
        modori_subject_set (subject, modori_span_of (proposal->match));
        modori_index_look (index, subject);
        for (guint other = modori_index_next (index, 0); other < n && proposal->match[0] != '/';
             other = modori_index_next (index, other + 1))
            hedge (proposal, g_ptr_array_index (proposals->proposals, other));
    }
}

/* --- Reason --- */

/* The text of the field KEY of BLOCK, or NULL; the caller frees. */
static char *
text_of (const ModoriBlock *block, guint key)
{
    const ModoriEntry *entry = modori_block_entry (block, key, "");

    return entry ? modori_entry_text (entry) : NULL;
}

/* Does the reason NAME mean BOUNCE ("hard", "soft", "none")? */
static gboolean
means (const ModoriProposals *proposals, const char *name, const char *bounce)
{
    const ModoriBlock *block =
        modori_knowledge_block (proposals->knowledge, &modori_reason_kind, name);

    for (guint i = 0; block && i < block->n_entries; i++)
        if (strcmp (block->kind->fields[block->entries[i].key], "Bounce") == 0)
            return modori_span_is (block->entries[i].value, bounce);
    return FALSE;
}

static void
guess_reason (const ModoriProposals *proposals, ModoriProposal *proposal, const GArray *likes)
{
    for (guint i = 0; i < likes->len; i++) {
        const ModoriLike *like = &g_array_index (likes, ModoriLike, i);
        const ModoriKnown *known = modori_example_list_at (proposals->examples, like->number);

        if (like->likeness < LIKE_MIN)
            break;
        if (! known->rule || says_nothing (known->reason)
            || means (proposals, known->reason, "none")
            || (proposals->redact && known->rule->site))
            continue;
        proposal->why = MODORI_WHY_LIKE;
        proposal->rule = known->rule;
        proposal->reason = known->reason;
        proposal->careful = means (proposals, known->reason, "hard");
        return;
    }
    proposal->reason = "onhold";
}

static void
find_reason (const ModoriProposals *proposals, ModoriProposal *proposal, const GArray *likes)
{
    const ModoriWording *wording = proposal->wording;

    proposal->reason = wording->reason;
    if (wording->decided && ! says_nothing (wording->reason)) {
        proposal->why = MODORI_WHY_RULE;
        proposal->rule = wording->decided;
        proposal->bounce = text_of (wording->decided, MODORI_RULE_BOUNCE);
        proposal->advice = text_of (wording->decided, MODORI_RULE_ADVICE);
    } else if (! says_nothing (wording->reason)) {
        proposal->why = MODORI_WHY_CODE;
    } else {
        guess_reason (proposals, proposal, likes);
    }
}

/* --- No --- */

/* The words most like its own that mean something else. */
static void
find_no (const ModoriProposals *proposals, guint i, const GArray *likes)
{
    ModoriProposal *proposal = g_ptr_array_index (proposals->proposals, i);

    for (guint same = 0; same < 2; same++)
        for (guint n = 0; n < likes->len; n++) {
            const ModoriKnown *known =
                modori_example_list_at (proposals->examples,
                                        g_array_index (likes, ModoriLike, n).number);

            if (known->phrase || (known->rule ? known->rule->site : known->proposal == i)
                || (strcmp (known->reason, proposal->reason) == 0) != same
                || fires (proposal, known->words))
                continue;
            proposal->no = g_strdup (known->example);
            return;
        }
    proposal->no = g_strdup ("250 2.0.0 Ok");
}

/* --- names --- */

static void
take_names (ModoriProposals *proposals)
{
    const GPtrArray *blocks = modori_knowledge_all (proposals->knowledge);

    for (guint i = 0; i < blocks->len; i++) {
        const ModoriBlock *block = g_ptr_array_index (blocks, i);

        if (block->kind == &modori_rule_kind)
            g_hash_table_add (proposals->names, g_strdup (block->name));
    }
}

static void
find_name (ModoriProposals *proposals, ModoriProposal *proposal)
{
    const ModoriBlock *provider = proposal->provider;
    g_autoptr (GPtrArray) phrases =
        modori_phrases (proposals->examples->likeness, modori_span_of (proposal->wording->masked));
    const char *phrase = proposal->match[0] != '/' ? proposal->match
        : phrases->len ? g_ptr_array_index (phrases, 0) : "";
    g_autofree char *words = modori_phrase_name (phrase);
    g_autofree char *name = g_strdup_printf ("%s-%s", provider ? provider->name : "site",
                                             words[0] ? words : proposal->reason);
    guint number = 1;

    proposal->name = g_strdup (name);
    while (! g_hash_table_add (proposals->names, g_strdup (proposal->name))) {
        g_free (proposal->name);
        proposal->name = g_strdup_printf ("%s-%u", name, ++number);
    }
}

/* --- all of them --- */

static void
free_proposal (gpointer data)
{
    ModoriProposal *proposal = data;

    g_free (proposal->name);
    g_free (proposal->bounce);
    g_free (proposal->advice);
    g_free (proposal->match);
    g_ptr_array_unref (proposal->nots);
    g_ptr_array_unref (proposal->yes);
    g_free (proposal->no);
    g_free (proposal);
}

static void
begin_proposal (ModoriProposals *proposals, const ModoriWording *wording)
{
    ModoriProposal *proposal = g_new0 (ModoriProposal, 1);
    char *yes = write_example (proposals, wording, wording->masked);

    proposal->wording = wording;
    proposal->provider = provider_of (proposals, wording);
    proposal->off = wording->decided && ! says_nothing (wording->reason);
    proposal->nots = g_ptr_array_new_with_free_func (g_free);
    proposal->yes = g_ptr_array_new_with_free_func (g_free);
    g_ptr_array_add (proposal->yes, yes);
    modori_example_list_add (proposals->examples, yes, wording->masked, wording->reason,
                             proposals->proposals->len);
    for (guint i = 0; i < wording->variants->len; i++) {
        const char *masked = g_ptr_array_index (wording->variants, i);
        g_autofree char *variant = write_example (proposals, wording, masked);

        modori_example_list_add (proposals->examples, variant, masked, wording->reason,
                                 proposals->proposals->len);
    }
    g_ptr_array_add (proposals->proposals, proposal);
}

/* Variants that the rule wins, too, are shown. */
static void
add_variants (const ModoriProposals *proposals, ModoriProposal *proposal)
{
    const GPtrArray *variants = proposal->wording->variants;

    for (guint i = 0; i < variants->len; i++) {
        char *yes =
            write_example (proposals, proposal->wording, g_ptr_array_index (variants, i));
        g_autofree char *words = modori_example_words (yes);

        if (fires (proposal, words) && ! g_ptr_array_find_with_equal_func (proposal->yes, yes,
                                                                           g_str_equal, NULL))
            g_ptr_array_add (proposal->yes, yes);
        else
            g_free (yes);
    }
}

static void
finish_proposal (ModoriProposals *proposals, guint i, guint *first)
{
    ModoriProposal *proposal = g_ptr_array_index (proposals->proposals, i);
    g_autoptr (GArray) likes =
        modori_likeness_nearest (proposals->examples->likeness,
                                 modori_span_of (proposal->wording->masked), LIKES_MAX);
    guint again = *first;

    find_reason (proposals, proposal, likes);
    find_match (proposals, i, first);
    if (! proposal->match && proposal->wording->decided && ! proposal->off) {
        /* words that a rule has as its own example: they are for a person to judge */
        proposal->off = TRUE;
        find_match (proposals, i, &again);
    }
    if (! proposal->match)
        return;
    find_name (proposals, proposal);
    find_no (proposals, i, likes);
    add_variants (proposals, proposal);
}

ModoriProposals *
modori_proposals_new (const ModoriKnowledge *knowledge, const ModoriVocabulary *vocabulary,
                      const GPtrArray *wordings, gboolean redact)
{
    g_autoptr (ModoriMasker) masker = modori_masker_new (vocabulary, redact);
    ModoriProposals *proposals = g_new0 (ModoriProposals, 1);
    guint first = 0;

    proposals->knowledge = knowledge;
    proposals->redact = redact;
    proposals->examples = modori_example_list_new (knowledge, masker);
    proposals->proposals = g_ptr_array_new_with_free_func (free_proposal);
    proposals->candidates = g_array_new (FALSE, FALSE, sizeof (Candidate));
    g_array_set_clear_func (proposals->candidates, clear_candidate);
    proposals->names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    take_names (proposals);
    for (guint i = 0; i < MIN (wordings->len, MODORI_PROPOSALS_MAX); i++)
        begin_proposal (proposals, g_ptr_array_index (wordings, i));
    for (guint i = 0; i < proposals->proposals->len; i++)
        add_candidates (proposals, i);
    try_candidates (proposals);
    for (guint i = 0; i < proposals->proposals->len; i++)
        finish_proposal (proposals, i, &first);
    hedge_all (proposals);
    return proposals;
}

void
modori_proposals_free (ModoriProposals *proposals)
{
    if (! proposals)
        return;
    modori_example_list_free (proposals->examples);
    g_array_unref (proposals->candidates);
    g_ptr_array_unref (proposals->proposals);
    g_hash_table_unref (proposals->names);
    g_free (proposals);
}

guint
modori_proposals_n (const ModoriProposals *proposals)
{
    return proposals->proposals->len;
}

const ModoriProposal *
modori_proposals_nth (const ModoriProposals *proposals, guint i)
{
    return g_ptr_array_index (proposals->proposals, i);
}
