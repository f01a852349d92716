/* unit-findings.c - tests of what findings are made of: addresses, domains, hops, conditions.
 *
 * The examples of rules/ are run by tests/rules.t; here are the pieces, and what must not be
 * found.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "rules/addrlist.h"
#include "rules/advice.h"
#include "rules/domain.h"
#include "rules/findings.h"
#include "rules/header.h"
#include "rules/pairs.h"
#include "rules/received.h"
#include "rules/sample.h"
#include "rules/verdict.h"
#include "text/fields.h"

static char *
copy (ModoriSpan span)
{
    return modori_span_dup (span);
}

static void
test_addresses (void)
{
    static const struct { const char *list, *want; } cases[] = {
        { "taro@example.jp", "taro@example.jp" },
        { "Taro <taro@example.jp>", "taro@example.jp" },
        { "\"Yamada, Taro\" <taro@example.jp>, hanako@example.jp",
         "taro@example.jp|hanako@example.jp" },
        { "taro@example.jp (Yamada, Taro)", "taro@example.jp" },
        { "\"a b\"@example.jp", "\"a b\"@example.jp" },
        { "friends: a@example.jp, b@example.jp;, c@example.jp",
         "a@example.jp|b@example.jp|c@example.jp" },
        { "undisclosed-recipients:;", "" },
        { "<>", "" },
        { "Taro <taro@example.jp", "taro@example.jp" },
        { "us..er@docomo.example, user.@docomo.example",
         "us..er@docomo.example|user.@docomo.example" },
        { " ,, ; ", "" },
        { "(((", "" },
        { "\"open", "\"open" },
        { "a@b\n <c@d>", "c@d" },
    };

    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        ModoriSpan rest = modori_span_of (cases[i].list), address;
        g_autoptr (GString) got = g_string_new (NULL);

        while (modori_addrlist_next (&rest, &address)) {
            g_string_append (got, got->len ? "|" : "");
            g_string_append_len (got, address.at, (gssize) address.len);
        }
        g_test_message ("\"%s\"", cases[i].list);
        g_assert_cmpstr (got->str, ==, cases[i].want);
    }
}

static void
test_organisation (void)
{
    static const struct { const char *host, *want; } cases[] = {
        { "example.jp", "example.jp" },
        { "mail.example.jp", "example.jp" },
        { "www1234.example.ne.jp", "example.ne.jp" },
        { "mail.city.kawasaki.jp", "city.kawasaki.jp" },
        { "www.shop.example.kobe.jp", "shop.example.kobe.jp" },
        { "Mail.Shop.GitHub.io.", "Shop.GitHub.io" },
        { "github.io", "github.io" },
        { "a.b.example.co.uk", "example.co.uk" },
        { "mx.example.com.", "example.com" },
        { "mail.co.example", "co.example" },
        { "192.0.2.1", "" },
        { "[192.0.2.1]", "" },
        { "localhost", "" },
        { "", "" },
    };

    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autofree char *got = copy (modori_domain_organisation (modori_span_of (cases[i].host)));

        g_test_message ("\"%s\"", cases[i].host);
        g_assert_cmpstr (got, ==, cases[i].want);
    }
}

static void
test_agreement (void)
{
    static const struct { const char *a, *b; gboolean want; } cases[] = {
        { "example.jp", "example.jp", TRUE },
        { "Mail.Example.JP", "example.jp.", TRUE },
        { "example.co.jp", "mx.example.co.jp", TRUE },
        { "mx.example.co.jp", "www.example.co.jp", TRUE },
        { "mx.shop.example", "www.shop.example", TRUE },
        { "mail.example.com", "mail.example.net", FALSE },
        { "example.co.jp", "example.or.jp", FALSE },
        { "mail.example.co.jp", "www.example2.co.jp", FALSE },
        { "co.jp", "example.co.jp", FALSE },
        { "a.city.kawasaki.jp", "b.city.kawasaki.jp", TRUE },
        { "a.example.kawasaki.jp", "b.other.kawasaki.jp", FALSE },
        { "shop.github.io", "other.github.io", FALSE },
        { "a.shop.github.io", "b.shop.github.io", TRUE },
        { "notexample.jp", "example.jp", FALSE },
        { "localhost", "localhost", FALSE },
        { "192.0.2.1", "192.0.2.1", FALSE },
        { "", "", FALSE }, { "example.jp", "", FALSE }, { "", "example.jp", FALSE },
    };

    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_test_message ("%s, %s", cases[i].a, cases[i].b);
        g_assert_cmpint (modori_domain_agrees (modori_span_of (cases[i].a),
                                               modori_span_of (cases[i].b)), ==, cases[i].want);
    }
}

static void
test_public_names (void)
{
    static const struct { const char *host; gboolean want; } cases[] = {
        { "mail.example.jp", TRUE }, { "example.jp.", TRUE }, { "_dmarc.example.jp", TRUE },
        { "localhost", FALSE }, { "localhost.localdomain", FALSE }, { "web01.local", FALSE },
        { "vps-server", FALSE }, { "192.0.2.1", FALSE }, { "a..b.jp", FALSE }, { ".jp", FALSE },
        { "exa mple.jp", FALSE }, { "x;rm -rf.jp", FALSE }, { "host.home.arpa", FALSE },
            { "", FALSE },
    };

    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_test_message ("\"%s\"", cases[i].host);
        g_assert_cmpint (modori_domain_is_public (modori_span_of (cases[i].host)), ==,
                         cases[i].want);
    }
}

static void
test_public_addresses (void)
{
    static const struct { const char *ip; gboolean want; } cases[] = {
        { "192.0.2.1", TRUE }, { "[203.0.113.7]", TRUE }, { "IPv6:2001:db8::1", TRUE },
            { "2001:db8::1", TRUE },
        { "::ffff:203.0.113.7", TRUE }, { "172.32.0.1", TRUE },
        { "10.0.0.1", FALSE }, { "127.0.0.1", FALSE }, { "192.168.1.1", FALSE },
            { "172.16.0.1", FALSE },
        { "172.31.255.255", FALSE }, { "169.254.1.1", FALSE }, { "100.64.0.1", FALSE },
            { "::1", FALSE },
        { "fe80::1", FALSE }, { "fd00::1", FALSE }, { "::ffff:10.0.0.1", FALSE },
            { "0.0.0.0", FALSE },
        { "224.0.0.1", FALSE }, { "1.2.3", FALSE }, { "", FALSE }, { "mail.example.jp", FALSE },
    };

    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_test_message ("\"%s\"", cases[i].ip);
        g_assert_cmpint (modori_domain_ip_is_public (modori_span_of (cases[i].ip)), ==,
                         cases[i].want);
    }
}

/* Each server has a way of its own to write the same. */
static void
test_received (void)
{
    static const struct { const char *value, *helo, *reverse, *ip, *by; gboolean unnamed,
                         authenticated; } cases[] = {
        { "from a.example (b.example [192.0.2.1])\n\tby mx.example with ESMTP id 1; Thu, 1 Feb 2024",
          "a.example", "b.example", "192.0.2.1", "mx.example", FALSE, FALSE },
        { "from a.example (unknown [192.0.2.1]) by mx.example with ESMTPSA id 1; Thu, 1 Feb 2024",
          "a.example", "", "192.0.2.1", "mx.example", TRUE, TRUE },
        { "from b.example ([192.0.2.1] helo=a.example) by mx.example with esmtp (Exim 4.96) id 1",
          "a.example", "b.example", "192.0.2.1", "mx.example", FALSE, FALSE },
        { "from unknown (HELO a.example) (192.0.2.1) by mx.example with SMTP; 1 Feb 2024",
          "a.example", "", "192.0.2.1", "mx.example", FALSE, FALSE },
        { "from b.example (HELO a.example) (ident@192.0.2.1) by mx.example with SMTP",
          "a.example", "b.example", "192.0.2.1", "mx.example", FALSE, FALSE },
        { "from a.example (user@b.example. [192.0.2.1] (may be forged)) by mx.example with ESMTP",
          "a.example", "b.example", "192.0.2.1", "mx.example", TRUE, FALSE },
        { "from A.example (192.0.2.1) by B.example (10.0.0.1) with Microsoft SMTP Server id 15.1",
          "A.example", "", "192.0.2.1", "B.example", FALSE, FALSE },
        { "from [127.0.0.1] (localhost [IPv6:::1]) by mx.example with ESMTP",
          "127.0.0.1", "", "::1", "mx.example", FALSE, FALSE },
        { "from pc (b.example [192.0.2.1]) (Authenticated sender: taro) by mx.example with ESMTP",
          "pc", "b.example", "192.0.2.1", "mx.example", FALSE, TRUE },
        { "by mx.example (Postfix, from userid 48) id 1A; Thu, 1 Feb 2024", "", "", "",
         "mx.example", FALSE, FALSE },
        { "from a.example ([192.0.2.1]:4711) by mx.example", "a.example", "", "192.0.2.1",
         "mx.example", FALSE, FALSE },
    };

    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        ModoriReceived hop;
        gboolean read = modori_received_read (modori_span_of (cases[i].value), &hop);
        g_autofree char *helo = copy (hop.helo), *reverse = copy (hop.reverse), *ip = copy (hop.ip),
            *by = copy (hop.by);

        g_test_message ("%s", cases[i].value);
        g_assert_true (read);
        g_assert_cmpstr (helo, ==, cases[i].helo);
        g_assert_cmpstr (reverse, ==, cases[i].reverse);
        g_assert_cmpstr (ip, ==, cases[i].ip);
        g_assert_cmpstr (by, ==, cases[i].by);
        g_assert_cmpint (hop.unnamed, ==, cases[i].unnamed);
        g_assert_cmpint (hop.authenticated, ==, cases[i].authenticated);
    }
}

