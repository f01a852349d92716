/* gather.c - one pass over the rows of history.
 *
 * A row holds numbers; a text is looked up when a number is met for the first time, and only
 * where two numbers may mean the same: a receiver has many hosts.  What is asked of every row
 * (is it a failure, and whose fault) is told by four of its numbers, and is found out once for each
 * four.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "history/gather.h"

#include "rules/domain.h"

/* Different (report, action, reason, bounce): honest ones are some 200; what somebody makes up
 * beyond that in lines of JSON is counted as "other". */
#define SORTS_MAX 512

/* Receivers that are told apart: each has a name in memory. */
#define RECEIVERS_MAX 100000

/* Replies of unknown meaning of which the words are read: enough for any wording that matters. */
#define UNDECIDED_MAX 2000

enum { REFUSED = 1, WANTED };

/* --- texts --- */

const char *
modori_gather_text (const ModoriGather *gather, guint32 number)
{
    return number ? gather->history->table->text (gather->history->store, number) : "";
}

const char *
modori_gather_keep (const ModoriGather *gather, const char *text)
{
    g_autofree char *hidden = NULL;

    if (! text || ! text[0])
        return "";
    if (gather->options->redactor && strchr (text, '@'))
        text = hidden = modori_redact (gather->options->redactor, text);
    return g_string_chunk_insert (gather->digest->strings, text);
}

const char *
modori_gather_example (const ModoriGather *gather, gint64 number, ModoriKey key)
{
    const ModoriHistory *history = gather->history;
    ModoriProvenance provenance;
    ModoriRecord record;

    if (! history->table->fetch (history->store, number, &record, &provenance, NULL))
        return "";
    if (gather->options->redactor)
        modori_redact_record (gather->options->redactor, &record, gather->digest->strings);
    return modori_gather_keep (gather, record.text[key]);
}

char *
modori_gather_date (gint64 time)
{
    g_autoptr (GDateTime) local = g_date_time_new_from_unix_local (time);

    return local ? g_date_time_format (local, "%Y-%m-%d") : g_strdup ("");
}

char *
modori_gather_id (const guint8 id[MODORI_ID_BYTES])
{
    GString *text = g_string_sized_new (2 * MODORI_ID_BYTES + 1);

    for (guint i = 0; i < MODORI_ID_BYTES; i++)
        g_string_append_printf (text, "%02x", id[i]);
    return g_string_free (text, FALSE);
}

/* --- what sort of outcome --- */

ModoriFault
modori_gather_fault (const ModoriGather *gather, const char *reason)
{
    const char *fault = modori_rules_fault (gather->engine->rules, reason);

    if (strcmp (fault, "sender") == 0)
        return MODORI_FAULT_SENDER;
    if (strcmp (fault, "recipient") == 0)
        return MODORI_FAULT_RECIPIENT;
    return strcmp (fault, "receiver") == 0 ? MODORI_FAULT_RECEIVER : MODORI_FAULT_UNKNOWN;
}

static gboolean
is_any (const char *text, const char *one, const char *other)
{
    return strcmp (text, one) == 0 || strcmp (text, other) == 0;
}

/* Where outcomes that are no failures are counted. */
static void
choose_counter (const ModoriGather *gather, ModoriSort *sort, const char *report,
                const char *action, const char *reason)
{
    ModoriDigestCounts *counts = &gather->digest->counts, *before = &gather->digest->before;

    if (is_any (report, "feedback", "") && strcmp (reason, "feedback") == 0) {
        sort->counter = &counts->complaints;
        sort->counter_before = &before->complaints;
    } else if (strcmp (reason, "delivered") == 0 || is_any (action, "delivered", "relayed")
               || strcmp (action, "expanded") == 0) {
        sort->counter = &counts->delivered;
        sort->counter_before = &before->delivered;
    } else {
        sort->counter = &counts->other;
        sort->counter_before = &before->other;
    }
}

