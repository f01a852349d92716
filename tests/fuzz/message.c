/* message.c - any bytes as a message: everything is asked for, and what comes must keep the promises of message.h.
 *
 * Reaches head.c, parts.c, sniff.c, type.c, transfer.c, charset.c, jis.c, guess.c, words.c, addrspec.c, date.c,
 * html.c and flatten.c.  The first byte chooses how much of the texts is asked for.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "mail/message.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

static void
check_string (const char *text)
{
    g_assert_true (g_utf8_validate (text, -1, NULL));
    g_assert_null (strpbrk (text, "\r\n\033"));
}

static void
check_text (ModoriSpan text, gsize max)
{
    g_assert_nonnull (text.at);
    g_assert_true (text.len == 0 || g_utf8_validate (text.at, (gssize) text.len, NULL));
    g_assert_null (memchr (text.at, '\r', text.len));
    if (max)
        g_assert_cmpuint (text.len, <=, max);
}

static gboolean
lies_in (ModoriSpan inner, ModoriSpan outer)
{
    return inner.at >= outer.at && modori_span_end (inner) <= modori_span_end (outer);
}

static void
check_place (ModoriMessage *message, guint i)
{
    const ModoriPart *part = modori_message_part (message, i);
    const ModoriPart *parent = modori_message_part (message, part->parent);

    g_assert_cmpuint (part->end, >, i);
    g_assert_cmpuint (part->end, <=, i ? parent->end : modori_message_n_parts (message));
    g_assert_cmpuint (part->depth, ==, i ? parent->depth + 1 : 0);
    g_assert_cmpuint (part->parent, <=, i ? i - 1 : 0);
    g_assert_true (modori_span_end (part->head) <= part->body.at);
    /* What lies in no decoded enclosure lies in the message, and its line is known. */
    if (part->line > 0)
        g_assert_true (lies_in (part->body, modori_message_bytes (message)));
    if (i > 0 && part->line > 0)
        g_assert_true (lies_in (part->body, parent->body));
}

static void
ask_part (ModoriMessage *message, guint i, gsize max)
{
    static const char *const names[] = { "Subject", "From", "To", "Date", "Content-Type", "Return-Path" };
    const ModoriPart *part = modori_message_part (message, i);
    ModoriSpan rest = part->head, line;

    for (guint n = 0; n < G_N_ELEMENTS (names); n++) {
        check_string (modori_message_field (message, i, names[n]));
        check_string (modori_message_address (message, i, names[n]));
        check_string (modori_message_date (message, modori_message_raw (message, i, names[n], 0, NULL)));
    }
    for (guint n = 0; n < 20 && modori_span_line (&rest, &line); n++)
        check_string (modori_message_decode (message, line));
    check_text (modori_message_text (message, i, max), max);
    check_text (modori_message_source_text (message, i, 2 * max), 2 * max);
    check_text (modori_message_text (message, i, max / 2), max / 2);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
    static const gsize limits[] = { 0, 2, 100, 64 * 1024 };
    g_autoptr (ModoriMessage) message = modori_message_new ();
    gsize max = size ? limits[data[0] % G_N_ELEMENTS (limits)] : 0;

    modori_message_read (message, modori_span ((const char *) data, size));
    check_string (modori_message_field (message, 0, "Subject"));
    for (guint i = 0; i < modori_message_n_parts (message); i++) {
        check_place (message, i);
        ask_part (message, i, max);
    }
    return 0;
}