/* The header is read by a loop of its own: it must see what modori_fields_next sees. */
static void
test_header_fields (void)
{
    static const char *const heads[] = {
        "From: a\nTo : b\n\tc\n", "To: a\r\n b\r\n\r\nTo: body", " To: x\nTo: y\n",
        "To: a\nb without colon\nFrom: c\n", "To: a\n \t \n b\nTo:\n", "To:", ":\nTo: a", "",
        "no colon\n folded\nTo: a\n",
        "To: a\n\r\r\nTo: b\n", "to: a\nTO:\n b\n  \nlost\nTo: c", "\nTo: body\n",
    };
    g_autoptr (ModoriHeader) header = modori_header_new ();
    guint to = modori_header_learn (header, modori_span_of ("To"));

    for (guint i = 0; i < G_N_ELEMENTS (heads); i++) {
        ModoriFields fields;
        ModoriField field;
        guint n = 0;

        g_test_message ("%u", i);
        modori_header_read (header, modori_span_of (heads[i]));
        modori_fields_init (&fields, modori_header_head (header), MODORI_FIELDS_MAIL);
        while (modori_fields_next (&fields, &field)) {
            if (! modori_span_is (field.name, "To"))
                continue;
            g_assert_true (modori_header_value (header, to, n).at == field.value.at
                           || field.value.len == 0);
            g_assert_cmpuint (modori_header_value (header, to, n++).len, ==, field.value.len);
        }
        g_assert_cmpuint (modori_header_count (header, to), ==, n);
    }
}

