/* unit-diagnostic.c - the words of far servers, in the wrappers that mail systems put around them.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "report/address.h"
#include "report/diagnostic.h"
#include "report/reply.h"

static void
assert_span (ModoriSpan span, const char *want)
{
    g_autofree char *text = modori_span_dup (span);

    g_assert_cmpstr (text, ==, want);
}

/* Eight bytes at once find what is found one by one. */
static void
test_digits (void)
{
    static const char letters[] = "/0123456789:pP\xb5\xff\x80 .....................";
    char text[40];

    for (guint round = 0; round < 20000; round++) {
        gsize len = (gsize) g_test_rand_int_range (0, sizeof text + 1), from, at;
        g_autofree char *exact = NULL;          /* a read behind it is seen */

        for (gsize i = 0; i < len; i++)
            text[i] = letters[g_test_rand_int_range (0, sizeof letters - 1)];
        exact = g_memdup2 (text, MAX (len, 1));
        from = at = (gsize) g_test_rand_int_range (0, (gint) len + 1);
        while (at < len && ! g_ascii_isdigit (text[at]))
            at++;
        g_assert_cmpuint (MIN (modori_next_digit (modori_span (exact, len), from), len), ==, at);
    }
}

static void
test_status_length (void)
{
    static const struct { const char *text; gsize want; } cases[] = {
        { "5.1.1", 5 },
        { "4.2.2 over quota", 5 },
        { "5.7.606", 7 },
        { "5.7.26:", 6 },
        { "2.0.0", 5 },
        { "5.1.1.", 5 },                /* the end of a sentence */
        { "5.1.1.2", 0 },               /* an address or a version */
        { "5.1.1a", 0 },
        { "3.1.1", 0 },                 /* no such class */
        { "5.1", 0 },
        { "5.1.", 0 },
        { "5.1234.1", 0 },
        { "5..1", 0 },
        { "", 0 },
    };

    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_test_message ("\"%s\"", cases[i].text);
        g_assert_cmpuint (modori_status_length (cases[i].text, strlen (cases[i].text)), ==, cases[i].want);
    }
}

