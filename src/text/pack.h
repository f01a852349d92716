/* pack.h - rules in one file, with what was noted about them.
 *
 * A pack of all shipped rules is made when the program is built (src/mkpack.c), and lies beside
 * their directory: "rules.pack".  Where a site has rules of its own, one of all rules together is
 * kept in the user's cache (text/cache.h).  Packs only save time.  The rules files are the truth: a
 * pack that was made by another program, or of files that are not exactly those that are there, is
 * not used.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_TEXT_PACK_H
#define MODORI_TEXT_PACK_H

#include "text/entry.h"

/* In the file these follow each other: the head, its numbers of files, blocks and entries, bytes
 * of notes and bytes of texts.  They lie there as in memory: no other program reads them. */
typedef struct {
    char stamp[48];             /* of the program that made it */
    guint32 order;              /* MODORI_PACK_ORDER, as this machine writes it */
    guint32 n_files, n_blocks, n_entries;
    guint32 notes_len, texts_len;
    gint64 made;                /* seconds, before the files were looked at */
    guint64 checksum;           /* of all between the head and the texts: the numbers */
    guint64 texts_checksum;
} ModoriPackHead;

#define MODORI_PACK_ORDER 0x01020304u

/* A rules file, as it was; in the order of reading. */
typedef struct {
    gint64 size;
    gint64 seconds;             /* of its last change */
    guint32 nanoseconds;
    guint32 path;               /* below the directory; in the texts, as all names */
    gint64 changed;             /* in any way: seconds, */
    guint32 changed_nanoseconds;
    guint32 folder;             /* number of the ModoriPackFolder */
    guint64 inode;
    guint64 checksum;           /* of what was read */
} ModoriPackFile;

/* The rules files of a directory. */
typedef struct {
    char *dir;
    GPtrArray *paths;           /* (element-type utf8) */
    gboolean site;              /* it is the site's, not shipped */
} ModoriPackFolder;

/* How files are compared.  Shipped ones were copied since: their sizes and times tell.  In a cache
 * everything does that the system knows of a file, and what lately changed is read. */
typedef enum { MODORI_PACK_SHIPPED, MODORI_PACK_CACHE } ModoriPackTrust;

/* A block of it, in the order of reading. */
typedef struct {
    guint32 kind;               /* number of the kind */
    guint32 file;               /* number of the file */
    guint32 line;
    guint32 flags;              /* ModoriPackFlags */
    guint32 name;
    guint32 text, text_len;
    guint32 note, note_len;     /* in the notes */
    guint32 entry, n_entries;   /* the first of its ModoriPackedEntry */
} ModoriPackBlock;

typedef enum {
    MODORI_PACK_OFF = 1,        /* Off: yes */
    MODORI_PACK_REPLACED = 2,   /* an earlier block has its name */
} ModoriPackFlags;

/* A pack that is open: where the parts of its file lie. */
typedef struct {
    GMappedFile *file;
    const ModoriPackHead *head;
    const ModoriPackFile *files;
    const ModoriPackBlock *blocks;
    const ModoriPackedEntry *entries;
    const char *notes, *texts;
} ModoriPack;

/* The stamp of this program. */
const char *modori_pack_stamp (void);

/* The checksum of BYTES, against what disks do, not people. */
guint64 modori_pack_checksum (const char *bytes, gsize len);

/* Fill in what the system knows of the rules file at PATH.  FALSE when it is not there. */
gboolean modori_pack_look_at (const char *path, ModoriPackFile *file);

/* The pack at PATH, of N FOLDERS (of ModoriPackFolder).  NULL when there is none that fits. */
ModoriPack *modori_pack_open (const char *path, ModoriPackFolder *const *folders, guint n,
                              ModoriPackTrust trust);
void modori_pack_free (ModoriPack *pack);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ModoriPack, modori_pack_free)

#endif
