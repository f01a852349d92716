/* insights.c - patterns that a postmaster would see if he had the time.
 *
 * Each looks for one pattern in the tables and tells it in a sentence, with figures and since when.
 * One or two bounces are no pattern: every threshold below is higher, and most ask for a share as
 * well, because a large site has ten of anything.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"
#include "history/insights.h"
#include "history/shares.h"

#include <glib/gi18n.h>

/* Failures that make a pattern at one receiver or machine: below ten it may be one mail to a few
 * friends. */
#define MANY 10

/* Of a hundred failures, so many are "all" (one forwarded mail must not hide a broken record), */
#define ALL_PERCENT 90
/* "most", */
#define MOST_PERCENT 50
/* and "hardly any". */
#define FEW_PERCENT 20

/* A block list and a certificate are named by nobody without cause: a third time is no accident. */
#define NAMED_MIN 3

/* A reason has risen when it is so many times as frequent as before, and by MANY. */
#define RISE_TIMES 3

/* Dead addresses that make a list stale: a good list of a thousand loses a few. */
#define STALE_MIN 20

/* Addresses at a domain that does not exist: more than one person mistyped it. */
#define TYPO_MIN 3

/* An address that failed for good so often was written to again and again; so many of them show
 * that nobody takes them off. */
#define AGAIN_TIMES 3
#define AGAIN_MIN 3

/* Complaints are one in a thousand mails when all is well: few sites see five. */
#define COMPLAINTS_MIN 5

/* Something began within the period when there was quiet before it so long. */
#define QUIET (24 * 60 * 60)

/* Tallies of a table that are looked at, the most frequent first. */
#define LOOK_MAX 100

/* Advice of the rules. */
#define ADVICE_LIST "clean-list"
#define ADVICE_DOMAIN "check-domain"
#define ADVICE_COMPLAINTS "unsubscribe"
#define ADVICE_AGAIN "suppression-list"

typedef struct {
    const ModoriGather *gather;
    GPtrArray *found;           /* ModoriInsight */
} Search;

static gboolean
is_share (guint64 part, guint64 whole, guint percent)
{
    return part * 100 >= whole * percent;
}

static const char *
text_of (const Search *search, guint32 number)
{
    return modori_gather_text (search->gather, number);
}

/* Take TEXT, which is freed. */
static void
tell (const Search *search, const char *kind, const char *advice, guint64 count, gint64 since,
      char *text)
{
    ModoriInsight *insight = g_new0 (ModoriInsight, 1);

    insight->kind = kind;
    insight->text = modori_gather_keep (search->gather, text);
    insight->advice = modori_gather_keep (search->gather, advice);
    insight->count = count;
    insight->since = since;
    g_ptr_array_add (search->found, insight);
    g_free (text);
}

/* The advice on the latest failure of TALLY. */
static const char *
advice_of (const Search *search, const ModoriTally *tally)
{
    return modori_gather_example (search->gather, tally->example, MODORI_KEY_ADVICE);
}

/* Was there quiet before TALLY began?  Then it began on a day that can be told. */
static gboolean
has_begun (const Search *search, const ModoriTally *tally)
{
    const ModoriDigest *digest = search->gather->digest;

    return tally->before == 0 && (digest->compared || tally->first >= digest->since + QUIET);
}

/* When TALLY began; 0: before the period, or nobody knows. */
static gint64
begin_of (const Search *search, const ModoriTally *tally)
{
    return has_begun (search, tally) ? tally->first : 0;
}

/* --- receivers --- */

/* One receiver refuses for one reason that is the sender's own, since a day. */
static void
find_receiver_blocks (const Search *search)
{
    const ModoriGather *gather = search->gather;
    g_autoptr (GPtrArray) pairs = modori_shares_sorted (gather->pairs, LOOK_MAX);

    for (guint i = 0; i < pairs->len; i++) {
        const ModoriTally *pair = pairs->pdata[i];
        const ModoriReceiver *receiver = modori_gather_receiver (gather, modori_tally_b (pair));
        const char *reason = text_of (search, modori_tally_a (pair));
        g_autofree char *date = modori_gather_date (pair->first);

        if (pair->count < MANY || pair->part == 0 || ! receiver->name[0]
            || ! has_begun (search, pair))
            continue;
        tell (search, "receiver-blocks", advice_of (search, pair), pair->count,
              pair->first,
              g_strdup_printf (_("%1$s has been refusing mail since %2$s (%3$s): %4$llu failures, "
                                 "none before."), receiver->title, date,
                               modori_shares_reason_title (gather, reason),
                               (unsigned long long) pair->count));
    }
}

