/* message.c - one message: asks the index where a thing lies, and has it decoded.
 *
 * head.c and parts.c find header fields and parts; transfer.c, charset.c, words.c, addrspec.c and
 * date.c decode them; html.c and flatten.c read HTML and JSON.  Here these are put together: what
 * was decoded is kept in one GStringChunk until the next message, and an ordinary message, of
 * which only the header is looked at, never gets further than head.c.  Text that is ASCII or
 * UTF-8 already is not copied at all.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "mail/message.h"

#include "mail/addrspec.h"
#include "mail/charset.h"
#include "mail/date.h"
#include "mail/flatten.h"
#include "mail/html.h"
#include "mail/mime.h"
#include "mail/parts.h"
#include "mail/transfer.h"
#include "mail/words.h"

/* Blocks of kept strings: what a bounce needs is one or two of them. */
#define CHUNK 4000

/* Buffers that grew beyond this at one message are not kept for the next. */
#define BUFFER_MAX (1024 * 1024)

/* A text of some length is looked for in so many times as much HTML. */
#define MARKUP 8

/* Room for escape sequences and soft line ends when little is wanted. */
#define PIECE 1024

struct ModoriMessage {
    ModoriParts parts;
    gboolean walked;            /* the body as well */
    GStringChunk *strings;      /* until the next read */
    ModoriCharsets *charsets;
    ModoriWords *words;
    GString *bytes, *text;      /* on the way to being decoded */
};

ModoriMessage *
modori_message_new (void)
{
    ModoriMessage *message = g_new0 (ModoriMessage, 1);

    message->strings = g_string_chunk_new (CHUNK);
    message->charsets = modori_charsets_new ();
    message->words = modori_words_new (message->charsets);
    message->bytes = g_string_new (NULL);
    message->text = g_string_new (NULL);
    modori_parts_init (&message->parts, message->strings);
    modori_parts_read_head (&message->parts, MODORI_SPAN_EMPTY);
    return message;
}

void
modori_message_free (ModoriMessage *message)
{
    if (! message)
        return;
    modori_parts_clear (&message->parts);
    modori_words_free (message->words);
    modori_charsets_free (message->charsets);
    g_string_chunk_free (message->strings);
    g_string_free (message->bytes, TRUE);
    g_string_free (message->text, TRUE);
    g_free (message);
}

void
modori_message_prepare (ModoriMessage *message)
{
    modori_mime ();
    modori_charsets_prepare (message->charsets);
}

static void
shrink (GString **buffer)
{
    if ((*buffer)->allocated_len <= BUFFER_MAX)
        return;
    g_string_free (*buffer, TRUE);
    *buffer = g_string_new (NULL);
}

void
modori_message_read (ModoriMessage *message, ModoriSpan bytes)
{
    g_string_chunk_clear (message->strings);
    shrink (&message->bytes);
    shrink (&message->text);
    modori_charsets_reset (message->charsets);
    message->walked = FALSE;
    modori_parts_read_head (&message->parts, bytes);
}

ModoriSpan
modori_message_bytes (const ModoriMessage *message)
{
    return message->parts.bytes;
}

static void
walk (ModoriMessage *message)
{
    if (message->walked)
        return;
    message->walked = TRUE;
    modori_parts_read_body (&message->parts);
}

/* Part I, or NULL.  The header of the message is there before the other parts are. */
static ModoriNode *
find_node (ModoriMessage *message, guint i)
{
    if (i > 0)
        walk (message);
    return i < message->parts.nodes->len ? modori_parts_node (&message->parts, i) : NULL;
}

guint
modori_message_n_parts (ModoriMessage *message)
{
    walk (message);
    return message->parts.nodes->len;
}

const ModoriPart *
modori_message_part (ModoriMessage *message, guint part)
{
    walk (message);
    g_return_val_if_fail (part < message->parts.nodes->len, NULL);
    return &modori_parts_node (&message->parts, part)->part;
}

