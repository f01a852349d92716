/* signs.c - words that tell who wrote a message, as the rules have them.
 *
 * They are looked for in every message of every mailbox, so they are plain words, not patterns.  A
 * table of the pairs of bytes that they begin with tells nearly everywhere that none begins there,
 * and they are sorted, so that only those with the same first byte are compared.
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

typedef struct {
    GPtrArray *words;           /* of char *, in small letters, sorted */
    guint first[256 + 1];       /* where those begin that begin with a byte */
    guint32 pairs[256][8];      /* by the first byte: a bit for each second one */
} Words;

struct ModoriSigns {
    Words words[MODORI_N_SIGNS];
};

static gint
by_bytes (gconstpointer a, gconstpointer b)
{
    return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static void
sort_words (Words *words)
{
    guint n = 0;

    g_ptr_array_sort (words->words, by_bytes);
    for (guint byte = 0; byte < 256; byte++) {
        words->first[byte] = n;
        while (n < words->words->len && ((guchar *) words->words->pdata[n])[0] == byte) {
            guchar second = ((guchar *) words->words->pdata[n++])[1];

            words->pairs[byte][second >> 5] |= 1u << (second & 31);
        }
    }
    words->first[256] = n;
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
    g_ptr_array_add (signs->words[places[entry->key]].words, word);
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
    for (guint i = 0; i < MODORI_N_SIGNS; i++)
        sort_words (&signs->words[i]);
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

    while (word[n] && n < text.len && text.at[n] == word[n])
        n++;
    return word[n] == '\0';
}

/* TEXT has two bytes or more. */
static inline gboolean
may_begin (const Words *words, const char *text)
{
    guchar second = (guchar) text[1];

    return words->pairs[(guchar) text[0]][second >> 5] >> (second & 31) & 1;
}

static gboolean
begins_one (const Words *words, ModoriSpan text)
{
    guint byte = (guchar) text.at[0];

    for (guint i = words->first[byte]; i < words->first[byte + 1]; i++)
        if (begins (text, g_ptr_array_index (words->words, i)))
            return TRUE;
    return FALSE;
}

gboolean
modori_signs_begin (const ModoriSigns *signs, ModoriSign sign, ModoriSpan text)
{
    return signs && text.len > 1 && may_begin (&signs->words[sign], text.at)
           && begins_one (&signs->words[sign], text);
}

gboolean
modori_signs_found (const ModoriSigns *signs, ModoriSign sign, ModoriSpan text)
{
    const Words *words = signs ? &signs->words[sign] : NULL;

    for (gsize i = 0; words && i + 1 < text.len; i++)
        if (may_begin (words, text.at + i) && begins_one (words, modori_span_skip (text, i)))
            return TRUE;
    return FALSE;
}
