/* finder.h - which of many literals stand in a text, in one pass.
 *
 * The cost of a run depends on the text and on what is found there, hardly on how many literals
 * there are.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_TEXT_FINDER_H
#define MODORI_TEXT_FINDER_H

#include "text/span.h"

typedef struct ModoriFinder ModoriFinder;

ModoriFinder *modori_finder_new (void);
void modori_finder_free (ModoriFinder *finder);

/* Look out for LITERAL (in lower case as modori_fold makes it, not empty, copied), which is one
 * of ITEM; there may be several of an item, and several items with the same.  BLANKS: a blank
 * in it stands for any white space; it then neither begins nor ends with one. */
void modori_finder_add (ModoriFinder *finder, ModoriSpan literal, gboolean blanks, guint item);

/* The items that have a literal in FOLDED (from modori_fold), in any order, N of them; an item may
 * come several times when it has several literals.  The finder's own, until the next run. */
const guint32 *modori_finder_run (ModoriFinder *finder, ModoriSpan folded, guint *n);

/* Write TEXT to OUT, which has as many bytes, in lower case: ASCII letters, and what PCRE2 takes
 * for them.  The length; when it is less than that of TEXT, places are not those of TEXT. */
gsize modori_fold (char *out, ModoriSpan text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ModoriFinder, modori_finder_free)

#endif
