/* condition.c - what rules ask of header fields: "Name", "Name /pattern/".
 *
 * Patterns see the raw value on one line, nothing decoded: what they look for is ASCII, and the
 * cost of decoding every field of every mail would be the largest of all.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "rules/condition.h"

#include "rules/addrlist.h"
#include "text/error.h"

/* Fields of one name that are looked at. */
#define FIELDS_MAX 64

/* Values that are made ready for patterns: of longer ones that costs more than it saves. */
#define SHORT 200

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

    condition->pattern = NULL;
    condition->known = FALSE;
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
    condition->pattern = NULL;
}

/* Find the first word of the literal that the pattern needs: a value may be folded behind it. */
static void
find_word (ModoriCondition *condition)
{
    const char *literal = modori_pattern_literal (condition->pattern);
    gsize n = MIN (strcspn (literal, " "), sizeof condition->word - 1);

    memcpy (condition->word, literal, n);
    condition->word[n] = '\0';
    condition->known = TRUE;
}

/* Can VALUE, folded as it is, match?  Most values lack the literals that the pattern needs, and
 * are neither unfolded nor taken apart. */
static gboolean
may_match (ModoriCondition *condition, ModoriHeader *header, ModoriSpan value)
{
    if (! condition->pattern)
        return TRUE;
    if (! condition->known)
        find_word (condition);
    if (condition->word[0])
        return modori_span_find (value, condition->word) >= 0;
    if (value.len > SHORT || ! modori_span_is_ascii (value) || memchr (value.at, '\n', value.len))
        return TRUE;
    return modori_pattern_may_match (condition->pattern, modori_header_subject (header, value));
}

gboolean
modori_condition_holds (ModoriCondition *condition, ModoriHeader *header, guint *nth)
{
    guint n = MIN (modori_header_count (header, condition->name), FIELDS_MAX);

    for (guint i = 0; i < n; i++) {
        ModoriSpan value = modori_header_value (header, condition->name, i);

        if (! may_match (condition, header, value))
            continue;
        value = modori_header_unfolded (header, condition->name, i);
        if (condition->pattern ? modori_pattern_finds (condition->pattern, value, NULL)
            : value.len > 0) {
            if (nth)
                *nth = i;
            return TRUE;
        }
    }
    return FALSE;
}

gboolean
modori_condition_finds_address (ModoriCondition *condition, ModoriHeader *header,
                                ModoriSpan *address)
{
    guint n = MIN (modori_header_count (header, condition->name), FIELDS_MAX);
    guint addresses = 0;

    for (guint i = 0; i < n; i++) {
        ModoriSpan rest = modori_header_value (header, condition->name, i);

        if (! may_match (condition, header, rest))
            continue;
        while (addresses++ < ADDRESSES_MAX && modori_addrlist_next (&rest, address))
            if (! condition->pattern || modori_pattern_finds (condition->pattern, *address, NULL))
                return TRUE;
    }
    return FALSE;
}
