/* unit-advice.c - tests of advice: facts of a case, placeholders, steps, kinds of senders.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "rules/advice.h"

static const char rules[] =
    "Advice: first\n"
    "Title: First of {from_domain|your domain}\n"
    "Title-ja: 最初の{from_domain|ドメイン}\n"
    "Why: Because of {remote_mta}.\n"
    "Why-ja: 理由。\n"
    "Step: All\n"
    "Step-ja: 全員\n"
    "Record: {spf_domain|example.com} | TXT | 3600 | v=spf1 {spf_term|ip4:192.0.2.10} ~all\n"
    "Step: Hoster only\n"
    "For: hoster\n"
    "Step: Not for hosters\n"
    "For: !hoster\n"
    "Step: Unknown too\n"
    "For: own-server unknown\n"
    "Step: Known sender {sender_domain}\n"
    "If: sender_domain\n"
    "Step: No sender\n"
    "If: !sender_domain\n"
    "Step: By exim\n"
    "If: mta=qmail,exim*\n"
    "Step: Not by qmail\n"
    "If: mta !mta=qmail,q*\n"
    "Include: second\n"
    "See: https://example.com/\n"
    "\n"
    "Advice: second\n"
    "Title: Second\n"
    "Hint: The hint\n"
    "Step: Included\n"
    "Command: grep '{recipient|taro@example.net}' log | awk '{print $1}'\n"
    "Text: X-Shop: {from_domain|example.com}\n"
    "Include: first\n"
    "\n"
    "Sender: send-as\n"
    "If-Words: doesn't match the host\n"
    "\n"
    "Sender: service\n"
    "If-Host: service.example\n"
    "Spf: service.example include:service.example\n"
    "\n"
    "Sender: hoster\n"
    "If-Host: sakura.ne.jp\n"
    "Not-Host: vs.sakura.ne.jp\n"
    "Servers: sakura.ne.jp\n"
    "\n"
    "Sender: mailbox\n"
    "If-From: free.example mail.example\n"
    "If-Host: mail.example\n"
    "\n"
    "Sender: own-server\n"
    "Same: sending_host from_domain\n"
    "\n"
    "Blocklist: Some List\n"
    "Match: /list\\.example\\.com(?:.*\\bip=(?<client_ip>[0-9a-f.:]+))?/\n"
    "Lists: ip\n"
    "Look-Up: https://list.example.com/look\n"
    "Look-Up: list.example.com\n"
    "\n"
    "Blocklist: Names\n"
    "Match: /(?<listed_domain>\\S+) is in names\\.example/\n"
    "Lists: domain\n"
    "Look-Up: names.example\n"
    "\n"
    "Blocklist: Closed\n"
    "Match: closed.example\n"
    "Lists: nobody\n"
    "Note: Gone.\n";

/* A bounce of one recipient, made by hand. */
typedef struct {
    ModoriKnowledge *knowledge;
    ModoriAdviser *adviser;
    ModoriMessage *message;
    ModoriMessage *returned;
    ModoriReport *report;
    ModoriOutcome *outcome;
    ModoriCase *facts;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
    static const ModoriKind *const kinds[] = { &modori_advice_kind, &modori_sender_kind,
                                              &modori_blocklist_kind, NULL };
    g_autoptr (GError) error = NULL;

    (void) data;
    fixture->knowledge = modori_knowledge_parse ("test.rules", modori_span_of (rules), kinds,
                                                 &error);
    g_assert_no_error (error);
    fixture->adviser = modori_adviser_new (fixture->knowledge, NULL, &error);
    g_assert_no_error (error);
    fixture->message = modori_message_new ();
    fixture->returned = modori_message_new ();
    fixture->report = modori_report_new ();
    modori_message_read (fixture->message, MODORI_SPAN_EMPTY);
    modori_report_begin (fixture->report, fixture->message);
    fixture->outcome = modori_report_add (fixture->report);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
    (void) data;
    modori_case_free (fixture->facts);
    modori_report_free (fixture->report);
    modori_message_free (fixture->message);
    modori_message_free (fixture->returned);
    modori_adviser_free (fixture->adviser);
    modori_knowledge_free (fixture->knowledge);
}

