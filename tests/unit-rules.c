/* unit-rules.c - the rules engine: who speaks, which rule fires, what a code alone tells.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "rules/labels.h"
#include "rules/rules.h"

#include "report/diagnostic.h"
#include "rules/engine.h"
#include "text/error.h"

static const char reasons[] =
    "Reason: userunknown\nBounce: hard\nAdvice: clean\n\n"
    "Reason: blocked\nBounce: soft\nAdvice: list\n\n"
    "Reason: mailboxfull\nBounce: soft\n\n"
    "Reason: expired\n\nReason: onhold\n\nReason: undefined\n\n"
    "Reason: delivered\nBounce: none\n\nReason: feedback\nBounce: none\n\nReason: vacation\nBounce: none\n\n"
    "Status: X.1.1\nReason: userunknown\nMeaning: no such mailbox\nMeaning-ja: \xe5\xae\x9b\xe5\x85\x88\n\n"
    "Status: 4.1.1\nReason: blocked\n\n"
    "Status: X.2.X\nReason: mailboxfull\n\n"
    "Status: X.9.9\nMeaning: nothing\n\n"
    "Status: 552\nReason: mailboxfull\n\n"
    "Provider: big\nHosts: big.example *.bigger.example\nDomains: mail.example\nMarks: BIGMARK\n\n"
    "Provider: other\nHosts: other.example, deep.big.example\n\n";

static const char rules[] =
    "Rule: big-full\nReason: mailboxfull\nProvider: big\nMatch: no room\n\n"
    "Rule: other-room\nReason: blocked\nProvider: other\nMatch: no room\n\n"
    "Rule: host-only\nReason: blocked\nHost: strict.example\nMatch: sorry\n\n"
    "Rule: listed\nReason: blocked\nMatch: /listed by (?<blocklist>\\S+) for (?<client_ip>[\\d.]+)/\n"
    "Set: command DATA\nFill: /ticket (?<queue_id>\\w+)/\nNot: delisted\n\n"
    "Rule: wait\nReason: blocked\nMatch: /wait (?<retry_after>\\d+ \\w+)/\n\n"
    "Rule: several\nReason: userunknown\nBounce: soft\nAdvice: special\nReply: 55*\n"
    "Status: *.7.26 5.8.*\nCommand: RCPT MAIL\n\n"
    "Rule: field\nReason: blocked\nField: X-Category /quota|(?<blocklist>list\\d)/\n\n"
    "Rule: unknown\nReason: userunknown\nMatch: user unknown\nMatch: no such user\n\n";

/* All of the engine that rules need. */
typedef struct {
    ModoriKnowledge *knowledge;
    ModoriProviders *providers;
    ModoriRules *rules;
    ModoriMessage *message;
    ModoriReport *report;
} World;

static World
world_new (const char *text)
{
    g_autofree char *all = g_strconcat (reasons, text, NULL);
    GError *error = NULL;
    World world;

    world.knowledge = modori_knowledge_parse ("x.rules", modori_span_of (all), modori_all_kinds, &error);
    g_assert_no_error (error);
    world.providers = modori_providers_new (world.knowledge, &error);
    g_assert_no_error (error);
    world.rules = modori_rules_new (world.knowledge, world.providers, &error);
    g_assert_no_error (error);
    world.message = modori_message_new ();
    world.report = modori_report_new ();
    modori_message_read (world.message, MODORI_SPAN_EMPTY);
    modori_report_begin (world.report, world.message);
    return world;
}

static void
world_clear (World *world)
{
    modori_report_free (world->report);
    modori_message_free (world->message);
    modori_rules_free (world->rules);
    modori_providers_free (world->providers);
    modori_knowledge_free (world->knowledge);
}

