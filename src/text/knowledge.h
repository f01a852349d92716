/* knowledge.h - the rules files, read into blocks.
 *
 * What a block means is the business of the module that asked for its kind; here is only what
 * all kinds share: files and their order, the closed list of fields of each kind, "-ja" behind a
 * name, names that are unique, site blocks that replace shipped ones, `Off: yes`.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_TEXT_KNOWLEDGE_H
#define MODORI_TEXT_KNOWLEDGE_H

#include "text/block.h"

typedef struct ModoriKnowledge ModoriKnowledge;

/* Read DIR (shipped) and each of SITE (NULL-terminated, first one first, may be NULL; missing
 * ones are passed over): every *.rules file in them and in their subdirectories, by byte order
 * of the path.  KINDS is NULL-terminated.  NULL with ERROR set ("path: line 12: ..."): unknown
 * kind or field, a block without a name, a name used twice.  The fields of shipped blocks are
 * read when their kind or name is asked for; see modori_knowledge_failed.  Beside DIR there may
 * be a pack (text/pack.h). */
ModoriKnowledge *modori_knowledge_load (const char *dir, const char *const *site,
                                        const ModoriKind *const *kinds, GError **error);
/* The same.  Where there are site files, or SITE is NULL, CACHE (NULL: none) is the pack of all
 * directories: it is read when it fits, else all is made ready for modori_knowledge_keep. */
ModoriKnowledge *modori_knowledge_load_cached (const char *dir, const char *const *site,
                                               const ModoriKind *const *kinds, const char *cache,
                                               GError **error);
/* Write KNOWLEDGE, of which everything was checked, as a pack to PATH; into a file of another name
 * first.  FALSE with ERROR set. */
gboolean modori_knowledge_keep (ModoriKnowledge *knowledge, const char *path, GError **error);

/* What came of the cache that modori_knowledge_load_cached was given? */
typedef enum {
    MODORI_CACHE_NONE,          /* nothing: it was not asked for, or is of no use */
    MODORI_CACHE_READ,
    MODORI_CACHE_LACKING,       /* it could be made */
} ModoriCacheState;
ModoriCacheState modori_knowledge_cache_state (const ModoriKnowledge *knowledge);

/* The same from memory, for tests and fuzzing: TEXT as the file PATH. */
ModoriKnowledge *modori_knowledge_parse (const char *path, ModoriSpan text,
                                         const ModoriKind *const *kinds, GError **error);
void modori_knowledge_free (ModoriKnowledge *knowledge);

/* Was something wrong with a block that was asked for?  TRUE with ERROR set; the block was given
 * without entries. */
gboolean modori_knowledge_failed (const ModoriKnowledge *knowledge, GError **error);

/* Read every block now: FALSE with ERROR set when something is wrong with one. */
gboolean modori_knowledge_check (const ModoriKnowledge *knowledge, GError **error);

/* Is nothing wrong with any block?  Shipped ones are tested, and so is what a cache holds: it need
 * not be tested again before it is used. */
gboolean modori_knowledge_is_tested (const ModoriKnowledge *knowledge);

/* The blocks of KIND, site blocks first, else in file order; without those that are off or
 * replaced.  (element-type ModoriBlock), owned by KNOWLEDGE. */
const GPtrArray *modori_knowledge_blocks (const ModoriKnowledge *knowledge, const ModoriKind *kind);

/* The same, but the entries of shipped ones may not be there yet: for who can tell by a few
 * fields (ModoriSkim) whether he needs a block, and reads it then. */
const GPtrArray *modori_knowledge_raw (const ModoriKnowledge *knowledge, const ModoriKind *kind);
void modori_knowledge_read (const ModoriKnowledge *knowledge, const ModoriBlock *block);

/* Every block of every kind, those that are off included, those that are replaced not; in the
 * order of reading.  (element-type ModoriBlock), owned by KNOWLEDGE. */
const GPtrArray *modori_knowledge_all (const ModoriKnowledge *knowledge);

/* A checksum of all blocks as they are written: another one when a rule changes, the same with and
 * without a pack. */
guint64 modori_knowledge_digest (const ModoriKnowledge *knowledge);

/* The block of KIND called NAME, or NULL (also when it is off). */
const ModoriBlock *modori_knowledge_block (const ModoriKnowledge *knowledge,
                                           const ModoriKind *kind, const char *name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ModoriKnowledge, modori_knowledge_free)

#endif
