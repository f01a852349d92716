/* mime.c - fuzz target: our index of a message has the parts that GMime's parser finds in the same bytes.
 *
 * The two trees are walked side by side: the same kind of part, the same number inside, the same bytes and, where the charset
 * leaves no doubt, the same text.  Each difference that is meant has a predicate here, and a line in tests/fuzz/README that
 * says why; where one holds, what lies below is not compared.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "auto.h"
#include "mail/message.h"
#include "mail/transfer.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

/* The index stops there: parts.c. */
#define DEPTH_MAX 16
#define PARTS_MAX 1000

static void compare (ModoriMessage *message, guint i, GMimeObject *object);

/* --- differences that are meant --- */

static gboolean
is_blank_line (ModoriSpan line)
{
    return modori_span_trim (line).len == 0;
}

/* Is this line one of a header, and nothing else? */
static gboolean
is_field_line (ModoriSpan line, gboolean first)
{
    gsize i = 0;

    if (! first && (line.at[0] == ' ' || line.at[0] == '\t'))
        return ! is_blank_line (line);
    while (i < line.len && (g_ascii_isalnum (line.at[i]) || line.at[i] == '-' || line.at[i] == '_'))
        i++;
    return i > 1 && i < 200 && i < line.len && line.at[i] == ':' && g_ascii_isalnum (line.at[0]);
}

/* A header that is not only fields and an empty line behind them: lost folds, blank lines above it, stray "From " lines,
 * blanks before the colon, lines of blanks.  GMime ends the header, or leaves out the field; ours is what people meant. */
static gboolean
has_odd_header (ModoriSpan bytes, gsize max)
{
    ModoriSpan rest = bytes, line;
    gboolean first = TRUE;

    while (modori_span_line (&rest, &line)) {
        if (line.len == 0)
            return first;
        if (! is_field_line (line, first) || memchr (line.at, '\0', line.len) || memchr (line.at, '\r', line.len)
            || (gsize) (line.at - bytes.at) > max)
            return TRUE;
        first = FALSE;
    }
    return TRUE;                /* it never ends */
}

/* A field that both read by its first occurrence, which stands there twice or in a form that one of them repairs. */
static gboolean
has_odd_field (ModoriMessage *message, guint i, const char *name)
{
    gboolean again;
    ModoriSpan value = modori_message_raw (message, i, name, 0, NULL);

    modori_message_raw (message, i, name, 1, &again);
    if (again)
        return TRUE;
    for (gsize k = 0; k < value.len; k++)
        if ((guchar) value.at[k] < ' ' ? value.at[k] != '\n' && value.at[k] != '\r' && value.at[k] != '\t'
            : (guchar) value.at[k] > 126 || strchr ("()*\\'%,<>[]@:", value.at[k]))
            return TRUE;
    return FALSE;
}

/* Content-Type is as RFC 2045 has it: a/b; name=value; name="value". */
static gboolean
has_plain_type (ModoriSpan value)
{
    static const char plain[] =
        "^[a-z][\\w.+-]*/[a-z][\\w.+-]*(?:;\\s*[a-z][\\w-]*=(?:[\\w.+/=-]+|\"[^\"\\s]+\"))*;?$";
    g_autofree char *text = modori_span_dup (value);

    return value.len == 0 || (value.len < 4000 && g_regex_match_simple (plain, text, G_REGEX_CASELESS, 0));
}

/* A multipart without a boundary, or whose boundary never comes: GMime has an empty one, ours guesses or reads a text. */
static gboolean
is_without_parts (GMimeObject *object)
{
    const char *boundary = g_mime_object_get_content_type_parameter (object, "boundary");

    return ! boundary || ! *boundary || g_mime_multipart_get_count (GMIME_MULTIPART (object)) == 0;
}

/* An enclosed message that is encoded (RFC 2046 5.2.1 forbids it): ours decodes it and looks inside. */
static gboolean
is_encoded (ModoriMessage *message, guint i)
{
    return modori_transfer_encoding (modori_message_raw (message, i, "Content-Transfer-Encoding", 0, NULL))
        != GMIME_CONTENT_ENCODING_DEFAULT;
}

static gboolean
is_type (GMimeObject *object, const char *type, const char *subtype)
{
    return g_mime_content_type_is_type (g_mime_object_get_content_type (object), type, subtype);
}