/* Has TEXT a bit of WORDS, up to NULL, when TIMES other words are noted? */
static gboolean
has_pairs (const char *const *words, guint times, const char *text)
{
    g_autofree ModoriPairs *pairs = g_new0 (ModoriPairs, 1);
    ModoriSpan spans[4], other = modori_span_of ("mail");
    guint n = 0;

    for (guint i = 0; i < times; i++)
        modori_pairs_seek (pairs, &other, 1);
    for (; words[n]; n++)
        spans[n] = modori_span_of (words[n]);
    return (modori_pairs_seek (pairs, spans, n)
            & modori_pairs_look (pairs, modori_span_of (text))) != 0;
}

static void
test_pairs (void)
{
    static const char text[] = "Taro YAMADA <Taro.Yamada@mail.example.JP>, [x]{y}";
    static const char *const outlook[] = { "outlook", "hotmail", NULL };
    static const char *const none[] = { NULL };

    for (gsize i = 0; i < strlen (text); i++)
        for (gsize n = 0; i + n <= strlen (text); n++) {
            g_autofree char *word = g_ascii_strdown (text + i, (gssize) n);

            g_assert_true (has_pairs ((const char *[]) { "outlook", word, NULL }, n, text));
        }
    g_assert_false (has_pairs (outlook, 0, text));
    g_assert_false (has_pairs (outlook, MODORI_PAIRS_WORDS - 2, text));
    g_assert_true (has_pairs (outlook, MODORI_PAIRS_WORDS - 1, text));
    g_assert_true (has_pairs ((const char *[]) { "outlook", "o", NULL }, 0, text));
    g_assert_false (has_pairs (none, MODORI_PAIRS_WORDS, text));
    g_assert_true (has_pairs (none, 0, "\xe3\x81\x82"));
}

