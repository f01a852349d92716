/* header.c - the fields of one header, found by name.
 *
 * Learnt names lie in a small hash table.  Reading takes one pass that notes the fields with
 * learnt names and counts them, and a counting sort that puts those of one name side by side:
 * linear, whatever a stranger repeats a thousand times.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "rules/header.h"

#include "text/fields.h"

/* A power of two well above the names that rules ask for. */
#define BUCKETS 1024
#define NAMES_MAX (BUCKETS / 2)

typedef struct {
    char *name;
    gsize len;
    guint first;                /* index into values */
    guint count;
} Name;

typedef struct {
    guint number;
    ModoriSpan value;
} Field;

struct ModoriHeader {
    GArray *names;              /* Name */
    guint16 buckets[BUCKETS];   /* number + 1, or 0 */
    GArray *fields;             /* Field, in the order of the header */
    GArray *values;             /* ModoriSpan, sorted by name */
    ModoriSpan message;         /* what was read; empty: nothing that can be gone on with */
    ModoriSpan head;
    ModoriSpan body;
    GString *line;              /* an unfolded value */
    ModoriSubject *subject;     /* of the value below; NULL until one is asked for */
    ModoriSpan value;
    guint extensions;           /* fields that begin with "X" */
};

static void
name_clear (gpointer data)
{
    g_free (((Name *) data)->name);
}

ModoriHeader *
modori_header_new (void)
{
    ModoriHeader *header = g_new0 (ModoriHeader, 1);

    header->names = g_array_new (FALSE, TRUE, sizeof (Name));
    g_array_set_clear_func (header->names, name_clear);
    header->fields = g_array_new (FALSE, FALSE, sizeof (Field));
    header->values = g_array_new (FALSE, FALSE, sizeof (ModoriSpan));
    header->message = header->head = header->body = MODORI_SPAN_EMPTY;
    header->line = g_string_new (NULL);
    header->value = MODORI_SPAN_EMPTY;
    return header;
}

void
modori_header_free (ModoriHeader *header)
{
    if (! header)
        return;
    g_array_unref (header->names);
    g_array_unref (header->fields);
    g_array_unref (header->values);
    g_string_free (header->line, TRUE);
    modori_subject_free (header->subject);
    g_free (header);
}

static guint
hash (ModoriSpan name)
{
    guint sum = 2166136261u;

    for (gsize i = 0; i < name.len; i++)
        sum = (sum ^ (guint) (name.at[i] | 0x20)) * 16777619u;
    return sum ^ sum >> 15;
}

static Name *
name_at (const ModoriHeader *header, guint number)
{
    return &g_array_index (header->names, Name, number);
}

/* The bucket of NAME, or the empty one where it belongs. */
static guint
bucket_of (const ModoriHeader *header, ModoriSpan name)
{
    guint i = hash (name) % BUCKETS;

    while (header->buckets[i]) {
        const Name *known = name_at (header, header->buckets[i] - 1u);

        if (known->len == name.len && modori_span_is (name, known->name))
            break;
        i = (i + 1) % BUCKETS;
    }
    return i;
}

guint
modori_header_learn (ModoriHeader *header, ModoriSpan name)
{
    guint bucket = bucket_of (header, name);

    if (! header->buckets[bucket]) {
        Name fresh = { NULL, name.len, 0, 0 };

        if (header->names->len == NAMES_MAX)
            return MODORI_HEADER_FULL;
        fresh.name = modori_span_dup (name);
        g_array_append_val (header->names, fresh);
        header->buckets[bucket] = (guint16) header->names->len;
    }
    return header->buckets[bucket] - 1u;
}

const char *
modori_header_name (const ModoriHeader *header, guint number)
{
    return name_at (header, number)->name;
}