static ModoriHeadField *
find_field (ModoriMessage *message, guint part, const char *name, guint nth)
{
    const ModoriNode *node = find_node (message, part);

    if (! node || node->n_fields == 0)
        return NULL;
    return modori_head_find (
        &g_array_index (message->parts.fields, ModoriHeadField, node->first_field),
        &node->index, name, nth);
}

ModoriSpan
modori_message_raw (ModoriMessage *message, guint part, const char *name, guint nth,
                    gboolean *found)
{
    const ModoriHeadField *field = find_field (message, part, name, nth);

    if (found)
        *found = field != NULL;
    return field ? modori_span (field->value, field->value_len) : MODORI_SPAN_EMPTY;
}

const char *
modori_message_keep (ModoriMessage *message, ModoriSpan text)
{
    return text.len ? g_string_chunk_insert_len (message->strings, text.at, (gssize) text.len) : "";
}

const char *
modori_message_decode (ModoriMessage *message, ModoriSpan text)
{
    return modori_message_keep (message, modori_words_decode (message->words, text));
}

const char *
modori_message_field (ModoriMessage *message, guint part, const char *name)
{
    ModoriHeadField *field = find_field (message, part, name, 0);

    if (! field)
        return "";
    if (! field->decoded)
        field->decoded =
            modori_message_decode (message, modori_span (field->value, field->value_len));
    return field->decoded;
}

/* FIELD as one line of UTF-8, encoded words left alone: decoded, they could look like an address.
 */
static ModoriSpan
unfold (ModoriMessage *message, ModoriSpan field)
{
    gboolean plain = modori_span_is_ascii (field) && ! memchr (field.at, '\n', field.len)
        && ! memchr (field.at, '\033', field.len);

    if (plain)
        return field;
    g_string_truncate (message->bytes, 0);
    modori_charset_append (message->charsets, message->bytes, MODORI_SPAN_EMPTY, field, 0);
    for (gsize i = 0; i < message->bytes->len; i++)
        if (g_ascii_iscntrl (message->bytes->str[i]))
            message->bytes->str[i] = ' ';
    return modori_span (message->bytes->str, message->bytes->len);
}

const char *
modori_message_address (ModoriMessage *message, guint part, const char *name)
{
    ModoriSpan field = modori_message_raw (message, part, name, 0, NULL);

    if (! modori_addrspec_first (unfold (message, field), message->text))
        return "";
    return modori_message_decode (message, modori_span (message->text->str, message->text->len));
}

const char *
modori_message_date (ModoriMessage *message, ModoriSpan date)
{
    char text[MODORI_DATE_MAX];

    modori_date_rfc3339 (date, text);
    return modori_message_keep (message, modori_span_of (text));
}

/* --- bodies --- */

/* TEXT without a character cut in two at its end, at most MAX bytes of it. */
static ModoriSpan
cut (ModoriSpan text, gsize max)
{
    if (max == 0 || text.len <= max)
        return text;
    while (max > 0 && (text.at[max] & 0xc0) == 0x80)
        max--;
    return modori_span (text.at, max);
}

/* Nothing to decode, no line end to change: the body can be given as it is. */
static gboolean
is_ready (const ModoriNode *node, ModoriSpan body)
{
    if (node->encoding != GMIME_CONTENT_ENCODING_DEFAULT || memchr (body.at, '\r', body.len)
        || memchr (body.at, '\033', body.len) || memchr (body.at, '\0', body.len))
        return FALSE;
    if (modori_span_is_ascii (body))
        return ! modori_span_begins (node->charset, "utf-7")
            && ! modori_span_begins (node->charset, "unicode-1")
            && ! modori_span_begins (node->charset, "iso-2022-");
    return (node->charset.len == 0 || modori_span_begins (node->charset, "utf-8")
            || modori_span_begins (node->charset, "us-ascii"))
        && g_utf8_validate (body.at, (gssize) body.len, NULL);
}

