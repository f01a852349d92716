/* vocabulary.c - the words that the shipped knowledge uses.
 *
 * Who looks at the words of a stranger's server wants to know which of them are language, and
 * which are a name.  No dictionary is needed for that: the patterns, titles and advice that are
 * shipped hold some thousand words that such servers use.  Examples are left out, because people
 * are named there.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "rules/vocabulary.h"

struct ModoriVocabulary {
    GHashTable *words;          /* set of words in lower case; own */
    GHashTable *hosts;
};

/* How the words of a field are taken. */
typedef enum {
    NONE,                       /* people and hosts are named there */
    PROSE,                      /* Words that begin like this one may be names */
    PATTERN,                    /* of any case, with escapes between them */
} Manner;

gsize
modori_character_length (ModoriSpan text)
{
    gsize n = (gsize) (g_utf8_skip[(guchar) *text.at]);

    return MIN (n, text.len);
}

static gboolean
is_word_letter (ModoriSpan text)
{
    gunichar c;

    if ((guchar) *text.at < 0x80)
        return g_ascii_isalnum (*text.at) || *text.at == '_';
    c = g_utf8_get_char_validated (text.at, (gssize) text.len);
    return c < 0x110000 && (g_unichar_islower (c) || g_unichar_isupper (c));
}

gsize
modori_word_length (ModoriSpan text)
{
    ModoriSpan rest = text;

    while (rest.len && is_word_letter (rest))
        rest = modori_span_skip (rest, modori_character_length (rest));
    return text.len - rest.len;
}

/* --- collecting --- */

/* Is WORD all in small letters, or all in capitals? */
static gboolean
is_of_one_case (ModoriSpan word)
{
    g_autofree char *text = modori_span_dup (word);
    g_autofree char *down = g_utf8_strdown (text, -1);
    g_autofree char *up = g_utf8_strup (text, -1);

    return strcmp (text, down) == 0 || strcmp (text, up) == 0;
}

static void
add_word (ModoriVocabulary *vocabulary, ModoriSpan word, Manner manner)
{
    if (word.len >= 2 && (manner == PATTERN || is_of_one_case (word)))
        g_hash_table_add (vocabulary->words, g_utf8_strdown (word.at, (gssize) word.len));
}

/* The host of the page whose address begins with "://", at the start of TEXT. */
static void
add_host (ModoriVocabulary *vocabulary, ModoriSpan text)
{
    gsize n = 3;

    while (n < text.len && (g_ascii_isalnum (text.at[n]) || strchr (".-", text.at[n])))
        n++;
    if (n > 3)
        g_hash_table_add (vocabulary->hosts, g_ascii_strdown (text.at + 3, (gssize) n - 3));
}

static void
add_words (ModoriVocabulary *vocabulary, ModoriSpan text, Manner manner)
{
    const char *start = text.at;

    while (text.len) {
        gsize n = modori_word_length (text);
        ModoriSpan word = modori_span (text.at, n);

        if (n && text.at > start && text.at[-1] == '\\')        /* "\d" is no letter */
            word = modori_span_skip (word, 1);
        if (! (n < text.len && text.at[n] == '@') && ! (text.at > start && text.at[-1] == '@'))
            add_word (vocabulary, word, manner);
        if (! n && modori_span_begins (text, "://"))
            add_host (vocabulary, text);
        text = modori_span_skip (text, n ? n : modori_character_length (text));
    }
}

static Manner
manner_of (const char *field)
{
    static const char *const none[] = { "Yes",    "No",        "Sample", "Hosts", "Domains",
                                        "Host",   "Recipient", "Set",    "Record", "Command",
                                        "Text",   "Note" };
    static const char *const patterns[] = { "Match", "Not", "Fill", "Marks", "Title", "Line",
                                            "More",  "Opens" };

    for (guint i = 0; i < G_N_ELEMENTS (none); i++)
        if (strcmp (none[i], field) == 0)
            return NONE;
    for (guint i = 0; i < G_N_ELEMENTS (patterns); i++)
        if (strcmp (patterns[i], field) == 0)
            return PATTERN;
    return PROSE;
}

static void
add_block (ModoriVocabulary *vocabulary, const ModoriBlock *block)
{
    for (guint i = 0; i < block->n_entries; i++) {
        const ModoriEntry *entry = &block->entries[i];
        Manner manner = manner_of (block->kind->fields[entry->key]);

        if (manner != NONE)
            add_words (vocabulary, entry->value, manner);
    }
}

ModoriVocabulary *
modori_vocabulary_new (const ModoriKnowledge *knowledge)
{
    ModoriVocabulary *vocabulary = g_new0 (ModoriVocabulary, 1);
    const GPtrArray *blocks = modori_knowledge_all (knowledge);

    vocabulary->words = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    vocabulary->hosts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; i < blocks->len; i++) {
        const ModoriBlock *block = g_ptr_array_index (blocks, i);

        if (! block->site)
            add_block (vocabulary, block);
    }
    return vocabulary;
}

void
modori_vocabulary_free (ModoriVocabulary *vocabulary)
{
    if (! vocabulary)
        return;
    g_hash_table_unref (vocabulary->words);
    g_hash_table_unref (vocabulary->hosts);
    g_free (vocabulary);
}

gboolean
modori_vocabulary_has (const ModoriVocabulary *vocabulary, ModoriSpan word)
{
    g_autofree char *text = g_utf8_strdown (word.at, (gssize) word.len);

    return g_hash_table_contains (vocabulary->words, text);
}

gboolean
modori_vocabulary_has_host (const ModoriVocabulary *vocabulary, ModoriSpan host)
{
    g_autofree char *text = g_ascii_strdown (host.at, (gssize) host.len);

    return g_hash_table_contains (vocabulary->hosts, text);
}
