/* written.c - patterns as they are written in the rules files.
 *
 * What their form means, and which literals (text/literal.c) and grams (text/subject.c) a text
 * must have to match one: that can be told before a pattern is made of it, and most are never
 * made.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE             /* memrchr */
#endif
#include "text/written.h"

#include "text/error.h"
#include "text/glance.h"

static gboolean
is_blank (char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* "/body/flags": where the body ends, and what the flags mean. */
gboolean
modori_written_flags (ModoriSpan source, gsize *body_len, guint32 *options, GError **error)
{
    const char *close = source.len > 1 ? memrchr (source.at + 1, '/', source.len - 1) : NULL;

    if (! close || close == source.at + 1) {
        g_set_error (error, MODORI_ERROR, MODORI_ERROR_PATTERN, "\"%.*s\" has no closing /",
                     (int) source.len, source.at);
        return FALSE;
    }
    *body_len = (gsize) (close - source.at) - 1;
    *options = PCRE2_UTF | PCRE2_CASELESS;
    for (const char *p = close + 1; p < modori_span_end (source); p++)
        switch (*p) {
        case 'C': *options &= ~(guint32) PCRE2_CASELESS; break;
        case 'm': *options |= PCRE2_MULTILINE; break;
        case 's': *options |= PCRE2_DOTALL; break;
        case 'x': *options |= PCRE2_EXTENDED; break;
        default:
            g_set_error (error, MODORI_ERROR, MODORI_ERROR_PATTERN,
                         "unknown flag \"%c\" behind \"%.*s\"; known are: C, m, s, x", *p,
                         (int) (close + 1 - source.at), source.at);
            return FALSE;
        }
    return TRUE;
}

/* Plain words as an expression, for those with letters whose case only PCRE2 knows. */
char *
modori_written_as_regex (ModoriSpan words)
{
    GString *regex = g_string_new ("/");

    for (gsize i = 0; i < words.len; i++) {
        if (is_blank (words.at[i]))
            g_string_append (regex, i && is_blank (words.at[i - 1]) ? "" : "\\s+");
        else {
            if (g_ascii_ispunct (words.at[i]))
                g_string_append_c (regex, '\\');
            g_string_append_c (regex, words.at[i]);
        }
    }
    g_string_append_c (regex, '/');
    return g_string_free (regex, FALSE);
}

/* Lower case, single blanks; no longer than WORDS. */
gsize
modori_written_words (ModoriSpan words, char *out)
{
    char *end = out;

    for (gsize i = 0; i < words.len; i++)
        if (! is_blank (words.at[i]))
            *end++ = g_ascii_tolower (words.at[i]);
        else if (end > out && end[-1] != ' ')
            *end++ = ' ';
    *end = '\0';
    return (gsize) (end - out);
}

gboolean
modori_written_needs_regex (ModoriSpan words)
{
    for (gsize i = 0; i < words.len; i++)
        if ((guchar) words.at[i] >= 0x80) {
            gunichar c = g_utf8_get_char_validated (words.at + i, (gssize) (words.len - i));

            if (c < 0x110000 && ! modori_literal_has_no_case (c))
                return TRUE;
            i += c < 0x110000 ? (gsize) g_unichar_to_utf8 (c, NULL) - 1 : 0;
        }
    return FALSE;
}

/* Copy the literals FOUND in BODY to SOUGHT and TEXT; what of TEXT is left. */
char *
modori_written_literals (ModoriSpan body, const ModoriLiterals *found, ModoriSought *sought,
                         char *text)
{
    for (guint i = 0; i < found->n; i++) {
        modori_literal_write (body, &found->items[i], text);
        sought[i].at = text;
        sought[i].len = (guint16) found->items[i].len;
        sought[i].leads = sought[i].len ? 0 : modori_literal_leads (body, &found->items[i]);
        text += sought[i].len;
        *text++ = '\0';
    }
    return text;
}

/* The literals of words, in ROOM, which has as many bytes. */
static guint
seek_words (ModoriSpan words, ModoriSought *sought, char *room)
{
    *sought = (ModoriSought) { .at = room, .len = (guint16) modori_written_words (words, room) };
    modori_sought_prepare (sought, TRUE);
    return 1;
}

static guint
seek_regex (ModoriSpan source, ModoriSought *sought, char *room)
{
    ModoriLiterals found;
    gsize body_len;
    guint32 options;

    if (! modori_written_flags (source, &body_len, &options, NULL) || options & PCRE2_EXTENDED)
        return 0;
    source = modori_span (source.at + 1, body_len);
    modori_literals_find (source, &found, NULL);
    memset (sought, 0, found.n * sizeof *sought);
    modori_written_literals (source, &found, sought, room);
    for (guint i = 0; i < found.n; i++)
        modori_sought_prepare (&sought[i], FALSE);
    return found.n;
}

guint
modori_written_seek (ModoriSpan source, ModoriSought sought[MODORI_LITERALS_MAX],
                     char room[MODORI_WRITTEN_ROOM])
{
    source = modori_span_trim (source);
    if (source.len == 0 || source.len > MODORI_PATTERN_SOURCE_MAX)
        return 0;
    if (source.at[0] == '/')
        return seek_regex (source, sought, room);
    return modori_written_needs_regex (source) ? 0 : seek_words (source, sought, room);
}

/* The first and the last three letters of words. */
static void
words_threes (ModoriSpan words, ModoriThrees *threes)
{
    guint n = 0;

    threes->n = 0;
    threes->more = FALSE;
    for (gsize i = 0; i < words.len; i++) {
        n = g_ascii_isalnum (words.at[i]) ? n + 1 : 0;
        if (n < 3)
            continue;
        threes->more = TRUE;
        threes->also = (guint16) (i - 2);
        if (threes->n == 0)
            threes->places[threes->n++] = threes->also;
    }
}

gboolean
modori_written_glance (ModoriSpan source, ModoriThrees *grams)
{
    gsize body_len;
    guint32 options;

    grams->n = 0;
    if (source.len == 0 || source.len > MODORI_PATTERN_SOURCE_MAX)
        return FALSE;
    if (source.at[0] != '/')
        words_threes (source, grams);
    else if (modori_written_flags (source, &body_len, &options, NULL)
             && ! (options & PCRE2_EXTENDED))
        modori_glance (source = modori_span (source.at + 1, body_len), grams);
    if (grams->n == 0)
        return FALSE;
    for (guint i = 0; i < grams->n; i++)
        grams->places[i] = modori_gram_of (source.at + grams->places[i]);
    if (grams->more)
        grams->also = modori_gram_of (source.at + grams->also);
    return TRUE;
}
