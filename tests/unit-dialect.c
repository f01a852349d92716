/* unit-dialect.c - the language of Dialect blocks: what each word of it does, with mails of a few
 * lines.
 *
 * The dialects of rules/ are tested with the messages of corpus/; here are blocks made up for one
 * question each.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "report/dialect.h"
#include "report/draft.h"

#define HEAD "From: daemon@mta.example.com\nSubject: failure\n\n"
#define DIALECT "Dialect: test\nIf-Subject: failure\n"
#define LISTED \
    "Opens: /^<(?<recipient>[^>]+)>:? ?(?<diagnostic>.*)$/\n" \
    "More: /^ +(?<diagnostic>.+)$/\n"
#define SESSION \
    "Section: transcript\nSession: yes\nBegin: the session\n" \
    "Line: /^with (?<remote_mta>\\S+)$/\nLine: /^> RCPT <(?<recipient>[^>]+)>/\n" \
    "Line: /^> (?<command>\\w+)/\nLine: /^< (?<diagnostic>.+)$/\n" \
    "Line: /^(?<diagnostic>\\S+ <(?<recipient>[^>]+)>\\.\\.\\. .*)$/\n" \
    "Line: /^(?<diagnostic>program.*)$/\nMore: /^  (?<diagnostic>.+)$/\n"

/* A block, a mail, and what is read: one line for each outcome, "recipient|key=value|..." with
 * these keys. */
typedef struct {
    const char *what;
    const char *rules;
    const char *mail;
    const char *want;
} Case;

static const ModoriKey shown[] = {
    MODORI_KEY_ORIGINAL_RECIPIENT, MODORI_KEY_ACTION, MODORI_KEY_STATUS, MODORI_KEY_COMMAND, MODORI_KEY_REMOTE_MTA,
    MODORI_KEY_REPORTING_MTA, MODORI_KEY_SUBJECT, MODORI_KEY_DATE, MODORI_KEY_DIAGNOSTIC,
};

