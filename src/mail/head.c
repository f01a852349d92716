/* head.c - finds header fields (RFC 5322 section 2.2), as they are written and as they should be.
 *
 * One look at each line: its end by starts.h, its name by a loop that stops at the colon.  A blank
 * before the colon is taken, mailbox "From " lines that strayed into a header are passed over,
 * and so are lines that are no fields when a field follows soon (folds that lost their blanks).
 * Any other line ends the header: the body begins with it.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "mail/head.h"

#include "mail/starts.h"

/* Nobody reads further; a longer value is one that wants to cost something. */
#define VALUE_MAX (64 * 1024)

/* A "name" of this length is text with a colon far away. */
#define FIELD_NAME_MAX 256

/* Lines that are no fields between two fields. */
#define FOLDS_MAX 4

/* A word without blanks that is longer belongs to some signature or code of the header, not to a
 * text. */
#define WORD_MIN 40

/* Fields that go to the array at once: as many as a header has, mostly. */
#define SOME 32

typedef struct {
    GArray *fields;
    ModoriHeadField some[SOME]; /* the last ones, not yet in the array */
    guint n;                    /* of them */
    guint room;                 /* fields that may still be added */
    const char *end;            /* of the text */
    const char
        *value_end; /* of the last field as far as read; NULL when it takes no more lines */
    gboolean any;               /* a field was seen */
} Scan;

static const char *
next_line (const char *at, const char *end)
{
    const char *newline = memchr (at, '\n', (gsize) (end - at));

    return newline ? newline + 1 : end;
}

static gboolean
is_empty_line (const char *at, const char *next)
{
    return *at == '\n' || (*at == '\r' && next - at <= 2);
}

/* The length of the field name that LINE begins with, and where its colon is; 0 when it is no
 * field. */
static gsize
name_length (const char *line, const char *end, const char **colon)
{
    const char *at = line;
    gsize length;

    end = MIN (end, line + FIELD_NAME_MAX);
    while (at < end && modori_is_name_letter (*at))
        at++;
    length = (gsize) (at - line);
    while (at < end && (*at == ' ' || *at == '\t'))
        at++;
    *colon = at;
    if (at == end || *at != ':')
        return 0;
    /* A boundary may hold a colon; a field name never begins like one. */
    return length > 2 && line[0] == '-' && line[1] == '-' ? 0 : length;
}

/* Is this a name as real ones are, not just anything before a colon? */
static gboolean
looks_like_field (const char *line, const char *end)
{
    const char *colon;
    gsize length = name_length (line, end, &colon);

    for (gsize i = 0; i < length; i++)
        if (! g_ascii_isalnum (line[i]) && line[i] != '-' && line[i] != '_')
            return FALSE;
    return length > 1;
}

static gboolean
is_from_line (const char *line, const char *end)
{
    gsize quote = line < end && *line == '>';

    return (gsize) (end - line) >= quote + 5 && ! memcmp (line + quote, "From ", 5);
}

