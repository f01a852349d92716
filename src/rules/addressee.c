/* addressee.c - whom a reply speaks of, when a report gives it to several recipients.
 *
 * There are senders that give up on all recipients of a mail when a server refuses one of them,
 * and report its reply for each.  It names the one, in angle brackets; of the others nothing is
 * known, and nobody must stop writing to them for it.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "rules/addressee.h"

#include "report/address.h"

/* The first address in angle brackets in WORDS, or an empty span. */
static ModoriSpan
named_in (const char *words)
{
    for (const char *at = strchr (words, '<'); at; at = strchr (at + 1, '<')) {
        gsize len = strcspn (at + 1, "<> ");

        if (at[1 + len] == '>' && memchr (at + 1, '@', len))
            return modori_span (at + 1, len);
    }
    return modori_span (NULL, 0);
}

/* Does the decision tell something of the recipient that it stands for? */
static gboolean
is_personal (const ModoriRules *rules, const ModoriDecision *decision)
{
    return strcmp (decision->bounce, "none") != 0
           && g_str_equal (modori_rules_fault (rules, decision->reason), "recipient");
}

/* The address other than OUTCOME's own that its words name, in lower case, when DECISION rests on
 * them; else NULL; the caller frees. */
static char *
other_named (const ModoriRules *rules, const ModoriOutcome *outcome,
             const ModoriDecision *decision)
{
    static const ModoriKey own[] = { MODORI_KEY_RECIPIENT, MODORI_KEY_ORIGINAL_RECIPIENT };
    ModoriSpan span = is_personal (rules, decision) ? named_in (outcome->words)
                                                    : modori_span (NULL, 0);
    g_autofree char *named = span.len ? g_ascii_strdown (span.at, (gssize) span.len) : NULL;

    for (guint i = 0; named && i < G_N_ELEMENTS (own); i++)
        if (modori_address_same (named, modori_outcome_text (outcome, own[i])))
            return NULL;
    return g_steal_pointer (&named);
}

/* The recipients of REPORT, in lower case. */
static GHashTable *
all_recipients (ModoriReport *report)
{
    GHashTable *all = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

    for (guint i = 0; i < modori_report_n_outcomes (report); i++)
        g_hash_table_add (all, g_ascii_strdown (
            modori_outcome_text (modori_report_outcome (report, i), MODORI_KEY_RECIPIENT), -1));
    return all;
}

void
modori_addressees_check (const ModoriRules *rules, ModoriReport *report, GArray *decisions)
{
    g_autoptr (GHashTable) all = NULL;

    for (guint i = 0; decisions->len > 1 && i < decisions->len; i++) {
        ModoriDecision *decision = &g_array_index (decisions, ModoriDecision, i);
        const ModoriOutcome *outcome = modori_report_outcome (report, i);
        g_autofree char *named = other_named (rules, outcome, decision);

        if (! named)
            continue;
        if (! all)
            all = all_recipients (report);
        if (g_hash_table_contains (all, named))
            modori_rules_take_back (rules, outcome, decision);
    }
}

void
modori_addressee_check_again (const ModoriRules *rules, const ModoriOutcome *outcome,
                              ModoriDecision *decision)
{
    g_autofree char *named = NULL;

    if (strcmp (modori_outcome_text (outcome, MODORI_KEY_REASON), "undefined") != 0)
        return;
    named = other_named (rules, outcome, decision);
    if (named)
        modori_rules_take_back (rules, outcome, decision);
}
