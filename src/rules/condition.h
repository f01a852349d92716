/* condition.h - what rules ask of header fields: "Name", "Name /pattern/".
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_RULES_CONDITION_H
#define MODORI_RULES_CONDITION_H

#include "rules/header.h"
#include "text/pattern.h"

/* Bytes of the word of a pattern that values are searched for first. */
#define MODORI_CONDITION_WORD 32

typedef struct {
    guint name;                 /* number in the header */
    ModoriPattern *pattern;     /* on the unfolded value; NULL: the field must only be there and
                                 * not empty */
    gboolean known;             /* ... what follows of it */
    guint64 sought;             /* bits of words that a value must have one of */
    char word[MODORI_CONDITION_WORD];           /* the first word of the literal that it needs,
                                                 * and the longest one, for long values: "" when
                                                 * there is none */
    char longest[MODORI_CONDITION_WORD];
    gboolean tried;             /* what follows is known, for the pattern is compiled */
    gsize shortest;             /* bytes that a match has at least */
} ModoriCondition;

/* Read "Name" or "Name PATTERN" from a rules file and learn the name in HEADER.  FALSE with
 * ERROR set. */
gboolean modori_condition_read (ModoriCondition *condition, ModoriHeader *header, ModoriSpan value,
                                GError **error);
void modori_condition_clear (ModoriCondition *condition);

/* Does a field of HEADER do what CONDITION asks?  NTH (may be NULL) tells which one. */
gboolean modori_condition_holds (ModoriCondition *condition, ModoriHeader *header,
                                 guint *nth);

/* The same for the addresses in the fields; ADDRESS tells which one. */
gboolean modori_condition_finds_address (ModoriCondition *condition, ModoriHeader *header,
                                         ModoriSpan *address);

#endif