/* Find the empty line that ends the header of MESSAGE. */
static void
divide (ModoriHeader *header, ModoriSpan message)
{
    ModoriSpan rest = message, line;
    const char *end = message.at;

    while (modori_span_line (&rest, &line) && line.len > 0)
        end = rest.at;
    header->head = modori_span_between (message.at, end);
    header->body = rest;
}

static void
collect (ModoriHeader *header)
{
    ModoriFields fields;
    ModoriField field;

    g_array_set_size (header->fields, 0);
    modori_fields_init (&fields, header->head, MODORI_FIELDS_MAIL);
    while (modori_fields_next (&fields, &field) && header->fields->len < MODORI_HEADER_FIELDS_MAX) {
        guint bucket = bucket_of (header, field.name);

        header->extensions += field.name.len > 0 && modori_ascii_lower (field.name.at[0]) == 'x';
        if (header->buckets[bucket]) {
            const Field known = { header->buckets[bucket] - 1u, field.value };

            g_array_append_val (header->fields, known);
            name_at (header, known.number)->count++;
        }
    }
}

static void
sort (ModoriHeader *header)
{
    guint first = 0;

    for (guint i = 0; i < header->names->len; i++) {
        name_at (header, i)->first = first;
        first += name_at (header, i)->count;
        name_at (header, i)->count = 0;
    }
    g_array_set_size (header->values, header->fields->len);
    for (guint i = 0; i < header->fields->len; i++) {
        const Field *field = &g_array_index (header->fields, Field, i);
        Name *name = name_at (header, field->number);

        g_array_index (header->values, ModoriSpan, name->first + name->count++) = field->value;
    }
}

void
modori_header_read (ModoriHeader *header, ModoriSpan message)
{
    for (guint i = 0; i < header->names->len; i++)
        name_at (header, i)->count = 0;
    header->message = message;
    header->value = MODORI_SPAN_EMPTY;
    header->extensions = 0;
    divide (header, message);
    collect (header);
    sort (header);
}

void
modori_header_turn_to (ModoriHeader *header, ModoriSpan message)
{
    if (! message.len || header->message.at != message.at || header->message.len != message.len)
        modori_header_read (header, message);
}

void
modori_header_forget (ModoriHeader *header)
{
    header->message = MODORI_SPAN_EMPTY;
}

ModoriSpan
modori_header_head (const ModoriHeader *header)
{
    return header->head;
}

ModoriSpan
modori_header_body (const ModoriHeader *header)
{
    return header->body;
}

guint
modori_header_count (const ModoriHeader *header, guint number)
{
    return name_at (header, number)->count;
}

ModoriSpan
modori_header_value (const ModoriHeader *header, guint number, guint nth)
{
    const Name *name = name_at (header, number);

    return nth < name->count ? g_array_index (header->values, ModoriSpan, name->first + nth)
        : MODORI_SPAN_EMPTY;
}

ModoriSpan
modori_header_unfolded (ModoriHeader *header, guint number, guint nth)
{
    ModoriSpan value = modori_header_value (header, number, nth);

    if (! memchr (value.at, '\n', value.len))
        return value;
    g_string_truncate (header->line, 0);
    modori_fields_unfold (header->line, value, FALSE);
    return modori_span (header->line->str, header->line->len);
}

const ModoriSubject *
modori_header_subject (ModoriHeader *header, ModoriSpan value)
{
    if (! header->subject)
        header->subject = modori_subject_new ();
    else if (header->value.at == value.at && header->value.len == value.len)
        return header->subject;
    modori_subject_set (header->subject, value);
    header->value = value;
    return header->subject;
}

guint
modori_header_extensions (const ModoriHeader *header)
{
    return header->extensions;
}

ModoriSpan
modori_header_eight_bit (const ModoriHeader *header)
{
    ModoriSpan rest = header->head, line;

    if (! modori_span_is_ascii (rest))
        while (modori_span_line (&rest, &line))
            if (! modori_span_is_ascii (line))
                return line;
    return MODORI_SPAN_EMPTY;
}
