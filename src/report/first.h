/* first.h - the bytes that a line must begin with for a pattern to match it.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_REPORT_FIRST_H
#define MODORI_REPORT_FIRST_H

#include "text/span.h"

/* A set of bytes; an empty line has byte 0. */
typedef struct {
    guint32 bits[8];
} ModoriFirst;

/* Find the set for SOURCE, a pattern as it is written.  All bytes where nothing can be said. */
void modori_first_find (ModoriFirst *first, const char *source);

/* How many blanks, at LEAST and at MOST, a line begins with that matches SOURCE; any number where
 * nothing can be said. */
void modori_first_blanks (const char *source, guint *least, guint *most);

/* Signs of which it is known whether a match must hold them. */
#define MODORI_FIRST_SIGNS "@<>:(\"=#"

/* Those (bit N: sign N) without which nothing matches SOURCE, wherever they stand. */
guint modori_first_needs (const char *source);

static inline gboolean
modori_first_holds (const ModoriFirst *first, ModoriSpan line)
{
    guchar byte = line.len ? (guchar) line.at[0] : 0;

    return first->bits[byte >> 5] >> (byte & 31) & 1;
}

#endif
