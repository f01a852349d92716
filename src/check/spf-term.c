/* spf-term.c - one term of an SPF record, by the grammar (RFC 7208 sections 4.6.1, 5, 6, 7.1, 12).
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "check/spf.h"

#include <arpa/inet.h>

typedef enum {
    VALUE_NONE,                 /* "all" */
    VALUE_NEEDED,               /* "include:" domain-spec */
    VALUE_FREE,                 /* "ptr" [":" domain-spec] */
    VALUE_HOST,                 /* "a" [":" domain-spec] [dual-cidr-length] */
    VALUE_NETWORK4,
    VALUE_NETWORK6,
} ValueKind;

static const struct {
    const char *word;
    ModoriSpfName name;
    ValueKind kind;
} mechanisms[] = {
    { "all",     MODORI_SPF_ALL,     VALUE_NONE },
    { "include", MODORI_SPF_INCLUDE, VALUE_NEEDED },
    { "a",       MODORI_SPF_A,       VALUE_HOST },
    { "mx",      MODORI_SPF_MX,      VALUE_HOST },
    { "ptr",     MODORI_SPF_PTR,     VALUE_FREE },
    { "ip4",     MODORI_SPF_IP4,     VALUE_NETWORK4 },
    { "ip6",     MODORI_SPF_IP6,     VALUE_NETWORK6 },
    { "exists",  MODORI_SPF_EXISTS,  VALUE_NEEDED },
};

/* --- macro-string and domain-spec --- */

/* How long the macro at the start of TEXT is; 0 when it is none. */
static gsize
macro_length (ModoriSpan text, gboolean explains)
{
    gsize i = 3;
    guint number = 0;
    gboolean digits = FALSE;

    if (text.len >= 2 && strchr ("%_-", text.at[1]) && text.at[1])
        return 2;
    if (text.len < 4 || text.at[1] != '{' || ! text.at[2]
        || ! strchr (explains ? "slodiphvcrt" : "slodiphv", g_ascii_tolower (text.at[2])))
        return 0;
    for (; i < text.len && g_ascii_isdigit (text.at[i]); i++) {
        number = MIN (number * 10 + (guint) (text.at[i] - '0'), 1000);
        digits = TRUE;
    }
    if (digits && number == 0)
        return 0;
    if (i < text.len && g_ascii_tolower (text.at[i]) == 'r')
        i++;
    while (i < text.len && text.at[i] && strchr (".-+,/_=", text.at[i]))
        i++;
    return i < text.len && text.at[i] == '}' ? i + 1 : 0;
}

/* Walk over TEXT.  FALSE: it is no macro-string; TAIL gets what is behind its last macro-expand,
 * MACROS how many there are of "%{". */
static gboolean
walk (ModoriSpan text, gboolean explains, ModoriSpan *tail, gboolean *has_macro)
{
    *tail = text;
    *has_macro = FALSE;
    for (gsize i = 0; i < text.len;) {
        gsize len = 1;

        if (text.at[i] == '%') {
            len = macro_length (modori_span_skip (text, i), explains);
            if (len == 0)
                return FALSE;
            *has_macro = TRUE;
            *tail = modori_span_skip (text, i + len);
        } else if (text.at[i] < 0x21 || text.at[i] > 0x7e)
            return FALSE;
        i += len;
    }
    return TRUE;
}

gboolean
modori_spf_is_macro_string (ModoriSpan text, gboolean explains)
{
    ModoriSpan tail;
    gboolean has_macro;

    return walk (text, explains, &tail, &has_macro);
}

/* toplabel: letters, digits and "-" inside, not digits alone. */
static gboolean
is_top_label (ModoriSpan label)
{
    gboolean other = FALSE;

    for (gsize i = 0; i < label.len; i++) {
        char c = label.at[i];

        if (! g_ascii_isalnum (c) && (c != '-' || i == 0 || i == label.len - 1))
            return FALSE;
        other |= ! g_ascii_isdigit (c);
    }
    return other;
}

gboolean
modori_spf_is_domain_spec (ModoriSpan text)
{
    ModoriSpan tail;
    gboolean has_macro;
    gsize dot;

    if (text.len == 0 || ! walk (text, FALSE, &tail, &has_macro))
        return FALSE;
    if (has_macro && tail.len == 0)
        return TRUE;
    if (tail.len > 0 && tail.at[tail.len - 1] == '.')
        tail.len--;
    for (dot = tail.len; dot > 0 && tail.at[dot - 1] != '.';)
        dot--;
    return dot > 0 && is_top_label (modori_span_skip (tail, dot));
}

/* --- prefix lengths --- */

/* The number that is all of TEXT, without zeros before it. */
static gboolean
read_prefix (ModoriSpan text, guint most, guint *prefix)
{
    guint number = 0;

    if (text.len == 0 || text.len > 3 || (text.len > 1 && text.at[0] == '0'))
        return FALSE;
    for (gsize i = 0; i < text.len; i++) {
        if (! g_ascii_isdigit (text.at[i]))
            return FALSE;
        number = number * 10 + (guint) (text.at[i] - '0');
    }
    *prefix = number;
    return number <= most;
}

/* Where the digits that end TEXT begin. */
static gsize
digits_at_end (ModoriSpan text)
{
    gsize at = text.len;

    while (at > 0 && g_ascii_isdigit (text.at[at - 1]))
        at--;
    return at;
}