/* A part without a type, or with one that says nothing: ours looks at what is in it. */
static gboolean
is_vague (ModoriMessage *message, guint i, GMimeObject *object)
{
    return modori_message_raw (message, i, "Content-Type", 0, NULL).len == 0 || is_type (object, "text", "plain")
        || is_type (object, "application", "octet-stream") || is_type (object, "message", "*");
}

/* --- the same bytes, the same text --- */

static GString *
content_of (GMimePart *part, gboolean decoded)
{
    GMimeDataWrapper *content = g_mime_part_get_content (part);
    g_autoptr (GMimeStream) stream = g_mime_stream_mem_new ();
    GByteArray *bytes = g_mime_stream_mem_get_byte_array (GMIME_STREAM_MEM (stream));

    if (content && decoded)
        g_mime_data_wrapper_write_to_stream (content, stream);
    else if (content) {
        g_mime_stream_reset (g_mime_data_wrapper_get_stream (content));
        g_mime_stream_write_to_stream (g_mime_data_wrapper_get_stream (content), stream);
    }
    return g_string_new_len ((const char *) bytes->data, bytes->len);
}

/* TEXT with LF at the end of each line, without the mark of UTF-8 at its beginning. */
static void
mend (GString *text)
{
    gsize to = 0;

    if (g_str_has_prefix (text->str, "\xef\xbb\xbf"))
        g_string_erase (text, 0, 3);
    for (gsize from = 0; from < text->len; from++)
        if (text->str[from] != '\r' || text->str[from + 1] != '\n')
            text->str[to++] = text->str[from];
    g_string_truncate (text, to);
}

/* Text whose charset needs no guess: UTF-8 that is some, without escape sequences and lone CR. */
static void
compare_text (ModoriMessage *message, guint i, GMimePart *part)
{
    const char *charset = g_mime_object_get_content_type_parameter (GMIME_OBJECT (part), "charset");
    g_autoptr (GString) want = content_of (part, TRUE);
    ModoriSpan got;

    mend (want);
    if ((charset && g_ascii_strcasecmp (charset, "utf-8") && g_ascii_strcasecmp (charset, "us-ascii"))
        || ! g_utf8_validate (want->str, (gssize) want->len, NULL) || strpbrk (want->str, "\r\033"))
        return;
    got = modori_message_source_text (message, i, 0);
    g_assert_cmpmem (got.at, got.len, want->str, want->len);
}

/* A line end of LF before a boundary, in a message where others are CRLF: GMime takes two bytes for it. */
static gboolean
is_cut_short (ModoriMessage *message, ModoriSpan body, const GString *bytes)
{
    ModoriSpan all = modori_message_bytes (message);
    const char *end = modori_span_end (body);

    return bytes->len + 1 == body.len && memcmp (bytes->str, body.at, bytes->len) == 0 && end < modori_span_end (all)
        && *end == '\n' && end > all.at && end[-1] != '\r' && modori_span_find (all, "\r\n") >= 0;
}

static void
compare_leaf (ModoriMessage *message, guint i, GMimeObject *object)
{
    const ModoriPart *part = modori_message_part (message, i);
    g_autoptr (GString) bytes = content_of (GMIME_PART (object), FALSE);

    if (is_cut_short (message, part->body, bytes))
        return;
    g_assert_cmpmem (part->body.at, part->body.len, bytes->str, bytes->len);
    if (part->end > i + 1)
        g_assert_true (part->media == MODORI_MEDIA_MESSAGE ? is_encoded (message, i) : is_vague (message, i, object));
    if (! is_vague (message, i, object)) {
        g_assert_cmpint (part->media == MODORI_MEDIA_HTML, ==, is_type (object, "text", "html")
                         || is_type (object, "application", "xhtml+xml"));
        g_assert_cmpint (part->media == MODORI_MEDIA_OTHER, ==, ! is_type (object, "text", "*")
                         && part->media != MODORI_MEDIA_HTML && part->media != MODORI_MEDIA_JSON);
    }
    if (is_type (object, "text", "*") && ! is_encoded (message, i))
        compare_text (message, i, GMIME_PART (object));
}

/* --- what is inside --- */

static guint
n_children (ModoriMessage *message, guint i)
{
    const guint end = modori_message_part (message, i)->end;
    guint n = 0;

    for (guint child = i + 1; child < end; child = modori_message_part (message, child)->end)
        n++;
    return n;
}

