/* unit-message.c - one message: fields, addresses, dates, parts, encodings, charsets, HTML, JSON, limits.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "mail/charset.h"
#include "mail/message.h"
#include "mail/mime.h"
#include "mail/transfer.h"

#define JIS_HELLO "\033$B$3$s$K$A$O\033(B"          /* konnichiha */
#define HELLO "こんにちは"

static ModoriMessage *
read_bytes (ModoriSpan bytes)
{
    ModoriMessage *message = modori_message_new ();

    modori_message_read (message, bytes);
    return message;
}

static ModoriMessage *
read_text (const char *text)
{
    return read_bytes (modori_span_of (text));
}

static void
assert_span (ModoriSpan span, const char *want)
{
    g_autofree char *text = modori_span_dup (span);

    g_assert_cmpstr (text, ==, want);
}

/* --- header fields --- */

static void
test_fields (void)
{
    static const struct { const char *mail, *name, *want; } cases[] = {
        { "Subject: plain\n\n", "subject", "plain" },
        { "Subject:none\r\n\r\n", "Subject", "none" },
        { "Subject : blank before the colon\n\n", "Subject", "blank before the colon" },
        { "Subject: one\n\ttwo\n  three\n\n", "Subject", "one two three" },
        { "Subject: one\r\n two\r\n\r\n", "Subject", "one two" },
        { "Subject:\n begins below\n\n", "Subject", "begins below" },
        { "Subject: a\t\ab\n\n", "Subject", "a b" },
        { "Subject: first\nSubject: second\n\n", "Subject", "first" },
        { "From someone Mon Jan  1 00:00:00 2024\nSubject: a\n\n", "Subject", "a" },
        { ">From someone Mon Jan  1 00:00:00 2024\nSubject: a\n\n", "Subject", "a" },
        { "X: y\n>From someone Mon Jan\nSubject: a\n\n", "Subject", "a" },
        { "\n\nSubject: empty lines above\n\nbody", "Subject", "empty lines above" },
        { "X: one\nlost its blank\nSubject: a\n\n", "Subject", "a" },
        { "Subject: a\n\nX: not in the header\n", "X", "" },
        { "no header at all\nSubject: a\n", "Subject", "" },
        { "Subject: =?UTF-8?B?44GT44KT?= =?UTF-8?B?44Gr44Gh44Gv?=\n\n", "Subject", HELLO },
        { "Subject: =?UTF-8?B?44GT44KT?=\n =?utf-8?b?44Gr44Gh44Gv?= end\n\n", "Subject", HELLO " end" },
        { "Subject: =?utf-8?Q?=E3=81?= =?UTF-8?q?=93!?=\n\n", "Subject", "こ!" },
        { "Subject: =?utf-8?q?caf=C3=A9_au_lait?=\n\n", "Subject", "café au lait" },
        { "Subject: =?iso-8859-1*en?Q?caf=E9?=\n\n", "Subject", "café" },
        { "Subject: =?iso-2022-jp?B?GyRCJDMkcyRLJEEkTxsoQg==?=\n\n", "Subject", HELLO },
        { "Subject: =?iso-2022-jp?B?GyRCLSEbKEI=?=\n\n", "Subject", "①" },
        { "Subject: =?ISO-2022-JP?Q?=1B$B$3$s=1B(B?=\n\n", "Subject", "こん" },
        { "Subject: =?shift_jis?B?grGC8YLJgr+CzQ==?=\n\n", "Subject", HELLO },
        { "Subject: " JIS_HELLO " raw\n\n", "Subject", HELLO " raw" },
        { "Subject: caf\xc3\xa9\n\n", "Subject", "café" },
        { "Subject: caf\xe9 cr\xe8me\n\n", "Subject", "café crème" },
        { "Subject: \x82\xb1\x82\xf1\x82\xc9\x82\xbf\x82\xcd\n\n", "Subject", HELLO },
        { "Subject: \xa4\xb3\xa4\xf3\xa4\xcb\xa4\xc1\xa4\xcf\n\n", "Subject", HELLO },
        { "Subject: =?nonsense\n\n", "Subject", "=?nonsense" },
        { "Subject: =?utf-8?x?abc?= =?utf-8?q?d?=\n\n", "Subject", "=?utf-8?x?abc?= d" },
        { "Subject: a=?utf-8?q?b?=c\n\n", "Subject", "abc" },
        { "Subject: =?utf-8?q?new=0Aline=1B[31m?=\n\n", "Subject", "new line[31m" },
        { "Subject: =?utf-8?q?=FF?=\n\n", "Subject", "ÿ" },
    };

    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autoptr (ModoriMessage) message = read_text (cases[i].mail);

        g_test_message ("%u: %s", i, cases[i].want);
        g_assert_cmpstr (modori_message_field (message, 0, cases[i].name), ==, cases[i].want);
    }
}

