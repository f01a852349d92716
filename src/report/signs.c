/* signs.c - words that tell who wrote a message, as the rules have them.
 *
 * They are looked for in every message of every mailbox, so they are plain words, not patterns.
 * Each has one of 32 bits, which a table has at the bytes that may be its first, second and third:
 * where the three bytes of a text have a bit in common, the words of that bit are compared, and
 * that is nearly nowhere.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "report/signs.h"

/* Bytes that are written as numbers: a word of a dozen characters. */
#define BYTES_MAX 32

enum { SUBJECT, SUBJECT_BYTES, FROM, TO, ANSWER, FORWARD, DIVIDER };

static const char *const field_names[] = {
    "Subject", "Subject-Bytes", "From", "To", "Answer", "Forward", "Divider", "Note", "See", NULL
};

const ModoriKind modori_sign_kind = { "Sign", field_names };

/* As many as a guint32 has. */
#define N_BITS 32

/* The words of which a byte may be the first, the second, the third one, by their bits. */
typedef struct {
    guint32 at[4];              /* the last one is not used: sixteen bytes are found faster */
} Places;

typedef struct {
    GPtrArray *words;           /* of char *, in small letters; the bit of one is its index % 32 */
    Places places[256];
} Words;

struct ModoriSigns {
    Words words[MODORI_N_SIGNS];
};

/* A word of two bytes may have anything behind it, and its text may end there. */
static void
note_places (Words *words, guint bit, const char *word)
{
    for (guint place = 0; place < 3; place++) {
        guchar byte = (guchar) word[place];

        for (guint i = 0; ! byte && i < 256; i++)
            words->places[i].at[place] |= 1u << bit;
        words->places[byte].at[place] |= 1u << bit;
        words->places[(guchar) g_ascii_toupper ((char) byte)].at[place] |= 1u << bit;
    }
}

/* "67 5b 3f 2e" as four bytes, or NULL. */
static char *
read_bytes (const char *text)
{
    char *bytes = g_malloc0 (BYTES_MAX + 1);
    gsize n = 0;

    for (; *text && n < BYTES_MAX; text += text[2] ? 3 : 2) {
        if (! g_ascii_isxdigit (text[0]) || ! g_ascii_isxdigit (text[1])
            || (text[2] && text[2] != ' '))
            break;
        bytes[n++] = (char) (g_ascii_xdigit_value (text[0]) << 4 | g_ascii_xdigit_value (text[1]));
    }
    if (! *text && n > 1)
        return bytes;
    g_free (bytes);
    return NULL;
}

/* Takes WORD, which has two bytes or more. */
static void
add_word (Words *words, char *word)
{
    note_places (words, words->words->len % N_BITS, word);
    g_ptr_array_add (words->words, word);
}

static gboolean
add_entry (ModoriSigns *signs, const ModoriBlock *block, const ModoriEntry *entry, GError **error)
{
    static const ModoriSign places[] = {
        [SUBJECT] = MODORI_SIGN_SUBJECT, [SUBJECT_BYTES] = MODORI_SIGN_SUBJECT,
        [FROM] = MODORI_SIGN_FROM,       [TO] = MODORI_SIGN_TO,
        [ANSWER] = MODORI_SIGN_ANSWER,   [FORWARD] = MODORI_SIGN_FORWARD,
        [DIVIDER] = MODORI_SIGN_DIVIDER,
    };
    g_autofree char *text = NULL;
    char *word;

    if (entry->key >= G_N_ELEMENTS (places))
        return TRUE;
    text = modori_entry_text (entry);
    word = entry->key == SUBJECT_BYTES ? read_bytes (text) : g_ascii_strdown (text, -1);
    if (! word || strlen (word) < 2) {
        g_free (word);
        return modori_entry_fail (block, entry, error,
                                  "expected a word of two letters or more, or bytes (\"67 5b\")");
    }
    add_word (&signs->words[places[entry->key]], word);
    return TRUE;
}

ModoriSigns *
modori_signs_new (const ModoriKnowledge *knowledge, GError **error)
{
    g_autoptr (ModoriSigns) signs = g_new0 (ModoriSigns, 1);
    const GPtrArray *blocks = modori_knowledge_blocks (knowledge, &modori_sign_kind);

    for (guint i = 0; i < MODORI_N_SIGNS; i++)
        signs->words[i].words = g_ptr_array_new_with_free_func (g_free);
    for (guint i = 0; i < blocks->len; i++) {
        const ModoriBlock *block = g_ptr_array_index (blocks, i);

        for (guint n = 0; n < block->n_entries; n++)
            if (! add_entry (signs, block, &block->entries[n], error))
                return NULL;
    }
    return g_steal_pointer (&signs);
}

void
modori_signs_free (ModoriSigns *signs)
{
    if (! signs)
        return;
    for (guint i = 0; i < MODORI_N_SIGNS; i++)
        g_ptr_array_unref (signs->words[i].words);
    g_free (signs);
}

static gboolean
begins (ModoriSpan text, const char *word)
{
    gsize n = 0;

    while (word[n] && n < text.len && modori_ascii_lower (text.at[n]) == word[n])
        n++;
    return word[n] == '\0';
}

/* Does TEXT begin with one of the words whose bits are in BITS? */
static gboolean
begins_one (const Words *words, guint32 bits, ModoriSpan text)
{
    for (; bits; bits &= bits - 1)
        for (guint i = (guint) g_bit_nth_lsf (bits, -1); i < words->words->len; i += N_BITS)
            if (begins (text, g_ptr_array_index (words->words, i)))
                return TRUE;
    return FALSE;
}

gboolean
modori_signs_begin (const ModoriSigns *signs, ModoriSign sign, ModoriSpan text)
{
    const Words *words = signs ? &signs->words[sign] : NULL;
    guint32 bits = words ? G_MAXUINT32 : 0;

    for (gsize i = 0; i < 3 && bits; i++)
        bits &= words->places[i < text.len ? (guchar) text.at[i] : 0].at[i];
    return bits && begins_one (words, bits, text);
}

gboolean
modori_signs_found (const ModoriSigns *signs, ModoriSign sign, ModoriSpan text)
{
    const Words *words = signs ? &signs->words[sign] : NULL;
    guint32 first = 0, second = 0;      /* words that may have begun one and two bytes before */

    if (! words)
        return FALSE;
    for (gsize i = 0; i < text.len; i++) {
        const guint32 *places = words->places[(guchar) text.at[i]].at;

        if ((second & places[2])
            && begins_one (words, second & places[2], modori_span_skip (text, i - 2)))
            return TRUE;
        second = first & places[1];
        first = places[0];
    }
    second &= words->places[0].at[2];
    return second && begins_one (words, second, modori_span_skip (text, text.len - 2));
}
