/* finder.c - which of many literals stand in a text, in one pass.
 *
 * Each literal is entered under one of its grams, four bytes of it that follow each other.  A text
 * is run through by its grams: a mark tells whether any literal is entered there, and nearly always
 * none is.  The marks are few enough to stay in the nearest cache.  Behind a mark there is a table
 * from grams to literals, which are then compared.
 *
 * The grams are chosen so that few texts have them.  What a text is likely to say is known from the
 * literals themselves: a gram that many have ("your", "ssag", "eliv") stands in most texts.
 *
 * Literals without four bytes in a row are few, and searched for by their rarest byte; so are all
 * where there are not many.
 *
 * There is no automaton: its states would take more memory than all rules, and longer to build
 * than most runs of the program last.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "text/finder.h"

#include "text/subject.h"

/* A gram's bytes. */
#define GRAM 4

/* Marks for each literal: one gram in so many that no literal has is looked up for nothing. */
#define SPARSENESS 32

/* Fewer marks are not worth counting, and more of them are not near any more (log2, bytes). */
#define LEAST_BITS 10
#define MOST_BITS 14

/* Counters for the grams of all literals (log2). */
#define COUNTER_BITS 13

/* So few literals, or so few bytes, are searched for one by one. */
#define FEW 12

/* What was added. */
typedef struct {
    guint32 start;              /* of the literal, in the finder's letters */
    guint32 item;
    guint16 len;
    gboolean blanks;
} Entry;

/* The same literal of some entries. */
typedef struct {
    guint32 gram;               /* under which it is entered, or a byte */
    guint32 other;              /* another gram: few texts have both */
    gint32 distance;            /* from the first to that */
    guint32 start;
    guint32 turn;               /* when it was seen */
    guint32 first, end;         /* its items */
    guint16 len;
    guint16 before;             /* bytes of it before the gram */
    gboolean blanks;
} Literal;

struct ModoriFinder {
    GArray *entries;            /* Entry */
    GByteArray *letters;
    guint built;                /* how many entries are in what follows */
    Literal *literals;          /* those by gram in the order of their buckets, those by byte */
    guint n_wide;               /* how many have grams */
    guint bits, buckets;        /* log2 of the numbers of marks and buckets */
    guint8 *marks;
    guint32 *starts;            /* of each bucket in the literals; one more: their end */
    guint32 byte_starts[0x101]; /* the same of each byte */
    guint n_bytes;
    guint8 bytes[0x100];        /* those that have literals */
    guint32 *items;
    guint32 *found;             /* room for all of them */
    guint32 turn;
};

ModoriFinder *
modori_finder_new (void)
{
    ModoriFinder *finder = g_new0 (ModoriFinder, 1);

    finder->entries = g_array_new (FALSE, FALSE, sizeof (Entry));
    finder->letters = g_byte_array_new ();
    return finder;
}

static void
forget_tables (ModoriFinder *finder)
{
    g_free (finder->literals);
    g_free (finder->marks);
    g_free (finder->starts);
    g_free (finder->items);
    g_free (finder->found);
}

void
modori_finder_free (ModoriFinder *finder)
{
    if (! finder)
        return;
    forget_tables (finder);
    g_array_unref (finder->entries);
    g_byte_array_unref (finder->letters);
    g_free (finder);
}

void
modori_finder_add (ModoriFinder *finder, ModoriSpan literal, gboolean blanks, guint item)
{
    const Entry entry = { finder->letters->len, item, (guint16) literal.len, blanks };

    g_return_if_fail (literal.len > 0 && literal.len <= G_MAXUINT16);
    g_byte_array_append (finder->letters, (const guint8 *) literal.at, (guint) literal.len);
    g_array_append_val (finder->entries, entry);
}

/* --- grams --- */

static inline guint32
load (const char *at)
{
    guint32 gram;

    memcpy (&gram, at, sizeof gram);
    return GUINT32_FROM_LE (gram);
}

/* The upper BITS are those of the places of a table. */
static inline guint32
place_of (guint32 gram, guint bits)
{
    return gram * 0x9e3779b1u >> (32 - bits);
}

