/* suppression.c - addresses to stop writing to.
 *
 * The records go by once, in the order of time, and each address has a count for each threshold of
 * the policy: that of hard failures, of soft ones, of complaints, and of each reason that has its
 * own.  Only numbers of texts are compared, so that a million records are a second's work.
 *
 * Who is told of a forgetting knows only texts.  So it is looked at last, for those that would be
 * listed without it.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "history/suppression.h"

/* Thresholds: these three, then those of reasons. */
enum { HARD, SOFT, COMPLAINT, OWN };

/* What a text of a facet means here. */
enum { ACTION_OTHER, ACTION_DELAYED, ACTION_DELIVERED };
enum { BOUNCE_NONE, BOUNCE_HARD, BOUNCE_SOFT };
enum { TYPE_OTHER, TYPE_COMPLAINT, TYPE_NOT_SPAM };
enum { REASON_COUNTS, REASON_OURS, REASON_UNCLEAR, REASON_FEEDBACK, REASON_OWN };

/* A failure that waits for others. */
typedef struct {
    gint64 time;
    guint32 message;
} Seen;

/* The failures of one address that are counted against one threshold. */
typedef struct Tally Tally;
struct Tally {
    Tally *next;                /* of the same address */
    guint kind;                 /* HARD ... OWN + n */
    guint count;
    gint64 first, last, since, example;
    guint32 reason, bounce;     /* of the last */
    guint32 written, message;   /* of the last */
    guint8 id[MODORI_ID_BYTES];
    gboolean listed;
    guint n_seen, room;
    Seen *seen;                 /* not longer ago than the threshold's window, oldest first */
};

typedef struct {
    const ModoriStoreTable *table;
    ModoriStore *store;
    const ModoriRules *rules;
    const ModoriPolicy *policy;
    GArray *thresholds;         /* ModoriThreshold; HARD ... */
    GHashTable *own;            /* name of a reason -> its threshold */
    GHashTable *known[MODORI_N_FACETS];     /* number of a text -> what it means */
    GHashTable *tallies;        /* number of an address -> its first Tally */
} Machine;

/* --- what a record means --- */

typedef guint (*ReadFacet) (const Machine *machine, const char *text);

static guint
read_action (const Machine *machine G_GNUC_UNUSED, const char *text)
{
    return g_str_equal (text, "delayed") ? ACTION_DELAYED
        : g_str_equal (text, "delivered") ? ACTION_DELIVERED : ACTION_OTHER;
}

static guint
read_bounce (const Machine *machine G_GNUC_UNUSED, const char *text)
{
    return g_str_equal (text, "hard") ? BOUNCE_HARD
        : g_str_equal (text, "soft") ? BOUNCE_SOFT : BOUNCE_NONE;
}

static guint
read_type (const Machine *machine G_GNUC_UNUSED, const char *text)
{
    return g_ascii_strcasecmp (text, "not-spam") == 0 ? TYPE_NOT_SPAM
        : modori_feedback_complains (text) ? TYPE_COMPLAINT : TYPE_OTHER;
}

static guint
read_reason (const Machine *machine, const char *text)
{
    const char *fault = modori_rules_fault (machine->rules, text);
    guint own = GPOINTER_TO_UINT (g_hash_table_lookup (machine->own, text));

    if (g_str_equal (text, "feedback"))
        return REASON_FEEDBACK;
    if (g_str_equal (fault, "sender"))
        return REASON_OURS;
    if (own)
        return REASON_OWN + own - OWN;
    return g_str_equal (fault, "unknown") ? REASON_UNCLEAR : REASON_COUNTS;
}

/* Is it sent for the policy's domain? */
static guint
read_domain (const Machine *machine, const char *text)
{
    const char *wanted = machine->policy->domain;
    gsize len = strlen (text), n = strlen (wanted);

    return len >= n && g_ascii_strcasecmp (text + len - n, wanted) == 0
        && (len == n || text[len - n - 1] == '.');
}