static ModoriSort *
new_sort (const ModoriGather *gather, const guint32 facet[4])
{
    const char *report = modori_gather_text (gather, facet[0]);
    const char *action = modori_gather_text (gather, facet[1]);
    const char *reason = modori_gather_text (gather, facet[2]);
    const char *bounce = modori_gather_text (gather, facet[3]);
    ModoriSort *sort = g_new0 (ModoriSort, 1);

    memcpy (sort->facet, facet, sizeof sort->facet);
    sort->hard = strcmp (bounce, "hard") == 0;
    sort->fails = sort->hard || strcmp (bounce, "soft") == 0;
    sort->delayed = sort->fails && strcmp (action, "delayed") == 0;
    sort->stranger = is_any (reason, "userunknown", "hostunknown");
    sort->undecided = is_any (reason, "undefined", "onhold");
    sort->unproven = strcmp (reason, "authfailure") == 0;
    sort->fault = modori_gather_fault (gather, reason);
    choose_counter (gather, sort, report, action, reason);
    g_ptr_array_add (gather->sorts, sort);
    return sort;
}

/* NULL: there are too many. */
static const ModoriSort *
sort_of (ModoriGather *gather, const ModoriRow *row)
{
    const guint32 facet[4] = {
        row->facet[MODORI_FACET_REPORT], row->facet[MODORI_FACET_ACTION],
        row->facet[MODORI_FACET_REASON], row->facet[MODORI_FACET_BOUNCE],
    };

    if (gather->sort && memcmp (gather->sort->facet, facet, sizeof facet) == 0)
        return gather->sort;
    for (guint i = 0; i < gather->sorts->len; i++) {
        gather->sort = g_ptr_array_index (gather->sorts, i);
        if (memcmp (gather->sort->facet, facet, sizeof facet) == 0)
            return gather->sort;
    }
    gather->sort = gather->sorts->len < SORTS_MAX ? new_sort (gather, facet) : NULL;
    return gather->sort;
}

/* Was it sent for the domain that is asked for, or one below? */
static gboolean
is_wanted (const ModoriGather *gather, guint32 number)
{
    gpointer key = GUINT_TO_POINTER (number);
    guint known = GPOINTER_TO_UINT (g_hash_table_lookup (gather->wanted, key));

    if (! known) {
        known = modori_host_is_below (modori_span_of (modori_gather_text (gather, number)),
                                      modori_span_of (gather->options->domain)) ? WANTED : REFUSED;
        g_hash_table_insert (gather->wanted, key, GUINT_TO_POINTER (known));
    }
    return known == WANTED;
}

/* --- who refuses --- */

/* The receiver called NAME, which is made when it is new; 0: there are too many. */
static guint
receiver_named (ModoriGather *gather, const char *name, const ModoriBlock *provider)
{
    guint slot = GPOINTER_TO_UINT (g_hash_table_lookup (gather->names, name));
    g_autofree char *title = NULL;
    ModoriReceiver *receiver;

    if (slot || ! name[0] || gather->receivers->len >= RECEIVERS_MAX)
        return slot;
    receiver = g_new0 (ModoriReceiver, 1);
    receiver->name = receiver->title = modori_gather_keep (gather, name);
    if (provider) {
        title = modori_provider_title (provider, gather->options->lang);
        receiver->title = modori_gather_keep (gather, title);
    }
    slot = gather->receivers->len;
    g_ptr_array_add (gather->receivers, receiver);
    g_hash_table_insert (gather->names, (gpointer) receiver->name, GUINT_TO_POINTER (slot));
    return slot;
}

/* The domain of whoever runs HOST. */
static char *
owner_of (const char *host)
{
    ModoriSpan bare = modori_domain_bare (modori_span_of (host));
    ModoriSpan owner = modori_domain_organisation (bare);

    if (modori_domain_ip_kind (bare) != MODORI_IP_NONE || owner.len == 0)
        owner = bare;
    return g_ascii_strdown (owner.at, (gssize) owner.len);
}

