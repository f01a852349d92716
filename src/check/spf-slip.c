/* spf-slip.c - what people mean who write SPF that is none.
 *
 * Each slip is one way to rewrite a term; it is what was meant when its result can be read.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "check/spf.h"

#include <arpa/inet.h>

/* A term that is longer is no slip. */
#define SLIP_MAX 1000

#define QUALIFIERS "+-~?"

/* --- help --- */

/* TEXT with each of FROM (NULL-terminated) replaced by TO; NULL when there is none. */
static char *
replace_any (const char *text, const char *const *from, const char *to)
{
    GString *out = g_string_new (text);
    guint n = 0;

    for (; *from; from++)
        n += g_string_replace (out, *from, to, 0);
    if (n == 0)
        return g_string_free (out, TRUE), NULL;
    return g_string_free (out, FALSE);
}

/* The qualifier that TEXT begins with, as a text. */
static const char *
qualifier_of (const char *text)
{
    return *text == '-' ? "-" : *text == '~' ? "~" : *text == '?' ? "?" : "";
}

static const char *
behind_qualifier (const char *text)
{
    return *text && strchr (QUALIFIERS, *text) ? text + 1 : text;
}

/* 4, 6, or 0: no address (behind a "/" may stand anything). */
static int
address_kind (const char *text)
{
    g_autofree char *address = g_strndup (text, strcspn (text, "/"));
    guint8 bytes[16];

    return inet_pton (AF_INET, address, bytes) == 1 ? 4
        : inet_pton (AF_INET6, address, bytes) == 1 ? 6 : 0;
}

static gboolean
is_host_name (const char *text)
{
    gsize len = strspn (text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                        "0123456789-_.");

    return text[len] == '\0' && strchr (text, '.') && len >= 4 && text[0] != '.';
}

/* The value of TEXT when it begins with the word NAME and ":" or "=". */
static const char *
value_of (const char *text, const char *name)
{
    gsize len = strlen (name);

    return g_ascii_strncasecmp (text, name, len) == 0 && (text[len] == ':' || text[len] == '=')
        ? text + len + 1 : NULL;
}

/* --- slips: what was meant by TEXT, or NULL --- */

static char *
unquote (const char *text)
{
    static const char *const quotes[] = {
        "\"", "'", "\\", "`", "“", "”", "„", "‘", "’", "«", "»", "「", "」", "＂",
        NULL
    };

    return replace_any (text, quotes, "");
}

static char *
mend_dash (const char *text)
{
    static const char *const dashes[] = { "–", "—", "−", "－", "‐", "‑", "ー", NULL };
    static const char *const tildes[] = { "～", "〜", "˜", "∼", NULL };
    char *out = replace_any (text, dashes, "-");

    return out ? out : replace_any (text, tildes, "~");
}

static char *
mend_blank (const char *text)
{
    static const char *const blanks[] = {
        "\t", "\r", "\n", "\302\240", "\343\200\200", "\342\200\213", "\357\273\277", NULL
    };

    return replace_any (text, blanks, " ");
}

static char *
mend_comma (const char *text)
{
    static const char *const commas[] = { ",", ";", "、", "，", "；", NULL };

    return replace_any (text, commas, " ");
}

static char *
mend_stop (const char *text)
{
    gsize len = strlen (text);

    while (len > 0 && strchr (".:/", text[len - 1]))
        len--;
    /* "a:" lacks a name rather than having a colon too many */
    if (text[len] == ':' && ! modori_span_ends (modori_span (text, len), "all"))
        return NULL;
    return text[len] ? g_strndup (text, len) : NULL;
}

static char *
mend_name (const char *text)
{
    static const char *const names[] = {
        "ip", "ipv4", "ipv6", "ip-4", "ip-6", "ip4v", "v4", "v6", "ipaddress", NULL
    };
    const char *bare = behind_qualifier (text), *value = NULL;

    for (guint i = 0; names[i] && ! value; i++)
        value = value_of (bare, names[i]);
    if (! value || ! address_kind (value))
        return NULL;
    return g_strdup_printf ("%sip%d:%s", qualifier_of (text), address_kind (value), value);
}

static char *
mend_family (const char *text)
{
    const char *bare = behind_qualifier (text), *four = value_of (bare, "ip4");
    const char *six = value_of (bare, "ip6");

    if ((four && address_kind (four) == 6) || (six && address_kind (six) == 4))
        return g_strdup_printf ("%sip%d:%s", qualifier_of (text), four ? 6 : 4,
                                four ? four : six);
    return NULL;
}

static char *
mend_bare_address (const char *text)
{
    const char *bare = behind_qualifier (text);

    return address_kind (bare) ? g_strdup_printf ("%sip%d:%s", qualifier_of (text),
                                                  address_kind (bare), bare) : NULL;
}

/* An address where a name belongs: "a:192.0.2.1", "include:ip4:192.0.2.1". */
static char *
mend_named_address (const char *text)
{
    static const char *const names[] = { "a", "mx", "include", "host", "exists", NULL };
    const char *bare = behind_qualifier (text), *value = NULL;

    for (guint i = 0; names[i] && ! value; i++)
        value = value_of (bare, names[i]);
    if (! value)
        return NULL;
    if (value_of (value, "ip4") || value_of (value, "ip6"))
        value += 4;
    return address_kind (value) ? g_strdup_printf ("%sip%d:%s", qualifier_of (text),
                                                   address_kind (value), value) : NULL;
}