/* A text is read when its number is met for the first time. */
static guint
meaning (Machine *machine, const ModoriRow *row, ModoriFacet facet, ReadFacet read)
{
    gpointer number = GUINT_TO_POINTER (row->facet[facet]);
    gpointer value;

    if (! machine->known[facet])
        machine->known[facet] = g_hash_table_new (NULL, NULL);
    if (! g_hash_table_lookup_extended (machine->known[facet], number, NULL, &value)) {
        value = GUINT_TO_POINTER (
            read (machine, machine->table->text (machine->store, row->facet[facet])));
        g_hash_table_insert (machine->known[facet], number, value);
    }
    return GPOINTER_TO_UINT (value);
}

/* What feedback does; *KIND is the threshold that it counts against. */
static ModoriEffect
judge_feedback (Machine *machine, const ModoriRow *row, guint *kind)
{
    guint type = meaning (machine, row, MODORI_FACET_FEEDBACK_TYPE, read_type);

    *kind = COMPLAINT;
    return type == TYPE_NOT_SPAM ? MODORI_EFFECT_NOT_SPAM
        : type == TYPE_COMPLAINT ? MODORI_EFFECT_COUNTED : MODORI_EFFECT_NO_FAILURE;
}

static ModoriEffect
judge_failure (Machine *machine, const ModoriRow *row, guint action, guint *kind)
{
    guint bounce = meaning (machine, row, MODORI_FACET_BOUNCE, read_bounce);
    guint reason = meaning (machine, row, MODORI_FACET_REASON, read_reason);

    if (reason == REASON_FEEDBACK)
        return judge_feedback (machine, row, kind);
    if (bounce == BOUNCE_NONE)
        return MODORI_EFFECT_NO_FAILURE;
    if (action == ACTION_DELAYED)
        return MODORI_EFFECT_DELAYED;
    if (reason == REASON_OURS)
        return MODORI_EFFECT_OUR_FAULT;
    if (reason == REASON_UNCLEAR && bounce == BOUNCE_SOFT)
        return MODORI_EFFECT_UNCLEAR;
    *kind = reason >= REASON_OWN ? reason - REASON_OWN + OWN : bounce == BOUNCE_HARD ? HARD : SOFT;
    return MODORI_EFFECT_COUNTED;
}

static ModoriEffect
judge (Machine *machine, const ModoriRow *row, guint *kind)
{
    guint action = meaning (machine, row, MODORI_FACET_ACTION, read_action);
    ModoriEffect effect;

    *kind = G_MAXUINT;
    if (machine->policy->domain
        && ! meaning (machine, row, MODORI_FACET_SENDER_DOMAIN, read_domain))
        return MODORI_EFFECT_OTHER_DOMAIN;
    if (action == ACTION_DELIVERED)
        return MODORI_EFFECT_CLEARED;
    effect = judge_failure (machine, row, action, kind);
    if (effect == MODORI_EFFECT_COUNTED
        && g_array_index (machine->thresholds, ModoriThreshold, *kind).count == 0)
        return MODORI_EFFECT_NEVER;
    return effect;
}

/* --- counting --- */

static void
tally_free (gpointer data)
{
    for (Tally *tally = data, *next; tally; tally = next) {
        next = tally->next;
        g_free (tally->seen);
        g_free (tally);
    }
}

static Tally *
tally_of (Machine *machine, guint32 address, guint kind)
{
    gpointer key = GUINT_TO_POINTER (address);
    Tally *first = g_hash_table_lookup (machine->tallies, key), *tally = first;

    while (tally && tally->kind != kind)
        tally = tally->next;
    if (tally)
        return tally;
    tally = g_new0 (Tally, 1);
    tally->kind = kind;
    if (first) {
        tally->next = first->next;
        first->next = tally;
    } else
        g_hash_table_insert (machine->tallies, key, tally);
    return tally;
}

/* A delivered report clears all; what is no spam, only that somebody complained. */
static void
clear (Machine *machine, guint32 address, guint kind)
{
    gpointer key = GUINT_TO_POINTER (address);
    Tally *tally = g_hash_table_lookup (machine->tallies, key);

    if (kind == G_MAXUINT)
        g_hash_table_remove (machine->tallies, key);
    for (; kind != G_MAXUINT && tally; tally = tally->next)
        if (tally->kind == kind) {
            tally->n_seen = tally->count = 0;
            tally->listed = FALSE;
            tally->message = 0;
        }
}

