/* hints.c - which dialects a message may be of, seen for all of them at once.
 *
 * There are some hundred conditions and nearly none of them holds.  So each place (a header field,
 * a view of the text) is run through once by a finder that knows the literals of all conditions on
 * it, and what it sees is added up by dialect.  Only a place that can still decide something is
 * looked at: first the fields that all have, then other fields, then the text.
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

/* The same condition of some dialects: many look for the same sender. */
typedef struct {
    GArray *owners;             /* Owner */
    guint turn;                 /* when it was seen last */
} Item;

/* A dialect with a condition. */
typedef struct {
    guint16 dialect;
    guint16 kind;               /* its bit */
} Owner;

typedef struct {
    ModoriFinder *finder;
    GArray *always;             /* guint: items that hold, or may hold, whatever is there */
} Place;

typedef struct {
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
    GHashTable *numbers;        /* of items, by place and pattern; NULL once all are there */
    guint turn;
    GPtrArray *places;          /* of Place, as the marks number them */
    GArray *sights;             /* ModoriSight */
    guint64 common;             /* places of the common kinds */
    guint64 done;               /* places that were looked at */
    gboolean looked;            /* all is seen of this message */
};

static void
free_place (gpointer data)
{
    Place *place = data;

    modori_finder_free (place->finder);
    g_array_unref (place->always);
    g_free (place);
}

static Place *
place_at (ModoriHints *hints, guint i)
{
    while (hints->places->len <= i) {
        Place *place = g_new (Place, 1);

        place->finder = modori_finder_new ();
        place->always = g_array_new (FALSE, FALSE, sizeof (guint));
        g_ptr_array_add (hints->places, place);
    }
    return g_ptr_array_index (hints->places, i);
}

static guint64
place_bit (guint place)
{
    return G_GUINT64_CONSTANT (1) << MIN (place, PLACES_MAX - 1);
}

/* The number of the item that is CONDITION. */
static guint
item_of (ModoriHints *hints, const ModoriCondition *condition)
{
    const char *source = condition->pattern ? modori_pattern_source (condition->pattern) : "";
    g_autofree char *key = g_strdup_printf ("%u %s", condition->place, source);
    const Item item = { g_array_new (FALSE, FALSE, sizeof (Owner)), 0 };
    Place *place = place_at (hints, condition->place);
    guint i = hints->items->len;
    gpointer known;

    if (g_hash_table_lookup_extended (hints->numbers, key, NULL, &known)) {
        g_array_unref (item.owners);
        return GPOINTER_TO_UINT (known);
    }
    g_hash_table_insert (hints->numbers, g_steal_pointer (&key), GUINT_TO_POINTER (i));
    g_array_append_val (hints->items, item);
    if (! condition->pattern || ! modori_pattern_seek (condition->pattern, place->finder, i))
        g_array_append_val (place->always, i);
    return i;
}

static void
add_condition (ModoriHints *hints, guint number, const ModoriCondition *condition)
{
    const Owner owner = { (guint16) number, (guint16) (1u << condition->kind) };
    Dialect *dialect = &hints->dialects[number];
    guint i = item_of (hints, condition);

    g_array_append_val (g_array_index (hints->items, Item, i).owners, owner);
    dialect->all |= (guint8) owner.kind;
    dialect->places |= place_bit (condition->place);
    if (owner.kind & COMMON_KINDS)
        hints->common |= place_bit (condition->place);
}

ModoriHints *
modori_hints_new (ModoriMarks *marks, ModoriGrammar *const *grammars, guint n)
{
    ModoriHints *hints = g_new0 (ModoriHints, 1);

    hints->marks = marks;
    hints->n = n;
    hints->dialects = g_new0 (Dialect, n);
    hints->items = g_array_new (FALSE, FALSE, sizeof (Item));
    hints->numbers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    hints->places = g_ptr_array_new_with_free_func (free_place);
    hints->sights = g_array_new (FALSE, FALSE, sizeof (ModoriSight));
    for (guint i = 0; i < n; i++) {
        const ModoriGrammar *grammar = grammars[i];

        hints->dialects[i].need = grammar ? (guint8) grammar->need : G_MAXUINT8;
        for (guint j = 0; grammar && ! grammar->last && j < grammar->conditions->len; j++)
            add_condition (hints, i, g_ptr_array_index (grammar->conditions, j));
    }
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
    g_ptr_array_unref (hints->places);
    g_array_unref (hints->sights);
    g_free (hints);
}

void
modori_hints_turn_to (ModoriHints *hints)
{
    hints->looked = FALSE;
}

/* --- looking --- */

static void
see (ModoriHints *hints, guint i)
{
    Item *item = &g_array_index (hints->items, Item, i);

    if (item->turn == hints->turn)
        return;
    item->turn = hints->turn;
    for (guint j = 0; j < item->owners->len; j++) {
        const Owner *owner = &g_array_index (item->owners, Owner, j);

        hints->dialects[owner->dialect].seen |= (guint8) owner->kind;
    }
}

static void
look_at (ModoriHints *hints, guint i)
{
    Place *place = g_ptr_array_index (hints->places, i);
    const ModoriSubject *subject = modori_marks_subject (hints->marks, i);

    if (! subject)
        return;
    for (guint j = 0; j < place->always->len; j++)
        see (hints, g_array_index (place->always, guint, j));
    g_array_set_size (hints->sights, 0);
    modori_finder_run_once (place->finder, modori_subject_folded (subject), hints->sights);
    for (guint j = 0; j < hints->sights->len; j++)
        see (hints, g_array_index (hints->sights, ModoriSight, j).item);
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

/* How many KINDS there are. */
static inline guint
count (guint kinds)
{
    kinds = (kinds & 0x55) + (kinds >> 1 & 0x55);
    kinds = (kinds & 0x33) + (kinds >> 2 & 0x33);
    return (kinds & 0xf) + (kinds >> 4);
}

/* The places of those that may still have enough, when all kinds but LOOKED were not looked at. */
static guint64
places_left (const ModoriHints *hints, guint looked)
{
    guint64 places = 0;

    for (guint i = 0; i < hints->n; i++) {
        const Dialect *dialect = &hints->dialects[i];

        if (count (dialect->seen | (dialect->all & ~looked)) >= dialect->need)
            places |= dialect->places;
    }
    return places;
}

static void
look (ModoriHints *hints)
{
    const guint64 views = place_bit (MODORI_N_VIEWS) - 1;

    hints->looked = TRUE;
    hints->turn++;
    hints->done = 0;
    for (guint i = 0; i < hints->n; i++)
        hints->dialects[i].seen = 0;
    look_at_places (hints, hints->common);
    look_at_places (hints, places_left (hints, COMMON_KINDS) & ~views);
    look_at_places (hints, places_left (hints, HEADER_KINDS));
}

guint
modori_hints_next (ModoriHints *hints, guint i)
{
    if (! hints->looked)
        look (hints);
    while (i < hints->n && count (hints->dialects[i].seen) < hints->dialects[i].need)
        i++;
    return i;
}
