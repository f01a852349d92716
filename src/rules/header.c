/* header.c - the fields of one header, found by name.
 *
 * Learnt names lie in a small hash table.  Reading takes one pass over the lines that notes the
 * fields with learnt names and counts them, and one over those fields that puts those of one name
 * side by side: linear, whatever a stranger repeats a thousand times, and nothing is done for a
 * name that is not there.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "rules/header.h"

#include "text/fields.h"

/* A power of two well above the names that rules ask for. */
#define BUCKETS 1024
#define NAMES_MAX (BUCKETS / 2)

/* Values of one name that count when it is asked whether one of them says something. */
#define FILLED_MAX 64

typedef struct {
    char *name;
    gsize len;
    guint first;                /* index into values */
    guint count;
    guint placed;               /* values that lie there already */
    guint64 words;              /* that may be in a value; 0: nobody asked yet */
    ModoriPairs *pairs;         /* words that are sought in it; own, NULL until there are some */
} Name;

typedef struct {
    guint number;
    ModoriSpan value;
} Field;

typedef struct {
    ModoriSpan value;
    guint64 words;              /* that may be in it; 0: nobody asked yet */
} Value;

struct ModoriHeader {
    GArray *names;              /* Name */
    guint16 buckets[BUCKETS];   /* number + 1, or 0 */
    guint n_fields;
    ModoriSpan message;         /* what was read; empty: nothing that can be gone on with */
    ModoriSpan head;
    ModoriSpan body;
    GString *line;              /* an unfolded value */
    ModoriSubject *room;        /* NULL until somebody asks for it */
    guint extensions;           /* fields that begin with "X" */
    ModoriHeaderSets sets;
    Field fields[MODORI_HEADER_FIELDS_MAX];     /* in the order of the header */
    Value values[MODORI_HEADER_FIELDS_MAX];     /* sorted by name */
};

static void
name_clear (gpointer data)
{
    g_free (((Name *) data)->name);
    g_free (((Name *) data)->pairs);
}

ModoriHeader *
modori_header_new (void)
{
    ModoriHeader *header = g_new (ModoriHeader, 1);

    /* what is behind is written before it is read */
    memset (header, 0, G_STRUCT_OFFSET (ModoriHeader, fields));
    header->names = g_array_new (FALSE, TRUE, sizeof (Name));
    g_array_set_clear_func (header->names, name_clear);
    header->message = header->head = header->body = MODORI_SPAN_EMPTY;
    header->line = g_string_new (NULL);
    return header;
}

void
modori_header_free (ModoriHeader *header)
{
    if (! header)
        return;
    g_array_unref (header->names);
    g_string_free (header->line, TRUE);
    modori_subject_free (header->room);
    g_free (header);
}

