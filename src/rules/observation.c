/* observation.c - one Observation block: its texts and records, filled with what was seen.
 *
 * The values come from the DNS, from certificates and from servers, so strangers write them.  In
 * texts for people they are only shown (and output escapes).  In a record they are meant to be
 * pasted: blanks and quotes belong to many records, but nothing that does not show does, and a
 * record that was too long to be kept whole is not proposed at all.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "rules/observation.h"

#include "rules/placeholder.h"

/* Values are cut there (check/checkup.c): so long a one is not whole, or no record for people. */
#define RECORD_VALUE_MAX 2000

/* The longest name of the DNS in its usual form, RFC 1035 section 2.3.4. */
#define RECORD_HOST_MAX 253

/* Stands where bytes were that are no text. */
#define REPLACEMENT 0xFFFD

/* "host | type | TTL | value". */
#define RECORD_FIELDS 4

enum { SEVERITY, TITLE, WHY, ASKED_BY, RECORD, ADVICE, NOTE, SEE };

static const char *const field_names[] = {
    "Severity", "Title", "Why", "Asked-By", "Record", "Advice", "Note", "See", NULL
};

const ModoriKind modori_observation_kind = { "Observation", field_names };

static const char *const gravity_names[] = { "ok", "note", "warning", "error" };

const char *
modori_gravity_name (ModoriGravity gravity)
{
    return gravity_names[gravity];
}

/* Which word Severity is; G_N_ELEMENTS (gravity_names): none of them. */
static guint
gravity_of (const ModoriBlock *block)
{
    const ModoriEntry *entry = modori_block_entry (block, SEVERITY, "");
    guint i = 0;

    if (! entry)
        return G_N_ELEMENTS (gravity_names);
    while (i < G_N_ELEMENTS (gravity_names) && ! modori_span_is (entry->value, gravity_names[i]))
        i++;
    return i;
}

ModoriGravity
modori_observation_gravity (const ModoriBlock *block)
{
    guint gravity = gravity_of (block);

    return gravity < G_N_ELEMENTS (gravity_names) ? (ModoriGravity) gravity : MODORI_GRAVITY_NOTE;
}

/* --- texts --- */

static const char *
value_of (const GPtrArray *values, ModoriSpan name)
{
    for (guint i = 0; values && i + 1 < values->len; i += 2)
        if (modori_span_is (name, g_ptr_array_index (values, i)))
            return g_ptr_array_index (values, i + 1);
    return NULL;
}

/* ModoriPlaceholderValue. */
static gboolean
append_value (gconstpointer data, GString *out, ModoriSpan name, gboolean command G_GNUC_UNUSED)
{
    const char *value = value_of (data, name);

    if (value)
        g_string_append (out, value);
    return value != NULL;
}

static char *
filled (ModoriSpan text, const GPtrArray *values)
{
    return modori_placeholder_fill (text, FALSE, append_value, values, NULL);
}

char *
modori_observation_text (const ModoriBlock *block, ModoriObservationText what, const char *lang,
                         const GPtrArray *values)
{
    static const guint keys[MODORI_N_OBSERVATION_TEXTS] = { TITLE, WHY, ASKED_BY };
    const ModoriEntry *entry = modori_block_entry (block, keys[what], lang);
    g_autofree char *text = entry ? modori_entry_text (entry) : g_strdup ("");

    return filled (modori_span_of (text), values);
}

char *
modori_observation_advice (const ModoriBlock *block)
{
    const ModoriEntry *entry = modori_block_entry (block, ADVICE, "");

    return entry ? modori_entry_text (entry) : g_strdup ("");
}

GPtrArray *
modori_observation_links (const ModoriBlock *block)
{
    GPtrArray *links = g_ptr_array_new_with_free_func (g_free);

    for (guint i = 0; i < block->n_entries; i++)
        if (block->entries[i].key == SEE)
            g_ptr_array_add (links, modori_entry_text (&block->entries[i]));
    return links;
}

/* --- records --- */

void
modori_observation_record_free (ModoriObservationRecord *record)
{
    if (! record)
        return;
    g_free (record->host);
    g_free (record->type);
    g_free (record->ttl);
    g_free (record->value);
    g_free (record);
}

/* Part TEXT at each "|" that is not in a placeholder.  How many fields that are; no more than
 * RECORD_FIELDS are filled in. */
static guint
part (ModoriSpan text, ModoriSpan *fields)
{
    const char *start = text.at, *end = modori_span_end (text);
    guint n = 0;

    for (const char *p = start; p <= end; p++) {
        ModoriSpan name, example;
        gsize inside = p < end && *p == '{'
            ? modori_placeholder_read (modori_span_between (p, end), &name, &example) : 0;

        if (inside > 0) {
            p += inside - 1;
        } else if (p == end || *p == '|') {
            if (n < RECORD_FIELDS)
                fields[n] = modori_span_trim (modori_span_between (start, p));
            n++;
            start = p + 1;
        }
    }
    return n;
}

