/* fields.h - blocks of "Name: value" lines.
 *
 * One reader for everything that is written this way: header fields (RFC 5322), the fields of
 * delivery-status, feedback-report and disposition-notification parts (RFC 3464, 5965, 8098), and
 * the rules files of this program.  Nothing is copied: a field is two spans into the text.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_TEXT_FIELDS_H
#define MODORI_TEXT_FIELDS_H

#include "text/span.h"

typedef struct {
    ModoriSpan name;            /* without the colon and blanks before it */
    ModoriSpan value;           /* trimmed; continuation lines still in it, with their line ends */
    guint line;                 /* of the name, counted from 1 at the start of the text */
    gboolean
        opens; /* the first field of a block: the text began or an empty line stood before it */
} ModoriField;

typedef enum {
    MODORI_FIELDS_MAIL,  /* lenient: lines without a colon are continuations (nullmailer) */
    MODORI_FIELDS_RULES, /* strict: '#' in column one is a comment; a line without a colon is
                            reported */
} ModoriFieldsStyle;

typedef struct {
    ModoriSpan rest;
    guint line;
    ModoriFieldsStyle style;
    gboolean opens;
} ModoriFields;

/* Begin to read TEXT, which must outlive FIELDS. */
void modori_fields_init (ModoriFields *fields, ModoriSpan text, ModoriFieldsStyle style);

/* Fill FIELD with the next one.  FALSE at the end.  In RULES style a line that is neither field,
 * comment nor continuation is given as a field with an empty name and the line as its value: the
 * caller complains. */
gboolean modori_fields_next (ModoriFields *fields, ModoriField *field);

/* Append VALUE to OUT as one line: each run of white space that holds a line end becomes one
 * blank, or nothing between two non-ASCII characters when JOIN_WIDE (Japanese text in rules files
 * may be wrapped anywhere). */
void modori_fields_unfold (GString *out, ModoriSpan value, gboolean join_wide);

#endif
