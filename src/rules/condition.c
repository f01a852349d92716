/* condition.c - what rules ask of header fields: "Name", "Name /pattern/".
 *
 * Patterns see the raw value on one line, nothing decoded: what they look for is ASCII, and the
 * cost of decoding every field of every mail would be the largest of all.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "rules/condition.h"

#include "rules/addrlist.h"
#include "text/error.h"
#include "text/subject.h"

/* Fields of one name that are looked at. */
#define FIELDS_MAX 64

/* Texts in which no literals are looked for. */
#define SHORT 256

/* Addresses that are looked at; a pattern on each of more would be somebody's attack. */
#define ADDRESSES_MAX 200

static gsize
name_length (ModoriSpan value)
{
    gsize i = 0;

    while (i < value.len && value.at[i] > ' ' && value.at[i] != ':')
        i++;
    return i;
}

gboolean
modori_condition_read (ModoriCondition *condition, ModoriHeader *header, ModoriSpan value,
                       GError **error)
{
    gsize length = name_length (value);
    ModoriSpan rest = modori_span_trim (modori_span_skip (value, length));

    memset (condition, 0, sizeof *condition);
    if (length == 0) {
        g_set_error (error, MODORI_ERROR, MODORI_ERROR_SYNTAX,
                     "expected the name of a header field");
        return FALSE;
    }
    condition->name = modori_header_learn (header, modori_span (value.at, length));
    if (condition->name == MODORI_HEADER_FULL) {
        g_set_error (error, MODORI_ERROR, MODORI_ERROR_SYNTAX,
                     "too many different header fields are asked for");
        return FALSE;
    }
    condition->sought = MODORI_PAIRS_ANY;
    condition->known = rest.len == 0;
    if (rest.len == 0)
        return TRUE;
    condition->pattern = modori_pattern_new (rest, error);
    return condition->pattern != NULL;
}

void
modori_condition_clear (ModoriCondition *condition)
{
    modori_pattern_free (condition->pattern);
    condition->pattern = NULL;
}

/* The longest piece of LITERAL without blanks: a value may be folded where it has one. */
static ModoriSpan
longest_word (ModoriSpan literal)
{
    ModoriSpan longest = MODORI_SPAN_EMPTY;

    for (gsize i = 0, n; i < literal.len; i += n + 1) {
        const char *start = literal.at + i;
        const char *blank = memchr (start, ' ', literal.len - i);

        n = blank ? (gsize) (blank - start) : literal.len - i;
        if (n > longest.len)
            longest = modori_span (start, n);
    }
    return longest;
}

static void
copy_word (char *word, ModoriSpan from)
{
    gsize n = MIN (from.len, MODORI_CONDITION_WORD - 1);

    memcpy (word, from.at, n);
    word[n] = '\0';
}

/* Find words of the literal that the pattern needs, if it needs one: its first one, and its longest
 * one if there is no letter in it that a sign beyond ASCII counts as. */
static void
find_words (ModoriCondition *condition)
{
    const char *literal = modori_pattern_literal (condition->pattern);
    ModoriSpan longest = longest_word (modori_span_of (literal));

    copy_word (condition->word, modori_span (literal, strcspn (literal, " ")));
    if (! memchr (longest.at, 'k', longest.len) && ! memchr (longest.at, 's', longest.len))
        copy_word (condition->longest, longest);
}

/* Tell the header the longest words of the literals of which a match holds one.  Where "any
 * character beyond ASCII" is among them, a text of ASCII need not be asked for it. */
static void
tell_words (ModoriCondition *condition, ModoriHeader *header)
{
    guint n, n_words = 0;
    const ModoriSought *literals = modori_pattern_sought (condition->pattern, &n);
    ModoriSpan words[MODORI_LITERALS_MAX];

    for (guint i = 0; i < n; i++)
        if (literals[i].len > 0)
            words[n_words++] = longest_word (modori_span (literals[i].at, literals[i].len));
    if (n > 0)
        condition->sought = modori_header_seek (header, condition->name, words, n_words);
}

