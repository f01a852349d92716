/* mask.c - words without what belongs to one message only.
 *
 * One pass from left to right: at each place where a word could begin, a taker (take.c) that knows
 * what stands there says how long it is.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "rules/mask.h"

#include "rules/take.h"

/* Private texts of one message; more are not looked for. */
#define PRIVATE_MAX 64

/* Shorter ones are part of any word. */
#define PRIVATE_MIN 3

struct ModoriMasker {
    const ModoriVocabulary *vocabulary;
    gboolean redact;
    GPtrArray *private;         /* of char *, in the order in which they are tried */
};

static const char *const fillers[MODORI_N_MASKS] = {
    [MODORI_MASK_ADDRESS] = "user@example.com",
    [MODORI_MASK_HOST] = "mx.example.com",
    [MODORI_MASK_IP] = "192.0.2.1",
    [MODORI_MASK_URL] = "https://www.example.com/",
    [MODORI_MASK_TAIL] = "x",
    [MODORI_MASK_DATE] = "1 Jan 2024 00:00:00",
    [MODORI_MASK_NUMBER] = "1",
    [MODORI_MASK_ID] = "A1B2C3D4E5",
    [MODORI_MASK_PATH] = "/example",
    [MODORI_MASK_WORD] = "example",
};

ModoriMasker *
modori_masker_new (const ModoriVocabulary *vocabulary, gboolean redact)
{
    ModoriMasker *masker = g_new0 (ModoriMasker, 1);

    masker->vocabulary = vocabulary;
    masker->redact = redact;
    masker->private = g_ptr_array_new_with_free_func (g_free);
    return masker;
}

void
modori_masker_free (ModoriMasker *masker)
{
    if (! masker)
        return;
    g_ptr_array_unref (masker->private);
    g_free (masker);
}

/* --- who is private --- */

void
modori_masker_begin (ModoriMasker *masker)
{
    g_ptr_array_set_size (masker->private, 0);
}

static void
add_private (ModoriMasker *masker, ModoriSpan text)
{
    if (text.len >= PRIVATE_MIN && masker->private->len < PRIVATE_MAX
        && ! modori_vocabulary_has (masker->vocabulary, text))
        g_ptr_array_add (masker->private, modori_span_dup (text));
}

/* Where the next part of an address, a name or a subject ends. */
static gsize
part_length (ModoriSpan text, const char *separators)
{
    gsize n = 0;

    while (n < text.len && ! strchr (separators, text.at[n]))
        n++;
    return n;
}

static void
add_parts (ModoriMasker *masker, ModoriSpan text, const char *separators)
{
    while (text.len) {
        gsize n = part_length (text, separators);

        add_private (masker, modori_span (text.at, n));
        text = modori_span_skip (text, n + 1);
    }
}

void
modori_masker_hide (ModoriMasker *masker, ModoriSpan text)
{
    text = modori_span_trim (text);
    add_private (masker, text);
    add_parts (masker, text, " <>()[]\",;:@\t");
    if (masker->redact)
        add_parts (masker, text, " <>()[]\",;:@\t.-_+='/!?");
}

/* --- the pass --- */

/* Is the place behind the last mask, with nothing but what is inside a date between? */
static gboolean
continues_date (const ModoriPass *pass, char mask)
{
    gsize at = pass->out->len;

    if (mask != MODORI_MASK_DATE && mask != MODORI_MASK_NUMBER)
        return FALSE;
    while (at > pass->start && strchr (" ,+-", pass->out->str[at - 1]))
        at--;
    if (at == pass->start || at == pass->out->len)
        return FALSE;
    return pass->out->str[at - 1] == MODORI_MASK_DATE
        || (pass->out->str[at - 1] == MODORI_MASK_NUMBER && mask == MODORI_MASK_DATE);
}

static void
put_mask (ModoriPass *pass, char mask)
{
    if (continues_date (pass, mask)) {
        while (! modori_is_mask (pass->out->str[pass->out->len - 1]))
            g_string_truncate (pass->out, pass->out->len - 1);
        pass->out->str[pass->out->len - 1] = MODORI_MASK_DATE;
    } else {
        g_string_append_c (pass->out, mask);
    }
}

/* What turns text round, or cannot be seen, is nobody's word. */
static gboolean
is_sound (ModoriSpan text)
{
    gunichar c = g_utf8_get_char_validated (text.at, (gssize) text.len);

    return c < 0x110000 && c >= ' ' && ! g_unichar_iscntrl (c)
        && g_unichar_type (c) != G_UNICODE_FORMAT
        && g_unichar_type (c) != G_UNICODE_LINE_SEPARATOR
        && g_unichar_type (c) != G_UNICODE_PARAGRAPH_SEPARATOR;
}

/* Copy a word, or one character. */
static gsize
copy (ModoriPass *pass)
{
    gsize n = modori_word_length (pass->rest);

    if (n == 0)
        n = modori_character_length (pass->rest);
    if (is_sound (pass->rest))
        g_string_append_len (pass->out, pass->rest.at, (gssize) n);
    else
        g_string_append_c (pass->out, MODORI_MASK_WORD);
    return n;
}

static gsize
take_one (ModoriPass *pass)
{
    char mask = '\0';
    gsize n = modori_take (pass, &mask);

    if (n == 0)
        return copy (pass);
    if (mask)
        put_mask (pass, mask);
    else
        g_string_append_len (pass->out, pass->rest.at, (gssize) n);
    return n;
}

void
modori_masker_mask (const ModoriMasker *masker, GString *out, ModoriSpan words)
{
    ModoriPass pass = { masker->vocabulary, masker->private, masker->redact,
                        out, out->len, words.at, words, 0 };

    while (pass.rest.len)
        pass.rest = modori_span_skip (pass.rest, take_one (&pass));
}

void
modori_mask_fill (GString *out, ModoriSpan masked)
{
    for (gsize i = 0; i < masked.len; i++)
        if (modori_is_mask (masked.at[i]))
            g_string_append (out, fillers[(guchar) masked.at[i]]);
        else
            g_string_append_c (out, masked.at[i]);
}
