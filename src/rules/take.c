/* take.c - what stands at a place of some words, and how long it is.
 *
 * What is masked must not come back to light, so this is written without patterns, which may give
 * up: each taker passes once over what it takes, and in doubt it takes more rather than less.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "rules/take.h"

#include "report/address.h"
#include "report/diagnostic.h"

/* Longer than any address; what is longer is nobody's. */
#define TAKE_MAX 320

static char
char_at (ModoriSpan text, gsize i)
{
    return i < text.len ? text.at[i] : '\0';
}

static gboolean
is_delimiter (char c)
{
    return c == '\0' || strchr (" <>()[]{}\"'`,;|", c) != NULL;
}

/* The character before REST; a blank at the beginning. */
static char
before (const ModoriPass *pass)
{
    return pass->rest.at > pass->begin ? pass->rest.at[-1] : ' ';
}

/* How many bytes at the start of TEXT are ASCII letters, digits, or in MORE. */
static gsize
run_length (ModoriSpan text, const char *more)
{
    gsize n = 0;

    while (n < MIN (text.len, TAKE_MAX)
           && (g_ascii_isalnum (text.at[n]) || (text.at[n] && strchr (more, text.at[n]))))
        n++;
    return n;
}

/* Without the ends of sentences behind it. */
static gsize
without_stops (ModoriSpan text, gsize n)
{
    while (n > 0 && strchr (".,;:!?-", text.at[n - 1]))
        n--;
    return n;
}

static gboolean
knows (const ModoriPass *pass, ModoriSpan word)
{
    return modori_vocabulary_has (pass->vocabulary, word);
}

/* --- takers: the length of what stands at the start of the rest, or 0; *MASK: '\0' when it is to
 * stay as it is --- */

static gsize
take_private (ModoriPass *pass, char *mask)
{
    const GPtrArray *private = pass->private;

    *mask = MODORI_MASK_WORD;
    for (guint i = 0; i < private->len; i++) {
        const char *text = g_ptr_array_index (private, i);
        gsize n = strlen (text);

        if (modori_span_begins (pass->rest, text)
            && ! (g_ascii_isalnum (text[n - 1]) && g_ascii_isalnum (char_at (pass->rest, n)))) {
            if (strchr (text, '@'))
                *mask = MODORI_MASK_ADDRESS;
            else if (strchr (text, '.') && ! strchr (text, ' '))
                *mask = MODORI_MASK_HOST;
            return n;
        }
    }
    return 0;
}

/* What of a page's address, N bytes long, is known to all: its host, and what of the path has no
 * digits. */
static gsize
public_length (const ModoriPass *pass, gsize scheme, gsize n)
{
    ModoriSpan rest = modori_span_skip (pass->rest, scheme);
    gsize host = run_length (rest, ".-"), at = scheme + host;

    if (! modori_vocabulary_has_host (pass->vocabulary, modori_span (rest.at, host)))
        return 0;
    for (gsize i = at; i < n; i++) {
        char c = pass->rest.at[i];

        if (g_ascii_isdigit (c) || (c && strchr ("?#=@%&;", c)))
            return at;
        if (c == '/' || i + 1 == n)
            at = i + 1;
    }
    return at;
}

/* What follows the part that all know is the tail. */
static gsize
take_url (ModoriPass *pass, char *mask)
{
    gsize scheme = run_length (pass->rest, "+"), n, public;

    if (! modori_span_begins (modori_span_skip (pass->rest, scheme), "://") || scheme == 0)
        return 0;
    for (n = scheme + 3; n < pass->rest.len && (guchar) pass->rest.at[n] > ' '
             && (guchar) pass->rest.at[n] < 0x80 && ! strchr ("<>()[]{}\"'`|", pass->rest.at[n]); )
        n++;
    n = without_stops (pass->rest, n);
    public = public_length (pass, scheme + 3, n);
    *mask = public ? '\0' : MODORI_MASK_URL;
    pass->tail = public ? n - public : 0;
    return public ? public : n;
}

static gsize
take_tail (ModoriPass *pass, char *mask)
{
    gsize n = pass->tail;

    pass->tail = 0;
    *mask = MODORI_MASK_TAIL;
    return n;
}

/* The domain behind "@"; letters beyond ASCII are part of it only where it begins or goes on
 * with them. */