static void
test_raw (void)
{
    g_autoptr (ModoriMessage) message = read_text ("A: 1\nB:\nA:  2 \n 3\n\nbody");
    gboolean found;

    assert_span (modori_message_raw (message, 0, "a", 0, &found), "1");
    assert_span (modori_message_raw (message, 0, "a", 1, NULL), "2 \n 3");
    assert_span (modori_message_raw (message, 0, "B", 0, &found), "");
    g_assert_true (found);
    assert_span (modori_message_raw (message, 0, "A", 2, &found), "");
    g_assert_false (found);
    assert_span (modori_message_raw (message, 9, "A", 0, &found), "");
    assert_span (modori_message_part (message, 0)->head, "A: 1\nB:\nA:  2 \n 3\n");
    assert_span (modori_message_part (message, 0)->body, "body");
    g_assert_cmpuint (modori_message_part (message, 0)->line, ==, 6);
}

static void
test_addresses (void)
{
    static const struct { const char *field, *want; } cases[] = {
        { "a@b.example", "a@b.example" },
        { "<A@B.Example>", "A@b.example" },
        { "Mail Delivery System <MAILER-DAEMON@mx.example.com>", "MAILER-DAEMON@mx.example.com" },
        { "MAILER-DAEMON@example.com (Mail Delivery System)", "MAILER-DAEMON@example.com" },
        { "(a (nested) comment) a@example.com", "a@example.com" },
        { "\"Delivery, System\" <a@example.com>", "a@example.com" },
        { "\"a \\\"quoted\\\" name\" <a@example.com>", "a@example.com" },
        { "a@example.com, b@example.com", "a@example.com" },
        { "<>, b@example.com", "b@example.com" },
        { "user.@example.jp", "user.@example.jp" },
        { "Taro <us..er@example.jp>", "us..er@example.jp" },
        { "user.@example.jp (x (y))", "user.@example.jp" },
        { "\"us er\"@example.jp", "\"us er\"@example.jp" },
        { "<\"us er\"@example.jp>", "\"us er\"@example.jp" },
        { "\xe3\x81\x82@example.jp", "あ@example.jp" },
        { "=?iso-2022-jp?B?GyRCJDMkcyRLJEEkTxsoQg==?= <a@example.jp>", "a@example.jp" },
        { JIS_HELLO " <a@example.jp>", "a@example.jp" },
        { "=?utf-8?q?a=40example.org?= <b@example.jp>", "b@example.jp" },
        { "<@relay.example,@b.example:user@host.example>", "user@host.example" },
        { "Friends: a@example.com, b@example.com;", "a@example.com" },
        { "undisclosed-recipients:;", "" },
        { "<>", "" },
        { "\"mail server at mx\" <@>", "" },
        { "Postmaster", "Postmaster" },
        { "Mail Delivery Subsystem", "" },
        { "Name\n <folded@example.com>", "folded@example.com" },
        { "a <b@example.com", "b@example.com" },
        { "user@[192.0.2.1]", "user@[192.0.2.1]" },
        { "", "" },
        { ",,,", "" },
    };

    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autofree char *mail = g_strconcat ("From: ", cases[i].field, "\n\n", NULL);
        g_autoptr (ModoriMessage) message = read_text (mail);

        g_test_message ("%s", cases[i].field);
        g_assert_cmpstr (modori_message_address (message, 0, "From"), ==, cases[i].want);
    }
}

static void
test_dates (void)
{
    static const struct { const char *date, *want; } cases[] = {
        { "Thu, 1 Feb 2024 09:30:00 +0900", "2024-02-01T09:30:00+09:00" },
        { "Thu, 01 Feb 2024 09:30:00 +0900 (JST)", "2024-02-01T09:30:00+09:00" },
        { "1 Feb 2024 09:30 -0330", "2024-02-01T09:30:00-03:30" },
        { "Thu, 1 Feb 2024 09:30:00 +0000", "2024-02-01T09:30:00+00:00" },
        { "Thu, 1 Feb 2024 09:30:00 -0000", "2024-02-01T09:30:00Z" },
        { "Thu, 1 Feb 2024 09:30:00 GMT", "2024-02-01T09:30:00Z" },
        { "Thu,  1 Feb\r\n 2024 09:30:00 +0100", "2024-02-01T09:30:00+01:00" },
        { "Thu, 29 Feb 2024 23:59:60 +0000", "2024-02-29T23:59:60+00:00" },
        { "Wed, 1 Feb 95 09:30:00 EST", "1995-02-01T09:30:00-05:00" },
        { "yesterday", "" },
        { "Thu, 99 Feb 2024 09:30:00 +0900", "" },
        { "", "" },
    };
    g_autoptr (ModoriMessage) message = read_text ("");

    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_test_message ("%s", cases[i].date);
        g_assert_cmpstr (modori_message_date (message, modori_span_of (cases[i].date)), ==, cases[i].want);
    }
}

