/* address.c - reading the addresses and host names in the fields of reports.
 *
 * A recipient is "type; address" (RFC 3464 section 2.3.1), the address as the type says: plain,
 * as xtext where a relay forgot to undo it (RFC 3461 section 4), or with \x{HEX} for letters
 * outside ASCII (RFC 6533 section 3).  Real reports also write brackets, comments, old source
 * routes, no type, two types, the program behind an alias, and letters as "\303\251".
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "report/address.h"

#include "report/reply.h"

/* A type is a short word: "utf-8", "x-local-hostname". */
#define TYPE_MAX 32

/* Longest text form of an IP address, and a scope. */
#define IP_MAX 64

static gboolean
is_type_letter (char c)
{
    return g_ascii_isalnum (c) || c == '-' || c == '_';
}

/* The type at the start of VALUE, with the semicolon in AFTER behind it; empty when there is
 * none. */
static ModoriSpan
type_of (ModoriSpan value, ModoriSpan *after)
{
    gsize i = 0, end;

    *after = value;
    while (i < value.len && i < TYPE_MAX && is_type_letter (value.at[i]))
        i++;
    end = i;
    while (i < value.len && (value.at[i] == ' ' || value.at[i] == '\t'))
        i++;
    if (end == 0 || i >= value.len || value.at[i] != ';')
        return MODORI_SPAN_EMPTY;
    *after = modori_span_trim (modori_span_skip (value, i + 1));
    return modori_span (value.at, end);
}

ModoriSpan
modori_type_skip (ModoriSpan value)
{
    ModoriSpan after;

    type_of (value, &after);
    return after;
}

/* Where C stands in TEXT outside of quotes, the last time; -1 when nowhere. */
static gssize
last_unquoted (ModoriSpan text, char c)
{
    gboolean quoted = FALSE;
    gssize outside = -1, anywhere = -1;

    if (! memchr (text.at, c, text.len))
        return -1;
    for (gsize i = 0; i < text.len; i++) {
        if (text.at[i] == '\\')
            i++;
        else if (text.at[i] == '"')
            quoted = ! quoted;
        if (i >= text.len || text.at[i] != c)
            continue;
        anywhere = (gssize) i;
        if (! quoted)
            outside = (gssize) i;
    }
    return quoted ? anywhere : outside;     /* a quote that is never closed hides nothing */
}

/* The inside of <...> when TEXT has it; else TEXT up to a comment. */
static ModoriSpan
unwrap (ModoriSpan text)
{
    gssize open = last_unquoted (text, '<'), close = last_unquoted (text, '>');
    gssize at;

    if (open >= 0)
        return modori_span_trim (modori_span_between (
            text.at + open + 1, close > open ? text.at + close : modori_span_end (text)));
    at = last_unquoted (text, '@');
    /* "user@example.com (comment)": nothing behind the domain belongs to it */
    for (gsize i = at < 0 ? 0 : (gsize) at; i < text.len; i++)
        if (strchr (" \t\r\n(;,>", text.at[i]) && (at >= 0 || text.at[i] == '('))
            return modori_span_trim (modori_span (text.at, i));
    return modori_span_trim (text);
}

/* TEXT behind an old source route "@relay,@other:" (RFC 5321 appendix C), "mailto:" and "SMTP:". */
static ModoriSpan
skip_route (ModoriSpan text)
{
    const char *colon;

    if (modori_span_begins (text, "mailto:"))
        return modori_span_skip (text, 7);
    if (modori_span_begins (text, "smtp:"))
        return modori_span_skip (text, 5);
    colon = text.len && text.at[0] == '@' ? memchr (text.at, ':', text.len) : NULL;
    return colon ? modori_span_between (colon + 1, modori_span_end (text)) : text;
}

/* The length of the codes "\303\251" at the start of TEXT that are one letter beyond ASCII, which
 * is put into LETTER; 0 when they are none. */
static gsize
octal_letter (ModoriSpan text, char letter[5])
{
    gsize n = 0;

    while (n < 4 && (n + 1) * 4 <= text.len && text.at[n * 4] == '\\') {
        const char *digits = text.at + n * 4 + 1;

        if ((digits[0] != '2' && digits[0] != '3') || digits[1] < '0' || digits[1] > '7'
            || digits[2] < '0' || digits[2] > '7')
            break;
        letter[n++] = (char) ((digits[0] - '0') * 64 + (digits[1] - '0') * 8 + digits[2] - '0');
        if (n > 1 && g_utf8_validate (letter, (gssize) n, NULL))
            return n * 4;
    }
    return 0;
}

