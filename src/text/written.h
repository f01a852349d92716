/* written.h - patterns as they are written in the rules files.  Private to text/.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_TEXT_WRITTEN_H
#define MODORI_TEXT_WRITTEN_H

#include "text/glance.h"
#include "text/subject.h"

/* "/body/flags": how long the body is, and what the flags mean.  FALSE with ERROR set. */
gboolean modori_written_flags (ModoriSpan source, gsize *body_len, guint32 *options,
                               GError **error);

/* Are there letters in WORDS whose case only PCRE2 knows? */
gboolean modori_written_needs_regex (ModoriSpan words);
/* Such words as an expression; the caller frees. */
char *modori_written_as_regex (ModoriSpan words);
/* Write WORDS to OUT in lower case, with single blanks and a NUL; the length, which is not above
 * that of WORDS. */
gsize modori_written_words (ModoriSpan words, char *out);

/* Copy the literals FOUND in BODY to SOUGHT and TEXT; what of TEXT is left. */
char *modori_written_literals (ModoriSpan body, const ModoriLiterals *found, ModoriSought *sought,
                               char *text);

/* The literals of which every text that SOURCE matches holds one: their number; 0: nothing is
 * known.  They lie in ROOM. */
#define MODORI_WRITTEN_ROOM (MODORI_PATTERN_SOURCE_MAX + MODORI_LITERALS_MAX)
guint modori_written_seek (ModoriSpan source, ModoriSought sought[MODORI_LITERALS_MAX],
                           char room[MODORI_WRITTEN_ROOM]);

/* Grams of what SOURCE matches, instead of their places.  FALSE when none is quickly seen. */
gboolean modori_written_glance (ModoriSpan source, ModoriThrees *grams);

#endif
