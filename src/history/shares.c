/* shares.c - tables of a digest as lists.
 *
 * A table counts numbers; only what is frequent gets its text, because a text costs a look-up.
 * Some numbers turn out to be the same then, and are joined.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "history/shares.h"

/* So many of each table get a text: what is less frequent is in no list. */
#define NAMED_MAX 10000

/* A thing under its name, on the way to a share. */
typedef struct {
    char *key;                  /* what is the same has the same */
    char *name;
    const char *title;          /* the digest's, or NULL */
    gboolean several;           /* different names were joined */
    ModoriTally tally;
} Named;

static void
named_free (gpointer data)
{
    Named *named = data;

    g_free (named->key);
    g_free (named->name);
    g_free (named);
}

/* --- sorting --- */

static gint
compare_tallies (gconstpointer a, gconstpointer b)
{
    const ModoriTally *x = *(ModoriTally *const *) a, *y = *(ModoriTally *const *) b;

    if (x->count != y->count)
        return x->count < y->count ? 1 : -1;
    return (x->index > y->index) - (x->index < y->index);
}

GPtrArray *
modori_shares_sorted (const ModoriTallies *tallies, guint most)
{
    GPtrArray *sorted = g_ptr_array_new ();

    for (guint i = 0; i < tallies->all->len; i++)
        if (modori_tallies_nth (tallies, i)->count)
            g_ptr_array_add (sorted, modori_tallies_nth (tallies, i));
    g_ptr_array_sort (sorted, compare_tallies);
    if (sorted->len > most)
        g_ptr_array_set_size (sorted, (gint) most);
    return sorted;
}

static gint
compare_shares (gconstpointer a, gconstpointer b)
{
    const ModoriShare *x = *(ModoriShare *const *) a, *y = *(ModoriShare *const *) b;

    if (x->count != y->count)
        return x->count < y->count ? 1 : -1;
    return strcmp (x->name, y->name);
}

void
modori_shares_add (GPtrArray *shares, const char *name, const char *title,
                   const ModoriTally *tally)
{
    ModoriShare *share = g_new0 (ModoriShare, 1);

    share->name = name;
    share->title = title;
    share->count = tally->count;
    share->hard = tally->hard;
    share->before = tally->before;
    share->first = tally->first;
    share->last = tally->last;
    g_ptr_array_add (shares, share);
}

GPtrArray *
modori_shares_cut (GPtrArray *shares, guint top)
{
    g_ptr_array_sort (shares, compare_shares);
    if (top && shares->len > top)
        g_ptr_array_set_size (shares, (gint) top);
    return shares;
}

/* --- lists --- */

const char *
modori_shares_reason_title (const ModoriGather *gather, const char *name)
{
    g_autofree char *title =
        modori_rules_reason_title (gather->engine->rules, name, gather->options->lang);

    return modori_gather_keep (gather, title);
}

GPtrArray *
modori_shares_plain (const ModoriGather *gather, const ModoriTallies *tallies, guint top)
{
    g_autoptr (GPtrArray) sorted = modori_shares_sorted (tallies, NAMED_MAX);
    GPtrArray *shares = g_ptr_array_new_with_free_func (g_free);

    for (guint i = 0; i < sorted->len; i++) {
        const ModoriTally *tally = g_ptr_array_index (sorted, i);
        const char *name =
            modori_gather_keep (gather, modori_gather_text (gather, modori_tally_b (tally)));

        modori_shares_add (shares, name, name, tally);
    }
    return modori_shares_cut (shares, top);
}

GPtrArray *
modori_shares_reasons (const ModoriGather *gather, guint top)
{
    GPtrArray *shares = modori_shares_plain (gather, gather->reasons, top);

    for (guint i = 0; i < shares->len; i++) {
        ModoriShare *share = g_ptr_array_index (shares, i);

        share->title = modori_shares_reason_title (gather, share->name);
    }
    return shares;
}

