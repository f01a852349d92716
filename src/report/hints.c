/* hints.c - which dialects a message may be of, seen for all of them at once.
 *
 * There are some hundred conditions and nearly none of them holds.  So each place (a header field,
 * a view of the text) is run through once by a finder that knows the literals of all conditions on
 * it, and what it sees is added up by dialect: a condition may hold when all that its pattern seeks
 * is there, and only those are tried when the dialect is asked.  Only a place that can still decide
 * something is looked at: first the fields that all have, then other fields, then the text.
 *
 * To know all literals takes all patterns, so this pays from some messages on.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "report/hints.h"

/* Places that are counted one by one; those beyond are looked at together. */
#define PLACES_MAX 64

/* Kinds of conditions, as bits: those of the fields that every message has, and the others of the
 * header. */
#define COMMON_KINDS (1u << MODORI_IF_SUBJECT | 1u << MODORI_IF_FROM | 1u << MODORI_IF_TYPE)
#define HEADER_KINDS (COMMON_KINDS | 1u << MODORI_IF_HEADER)

/* Numbers of an item in a finder: its pattern has up to two sets of literals. */
#define SETS 2

#define BITS 64

/* The same condition of some dialects: many look for the same sender. */
typedef struct {
    GArray *owners;             /* Owner */
    guint turn;                 /* when it was seen last */
    guint8 sets;                /* of literals, of each of which one must be seen, as bits */
    guint8 seen;                /* those that were */
} Item;

/* A dialect with a condition. */
typedef struct {
    guint16 dialect;
    guint16 kind;               /* its bit */
} Owner;

/* An item that the finder knows nothing of. */
typedef struct {
    guint item;
    ModoriPattern *pattern;     /* NULL: it holds whatever is there */
} Other;

typedef struct {
    ModoriFinder *finder;
    GArray *others;             /* Other */
} Place;

typedef struct {
    guint first;                /* its conditions, in the table of their items */
    guint8 need;                /* kinds that must hold */
    guint8 all;                 /* kinds there are, as bits */
    guint8 seen;                /* those that may hold for the message */
    guint64 places;             /* where they are looked for */
} Dialect;

struct ModoriHints {
    ModoriMarks *marks;
    guint n;
    Dialect *dialects;
    GArray *items;              /* Item */
    GArray *conditions;         /* guint: the items of all conditions */
    GHashTable *numbers;        /* of items, by place and pattern; NULL once all are there */
    guint turn;
    GPtrArray *places;          /* of Place, as the marks number them */
    guint64 common;             /* places of the common kinds, and those of dialects that may ... */
    guint64 beyond_common;      /* ... have enough when nothing was seen in these ... */
    guint64 beyond_header;      /* ... or in all of the header */
    guint64 done;               /* places that were looked at */
    gboolean looked;            /* all is seen of this message */
    GArray *touched;            /* guint16: dialects of which something was seen */
    guint64 *candidates;        /* those that have enough; bits */
    guint64 *certain;           /* those that need nothing */
};

static void
free_place (gpointer data)
{
    Place *place = data;

    modori_finder_free (place->finder);
    g_array_unref (place->others);
    g_free (place);
}

static Place *
place_at (ModoriHints *hints, guint i)
{
    while (hints->places->len <= i) {
        Place *place = g_new (Place, 1);

        place->finder = modori_finder_new ();
        place->others = g_array_new (FALSE, FALSE, sizeof (Other));
        g_ptr_array_add (hints->places, place);
    }
    return g_ptr_array_index (hints->places, i);
}

static guint64
place_bit (guint place)
{
    return G_GUINT64_CONSTANT (1) << MIN (place, PLACES_MAX - 1);
}

static void
set_bit (guint64 *bits, guint i)
{
    bits[i / BITS] |= G_GUINT64_CONSTANT (1) << i % BITS;
}

/* How many of five KINDS there are. */
static inline guint
count (guint kinds)
{
    static const guint8 counts[32] = {
        0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4,
        1, 2, 2, 3, 2, 3, 3, 4, 2, 3, 3, 4, 3, 4, 4, 5,
    };

    G_STATIC_ASSERT (MODORI_IF_BODY == 4);         /* the last one */
    return counts[kinds & 31];
}

/* --- what the dialects look for --- */

