/* machine.c - counts the failures of each address, as a policy says.
 *
 * Each address has a count for each threshold of the policy: that of hard failures, of soft ones,
 * of complaints, and of each reason that has its own.  Only numbers of texts are compared, and all
 * counts lie in one array, so that a million records are a second's work.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "history/machine.h"

/* Thresholds: these three, then those of reasons. */
enum { HARD, SOFT, COMPLAINT, OWN };

/* --- what a record means --- */

/* Is it sent for the policy's domain? */
static gboolean
is_of_domain (const ModoriMachine *machine, const char *domain)
{
    const char *wanted = machine->policy->domain;
    gsize len = strlen (domain), n = wanted ? strlen (wanted) : 0;

    return ! wanted || (len >= n && g_ascii_strcasecmp (domain + len - n, wanted) == 0
                        && (len == n || domain[len - n - 1] == '.'));
}

/* What feedback of TYPE does; *KIND is the threshold that it counts against. */
static ModoriEffect
judge_feedback (const char *type, guint *kind)
{
    *kind = COMPLAINT;
    return g_ascii_strcasecmp (type, "not-spam") == 0 ? MODORI_EFFECT_NOT_SPAM
        : modori_feedback_complains (type) ? MODORI_EFFECT_COUNTED : MODORI_EFFECT_NO_FAILURE;
}

static ModoriEffect
judge_failure (const ModoriMachine *machine, const char *const *words, guint *kind)
{
    const char *fault = modori_rules_fault (machine->rules, words[MODORI_WORD_REASON]);
    gboolean hard = g_str_equal (words[MODORI_WORD_BOUNCE], "hard");
    guint own = GPOINTER_TO_UINT (g_hash_table_lookup (machine->own, words[MODORI_WORD_REASON]));

    if (! hard && ! g_str_equal (words[MODORI_WORD_BOUNCE], "soft"))
        return MODORI_EFFECT_NO_FAILURE;
    if (g_str_equal (words[MODORI_WORD_ACTION], "delayed"))
        return MODORI_EFFECT_DELAYED;
    if (g_str_equal (fault, "sender"))
        return MODORI_EFFECT_OUR_FAULT;
    if (! own && ! hard && g_str_equal (fault, "unknown"))
        return MODORI_EFFECT_UNCLEAR;
    *kind = own ? own : hard ? HARD : SOFT;
    return MODORI_EFFECT_COUNTED;
}

static ModoriEffect
judge_words (const ModoriMachine *machine, const char *const *words, guint *kind)
{
    ModoriEffect effect;

    *kind = MODORI_THRESHOLD_ALL;
    if (! is_of_domain (machine, words[MODORI_WORD_DOMAIN]))
        return MODORI_EFFECT_OTHER_DOMAIN;
    if (g_str_equal (words[MODORI_WORD_ACTION], "delivered"))
        return MODORI_EFFECT_CLEARED;
    effect = g_str_equal (words[MODORI_WORD_REASON], "feedback")
        ? judge_feedback (words[MODORI_WORD_TYPE], kind) : judge_failure (machine, words, kind);
    if (effect == MODORI_EFFECT_COUNTED
        && g_array_index (machine->thresholds, ModoriThreshold, *kind).count == 0)
        return MODORI_EFFECT_NEVER;
    return effect;
}

static const ModoriVerdict *
judge (ModoriMachine *machine, const ModoriRow *row)
{
    const guint32 words[MODORI_N_WORDS] = {
        [MODORI_WORD_ACTION] = row->facet[MODORI_FACET_ACTION],
        [MODORI_WORD_BOUNCE] = row->facet[MODORI_FACET_BOUNCE],
        [MODORI_WORD_REASON] = row->facet[MODORI_FACET_REASON],
        [MODORI_WORD_TYPE] = row->facet[MODORI_FACET_FEEDBACK_TYPE],
        [MODORI_WORD_DOMAIN] = machine->policy->domain ? row->facet[MODORI_FACET_SENDER_DOMAIN]
                                                       : 0,
    };
    const char *texts[MODORI_N_WORDS];
    guint32 hash = 0;
    ModoriVerdict *verdict;

    for (guint i = 0; i < MODORI_N_WORDS; i++)
        hash = (hash ^ words[i]) * 0x9e3779b1u;
    verdict = &machine->verdicts[(hash >> 16) % MODORI_VERDICTS];
    if (verdict->known && memcmp (verdict->words, words, sizeof words) == 0)
        return verdict;
    for (guint i = 0; i < MODORI_N_WORDS; i++)
        texts[i] = machine->table->text (machine->store, words[i]);
    memcpy (verdict->words, words, sizeof words);
    verdict->known = TRUE;
    verdict->effect = judge_words (machine, texts, &verdict->kind);
    return verdict;
}