static void
set_key (Fixture *fixture, ModoriKey key, const char *value)
{
    modori_outcome_set (fixture->report, fixture->outcome, key, modori_span_of (value), "test", 0);
}

/* Gather the facts anew, for the returned message TEXT. */
static void
gather (Fixture *fixture, const char *text)
{
    modori_case_free (fixture->facts);
    modori_message_read (fixture->returned, modori_span_of (text));
    fixture->facts = modori_case_new (fixture->outcome, NULL, fixture->returned);
    g_free (modori_adviser_title (fixture->adviser, "first", "", fixture->facts));     /* lends
                                                                                        * its
                                                                                        * sources */
}

#define assert_fact(name, want) g_assert_cmpstr (modori_case_get (fixture->facts, name), ==, want)

static void
test_own_server (Fixture *fixture, gconstpointer data)
{
    (void) data;
    set_key (fixture, MODORI_KEY_REPORTING_MTA, "mail.example.jp");
    set_key (fixture, MODORI_KEY_CLIENT_IP, "203.0.113.7");
    set_key (fixture, MODORI_KEY_RECIPIENT, "taro@example.net");
    set_key (fixture, MODORI_KEY_REMOTE_MTA, "mx.example.net");
    set_key (fixture, MODORI_KEY_SENDER, "shop@example.jp");
    gather (fixture, "From: Shop <Shop@Example.JP>\n"
            "DKIM-Signature: v=1; d=other.example; s=x1\n"
            "DKIM-Signature: v=1; d=example.jp;\n s=sel9; h=From\n"
            "Message-ID: <1@localhost.localdomain>\n\n");
    assert_fact ("from_domain", "example.jp");
    assert_fact ("from_address", "Shop@Example.JP");
    assert_fact ("recipient_domain", "example.net");
    assert_fact ("spf_domain", "example.jp");
    assert_fact ("sending_host", "mail.example.jp");
    assert_fact ("sending_ip", "203.0.113.7");
    assert_fact ("spf_term", "ip4:203.0.113.7");
    assert_fact ("mail_host", "mail.example.jp");
    assert_fact ("dkim_domain", "example.jp");
    assert_fact ("dkim_selector", "sel9");
    assert_fact ("message_id_host", "localhost.localdomain");
    assert_fact ("recipient", "taro@example.net");
    assert_fact ("queue_id", NULL);
    assert_fact ("no_such_fact", NULL);
    g_assert_cmpstr (modori_adviser_kind_of (fixture->adviser, fixture->outcome, fixture->returned),
                     ==, "own-server");
}

/* A hoster's machine: its name stays when its address changes. */
static void
test_hoster (Fixture *fixture, gconstpointer data)
{
    (void) data;
    set_key (fixture, MODORI_KEY_REPORTING_MTA, "www1234.sakura.ne.jp");
    set_key (fixture, MODORI_KEY_CLIENT_IP, "203.0.113.7");
    set_key (fixture, MODORI_KEY_SENDER, "shop@example.jp");
    set_key (fixture, MODORI_KEY_RECIPIENT, "taro@gmail.example");
    gather (fixture, "From: shop@example.jp\n"
            "Received: from [192.168.0.9] (p1.isp.example [192.0.2.9])\n"
            " (authenticated bits=0) by www1234.sakura.ne.jp with ESMTPSA; x\n\n");
    assert_fact ("spf_term", "a:www1234.sakura.ne.jp mx");
    assert_fact ("mail_host", "mail.example.jp");
    assert_fact ("smtp_hosts", "www1234.sakura.ne.jp");
    g_assert_cmpstr (modori_adviser_kind_of (fixture->adviser, fixture->outcome, fixture->returned),
                     ==, "hoster");
    set_key (fixture, MODORI_KEY_REPORTING_MTA, "a1-2.service.example");
    gather (fixture, "From: shop@example.jp\n\n");
    assert_fact ("spf_term", "include:service.example");
}

