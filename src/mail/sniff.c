/* sniff.c - looks at how a part begins, where its type says nothing or something wrong.
 *
 * Found in the wild: the fields of RFC 3464 as text/plain, application/octet-stream or without a
 * type; HTML as text/plain; JSON as text/plain; multiparts without boundary=, with a wrong one,
 * or without any Content-Type.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "mail/sniff.h"

#include "mail/transfer.h"

/* Bytes of a body that tell what it is. */
#define PEEK 256

/* Bytes of words for old programs that may stand above the first boundary. */
#define PREAMBLE_MAX 512

/* Lines "--something" that are tried as a boundary; each reads the body once. */
#define CANDIDATES_MAX 4

/* The fields that such parts begin with. */
static const struct {
    const char *name;
    ModoriMedia media;
} first_fields[] = {
    { "Reporting-MTA:", MODORI_MEDIA_DELIVERY_STATUS },
    { "Original-Envelope-Id:", MODORI_MEDIA_DELIVERY_STATUS },
    { "DSN-Gateway:", MODORI_MEDIA_DELIVERY_STATUS },
    { "Received-From-MTA:", MODORI_MEDIA_DELIVERY_STATUS },
    { "Arrival-Date:", MODORI_MEDIA_DELIVERY_STATUS },
    { "Original-Recipient:", MODORI_MEDIA_DELIVERY_STATUS },
    { "Final-Recipient:", MODORI_MEDIA_DELIVERY_STATUS },
    { "Reporting-UA:", MODORI_MEDIA_DISPOSITION },
    { "Disposition:", MODORI_MEDIA_DISPOSITION },
    { "Feedback-Type:", MODORI_MEDIA_FEEDBACK },
};

static ModoriSpan
skip_blanks (ModoriSpan text)
{
    while (text.len > 0 && g_ascii_isspace (text.at[0]))
        text = modori_span_skip (text, 1);
    return text;
}

/* The first bytes of the body, decoded into BUFFER when they are encoded. */
static ModoriSpan
peek (const ModoriNode *node, GString *buffer)
{
    ModoriSpan start = modori_span (node->part.body.at, MIN (node->part.body.len, PEEK));

    if (node->encoding == GMIME_CONTENT_ENCODING_DEFAULT
        || node->encoding == GMIME_CONTENT_ENCODING_UUENCODE)
        return skip_blanks (start);
    modori_transfer_decode (buffer, node->encoding, start, 0);
    return skip_blanks (modori_span (buffer->str, buffer->len));
}

static ModoriMedia
media_by_field (ModoriSpan start)
{
    const char *colon = memchr (start.at, ':', start.len);
    gsize length = colon ? (gsize) (colon - start.at) + 1 : 0;

    for (guint i = 0; i < G_N_ELEMENTS (first_fields); i++)
        if (modori_span_is (modori_span (start.at, length), first_fields[i].name))
            return first_fields[i].media;
    return MODORI_MEDIA_OTHER;
}

void
modori_sniff_node (ModoriNode *node, const ModoriNode *parent, guint index)
{
    g_autoptr (GString) buffer = g_string_new (NULL);
    ModoriSpan start = peek (node, buffer);
    /* A report's machine-readable part stands behind the words for people, in a multipart. */
    gboolean in_report = index > 0 && parent->part.media == MODORI_MEDIA_MULTIPART
        && (parent->part.report || index != node->part.parent + 1);
    ModoriMedia media = in_report ? media_by_field (start) : MODORI_MEDIA_OTHER;

    if (media != MODORI_MEDIA_OTHER) {
        node->part.media = media;
        return;
    }
    if (node->part.media != MODORI_MEDIA_TEXT || start.len == 0)
        return;
    if (modori_span_begins (start, "<html") || modori_span_begins (start, "<!doctype html"))
        node->part.media = MODORI_MEDIA_HTML;
    else if (start.at[0] == '{'
             && modori_span_begins (skip_blanks (modori_span_skip (start, 1)), "\""))
        node->part.media = MODORI_MEDIA_JSON;
}

gboolean
modori_sniff_base64 (ModoriSpan text)
{
    ModoriSpan rest = skip_blanks (modori_span (text.at, MIN (text.len, PEEK))), line;

    if (! modori_span_line (&rest, &line))
        return FALSE;
    line = modori_span_trim (line);
    for (gsize i = 0; i < line.len; i++)
        if (! g_ascii_isalnum (line.at[i]) && line.at[i] != '+' && line.at[i] != '/'
            && line.at[i] != '=')
            return FALSE;
    return TRUE;
}

/* Does a line of REST begin with LINE, and when TYPED, is the one behind it a field of a part? */
static gboolean
comes_again (ModoriSpan line, ModoriSpan rest, gboolean typed)
{
    ModoriSpan other;

    while (modori_span_line (&rest, &other))
        if (other.len >= line.len && memcmp (other.at, line.at, line.len) == 0
            && (! typed || modori_span_begins (rest, "Content-")))
            return TRUE;
    return FALSE;
}

/* The line of BODY, among its first WINDOW bytes, that looks like a boundary, or an empty span. */
static ModoriSpan
boundary_line (ModoriSpan body, gsize window, gboolean typed)
{
    const char *end = body.at + MIN (window, body.len);
    ModoriSpan rest = body, line;
    guint candidates = 0;

    while (candidates < CANDIDATES_MAX && rest.at < end && modori_span_line (&rest, &line)) {
        if (line.len < 3 || line.at[0] != '-' || line.at[1] != '-')
            continue;
        line = modori_span_trim (line);
        if (line.len < 3 || line.len > PEEK)
            continue;
        if (modori_span_begins (rest, "Content-"))
            return line;
        candidates++;
        if (! memchr (line.at, ' ', line.len) && comes_again (line, rest, typed))
            return line;
    }
    return MODORI_SPAN_EMPTY;
}

ModoriSpan
modori_sniff_boundary (ModoriSpan body)
{
    return modori_span_skip (boundary_line (body, body.len, FALSE), 2);
}

gboolean
modori_sniff_multipart (ModoriSpan body)
{
    ModoriSpan line = boundary_line (body, PREAMBLE_MAX, TRUE);

    /* With a header above it, it is a message that was returned as text. */
    return line.len > 0
        && modori_span_find (modori_span_between (body.at, line.at), "boundary=") < 0;
}
