/* finder.c - which of many literals stand in a text, in one pass.
 *
 * Each literal is entered under its rarest gram, four bytes of it that follow each other (fewer
 * where it has no four).  A text is run through by its grams: a mark tells whether any literal has
 * that gram, and nearly always none has.  The marks are few enough to stay in the nearest cache.
 * Behind a mark there is a table from grams to literals, which are then compared.
 *
 * There is no automaton: its states would take more memory than all rules, and longer to build
 * than most runs of the program last.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "text/finder.h"

#include "text/subject.h"

/* A gram's bytes, at most. */
#define WIDEST 4

/* Marks for each literal: one gram in so many that no literal has is looked up for nothing. */
#define SPARSENESS 8

/* Fewer marks are not worth counting, and more of them are not near any more (log2, bytes). */
#define LEAST_BITS 10
#define MOST_BITS 15

/* The turn of a run that wants to know every place. */
#define EVERY 0

/* So many literals of less than four bytes are searched for one by one. */
#define FEW 12

typedef struct {
    guint32 gram;
    guint32 start;              /* of the literal, in the finder's letters */
    guint32 item;
    guint32 turn;               /* when it was seen once */
    guint16 len;
    guint16 before;             /* bytes of the literal before the gram */
    guint8 rare;                /* of the gram: where its rarest byte is */
    gboolean blanks;
    gboolean same;              /* as the one before it in the table, but for its item */
} Literal;

/* The literals that have grams of some width. */
typedef struct {
    GArray *literals;           /* Literal; by place in the table once that is built */
    guint built;                /* how many were there then */
    guint bits, buckets;        /* log2 of the numbers of marks and buckets */
    guint8 *marks;
    guint32 *starts;            /* of each bucket in the literals; one more: their end */
} Grams;

struct ModoriFinder {
    Grams grams[WIDEST + 1];    /* by width; 0 is not used */
    GByteArray *letters;
    guint32 turn;
};

ModoriFinder *
modori_finder_new (void)
{
    ModoriFinder *finder = g_new0 (ModoriFinder, 1);

    for (guint width = 1; width <= WIDEST; width++)
        finder->grams[width].literals = g_array_new (FALSE, FALSE, sizeof (Literal));
    finder->letters = g_byte_array_new ();
    return finder;
}

void
modori_finder_free (ModoriFinder *finder)
{
    if (! finder)
        return;
    for (guint width = 1; width <= WIDEST; width++) {
        g_array_unref (finder->grams[width].literals);
        g_free (finder->grams[width].marks);
        g_free (finder->grams[width].starts);
    }
    g_byte_array_unref (finder->letters);
    g_free (finder);
}

/* --- grams --- */

/* WIDTH bytes, of which the first is the lowest. */
static guint32
gram_of (const char *at, guint width)
{
    guint32 gram = 0;

    for (guint i = 0; i < width; i++)
        gram |= (guint32) (guchar) at[i] << 8 * i;
    return gram;
}

/* The upper BITS are those of the places of a table. */
static inline guint32
place_of (guint32 gram, guint bits)
{
    return gram * 0x9e3779b1u >> (32 - bits);
}

/* The length of the longest piece of LITERAL without blanks, at most that of the widest gram. */
static guint
width_of (ModoriSpan literal, gboolean blanks)
{
    guint run = 0, width = 0;

    for (gsize i = 0; i < literal.len && width < WIDEST; i++) {
        run = blanks && literal.at[i] == ' ' ? 0 : run + 1;
        width = MAX (width, run);
    }
    return width;
}

void
modori_finder_add (ModoriFinder *finder, ModoriSpan literal, gboolean blanks, guint item)
{
    guint width = width_of (literal, blanks);
    gsize before;
    Literal entry = { .start = finder->letters->len, .item = item, .len = (guint16) literal.len,
                      .blanks = blanks };

    g_return_if_fail (width && literal.len <= G_MAXUINT16);
    before = modori_rarest_gram (literal, width, blanks);
    entry.before = (guint16) before;
    entry.gram = gram_of (literal.at + before, width);
    entry.rare =
        (guint8) modori_rarest_gram (modori_span (literal.at + before, width), 1, FALSE);
    g_byte_array_append (finder->letters, (const guint8 *) literal.at, (guint) literal.len);
    g_array_append_val (finder->grams[width].literals, entry);
}

/* --- the table --- */

static guint
log2_above (guint n, guint least)
{
    while (least < 30 && 1u << least < n)
        least++;
    return least;
}