static guint
slot_of (ModoriGather *gather, ModoriFacet facet, guint32 number)
{
    ModoriTally *speaker = modori_tallies_at (gather->speakers, facet, number);
    const ModoriBlock *provider = NULL;
    g_autofree char *name = NULL;
    const char *text;

    if (! speaker || speaker->count)
        return speaker ? speaker->slot : 0;
    speaker->count = 1;                 /* known from now on */
    text = modori_gather_text (gather, number);
    if (facet == MODORI_FACET_PROVIDER)
        provider = modori_knowledge_block (gather->engine->knowledge, &modori_provider_kind, text);
    name = facet == MODORI_FACET_REMOTE_MTA ? owner_of (text) : g_ascii_strdown (text, -1);
    speaker->slot = receiver_named (gather, name, provider);
    return speaker->slot;
}

/* 0: nobody is known. */
static guint
receiver_of (ModoriGather *gather, const ModoriRow *row)
{
    static const ModoriFacet facets[] = { MODORI_FACET_PROVIDER, MODORI_FACET_REMOTE_MTA,
                                          MODORI_FACET_RECIPIENT_DOMAIN };

    for (guint i = 0; i < G_N_ELEMENTS (facets); i++)
        if (row->facet[facets[i]])
            return slot_of (gather, facets[i], row->facet[facets[i]]);
    return 0;
}

const ModoriReceiver *
modori_gather_receiver (const ModoriGather *gather, guint slot)
{
    return g_ptr_array_index (gather->receivers, slot);
}

/* --- counting one failure --- */

static void
count_total (ModoriGather *gather, const ModoriSort *sort, const ModoriEvent *event)
{
    ModoriDigest *digest = gather->digest;
    ModoriDigestCounts *counts = event->before ? &digest->before : &digest->counts;
    GArray *times = event->before ? gather->times_before : gather->times;
    gint64 time = 2 * event->time + (sort->hard ? 1 : 0);

    counts->failed++;
    counts->hard += sort->hard ? 1 : 0;
    counts->soft += sort->hard ? 0 : 1;
    counts->delayed += sort->delayed ? 1 : 0;
    g_array_append_val (times, time);
}

/* What is to be repaired is one thing for each domain of the sender; addresses that are no good
 * are one thing altogether. */
static void
count_repair (ModoriGather *gather, const ModoriRow *row, const ModoriSort *sort,
              const ModoriEvent *event, guint slot)
{
    guint32 domain = row->facet[MODORI_FACET_SENDER_DOMAIN];
    gboolean ours = sort->fault == MODORI_FAULT_SENDER;
    ModoriTally *repair;

    if (! row->facet[MODORI_FACET_ADVICE])
        return;
    repair = modori_tallies_at (gather->repairs, row->facet[MODORI_FACET_ADVICE],
                                ours ? domain : MODORI_REPAIR_OF (sort->fault));
    modori_tally_count (repair, event, ours);
    if (! repair || event->before)
        return;
    if (repair->count == 1)
        repair->slot = domain;
    else if (repair->slot != domain)
        repair->slot = MODORI_MIXED;
    modori_tally_count (modori_tallies_at (gather->repair_receivers, repair->index, slot), event,
                        FALSE);
    if (row->facet[MODORI_FACET_ADDRESS])
        modori_pairs_add (gather->repair_addresses, repair->index,
                          row->facet[MODORI_FACET_ADDRESS]);
}

/* Nobody knows the recipient. */
static void
count_stranger (ModoriGather *gather, const ModoriRow *row, const ModoriEvent *event)
{
    guint32 address = row->facet[MODORI_FACET_ADDRESS];
    guint32 subject = row->facet[MODORI_FACET_SUBJECT];
    ModoriTally *tally;

    if (event->before || ! address)
        return;
    if (subject && ! row->facet[MODORI_FACET_LIST_ID]) {
        tally = modori_tallies_at (gather->waves, row->facet[MODORI_FACET_REPORTING_MTA], subject);
        modori_tally_count (tally, event, FALSE);
        if (tally)
            modori_pairs_add (gather->wave_addresses, tally->index, address);
    }
    if (! row->facet[MODORI_FACET_RECIPIENT_DOMAIN])
        return;
    tally = modori_tallies_at (gather->typos, row->facet[MODORI_FACET_REASON],
                               row->facet[MODORI_FACET_RECIPIENT_DOMAIN]);
    modori_tally_count (tally, event, FALSE);
    if (tally)
        modori_pairs_add (gather->typo_addresses, tally->index, address);
}

