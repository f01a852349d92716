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

/* A literal of ITEM begins at AT in the text. */
typedef struct {
    guint32 item;
    guint32 at;
} ModoriSight;

ModoriFinder *modori_finder_new (void);
void modori_finder_free (ModoriFinder *finder);

/* Look out for LITERAL (in lower case as modori_fold makes it, not empty, copied), which is one
 * of ITEM; there may be several of an item, and several items with the same.  BLANKS: a blank
 * in it stands for any white space; it then neither begins nor ends with one. */
void modori_finder_add (ModoriFinder *finder, ModoriSpan literal, gboolean blanks, guint item);

/* Append all that stands in FOLDED (below 4 GiB, from modori_fold) to SIGHTS (of ModoriSight), in
 * order of place. */
void modori_finder_run (ModoriFinder *finder, ModoriSpan folded, GArray *sights);

/* The same, but of each literal only one place, in any order: that is cheaper where a text has one
 * again and again. */
void modori_finder_run_once (ModoriFinder *finder, ModoriSpan folded, GArray *sights);

/* Write TEXT to OUT, which has as many bytes, in lower case: ASCII letters, and what PCRE2 takes
 * for them.  The length; when it is less than that of TEXT, places are not those of TEXT. */
gsize modori_fold (char *out, ModoriSpan text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ModoriFinder, modori_finder_free)

#endif