static const Case cases[] = {
    { "each recipient has its own words, over several lines", DIALECT LISTED,
      HEAD "Sorry.\n  not this\n<a@example.com>: 550 no\n  such user\n<b@Example.COM>:\n  full\n",
      "a@example.com|action=failed|diagnostic=550 no such user\n"
      "b@example.com|action=failed|diagnostic=full\n" },
    { "an empty line ends what is said of one", DIALECT LISTED "Until: /^$/\n",
      HEAD "<a@example.com>: 550 no\n\n  Yours, the mail system\n",
      "a@example.com|action=failed|diagnostic=550 no\n" },
    { "what is no address opens nothing", DIALECT LISTED, HEAD "<see below>: 550\n", "" },
    { "a local part alone, where the dialect says so", DIALECT LISTED "Local: yes\n", HEAD
      "<postmaster>: full\n",
      "postmaster|action=failed|diagnostic=full\n" },
    { "a bare local part is in the domain of a field", DIALECT LISTED "Domain: From\n", HEAD
      "<postmaster>: full\n<a@example.org>: full\n",
      "postmaster@mta.example.com|action=failed|diagnostic=full\n"
      "a@example.org|action=failed|diagnostic=full\n" },
    { "who wrote it and who is to be asked are no recipients",
      DIALECT LISTED "Except: /^help@/\nExcept-Header: From\n", HEAD
      "<daemon@mta.example.com>: hello\n<help@example.com>: ask\n<a@example.com>: full\n",
      "a@example.com|action=failed|diagnostic=full\n" },
    { "what a line says of a list is said of each in it",
      DIALECT "Opens: /^(?<recipients>.*) are (?<diagnostic>.*)$/\n", HEAD
      "a@example.com, b@example.com are full\n",
      "a@example.com|action=failed|diagnostic=full\nb@example.com|action=failed|diagnostic=full\n" },
    { "phrases have alternatives and are made of others",
      DIALECT "Phrase: no full\nPhrase: no un(?:known|heard of)\nPhrase: who (?<recipient>\\S+@\\S+)\n"
      "Phrase: all {who} is {no}\nOpens: /^{all}{1}(?<diagnostic>.*)$/\n", HEAD
      "a@example.com is full, sorry\nb@example.com is unheard of\nc@example.com is {no}\n",
      "a@example.com|action=failed|diagnostic=, sorry\nb@example.com|action=failed\n" },
    { "sentences are wrapped, lists are not",
      DIALECT "View: paragraphs\nOpens: /^(?<diagnostic>mail to (?<recipient>\\S+@\\S+) failed.*)$/\n"
      "Opens: /^(?<recipient>\\S+@\\S+) (?<diagnostic>.*)$/\n"
      "Line: /^(?<diagnostic>Subject: .*)$/\n", HEAD
      "The\n> mail to q@example.com failed\nmail to\n\nMail\nto a@example.com\n  failed.\n"
      "b@example.com\n   550 is full,\n   c@example.com too\nd@example.com  gone\n550 no\n",
      "a@example.com|action=failed|diagnostic=Subject: failure Mail to a@example.com failed.\n"
      "b@example.com|action=failed|diagnostic=550 is full, c@example.com too\n"
      "d@example.com|action=failed|diagnostic=gone\n" },
    { "the reason stands before the recipient", DIALECT "Skip: /^Sorry/\n"
      "Closes: /^(?<recipient>\\S+@\\S+)$/\n"
      "Line: /^(?<diagnostic>.+)$/\n", HEAD "Sorry.\nuser unknown\na@example.com\nfull\n"
      "b@example.com\nbye\n",
      "a@example.com|action=failed|diagnostic=user unknown\n"
      "b@example.com|action=failed|diagnostic=full\n" },
    { "words for all, behind them", DIALECT "Section: who\nBegin: not delivered to:\n"
      "Opens: /^ +(?<recipient>\\S+)$/\n"
      "Section: why\nCommon: yes\nBegin: because:\nLine: /^ +(?<diagnostic>.+)$/\n",
      HEAD "not delivered to:\n\n  a@example.com\n  b@example.com\n\nbecause:\n\n  no\n  route\n",
      "a@example.com|action=failed|diagnostic=no route\n"
      "b@example.com|action=failed|diagnostic=no route\n" },
    { "a section ends, and an empty line ends it only behind something", DIALECT "Section: why\n"
      "Common: yes\nBegin: /^Answer:/\n"
      "End: /^$/\nLine: /^(?<diagnostic>.+)$/\nSection: who\nBegin: /^To:/\n"
      "Opens: /^(?<recipient>\\S+@\\S+)$/\n",
      HEAD "Answer:\n\n550 no\n\nGood bye\nTo:\na@example.com\n",
      "a@example.com|action=failed|diagnostic=550 no\n" },
    { "a mark that looks ahead leaves its line", DIALECT "Section: all\nBegin: /^(?=to )/\n"
      "Opens: /^to (?<recipient>\\S+)$/\n",
      HEAD "to a@example.com\nto b@example.com\n", "a@example.com|action=failed\n"
      "b@example.com|action=failed\n" },
    { "a constant of a section is for its recipients only", DIALECT "Section: one\n"
      "Begin: failed:\nOpens: /^(?<recipient>\\S+@\\S+)$/\n"
      "Section: two\nBegin: waiting:\nSet: action delayed\nOpens: /^(?<recipient>\\S+@\\S+)$/\n",
      HEAD "failed:\na@example.com\nwaiting:\nb@example.com\n", "a@example.com|action=failed\n"
      "b@example.com|action=delayed\n" },
    { "the value of a heading, here or below", DIALECT "After: recipient /^Recipient:/\n"
      "After: diagnostic /^Reason:/\n",
      HEAD "Recipient:\n\n  <a@example.com>\nReason: full\n",
      "a@example.com|action=failed|diagnostic=full\n" },
    { "a list on one line", DIALECT "Line: /^To: (?<recipients>.+)$/\n", HEAD
      "To: a@example.com, <b@example.com>; none\n",
      "a@example.com|action=failed\nb@example.com|action=failed\n" },
    { "numbered entries in any order of their fields", DIALECT "View: json\n"
      "Line: /^r\\[(?<entry>\\d+)\\]\\.why = (?<diagnostic>.+)$/\n"
      "Line: /^r\\[(?<entry>\\d+)\\]\\.who = (?<recipient>.+)$/\n",
      HEAD "{\"r\": [{\"why\": \"full\", \"who\": \"a@example.com\"}, "
      "{\"who\": \"b@example.com\", \"why\": \"gone\"}]}\n",
      "a@example.com|action=failed|diagnostic=full\n"
      "b@example.com|action=failed|diagnostic=gone\n" },
    { "a pipe goes by the address that led to it", DIALECT "Opens: /^[|]/\n"
      "More: /^ +by (?<original_recipient>\\S+)$/\nMore: /^ +(?<diagnostic>.+)$/\n",
      HEAD "|/bin/false\n  by a@example.com\n  exit 1\n",
      "a@example.com|action=failed|diagnostic=exit 1\n" },
    { "told twice: the place with the reply counts", DIALECT LISTED,
      HEAD "<a@example.com>: Try another address.\n<a@example.com>: 550 5.1.1 unknown\n",
      "a@example.com|action=failed|diagnostic=550 5.1.1 unknown\n" },
    { "words that are complete only when joined", DIALECT LISTED
      "Words: /^host (?<remote_mta>\\S+) said: (?<diagnostic>.+)$/\n",
      HEAD "<a@example.com>: host\n  mx.example.com said: 550\n  no\n",
      "a@example.com|action=failed|remote_mta=mx.example.com|diagnostic=550 no\n" },
    { "constants when a pattern matches, never in the returned message", DIALECT LISTED
      "Set: action delayed When /warning/\nOriginal: /^-- copy/\n", HEAD "<a@example.com>: full\n"
      "-- copy\nSubject: warning\n",
      "a@example.com|action=failed|diagnostic=full\n" },
    { "delayed, and it was the last word", DIALECT LISTED "Set: action delayed\n"
      "Final: /gave up/\n", HEAD "<a@example.com>: gave up\n",
      "a@example.com|action=failed|diagnostic=gave up\n" },
    { "from the header when the text names nobody", DIALECT "Line: /^(?<diagnostic>.+)$/\n"
      "Take: recipient Header X-Failed\n",
      "Subject: failure\nX-Failed: a@example.com,\n  \"b, c\" <b@example.com>\n\nfull\n",
      "a@example.com|action=failed|diagnostic=full\n"
      "b@example.com|action=failed|diagnostic=full\n" },
    { "from the returned message when it went to one", DIALECT "Line: /^(?<diagnostic>.+)$/\n"
      "Original: /^(?=Return-Path:)/\n"
      "Take: recipient Original To\n", HEAD "full\nReturn-Path: <>\nTo: <a@example.com>\n\nhello\n",
      "a@example.com|action=failed|diagnostic=full\n" },
    { "not when it went to several", DIALECT "Line: /^(?<diagnostic>.+)$/\n"
      "Original: /^(?=Return-Path:)/\n"
      "Take: recipient Original To\n", HEAD "full\nReturn-Path: <>\n"
      "To: a@example.com, b@example.com\n\nhello\n",
      "|action=failed|diagnostic=full\n" },
    { "what the report tells of the returned message", DIALECT LISTED
      "Line: /^Subject: (?<subject>.+)$/\nLine: /^Sent: (?<date>.+)$/\n"
      "Line: /^Server: (?<reporting_mta>.+)$/\n",
      HEAD "<a@example.com>: full\n<b@example.com>: full\nSubject: hello\n"
      "Sent: Thu, 1 Feb 2024 09:30:00 +0900\nServer: dns; mx.example.com\n",
      "a@example.com|action=failed|reporting_mta=mx.example.com|subject=hello|"
      "date=2024-02-01T09:30:00+09:00|diagnostic=full\n"
      "b@example.com|action=failed|reporting_mta=mx.example.com|subject=hello|"
      "date=2024-02-01T09:30:00+09:00|diagnostic=full\n" },
    { "what is no status, no code, no action is not taken", DIALECT LISTED
      "Line: /^s (?<status>.+)$/\nLine: /^a (?<action>.+)$/\n",
      HEAD "<a@example.com>: full\ns 9.9\na happy\n",
      "a@example.com|action=failed|diagnostic=full\n" },
    { "replies in another order than recipients, of several lines", DIALECT LISTED SESSION,
      HEAD "<a@example.com>:\n<b@example.com>: 550-first\nthe session\nwith mx.example.com\n"
      "> DATA\n< 550-first\n< 550 second\n"
      "< 552 <a@example.com> full\n< 554 no valid recipients\n",
      "a@example.com|action=failed|command=RCPT|remote_mta=mx.example.com|"
      "diagnostic=552 <a@example.com> full\n"
      "b@example.com|action=failed|command=RCPT|remote_mta=mx.example.com|"
      "diagnostic=550-first 550 second\n" },
    { "several commands before the first reply", DIALECT SESSION,
      HEAD "the session\n> RCPT <a@example.com>\n> RCPT <b@example.com>\n> RCPT <c@example.com>\n"
      "< 550 no\n< 250 fine\n< 452 full\n  for now\n",
      "a@example.com|action=failed|command=RCPT|diagnostic=550 no\n"
      "c@example.com|action=failed|command=RCPT|diagnostic=452 full for now\n" },
    { "a message is refused for all that were taken", DIALECT SESSION,
      HEAD "the session\n> RCPT <a@example.com>\n< 250 fine\n> RCPT <b@example.com>\n< 550 no\n"
      "> DATA\n< 354 go\n< 554 spam\n",
      "b@example.com|action=failed|command=RCPT|diagnostic=550 no\n"
      "a@example.com|action=failed|command=DATA|diagnostic=554 spam\n" },
    { "our own server names whom the reply is about", DIALECT SESSION,
      HEAD "the session\n> DATA\n< 550 no such person\n550 <a@example.com>... User unknown\n"
      "program: over quota\n550 <b@example.com>... failed\n",
      "a@example.com|action=failed|command=DATA|diagnostic=550 no such person\n"
      "b@example.com|action=failed|diagnostic=program: over quota 550 <b@example.com>... failed\n" },
    { "the example of modori-rules(5)", "Dialect: robot\nIf-From: Mail Robot\n"
      "If-Body: /^These people did not get your mail:$/m\n"
      "If-Body: /^These people will get it later:$/m\nOpens: /^ {2}(?<recipient>\\S+@\\S+)$/\n"
      "More: /^ {4}(?<diagnostic>.+)$/\nUntil: /^$/\n"
      "Words: /^(?<diagnostic>.*), says (?<remote_mta>\\S+)$/\n"
      "Original: /^=== your mail$/\nSection: late\nBegin: /^These people will get it later:$/\n"
      "Set: action delayed\n",
      "From: Mail Robot <robot@mail.example.com>\n\nThese people did not get your mail:\n\n"
      "  hanako@example.jp\n"
      "    550 5.1.1 no such user, says\n    mx.example.jp\n\nThese people will get it later:\n\n"
      "  taro@example.jp\n    host is down\n\nYours, the robot\n=== your mail\n"
      "Return-Path: <you@example.com>\n",
      "hanako@example.jp|action=failed|remote_mta=mx.example.jp|diagnostic=550 5.1.1 no such user\n"
      "taro@example.jp|action=delayed|diagnostic=host is down\n" },
};