/* The number of the item that is CONDITION. */
static guint
item_of (ModoriHints *hints, const ModoriCondition *condition)
{
    const char *source = condition->pattern ? modori_pattern_source (condition->pattern) : "";
    g_autofree char *key = g_strdup_printf ("%u %s", condition->place, source);
    Place *place = place_at (hints, condition->place);
    guint i = hints->items->len, sets = 0;
    Other other = { i, condition->pattern };
    Item item = { 0 };
    gpointer known;

    if (g_hash_table_lookup_extended (hints->numbers, key, NULL, &known))
        return GPOINTER_TO_UINT (known);
    g_hash_table_insert (hints->numbers, g_steal_pointer (&key), GUINT_TO_POINTER (i));
    if (condition->pattern)
        sets = modori_pattern_seek (condition->pattern, place->finder, SETS * i);
    if (! sets)
        g_array_append_val (place->others, other);
    item.owners = g_array_new (FALSE, FALSE, sizeof (Owner));
    item.sets = (guint8) ((1u << sets) - 1);
    g_array_append_val (hints->items, item);
    return i;
}

static void
add_condition (ModoriHints *hints, guint number, const ModoriCondition *condition)
{
    const Owner owner = { (guint16) number, (guint16) (1u << condition->kind) };
    Dialect *dialect = &hints->dialects[number];
    guint i = item_of (hints, condition);

    g_array_append_val (hints->conditions, i);
    g_array_append_val (g_array_index (hints->items, Item, i).owners, owner);
    dialect->all |= (guint8) owner.kind;
    dialect->places |= place_bit (condition->place);
    if (owner.kind & COMMON_KINDS)
        hints->common |= place_bit (condition->place);
}

/* May DIALECT still have enough when all kinds but LOOKED were not looked at? */
static gboolean
is_left (const Dialect *dialect, guint looked)
{
    return count (dialect->seen | (dialect->all & ~looked)) >= dialect->need;
}

static void
add_dialect (ModoriHints *hints, guint number, const ModoriGrammar *grammar)
{
    Dialect *dialect = &hints->dialects[number];

    dialect->first = hints->conditions->len;
    dialect->need = grammar ? (guint8) grammar->need : G_MAXUINT8;
    for (guint i = 0; grammar && ! grammar->last && i < grammar->conditions->len; i++)
        add_condition (hints, number, g_ptr_array_index (grammar->conditions, i));
    if (is_left (dialect, COMMON_KINDS))
        hints->beyond_common |= dialect->places;
    if (is_left (dialect, HEADER_KINDS))
        hints->beyond_header |= dialect->places;
    if (dialect->need == 0)
        set_bit (hints->certain, number);
}

ModoriHints *
modori_hints_new (ModoriMarks *marks, ModoriGrammar *const *grammars, guint n)
{
    ModoriHints *hints = g_new0 (ModoriHints, 1);

    hints->marks = marks;
    hints->n = n;
    hints->dialects = g_new0 (Dialect, n);
    hints->items = g_array_new (FALSE, FALSE, sizeof (Item));
    hints->conditions = g_array_new (FALSE, FALSE, sizeof (guint));
    hints->numbers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    hints->places = g_ptr_array_new_with_free_func (free_place);
    hints->touched = g_array_new (FALSE, FALSE, sizeof (guint16));
    hints->candidates = g_new0 (guint64, n / BITS + 1);
    hints->certain = g_new0 (guint64, n / BITS + 1);
    for (guint i = 0; i < n; i++)
        add_dialect (hints, i, grammars[i]);
    g_clear_pointer (&hints->numbers, g_hash_table_unref);
    return hints;
}

void
modori_hints_free (ModoriHints *hints)
{
    if (! hints)
        return;
    g_free (hints->dialects);
    for (guint i = 0; i < hints->items->len; i++)
        g_array_unref (g_array_index (hints->items, Item, i).owners);
    g_array_unref (hints->items);
    g_array_unref (hints->conditions);
    g_ptr_array_unref (hints->places);
    g_array_unref (hints->touched);
    g_free (hints->candidates);
    g_free (hints->certain);
    g_free (hints);
}

void
modori_hints_turn_to (ModoriHints *hints)
{
    hints->looked = FALSE;
}

/* --- looking --- */

