/* suppression.c - addresses to stop writing to.
 *
 * The records go by once, in the order of time, as numbers (machine.c).  Texts are read last, in
 * the order in which they lie on the disk, and only of addresses that are listed.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "history/suppression.h"

#include "history/machine.h"
#include "history/tally.h"
#include "rules/provider.h"
#include "text/harmful.h"

/* The texts of *LISTED, which ADDRESS is, written as WRITTEN says; LATEST counted last. */
static void
set_texts (const ModoriMachine *machine, guint32 address, const ModoriCount *latest,
           const char *written, ModoriListed *listed)
{
    listed->written = written;
    listed->address = address == latest->written ? written
        : machine->table->text (machine->store, address);
    listed->reason = machine->table->text (machine->store, latest->reason);
    listed->bounce = machine->table->text (machine->store, latest->bounce);
}

/* --- one address --- */

typedef struct {
    ModoriMachine machine;
    const char *of;             /* the address, */
    guint32 address;            /* and its number, once a record was met */
    GArray *steps;
    gboolean forgets;           /* a forgetting is still to come, at */
    gint64 forgotten;
} Walk;

static void
forget (Walk *walk)
{
    const ModoriSuppressionStep step = { .time = walk->forgotten, .reason = "",
                                         .effect = MODORI_EFFECT_FORGOTTEN };

    modori_machine_forget (&walk->machine, walk->address, MODORI_THRESHOLD_ALL);
    g_array_append_val (walk->steps, step);
    walk->forgets = FALSE;
}

/* ModoriEachRow. */
static gboolean
walk_row (const ModoriRow *row, gpointer data)
{
    Walk *walk = data;
    ModoriSuppressionStep step = { .reason = "" };

    walk->address = row->facet[MODORI_FACET_ADDRESS];
    if (walk->forgets && row->time > walk->forgotten)
        forget (walk);
    modori_machine_feed (&walk->machine, row, &step);
    step.reason = walk->machine.table->text (walk->machine.store, row->facet[MODORI_FACET_REASON]);
    g_array_append_val (walk->steps, step);
    return TRUE;
}

/* ModoriEachForgotten. */
static gboolean
walk_forgotten (const char *address, gint64 time, gpointer data)
{
    Walk *walk = data;

    walk->forgets = g_str_equal (address, walk->of);
    walk->forgotten = time;
    return ! walk->forgets;
}

static gboolean
walk_address (Walk *walk, ModoriListed *listed, GError **error)
{
    const ModoriMachine *machine = &walk->machine;
    const ModoriCount *latest;

    if (! machine->table->each_forgotten (machine->store, walk_forgotten, walk, error)
        || ! machine->table->each_of (machine->store, walk->of, walk_row, walk, error))
        return FALSE;
    if (walk->forgets)
        forget (walk);
    latest = modori_machine_conclude (machine, walk->address, listed);
    if (latest)
        set_texts (machine, walk->address, latest,
                   machine->table->text (machine->store, latest->written), listed);
    return TRUE;
}

gboolean
modori_suppression_why (ModoriHistory *history, ModoriEngine *engine, const ModoriPolicy *policy,
                        const char *address, GArray *steps, ModoriListed *listed, GError **error)
{
    g_autofree char *lower = g_ascii_strdown (address, -1);
    Walk walk = { .of = lower, .steps = steps };
    gboolean good;

    *listed = (ModoriListed) { .address = "", .written = "", .reason = "", .bounce = "" };
    if (! modori_policy_check (policy, engine, error))
        return FALSE;
    modori_machine_init (&walk.machine, history, engine, policy);
    good = walk_address (&walk, listed, error);
    modori_machine_clear (&walk.machine);
    return good;
}

/* --- the list --- */

/* An address of the list, with what it is sorted by. */
typedef struct {
    guint64 head;               /* the first eight bytes of */
    const char *written;
    guint32 address;
} Line;

typedef struct {
    ModoriMachine machine;
    ModoriListRange *range;
    GHashTable *forgotten;      /* number of an address -> time (gint64); NULL: there are none */
    GError *error;
    GHashTable *domains;        /* number of a sender's domain -> 1 (not asked for), 2 (is) */
    GArray *pairs;              /* guint64: numbers of `written`, and of the address */
    GArray *lines;              /* Line */
    GStringChunk *strings;
} List;

/* What was before a forgetting counts no more. */
static gboolean
is_forgotten (const List *list, const ModoriRow *row)
{
    const gint64 *time = g_hash_table_lookup (
        list->forgotten, GUINT_TO_POINTER (row->facet[MODORI_FACET_ADDRESS]));

    return time && row->time <= *time;
}

/* ModoriEachRow. */
static gboolean
list_row (const ModoriRow *row, gpointer data)
{
    List *list = data;

    if (! list->forgotten || ! is_forgotten (list, row))
        modori_machine_feed (&list->machine, row, NULL);
    return TRUE;
}

/* ModoriEachRow. */
static gboolean
note_number (const ModoriRow *row, gpointer data)
{
    *(guint32 *) data = row->facet[MODORI_FACET_ADDRESS];
    return FALSE;
}

/* ModoriEachForgotten. */
static gboolean
list_forgotten (const char *address, gint64 time, gpointer data)
{
    List *list = data;
    const ModoriMachine *machine = &list->machine;
    guint32 number = 0;

    if (! machine->table->each_of (machine->store, address, note_number, &number, &list->error))
        return FALSE;
    if (! list->forgotten)
        list->forgotten = g_hash_table_new_full (NULL, NULL, NULL, g_free);
    g_hash_table_insert (list->forgotten, GUINT_TO_POINTER (number),
                         g_memdup2 (&time, sizeof time));
    return TRUE;
}

