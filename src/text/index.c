/* index.c - which of a thousand patterns may match a text.
 *
 * A literal of a pattern is entered under its rarest gram (text/subject.c); a text looks up the
 * grams that it has, and what it finds there must have its other grams in the text as well.
 * What is found then is only a candidate: the pattern is tried as if there were no index.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "text/index.h"

#include "text/subject.h"

#define BITS 64

/* Literals with the same rarest gram are chained. */
typedef struct {
    guint item;
    guint next;                 /* index of the next entry, 0 at the end */
    guint16 others[2];          /* two other grams of the literal, or the same */
} Entry;

struct ModoriIndex {
    guint n;
    guint n_words;
    GArray *entries;            /* Entry; the first is not used */
    guint64 *always;            /* items that no gram can rule out; bits */
    guint64 *candidates;
    guint first[MODORI_SUBJECT_GRAMS];
};

ModoriIndex *
modori_index_new (guint n)
{
    static const Entry none = { 0, 0, { 0, 0 } };
    ModoriIndex *index = g_new0 (ModoriIndex, 1);

    index->n = n;
    index->n_words = n / BITS + 1;
    index->entries = g_array_new (FALSE, FALSE, sizeof (Entry));
    g_array_append_val (index->entries, none);
    index->always = g_new0 (guint64, index->n_words);
    index->candidates = g_new0 (guint64, index->n_words);
    return index;
}

void
modori_index_free (ModoriIndex *index)
{
    if (! index)
        return;
    g_array_unref (index->entries);
    g_free (index->always);
    g_free (index->candidates);
    g_free (index);
}

static void
set_bit (guint64 *bits, guint i)
{
    bits[i / BITS] |= G_GUINT64_CONSTANT (1) << i % BITS;
}

static void
add_literal (ModoriIndex *index, guint item, const ModoriSought *literal)
{
    guint16 gram = literal->grams[0];
    Entry entry = { item, index->first[gram], { gram, gram } };

    for (guint i = 1; i < literal->n_grams && i <= G_N_ELEMENTS (entry.others); i++)
        entry.others[i - 1] = literal->grams[i];
    index->first[gram] = index->entries->len;
    g_array_append_val (index->entries, entry);
}

void
modori_index_add (ModoriIndex *index, guint item, ModoriPattern *pattern)
{
    guint n = 0;
    const ModoriSought *literals = pattern ? modori_pattern_sought (pattern, &n) : NULL;
    gboolean known = n > 0;

    g_return_if_fail (item < index->n);
    for (guint i = 0; i < n; i++)
        known = known && literals[i].n_grams > 0;
    if (! known)
        set_bit (index->always, item);
    for (guint i = 0; known && i < n; i++)
        add_literal (index, item, &literals[i]);
}

static inline gboolean
has_gram (const ModoriSubject *subject, guint16 gram)
{
    return subject->seen[gram].turn == subject->turn;
}

void
modori_index_look (ModoriIndex *index, const ModoriSubject *subject)
{
    const Entry *entries = (const Entry *) index->entries->data;

    memcpy (index->candidates, index->always, index->n_words * sizeof (guint64));
    for (guint i = 0; i < subject->n_grams; i++)
        for (guint at = index->first[subject->grams[i]]; at; at = entries[at].next)
            if (has_gram (subject, entries[at].others[0])
                && has_gram (subject, entries[at].others[1]))
                set_bit (index->candidates, entries[at].item);
}

gboolean
modori_index_has (const ModoriIndex *index, guint item)
{
    return index->candidates[item / BITS] >> item % BITS & 1;
}

guint
modori_index_next (const ModoriIndex *index, guint item)
{
    guint word = item / BITS;
    guint64 bits;

    if (item >= index->n)
        return index->n;
    bits = index->candidates[word] & ~G_GUINT64_CONSTANT (0) << item % BITS;
    while (bits == 0 && ++word < index->n_words)
        bits = index->candidates[word];
    return bits ? word * BITS + (guint) __builtin_ctzll (bits) : index->n;
}
