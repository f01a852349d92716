/* line.c - what a dialect does with a line that matches a pattern: reading it from the rules.
 *
 * The named groups of a pattern are the keys that it fills.  A wording that many patterns share
 * ("no such user", in all its forms) is written once, as a phrase, and put into the pattern
 * before it is read; a phrase may be made of others.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "report/line.h"

#include "text/error.h"
#include "text/subject.h"

/* Bytes of one phrase: a pattern holds a few, and is not longer than MODORI_PATTERN_SOURCE_MAX. */
#define PHRASE_MAX 4096

/* Longest name of a phrase. */
#define NAME_MAX_BYTES 32

struct ModoriPhrases {
    GHashTable *by_name;        /* char * -> GString * */
};

static void
free_string (gpointer data)
{
    g_string_free (data, TRUE);
}

ModoriPhrases *
modori_phrases_new (void)
{
    ModoriPhrases *phrases = g_new0 (ModoriPhrases, 1);

    phrases->by_name = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, free_string);
    return phrases;
}

void
modori_phrases_free (ModoriPhrases *phrases)
{
    if (! phrases)
        return;
    g_hash_table_unref (phrases->by_name);
    g_free (phrases);
}

/* The length of the name of a phrase at the start of TEXT. */
static gsize
name_length (ModoriSpan text)
{
    gsize n = 0;

    while (n < text.len && n < NAME_MAX_BYTES
           && (g_ascii_islower (text.at[n]) || text.at[n] == '-'))
        n++;
    return n;
}

static gboolean
fail (GError **error, ModoriSpan name, const char *what)
{
    g_set_error (error, MODORI_ERROR, MODORI_ERROR_SYNTAX, "\"%.*s\" %s", (int) name.len, name.at,
                 what);
    return FALSE;
}

gboolean
modori_phrases_add (ModoriPhrases *phrases, ModoriSpan name, ModoriSpan expression, GError **error)
{
    g_autofree char *key = modori_span_dup (name);
    g_autofree char *expanded = modori_phrases_expand (phrases, expression);
    GString *known = g_hash_table_lookup (phrases->by_name, key);

    if (! name.len || name_length (name) != name.len || ! expression.len)
        return fail (error, name, "is no name of small letters with an expression behind it");
    if (strlen (expanded) + (known ? known->len : 0) > PHRASE_MAX)
        return fail (error, name, "is a phrase that is too long");
    if (known)
        g_string_append_printf (known, "|%s", expanded);
    else
        g_hash_table_insert (phrases->by_name, g_steal_pointer (&key), g_string_new (expanded));
    return TRUE;
}

/* The phrase that "{name}" at the start of TEXT stands for, or NULL; N is how long that is. */
static const GString *
named_phrase (const ModoriPhrases *phrases, ModoriSpan text, gsize *n)
{
    ModoriSpan name = modori_span_skip (text, 1);
    g_autofree char *key = NULL;

    name.len = name_length (name);
    *n = name.len + 2;
    if (! name.len || *n > text.len || text.at[name.len + 1] != '}')
        return NULL;
    key = modori_span_dup (name);
    return g_hash_table_lookup (phrases->by_name, key);
}

char *
modori_phrases_expand (const ModoriPhrases *phrases, ModoriSpan source)
{
    GString *out = g_string_sized_new (source.len);

    while (source.len && out->len <= MODORI_PATTERN_SOURCE_MAX) {
        gsize n = 1;
        const GString *phrase = *source.at == '{' ? named_phrase (phrases, source, &n) : NULL;

        if (phrase)
            g_string_append_printf (out, "(?:%s)", phrase->str);
        else
            g_string_append_len (out, source.at, (gssize) (n = 1));
        source = modori_span_skip (source, n);
    }
    return g_string_free (out, FALSE);
}

gboolean
modori_line_find_group (ModoriSpan name, guint *key)
{
    *key = modori_key_of (name);
    if (*key < MODORI_N_KEYS)
        return TRUE;
    if (modori_span_is (name, "recipients"))
        *key = MODORI_GROUP_RECIPIENTS;
    else if (modori_span_is (name, "entry"))
        *key = MODORI_GROUP_ENTRY;
    else
        return FALSE;
    return TRUE;
}

/* The named groups of a regular expression: "(?<name>", which is no look-behind. */
static gboolean
read_groups (ModoriLine *line, GError **error)
{
    const char *at = modori_pattern_source (line->pattern);

    if (*at != '/')
        return TRUE;
    while ((at = strstr (at, "(?<"))) {
        ModoriSpan name = modori_span (at + 3, strcspn (at + 3, ">)"));
        guint key;

        at += 3;
        if (! g_ascii_isalpha (*at))
            continue;
        if (! modori_line_find_group (name, &key))
            return fail (error, name, "is no key of the record");
        if (line->n_groups == MODORI_GROUPS_MAX)
            return fail (error, name, "is one named group too many");
        line->groups[line->n_groups++] = (ModoriGroup) { modori_span_dup (name), key };
    }
    return TRUE;
}

ModoriLine *
modori_line_new (ModoriLineKind kind, ModoriSpan source, GError **error)
{
    ModoriPattern *pattern = modori_pattern_new (source, error);
    ModoriLine *line;

    if (! pattern)
        return NULL;
    line = g_new0 (ModoriLine, 1);
    line->kind = kind;
    line->pattern = pattern;
    line->regex = *modori_pattern_source (pattern) == '/';
    modori_first_find (&line->first, modori_pattern_source (pattern));
    modori_first_blanks (modori_pattern_source (pattern), &line->least, &line->most);
    line->needs = modori_first_needs (modori_pattern_source (pattern));
    modori_shape_find (&line->shape, modori_pattern_source (pattern));
    if (read_groups (line, error))
        return line;
    modori_line_free (line);
    return NULL;
}

void
modori_line_free (gpointer data)
{
    ModoriLine *line = data;

    if (! line)
        return;
    modori_pattern_free (line->pattern);
    for (guint i = 0; i < line->n_groups; i++)
        g_free (line->groups[i].name);
    g_free (line);
}

gboolean
modori_line_key_is_shared (ModoriKey key)
{
    switch (key) {
    case MODORI_KEY_SENDER: case MODORI_KEY_REPORTING_MTA: case MODORI_KEY_MESSAGE_ID:
    case MODORI_KEY_FROM: case MODORI_KEY_SUBJECT: case MODORI_KEY_DATE:
    case MODORI_KEY_LIST_ID: case MODORI_KEY_ARRIVAL_DATE:
        return TRUE;
    default:
        return FALSE;
    }
}

gboolean
modori_line_has_literal (const ModoriLine *line, ModoriSpan text)
{
    guint n;
    const ModoriSought *literals = modori_pattern_sought (line->pattern, &n);

    for (guint i = 0; i < n; i++)
        if (literals[i].len
            && modori_span_find_bytes (text, literals[i].at, literals[i].len) >= 0)
            return TRUE;
    return n == 0;
}
