/* subject.h - a text that many patterns are tried on.  Private to text/: pattern, subject and
 * index share it.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_TEXT_SUBJECT_H
#define MODORI_TEXT_SUBJECT_H

#include "text/pattern.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "text/literal.h"

/* Grams are numbered: this many numbers. */
#define MODORI_SUBJECT_GRAMS (1 << 13)

/* Groups of an expression; those beyond are not seen. */
#define MODORI_SUBJECT_GROUPS 64

/* Grams of a literal that are looked up. */
#define MODORI_SOUGHT_GRAMS 3

/* Bytes that may be read behind the end of the folded copy. */
#define MODORI_SUBJECT_PADDING 8

/* A literal that is searched for; of length 0: any character that is not ASCII. */
typedef struct {
    const char *at;
    guint16 len;
    guint16 n_grams;
    guint16 rarest;                                 /* where in it the rarest gram begins */
    guint16 grams[MODORI_SOUGHT_GRAMS];             /* the first is the rarest */
} ModoriSought;

/* A place of the table: in which text it was marked last, and where that gram begins there. */
typedef struct {
    guint16 turn;
    guint16 at;                 /* MODORI_GRAM_REPEATED: at several places */
} ModoriGram;

#define MODORI_GRAM_REPEATED G_MAXUINT16

struct ModoriSubject {
    ModoriSpan text;
    gsize folded_len;
    gboolean shifted;           /* places in the folded copy are not those in the text */
    gboolean collapsed;         /* white space is single blanks only */
    pcre2_match_data *data;
    guint n_grams;
    guint16 turn;               /* grams of the present text are marked with this */
    ModoriGram seen[MODORI_SUBJECT_GRAMS];
    guint16 grams[MODORI_PATTERN_SUBJECT_MAX + 1];  /* each once */
    char folded[MODORI_PATTERN_SUBJECT_MAX + MODORI_SUBJECT_PADDING];
};

/* Choose the grams of LITERAL.  BLANKS: a blank in it stands for any white space. */
void modori_sought_prepare (ModoriSought *literal, gboolean blanks);

/* The literals of which every text that PATTERN matches holds one; none: nothing is known. */
const ModoriSought *modori_pattern_sought (ModoriPattern *pattern, guint *n);

/* Has SUBJECT all grams of LITERAL? */
gboolean modori_subject_may_hold (const ModoriSubject *subject, const ModoriSought *literal);

/* Where LITERAL is in the folded copy, or NULL. */
const char *modori_subject_find (const ModoriSubject *subject, const ModoriSought *literal);

/* Does TEXT hold a character that is not ASCII? */
gboolean modori_subject_is_wide (ModoriSpan text);

/* Does TEXT hold a sign that PCRE2 takes for an ASCII letter? */
gboolean modori_subject_has_signs (ModoriSpan text);

#endif
