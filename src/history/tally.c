/* tally.c - counting failures by numbers.
 *
 * A million rows are counted a dozen times each, so that no text is touched here: a key is a pair
 * of numbers.  Rows come by time and id, so that what is met first, and what is one too many, do
 * not depend on the order in which records were kept.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "history/tally.h"

#include <string.h>

/* Whoever writes bounces also writes the keys: with this many a table takes 30 MB.  A table that
 * is full goes on counting the keys it has. */
#define TALLIES_MAX (256 * 1024)

static guint
hash_key (gconstpointer key)
{
    const guint64 *k = key;

    return (guint) ((*k * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15)) >> 32);
}

ModoriTallies *
modori_tallies_new (void)
{
    ModoriTallies *tallies = g_new0 (ModoriTallies, 1);

    tallies->index = g_hash_table_new (hash_key, g_int64_equal);
    tallies->all = g_ptr_array_new_with_free_func (g_free);
    return tallies;
}

void
modori_tallies_free (ModoriTallies *tallies)
{
    if (! tallies)
        return;
    g_hash_table_unref (tallies->index);
    g_ptr_array_unref (tallies->all);
    g_free (tallies);
}

static ModoriTally *
new_tally (ModoriTallies *tallies, guint64 key)
{
    ModoriTally *tally = g_new0 (ModoriTally, 1);

    tally->key = key;
    tally->index = tallies->all->len;
    g_ptr_array_add (tallies->all, tally);
    g_hash_table_add (tallies->index, tally);
    return tally;
}

ModoriTally *
modori_tallies_at (ModoriTallies *tallies, guint32 a, guint32 b)
{
    guint64 key = (guint64) a << 32 | b;
    ModoriTally **near = &tallies->near[hash_key (&key) % MODORI_TALLIES_NEAR];
    ModoriTally *tally = *near;

    if (tally && tally->key == key)
        return tally;
    tally = g_hash_table_lookup (tallies->index, &key);
    if (! tally && tallies->all->len < TALLIES_MAX)
        tally = new_tally (tallies, key);
    if (tally)
        *near = tally;
    return tally;
}

ModoriTally *
modori_tallies_nth (const ModoriTallies *tallies, guint index)
{
    return g_ptr_array_index (tallies->all, index);
}

void
modori_tally_count (ModoriTally *tally, const ModoriEvent *event, gboolean part)
{
    if (! tally)
        return;
    if (event->before) {
        tally->before++;
        return;
    }
    if (tally->count++ == 0)
        tally->first = event->time;
    tally->last = event->time;
    tally->example = event->number;
    tally->hard += event->hard ? 1 : 0;
    tally->part += part ? 1 : 0;
}

void
modori_tally_join (ModoriTally *tally, const ModoriTally *from)
{
    if (from->count && (! tally->count || from->first < tally->first))
        tally->first = from->first;
    if (from->count && (! tally->count || from->last > tally->last)) {
        tally->last = from->last;
        tally->example = from->example;
    }
    tally->count += from->count;
    tally->hard += from->hard;
    tally->part += from->part;
    tally->before += from->before;
}

/* --- different numbers --- */

void
modori_pairs_add (GArray *pairs, guint32 owner, guint32 number)
{
    guint64 pair = (guint64) owner << 32 | number;

    g_array_append_val (pairs, pair);
}

/* Put the N numbers of FROM into TO, in order of the byte at SHIFT, else as they were.  FALSE when
 * all have the same there: then nothing is done. */
static gboolean
sort_by_byte (const guint64 *from, guint64 *to, guint n, guint shift)
{
    guint start[257] = { 0 };

    for (guint i = 0; i < n; i++)
        start[(from[i] >> shift & 0xff) + 1]++;
    if (start[(from[0] >> shift & 0xff) + 1] == n)
        return FALSE;
    for (guint i = 1; i < 257; i++)
        start[i] += start[i - 1];
    for (guint i = 0; i < n; i++)
        to[start[from[i] >> shift & 0xff]++] = from[i];
    return TRUE;
}

/* By bytes, the lowest first: numbers are small, so that four of the eight passes do nothing. */
void
modori_pairs_sort (GArray *pairs)
{
    g_autofree guint64 *other = g_new (guint64, pairs->len);
    guint64 *from = (guint64 *) (gpointer) pairs->data, *to = other;

    for (guint shift = 0; pairs->len > 1 && shift < 64; shift += 8)
        if (sort_by_byte (from, to, pairs->len, shift)) {
            guint64 *swap = from;

            from = to;
            to = swap;
        }
    if (pairs->len && from == other)
        memcpy (pairs->data, other, pairs->len * sizeof (guint64));
}

GArray *
modori_pairs_count (GArray *pairs, guint n_owners)
{
    GArray *counts = g_array_new (FALSE, TRUE, sizeof (guint64));

    g_array_set_size (counts, n_owners);
    modori_pairs_sort (pairs);
    for (guint i = 0; i < pairs->len; i++) {
        guint64 pair = g_array_index (pairs, guint64, i);

        if ((pair >> 32) < n_owners && (i == 0 || pair != g_array_index (pairs, guint64, i - 1)))
            g_array_index (counts, guint64, pair >> 32)++;
    }
    return counts;
}
