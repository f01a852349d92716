/* grammar.c - Dialect blocks, read into what the engine walks through.
 *
 * The fields of a block are of two sorts: what holds for the whole dialect (conditions, view,
 * marks of the original), and an ordered list of what to do with lines, which belongs to the
 * Section above it.  A table maps each field to its reader, so that the language is to be seen in
 * one place.  Patterns are checked for form and for the names of their groups; PCRE2 compiles
 * them at the first text that may match (text/pattern.h).
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "report/grammar.h"

#include "report/cue.h"
#include "report/decode.h"
#include "text/error.h"

#include <stdlib.h>

/* Bids of dialects lie below those of the RFC decoders. */
#define BID_MAX (MODORI_BID_RFC - 1)

/* Where the reading of a block stands. */
typedef struct {
    const ModoriBlock *block;
    ModoriGrammar *grammar;
    ModoriSection *section;     /* the last one */
    GPtrArray *slots;
    const ModoriEntry *entry;   /* the field that is read ... */
    char *text;                 /* ... and its value, on one line */
} Reader;

static void
free_set (gpointer data)
{
    ModoriSet *set = data;

    modori_pattern_free (set->when);
    g_free (set->value);
    g_free (set);
}

static void
free_condition (gpointer data)
{
    ModoriCondition *condition = data;

    modori_pattern_free (condition->pattern);
    g_free (condition);
}

static void
free_take (gpointer data)
{
    ModoriTake *take = data;

    g_free (take->name);
    g_free (take);
}

static void
free_section (gpointer data)
{
    ModoriSection *section = data;

    g_ptr_array_unref (section->begins);
    g_ptr_array_unref (section->ends);
    g_ptr_array_unref (section->lines);
    g_ptr_array_unref (section->sets);
    g_free (section->name);
    g_free (section);
}

static ModoriSection *
add_section (ModoriGrammar *grammar, const char *name)
{
    ModoriSection *section = g_new0 (ModoriSection, 1);

    section->name = g_strdup (name);
    section->begins = g_ptr_array_new_with_free_func (modori_line_free);
    section->ends = g_ptr_array_new_with_free_func (modori_line_free);
    section->lines = g_ptr_array_new_with_free_func (modori_line_free);
    section->sets = g_ptr_array_new_with_free_func (free_set);
    g_ptr_array_add (grammar->sections, section);
    return section;
}

static gboolean
find_key (Reader *reader, ModoriSpan name, guint *key, GError **error)
{
    if (modori_line_find_group (name, key) && *key != MODORI_GROUP_ENTRY)
        return TRUE;
    return modori_entry_fail (reader->block, reader->entry, error,
                              "\"%.*s\" is no key of the record", (int) name.len, name.at);
}

/* Take the first word off REST. */
static ModoriSpan
take_word (ModoriSpan *rest)
{
    ModoriSpan word = modori_span_trim (*rest);
    gsize n = 0;

    while (n < word.len && word.at[n] != ' ')
        n++;
    *rest = modori_span_trim (modori_span_skip (word, n));
    return modori_span (word.at, n);
}

static ModoriPattern *
read_pattern (Reader *reader, ModoriSpan source, GError **error)
{
    g_autoptr (GError) why = NULL;
    ModoriPattern *pattern = modori_pattern_new (source, &why);

    if (! pattern)
        modori_entry_fail (reader->block, reader->entry, error, "%s", why->message);
    return pattern;
}

/* Add a line of KIND with pattern SOURCE to LINES. */
static gboolean
add_line (Reader *reader, GPtrArray *lines, ModoriLineKind kind, ModoriSpan source, GError **error)
{
    g_autoptr (GError) why = NULL;
    g_autofree char *expanded = modori_phrases_expand (reader->grammar->phrases, source);
    ModoriLine *line = modori_line_new (kind, modori_span_of (expanded), &why);

    if (! line)
        return modori_entry_fail (reader->block, reader->entry, error, "%s", why->message);
    line->rule = reader->entry->line;
    g_ptr_array_add (lines, line);
    return TRUE;
}

/* "NAME EXPRESSION" */
static gboolean
read_phrase (Reader *reader, GError **error)
{
    g_autoptr (GError) why = NULL;
    ModoriSpan rest = modori_span_of (reader->text), name = take_word (&rest);

    if (modori_phrases_add (reader->grammar->phrases, name, rest, &why))
        return TRUE;
    return modori_entry_fail (reader->block, reader->entry, error, "%s", why->message);
}

