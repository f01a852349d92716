/* received.c - reading a Received field: who handed the mail to whom, under which name and address.
 *
 * RFC 5321 section 4.4 gives the clauses (from, by, with, for); what the comment behind "from"
 * holds is each server's own custom: (REVERSE [IP]), (unknown [IP]), ([IP] helo=NAME),
 * (HELO NAME) (IP), (IP).  All of them are read by looking at the words of the comment.  A name
 * stands for the EHLO name unless the comment gives that one.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE             /* memrchr */
#endif
#include "rules/received.h"

#include "rules/domain.h"

/* Honest fields are shorter; what is behind tells nothing. */
#define RECEIVED_MAX 2000

typedef enum { CLAUSE_NONE, CLAUSE_FROM, CLAUSE_BY, CLAUSE_WITH, CLAUSE_OTHER } Clause;

typedef struct {
    ModoriReceived *received;
    Clause clause;
    ModoriSpan from;                /* the word behind "from" */
    gboolean helo_said;             /* a comment named the EHLO name */
} Reader;

static gboolean
is_blank (char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Nearly all letters of words are above the blanks and parentheses. */
static inline gboolean
is_inside_word (char c)
{
    return (guchar) c > ')' || (! is_blank (c) && c != '(' && c != ')');
}

/* Take a word off REST: up to white space or a parenthesis. */
static ModoriSpan
take_word (ModoriSpan *rest)
{
    const char *at = rest->at, *end = modori_span_end (*rest), *start;

    while (at < end && is_blank (*at))
        at++;
    start = at;
    while (at < end && is_inside_word (*at))
        at++;
    if (at == start && at < end)
        at++;                                       /* a parenthesis is a word of its own */
    *rest = modori_span_between (at, end);
    return modori_span_between (start, at);
}

/* Take the comment whose "(" was read off REST, without its last ")".  Nearly none has another one
 * in it. */
static ModoriSpan
take_comment (ModoriSpan *rest)
{
    const char *start = rest->at, *close = memchr (start, ')', rest->len);
    int depth = 1;
    gsize i = 0;

    if (close && ! memchr (start, '(', (gsize) (close - start))) {
        *rest = modori_span_between (close + 1, modori_span_end (*rest));
        return modori_span_between (start, close);
    }
    for (; i < rest->len && depth > 0; i++)
        depth += rest->at[i] == '(' ? 1 : rest->at[i] == ')' ? -1 : 0;
    *rest = modori_span_skip (*rest, i);
    return modori_span (start, depth > 0 ? i : i - 1);
}

/* The address in WORD ("[192.0.2.1]", "[192.0.2.1]:4711", "ident@192.0.2.1"), or an empty span. */
static ModoriSpan
address_in (ModoriSpan word)
{
    char last = word.at[word.len - 1];
    const char *at;

    /* nearly all words end like none */
    if (! g_ascii_isxdigit (last) && last != ':' && last != '.'
        && ! memchr (word.at, '[', word.len))
        return MODORI_SPAN_EMPTY;
    at = memchr (word.at, '@', word.len);
    if (at)
        word = modori_span_between (at + 1, modori_span_end (word));
    return modori_domain_ip_kind (word) == MODORI_IP_NONE ? MODORI_SPAN_EMPTY
        : modori_domain_ip (word);
}

/* The name of "name [address]", which may have an ident before it: user@name. */
static void
take_reverse (ModoriReceived *received, ModoriSpan word)
{
    const char *at = memchr (word.at, '@', word.len);

    if (at)
        word = modori_span_between (at + 1, modori_span_end (word));
    received->unnamed = modori_span_is (word, "unknown");
    if (! received->unnamed && memchr (word.at, '.', word.len))
        received->reverse = modori_domain_bare (word);
}

static void
read_helo (Reader *reader, ModoriSpan word)
{
    reader->received->helo = modori_domain_bare (word);
    reader->helo_said = TRUE;
}

/* A comment behind the word of "from". */
static void
read_from_comment (Reader *reader, ModoriSpan comment)
{
    ModoriSpan word, before = MODORI_SPAN_EMPTY;

    while ((word = take_word (&comment)).len > 0) {
        ModoriSpan ip = address_in (word);

        if (modori_span_is (before, "HELO") || modori_span_is (before, "EHLO")) {
            read_helo (reader, word);
        } else if (modori_span_begins (word, "helo=")) {
            read_helo (reader, modori_span_skip (word, 5));
        } else if (ip.len > 0 && reader->received->ip.len == 0) {
            reader->received->ip = ip;
            if (before.len > 0 && word.at[0] == '[')
                take_reverse (reader->received, before);
        }
        before = word;
    }
}

static void
read_comment (Reader *reader, ModoriSpan comment)
{
    if (modori_span_find (comment, "authenticated") >= 0 || modori_span_begins (comment, "AUTH")
        || modori_span_begins (comment, "account "))
        reader->received->authenticated = TRUE;
    if (reader->clause != CLAUSE_FROM)
        return;
    read_from_comment (reader, comment);
    if (modori_span_find (comment, "may be forged") >= 0)
        reader->received->unnamed = TRUE;
}

static Clause
clause_of (ModoriSpan word)
{
    static const struct { const char *word; Clause clause; } clauses[] = {
        { "from", CLAUSE_FROM }, { "by", CLAUSE_BY }, { "with", CLAUSE_WITH },
        { "id", CLAUSE_OTHER }, { "for", CLAUSE_OTHER }, { "via", CLAUSE_OTHER },
    };

    if (word.len > 4)
        return CLAUSE_NONE;
    for (guint i = 0; i < G_N_ELEMENTS (clauses); i++)
        if ((word.at[0] | 0x20) == clauses[i].word[0] && modori_span_is (word, clauses[i].word))
            return clauses[i].clause;
    return CLAUSE_NONE;
}

static void
read_word (Reader *reader, ModoriSpan word)
{
    Clause clause = clause_of (word);

    if (clause != CLAUSE_NONE)
        reader->clause = clause;
    else if (reader->clause == CLAUSE_FROM && reader->from.len == 0)
        reader->from = word;
    else if (reader->clause == CLAUSE_BY && reader->received->by.len == 0)
        reader->received->by = modori_domain_bare (word);
    else if (reader->clause == CLAUSE_WITH && reader->received->with.len == 0)
        reader->received->with = word;
}

/* The word behind "from" is the EHLO name, or, when a comment gave that, the name of the
 * address. */
static void
settle_names (Reader *reader)
{
    ModoriReceived *received = reader->received;
    ModoriSpan from = modori_domain_bare (reader->from);

    if (received->ip.len == 0 && modori_domain_ip_kind (from) != MODORI_IP_NONE)
        received->ip = modori_domain_ip (from);
    if (! reader->helo_said)
        received->helo = from;
    else if (received->reverse.len == 0 && modori_domain_is_public (from))
        received->reverse = from;
}

gboolean
modori_received_read (ModoriSpan value, ModoriReceived *received)
{
    const ModoriReceived nothing = {
        .value = value, .helo = MODORI_SPAN_EMPTY, .reverse = MODORI_SPAN_EMPTY,
        .ip = MODORI_SPAN_EMPTY,
        .by = MODORI_SPAN_EMPTY, .with = MODORI_SPAN_EMPTY, .date = MODORI_SPAN_EMPTY,
    };
    Reader reader = { received, CLAUSE_NONE, MODORI_SPAN_EMPTY, FALSE };
    ModoriSpan rest = modori_span (value.at, MIN (value.len, RECEIVED_MAX));
    const char *semicolon = memrchr (rest.at, ';', rest.len);
    ModoriSpan word;

    *received = nothing;
    if (semicolon) {
        received->date =
            modori_span_trim (modori_span_between (semicolon + 1, modori_span_end (rest)));
        rest = modori_span_between (rest.at, semicolon);
    }
    while ((word = take_word (&rest)).len > 0) {
        if (word.at[0] == '(')
            read_comment (&reader, take_comment (&rest));
        else
            read_word (&reader, word);
    }
    settle_names (&reader);
    /* RFC 3848: ESMTPA, ESMTPSA, UTF8SMTPA ... */
    if (modori_span_ends (received->with, "SMTPA") || modori_span_ends (received->with, "SMTPSA"))
        received->authenticated = TRUE;
    return received->helo.len > 0 || received->ip.len > 0 || received->by.len > 0;
}

gboolean
modori_received_take (ModoriSpan value, ModoriReceivedHops known, ModoriReceived *received)
{
    for (guint i = 0; i < known.n; i++)
        if (known.hops[i].value.at == value.at && known.hops[i].value.len == value.len) {
            *received = known.hops[i];
            return TRUE;
        }
    return modori_received_read (value, received);
}

guint
modori_received_hops (ModoriMessage *message, ModoriReceivedHops known, ModoriReceived *hops,
                      guint max)
{
    gboolean found = message != NULL;
    guint n = 0;

    for (guint i = 0; found && i < max; i++) {
        ModoriSpan value = modori_message_raw (message, 0, "Received", i, &found);

        if (found && modori_received_take (value, known, &hops[n]))
            n++;
    }
    return n;
}