/* What points at the machine that sends. */
static void
count_machine (ModoriGather *gather, const ModoriRow *row, const ModoriSort *sort,
               const ModoriEvent *event)
{
    guint32 ip = row->facet[MODORI_FACET_CLIENT_IP];
    gboolean ours = sort->fault == MODORI_FAULT_SENDER;
    ModoriTally *machine;

    if (ip)
        modori_tally_count (modori_tallies_at (gather->ips, 0, ip), event, ours);
    if (row->facet[MODORI_FACET_BLOCKLIST])
        modori_tally_count (modori_tallies_at (gather->blocklists,
                                               row->facet[MODORI_FACET_BLOCKLIST], ip),
                            event, FALSE);
    if (! ours || (! ip && ! row->facet[MODORI_FACET_REPORTING_MTA]))
        return;
    machine = modori_tallies_at (gather->machines, ip ? MODORI_FACET_CLIENT_IP
                                 : MODORI_FACET_REPORTING_MTA,
                                 ip ? ip : row->facet[MODORI_FACET_REPORTING_MTA]);
    modori_tally_count (machine, event, sort->unproven);
    if (machine && sort->unproven)
        modori_tally_count (modori_tallies_at (gather->machine_domains, machine->index,
                                               row->facet[MODORI_FACET_SENDER_DOMAIN]),
                            event, FALSE);
}

static void
remember_undecided (ModoriGather *gather, gint64 number)
{
    if (gather->undecided->len < UNDECIDED_MAX)
        g_array_append_val (gather->undecided, number);
    else
        g_array_index (gather->undecided, gint64, gather->n_undecided % UNDECIDED_MAX) = number;
    gather->n_undecided++;
}

static void
count_failure (ModoriGather *gather, const ModoriRow *row, const ModoriSort *sort,
               const ModoriEvent *event)
{
    guint32 list = row->facet[MODORI_FACET_LIST_ID], subject = row->facet[MODORI_FACET_SUBJECT];
    guint32 reason = row->facet[MODORI_FACET_REASON];
    guint32 domain = row->facet[MODORI_FACET_SENDER_DOMAIN];
    gboolean ours = sort->fault == MODORI_FAULT_SENDER;
    guint slot = receiver_of (gather, row);

    count_total (gather, sort, event);
    modori_tally_count (modori_tallies_at (gather->reasons, 0, reason), event, ours);
    modori_tally_count (modori_tallies_at (gather->pairs, reason, slot), event, ours);
    modori_tally_count (&((ModoriReceiver *) modori_gather_receiver (gather, slot))->tally, event,
                        ours);
    if (domain)
        modori_tally_count (modori_tallies_at (gather->senders, 0, domain), event, ours);
    if (list || subject)
        modori_tally_count (modori_tallies_at (gather->campaigns, list ? MODORI_FACET_LIST_ID
                                               : MODORI_FACET_SUBJECT, list ? list : subject),
                            event, FALSE);
    count_repair (gather, row, sort, event, slot);
    count_machine (gather, row, sort, event);
    if (sort->stranger)
        count_stranger (gather, row, event);
    if (event->before)
        return;
    if (sort->hard && row->facet[MODORI_FACET_ADDRESS])
        modori_pairs_add (gather->hard_addresses, row->facet[MODORI_FACET_ADDRESS],
                          gather->hard_addresses->len);
    if (sort->undecided)
        remember_undecided (gather, row->number);
}