/* By what they are, not by item. */
static gint
compare (gconstpointer a, gconstpointer b, gpointer letters)
{
    const Literal *x = a, *y = b;

    if (x->len != y->len || x->blanks != y->blanks)
        return x->len != y->len ? (gint) x->len - (gint) y->len : x->blanks - y->blanks;
    return memcmp ((const char *) letters + x->start, (const char *) letters + y->start, x->len);
}

/* Put the literals in the order of their places, which starts tell; those that are the same side
 * by side. */
static void
sort_literals (Grams *grams)
{
    guint n = grams->literals->len, n_buckets = 1u << grams->buckets;
    GArray *sorted = g_array_sized_new (FALSE, FALSE, sizeof (Literal), n);
    Literal *from = (Literal *) grams->literals->data, *to = (Literal *) sorted->data;
    guint32 *starts = g_new0 (guint32, n_buckets + 1);

    for (guint i = 0; i < n; i++)
        starts[place_of (from[i].gram, grams->buckets)]++;
    for (guint i = 1; i <= n_buckets; i++)
        starts[i] += starts[i - 1];
    for (guint i = n; i-- > 0;)
        to[--starts[place_of (from[i].gram, grams->buckets)]] = from[i];
    g_array_set_size (sorted, n);
    g_array_unref (grams->literals);
    grams->literals = sorted;
    g_free (grams->starts);
    grams->starts = starts;
}

static void
build (const ModoriFinder *finder, Grams *grams)
{
    gpointer letters = finder->letters->data;
    Literal *literals;
    guint n = grams->literals->len;

    grams->bits = MIN (log2_above (SPARSENESS * n, LEAST_BITS), MOST_BITS);
    grams->buckets = log2_above (2 * n, 1);
    g_array_sort_with_data (grams->literals, compare, letters);
    sort_literals (grams);
    literals = (Literal *) grams->literals->data;
    g_free (grams->marks);
    grams->marks = g_new0 (guint8, 1u << grams->bits);
    for (guint i = 0; i < n; i++) {
        literals[i].same = i && compare (&literals[i - 1], &literals[i], letters) == 0;
        grams->marks[place_of (literals[i].gram, grams->bits)] = 1;
    }
    grams->built = n;
}

/* --- the run --- */

