/* reply.c - finding the codes of an SMTP reply in running text.
 *
 * A reply code is three digits (RFC 5321 section 4.2), and so is many another number.  Each
 * candidate is weighed by what stands around it: an enhanced status behind it, the start of the
 * words or a mark before it make it certain; a bare number in a sentence counts only when
 * nothing better is there and its neighbours do not speak of ports and sizes.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "report/reply.h"

#include "report/diagnostic.h"

/* Longer than any word of the lists: a text without blanks must not cost its length squared. */
#define WORD_MAX 24

/* How sure a candidate is. */
enum { NOT, WEAK, FAIR, SURE };

/* What a number in front of these counts is no reply code. */
static const char *const units[] = {
    "b", "byte", "bytes", "connection", "connections", "day", "days", "hour", "hours", "kb",
    "kbytes", "mb", "message", "messages", "minute", "minutes", "ms", "octets", "recipients",
    "s", "sec", "second", "seconds", "times", NULL
};

/* What stands before numbers that are no reply codes. */
static const char *const leads[] = {
    "about", "after", "at", "exceeds", "for", "in", "is", "last", "least", "limit", "line",
    "most", "of", "over", "port", "rfc", "section", "state", "than", "to", "type", "until",
    "version", "year", NULL
};

/* What stands before numbers that surely are. */
static const char *const heralds[] = {
    "code", "code:", "error", "error:", "reply", "reply:", "response", "response:", "result",
    "returned", "said", "said:", "smtp", "status", "<<<", "was:", NULL
};

static gboolean
is_listed (const char *const *list, ModoriSpan word)
{
    for (; *list; list++)
        if (modori_span_is (word, *list))
            return TRUE;
    return FALSE;
}