static ModoriKnowledge *
parse (const char *rules)
{
    static const ModoriKind *const kinds[] = { &modori_dialect_kind, &modori_sign_kind, NULL };
    g_autoptr (GError) error = NULL;
    ModoriKnowledge *knowledge = modori_knowledge_parse ("test.rules", modori_span_of (rules), kinds, &error);

    g_assert_no_error (error);
    return knowledge;
}

static char *
show (ModoriReport *report)
{
    GString *out = g_string_new (NULL);

    for (guint i = 0; i < modori_report_n_outcomes (report); i++) {
        const ModoriOutcome *outcome = modori_report_outcome (report, i);

        g_string_append (out, modori_outcome_text (outcome, MODORI_KEY_RECIPIENT));
        for (guint n = 0; n < G_N_ELEMENTS (shown); n++)
            if (modori_outcome_text (outcome, shown[n])[0])
                g_string_append_printf (out,
                  "|%s=%s", modori_keys[shown[n]].name, modori_outcome_text (outcome, shown[n]));
        g_string_append_c (out, '\n');
    }
    return g_string_free (out, FALSE);
}

/* What is read of MAIL into REPORT; KNOWLEDGE has one dialect, and it bids. */
static void
read_with (const ModoriKnowledge *knowledge, const char *mail, ModoriMessage *message, ModoriReport *report,
           void (*before) (ModoriReport *report))
{
    g_autoptr (GError) error = NULL;
    g_autoptr (ModoriDialects) dialects = modori_dialects_new (knowledge, &error);

    g_assert_no_error (error);
    modori_message_read (message, modori_span_of (mail));
    modori_report_begin (report, message);
    if (before)
        before (report);
    modori_dialects_turn_to (dialects, message, 0);
    g_assert_cmpuint (modori_dialect_bid (dialects, 0), >, 0);
    modori_dialect_read (dialects, 0, report);
}