static gsize
domain_length (ModoriSpan text)
{
    gsize n = 0;

    if (char_at (text, 0) == '[') {
        const char *close = memchr (text.at, ']', MIN (text.len, TAKE_MAX));

        return close ? (gsize) (close - text.at) + 1 : 1;
    }
    while (n < MIN (text.len, TAKE_MAX)
           && (g_ascii_isalnum (text.at[n]) || strchr (".-_:", text.at[n] ? text.at[n] : ' ')
               || ((guchar) text.at[n] >= 0x80
                   && (n == 0 || (guchar) text.at[n - 1] >= 0x80 || text.at[n - 1] == '.'))))
        n++;
    return without_stops (text, n);
}

/* Letters beyond ASCII belong to it when the last one is such: in Japanese, words stand before an
 * address without a blank. */
static gsize
local_length (ModoriSpan text)
{
    static const char others[] = ".!#$%&'*+/=?^_{}~-";
    gsize ascii = run_length (text, others), n = ascii;

    if (char_at (text, 0) == '"') {
        const char *close = memchr (text.at + 1, '"', MIN (text.len - 1, TAKE_MAX));

        return close ? (gsize) (close - text.at) + 1 : 0;
    }
    if (ascii && ! g_ascii_isalnum (text.at[0]) && text.at[0] != '_')
        return 0;
    while (n < MIN (text.len, TAKE_MAX) && (guchar) text.at[n] >= 0x80) {
        n += modori_character_length (modori_span_skip (text, n));
        n += run_length (modori_span_skip (text, n), others);
    }
    return n < text.len && n > ascii && (guchar) text.at[n - 1] >= 0x80 ? n : ascii;
}

static gsize
take_address (ModoriPass *pass, char *mask)
{
    gsize local = local_length (pass->rest), domain;

    if (local == 0 || char_at (pass->rest, local) != '@')
        return 0;
    domain = domain_length (modori_span_skip (pass->rest, local + 1));
    *mask = MODORI_MASK_ADDRESS;
    return domain ? local + 1 + domain : 0;
}

static gsize
take_ip (ModoriPass *pass, char *mask)
{
    gsize n = modori_ip_length (pass->rest);

    *mask = MODORI_MASK_IP;
    return n > 3 && ! g_ascii_isalnum (char_at (pass->rest, n)) ? n : 0;
}

/* Status codes are words: they tell what happened. */
static gsize
take_status (ModoriPass *pass, char *mask)
{
    gsize n = modori_status_length (pass->rest.at, pass->rest.len);

    *mask = '\0';
    return n && ! (char_at (pass->rest, n) == '.' && g_ascii_isdigit (char_at (pass->rest, n + 1)))
        ? n : 0;
}

/* "RESOLVER.ADR.NotFound" and "rejected.Please" are no hosts: these end in small letters, or
 * all of it is capitals. */
static gboolean
ends_like_host (ModoriSpan name)
{
    gsize start = name.len, small = 0;

    while (start > 0 && name.at[start - 1] != '.')
        start--;
    if (start == 0 || name.len - start < 2 || ! g_ascii_isalpha (name.at[start]))
        return FALSE;
    for (gsize i = start; i < name.len; i++)
        small += ! g_ascii_isupper (name.at[i]);
    return small == 0 || small == name.len - start;
}

static gsize
label_length (ModoriSpan name)
{
    const char *dot = memchr (name.at, '.', name.len);

    return dot ? (gsize) (dot - name.at) : name.len;
}

/* Are all labels of NAME words? */
static gboolean
is_made_of_words (const ModoriPass *pass, ModoriSpan name)
{
    while (name.len) {
        gsize n = label_length (name);

        if (! knows (pass, modori_span (name.at, n)))
            return FALSE;
        name = modori_span_skip (name, n + 1);
    }
    return TRUE;
}

static gsize
take_host (ModoriPass *pass, char *mask)
{
    gsize n = without_stops (pass->rest, run_length (pass->rest, ".-_"));
    ModoriSpan name = modori_span (pass->rest.at, n);

    *mask = MODORI_MASK_HOST;
    if (n < 4 || ! memchr (name.at, '.', n) || ! g_ascii_isalnum (name.at[0]))
        return 0;
    if (ends_like_host (name))
        return n;
    /* "Mail.Example.Com": nobody writes so, but who redacts must be sure */
    if (pass->redact && ! is_made_of_words (pass, name)
        && g_ascii_isalpha (name.at[n - 1]))
        return n;
    return 0;
}

