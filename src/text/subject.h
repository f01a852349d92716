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

/* Grams are numbered: this many numbers.  A text of 300 bytes has 4 % of them. */
#define MODORI_SUBJECT_GRAM_BITS 13
#define MODORI_SUBJECT_GRAMS (1 << MODORI_SUBJECT_GRAM_BITS)

/* The place of what is no gram: "there are characters that are not ASCII".  Some gram may share
 * it. */
#define MODORI_SUBJECT_WIDE 0

/* Groups of an expression; those beyond are not seen. */
#define MODORI_SUBJECT_GROUPS 64

/* Grams of a literal that are looked up. */
#define MODORI_SOUGHT_GRAMS 3

/* Literals that are looked for in a text before its grams are marked: that costs as much. */
#define MODORI_SUBJECT_PATIENCE 4

/* Bytes that may be read behind the end of the folded copy. */
#define MODORI_SUBJECT_PADDING 8

/* A literal that is searched for; of length 0: any character that begins with one of LEADS. */
typedef struct {
    const char *at;
    guint16 len;
    guint16 n_grams;
    guint16 rare;                                   /* where in it its rarest byte is */
    guint16 grams[MODORI_SOUGHT_GRAMS];             /* the first is the rarest */
    guint64 leads;                                  /* bit N for byte 0xc0 + N */
} ModoriSought;

/* The grams of a text.  They are marked when some literals were looked for in it: most texts are
 * done with before. */
typedef struct {
    guint tries;                /* literals that were looked for until ... */
    gboolean marked;            /* ... the patience has run out */
    guint8 turn;                /* the places of grams in the text have this */
    guint8 seen[MODORI_SUBJECT_GRAMS];
} ModoriGrams;

struct ModoriSubject {
    ModoriSpan text;
    gsize folded_len;
    gboolean shifted;           /* places in the folded copy are not those in the text */
    gboolean collapsed;         /* white space is single blanks only */
    pcre2_match_data *data;
    gboolean wide;              /* there are characters that are not ASCII ... */
    guint64 leads;              /* ... which begin with these bytes, see ModoriSought */
    ModoriGrams *grams;         /* own */
    char folded[MODORI_PATTERN_SUBJECT_MAX + MODORI_SUBJECT_PADDING];
};

/* Choose the grams of LITERAL.  BLANKS: a blank in it stands for any white space. */
void modori_sought_prepare (ModoriSought *literal, gboolean blanks);

/* Can a finder look out for N LITERALS?  None: no.  MUCH: only if that tells much. */
gboolean modori_sought_tell (const ModoriSought *literals, guint n, gboolean much);

/* Let FINDER do so, for ITEM.  BLANKS: as above. */
void modori_sought_seek (const ModoriSought *literals, guint n, gboolean blanks,
                         ModoriFinder *finder, guint item);

/* The literals of which every text that PATTERN matches holds one; none: nothing is known. */
const ModoriSought *modori_pattern_sought (ModoriPattern *pattern, guint *n);

/* How rare C, of the folded copy, is in what mail servers say; 0 to 26. */
guint modori_letter_rarity (char c);

/* Where the rarest piece of WIDTH bytes begins in LITERAL; if BLANKS, one without blanks. */
gsize modori_rarest_gram (ModoriSpan literal, guint width, gboolean blanks);

/* The gram that begins at AT, in lower case. */
guint16 modori_gram_of (const char *at);

/* The place of the gram that three BYTES make, the first of them the lowest. */
static inline guint16
modori_gram_place (guint32 bytes)
{
    return (guint16) (((bytes & 0xffffff) * 0x9e3779b1u) >> (32 - MODORI_SUBJECT_GRAM_BITS));
}

/* The same where four can be loaded at once. */
static inline guint16
modori_gram_at (const char *at)
{
    guint32 bytes;

    memcpy (&bytes, at, sizeof bytes);
    return modori_gram_place (GUINT32_FROM_LE (bytes));
}

static inline gsize
modori_subject_n_grams (const ModoriSubject *subject)
{
    return (subject->folded_len > 2 ? subject->folded_len - 2 : 0) + (subject->wide ? 1 : 0);
}

/* The place of gram I of SUBJECT. */
static inline guint16
modori_subject_gram (const ModoriSubject *subject, gsize i)
{
    return i + 3 <= subject->folded_len ? modori_gram_at (subject->folded + i)
        : MODORI_SUBJECT_WIDE;
}

/* Mark the grams of SUBJECT, unless they are. */
void modori_subject_mark (const ModoriSubject *subject);

/* Is the gram of PLACE in SUBJECT, whose grams are marked? */
static inline gboolean
modori_subject_has_gram (const ModoriSubject *subject, guint16 place)
{
    return subject->grams->seen[place] == subject->grams->turn;
}

/* The same as modori_subject_may_hold as long as the grams are not marked. */
gboolean modori_subject_try (const ModoriSubject *subject, const ModoriSought *literal);

/* Has SUBJECT all grams of LITERAL?  Nearly always the first one is missing, and that is seen
 * some hundred times for some texts. */
static inline gboolean
modori_subject_may_hold (const ModoriSubject *subject, const ModoriSought *literal)
{
    if (! subject->grams->marked)
        return modori_subject_try (subject, literal);
    for (guint i = 0; i < literal->n_grams; i++)
        if (! modori_subject_has_gram (subject, literal->grams[i]))
            return FALSE;
    return TRUE;
}

/* Has SUBJECT every gram of LITERAL, not only those that are looked up first, if they are marked?
 * Few that have those and not the words have all.  BLANKS: as above. */
gboolean modori_subject_has_all (const ModoriSubject *subject, const ModoriSought *literal,
                                 gboolean blanks);

/* Is LITERAL in the folded copy? */
gboolean modori_subject_holds (const ModoriSubject *subject, const ModoriSought *literal);

/* Where LITERAL is in the folded copy, or NULL. */
const char *modori_subject_find (const ModoriSubject *subject, const ModoriSought *literal);

/* Does TEXT hold a sign that PCRE2 takes for an ASCII letter? */
gboolean modori_subject_has_signs (ModoriSpan text);

#endif