/* --- machines --- */

/* The tallies of TABLE joined by their first number; (element-type ModoriTally), which they
 * free, the most frequent first. */
static GPtrArray *
joined (const ModoriTallies *table)
{
    g_autoptr (ModoriTallies) sums = modori_tallies_new ();
    GPtrArray *copies = g_ptr_array_new_with_free_func (g_free);
    g_autoptr (GPtrArray) sorted = NULL;

    for (guint i = 0; i < table->all->len; i++) {
        const ModoriTally *tally = modori_tallies_nth (table, i);
        ModoriTally *sum = modori_tallies_at (sums, 0, modori_tally_a (tally));

        if (sum && tally->count) {
            modori_tally_join (sum, tally);
            sum->slot = tally->count == sum->count ? modori_tally_b (tally) : 0;
        }
    }
    sorted = modori_shares_sorted (sums, LOOK_MAX);
    for (guint i = 0; i < sorted->len; i++)
        g_ptr_array_add (copies, g_memdup2 (sorted->pdata[i], sizeof (ModoriTally)));
    return copies;
}

static void
find_block_lists (const Search *search)
{
    g_autoptr (GPtrArray) lists = joined (search->gather->blocklists);

    for (guint i = 0; i < lists->len; i++) {
        const ModoriTally *list = lists->pdata[i];
        const char *name = text_of (search, modori_tally_b (list));
        const char *ip = text_of (search, list->slot);
        const ModoriBlock *block = modori_knowledge_block (search->gather->engine->knowledge,
                                                           &modori_blocklist_kind, name);
        g_autofree char *title = block
            ? modori_blocklist_text (block, MODORI_BLOCKLIST_TITLE, search->gather->options->lang)
            : g_strdup (name);
        g_autofree char *date = modori_gather_date (list->last);

        if (list->count < NAMED_MIN)
            continue;
        tell (search, "block-list", advice_of (search, list), list->count, begin_of (search, list),
              ip[0]
              ? g_strdup_printf (_("%1$s is on a block list, %2$s: %3$llu refusals, the last on "
                                   "%4$s."), ip, title, (unsigned long long) list->count, date)
              : g_strdup_printf (_("Block list %1$s: %2$llu refusals, the last on %3$s."), title,
                                 (unsigned long long) list->count, date));
    }
}

/* All that MACHINE is refused for is authentication: it is not in the records of the domain that
 * it mostly sends for. */
static void
tell_unproven (const Search *search, const ModoriTally *machine)
{
    const ModoriTallies *table = search->gather->machine_domains;
    const ModoriTally *most = NULL;
    const char *host = text_of (search, modori_tally_b (machine));
    const char *domain;

    for (guint i = 0; i < table->all->len; i++) {
        const ModoriTally *tally = modori_tallies_nth (table, i);

        if (modori_tally_a (tally) == machine->index && (! most || tally->count > most->count))
            most = tally;
    }
    domain = most ? text_of (search, modori_tally_b (most)) : "";
    tell (search, "authentication", advice_of (search, most ? most : machine),
          machine->part, begin_of (search, machine),
          domain[0]
          ? g_strdup_printf (_("Mail from %1$s fails authentication: %2$llu of its %3$llu "
                               "refusals. It is probably missing in the SPF record of %4$s, or "
                               "does not sign."), host, (unsigned long long) machine->part,
                             (unsigned long long) machine->count, domain)
          : g_strdup_printf (_("Mail from %1$s fails authentication: %2$llu of its %3$llu "
                               "refusals."), host, (unsigned long long) machine->part,
                             (unsigned long long) machine->count));
}

static void
find_unproven (const Search *search)
{
    g_autoptr (GPtrArray) machines = modori_shares_sorted (search->gather->machines, LOOK_MAX);

    for (guint i = 0; i < machines->len; i++) {
        const ModoriTally *machine = machines->pdata[i];

        if (machine->part >= MANY && is_share (machine->part, machine->count, ALL_PERCENT))
            tell_unproven (search, machine);
    }
}