/* Make CRLF (and CRCRLF, which encoders of CRLF leave) and CR to LF, in place. */
static void
mend_line_ends (GString *text)
{
    char *from = memchr (text->str, '\r', text->len), *to = from, *end = text->str + text->len;

    while (from && from < end) {
        gsize run = 0, n;
        char *next;

        while (from + run < end && from[run] == '\r')
            run++;
        from += run;
        if (from == end || *from != '\n')
            for (; run > 0; run--)
                *to++ = '\n';
        next = memchr (from, '\r', (gsize) (end - from));
        n = (gsize) ((next ? next : end) - from);
        memmove (to, from, n);
        to += n;
        from += n;
    }
    if (to)
        g_string_truncate (text, (gsize) (to - text->str));
}

static ModoriSpan
without_mark (ModoriSpan text)
{
    return modori_span_begins (text, "\xef\xbb\xbf") ? modori_span_skip (text, 3) : text;
}

/* Decode the body of NODE, about MAX bytes of it, to message->text. */
static void
decode_body (ModoriMessage *message, const ModoriNode *node, gsize max)
{
    /* No charset takes more than four bytes for what is one in UTF-8, but for its escape
     * sequences. */
    gsize limit = max ? 4 * max + PIECE : 0;
    ModoriSpan body = node->part.body;

    if (node->encoding != GMIME_CONTENT_ENCODING_DEFAULT) {
        g_string_truncate (message->bytes, 0);
        modori_transfer_decode (message->bytes, node->encoding, body, limit);
        body = modori_span (message->bytes->str, message->bytes->len);
    }
    if (limit)
        body.len = MIN (body.len, limit);
    g_string_truncate (message->text, 0);
    modori_charset_append (message->charsets, message->text, node->charset, body, max);
    mend_line_ends (message->text);
}

static ModoriSpan
keep_text (ModoriMessage *message, gsize max)
{
    ModoriSpan text =
        cut (without_mark (modori_span (message->text->str, message->text->len)), max);

    return modori_span (modori_message_keep (message, text), text.len);
}

/* Is what was kept enough for somebody who asks for MAX bytes? */
static gboolean
is_enough (const ModoriPartText *kept, gsize max)
{
    return kept->text.at && (kept->max == 0 || (max > 0 && max <= kept->max));
}

ModoriSpan
modori_message_source_text (ModoriMessage *message, guint part, gsize max)
{
    ModoriNode *node;
    ModoriSpan body;

    walk (message);
    node = find_node (message, part);
    g_return_val_if_fail (node, MODORI_SPAN_EMPTY);
    if (! is_enough (&node->source, max)) {
        body = cut (node->part.body, max);
        if (is_ready (node, body))
            node->source.text = without_mark (body);
        else {
            decode_body (message, node, max);
            node->source.text = keep_text (message, max);
        }
        node->source.max = max;
    }
    return cut (node->source.text, max);
}

/* Read the HTML or JSON of NODE into message->text. */
static void
read_markup (ModoriMessage *message, guint part, ModoriMedia media, gsize max)
{
    ModoriSpan source = modori_message_source_text (message, part, max * MARKUP);

    g_string_truncate (message->text, 0);
    if (media == MODORI_MEDIA_JSON)
        modori_flatten_json (message->text, source, max);
    else if (memchr (source.at, '<', source.len))
        modori_html_text (message->text, source, max);
    else
        /* Plain text by mistake: its lines shall stay. */
        g_string_append_len (message->text, source.at, (gssize) source.len);
}

ModoriSpan
modori_message_text (ModoriMessage *message, guint part, gsize max)
{
    ModoriNode *node;

    walk (message);
    node = find_node (message, part);
    g_return_val_if_fail (node, MODORI_SPAN_EMPTY);
    if (node->part.media != MODORI_MEDIA_HTML && node->part.media != MODORI_MEDIA_JSON)
        return modori_message_source_text (message, part, max);
    if (! is_enough (&node->seen, max)) {
        read_markup (message, part, node->part.media, max);
        node->seen.text = keep_text (message, max);
        node->seen.max = max;
    }
    return cut (node->seen.text, max);
}
