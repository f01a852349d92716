/* rules.c - fuzz target: the engine of the rules.
 *
 * Input: a rules file, a line "===" and the words of a far server: so the readers of all kinds
 * of blocks, the walk over regular expressions and the index are reached with what nobody would
 * write.  Without that line the input is taken for both in turn, with rules that use every kind
 * of condition and words that hold what they look for.
 *
 * SPDX-License-Identifier: BSD-2-Clause */

#include "report/diagnostic.h"
#include "rules/engine.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

static const char everything[] =
    "Reason: userunknown\nBounce: hard\nAdvice: clean\n\nReason: blocked\n\nReason: onhold\n\nReason: undefined\n\n"
    "Status: X.1.1\nReason: userunknown\n\nStatus: 5.X.X\nReason: blocked\n\nStatus: 550\nReason: userunknown\n\n"
    "Provider: big\nHosts: big.example\nDomains: mail.example\nMarks: - gsmtp\nMarks: /\\b[A-Z]{2}\\d+\\b/\n\n"
    "Rule: a\nReason: blocked\nProvider: big\nMatch: /listed (?:by|on|in) (?<blocklist>\\S+)/\nNot: delisted\n"
    "Fill: /(?<client_ip>\\d+\\.\\d+\\.\\d+\\.\\d+)/\n\n"
    "Rule: b\nReason: userunknown\nMatch: user unknown\nMatch: no such user\n"
    "Match: /(?:user|box|account).{0,40}(?:full|gone)/\n"
    "Match: /\xd0\xb0\xd0\xb4\xd1\x80\xd0\xb5\xd1\x81/\nMatch: \xe5\xae\x9b\xe5\x85\x88\nBounce: soft\n\n"
    "Rule: c\nReason: blocked\nHost: far.example\nReply: 4xx 55*\nStatus: *.7.1 5.X.2\n"
    "Command: DATA\nRecipient: mail.example\n"
    "Report: delivery\nAction: failed\nField: X-Why /x/\nSet: queue_id 1\n\n"
    "Rule: d\nReason: blocked\nMatch: /wait (?<retry_after>\\d+ \\w+)/\nSet: blocklist none\n";

/* What is promised of every decision. */
static void
check (const ModoriOutcome *outcome, const ModoriDecision *decision)
{
    static const char *const bounces[] = { "hard", "soft", "none", NULL };

    g_assert_true (g_strv_contains (bounces, decision->bounce));
    g_assert_true (decision->reason[0]);
    for (guint i = 0; i < decision->captures.n; i++) {
        ModoriSpan value = decision->captures.items[i].value;

        g_assert_true (value.len == 0 || value.at[value.len - 1] != '\0');
    }
    for (guint key = 0; key < MODORI_N_KEYS; key++)
        g_assert_true (g_utf8_validate (modori_outcome_text (outcome, key), -1, NULL));
}

static void
decide (ModoriRules *rules, ModoriSpan words)
{
    g_autoptr (ModoriMessage) message = modori_message_new ();
    g_autoptr (ModoriReport) report = modori_report_new ();
    ModoriOutcome *outcome;
    ModoriDecision decision;

    modori_message_read (message, MODORI_SPAN_EMPTY);
    modori_report_begin (report, message);
    outcome = modori_report_add (report);
    modori_outcome_set (report, outcome, MODORI_KEY_REPORT, modori_span_of ("delivery"), "", 0);
    modori_outcome_set (report, outcome, MODORI_KEY_ACTION, modori_span_of ("failed"), "", 0);
    modori_outcome_set (report, outcome, MODORI_KEY_DIAGNOSTIC, words, "", 0);
    modori_diagnostic_apply (report, outcome);
    outcome->fields = modori_outcome_text (outcome, MODORI_KEY_DIAGNOSTIC);
    modori_rules_decide (rules, outcome, &decision);
    modori_rules_apply (report, outcome, &decision);
    check (outcome, &decision);
}

static void
run (ModoriSpan text, ModoriSpan words)
{
    g_autoptr (ModoriKnowledge) knowledge = modori_knowledge_parse ("fuzz.rules", text, modori_all_kinds, NULL);
    g_autoptr (ModoriProviders) providers = knowledge ? modori_providers_new (knowledge, NULL) : NULL;
    g_autoptr (ModoriRules) rules = providers ? modori_rules_new (knowledge, providers, NULL) : NULL;

    if (rules)
        decide (rules, words);
}

/* TEXT behind reasons that most rules name. */
static void
run_with_reasons (ModoriSpan text, ModoriSpan words)
{
    static const char *const names[] = {
        "authfailure", "badreputation", "blocked", "contenterror", "exceedlimit", "expired",
        "failedstarttls", "filtered", "hasmoved", "hostunknown", "mailboxfull", "mailererror",
        "mesgtoobig", "networkerror", "norelaying", "notaccept",
        "notcompliantrfc", "onhold", "policyviolation", "rejected", "requireptr", "securityerror", "spamdetected",
        "speeding", "suppressed", "suspend", "syntaxerror", "systemerror", "systemfull", "toomanyconn", "undefined",
        "userunknown", "virusdetected",
    };
    g_autoptr (GString) all = g_string_new (NULL);

    for (guint i = 0; i < G_N_ELEMENTS (names); i++)
        g_string_append_printf (all, "Reason: %s\n\n", names[i]);
    g_string_append_len (all, text.at, (gssize) text.len);
    run (modori_span (all->str, all->len), words);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
    static const char words[] =
        "host mx.example.com[192.0.2.1] said: 550 5.1.1 User unknown, mailbox full, spam, blocked";
    ModoriSpan input = modori_span ((const char *) data, size);
    gssize divider = modori_span_find (input, "\n===\n");

    if (divider >= 0) {
        run (modori_span (input.at, (gsize) divider + 1), modori_span_skip (input, (gsize) divider + 5));
    } else {
        run (modori_span_of (everything), input);
        run_with_reasons (input, modori_span_of (words));
    }
    return 0;
}
