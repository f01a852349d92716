/* line.h - what a dialect does with a line that matches a pattern.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_REPORT_LINE_H
#define MODORI_REPORT_LINE_H

#include "report/first.h"
#include "report/report.h"
#include "report/shape.h"
#include "text/pattern.h"

/* More named groups in one pattern than any line of a report has values. */
#define MODORI_GROUPS_MAX 8

/* Groups that are no keys of the record. */
enum {
    MODORI_GROUP_ENTRY = MODORI_N_KEYS,     /* number of the recipient that the line speaks of */
    MODORI_GROUP_RECIPIENTS,                /* several addresses */
};

typedef struct {
    char *name;
    guint key;                  /* ModoriKey, or one of the above */
} ModoriGroup;

typedef enum {
    MODORI_LINE_FILLS,
    MODORI_LINE_MORE,
    MODORI_LINE_OPENS,
    MODORI_LINE_CLOSES,
    MODORI_LINE_AFTER,
    MODORI_LINE_SKIP,
    MODORI_LINE_UNTIL,
} ModoriLineKind;

/* What to do with a line that matches. */
typedef struct {
    ModoriLineKind kind;
    guint rule;                 /* its line in the rules file */
    ModoriPattern *pattern;
    gboolean regex;             /* it is written as a regular expression */
    ModoriFirst first;          /* what a line begins with that it may match */
    guint least, most;          /* blanks that it must begin with, see report/first.h */
    guint needs;                /* signs that it must hold, see report/first.h */
    ModoriShape shape;          /* how it can be matched by hand, if so */
    guint section;              /* which section begins with it, see report/grammar.h */
    guint after;                /* of AFTER: what the value behind the heading fills */
    guint n_groups;
    ModoriGroup groups[MODORI_GROUPS_MAX];
} ModoriLine;

/* Parts of expressions that several patterns of a block share, by their names. */
typedef struct ModoriPhrases ModoriPhrases;

ModoriPhrases *modori_phrases_new (void);
void modori_phrases_free (ModoriPhrases *phrases);

/* Add EXPRESSION to the alternatives of the phrase NAME, which is made of lower-case letters and
 * "-".  FALSE with ERROR set when it is not, or when there would be too much. */
gboolean modori_phrases_add (ModoriPhrases *phrases, ModoriSpan name, ModoriSpan expression,
                             GError **error);

/* SOURCE with "{name}" replaced by "(?:the|alternatives)" of each phrase that it names; the caller
 * frees. */
char *modori_phrases_expand (const ModoriPhrases *phrases, ModoriSpan source);

/* Read a pattern as the rules have it.  NULL with ERROR set (without a place) when it is none, or
 * has groups that are no keys.  The caller frees. */
ModoriLine *modori_line_new (ModoriLineKind kind, ModoriSpan source, GError **error);
void modori_line_free (gpointer line);  /* a ModoriLine; may be NULL */

/* The key of a record or the group called NAME.  FALSE when there is none. */
gboolean modori_line_find_group (ModoriSpan name, guint *key);

/* Keys of the returned message and of the report are the same for all recipients. */
gboolean modori_line_key_is_shared (ModoriKey key);

/* Is one of the literals that a match of LINE's pattern must hold in TEXT, which is ASCII?  TRUE
 * also when none are known. */
gboolean modori_line_has_literal (const ModoriLine *line, ModoriSpan text);

#endif
