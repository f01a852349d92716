/* unit-report.c - reports of all standard kinds, as they should be and as they are.
 *
 * No rules are loaded: this is what the decoders of the RFCs read alone.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "report/decode.h"
#include "report/parcel.h"

#define HEAD "From: MAILER-DAEMON@mta.example.com\nTo: sender@example.com\nDate: Thu, 1 Feb 2024 09:30:00 +0900\n" \
             "Message-ID: <1@mta.example.com>\n"
#define REPORT HEAD "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n" \
               "--b\n\nSorry.\n\n--b\n"
#define STATUS "Content-Type: message/delivery-status\n\n"
#define RETURNED "\n--b\nContent-Type: message/rfc822\n\nReturn-Path: <bounces@example.com>\n" \
                 "From: Taro <taro@example.com>\nTo: user@example.jp\n" \
                 "Subject: =?utf-8?B?5rOo5paH?=\nMessage-ID: <order@example.com>\n" \
                 "List-Id: Orders <orders.example.com>\nDate: Wed, 31 Jan 2024 10:00:00 +0900\n\ntext\n--b--\n"

/* A mail, and what is read from it: one line for each outcome, "key=value key=value". */
typedef struct {
    const char *what;
    const char *mail;
    const char *want[4];
} Case;

static ModoriKnowledge *knowledge;
static ModoriDialects *robots;