static gboolean
read_yes (Reader *reader, gboolean *flag, GError **error)
{
    *flag = g_ascii_strcasecmp (reader->text, "yes") == 0;
    if (*flag || g_ascii_strcasecmp (reader->text, "no") == 0)
        return TRUE;
    return modori_entry_fail (reader->block, reader->entry, error, "expected \"yes\" or \"no\"");
}

static gboolean
read_number (Reader *reader, guint max, guint *number, GError **error)
{
    guint64 value;

    if (! g_ascii_string_to_unsigned (reader->text, 10, 1, max, &value, NULL))
        return modori_entry_fail (reader->block, reader->entry, error,
                                  "expected a number from 1 to %u", max);
    *number = (guint) value;
    return TRUE;
}

static guint
slot_of (GPtrArray *slots, const char *name)
{
    for (guint i = 0; i < slots->len; i++)
        if (g_ascii_strcasecmp (g_ptr_array_index (slots, i), name) == 0)
            return i;
    g_ptr_array_add (slots, g_strdup (name));
    return slots->len - 1;
}

/* Does the field that is read name what must not be ("Unless-...")? */
static gboolean
is_veto (const Reader *reader)
{
    return reader->block->kind->fields[reader->entry->key][0] == 'U';
}

/* Add a condition of KIND on the header field NAME (NULL: the body); without SOURCE the field
 * has only to be there. */
static gboolean
add_condition (Reader *reader, ModoriIf kind, const char *name, ModoriSpan source, GError **error)
{
    ModoriGrammar *grammar = reader->grammar;
    ModoriCondition *condition = g_new0 (ModoriCondition, 1);

    condition->kind = kind;
    condition->slot = name ? slot_of (reader->slots, name) : 0;
    condition->number = grammar->conditions->len;
    g_ptr_array_add (is_veto (reader) ? grammar->vetoes : grammar->conditions, condition);
    if (! source.len)
        return TRUE;
    condition->pattern = read_pattern (reader, source, error);
    return condition->pattern != NULL;
}

static gboolean
read_nothing (G_GNUC_UNUSED Reader *reader, G_GNUC_UNUSED GError **error)
{
    return TRUE;
}

/* "If-Subject", "Unless-From" ... */
static gboolean
read_if_field (Reader *reader, GError **error)
{
    static const struct { ModoriIf kind; const char *end, *header; } fields[] = {
        { MODORI_IF_SUBJECT, "-Subject", "Subject" },
        { MODORI_IF_FROM, "-From", "From" },
        { MODORI_IF_TYPE, "-Type", "Content-Type" },
    };
    const char *name = reader->block->kind->fields[reader->entry->key];
    guint i = 0;

    while (! g_str_has_suffix (name, fields[i].end))
        i++;
    return add_condition (reader, fields[i].kind, fields[i].header,
                          modori_span_of (reader->text), error);
}

static gboolean
read_if_header (Reader *reader, GError **error)
{
    ModoriSpan rest = modori_span_of (reader->text);
    g_autofree char *name = modori_span_dup (take_word (&rest));

    return add_condition (reader, MODORI_IF_HEADER, name, rest, error);
}

static gboolean
read_if_body (Reader *reader, GError **error)
{
    return add_condition (reader, MODORI_IF_BODY, NULL, modori_span_of (reader->text), error);
}

static gboolean
read_need (Reader *reader, GError **error)
{
    return read_number (reader, MODORI_IF_BODY + 1, &reader->grammar->need, error);
}

static gboolean
read_bid (Reader *reader, GError **error)
{
    reader->grammar->last = g_ascii_strcasecmp (reader->text, "last") == 0;
    if (! reader->grammar->last)
        return read_number (reader, BID_MAX, &reader->grammar->bid, error);
    reader->grammar->bid = MODORI_BID_LAST;
    return TRUE;
}

static gboolean
read_view (Reader *reader, GError **error)
{
    return modori_view_named (modori_span_of (reader->text), &reader->grammar->view)
        || modori_entry_fail (reader->block, reader->entry, error,
                              "expected plain, html, json, headers or paragraphs");
}

static gboolean
read_original (Reader *reader, GError **error)
{
    return add_line (reader, reader->grammar->originals, MODORI_LINE_SKIP,
                     modori_span_of (reader->text), error);
}