static void
test_read (void)
{
    static const struct { const char *words, *host, *ip, *code, *status, *command; } cases[] = {
        { "host mx.example.com[192.0.2.1] said: 550-5.7.26 This mail is not authenticated. 550 5.7.26 Read this "
          "(in reply to end of DATA command)", "mx.example.com", "192.0.2.1", "550", "5.7.26", "DATA" },
        { "host mx.example.com[2001:db8::25] said: 450 4.2.0 <a@example.com>: Greylisted (in reply to RCPT TO "
          "command)",
          "mx.example.com", "2001:db8::25", "450", "4.2.0", "RCPT" },
        { "host mx.example.com[192.0.2.1] refused to talk to me: 554 no SMTP service here", "mx.example.com",
          "192.0.2.1",
          "554", "", "CONN" },
        { "smtp; 550 5.1.1 <a@example.com>: user unknown", "", "", "550", "5.1.1", "" },
        { "smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; not found", "", "", "550", "5.1.10", "" },
        { "#5.1.1 smtp;550 5.1.1 <a@example.com>... User unknown", "", "", "550", "5.1.1", "" },
        { "#<#5.1.1 smtp;550 no such user> #SMTP#", "", "", "550", "5.1.1", "" },
        { "X-Local; Host or domain name not found. Name service error for name=nodomain.example type=A: Host "
          "not found",
          "", "", "", "", "" },
        { "x-unix; Quota exceeded message delivery failed to /var/spool/mail/a", "", "", "", "", "" },
        { "192.0.2.1 does not like recipient. Remote host said: 550 no such user Giving up on 192.0.2.1.", "",
          "192.0.2.1",
          "550", "", "RCPT" },
        { "Connected to 192.0.2.1 but sender was rejected. Remote host said: 553 denied", "", "192.0.2.1",
          "553", "", "MAIL" },
        { "Connected to 192.0.2.1 but my name was rejected. Remote host said: 501 bad HELO", "", "192.0.2.1",
          "501", "",
          "EHLO" },
        { "192.0.2.1 failed after I sent the message. Remote host said: 554 5.7.1 spam", "", "192.0.2.1", "554",
          "5.7.1",
          "DATA" },
        { "Remote host said: 550 5.1.1 unknown. Giving up on 192.0.2.9.", "", "192.0.2.9", "550", "5.1.1", "" },
        { "SMTP error from remote mail server after RCPT TO:<a@example.com>: host mx.example.com [192.0.2.1]: "
          "550 unknown",
          "mx.example.com", "192.0.2.1", "550", "", "RCPT" },
        { "SMTP error from remote mail server after end of data: host mx.example.com [192.0.2.1]: 552 5.3.4 too big",
          "mx.example.com", "192.0.2.1", "552", "5.3.4", "DATA" },
        { "SMTP error from remote mail server after initial connection: host mx.example.com [192.0.2.1]: 421 busy",
          "mx.example.com", "192.0.2.1", "421", "", "CONN" },
        { "... while talking to mx.example.com.: >>> DATA <<< 550 5.1.1 User unknown", "mx.example.com", "",
          "550", "5.1.1",
          "DATA" },
        { "... while talking to mx.example.com.: >>> RCPT To:<a@example.com> <<< 550 no", "mx.example.com", "",
          "550", "",
          "RCPT" },
        { "... while talking to mx.example.com.: >>> MAIL From:<a@example.com> SIZE=451 <<< 550 no",
          "mx.example.com", "",
          "550", "", "MAIL" },
        { "server mx.example.com did not like our RCPT: 550 5.1.1 no such user", "mx.example.com", "", "550", "5.1.1",
          "RCPT" },
        { "connect to mx.example.com[192.0.2.1]:25: Connection refused", "mx.example.com", "192.0.2.1", "", "",
          "CONN" },
        { "lost connection with mx.example.com[192.0.2.1] while receiving the initial server greeting",
          "mx.example.com",
          "192.0.2.1", "", "", "CONN" },
        { "conversation with mx.example.com[192.0.2.1] timed out while sending RCPT TO", "mx.example.com",
          "192.0.2.1", "", "",
          "RCPT" },
        { "The recipient server mx.example.com [192.0.2.1] answered. The error was: 550 5.1.1 no", "mx.example.com",
          "192.0.2.1", "550", "5.1.1", "" },
        { "server by mx.example.com. [192.0.2.1]. The response was: <550 5.4.1 <a@example.com> denied>",
          "mx.example.com",
          "192.0.2.1", "550", "5.4.1", "" },
        { "Remote server returned '550 5.1.1 not found'", "", "", "550", "5.1.1", "" },
        { "550 Requested action not taken (#5.7.1)", "", "", "550", "5.7.1", "" },
        { "550 #5.1.0 Address rejected", "", "", "550", "5.1.0", "" },
        { "554 [5.4.6] Hop count exceeded", "", "", "554", "5.4.6", "" },
        { "550 5.0.0 rejected; see 5.7.1 below", "", "", "550", "5.7.1", "" },
        { "550 4.7.1 permanent code, transient status", "", "", "550", "4.7.1", "" },
        { "550 5.999.1234 strange", "", "", "550", "", "" },
        { "220-mx 421 4.2.1 not now", "", "", "421", "4.2.1", "" },
        { "250 2.1.5 Ok", "", "", "250", "2.1.5", "" },
        { "message of 552 bytes is too small", "", "", "", "", "" },
        { "over quota of 550 MB", "", "", "", "", "" },
        { "submission is on port 587 here", "", "", "", "", "" },
        { "RFC 5321 section 4.5.3 forbids this; call 555-1234", "", "", "", "", "" },
        { "delivery temporarily suspended: Mailer 4.96.2", "", "", "", "", "" },
        { "blocked, see https://www.example.com/550/5.7.1", "", "", "", "", "" },
        { "mail for [192.0.2.451] loops", "", "", "", "", "" },
        { "", "", "", "", "", "" },
    };

    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        ModoriDiagnostic read;

        g_test_message ("%s", cases[i].words);
        modori_diagnostic_read (modori_span_of (cases[i].words), &read);
        assert_span (read.reply_code, cases[i].code);
        assert_span (read.status, cases[i].status);
        assert_span (read.host, cases[i].host);
        assert_span (read.ip, cases[i].ip);
        assert_span (read.command, cases[i].command);
    }
}

static void
test_said (void)
{
    static const struct { const char *words, *said; } cases[] = {
        { "host mx.example.com[192.0.2.1] said: 550 5.1.1 no such user (in reply to RCPT TO command)",
          "550 5.1.1 no such user" },
        { "The response was: <550 5.4.1 <a@example.com> denied> and so on", "550 5.4.1 <a@example.com> denied" },
        { "host mx.example.com[192.0.2.1] said: go away (in reply to RCPT TO command)", "go away" },
        { "smtp; mailbox is full", "mailbox is full" },
    };

    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        ModoriDiagnostic read;

        modori_diagnostic_read (modori_span_of (cases[i].words), &read);
        assert_span (read.said, cases[i].said);
    }
}