static const Case cases[] = {
    { "all that RFC 3464 has", REPORT STATUS
      "Reporting-MTA: dns; mta.example.com\nArrival-Date: Wed, 31 Jan 2024 10:00:00 +0900\n\n"
      "Final-Recipient: rfc822; User@Example.JP\nOriginal-Recipient: rfc822;alias@example.com\nAction: failed\n"
      "Status: 5.1.1\nRemote-MTA: dns; mx.example.jp\nDiagnostic-Code: smtp; 550 5.1.1 <User@example.jp>: "
      "unknown\n" RETURNED,
      { "report=delivery action=failed recipient=User@example.jp original_recipient=alias@example.com status=5.1.1 "
        "reply_code=550 remote_mta=mx.example.jp reporting_mta=mta.example.com dialect=dsn "
        "sender=bounces@example.com "
        "message_id=<order@example.com> from=taro@example.com list_id=orders.example.com v=1 "
        "date=2024-01-31T10:00:00+09:00 arrival_date=2024-02-01T09:30:00+09:00" } },
    { "several recipients, the same one twice", REPORT STATUS
      "Reporting-MTA: dns; mta.example.com\n\nFinal-Recipient: rfc822; a@example.jp\nAction: failed\nStatus: "
      "5.1.1\n\n"
      "Final-Recipient: rfc822; b@example.jp\nAction: delayed\nStatus: 4.4.1\n\n"
      "Final-Recipient: rfc822; c@example.jp\nOriginal-Recipient: rfc822; C@example.jp\nAction: relayed (to "
      "non-DSN host)\n"
      "Status: 2.1.5\n\nFinal-Recipient: rfc822; c@example.jp\nAction: relayed\nStatus: 2.1.5\n\n--b--\n",
      { "recipient=a@example.jp action=failed", "recipient=b@example.jp action=delayed status=4.4.1",
        "recipient=c@example.jp original_recipient= action=relayed" } },
    { "no line between recipients", REPORT STATUS
      "Final-Recipient: rfc822; a@example.jp\nAction: failed\nStatus: 5.1.1\n"
      "Final-Recipient: rfc822; b@example.jp\nAction: failed\nStatus: 5.2.2\n--b--\n",
      { "recipient=a@example.jp status=5.1.1", "recipient=b@example.jp status=5.2.2" } },
    { "a line inside of a group", REPORT STATUS
      "Reporting-MTA: dns; m\n\nFinal-Recipient: rfc822; a@example.jp\n\nAction: failed\nStatus: 5.1.1\n\n"
      "Diagnostic-Code: smtp; 550 no\n\nFinal-Recipient: rfc822; b@example.jp\nAction: delayed\n--b--\n",
      { "recipient=a@example.jp status=5.1.1 reply_code=550", "recipient=b@example.jp action=delayed reply_code=" } },
    { "the action first", REPORT STATUS
      "Reporting-MTA: dns; m\n\nAction: failed\nFinal-Recipient: rfc822;a@example.jp\nStatus: 5.0.0\n"
      "Diagnostic-Code: smtp; 452 4.2.2 full\n\nAction: delayed\nFinal-Recipient: rfc822;b@example.jp\nStatus: "
      "4.0.0\n--b--\n",
      { "recipient=a@example.jp action=failed status=4.2.2 reply_code=452", "recipient=b@example.jp "
        "action=delayed" } },
    { "odd recipients", REPORT STATUS
      "Final-Recipient: rfc822; \"|/bin/false\"@mta.example.com\nOriginal-Recipient: rfc822;pipe@example.jp\n\n"
      "Final-Recipient: <b@example.jp>\nAction: failure\nStatus: 5.1.1 (bad address)\n\n"
      "Final-Recipient: unknown; nair\nStatus: 5.0.0\n--b--\n",
      { "recipient=pipe@example.jp action=failed", "recipient=b@example.jp action=failed status=5.1.1",
        "recipient=nair" } },
    { "no address: whom the returned message was for", REPORT STATUS
      "Final-Recipient: RFC822; @mx.example.jp\nAction: failed\nStatus: 5.1.2\nRemote-MTA: dns; mx.example.jp\n\n"
      "--b\nContent-Type: message/rfc822\n\nFrom: a@example.com\nTo: b@example.jp\n\n--b--\n",
      { "recipient=b@example.jp action=failed status=5.1.2 remote_mta=mx.example.jp" } },
    { "a reply in another field", REPORT STATUS
      "Final-Recipient: rfc822;a@example.jp\nAction: failed\nStatus: 5.0.0\n"
      "X-Supplementary-Info: <m.example.com #5.1.1 smtp;550_unknown>\n\n"
      "Final-Recipient: rfc822;b@example.jp\nAction: failed\nStatus: 5.7.1\nDiagnostic-Code: smtp;550 5.7.1 no\n"
      "X-Supplementary-Info: < #5.5.0 smtp;554 other>\n\n--b--\n",
      { "status=5.1.1 diagnostic=550_unknown remote_mta=", "status=5.7.1 reply_code=550" } },
    { "unfolded lines and a status that was cut", REPORT STATUS
      "Final-Recipient: rfc822; a@example.jp\nAction: failed\nStatus: 5.7.2\nDiagnostic-Code: smtp; 550-5.7.26 not\n"
      "550 5.7.26 authenticated\n\n--b--\n",
      { "status=5.7.26 reply_code=550" } },
    { "the words know more", REPORT STATUS
      "Final-Recipient: rfc822; a@example.jp\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 552 5.2.2 "
      "full\n--b--\n",
      { "status=5.2.2 reply_code=552" } },
    { "the exit status of a program", REPORT STATUS
      "Final-Recipient: rfc822; a@example.jp\nAction: failed\nStatus: 5.0.0\nDiagnostic-Code: X-Unix; 255\n--b--\n",
      { "status=5.0.0 reply_code= diagnostic=" } },
    { "international", REPORT
      "Content-Type: message/global-delivery-status\n\nReporting-MTA: dns; m\n\n"
      "Final-Recipient: utf-8; \\x{9001}@example.jp\nAction: failed\nStatus: 5.1.1\n--b--\n",
      { "recipient=\351\200\201@example.jp" } },
    { "words only beside the codes", REPORT STATUS
      "Final-Recipient: rfc822; a@example.jp\nAction: failed (gone)\nStatus: 5.1.1 (moved)\n\n"
      "Final-Recipient: rfc822; b@example.jp\nAction: failed (gone)\nStatus: 5.1.1\n\n"
      "Final-Recipient: rfc822; c@example.jp\nAction: failed\nStatus: 553_too_large\n--b--\n",
      { "status=5.1.1 diagnostic=moved", "status=5.1.1 diagnostic=gone", "status=5.0.0 diagnostic=553_too_large" } },
    { "typed as text", HEAD "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nSorry.\n\n--b\nContent-Type: "
      "text/plain\n\n"
      "Reporting-MTA: dns; mta.example.com\n\nFinal-Recipient: rfc822; a@example.jp\nAction: failed\nStatus: "
      "5.1.1\n" RETURNED,
      { "recipient=a@example.jp status=5.1.1 reporting_mta=mta.example.com message_id=<order@example.com>" } },
    { "in a plain message", HEAD "\nSorry.\n\nReporting-MTA: dns; mta.example.com\n\nFinal-Recipient: rfc822; "
      "a@example.jp\n"
      "Action: failed\nStatus: 5.1.1\n\n--- the message ---\nStatus: RO\n", { "recipient=a@example.jp "
      "status=5.1.1" } },
    { "attached by somebody", "From: a@example.com\nSubject: Fwd: what is this?\nContent-Type: multipart/mixed; "
      "boundary=o\n\n"
      "--o\n\nSee below.\n\n--o\nContent-Type: message/rfc822\n\n" REPORT STATUS
      "Final-Recipient: rfc822; a@example.jp\nAction: failed\nStatus: 5.1.1\n--b--\n--o--\n",
      { "recipient=a@example.jp status=5.1.1 arrival_date=2024-02-01T09:30:00+09:00" } },
    { "quoted by somebody", "From: a@example.com\nSubject: Fwd: what is this?\n\nHello,\n\n> From: "
      "MAILER-DAEMON@mta.example.com\n"
      "> Subject: Undelivered\n>\n> Final-Recipient: rfc822; a@example.jp\n> Action: failed\n> Status: 5.1.1\n",
      { "recipient=a@example.jp status=5.1.1" } },
    { "a complaint", HEAD "Content-Type: multipart/report; report-type=feedback-report; boundary=b\n\n--b\n\n"
      "Spam!\n\n--b\n"
      "Content-Type: message/feedback-report\n\nFeedback-Type: abuse\nSource-IP: 192.0.2.7\nOriginal-Rcpt-To: "
      "<a@example.jp>\n"
      "Original-Rcpt-To: <b@example.jp>\nReporting-MTA: dns; fbl.example.jp\n" RETURNED,
      { "report=feedback feedback_type=abuse recipient=a@example.jp client_ip=192.0.2.7 "
        "reporting_mta=fbl.example.jp action= "
        "dialect=arf message_id=<order@example.com>", "recipient=b@example.jp" } },
    { "a complaint about nobody", HEAD "Content-Type: multipart/report; report-type=feedback-report; "
      "boundary=b\n\n--b\n"
      "Content-Type: message/feedback-report\n\nFeedback-Type: auth-failure\n" RETURNED,
      { "report=feedback feedback_type=auth-failure recipient=user@example.jp" } },
    { "read", HEAD "Content-Type: multipart/report; report-type=disposition-notification; boundary=b\n\n--b\n\n"
      "Read.\n\n--b\n"
      "Content-Type: message/disposition-notification\n\nOriginal-Recipient: rfc822;a@example.jp\n"
      "Final-Recipient: rfc822;a@example.jp\nOriginal-Message-ID: <order@example.com>\n"
      "Disposition: manual-action/MDN-sent-manually; displayed\n\n--b--\n",
      { "report=disposition recipient=a@example.jp original_recipient= diagnostic= "
        "message_id=<order@example.com> action=" } },
    { "refused by a filter", HEAD "Content-Type: multipart/report; report-type=disposition-notification; "
      "boundary=b\n\n--b\n\n"
      "Go away.\n\n--b\nContent-Type: message/disposition-notification\n\nFinal-Recipient: rfc822; a@example.jp\n"
      "Disposition: automatic-action/MDN-sent-automatically; deleted\n\n--b--\n",
      { "report=disposition recipient=a@example.jp" } },
    { "on holiday", "From: Hanako <hanako@example.jp>\nTo: a@example.com\nAuto-Submitted: auto-replied\n"
      "In-Reply-To: <order@example.com>\n\nI am away.\n",
      { "report=auto-reply recipient=hanako@example.jp message_id=<order@example.com> action= dialect=autoreply" } },
    { "on holiday, on a list", "From: Hanako <hanako@example.jp>\nAuto-Submitted: auto-replied\nList-Id: "
      "<a.example.com>\n\nAway.\n",
      { NULL } },
    { "an unreadable report", "From: MAILER-DAEMON@example.jp\nAuto-Submitted: auto-replied\n\nSorry.\n", { NULL } },
    { "a report in the returned message", REPORT STATUS
      "Final-Recipient: rfc822; a@example.jp\nAction: failed\n\n--b\nContent-Type: message/rfc822\n\n"
      "From: taro@example.com\nContent-Type: message/delivery-status\n\nFinal-Recipient: rfc822; b@example.jp\n"
      "--b--\n",
      { "recipient=a@example.jp" } },
    { "ordinary mail", "From: taro@example.com\nTo: a@example.jp\nSubject: lunch\n\nFinal-Recipient: rfc822; "
      "a@example.jp\n",
      { NULL } },
};