static gboolean
read_except (Reader *reader, GError **error)
{
    return add_line (reader, reader->grammar->excepts, MODORI_LINE_SKIP,
                     modori_span_of (reader->text), error);
}

static gboolean
read_except_header (Reader *reader, G_GNUC_UNUSED GError **error)
{
    g_ptr_array_add (reader->grammar->except_headers, g_steal_pointer (&reader->text));
    return TRUE;
}

static gboolean
read_domain (Reader *reader, G_GNUC_UNUSED GError **error)
{
    g_free (reader->grammar->domain);
    reader->grammar->domain = g_steal_pointer (&reader->text);
    reader->grammar->local = TRUE;
    return TRUE;
}

static gboolean
read_local (Reader *reader, GError **error)
{
    return read_yes (reader, &reader->grammar->local, error);
}

/* "GROUP Header NAME" or "GROUP Original NAME" */
static gboolean
read_take (Reader *reader, GError **error)
{
    ModoriSpan rest = modori_span_of (reader->text);
    ModoriSpan group = take_word (&rest), from = take_word (&rest);
    ModoriTake *take = g_new0 (ModoriTake, 1);

    g_ptr_array_add (reader->grammar->takes, take);
    take->rule = reader->entry->line;
    take->original = modori_span_is (from, "Original");
    take->name = modori_span_dup (rest);
    if (! rest.len || (! take->original && ! modori_span_is (from, "Header")))
        return modori_entry_fail (reader->block, reader->entry, error,
                                  "expected \"KEY Header NAME\" or \"KEY Original NAME\"");
    return find_key (reader, group, &take->key, error);
}

static gboolean
read_final (Reader *reader, GError **error)
{
    ModoriGrammar *grammar = reader->grammar;

    if (g_ascii_strcasecmp (reader->text, "no") == 0)
        return TRUE;
    grammar->final = reader->entry->line;
    if (g_ascii_strcasecmp (reader->text, "yes") == 0)
        return TRUE;
    return add_line (reader, grammar->finals, MODORI_LINE_SKIP, modori_span_of (reader->text),
                     error);
}

static gboolean
read_words (Reader *reader, GError **error)
{
    return add_line (reader, reader->grammar->words, MODORI_LINE_FILLS,
                     modori_span_of (reader->text), error);
}

static gboolean
read_section (Reader *reader, G_GNUC_UNUSED GError **error)
{
    reader->section = add_section (reader->grammar, reader->text);
    return TRUE;
}

static gboolean
read_mark (Reader *reader, GPtrArray *marks, GError **error)
{
    if (! reader->section->name[0])
        return modori_entry_fail (reader->block, reader->entry, error,
                                  "there is no Section above it");
    return add_line (reader, marks, MODORI_LINE_FILLS, modori_span_of (reader->text), error);
}

static gboolean
read_begin (Reader *reader, GError **error)
{
    return read_mark (reader, reader->section->begins, error);
}

static gboolean
read_end (Reader *reader, GError **error)
{
    return read_mark (reader, reader->section->ends, error);
}

static gboolean
read_common (Reader *reader, GError **error)
{
    return read_yes (reader, &reader->section->common, error);
}

static gboolean
read_session (Reader *reader, GError **error)
{
    return read_yes (reader, &reader->section->session, error);
}

/* What is done with a line is the name of its field. */
static gboolean
read_line (Reader *reader, GError **error)
{
    static const char *const names[] = {
        [MODORI_LINE_FILLS] = "Line",     [MODORI_LINE_MORE] = "More",
        [MODORI_LINE_OPENS] = "Opens",    [MODORI_LINE_CLOSES] = "Closes",
        [MODORI_LINE_AFTER] = "After",    [MODORI_LINE_SKIP] = "Skip",
        [MODORI_LINE_UNTIL] = "Until",
    };
    const char *name = reader->block->kind->fields[reader->entry->key];
    guint kind = 0;

    while (strcmp (names[kind], name) != 0)
        kind++;
    return add_line (reader, reader->section->lines, (ModoriLineKind) kind,
                     modori_span_of (reader->text), error);
}

