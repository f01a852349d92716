/* entry.h - a block of the rules files, and its fields.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_TEXT_ENTRY_H
#define MODORI_TEXT_ENTRY_H

#include "text/pattern.h"

typedef struct ModoriBlock ModoriBlock;

/* A kind of block, as a const table of the module that reads it. */
typedef struct {
    const char *name;               /* the first field of the block: "Rule" */
    const char *const
        *fields; /* the other fields it may have; NULL-terminated; "Off" is known to all */
    void (*note) (const ModoriBlock *block, GByteArray *note);  /* NULL, or: write the note of BLOCK
                                   for a pack (text/pack.h), without pointers */
} ModoriKind;

typedef struct {
    guint key;                      /* index into kind->fields */
    guint line;                     /* in the file */
    char lang[3];                   /* "" or "ja" */
    ModoriSpan value;               /* as written, folds included: modori_entry_text unfolds it */
} ModoriEntry;

/* The same without pointers, as a pack (text/pack.h) keeps it. */
typedef struct {
    guint32 line;
    guint32 at, len;                /* of the value, in the text of the block */
    guint16 key;
    guint16 translated;             /* it is in "ja" */
} ModoriPackedEntry;

struct ModoriBlock {
    const ModoriKind *kind;
    const char *name;               /* the value of the first field */
    const char *path;               /* of the file */
    ModoriSpan text;                /* its lines below the first one */
    ModoriSpan note;                /* what its kind noted about it, or empty */
    const ModoriPackedEntry *packed;    /* its entries, when a pack has them; else NULL */
    const ModoriEntry *entries;     /* in the order of the file */
    guint line;
    guint n_packed, n_entries;
    guint8 site;                    /* from a directory of the site, not shipped */
    guint8 off;                     /* Off: yes: not among the blocks given out, only in _all */
};

/* The text of ENTRY on one line; the caller frees. */
char *modori_entry_text (const ModoriEntry *entry);

/* Take the next word off REST, the value of an entry that is a list: blanks, commas and line
 * ends are between words. */
gboolean modori_entry_word (ModoriSpan *rest, ModoriSpan *word);

/* The pattern that ENTRY of BLOCK is; the caller frees.  NULL with ERROR set, path and line in
 * it. */
ModoriPattern *modori_entry_pattern (const ModoriBlock *block, const ModoriEntry *entry,
                                     GError **error);

/* The first entry KEY of BLOCK in LANG ("" or "ja"), else in English, else NULL. */
const ModoriEntry *modori_block_entry (const ModoriBlock *block, guint key, const char *lang);

/* Set ERROR to "path: line N: MESSAGE" (ENTRY NULL: the line of the block).  Always FALSE, to be
 * returned. */
gboolean modori_entry_fail (const ModoriBlock *block, const ModoriEntry *entry, GError **error,
                            const char *format, ...) G_GNUC_PRINTF (4, 5);

#endif