/* An outcome with WORDS and the keys of SETTINGS ("key=value key=value"). */
static ModoriOutcome *
outcome_new (World *world, const char *settings, const char *words)
{
    ModoriOutcome *outcome = modori_report_add (world->report);
    g_auto (GStrv) pairs = g_strsplit (settings, " ", -1);

    modori_outcome_set (world->report, outcome, MODORI_KEY_REPORT, modori_span_of ("delivery"), "", 0);
    modori_outcome_set (world->report, outcome, MODORI_KEY_ACTION, modori_span_of ("failed"), "", 0);
    modori_outcome_set (world->report, outcome, MODORI_KEY_DIAGNOSTIC, modori_span_of (words), "", 0);
    outcome->words = modori_outcome_text (outcome, MODORI_KEY_DIAGNOSTIC);
    for (guint i = 0; pairs[i]; i++) {
        char *equals = strchr (pairs[i], '=');

        if (! equals)
            continue;
        *equals = '\0';
        modori_outcome_set (world->report, outcome, modori_key_of (modori_span_of (pairs[i])),
                            modori_span_of (equals + 1), "", 0);
    }
    return outcome;
}

static void
test_decide (void)
{
    static const struct { const char *settings, *words, *rule, *reason, *bounce; } cases[] = {
        /* words, before codes */
        { "status=5.2.2", "User Unknown here", "unknown", "userunknown", "hard" },
        { "status=4.2.2", "User Unknown here", "unknown", "userunknown", "soft" },
        { "reply_code=450", "no such user", "unknown", "userunknown", "soft" },
        { "action=delayed", "no such user", "unknown", "userunknown", "soft" },
        /* who speaks: a rule for another is stopped when the speaker is certain */
        { "", "no room", "big-full", "mailboxfull", "soft" },
        { "remote_mta=mx.big.example", "no room", "big-full", "mailboxfull", "soft" },
        { "remote_mta=mx.other.example", "no room", "other-room", "blocked", "soft" },
        { "remote_mta=mx.deep.big.example", "no room", "other-room", "blocked", "soft" },
        { "remote_mta=notbig.example", "no room", "big-full", "mailboxfull", "soft" },
        { "remote_mta=a.bigger.example.", "no room", "big-full", "mailboxfull", "soft" },
        { "recipient=x@mail.example", "no room", "big-full", "mailboxfull", "soft" },
        { "", "no room bigmark", "big-full", "mailboxfull", "soft" },
        /* Host is strict */
        { "", "sorry", "", "onhold", "soft" },
        { "remote_mta=mx.strict.example", "sorry", "host-only", "blocked", "soft" },
        /* each kind must hold, repeats are alternatives */
        { "reply_code=554 status=5.7.26 command=RCPT", "x y", "several", "userunknown", "soft" },
        { "reply_code=554 status=5.8.1 command=mail", "x y", "several", "userunknown", "soft" },
        { "reply_code=454 status=4.7.26 command=RCPT", "x y", "", "onhold", "soft" },
        { "reply_code=554 status=5.7.25 command=RCPT", "x y", "", "onhold", "soft" },
        { "reply_code=554 status=5.7.26 command=DATA", "x y", "", "onhold", "soft" },
        /* Not */
        { "", "listed by A for 192.0.2.1", "listed", "blocked", "soft" },
        { "", "delisted, not listed by A for 192.0.2.1", "", "onhold", "soft" },
        /* codes */
        { "status=5.1.1", "strange", "X.1.1", "userunknown", "hard" },
        { "status=4.1.1", "strange", "4.1.1", "blocked", "soft" },
        { "status=5.2.99", "strange", "X.2.X", "mailboxfull", "soft" },
        { "status=5.9.9 reply_code=552", "strange", "552", "mailboxfull", "soft" },
        { "status=nonsense reply_code=552", "strange", "552", "mailboxfull", "soft" },
        { "reply_code=599", "strange", "onhold", "onhold", "soft" },
        { "reply_code=599", "550 5.0.0", "", "undefined", "soft" },
        { "action=delayed", "", "expired", "expired", "soft" },
        /* reports that are no failure */
        { "report=feedback", "user unknown", "feedback", "feedback", "none" },
        { "report=auto-reply", "user unknown", "vacation", "vacation", "none" },
        { "action=relayed", "user unknown", "delivered", "delivered", "none" },
        { "report=disposition action=", "", "delivered", "delivered", "none" },
    };
    World world = world_new (rules);

    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        ModoriDecision decision;
        const char *rule;

        modori_rules_decide (world.rules, outcome_new (&world, cases[i].settings, cases[i].words), &decision);
        rule = decision.block ? decision.block->name : "";
        g_test_message ("[%s] %s: %s", cases[i].settings, cases[i].words, rule);
        g_assert_cmpstr (decision.reason, ==, cases[i].reason);
        g_assert_cmpstr (decision.bounce, ==, cases[i].bounce);
        if (cases[i].rule[0])
            g_assert_cmpstr (rule, ==, cases[i].rule);
    }
    world_clear (&world);
}