void
modori_octal_decode (GString *out, ModoriSpan text)
{
    while (text.len) {
        const char *slash = memchr (text.at, '\\', text.len);
        gsize n = slash ? (gsize) (slash - text.at) : text.len, codes;
        char letter[5];

        g_string_append_len (out, text.at, (gssize) n);
        text = modori_span_skip (text, n);
        codes = octal_letter (text, letter);
        if (codes)
            g_string_append_len (out, letter, (gssize) (codes / 4));
        else if (text.len)
            g_string_append_c (out, '\\');
        text = modori_span_skip (text, codes ? codes : 1);
    }
}

/* The value of two upper-case hexadecimal digits at P, or -1. */
static int
hex_pair (const char *p)
{
    if (! g_ascii_isxdigit (p[0]) || ! g_ascii_isxdigit (p[1]) || g_ascii_islower (p[0])
        || g_ascii_islower (p[1]))
        return -1;
    return g_ascii_xdigit_value (p[0]) * 16 + g_ascii_xdigit_value (p[1]);
}

/* Is LOCAL xtext?  Then each "+" begins the code of a character that xtext may not show as it
 * is.  A mailbox with a tag of its own ("user+2Band") is far rarer than a relay that did not
 * decode. */
static gboolean
is_xtext (ModoriSpan local)
{
    gboolean any = FALSE;

    for (gsize i = 0; i < local.len; i++) {
        int c = i + 2 < local.len && local.at[i] == '+' ? hex_pair (local.at + i + 1) : -1;

        if (local.at[i] != '+')
            continue;
        if (c != '+' && c != '=' && c != ' ' && c < 0x80)
            return FALSE;
        any = TRUE;
    }
    return any;
}

static void
append_xtext (GString *out, ModoriSpan text)
{
    for (gsize i = 0; i < text.len; i++) {
        int c = i + 2 < text.len && text.at[i] == '+' ? hex_pair (text.at + i + 1) : -1;

        g_string_append_c (out, c < 0 ? text.at[i] : (char) c);
        if (c >= 0)
            i += 2;
    }
}

/* Append TEXT with each \x{HEX} as its character. */
static void
append_utf8_xtext (GString *out, ModoriSpan text)
{
    while (text.len) {
        gunichar c = 0;
        gsize i = 3;

        if (text.len < 5 || memcmp (text.at, "\\x{", 3) != 0) {
            g_string_append_c (out, *text.at);
            text = modori_span_skip (text, 1);
            continue;
        }
        for (; i < text.len && i < 9 && g_ascii_isxdigit (text.at[i]); i++)
            c = c * 16 + (gunichar) g_ascii_xdigit_value (text.at[i]);
        if (i == 3 || i >= text.len || text.at[i] != '}' || ! g_unichar_validate (c) || c < ' ') {
            g_string_append_len (out, text.at, 3);
            text = modori_span_skip (text, 3);
            continue;
        }
        g_string_append_unichar (out, c);
        text = modori_span_skip (text, i + 1);
    }
}

/* "/S=suzuki/O=example/@gateway.example.com": an X.400 name (RFC 2156) and no file. */
static gboolean
is_x400 (ModoriSpan local)
{
    return local.len > 2 && local.at[local.len - 1] == '/' && memchr (local.at, '=', local.len);
}

/* Is ADDRESS, which has an "@" at AT, the name of a mailbox?  A program behind an alias
 * ("|/usr/bin/...") or the rest of a route ("@mx.example.com") is not. */
static gboolean
is_mailbox (ModoriSpan address, gssize at)
{
    char first = address.len ? address.at[0] : '\0';

    if (first == '"' && address.len > 1)
        first = address.at[1];
    return at > 0 && (gsize) at + 1 < address.len && first != '|'
           && (first != '/' || is_x400 (modori_span (address.at, (gsize) at)));
}

