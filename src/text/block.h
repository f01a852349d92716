/* block.h - the fields of one block of the rules files.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_TEXT_BLOCK_H
#define MODORI_TEXT_BLOCK_H

#include "text/entry.h"
#include "text/fields.h"

/* Append all fields of BLOCK to ENTRIES (of ModoriEntry).  FALSE with ERROR set: one is not
 * known to its kind, or the text is not UTF-8. */
gboolean modori_block_read (const ModoriBlock *block, GArray *entries, GError **error);

/* A walk through the fields of a block, of which only those are looked at whose first letter is
 * one of INITIALS (in lower case).  Nothing is checked: what is no field is passed over. */
typedef struct {
    ModoriFields fields;
    const ModoriBlock *block;
    guint packed;               /* the next entry, of a block from a pack */
    guint32 initials;           /* a bit for each letter */
} ModoriSkim;

void modori_skim_init (ModoriSkim *skim, const ModoriBlock *block, const char *initials);
gboolean modori_skim_next (ModoriSkim *skim, ModoriEntry *entry);

#endif
