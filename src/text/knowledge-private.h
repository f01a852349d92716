/* knowledge-private.h - what knowledge is inside, for the two files that make it.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_TEXT_KNOWLEDGE_PRIVATE_H
#define MODORI_TEXT_KNOWLEDGE_PRIVATE_H

#include "text/knowledge.h"
#include "text/pack.h"

/* A block, and what is needed to read it. */
typedef struct {
    ModoriBlock block;
    guint directory;            /* number of the directory it came from, in order of reading */
    guint8 read;                /* its entries are there */
    guint8 replaced;            /* another block has its name: told by a pack of all directories */
} ModoriDraft;

/* The blocks of one kind, each part when it is asked for. */
typedef struct {
    guint n;                    /* so many drafts, */
    guint first, end;           /* which lie from FIRST to before END */
    GPtrArray *blocks;          /* those that hold, in the order of reading; else NULL */
    GHashTable *names;          /* set of ModoriDraft, those that are off too; else NULL */
} ModoriShelf;

struct ModoriKnowledge {
    const ModoriKind *const *kinds;
    guint n_kinds;
    GPtrArray *texts;           /* of the files; a NUL ends the name of each block */
    ModoriPack *pack;           /* the texts of packed blocks, or NULL */
    GPtrArray *folders;         /* ModoriPackFolder, in the order of reading */
    GArray *files;              /* ModoriPackFile, of all folders, when a pack is to be made */
    guint n_read;               /* so many of them were read */
    gint64 begun;               /* when they were looked at, in seconds */
    ModoriCacheState cache;
    GStringChunk *paths;
    GArray *scratch;            /* ModoriEntry, of the block that is being read */
    GArray *drafts;             /* ModoriDraft */
    ModoriShelf *shelves;             /* one for each kind */
    GPtrArray *all;             /* filled when it is asked for */
    GPtrArray *errors;          /* messages about blocks that were read late */
    gboolean site;              /* blocks may replace others: their names are to be compared */
    gboolean tested;            /* nothing is wrong with any block */
};

/* Find all files.  FALSE with ERROR set. */
gboolean modori_knowledge_find_files (ModoriKnowledge *knowledge, const char *dir,
                                      const char *const *site, GError **error);
gboolean modori_knowledge_has_site_files (const ModoriKnowledge *knowledge);

/* Remember what the files are before they are read: whoever changes one in between changes that,
 * too. */
void modori_knowledge_look_at_files (ModoriKnowledge *knowledge);

/* Take the blocks of the last N folders from the pack at PATH.  FALSE when there is none that
 * fits. */
gboolean modori_knowledge_unpack (ModoriKnowledge *knowledge, const char *path, guint n,
                                  ModoriPackTrust trust);

/* Draft I, which is the last one until now, will be one of SHELF. */
static inline void
modori_shelf_expect (ModoriShelf *shelf, guint i)
{
    if (shelf->n++ == 0)
        shelf->first = i;
    shelf->end = i + 1;
}

/* Is DRAFT replaced by another? */
gboolean modori_knowledge_is_replaced (const ModoriKnowledge *knowledge,
                                       const ModoriDraft *draft);

#endif