static void
compare_multipart (ModoriMessage *message, guint i, GMimeMultipart *multipart)
{
    guint child = i + 1;

    g_assert_cmpint (modori_message_part (message, i)->media, ==, MODORI_MEDIA_MULTIPART);
    g_assert_cmpint (modori_message_part (message, i)->report, ==, is_type (GMIME_OBJECT (multipart), "multipart", "report"));
    g_assert_cmpint (n_children (message, i), ==, g_mime_multipart_get_count (multipart));
    for (int n = 0; n < g_mime_multipart_get_count (multipart); n++) {
        compare (message, child, g_mime_multipart_get_part (multipart, n));
        child = modori_message_part (message, child)->end;
    }
}

static void
compare_enclosed (ModoriMessage *message, guint i, GMimeMessagePart *enclosed)
{
    GMimeMessage *inner = g_mime_message_part_get_message (enclosed);

    g_assert_cmpint (modori_message_part (message, i)->media, ==, MODORI_MEDIA_MESSAGE);
    g_assert_cmpint (n_children (message, i), ==, 1);
    if (inner && g_mime_message_get_mime_part (inner))
        compare (message, i + 1, g_mime_message_get_mime_part (inner));
}

static void
compare (ModoriMessage *message, guint i, GMimeObject *object)
{
    const ModoriPart *part = modori_message_part (message, i);

    if (GMIME_IS_MULTIPART (object)) {
        if (! is_without_parts (object))
            compare_multipart (message, i, GMIME_MULTIPART (object));
    } else if (GMIME_IS_MESSAGE_PART (object)) {
        if (! is_encoded (message, i))
            compare_enclosed (message, i, GMIME_MESSAGE_PART (object));
    } else if (part->media == MODORI_MEDIA_MULTIPART)
        g_assert_true (is_vague (message, i, object));  /* without a type: its boundary is seen */
    else
        compare_leaf (message, i, object);
}

/* Blank lines above a header: ours passes over them when fields follow, for GMime the header ends there. */
static gboolean
is_behind_blank_lines (ModoriMessage *message, guint i)
{
    const ModoriPart *part = modori_message_part (message, i), *parent = modori_message_part (message, part->parent);
    const char *start = modori_message_bytes (message).at, *at = part->head.at;

    if (i > 0 && parent->media == MODORI_MEDIA_MULTIPART)
        return at - start >= 2 && (at[-2] == '\n' || (at[-2] == '\r' && (at - start < 3 || at[-3] == '\n')));
    return i > 0 ? ! is_encoded (message, part->parent) && at != parent->body.at : at != start;
}

/* What is odd about one part may change what the ones behind it are: all are looked at first. */
static gboolean
is_odd (ModoriMessage *message, guint i)
{
    const ModoriPart *part = modori_message_part (message, i);

    return part->depth >= DEPTH_MAX - 1 || is_behind_blank_lines (message, i)
        || has_odd_header (modori_span_between (part->head.at, modori_span_end (part->body)), part->head.len + 2)
        || has_odd_field (message, i, "Content-Type") || has_odd_field (message, i, "Content-Transfer-Encoding")
        || ! has_plain_type (modori_message_raw (message, i, "Content-Type", 0, NULL));
}

static gboolean
is_any_odd (ModoriMessage *message)
{
    const guint n = modori_message_n_parts (message);

    for (guint i = 0; i < n; i++)
        if (is_odd (message, i))
            return TRUE;
    return n >= PARTS_MAX;
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
    g_autoptr (ModoriMessage) message = modori_message_new ();
    g_autoptr (GMimeStream) stream = NULL;
    g_autoptr (GMimeParser) parser = NULL;
    g_autoptr (GMimeMessage) theirs = NULL;

    g_mime_init ();
    stream = g_mime_stream_mem_new_with_buffer ((const char *) data, size);
    parser = g_mime_parser_new_with_stream (stream);
    theirs = g_mime_parser_construct_message (parser, NULL);
    modori_message_read (message, modori_span ((const char *) data, size));
    if (! is_any_odd (message) && theirs && g_mime_message_get_mime_part (theirs))
        compare (message, 0, g_mime_message_get_mime_part (theirs));
    return 0;
}
