/* repairs.c - what to repair, and what it wins.
 *
 * The steps are those of `modori explain`, for the latest failure of its kind: its record is made
 * an outcome again, and what only the returned message told is in the record's facts.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "history/repairs.h"

#include "history/shares.h"

/* Receivers that are named. */
#define RECEIVERS_MAX 5

/* Kinds of repairs that are looked at: the list is sorted by names, too, and those cost. */
#define REPAIRS_MAX 10000

/* The advice of what needs none, and that of what only others can tell. */
#define NO_ADVICE "nothing"
#define ASK_ADVICE "ask-receiver"

/* A repair on the way: what it is sorted by. */
typedef struct {
    const ModoriTally *tally;
    guint rank;
    const char *advice, *domain;
} Plan;

/* The sender's own fault comes first; then what a list can be cleaned of; then what others must
 * mend. */
static guint
rank_of (const ModoriTally *tally, const char *advice)
{
    guint32 domain = modori_tally_b (tally);

    if (domain == MODORI_REPAIR_OF (MODORI_FAULT_RECIPIENT))
        return 1;
    if (domain == MODORI_REPAIR_OF (MODORI_FAULT_RECEIVER))
        return 3;
    return domain == MODORI_REPAIR_OF (MODORI_FAULT_UNKNOWN) || strcmp (advice, ASK_ADVICE) == 0
        ? 2 : 0;
}

static gint
compare_plans (gconstpointer a, gconstpointer b)
{
    const Plan *x = a, *y = b;
    int order;

    if (x->rank != y->rank)
        return x->rank < y->rank ? -1 : 1;
    if (x->tally->count != y->tally->count)
        return x->tally->count < y->tally->count ? 1 : -1;
    order = strcmp (x->advice, y->advice);
    return order ? order : strcmp (x->domain, y->domain);
}

static GArray *
make_plans (const ModoriGather *gather)
{
    g_autoptr (GPtrArray) sorted = modori_shares_sorted (gather->repairs, REPAIRS_MAX);
    GArray *plans = g_array_new (FALSE, FALSE, sizeof (Plan));

    for (guint i = 0; i < sorted->len; i++) {
        const ModoriTally *tally = g_ptr_array_index (sorted, i);
        Plan plan = { .tally = tally, .domain = "" };

        plan.advice = modori_gather_text (gather, modori_tally_a (tally));
        plan.rank = rank_of (tally, plan.advice);
        if (tally->slot != MODORI_MIXED)
            plan.domain = modori_gather_text (gather, tally->slot);
        if (strcmp (plan.advice, NO_ADVICE) != 0)
            g_array_append_val (plans, plan);
    }
    g_array_sort (plans, compare_plans);
    return plans;
}

/* --- the example --- */

/* Take out the people of all LINES. */
static void
hide_people (const ModoriGather *gather, GArray *lines)
{
    for (guint i = 0; gather->options->redactor && i < lines->len; i++) {
        ModoriAdviceLine *line = &g_array_index (lines, ModoriAdviceLine, i);
        char *hidden = modori_redact (gather->options->redactor, line->text);

        g_free (line->text);
        line->text = hidden;
    }
}

/* Write what the advice says to the case of FACTS. */
static void
advise (const ModoriGather *gather, ModoriRepair *repair, const char *sender_kind,
        const ModoriCase *facts)
{
    ModoriAdviser *adviser = gather->engine->adviser;
    const char *lang = gather->options->lang;
    g_autofree char *title = modori_adviser_title (adviser, repair->advice, lang, facts);
    g_autofree char *hint = modori_adviser_hint (adviser, repair->advice, lang, facts);
    g_autofree char *why = modori_adviser_why (adviser, repair->advice, lang, facts);

    repair->title = modori_gather_keep (gather, title[0] ? title : repair->advice);
    repair->hint = modori_gather_keep (gather, hint);
    repair->why = modori_gather_keep (gather, why);
    repair->steps = modori_adviser_steps (adviser, repair->advice, lang, sender_kind, facts);
    hide_people (gather, repair->steps);
}

