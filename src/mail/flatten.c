/* flatten.c - reads JSON (RFC 8259) into lines that rules can match.
 *
 * Notifications come with words before and behind the JSON, cut, wrapped by transports in the
 * middle of a string
 * ("!" and a line end every so often), or with the interesting object as a string inside another
 * one.  So this is a tolerant scanner and no parser: what is broken is passed over, what was read
 * stays.  One look at each byte.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "mail/flatten.h"

/* Nesting of objects and arrays. */
#define DEPTH_MAX 32

/* JSON in a string in JSON in a string. */
#define ENVELOPES_MAX 3

/* Bytes of a name with all names above it. */
#define PATH_MAX_BYTES 512

#define ENVELOPE "Message"

typedef struct {
    ModoriSpan rest;
    GString *out, *path, *string;
    gsize stop;                 /* length of OUT that is enough */
    guint depth, envelopes;
} Flat;

static void read_value (Flat *flat);
static void read_text (GString *out, ModoriSpan text, gsize stop, guint envelopes);

static char
peek (const Flat *flat)
{
    return flat->rest.len > 0 ? flat->rest.at[0] : '\0';
}

static void
skip (Flat *flat, gsize count)
{
    flat->rest = modori_span_skip (flat->rest, count);
}

/* A transport's line end in the middle of a string: "!", line end, blank. */
static gsize
wrap_length (ModoriSpan text)
{
    gsize i = 1;

    if (text.len < 3 || text.at[0] != '!')
        return 0;
    if (text.at[i] == '\r')
        i++;
    if (text.at[i] != '\n')
        return 0;
    i++;
    return i < text.len && text.at[i] == ' ' ? i + 1 : i;
}

/* Skip blanks, commas, colons: their places are not checked. */
static void
skip_filling (Flat *flat)
{
    gsize wrap = 0;

    while (flat->rest.len > 0
           && (g_ascii_isspace (peek (flat)) || peek (flat) == ',' || peek (flat) == ':'
               || (wrap = wrap_length (flat->rest)) > 0)) {
        skip (flat, MAX (wrap, 1));
        wrap = 0;
    }
}

static gboolean
is_done (const Flat *flat)
{
    return flat->rest.len == 0 || flat->out->len >= flat->stop;
}

/* Four hexadecimal digits behind the first two bytes of what is left, or -1. */
static gint32
hex_escape (ModoriSpan text)
{
    gint32 value = 0;

    if (text.len < 6 || text.at[0] != '\\' || text.at[1] != 'u')
        return -1;
    for (guint i = 2; i < 6; i++) {
        if (! g_ascii_isxdigit (text.at[i]))
            return -1;
        value = value * 16 + g_ascii_xdigit_value (text.at[i]);
    }
    return value;
}

static void
read_unicode (Flat *flat)
{
    gint32 c = hex_escape (flat->rest), low;

    skip (flat, c < 0 ? 2 : 6);
    low = hex_escape (flat->rest);
    if (c >= 0xd800 && c < 0xdc00 && low >= 0xdc00 && low < 0xe000) {
        c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
        skip (flat, 6);
    }
    g_string_append_unichar (flat->string,
                             c > 0 && g_unichar_validate ((gunichar) c) ? (gunichar) c : 0xfffd);
}

static void
read_escape (Flat *flat)
{
    char c = flat->rest.len > 1 ? flat->rest.at[1] : '\\';

    if (c == 'u') {
        read_unicode (flat);
        return;
    }
    if (c == 'n' || c == 'r')
        c = '\n';
    else if (c == 't' || c == 'b' || c == 'f')
        c = ' ';
    g_string_append_c (flat->string, c);
    skip (flat, 2);
    /* The byte behind the backslash may begin a longer character. */
    while (peek (flat) & 0x80 && (peek (flat) & 0x40) == 0) {
        g_string_append_c (flat->string, peek (flat));
        skip (flat, 1);
    }
}

/* The length of the characters at the start of TEXT that mean themselves: the first one, and what
 * follows. */
static gsize
plain_length (ModoriSpan text)
{
    gsize i = 1;

    while (i < text.len && text.at[i] != '"' && text.at[i] != '\\' && text.at[i] != '!')
        i++;
    return i;
}

/* Read the string that begins with the quote at REST into flat->string. */
static void
read_string (Flat *flat)
{
    g_string_truncate (flat->string, 0);
    skip (flat, 1);
    while (flat->rest.len > 0 && peek (flat) != '"') {
        gsize wrap = wrap_length (flat->rest), plain = plain_length (flat->rest);

        if (wrap > 0)
            skip (flat, wrap);
        else if (peek (flat) == '\\')
            read_escape (flat);
        else {
            g_string_append_len (flat->string, flat->rest.at, (gssize) plain);
            skip (flat, plain);
        }
    }
    skip (flat, 1);
}