static void
read_mail (const char *rules, const char *mail, ModoriMessage *message, ModoriReport *report,
           void (*before) (ModoriReport *report))
{
    g_autoptr (ModoriKnowledge) knowledge = parse (rules);

    read_with (knowledge, mail, message, report, before);
}

static void
test_language (void)
{
    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autoptr (ModoriMessage) message = modori_message_new ();
        g_autoptr (ModoriReport) report = modori_report_new ();
        g_autofree char *got = NULL;

        g_test_message ("%s", cases[i].what);
        read_mail (cases[i].rules, cases[i].mail, message, report, NULL);
        got = show (report);
        g_assert_cmpstr (got, ==, cases[i].want);
    }
}

/* A machine-readable part has been read before. */
static void
add_listed (ModoriReport *report)
{
    static const struct { const char *recipient, *diagnostic; } listed[] = {
        { "a@example.com", "smtp; 550" },
        { "b@example.com", "smtp; 550-5.7.1 first line" },
        { "c@example.com", "550 5.1.1 unknown" },
    };

    for (guint i = 0; i < G_N_ELEMENTS (listed); i++) {
        ModoriOutcome *outcome = modori_report_add (report);

        outcome->fields = "Final-Recipient: ...";
        modori_outcome_set (report, outcome,
          MODORI_KEY_RECIPIENT, modori_span_of (listed[i].recipient), "dsn", 0);
        modori_outcome_set (report, outcome,
          MODORI_KEY_DIAGNOSTIC, modori_span_of (listed[i].diagnostic), "dsn", 0);
        modori_outcome_set (report, outcome, MODORI_KEY_ACTION, modori_span_of ("failed"),
          "dsn", 0);
    }
}

static void
test_merge (void)
{
    g_autoptr (ModoriMessage) message = modori_message_new ();
    g_autoptr (ModoriReport) report = modori_report_new ();
    g_autofree char *got = NULL;

    read_mail (DIALECT LISTED, HEAD "<A@example.com>: 550 mailbox is full\n"
      "<b@example.com>: 550-5.7.1 first line 550 5.7.1 second\n"
               "<c@example.com>: host mx.example.com[192.0.2.1] said: 550 5.1.1 no (in reply to RCPT TO command)\n"
               "<invented@example.com>: 550 5.1.1\n", message, report, add_listed);
    got = show (report);
    g_assert_cmpstr (got, ==, "a@example.com|action=failed|diagnostic=550 mailbox is full\n"
                     "b@example.com|action=failed|diagnostic=550-5.7.1 first line 550 5.7.1 second\n"
                     "c@example.com|action=failed|command=RCPT|remote_mta=mx.example.com|"
                     "diagnostic=550 5.1.1 unknown\n");
}

/* The fields name aliases, the text who is behind them; two are behind c, of whom one has the reply
 * of the fields. */
static void
test_aliases (void)
{
    g_autoptr (ModoriMessage) message = modori_message_new ();
    g_autoptr (ModoriReport) report = modori_report_new ();
    g_autofree char *got = NULL;

    read_mail (DIALECT "Opens: /^<(?<recipient>[^>]+)> from (?<original_recipient>\\S+): (?<diagnostic>.*)$/\n"
               LISTED, HEAD "<one@example.org> from c@example.com: 552 full\n"
               "<two@example.org> from c@example.com: 550 5.1.1 unknown\n"
               "<three@example.org> from A@example.com: 550 no\n"
               "<five@example.org>: host mx.example.org said: 550-5.7.1 first line 550 5.7.1 second\n",
               message, report, add_listed);
    got = show (report);
    g_assert_cmpstr (got, ==,
                     "three@example.org|original_recipient=a@example.com|action=failed|diagnostic=550 no\n"
                     "b@example.com|action=failed|remote_mta=mx.example.org|"
                     "diagnostic=smtp; 550-5.7.1 first line\n"
                     "two@example.org|original_recipient=c@example.com|action=failed|"
                     "diagnostic=550 5.1.1 unknown\n"
                     "one@example.org|original_recipient=c@example.com|action=failed|diagnostic=552 full\n");
}

