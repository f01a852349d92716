/* entity.c - character references: "&eacute;", "&#233;", "&#xe9;".
 *
 * Those of Latin-1 and the common ones beyond; a name that is not here is shown as it is written.
 * Numbers between 128 and 159 mean windows-1252, as in every browser.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "mail/entity.h"

/* "&thetasym;" is the longest that is known; numbers have fewer digits. */
#define ENTITY_MAX 10

/* 160 to 255, in order. */
static const char latin[96][7] = {
    "nbsp",   "iexcl",  "cent",   "pound",  "curren", "yen",    "brvbar", "sect",   "uml",
    "copy",   "ordf",   "laquo",  "not",    "shy",    "reg",    "macr",   "deg",    "plusmn",
    "sup2",   "sup3",   "acute",  "micro",  "para",   "middot", "cedil",  "sup1",   "ordm",
    "raquo",  "frac14", "frac12", "frac34", "iquest", "Agrave", "Aacute", "Acirc",  "Atilde",
    "Auml",   "Aring",  "AElig",  "Ccedil", "Egrave", "Eacute", "Ecirc",  "Euml",   "Igrave",
    "Iacute", "Icirc",  "Iuml",   "ETH",    "Ntilde", "Ograve", "Oacute", "Ocirc",  "Otilde",
    "Ouml",   "times",  "Oslash", "Ugrave", "Uacute", "Ucirc",  "Uuml",   "Yacute", "THORN",
    "szlig",  "agrave", "aacute", "acirc",  "atilde", "auml",   "aring",  "aelig",  "ccedil",
    "egrave", "eacute", "ecirc",  "euml",   "igrave", "iacute", "icirc",  "iuml",   "eth",
    "ntilde", "ograve", "oacute", "ocirc",  "otilde", "ouml",   "divide", "oslash", "ugrave",
    "uacute", "ucirc",  "uuml",   "yacute", "thorn",  "yuml",
};

static const struct {
    const char *name;
    gunichar c;
} others[] = {
    { "lt", '<' },        { "gt", '>' },        { "amp", '&' },       { "quot", '"' },
    { "apos", '\'' },     { "LT", '<' },        { "GT", '>' },        { "AMP", '&' },
    { "QUOT", '"' },      { "commat", '@' },    { "period", '.' },    { "ndash", 0x2013 },
    { "mdash", 0x2014 },  { "lsquo", 0x2018 },  { "rsquo", 0x2019 },  { "sbquo", 0x201a },
    { "ldquo", 0x201c },  { "rdquo", 0x201d },  { "bdquo", 0x201e },  { "bull", 0x2022 },
    { "hellip", 0x2026 }, { "lsaquo", 0x2039 }, { "rsaquo", 0x203a }, { "euro", 0x20ac },
    { "trade", 0x2122 },  { "larr", 0x2190 },   { "rarr", 0x2192 },   { "ensp", ' ' },
    { "emsp", ' ' },      { "thinsp", ' ' },    { "zwnj", 0x200b },   { "zwj", 0x200b },
    { "OElig", 0x152 },   { "oelig", 0x153 },   { "Scaron", 0x160 },  { "scaron", 0x161 },
};

/* Windows-1252, 128 to 159. */
static const guint16 windows[32] = {
    0x20ac, 0x81,   0x201a, 0x192,  0x201e, 0x2026, 0x2020, 0x2021, 0x2c6,  0x2030, 0x160,
    0x2039, 0x152,  0x8d,   0x17d,  0x8f,   0x90,   0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
    0x2013, 0x2014, 0x2dc,  0x2122, 0x161,  0x203a, 0x153,  0x9d,   0x17e,  0x178,
};

static gboolean
is_name (ModoriSpan text, const char *name)
{
    /* The case of the letter tells &Auml; from &auml;. */
    return strlen (name) == text.len && memcmp (text.at, name, text.len) == 0;
}

static gunichar
named (ModoriSpan name)
{
    for (guint i = 0; i < G_N_ELEMENTS (others); i++)
        if (is_name (name, others[i].name))
            return others[i].c;
    for (guint i = 0; i < G_N_ELEMENTS (latin); i++)
        if (is_name (name, latin[i]))
            return 160 + i;
    return 0;
}

static gunichar
numbered (ModoriSpan digits)
{
    gboolean hexadecimal = modori_span_begins (digits, "x");
    guint base = hexadecimal ? 16 : 10;
    gunichar c = 0;

    for (gsize i = hexadecimal; i < digits.len; i++) {
        if (! g_ascii_isxdigit (digits.at[i]) || g_ascii_xdigit_value (digits.at[i]) >= (int) base)
            return 0;
        c = c * base + (gunichar) g_ascii_xdigit_value (digits.at[i]);
    }
    if (c >= 128 && c < 160)
        return windows[c - 128];
    return digits.len > (gsize) hexadecimal && c > 0 && g_unichar_validate (c) ? c : 0xfffd;
}

gsize
modori_entity_read (ModoriSpan text, gunichar *c)
{
    ModoriSpan name = modori_span_skip (text, 1);
    const char *end = memchr (name.at, ';', MIN (name.len, ENTITY_MAX + 1));

    if (! end || end == name.at)
        return 0;
    name = modori_span_between (name.at, end);
    *c = name.at[0] == '#' ? numbered (modori_span_skip (name, 1)) : named (name);
    return *c ? name.len + 2 : 0;
}