/* --- parts --- */

#define TYPE(type) "Content-Type: " type "\n\n"
#define MIXED(boundary) TYPE ("multipart/mixed; boundary=" boundary)
#define STATUS "Reporting-MTA: dns; mx.example.com\n\nFinal-Recipient: rfc822; a@example.jp\nAction: failed\n"

/* The tree on one line: a letter for each part, what it holds in brackets. */
static void
draw (ModoriMessage *message, guint i, GString *out)
{
    const ModoriPart *part = modori_message_part (message, i);

    g_string_append_c (out, "omthe1pdafj"[part->media]);
    if (part->end == i + 1)
        return;
    g_string_append_c (out, '(');
    for (guint child = i + 1; child < part->end; child = modori_message_part (message, child)->end) {
        g_assert_cmpuint (modori_message_part (message, child)->parent, ==, i);
        draw (message, child, out);
    }
    g_string_append_c (out, ')');
}

static void
test_trees (void)
{
    static const struct { const char *mail, *want; } cases[] = {
        { "", "t" },
        { "Subject: a\n\nbody", "t" },
        { "just text\n", "t" },
        { TYPE ("text/html") "<p>", "h" },
        { TYPE ("image/png") "x", "o" },
        { TYPE ("text") "x", "t" },
        { TYPE ("\"strange\"") "x", "t" },
        { "Content-Type: multipart/mixed; boundary=b\n\npreamble\n--b\n\none\n--b\n" TYPE ("text/html")
          "two\n--b--\nepilogue\n", "m(th)" },
        { "Content-Type: multipart/mixed;\r\n boundary=\"b b\"\r\n\r\n--b b\r\n\r\none\r\n--b b--\r\n", "m(t)" },
        { "Content-Type: multipart/mixed; boundary*0=\"ab\"; boundary*1=\"cd\"\n\n--abcd\n\none\n--abcd--\n", "m(t)" },
        { "Content-Type: multipart/mixed; (comment) boundary=b\n\n--b\n\none\n--b--\n", "m(t)" },
        { "Content-Type: multipart/report; boundary=b\n\n--b\n\nsorry\n--b\n" TYPE ("message/delivery-status")
          STATUS "--b\n" TYPE ("message/rfc822") "Subject: a\n\nbody\n--b--\n", "m(td1(t))" },
        /* a part of a type that says nothing, with the fields in it */
        { "Content-Type: multipart/report; boundary=b\n\n--b\n\nsorry\n--b\n" TYPE ("text/plain") STATUS "--b--\n",
          "m(td)" },
        { MIXED ("b") "--b\n\nsorry\n--b\n" TYPE ("application/octet-stream") STATUS "--b--\n", "m(td)" },
        { MIXED ("b") "--b\n\nsorry\n--b\n\n" STATUS "--b--\n", "m(td)" },
        { MIXED ("b") "--b\n\n" STATUS "--b--\n", "m(t)" },
        { MIXED ("b") "--b\n\nsorry\n--b\nContent-Transfer-Encoding: base64\n\n"
          "UmVwb3J0aW5nLU1UQTogZG5zOyBteC5leGFtcGxlLmNvbQo=\n--b--\n", "m(td)" },
        { MIXED ("b") "--b\n\nsorry\n--b\n\nFeedback-Type: abuse\n--b--\n", "m(tf)" },
        { MIXED ("b") "--b\n\nsorry\n--b\n\nReporting-UA: x\n--b--\n", "m(ta)" },
        { TYPE ("text/plain") "{\n \"a\": 1 }", "j" },
        { TYPE ("text/plain") "<!DOCTYPE HTML><p>", "h" },
        { MIXED ("b") "--b\n" TYPE ("text/rfc822-headers") "A: b\n--b\n" TYPE ("message/partial") "x\n--b--\n",
          "m(ep)" },
        { MIXED ("b") "--b\n" TYPE ("message/global") "A: b\n\nx\n--b\n" TYPE ("message/disposition-notification")
          "x\n--b--\n", "m(1(t)a)" },
        { TYPE ("multipart/digest; boundary=b") "--b\n\nSubject: a\n\nx\n--b--\n", "m(1(t))" },
        /* not closed: ends with its parent */
        { MIXED ("a") "--a\n" MIXED ("b") "--b\n\nin b\n--a\n\nin a\n--a--\n", "m(m(t)t)" },
        { MIXED ("b") "--b\n\none", "m(t)" },
        /* one boundary is the beginning of the other, or the same */
        { MIXED ("b") "--b\n" MIXED ("bb") "--bb\n\nx\n--bb--\n--b\n\ny\n--b--\n", "m(m(t)t)" },
        { MIXED ("bb") "--bb\n" MIXED ("b") "--b\n\nx\n--b--\n--bb\n\ny\n--bb--\n", "m(m(t)t)" },
        { MIXED ("b") "--b\n" TYPE ("message/rfc822") MIXED ("b") "--b\n\nx\n--b--\n--b\n\ny\n--b--\n", "m(1(m(t))t)" },
        /* missing, wrong or absent boundary */
        { TYPE ("multipart/mixed") "--b\n" TYPE ("text/html") "x\n--b\n\ny\n--b--\n", "m(ht)" },
        { MIXED ("wrong") "words\n--right\n\nx\n--right\n\ny\n--right--\n", "m(tt)" },
        { MIXED ("b") "no part at all\n", "t" },
        { "Subject: a\n\nThis is MIME\n\n--b\n\nx\n--b\n" TYPE ("text/html") "y\n--b--\n", "m(th)" },
        { "Subject: a\n\nSorry\n-- \nContent with a signature\n", "t" },
        { "Subject: a\n\nreturned:\n" MIXED ("b") "--b\nContent-Type: text/html\n\n--b--\n", "t" },
        /* an empty line too many, or one too few */
        { MIXED ("b") "--b\n\nContent-Type: text/html\n\nx\n--b--\n", "m(h)" },
        { MIXED ("b") "--b\n" TYPE ("message/rfc822") "\nSubject: a\n\nx\n--b--\n", "m(1(t))" },
        { MIXED ("b") "--b\nContent-Type: text/html\n--b--\n", "m(h)" },
        /* an encoded message */
        { "Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n"
          "Q29udGVudC1UeXBlOiB0ZXh0L2h0bWwKClhYWA==\n", "1(h)" },
        { "Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\nSubject: not: base64\n\nx", "1(t)" },
    };

    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autoptr (ModoriMessage) message = read_text (cases[i].mail);
        g_autoptr (GString) tree = g_string_new (NULL);

        draw (message, 0, tree);
        g_test_message ("%u: %s", i, cases[i].want);
        g_assert_cmpstr (tree->str, ==, cases[i].want);
    }
}

