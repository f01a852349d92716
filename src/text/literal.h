/* literal.h - the words that a text must hold for a regular expression to match it.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_TEXT_LITERAL_H
#define MODORI_TEXT_LITERAL_H

#include "text/span.h"

/* Alternatives: "(?:mailbox|quota) full" needs one of two, or just " full". */
#define MODORI_LITERALS_MAX 24

/* Shorter ones are in every text. */
#define MODORI_LITERAL_MIN 2

/* A piece of a regular expression in which every character stands for itself.  One of length 0
 * says only of what kind a character is that the text must hold, the one at its start: that is all
 * that can be said of letters whose case only PCRE2 knows. */
typedef struct {
    guint start, end;           /* in the expression */
    guint len;                  /* of what it stands for, in bytes */
} ModoriLiteral;

/* Every match holds at least one of them; N is 0 when nothing can be said. */
typedef struct {
    guint n;
    ModoriLiteral items[MODORI_LITERALS_MAX];
} ModoriLiterals;

/* Find literals of the PCRE2 expression REGEX, which is matched with or without case: a match
 * holds one of BEST and one of SECOND (NULL: not asked for).  Where the expression is not
 * understood, nothing is said. */
void modori_literals_find (ModoriSpan regex, ModoriLiterals *best, ModoriLiterals *second);

/* Is REGEX nothing but LITERALS, its best ones, with "|" between them?  Then it matches whatever
 * holds one. */
gboolean modori_literals_are_all (ModoriSpan regex, const ModoriLiterals *literals);

/* Write what LITERAL of REGEX stands for, ASCII letters in lower case, to OUT: literal->len
 * bytes. */
void modori_literal_write (ModoriSpan regex, const ModoriLiteral *literal, char *out);

/* Sets of the bytes that characters begin with: bit N for byte 0xc0 + N. */
#define MODORI_LITERAL_LEAD(byte) (G_GUINT64_CONSTANT (1) << ((byte) - 0xc0))
#define MODORI_LITERAL_LEADS_LATIN MODORI_LITERAL_LEAD (0xc3)
#define MODORI_LITERAL_LEADS_CYRILLIC \
    (MODORI_LITERAL_LEAD (0xd0) | MODORI_LITERAL_LEAD (0xd1) | MODORI_LITERAL_LEAD (0xe1))
#define MODORI_LITERAL_LEADS_KNOWN (MODORI_LITERAL_LEADS_LATIN | MODORI_LITERAL_LEADS_CYRILLIC)
#define MODORI_LITERAL_LEADS_ALL (~G_GUINT64_CONSTANT (0))

/* What the character of LITERAL in REGEX, which has length 0, may begin with in a text, in any
 * case. */
guint64 modori_literal_leads (ModoriSpan regex, const ModoriLiteral *literal);

/* Is the character C, not of ASCII, surely none that has a case?  (Of those that have one PCRE2
 * takes both.) */
gboolean modori_literal_has_no_case (gunichar c);

#endif
