/* transfer.c - undoes transfer encodings (RFC 2045 section 6).
 *
 * Base64 as it should be is decoded by GLib, which is loaded anyway; all else by GMime, which knows
 * what is meant when something is damaged.  Both work piece by piece: a text of which little is
 * wanted is not decoded whole.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "mail/transfer.h"

#include "mail/mime.h"

#define PIECE (16 * 1024)

/* Bytes of a code of quoted-printable; when the next one is so near, what is between them is not
 * worth a copy. */
#define CODE 3
#define NEAR 4

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

/* --- base64 as it should be --- */

static gboolean
is_blank (char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Are there only characters of base64 and blanks, padded rightly at the end or not at all? */
static gboolean
is_base64 (ModoriSpan body)
{
    gsize n = 0, i = 0, padding = 0;

    while (i < body.len) {
        if (g_ascii_isalnum (body.at[i]) || body.at[i] == '+' || body.at[i] == '/')
            n++;
        else if (! is_blank (body.at[i]))
            break;
        i++;
    }
    for (; i < body.len; i++) {
        if (body.at[i] == '=')
            padding++;
        else if (! is_blank (body.at[i]))
            return FALSE;
    }
    return padding == 0 || (padding <= 2 && (n + padding) % 4 == 0);
}

static gboolean
decode_base64 (GString *out, ModoriSpan body, gsize max)
{
    gsize start = out->len;
    guint save = 0;
    int state = 0;

    if (! is_base64 (body))
        return FALSE;
    while (body.len > 0 && (max == 0 || out->len - start < max)) {
        gsize piece = MIN (body.len, PIECE), len = out->len;

        g_string_set_size (out, len + piece / 4 * 3 + 3);
        len += g_base64_decode_step (body.at, piece, (guchar *) out->str + len, &state, &save);
        g_string_set_size (out, len);
        body = modori_span_skip (body, piece);
    }
    return TRUE;
}

/* --- all else --- */

/* How much at the start of TEXT has nothing to be decoded, which GMime would copy byte by byte. */
static gsize
plain_length (ModoriSpan text)
{
    const char *sign = memchr (text.at, '=', text.len);

    return sign ? (gsize) (sign - text.at) : text.len;
}

/* The length of the codes ("=20") at the start of TEXT that follow each other, with few characters
 * between them; at least that of one, whatever stands there. */
static gsize
codes_length (ModoriSpan text)
{
    gsize n = CODE;
    const char *sign;

    while (n < text.len && (sign = memchr (text.at + n, '=', MIN (text.len - n, NEAR))) != NULL)
        n = (gsize) (sign - text.at) + CODE;
    return MIN (n, text.len);
}

/* Decode PIECE to TO: what is between codes stays as it is, unless one has just begun. */
static gsize
decode_piece (const ModoriMime *mime, GMimeEncoding *state, ModoriSpan piece, char *to)
{
    const char *start = to;

    if (state->encoding != GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE)
        return mime->decode_step (state, piece.at, piece.len, to);
    while (piece.len > 0) {
        gsize n = state->state == 0 ? plain_length (piece) : 0;

        memcpy (to, piece.at, n);
        to += n;
        piece = modori_span_skip (piece, n);
        n = codes_length (piece);
        to += mime->decode_step (state, piece.at, n, to);
        piece = modori_span_skip (piece, n);
    }
    return (gsize) (to - start);
}

static void
decode_with_gmime (GString *out, GMimeContentEncoding encoding, ModoriSpan body, gsize max)
{
    const ModoriMime *mime = modori_mime ();
    gsize start = out->len;
    GMimeEncoding state;

    mime->decode_init (&state, encoding);
    if (encoding == GMIME_CONTENT_ENCODING_UUENCODE) {
        body = behind_begin (body);
        state.state |= GMIME_UUDECODE_STATE_BEGIN;
    }
    while (body.len > 0 && (max == 0 || out->len - start < max)) {
        gsize piece = MIN (body.len, PIECE), len = out->len;

        g_string_set_size (out, len + mime->decode_outlen (&state, piece));
        len += decode_piece (mime, &state, modori_span (body.at, piece), out->str + len);
        g_string_set_size (out, len);
        body = modori_span_skip (body, piece);
    }
}

void
modori_transfer_decode (GString *out, GMimeContentEncoding encoding, ModoriSpan body, gsize max)
{
    gboolean done = FALSE;

    if (encoding == GMIME_CONTENT_ENCODING_BASE64)
        done = decode_base64 (out, body, max);
    if (! done)
        decode_with_gmime (out, encoding, body, max);
}