static void
test_parts (void)
{
    g_autoptr (ModoriMessage) message = read_text (
        "Content-Type: multipart/report; report-type=\"delivery-status\";\n boundary=\"b\"\n\n"     /* lines 1 to 3 */
        "--b\n\nsorry\n"                                                                            /* 4 to 6 */
        "--b\nContent-Type: message/rfc822\n\nSubject: inner\n\nbody\n\n--b--\n");
    const ModoriPart *part = modori_message_part (message, 0);

    g_assert_cmpuint (modori_message_n_parts (message), ==, 4);
    g_assert_true (part->report);
    assert_span (part->report_type, "delivery-status");
    g_assert_cmpuint (part->line, ==, 4);
    assert_span (modori_message_part (message, 1)->body, "sorry");
    g_assert_cmpuint (modori_message_part (message, 1)->line, ==, 6);
    assert_span (modori_message_part (message, 2)->body, "Subject: inner\n\nbody\n");
    assert_span (modori_message_part (message, 3)->body, "body\n");
    g_assert_cmpuint (modori_message_part (message, 3)->line, ==, 12);
    g_assert_cmpuint (modori_message_part (message, 3)->depth, ==, 2);
    g_assert_cmpstr (modori_message_field (message, 3, "Subject"), ==, "inner");
    g_assert_cmpstr (modori_message_field (message, 0, "Subject"), ==, "");
}

/* --- texts --- */

static void
assert_text (const char *head, const char *body, const char *want)
{
    g_autofree char *mail = g_strconcat (head, "\n\n", body, NULL);
    g_autoptr (ModoriMessage) message = read_text (mail);

    g_test_message ("%s", head);
    assert_span (modori_message_text (message, 0, 0), want);
}