static gboolean
is_blank (char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static gboolean
is_among (char c, const char *set)
{
    return c && strchr (set, c);
}

/* The word of WORDS that ends before AT, or its last WORD_MAX bytes. */
static ModoriSpan
word_before (ModoriSpan words, gsize at)
{
    gsize start;

    while (at > 0 && is_blank (words.at[at - 1]))
        at--;
    for (start = at; start > 0 && at - start < WORD_MAX && ! is_blank (words.at[start - 1]); )
        start--;
    return modori_span (words.at + start, at - start);
}

static ModoriSpan
word_after (ModoriSpan words, gsize at)
{
    gsize end;

    while (at < words.len && is_blank (words.at[at]))
        at++;
    for (end = at; end < words.len && g_ascii_isalpha (words.at[end]); )
        end++;
    return modori_span (words.at + at, end - at);
}

gsize
modori_status_length (const char *text, gsize len)
{
    gsize i = 1;

    if (len < 5 || ! is_among (text[0], "245"))
        return 0;
    for (guint part = 0; part < 2; part++) {
        gsize start;

        if (i >= len || text[i++] != '.')
            return 0;
        for (start = i; i < len && i < start + 4 && g_ascii_isdigit (text[i]); )
            i++;
        if (i == start || i == start + 4)
            return 0;
    }
    if (i < len
        && (g_ascii_isalnum (text[i])
            || (text[i] == '.' && i + 1 < len && g_ascii_isdigit (text[i + 1]))))
        return 0;
    return i;
}

/* The status behind the reply code at AT, over what is written between them: "550-5.7.26",
 * "550 #5.1.0", "550 [5.1.1]". */
static ModoriSpan
status_behind (ModoriSpan words, gsize at)
{
    gsize i = at + 3, n;

    for (guint skipped = 0; i < words.len && skipped < 3 && is_among (words.at[i], " -:#([\"<");
         skipped++)
        i++;
    n = i > at + 3 && i < words.len ? modori_status_length (words.at + i, words.len - i) : 0;
    return n ? modori_span (words.at + i, n) : MODORI_SPAN_EMPTY;
}

gsize
modori_reply_length (ModoriSpan text)
{
    ModoriSpan status;
    gsize n = 3;

    if (text.len < 3 || ! is_among (text.at[0], "245") || ! g_ascii_isdigit (text.at[1])
        || ! g_ascii_isdigit (text.at[2]) || (text.len > 3 && ! is_among (text.at[3], " -")))
        return 0;
    status = status_behind (text, 0);
    if (status.len)
        n = (gsize) (modori_span_end (status) - text.at);
    return n < text.len && is_among (text.at[n], " -") ? n + 1 : n;
}

/* Does the number at AT, three digits long, stand alone? */
static gboolean
stands_alone (ModoriSpan words, gsize at)
{
    char before = at ? words.at[at - 1] : ' ';
    char after = at + 3 < words.len ? words.at[at + 3] : ' ';
    char next = at + 4 < words.len ? words.at[at + 4] : ' ';

    if (! is_blank (before) && ! is_among (before, "<>:;\"'([=|"))
        return FALSE;
    if (is_blank (after))
        return TRUE;
    if (after == '-')       /* "550-5.7.26", "550-text", but not "555-1234" */
        return ! g_ascii_isdigit (next) || status_behind (words, at).len;
    if (before == ':' && at > 1 && words.at[at - 2] == ']')     /* "[192.0.2.1]:587:" */
        return FALSE;
    return is_among (after, ":<>,;\"')#") || (after == '.' && ! g_ascii_isdigit (next))
           || (guchar) after >= 0x80;
}

/* How sure is it that the three digits at AT are a reply code? */
static int
weigh (ModoriSpan words, gsize at)
{
    char before = at ? words.at[at - 1] : '\0';
    ModoriSpan lead;

    if (! stands_alone (words, at))
        return NOT;
    /* success is believed where the words begin, and when nothing failed */
    if (words.at[at] == '2')
        return at == 0 ? WEAK : NOT;
    if (at == 0 || status_behind (words, at).len)
        return SURE;
    lead = word_before (words, at);
    if (is_listed (heralds, lead))
        return SURE;
    if (is_listed (leads, lead) || is_listed (units, word_after (words, at + 3)))
        return NOT;
    if (is_among (before, "<;\"'=") || (lead.len && is_among (lead.at[lead.len - 1], ":;<>")))
        return FAIR;
    return is_among (words.at[at + 1], "012345") ? WEAK : NOT;
}

static gboolean
is_code_at (ModoriSpan words, gsize at)
{
    return at + 3 <= words.len && is_among (words.at[at], "245")
           && g_ascii_isdigit (words.at[at + 1]) && g_ascii_isdigit (words.at[at + 2]);
}

/* The surest candidate, the first of equals. */
static ModoriSpan
find_code (ModoriSpan words)
{
    ModoriSpan best = MODORI_SPAN_EMPTY;
    int best_weight = NOT;

    for (gsize i = modori_next_digit (words, 0); i + 3 <= words.len && best_weight < SURE;
         i = modori_next_digit (words, i + 1)) {
        int weight = is_code_at (words, i) ? weigh (words, i) : NOT;

        if (weight > best_weight) {
            best_weight = weight;
            best = modori_span (words.at + i, 3);
        }
        while (i + 1 < words.len && g_ascii_isdigit (words.at[i + 1]))
            i++;
    }
    return best;
}

/* May a status of class CLASS stand at AT, and not a version, a section or a part of an
 * address?  All subjects that are registered have one digit. */
static gboolean
status_fits (ModoriSpan words, gsize at, char class)
{
    char before = at ? words.at[at - 1] : ' ';

    if ((class && words.at[at] != class) || words.at[at + 3] != '.')
        return FALSE;
    if (before == '.' || g_ascii_isdigit (before)
        || (before == '-' && (at < 4 || ! g_ascii_isdigit (words.at[at - 2]))))
        return before == '.' && at > 1 && g_ascii_isalpha (words.at[at - 2]);
    if (g_ascii_isalpha (before) || is_among (before, "/_@"))
        return FALSE;
    return ! is_listed (leads, word_before (words, at)) && (words.at[at] != '2' || at == 0);
}

/* The first status that says more than its class, else the first. */
static ModoriSpan
find_status (ModoriSpan words, char class)
{
    ModoriSpan first = MODORI_SPAN_EMPTY;

    for (gsize i = modori_next_digit (words, 0); i + 5 <= words.len;
         i = modori_next_digit (words, i + 1)) {
        gsize n = 0;

        if (words.at[i + 1] == '.')
            n = modori_status_length (words.at + i, words.len - i);
        if (! n || ! status_fits (words, i, class))
            continue;
        if (n != 5 || memcmp (words.at + i + 1, ".0.0", 4) != 0)
            return modori_span (words.at + i, n);
        if (! first.len)
            first = modori_span (words.at + i, n);
    }
    return first;
}

void
modori_reply_find (ModoriSpan words, ModoriReply *reply)
{
    reply->code = find_code (words);
    reply->status = MODORI_SPAN_EMPTY;
    if (reply->code.len)
        reply->status = status_behind (words, (gsize) (reply->code.at - words.at));
    if (! reply->status.len || modori_span_ends (reply->status, ".0.0")) {
        ModoriSpan other = find_status (words, reply->code.len ? *reply->code.at : '\0');

        if (other.len)
            reply->status = other;
    }
}
