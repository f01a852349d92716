/* smtp.c - any bytes as the replies of an SMTP server: the same in one piece and byte by byte.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "check/smtp.h"

#include <string.h>

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

/* More replies than one conversation has. */
#define REPLIES 8

static void
check_text (const char *text)
{
    g_assert_true (g_utf8_validate (text, -1, NULL));
    for (const char *p = text; *p; p = g_utf8_next_char (p))
        g_assert_false (g_unichar_iscntrl (g_utf8_get_char (p)));
}

static void
check_reply (const ModoriSmtpReply *reply)
{
    g_autofree char *name = modori_smtp_reply_name (reply);

    g_assert_cmpuint (reply->lines->len, <=, 201);
    g_assert_cmpuint (reply->pending->len, <=, 64 * 1024);
    g_assert_cmpuint (strlen (name), <=, 255);
    check_text (name);
    for (guint i = 0; i < reply->lines->len; i++) {
        const char *line = g_ptr_array_index (reply->lines, i);

        /* An invalid byte becomes three. */
        g_assert_cmpuint (strlen (line), <=, 3 * 2001);
        check_text (line);
    }
    if (reply->state == MODORI_SMTP_REPLY)
        g_assert_true (reply->code >= 200 && reply->code <= 599 && reply->lines->len > 0);
    if (modori_smtp_reply_offers (reply, "STARTTLS"))
        g_assert_cmpuint (reply->lines->len, >, 1);
}

static void
check_same (const ModoriSmtpReply *one, const ModoriSmtpReply *other)
{
    g_assert_cmpint (one->state, ==, other->state);
    g_assert_cmpuint (one->code, ==, other->code);
    g_assert_true (g_string_equal (one->pending, other->pending));
    g_assert_cmpuint (one->lines->len, ==, other->lines->len);
    for (guint i = 0; i < one->lines->len; i++)
        g_assert_cmpstr (g_ptr_array_index (one->lines, i), ==,
                         g_ptr_array_index (other->lines, i));
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
    g_autoptr (ModoriSmtpReply) whole = modori_smtp_reply_new ();
    g_autoptr (ModoriSmtpReply) bytes = modori_smtp_reply_new ();

    modori_smtp_reply_feed (whole, (const char *) data, size);
    for (gsize i = 0; i < size; i++)
        modori_smtp_reply_feed (bytes, (const char *) data + i, 1);
    for (guint i = 0; i < REPLIES; i++) {
        check_reply (whole);
        check_same (whole, bytes);
        modori_smtp_reply_next (whole);
        modori_smtp_reply_next (bytes);
    }
    return 0;
}
