/* digest.c - many records added up: what to repair, how many of what, since when.
 *
 * One pass over the rows counts numbers (gather.c); then what is frequent gets its texts: lists
 * (shares.c), repairs.c, undecided.c, insights.c.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "history/digest.h"

#include "history/days.h"
#include "history/insights.h"
#include "history/repairs.h"
#include "history/shares.h"
#include "history/undecided.h"

/* Lines of each list when nobody says how many: a screen, and no more than will be read. */
#define TOP 10
#define TOP_REPAIRS 5
#define TOP_OTHERS 3

/* A period before that began to be remembered late would make everything look new: at least three
 * quarters of it must be there. */
#define MISSING_MOST 4

static ModoriDigest *
new_digest (void)
{
    ModoriDigest *digest = g_new0 (ModoriDigest, 1);

    digest->strings = g_string_chunk_new (4096);
    digest->domain = "";
    digest->days_each = 1;
    digest->days = g_array_new (FALSE, FALSE, sizeof (ModoriDay));
    return digest;
}

static void
free_lists (ModoriDigest *digest)
{
    GPtrArray *lists[] = {
        digest->repairs, digest->insights, digest->reasons, digest->receivers, digest->senders,
        digest->ips, digest->campaigns, digest->news, digest->undecided, digest->stops,
    };

    for (guint i = 0; i < G_N_ELEMENTS (lists); i++)
        g_clear_pointer (&lists[i], g_ptr_array_unref);
}

void
modori_digest_free (ModoriDigest *digest)
{
    if (! digest)
        return;
    free_lists (digest);
    g_array_unref (digest->days);
    g_string_chunk_free (digest->strings);
    g_free (digest);
}

/* The period, and whether there is one before to compare it with. */
static gboolean
set_period (ModoriDigest *digest, ModoriHistory *history, const ModoriDigestOptions *options,
            GError **error)
{
    guint64 count = 0;
    gint64 first = 0, last = 0, length;

    if (! history->table->extent (history->store, &count, &first, &last, error))
        return FALSE;
    digest->now = history->now;
    digest->until = options->until > 0 ? options->until : history->now + 1;
    digest->since = options->since > 0 ? options->since : count ? first : digest->until;
    digest->since = MIN (digest->since, digest->until);
    length = digest->until - digest->since;
    digest->compared = options->since > 0 && count > 0
        && first <= digest->since - length + length / MISSING_MOST;
    return TRUE;
}

/* --- addresses to stop writing to --- */

/* ModoriEachListed. */
static gboolean
add_stop (const ModoriListed *listed, gpointer data)
{
    const ModoriGather *gather = data;
    g_autofree char *address = modori_redact_address (gather->options->redactor, listed->address);
    ModoriStop *stop = g_new0 (ModoriStop, 1);

    stop->address = modori_gather_keep (gather, address);
    stop->reason = modori_gather_keep (gather, listed->reason);
    stop->title = modori_shares_reason_title (gather, listed->reason);
    stop->bounce = modori_gather_keep (gather, listed->bounce);
    stop->count = listed->count;
    stop->since = listed->since;
    stop->last = listed->last;
    g_ptr_array_add (gather->digest->stops, stop);
    return TRUE;
}

static gint
compare_stops (gconstpointer a, gconstpointer b)
{
    const ModoriStop *x = *(ModoriStop *const *) a, *y = *(ModoriStop *const *) b;

    if (x->since != y->since)
        return x->since < y->since ? 1 : -1;
    return strcmp (x->address, y->address);
}

/* The latest first. */
static gboolean
add_stops (ModoriGather *gather, GError **error)
{
    ModoriDigest *digest = gather->digest;
    ModoriListRange range = { .since = digest->since, .until = digest->until };

    digest->stops = g_ptr_array_new_with_free_func (g_free);
    if (! gather->options->policy)
        return TRUE;
    if (digest->domain[0])
        range.domain = digest->domain;
    if (! modori_suppression_each (gather->history, gather->engine, gather->options->policy,
                                   &range, add_stop, gather, error))
        return FALSE;
    digest->stops_total = range.total;
    g_ptr_array_sort (digest->stops, compare_stops);
    return TRUE;
}

/* --- the whole --- */

static void
add_shares (const ModoriGather *gather, guint top)
{
    ModoriDigest *digest = gather->digest;

    digest->reasons = modori_shares_reasons (gather, top);
    digest->receivers = modori_shares_receivers (gather, top);
    digest->senders = modori_shares_plain (gather, gather->senders, top);
    digest->ips = modori_shares_plain (gather, gather->ips, top);
    digest->campaigns = modori_shares_campaigns (gather, top);
    digest->news = modori_shares_news (gather, top);
}

ModoriDigest *
modori_digest_new (ModoriHistory *history, ModoriEngine *engine,
                   const ModoriDigestOptions *options, GError **error)
{
    g_autoptr (ModoriDigest) digest = new_digest ();
    g_autoptr (ModoriGather) gather = NULL;
    guint top = options->top ? options->top : TOP;

    if (! set_period (digest, history, options, error))
        return NULL;
    if (options->domain && options->domain[0])
        digest->domain = g_string_chunk_insert (digest->strings, options->domain);
    gather = modori_gather_new (history, engine, options, digest, error);
    if (! gather)
        return NULL;
    modori_days_fill (gather);
    add_shares (gather, top);
    digest->repairs = modori_repairs_new (gather, options->top ? options->top : TOP_REPAIRS,
                                          options->top ? options->top : TOP_OTHERS, error);
    if (! digest->repairs || ! add_stops (gather, error))
        return NULL;
    digest->undecided = modori_undecided_new (gather, top, error);
    if (digest->undecided)
        digest->insights = modori_insights_new (gather, top);
    return digest->insights ? g_steal_pointer (&digest) : NULL;
}
