/* type.c - reads Content-Type fields (RFC 2045 section 5.1).
 *
 * Nearly all of them are `type/subtype; name=value; name="value"`, and those are read where they
 * lie, for 300 instructions.  Comments, quoted pairs, folds inside quotes and the parameters of
 * RFC 2231 go to GMime, which takes about 8,000, and 300,000 more for its start.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "mail/type.h"

#include "mail/mime.h"

/* No honest field is longer, and GMime need not see more. */
#define FIELD_MAX (8 * 1024)

static const struct {
    const char *type, *subtype;         /* "" is any */
    ModoriMedia media;
    gboolean vague;
} known[] = {
    { "text", "plain", MODORI_MEDIA_TEXT, TRUE },
    { "text", "html", MODORI_MEDIA_HTML, FALSE },
    { "multipart", "", MODORI_MEDIA_MULTIPART, FALSE },
    { "message", "delivery-status", MODORI_MEDIA_DELIVERY_STATUS, FALSE },
    { "message", "rfc822", MODORI_MEDIA_MESSAGE, FALSE },
    { "text", "rfc822-headers", MODORI_MEDIA_HEADERS, FALSE },
    { "text", "rfc822-header", MODORI_MEDIA_HEADERS, FALSE },
    { "text", "json", MODORI_MEDIA_JSON, FALSE },
    { "text", "", MODORI_MEDIA_TEXT, FALSE },
    { "message", "global", MODORI_MEDIA_MESSAGE, FALSE },
    { "message", "news", MODORI_MEDIA_MESSAGE, FALSE },
    { "message", "partial", MODORI_MEDIA_PARTIAL, FALSE },
    { "message", "global-headers", MODORI_MEDIA_HEADERS, FALSE },
    { "message", "rfc822-headers", MODORI_MEDIA_HEADERS, FALSE },
    { "message", "global-delivery-status", MODORI_MEDIA_DELIVERY_STATUS, FALSE },
    { "message", "xdelivery-status", MODORI_MEDIA_DELIVERY_STATUS, FALSE },
    { "message", "disposition-notification", MODORI_MEDIA_DISPOSITION, FALSE },
    { "message", "global-disposition-notification", MODORI_MEDIA_DISPOSITION, FALSE },
    { "message", "feedback-report", MODORI_MEDIA_FEEDBACK, FALSE },
    { "message", "", MODORI_MEDIA_TEXT, TRUE },
    { "application", "json", MODORI_MEDIA_JSON, FALSE },
    { "application", "octet-stream", MODORI_MEDIA_OTHER, TRUE },
    { "application", "xhtml+xml", MODORI_MEDIA_HTML, FALSE },
};

static void
set_media (ModoriType *type, ModoriSpan major, ModoriSpan minor)
{
    type->media = MODORI_MEDIA_OTHER;
    type->vague = FALSE;
    for (guint i = 0; i < G_N_ELEMENTS (known); i++)
        if ((! known[i].subtype[0] || modori_span_is (minor, known[i].subtype))
            && modori_span_is (major, known[i].type)) {
            type->media = known[i].media;
            type->vague = known[i].vague;
            break;
        }
    if (type->media == MODORI_MEDIA_MULTIPART) {
        type->report = modori_span_is (minor, "report");
        type->digest = modori_span_is (minor, "digest");
    } else if (modori_span_ends (minor, "+json"))
        type->media = MODORI_MEDIA_JSON;
}

static void
set_parameter (ModoriType *type, ModoriSpan name, ModoriSpan value)
{
    ModoriSpan *place = modori_span_is (name, "charset") ? &type->charset
                      : modori_span_is (name, "boundary") ? &type->boundary
                      : modori_span_is (name, "report-type") ? &type->report_type : NULL;

    if (place && place->len == 0)
        *place = value;
}

static gboolean
is_blank (char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Take the word up to a blank, a semicolon or STOP off REST. */
static ModoriSpan
take_word (ModoriSpan *rest, char stop)
{
    gsize length = 0;
    ModoriSpan word;

    while (length < rest->len && rest->at[length] != stop && rest->at[length] != ';'
           && ! is_blank (rest->at[length]))
        length++;
    word = modori_span (rest->at, length);
    *rest = modori_span_skip (*rest, length);
    return word;
}

static void
skip_blanks (ModoriSpan *rest, char also)
{
    while (rest->len > 0 && (is_blank (rest->at[0]) || rest->at[0] == also))
        *rest = modori_span_skip (*rest, 1);
}

/* A value in quotes, which REST begins with.  FALSE when there is more in it than characters. */
static gboolean
take_quoted (ModoriSpan *rest, ModoriSpan *value)
{
    const char *start = rest->at + 1;
    const char *quote = memchr (start, '"', rest->len - 1);
    const char *line = memchr (start, '\n', rest->len - 1);
    const char *end = quote ? quote : line ? line : modori_span_end (*rest);

    *value = modori_span_between (start, end);
    *rest = modori_span_skip (*rest, value->len + (quote ? 2 : 1));
    return ! memchr (start, '\\', value->len) && ! (line && line < end);
}

static gboolean
take_value (ModoriSpan *rest, ModoriSpan *value)
{
    skip_blanks (rest, ' ');
    if (rest->len > 0 && rest->at[0] == '"')
        return take_quoted (rest, value);
    *value = take_word (rest, ';');
    return TRUE;
}

static gboolean
read_plain (ModoriSpan value, ModoriType *type)
{
    ModoriSpan rest = value, major, minor;

    if (memchr (value.at, '(', value.len) || memchr (value.at, '*', value.len)
        || memchr (value.at, '\0', value.len))
        return FALSE;
    major = take_word (&rest, '/');
    skip_blanks (&rest, '/');
    minor = take_word (&rest, ';');
    if (minor.len > 0)
        set_media (type, major, minor);
    for (skip_blanks (&rest, ';'); rest.len > 0; skip_blanks (&rest, ';')) {
        ModoriSpan name = take_word (&rest, '='), parameter;

        skip_blanks (&rest, ' ');
        if (rest.len == 0 || rest.at[0] != '=')
            continue;
        rest = modori_span_skip (rest, 1);
        if (! take_value (&rest, &parameter))
            return FALSE;
        set_parameter (type, name, parameter);
    }
    return TRUE;
}

static void
read_with_gmime (ModoriSpan value, GStringChunk *strings, ModoriType *type)
{
    g_autofree char *text = modori_span_dup (modori_span (value.at, MIN (value.len, FIELD_MAX)));
    ModoriMimeType parsed;

    modori_mime ()->read_type (text, strings, &parsed);
    set_media (type, modori_span_of (parsed.type), modori_span_of (parsed.subtype));
    type->charset = modori_span_of (parsed.charset);
    type->boundary = modori_span_of (parsed.boundary);
    type->report_type = modori_span_of (parsed.report_type);
}

void
modori_type_read (ModoriSpan value, GStringChunk *strings, ModoriType *type)
{
    const ModoriType text = {
        MODORI_MEDIA_TEXT, TRUE, FALSE, FALSE,
        MODORI_SPAN_EMPTY, MODORI_SPAN_EMPTY, MODORI_SPAN_EMPTY
    };

    *type = text;
    value = modori_span (value.at, MIN (value.len, FIELD_MAX));
    if (! read_plain (value, type)) {
        *type = text;
        read_with_gmime (value, strings, type);
    }
    type->boundary = modori_span_trim (type->boundary);
}