/* --- counting --- */

static ModoriCount *
count_at (const ModoriMachine *machine, guint32 index)
{
    return index ? &g_array_index (machine->counts, ModoriCount, index) : NULL;
}

static ModoriWaiting *
waiting_at (const ModoriMachine *machine, guint32 index)
{
    return index ? &g_array_index (machine->waiting, ModoriWaiting, index) : NULL;
}

static ModoriCount *
first_count (const ModoriMachine *machine, guint32 address)
{
    const guint32 *page = address / MODORI_PAGE < machine->pages->len
        ? machine->pages->pdata[address / MODORI_PAGE] : NULL;

    return page ? count_at (machine, page[address % MODORI_PAGE]) : NULL;
}

/* A new one of ADDRESS, before the others; nothing in the array stays where it was. */
static ModoriCount *
add_count (ModoriMachine *machine, guint32 address, guint kind)
{
    ModoriCount *count;
    guint32 *page;

    if (address / MODORI_PAGE >= machine->pages->len)
        g_ptr_array_set_size (machine->pages, (int) (address / MODORI_PAGE) + 1);
    if (! machine->pages->pdata[address / MODORI_PAGE])
        machine->pages->pdata[address / MODORI_PAGE] = g_new0 (guint32, MODORI_PAGE);
    page = machine->pages->pdata[address / MODORI_PAGE];
    g_array_set_size (machine->counts, machine->counts->len + 1);
    count = count_at (machine, machine->counts->len - 1);
    count->kind = kind;
    count->next = page[address % MODORI_PAGE];
    page[address % MODORI_PAGE] = machine->counts->len - 1;
    return count;
}

static ModoriCount *
count_of (ModoriMachine *machine, guint32 address, guint kind)
{
    ModoriCount *count = first_count (machine, address);

    while (count && count->kind != kind)
        count = count_at (machine, count->next);
    return count ? count : add_count (machine, address, kind);
}

static void
drop_oldest (ModoriMachine *machine, ModoriCount *count)
{
    guint32 oldest = count->oldest;
    ModoriWaiting *waiting = waiting_at (machine, oldest);

    count->oldest = waiting->next;
    count->n_waiting--;
    waiting->next = machine->unused;
    machine->unused = oldest;
}

static void
add_newest (ModoriMachine *machine, ModoriCount *count, const ModoriRow *row)
{
    const ModoriWaiting waiting = { row->time, row->message, 0 };
    guint32 index = machine->unused;

    if (index) {
        machine->unused = waiting_at (machine, index)->next;
        *waiting_at (machine, index) = waiting;
    } else {
        index = machine->waiting->len;
        g_array_append_val (machine->waiting, waiting);
    }
    if (count->n_waiting++)
        waiting_at (machine, count->newest)->next = index;
    else
        count->oldest = index;
    count->newest = index;
}

/* A delivered report clears all; what is no spam, only that somebody complained. */
void
modori_machine_forget (ModoriMachine *machine, guint32 address, guint kind)
{
    for (ModoriCount *count = first_count (machine, address); count;
         count = count_at (machine, count->next)) {
        if (kind != MODORI_THRESHOLD_ALL && count->kind != kind)
            continue;
        while (count->n_waiting)
            drop_oldest (machine, count);
        count->count = count->message = 0;
        count->listed = FALSE;
    }
}

/* Is MESSAGE counted already? */
static gboolean
is_counted (const ModoriMachine *machine, const ModoriCount *count, guint32 message)
{
    const ModoriWaiting *waiting = count->n_waiting ? waiting_at (machine, count->oldest) : NULL;

    if (! message)
        return FALSE;
    if (count->count && message == count->message)
        return TRUE;
    while (waiting && waiting->message != message)
        waiting = waiting_at (machine, waiting->next);
    return waiting != NULL;
}

/* Keep ROW among those that wait, and drop those that THRESHOLD waits for no more. */
static void
remember (ModoriMachine *machine, ModoriCount *count, const ModoriRow *row,
          const ModoriThreshold *threshold)
{
    while (threshold->window && count->n_waiting
           && row->time - waiting_at (machine, count->oldest)->time > threshold->window)
        drop_oldest (machine, count);
    add_newest (machine, count, row);
    count->first = waiting_at (machine, count->oldest)->time;
    count->count = count->n_waiting;
}

