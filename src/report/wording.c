/* wording.c - the far server's words as rules see them, and times in words.
 *
 * A reply of several lines (RFC 5321 section 4.2.1) repeats its code on each of them, and who
 * joins the lines leaves the codes inside, with a blank before them or without.  A phrase that
 * was wrapped there must still be found.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "report/diagnostic.h"

#include "report/address.h"
#include "report/reply.h"

/* A week: nobody says "try again in" of more. */
#define SECONDS_MAX (7 * 24 * 60 * 60)

/* Typographic characters, and what they stand for. */
static const struct { const char *bytes, *ascii;
} folds[] = {
    { "\302\240", " " }, /* U+00A0 no-break space */
    { "\342\200\220", "-" },   { "\342\200\221", "-" },  { "\342\200\222", "-" },
    { "\342\200\223", "-" },   { "\342\200\224", "-" },  { "\342\200\225", "-" },
    { "\342\200\230", "'" },   { "\342\200\231", "'" },  { "\342\200\232", "'" },
    { "\342\200\234", "\"" },  { "\342\200\235", "\"" }, { "\342\200\236", "\"" },
    { "\342\200\246", "..." },
};

/* What the lines of a reply begin with. */
typedef struct {
    ModoriSpan code;
    ModoriSpan status;
    const char *behind;         /* the first line's text: nothing before it is looked at */
    gboolean folded;            /* lines "550-" were seen */
} Prefix;

ModoriSpan
modori_diagnostic_bare (ModoriSpan words)
{
    words = modori_span_trim (modori_type_skip (modori_span_trim (words)));
    words.len = MIN (words.len, MODORI_WORDS_MAX);
    return words;
}

static void
append_blank (GString *out, gsize start)
{
    if (out->len > start && out->str[out->len - 1] != ' ')
        g_string_append_c (out, ' ');
}

static gboolean
starts_with (ModoriSpan text, ModoriSpan prefix)
{
    return prefix.len && text.len > prefix.len && memcmp (text.at, prefix.at, prefix.len) == 0;
}

/* The length of an inner line's prefix at the start of REST, behind the character BEFORE; 0
 * when it is text. */
static gsize
inner_prefix (Prefix *prefix, ModoriSpan rest, char before)
{
    gsize n;

    if (g_ascii_isdigit (before) || before == '-')
        return 0;
    if (starts_with (rest, prefix->code) && (rest.at[3] == '-' || rest.at[3] == ' ')) {
        n = modori_reply_length (rest);
        if (n > 4)              /* with its status */
            return starts_with (modori_span_skip (rest, 4), prefix->status) ? n : 0;
        if (before != ' ' || (rest.at[3] == ' ' && ! prefix->folded))
            return 0;
        prefix->folded |= rest.at[3] == '-';
        return n;
    }
    /* joined without a blank: "unauthenticated.5.7.26 We" */
    if (starts_with (rest, prefix->status) && rest.at[prefix->status.len] == ' '
        && ! strchr (" (#[<", before))
        return prefix->status.len + 1;
    return 0;
}

/* Append the non-ASCII character at the start of REST to OUT, folded; its length in REST. */
static gsize
append_folded (GString *out, gsize start, ModoriSpan rest)
{
    gboolean may_fold = *rest.at == folds[0].bytes[0] || *rest.at == folds[1].bytes[0];

    for (guint i = 0; may_fold && i < G_N_ELEMENTS (folds); i++) {
        gsize n = strlen (folds[i].bytes);

        if (rest.len < n || memcmp (rest.at, folds[i].bytes, n) != 0)
            continue;
        if (folds[i].ascii[0] == ' ')
            append_blank (out, start);
        else
            g_string_append (out, folds[i].ascii);
        return n;
    }
    g_string_append_c (out, *rest.at);
    return 1;
}

/* ASCII that is neither white space nor a digit. */
static inline gboolean
is_plain (char c)
{
    return (guchar) c < 0x80 && (c > '9' || (c > ' ' && c < '0'));
}

static Prefix
find_prefix (ModoriSpan words)
{
    Prefix prefix = { MODORI_SPAN_EMPTY, MODORI_SPAN_EMPTY, modori_span_end (words), FALSE };
    ModoriReply reply;

    modori_reply_find (words, &reply);
    prefix.code = reply.code;
    prefix.status = reply.status;
    if (reply.code.len)
        prefix.behind = modori_span_end (reply.code);
    if (reply.status.len && (! reply.code.len || reply.status.at > reply.code.at))
        prefix.behind = modori_span_end (reply.status);
    if (reply.code.len && modori_span_end (reply.code) < modori_span_end (words))
        prefix.folded = *modori_span_end (reply.code) == '-';
    return prefix;
}

/* The bytes of WORDS that rules see, cut between characters. */
static ModoriSpan
cap (ModoriSpan words)
{
    if (words.len <= MODORI_WORDS_MAX)
        return words;
    words.len = MODORI_WORDS_MAX;
    while (words.len && ((guchar) words.at[words.len] & 0xc0) == 0x80)
        words.len--;
    return words;
}