/* Whatever the text calls him, there is only one. */
static void
add_one (ModoriReport *report)
{
    ModoriOutcome *outcome = modori_report_add (report);

    modori_outcome_set (report, outcome,
      MODORI_KEY_RECIPIENT, modori_span_of ("real@example.com"), "dsn", 0);
}

static void
test_only_one (void)
{
    g_autoptr (ModoriMessage) message = modori_message_new ();
    g_autoptr (ModoriReport) report = modori_report_new ();
    g_autofree char *got = NULL;

    read_mail (DIALECT LISTED, HEAD "<alias@example.com>: 550 full\n", message, report, add_one);
    got = show (report);
    g_assert_cmpstr (got, ==, "real@example.com|diagnostic=550 full\n");
}

/* Values say where they come from, as far as the text stands in the message as it was read. */
static void
check_place (ModoriReport *report, ModoriKey key, guint line, guint rule)
{
    const ModoriValue *value = &modori_report_outcome (report, 0)->values[key];

    g_test_message ("%s", modori_keys[key].name);
    g_assert_cmpuint (value->place.line, ==, line);
    g_assert_cmpuint (value->place.rule, ==, rule);
    g_assert_cmpstr (value->origin, ==, "test");
}

static void
test_origin (void)
{
    g_autoptr (ModoriMessage) message = modori_message_new ();
    g_autoptr (ModoriReport) report = modori_report_new ();
    g_autoptr (ModoriKnowledge) knowledge = parse ("# comment\n\n" DIALECT "Set: action delayed\n"
        "Final:\n /last/\nTake: client_ip Header X-IP\nAfter: reporting_mta /^by:/\n"
        "Words: /from (?<remote_mta>\\S+)/\nSection: list\nBegin: /^at (?<arrival_date>.*)/\n" LISTED);

    read_with (knowledge, "X-IP: 192.0.2.1\n" HEAD "by:\nmx.example\nat 21 Nov 2026 21:42:23 +0000\n\n"
               "<a@example.com>:\n  full, it came\n  from mta.example.net\n  at last\n", message, report, NULL);
    check_place (report, MODORI_KEY_RECIPIENT, 9, 13);
    check_place (report, MODORI_KEY_DIAGNOSTIC, 10, 14);
    check_place (report, MODORI_KEY_REMOTE_MTA, 10, 10);
    check_place (report, MODORI_KEY_REPORTING_MTA, 6, 9);
    check_place (report, MODORI_KEY_ARRIVAL_DATE, 7, 12);
    check_place (report, MODORI_KEY_CLIENT_IP, 0, 8);
    check_place (report, MODORI_KEY_ACTION, 0, 6);
    check_place (report, MODORI_KEY_DIALECT, 0, 3);
}

/* The first place had no reply; what is told is said at the second. */
static void
test_origin_twice (void)
{
    g_autoptr (ModoriMessage) message = modori_message_new ();
    g_autoptr (ModoriReport) report = modori_report_new ();
    g_autoptr (ModoriKnowledge) knowledge = parse (DIALECT LISTED "Opens: /^(?<recipient>\\S+@\\S+) got (?<diagnostic>.*)/\n");

    read_with (knowledge, HEAD "<a@example.com>:\n  sorry\na@example.com got 550 5.1.1 no such user\n", message,
               report, NULL);
    check_place (report, MODORI_KEY_RECIPIENT, 4, 3);
    check_place (report, MODORI_KEY_DIAGNOSTIC, 6, 5);
}

static void
test_origin_session (void)
{
    g_autoptr (ModoriMessage) message = modori_message_new ();
    g_autoptr (ModoriReport) report = modori_report_new ();
    g_autoptr (ModoriKnowledge) knowledge = parse (DIALECT SESSION);

    read_with (knowledge, HEAD "the session\nwith mx.example.com\n> RCPT <a@example.com>\n< 550-no\n< 550 such user\n",
               message, report, NULL);
    check_place (report, MODORI_KEY_REMOTE_MTA, 5, 6);
    check_place (report, MODORI_KEY_RECIPIENT, 6, 7);
    check_place (report, MODORI_KEY_COMMAND, 6, 7);
    check_place (report, MODORI_KEY_DIAGNOSTIC, 7, 9);
}