static ModoriSpan
exact_copy (const char *mail, char **copy)
{
    gsize len = strlen (mail);

    *copy = g_memdup2 (mail, MAX (len, 1));     /* not NUL-terminated: a read behind it is seen */
    return modori_span (*copy, len);
}

/* Compare OUTCOME with WANT, "key=value" words. */
static void
check_outcome (const ModoriOutcome *outcome, const char *want)
{
    g_auto (GStrv) pairs = g_strsplit (want, " ", -1);

    for (guint i = 0; pairs[i]; i++) {
        char *equals = strchr (pairs[i], '=');
        ModoriKey key = modori_key_of (modori_span_between (pairs[i], equals));

        g_test_message ("  %s", pairs[i]);
        g_assert_cmpuint (key, <, MODORI_N_KEYS);
        g_assert_cmpstr (modori_outcome_text (outcome, key), ==, equals + 1);
    }
}

static void
test_cases (void)
{
    g_autoptr (ModoriMessage) message = modori_message_new ();
    g_autoptr (ModoriReport) report = modori_report_new ();

    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autofree char *copy = NULL;
        gboolean is_report;
        guint n = 0;

        g_test_message ("%s", cases[i].what);
        modori_message_read (message, exact_copy (cases[i].mail, &copy));
        is_report = modori_decode (message, robots, report, NULL);
        while (n < G_N_ELEMENTS (cases[i].want) && cases[i].want[n])
            n++;
        g_assert_true (is_report == (n > 0));
        g_assert_cmpuint (modori_report_n_outcomes (report), ==, n);
        for (guint j = 0; j < n; j++)
            check_outcome (modori_report_outcome (report, j), cases[i].want[j]);
    }
}