/* Is MESSAGE counted already? */
static gboolean
is_counted (const Tally *tally, guint32 message)
{
    gboolean same = message && tally->count && message == tally->message;

    for (guint i = 0; message && ! same && i < tally->n_seen; i++)
        same = tally->seen[i].message == message;
    return same;
}

/* Keep ROW among those that wait, and drop those that THRESHOLD waits for no more. */
static void
remember (Tally *tally, const ModoriRow *row, const ModoriThreshold *threshold)
{
    guint old = 0;

    while (threshold->window && old < tally->n_seen
           && row->time - tally->seen[old].time > threshold->window)
        old++;
    tally->n_seen -= old;
    if (old)
        memmove (tally->seen, tally->seen + old, tally->n_seen * sizeof *tally->seen);
    if (tally->n_seen == tally->room) {
        tally->room = MAX (2 * tally->room, 2);
        tally->seen = g_renew (Seen, tally->seen, tally->room);
    }
    tally->seen[tally->n_seen++] = (Seen) { row->time, row->message };
    tally->first = tally->seen[0].time;
    tally->count = tally->n_seen;
}

/* Count ROW, a failure. */
static ModoriEffect
count (Tally *tally, const ModoriRow *row, const ModoriThreshold *threshold)
{
    ModoriEffect effect = MODORI_EFFECT_COUNTED;

    if (is_counted (tally, row->message))
        return MODORI_EFFECT_SAME_MAIL;
    if (tally->listed)
        tally->count++;
    else if (threshold->count > 1)
        remember (tally, row, threshold);
    else {
        tally->count = 1;
        tally->first = row->time;
    }
    tally->last = row->time;
    tally->example = row->number;
    tally->reason = row->facet[MODORI_FACET_REASON];
    tally->bounce = row->facet[MODORI_FACET_BOUNCE];
    tally->written = row->facet[MODORI_FACET_WRITTEN];
    tally->message = row->message;
    memcpy (tally->id, row->id, sizeof tally->id);
    if (! tally->listed && tally->count >= threshold->count) {
        tally->listed = TRUE;
        tally->since = row->time;
        effect = MODORI_EFFECT_LISTED;
    }
    return effect;
}

/* Let ROW have its effect; STEP (may be NULL) gets what it was. */
static void
feed (Machine *machine, const ModoriRow *row, ModoriSuppressionStep *step)
{
    guint32 address = row->facet[MODORI_FACET_ADDRESS];
    ModoriSuppressionStep taken = { .time = row->time, .number = row->number };
    guint kind;

    if (! address)
        return;
    taken.effect = judge (machine, row, &kind);
    if (taken.effect == MODORI_EFFECT_CLEARED || taken.effect == MODORI_EFFECT_NOT_SPAM)
        clear (machine, address, kind);
    if (taken.effect == MODORI_EFFECT_COUNTED) {
        const ModoriThreshold *threshold = &g_array_index (machine->thresholds, ModoriThreshold,
                                                           kind);
        Tally *tally = tally_of (machine, address, kind);

        taken.effect = count (tally, row, threshold);
        taken.count = tally->count;
        taken.of = threshold->count;
    }
    if (step)
        *step = taken;
}

/* --- the machine --- */

