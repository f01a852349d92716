/* entry.c - one field of a block: its text, its words, its pattern.
 *
 * A value stays in the file's text until somebody needs it in another form.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "text/entry.h"

#include "text/error.h"
#include "text/fields.h"

char *
modori_entry_text (const ModoriEntry *entry)
{
    GString *text = g_string_sized_new (entry->value.len + 1);

    modori_fields_unfold (text, entry->value, TRUE);
    return g_string_free (text, FALSE);
}

static gboolean
separates (char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == ',';
}

gboolean
modori_entry_word (ModoriSpan *rest, ModoriSpan *word)
{
    gsize start = 0, end;

    while (start < rest->len && separates (rest->at[start]))
        start++;
    for (end = start; end < rest->len && ! separates (rest->at[end]); end++)
        ;
    *word = modori_span (rest->at + start, end - start);
    *rest = modori_span_skip (*rest, end);
    return word->len > 0;
}

/* Most patterns stand on one line, and are read where they lie. */
ModoriPattern *
modori_entry_pattern (const ModoriBlock *block, const ModoriEntry *entry, GError **error)
{
    gboolean folded = memchr (entry->value.at, '\n', entry->value.len) != NULL;
    g_autofree char *unfolded = folded ? modori_entry_text (entry) : NULL;
    g_autoptr (GError) why = NULL;
    ModoriPattern *pattern =
        modori_pattern_new (folded ? modori_span_of (unfolded) : entry->value, &why);

    if (! pattern)
        modori_entry_fail (block, entry, error, "%s", why->message);
    return pattern;
}

const ModoriEntry *
modori_block_entry (const ModoriBlock *block, guint key, const char *lang)
{
    const ModoriEntry *english = NULL;

    for (guint i = 0; i < block->n_entries; i++) {
        const ModoriEntry *entry = &block->entries[i];

        if (entry->key != key)
            continue;
        if (strcmp (entry->lang, lang) == 0)
            return entry;
        if (! english && ! entry->lang[0])
            english = entry;
    }
    return english;
}

gboolean
modori_entry_fail (const ModoriBlock *block, const ModoriEntry *entry, GError **error,
                   const char *format, ...)
{
    g_autofree char *message = NULL;
    va_list arguments;

    va_start (arguments, format);
    message = g_strdup_vprintf (format, arguments);
    va_end (arguments);
    g_set_error (error, MODORI_ERROR, MODORI_ERROR_SYNTAX, "%s: line %u: %s", block->path,
                 entry ? entry->line : block->line, message);
    return FALSE;
}