/* Each value knows the line of the message that it stands on. */
static void
test_lines (void)
{
    static const char mail[] = "From: MAILER-DAEMON@example.jp\nContent-Type: multipart/report; boundary=b\n\n"
      "--b\n\nSorry.\n"
                               "--b\n" STATUS "Reporting-MTA: dns; m\n\nFinal-Recipient: rfc822; a@example.jp\n"
                               "Action: failed\n"
                               "Status: 5.1.1\nDiagnostic-Code: smtp; 550\n no\n--b--\n";
    static const struct { ModoriKey key; guint line; } lines[] = {
        { MODORI_KEY_REPORTING_MTA, 10 }, { MODORI_KEY_RECIPIENT, 12 }, { MODORI_KEY_ACTION, 13 },
          { MODORI_KEY_STATUS, 14 },
        { MODORI_KEY_DIAGNOSTIC, 15 }, { MODORI_KEY_REPLY_CODE, 15 },
    };
    g_autoptr (ModoriMessage) message = modori_message_new ();
    g_autoptr (ModoriReport) report = modori_report_new ();

    modori_message_read (message, modori_span_of (mail));
    g_assert_true (modori_decode (message, robots, report, NULL));
    for (guint i = 0; i < G_N_ELEMENTS (lines); i++) {
        g_test_message ("%s", modori_keys[lines[i].key].name);
        g_assert_cmpuint (modori_report_outcome (report, 0)->values[lines[i].key].place.line, ==, lines[i].line);
    }
}

static void
test_keys (void)
{
    for (guint key = 0; key < MODORI_N_KEYS; key++) {
        g_assert_nonnull (modori_keys[key].name);
        g_assert_cmpuint (modori_key_of (modori_span_of (modori_keys[key].name)), ==, key);
    }
    g_assert_cmpuint (modori_key_of (modori_span_of ("nonsense")), ==, MODORI_N_KEYS);
    g_assert_cmpuint (modori_key_of (MODORI_SPAN_EMPTY), ==, MODORI_N_KEYS);
}

static void
test_keep (void)
{
    static const struct { const char *text; gsize max; const char *want; } texts[] = {
        { "plain", 0, "plain" },
        { "  two \t\r\n  words ", 0, "two words" },
        { "a\033[31mb\001\177c", 0, "a [31mb c" },
        { "\343\203\206\343\202\271\343\203\210", 0, "\343\203\206\343\202\271\343\203\210" },
        { "\343\203\206\343\202\271\343\203\210", 8, "\343\203\206\343\202\271" },
        { "bad\377utf\300\200", 0, "bad\357\277\275utf\357\277\275\357\277\275" },
        { "cut\343\203", 0, "cut\357\277\275\357\277\275" },
        { "next\302\205line\342\200\250separator", 0, "next line separator" },
        { "12345678", 4, "1234" },
        { "123 5678", 4, "123" },
        { "1234", 4, "1234" },
        { " \n", 0, "" },
    };
    g_autoptr (ModoriReport) report = modori_report_new ();

    for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
        g_autofree char *copy = NULL;

        g_test_message ("%u", i);
        g_assert_cmpstr (modori_report_keep (report, exact_copy (texts[i].text, &copy), texts[i].max), ==,
          texts[i].want);
    }
    g_assert_cmpstr (modori_report_keep (report, modori_span ("a\0b", 3), 0), ==, "a b");
}