/* "GROUP PATTERN" */
static gboolean
read_after (Reader *reader, GError **error)
{
    ModoriSpan rest = modori_span_of (reader->text), group = take_word (&rest);
    GPtrArray *lines = reader->section->lines;
    guint key;

    if (! find_key (reader, group, &key, error)
        || ! add_line (reader, lines, MODORI_LINE_AFTER, rest, error))
        return FALSE;
    ((ModoriLine *) g_ptr_array_index (lines, lines->len - 1))->after = key;
    return TRUE;
}

/* "KEY VALUE" or "KEY VALUE When PATTERN" */
static gboolean
read_set (Reader *reader, GError **error)
{
    ModoriSpan rest = modori_span_of (reader->text), when;
    ModoriSpan name = take_word (&rest), value = take_word (&rest);
    ModoriSet *set = g_new0 (ModoriSet, 1);
    guint key;

    g_ptr_array_add (reader->section->sets, set);
    set->rule = reader->entry->line;
    set->value = modori_span_dup (value);
    if (! find_key (reader, name, &key, error))
        return FALSE;
    set->key = (ModoriKey) MIN (key, MODORI_N_KEYS - 1);
    when = take_word (&rest);
    if (! value.len || key >= MODORI_N_KEYS || (when.len && ! modori_span_is (when, "When")))
        return modori_entry_fail (reader->block, reader->entry, error,
                                  "expected \"KEY VALUE\" or \"KEY VALUE When PATTERN\"");
    if (when.len)
        set->when = read_pattern (reader, rest, error);
    return ! when.len || set->when;
}

/* All fields of a Dialect block: NAME, reader and, when it tells something of the bid, BIDS, in
 * the same order.  All others are read with the first message that the dialect reads. */
#define FIELDS(X) \
    X ("Title", read_nothing, READS) X ("Note", read_nothing, READS) \
    X ("Sample", read_nothing, READS) X ("See", read_nothing, READS) \
    X ("Phrase", read_phrase, READS) \
    X ("If-Subject", read_if_field, BIDS) X ("If-From", read_if_field, BIDS) \
    X ("If-Type", read_if_field, BIDS) X ("If-Header", read_if_header, BIDS) \
    X ("If-Body", read_if_body, BIDS) X ("Unless-Subject", read_if_field, BIDS) \
    X ("Unless-From", read_if_field, BIDS) X ("Unless-Type", read_if_field, BIDS) \
    X ("Unless-Header", read_if_header, BIDS) X ("Unless-Body", read_if_body, BIDS) \
    X ("Need", read_need, BIDS) X ("Bid", read_bid, BIDS) \
    X ("View", read_view, BIDS) X ("Original", read_original, READS) \
    X ("Local", read_local, READS) X ("Domain", read_domain, READS) \
    X ("Except", read_except, READS) X ("Except-Header", read_except_header, READS) \
    X ("Take", read_take, READS) X ("Final", read_final, READS) \
    X ("Words", read_words, READS) X ("Section", read_section, READS) \
    X ("Begin", read_begin, READS) X ("End", read_end, READS) X ("Common", read_common, READS) \
    X ("Session", read_session, READS) X ("Opens", read_line, READS) \
    X ("Closes", read_line, READS) X ("Line", read_line, READS) X ("More", read_line, READS) \
    X ("After", read_after, READS) X ("Skip", read_line, READS) X ("Until", read_line, READS) \
    X ("Set", read_set, READS)

typedef enum { BIDS, READS } Stage;

#define FIELD_NAME(name, reader, stage) name,
#define FIELD_READER(name, reader, stage) reader,
#define FIELD_STAGE(name, reader, stage) stage,

static const char *const field_names[] = { FIELDS (FIELD_NAME) NULL };
static gboolean (*const field_readers[]) (Reader *, GError **) = { FIELDS (FIELD_READER) };
static const Stage field_stages[] = { FIELDS (FIELD_STAGE) };

/* The first letters of fields that tell of the bid. */
#define BID_INITIALS "inbvu"

const ModoriKind modori_dialect_kind = { "Dialect", field_names, modori_cues_note };

static gint
by_kind (gconstpointer a, gconstpointer b)
{
    const ModoriCondition *const *first = a, *const *second = b;

    return (gint) (*first)->kind - (gint) (*second)->kind;
}

