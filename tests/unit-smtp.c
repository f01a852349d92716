/* unit-smtp.c - replies of SMTP servers.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "check/smtp.h"

#include <string.h>

#define MORE MODORI_SMTP_MORE
#define REPLY MODORI_SMTP_REPLY
#define GARBAGE MODORI_SMTP_GARBAGE

static char *
joined (const ModoriSmtpReply *reply)
{
    GString *text = g_string_new (NULL);

    for (guint i = 0; i < reply->lines->len; i++)
        g_string_append_printf (text, "%s%s", i ? "|" : "",
                                (const char *) g_ptr_array_index (reply->lines, i));
    return g_string_free (text, FALSE);
}

static ModoriSmtpReply *
read_text (const char *bytes, gsize size, gboolean by_byte)
{
    ModoriSmtpReply *reply = modori_smtp_reply_new ();

    for (gsize i = 0; by_byte && i < size; i++)
        modori_smtp_reply_feed (reply, bytes + i, 1);
    if (! by_byte)
        modori_smtp_reply_feed (reply, bytes, size);
    return reply;
}

static void
test_replies (void)
{
    static const struct {
        const char *bytes;
        ModoriSmtpState state;
        guint code;
        const char *lines;
        gboolean more;
    } cases[] = {
        { "220 mx.example.com ESMTP\r\n", REPLY, 220, "mx.example.com ESMTP", FALSE },
        { "220 mx.example.com ESMTP\n", REPLY, 220, "mx.example.com ESMTP", FALSE },
        { "220 mx.example.com ESMTP", MORE, 0, "", FALSE },
        { "220\r\n", REPLY, 220, "", FALSE },
        { "250-a\r\n250-b\r\n250 c\r\n", REPLY, 250, "a|b|c", FALSE },
        { "250-a\r\n250-b\r\n", MORE, 250, "a|b", FALSE },
        { "250-a\r\n550 b\r\n", REPLY, 250, "a|b", FALSE },
        { "220 a\r\n250 b\r\n", REPLY, 220, "a", TRUE },
        { "220 a\r\n2", REPLY, 220, "a", TRUE },
        { "SSH-2.0-OpenSSH\r\n", GARBAGE, 0, "SSH-2.0-OpenSSH", FALSE },
        { "\r\n", GARBAGE, 0, "", FALSE },
        { "150 no\r\n", GARBAGE, 0, "150 no", FALSE },
        { "620 no\r\n", GARBAGE, 0, "620 no", FALSE },
        { "2200 no\r\n", GARBAGE, 0, "2200 no", FALSE },
        { "250-a\r\nb\r\n", GARBAGE, 250, "a|b", FALSE },
        { "220 \x1b[31mred\a\tb\r\n", REPLY, 220, "\xef\xbf\xbd[31mred\xef\xbf\xbd b", FALSE },
        { "220 \xff\x83\r\n", REPLY, 220, "\xef\xbf\xbd\xef\xbf\xbd", FALSE },
        { "220 a\rb\r\n", REPLY, 220, "a\xef\xbf\xbd" "b", FALSE },
        { "220 \xe2\x80\xae" "moc\r\n", REPLY, 220, "\xef\xbf\xbdmoc", FALSE },
        { "", MORE, 0, "", FALSE },
    };

    for (guint i = 0; i < 2 * G_N_ELEMENTS (cases); i++) {
        const char *bytes = cases[i / 2].bytes;
        g_autoptr (ModoriSmtpReply) reply = read_text (bytes, strlen (bytes), i % 2);
        g_autofree char *lines = joined (reply);

        g_test_message ("\"%s\"", bytes);
        g_assert_cmpint (reply->state, ==, cases[i / 2].state);
        g_assert_cmpuint (reply->code, ==, cases[i / 2].code);
        g_assert_cmpstr (lines, ==, cases[i / 2].lines);
        g_assert_cmpint (modori_smtp_reply_has_more (reply), ==, cases[i / 2].more);
    }
}

static void
test_nul (void)
{
    static const char bytes[] = "220 a\0b\r\n";
    g_autoptr (ModoriSmtpReply) reply = read_text (bytes, sizeof bytes - 1, FALSE);

    g_assert_cmpint (reply->state, ==, REPLY);
    g_assert_cmpstr (g_ptr_array_index (reply->lines, 0), ==, "a\xef\xbf\xbd" "b");
}

static void
test_next (void)
{
    g_autoptr (ModoriSmtpReply) reply = read_text ("220 a\r\n250-b\r\n250 c\r\n5", 22, FALSE);

    modori_smtp_reply_next (reply);
    g_assert_cmpint (reply->state, ==, REPLY);
    g_assert_cmpuint (reply->code, ==, 250);
    g_assert_cmpuint (reply->lines->len, ==, 2);
    modori_smtp_reply_next (reply);
    g_assert_cmpint (reply->state, ==, MORE);
    g_assert_false (modori_smtp_reply_has_more (reply));
    g_assert_cmpint (modori_smtp_reply_feed (reply, "54 d\n", 5), ==, REPLY);
    g_assert_cmpuint (reply->code, ==, 554);
}

/* However much comes, little is kept. */
static void
test_limits (void)
{
    static const struct { const char *unit; guint times; ModoriSmtpState state; } cases[] = {
        { "220-x\r\n", 199, MORE },
        { "220-x\r\n", 201, GARBAGE },
        { "220-x\r\n", 200000, GARBAGE },
        { "2", 2000, MORE },
        { "2", 2001, GARBAGE },
        { "220 ok\r\n", 200000, REPLY },
        { "220-0123456789012345678901234567890123456789012345678901234567890123456789012345678901"
          "23456789012345678901234567890123456789012345678901234567890123456789012345678901234567"
          "89012345678901234567890123456789012345678901234567890123456789012345678901234567890123"
          "45678901234567890123456789012345678901234567890123456789012345678901234567890123456789"
          "01234567890123456789012345678901234567890123456789012345678901234567890123456789012345"
          "67890123456789012345678901234567890123456789012345678901234567890123456789012345678901"
          "\r\n", 199, GARBAGE },
    };

    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autoptr (ModoriSmtpReply) reply = modori_smtp_reply_new ();

        for (guint k = 0; k < cases[i].times; k++)
            modori_smtp_reply_feed (reply, cases[i].unit, strlen (cases[i].unit));
        g_test_message ("%u times %.10s", cases[i].times, cases[i].unit);
        g_assert_cmpint (reply->state, ==, cases[i].state);
        g_assert_cmpuint (reply->pending->len, <=, 64 * 1024);
        g_assert_cmpuint (reply->lines->len, <=, 201);
    }
}

