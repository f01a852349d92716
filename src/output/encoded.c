/* encoded.c - text beyond ASCII in a mail header.
 *
 * GMime would do it, but makes one word of whatever has no blank, and Japanese has none: a word
 * must not be longer than 75 characters (RFC 2047 section 2).
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "output/encoded.h"

#include <string.h>

/* Bytes in one word: 60 characters of base64, 72 with what stands around them. */
#define WORD_BYTES 45

/* Longer text is encoded, because it can then be folded anywhere. */
#define PLAIN_MAX 66

gboolean
modori_encoded_is_needed (const char *text)
{
    return ! g_str_is_ascii (text) || strstr (text, "=?") || strlen (text) > PLAIN_MAX;
}

/* How many bytes of TEXT go into the next word: whole characters, at least one.  A multiple of
 * three needs no padding, in the middle of which some programs stop; there may be none. */
static gsize
word_length (const char *text)
{
    gsize best = 0, length = 0;

    while (text[length]) {
        length = (gsize) (g_utf8_next_char (text + length) - text);
        if (length > WORD_BYTES)
            return best;
        if (length % 3 == 0 || best % 3 != 0 || best == 0)
            best = length;
    }
    return length;
}

void
modori_encoded_append (GString *out, const char *text)
{
    for (gboolean first = TRUE; *text; first = FALSE) {
        gsize length = word_length (text);
        g_autofree char *code = g_base64_encode ((const guchar *) text, length);

        g_string_append_printf (out, "%s=?UTF-8?B?%s?=", first ? "" : "\n ", code);
        text += length;
    }
}