/* Is there a gram at I in LITERAL?  White space may be anything. */
static gboolean
has_gram (const Literal *literal, const char *letters, guint i)
{
    return i + GRAM <= literal->len && ! (literal->blanks && memchr (letters + i, ' ', GRAM));
}

static void
count_grams (const Literal *literal, const char *letters, guint16 *counters)
{
    for (guint i = 0; i + GRAM <= literal->len; i++) {
        guint16 *counter = &counters[place_of (load (letters + i), COUNTER_BITS)];

        if (has_gram (literal, letters, i) && *counter < G_MAXUINT16)
            ++*counter;
    }
}

/* How much the gram at AT tells: more when its letters are rare, and when few literals have it. */
static guint
worth (const char *at, const guint16 *counters)
{
    guint rarity = 1;

    for (guint i = 0; i < GRAM; i++)
        rarity += modori_letter_rarity (at[i]);
    return (rarity << 16) / counters[place_of (load (at), COUNTER_BITS)];
}

/* Where the gram of LITERAL is that tells most; its length when there is none. */
static guint
best_gram (const Literal *literal, const char *letters, const guint16 *counters)
{
    guint best = literal->len, most = 0;

    for (guint i = 0; i < literal->len; i++) {
        guint value = has_gram (literal, letters, i) ? worth (letters + i, counters) : 0;

        if (value > most) {
            best = i;
            most = value;
        }
    }
    return best;
}

/* Where another gram is: as far from that at BEFORE as is possible with nothing in between, where
 * there might be white space. */
static guint
other_gram (const Literal *literal, const char *letters, guint before)
{
    for (guint i = GRAM; i > 0; i--) {
        if (has_gram (literal, letters, before + i))
            return before + i;
        if (before >= i && has_gram (literal, letters, before - i))
            return before - i;
    }
    return before;
}

/* Choose the grams of LITERAL.  FALSE: it has none. */
static gboolean
choose_grams (Literal *literal, const char *letters, const guint16 *counters)
{
    guint before = best_gram (literal, letters, counters), other;

    if (before == literal->len)
        return FALSE;
    other = other_gram (literal, letters, before);
    literal->before = (guint16) before;
    literal->gram = load (letters + before);
    literal->other = load (letters + other);
    literal->distance = (gint32) other - (gint32) before;
    return TRUE;
}

static void
choose_byte (Literal *literal, const char *letters)
{
    ModoriSpan whole = modori_span (letters, literal->len);

    literal->before = (guint16) modori_rarest_gram (whole, 1, literal->blanks);
    literal->gram = (guchar) letters[literal->before];
}

/* --- the tables --- */

/* By what they are, then by item. */
static gint
compare (gconstpointer a, gconstpointer b, gpointer letters)
{
    const Entry *x = a, *y = b;
    gint order;

    if (x->len != y->len || x->blanks != y->blanks)
        return x->len != y->len ? (gint) x->len - (gint) y->len : x->blanks - y->blanks;
    order = memcmp ((const char *) letters + x->start, (const char *) letters + y->start, x->len);
    return order ? order : (x->item > y->item) - (x->item < y->item);
}

static gboolean
is_entry (const Literal *literal, const Entry *entry, const char *letters)
{
    return entry->len == literal->len && entry->blanks == literal->blanks
        && memcmp (letters + entry->start, letters + literal->start, entry->len) == 0;
}

/* The literals, each once with all its items.  Their number. */
static guint
join_entries (ModoriFinder *finder)
{
    const char *letters = (const char *) finder->letters->data;
    guint n = 0;

    g_array_sort_with_data (finder->entries, compare, finder->letters->data);
    for (guint i = 0; i < finder->entries->len; i++) {
        const Entry *entry = &g_array_index (finder->entries, Entry, i);

        if (n == 0 || ! is_entry (&finder->literals[n - 1], entry, letters))
            finder->literals[n++] = (Literal) { .start = entry->start, .first = i,
                                                .len = entry->len, .blanks = entry->blanks };
        finder->literals[n - 1].end = i + 1;
        finder->items[i] = entry->item;
    }
    return n;
}