/* The far side took the mail first: who gave it to it stands in Received. */
static void
test_far_side (Fixture *fixture, gconstpointer data)
{
    (void) data;
    set_key (fixture, MODORI_KEY_REPORTING_MTA, "mx1.example.net");
    set_key (fixture, MODORI_KEY_RECIPIENT, "taro@example.net");
    gather (fixture, "Return-Path: <apache@vps.isp.example>\n"
            "Received: from mx1.example.net (mx1.example.net [198.51.100.3])\n"
            "\tby store.example.net with LMTP; x\n"
            "Received: from localhost.localdomain (unknown [203.0.113.7])\n"
            "\tby mx1.example.net with ESMTP; x\n"
            "Received: by localhost.localdomain (Postfix, from userid 48); x\n"
            "From: shop@example.jp\n\n");
    assert_fact ("sending_ip", "203.0.113.7");
    assert_fact ("helo", "localhost.localdomain");
    assert_fact ("sender_domain", "vps.isp.example");
}

/* Nothing that is private or was never set may be proposed. */
static void
test_nothing_private (Fixture *fixture, gconstpointer data)
{
    (void) data;
    set_key (fixture, MODORI_KEY_REPORTING_MTA, "localhost.localdomain");
    set_key (fixture, MODORI_KEY_CLIENT_IP, "192.168.0.7");
    set_key (fixture, MODORI_KEY_SENDER, "apache@localhost.localdomain");
    gather (fixture, "From: shop@example.jp\n"
            "Received: from localhost (localhost [127.0.0.1]) by localhost.localdomain; x\n\n");
    assert_fact ("sending_host", NULL);
    assert_fact ("sending_ip", NULL);
    assert_fact ("spf_term", NULL);
    assert_fact ("sender_domain", NULL);
    assert_fact ("spf_domain", "example.jp");
    assert_fact ("mail_host", "mail.example.jp");
    gather (fixture, "");
    assert_fact ("from_domain", NULL);
}

static void
test_fill (Fixture *fixture, gconstpointer data)
{
    static const struct { const char *text, *want; gboolean example; } cases[] = {
        { "plain", "plain", FALSE },
        { "to {recipient}", "to $(reboot)@example.net", FALSE },
        { "{from_domain|example.com}.", "example.jp.", FALSE },
        { "{sending_ip|192.0.2.10}", "192.0.2.10", TRUE },
        { "{sending_ip}", "<sending_ip>", TRUE },
        { "{sending_ip|the address}", "the address", FALSE },
        { "awk '{print $1}' {", "awk '{print $1}' {", FALSE },
        { "{}{|x}{Name}", "{}{|x}{Name}", FALSE },
        { "{recipient", "{recipient", FALSE },
        { "check {from_domain|x}[[ --ip {sending_ip|192.0.2.1}]]", "check example.jp", FALSE },
        { "check[[ {from_domain}]][[ --ip {sending_ip}]] end", "check example.jp end", FALSE },
        { "[[ -f file ]] {from_domain} [[x", " -f file  example.jp [[x", FALSE },
    };

    (void) data;
    set_key (fixture, MODORI_KEY_RECIPIENT, "$(reboot)@example.net");
    gather (fixture, "From: shop@example.jp\n\n");
    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        gboolean example = FALSE;
        g_autofree char *got = modori_case_fill (fixture->facts, modori_span_of (cases[i].text),
                                                 &example);

        g_assert_cmpstr (got, ==, cases[i].want);
        g_assert_cmpint (example, ==, cases[i].example);
    }
}

/* The steps as one text: "kind:text" lines. */
static char *
steps (Fixture *fixture, const char *name, const char *lang, const char *kind)
{
    g_autoptr (GArray) lines = modori_adviser_steps (fixture->adviser, name, lang, kind,
                                                     fixture->facts);
    GString *text = g_string_new (NULL);

    for (guint i = 0; i < lines->len; i++) {
        const ModoriAdviceLine *line = &g_array_index (lines, ModoriAdviceLine, i);

        g_string_append_printf (text, "%c%s%s\n", "sctrke"[line->kind], line->example ? "?" : ":",
                                line->text);
    }
    return g_string_free (text, FALSE);
}

