/* signs.c - words in a header that tell who wrote a message, as the rules have them.
 *
 * They are looked for in every message of every mailbox, so they are plain words, not patterns,
 * and a table of the pairs of letters that they begin with tells nearly everywhere that none
 * begins there.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "report/signs.h"

/* Bytes that are written as numbers: a word of a dozen characters. */
#define BYTES_MAX 32

enum { SUBJECT, SUBJECT_BYTES, FROM, TO, ANSWER, FORWARD };

static const char *const field_names[] = {
    "Subject", "Subject-Bytes", "From", "To", "Answer", "Forward", "Note", "See", NULL
};

const ModoriKind modori_sign_kind = { "Sign", field_names };

typedef struct {
    GPtrArray *words;           /* of char *, in small letters */
    guint32 pairs[32];          /* by five bits of the first letter: bits of the second */
} Words;

struct ModoriSigns {
    Words words[MODORI_N_SIGNS];
};

static void
add_word (Words *words, char *word)
{
    words->pairs[word[0] & 31] |= 1u << (word[1] & 31);
    g_ptr_array_add (words->words, word);
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

    while (word[n] && n < text.len && text.at[n] == word[n])
        n++;
    return word[n] == '\0';
}

static gboolean
begins_one (const Words *words, ModoriSpan text)
{
    if (! (words->pairs[text.at[0] & 31] >> (text.at[1] & 31) & 1))
        return FALSE;
    for (guint i = 0; i < words->words->len; i++)
        if (begins (text, g_ptr_array_index (words->words, i)))
            return TRUE;
    return FALSE;
}

gboolean
modori_signs_begin (const ModoriSigns *signs, ModoriSign sign, ModoriSpan text)
{
    return signs && text.len > 1 && begins_one (&signs->words[sign], text);
}

gboolean
modori_signs_found (const ModoriSigns *signs, ModoriSign sign, ModoriSpan text)
{
    for (; signs && text.len > 1; text = modori_span_skip (text, 1))
        if (begins_one (&signs->words[sign], text))
            return TRUE;
    return FALSE;
}