/* ITEM may hold: tell those whose condition it is. */
static void
tell (ModoriHints *hints, const Item *item)
{
    for (guint i = 0; i < item->owners->len; i++) {
        const Owner *owner = &g_array_index (item->owners, Owner, i);
        Dialect *dialect = &hints->dialects[owner->dialect];

        if (! dialect->seen)
            g_array_append_val (hints->touched, owner->dialect);
        dialect->seen |= (guint8) owner->kind;
    }
}

/* SETS of item I, as bits, were seen. */
static void
see (ModoriHints *hints, guint i, guint sets)
{
    Item *item = &g_array_index (hints->items, Item, i);

    if (item->turn != hints->turn)
        item->seen = 0;
    else if (item->seen == item->sets)
        return;
    item->turn = hints->turn;
    item->seen |= (guint8) sets;
    if (item->seen == item->sets)
        tell (hints, item);
}

static void
look_at (ModoriHints *hints, guint i)
{
    Place *place = g_ptr_array_index (hints->places, i);
    const ModoriSubject *subject = modori_marks_subject (hints->marks, i);
    const guint32 *found;
    guint n;

    if (! subject)
        return;
    for (guint j = 0; j < place->others->len; j++) {
        const Other *other = &g_array_index (place->others, Other, j);

        if (! other->pattern || modori_pattern_may_match (other->pattern, subject))
            see (hints, other->item, 0);
    }
    found = modori_finder_run (place->finder, modori_subject_folded (subject), &n);
    for (guint j = 0; j < n; j++)
        see (hints, found[j] / SETS, 1u << found[j] % SETS);
}

/* Look at PLACES, as far as that was not done. */
static void
look_at_places (ModoriHints *hints, guint64 places)
{
    places &= ~hints->done;
    hints->done |= places;
    for (guint i = 0; places && i < hints->places->len; i++)
        if (places & place_bit (i))
            look_at (hints, i);
}

/* PLACES and those of the dialects that may have enough by what was seen, when all kinds but LOOKED
 * were not looked at. */
static guint64
places_left (const ModoriHints *hints, guint64 places, guint looked)
{
    for (guint i = 0; i < hints->touched->len; i++) {
        const Dialect *dialect = &hints->dialects[g_array_index (hints->touched, guint16, i)];

        if (is_left (dialect, looked))
            places |= dialect->places;
    }
    return places;
}

static void
begin (ModoriHints *hints)
{
    for (guint i = 0; i < hints->touched->len; i++)
        hints->dialects[g_array_index (hints->touched, guint16, i)].seen = 0;
    g_array_set_size (hints->touched, 0);
    memcpy (hints->candidates, hints->certain, (hints->n / BITS + 1) * sizeof (guint64));
    hints->looked = TRUE;
    hints->turn++;
    hints->done = 0;
}

static void
look (ModoriHints *hints)
{
    const guint64 views = place_bit (MODORI_N_VIEWS) - 1;

    begin (hints);
    look_at_places (hints, hints->common);
    look_at_places (hints, places_left (hints, hints->beyond_common, COMMON_KINDS) & ~views);
    look_at_places (hints, places_left (hints, hints->beyond_header, HEADER_KINDS));
    for (guint i = 0; i < hints->touched->len; i++) {
        guint number = g_array_index (hints->touched, guint16, i);

        if (count (hints->dialects[number].seen) >= hints->dialects[number].need)
            set_bit (hints->candidates, number);
    }
}

guint
modori_hints_next (ModoriHints *hints, guint i)
{
    guint word = i / BITS;
    guint64 bits;

    if (! hints->looked)
        look (hints);
    if (i >= hints->n)
        return hints->n;
    bits = hints->candidates[word] & ~G_GUINT64_CONSTANT (0) << i % BITS;
    while (bits == 0 && ++word <= hints->n / BITS)
        bits = hints->candidates[word];
    return bits ? word * BITS + (guint) __builtin_ctzll (bits) : hints->n;
}

/* All places of that dialect were looked at, or it would not have been named. */
gboolean
modori_hints_saw (const ModoriHints *hints, guint dialect, guint i)
{
    guint number = g_array_index (hints->conditions, guint, hints->dialects[dialect].first + i);
    const Item *item = &g_array_index (hints->items, Item, number);

    return item->turn == hints->turn && item->seen == item->sets;
}
