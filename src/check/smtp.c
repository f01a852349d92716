/* smtp.c - replies of an SMTP server, read from bytes that come in pieces (RFC 5321 section 4.2).
 *
 * The bytes are a stranger's.  They are taken one at a time, so that how they were cut into packets
 * can make no difference; what is kept of them has a limit in each direction.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "check/smtp.h"
#include "text/harmful.h"

#include <string.h>

/* RFC 5321 section 4.5.3.1.5 allows 512 bytes; real greetings with addresses in them have more. */
#define LINE_MAX_BYTES 2000
/* The longest real answers to EHLO have 30 lines. */
#define LINES_MAX 200
/* Of one reply; also of what comes behind it and was not asked for. */
#define REPLY_MAX_BYTES (64 * 1024)
/* RFC 1035 section 2.3.4. */
#define NAME_MAX_BYTES 255

ModoriSmtpReply *
modori_smtp_reply_new (void)
{
    ModoriSmtpReply *reply = g_new0 (ModoriSmtpReply, 1);

    reply->pending = g_string_new (NULL);
    reply->lines = g_ptr_array_new_with_free_func (g_free);
    return reply;
}

void
modori_smtp_reply_free (ModoriSmtpReply *reply)
{
    if (! reply)
        return;
    g_string_free (reply->pending, TRUE);
    g_ptr_array_unref (reply->lines);
    g_free (reply);
}

/* BYTES as text for people: valid, without controls; the caller frees. */
static char *
harmless (const char *bytes, gsize size)
{
    g_autofree char *text = g_memdup2 (bytes, size);

    for (gsize i = 0; i < size; i++)
        if (text[i] == '\t')
            text[i] = ' ';
    return g_strchomp (modori_harmless (modori_span (text, size)));
}

static gboolean
is_line_end (char c)
{
    return c == '\r' || c == '\n';
}

static ModoriSmtpState
give_up (ModoriSmtpReply *reply)
{
    gsize size = reply->pending->len;

    while (size > 0 && is_line_end (reply->pending->str[size - 1]))
        size--;
    g_ptr_array_add (reply->lines, harmless (reply->pending->str, size));
    g_string_truncate (reply->pending, 0);
    return reply->state = MODORI_SMTP_GARBAGE;
}

static gboolean
is_code (const char *line, gsize size)
{
    return size >= 3 && line[0] >= '2' && line[0] <= '5' && g_ascii_isdigit (line[1])
        && g_ascii_isdigit (line[2]) && (size == 3 || line[3] == ' ' || line[3] == '-');
}

/* The line that is pending has come to its end. */
static void
take_line (ModoriSmtpReply *reply)
{
    const char *line = reply->pending->str;
    gsize size = reply->pending->len;
    gboolean last;

    while (size > 0 && is_line_end (line[size - 1]))
        size--;
    if (! is_code (line, size) || reply->lines->len == LINES_MAX) {
        give_up (reply);
        return;
    }
    if (reply->lines->len == 0)
        reply->code = (guint) g_ascii_strtoull (line, NULL, 10);
    last = size == 3 || line[3] == ' ';
    g_ptr_array_add (reply->lines, harmless (line + MIN (size, 4), size - MIN (size, 4)));
    reply->size += reply->pending->len;
    g_string_truncate (reply->pending, 0);
    if (last)
        reply->state = MODORI_SMTP_REPLY;
    else if (reply->size > REPLY_MAX_BYTES)
        give_up (reply);
}

static void
take_byte (ModoriSmtpReply *reply, char byte)
{
    if (reply->state != MODORI_SMTP_MORE) {
        if (reply->pending->len < REPLY_MAX_BYTES)
            g_string_append_c (reply->pending, byte);
        return;
    }
    g_string_append_c (reply->pending, byte);
    if (byte == '\n')
        take_line (reply);
    else if (reply->pending->len > LINE_MAX_BYTES)
        give_up (reply);
}

ModoriSmtpState
modori_smtp_reply_feed (ModoriSmtpReply *reply, const char *bytes, gsize size)
{
    for (gsize i = 0; i < size; i++)
        take_byte (reply, bytes[i]);
    return reply->state;
}

void
modori_smtp_reply_next (ModoriSmtpReply *reply)
{
    g_autofree char *rest = g_memdup2 (reply->pending->str, reply->pending->len + 1);
    gsize size = reply->pending->len;

    g_string_truncate (reply->pending, 0);
    g_ptr_array_set_size (reply->lines, 0);
    reply->code = 0;
    reply->size = 0;
    reply->state = MODORI_SMTP_MORE;
    modori_smtp_reply_feed (reply, rest, size);
}

gboolean
modori_smtp_reply_has_more (const ModoriSmtpReply *reply)
{
    return reply->state != MODORI_SMTP_MORE && reply->pending->len > 0;
}

gboolean
modori_smtp_reply_offers (const ModoriSmtpReply *reply, const char *keyword)
{
    gsize size = strlen (keyword);

    for (guint i = 1; i < reply->lines->len; i++) {
        const char *line = g_ptr_array_index (reply->lines, i);

        /* "AUTH=LOGIN" is how servers wrote it before RFC 2554, and some still do. */
        if (g_ascii_strncasecmp (line, keyword, size) == 0
            && (line[size] == '\0' || line[size] == ' ' || line[size] == '='))
            return TRUE;
    }
    return FALSE;
}

char *
modori_smtp_reply_name (const ModoriSmtpReply *reply)
{
    const char *line = reply->lines->len ? g_ptr_array_index (reply->lines, 0) : "";
    gsize size = strcspn (line, " ");
    g_autofree char *name = g_ascii_strdown (line, (gssize) size);

    if (size > 1 && name[size - 1] == '.')
        name[--size] = '\0';
    if (size > NAME_MAX_BYTES || ! g_ascii_isalnum (name[0] == '[' ? name[1] : name[0])
        || strspn (name, "abcdefghijklmnopqrstuvwxyz0123456789.-_:[]") != size
        || (! strpbrk (name, ".:") && ! g_str_equal (name, "localhost")))
        return g_strdup ("");
    return g_steal_pointer (&name);
}
