/* transfer.c - fuzz target: transfer encodings undone piece by piece give what GMime makes of them in one go.
 *
 * The first byte chooses the encoding, the second how much is wanted.  The rest is decoded; then it is encoded by GMime,
 * and must come back as it was.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "auto.h"
#include "mail/transfer.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

static const GMimeContentEncoding encodings[] = {
    GMIME_CONTENT_ENCODING_BASE64, GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE, GMIME_CONTENT_ENCODING_UUENCODE,
};

/* GMime's decoder of uuencode is told that it stands behind the line "begin 644 name", or at the beginning of BODY when
 * there is none. */
static ModoriSpan
behind_begin (ModoriSpan body)
{
    ModoriSpan rest = body, line;

    while (modori_span_line (&rest, &line))
        if (g_ascii_strncasecmp (line.at, "begin ", MIN (line.len, 6)) == 0 && line.len >= 6)
            return rest;
    return body;
}

/* What GMime makes of BODY in one call. */
static GString *
decode_whole (GMimeContentEncoding encoding, ModoriSpan body)
{
    GMimeEncoding state;
    GString *out = g_string_new (NULL);

    g_mime_encoding_init_decode (&state, encoding);
    if (encoding == GMIME_CONTENT_ENCODING_UUENCODE) {
        body = behind_begin (body);
        state.state |= GMIME_UUDECODE_STATE_BEGIN;
    }
    g_string_set_size (out, g_mime_encoding_outlen (&state, body.len));
    g_string_set_size (out, g_mime_encoding_step (&state, body.at, body.len, out->str));
    return out;
}

static gboolean
is_blank (char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Is BODY base64 as RFC 4648 has it, but for blanks?  COPY gets it without them. */
static gboolean
is_right_base64 (ModoriSpan body, GString *copy)
{
    gsize padding = 0;

    for (gsize i = 0; i < body.len; i++) {
        char c = body.at[i];

        if (is_blank (c))
            continue;
        padding += c == '=';
        if ((padding && c != '=') || (c != '=' && ! g_ascii_isalnum (c) && c != '+' && c != '/'))
            return FALSE;
        g_string_append_c (copy, c);
    }
    return copy->len % 4 == 0 && padding <= 2;
}

static void
check_base64 (ModoriSpan body, const GString *got)
{
    g_autoptr (GString) copy = g_string_new (NULL);
    g_autofree guchar *want = NULL;
    gsize len;

    if (! is_right_base64 (body, copy) || copy->len == 0)
        return;
    want = g_base64_decode (copy->str, &len);
    g_assert_cmpmem (got->str, got->len, want, len);
}

/* As much as is wanted, and what a text that is decoded whole begins with. */
static void
check_piece (GMimeContentEncoding encoding, ModoriSpan body, gsize max, const GString *whole)
{
    g_autoptr (GString) piece = g_string_new ("before");

    modori_transfer_decode (piece, encoding, body, max);
    g_assert_cmpuint (piece->len - 6, >=, MIN (max, whole->len));
    g_assert_cmpuint (piece->len - 6, <=, whole->len);
    g_assert_cmpuint (piece->len - 6, <=, max + 16 * 1024);
    g_assert_true (memcmp (piece->str, "before", 6) == 0);
    g_assert_true (memcmp (piece->str + 6, whole->str, piece->len - 6) == 0);
}

/* (In a text that is written as quoted-printable line ends are GMime's own: no CR.) */
static void
check_return (GMimeContentEncoding encoding, ModoriSpan bytes)
{
    GMimeEncoding state;
    g_autoptr (GString) encoded = g_string_new (NULL), decoded = g_string_new (NULL);

    g_mime_encoding_init_encode (&state, encoding);
    g_string_set_size (encoded, g_mime_encoding_outlen (&state, bytes.len) + 100);
    g_string_set_size (encoded, g_mime_encoding_flush (&state, bytes.at, bytes.len, encoded->str));
    modori_transfer_decode (decoded, encoding, modori_span (encoded->str, encoded->len), 0);
    g_assert_cmpmem (decoded->str, decoded->len, bytes.at, bytes.len);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
    ModoriSpan body = modori_span_skip (modori_span ((const char *) data, size), 2);
    GMimeContentEncoding encoding = encodings[size ? data[0] % G_N_ELEMENTS (encodings) : 0];
    g_autoptr (GString) ours = g_string_new (NULL), theirs = NULL;

    g_mime_init ();
    theirs = decode_whole (encoding, body);
    modori_transfer_decode (ours, encoding, body, 0);
    g_assert_cmpuint (ours->len, <=, body.len);
    g_assert_cmpmem (ours->str, ours->len, theirs->str, theirs->len);
    if (encoding == GMIME_CONTENT_ENCODING_BASE64)
        check_base64 (body, ours);
    if (size > 2)
        check_piece (encoding, body, (gsize) data[1] * data[1] + 1, ours);
    if (encoding == GMIME_CONTENT_ENCODING_BASE64
        || (encoding == GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE && ! memchr (body.at, '\r', body.len)))
        check_return (encoding, body);
    return 0;
}
