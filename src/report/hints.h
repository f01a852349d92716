/* hints.h - which dialects a message may be of, seen for all of them at once.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_REPORT_HINTS_H
#define MODORI_REPORT_HINTS_H

#include "report/marks.h"

typedef struct ModoriHints ModoriHints;

/* For the dialects of GRAMMARS (N; NULL: one that cannot be read and is never asked), which are
 * known to MARKS.  Both must outlive the hints. */
ModoriHints *modori_hints_new (ModoriMarks *marks, ModoriGrammar *const *grammars, guint n);
void modori_hints_free (ModoriHints *hints);

/* Turn to the message that the marks were turned to. */
void modori_hints_turn_to (ModoriHints *hints);

/* The first dialect from I on that as many kinds of conditions may hold for as it needs; those
 * between need not be asked.  N when there is none. */
guint modori_hints_next (ModoriHints *hints, guint i);

/* May condition I of a DIALECT that was named so hold?  Its literals were seen in its place, which
 * is there. */
gboolean modori_hints_saw (const ModoriHints *hints, guint dialect, guint i);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ModoriHints, modori_hints_free)

#endif