static void
machine_clear (Machine *machine)
{
    g_array_unref (machine->thresholds);
    g_hash_table_unref (machine->own);
    g_hash_table_unref (machine->tallies);
    for (guint i = 0; i < MODORI_N_FACETS; i++)
        g_clear_pointer (&machine->known[i], g_hash_table_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Machine, machine_clear)

static void
machine_init (Machine *machine, ModoriHistory *history, ModoriEngine *engine,
              const ModoriPolicy *policy)
{
    const ModoriThreshold complaint = { policy->complaints ? 1 : 0, 0 };
    GHashTableIter iter;
    gpointer name, threshold;

    *machine = (Machine) { .table = history->table, .store = history->store,
                           .rules = engine->rules, .policy = policy };
    machine->thresholds = g_array_new (FALSE, FALSE, sizeof (ModoriThreshold));
    g_array_append_val (machine->thresholds, policy->hard);
    g_array_append_val (machine->thresholds, policy->soft);
    g_array_append_val (machine->thresholds, complaint);
    machine->own = g_hash_table_new (g_str_hash, g_str_equal);
    machine->tallies = g_hash_table_new_full (NULL, NULL, NULL, tally_free);
    g_hash_table_iter_init (&iter, policy->reasons);
    while (g_hash_table_iter_next (&iter, &name, &threshold)) {
        g_hash_table_insert (machine->own, name, GUINT_TO_POINTER (machine->thresholds->len));
        g_array_append_vals (machine->thresholds, threshold, 1);
    }
}

/* The tallies of one address that list it, in one; FALSE: it is not listed. */
static gboolean
conclude (const Machine *machine, guint32 address, ModoriListed *listed)
{
    const Tally *tally = g_hash_table_lookup (machine->tallies, GUINT_TO_POINTER (address));
    const Tally *latest = NULL;

    *listed = (ModoriListed) { .address = "", .written = "", .reason = "", .bounce = "" };
    for (; tally; tally = tally->next) {
        if (! tally->listed)
            continue;
        listed->since = latest ? MIN (listed->since, tally->since) : tally->since;
        listed->first = latest ? MIN (listed->first, tally->first) : tally->first;
        listed->count += tally->count;
        if (! latest || tally->last > latest->last
            || (tally->last == latest->last && tally->kind < latest->kind))
            latest = tally;
    }
    if (! latest)
        return FALSE;
    listed->last = latest->last;
    listed->example = latest->example;
    memcpy (listed->id, latest->id, sizeof listed->id);
    listed->address = machine->table->text (machine->store, address);
    listed->written = machine->table->text (machine->store, latest->written);
    listed->reason = machine->table->text (machine->store, latest->reason);
    listed->bounce = machine->table->text (machine->store, latest->bounce);
    return TRUE;
}

/* --- one address --- */

typedef struct {
    Machine machine;
    GArray *steps;              /* or NULL */
    gboolean forgets;           /* a forgetting is still to come, at */
    gint64 forgotten;
    guint32 address;            /* its number, once a record was met */
} Walk;

static void
forget (Walk *walk)
{
    const ModoriSuppressionStep step = { .time = walk->forgotten, .reason = "",
                                         .effect = MODORI_EFFECT_FORGOTTEN };

    clear (&walk->machine, walk->address, G_MAXUINT);
    if (walk->steps)
        g_array_append_val (walk->steps, step);
    walk->forgets = FALSE;
}

static gboolean
walk_row (const ModoriRow *row, gpointer data)
{
    Walk *walk = data;
    ModoriSuppressionStep step = { .reason = "" };

    walk->address = row->facet[MODORI_FACET_ADDRESS];
    if (walk->forgets && row->time > walk->forgotten)
        forget (walk);
    feed (&walk->machine, row, &step);
    step.reason = walk->machine.table->text (walk->machine.store, row->facet[MODORI_FACET_REASON]);
    if (walk->steps)
        g_array_append_val (walk->steps, step);
    return TRUE;
}

/* Go through the records of ADDRESS, which may have been forgotten (FORGOTTEN, or NULL). */
static gboolean
walk_address (Walk *walk, const char *address, const gint64 *forgotten, ModoriListed *listed,
              GError **error)
{
    const Machine *machine = &walk->machine;

    walk->forgets = forgotten != NULL;
    walk->forgotten = forgotten ? *forgotten : 0;
    if (! machine->table->each_of (machine->store, address, walk_row, walk, error))
        return FALSE;
    if (walk->forgets)
        forget (walk);
    conclude (machine, walk->address, listed);
    return TRUE;
}

/* --- forgettings --- */

static gboolean
add_forgotten (const char *address, gint64 time, gpointer data)
{
    gint64 *copy = g_new (gint64, 1);

    *copy = time;
    g_hash_table_insert (data, g_strdup (address), copy);
    return TRUE;
}

/* Address -> time; NULL with ERROR set. */
static GHashTable *
read_forgotten (const ModoriHistory *history, GError **error)
{
    g_autoptr (GHashTable) forgotten = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                                              g_free);

    if (! history->table->each_forgotten (history->store, add_forgotten, forgotten, error))
        return NULL;
    return g_steal_pointer (&forgotten);
}