static gboolean
is_blank (char c)
{
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

/* Trim the last field, once, when all its lines are known: a value of blank lines must not be
 * trimmed at each. */
static void
close_field (Scan *scan)
{
    const char *end = scan->value_end;
    ModoriHeadField *field;

    if (! end)
        return;
    field = &scan->some[scan->n - 1];
    while (end > field->value && is_blank (end[-1]))
        end--;
    while (field->value < end && is_blank (*field->value))
        field->value++;
    field->value_len = (guint32) MIN (end - field->value, VALUE_MAX);
    scan->value_end = NULL;
}

static void
keep_fields (Scan *scan)
{
    g_array_append_vals (scan->fields, scan->some, scan->n);
    scan->n = 0;
}

static void
open_field (Scan *scan, const char *line, gsize name, const char *value, const char *next)
{
    close_field (scan);
    scan->any = TRUE;
    if (scan->room == 0)
        return;
    scan->room--;
    if (scan->n == SOME)
        keep_fields (scan);
    scan->some[scan->n++] = (ModoriHeadField) { line, value, (guint16) name, 0, 0, NULL };
    scan->value_end = next;
}

/* Is LINE, which is no field, part of the header all the same?  When it is one long word above
 * the empty line, or a field follows soon: then a fold lost its blank. */
static gboolean
lost_its_blank (const char *line, const char *next, const char *end)
{
    if (next < end && is_empty_line (next, next_line (next, end)))
        return next - line >= WORD_MIN && ! memchr (line, ' ', (gsize) (next - line));
    for (guint i = 0; i < FOLDS_MAX && next < end && *next != '-'; i++) {
        const char *following = next_line (next, end);

        if (is_empty_line (next, following))
            return FALSE;
        if (looks_like_field (next, following))
            return TRUE;
        next = following;
    }
    return FALSE;
}

/* Take the line up to NEXT into the header.  FALSE: the body begins with it. */
static gboolean
take_line (Scan *scan, const char *line, const char *next)
{
    const char *colon;
    gsize name;

    if (scan->any && (*line == ' ' || *line == '\t')) {
        if (scan->value_end)
            scan->value_end = next;
        return TRUE;
    }
    name = name_length (line, next, &colon);
    if (name > 0) {
        open_field (scan, line, name, colon + 1, next);
        return TRUE;
    }
    if (is_from_line (line, next))
        return TRUE;
    return scan->any && *line != '-' && lost_its_blank (line, next, scan->end);
}

/* Empty lines above a header are no header's end, when a field follows them (in a MIME part, one
 * of its own: its text may begin like a field). */
static const char *
skip_empty_lines (const char *at, const char *end, gboolean message, guint *line)
{
    const char *start = at;
    guint lines = 0;

    while (at < end && is_empty_line (at, next_line (at, end))) {
        at = next_line (at, end);
        lines++;
    }
    if (lines == 0 || at == end || ! looks_like_field (at, next_line (at, end)))
        return start;
    if (! message && ! modori_span_begins (modori_span_between (at, end), "Content-"))
        return start;
    *line += lines;
    return at;
}

static void
begin (Scan *scan, ModoriSpan text, GArray *fields, guint max)
{
    scan->fields = fields;
    scan->n = 0;
    scan->room = MIN (max, G_MAXUINT16);
    scan->end = modori_span_end (text);
    scan->value_end = NULL;
    scan->any = FALSE;
}

/* In which slot the field NAME of LENGTH bytes is, whatever the case of its letters. */
static inline guint
slot_of (const char *name, gsize length)
{
    guint first = (guchar) name[0] | ' ', last = (guchar) name[length - 1] | ' ';

    return (first * 3 + last + (guint) length) % 32;
}

/* The last of the fields from FIRST on in ALL first, so that each slot has its first one first. */
static void
make_index (ModoriHeadIndex *index, GArray *all, guint first)
{
    memset (index, 0, sizeof *index);
    for (guint i = all->len; i > first; i--) {
        ModoriHeadField *field = &g_array_index (all, ModoriHeadField, i - 1);
        guint16 *slot = &index->first[slot_of (field->name, field->name_len)];

        field->next = *slot;
        *slot = (guint16) (i - first);
    }
}

gsize
modori_head_scan (ModoriSpan text, gboolean message, GArray *fields, guint max, ModoriSpan *head,
                  ModoriHeadIndex *index, guint *line)
{
    Scan scan;
    const char *at = skip_empty_lines (text.at, modori_span_end (text), message, line);
    const char *start = at;
    ModoriStarts starts = modori_starts_of (modori_span_between (at, modori_span_end (text)));
    guint first = fields->len;

    begin (&scan, text, fields, max);
    *head = modori_span (at, 0);
    while (at < scan.end) {
        const char *following = modori_starts_step (&starts);
        const char *next = following ? following : scan.end;
        gboolean empty = is_empty_line (at, next);

        if (! empty && ! take_line (&scan, at, next))
            break;
        if (! empty)
            *head = modori_span_between (start, next);
        at = next;
        ++*line;
        if (empty)
            break;
    }
    close_field (&scan);
    keep_fields (&scan);
    make_index (index, fields, first);
    return (gsize) (at - text.at);
}

ModoriHeadField *
modori_head_find (ModoriHeadField *fields, const ModoriHeadIndex *index, const char *name,
                  guint nth)
{
    gsize length = strlen (name);
    guint next = length ? index->first[slot_of (name, length)] : 0;

    while (next) {
        ModoriHeadField *field = &fields[next - 1];

        if (field->name_len == length
            && (memcmp (field->name, name, length) == 0
                || g_ascii_strncasecmp (field->name, name, length) == 0)
            && nth-- == 0)
            return field;
        next = field->next;
    }
    return NULL;
}
