/* span.h - a piece of text that somebody else owns.
 *
 * Mail is read where it lies: nearly everything in this program is an address and a length inside
 * the bytes of one message or one rules file.  A span is never NUL-terminated and may hold any
 * byte.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_TEXT_SPAN_H
#define MODORI_TEXT_SPAN_H

#include <glib.h>
#include <string.h>

typedef struct {
    const char *at;             /* never NULL; "" when there is nothing */
    gsize len;                  /* bytes */
} ModoriSpan;

#define MODORI_SPAN_EMPTY ((ModoriSpan) { "", 0 })

static inline ModoriSpan
modori_span (const char *at, gsize len)
{
    return (ModoriSpan) { at ? at : "", len };
}

/* The whole of STRING, which may be NULL. */
static inline ModoriSpan
modori_span_of (const char *string)
{
    return modori_span (string, string ? strlen (string) : 0);
}

/* From START up to END, both inside the same buffer. */
static inline ModoriSpan
modori_span_between (const char *start, const char *end)
{
    return modori_span (start, (gsize) (end - start));
}

static inline const char *
modori_span_end (ModoriSpan span)
{
    return span.at + span.len;
}

/* What is left of SPAN behind its first COUNT bytes. */
static inline ModoriSpan
modori_span_skip (ModoriSpan span, gsize count)
{
    gsize n = MIN (count, span.len);

    return modori_span (span.at + n, span.len - n);
}

static inline char
modori_ascii_lower (char c)
{
    return c >= 'A' && c <= 'Z' ? (char) (c | 0x20) : c;
}

/* Are A and B the same letter, whatever their case?  Then they differ in one bit at most. */
static inline gboolean
modori_ascii_same (char a, char b)
{
    return a == b || ((a ^ b) == 0x20 && (guchar) ((a | 0x20) - 'a') < 26);
}

/* May C be in the name of a field (RFC 5322 2.2: printable ASCII but the colon)?  Letters, which
 * nearly all are, are seen first. */
static inline gboolean
modori_is_name_letter (char c)
{
    return ((guchar) c > ':' && (guchar) c < 0x7f) || ((guchar) c > ' ' && (guchar) c < ':');
}

/* How many bytes SPAN and WORD have in common at their start.  All comparisons ignore the case of
 * ASCII letters, as the names of mail do.  They are made for every field of every mail, and mostly
 * the first letter tells: so they are inline. */
static inline gsize
modori_span_common (ModoriSpan span, const char *word)
{
    gsize i = 0;

    while (i < span.len && word[i] && modori_ascii_same (span.at[i], word[i]))
        i++;
    return i;
}

static inline gboolean
modori_span_begins (ModoriSpan span, const char *prefix)
{
    return prefix[modori_span_common (span, prefix)] == '\0';
}

static inline gboolean
modori_span_is (ModoriSpan span, const char *word)
{
    gsize i = modori_span_common (span, word);

    return word[i] == '\0' && i == span.len;
}

/* The same, where upper and lower case differ. */
static inline gboolean
modori_span_is_exactly (ModoriSpan span, const char *word)
{
    return span.len == strlen (word) && memcmp (span.at, word, span.len) == 0;
}

gboolean modori_span_ends (ModoriSpan span, const char *suffix);

/* Where NEEDLE, of LEN bytes, begins in SPAN, or -1. */
gssize modori_span_find_bytes (ModoriSpan span, const char *needle, gsize len);

/* The same for a string. */
static inline gssize
modori_span_find (ModoriSpan span, const char *needle)
{
    return modori_span_find_bytes (span, needle, strlen (needle));
}

/* How many bytes at the start of SPAN are ASCII. */
gsize modori_span_ascii (ModoriSpan span);

/* Is SPAN nothing but ASCII? */
gboolean modori_span_is_ascii (ModoriSpan span);

/* Blank, tab, CR or LF?  Nearly everything is above the blank. */
static inline gboolean
modori_is_space (char c)
{
    return (guchar) c <= ' ' && (c == ' ' || c == '\t' || c == '\r' || c == '\n');
}

/* SPAN without blanks, tabs, CR and LF at either end: mostly there are none. */
static inline ModoriSpan
modori_span_trim (ModoriSpan span)
{
    while (span.len && modori_is_space (span.at[0]))
        span = (ModoriSpan) { span.at + 1, span.len - 1 };
    while (span.len && modori_is_space (span.at[span.len - 1]))
        span.len--;
    return span;
}

/* Take the next line off REST, without its LF or CRLF.  FALSE when REST is empty. */
static inline gboolean
modori_span_line (ModoriSpan *rest, ModoriSpan *line)
{
    const char *at = rest->at, *end;
    gsize len;

    if (rest->len == 0)
        return FALSE;
    end = (const char *) memchr (at, '\n', rest->len);
    len = end ? (gsize) (end - at) : rest->len;
    *rest = (ModoriSpan) { at + len + (end != NULL), rest->len - len - (end != NULL) };
    if (len && at[len - 1] == '\r')
        len--;
    *line = (ModoriSpan) { at, len };
    return TRUE;
}

/* A NUL-terminated copy; the caller frees. */
char *modori_span_dup (ModoriSpan span);

#endif