/* What can be said only when all conditions are known. */
static gboolean
finish (Reader *reader, GError **error)
{
    ModoriGrammar *grammar = reader->grammar;
    const GPtrArray *conditions = grammar->conditions;

    g_ptr_array_sort (grammar->conditions, by_kind);
    for (guint i = 0; i < conditions->len; i++)
        if (i == 0 || by_kind (&conditions->pdata[i - 1], &conditions->pdata[i]) != 0)
            grammar->n_kinds++;
    if (! grammar->n_kinds || grammar->need > grammar->n_kinds) {
        g_set_error (error, MODORI_ERROR, MODORI_ERROR_SYNTAX,
                     "%s: line %u: Dialect %s needs %u kinds of conditions (If-...) and has %u",
                     reader->block->path, reader->block->line, reader->block->name,
                     MAX (grammar->need, 1), grammar->n_kinds);
        return FALSE;
    }
    if (! grammar->need)
        grammar->need = grammar->n_kinds;
    return TRUE;
}

static ModoriGrammar *
empty_grammar (const ModoriBlock *block)
{
    ModoriGrammar *grammar = g_new0 (ModoriGrammar, 1);

    grammar->block = block;
    grammar->bid = MODORI_BID_DIALECT;
    grammar->finals = g_ptr_array_new_with_free_func (modori_line_free);
    grammar->conditions = g_ptr_array_new_with_free_func (free_condition);
    grammar->vetoes = g_ptr_array_new_with_free_func (free_condition);
    grammar->phrases = modori_phrases_new ();
    grammar->excepts = g_ptr_array_new_with_free_func (modori_line_free);
    grammar->except_headers = g_ptr_array_new_with_free_func (g_free);
    grammar->originals = g_ptr_array_new_with_free_func (modori_line_free);
    grammar->words = g_ptr_array_new_with_free_func (modori_line_free);
    grammar->takes = g_ptr_array_new_with_free_func (free_take);
    grammar->sections = g_ptr_array_new_with_free_func (free_section);
    return grammar;
}

/* Read ENTRY if it belongs to STAGE. */
static gboolean
read_entry (Reader *reader, const ModoriEntry *entry, Stage stage, GError **error)
{
    gboolean good;

    if (field_stages[entry->key] != stage)
        return TRUE;
    reader->entry = entry;
    reader->text = modori_entry_text (entry);
    good = field_readers[entry->key] (reader, error);
    g_clear_pointer (&reader->text, g_free);
    return good;
}

ModoriGrammar *
modori_grammar_new (const ModoriBlock *block, GPtrArray *slots, GError **error)
{
    g_autoptr (ModoriGrammar) grammar = empty_grammar (block);
    Reader reader = { block, grammar, NULL, slots, NULL, NULL };
    ModoriEntry entry = { .key = 0 };
    ModoriSkim skim;

    modori_skim_init (&skim, block, BID_INITIALS);
    while (modori_skim_next (&skim, &entry))
        if (! read_entry (&reader, &entry, BIDS, error))
            return NULL;
    return finish (&reader, error) ? g_steal_pointer (&grammar) : NULL;
}

gboolean
modori_grammar_read (ModoriGrammar *grammar, const ModoriKnowledge *knowledge, GError **error)
{
    const ModoriBlock *block = grammar->block;
    Reader reader = { block, grammar, NULL, NULL, NULL, NULL };

    if (grammar->read)
        return ! grammar->broken;
    grammar->read = grammar->broken = TRUE;
    modori_knowledge_read (knowledge, block);
    reader.section = add_section (grammar, "");
    for (guint i = 0; i < block->n_entries; i++)
        if (! read_entry (&reader, &block->entries[i], READS, error))
            return FALSE;
    modori_grammar_screen (grammar);
    grammar->broken = FALSE;
    return TRUE;
}

void
modori_grammar_free (ModoriGrammar *grammar)
{
    if (! grammar)
        return;
    g_ptr_array_unref (grammar->finals);
    g_ptr_array_unref (grammar->conditions);
    g_ptr_array_unref (grammar->vetoes);
    modori_phrases_free (grammar->phrases);
    g_ptr_array_unref (grammar->excepts);
    g_ptr_array_unref (grammar->except_headers);
    g_free (grammar->domain);
    g_ptr_array_unref (grammar->originals);
    g_ptr_array_unref (grammar->words);
    g_ptr_array_unref (grammar->takes);
    g_ptr_array_unref (grammar->sections);
    modori_screen_free (grammar->screen);
    g_free (grammar);
}