static void
test_header (void)
{
    g_autoptr (ModoriHeader) header = modori_header_new ();
    guint from = modori_header_learn (header, modori_span_of ("From"));
    guint received = modori_header_learn (header, modori_span_of ("Received"));
    g_autofree char *second = NULL;

    g_assert_cmpuint (modori_header_learn (header, modori_span_of ("FROM")), ==, from);
    modori_header_read (header,
                        modori_span_of ("Received: one\nfrom: a\nReceived: two\n three\n"
                                        "To: b\n\nFrom: body\n"));
    g_assert_cmpuint (modori_header_count (header, from), ==, 1);
    g_assert_cmpuint (modori_header_count (header, received), ==, 2);
    second = copy (modori_header_unfolded (header, received, 1));
    g_assert_cmpstr (second, ==, "two three");
    g_assert_true (modori_span_is (modori_header_body (header), "From: body\n"));
    modori_header_read (header, MODORI_SPAN_EMPTY);
    g_assert_cmpuint (modori_header_count (header, from), ==, 0);
    g_assert_cmpuint (modori_header_value (header, from, 0).len, ==, 0);
}

static ModoriKnowledge *
parse (const char *text)
{
    static const ModoriKind *const kinds[] = { &modori_finding_kind, &modori_sender_kind,
                                              &modori_advice_kind,
                                               &modori_blocklist_kind, NULL };
    g_autoptr (GError) error = NULL;
    ModoriKnowledge *knowledge = modori_knowledge_parse ("test.rules", modori_span_of (text), kinds,
                                                         &error);

    g_assert_no_error (error);
    return knowledge;
}

/* Is the one Finding of RULES found in the sample message changed by EXAMPLE? */
static gboolean
is_found (const char *rules, const char *example)
{
    g_autoptr (ModoriKnowledge) knowledge = parse (rules);
    g_autoptr (ModoriFindings) findings = modori_findings_new (knowledge, NULL);
    g_autoptr (ModoriSample) sample = modori_sample_new (modori_span_of (example), NULL);
    g_autoptr (ModoriMessage) message = modori_message_new ();
    g_autoptr (GArray) found = g_array_new (FALSE, FALSE, sizeof (ModoriFound));

    g_assert_nonnull (findings);
    g_assert_nonnull (sample);
    modori_message_read (message, modori_span (sample->text->str, sample->text->len));
    modori_findings_look (findings, message, sample->copy, found);
    return found->len == 1;
}