/* Of several addresses that send, one is refused and the others are not. */
static void
find_refused_ip (const Search *search)
{
    g_autoptr (GPtrArray) ips = modori_shares_sorted (search->gather->ips, LOOK_MAX);
    const ModoriTally *worst = NULL;
    guint64 refused = 0, others = 0;

    for (guint i = 0; i < ips->len; i++) {
        const ModoriTally *ip = ips->pdata[i];

        refused += ip->part;
        worst = ! worst || ip->part > worst->part ? ip : worst;
    }
    for (guint i = 0; i < ips->len; i++) {
        const ModoriTally *ip = ips->pdata[i];

        others += ip != worst && ip->count >= NAMED_MIN
            && ! is_share (ip->part, ip->count, FEW_PERCENT) ? 1 : 0;
    }
    if (! worst || worst->part < MANY || ! others || ! is_share (worst->part, refused, ALL_PERCENT))
        return;
    tell (search, "ip-refused", advice_of (search, worst), worst->part,
          begin_of (search, worst),
          g_strdup_printf (_("Of your sending addresses only %1$s is refused: %2$llu of %3$llu "
                             "refusals."), text_of (search, modori_tally_b (worst)),
                           (unsigned long long) worst->part, (unsigned long long) refused));
}

/* --- lists, forms, people --- */

/* Has a larger wave the subject of WAVES' one at PLACE? */
static gboolean
is_told (const GPtrArray *waves, guint place)
{
    guint32 subject = modori_tally_b (waves->pdata[place]);

    for (guint i = 0; i < place; i++)
        if (modori_tally_b (waves->pdata[i]) == subject)
            return TRUE;
    return FALSE;
}

static void
find_waves (const Search *search)
{
    const ModoriGather *gather = search->gather;
    g_autoptr (GPtrArray) waves = modori_shares_sorted (gather->waves, LOOK_MAX);
    g_autoptr (GArray) people = modori_pairs_count (gather->wave_addresses,
                                                    gather->waves->all->len);

    for (guint i = 0; i < waves->len; i++) {
        const ModoriTally *wave = waves->pdata[i];
        guint64 strangers = g_array_index (people, guint64, wave->index);

        if (strangers < MODORI_WAVE_MIN || is_told (waves, i))
            continue;
        tell (search, "contact-form", MODORI_WAVE_ADVICE, strangers, wave->first,
              g_strdup_printf (_("%1$llu recipients whom nobody knows were sent \"%2$s\": is a "
                                 "form of your site abused?"),
                               (unsigned long long) strangers,
                               modori_gather_example (gather, wave->example, MODORI_KEY_SUBJECT)));
    }
}

static void
find_stale_lists (const Search *search)
{
    g_autoptr (GPtrArray) campaigns = modori_shares_sorted (search->gather->campaigns, LOOK_MAX);

    for (guint i = 0; i < campaigns->len; i++) {
        const ModoriTally *campaign = campaigns->pdata[i];

        if (modori_tally_a (campaign) != MODORI_FACET_LIST_ID || campaign->hard < STALE_MIN
            || ! is_share (campaign->hard, campaign->count, MOST_PERCENT))
            continue;
        tell (search, "stale-list", ADVICE_LIST, campaign->hard, begin_of (search, campaign),
              g_strdup_printf (_("The list %1$s is stale: %2$llu of its %3$llu failures are dead "
                                 "addresses."), text_of (search, modori_tally_b (campaign)),
                               (unsigned long long) campaign->hard,
                               (unsigned long long) campaign->count));
    }
}

/* People mistype a domain, all in the same way. */
static void
find_typos (const Search *search)
{
    const ModoriGather *gather = search->gather;
    g_autoptr (GPtrArray) typos = modori_shares_sorted (gather->typos, LOOK_MAX);
    g_autoptr (GArray) people = modori_pairs_count (gather->typo_addresses,
                                                    gather->typos->all->len);

    for (guint i = 0; i < typos->len; i++) {
        const ModoriTally *typo = typos->pdata[i];
        guint64 addresses = g_array_index (people, guint64, typo->index);

        if (addresses < TYPO_MIN
            || strcmp (text_of (search, modori_tally_a (typo)), "hostunknown") != 0)
            continue;
        tell (search, "no-such-domain", ADVICE_DOMAIN, addresses, typo->first,
              g_strdup_printf (_("%1$llu addresses are at %2$s, which takes no mail: is it "
                                 "mistyped?"), (unsigned long long) addresses,
                               text_of (search, modori_tally_b (typo))));
    }
}

