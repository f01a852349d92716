/* harmful.c - characters that do something to who looks at them.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "text/harmful.h"

/* Of Unicode: what is not ASCII and stands for no sign on paper.  Joiners (U+200C, U+200D), of
 * which some scripts and pictures are made, are among them: in an address they would hide. */
gboolean
modori_is_harmful_beyond (gunichar c)
{
    static const struct { gunichar first, last; } ranges[] = {
        { 0x7f, 0x9f },         /* DEL and C1, with an 8-bit CSI */
        { 0xad, 0xad },         /* soft hyphen */
        { 0x34f, 0x34f },       /* grapheme joiner */
        { 0x61c, 0x61c },       /* Arabic letter mark */
        { 0x115f, 0x1160 },     /* Hangul fillers */
        { 0x17b4, 0x17b5 },     /* Khmer vowels that are not seen */
        { 0x180b, 0x180e },     /* Mongolian selectors */
        { 0x200b, 0x200f },     /* zero width, marks of direction */
        { 0x2028, 0x202e },     /* line and paragraph ends, embedding, override */
        { 0x2060, 0x206f },     /* word joiner, isolates, deprecated formats */
        { 0x3164, 0x3164 },     /* Hangul filler */
        { 0xd800, 0xdfff },     /* surrogates */
        { 0xfdd0, 0xfdef },     /* no characters */
        { 0xfeff, 0xfeff },     /* zero width no-break space */
        { 0xffa0, 0xffa0 },     /* halfwidth Hangul filler */
        { 0xfff9, 0xfffb },     /* interlinear annotation */
        { 0x1bca0, 0x1bca3 },   /* shorthand format */
        { 0x1d173, 0x1d17a },   /* musical format */
        { 0xe0000, 0xe0fff },   /* tags, selectors */
    };

    for (guint i = 0; i < G_N_ELEMENTS (ranges) && c >= ranges[i].first; i++)
        if (c <= ranges[i].last)
            return TRUE;
    return (c & 0xfffe) == 0xfffe || c > 0x10ffff;
}

gunichar
modori_next_character (ModoriSpan text, gsize *len)
{
    gunichar c = (guchar) *text.at;

    *len = 1;
    if (c < 0x80)
        return c;
    c = g_utf8_get_char_validated (text.at, (gssize) text.len);
    if (c > 0x10ffff)
        return MODORI_REPLACEMENT;
    *len = (gsize) (g_utf8_next_char (text.at) - text.at);
    return c;
}

void
modori_append_harmless (GString *out, ModoriSpan text)
{
    gsize len;

    for (; text.len; text = modori_span_skip (text, len)) {
        gunichar c = modori_next_character (text, &len);

        g_string_append_unichar (out, modori_is_harmful (c) ? MODORI_REPLACEMENT : c);
    }
}

char *
modori_harmless (ModoriSpan text)
{
    GString *out = g_string_sized_new (text.len);

    modori_append_harmless (out, text);
    return g_string_free (out, FALSE);
}

gboolean
modori_has_harmful (const char *text)
{
    for (; *text; text = g_utf8_next_char (text)) {
        gunichar c = (guchar) *text;

        if (modori_is_harmful (c < 0x80 ? c : g_utf8_get_char (text)))
            return TRUE;
    }
    return FALSE;
}