static void
test_references (void)
{
    static const struct { const char *words, *id; } cases[] = {
        { "550-5.7.1 no. 550 5.7.1 see help a92af1059eb24-8a5b8c0d1e2si1234567b3a.42 - gsmtp",
          "a92af1059eb24-8a5b8c0d1e2si1234567b3a.42" },
        { "554 5.7.1 rejected, id=12345-08-9", "12345-08-9" },
        { "250 2.0.0 Ok: queued as 4Bz9Xy1Q2wz", "4Bz9Xy1Q2wz" },
        { "554 5.7.1 rejected by John - really", "" },
    };

    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        ModoriDiagnostic read;

        g_test_message ("%s", cases[i].words);
        modori_diagnostic_read (modori_span_of (cases[i].words), &read);
        assert_span (read.queue_id, cases[i].id);
    }
}

static void
test_normalise (void)
{
    static const struct { const char *words, *want; } cases[] = {
        { "550-5.7.26 This mail is unauthenticated. 550-5.7.26 The sender 550 5.7.26 must authenticate",
          "550-5.7.26 This mail is unauthenticated. The sender must authenticate" },
        { "550 5.7.26 is unauthenticated.5.7.26 The sender", "550 5.7.26 is unauthenticated. The sender" },
        { "550-first line 550-second line 550 last line", "550-first line second line last line" },
        { "550 one line, and 550 people", "550 one line, and 550 people" },
        { "550 5.7.1 see RFC 7208 section 4.5.1", "550 5.7.1 see RFC 7208 section 4.5.1" },
        { "550 5.7.1 no. See 5.7.1 in our list", "550 5.7.1 no. See 5.7.1 in our list" },
        { "host mx[192.0.2.1] said: 550-5.1.1 no such 550 5.1.1 user", "host mx[192.0.2.1] said: 550-5.1.1 no "
          "such user" },
        { "550 The recipient\342\200\231s mailbox \342\200\234a\342\200\235 is full \342\200\223 sorry",
          "550 The recipient's mailbox \"a\" is full - sorry" },
        { "  550\t5.1.1   user\r\n unknown ", "550 5.1.1 user unknown" },
        { "550\302\2405.1.1", "550 5.1.1" },
        { "\343\203\206\343\202\271\343\203\210", "\343\203\206\343\202\271\343\203\210" },
        { "", "" },
    };

    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autoptr (GString) out = g_string_new ("before");

        g_test_message ("%s", cases[i].words);
        modori_diagnostic_normalise (out, modori_span_of (cases[i].words));
        g_assert_cmpstr (out->str + strlen ("before"), ==, cases[i].want);
    }
}

static void
test_better (void)
{
    static const struct { const char *a, *b; gboolean want; } cases[] = {
        { "5.1.1", "", TRUE }, { "5.1.1", "5.0.0", TRUE }, { "4.2.2", "5.0.0", TRUE }, { "5.0.0", "5.1.1", FALSE },
        { "5.1.1", "5.1.1", FALSE }, { "", "5.1.1", FALSE }, { "5.2.2", "5.2.0", TRUE }, { "4.2.2", "5.2.0", FALSE },
        { "5.7.26", "5.7.2", TRUE }, { "5.7.1", "5.3.5", TRUE }, { "4.3.2", "4.4.7", TRUE }, { "5.5.1", "5.1.1",
          FALSE },
    };

    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_test_message ("%s %s", cases[i].a, cases[i].b);
        g_assert_true (modori_status_is_better (cases[i].a, cases[i].b) == cases[i].want);
    }
}

