/* head.c - finds header fields (RFC 5322 section 2.2), as they are written and as they should be.
 *
 * One look at each line: its end by memchr, its name by a loop that stops at the colon.  A blank
 * before the colon is taken, mailbox "From " lines that strayed into a header are passed over,
 * and so are lines that are no fields when a field follows soon (folds that lost their blanks).
 * Any other line ends the header: the body begins with it.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "mail/head.h"

/* Nobody reads further; a longer value is one that wants to cost something. */
#define VALUE_MAX (64 * 1024)

/* A "name" of this length is text with a colon far away. */
#define FIELD_NAME_MAX 256

/* Lines that are no fields between two fields. */
#define FOLDS_MAX 4

/* A word without blanks that is longer belongs to some signature or code of the header, not to a
 * text. */
#define WORD_MIN 40

typedef struct {
    GArray *fields;
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
    field = &g_array_index (scan->fields, ModoriHeadField, scan->fields->len - 1);
    while (end > field->value && is_blank (end[-1]))
        end--;
    while (field->value < end && is_blank (*field->value))
        field->value++;
    field->value_len = (guint32) MIN (end - field->value, VALUE_MAX);
    scan->value_end = NULL;
}

static void
open_field (Scan *scan, const char *line, gsize name, const char *value, const char *next)
{
    ModoriHeadField field = { line, value, (guint32) name, 0, NULL };

    close_field (scan);
    scan->any = TRUE;
    if (scan->room == 0)
        return;
    scan->room--;
    g_array_append_val (scan->fields, field);
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

gsize
modori_head_scan (ModoriSpan text, gboolean message, GArray *fields, guint max, ModoriSpan *head,
                  guint *line)
{
    Scan scan = { fields, max, modori_span_end (text), NULL, FALSE };
    const char *at = skip_empty_lines (text.at, scan.end, message, line);
    const char *start = at;

    *head = modori_span (at, 0);
    while (at < scan.end) {
        const char *next = next_line (at, scan.end);
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
    return (gsize) (at - text.at);
}

ModoriHeadField *
modori_head_find (ModoriHeadField *fields, guint n, const char *name, guint nth)
{
    gsize length = strlen (name);

    for (guint i = 0; i < n; i++) {
        ModoriHeadField *field = &fields[i];

        /* The last letters differ more often than the first ones. */
        if (field->name_len == length
            && ((field->name[length - 1] ^ name[length - 1]) & ~0x20) == 0
            && (memcmp (field->name, name, length) == 0
                || g_ascii_strncasecmp (field->name, name, length) == 0)
            && nth-- == 0)
            return field;
    }
    return NULL;
}