/* A name where an address belongs: "ip4:mail.example.com". */
static char *
mend_address_name (const char *text)
{
    const char *bare = behind_qualifier (text), *value = value_of (bare, "ip4");

    value = value ? value : value_of (bare, "ip6");
    return value && is_host_name (value) ? g_strdup_printf ("%sa:%s", qualifier_of (text), value)
        : NULL;
}

static char *
mend_url (const char *text)
{
    const char *slashes = strstr (text, "://"), *name;
    g_autofree char *host = NULL;

    if (! slashes)
        return NULL;
    host = g_strndup (slashes + 3, strcspn (slashes + 3, "/:?#"));
    for (name = slashes; name > text && g_ascii_isalpha (name[-1]);)
        name--;
    if (address_kind (host))
        return g_strdup_printf ("ip%d:%s", address_kind (host), host);
    return name > text ? g_strdup_printf ("%.*s%s", (int) (name - text), text, host)
        : g_strdup_printf ("a:%s", host);
}

static char *
mend_modifier (const char *text)
{
    const char *bare = behind_qualifier (text), *redirect = value_of (bare, "redirect");
    const char *exp = value_of (bare, "exp");

    return redirect ? g_strconcat ("redirect=", redirect, NULL)
        : exp ? g_strconcat ("exp=", exp, NULL) : NULL;
}

static char *
mend_equals (const char *text)
{
    const char *equals = strchr (text, '=');
    char *out;

    if (! equals || behind_qualifier (text) == text)
        return NULL;
    out = g_strdup (text);
    out[equals - text] = ':';
    return out;
}

static char *
mend_bare_name (const char *text)
{
    const char *bare = behind_qualifier (text);

    if (! is_host_name (bare))
        return NULL;
    return g_strdup_printf ("%s%s:%s", qualifier_of (text),
                            *bare == '_' || strstr (bare, "spf") ? "include" : "a", bare);
}

static const struct {
    const char *what;           /* name of the Observation */
    char *(*mend) (const char *text);
} slips[] = {
    { "spf-quotes", unquote },
    { "spf-dash", mend_dash },
    { "spf-blank", mend_blank },
    { "spf-comma", mend_comma },
    { "spf-url", mend_url },
    { "spf-stop", mend_stop },
    { "spf-wrong-name", mend_name },
    { "spf-wrong-family", mend_family },
    { "spf-bare-address", mend_bare_address },
    { "spf-named-address", mend_named_address },
    { "spf-address-name", mend_address_name },
    { "spf-modifier-form", mend_modifier },
    { "spf-modifier-form", mend_equals },
    { "spf-bare-name", mend_bare_name },
};

/* --- all of them --- */

/* Are all words of TEXT good terms?  Words that are slips themselves are mended in FIXED while
 * DEPTH allows. */
static gboolean
mend_words (const char *text, GString *fixed, guint depth)
{
    g_auto (GStrv) words = g_strsplit (text, " ", -1);

    for (guint i = 0; words[i]; i++) {
        ModoriSpan word = modori_span_of (words[i]);
        ModoriSpfTerm term;
        ModoriSpfFault fault = { NULL, word, NULL, TRUE };

        if (word.len == 0)
            continue;
        if (modori_spf_read_term (word, &term, &fault))
            g_string_append_printf (fixed, "%s%s", fixed->len ? " " : "", words[i]);
        else {
            gboolean mended = FALSE;

            for (guint k = 0; depth > 0 && k < G_N_ELEMENTS (slips) && ! mended; k++) {
                g_autofree char *meant = slips[k].mend (words[i]);
                gsize len = fixed->len;

                mended = meant && mend_words (meant, fixed, depth - 1);
                if (! mended)
                    g_string_truncate (fixed, len);
            }
            if (! mended)
                return FALSE;
        }
    }
    return TRUE;
}

void
modori_spf_guess (ModoriSpan text, ModoriSpfFault *fault)
{
    g_autofree char *term = NULL;

    if (text.len > SLIP_MAX)
        return;
    term = modori_span_dup (text);
    for (guint i = 0; i < G_N_ELEMENTS (slips); i++) {
        g_autofree char *meant = slips[i].mend (term);
        GString *fixed = g_string_new (NULL);

        if (meant && mend_words (meant, fixed, 1)) {
            fault->what = slips[i].what;
            fault->fix = g_string_free (fixed, FALSE);
            return;
        }
        g_string_free (fixed, TRUE);
    }
}

/* How long the version at the start of TEXT is, written somehow; 0 when there is none. */
static gsize
sloppy_version (const char *text)
{
    static const char *const versions[] = {
        "v=spf1", "v=spf 1", "v= spf1", "v =spf1", "v = spf1", "v:spf1", "v-spf1", "v=sfp1",
        "v=spf", "v=sp1", "v spf1", "vspf1", "spf1", "v=fspf1", "=spf1", "spf=v1", NULL
    };

    for (guint i = 0; versions[i]; i++)
        if (modori_span_begins (modori_span_of (text), versions[i]))
            return strlen (versions[i]);
    return 0;
}

char *
modori_spf_meant (const char *text)
{
    g_autofree char *start = g_strndup (text, SLIP_MAX * 4);
    g_autofree char *bare = unquote (start);
    g_autofree char *plain = mend_blank (bare ? bare : start);
    char *p = plain ? plain : bare ? bare : start;
    gsize len;

    p += strspn (p, " .,;:");
    len = sloppy_version (p);
    if (len == 0 || g_ascii_isdigit (p[len]) || modori_spf_is (text))
        return NULL;
    p += len;
    p += strspn (p, " .,;:");
    g_strchomp (p);
    return *p ? g_strconcat ("v=spf1 ", p, NULL) : g_strdup ("v=spf1");
}