/* Is mail of DOMAIN asked for? */
static gboolean
is_in_range (List *list, guint32 domain)
{
    const ModoriMachine *machine = &list->machine;
    gpointer key = GUINT_TO_POINTER (domain);
    guint known;

    if (! list->range->domain)
        return TRUE;
    known = GPOINTER_TO_UINT (g_hash_table_lookup (list->domains, key));
    if (! known) {
        const char *text = machine->table->text (machine->store, domain);

        known = modori_host_is_below (modori_span_of (text),
                                      modori_span_of (list->range->domain)) ? 2 : 1;
        g_hash_table_insert (list->domains, key, GUINT_TO_POINTER (known));
    }
    return known == 2;
}

/* Who is listed, as numbers. */
static void
find_listed (List *list)
{
    const ModoriMachine *machine = &list->machine;

    for (guint i = 0; i < machine->pages->len; i++)
        for (guint32 j = 0; machine->pages->pdata[i] && j < MODORI_PAGE; j++) {
            ModoriListed listed;
            guint32 address = i * MODORI_PAGE + j;
            const ModoriCount *latest = modori_machine_conclude (machine, address, &listed);

            if (latest && is_in_range (list, latest->domain))
                modori_pairs_add (list->pairs, latest->written, address);
        }
    modori_pairs_sort (list->pairs);
}

/* Programs and lists take one address a line, and people look at them: nobody has an address with
 * characters that hide or turn the others (RFC 6532 allows them all the same). */
static gboolean
is_address (const char *text)
{
    const char *at = strrchr (text, '@');

    return at && at > text && at[1] && g_utf8_validate (text, -1, NULL)
        && ! modori_has_harmful (text);
}

/* ModoriEachText. */
static gboolean
add_line (guint which, const char *text, gpointer data)
{
    List *list = data;
    Line line = { .address = (guint32) g_array_index (list->pairs, guint64, which) };
    ModoriListed listed;

    if (! is_address (text))
        return TRUE;
    list->range->total++;
    modori_machine_conclude (&list->machine, line.address, &listed);
    if (listed.since < list->range->since || listed.since >= list->range->until)
        return TRUE;
    line.written = g_string_chunk_insert (list->strings, text);
    memcpy (&line.head, text, MIN (strlen (text), sizeof line.head));
    line.head = GUINT64_FROM_BE (line.head);
    g_array_append_val (list->lines, line);
    return TRUE;
}

static gboolean
read_lines (List *list, GError **error)
{
    const ModoriMachine *machine = &list->machine;
    g_autofree guint32 *numbers = g_new (guint32, list->pairs->len);

    for (guint i = 0; i < list->pairs->len; i++)
        numbers[i] = (guint32) (g_array_index (list->pairs, guint64, i) >> 32);
    return machine->table->each_text (machine->store, numbers, list->pairs->len, add_line, list,
                                      error);
}

static gint
by_bytes (gconstpointer a, gconstpointer b)
{
    const Line *x = a, *y = b;

    return x->head < y->head ? -1 : x->head > y->head ? 1 : strcmp (x->written, y->written);
}

static void
visit_lines (List *list, ModoriEachListed visit, gpointer data)
{
    const ModoriMachine *machine = &list->machine;
    gboolean more = TRUE;

    g_array_sort (list->lines, by_bytes);
    for (guint i = 0; more && i < list->lines->len; i++) {
        const Line *line = &g_array_index (list->lines, Line, i);
        ModoriListed listed;
        const ModoriCount *latest = modori_machine_conclude (machine, line->address, &listed);

        set_texts (machine, line->address, latest, line->written, &listed);
        more = visit (&listed, data);
    }
}

/* Go through all that was kept, then visit what is listed. */
static gboolean
make_list (List *list, ModoriEachListed visit, gpointer data, GError **error)
{
    const ModoriMachine *machine = &list->machine;

    if (! machine->table->each_forgotten (machine->store, list_forgotten, list, error))
        return FALSE;
    if (list->error) {
        g_propagate_error (error, g_steal_pointer (&list->error));
        return FALSE;
    }
    if (! machine->table->each (machine->store, G_MININT64, G_MAXINT64, list_row, list, error))
        return FALSE;
    find_listed (list);
    if (! read_lines (list, error))
        return FALSE;
    visit_lines (list, visit, data);
    return TRUE;
}

static void
list_clear (List *list)
{
    g_clear_pointer (&list->forgotten, g_hash_table_unref);
    g_hash_table_unref (list->domains);
    g_array_unref (list->pairs);
    g_array_unref (list->lines);
    g_string_chunk_free (list->strings);
    modori_machine_clear (&list->machine);
}

gboolean
modori_suppression_each (ModoriHistory *history, ModoriEngine *engine,
                         const ModoriPolicy *policy, ModoriListRange *range,
                         ModoriEachListed visit, gpointer data, GError **error)
{
    List list = { .range = range };
    gboolean good;

    range->total = 0;
    if (! modori_policy_check (policy, engine, error))
        return FALSE;
    modori_machine_init (&list.machine, history, engine, policy);
    list.domains = g_hash_table_new (NULL, NULL);
    list.pairs = g_array_new (FALSE, FALSE, sizeof (guint64));
    list.lines = g_array_new (FALSE, FALSE, sizeof (Line));
    list.strings = g_string_chunk_new (64 * 1024);
    good = make_list (&list, visit, data, error);
    list_clear (&list);
    return good;
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
