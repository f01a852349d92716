/* fields.c - blocks of "Name: value" lines, read without copying.
 *
 * The form is RFC 5322's header field (section 2.2), with what real mail does to it: blanks
 * before the colon, lines that hold blanks only where an empty line is meant, continuation lines
 * that nobody folded.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "text/fields.h"

void
modori_fields_init (ModoriFields *fields, ModoriSpan text, ModoriFieldsStyle style)
{
    fields->rest = text;
    fields->line = 0;
    fields->style = style;
    fields->opens = TRUE;
}

static gboolean
is_blank (char c)
{
    return c == ' ' || c == '\t';
}

/* The first letter mostly tells. */
static inline gboolean
is_empty (ModoriSpan line)
{
    return (line.len == 0 || line.at[0] <= ' ') && modori_span_trim (line).len == 0;
}

/* The length of the field name at the start of LINE (RFC 5322 2.2: printable ASCII but the
 * colon), or 0. */
static gsize
name_length (ModoriSpan line)
{
    gsize i = 0;

    while (i < line.len && modori_is_name_letter (line.at[i]))
        i++;
    return i;
}

/* Where the colon of LINE stands behind a name of LENGTH bytes, or 0. */
static gsize
colon_at (ModoriSpan line, gsize length)
{
    gsize i = length;

    while (i < line.len && is_blank (line.at[i]))
        i++;
    return length && i < line.len && line.at[i] == ':' ? i : 0;
}

/* Does LINE, which follows a value, go on with it? */
static gboolean
continues (const ModoriFields *fields, ModoriSpan line)
{
    if (is_empty (line))
        return FALSE;
    if (is_blank (line.at[0]))
        return TRUE;
    /* nullmailer writes the lines of a reply without folding them */
    return fields->style == MODORI_FIELDS_MAIL && ! colon_at (line, name_length (line));
}

/* May the line that comes next continue a value?  Its first letter mostly tells. */
static gboolean
may_continue (const ModoriFields *fields)
{
    return fields->rest.len
        && (is_blank (fields->rest.at[0]) || fields->style == MODORI_FIELDS_MAIL);
}

/* Take the lines that continue a value that began at START and ends (so far) at END. */
static ModoriSpan
take_value (ModoriFields *fields, const char *start, const char *end)
{
    ModoriSpan rest = fields->rest, line;

    while (may_continue (fields) && modori_span_line (&rest, &line) && continues (fields, line)) {
        end = modori_span_end (line);
        fields->rest = rest;
        fields->line++;
    }
    return modori_span_trim (modori_span_between (start, end));
}

/* Make FIELD of LINE, which is neither empty nor a comment. */
static void
take_field (ModoriFields *fields, ModoriSpan line, ModoriField *field)
{
    gsize length = name_length (line), colon = colon_at (line, length);

    field->line = fields->line;
    field->opens = fields->opens;
    fields->opens = FALSE;
    if (colon) {
        field->name = modori_span (line.at, length);
        field->value = take_value (fields, line.at + colon + 1, modori_span_end (line));
    } else {
        field->name = MODORI_SPAN_EMPTY;
        field->value = line;
    }
}

gboolean
modori_fields_next (ModoriFields *fields, ModoriField *field)
{
    ModoriSpan line;

    while (modori_span_line (&fields->rest, &line)) {
        fields->line++;
        if (is_empty (line)) {
            fields->opens = TRUE;
            continue;
        }
        if (fields->style == MODORI_FIELDS_RULES && line.at[0] == '#')
            continue;
        take_field (fields, line, field);
        return TRUE;
    }
    return FALSE;
}

/* Is a blank needed between what OUT ends with and NEXT? */
static gboolean
needs_blank (const GString *out, gsize start, char next, gboolean join_wide)
{
    gboolean wide;

    if (out->len == start)
        return FALSE;
    wide = (guchar) out->str[out->len - 1] >= 0x80 && (guchar) next >= 0x80;
    return ! (wide && join_wide);
}

void
modori_fields_unfold (GString *out, ModoriSpan value, gboolean join_wide)
{
    gsize start = out->len;
    ModoriSpan line;

    while (modori_span_line (&value, &line)) {
        line = modori_span_trim (line);
        if (line.len == 0)
            continue;
        if (needs_blank (out, start, line.at[0], join_wide))
            g_string_append_c (out, ' ');
        g_string_append_len (out, line.at, (gssize) line.len);
    }
}
