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
    if (rest.len == 0)
        return TRUE;
    condition->pattern = modori_pattern_new (rest, error);
    return condition->pattern != NULL;
}

void
modori_condition_clear (ModoriCondition *condition)
{
    modori_pattern_free (condition->pattern);
    g_free (condition->choices);
    condition->pattern = NULL;
    condition->choices = NULL;
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

/* Find the longest words of the literals of which a match holds one.  Where "any character beyond
 * ASCII" is among them, a text of ASCII need not be asked for it. */
static void
find_choices (ModoriCondition *condition)
{
    guint n;
    const ModoriSought *literals = modori_pattern_sought (condition->pattern, &n);

    condition->choosy = n > 0;
    condition->choices = g_new (ModoriPairsSought, n);
    for (guint i = 0; i < n; i++)
        if (literals[i].len > 0)
            modori_pairs_prepare (&condition->choices[condition->n_choices++],
                                  longest_word (modori_span_of (literals[i].at)));
}

/* May a value with these PAIRS hold what the pattern needs?  Beyond ASCII there are signs that
 * count as letters of it: then nothing is said. */
static gboolean
may_hold (const ModoriCondition *condition, const ModoriPairs *pairs)
{
    if (condition->wide && ! pairs->wide)
        return FALSE;
    if (! condition->choosy || pairs->wide)
        return TRUE;
    for (guint i = 0; i < condition->n_choices; i++)
        if (modori_pairs_may_hold (pairs, &condition->choices[i]))
            return TRUE;
    return FALSE;
}

/* Can the NTH VALUE, folded as it is, match?  Most values lack the literals that the pattern needs,
 * and are neither unfolded nor taken apart. */
static gboolean
may_match (ModoriCondition *condition, ModoriHeader *header, guint nth, ModoriSpan value)
{
    const ModoriPairs *pairs;

    if (! condition->known) {
        find_words (condition);
        find_choices (condition);
        condition->known = TRUE;
    }
    if (value.len < condition->shortest)
        return FALSE;
    pairs = condition->choosy || condition->wide
        ? modori_header_pairs (header, condition->name, nth) : NULL;
    if (pairs ? ! may_hold (condition, pairs)
        : condition->longest[0] && modori_span_find (value, condition->longest) < 0)
        return FALSE;
    return ! condition->word[0] || modori_span_find (value, condition->word) >= 0;
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
    if (! condition->tried) {
        condition->shortest = modori_pattern_shortest (condition->pattern);
        condition->wide = modori_pattern_begins_wide (condition->pattern);
        condition->tried = condition->shortest > 0;
    }
    return found;
}

/* Does the NTH VALUE do what CONDITION asks? */
static gboolean
value_holds (ModoriCondition *condition, ModoriHeader *header, guint nth, ModoriSpan value)
{
    if (! condition->pattern)
        return value.len > 0;
    return may_match (condition, header, nth, value)
        && finds (condition, header, modori_header_unfolded (header, condition->name, nth));
}

gboolean
modori_condition_holds (ModoriCondition *condition, ModoriHeader *header, guint *nth)
{
    guint n = modori_header_count (header, condition->name);

    n = MIN (n, FIELDS_MAX);
    for (guint i = 0; i < n; i++)
        if (value_holds (condition, header, i, modori_header_value (header, condition->name, i))) {
            if (nth)
                *nth = i;
            return TRUE;
        }
    return FALSE;
}

gboolean
modori_condition_finds_address (ModoriCondition *condition, ModoriHeader *header,
                                ModoriSpan *address)
{
    guint n = modori_header_count (header, condition->name), addresses = 0;

    n = MIN (n, FIELDS_MAX);
    for (guint i = 0; i < n; i++) {
        ModoriSpan rest = modori_header_value (header, condition->name, i);

        if (condition->pattern && ! may_match (condition, header, i, rest))
            continue;
        while (addresses++ < ADDRESSES_MAX && modori_addrlist_next (&rest, address))
            if (! condition->pattern || finds (condition, header, *address))
                return TRUE;
    }
    return FALSE;
}
