/* likeness.c - texts by their words.
 *
 * A text is the set of its words; where a script has no blanks between them, each two neighbouring
 * characters are one.  A word weighs by how few texts have it, and texts are alike by the weight
 * of what they share (the square of the cosine between them).  A list for each word tells who has
 * it; long lists are of words that tell nothing, and are not gone through, so that finding costs
 * the same however many texts there are.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "rules/likeness.h"

/* Words of one text; the first ones say what it is about. */
#define WORDS_MAX 128

/* Texts that are looked at for one word. */
#define HOLDERS_MAX 1000

struct ModoriLikeness {
    GHashTable *numbers;        /* of a word (own) -> its number + 1 */
    GPtrArray *holders;         /* by word: GArray of guint, the texts that have it */
    GPtrArray *texts;           /* by text: GArray of guint, its words */
};

static void
free_array (gpointer data)
{
    g_array_unref (data);
}

ModoriLikeness *
modori_likeness_new (void)
{
    ModoriLikeness *likeness = g_new0 (ModoriLikeness, 1);

    likeness->numbers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    likeness->holders = g_ptr_array_new_with_free_func (free_array);
    likeness->texts = g_ptr_array_new_with_free_func (free_array);
    return likeness;
}

void
modori_likeness_free (ModoriLikeness *likeness)
{
    if (! likeness)
        return;
    g_hash_table_unref (likeness->numbers);
    g_ptr_array_unref (likeness->holders);
    g_ptr_array_unref (likeness->texts);
    g_free (likeness);
}

/* --- words --- */

/* The next word of REST, which is left behind it (of two characters: behind the first). */
static gboolean
next_word (ModoriSpan *rest, ModoriSpan *word)
{
    while (rest->len) {
        gsize n = modori_word_length (*rest), first = modori_character_length (*rest);

        *word = modori_span (rest->at, n);
        *rest = modori_span_skip (*rest, n ? n : first);
        if (n >= 2)
            return TRUE;
        if (n || first < 3 || rest->len == 0 || modori_character_length (*rest) < 3)
            continue;
        word->len = first + modori_character_length (*rest);
        return TRUE;
    }
    return FALSE;
}

/* The number of WORD; -1 when it is new and ADD is NULL. */
static gint64
number_of (const ModoriLikeness *likeness, ModoriSpan word, ModoriLikeness *add)
{
    g_autofree char *text = g_utf8_strdown (word.at, (gssize) word.len);
    gpointer known = g_hash_table_lookup (likeness->numbers, text);

    if (known || ! add)
        return (gint64) GPOINTER_TO_UINT (known) - 1;
    g_ptr_array_add (add->holders, g_array_new (FALSE, FALSE, sizeof (guint)));
    g_hash_table_insert (add->numbers, g_steal_pointer (&text),
                         GUINT_TO_POINTER (add->holders->len));
    return (gint64) add->holders->len - 1;
}

static gboolean
holds (const GArray *words, guint number)
{
    for (guint i = 0; i < words->len; i++)
        if (g_array_index (words, guint, i) == number)
            return TRUE;
    return FALSE;
}

/* The set of the words of TEXT. */
static GArray *
words_of (const ModoriLikeness *likeness, ModoriSpan text, ModoriLikeness *add)
{
    GArray *words = g_array_new (FALSE, FALSE, sizeof (guint));
    ModoriSpan word;

    while (words->len < WORDS_MAX && next_word (&text, &word)) {
        gint64 number = number_of (likeness, word, add);
        guint n = (guint) number;

        if (number >= 0 && ! holds (words, n))
            g_array_append_val (words, n);
    }
    return words;
}

static const GArray *
holders_of (const ModoriLikeness *likeness, guint word)
{
    return g_ptr_array_index (likeness->holders, word);
}

guint
modori_likeness_add (ModoriLikeness *likeness, ModoriSpan text)
{
    GArray *words = words_of (likeness, text, likeness);
    guint number = likeness->texts->len;

    for (guint i = 0; i < words->len; i++)
        g_array_append_val ((GArray *) holders_of (likeness, g_array_index (words, guint, i)),
                            number);
    g_ptr_array_add (likeness->texts, words);
    return number;
}

/* --- weights --- */

/* About the logarithm, in halves, of how few have it; at least 1. */
static guint
weight (const ModoriLikeness *likeness, guint word)
{
    guint share = 16 * (likeness->texts->len + 1) / (1 + holders_of (likeness, word)->len);
    guint bits = g_bit_storage (share);

    return 2 * bits + (share >> (bits - 2) & 1) - 9;
}

static guint
square (const ModoriLikeness *likeness, guint word)
{
    return weight (likeness, word) * weight (likeness, word);
}

static double
sum_squares (const ModoriLikeness *likeness, const GArray *words)
{
    guint sum = 0;

    for (guint i = 0; i < words->len; i++)
        sum += square (likeness, g_array_index (words, guint, i));
    return sum;
}

guint
modori_likeness_weight (const ModoriLikeness *likeness, ModoriSpan text)
{
    g_autoptr (GArray) words = words_of (likeness, text, NULL);
    guint sum = 0;

    for (guint i = 0; i < words->len; i++)
        sum += weight (likeness, g_array_index (words, guint, i));
    return sum;
}

/* --- finding --- */

static int
compare_likes (gconstpointer a, gconstpointer b)
{
    const ModoriLike *one = a, *other = b;

    if (one->likeness != other->likeness)
        return one->likeness > other->likeness ? -1 : 1;
    return one->number < other->number ? -1 : one->number > other->number;
}

/* What each text shares with WORDS, as a sum of squares, by its number. */
static GHashTable *
sum_shared (const ModoriLikeness *likeness, const GArray *words)
{
    GHashTable *shared = g_hash_table_new (NULL, NULL);

    for (guint i = 0; i < words->len; i++) {
        guint word = g_array_index (words, guint, i);
        const GArray *holders = holders_of (likeness, word);
        guint more = square (likeness, word);

        for (guint n = 0; holders->len <= HOLDERS_MAX && n < holders->len; n++) {
            gpointer key = GUINT_TO_POINTER (g_array_index (holders, guint, n));
            guint sum = GPOINTER_TO_UINT (g_hash_table_lookup (shared, key));

            g_hash_table_insert (shared, key, GUINT_TO_POINTER (sum + more));
        }
    }
    return shared;
}

GArray *
modori_likeness_nearest (const ModoriLikeness *likeness, ModoriSpan text, guint max)
{
    g_autoptr (GArray) words = words_of (likeness, text, NULL);
    g_autoptr (GHashTable) shared = sum_shared (likeness, words);
    GArray *likes = g_array_new (FALSE, FALSE, sizeof (ModoriLike));
    double own = sum_squares (likeness, words);
    GHashTableIter iter;
    gpointer key, sum;

    g_hash_table_iter_init (&iter, shared);
    while (g_hash_table_iter_next (&iter, &key, &sum)) {
        double both = GPOINTER_TO_UINT (sum);
        ModoriLike like = { .number = GPOINTER_TO_UINT (key) };

        like.likeness = both * both
            / (own * sum_squares (likeness, g_ptr_array_index (likeness->texts, like.number)));
        g_array_append_val (likes, like);
    }
    g_array_sort (likes, compare_likes);
    g_array_set_size (likes, MIN (likes->len, max));
    return likes;
}