static void
assert_key (const ModoriOutcome *outcome, ModoriKey key, const char *want)
{
    g_assert_cmpstr (modori_outcome_text (outcome, key), ==, want);
}

static void
test_apply (void)
{
    World world = world_new (rules);
    ModoriOutcome *outcome = outcome_new (&world, "remote_mta=mx.big.example",
                                          "Listed by zen.example for 192.0.2.7, ticket AB12");
    ModoriDecision decision;

    modori_rules_decide (world.rules, outcome, &decision);
    modori_rules_apply (world.report, outcome, &decision);
    assert_key (outcome, MODORI_KEY_REASON, "blocked");
    assert_key (outcome, MODORI_KEY_RULE, "listed");
    assert_key (outcome, MODORI_KEY_ADVICE, "list");
    assert_key (outcome, MODORI_KEY_PROVIDER, "big");
    assert_key (outcome, MODORI_KEY_BLOCKLIST, "zen.example");
    assert_key (outcome, MODORI_KEY_CLIENT_IP, "192.0.2.7");
    assert_key (outcome, MODORI_KEY_QUEUE_ID, "AB12");
    assert_key (outcome, MODORI_KEY_COMMAND, "DATA");
    g_assert_cmpuint (decision.captures.n, ==, 3);

    outcome = outcome_new (&world, "", "please wait 5 minutes");
    modori_rules_decide (world.rules, outcome, &decision);
    modori_rules_apply (world.report, outcome, &decision);
    assert_key (outcome, MODORI_KEY_RETRY_AFTER, "300");
    world_clear (&world);
}

static void
test_field (void)
{
    World world = world_new (rules);
    ModoriOutcome *outcome = outcome_new (&world, "", "whatever");
    ModoriDecision decision;

    outcome->fields = "Final-Recipient: rfc822; x@example.com\nX-Category: on list7\n";
    modori_rules_decide (world.rules, outcome, &decision);
    g_assert_nonnull (decision.block);
    g_assert_cmpstr (decision.block->name, ==, "field");
    g_assert_true (modori_span_is (modori_captures_get (&decision.captures, "blocklist"), "list7"));
    outcome->fields = "X-Category-2: list7\nX-Category: none\n";
    modori_rules_decide (world.rules, outcome, &decision);
    g_assert_cmpstr (decision.reason, ==, "onhold");
    world_clear (&world);
}

static void
test_texts (void)
{
    World world = world_new ("");
    static const struct { const char *status, *lang, *want; } cases[] = {
        { "5.1.1", "", "no such mailbox" },
        { "5.1.1", "ja", "\xe5\xae\x9b\xe5\x85\x88" },
        { "5.1.99", "", "" },
        { "", "", "" },
        { "5.1.1.1", "", "" },
        { "5..1", "", "" },
        { "5.1234567.12345678901", "", "" },
    };

    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autofree char *meaning = modori_rules_status_meaning (world.rules, cases[i].status, cases[i].lang);

        g_assert_cmpstr (meaning, ==, cases[i].want);
    }
    world_clear (&world);
}

