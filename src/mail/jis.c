/* jis.c - takes ISO-2022-JP (RFC 1468) apart into EUC-JP and the rest.
 *
 * Why not leave it to iconv: strict converters stop at the vendor characters and half-width
 * katakana that Japanese mail is full of (CP50221, ISO-2022-JP-MS), at escape sequences that were
 * not closed before the line's end, and at 8-bit bytes between the Japanese parts.  The same code
 * points in EUC (each byte with its high bit set) are taken by all.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "mail/jis.h"

#define ESC '\033'

static const struct {
    const char *text;
    ModoriJisMode mode;
} escapes[] = {
    { "\033$B", MODORI_JIS_KANJI },
    { "\033(B", MODORI_JIS_ASCII },
    { "\033$@", MODORI_JIS_KANJI },
    { "\033(J", MODORI_JIS_ASCII },         /* yen sign and overline: nobody means them */
    { "\033(I", MODORI_JIS_KANA },
    { "\033$(B", MODORI_JIS_KANJI },
    { "\033$(@", MODORI_JIS_KANJI },
    { "\033$(D", MODORI_JIS_KANJI2 },
    { "\033(H", MODORI_JIS_ASCII },         /* written by some old programs */
};

/* The length of the escape sequence at the start of TEXT, or 0. */
static gsize
escape_length (ModoriSpan text, ModoriJisMode *mode)
{
    if (text.len < 3 || text.at[0] != ESC || (text.at[1] != '$' && text.at[1] != '('))
        return 0;
    for (guint i = 0; i < G_N_ELEMENTS (escapes); i++) {
        gsize length = strlen (escapes[i].text);

        if (text.len >= length && memcmp (text.at, escapes[i].text, length) == 0) {
            *mode = escapes[i].mode;
            return length;
        }
    }
    return 0;
}

gboolean
modori_jis_holds (ModoriSpan text)
{
    const char *at = memchr (text.at, ESC, text.len);
    ModoriJisMode mode = MODORI_JIS_ASCII;

    while (at) {
        ModoriSpan rest = modori_span_between (at, modori_span_end (text));

        if (escape_length (rest, &mode) && mode != MODORI_JIS_ASCII)
            return TRUE;
        at = memchr (at + 1, ESC, rest.len - 1);
    }
    return FALSE;
}

/* Take escape sequences off the start of what is left. */
static void
take_escapes (ModoriJis *jis)
{
    gsize length;

    while ((length = escape_length (jis->rest, &jis->mode)) > 0)
        jis->rest = modori_span_skip (jis->rest, length);
}

/* What lies before the next escape sequence. */
static ModoriSpan
take_ascii (ModoriJis *jis)
{
    ModoriSpan start = jis->rest;
    ModoriJisMode mode;

    do {
        const char *at = memchr (jis->rest.at + 1, ESC, jis->rest.len - 1);

        jis->rest = at ? modori_span_between (at, modori_span_end (start))
                       : modori_span (modori_span_end (start), 0);
    } while (jis->rest.len > 0 && ! escape_length (jis->rest, &mode));
    return modori_span_between (start.at, jis->rest.at);
}

static void
append_character (GString *euc, ModoriJisMode mode, const char *bytes, guint width)
{
    if (mode == MODORI_JIS_KANA)
        g_string_append_c (euc, '\x8e');
    else if (mode == MODORI_JIS_KANJI2)
        g_string_append_c (euc, '\x8f');
    for (guint i = 0; i < width; i++)
        g_string_append_c (euc, (char) (bytes[i] | 0x80));
}

static gboolean
is_graphic (char c)
{
    return c > 0x20 && c < 0x7f;
}

/* The usual case, quickly: nothing but pairs up to the next escape sequence.  FALSE when there is
 * something else. */
static gboolean
take_pairs (ModoriJis *jis, GString *euc)
{
    const char *end = memchr (jis->rest.at, ESC, jis->rest.len);
    gsize length = end ? (gsize) (end - jis->rest.at) : 0;

    if (jis->mode != MODORI_JIS_KANJI || length == 0 || length % 2 != 0)
        return FALSE;
    for (gsize i = 0; i < length; i++)
        if (! is_graphic (jis->rest.at[i]))
            return FALSE;
    g_string_append_len (euc, jis->rest.at, (gssize) length);
    for (gsize i = 0; i < length; i++)
        euc->str[i] = (char) (euc->str[i] | 0x80);
    jis->rest = modori_span_skip (jis->rest, length);
    jis->mode = MODORI_JIS_ASCII;
    return TRUE;
}

/* Japanese up to the next escape sequence, byte above 127 or end of the line: a line begins in
 * ASCII. */
static void
take_japanese (ModoriJis *jis, GString *euc)
{
    guint width = jis->mode == MODORI_JIS_KANA ? 1 : 2;
    gsize i = 0;

    while (i < jis->rest.len) {
        const char *at = jis->rest.at + i;

        if (*at == ESC || *at == '\n' || *at == '\r' || (*at & 0x80))
            break;
        if (i + width <= jis->rest.len && is_graphic (at[0]) && is_graphic (at[width - 1])) {
            append_character (euc, jis->mode, at, width);
            i += width;
        } else {
            g_string_append_c (euc, *at);
            i++;
        }
    }
    jis->rest = modori_span_skip (jis->rest, i);
    jis->mode = MODORI_JIS_ASCII;
}

gboolean
modori_jis_next (ModoriJis *jis, ModoriSpan *segment, gboolean *japanese, GString *euc)
{
    take_escapes (jis);
    if (jis->rest.len == 0)
        return FALSE;
    *japanese = jis->mode != MODORI_JIS_ASCII;
    if (! *japanese) {
        *segment = take_ascii (jis);
        return TRUE;
    }
    g_string_truncate (euc, 0);
    if (! take_pairs (jis, euc))
        take_japanese (jis, euc);
    *segment = modori_span (euc->str, euc->len);
    return TRUE;
}