static void
test_offer (void)
{
    g_autoptr (ModoriMessage) message = modori_message_new ();
    g_autoptr (ModoriReport) report = modori_report_new ();
    ModoriOutcome *outcome;

    modori_message_read (message, MODORI_SPAN_EMPTY);
    modori_report_begin (report, message);
    outcome = modori_report_add (report);
    g_assert_true (modori_outcome_offer (report, outcome, MODORI_KEY_STATUS, modori_span_of ("5.0.0"), "a", 1));
    g_assert_false (modori_outcome_offer (report, outcome, MODORI_KEY_STATUS, modori_span_of ("4.1.1"), "b", 2));
    g_assert_true (modori_outcome_offer (report, outcome, MODORI_KEY_STATUS, modori_span_of ("5.1.1"), "c", 3));
    g_assert_false (modori_outcome_offer (report, outcome, MODORI_KEY_STATUS, modori_span_of ("5.2.2"), "d", 4));
    g_assert_cmpstr (outcome->values[MODORI_KEY_STATUS].origin, ==, "c");
    g_assert_cmpuint (outcome->values[MODORI_KEY_STATUS].place.line, ==, 3);
    g_assert_false (modori_outcome_offer (report, outcome, MODORI_KEY_RECIPIENT, MODORI_SPAN_EMPTY, "a", 1));
    modori_outcome_offer (report, modori_report_common (report), MODORI_KEY_RECIPIENT, modori_span_of ("x@y"),
      "a", 1);
    modori_report_spread (report);
    g_assert_cmpstr (modori_outcome_text (outcome, MODORI_KEY_RECIPIENT), ==, "x@y");
}

static void
test_useless (void)
{
    static const struct { ModoriKey key; const char *text; gboolean want; } texts[] = {
        { MODORI_KEY_STATUS, "", TRUE }, { MODORI_KEY_STATUS, "5.0.0", TRUE }, { MODORI_KEY_STATUS, "5.1.0", FALSE },
        { MODORI_KEY_DIAGNOSTIC, "smtp; 550", TRUE }, { MODORI_KEY_DIAGNOSTIC, "550 5.0.0", TRUE },
        { MODORI_KEY_DIAGNOSTIC, "550 no", FALSE }, { MODORI_KEY_DIAGNOSTIC, "\343\203\206", FALSE },
        { MODORI_KEY_RECIPIENT, "0", FALSE },
    };

    for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
        g_test_message ("%s", texts[i].text);
        g_assert_true (modori_value_is_useless (texts[i].key, texts[i].text) == texts[i].want);
    }
}

/* The id of the first outcome of MAIL; the caller frees. */
static char *
id_of (const char *mail)
{
    g_autoptr (ModoriMessage) message = modori_message_new ();
    g_autoptr (ModoriReport) report = modori_report_new ();

    modori_message_read (message, modori_span_of (mail));
    g_assert_true (modori_decode (message, robots, report, NULL));
    return g_strdup (modori_outcome_text (modori_report_outcome (report, 0), MODORI_KEY_ID));
}

/* One report has one name in every mailbox; another one has another. */
static void
test_id (void)
{
    static const char mail[] = REPORT STATUS "Reporting-MTA: dns; m\n\nFinal-Recipient: rfc822; a@example.jp\n"
      "Action: failed\n"
                               "Diagnostic-Code: smtp; 550\n    said\nFrom here\n\n--b--\n";
    g_autoptr (GString) crlf = g_string_new (mail), quoted = g_string_new (mail), blank = g_string_new (mail);
    g_autoptr (GString) other = g_string_new (mail);
    g_autofree char *id = id_of (mail), *id_crlf = NULL, *id_quoted = NULL, *id_blank = NULL, *id_other = NULL;

    g_string_replace (crlf, "\n", "\r\n", 0);
    g_string_replace (quoted, "\nFrom here", "\n>From here", 0);
    g_string_replace (blank, "--b--\n", "--b--\n\n", 0);
    g_string_replace (other, "a@example.jp", "b@example.jp", 0);
    id_crlf = id_of (crlf->str);
    id_quoted = id_of (quoted->str);
    id_blank = id_of (blank->str);
    id_other = id_of (other->str);
    g_assert_cmpuint (strlen (id), ==, 32);
    g_assert_cmpstr (id, ==, id_crlf);
    g_assert_cmpstr (id, ==, id_quoted);
    g_assert_cmpstr (id, ==, id_blank);
    g_assert_cmpstr (id, !=, id_other);
}