gboolean
modori_suppression_why (ModoriHistory *history, ModoriEngine *engine, const ModoriPolicy *policy,
                        const char *address, GArray *steps, ModoriListed *listed, GError **error)
{
    g_autofree char *lower = g_utf8_strdown (address, -1);
    g_autoptr (GHashTable) forgotten = NULL;
    Walk walk = { .steps = steps };
    gboolean good;

    *listed = (ModoriListed) { .address = "", .written = "", .reason = "", .bounce = "" };
    if (! modori_policy_check (policy, engine, error))
        return FALSE;
    forgotten = read_forgotten (history, error);
    if (! forgotten)
        return FALSE;
    machine_init (&walk.machine, history, engine, policy);
    good = walk_address (&walk, lower, g_hash_table_lookup (forgotten, lower), listed, error);
    machine_clear (&walk.machine);
    return good;
}

/* --- the list --- */

static gboolean
list_row (const ModoriRow *row, gpointer data)
{
    feed (data, row, NULL);
    return TRUE;
}

static gint
by_bytes (gconstpointer a, gconstpointer b)
{
    return strcmp (((const ModoriListed *) a)->written, ((const ModoriListed *) b)->written);
}

/* Programs and lists take one address a line. */
static gboolean
is_address (const char *text)
{
    const char *at = strrchr (text, '@');

    if (! at || at == text || ! at[1])
        return FALSE;
    for (const char *p = text; *p; p++)
        if ((guchar) *p < ' ' || *p == 0x7f)
            return FALSE;
    return g_utf8_validate (text, -1, NULL);
}

/* LISTED, had it not been forgotten at TIME. */
static gboolean
list_again (const Machine *machine, ModoriHistory *history, ModoriEngine *engine,
            const gint64 *time, ModoriListed *listed, GError **error)
{
    const char *address = listed->address;
    Walk walk = { .steps = NULL };
    gboolean good;

    machine_init (&walk.machine, history, engine, machine->policy);
    good = walk_address (&walk, address, time, listed, error);
    machine_clear (&walk.machine);
    return good;
}

GArray *
modori_suppression_list (ModoriHistory *history, ModoriEngine *engine, const ModoriPolicy *policy,
                         GError **error)
{
    g_autoptr (GArray) list = g_array_new (FALSE, FALSE, sizeof (ModoriListed));
    g_autoptr (GHashTable) forgotten = NULL;
    g_auto (Machine) machine;
    GHashTableIter iter;
    gpointer number;

    machine_init (&machine, history, engine, policy);
    if (! modori_policy_check (policy, engine, error))
        return NULL;
    forgotten = read_forgotten (history, error);
    if (! forgotten || ! machine.table->each (machine.store, G_MININT64, G_MAXINT64, list_row,
                                              &machine, error))
        return NULL;
    g_hash_table_iter_init (&iter, machine.tallies);
    while (g_hash_table_iter_next (&iter, &number, NULL)) {
        ModoriListed listed;
        const gint64 *time;

        if (! conclude (&machine, GPOINTER_TO_UINT (number), &listed)
            || ! is_address (listed.written))
            continue;
        time = g_hash_table_lookup (forgotten, listed.address);
        if (time && ! list_again (&machine, history, engine, time, &listed, error))
            return NULL;
        if (listed.count)
            g_array_append_val (list, listed);
    }
    g_array_sort (list, by_bytes);
    return g_steal_pointer (&list);
}

gboolean
modori_feedback_complains (const char *type)
{
    static const char *const others[] = { "auth-failure", "dmarc", "not-spam", "virus" };

    for (guint i = 0; i < G_N_ELEMENTS (others); i++)
        if (g_ascii_strcasecmp (type, others[i]) == 0)
            return FALSE;
    return TRUE;
}