static void
test_encodings (void)
{
    assert_text ("A: b", "one\r\ntwo\rthree\n", "one\ntwo\nthree\n");
    assert_text ("A: b", "one\r\r\ntwo\r\rthree\r", "one\ntwo\n\nthree\n");
    assert_text ("Content-Transfer-Encoding: quoted-printable", "one=0D\r\ntwo", "one\ntwo");
    assert_text ("Content-Transfer-Encoding: quoted-printable", "a=\nb =3D caf=C3=A9 =zz\n", "ab = café =zz\n");
    assert_text ("Content-Transfer-Encoding: Quoted-Printable (comment)", "a=3Db", "a=b");
    assert_text ("Content-Transfer-Encoding: base64", "Y2Fmw6k=\n", "café");
    assert_text ("Content-Transfer-Encoding: base64", "b25lDQp0d28N\r\nCg==", "one\ntwo\n");
    assert_text ("Content-Transfer-Encoding: base64", "not base64 at all", "not base64 at all");
    assert_text ("Content-Transfer-Encoding: x-uuencode", "begin 644 x\n%:&5L;&\\`\n`\nend\n", "hello");
    assert_text ("Content-Transfer-Encoding: 8bit", "caf\xc3\xa9", "café");
    assert_text ("Content-Type: text/plain; charset=utf-8", "\xef\xbb\xbfmark", "mark");
}

static void
test_charsets (void)
{
    static const struct { const char *charset, *bytes, *want; } cases[] = {
        { "us-ascii", JIS_HELLO, HELLO },
        { "utf-8", "before " JIS_HELLO " \xe3\x81\x82", "before " HELLO " あ" },
        { "iso-2022-jp", JIS_HELLO "\r\nA", HELLO "\nA" },
        { "iso-2022-jp", "\033$B$3$s\nnot closed", "こん\nnot closed" },
        { "iso-2022-jp", "\033(I1B\033(B", "ｱﾂ" },
        { "iso-2022-jp", "\033$B-!\033(B", "①" },
        { "iso-2022-jp", "\033(Jroman\033(B", "roman" },
        { "iso-2022-jp-ms", "\033$@$3$s\033(J", "こん" },
        { "cp50221", "\033$B$3$s\033(B", "こん" },
        { "us-ascii", "\033[31mred", "\033[31mred" },
        { "shift_jis", "\x82\xb1\x82\xf1", "こん" },
        { "x-sjis", "\x87\x40\xb1", "①ｱ" },
        { "euc-jp", "\xa4\xb3\xa4\xf3", "こん" },
        { "EUC-JP", "\xad\xa1", "①" },
        { "gb2312", "\xc4\xe3\xba\xc3 \xe9\x46", "你好 镕" },
        { "big5", "\xa7\x41\xa6\x6e", "你好" },
        { "euc-kr", "\xbe\xc8\xb3\xe7", "안녕" },
        { "ks_c_5601-1987", "\xbe\xc8\xb3\xe7\x8c\x63", "안녕똠" },
        { "koi8-r", "\xd0\xd2\xc9\xd7\xc5\xd4", "привет" },
        { "windows-1251", "\xef\xf0\xe8\xe2\xe5\xf2", "привет" },
        { "windows-1250", "\xbe\x9a", "ľš" },
        { "iso-8859-1", "caf\xe9 \x93x\x94", "café “x”" },
        { "iso-8859-2", "\xb1", "ą" },
        { "iso-8859-15", "\xa4", "€" },
        { "utf-7", "+MFMwkzBr-", "こんに" },
        { "utf-8", "bad \xff end", "bad ÿ end" },
        { "utf-8", "\xe3\x81\x82\xe3\x81\x84\xe3\x81\x86 cut \xe3\x81", "あいう cut \xef\xbf\xbd\xef\xbf\xbd" },
        { "unknown-8bit", "caf\xc3\xa9", "café" },
        { "no-such-charset", "caf\xe9 \xe0 la", "café à la" },
        { "", "\x83\x81\x81\x5b\x83\x8b\x82\xcc\x94\x7a\x91\x97", "メールの配送" },
        { "", "\xa5\xe1\xa1\xbc\xa5\xeb\xa4\xce\xc7\xdb\xc1\xf7", "メールの配送" },
        { "", "\xc4\xe3\xba\xc3\xca\xc0\xbd\xe7", "你好世界" },
        { "", "na\xefve fran\xe7" "ais d\xe9j\xe0", "naïve français déjà" },
        { "", "\xf0\xd2\xc9\xd7\xc5 \xcd\xc9\xd2\xc1 \xd4\xcf\xd7", "Приве мира тов" },
        { "euc-jp", "\xa4\xb3\xa4", "こ\xef\xbf\xbd" },
    };

    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autofree char *head = g_strdup_printf ("X: %u\nContent-Type: text/plain; charset=\"%s\"", i,
                                                 cases[i].charset);

        assert_text (head, cases[i].bytes, cases[i].want);
    }
}