static void
test_errors (void)
{
    static const struct { const char *text, *want; } cases[] = {
        { "Rule: a\nMatch: x\n", "x.rules: line *: Rule a has no Reason" },
        { "Rule: a\nReason: odd\nMatch: x\n", "x.rules: line *: there is no Reason \"odd\"" },
        { "Rule: a\nReason: blocked\n", "x.rules: line *: Rule a has no condition: *" },
        { "Rule: a\nReason: blocked\nNot: x\n", "x.rules: line *: Rule a has no condition: *" },
        { "Rule: a\nReason: blocked\nProvider: huge\n", "x.rules: line *: there is no Provider \"huge\"" },
        { "Rule: a\nReason: blocked\nMatch: /x/q\n", "x.rules: line *: unknown flag \"q\" *" },
        { "Rule: a\nReason: blocked\nMatch:\n", "x.rules: line *: Match needs a value" },
        { "Rule: a\nReason: blocked\nBounce: often\nMatch: x\n", "x.rules: line *: Bounce is hard, soft or none, *" },
        { "Rule: a\nReason: blocked\nSet: reason x\nMatch: x\n", "x.rules: line *: Set is \"key value\" *" },
        { "Reason: odd\nBounce: often\n", "x.rules: line *: Bounce is hard, soft or none, *" },
    };

    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autofree char *all = g_strconcat (reasons, cases[i].text, NULL);
        g_autoptr (ModoriKnowledge) knowledge =
            modori_knowledge_parse ("x.rules", modori_span_of (all), modori_all_kinds, NULL);
        g_autoptr (ModoriProviders) providers = modori_providers_new (knowledge, NULL);
        g_autoptr (GError) error = NULL;

        g_assert_null (modori_rules_new (knowledge, providers, &error));
        g_test_message ("%s", error->message);
        g_assert_true (g_pattern_match_simple (cases[i].want, error->message));
    }
}

static void
test_two_owners (void)
{
    static const char text[] = "Provider: a\nHosts: x.example\n\nProvider: b\nHosts: y.example x.example\n";
    g_autoptr (ModoriKnowledge) knowledge =
        modori_knowledge_parse ("x.rules", modori_span_of (text), modori_all_kinds, NULL);
    g_autoptr (GError) error = NULL;

    g_assert_null (modori_providers_new (knowledge, &error));
    g_assert_error (error, MODORI_ERROR, MODORI_ERROR_SYNTAX);
}

static void
test_below (void)
{
    static const struct { const char *host, *domain; gboolean want; } cases[] = {
        { "mx.google.com", "google.com", TRUE },
        { "google.com", "*.google.com", TRUE },
        { "MX.Google.com.", ".google.COM", TRUE },
        { "notgoogle.com", "google.com", FALSE },
        { "google.com.example", "google.com", FALSE },
        { "", "google.com", FALSE },
        { "google.com", "", FALSE },
        { "google.com", ".", FALSE },
    };

    for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
        g_assert_cmpint (modori_host_is_below (modori_span_of (cases[i].host), modori_span_of (cases[i].domain)), ==,
                         cases[i].want);
}