static void
test_conditions (void)
{
    static const struct { const char *conditions, *example; gboolean want; } cases[] = {
        { "Missing: Subject", "without Subject", TRUE },
        { "Missing: Subject", "Subject:", FALSE },
        { "Missing: X-Any", "header only", TRUE },
        { "Missing: X-Any", "header only ;; without Received", FALSE },
        { "Missing: X-Any", "header only ;; without To ;; without Subject", FALSE },
        { "Empty: Subject", "Subject:", TRUE },
        { "Repeated: To", "twice To", TRUE },
        { "Header: Subject order", "Subject: Your  order", TRUE },
        { "Header: Subject /^order/", "Subject: Your order", FALSE },
        { "Header: X-Mailer", "X-Mailer: any", TRUE },
        { "Header: X-Mailer\nHeader: Subject Your", "without X-Mailer", TRUE },
        { "Header: Subject Your\nMissing: Date", "header only", FALSE },
        { "Header: Subject Your\nMissing: Date\nNeed: 1", "header only", TRUE },
        { "Header: Subject Your\nNot-Header: Subject order\nNot-Header: To a", "Subject: Your",
         FALSE },
        { "Header: Subject Your\nNot-Header: Subject order", "Subject: Your", TRUE },
        { "Address: From /^shop@/", "header only", TRUE },
        { "Address: From /^Example/", "header only", FALSE },
        { "Larger-Than: 10K", "size 11000", TRUE },
        { "Larger-Than: 1K", "header only", FALSE },
        { "Recipients-Over: 2", "recipients 3", TRUE },
        { "Line-Longer-Than: 998", "line 999", TRUE },
        { "Line-Longer-Than: 998", "line 998", FALSE },
        { "Header-Larger-Than: 1K", "recipients 100", TRUE },
        { "Test: received-loop", "times 26 Received", TRUE },
        { "Recipients-Over: 2 5", "recipients 5", TRUE },
        { "Recipients-Over: 2 5", "recipients 6", FALSE },
        { "Also-Header: Subject order\nAlso-Header: To taro", "header only", TRUE },
        { "Also-Header: Subject order\nAlso-Header: To hanako", "header only", FALSE },
        { "Body: /\\bThank you\\b/", "Subject: any", TRUE },
        { "Body: Thank you", "header only", FALSE },
        { "Body: cheap pills", "body cheap pills", TRUE },
        { "Reverse-Name: /^mail\\.example\\.jp$/", "header only", TRUE },
        { "Reverse-Name: pc.example.jp", "header only", FALSE },
        { "Verdict: spf fail softfail", "Received-SPF: softfail (x) client-ip=192.0.2.1", TRUE },
        { "Verdict: spf fail", "Received-SPF: softfail (x) client-ip=192.0.2.1", FALSE },
        { "Verdict: dmarc fail", "Authentication-Results: a.example; dmarc=fail (p=none)", TRUE },
        { "Verdict: dkim fail", "Authentication-Results: a.example; dkim=fail; dkim=pass", FALSE },
        { "Test: stray-bytes", "carriage return", TRUE },
        { "Test: multipart-unclosed", "Content-Type: multipart/mixed; boundary=b", TRUE },
        { "Test: multipart-unclosed",
          "Content-Type: multipart/mixed; boundary=b ;; body --b--", FALSE },
    };

    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autofree char *rules = g_strconcat ("Finding: it\n", cases[i].conditions, "\n", NULL);

        g_test_message ("%s in: %s", cases[i].conditions, cases[i].example);
        g_assert_cmpint (is_found (rules, cases[i].example), ==, cases[i].want);
    }
}

static void
test_bad_blocks (void)
{
    static const char *const cases[] = {
        "Finding: it\nTitle: nothing asked\n",
        "Finding: it\nLarger-Than: much\n",
        "Finding: it\nTest: no-such-test\n",
        "Finding: it\nHeader: Subject /open\n",
        "Finding: it\nMissing: To\nNeed: 2\n",
    };

    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autoptr (ModoriKnowledge) knowledge = parse (cases[i]);
        g_autoptr (GError) error = NULL;

        g_test_message ("%s", cases[i]);
        g_assert_null (modori_findings_new (knowledge, &error));
        g_assert_nonnull (strstr (error->message, "test.rules: line "));
    }
}

/* What servers write about SPF, DKIM and DMARC, each in a way of its own. */
static void
test_verdicts (void)
{
    static const struct { const char *value, *want; } cases[] = {
        { "mx.example.net; spf=fail (sender IP is 192.0.2.1; x) smtp.mailfrom=taro@example.jp;\n"
          " dkim=pass header.d=example.com header.s=s1; dmarc=fail (p=none) header.from=example.jp",
          "spf=fail example.jp|dkim=pass example.com|dmarc=fail example.jp" },
        { "spf=none smtp.mailfrom=example.jp; dkim=none (message not signed) header.d=none;",
          "spf=none example.jp|dkim=none none" },
        { "mx.example.net 1; dkim=permerror header.i=@example.jp", "dkim=permerror example.jp" },
        { "mx.example.net; none", "" },
        { "i=1; (((", "i=1 " },
        { ";;;===;spf=", "=== " },
    };

    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        ModoriSpan rest = modori_span_of (cases[i].value);
        g_autoptr (GString) got = g_string_new (NULL);
        ModoriVerdict verdict;

        while (modori_verdict_next (&rest, &verdict))
            g_string_append_printf (got, "%s%.*s=%.*s %.*s", got->len ? "|" : "",
                                    (int) verdict.method.len, verdict.method.at,
                                    (int) verdict.result.len, verdict.result.at,
                                    (int) verdict.domain.len, verdict.domain.at);
        g_test_message ("%s", cases[i].value);
        g_assert_cmpstr (got->str, ==, cases[i].want);
    }
}