static void
test_address (void)
{
    static const struct { const char *value, *want; gboolean is_address; } cases[] = {
        { "rfc822; User@Example.COM", "User@example.com", TRUE },
        { "rfc822;user@example.com", "user@example.com", TRUE },
        { "rfc822; <user@example.com>", "user@example.com", TRUE },
        { "<user@example.com>", "user@example.com", TRUE },
        { "rfc822; rfc822;user@example.com", "user@example.com", TRUE },
        { "rfc822; user@example.com (Some User)", "user@example.com", TRUE },
        { "rfc822; user@example.com.", "user@example.com", TRUE },
        { "rfc822; \"john doe\"@example.com", "\"john doe\"@example.com", TRUE },
        { "rfc822; \"a@b\"@example.com", "\"a@b\"@example.com", TRUE },
        { "rfc822; o'brien+tag@example.com", "o'brien+tag@example.com", TRUE },
        { "rfc822; user+2Btag@example.com", "user+tag@example.com", TRUE },
        { "rfc822; user+2Btag+x@example.com", "user+2Btag+x@example.com", TRUE },
        { "rfc822; user+beta@example.com", "user+beta@example.com", TRUE },
        { "utf-8; \\x{9001}\\x{4FE1}@example.jp", "\351\200\201\344\277\241@example.jp", TRUE },
        { "utf-8; \351\200\201\344\277\241@example.jp", "\351\200\201\344\277\241@example.jp", TRUE },
        { "utf-8; a\\x{D800}\\x{0A}b@example.jp", "a\\x{D800}\\x{0A}b@example.jp", TRUE },
        { "rfc822; @relay.example.net,@b.example.net:user@example.com", "user@example.com", TRUE },
        { "rfc822; user@[192.0.2.1]", "user@[192.0.2.1]", TRUE },
        { "rfc822;Some User <user@example.com>", "user@example.com", TRUE },
        { "mailto:user@example.com", "user@example.com", TRUE },
        { "rfc822; bounce+C2B5CBEC@example.com", "bounce+C2B5CBEC@example.com", TRUE },
        { "rfc822; jos+C3+A9@example.com", "jos\303\251@example.com", TRUE },
        { "rfc822; jos\\303\\251@example.com", "jos\303\251@example.com", TRUE },
        { "rfc822; \"q\\\"uote\"@example.com", "\"q\\\"uote\"@example.com", TRUE },
        { "rfc822; /S=suzuki/O=example/@x400.example.com", "/S=suzuki/O=example/@x400.example.com",
          TRUE },
        { "rfc822;IMCEAINVALID-yuki+40example+2Ecom@example.org", "yuki@example.com", TRUE },
        { "rfc822;IMCEASMTP-ken+5Fji+40Example+2Ecom@example.org", "ken_ji@example.com", TRUE },
        { "rfc822;IMCEAINVALID-no+20address@example.org", "IMCEAINVALID-no+20address@example.org",
          TRUE },
        { "rfc822;IMCEAEX-_O=EXAMPLE_CN=MICHIKO+20S@example.org",
          "IMCEAEX-_O=EXAMPLE_CN=MICHIKO+20S@example.org", TRUE },
        { "rfc822; smtp:user@example.com", "user@example.com", TRUE },
        { "rfc822; /var/mail/user@mta.example.com", "", FALSE },
        { "rfc822; @mx.example.com", "", FALSE },
        { "rfc822; \"|/usr/local/bin/filter\"@mta.example.com", "", FALSE },
        { "X-Unix; |/usr/local/bin/filter", "", FALSE },
        { "unknown; nair", "nair", FALSE },
        { "LOCAL;<f.b>", "f.b", FALSE },
        { "", "", FALSE },
    };
    g_autoptr (GString) out = g_string_new (NULL);

    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_test_message ("%s", cases[i].value);
        g_assert_true (modori_address_read (out, modori_span_of (cases[i].value)) == cases[i].is_address);
        g_assert_cmpstr (out->str, ==, cases[i].want);
    }
}

static void
test_host (void)
{
    static const struct { const char *value, *name, *ip; } cases[] = {
        { "dns; mx.example.com", "mx.example.com", "" },
        { "dns;mx.example.com.", "mx.example.com", "" },
        { "dns; mx.example.com [192.0.2.1]", "mx.example.com", "192.0.2.1" },
        { "dns; mx.example.com. (192.0.2.1, the server for the domain example.com.)", "mx.example.com", "192.0.2.1" },
        { "dns;mx.example.com (TCP|198.51.100.7|48044|192.0.2.1|25)", "mx.example.com", "192.0.2.1" },
        { "DNS; [192.0.2.1]", "", "192.0.2.1" },
        { "dns; 192.0.2.1", "", "192.0.2.1" },
        { "dns; mx.example.com [2001:db8::25]", "mx.example.com", "2001:db8::25" },
        { "dns; mx.example.com [IPv6:2001:db8::25]", "mx.example.com", "2001:db8::25" },
        { "dns; mx.example.com:25", "mx.example.com", "" },
        { "dns; localhost (localhost [127.0.0.1])", "localhost", "127.0.0.1" },
        { "mx.example.com", "mx.example.com", "" },
        { "x-local-hostname; sender", "sender", "" },
        { "", "", "" },
    };

    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        ModoriSpan name, ip;

        g_test_message ("%s", cases[i].value);
        modori_host_read (modori_span_of (cases[i].value), &name, &ip);
        assert_span (name, cases[i].name);
        assert_span (ip, cases[i].ip);
    }
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/diagnostic/digits", test_digits);
    g_test_add_func ("/diagnostic/status-length", test_status_length);
    g_test_add_func ("/diagnostic/read", test_read);
    g_test_add_func ("/diagnostic/said", test_said);
    g_test_add_func ("/diagnostic/references", test_references);
    g_test_add_func ("/diagnostic/normalise", test_normalise);
    g_test_add_func ("/diagnostic/better", test_better);
    g_test_add_func ("/address/read", test_address);
    g_test_add_func ("/address/host", test_host);
    return g_test_run ();
}