/* Rules that are looked up by a host, a domain or a code are asked in their order among all others. */
static void
test_ways (void)
{
    static const char text[] =
        "Rule: host\nReason: blocked\nHost: mx.a.example *.b.example.\nMatch: full\nMatch: /is (?:no|out of) room/\n\n"
        "Rule: both\nReason: blocked\nHost: a.example\nRecipient: c.example\nMatch: full\n\n"
        "Rule: recipient\nReason: blocked\nRecipient: c.example\nStatus: 5.*.*\n\n"
        "Rule: twice\nReason: blocked\nHost: d.example mx.d.example\n\n"
        "Rule: status\nReason: blocked\nStatus: 5.9.1 5.9.2\nReply: 55x\n\n"
        "Rule: reply\nReason: blocked\nReply: 559\nStatus: 5.9.x\n\n"
        "Rule: wide\nReason: blocked\nStatus: 5.9.3 4.9.*\n\n"
        "Rule: words\nReason: blocked\nMatch: full\n\n";
    static const struct { const char *settings, *words, *rule; } cases[] = {
        { "remote_mta=MX.A.example", "is full", "host" },
        { "remote_mta=x.mx.a.example.", "there is out of room", "host" },
        { "remote_mta=b.example", "full", "host" },
        { "remote_mta=mx.b.example", "empty", "" },
        { "remote_mta=a.example recipient=jane@mx.c.example status=5.0.1", "full", "both" },
        { "remote_mta=xa.example recipient=jane@mx.c.example status=5.0.1", "full", "recipient" },
        { "recipient=jane@C.EXAMPLE status=5.0.1", "", "recipient" },
        { "recipient=jane@c.example status=4.0.1", "full", "words" },
        { "recipient=c.example status=5.0.1", "full", "words" },
        { "remote_mta=mx.d.example status=5.9.1 reply_code=551", "full", "twice" },
        { "status=5.9.2 reply_code=551", "full", "status" },
        { "status=5.9.2 reply_code=541", "full", "words" },
        { "status=5.9.4 reply_code=559", "full", "reply" },
        { "status=15.9.2 reply_code=551", "full", "words" },
        { "status=5.9.3", "full", "wide" },
        { "status=4.9.77", "", "wide" },
    };
    World world = world_new (text);

    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        ModoriOutcome *outcome = outcome_new (&world, cases[i].settings, cases[i].words);
        ModoriDecision decision;
        gboolean rule;

        modori_rules_decide (world.rules, outcome, &decision);
        rule = decision.block && decision.block->kind == &modori_rule_kind;
        g_assert_cmpstr (rule ? decision.block->name : "", ==, cases[i].rule);
    }
    world_clear (&world);
}

/* More domains than the table has places at first. */
static void
test_labels (void)
{
    g_autoptr (ModoriLabels) labels = modori_labels_new ();
    g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
    guint found[MODORI_LABELS_MAX];

    for (guint i = 0; i < 1000; i++)
        g_ptr_array_add (names, g_strdup_printf ("%s%u.Example", i % 3 ? "mx." : "", i / 3));
    for (guint i = 0; i < names->len; i++)
        modori_labels_add (labels, modori_span_of (names->pdata[i]));
    for (guint i = 0; i < 999; i += 3) {
        g_autofree char *host = g_strdup_printf ("a.MX.%u.example.", i / 3);

        g_assert_cmpuint (modori_labels_find (labels, modori_span_of (host), found), ==, 2);
        g_assert_cmpuint (modori_labels_add (labels, modori_span_of (names->pdata[i])), ==, found[0]);
        g_assert_cmpuint (modori_labels_add (labels, modori_span_of (names->pdata[i + 1])), ==, found[1]);
    }
    g_assert_cmpuint (modori_labels_find (labels, modori_span_of ("example"), found), ==, 0);
    g_assert_cmpuint (modori_labels_find (labels, modori_span_of (".."), found), ==, 0);
    g_assert_cmpuint (modori_labels_find (labels, MODORI_SPAN_EMPTY, found), ==, 0);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/rules/decide", test_decide);
    g_test_add_func ("/rules/apply", test_apply);
    g_test_add_func ("/rules/ways", test_ways);
    g_test_add_func ("/rules/labels", test_labels);
    g_test_add_func ("/rules/field", test_field);
    g_test_add_func ("/rules/texts", test_texts);
    g_test_add_func ("/rules/errors", test_errors);
    g_test_add_func ("/rules/two-owners", test_two_owners);
    g_test_add_func ("/rules/below", test_below);
    return g_test_run ();
}
