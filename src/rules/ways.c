/* ways.c - rules that are found by a host, by the domain of the recipient, or by a code.
 *
 * A site may have a rule for each of ten thousand customers.  What it asks for is looked up then,
 * instead of being compared with each.  A code is looked up like a domain, as it has dots; what is
 * found is only a candidate, whose conditions are asked as if there were no look-up.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "rules/ways.h"

#include "rules/labels.h"

/* A rule of a value; those of one value are chained. */
typedef struct {
    guint rule;
    guint next;                     /* of the entries, 0 at the end */
} Entry;

typedef struct {
    ModoriLabels *labels;
    GArray *first;                  /* guint: the entries, by number of the label */
} Table;

struct ModoriWays {
    Table tables[MODORI_N_WAYS];
    GArray *entries;                /* Entry; the first is not used */
};

ModoriWays *
modori_ways_new (void)
{
    ModoriWays *ways = g_new0 (ModoriWays, 1);

    for (ModoriWay way = MODORI_WAY_HOST; way < MODORI_N_WAYS; way++) {
        ways->tables[way].labels = modori_labels_new ();
        ways->tables[way].first = g_array_new (FALSE, TRUE, sizeof (guint));
    }
    ways->entries = g_array_new (FALSE, TRUE, sizeof (Entry));
    g_array_set_size (ways->entries, 1);
    return ways;
}

void
modori_ways_free (ModoriWays *ways)
{
    if (! ways)
        return;
    for (ModoriWay way = MODORI_WAY_HOST; way < MODORI_N_WAYS; way++) {
        modori_labels_free (ways->tables[way].labels);
        g_array_unref (ways->tables[way].first);
    }
    g_array_unref (ways->entries);
    g_free (ways);
}

void
modori_ways_add (ModoriWays *ways, ModoriWay way, ModoriSpan value, guint rule)
{
    Table *table = &ways->tables[way];
    guint number = modori_labels_add (table->labels, modori_labels_bare (value));
    Entry entry = { rule, 0 };

    if (number == table->first->len)
        g_array_set_size (table->first, number + 1);
    entry.next = g_array_index (table->first, guint, number);
    g_array_index (table->first, guint, number) = ways->entries->len;
    g_array_append_val (ways->entries, entry);
}

static void
look_up (const ModoriWays *ways, ModoriWay way, const char *text, GArray *found)
{
    const Table *table = &ways->tables[way];
    guint labels[MODORI_LABELS_MAX], n;

    if (! text[0] || table->first->len == 0)
        return;
    n = modori_labels_find (table->labels, modori_span_of (text), labels);
    for (guint i = 0; i < n; i++)
        for (guint at = g_array_index (table->first, guint, labels[i]); at;
             at = g_array_index (ways->entries, Entry, at).next)
            g_array_append_val (found, g_array_index (ways->entries, Entry, at).rule);
}

static int
compare_numbers (gconstpointer a, gconstpointer b)
{
    guint one = *(const guint *) a, other = *(const guint *) b;

    return (one > other) - (one < other);
}

void
modori_ways_look (const ModoriWays *ways, const ModoriOutcome *outcome, GArray *found)
{
    const char *at = strrchr (modori_outcome_text (outcome, MODORI_KEY_RECIPIENT), '@');

    g_array_set_size (found, 0);
    look_up (ways, MODORI_WAY_HOST, modori_outcome_text (outcome, MODORI_KEY_REMOTE_MTA), found);
    look_up (ways, MODORI_WAY_RECIPIENT, at ? at + 1 : "", found);
    look_up (ways, MODORI_WAY_STATUS, modori_outcome_text (outcome, MODORI_KEY_STATUS), found);
    look_up (ways, MODORI_WAY_REPLY, modori_outcome_text (outcome, MODORI_KEY_REPLY_CODE), found);
    if (found->len > 1)
        g_array_sort (found, compare_numbers);
}