/* Tell REPAIR by the failure in RECORD. */
static void
take_example (const ModoriGather *gather, ModoriRepair *repair, const ModoriRecord *record)
{
    ModoriEngine *engine = gather->engine;
    ModoriReport *report = modori_engine_begin (engine);
    ModoriOutcome *outcome = modori_report_add (report);
    ModoriRecord hidden = *record;
    g_autoptr (ModoriCase) facts = NULL;
    g_autofree char *id = modori_gather_id (record->id);

    modori_redact_record (gather->options->redactor, &hidden, gather->digest->strings);
    modori_record_restore (&hidden, report, outcome);
    modori_engine_recall (engine, outcome);
    facts = modori_case_new (outcome, &g_array_index (engine->decisions, ModoriDecision, 0), NULL);
    advise (gather, repair, record->text[MODORI_KEY_SENDER_KIND], facts);
    repair->id = modori_gather_keep (gather, id);
    repair->recipient = modori_gather_keep (gather, hidden.text[MODORI_KEY_RECIPIENT]);
    repair->diagnostic = modori_gather_keep (gather, hidden.text[MODORI_KEY_DIAGNOSTIC]);
    repair->rule = modori_gather_keep (gather, record->text[MODORI_KEY_RULE]);
}

/* The record of NUMBER, if it is still there, tells REPAIR.  FALSE with ERROR set. */
static gboolean
find_example (const ModoriGather *gather, ModoriRepair *repair, gint64 number, GError **error)
{
    const ModoriHistory *history = gather->history;
    ModoriProvenance provenance;
    ModoriRecord record;
    g_autoptr (GError) why = NULL;

    repair->id = repair->recipient = repair->diagnostic = repair->rule = "";
    if (history->table->fetch (history->store, number, &record, &provenance, &why))
        take_example (gather, repair, &record);
    else if (! why)
        advise (gather, repair, "", NULL);
    else
        g_propagate_error (error, g_steal_pointer (&why));
    return repair->steps != NULL;
}

/* --- the whole --- */

/* Who refuses it; (element-type ModoriShare), not owned texts of the digest. */
static GPtrArray *
receivers_of (const ModoriGather *gather, const ModoriTally *repair)
{
    GPtrArray *shares = g_ptr_array_new_with_free_func (g_free);
    const ModoriTallies *pairs = gather->repair_receivers;

    for (guint i = 0; i < pairs->all->len; i++) {
        const ModoriTally *pair = modori_tallies_nth (pairs, i);
        const ModoriReceiver *receiver = modori_gather_receiver (gather, modori_tally_b (pair));

        if (modori_tally_a (pair) == repair->index && receiver->name[0])
            modori_shares_add (shares, receiver->name, receiver->title, pair);
    }
    return modori_shares_cut (shares, RECEIVERS_MAX);
}

static void
repair_free (gpointer data)
{
    ModoriRepair *repair = data;

    g_clear_pointer (&repair->steps, g_array_unref);
    g_clear_pointer (&repair->receivers, g_ptr_array_unref);
    g_free (repair);
}

static ModoriRepair *
new_repair (const ModoriGather *gather, const Plan *plan, guint64 addresses)
{
    ModoriRepair *repair = g_new0 (ModoriRepair, 1);

    repair->advice = modori_gather_keep (gather, plan->advice);
    repair->domain = modori_gather_keep (gather, plan->domain);
    repair->count = plan->tally->count;
    repair->before = plan->tally->before;
    repair->addresses = addresses;
    repair->receivers = receivers_of (gather, plan->tally);
    repair->first = plan->tally->first;
    repair->last = plan->tally->last;
    repair->ours = plan->rank == 0;
    return repair;
}

GPtrArray *
modori_repairs_new (const ModoriGather *gather, guint top, guint top_others, GError **error)
{
    g_autoptr (GPtrArray) repairs = g_ptr_array_new_with_free_func (repair_free);
    g_autoptr (GArray) plans = make_plans (gather);
    g_autoptr (GArray) addresses =
        modori_pairs_count (gather->repair_addresses, gather->repairs->all->len);
    guint n_ours = 0, n_others = 0;

    for (guint i = 0; i < plans->len; i++) {
        const Plan *plan = &g_array_index (plans, Plan, i);
        guint64 different = g_array_index (addresses, guint64, plan->tally->index);
        ModoriRepair *repair;

        if (plan->rank == 0 ? n_ours++ >= top : n_others++ >= top_others)
            continue;
        repair = new_repair (gather, plan, different);
        g_ptr_array_add (repairs, repair);
        if (! find_example (gather, repair, plan->tally->example, error))
            return NULL;
    }
    return g_steal_pointer (&repairs);
}