static gsize
take_path (ModoriPass *pass, char *mask)
{
    char c = char_at (pass->rest, 0);
    gsize n;

    *mask = MODORI_MASK_PATH;
    if (c == '/' && ! g_ascii_isalnum (before (pass)) && before (pass) != '<') {
        n = run_length (pass->rest, "/._-+~%");
        return n > 2 && memchr (pass->rest.at + 1, '/', n - 1) ? without_stops (pass->rest, n) : 0;
    }
    if (g_ascii_isalpha (c) && modori_span_begins (modori_span_skip (pass->rest, 1), ":\\"))
        return 3 + run_length (modori_span_skip (pass->rest, 3), "\\._-+~%");
    return 0;
}

/* "1,234.5", "2024-02-01", "09:30:00", "10" of "10MB". */
static gsize
take_number (ModoriPass *pass, char *mask)
{
    gsize n = 0, behind;
    guint joints = 0;

    while (g_ascii_isdigit (char_at (pass->rest, n))) {
        while (g_ascii_isdigit (char_at (pass->rest, n)) && n < TAKE_MAX)
            n++;
        if (! strchr (".,:/-T", char_at (pass->rest, n) ? pass->rest.at[n] : ' ')
            || ! g_ascii_isdigit (char_at (pass->rest, n + 1)))
            break;
        joints += pass->rest.at[n] != '.' && pass->rest.at[n] != ',';
        n++;
    }
    behind = run_length (modori_span_skip (pass->rest, n), "_");
    *mask = joints > 1 || memchr (pass->rest.at, ':', n) ? MODORI_MASK_DATE : MODORI_MASK_NUMBER;
    return behind <= 2 ? n : 0;
}

static gboolean
is_digit_at (ModoriSpan text, gsize i)
{
    return g_ascii_isdigit (char_at (text, i));
}

/* How often letters and digits change places in WORD. */
static guint
changes (ModoriSpan word)
{
    guint n = 0;

    for (gsize i = 1; i < word.len; i++)
        n += g_ascii_isdigit (word.at[i]) != g_ascii_isdigit (word.at[i - 1]);
    return n;
}

static gboolean
has_digit_and_letter (ModoriSpan word)
{
    gboolean digit = FALSE, letter = FALSE;

    for (gsize i = 0; i < word.len; i++) {
        digit = digit || g_ascii_isdigit (word.at[i]);
        letter = letter || g_ascii_isalpha (word.at[i]);
    }
    return digit && letter;
}

/* "S3140", "TSS04", "OU-002": such codes of a receiver are words that tell much. */
static gboolean
is_code (ModoriSpan word)
{
    gsize letters = 0, digits = 0, i = 0;

    for (; i < word.len && g_ascii_isupper (word.at[i]); i++)
        letters++;
    for (; i < word.len && g_ascii_isdigit (word.at[i]); i++)
        digits++;
    return i == word.len && letters >= 1 && letters <= 3 && digits >= 1 && digits <= 6;
}

/* "4Abc0000XYZ", "2-20020a05", "ad1si199pbd.83", an UUID. */
static gsize
take_id (ModoriPass *pass, char *mask)
{
    gsize whole = without_stops (pass->rest, run_length (pass->rest, "-_+/=.~$"));
    ModoriSpan word = modori_span (pass->rest.at, run_length (pass->rest, "_"));

    *mask = MODORI_MASK_ID;
    if (word.len == 0 || g_ascii_isalnum (before (pass)))
        return 0;
    if (whole >= 8 && changes (modori_span (pass->rest.at, whole)) >= 3
        && has_digit_and_letter (modori_span (pass->rest.at, whole)))
        return whole;
    if (! has_digit_and_letter (word) || knows (pass, word) || is_code (word))
        return 0;
    if (is_digit_at (word, 0) && changes (word) == 1 && word.len < 10)
        return 0;               /* "10MB" */
    return word.len >= 10 || changes (word) >= 2 || g_ascii_islower (word.at[0])
        || pass->redact ? word.len : 0;
}