/* Choose grams and bytes of N literals, and put those with grams before the others. */
static void
part_literals (ModoriFinder *finder, guint n)
{
    const char *letters = (const char *) finder->letters->data;
    g_autofree guint16 *counters = g_new0 (guint16, 1 << COUNTER_BITS);
    Literal *literals = finder->literals;

    finder->n_wide = 0;
    for (guint i = 0; i < n; i++)
        count_grams (&literals[i], letters + literals[i].start, counters);
    for (guint i = 0; i < n; i++) {
        Literal literal = literals[i];

        if (n <= FEW || ! choose_grams (&literal, letters + literal.start, counters)) {
            choose_byte (&literals[i], letters + literal.start);
            continue;
        }
        literals[i] = literals[finder->n_wide];
        literals[finder->n_wide++] = literal;
    }
}

/* Where LITERAL is entered in a table of so many BITS; 0: the table by byte. */
static guint
bucket_of (const Literal *literal, guint bits)
{
    return bits ? place_of (literal->gram, bits) : literal->gram;
}

/* Sort the literals from FIRST up to END by their buckets.  STARTS gets where each bucket begins,
 * and behind the last one the end. */
static void
sort_literals (Literal *literals, guint first, guint end, guint bits, guint32 *starts)
{
    guint n_buckets = bits ? 1u << bits : 0x100, at = first;
    g_autofree Literal *from = g_memdup2 (literals + first, (end - first) * sizeof (Literal));

    memset (starts, 0, (n_buckets + 1) * sizeof *starts);
    for (guint i = 0; i < end - first; i++)
        starts[bucket_of (&from[i], bits)]++;
    for (guint i = 0; i < n_buckets; i++)
        starts[i] = at += starts[i];
    starts[n_buckets] = end;
    for (guint i = end - first; i-- > 0;)
        literals[--starts[bucket_of (&from[i], bits)]] = from[i];
}

static guint
log2_above (guint n, guint least)
{
    while (least < 30 && 1u << least < n)
        least++;
    return least;
}

