/* spf-macro.c - the macros of SPF (RFC 7208 section 7).
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "check/spf.h"

#include <arpa/inet.h>

/* A name has 253 bytes, and an explanation is one line: of what is longer the end is kept, which
 * is what names are cut to anyway. */
#define EXPANSION_MAX 8192
#define EXPANSION_KEPT 4096
#define NAME_MAX_BYTES 253

static char *
address_text (const ModoriSpfAddress *ip)
{
    char text[INET6_ADDRSTRLEN] = "";

    inet_ntop (ip->is_v6 ? AF_INET6 : AF_INET, ip->bytes, text, sizeof text);
    return g_strdup (text);
}

/* As %{i}: IPv6 as 32 digits with dots between them. */
static char *
dotted_address (const ModoriSpfAddress *ip)
{
    GString *out;

    if (! ip->is_v6)
        return address_text (ip);
    out = g_string_new (NULL);
    for (guint i = 0; i < 16; i++)
        g_string_append_printf (out, "%s%X.%X", i ? "." : "", ip->bytes[i] >> 4,
                                ip->bytes[i] & 15);
    return g_string_free (out, FALSE);
}

static char *
letter_value (char letter, const ModoriSpfMacros *macros)
{
    switch (letter) {
    case 's':
        return g_strdup_printf ("%s@%s", macros->local, macros->sender_domain);
    case 'l':
        return g_strdup (macros->local);
    case 'o':
        return g_strdup (macros->sender_domain);
    case 'd':
        return g_strdup (macros->domain);
    case 'i':
        return dotted_address (&macros->ip);
    case 'p':
        return g_strdup (macros->validated);
    case 'v':
        return g_strdup (macros->ip.is_v6 ? "ip6" : "in-addr");
    case 'h':
        return g_strdup (macros->helo);
    case 'c':
        return address_text (&macros->ip);
    case 'r':
        return g_strdup ("unknown");
    default:
        return g_strdup_printf ("%" G_GINT64_FORMAT, macros->now);
    }
}

static void
reverse (GPtrArray *parts)
{
    for (guint i = 0; i < parts->len / 2; i++) {
        gpointer part = parts->pdata[i];

        parts->pdata[i] = parts->pdata[parts->len - 1 - i];
        parts->pdata[parts->len - 1 - i] = part;
    }
}

/* VALUE taken apart at DELIMITERS, turned round if BACKWARDS, its last KEEP parts (0: all). */
static char *
transform (const char *value, const char *delimiters, gboolean backwards, guint keep)
{
    g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func (g_free);
    GString *out = g_string_new (NULL);
    guint first;

    for (;;) {
        gsize len = strcspn (value, delimiters);

        g_ptr_array_add (parts, g_strndup (value, len));
        if (value[len] == '\0')
            break;
        value += len + 1;
    }
    if (backwards)
        reverse (parts);
    first = keep > 0 && keep < parts->len ? parts->len - keep : 0;
    for (guint i = first; i < parts->len; i++)
        g_string_append_printf (out, "%s%s", i > first ? "." : "", (char *) parts->pdata[i]);
    return g_string_free (out, FALSE);
}

/* MACRO is "%{" ... "}". */
static void
append_macro (GString *out, ModoriSpan macro, const ModoriSpfMacros *macros)
{
    g_autofree char *value = letter_value (g_ascii_tolower (macro.at[2]), macros);
    g_autofree char *delimiters = NULL, *text = NULL;
    gboolean backwards = FALSE;
    guint keep = 0;
    gsize i = 3;

    for (; g_ascii_isdigit (macro.at[i]); i++)
        keep = MIN (keep * 10 + (guint) (macro.at[i] - '0'), 1000);
    if (g_ascii_tolower (macro.at[i]) == 'r') {
        backwards = TRUE;
        i++;
    }
    delimiters = macro.at[i] == '}' ? g_strdup (".") : g_strndup (macro.at + i, macro.len - 1 - i);
    text = transform (value, delimiters, backwards, keep);
    if (g_ascii_isupper (macro.at[2])) {
        g_autofree char *escaped = g_uri_escape_string (text, NULL, FALSE);

        g_string_append (out, escaped);
    } else
        g_string_append (out, text);
}

char *
modori_spf_expand (ModoriSpan text, const ModoriSpfMacros *macros)
{
    GString *out = g_string_new (NULL);

    for (gsize i = 0; i < text.len;) {
        ModoriSpan rest = modori_span_skip (text, i);
        const char *end = rest.len > 3 && rest.at[0] == '%' && rest.at[1] == '{'
            ? memchr (rest.at, '}', rest.len) : NULL;

        if (end && end > rest.at + 2) {
            append_macro (out, modori_span_between (rest.at, end + 1), macros);
            i += (gsize) (end + 1 - rest.at);
        } else if (rest.at[0] == '%' && rest.len > 1) {
            g_string_append (out, rest.at[1] == '_' ? " " : rest.at[1] == '-' ? "%20" : "%");
            i += 2;
        } else {
            g_string_append_c (out, rest.at[0]);
            i++;
        }
        if (out->len > EXPANSION_MAX)
            g_string_erase (out, 0, (gssize) (out->len - EXPANSION_KEPT));
    }
    return g_string_free (out, FALSE);
}

char *
modori_spf_expand_name (ModoriSpan text, const ModoriSpfMacros *macros)
{
    g_autofree char *name = modori_spf_expand (text, macros);
    const char *start = name;
    gsize len = strlen (name);

    if (len > 0 && name[len - 1] == '.')
        name[--len] = '\0';
    while (strlen (start) > NAME_MAX_BYTES && strchr (start, '.'))
        start = strchr (start, '.') + 1;
    return g_strdup (start);
}