/* A letter beyond ASCII stands as several codes; one alone ("bounce+C2B5CBEC") is a tag. */
static void
append_decoded (GString *out, ModoriSpan local, gboolean is_utf8)
{
    gsize start = out->len;

    if (is_utf8 || modori_span_find (local, "\\x{") >= 0) {
        append_utf8_xtext (out, local);
        return;
    }
    if (is_xtext (local)) {
        append_xtext (out, local);
        if (g_utf8_validate (out->str + start, (gssize) (out->len - start), NULL))
            return;
        g_string_truncate (out, start);
    }
    modori_octal_decode (out, local);
}

/* Addresses of other worlds are put into a local part by gateways, "_" for "/" and "+40" for "@".
 * Where that is a mail address it is the one meant; any other name stays as it is, because its
 * form is all that can be looked up. */
static gboolean
is_encapsulated (ModoriSpan local)
{
    return modori_span_begins (local, "IMCEA") && memchr (local.at, '-', local.len);
}

static gboolean
append_encapsulated (GString *out, ModoriSpan local)
{
    const char *dash = memchr (local.at, '-', local.len), *at;
    ModoriSpan type = modori_span_between (local.at + 5, dash);

    if (! modori_span_is (type, "INVALID") && ! modori_span_is (type, "SMTP")
        && ! modori_span_is (type, "MAILTO"))
        return FALSE;
    append_xtext (out, modori_span_between (dash + 1, modori_span_end (local)));
    at = strrchr (out->str, '@');
    if (at > out->str && at[1] && ! strpbrk (out->str, " <>,;:\"")
        && g_utf8_validate (out->str, (gssize) out->len, NULL))
        return TRUE;
    g_string_truncate (out, 0);
    return FALSE;
}

/* Where the only "@" of ADDRESS is, around which nothing has a meaning of its own; 0 when it is not
 * such an address, as nearly all are. */
static gsize
plain_at (ModoriSpan address)
{
    gsize at = 0;

    for (gsize i = 0; i < address.len; i++) {
        char c = address.at[i];

        if (g_ascii_isalnum (c) || c == '.' || c == '-' || c == '_')
            continue;
        if (c != '@' || at)
            return 0;
        at = i;
    }
    return at + 1 < address.len && ! is_encapsulated (address) ? at : 0;
}

/* Make ADDRESS, with its "@" at AT, the text of OUT, as records write it. */
static void
put_plain (GString *out, ModoriSpan address, gsize at)
{
    while (address.len > at + 1 && modori_span_end (address)[-1] == '.')
        address.len--;
    g_string_append_len (out, address.at, (gssize) address.len);
    for (; at < out->len; at++)
        out->str[at] = modori_ascii_lower (out->str[at]);
}

/* TEXT without the brackets that are its first and last characters. */
static ModoriSpan
inside_brackets (ModoriSpan text)
{
    gboolean both = text.len > 1 && text.at[0] == '<' && modori_span_end (text)[-1] == '>';

    return both ? modori_span (text.at + 1, text.len - 2) : text;
}

gboolean
modori_address_read (GString *out, ModoriSpan value)
{
    ModoriSpan address, type, second, local, plain;
    gboolean is_utf8;
    gssize at;
    gsize domain;

    g_string_truncate (out, 0);
    value.len = MIN (value.len, MODORI_ADDRESS_MAX);
    type = type_of (modori_span_trim (value), &address);
    second = type_of (address, &address);       /* "rfc822; rfc822;user@example.com" */
    plain = inside_brackets (address);
    domain = plain_at (plain);
    if (domain) {
        put_plain (out, plain, domain);
        return TRUE;
    }
    is_utf8 = modori_span_is (type, "utf-8");
    address = skip_route (unwrap (address));
    at = last_unquoted (address, '@');
    if (! is_mailbox (address, at)) {
        if (at < 0 && address.len && ! strchr ("|/\"", address.at[0]))
            g_string_append_len (out, address.at, (gssize) address.len);
        return FALSE;
    }
    local = modori_span (address.at, (gsize) at);
    if (is_encapsulated (local) && append_encapsulated (out, local)) {
        domain = (gsize) (strrchr (out->str, '@') - out->str);
    } else {
        if (is_encapsulated (local))
            g_string_append_len (out, local.at, (gssize) local.len);
        else
            append_decoded (out, local, is_utf8 || modori_span_is (second, "utf-8"));
        domain = out->len;
        append_decoded (out, modori_span_skip (address, (gsize) at), is_utf8);
    }
    while (out->len > domain + 1 && strchr (".,", out->str[out->len - 1]))
        g_string_truncate (out, out->len - 1);
    for (; domain < out->len; domain++)
        out->str[domain] = g_ascii_tolower (out->str[domain]);
    return TRUE;
}