/* Append one character (or an inner prefix) of REST to OUT.  Its length in REST. */
static gsize
append_one (GString *out, gsize start, Prefix *prefix, ModoriSpan rest)
{
    char c = *rest.at;
    gsize n = 0;

    if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
        append_blank (out, start);
        return 1;
    }
    if ((guchar) c >= 0x80)
        return append_folded (out, start, rest);
    if (g_ascii_isdigit (c) && rest.at > prefix->behind)
        n = inner_prefix (prefix, rest, rest.at[-1]);
    if (n)
        append_blank (out, start);
    else
        g_string_append_c (out, c);
    return n ? n : 1;
}

void
modori_diagnostic_normalise (GString *out, ModoriSpan words)
{
    gsize start = out->len;
    Prefix prefix = find_prefix (words = cap (words));

    while (words.len) {
        gsize n = 0;

        while (n < words.len
               && (is_plain (words.at[n])
                   || (n > 0 && n + 1 < words.len && words.at[n] == ' '
                       && is_plain (words.at[n + 1]))))
            n++;
        g_string_append_len (out, words.at, (gssize) n);
        words = modori_span_skip (words, n);
        if (words.len)
            words = modori_span_skip (words, append_one (out, start, &prefix, words));
    }
    if (out->len > start && out->str[out->len - 1] == ' ')
        g_string_truncate (out, out->len - 1);
}

/* Does a line of a reply seem to begin at I of WORDS, with a code that was there before?  SEEN has
 * a bit for each code.  A prefix that is taken out begins with such a code or is a second
 * status. */
static gboolean
repeats_code (ModoriSpan words, gsize i, guint64 *seen)
{
    const char *at = words.at + i;
    guint code;
    gboolean again;

    if (! g_ascii_isdigit (at[1]) || ! g_ascii_isdigit (at[2]))
        return FALSE;
    code = (guint) (at[0] - '2') * 100 + (guint) (at[1] - '0') * 10 + (guint) (at[2] - '0');
    again = (seen[code / 64] >> code % 64) & 1;
    seen[code / 64] |= G_GUINT64_CONSTANT (1) << code % 64;
    return again && i + 3 < words.len && (at[3] == '-' || at[3] == ' ');
}

gboolean
modori_diagnostic_is_normal (ModoriSpan words)
{
    guint64 seen[400 / 64 + 1] = { 0 };
    guint statuses = 0;
    gsize i = modori_next_digit (words, 0);

    if (words.len > MODORI_WORDS_MAX)
        return FALSE;
    while (i + 2 < words.len) {
        const char *at = words.at + i;

        if (*at == '5' || *at == '4' || *at == '2') {
            if (repeats_code (words, i, seen))
                return FALSE;
            if (at[1] == '.' && modori_status_length (at, words.len - i) && ++statuses > 1)
                return FALSE;
        }
        while (i < words.len && g_ascii_isdigit (words.at[i]))
            i++;
        i = modori_next_digit (words, i);
    }
    return TRUE;
}

gboolean
modori_status_is_better (const char *a, const char *b)
{
    if (! a[0] || strcmp (a, b) == 0)
        return FALSE;
    if (! b[0] || g_str_has_suffix (b, ".0.0"))
        return ! b[0] || ! g_str_has_suffix (a, ".0.0");
    if (a[0] != b[0] || g_str_has_suffix (a, ".0.0"))
        return FALSE;
    /* what a server writes when it gives up, or does not know what was meant */
    if (strcmp (b + 1, ".4.7") == 0 || strcmp (b + 1, ".7.0") == 0
        || g_str_has_prefix (b + 1, ".3."))
        return TRUE;
    if (strcmp (b + 1, ".1.3") == 0 && g_str_has_prefix (a + 1, ".7."))
        return TRUE;
    /* "5.2.0" against "5.2.2", and a code that was cut: "5.7.2" of "5.7.26" */
    return (g_str_has_suffix (b, ".0") && strncmp (a, b, strlen (b) - 1) == 0)
           || g_str_has_prefix (a, b);
}

guint
modori_diagnostic_seconds (ModoriSpan said)
{
    static const struct { char letter; guint seconds; } units[] = {
        { 's', 1 }, { 'm', 60 }, { 'h', 60 * 60 }, { 'd', 24 * 60 * 60 },
    };
    guint64 number = 0;
    gsize i = 0;

    for (; i < said.len && i < 7 && g_ascii_isdigit (said.at[i]); i++)
        number = number * 10 + (guint64) (said.at[i] - '0');
    while (i < said.len && (said.at[i] == ' ' || said.at[i] == '-'))
        i++;
    for (guint unit = 0; unit < G_N_ELEMENTS (units) && i < said.len; unit++)
        if (g_ascii_tolower (said.at[i]) == units[unit].letter)
            return (guint) MIN (number * units[unit].seconds, SECONDS_MAX);
    return 0;
}