GPtrArray *
modori_shares_receivers (const ModoriGather *gather, guint top)
{
    GPtrArray *shares = g_ptr_array_new_with_free_func (g_free);

    for (guint i = 1; i < gather->receivers->len; i++) {
        const ModoriReceiver *receiver = g_ptr_array_index (gather->receivers, i);

        if (receiver->tally.count)
            modori_shares_add (shares, receiver->name, receiver->title, &receiver->tally);
    }
    return modori_shares_cut (shares, top);
}

/* --- campaigns --- */

/* SUBJECT with "…" in place of numbers. */
static char *
without_digits (const char *subject)
{
    GString *out = g_string_new (NULL);

    while (*subject) {
        gsize digits = strspn (subject, "0123456789");

        if (digits)
            g_string_append (out, "…");
        else
            g_string_append_c (out, *subject);
        subject += digits ? digits : 1;
    }
    return g_string_free (out, FALSE);
}

static void
join (GHashTable *table, char *key, const char *name, const ModoriTally *tally)
{
    Named *named = g_hash_table_lookup (table, key);

    if (named) {
        named->several = named->several || strcmp (named->name, name) != 0;
        modori_tally_join (&named->tally, tally);
        g_free (key);
        return;
    }
    named = g_new0 (Named, 1);
    named->key = key;
    named->name = g_strdup (name);
    named->tally = *tally;
    g_hash_table_insert (table, named->key, named);
}

/* The name of NAMED without the people whom its example was sent to. */
static const char *
hidden_name (const ModoriGather *gather, const Named *named)
{
    gboolean list = modori_tally_a (&named->tally) == MODORI_FACET_LIST_ID;
    const char *subject = modori_gather_example (gather, named->tally.example,
                                                 list ? MODORI_KEY_LIST_ID : MODORI_KEY_SUBJECT);
    g_autofree char *key = named->several && ! list ? without_digits (subject) : NULL;

    return key ? modori_gather_keep (gather, key) : subject;
}

GPtrArray *
modori_shares_campaigns (const ModoriGather *gather, guint top)
{
    g_autoptr (GPtrArray) sorted = modori_shares_sorted (gather->campaigns, NAMED_MAX);
    g_autoptr (GHashTable) table =
        g_hash_table_new_full (g_str_hash, g_str_equal, NULL, named_free);
    GPtrArray *shares = g_ptr_array_new_with_free_func (g_free);
    GHashTableIter iter;
    gpointer value;

    for (guint i = 0; i < sorted->len; i++) {
        const ModoriTally *tally = g_ptr_array_index (sorted, i);
        const char *name = modori_gather_text (gather, modori_tally_b (tally));
        gboolean list = modori_tally_a (tally) == MODORI_FACET_LIST_ID;

        join (table, list ? g_strdup (name) : without_digits (name), name, tally);
    }
    g_hash_table_iter_init (&iter, table);
    while (g_hash_table_iter_next (&iter, NULL, &value)) {
        const Named *named = value;
        const char *name = modori_gather_keep (gather, named->several ? named->key : named->name);

        if (gather->options->redactor)
            name = hidden_name (gather, named);
        modori_shares_add (shares, name, name, &named->tally);
    }
    return modori_shares_cut (shares, top);
}

/* --- news --- */

GPtrArray *
modori_shares_news (const ModoriGather *gather, guint top)
{
    GPtrArray *shares = g_ptr_array_new_with_free_func (g_free);

    for (guint i = 0; gather->digest->compared && i < gather->pairs->all->len; i++) {
        const ModoriTally *pair = modori_tallies_nth (gather->pairs, i);
        const ModoriReceiver *receiver = modori_gather_receiver (gather, modori_tally_b (pair));
        const char *reason = modori_gather_text (gather, modori_tally_a (pair));
        g_autofree char *name = NULL, *title = NULL;

        if (pair->before || ! pair->count || ! receiver->name[0]
            || modori_gather_fault (gather, reason) == MODORI_FAULT_RECIPIENT)
            continue;
        name = g_strdup_printf ("%s %s", reason, receiver->name);
        title = g_strdup_printf ("%s: %s", receiver->title,
                                 modori_shares_reason_title (gather, reason));
        modori_shares_add (shares, modori_gather_keep (gather, name),
                           modori_gather_keep (gather, title), pair);
    }
    return modori_shares_cut (shares, top);
}