static void
test_received_spf (void)
{
    static const struct { const char *value, *result, *domain; } cases[] = {
        { "Fail (mx.example.net: domain of a@example.jp does not designate 192.0.2.1) "
          "client-ip=192.0.2.1; envelope-from=a@example.jp; helo=mail.example.jp", "Fail",
          "example.jp" },
        { "none (no record) envelope-from=<a@example.jp>", "none", "example.jp" },
        { "pass", "pass", "" },
    };
    ModoriVerdict verdict;

    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autofree char *result = NULL, *domain = NULL;

        g_assert_true (modori_verdict_spf (modori_span_of (cases[i].value), &verdict));
        result = copy (verdict.result);
        domain = copy (verdict.domain);
        g_assert_cmpstr (result, ==, cases[i].result);
        g_assert_cmpstr (domain, ==, cases[i].domain);
    }
    g_assert_false (modori_verdict_spf (modori_span_of (""), &verdict));
}

/* Which failures a finding may be the cause of. */
static void
test_explains (void)
{
    static const struct { const char *fields, *reason, *provider, *command; gboolean want; }
    cases[] = {
        { "Explains: onhold policyviolation", "policyviolation", "", "DATA", TRUE },
        { "Explains: onhold\nExplains: policyviolation", "policyviolation", "", "", TRUE },
        { "Explains: onhold", "policyviolation", "", "DATA", FALSE },
        { "Title: nothing", "onhold", "", "", FALSE },
        { "Explains: onhold\nRefused-At: au softbank", "onhold", "softbank", "", TRUE },
        { "Explains: onhold\nRefused-At: au softbank", "onhold", "google", "", FALSE },
        { "Explains: onhold\nRefused-At: au softbank", "onhold", "", "", FALSE },
        { "Explains: onhold", "onhold", "", "RCPT", FALSE },
        { "Explains: onhold\nEnvelope: yes", "onhold", "", "RCPT", TRUE },
        { "Explains: onhold\nRecipient: yes", "onhold", "", "RCPT", TRUE },
        { "Explains: onhold\nRecipient: yes\nNote: other", "onhold", "", "RCPT", FALSE },
    };

    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autofree char *rules = g_strconcat ("Finding: it\n", cases[i].fields, "\n", NULL);
        g_autoptr (ModoriKnowledge) knowledge = parse (rules);
        const ModoriBlock *block = modori_knowledge_block (knowledge, &modori_finding_kind, "it");
        const char *evidence = strstr (cases[i].fields, "other") ? "To: other@example.net"
            : "To: taro@example.net";
        ModoriOutcome outcome = { 0 };

        for (guint key = 0; key < MODORI_N_KEYS; key++)
            outcome.values[key].text = "";
        outcome.values[MODORI_KEY_REASON].text = cases[i].reason;
        outcome.values[MODORI_KEY_PROVIDER].text = cases[i].provider;
        outcome.values[MODORI_KEY_COMMAND].text = cases[i].command;
        outcome.values[MODORI_KEY_RECIPIENT].text = "taro@example.net";
        g_test_message ("%s, %s", cases[i].fields, cases[i].command);
        g_assert_cmpint (modori_finding_explains (block, evidence, &outcome), ==, cases[i].want);
    }
}

/* An example that is wrong must be noticed. */
static void
test_wrong_examples (void)
{
    g_autoptr (ModoriKnowledge) knowledge = parse ("Finding: it\nEmpty: Subject\n"
                                                   "Yes: Subject: full\nNo: Subject:\n"
                                                   "Yes: frobnicate\n");
    g_autoptr (ModoriFindings) findings = modori_findings_new (knowledge, NULL);
    const ModoriBlock *block = modori_knowledge_block (knowledge, &modori_finding_kind, "it");

    g_assert_false (modori_findings_test_example (findings, block, &block->entries[1], TRUE, NULL));
    g_assert_false (modori_findings_test_example (findings, block, &block->entries[2], FALSE,
                                                  NULL));
    g_assert_false (modori_findings_test_example (findings, block, &block->entries[3], TRUE, NULL));
}