static gboolean
is_white (char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Does LITERAL stand at AT in TEXT, whatever white space is in it?  From its gram, which is there,
 * to its end. */
static gboolean
goes_on (ModoriSpan text, gsize at, ModoriSpan literal)
{
    for (gsize i = 0; i < literal.len; i++) {
        gsize start = at;

        if (literal.at[i] != ' ') {
            if (at >= text.len || text.at[at] != literal.at[i])
                return FALSE;
            at++;
            continue;
        }
        while (at < text.len && is_white (text.at[at]))
            at++;
        if (at == start)
            return FALSE;
    }
    return TRUE;
}

/* The same backwards from AT, where LITERAL ends.  *AT gets where it begins. */
static gboolean
came_before (ModoriSpan text, gsize *at, ModoriSpan literal)
{
    for (gsize i = literal.len; i-- > 0;) {
        gsize end = *at;

        if (literal.at[i] != ' ') {
            if (*at == 0 || text.at[*at - 1] != literal.at[i])
                return FALSE;
            --*at;
            continue;
        }
        while (*at > 0 && is_white (text.at[*at - 1]))
            --*at;
        if (*at == end)
            return FALSE;
    }
    return TRUE;
}

/* LITERAL's gram is at *AT in TEXT.  Is all of it?  *AT gets where it begins. */
static gboolean
stands (const ModoriFinder *finder, const Literal *literal, ModoriSpan text, gsize *at)
{
    const char *letters = (const char *) finder->letters->data + literal->start;
    ModoriSpan whole = modori_span (letters, literal->len);

    if (literal->blanks)
        return goes_on (text, *at, modori_span_skip (whole, literal->before))
            && came_before (text, at, modori_span (letters, literal->before));
    if (*at < literal->before || text.len - (*at - literal->before) < literal->len)
        return FALSE;
    *at -= literal->before;
    return memcmp (text.at + *at, letters, literal->len) == 0;
}

/* A run through a text. */
typedef struct {
    const ModoriFinder *finder;
    const Grams *grams;
    ModoriSpan text;
    GArray *sights;
    guint32 turn;               /* what was seen in this one is not looked for again; or EVERY */
} Run;

/* GRAM is at AT in the text: try literals I up to END. */
static void
try_literals (const Run *run, guint i, guint end, guint32 gram, gsize at)
{
    Literal *literals = (Literal *) run->grams->literals->data;
    gboolean found = FALSE;
    gsize start = at;

    for (; i < end; i++) {
        Literal *literal = &literals[i];

        if (! literal->same) {
            start = at;
            found = literal->gram == gram && (run->turn == EVERY || literal->turn != run->turn)
                && stands (run->finder, literal, run->text, &start);
            if (found)
                literal->turn = run->turn;
        }
        if (found) {
            const ModoriSight sight = { literal->item, (guint32) start };

            g_array_append_val (run->sights, sight);
        }
    }
}

static void
look_up (const Run *run, guint32 gram, gsize at)
{
    const guint32 *starts = run->grams->starts + place_of (gram, run->grams->buckets);

    try_literals (run, starts[0], starts[1], gram, at);
}

static inline guint
mark_of (const Grams *grams, guint32 gram)
{
    return grams->marks[place_of (gram, grams->bits)];
}

static inline guint32
load (const char *at)
{
    guint32 gram;

    memcpy (&gram, at, sizeof gram);
    return GUINT32_FROM_LE (gram);
}

/* This is done for every byte: four places at a time, nearly all of which have no mark. */
static void
run_wide (const Run *run)
{
    const Grams *grams = run->grams;
    const char *at = run->text.at, *end = at + (run->text.len < WIDEST ? 0 : run->text.len - 3);

    while (at < end) {
        guint n = (guint) MIN (end - at, 4);

        if (n == 4 && ! (mark_of (grams, load (at)) | mark_of (grams, load (at + 1))
                         | mark_of (grams, load (at + 2)) | mark_of (grams, load (at + 3)))) {
            at += 4;
            continue;
        }
        for (; n; n--, at++)
            if (mark_of (grams, load (at)))
                look_up (run, load (at), (gsize) (at - run->text.at));
    }
}

/* The same for narrower grams. */
static void
run_narrow (const Run *run, guint width)
{
    const guint32 mask = G_MAXUINT32 >> 8 * (WIDEST - width);

    for (gsize at = 0; at + width <= run->text.len; at++) {
        const char *place = run->text.at + at;
        guint32 gram = at + WIDEST <= run->text.len ? load (place) & mask : gram_of (place, width);

        if (mark_of (run->grams, gram))
            look_up (run, gram, at);
    }
}

/* Search for the gram of literals I up to END, which are the same, by its rarest byte. */
static void
search (const Run *run, guint width, guint i, guint end)
{
    const Literal *literal = &g_array_index (run->grams->literals, Literal, i);
    gint byte = (gint) (literal->gram >> 8 * literal->rare & 0xff);
    ModoriSpan text = run->text, rest = modori_span_skip (text, literal->rare);
    const char *at;

    while ((at = memchr (rest.at, byte, rest.len)) != NULL) {
        gsize place = (gsize) (at - text.at) - literal->rare;

        if (place + width <= text.len && gram_of (text.at + place, width) == literal->gram)
            try_literals (run, i, end, literal->gram, place);
        rest = modori_span_between (at + 1, modori_span_end (text));
    }
}

static void
search_each (const Run *run, guint width)
{
    const Literal *literals = (const Literal *) run->grams->literals->data;
    guint end, n = run->grams->literals->len;

    for (guint i = 0; i < n; i = end) {
        for (end = i + 1; end < n && literals[end].same;)
            end++;
        search (run, width, i, end);
    }
}

static void
run_all (ModoriFinder *finder, ModoriSpan folded, GArray *sights, guint32 turn)
{
    Run run = { finder, NULL, folded, sights, turn };

    for (guint width = WIDEST; width >= 1; width--) {
        Grams *grams = &finder->grams[width];

        if (grams->built < grams->literals->len)
            build (finder, grams);
        run.grams = grams;
        if (width == WIDEST && grams->built)
            run_wide (&run);
        else if (grams->built > FEW)
            run_narrow (&run, width);
        else
            search_each (&run, width);
    }
}

static gint
by_place (gconstpointer a, gconstpointer b, G_GNUC_UNUSED gpointer data)
{
    const ModoriSight *x = a, *y = b;

    return (x->at > y->at) - (x->at < y->at);
}

void
modori_finder_run (ModoriFinder *finder, ModoriSpan folded, GArray *sights)
{
    guint first = sights->len, n;

    run_all (finder, folded, sights, EVERY);
    n = sights->len - first;
    if (n > 1)
        g_qsort_with_data (&g_array_index (sights, ModoriSight, first), (gint) n,
                           sizeof (ModoriSight), by_place, NULL);
}

void
modori_finder_run_once (ModoriFinder *finder, ModoriSpan folded, GArray *sights)
{
    if (++finder->turn == EVERY)
        ++finder->turn;
    run_all (finder, folded, sights, finder->turn);
}
