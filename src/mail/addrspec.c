/* addrspec.c - finds the address in From: and its relatives (RFC 5322 section 3.4).
 *
 * The forms that real mail has are found by one walk over the field: names, quoted names,
 * comments, angle brackets. That walk takes any dots ("user.@example.jp" and "us..er@example.jp"
 * are real addresses in Japan, which strict parsers refuse) and UTF-8.  Quoted local parts,
 * routes and groups go to GMime.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "mail/addrspec.h"

#include "mail/mime.h"

/* GMime need not see more of a field to find its first address. */
#define FIELD_MAX (4 * 1024)

/* RFC 5321 4.5.3.1 allows 320. */
#define ADDRESS_MAX 1000

typedef enum {
    FOUND,
    NOTHING,
    HARD,                       /* there may be one, for somebody who knows the whole grammar */
} Found;

/* Skip what OPENS and CLOSES enclose (they nest when they differ) at the start of REST. */
static void
skip_enclosed (ModoriSpan *rest, char opens, char closes)
{
    guint depth = 0;
    gsize i = 0;

    while (i < rest->len) {
        char c = rest->at[i++];

        if (c == '\\')
            i++;
        else if (c == closes && (opens != closes || depth > 0)) {
            if (--depth == 0)
                break;
        } else if (c == opens)
            depth++;
    }
    *rest = modori_span_skip (*rest, i);
}

static gboolean
is_special (char c)
{
    switch (c) {
    case '"':
    case '\\':
    case '(':
    case ')':
    case ',':
    case ':':
    case ';':
    case '<':
    case '>':
    case 127:
        return TRUE;
    default:
        return FALSE;
    }
}

/* Is it local@domain, or a local part alone, as far as this file understands it? */
static Found
judge (ModoriSpan address)
{
    const char *at = memrchr (address.at, '@', address.len);

    if (address.len == 0 || address.len > ADDRESS_MAX)
        return NOTHING;
    for (gsize i = 0; i < address.len; i++)
        if ((guchar) address.at[i] <= ' ' || is_special (address.at[i]))
            return HARD;
    if (! at)
        return FOUND;
    if (at == address.at || at + 1 == modori_span_end (address))
        return NOTHING;
    return memchr (address.at, '@', (gsize) (at - address.at)) ? HARD : FOUND;
}

/* The word at the start of REST, up to a blank or special character. */
static ModoriSpan
take_word (ModoriSpan *rest)
{
    gsize length = 0;
    ModoriSpan word;

    while (length < rest->len && ! g_ascii_isspace (rest->at[length])
           && ! is_special (rest->at[length]))
        length++;
    length = MAX (length, 1);
    word = modori_span (rest->at, length);
    *rest = modori_span_skip (*rest, length);
    return word;
}

static Found
take_angle (ModoriSpan *rest, ModoriSpan *address)
{
    const char *end = memchr (rest->at, '>', rest->len);

    *address = modori_span_between (rest->at + 1, end ? end : modori_span_end (*rest));
    *rest = modori_span_skip (*rest, address->len + 1);
    *address = modori_span_trim (*address);
    return judge (*address);
}

/* Walk over REST to the end of its first list item and find the address in it. */
static Found
walk (ModoriSpan *rest, ModoriSpan *address)
{
    guint words = 0;

    *address = MODORI_SPAN_EMPTY;
    while (rest->len > 0 && rest->at[0] != ',') {
        if (rest->at[0] == '<')
            return take_angle (rest, address);
        if (rest->at[0] == '(')
            skip_enclosed (rest, '(', ')');
        else if (rest->at[0] == '"') {
            skip_enclosed (rest, '"', '"');
            if (rest->len > 0 && (rest->at[0] == '@' || rest->at[0] == '.'))
                return HARD;
        } else if (rest->at[0] == ':' || rest->at[0] == ';')
            return HARD;
        else if (g_ascii_isspace (rest->at[0]))
            *rest = modori_span_skip (*rest, 1);
        else {
            ModoriSpan word = take_word (rest);

            if (words++ == 0
                || (memchr (word.at, '@', word.len) && ! memchr (address->at, '@', address->len)))
                *address = word;
        }
    }
    /* Several words, none of them an address, are somebody's name. */
    if (words > 1 && ! memchr (address->at, '@', address->len))
        return NOTHING;
    return judge (*address);
}

static gboolean
ask_gmime (ModoriSpan field, GString *out)
{
    g_autofree char *text = modori_span_dup (modori_span (field.at, MIN (field.len, FIELD_MAX)));

    return modori_mime ()->first_address (text, out);
}

static void
lower_domain (GString *address)
{
    char *at = strrchr (address->str, '@');

    for (; at && *at; at++)
        *at = g_ascii_tolower (*at);
}

gboolean
modori_addrspec_first (ModoriSpan field, GString *out)
{
    ModoriSpan address, rest = field;
    Found found = walk (&rest, &address);

    g_string_truncate (out, 0);
    while (found == NOTHING) {
        const char *comma = memchr (rest.at, ',', rest.len);

        if (! comma)
            return FALSE;
        rest = modori_span_between (comma + 1, modori_span_end (field));
        found = walk (&rest, &address);
    }
    if (found == FOUND)
        g_string_append_len (out, address.at, (gssize) address.len);
    else if (! ask_gmime (field, out))
        return FALSE;
    lower_domain (out);
    return out->len > 0;
}