/* Can VALUE, folded as it is, match?  Most that come here can. */
static gboolean
may_match (const ModoriCondition *condition, ModoriSpan value)
{
    if (value.len > MODORI_HEADER_LOOK_MAX && condition->longest[0]
        && modori_span_find (value, condition->longest) < 0)
        return FALSE;
    return ! condition->word[0] || modori_span_find (value, condition->word) >= 0;
}

/* The first value from the NTH on that can match: most lack the literals that the pattern needs,
 * and are neither unfolded nor taken apart. */
static gboolean
find_value (ModoriCondition *condition, ModoriHeader *header, guint *nth, ModoriSpan *value)
{
    if (! condition->known) {
        find_words (condition);
        tell_words (condition, header);
        condition->known = TRUE;
    }
    while (modori_header_may_hold (header, condition->name, condition->sought, condition->shortest,
                                   nth, value) && *nth < FIELDS_MAX) {
        if (may_match (condition, *value))
            return TRUE;
        (*nth)++;
    }
    return FALSE;
}

/* Note what is known of the pattern once it was tried.  What begins with a character beyond ASCII
 * seeks no word in a text of ASCII. */
static void
note_trial (ModoriCondition *condition)
{
    condition->shortest = modori_pattern_shortest (condition->pattern);
    condition->tried = condition->shortest > 0;
    if (modori_pattern_begins_wide (condition->pattern))
        condition->sought = MODORI_PAIRS_WIDE;
}

/* Does the pattern match TEXT, of a value that may match?  For a short one all that is asked before
 * costs more than to try. */
static gboolean
finds (ModoriCondition *condition, ModoriHeader *header, ModoriSpan text)
{
    gboolean found;

    if (text.len < condition->shortest)
        return FALSE;
    if (condition->tried && text.len <= SHORT && modori_span_is_ascii (text))
        return modori_pattern_runs (condition->pattern, text, modori_header_room (header), NULL);
    found = modori_pattern_finds (condition->pattern, text, NULL);
    if (! condition->tried)
        note_trial (condition);
    return found;
}

/* The next value from the NTH on, if it can match the pattern, should there be one. */
static gboolean
next_value (ModoriCondition *condition, ModoriHeader *header, guint *nth, ModoriSpan *value)
{
    if (condition->pattern)
        return find_value (condition, header, nth, value);
    *value = modori_header_value (header, condition->name, *nth);
    return *nth < MIN (modori_header_count (header, condition->name), FIELDS_MAX);
}

/* Nearly all conditions seek words that no field has. */
static inline gboolean
is_ruled_out (const ModoriCondition *condition, ModoriHeader *header)
{
    return condition->known
        && ! (modori_header_words (header, condition->name) & condition->sought);
}

static G_NO_INLINE gboolean
one_holds (ModoriCondition *condition, ModoriHeader *header, guint *nth)
{
    ModoriSpan value;

    for (guint i = 0; next_value (condition, header, &i, &value); i++)
        if (condition->pattern
            ? finds (condition, header, modori_header_unfolded (header, condition->name, i))
            : value.len > 0) {
            if (nth)
                *nth = i;
            return TRUE;
        }
    return FALSE;
}

gboolean
modori_condition_holds (ModoriCondition *condition, ModoriHeader *header, guint *nth)
{
    return ! is_ruled_out (condition, header) && one_holds (condition, header, nth);
}

static G_NO_INLINE gboolean
one_is_found (ModoriCondition *condition, ModoriHeader *header, ModoriSpan *address)
{
    guint addresses = 0;
    ModoriSpan rest;

    for (guint i = 0; next_value (condition, header, &i, &rest); i++)
        while (addresses++ < ADDRESSES_MAX && modori_addrlist_next (&rest, address))
            if (! condition->pattern || finds (condition, header, *address))
                return TRUE;
    return FALSE;
}

gboolean
modori_condition_finds_address (ModoriCondition *condition, ModoriHeader *header,
                                ModoriSpan *address)
{
    return ! is_ruled_out (condition, header) && one_is_found (condition, header, address);
}