static void
test_bids (void)
{
    static const struct { const char *rules, *mail; guint want; } bids[] = {
        { "If-Subject: failure\n", "Subject: delivery  failure\n\n", 50 },
        { "If-Subject: failure\nBid: 70\n", "Subject: =?utf-8?Q?Failure?=\n\n", 70 },
        { "If-Subject: failure\n", "Subject: hello\n\nfailure\n", 0 },
        { "If-Subject: failure\nIf-Body: sorry\n", "Subject: failure\n\nSo sorry.\n", 50 },
        { "If-Subject: failure\nIf-Body: sorry\n", "Subject: failure\n\nHello\n", 0 },
        { "If-Subject: failure\nIf-Subject: hello\n", "Subject: hello\n\n", 50 },
        { "If-Subject: a\nIf-From: b\nIf-Body: c\nNeed: 2\n", "Subject: a\n\nc\n", 50 },
        { "If-Subject: a\nIf-From: b\nIf-Body: c\nNeed: 2\n", "Subject: a\nFrom: x\n\nx\n", 0 },
        { "If-Subject: a\nUnless-From: b\n", "Subject: a\nFrom: c\n\n", 50 },
        { "If-Subject: a\nUnless-From: b\n", "Subject: a\nFrom: b\n\n", 0 },
        { "If-Subject: a\nUnless-Subject: b\nUnless-Body: c\n", "Subject: a\n\nc\n", 0 },
        { "If-Subject: a\nUnless-Header: X-Loop\n", "Subject: a\nX-Loop: 1\n\n", 0 },
        { "If-Subject: a\nUnless-Type: html\n", "Subject: a\nContent-Type: text/html\n\n", 0 },
        { "If-Subject: a\nBid: last\n", "Subject: a\n\n", 1 },
        { "If-Header: X-Ndr\n", "X-NDR:\n\n", 50 },
        { "If-Header: X-Ndr\n", "X-Other: 1\n\n", 0 },
        { "If-Header: Received /^by b/m\n", "Received: by a\nReceived: by b\n\n", 50 },
        { "If-Type: /report-type=x/\n", "Content-Type: multipart/report;\n report-type=x\n\n", 50 },
        { "If-Body: a = 1\nView: json\n", "Subject: x\n\n{\"a\": 1}\n", 50 },
        { "If-Body: 1\nView: json\n", "Subject: x\n\nnumber 1\n", 0 },
        { "If-Body: sorry\n", "Content-Type: text/html\n\n<p>So <b>sorry</b></p>\n", 50 },
    };

    for (guint i = 0; i < G_N_ELEMENTS (bids); i++) {
        g_autofree char *rules = g_strconcat ("Dialect: test\n", bids[i].rules, NULL);
        g_autoptr (ModoriKnowledge) knowledge = parse (rules);
        g_autoptr (ModoriDialects) dialects = modori_dialects_new (knowledge, NULL);
        g_autoptr (ModoriMessage) message = modori_message_new ();

        g_test_message ("%s%s", bids[i].rules, bids[i].mail);
        g_assert_nonnull (dialects);
        modori_message_read (message, modori_span_of (bids[i].mail));
        modori_dialects_turn_to (dialects, message, 0);
        g_assert_cmpuint (modori_dialect_bid (dialects, 0), ==, bids[i].want);
    }
}

/* A block that is not what it should be is refused with its place. */
static void
test_errors (void)
{
    static const struct { const char *rules, *message; } errors[] = {
        { "Dialect: test\nLine: x\n",
          "test.rules: line 1: Dialect test needs 1 kinds of conditions (If-...) and has 0" },
        { "Dialect: test\nIf-Body: x\nNeed: 2\n",
          "test.rules: line 1: Dialect test needs 2 kinds of conditions (If-...) and has 1" },
        { "Dialect: test\nIf-Body: x\nLine: /(?<who>.*)/\n",
          "test.rules: line 3: \"who\" is no key of the record" },
        { "Dialect: test\nIf-Body: x\nView: pdf\n",
          "test.rules: line 3: expected plain, html, json, headers or paragraphs" },
        { "Dialect: test\nIf-Body: x\nPhrase: Who x\n",
          "test.rules: line 3: \"Who\" is no name of small letters with an expression behind it" },
        { "Dialect: test\nUnless-Body: x\n",
          "test.rules: line 1: Dialect test needs 1 kinds of conditions (If-...) and has 0" },
        { "Dialect: test\nIf-Body: x\nBid: 100\n",
          "test.rules: line 3: expected a number from 1 to 99" },
        { "Dialect: test\nIf-Body: x\nBegin: x\n",
          "test.rules: line 3: there is no Section above it" },
        { "Dialect: test\nIf-Body: x\nSet: action\n",
          "test.rules: line 3: expected \"KEY VALUE\" or \"KEY VALUE When PATTERN\"" },
        { "Dialect: test\nIf-Body: x\nTake: recipient Body x\n",
          "test.rules: line 3: expected \"KEY Header NAME\" or \"KEY Original NAME\"" },
        { "Dialect: test\nIf-Body: x\nLocal: maybe\n",
          "test.rules: line 3: expected \"yes\" or \"no\"" },
    };

    for (guint i = 0; i < G_N_ELEMENTS (errors); i++) {
        g_autoptr (ModoriKnowledge) knowledge = parse (errors[i].rules);
        g_autoptr (GError) error = NULL;

        g_assert_null (modori_dialects_new (knowledge, &error));
        g_assert_nonnull (error);
        g_assert_cmpstr (error->message, ==, errors[i].message);
    }
}

