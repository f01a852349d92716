/* phrase.c - the telling words of a text.
 *
 * A Match should be what a person would choose: some words in a row that stand in this text and
 * in no other.  So a text is cut at its masks and where sentences end, and the pieces are weighed
 * by how rare their words are.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "rules/phrase.h"

/* A phrase of more words breaks at the first one that its author changes. */
#define WORDS_MAX 8

/* The same where there are no blanks between words. */
#define WIDE_MAX 30

/* Pieces that are weighed. */
#define PHRASES_MAX 12

/* A mask in an expression stands for so many characters; more than one or two would make it
 * slow. */
#define EXACT_MASKS_MAX 2

/* Bytes of an expression that is a whole reply. */
#define EXACT_MAX 160

/* Words of a name, and bytes. */
#define NAME_WORDS 4
#define NAME_BYTES 40

/* --- pieces --- */

/* How long the end of a sentence at the start of TEXT is, or 0. */
static gsize
end_length (ModoriSpan text)
{
    static const char *const ends[] = { ". ", "; ", "! ", "? ", " - ", ".. ", "(", ")", "[", "]",
                                        "<", ">", "{", "}", "|", "\"", "'", "`",
                                        "\343\200\202" /* U+3002 */, "\343\200\201" /* U+3001 */,
                                        "\357\274\210" /* U+FF08 */, "\357\274\211" /* U+FF09 */ };

    if (modori_is_mask (*text.at))
        return 1;
    /* "can't" is one word */
    if (*text.at == '\'' && text.len > 1 && g_ascii_isalpha (text.at[1]))
        return 0;
    for (guint i = 0; i < G_N_ELEMENTS (ends); i++)
        if (modori_span_begins (text, ends[i]))
            return strlen (ends[i]);
    return 0;
}

static gsize
piece_length (ModoriSpan text)
{
    gsize n = 0;

    while (n < text.len && ! end_length (modori_span_skip (text, n)))
        n += modori_character_length (modori_span_skip (text, n));
    return n;
}

/* TEXT without blanks and punctuation at its ends. */
static ModoriSpan
trim (ModoriSpan text)
{
    while (text.len && (*text.at == ' ' || g_ascii_ispunct (*text.at)))
        text = modori_span_skip (text, 1);
    while (text.len && (text.at[text.len - 1] == ' ' || g_ascii_ispunct (text.at[text.len - 1])))
        text.len--;
    return text;
}

/* The first WORDS_MAX words of TEXT, or WIDE_MAX characters beyond ASCII. */
static ModoriSpan
first_words (ModoriSpan text)
{
    guint words = 0, wide = 0;
    gsize n = 0;

    while (n < text.len && wide < WIDE_MAX) {
        words += text.at[n] == ' ';
        wide += (guchar) text.at[n] >= 0xe0;
        if (words == WORDS_MAX)
            break;
        n += modori_character_length (modori_span_skip (text, n));
    }
    return trim (modori_span (text.at, n));
}

static ModoriSpan
last_words (ModoriSpan text)
{
    guint words = 0;
    gsize n = text.len;

    while (n > 0 && words < WORDS_MAX)
        words += text.at[--n] == ' ';
    return trim (modori_span_skip (text, n));
}

/* --- weighing --- */

typedef struct {
    ModoriSpan text;
    guint weight;
} Piece;

static int
compare_pieces (gconstpointer a, gconstpointer b)
{
    const Piece *one = a, *other = b;

    if (one->weight != other->weight)
        return one->weight > other->weight ? -1 : 1;
    return one->text.at < other->text.at ? -1 : one->text.at > other->text.at;
}

static void
add_piece (GArray *pieces, const ModoriLikeness *likeness, ModoriSpan text)
{
    Piece piece = { text, modori_likeness_weight (likeness, text) };

    if (text.len >= 3 && piece.weight)
        g_array_append_val (pieces, piece);
}

static void
add_windows (GArray *pieces, const ModoriLikeness *likeness, ModoriSpan text)
{
    ModoriSpan first = first_words (text), last = last_words (text);

    add_piece (pieces, likeness, first);
    if (first.len < text.len && modori_span_is_ascii (text))
        add_piece (pieces, likeness, last);
}

GPtrArray *
modori_phrases (const ModoriLikeness *likeness, ModoriSpan masked)
{
    g_autoptr (GArray) pieces = g_array_new (FALSE, FALSE, sizeof (Piece));
    GPtrArray *phrases = g_ptr_array_new_with_free_func (g_free);

    while (masked.len) {
        gsize n = piece_length (masked);

        add_windows (pieces, likeness, trim (modori_span (masked.at, n)));
        masked = modori_span_skip (masked, n);
        masked = modori_span_skip (masked, masked.len ? end_length (masked) : 0);
    }
    g_array_sort (pieces, compare_pieces);
    for (guint i = 0; i < MIN (pieces->len, PHRASES_MAX); i++)
        g_ptr_array_add (phrases, modori_span_dup (g_array_index (pieces, Piece, i).text));
    return phrases;
}

gboolean
modori_phrase_is_short (const char *phrase)
{
    return strlen (phrase) < 12 || (modori_span_is_ascii (modori_span_of (phrase))
                                    && ! strchr (phrase, ' '));
}

/* --- what a phrase becomes --- */

void
modori_phrase_escape (GString *out, ModoriSpan text)
{
    for (gsize i = 0; i < text.len; i++) {
        if (text.at[i] && strchr ("\\^$.[]|()?*+{}", text.at[i]))
            g_string_append_c (out, '\\');
        g_string_append_c (out, text.at[i]);
    }
}

char *
modori_phrase_exactly (ModoriSpan masked)
{
    GString *out = g_string_new ("/(?:^|\\d )");
    guint masks = 0;

    masked = modori_span_trim (masked);
    for (gsize i = 0; i < masked.len; i++) {
        char c = masked.at[i];

        masks += modori_is_mask (c);
        if (modori_is_mask (c))
            g_string_append (out, "\\S{1,80}");
        else
            modori_phrase_escape (out, modori_span (masked.at + i, 1));
    }
    g_string_append (out, "(?:$| \\()/");
    if (masks <= EXACT_MASKS_MAX && masked.len <= EXACT_MAX)
        return g_string_free (out, FALSE);
    g_string_free (out, TRUE);
    return NULL;
}

/* Does WORD say what happened? */
static gboolean
is_telling (ModoriSpan word)
{
    static const char *const others[] = { "the", "and", "for", "this", "that", "your", "you", "was",
                                          "has", "been", "are", "from", "with", "our", "its",
                                          "have", "will", "please", "but" };

    if (word.len < 3 || ! modori_span_is_ascii (word) || ! g_ascii_isalpha (*word.at))
        return FALSE;
    for (guint i = 0; i < G_N_ELEMENTS (others); i++)
        if (modori_span_is (word, others[i]))
            return FALSE;
    return TRUE;
}

char *
modori_phrase_name (const char *phrase)
{
    GString *name = g_string_new (NULL);
    ModoriSpan rest = modori_span_of (phrase);
    guint words = 0;

    while (rest.len && words < NAME_WORDS) {
        gsize n = modori_word_length (rest);
        ModoriSpan word = modori_span (rest.at, n);

        rest = modori_span_skip (rest, n ? n : modori_character_length (rest));
        if (! is_telling (word) || name->len + word.len > NAME_BYTES)
            continue;
        if (words++)
            g_string_append_c (name, '-');
        for (gsize i = 0; i < word.len; i++)
            g_string_append_c (name, word.at[i] == '_' ? '-' : g_ascii_tolower (word.at[i]));
    }
    return g_string_free (name, FALSE);
}
