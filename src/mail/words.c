/* words.c - unfolds header fields and decodes their encoded words (RFC 2047).
 *
 * Taken leniently, as mail programs show them: inside quotes, without blanks between, longer than
 * 75 characters, cut in the middle of a character (adjacent words of one charset are joined
 * before they are converted), raw 8-bit and raw ISO-2022-JP around them.  The payload is decoded
 * by GMime, the charset by charset.c, whose larger sets and fallbacks GMime's own decoder of
 * whole fields does not know.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "mail/words.h"

#include "mail/transfer.h"

/* RFC 2978 allows 40, and a language tag may follow. */
#define CHARSET_MAX 64

struct ModoriWords {
    ModoriCharsets *charsets;   /* foreign */
    GString *plain;             /* the field in UTF-8, encoded words not yet decoded */
    GString *decoded;
    GString *bytes;             /* of the encoded words that stand together */
    GString *payload;
    ModoriSpan charset;         /* of those bytes */
};

typedef struct {
    ModoriSpan charset;
    ModoriSpan payload;
    gboolean base64;
    const char *end;            /* NULL: no encoded word ends in the rest of the text */
} Word;

ModoriWords *
modori_words_new (ModoriCharsets *charsets)
{
    ModoriWords *words = g_new0 (ModoriWords, 1);

    words->charsets = charsets;
    words->plain = g_string_new (NULL);
    words->decoded = g_string_new (NULL);
    words->bytes = g_string_new (NULL);
    words->payload = g_string_new (NULL);
    words->charset = MODORI_SPAN_EMPTY;
    return words;
}

void
modori_words_free (ModoriWords *words)
{
    if (! words)
        return;
    g_string_free (words->plain, TRUE);
    g_string_free (words->decoded, TRUE);
    g_string_free (words->bytes, TRUE);
    g_string_free (words->payload, TRUE);
    g_free (words);
}

/* ASCII without control characters and encoded words: nothing to do. */
static gboolean
is_plain (ModoriSpan text)
{
    for (gsize i = 0; i < text.len; i++)
        if (text.at[i] < ' ' || text.at[i] == 127
            || (text.at[i] == '=' && i + 1 < text.len && text.at[i + 1] == '?'))
            return FALSE;
    return TRUE;
}

/* Read the encoded word at the start of TEXT: =?charset*language?Q?payload?=.  FALSE when it is
 * none. */
static gboolean
read_word (ModoriSpan text, Word *word)
{
    ModoriSpan rest = modori_span_skip (text, 2);
    const char *question = memchr (rest.at, '?', MIN (rest.len, CHARSET_MAX + 1));
    const char *star;

    word->end = text.at;
    if (! question || question == rest.at || modori_span_end (rest) - question < 5
        || question[2] != '?')
        return FALSE;
    word->charset = modori_span_between (rest.at, question);
    star = memchr (word->charset.at, '*', word->charset.len);
    if (star)
        word->charset = modori_span_between (word->charset.at, star);
    word->base64 = question[1] == 'B' || question[1] == 'b';
    if (! word->base64 && question[1] != 'Q' && question[1] != 'q')
        return FALSE;
    rest = modori_span_between (question + 3, modori_span_end (text));
    word->end = memmem (rest.at, rest.len, "?=", 2);
    if (! word->end)
        return FALSE;
    word->payload = modori_span_between (rest.at, word->end);
    word->end += 2;
    return TRUE;
}

static void
add_payload (ModoriWords *words, const Word *word)
{
    if (word->base64) {
        modori_transfer_decode (words->bytes, GMIME_CONTENT_ENCODING_BASE64, word->payload, 0);
        return;
    }
    g_string_truncate (words->payload, 0);
    g_string_append_len (words->payload, word->payload.at, (gssize) word->payload.len);
    for (gsize i = 0; i < words->payload->len; i++)
        if (words->payload->str[i] == '_')
            words->payload->str[i] = ' ';
    modori_transfer_decode (words->bytes, GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE,
                            modori_span (words->payload->str, words->payload->len), 0);
}

/* Write out the words that stood together. */
static void
flush_words (ModoriWords *words)
{
    ModoriSpan bytes = modori_span (words->bytes->str, words->bytes->len);

    if (bytes.len > 0)
        modori_charset_append (words->charsets, words->decoded, words->charset, bytes, 0);
    g_string_truncate (words->bytes, 0);
}

static gboolean
is_same_charset (ModoriSpan a, ModoriSpan b)
{
    return a.len == b.len && g_ascii_strncasecmp (a.at, b.at, a.len) == 0;
}

static gboolean
is_blank (ModoriSpan text)
{
    return modori_span_trim (text).len == 0;
}

static void
append_text (ModoriWords *words, ModoriSpan text)
{
    flush_words (words);
    g_string_append_len (words->decoded, text.at, (gssize) text.len);
}

static void
decode_words (ModoriWords *words, ModoriSpan text)
{
    ModoriSpan rest = text;
    const char *from = text.at, *at;
    Word word;

    while ((at = memmem (rest.at, rest.len, "=?", 2))) {
        rest = modori_span_between (at, modori_span_end (text));
        if (! read_word (rest, &word)) {
            if (! word.end)
                break;
            rest = modori_span_skip (rest, 2);
            continue;
        }
        /* Blanks between two encoded words are no text. */
        if (words->bytes->len == 0 || ! is_blank (modori_span_between (from, at)))
            append_text (words, modori_span_between (from, at));
        if (! is_same_charset (words->charset, word.charset))
            flush_words (words);
        words->charset = word.charset;
        add_payload (words, &word);
        from = word.end;
        rest = modori_span_between (from, modori_span_end (text));
    }
    append_text (words, modori_span_between (from, modori_span_end (text)));
}

/* Make the text one line: a run of white space with a line end in it is one blank, control
 * characters (C1 as well) go. In place: it only becomes shorter. */
static void
make_line (GString *text)
{
    gsize to = 0;

    for (gsize from = 0; from < text->len; from++) {
        char c = text->str[from];

        if (c == '\n' || c == '\r') {
            while (to > 0 && text->str[to - 1] == ' ')
                to--;
            while (from + 1 < text->len && g_ascii_isspace (text->str[from + 1]))
                from++;
            text->str[to++] = ' ';
        } else if (c == '\t')
            text->str[to++] = ' ';
        else if (c == '\xc2' && (guchar) text->str[from + 1] < 0xa0)
            from++;
        else if ((guchar) c >= ' ' && c != 127)
            text->str[to++] = c;
    }
    g_string_truncate (text, to);
}

ModoriSpan
modori_words_decode (ModoriWords *words, ModoriSpan text)
{
    if (is_plain (text))
        return text;
    g_string_truncate (words->plain, 0);
    g_string_truncate (words->decoded, 0);
    g_string_truncate (words->bytes, 0);
    words->charset = MODORI_SPAN_EMPTY;
    modori_charset_append (words->charsets, words->plain, MODORI_SPAN_EMPTY, text, 0);
    decode_words (words, modori_span (words->plain->str, words->plain->len));
    make_line (words->decoded);
    return modori_span_trim (modori_span (words->decoded->str, words->decoded->len));
}
