/* harmful.h - characters that do something to who looks at them.
 *
 * A stranger wrote nearly all that is shown.  Whoever shows it on a terminal, in a page, a table
 * or a log lets no harmful character through: controls, which move the cursor and more; what turns
 * the text around it (bidi); what cannot be seen (zero width, fillers, tags); what is no character.
 * Each is shown as U+FFFD, or escaped where a format can.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_TEXT_HARMFUL_H
#define MODORI_TEXT_HARMFUL_H

#include "text/span.h"

/* Stands for what is harmful, or is no text. */
#define MODORI_REPLACEMENT 0xfffd

/* The same for a C that is not ASCII. */
gboolean modori_is_harmful_beyond (gunichar c);

static inline gboolean
modori_is_harmful (gunichar c)
{
    return c < 0x7f ? c < ' ' : modori_is_harmful_beyond (c);
}

/* The character at the start of TEXT, which is not empty and any bytes, and its length in LEN:
 * U+FFFD, of one byte, for what is not UTF-8. */
gunichar modori_next_character (ModoriSpan text, gsize *len);

/* Append TEXT, any bytes, to OUT: as valid UTF-8, U+FFFD for what is harmful or no text. */
void modori_append_harmless (GString *out, ModoriSpan text);

/* TEXT so; the caller frees. */
char *modori_harmless (ModoriSpan text);

/* Is something harmful in TEXT, which is valid UTF-8? */
gboolean modori_has_harmful (const char *text);

#endif
