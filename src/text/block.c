/* block.c - the fields of one block of the rules files.
 *
 * A block is read whole, or skimmed: most blocks are looked at for a few fields only, by which
 * their reader tells whether the rest will ever be needed.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "text/block.h"

static inline gboolean
is_exactly (ModoriSpan name, const char *field)
{
    gsize i = 0;

    while (i < name.len && field[i] == name.at[i])
        i++;
    return i == name.len && ! field[i];
}

/* Nearly always it is written as in the table.  *KEY is a guess: fields are repeated, or stand in
 * the order of the table. */
static gboolean
find_field (const ModoriKind *kind, ModoriSpan name, guint *key)
{
    for (guint i = *key; kind->fields[i]; i++)
        if (is_exactly (name, kind->fields[i])) {
            *key = i;
            return TRUE;
        }
    for (guint i = 0; i < *key; i++)
        if (is_exactly (name, kind->fields[i])) {
            *key = i;
            return TRUE;
        }
    for (guint i = 0; kind->fields[i]; i++)
        if (modori_span_is (name, kind->fields[i])) {
            *key = i;
            return TRUE;
        }
    return FALSE;
}

/* The same for NAME with "-ja" behind it. */
static gboolean
find_translated (const ModoriKind *kind, ModoriSpan name, guint *key)
{
    static const char mark[] = "-ja";

    if (name.len <= strlen (mark) || ! modori_span_ends (name, mark))
        return FALSE;
    name.len -= strlen (mark);
    return find_field (kind, name, key);
}

static gboolean
unknown_field (const ModoriBlock *block, const ModoriField *field, const ModoriEntry *entry,
               GError **error)
{
    g_autofree char *known = g_strjoinv (", ", (char **) block->kind->fields);

    return modori_entry_fail (block, entry, error,
                              "unknown field \"%.*s\" in a %s; known are: %s, Off",
                              (int) field->name.len, field->name.at, block->kind->name, known);
}

/* Off was looked at when the file was cut into blocks; here it must only be well-formed. */
static gboolean
check_off (const ModoriBlock *block, const ModoriEntry *entry, GError **error)
{
    return modori_span_is (entry->value, "yes") || modori_span_is (entry->value, "no")
        || modori_entry_fail (block, entry, error, "Off is \"yes\" or \"no\", not \"%.*s\"",
                              (int) entry->value.len, entry->value.at);
}

/* Make ENTRY of FIELD; its key is a guess.  FALSE when there is no field of that name. */
static gboolean
make_entry (const ModoriBlock *block, const ModoriField *field, ModoriEntry *entry)
{
    entry->line = block->line + field->line;
    entry->value = field->value;
    entry->lang[0] = '\0';
    if (field->name.len == 0)
        return FALSE;
    if (find_field (block->kind, field->name, &entry->key))
        return TRUE;
    memcpy (entry->lang, "ja", sizeof "ja");
    return find_translated (block->kind, field->name, &entry->key);
}

static gboolean
add_entry (GArray *entries, const ModoriBlock *block, const ModoriField *field, GError **error)
{
    ModoriEntry entry = { .key = 0 };

    if (entries->len)
        entry.key = g_array_index (entries, ModoriEntry, entries->len - 1).key;
    if (make_entry (block, field, &entry))
        g_array_append_val (entries, entry);
    else if (field->name.len == 0)
        return modori_entry_fail (block, &entry, error,
                                  "\"Name: value\", a comment or an empty line was expected");
    else if (modori_span_is (field->name, "Off"))
        return check_off (block, &entry, error);
    else
        return unknown_field (block, field, &entry, error);
    return TRUE;
}

/* Most lines are ASCII, which needs no close look. */
static gboolean
check_utf8 (const ModoriBlock *block, GError **error)
{
    ModoriEntry place = { .line = block->line + 1 };
    ModoriSpan text = block->text;
    const char *bad = memchr (text.at, '\0', text.len);

    for (ModoriSpan rest = text; rest.len && ! bad;) {
        const char *end;
        gsize len;

        rest = modori_span_skip (rest, modori_span_ascii (rest));
        end = memchr (rest.at, '\n', rest.len);
        len = end ? (gsize) (end - rest.at) : rest.len;
        if (g_utf8_validate_len (rest.at, len, &bad))
            bad = NULL;
        rest = modori_span_skip (rest, len);
    }
    if (! bad)
        return TRUE;
    for (const char *p = text.at; p < bad; p++)
        place.line += *p == '\n';
    return modori_entry_fail (block, &place, error, "this is not UTF-8");
}

static void
unpack_entry (const ModoriBlock *block, const ModoriPackedEntry *packed, ModoriEntry *entry)
{
    gboolean within = (gsize) packed->at + packed->len <= block->text.len;

    entry->key = packed->key;
    entry->line = packed->line;
    memcpy (entry->lang, packed->translated ? "ja" : "\0\0", sizeof entry->lang);
    entry->value = within ? modori_span (block->text.at + packed->at, packed->len)
        : MODORI_SPAN_EMPTY;
}

gboolean
modori_block_read (const ModoriBlock *block, GArray *entries, GError **error)
{
    ModoriFields fields;
    ModoriField field;

    if (block->packed) {        /* it was read when the pack was made */
        g_array_set_size (entries, block->n_packed);
        for (guint i = 0; i < block->n_packed; i++)
            unpack_entry (block, &block->packed[i], &g_array_index (entries, ModoriEntry, i));
        return TRUE;
    }
    if (! check_utf8 (block, error))
        return FALSE;
    modori_fields_init (&fields, block->text, MODORI_FIELDS_RULES);
    while (modori_fields_next (&fields, &field))
        if (! add_entry (entries, block, &field, error))
            return FALSE;
    return TRUE;
}

void
modori_skim_init (ModoriSkim *skim, const ModoriBlock *block, const char *initials)
{
    modori_fields_init (&skim->fields, block->text, MODORI_FIELDS_RULES);
    skim->block = block;
    skim->packed = 0;
    skim->initials = 0;
    for (; *initials; initials++)
        skim->initials |= 1u << (*initials & 31);
}

static inline gboolean
is_wanted (const ModoriSkim *skim, char initial)
{
    return skim->initials >> (initial & 31) & 1;
}

static gboolean
skim_packed (ModoriSkim *skim, ModoriEntry *entry)
{
    const ModoriBlock *block = skim->block;

    while (skim->packed < block->n_packed) {
        const ModoriPackedEntry *packed = &block->packed[skim->packed++];

        if (is_wanted (skim, block->kind->fields[packed->key][0])) {
            unpack_entry (block, packed, entry);
            return TRUE;
        }
    }
    return FALSE;
}

gboolean
modori_skim_next (ModoriSkim *skim, ModoriEntry *entry)
{
    ModoriFields *fields = &skim->fields;
    ModoriField field;

    if (skim->block->packed)
        return skim_packed (skim, entry);
    while (fields->rest.len) {
        const char *at = fields->rest.at, *end;

        if (*at >= 'A' && is_wanted (skim, *at)) {
            if (modori_fields_next (fields, &field) && make_entry (skim->block, &field, entry))
                return TRUE;
            continue;
        }
        end = memchr (at, '\n', fields->rest.len);
        fields->rest = modori_span_skip (fields->rest, end ? (gsize) (end - at) + 1
                                                           : fields->rest.len);
        fields->line++;
    }
    return FALSE;
}
