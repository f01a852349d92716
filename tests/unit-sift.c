/* unit-sift.c - which headers may be those of a report, and which surely are not.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "report/sift.h"

#define SIGNS "Sign: test\nSubject: deliver\nSubject: failure\nSubject: \351\205\215\344\277\241\nSubject-Bytes: 67 5b 3f 2e\n" \
              "Subject: livr\303\251\nFrom: mailer-daemon\nFrom: postmaster\nFrom: <@>\nTo: -owner@\n" \
              "Answer: re:\nForward: fwd:\n"

#define ORDINARY "Received: from a.example.com by b.example.com\nFrom: Taro <taro@example.jp>\n" \
                 "To: hanako@example.com\nDate: Thu, 1 Feb 2024 09:30:00 +0900\n"

static const struct { const char *what, *mail; guint want; } cases[] = {
    { "ordinary mail", ORDINARY "Subject: lunch\n\nbounce failure notice\n", MODORI_SIFT_NO },
    { "the same with CRLF", "From: a@example.com\r\nSubject: lunch\r\n\r\nSubject: Undelivered\r\n", MODORI_SIFT_NO },
    { "null return path", "Return-Path: <>\n" ORDINARY "\n", MODORI_SIFT_REPORT },
    { "folded, with another case", ORDINARY "CONTENT-TYPE:\n\tMultipart/Report; boundary=x\n\n", MODORI_SIFT_REPORT },
    { "mailer-daemon", "From: Mail <MAILER-DAEMON@mx.example.com>\n\n", MODORI_SIFT_REPORT },
    { "mailer-daemon without domain", "From: mailer-daemon\n\n", MODORI_SIFT_REPORT },
    { "postmaster", "From: postmaster@example.com\n\n", MODORI_SIFT_REPORT },
    { "nobody", "From: Mail server <@>\nDate: x\n\n", MODORI_SIFT_REPORT },
    { "failed recipients", ORDINARY "X-Failed-Recipients: a@example.com\n\n", MODORI_SIFT_REPORT },
    { "subject", ORDINARY "Subject: Undeliverable: lunch\n\n", MODORI_SIFT_REPORT | MODORI_SIFT_SUBJECT },
    { "subject as base64", ORDINARY "Subject: =?utf-8?B?RGVsaXZlcnkgZmFpbHVyZQ==?=\n\n", MODORI_SIFT_REPORT | MODORI_SIFT_SUBJECT },
    { "subject as Q", ORDINARY "Subject: =?utf-8?Q?Delivery_failure?=\n\n", MODORI_SIFT_REPORT | MODORI_SIFT_SUBJECT },
    { "subject in Japanese", ORDINARY "Subject: \351\205\215\344\277\241\343\201\247\343\201\215\n\n",
      MODORI_SIFT_REPORT | MODORI_SIFT_SUBJECT },
    { "subject as Q, not ASCII", ORDINARY "Subject: =?utf-8?Q?Non_livr=C3=A9?=\n\n", MODORI_SIFT_REPORT | MODORI_SIFT_SUBJECT },
    { "an answer to a report", ORDINARY "Subject: Re: Delivery failure\n\n", MODORI_SIFT_NO },
    { "an answer to a list's robot", "From: a@example.com\nTo: x-owner@example.com\nSubject: Re: failure\n\n",
      MODORI_SIFT_REPORT },
    { "a list that discusses reports", ORDINARY "List-Id: <x.example.com>\nSubject: Delivery failure\n\n", MODORI_SIFT_NO },
    { "a report through a list", "From: postmaster@example.com\nList-Id: <x.example.com>\n\n",
      MODORI_SIFT_REPORT | MODORI_SIFT_LISTED },
    { "subject in ISO-2022-JP", ORDINARY "Subject: =?ISO-2022-JP?B?GyRCR1s/LiUoJWkhPBsoQg==?=\n\n",
      MODORI_SIFT_REPORT | MODORI_SIFT_SUBJECT },
    { "broken encoded word", ORDINARY "Subject: =?utf-8?B?RGVs\n\n", MODORI_SIFT_NO },
    { "automatic reply", ORDINARY "Auto-Submitted: auto-replied (vacation)\n\n", MODORI_SIFT_AUTOREPLY },
    { "older ways", ORDINARY "Precedence: auto_reply\n\n", MODORI_SIFT_AUTOREPLY },
    { "other older ways", ORDINARY "X-Autoreply: yes\n\n", MODORI_SIFT_AUTOREPLY },
    { "generated, not replied", ORDINARY "Auto-Submitted: auto-generated\n\n", MODORI_SIFT_NO },
    { "no answers wanted", ORDINARY "X-Auto-Response-Suppress: All\n\n", MODORI_SIFT_NO },
    { "forwarded", ORDINARY "Subject: Fwd: what is this?\n\n", MODORI_SIFT_FORWARDED },
    { "attached message", ORDINARY "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: "
      "Message/RFC822\n\n",
      MODORI_SIFT_FORWARDED },
    { "attached picture", ORDINARY "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: image/png\n\n",
      MODORI_SIFT_NO },
    { "list mail", ORDINARY "Sender: things-bounces@lists.example.com\nPrecedence: list\n\n", MODORI_SIFT_NO },
    { "bare words", "550 5.1.1 user unknown", MODORI_SIFT_REPORT },
    { "bare fields", "Final-Recipient: rfc822; a@example.com\n", MODORI_SIFT_REPORT },
    { "nothing", "", MODORI_SIFT_REPORT },
};

static void
test_sift (void)
{
    static const ModoriKind *const kinds[] = { &modori_sign_kind, NULL };
    g_autoptr (ModoriKnowledge) knowledge = modori_knowledge_parse ("x.rules", modori_span_of (SIGNS), kinds, NULL);
    g_autoptr (ModoriSigns) signs = modori_signs_new (knowledge, NULL);

    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        gsize len = strlen (cases[i].mail);
        g_autofree char *exact = g_memdup2 (cases[i].mail, MAX (len, 1));   /* a read behind it is seen */

        g_test_message ("%s", cases[i].what);
        g_assert_cmpuint (modori_sift (signs, modori_span (exact, len)), ==, cases[i].want);
    }
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/sift/headers", test_sift);
    return g_test_run ();
}