/* Write "path = VALUE", control characters as blanks. */
static void
put_line (Flat *flat, ModoriSpan value)
{
    gsize room = flat->stop - MIN (flat->stop, flat->out->len), start;

    if (room < value.len) {
        /* Not in the middle of a character. */
        while (room > 0 && (value.at[room] & 0xc0) == 0x80)
            room--;
        value.len = room;
    }
    g_string_append_len (flat->out, flat->path->str, (gssize) flat->path->len);
    g_string_append (flat->out, " = ");
    start = flat->out->len;
    g_string_append_len (flat->out, value.at, (gssize) value.len);
    for (gsize i = start; i < flat->out->len; i++)
        if (g_ascii_iscntrl (flat->out->str[i]))
            flat->out->str[i] = ' ';
    g_string_append_c (flat->out, '\n');
}

static void
take_string (Flat *flat)
{
    read_string (flat);
    if (strcmp (flat->path->str, ENVELOPE) == 0 && flat->string->str[0] == '{'
        && flat->envelopes < ENVELOPES_MAX)
        read_text (flat->out, modori_span (flat->string->str, flat->string->len), flat->stop,
                   flat->envelopes + 1);
    else
        put_line (flat, modori_span (flat->string->str, flat->string->len));
}

/* A number, true, false, null, or whatever stands there. */
static void
take_literal (Flat *flat)
{
    gsize length = 0;

    while (length < flat->rest.len && ! strchr (",]}{[\"\r\n", flat->rest.at[length]))
        length++;
    put_line (flat, modori_span_trim (modori_span (flat->rest.at, length)));
    skip (flat, MAX (length, 1));
}

/* Add the name in flat->string to the path, behind what is LENGTH bytes of it. */
static void
set_name (Flat *flat, gsize length)
{
    g_string_truncate (flat->path, length);
    if (length + flat->string->len >= PATH_MAX_BYTES)
        return;
    if (length > 0)
        g_string_append_c (flat->path, '.');
    for (gsize i = 0; i < flat->string->len; i++) {
        char c = flat->string->str[i];

        g_string_append_c (flat->path, (guchar) c <= ' ' || c == 127 ? '_' : c);
    }
}

static void
read_object (Flat *flat)
{
    gsize length = flat->path->len;

    for (skip_filling (flat); ! is_done (flat) && peek (flat) != '}'; skip_filling (flat)) {
        if (peek (flat) != '"') {
            skip (flat, 1);
            continue;
        }
        read_string (flat);
        set_name (flat, length);
        skip_filling (flat);
        if (! is_done (flat) && peek (flat) != '}')
            read_value (flat);
    }
    g_string_truncate (flat->path, length);
    skip (flat, 1);
}

static void
read_array (Flat *flat)
{
    gsize length = flat->path->len;
    guint i = 0;

    for (skip_filling (flat); ! is_done (flat) && peek (flat) != ']' && peek (flat) != '}';
         skip_filling (flat)) {
        g_string_truncate (flat->path, length);
        if (length + 16 < PATH_MAX_BYTES)
            g_string_append_printf (flat->path, "[%u]", i++);
        read_value (flat);
    }
    g_string_truncate (flat->path, length);
    if (peek (flat) == ']')
        skip (flat, 1);
}

static void
read_value (Flat *flat)
{
    char c = peek (flat);

    if ((c == '{' || c == '[') && flat->depth >= DEPTH_MAX)
        skip (flat, 1);
    else if (c == '{' || c == '[') {
        flat->depth++;
        skip (flat, 1);
        if (c == '{')
            read_object (flat);
        else
            read_array (flat);
        flat->depth--;
    } else if (c == '"')
        take_string (flat);
    else
        take_literal (flat);
}

static void
read_text (GString *out, ModoriSpan text, gsize stop, guint envelopes)
{
    const char *brace = memchr (text.at, '{', text.len);
    g_autoptr (GString) path = g_string_new (NULL);
    g_autoptr (GString) string = g_string_new (NULL);
    Flat flat = { MODORI_SPAN_EMPTY, out, path, string, stop, 0, envelopes };

    if (! brace)
        return;
    flat.rest = modori_span_between (brace, modori_span_end (text));
    read_value (&flat);
}

void
modori_flatten_json (GString *out, ModoriSpan text, gsize max)
{
    read_text (out, text, out->len + (max ? MIN (max, MODORI_FLATTEN_MAX) : MODORI_FLATTEN_MAX), 0);
}
