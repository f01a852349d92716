/* index.h - which of a thousand patterns may match a text.
 *
 * Items (rules, marks of providers, ...) are numbered by their owner, from 0.  An item is a
 * candidate when one of its patterns may match, or when one of them cannot be told by a literal.
 * The cost of a look depends on the text, hardly on how many items there are.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_TEXT_INDEX_H
#define MODORI_TEXT_INDEX_H

#include "text/clue.h"

typedef struct ModoriIndex ModoriIndex;

/* For items below N. */
ModoriIndex *modori_index_new (guint n);
void modori_index_free (ModoriIndex *index);

/* ITEM may fire when PATTERN matches; PATTERN NULL: at any time. */
void modori_index_add (ModoriIndex *index, guint item, ModoriPattern *pattern);
/* The same with a pattern as it is written: to look for what it needs costs less than to read it,
 * and most patterns of an index never need more. */
void modori_index_add_source (ModoriIndex *index, guint item, ModoriSpan source);

/* The same with the N CLUES of such patterns, whose items are counted from FIRST on. */
void modori_index_add_clues (ModoriIndex *index, guint first, const ModoriClue *clues, guint n);

/* Find the candidates for SUBJECT.  They are good until the next look. */
void modori_index_look (ModoriIndex *index, const ModoriSubject *subject);

/* Is ITEM a candidate? */
gboolean modori_index_has (const ModoriIndex *index, guint item);

/* The first candidate that is not below ITEM, or N. */
guint modori_index_next (const ModoriIndex *index, guint item);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ModoriIndex, modori_index_free)

#endif