static void
build (ModoriFinder *finder)
{
    guint n = finder->entries->len;

    forget_tables (finder);
    finder->literals = g_new (Literal, n);
    finder->items = g_new (guint32, n);
    finder->found = g_new (guint32, n);
    finder->built = n;
    finder->turn = 1;
    n = join_entries (finder);
    part_literals (finder, n);
    finder->bits = MIN (log2_above (SPARSENESS * finder->n_wide, LEAST_BITS), MOST_BITS);
    finder->buckets = log2_above (2 * finder->n_wide, 1);
    finder->starts = g_new (guint32, (1u << finder->buckets) + 1);
    sort_literals (finder->literals, 0, finder->n_wide, finder->buckets, finder->starts);
    sort_literals (finder->literals, finder->n_wide, n, 0, finder->byte_starts);
    finder->marks = g_new0 (guint8, 1u << finder->bits);
    for (guint i = 0; i < finder->n_wide; i++)
        finder->marks[place_of (finder->literals[i].gram, finder->bits)] = 1;
    finder->n_bytes = 0;
    for (guint i = finder->n_wide; i < n; i++)
        if (i == finder->n_wide || finder->literals[i].gram != finder->literals[i - 1].gram)
            finder->bytes[finder->n_bytes++] = (guint8) finder->literals[i].gram;
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

/* The same backwards from AT, where LITERAL ends. */
static gboolean
came_before (ModoriSpan text, gsize at, ModoriSpan literal)
{
    for (gsize i = literal.len; i-- > 0;) {
        gsize end = at;

        if (literal.at[i] != ' ') {
            if (at == 0 || text.at[at - 1] != literal.at[i])
                return FALSE;
            at--;
            continue;
        }
        while (at > 0 && is_white (text.at[at - 1]))
            at--;
        if (at == end)
            return FALSE;
    }
    return TRUE;
}

/* LITERAL's gram, or its byte, is at AT in TEXT.  Is all of it? */
static gboolean
stands (const ModoriFinder *finder, const Literal *literal, ModoriSpan text, gsize at)
{
    const char *letters = (const char *) finder->letters->data + literal->start;
    ModoriSpan whole = modori_span (letters, literal->len);

    if (literal->blanks)
        return goes_on (text, at, modori_span_skip (whole, literal->before))
            && came_before (text, at, modori_span (letters, literal->before));
    return at >= literal->before && text.len - (at - literal->before) >= literal->len
        && memcmp (text.at + at - literal->before, letters, literal->len) == 0;
}

/* A run through a text. */
typedef struct {
    const ModoriFinder *finder;
    ModoriSpan text;
    guint n;                    /* items that were found */
} Run;

/* The gram or byte of LITERAL is at AT in the text. */
static void
try_literal (Run *run, Literal *literal, gsize at)
{
    const ModoriFinder *finder = run->finder;

    if (literal->turn == finder->turn || ! stands (finder, literal, run->text, at))
        return;
    literal->turn = finder->turn;
    for (guint i = literal->first; i < literal->end; i++)
        finder->found[run->n++] = finder->items[i];
}

/* Is the other gram of LITERAL where it must be, when the first is at AT?  Before the start is far
 * behind the end. */
static inline gboolean
has_other (ModoriSpan text, const Literal *literal, gsize at)
{
    at += (gsize) literal->distance;
    return at <= text.len - GRAM && load (text.at + at) == literal->other;
}

static void
look_up (Run *run, const char *at)
{
    guint32 gram = load (at);
    const guint32 *starts = run->finder->starts + place_of (gram, run->finder->buckets);
    gsize place = (gsize) (at - run->text.at);

    for (guint i = starts[0]; i < starts[1]; i++) {
        Literal *literal = &run->finder->literals[i];

        if (literal->gram == gram && has_other (run->text, literal, place))
            try_literal (run, literal, place);
    }
}

static inline guint
mark_at (const ModoriFinder *finder, const char *at)
{
    return finder->marks[place_of (load (at), finder->bits)];
}

/* This is done for every byte: four places at a time, nearly all of which have no mark. */
static void
run_grams (Run *run)
{
    const ModoriFinder *finder = run->finder;
    const char *at = run->text.at, *end = at + run->text.len - (GRAM - 1);

    for (; end - at >= 4; at += 4)
        if (mark_at (finder, at) | mark_at (finder, at + 1) | mark_at (finder, at + 2)
            | mark_at (finder, at + 3))
            for (guint i = 0; i < 4; i++)
                if (mark_at (finder, at + i))
                    look_up (run, at + i);
    for (; at < end; at++)
        if (mark_at (finder, at))
            look_up (run, at);
}

static void
try_byte (Run *run, const char *at)
{
    const guint32 *starts = run->finder->byte_starts + (guchar) *at;

    for (guint i = starts[0]; i < starts[1]; i++)
        try_literal (run, &run->finder->literals[i], (gsize) (at - run->text.at));
}

/* The literals by byte: some few bytes are searched for one by one. */
static void
run_bytes (Run *run)
{
    const ModoriFinder *finder = run->finder;
    const char *at = run->text.at, *end = modori_span_end (run->text);

    for (guint i = 0; finder->n_bytes <= FEW && i < finder->n_bytes; i++)
        for (at = run->text.at; (at = memchr (at, finder->bytes[i], (gsize) (end - at))); at++)
            try_byte (run, at);
    for (; finder->n_bytes > FEW && at < end; at++)
        try_byte (run, at);
}

const guint32 *
modori_finder_run (ModoriFinder *finder, ModoriSpan folded, guint *n)
{
    Run run = { finder, folded, 0 };

    if (finder->built < finder->entries->len || ++finder->turn == 0)
        build (finder);
    if (finder->n_wide && folded.len >= GRAM)
        run_grams (&run);
    if (finder->n_bytes && folded.len)
        run_bytes (&run);
    *n = run.n;
    return finder->found;
}
