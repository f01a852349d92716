/* pattern.h - the patterns of the rules files: PCRE2 expressions and plain words.
 *
 * "/regex/flags" is a PCRE2 expression, case ignored unless flag C is given (flags: C case
 * matters, m ^ and $ at lines, s dot takes line ends, x extended).  Anything else is plain
 * words, which match literally, case ignored, with any white space between them.
 *
 * A pattern costs nothing until it is needed: only its form is checked at first; then literals
 * are found of which a text must hold one (conservatively); PCRE2 compiles it at the first text
 * that holds one.  Limits: subjects are cut at MODORI_PATTERN_SUBJECT_MAX; PCRE2 match limit
 * 100,000, depth and heap limited as well; an error of pcre2_match counts as "not found".
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_TEXT_PATTERN_H
#define MODORI_TEXT_PATTERN_H

#include "text/finder.h"

/* A hostile subject costs its length squared with some expressions whatever the match limit: so
 * it is short. */
#define MODORI_PATTERN_SUBJECT_MAX (8 * 1024)

/* Items of a pattern that may be tried in one text.  (PCRE2's own limit is for each place where a
 * match may begin, and counts no repeats of one character.) */
#define MODORI_PATTERN_STEPS 8000000

/* No honest pattern is longer. */
#define MODORI_PATTERN_SOURCE_MAX (8 * 1024)

/* More named groups than any rule uses. */
#define MODORI_CAPTURES_MAX 16

typedef struct ModoriPattern ModoriPattern;

/* A text that many patterns are tried on: it knows quickly which literals it cannot hold. */
typedef struct ModoriSubject ModoriSubject;

typedef struct {
    guint n;
    struct {
        const char *name;       /* the pattern's own */
        ModoriSpan value;       /* in the subject */
    } items[MODORI_CAPTURES_MAX];
} ModoriCaptures;

/* Read SOURCE as written in a rules file.  Only the form is checked here ("/" unclosed, unknown
 * flag): NULL with ERROR set.  The caller frees. */
ModoriPattern *modori_pattern_new (ModoriSpan source, GError **error);
void modori_pattern_free (ModoriPattern *pattern);

/* Compile now: FALSE with ERROR set when PCRE2 does not like it.  For `rules test`; matching
 * does it by itself. */
gboolean modori_pattern_check (ModoriPattern *pattern, GError **error);

/* Does PATTERN get through TEXT (cut) within MODORI_PATTERN_STEPS, whatever comes out?  FALSE with
 * ERROR set when not.  For `rules test`: the pattern is slow from then on. */
gboolean modori_pattern_endures (ModoriPattern *pattern, ModoriSpan text, GError **error);

/* As written; the pattern's own. */
const char *modori_pattern_source (const ModoriPattern *pattern);

/* The words, or what stands between the slashes; the pattern's own. */
ModoriSpan modori_pattern_body (const ModoriPattern *pattern);

/* How many bytes a match has at least, as far as is known: nothing is before the first text that
 * the pattern was tried on. */
gsize modori_pattern_shortest (const ModoriPattern *pattern);

/* Does every match begin with a character beyond ASCII, as far as is known? */
gboolean modori_pattern_begins_wide (const ModoriPattern *pattern);

/* A literal (lower case) that every match must hold, or "" (there may be a choice of several all
 * the same). */
const char *modori_pattern_literal (ModoriPattern *pattern);

/* Let FINDER look out for literals of PATTERN, of which every match holds one each of at most two
 * sets, as ITEM and ITEM + 1.  The number of sets: a text (the folded text of a subject) in which
 * not both are seen is not matched.  0: any text may be. */
guint modori_pattern_seek (ModoriPattern *pattern, ModoriFinder *finder, guint item);

/* TEXT up to where a subject ends: at its longest, or before what is not UTF-8. */
ModoriSpan modori_pattern_cut (ModoriSpan text);

/* Does PATTERN match somewhere in TEXT?  CAPTURES (may be NULL) gets the named groups that took
 * part. */
gboolean modori_pattern_finds (ModoriPattern *pattern, ModoriSpan text, ModoriCaptures *captures);

/* May PATTERN match in SUBJECT?  FALSE: surely not; seen by literals alone. */
gboolean modori_pattern_may_match (ModoriPattern *pattern, const ModoriSubject *subject);

/* The same for a prepared subject, much cheaper where it does not match. */
gboolean modori_pattern_matches (ModoriPattern *pattern, const ModoriSubject *subject,
                                 ModoriCaptures *captures);

/* Does PATTERN match in SUBJECT, in which a finder saw all that it seeks?  Where that is all there
 * is to it, nothing is left to be done.  Its extent is not known then. */
gboolean modori_pattern_confirm (ModoriPattern *pattern, const ModoriSubject *subject);

/* As modori_pattern_matches for TEXT, which is ASCII and no longer than a subject, of a PATTERN
 * that is written as a regular expression.  Literals are not looked for: the caller has done that.
 * ROOM is any subject; what it holds does not matter. */
gboolean modori_pattern_runs (ModoriPattern *pattern, ModoriSpan text, const ModoriSubject *room,
                              ModoriCaptures *captures);

/* Where the last successful match of PATTERN began and ended (offsets in its text). */
void modori_pattern_extent (const ModoriPattern *pattern, gsize *start, gsize *end);

/* A group by its name, or an empty span. */
ModoriSpan modori_captures_get (const ModoriCaptures *captures, const char *name);

/* Add those groups of MORE that CAPTURES has nothing of. */
void modori_captures_add (ModoriCaptures *captures, const ModoriCaptures *more);

ModoriSubject *modori_subject_new (void);
void modori_subject_free (ModoriSubject *subject);

/* TEXT must outlive the subject's use; it is cut at MODORI_PATTERN_SUBJECT_MAX. */
void modori_subject_set (ModoriSubject *subject, ModoriSpan text);

/* Its text in lower case, for a finder; the subject's own. */
ModoriSpan modori_subject_folded (const ModoriSubject *subject);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ModoriPattern, modori_pattern_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ModoriSubject, modori_subject_free)

#endif
