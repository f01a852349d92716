/* apply.c - why: a decision is written into its outcome.
 *
 * What the words tell besides the reason (named groups that are keys of the record) only fills
 * gaps.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "rules/rules.h"

#include "report/diagnostic.h"

/* Who gave a value, for `explain`. */
#define ORIGIN "rules"

/* These texts live as long as the rules: no copy is needed. */
static void
put (ModoriOutcome *outcome, ModoriKey key, const char *text)
{
    outcome->values[key] = (ModoriValue) { text, ORIGIN, { 0, 0 } };
}

static void
offer (ModoriReport *report, ModoriOutcome *outcome, ModoriKey key, ModoriSpan text)
{
    guint seconds;
    char digits[16];

    if (! modori_rule_may_fill (key))
        return;
    if (key == MODORI_KEY_RETRY_AFTER) {
        seconds = modori_diagnostic_seconds (text);
        if (seconds == 0)
            return;
        g_snprintf (digits, sizeof digits, "%u", seconds);
        text = modori_span_of (digits);
    }
    modori_outcome_offer (report, outcome, key, text, ORIGIN, 0);
}

static void
apply_settings (ModoriReport *report, ModoriOutcome *outcome, const ModoriBlock *block)
{
    for (guint i = 0; i < block->n_entries; i++) {
        ModoriKey key;
        ModoriSpan value;

        if (block->entries[i].key != MODORI_RULE_SET
            || ! modori_rule_setting (block->entries[i].value, &key, &value))
            continue;
        if (key == MODORI_KEY_REPORT)   /* it has the form of another kind, and no action */
            modori_outcome_set (report, outcome, MODORI_KEY_ACTION, MODORI_SPAN_EMPTY, "", 0);
        if (key == MODORI_KEY_REPORT)
            modori_outcome_set (report, outcome, key, value, ORIGIN, 0);
        else
            offer (report, outcome, key, value);
    }
}

/* Mail systems name the domain that they could not find as the remote host: it said nothing. */
static void
forget_unknown_host (ModoriReport *report, ModoriOutcome *outcome)
{
    const char *host = modori_outcome_text (outcome, MODORI_KEY_REMOTE_MTA);
    const char *at = strrchr (modori_outcome_text (outcome, MODORI_KEY_RECIPIENT), '@');

    if (strcmp (modori_outcome_text (outcome, MODORI_KEY_REASON), "hostunknown") == 0 && at
        && g_ascii_strcasecmp (at + 1, host) == 0
        && ! modori_outcome_text (outcome, MODORI_KEY_REMOTE_IP)[0])
        modori_outcome_set (report, outcome, MODORI_KEY_REMOTE_MTA, MODORI_SPAN_EMPTY, "", 0);
}

void
modori_rules_apply (ModoriReport *report, ModoriOutcome *outcome, const ModoriDecision *decision)
{
    put (outcome, MODORI_KEY_REASON, decision->reason);
    put (outcome, MODORI_KEY_BOUNCE, decision->bounce);
    put (outcome, MODORI_KEY_RULE, decision->block ? decision->block->name : "");
    put (outcome, MODORI_KEY_ADVICE, decision->advice);
    if (decision->provider)
        put (outcome, MODORI_KEY_PROVIDER, decision->provider->name);
    for (guint i = 0; i < decision->captures.n; i++) {
        ModoriSpan name = modori_span_of (decision->captures.items[i].name);

        offer (report, outcome, modori_key_of (name), decision->captures.items[i].value);
    }
    if (decision->block && decision->block->kind == &modori_rule_kind)
        apply_settings (report, outcome, decision->block);
    forget_unknown_host (report, outcome);
}
