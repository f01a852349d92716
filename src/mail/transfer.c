/* transfer.c - undoes transfer encodings (RFC 2045 section 6), by GMime's decoders.
 *
 * They work piece by piece: a text of which little is wanted is not decoded whole.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "mail/transfer.h"

#define PIECE (16 * 1024)

static const struct {
    const char *name;
    GMimeContentEncoding encoding;
} encodings[] = {
    { "quoted-printable", GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE },
    { "base64", GMIME_CONTENT_ENCODING_BASE64 },
    { "x-uuencode", GMIME_CONTENT_ENCODING_UUENCODE },
    { "uuencode", GMIME_CONTENT_ENCODING_UUENCODE },
    { "x-uue", GMIME_CONTENT_ENCODING_UUENCODE },
};

GMimeContentEncoding
modori_transfer_encoding (ModoriSpan value)
{
    /* Only the beginning counts: comments, semicolons and a second value follow in the wild. */
    for (guint i = 0; i < G_N_ELEMENTS (encodings); i++)
        if (modori_span_begins (value, encodings[i].name))
            return encodings[i].encoding;
    return GMIME_CONTENT_ENCODING_DEFAULT;
}

/* What follows the line "begin 644 name"; all of BODY when there is none. */
static ModoriSpan
behind_begin (ModoriSpan body)
{
    ModoriSpan rest = body, line;

    while (modori_span_line (&rest, &line))
        if (modori_span_begins (line, "begin "))
            return rest;
    return body;
}

void
modori_transfer_decode (GString *out, GMimeContentEncoding encoding, ModoriSpan body, gsize max)
{
    gsize start = out->len;
    GMimeEncoding state;

    g_mime_encoding_init_decode (&state, encoding);
    if (encoding == GMIME_CONTENT_ENCODING_UUENCODE) {
        body = behind_begin (body);
        state.state |= GMIME_UUDECODE_STATE_BEGIN;
    }
    while (body.len > 0 && (max == 0 || out->len - start < max)) {
        gsize piece = MIN (body.len, PIECE), len = out->len;

        g_string_set_size (out, len + g_mime_encoding_outlen (&state, piece));
        len += g_mime_encoding_step (&state, body.at, piece, out->str + len);
        g_string_set_size (out, len);
        body = modori_span_skip (body, piece);
    }
}