static void
test_offers (void)
{
    static const char bytes[] = "250-STARTTLS.example.com\r\n250-SIZE 1000\r\n250-StartTLS\r\n"
        "250-AUTH=LOGIN PLAIN\r\n250 8BITMIME\r\n";
    g_autoptr (ModoriSmtpReply) reply = read_text (bytes, strlen (bytes), FALSE);

    g_assert_true (modori_smtp_reply_offers (reply, "STARTTLS"));
    g_assert_true (modori_smtp_reply_offers (reply, "AUTH"));
    g_assert_true (modori_smtp_reply_offers (reply, "SIZE"));
    g_assert_true (modori_smtp_reply_offers (reply, "8BITMIME"));
    g_assert_false (modori_smtp_reply_offers (reply, "SIZ"));
    g_assert_false (modori_smtp_reply_offers (reply, "STARTTLS.example.com"));
}

static void
test_name (void)
{
    static const struct { const char *bytes, *name; } cases[] = {
        { "220 Mail.Example.COM ESMTP\r\n", "mail.example.com" },
        { "220-mail.example.com. ready\r\n220 x\r\n", "mail.example.com" },
        { "220 [192.0.2.1] hi\r\n", "[192.0.2.1]" },
        { "220 localhost ESMTP\r\n", "localhost" },
        { "220 ESMTP ready\r\n", "" },
        { "220 <b>.example.com\r\n", "" },
        { "220 .\r\n", "" },
        { "220\r\n", "" },
    };

    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autoptr (ModoriSmtpReply) reply = read_text (cases[i].bytes, strlen (cases[i].bytes),
                                                       FALSE);
        g_autofree char *name = modori_smtp_reply_name (reply);

        g_assert_cmpstr (name, ==, cases[i].name);
    }
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/smtp/replies", test_replies);
    g_test_add_func ("/smtp/nul", test_nul);
    g_test_add_func ("/smtp/next", test_next);
    g_test_add_func ("/smtp/limits", test_limits);
    g_test_add_func ("/smtp/offers", test_offers);
    g_test_add_func ("/smtp/name", test_name);
    return g_test_run ();
}