static void
test_steps (Fixture *fixture, gconstpointer data)
{
    g_autofree char *unknown = NULL, *hoster = NULL, *japanese = NULL, *none = NULL;

    (void) data;
    set_key (fixture, MODORI_KEY_RECIPIENT, "taro@example.net");
    set_key (fixture, MODORI_KEY_SENDER, "shop@example.jp");
    gather (fixture, "From: shop@example.jp\n\n");
    unknown = steps (fixture, "first", "", "");
    g_assert_true (g_str_has_prefix (unknown, "s:All\n"
                                     "r?example.jp | TXT | 3600 | v=spf1 ip4:192.0.2.10 ~all\n"
                                     "s:Not for hosters\ns:Unknown too\ns:Known sender example.jp\n"
                                     "s:Included\n"
                                     "c:grep 'taro@example.net' log | awk '{print $1}'\n"
                                     "t:X-Shop: example.jp\n"));
    g_assert_true (g_str_has_suffix (unknown, "e:https://example.com/\n"));
    hoster = steps (fixture, "first", "", "hoster");
    g_assert_nonnull (strstr (hoster, "s:Hoster only\n"));
    g_assert_null (strstr (hoster, "s:Not for hosters\n"));
    g_assert_null (strstr (hoster, "s:Unknown too\n"));
    japanese = steps (fixture, "first", "ja", "");
    g_assert_true (g_str_has_prefix (japanese, "s:全員\n"));
    none = steps (fixture, "no-such-advice", "", "");
    g_assert_cmpstr (none, ==, "");
}

/* What a stranger wrote is never put where it will be typed into a shell. */
static void
test_no_injection (Fixture *fixture, gconstpointer data)
{
    static const char *const recipients[] = {
        "'; reboot; '@example.net", "$(reboot)@example.net", "a b@example.net", "-rf@example.net",
            "`x`@example.net",
    };

    (void) data;
    for (guint i = 0; i < G_N_ELEMENTS (recipients); i++) {
        g_autofree char *text = NULL;

        set_key (fixture, MODORI_KEY_RECIPIENT, recipients[i]);
        gather (fixture, "From: shop@example.jp; reboot\n\n");
        text = steps (fixture, "second", "", "");
        g_assert_null (strstr (text, recipients[i]));
        g_assert_nonnull (strstr (text, "c?grep 'taro@example.net' log"));
    }
}

static void
test_texts (Fixture *fixture, gconstpointer data)
{
    g_autofree char *title = NULL, *japanese = NULL, *hint = NULL, *default_hint = NULL,
        *nothing = NULL, *why = NULL;

    (void) data;
    set_key (fixture, MODORI_KEY_REMOTE_MTA, "mx.example.net");
    gather (fixture, "From: shop@example.jp\n\n");
    title = modori_adviser_title (fixture->adviser, "first", "", fixture->facts);
    g_assert_cmpstr (title, ==, "First of example.jp");
    japanese = modori_adviser_title (fixture->adviser, "first", "ja", NULL);
    g_assert_cmpstr (japanese, ==, "最初のドメイン");
    hint = modori_adviser_hint (fixture->adviser, "second", "ja", NULL);
    g_assert_cmpstr (hint, ==, "The hint");
    default_hint = modori_adviser_hint (fixture->adviser, "first", "", fixture->facts);
    g_assert_cmpstr (default_hint, ==, "First of example.jp");
    why = modori_adviser_why (fixture->adviser, "first", "", fixture->facts);
    g_assert_cmpstr (why, ==, "Because of mx.example.net.");
    nothing = modori_adviser_hint (fixture->adviser, "no-such-advice", "", NULL);
    g_assert_cmpstr (nothing, ==, "");
}

static void
test_words (Fixture *fixture, gconstpointer data)
{
    const ModoriBlock *list;

    (void) data;
    fixture->outcome->words = "TLS Negotiation failed, the certificate doesn't match the host.";
    g_assert_cmpstr (modori_adviser_kind_of (fixture->adviser, fixture->outcome, NULL), ==,
                     "send-as");
    g_assert_null (modori_adviser_blocklist (fixture->adviser, fixture->outcome));
    fixture->outcome->words = "554 blocked using list.example.com";
    list = modori_adviser_blocklist (fixture->adviser, fixture->outcome);
    g_assert_nonnull (list);
    g_assert_cmpstr (list->name, ==, "Some List");
    gather (fixture, "");
    assert_fact ("blocklist_title", "Some List");
    assert_fact ("blocklist_look_up", "https://list.example.com/look");
    assert_fact ("blocklist_removal", NULL);
}