/* Take "/24", "//64" or "/24//64" off the end of VALUE.  FALSE: they are no good. */
static gboolean
take_prefixes (ModoriSpan *value, ModoriSpfTerm *term)
{
    gsize at = digits_at_end (*value);

    if (at >= 2 && value->at[at - 1] == '/' && value->at[at - 2] == '/') {
        if (! read_prefix (modori_span_skip (*value, at), 128, &term->prefix6))
            return FALSE;
        value->len = at - 2;
        at = digits_at_end (*value);
        if (at == value->len)
            return TRUE;
    }
    if (at >= 1 && value->at[at - 1] == '/') {
        if (! read_prefix (modori_span_skip (*value, at), 32, &term->prefix4))
            return FALSE;
        value->len = at - 1;
    }
    return TRUE;
}

/* --- values --- */

static gboolean
read_network (ModoriSpan value, gboolean is_v6, ModoriSpfTerm *term, ModoriSpfFault *fault)
{
    const char *slash = memchr (value.at, '/', value.len);
    g_autofree char *network = modori_span_dup (modori_span (value.at, slash
        ? (gsize) (slash - value.at) : value.len));
    guint8 bytes[16];

    fault->what = "spf-bad-address";
    if (inet_pton (is_v6 ? AF_INET6 : AF_INET, network, bytes) != 1)
        return FALSE;
    term->domain = modori_span (value.at, strlen (network));
    fault->what = "spf-bad-prefix";
    return ! slash || read_prefix (modori_span_between (slash + 1, modori_span_end (value)),
                                   is_v6 ? 128 : 32, is_v6 ? &term->prefix6 : &term->prefix4);
}

/* REST is what stands behind the name. */
static gboolean
read_value (ModoriSpan rest, ValueKind kind, ModoriSpfTerm *term, ModoriSpfFault *fault)
{
    gboolean colon = rest.len > 0 && rest.at[0] == ':';

    if (kind == VALUE_NONE) {
        fault->what = "spf-all-value";
        return rest.len == 0;
    }
    if (kind == VALUE_HOST) {
        fault->what = "spf-bad-prefix";
        if (! take_prefixes (&rest, term))
            return FALSE;
    }
    fault->what = "spf-bad-domain";
    if ((kind == VALUE_HOST || kind == VALUE_FREE) && rest.len == 0)
        return TRUE;
    if (! colon || rest.len == 1) {
        fault->what = "spf-no-value";
        return FALSE;
    }
    if (kind == VALUE_NETWORK4 || kind == VALUE_NETWORK6)
        return read_network (modori_span_skip (rest, 1), kind == VALUE_NETWORK6, term, fault);
    term->domain = modori_span_skip (rest, 1);
    if (modori_spf_is_domain_spec (term->domain))
        return TRUE;
    if (memchr (term->domain.at, '%', term->domain.len)
        && ! modori_spf_is_macro_string (term->domain, FALSE))
        fault->what = "spf-bad-macro";
    return FALSE;
}

static gboolean
read_modifier (ModoriSpan name, ModoriSpan value, ModoriSpfTerm *term, ModoriSpfFault *fault)
{
    gboolean redirect = modori_span_is (name, "redirect");

    term->name = redirect ? MODORI_SPF_REDIRECT
        : modori_span_is (name, "exp") ? MODORI_SPF_EXP : MODORI_SPF_OTHER;
    term->domain = value;
    fault->what = "spf-bad-macro";
    if (! modori_spf_is_macro_string (value, FALSE))
        return FALSE;
    fault->what = value.len ? "spf-bad-domain" : "spf-no-value";
    return term->name == MODORI_SPF_OTHER || modori_spf_is_domain_spec (value);
}

/* How long the name at the start of TEXT is: a letter, then letters, digits, "-", "_", ".". */
static gsize
name_length (ModoriSpan text)
{
    gsize len = 0;

    while (len < text.len && (g_ascii_isalpha (text.at[len])
                              || (len > 0 && text.at[len]
                                  && (g_ascii_isdigit (text.at[len])
                                      || strchr ("-_.", text.at[len])))))
        len++;
    return len;
}

gboolean
modori_spf_read_term (ModoriSpan text, ModoriSpfTerm *term, ModoriSpfFault *fault)
{
    gboolean qualified = text.len > 0 && text.at[0] && strchr ("+-~?", text.at[0]);
    ModoriSpan bare = modori_span_skip (text, qualified ? 1 : 0);
    ModoriSpan name = modori_span (bare.at, name_length (bare));
    ModoriSpan rest = modori_span_skip (bare, name.len);

    term->text = text;
    term->domain = MODORI_SPAN_EMPTY;
    term->qualifier = qualified ? text.at[0] : '+';
    term->prefix4 = 32;
    term->prefix6 = 128;
    if (! qualified && name.len > 0 && rest.len > 0 && rest.at[0] == '=')
        return read_modifier (name, modori_span_skip (rest, 1), term, fault);
    for (guint i = 0; i < G_N_ELEMENTS (mechanisms); i++)
        if (modori_span_is (name, mechanisms[i].word)) {
            term->name = mechanisms[i].name;
            return read_value (rest, mechanisms[i].kind, term, fault);
        }
    fault->what = "spf-unknown-term";
    return FALSE;
}