/* A report over a whole list: all of it, but no more than the limit. */
static void
test_many (void)
{
    g_autoptr (ModoriMessage) message = modori_message_new ();
    g_autoptr (ModoriReport) report = modori_report_new ();
    g_autoptr (GString) mail = g_string_new (REPORT STATUS "Reporting-MTA: dns; m\n\n");

    for (guint i = 0; i < MODORI_OUTCOMES_MAX + 10; i++)
        g_string_append_printf (mail, "Final-Recipient: rfc822; a%u@example.jp\nAction: failed\nStatus: 5.1.1\n"
          "\n", i);
    g_string_append (mail, "--b--\n");
    modori_message_read (message, modori_span (mail->str, mail->len));
    g_assert_true (modori_decode (message, robots, report, NULL));
    g_assert_cmpuint (modori_report_n_outcomes (report), ==, MODORI_OUTCOMES_MAX);
    g_assert_cmpstr (modori_outcome_text (modori_report_outcome (report, 9999), MODORI_KEY_RECIPIENT), ==,
      "a9999@example.jp");
}

/* Who writes reports, by the words of the rules. */
static ModoriDialects *
know_robots (void)
{
    static const ModoriKind *const kinds[] = { &modori_dialect_kind, &modori_sign_kind, NULL };
    static const char rules[] = "Sign: robots\nFrom: mailer-daemon\nFrom: postmaster\nSubject: failure\n"
      "Subject: undeliver\nForward: fwd:\n";

    knowledge = modori_knowledge_parse ("x.rules", modori_span_of (rules), kinds, NULL);
    return modori_dialects_new (knowledge, NULL);
}

/* What made a parcel opens it; what a worker that is no longer ours could send instead opens nothing: half a parcel, bytes
 * that are no text, an id that leads to another folder. */
static void
test_parcel (void)
{
    static const char *const bad_ids[] = { "", "../../0123456789abcdef0123456789ab", "0123456789abcdef0123456789abcdef0" };
    g_autoptr (GString) parcel = g_string_new (NULL);
    ModoriOutcome outcome = { 0 }, opened;
    ModoriSpan rest;

    for (guint key = 0; key < MODORI_N_KEYS; key++)
        outcome.values[key].text = "\345\256\233";
    outcome.values[MODORI_KEY_ID].text = "0123456789abcdef0123456789abcdef";
    modori_parcel_make (parcel, &outcome);
    for (gsize len = 0; len < parcel->len; len++) {
        rest = modori_span (parcel->str, len);
        g_assert_false (modori_parcel_open (&rest, &opened));
    }
    rest = modori_span (parcel->str, parcel->len);
    g_assert_true (modori_parcel_open (&rest, &opened));
    g_assert_cmpuint (rest.len, ==, 0);
    g_assert_cmpstr (modori_outcome_text (&opened, MODORI_KEY_SUBJECT), ==, "\345\256\233");
    parcel->str[parcel->len - 2] = (char) 0xff;
    rest = modori_span (parcel->str, parcel->len);
    g_assert_false (modori_parcel_open (&rest, &opened));
    for (guint i = 0; i < G_N_ELEMENTS (bad_ids); i++) {
        outcome.values[MODORI_KEY_ID].text = bad_ids[i];
        modori_parcel_make (g_string_truncate (parcel, 0), &outcome);
        rest = modori_span (parcel->str, parcel->len);
        g_assert_false (modori_parcel_open (&rest, &opened));
    }
}

int
main (int argc, char **argv)
{
    int result;

    robots = know_robots ();
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/report/keys", test_keys);
    g_test_add_func ("/report/keep", test_keep);
    g_test_add_func ("/report/offer", test_offer);
    g_test_add_func ("/report/useless", test_useless);
    g_test_add_func ("/report/cases", test_cases);
    g_test_add_func ("/report/lines", test_lines);
    g_test_add_func ("/report/id", test_id);
    g_test_add_func ("/report/many", test_many);
    g_test_add_func ("/report/parcel", test_parcel);
    result = g_test_run ();
    modori_dialects_free (robots);
    modori_knowledge_free (knowledge);
    return result;
}