/* ModoriEachRow. */
static gboolean
visit (const ModoriRow *row, gpointer data)
{
    ModoriGather *gather = data;
    ModoriEvent event = { row->time, row->number, row->time < gather->digest->since, FALSE };
    const ModoriSort *sort;

    if (gather->wanted && ! is_wanted (gather, row->facet[MODORI_FACET_SENDER_DOMAIN]))
        return TRUE;
    sort = sort_of (gather, row);
    if (! sort) {
        (event.before ? &gather->digest->before : &gather->digest->counts)->other++;
    } else if (! sort->fails) {
        ++*(event.before ? sort->counter_before : sort->counter);
    } else {
        event.hard = sort->hard;
        count_failure (gather, row, sort, &event);
    }
    return TRUE;
}

/* --- the whole --- */

static void
make_tables (ModoriGather *gather)
{
    ModoriTallies **tables[] = {
        &gather->speakers, &gather->reasons, &gather->pairs, &gather->senders, &gather->ips,
        &gather->campaigns, &gather->repairs, &gather->repair_receivers, &gather->blocklists,
        &gather->machines, &gather->machine_domains, &gather->waves, &gather->typos,
    };
    GArray **lists[] = { &gather->repair_addresses, &gather->wave_addresses,
                         &gather->typo_addresses, &gather->hard_addresses };

    for (guint i = 0; i < G_N_ELEMENTS (tables); i++)
        *tables[i] = modori_tallies_new ();
    for (guint i = 0; i < G_N_ELEMENTS (lists); i++)
        *lists[i] = g_array_new (FALSE, FALSE, sizeof (guint64));
    gather->times = g_array_new (FALSE, FALSE, sizeof (gint64));
    gather->times_before = g_array_new (FALSE, FALSE, sizeof (gint64));
    gather->undecided = g_array_new (FALSE, FALSE, sizeof (gint64));
    gather->sorts = g_ptr_array_new_with_free_func (g_free);
    gather->receivers = g_ptr_array_new_with_free_func (g_free);
    gather->names = g_hash_table_new (g_str_hash, g_str_equal);
    g_ptr_array_add (gather->receivers, g_new0 (ModoriReceiver, 1));    /* slot 0: nobody */
    ((ModoriReceiver *) gather->receivers->pdata[0])->name = "";
    ((ModoriReceiver *) gather->receivers->pdata[0])->title = "";
}

void
modori_gather_free (ModoriGather *gather)
{
    ModoriTallies *tables[] = {
        gather->speakers, gather->reasons, gather->pairs, gather->senders, gather->ips,
        gather->campaigns, gather->repairs, gather->repair_receivers, gather->blocklists,
        gather->machines, gather->machine_domains, gather->waves, gather->typos,
    };
    GArray *lists[] = { gather->repair_addresses, gather->wave_addresses, gather->typo_addresses,
                        gather->hard_addresses, gather->times, gather->times_before,
                        gather->undecided };

    for (guint i = 0; i < G_N_ELEMENTS (tables); i++)
        modori_tallies_free (tables[i]);
    for (guint i = 0; i < G_N_ELEMENTS (lists); i++)
        g_array_unref (lists[i]);
    g_ptr_array_unref (gather->sorts);
    g_ptr_array_unref (gather->receivers);
    g_hash_table_unref (gather->names);
    g_clear_pointer (&gather->wanted, g_hash_table_unref);
    g_free (gather);
}

ModoriGather *
modori_gather_new (ModoriHistory *history, ModoriEngine *engine,
                   const ModoriDigestOptions *options, ModoriDigest *digest, GError **error)
{
    g_autoptr (ModoriGather) gather = g_new0 (ModoriGather, 1);

    gather->history = history;
    gather->engine = engine;
    gather->options = options;
    gather->digest = digest;
    gather->shift = digest->until - digest->since;
    make_tables (gather);
    if (options->domain && options->domain[0])
        gather->wanted = g_hash_table_new (NULL, NULL);
    if (! history->table->each (history->store,
                                digest->compared ? digest->since - gather->shift : digest->since,
                                digest->until, visit, gather, error))
        return NULL;
    return g_steal_pointer (&gather);
}