/* Names mostly differ in their length, at an end or in the middle. */
static guint
hash (ModoriSpan name)
{
    guint first, middle, last;

    if (name.len == 0)
        return 0;
    first = (guchar) name.at[0] & 0x1f;
    middle = (guchar) name.at[name.len / 2] & 0x1f;
    last = (guchar) name.at[name.len - 1] & 0x1f;
    return (guint) name.len * 37 + first * 601 + middle * 89 + last * 17;
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

        if (known->len == name.len
            && (memcmp (name.at, known->name, name.len) == 0
                || modori_span_is (name, known->name)))
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
        Name fresh = { NULL, name.len, 0, 0, 0, 0, NULL };

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

/* --- reading --- */

/* Nothing but blanks?  The first letter mostly tells. */
static inline gboolean
is_blank_line (ModoriSpan line)
{
    return (guchar) line.at[0] <= ' ' && modori_span_trim (line).len == 0;
}

static inline gboolean
is_blank (char c)
{
    return c == ' ' || c == '\t';
}

/* Where the colon of LINE stands, NAME_LEN bytes and perhaps blanks into it; 0: it is no field. */
static gsize
find_colon (ModoriSpan line, gsize *name_len)
{
    gsize i = 0;

    while (i < line.len && modori_is_name_letter (line.at[i]))
        i++;
    *name_len = i;
    while (i < line.len && is_blank (line.at[i]))
        i++;
    return *name_len > 0 && i < line.len && line.at[i] == ':' ? i : 0;
}

/* Note a field called NAME, if anybody asks for such, and give where its value belongs; NULL: the
 * value is of no interest. */
static Field *
note_field (ModoriHeader *header, ModoriSpan name, const char *value)
{
    guint bucket;

    if (header->n_fields == MODORI_HEADER_FIELDS_MAX)
        return NULL;
    header->extensions += (name.at[0] | 0x20) == 'x';
    bucket = bucket_of (header, name);
    if (! header->buckets[bucket])
        return NULL;
    header->fields[header->n_fields] =
        (Field) { header->buckets[bucket] - 1u, modori_span (value, 0) };
    name_at (header, header->buckets[bucket] - 1u)->count++;
    return &header->fields[header->n_fields++];
}

/* Read the lines as modori_fields_next does in the style of mail, up to the empty line that ends
 * the header; fields that nobody asks for are passed over without being looked at. */
static void
collect (ModoriHeader *header, ModoriSpan message)
{
    ModoriSpan rest = message, line;
    const char *end = message.at;
    gboolean inside = FALSE;                /* a field may go on in the next line */
    Field *field = NULL;                    /* ... and this is it, if it is asked for */

    while (modori_span_line (&rest, &line) && line.len > 0) {
        gsize name_len, colon = 0;

        end = rest.at;
        if (is_blank_line (line)) {
            inside = FALSE;
            continue;
        }
        if (! is_blank (line.at[0]))
            colon = find_colon (line, &name_len);
        if (colon) {
            inside = TRUE;
            field = note_field (header, modori_span (line.at, name_len), line.at + colon + 1);
        }
        if (inside && field)
            field->value = modori_span_between (field->value.at, modori_span_end (line));
    }
    header->head = modori_span_between (message.at, end);
    header->body = rest;
}

static void
include (ModoriHeaderSet *set, guint number)
{
    if (number < MODORI_HEADER_SET_MAX)
        set->bits[number / 64] |= G_GUINT64_CONSTANT (1) << number % 64;
}

static void
sort (ModoriHeader *header)
{
    guint first = 0;

    for (guint i = 0; i < header->n_fields; i++) {
        const Field *field = &header->fields[i];
        Name *name = name_at (header, field->number);
        ModoriSpan value = modori_span_trim (field->value);

        if (name->placed == 0) {
            name->first = first;
            first += name->count;
            include (&header->sets.present, field->number);
        } else {
            include (&header->sets.repeated, field->number);
        }
        if (value.len > 0 && name->placed < FILLED_MAX)
            include (&header->sets.filled, field->number);
        header->values[name->first + name->placed++] = (Value) { value, 0 };
    }
}

void
modori_header_read (ModoriHeader *header, ModoriSpan message)
{
    for (guint i = 0; i < header->n_fields; i++) {
        Name *name = name_at (header, header->fields[i].number);

        name->count = name->placed = 0;
        name->words = 0;
    }
    header->message = message;
    header->extensions = header->n_fields = 0;
    memset (&header->sets, 0, sizeof header->sets);
    collect (header, message);
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

const ModoriHeaderSets *
modori_header_sets (const ModoriHeader *header)
{
    return &header->sets;
}

void
modori_header_set_add (ModoriHeaderSet *set, guint number)
{
    include (set, number);
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

    return nth < name->count ? header->values[name->first + nth].value : MODORI_SPAN_EMPTY;
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

/* What was seen in the values before is no longer all. */
guint64
modori_header_seek (ModoriHeader *header, guint number, const ModoriSpan *words, guint n)
{
    Name *name = name_at (header, number);

    if (! name->pairs)
        name->pairs = g_new0 (ModoriPairs, 1);
    name->words = 0;
    for (guint i = 0; i < name->count; i++)
        header->values[name->first + i].words = 0;
    return modori_pairs_seek (name->pairs, words, n);
}

static inline guint64
words_of (const Name *name, Value *value)
{
    if (! name->pairs || value->value.len > MODORI_HEADER_LOOK_MAX)
        return ~G_GUINT64_CONSTANT (0);
    if (! value->words)
        value->words = modori_pairs_look (name->pairs, value->value);
    return value->words;
}

guint64
modori_header_words (ModoriHeader *header, guint number)
{
    Name *name = name_at (header, number);

    if (! name->words)
        for (guint i = 0; i < name->count; i++)
            name->words |= words_of (name, &header->values[name->first + i]);
    return name->words;
}

gboolean
modori_header_may_hold (ModoriHeader *header, guint number, guint64 sought, gsize shortest,
                        guint *nth, ModoriSpan *value)
{
    const Name *name = name_at (header, number);

    for (; *nth < name->count; (*nth)++) {
        Value *here = &header->values[name->first + *nth];

        if (here->value.len < shortest || ! (words_of (name, here) & sought))
            continue;
        *value = here->value;
        return TRUE;
    }
    return FALSE;
}

const ModoriSubject *
modori_header_room (ModoriHeader *header)
{
    if (! header->room)
        header->room = modori_subject_new ();
    return header->room;
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