static void
test_addresses (void)
{
    static const struct { const char *text, *want; gboolean local; } addresses[] = {
        { "<a@example.com>", "a@example.com", FALSE },
        { "a@example.com.", "a@example.com", FALSE },
        { "mailto:a@example.com>,", "a@example.com", FALSE },
        { "\"a@example.com\"", "a@example.com", FALSE },
        { "\"john doe\"@example.com", "\"john doe\"@example.com", FALSE },
        { "user.@docomo.example", "user.@docomo.example", FALSE },
        { "us..er@example.com", "us..er@example.com", FALSE },
        { "a@[192.0.2.1]", "a@[192.0.2.1]", FALSE },
        { "用户@example.com", "用户@example.com", FALSE },
        { "[SMTP:a@example.com]", "a@example.com", FALSE },
        { "@example.com", "", FALSE },
        { "a@", "", FALSE },
        { "two words@example.com", "", FALSE },
        { "user", "", FALSE },
        { "<user>", "user", TRUE },
        { "", "", TRUE },
    };

    for (guint i = 0; i < G_N_ELEMENTS (addresses); i++) {
        ModoriSpan got = modori_draft_address (modori_span_of (addresses[i].text), addresses[i].local);
        g_autofree char *text = modori_span_dup (got);

        g_assert_cmpstr (text, ==, addresses[i].want);
    }
}

/* What is spared by looking at the first byte must not have matched. */
static void
test_first (void)
{
    static const struct { const char *pattern, *yes, *no; } firsts[] = {
        { "/^<(?<recipient>.+)>/", "<", "a \t" },
        { "/^ {2}(?<recipient>x)/", " ", "x" },
        { "/^ ?In: /", " Ii", "no" },
        { "/^(?:to|(?<diagnostic>for)) /", "tTfF", "or" },
        { "/^(?=Return-Path: |Received: )/", "rR", " t" },
        { "/^\\s*(?<recipient>\\S+)/", " a<", "" },
        { "/^\\W*x/", " -xX\303", "ab_0" },
        { "/^[a-c]x/", "aBc\303", "xd" },
        { "/^[\\s–-]*k/", " \t-kK\342", "ab" },
        { "/^[^\\s<\\]|(]+@/", "a)k[", " \t<](|" },
        { "/^[^a-c]x/", "dX-", "aBc" },
        { "/^([^<]|b)x/", "ab", "<" },
        { "/^[]x-]y/", "]xX-", "y" },
        { "/^[[:digit:]]x/", "any", "" },
        { "/^[\\]|]x|y/", "any", "" },
        { "/^a|b/", "any", "" },
        { "/^$/m", "any", "" },
        { "/a/", "any", "" },
        { "plain words", "any", "" },
        { "/^\\*\\* x/", "*", "x" },
        { "/^x{0,2}y/", "xy", "z" },
        { "/^-{3,} x/", "-", "x" },
        { "/^(a|b)?c/", "abcC", "d" },
        { "/^応答/", "\345", "a" },
    };

    for (guint i = 0; i < G_N_ELEMENTS (firsts); i++) {
        ModoriFirst first;

        g_test_message ("%s", firsts[i].pattern);
        modori_first_find (&first, firsts[i].pattern);
        for (const char *c = firsts[i].yes; *c; c++)
            g_assert_true (modori_first_holds (&first, modori_span (c, 1)));
        for (const char *c = firsts[i].no; *c; c++)
            g_assert_false (modori_first_holds (&first, modori_span (c, 1)));
    }
}

/* What is spared by counting blanks must not have matched. */
static void
test_blanks (void)
{
    static const struct { const char *pattern; guint least, most; } blanks[] = {
        { "/^ {2}[|\\/]/", 2, 2 },             { "/^ {1,3}<?(?<recipient>[^\\s<>]+)>?$/", 1, 3 },
        { "/^ {2}\\S+$/", 2, 2 },              { "/^ {0,4}x/", 0, 4 },
        { "/^ {2}$/", 2, 2 },                  { "/^ {2}/", 0, G_MAXUINT },
        { "/^ {2}x?/", 0, G_MAXUINT },         { "/^ {2}x? y/", 0, G_MAXUINT },
        { "/^ {2}(?:x| )/", 0, G_MAXUINT },    { "/^ {2}.x/", 0, G_MAXUINT },
        { "/^ {2}?x/", 0, G_MAXUINT },         { "/^ {2}+x/", 0, G_MAXUINT },
        { "/^ {2,}x/", 0, G_MAXUINT },         { "/^ {12}x/", 0, G_MAXUINT },
        { "/^ {2}x|y/", 0, G_MAXUINT },        { "/^ {2}x/m", 0, G_MAXUINT },
        { "/^  x/", 0, G_MAXUINT },            { "/^ {2}[^x]/", 0, G_MAXUINT },
        { "/^ {2}\\s*x/", 0, G_MAXUINT },      { "/^ {2}(?!y)x/", 0, G_MAXUINT },
    };

    for (guint i = 0; i < G_N_ELEMENTS (blanks); i++) {
        guint least, most;

        g_test_message ("%s", blanks[i].pattern);
        modori_first_blanks (blanks[i].pattern, &least, &most);
        g_assert_cmpuint (least, ==, blanks[i].least);
        g_assert_cmpuint (most, ==, blanks[i].most);
    }
}

