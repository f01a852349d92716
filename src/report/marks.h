/* marks.h - what the dialects look for in a message before one of them reads it.
 *
 * A header field or the beginning of the text is looked up once for all dialects and prepared once
 * for all patterns.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_REPORT_MARKS_H
#define MODORI_REPORT_MARKS_H

#include "report/cue.h"
#include "report/grammar.h"

typedef struct ModoriMarks ModoriMarks;

/* For texts of VIEWS, which must outlive them. */
ModoriMarks *modori_marks_new (ModoriViews *views);
void modori_marks_free (ModoriMarks *marks);

/* The names of header fields (of char *), for modori_grammar_new. */
GPtrArray *modori_marks_names (ModoriMarks *marks);

/* The conditions of GRAMMAR, dialect NUMBER, will be asked for. */
void modori_marks_add (ModoriMarks *marks, guint number, ModoriGrammar *grammar);

/* Look out for N CUES of BLOCK, which is dialect NUMBER; one at least. */
void modori_marks_cue (ModoriMarks *marks, guint number, const ModoriBlock *block,
                       const ModoriCue *cues, guint n);

/* Does the message have enough of the cues of dialect NUMBER, if there are any?  If not, it need
 * not be asked. */
gboolean modori_marks_fit (ModoriMarks *marks, guint number);

/* Turn to MESSAGE, whose header is that of part HEAD; the views are there already. */
void modori_marks_turn_to (ModoriMarks *marks, ModoriMessage *message, guint head);

/* What stands at PLACE of the message, or NULL when that field is not there. */
const ModoriSubject *modori_marks_subject (ModoriMarks *marks, guint place);

/* May CONDITION hold for the message?  FALSE: surely not.  This is much cheaper than to know. */
gboolean modori_marks_may_hold (ModoriMarks *marks, const ModoriCondition *condition);

/* Does CONDITION hold for the message? */
gboolean modori_marks_hold (ModoriMarks *marks, const ModoriCondition *condition);

/* The same when its place is there, and a finder saw all there that its pattern seeks. */
gboolean modori_marks_confirm (ModoriMarks *marks, const ModoriCondition *condition);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ModoriMarks, modori_marks_free)

#endif