/* Count ROW, a failure. */
static ModoriEffect
add_failure (ModoriMachine *machine, ModoriCount *count, const ModoriRow *row,
             const ModoriThreshold *threshold)
{
    if (is_counted (machine, count, row->message))
        return MODORI_EFFECT_SAME_MAIL;
    if (count->listed)
        count->count++;
    else if (threshold->count > 1)
        remember (machine, count, row, threshold);
    else {
        count->count = 1;
        count->first = row->time;
    }
    count->last = row->time;
    count->reason = row->facet[MODORI_FACET_REASON];
    count->bounce = row->facet[MODORI_FACET_BOUNCE];
    count->domain = row->facet[MODORI_FACET_SENDER_DOMAIN];
    count->written = row->facet[MODORI_FACET_WRITTEN];
    count->message = row->message;
    memcpy (count->id, row->id, sizeof count->id);
    if (count->listed || count->count < threshold->count)
        return MODORI_EFFECT_COUNTED;
    count->listed = TRUE;
    count->since = row->time;
    return MODORI_EFFECT_LISTED;
}

void
modori_machine_feed (ModoriMachine *machine, const ModoriRow *row, ModoriSuppressionStep *step)
{
    guint32 address = row->facet[MODORI_FACET_ADDRESS];
    ModoriSuppressionStep taken = { .time = row->time, .number = row->number };
    const ModoriVerdict *verdict;

    if (! address)
        return;
    verdict = judge (machine, row);
    taken.effect = verdict->effect;
    if (taken.effect == MODORI_EFFECT_CLEARED || taken.effect == MODORI_EFFECT_NOT_SPAM)
        modori_machine_forget (machine, address, verdict->kind);
    if (taken.effect == MODORI_EFFECT_COUNTED) {
        const ModoriThreshold *threshold = &g_array_index (machine->thresholds, ModoriThreshold,
                                                           verdict->kind);
        ModoriCount *count = count_of (machine, address, verdict->kind);

        taken.effect = add_failure (machine, count, row, threshold);
        taken.count = count->count;
        taken.of = threshold->count;
    }
    if (step)
        *step = taken;
}

/* --- the machine --- */

void
modori_machine_clear (ModoriMachine *machine)
{
    g_array_unref (machine->thresholds);
    g_hash_table_unref (machine->own);
    g_ptr_array_unref (machine->pages);
    g_array_unref (machine->counts);
    g_array_unref (machine->waiting);
}

void
modori_machine_init (ModoriMachine *machine, ModoriHistory *history, ModoriEngine *engine,
                     const ModoriPolicy *policy)
{
    const ModoriThreshold complaint = { policy->complaints ? 1 : 0, 0 };
    GHashTableIter iter;
    gpointer name, threshold;

    *machine = (ModoriMachine) { .table = history->table, .store = history->store,
                                 .rules = engine->rules, .policy = policy };
    machine->thresholds = g_array_new (FALSE, FALSE, sizeof (ModoriThreshold));
    g_array_append_val (machine->thresholds, policy->hard);
    g_array_append_val (machine->thresholds, policy->soft);
    g_array_append_val (machine->thresholds, complaint);
    machine->own = g_hash_table_new (g_str_hash, g_str_equal);
    machine->pages = g_ptr_array_new_with_free_func (g_free);
    machine->counts = g_array_new (FALSE, TRUE, sizeof (ModoriCount));
    machine->waiting = g_array_new (FALSE, TRUE, sizeof (ModoriWaiting));
    g_array_set_size (machine->counts, 1);
    g_array_set_size (machine->waiting, 1);
    g_hash_table_iter_init (&iter, policy->reasons);
    while (g_hash_table_iter_next (&iter, &name, &threshold)) {
        g_hash_table_insert (machine->own, name, GUINT_TO_POINTER (machine->thresholds->len));
        g_array_append_vals (machine->thresholds, threshold, 1);
    }
}

const ModoriCount *
modori_machine_conclude (const ModoriMachine *machine, guint32 address, ModoriListed *listed)
{
    const ModoriCount *latest = NULL;

    *listed = (ModoriListed) { .address = "", .written = "", .reason = "", .bounce = "" };
    for (const ModoriCount *count = first_count (machine, address); count;
         count = count_at (machine, count->next)) {
        if (! count->listed)
            continue;
        listed->since = latest ? MIN (listed->since, count->since) : count->since;
        listed->first = latest ? MIN (listed->first, count->first) : count->first;
        listed->count += count->count;
        if (! latest || count->last > latest->last
            || (count->last == latest->last && count->kind < latest->kind))
            latest = count;
    }
    if (! latest)
        return NULL;
    listed->last = latest->last;
    memcpy (listed->id, latest->id, sizeof listed->id);
    return latest;
}