static void
test_html (void)
{
    static const struct { const char *html, *want; } cases[] = {
        { "<p>one<p>two", "one\ntwo\n" },
        { "<html><head><title>T</title><style>p { }</style></head><body>x</body></html>", "x\n" },
        { "a<br>b<br/><br />c", "a\nb\n\nc\n" },
        { "<p>a  b\n\tc", "a b c\n" },
        { "<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc\n" },
        { "<ul><li>a</li><li>b</li></ul>", "a\nb\n" },
        { "<b>bo</b>ld <i>italic</i>", "bold italic\n" },
        { "<br>5 &lt; 6 &amp; &quot;x&quot; &#39;y&#x27; &eacute;&nbsp;&hellip; &nosuch; & &#0;",
          "5 < 6 & \"x\" 'y' é … &nosuch; & \xef\xbf\xbd\n" },
        { "<p>caf\xc3\xa9 \xc2\xa0 \xe2\x80\x8b" "au", "café au\n" },
        { "<a href=\"mailto:a@example.com?subject=x\">write</a>.", "write <a@example.com>.\n" },
        { "<a href=\"mailto:a@example.com\">A@example.com</a>", "A@example.com\n" },
        { "<p>to <user@example.com> now", "to <user@example.com> now\n" },
        { "<p title=\"a > b\">x", "x\n" },
        { "<!-- a <b> --><!DOCTYPE html><?xml x?>x<!-- never closed <b>y", "xy\n" },
        { "<script>if (a < b) x ();</script>y", "y\n" },
        { "<br>a < b, <3, <", "a < b, <3, <\n" },
        { "<pre>a\n  b</pre>", "a\nb\n" },
        { "<o:p></o:p>x<P CLASS=MsoNormal>y", "x\ny\n" },
        { "no tags\nat all", "no tags\nat all" },
        { "<style>never closed <b>x", "never closed x\n" },
    };

    for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
        assert_text ("Content-Type: text/html; charset=utf-8", cases[i].html, cases[i].want);
}

static void
test_json (void)
{
    static const struct { const char *json, *want; } cases[] = {
        { "{\"a\":\"b\"}", "a = b\n" },
        { "{\"a\":{\"b\":[{\"c\":\"d\"},{\"c\":1}]}, \"e\": true, \"f\":null}",
          "a.b[0].c = d\na.b[1].c = 1\ne = true\nf = null\n" },
        { "{\"a\":\"x\\ny \\\"q\\\" \\u3042\\ud83d\\ude00\\ud800 \\/\"}", "a = x y \"q\" あ😀\xef\xbf\xbd /\n" },
        { "{ \"Type\" : \"Notification\",\n \"Message\" : \"{\\\"bounce\\\":{\\\"t\\\":\\\"P\\\"}}\" }",
          "Type = Notification\nbounce.t = P\n" },
        { "words before {\"a\": 1}\n--\nwords after", "a = 1\n" },
        { "{\"a\": \"some!\n one\", \"b\":!\n \"two\"}", "a = someone\nb = two\n" },
        { "{\"a\": [\"b\", \"c", "a[0] = b\na[1] = c\n" },
        { "{\"a\": [[1, 2], []], \"\": {}}", "a[0][0] = 1\na[0][1] = 2\n" },
        { "{}", "" },
        { "no JSON", "" },
    };

    for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
        assert_text ("Content-Type: application/json", cases[i].json, cases[i].want);
}

static void
test_max (void)
{
    g_autoptr (ModoriMessage) message = read_text ("Content-Transfer-Encoding: base64\n\n44GT44KT44Gr44Gh44Gv\n");
    ModoriSpan bytes = modori_span_of ("A: b\n\nplain");

    assert_span (modori_message_text (message, 0, 7), "こん");
    assert_span (modori_message_text (message, 0, 3), "こ");
    assert_span (modori_message_text (message, 0, 1), "");
    assert_span (modori_message_text (message, 0, 9), "こんに");
    assert_span (modori_message_text (message, 0, 0), HELLO);
    modori_message_read (message, bytes);
    g_assert_true (modori_message_text (message, 0, 0).at == bytes.at + 6);         /* nothing was copied */
    assert_span (modori_message_text (message, 0, 2), "pl");
}