/* What is listed, and the name under which the DNS tells it. */
static void
test_blocklist (Fixture *fixture, gconstpointer data)
{
    static const struct { const char *words, *listed, *query; } cases[] = {
        { "554 see list.example.com?ip=192.0.2.10", "192.0.2.10", "10.2.0.192.list.example.com" },
        { "554 see list.example.com?ip=2001:db8::1", "2001:db8::1",
          "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.list.example.com" },
        { "554 see list.example.com?ip=10.0.0.1", NULL, NULL },
        { "554 shop.example.jp is in names.example", "shop.example.jp",
          "shop.example.jp.names.example" },
        { "554 $(reboot) is in names.example", NULL, NULL },
        { "554 closed.example", NULL, NULL },
    };

    (void) data;
    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        fixture->outcome->words = cases[i].words;
        gather (fixture, "");
        assert_fact ("blocklist_listed", cases[i].listed);
        assert_fact ("blocklist_query", cases[i].query);
    }
    assert_fact ("blocklist_lists", "nobody");
    assert_fact ("blocklist_note", "Gone.");
}

static void
test_waiting (Fixture *fixture, gconstpointer data)
{
    static const struct { const char *seconds, *want; } cases[] = {
        { "1", "1 second" }, { "90", "90 seconds" }, { "300", "5 minutes" }, { "301", "6 minutes" },
        { "3600", "60 minutes" }, { "14400", "4 hours" }, { "604800", "7 days" }, { "0", NULL },
    };

    (void) data;
    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        set_key (fixture, MODORI_KEY_RETRY_AFTER, cases[i].seconds);
        gather (fixture, "");
        if (cases[i].want)
            assert_fact ("retry_after", cases[i].want);
    }
}

/* The program of the sender's own server, and whose domain From has. */
static void
test_programs (Fixture *fixture, gconstpointer data)
{
    g_autofree char *unknown = NULL, *exim = NULL;

    (void) data;
    set_key (fixture, MODORI_KEY_DIALECT, "exim-own-words");
    gather (fixture, "From: a@free.example\n\n");
    assert_fact ("mta", NULL);
    assert_fact ("public_from", "free.example");
    unknown = steps (fixture, "first", "", "");
    g_assert_null (strstr (unknown, "qmail"));
    set_key (fixture, MODORI_KEY_REMOTE_MTA, "mx.example.net");
    gather (fixture, "From: a@example.jp\n\n");
    assert_fact ("mta", "exim-own-words");
    assert_fact ("public_from", NULL);
    exim = steps (fixture, "first", "", "");
    g_assert_nonnull (strstr (exim, "s:By exim\ns:Not by qmail\n"));
    set_key (fixture, MODORI_KEY_REPORTING_MTA, "mx.example.net");
    gather (fixture, "From: a@example.jp\n\n");
    assert_fact ("mta", NULL);
}

static void
test_check (Fixture *fixture, gconstpointer data)
{
    const ModoriBlock *block = modori_knowledge_block (fixture->knowledge, &modori_advice_kind,
                                                       "second");

    (void) data;
    g_assert_false (modori_adviser_check (fixture->adviser, block, NULL));      /* no Japanese */
}

int
main (int argc, char **argv)
{
    static const struct { const char *path; void (*test) (Fixture *, gconstpointer); } tests[] = {
        { "/case/own-server", test_own_server },
        { "/case/hoster", test_hoster },
        { "/case/far-side", test_far_side },
        { "/case/nothing-private", test_nothing_private },
        { "/case/fill", test_fill },
        { "/advice/steps", test_steps },
        { "/advice/no-injection", test_no_injection },
        { "/advice/texts", test_texts },
        { "/advice/words", test_words },
        { "/case/blocklist", test_blocklist },
        { "/case/waiting", test_waiting },
        { "/case/programs", test_programs },
        { "/advice/check", test_check },
    };

    g_test_init (&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
        g_test_add (tests[i].path, Fixture, NULL, set_up, tests[i].test, tear_down);
    return g_test_run ();
}
