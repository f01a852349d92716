/* index.c - which of a thousand patterns may match a text.
 *
 * A literal of a pattern is entered under its rarest gram (text/subject.c); a text looks up the
 * grams that it has, and what it finds there must have its other grams in the text as well.
 * What is found then is only a candidate: the pattern is tried as if there were no index.
 *
 * To find the literals of an expression takes a close look, which most would get for nothing when
 * there is only one text to be read.  So a pattern is entered roughly, under the first grams that
 * are seen at a glance, and looked at when a text has one of them.
 *
 * An index does not stand on a finder (finder.c), which sees the same more closely.  That has to
 * know all literals of all patterns before the first text; here grams are enough, which the pack
 * has noted (clue.c), so that one message costs next to nothing.  The literals of a thousand
 * patterns take longer to find than some hundred messages take to look up their grams.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "text/index.h"

#include "text/fields.h"
#include "text/written.h"

#define BITS 64

/* Room for as many entries: more than most items have.  Memory that is not used costs nothing. */
#define ENTRIES_OF_ITEM 4

/* Literals with the same rarest gram are chained.  An item from N on is a pattern that was
 * entered roughly. */
typedef struct {
    guint item;
    guint next;                 /* index of the next entry, 0 at the end */
    guint16 others[2];          /* two other grams of the literal, or the same */
} Entry;

/* A pattern that was entered roughly. */
typedef struct {
    guint item;
    gboolean done;              /* it was looked at */
    ModoriSpan source;
} Rough;

struct ModoriIndex {
    guint n;
    guint n_words;
    GArray *entries;            /* Entry; the first is not used */
    GArray *roughs;             /* Rough */
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
    index->entries = g_array_sized_new (FALSE, FALSE, sizeof (Entry), ENTRIES_OF_ITEM * n + 1);
    g_array_append_val (index->entries, none);
    index->roughs = g_array_new (FALSE, FALSE, sizeof (Rough));
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
    g_array_unref (index->roughs);
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
modori_index_add_clues (ModoriIndex *index, guint first, const ModoriClue *clues, guint n)
{
    guint at = index->entries->len;

    g_array_set_size (index->entries, at + n);
    for (guint i = 0; i < n; i++) {
        const ModoriClue *clue = &clues[i];
        guint16 gram = clue->grams[0] % MODORI_SUBJECT_GRAMS;
        guint item = MIN (first + clue->item, index->n - 1);

        if (clue->n == 0) {
            set_bit (index->always, item);
            continue;
        }
        g_array_index (index->entries, Entry, at) =
            (Entry) { item, index->first[gram],
                      { clue->n > 1 ? clue->grams[1] % MODORI_SUBJECT_GRAMS : gram,
                        clue->n > 2 ? clue->grams[2] % MODORI_SUBJECT_GRAMS : gram } };
        index->first[gram] = at++;
    }
    if (at < index->entries->len)
        g_array_set_size (index->entries, at);
}

/* A text holds one of N literals when ITEM may fire; with none it may at any time. */
static void
add_literals (ModoriIndex *index, guint item, const ModoriSought *literals, guint n)
{
    gboolean known = n > 0;

    g_return_if_fail (item < index->n);
    for (guint i = 0; i < n; i++)
        known = known && literals[i].n_grams > 0;
    if (! known)
        set_bit (index->always, item);
    for (guint i = 0; known && i < n; i++)
        add_literal (index, item, &literals[i]);
}

void
modori_index_add (ModoriIndex *index, guint item, ModoriPattern *pattern)
{
    guint n = 0;
    const ModoriSought *literals = pattern ? modori_pattern_sought (pattern, &n) : NULL;

    add_literals (index, item, literals, n);
}

/* May SUBJECT hold one of N literals?  With none it may. */
static gboolean
may_hold_one (const ModoriSubject *subject, const ModoriSought *literals, guint n)
{
    gboolean may = n == 0;

    for (guint i = 0; ! may && i < n; i++)
        may = modori_subject_may_hold (subject, &literals[i]);
    return may;
}

/* Enter SOURCE by all its literals, and see whether it is a candidate for SUBJECT (may be
 * NULL). */
static void
enter (ModoriIndex *index, guint item, ModoriSpan source, const ModoriSubject *subject)
{
    ModoriSought literals[MODORI_LITERALS_MAX];
    char room[MODORI_WRITTEN_ROOM];
    gboolean folded = memchr (source.at, '\n', source.len) != NULL;
    g_autoptr (GString) line = folded ? g_string_new (NULL) : NULL;
    guint n;

    if (line) {
        modori_fields_unfold (line, source, TRUE);
        source = modori_span (line->str, line->len);
    }
    n = modori_written_seek (source, literals, room);
    add_literals (index, item, literals, n);
    if (subject && may_hold_one (subject, literals, n))
        set_bit (index->candidates, item);
}

static void
add_rough (ModoriIndex *index, guint number, guint16 gram, guint16 also)
{
    const Entry entry = { index->n + number, index->first[gram], { also, also } };

    index->first[gram] = index->entries->len;
    g_array_append_val (index->entries, entry);
}

void
modori_index_add_source (ModoriIndex *index, guint item, ModoriSpan source)
{
    const Rough rough = { item, FALSE, source };
    ModoriThrees grams;

    g_return_if_fail (item < index->n);
    if (! modori_written_glance (source, &grams)) {
        enter (index, item, source, NULL);
        return;
    }
    for (guint i = 0; i < grams.n; i++)
        add_rough (index, index->roughs->len, grams.places[i],
                   grams.more ? grams.also : grams.places[i]);
    g_array_append_val (index->roughs, rough);
}

/* SUBJECT has GRAM: look closely at those that were entered roughly under it. */
static void
refine (ModoriIndex *index, guint16 gram, const ModoriSubject *subject)
{
    guint at = index->first[gram], next;

    index->first[gram] = 0;
    for (; at; at = next) {
        Entry *entry = &g_array_index (index->entries, Entry, at);

        next = entry->next;
        if (entry->item >= index->n
            && modori_subject_has_gram (subject, entry->others[0])) {
            Rough *rough = &g_array_index (index->roughs, Rough, entry->item - index->n);

            if (! rough->done)
                enter (index, rough->item, rough->source, subject);
            rough->done = TRUE;
        } else {
            entry->next = index->first[gram];
            index->first[gram] = at;
        }
    }
}

/* The candidates under GRAM.  FALSE: one is entered roughly. */
static gboolean
look_under (ModoriIndex *index, guint16 gram, const ModoriSubject *subject)
{
    const Entry *entries = (const Entry *) index->entries->data;

    for (guint at = index->first[gram]; at; at = entries[at].next)
        if (modori_subject_has_gram (subject, entries[at].others[0])
            && modori_subject_has_gram (subject, entries[at].others[1])) {
            if (entries[at].item >= index->n)
                return FALSE;
            set_bit (index->candidates, entries[at].item);
        }
    return TRUE;
}

void
modori_index_look (ModoriIndex *index, const ModoriSubject *subject)
{
    modori_subject_mark (subject);
    memcpy (index->candidates, index->always, index->n_words * sizeof (guint64));
    for (gsize i = 0; i < modori_subject_n_grams (subject); i++) {
        guint16 gram = modori_subject_gram (subject, i);

        if (! look_under (index, gram, subject)) {
            refine (index, gram, subject);
            look_under (index, gram, subject);
        }
    }
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