/* --- hostile input --- */

/* HEAD, then COUNT times PIECE. */
static ModoriMessage *
read_repeated (const char *head, const char *piece, guint count, GString *bytes)
{
    g_string_assign (bytes, head);
    for (guint i = 0; i < count; i++)
        g_string_append (bytes, piece);
    return read_bytes (modori_span (bytes->str, bytes->len));
}

static void
test_limits (void)
{
    static const struct { const char *head, *piece; guint parts; } cases[] = {
        { "", "A: b\n", 1 },
        { "A: b\n", " \n", 1 },
        { "A:", "x", 1 },
        { "", "x", 1 },
        { MIXED ("b"), "--b\n\n", 1000 },
        { "", MIXED ("b") "--b\n", 0 },
        { "", "Content-Type: message/rfc822\n\n", 16 },
        { "Content-Type: multipart/mixed; boundary=", "b", 1 },
        { MIXED ("b"), "--c\n", 0 },
        { MIXED ("b"), "--b\nContent-Type: multipart/mixed\n\n--c", 1000 },
        { TYPE ("text/html") "<p>", "<!--", 1 },
        { TYPE ("text/html"), "<a \"", 1 },
        { TYPE ("text/html"), "<a href='", 1 },
        { TYPE ("text/html"), "<style>", 1 },
        { TYPE ("text/html"), "<div>", 1 },
        { TYPE ("text/html"), "&#", 1 },
        { TYPE ("text/html"), "<a href=mailto:a@b.example>x</a>", 1 },
        { TYPE ("application/json"), "{\"a\":", 1 },
        { TYPE ("application/json") "{\"name\": [", "[1],", 1 },
        { TYPE ("application/json"), "{\"a\":\"\\", 1 },
        { "Subject:", " =?utf-8?q?a", 1 },
        { "Subject:", "=?a=?a", 1 },
        { "Subject:", " =?utf-8?b?a?=", 1 },
        { "Subject:", "\033$B", 1 },
        { "From: ", "(", 1 },
        { "From: ", "\"", 1 },
        { "From: ", "<,", 1 },
        { "A: b\n\n", "\033$B\n", 1 },
        { "A: b\n\n", "\xff", 1 },
        { "A: b\n\n", "\x81", 1 },
        { TYPE ("text/plain; charset=euc-jp"), "\xff", 1 },
    };
    g_autoptr (GString) bytes = g_string_new (NULL);

    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        guint count = 200000 / (guint) strlen (cases[i].piece);
        g_autoptr (ModoriMessage) message = read_repeated (cases[i].head, cases[i].piece, count, bytes);
        ModoriSpan text = modori_message_text (message, 0, 0);

        g_test_message ("%u: %s", i, cases[i].piece);
        if (cases[i].parts)
            g_assert_cmpuint (modori_message_n_parts (message), ==, cases[i].parts);
        g_assert_true (text.len == 0 || g_utf8_validate (text.at, (gssize) text.len, NULL));
        g_assert_true (g_utf8_validate (modori_message_field (message, 0, "Subject"), -1, NULL));
        g_assert_true (g_utf8_validate (modori_message_address (message, 0, "From"), -1, NULL));
    }
}

/* What GMime decodes BODY to, until MAX bytes are there. */
static void
decode_with_gmime (GString *out, GMimeContentEncoding encoding, ModoriSpan body, gsize max)
{
    const ModoriMime *mime = modori_mime ();
    GMimeEncoding state;

    mime->decode_init (&state, encoding);
    while (body.len > 0 && (max == 0 || out->len < max)) {
        gsize piece = MIN (body.len, 16 * 1024), len = out->len;

        g_string_set_size (out, len + mime->decode_outlen (&state, piece));
        g_string_set_size (out, len + mime->decode_step (&state, body.at, piece, out->str + len));
        body = modori_span_skip (body, piece);
    }
}

/* Something that is encoded, mostly rightly. */
static void
invent (GString *text, GRand *rand, gboolean base64, gsize len)
{
    static const char *const pieces[] = { "=\n", "=\r\n", "=3D", "=c3", "=C2=A0", "a", " ", "\r\n", "\n", "x", "=", "==\n",
                                          "=q", "\xe3" };
    static const char code[] = "ABCXYZabcxyz0189+/";
    gint wild = g_rand_int_range (rand, 0, 3) == 0 ? 14 : 10;

    g_string_truncate (text, 0);
    while (text->len < len)
        if (! base64 || g_rand_int_range (rand, 0, 60) == 0)
            g_string_append (text, pieces[base64 ? g_rand_int_range (rand, 6, MIN (wild, 12) - 1)
                                                 : g_rand_int_range (rand, 0, wild)]);
        else
            g_string_append_c (text, code[g_rand_int_range (rand, 0, sizeof code - 1)]);
    for (gint i = g_rand_int_range (rand, 0, 4); base64 && i > 1; i--)
        g_string_append (text, "=\n");
}