/* Names of days and months belong to the number beside them. */
static gsize
take_day (ModoriPass *pass, char *mask)
{
    static const char names[] = "sun mon tue wed thu fri sat jan feb mar apr may jun jul aug sep "
                                "oct nov dec ";
    gsize n = modori_word_length (pass->rest), i = n;
    char word[5];

    *mask = MODORI_MASK_DATE;
    if (n != 3)
        return 0;
    memcpy (word, pass->rest.at, 3);
    word[3] = ' ';
    word[4] = '\0';
    while (char_at (pass->rest, i) == ' ' || char_at (pass->rest, i) == ',')
        i++;
    return modori_span_find (modori_span_of (names), word) >= 0
        && (is_digit_at (pass->rest, i) || (pass->out->len > pass->start + 1
            && modori_is_mask (pass->out->str[pass->out->len - 2]))) ? n : 0;
}

/* An unknown word between brackets or quotes, or behind "=": a value. */
static gboolean
is_value (const ModoriPass *pass, gsize n)
{
    const char open = before (pass), close = char_at (pass->rest, n);

    return (strchr ("<([{\"'`", open) && close && strchr (">)]}\"'`", close))
        || (open == '=' && is_delimiter (close));
}

/* The word before the rest, when a blank is between. */
static ModoriSpan
word_before (const ModoriPass *pass)
{
    const char *end = pass->rest.at, *start;

    while (end > pass->begin && strchr (" :-", end[-1]))
        end--;
    for (start = end; start > pass->begin && g_ascii_isalpha (start[-1]); )
        start--;
    return modori_span_between (start, end);
}

/* Behind such words stands who is meant. */
static gboolean
is_behind_who (const ModoriPass *pass)
{
    static const char *const who[] = { "user", "users", "username", "account", "mailbox", "login",
                                       "recipient", "recipients", "sender", "name", "for", "of",
                                       "from", "to", "by", "alias", "domain", "host", "server",
                                       "dear", "mr", "mrs", "ms" };
    ModoriSpan word = word_before (pass);

    for (guint i = 0; i < G_N_ELEMENTS (who); i++)
        if (modori_span_is (word, who[i]))
            return TRUE;
    return FALSE;
}

static gboolean
is_capital (ModoriSpan word)
{
    gunichar c = g_utf8_get_char_validated (word.at, (gssize) word.len);

    return c < 0x110000 && g_unichar_isupper (c);
}

/* "tnmpmscs": nobody can say that. */
static gboolean
is_unspeakable (ModoriSpan word)
{
    gsize n = 0;

    while (n < word.len && g_ascii_isalpha (word.at[n])
           && ! strchr ("aeiouy", g_ascii_tolower (word.at[n])))
        n++;
    return n == word.len && n >= 5;
}

/* Unknown words that may be names. */
static gsize
take_name (ModoriPass *pass, char *mask)
{
    gsize n = modori_word_length (pass->rest);
    ModoriSpan word = modori_span (pass->rest.at, n);

    *mask = MODORI_MASK_WORD;
    if (n == 0 || knows (pass, word) || is_code (word))
        return 0;
    if (is_value (pass, n) || is_unspeakable (word))
        return n;
    return pass->redact && n > 1 && (is_capital (word) || is_behind_who (pass)) ? n : 0;
}

/* In Japanese who is spoken of is called so: what stands before it is a name. */
static gsize
take_polite_name (ModoriPass *pass, char *mask)
{
    static const char *const titles[] = { "\346\247\230", "\343\201\225\343\202\223",
                                          "\346\260\217" };   /* sama, san, shi */
    gsize n = 0;

    *mask = MODORI_MASK_WORD;
    if (! pass->redact)
        return 0;
    while (n < MIN (pass->rest.len, 24) && (guchar) pass->rest.at[n] >= 0xe3) {
        n += modori_character_length (modori_span_skip (pass->rest, n));
        for (guint i = 0; i < G_N_ELEMENTS (titles); i++)
            if (modori_span_begins (modori_span_skip (pass->rest, n), titles[i]))
                return n;
    }
    return 0;
}

static gsize (*const takers[]) (ModoriPass *pass, char *mask) = {
    take_tail, take_url, take_address, take_host, take_private, take_ip, take_status, take_path,
    take_day, take_number, take_id, take_name, take_polite_name,
};

gsize
modori_take (ModoriPass *pass, char *mask)
{
    for (guint i = 0; i < G_N_ELEMENTS (takers); i++) {
        gsize n = takers[i] (pass, mask);

        if (n)
            return n;
    }
    return 0;
}