/* What strangers send must neither crash nor take long. */
static void
test_hostile (void)
{
    static const char *const pieces[] = {
        "Received: from ((((((((", "From: <<<<<<<<<", "To: ,,,,,,;;;;",
            "DKIM-Signature: ;;;===;d=;d",
        "Message-ID: \xff\xfe", "Received: ;", "From: \"\\", "Date: \x1b$B", "Received: by )",
            "To: (\\",
        "Authentication-Results: ;spf=fail ((((", "Received-SPF: (((;;", "X-A: b",
        "Content-Type: multipart/x; boundary=\"", "\n<a href=<a href=\"http://a>http://b",
        "DKIM-Signature: d=a;s=b;t=99999999999;x=1",
    };
    g_autoptr (ModoriKnowledge) knowledge = parse (
        "Finding: from-several\nTest: from-several\n\n"
        "Finding: received-loop\nTest: received-loop\n\n"
        "Finding: dkim-weak\nTest: dkim-weak\n\n"
        "Finding: helo-name\nTest: helo-name\n\n"
        "Finding: recipient-form\nTest: recipient-form\n\n"
        "Finding: date-skew\nTest: date-skew\n\n"
        "Finding: message-id-form\nTest: message-id-form\n\n"
        "Finding: from-name\nTest: from-name\n\n"
        "Finding: eight-bit-header\nTest: eight-bit-header\n\n"
        "Finding: return-path-alignment\nTest: return-path-alignment\n\n"
        "Finding: dkim-time\nTest: dkim-time\n\n"
        "Finding: dkim-twice\nTest: dkim-twice\n\n"
        "Finding: equal-fields\nTest: equal-fields\n\n"
        "Finding: link-text\nTest: link-text\n\n"
        "Finding: message-id-stranger\nTest: message-id-stranger\n\n"
        "Finding: multipart-unclosed\nTest: multipart-unclosed\n\n"
        "Finding: no-tls\nTest: no-tls\n\n"
        "Finding: other-account\nTest: other-account\n\n"
        "Finding: stray-bytes\nTest: stray-bytes\n\n"
        "Finding: spf\nVerdict: spf fail\n\n"
        "Finding: body\nBody: /x+y/\n\n"
        "Finding: recipients\nRecipients-Over: 5\n");
    g_autoptr (ModoriFindings) findings = modori_findings_new (knowledge, NULL);
    g_autoptr (ModoriMessage) message = modori_message_new ();
    g_autoptr (GArray) found = g_array_new (FALSE, FALSE, sizeof (ModoriFound));

    for (guint i = 0; i < G_N_ELEMENTS (pieces); i++)
        for (guint times = 1; times <= 3000; times *= 50) {
            g_autoptr (GString) text = g_string_new (NULL);

            for (guint j = 0; j < times; j++)
                g_string_append_printf (text, "%s\n", pieces[i]);
            modori_message_read (message, modori_span (text->str, text->len));
            modori_findings_look (findings, message, MODORI_COPY_WHOLE, found);
        }
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/addrlist/addresses", test_addresses);
    g_test_add_func ("/domain/organisation", test_organisation);
    g_test_add_func ("/domain/agreement", test_agreement);
    g_test_add_func ("/domain/public-names", test_public_names);
    g_test_add_func ("/domain/public-addresses", test_public_addresses);
    g_test_add_func ("/received/forms", test_received);
    g_test_add_func ("/header/fields", test_header);
    g_test_add_func ("/findings/header-fields", test_header_fields);
    g_test_add_func ("/findings/pairs", test_pairs);
    g_test_add_func ("/findings/conditions", test_conditions);
    g_test_add_func ("/findings/bad-blocks", test_bad_blocks);
    g_test_add_func ("/findings/verdicts", test_verdicts);
    g_test_add_func ("/findings/received-spf", test_received_spf);
    g_test_add_func ("/findings/explains", test_explains);
    g_test_add_func ("/findings/wrong-examples", test_wrong_examples);
    g_test_add_func ("/findings/hostile", test_hostile);
    return g_test_run ();
}