/* What is decoded without GMime is what GMime would make of it, wherever it is cut. */
static void
test_transfer (void)
{
    g_autoptr (GString) text = g_string_new (NULL), ours = g_string_new (NULL), theirs = g_string_new (NULL);
    GRand *rand = g_rand_new_with_seed (7);

    for (guint i = 0; i < 20000; i++) {
        gboolean base64 = i % 2, large = i % 500 < 2;
        GMimeContentEncoding encoding = base64 ? GMIME_CONTENT_ENCODING_BASE64 : GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE;
        gsize max = i % 3 ? 0 : (gsize) g_rand_int_range (rand, 1, 30000);
        ModoriSpan body;

        invent (text, rand, base64, (gsize) g_rand_int_range (rand, 0, large ? 50000 : 24));
        body = modori_span (text->str, text->len);
        g_string_truncate (ours, 0);
        g_string_truncate (theirs, 0);
        modori_transfer_decode (ours, encoding, body, max);
        decode_with_gmime (theirs, encoding, body, max);
        g_assert_cmpmem (ours->str, ours->len, theirs->str, theirs->len);
    }
    g_rand_free (rand);
}

/* What GLib calls UTF-8 is left as it is, and nothing else. */
static void
test_utf8 (void)
{
    static const char *const pieces[] = {
        "a", " plain text of more than sixteen letters ", "é", "こんにちは", "\xe3", "\x80\x80", "\xf0\x9f\x98\x80", "\xed\xa0\x80",
    };
    ModoriCharsets *charsets = modori_charsets_new ();
    g_autoptr (GString) text = g_string_new (NULL), out = g_string_new (NULL);

    for (guint i = 0; i < 20000; i++) {
        gboolean valid;

        g_string_truncate (text, 0);
        for (guint n = (guint) g_test_rand_int_range (0, 12); n; n--)
            g_string_append (text, pieces[g_test_rand_int_range (0, i % 2 ? 4 : G_N_ELEMENTS (pieces))]);
        if (i % 50 == 0)
            g_string_append_c (text, '\0');
        valid = g_utf8_validate (text->str, (gssize) text->len, NULL);
        g_string_truncate (out, 0);
        modori_charset_append (charsets, out, modori_span_of ("utf-8"), modori_span (text->str, text->len), 0);
        g_assert_true (g_utf8_validate (out->str, (gssize) out->len, NULL));
        g_assert_true (valid == g_string_equal (text, out));
    }
    modori_charsets_free (charsets);
}

/* One object reads message after message. */
static void
test_again (void)
{
    g_autoptr (ModoriMessage) message = modori_message_new ();

    g_assert_cmpuint (modori_message_n_parts (message), ==, 1);
    for (guint i = 0; i < 3; i++) {
        modori_message_read (message, modori_span_of (MIXED ("b") "--b\n\n" JIS_HELLO "\n--b--\n"));
        g_assert_cmpuint (modori_message_n_parts (message), ==, 2);
        assert_span (modori_message_text (message, 1, 0), HELLO);
        modori_message_read (message, modori_span_of ("Subject: b\n\nx"));
        g_assert_cmpstr (modori_message_field (message, 0, "Subject"), ==, "b");
        g_assert_cmpuint (modori_message_n_parts (message), ==, 1);
    }
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/message/fields", test_fields);
    g_test_add_func ("/message/raw", test_raw);
    g_test_add_func ("/message/addresses", test_addresses);
    g_test_add_func ("/message/dates", test_dates);
    g_test_add_func ("/message/trees", test_trees);
    g_test_add_func ("/message/parts", test_parts);
    g_test_add_func ("/message/encodings", test_encodings);
    g_test_add_func ("/message/charsets", test_charsets);
    g_test_add_func ("/message/html", test_html);
    g_test_add_func ("/message/json", test_json);
    g_test_add_func ("/message/max", test_max);
    g_test_add_func ("/message/limits", test_limits);
    g_test_add_func ("/message/transfer", test_transfer);
    g_test_add_func ("/message/utf8", test_utf8);
    g_test_add_func ("/message/again", test_again);
    return g_test_run ();
}