gboolean
modori_address_same (const char *a, const char *b)
{
    return g_ascii_strcasecmp (a, b) == 0;
}

/* --- hosts --- */

static gsize
ipv4_length (ModoriSpan text)
{
    gsize i = 0;

    for (guint part = 0; part < 4; part++) {
        guint number = 0, digits = 0;

        if (part && (i >= text.len || text.at[i++] != '.'))
            return 0;
        for (; i < text.len && digits < 4 && g_ascii_isdigit (text.at[i]); i++, digits++)
            number = number * 10 + (guint) (text.at[i] - '0');
        if (digits == 0 || digits > 3 || number > 255)
            return 0;
    }
    if (i < text.len && (g_ascii_isalnum (text.at[i]) || text.at[i] == '-'))
        return 0;
    if (i + 1 < text.len && text.at[i] == '.' && g_ascii_isalnum (text.at[i + 1]))
        return 0;
    return i;
}

static gsize
ipv6_length (ModoriSpan text)
{
    gsize i = 0, colons = 0;

    for (; i < text.len && i < IP_MAX; i++) {
        if (text.at[i] == ':')
            colons++;
        else if (! g_ascii_isxdigit (text.at[i]) && text.at[i] != '.')
            break;
    }
    while (i && text.at[i - 1] == '.')
        i--;
    /* "12:34" is a time, "550:" a code; the double colon is part of nearly every address that
     * has few */
    if (i < text.len && g_ascii_isalnum (text.at[i]))
        return 0;
    if (colons < 2 || (colons < 7 && ! g_strstr_len (text.at, (gssize) i, "::")))
        return 0;
    while (i && text.at[i - 1] == ':' && ! (i > 1 && text.at[i - 2] == ':'))
        i--;
    return i;
}

gsize
modori_ip_length (ModoriSpan text)
{
    gsize n;

    if (text.len > 5 && modori_span_begins (text, "IPv6:")) {
        n = ipv6_length (modori_span_skip (text, 5));
        return n ? n + 5 : 0;
    }
    n = ipv4_length (text);
    return n ? n : ipv6_length (text);
}

/* The last IP address in TEXT: "(TCP|192.0.2.7|48044|192.0.2.1|25)" names the near end first. */
static ModoriSpan
last_ip (ModoriSpan text)
{
    ModoriSpan found = MODORI_SPAN_EMPTY;

    if (modori_next_digit (text, 0) >= text.len && ! memchr (text.at, ':', text.len))
        return found;
    for (gsize i = 0; i < text.len; i++) {
        ModoriSpan here = modori_span_skip (text, i);
        gsize n = i == 0 || ! (g_ascii_isalnum (text.at[i - 1]) || strchr (".-:", text.at[i - 1]))
                  ? modori_ip_length (here) : 0;

        if (n) {
            found = modori_span (here.at, n);
            i += n - 1;
        }
    }
    return found;
}

static gboolean
is_host_letter (char c)
{
    return g_ascii_isalnum (c) || c == '.' || c == '-' || c == '_' || (guchar) c >= 0x80;
}

void
modori_host_read (ModoriSpan value, ModoriSpan *name, ModoriSpan *ip)
{
    ModoriSpan host = modori_type_skip (modori_span_trim (value));
    gsize n = 0;

    host.len = MIN (host.len, MODORI_ADDRESS_MAX);
    *ip = last_ip (host);
    while (host.len && strchr ("#<\"", host.at[0]) && host.at[0])
        host = modori_span_skip (host, 1);
    while (n < host.len && host.at[n] && is_host_letter (host.at[n]))
        n++;
    *name = modori_span (host.at, n);
    while (name->len && name->at[name->len - 1] == '.')
        name->len--;
    if (ip->len && name->len && name->at == ip->at)
        *name = MODORI_SPAN_EMPTY;
    if (modori_span_begins (*ip, "IPv6:"))
        *ip = modori_span_skip (*ip, 5);
}
