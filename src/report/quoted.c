/* quoted.c - the message that a person quotes or forwards in the text of another.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "report/quoted.h"

/* A line of underscores that divides (Outlook writes 32), and the bytes that the name of a header
 * field may have in some language. */
#define DIVIDER_MIN 10
#define FIELD_NAME_MAX 30

/* Bytes of the words above a forwarded message. */
#define ANNOUNCED_MAX 80

/* Does LINE begin with words that a mail program puts above a message? */
static gboolean
is_announced (const ModoriSigns *signs, ModoriSpan line)
{
    g_autofree char *begin = g_ascii_strdown (line.at, (gssize) MIN (line.len, ANNOUNCED_MAX));

    return modori_signs_begin (signs, MODORI_SIGN_DIVIDER, modori_span_of (begin));
}

/* Is LINE "---------- Forwarded message ----------" or its like in any language, or what other mail
 * programs put above a message? */
static gboolean
is_divider (const ModoriSigns *signs, ModoriSpan line)
{
    gsize dashes = 0, underscores = 0;

    line = modori_span_trim (line);
    if (is_announced (signs, line))
        return TRUE;
    for (gsize i = 0; i < line.len; i++) {
        dashes += line.at[i] == '-';
        underscores += line.at[i] == '_';
    }
    return (underscores == line.len && line.len >= DIVIDER_MIN)
           || (dashes < line.len && modori_span_begins (line, "--")
               && modori_span_ends (line, "--"));
}

/* Does LINE begin as a header field does, whatever its language ("Von: ", "*From:* ")? */
static gboolean
is_field (ModoriSpan line)
{
    const char *colon;

    line = modori_span_trim (line);
    colon = memchr (line.at, ':', MIN (line.len, FIELD_NAME_MAX));
    return colon && colon > line.at && memchr (line.at, '.', (gsize) (colon - line.at)) == NULL;
}

/* LINE behind the mark of a quotation; FALSE when it has none. */
static gboolean
unquote (ModoriSpan *line)
{
    if (! line->len || line->at[0] != '>')
        return FALSE;
    *line = modori_span_skip (*line, line->len > 1 && line->at[1] == ' ' ? 2 : 1);
    return TRUE;
}

GString *
modori_quoted_message (const ModoriSigns *signs, ModoriSpan text)
{
    GString *out = g_string_new (NULL);
    gboolean divided = FALSE;
    ModoriSpan line;

    text.len = MIN (text.len, MODORI_QUOTED_MAX);
    while (modori_span_line (&text, &line)) {
        gboolean quoted = unquote (&line);

        if (out->len == 0 && modori_span_trim (line).len == 0)
            continue;
        if (out->len == 0 && is_divider (signs, line)) {
            divided = TRUE;
            continue;
        }
        divided &= out->len > 0 || quoted || is_field (line);
        if (! quoted && ! divided)
            continue;
        g_string_append_len (out, line.at, (gssize) line.len);
        g_string_append_c (out, '\n');
    }
    return out;
}