/* What is spared by looking for signs must not have matched. */
static void
test_needs (void)
{
    static const struct { const char *pattern, *needs; } needs[] = {
        { "/^<(?<recipient>.+@.+)>:$/", "@<>:" }, { "/^<?(?<recipient>[^<>]+)>?:/", ":" },
        { "/(?:a@b)?:/", ":" },                   { "/(?:<a|b):/", ":" },
        { "/<|:/", "" },                          { "/(?=<)(?!:)\\(/", "<(" },
        { "/a\\@{0,2}b\\:{1,2}/", ":" },      { "/[@]:*=+/", "=" },
        { "/\\Q@\\E/", "" },                  { "/@/x", "" },
        { "a@b", "" },                            { "/(?:(?:(?:(?:(?:@)))))/", "" },
    };

    for (guint i = 0; i < G_N_ELEMENTS (needs); i++) {
        guint want = 0;

        g_test_message ("%s", needs[i].pattern);
        for (const char *c = needs[i].needs; *c; c++)
            want |= 1u << (strchr (MODORI_FIRST_SIGNS, *c) - MODORI_FIRST_SIGNS);
        g_assert_cmphex (modori_first_needs (needs[i].pattern), ==, want);
    }
}

/* What is matched by hand is what PCRE2 matches. */
static void
test_shapes (void)
{
    static const char *const patterns[] = {
        "/^$/", "/^\\S/", "/^(?<recipient>.+)$/", "/^\\s*(?<recipient>\\S.*)$/",
        "/^ {4,}(?<recipient>\\S.*)$/", "/^<<< (?<recipient>.+)$/", "/^To: (?<recipient>.*)$/",
        "/^\\(k\\s*\\S/", "/^a b/", "/^ab$/", "/^ {2,}\\S/",
    };
    static const char *const not_known[] = {
        "/^\\s*(?<recipient>.+)$/", "/^a?$/", "/^$/m", "/^(?:a)$/", "/a/", "a", "/^a|b$/",
        "/^ {4}(?<recipient>\\S.*)$/", "/^(?<recipient>.+)/", "/^ab*$/", "/^\\s*$/",
    };
    static const char *const texts[] = {
        "", " ", "\t", "a", "ab", "A B", " a", "  \ta b ", "    a", "     ", "\t   a", "    \ta",
        "<<< ", "<<< a", "<<<  ", "to: ", "TO: a@b ", "(K", "(k x", "(k\t ", "(kx", "a bc",
    };

    g_assert_false (modori_shape_can_tell (modori_span_of ("a line of text\r")));
    g_assert_false (modori_shape_can_tell (modori_span_of ("caf\303\251 au lait")));
    for (guint i = 0; i < G_N_ELEMENTS (not_known); i++) {
        ModoriShape shape;

        modori_shape_find (&shape, not_known[i]);
        g_assert_false (shape.known);
    }
    for (guint i = 0; i < G_N_ELEMENTS (patterns) * G_N_ELEMENTS (texts); i++) {
        const char *source = patterns[i / G_N_ELEMENTS (texts)];
        ModoriSpan text = modori_span_of (texts[i % G_N_ELEMENTS (texts)]), value;
        g_autoptr (ModoriPattern) pattern = modori_pattern_new (modori_span_of (source), NULL);
        ModoriCaptures captures;
        ModoriShape shape;
        gboolean matches;
        gsize start, end, behind;

        g_test_message ("%s: \"%s\"", source, text.at);
        modori_shape_find (&shape, source);
        g_assert_true (shape.known && modori_shape_can_tell (text));
        matches = modori_pattern_finds (pattern, text, &captures);
        g_assert_cmpint (modori_shape_matches (&shape, text, &value, &behind), ==, matches);
        if (! matches)
            continue;
        modori_pattern_extent (pattern, &start, &end);
        g_assert_cmpuint (start, ==, 0);
        g_assert_cmpuint (end, ==, behind);
        g_assert_cmpuint (value.len, ==, modori_captures_get (&captures, "recipient").len);
    }
}

/* Hostile lists: as many recipients as fit, each line once. */
static void
test_many (void)
{
    g_autoptr (ModoriMessage) message = modori_message_new ();
    g_autoptr (ModoriReport) report = modori_report_new ();
    g_autoptr (GString) mail = g_string_new (HEAD);

    for (guint i = 0; i < 20000; i++)
        g_string_append_printf (mail, "<%u@x>\n", i);
    read_mail (DIALECT LISTED, mail->str, message, report, NULL);
    g_assert_cmpuint (modori_report_n_outcomes (report), >, 5000);
    g_assert_cmpuint (modori_report_n_outcomes (report), <=, MODORI_OUTCOMES_MAX);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/dialect/language", test_language);
    g_test_add_func ("/dialect/merge", test_merge);
    g_test_add_func ("/dialect/aliases", test_aliases);
    g_test_add_func ("/dialect/only-one", test_only_one);
    g_test_add_func ("/dialect/origin", test_origin);
    g_test_add_func ("/dialect/origin/twice", test_origin_twice);
    g_test_add_func ("/dialect/origin/session", test_origin_session);
    g_test_add_func ("/dialect/bids", test_bids);
    g_test_add_func ("/dialect/errors", test_errors);
    g_test_add_func ("/dialect/addresses", test_addresses);
    g_test_add_func ("/dialect/first", test_first);
    g_test_add_func ("/dialect/blanks", test_blanks);
    g_test_add_func ("/dialect/needs", test_needs);
    g_test_add_func ("/dialect/shapes", test_shapes);
    g_test_add_func ("/dialect/many", test_many);
    return g_test_run ();
}