/* Is there something to put at each placeholder of TEXT?  What stands in "[[ ]]" may be left
 * out. */
static gboolean
is_known (ModoriSpan text, const GPtrArray *values)
{
    while (text.len > 0) {
        ModoriSpan name, example;
        gsize inside = *text.at == '{' ? modori_placeholder_read (text, &name, &example) : 0;
        gssize end = modori_span_begins (text, "[[") ? modori_span_find (text, "]]") : -1;

        if (inside > 0 && example.len == 0 && ! value_of (values, name))
            return FALSE;
        text = modori_span_skip (text, end > 0 ? (gsize) end : MAX (inside, 1));
    }
    return TRUE;
}

/* Could a host of the DNS be called HOST? */
static gboolean
is_host (const char *host)
{
    gsize length = strspn (host, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
                           ".-_*");

    return length > 0 && length <= RECORD_HOST_MAX && host[length] == '\0';
}

/* Does all of VALUE show, as it was, and is it whole? */
static gboolean
is_to_paste (const char *value)
{
    for (const char *p = value; *p; p = g_utf8_next_char (p))
        if (! g_unichar_isprint (g_utf8_get_char (p)) || g_utf8_get_char (p) == REPLACEMENT)
            return FALSE;
    return *value && strlen (value) < RECORD_VALUE_MAX;
}

/* The record of ENTRY, or NULL when it cannot be proposed. */
static ModoriObservationRecord *
record_of (const ModoriEntry *entry, const GPtrArray *values)
{
    g_autofree char *text = modori_entry_text (entry);
    ModoriSpan fields[RECORD_FIELDS];
    ModoriObservationRecord *record;

    if (part (modori_span_of (text), fields) != RECORD_FIELDS
        || ! is_known (modori_span_of (text), values))
        return NULL;
    record = g_new (ModoriObservationRecord, 1);
    record->host = filled (fields[0], values);
    record->type = filled (fields[1], values);
    record->ttl = filled (fields[2], values);
    record->value = filled (fields[3], values);
    if (is_host (record->host) && is_to_paste (record->value))
        return record;
    modori_observation_record_free (record);
    return NULL;
}

GPtrArray *
modori_observation_records (const ModoriBlock *block, const GPtrArray *values)
{
    GPtrArray *records = g_ptr_array_new_with_free_func (
        (GDestroyNotify) modori_observation_record_free);

    for (guint i = 0; i < block->n_entries; i++) {
        ModoriObservationRecord *record = block->entries[i].key == RECORD
            ? record_of (&block->entries[i], values) : NULL;

        if (record)
            g_ptr_array_add (records, record);
    }
    return records;
}

/* --- for `rules test` --- */

/* Is KEY there in both languages (or, when it is not NEEDED, in none)? */
static gboolean
has_both_languages (const ModoriBlock *block, guint key, gboolean needed, GError **error)
{
    const ModoriEntry *en = modori_block_entry (block, key, "");
    const ModoriEntry *ja = modori_block_entry (block, key, "ja");

    if ((! en && ! ja && ! needed) || (en && ! en->lang[0] && ja && ja->lang[0]))
        return TRUE;
    return modori_entry_fail (block, ja ? ja : en, error,
                              "Observation %s: %s is wanted in English and Japanese", block->name,
                              field_names[key]);
}

static gboolean
is_number (ModoriSpan text)
{
    for (gsize i = 0; i < text.len; i++)
        if (! g_ascii_isdigit (text.at[i]))
            return FALSE;
    return text.len > 0;
}

static gboolean
check_record (const ModoriBlock *block, const ModoriEntry *entry, GError **error)
{
    g_autofree char *text = modori_entry_text (entry);
    ModoriSpan fields[RECORD_FIELDS];

    if (part (modori_span_of (text), fields) == RECORD_FIELDS && fields[0].len > 0
        && fields[1].len > 0 && is_number (fields[2]) && fields[3].len > 0)
        return TRUE;
    return modori_entry_fail (block, entry, error,
                              "Observation %s: \"host | type | TTL | value\" was expected, with a "
                              "number as TTL, not \"%s\"", block->name, text);
}

gboolean
modori_observation_check (const ModoriBlock *block, GError **error)
{
    gboolean fault = modori_observation_gravity (block) >= MODORI_GRAVITY_WARNING;

    if (gravity_of (block) == G_N_ELEMENTS (gravity_names))
        return modori_entry_fail (block, modori_block_entry (block, SEVERITY, ""), error,
                                  "Observation %s: Severity is ok, note, warning or error",
                                  block->name);
    for (guint i = 0; i < block->n_entries; i++)
        if (block->entries[i].key == RECORD && ! check_record (block, &block->entries[i], error))
            return FALSE;
    return has_both_languages (block, TITLE, TRUE, error)
        && has_both_languages (block, WHY, fault, error)
        && has_both_languages (block, ASKED_BY, FALSE, error);
}
