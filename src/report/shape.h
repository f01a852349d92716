/* shape.h - expressions so simple that a line is compared with them as it is.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_REPORT_SHAPE_H
#define MODORI_REPORT_SHAPE_H

#include "text/span.h"

/* Longest beginning of a line that is compared. */
#define MODORI_SHAPE_PREFIX_MAX 22

/* What a line has from its start: some letters, perhaps white space, and then something. */
typedef struct {
    gboolean known;             /* the expression is of that kind */
    enum { MODORI_SHAPE_NO_SPACE, MODORI_SHAPE_SPACE, MODORI_SHAPE_BLANKS } space;
    enum {
        MODORI_SHAPE_NOTHING,   /* whatever follows */
        MODORI_SHAPE_END,       /* nothing more */
        MODORI_SHAPE_VISIBLE,   /* a character that is no white space, whatever follows */
        MODORI_SHAPE_WORDS,     /* the same, and its group catches all up to the end */
        MODORI_SHAPE_SOME,      /* its group catches all up to the end, which is not here */
        MODORI_SHAPE_ANY,       /* its group catches all up to the end */
    } rest;
    guint8 blanks;              /* of BLANKS: at least so many */
    guint8 prefix_len;
    char prefix[MODORI_SHAPE_PREFIX_MAX];       /* in lower case */
} ModoriShape;

/* Find the shape of SOURCE, a pattern as it is written. */
void modori_shape_find (ModoriShape *shape, const char *source);

/* Is TEXT, one line, so written that shapes can tell?  ASCII without control characters but tabs:
 * what others are to "." and "\s" only PCRE2 knows. */
gboolean modori_shape_can_tell (ModoriSpan text);

/* Has TEXT, of which that is so, SHAPE, which is known?  VALUE gets what its group catches (empty
 * when it has none), END where the match, which begins at 0, ends. */
gboolean modori_shape_matches (const ModoriShape *shape, ModoriSpan text, ModoriSpan *value,
                               gsize *end);

#endif