/* Dead addresses are written to again and again. */
static void
find_again (const Search *search)
{
    GArray *hard = search->gather->hard_addresses;
    guint64 addresses = 0, failures = 0;

    modori_pairs_sort (hard);
    for (guint i = 0, n; i < hard->len; i += n) {
        guint64 address = g_array_index (hard, guint64, i) >> 32;

        for (n = 1; i + n < hard->len && g_array_index (hard, guint64, i + n) >> 32 == address; )
            n++;
        addresses += n >= AGAIN_TIMES ? 1 : 0;
        failures += n >= AGAIN_TIMES ? n : 0;
    }
    if (addresses < AGAIN_MIN)
        return;
    tell (search, "dead-again", ADVICE_AGAIN, failures, 0,
          g_strdup_printf (_("%1$llu dead addresses were written to %2$d times or more (%3$llu "
                             "failures): take them off the list (modori suppress)."),
                           (unsigned long long) addresses, AGAIN_TIMES,
                           (unsigned long long) failures));
}

static void
find_complaints (const Search *search)
{
    const ModoriDigest *digest = search->gather->digest;
    guint64 now = digest->counts.complaints, before = digest->before.complaints;

    if (now < COMPLAINTS_MIN || (digest->compared && now < 2 * before))
        return;
    tell (search, "complaints", ADVICE_COMPLAINTS, now, 0,
          digest->compared
          ? g_strdup_printf (_("%1$llu recipients complained about your mail (before: %2$llu)."),
                             (unsigned long long) now, (unsigned long long) before)
          : g_strdup_printf (_("%llu recipients complained about your mail."),
                             (unsigned long long) now));
}

/* --- reasons --- */

static void
tell_tls (const Search *search, const ModoriTally *tally, const char *title)
{
    g_autofree char *date = modori_gather_date (tally->first);

    tell (search, "tls", advice_of (search, tally), tally->count, tally->first,
          g_strdup_printf (_("%1$s since %2$s: %3$llu failures. Look at the certificate: its name, "
                             "its chain, its date."), title, date,
                           (unsigned long long) tally->count));
}

static void
tell_rise (const Search *search, const ModoriTally *tally, const char *title)
{
    tell (search, "rise", advice_of (search, tally), tally->count, 0,
          g_strdup_printf (_("Sudden rise: %1$s, %2$llu times (before: %3$llu)."), title,
                           (unsigned long long) tally->count, (unsigned long long) tally->before));
}

static void
find_in_reasons (const Search *search)
{
    const ModoriGather *gather = search->gather;
    g_autoptr (GPtrArray) reasons = modori_shares_sorted (gather->reasons, LOOK_MAX);

    for (guint i = 0; i < reasons->len; i++) {
        const ModoriTally *tally = reasons->pdata[i];
        const char *reason = text_of (search, modori_tally_b (tally));
        const char *title = modori_shares_reason_title (gather, reason);

        if (strcmp (reason, "failedstarttls") == 0 && tally->count >= NAMED_MIN
            && has_begun (search, tally))
            tell_tls (search, tally, title);
        else if (gather->digest->compared && tally->before > 0
                 && tally->count >= tally->before + MANY
                 && tally->count >= RISE_TIMES * tally->before)
            tell_rise (search, tally, title);
    }
}

/* --- the whole --- */

static gint
compare (gconstpointer a, gconstpointer b)
{
    const ModoriInsight *x = *(ModoriInsight *const *) a, *y = *(ModoriInsight *const *) b;

    if (x->count != y->count)
        return x->count < y->count ? 1 : -1;
    return strcmp (x->text, y->text);
}

GPtrArray *
modori_insights_new (const ModoriGather *gather, guint top)
{
    static void (*const finders[]) (const Search *) = {
        find_receiver_blocks, find_block_lists, find_unproven, find_refused_ip, find_waves,
        find_stale_lists, find_typos, find_again, find_complaints, find_in_reasons,
    };
    Search search = { gather, g_ptr_array_new_with_free_func (g_free) };

    for (guint i = 0; i < G_N_ELEMENTS (finders); i++)
        finders[i] (&search);
    g_ptr_array_sort (search.found, compare);
    if (search.found->len > top)
        g_ptr_array_set_size (search.found, (gint) top);
    return search.found;
}
