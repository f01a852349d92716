/* knowledge-pack.c - the files that knowledge is made of; knowledge out of a pack, and into one.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "text/knowledge-private.h"

#include "text/error.h"
#include "text/files.h"

/* --- the files --- */

/* DIR as it stands before the slash of its files. */
static char *
without_slash (const char *dir)
{
    gsize len = strlen (dir);

    while (len > 1 && dir[len - 1] == G_DIR_SEPARATOR)
        len--;
    return g_strndup (dir, len);
}

/* Find the files of DIR, if there is one. */
static gboolean
find_folder (ModoriKnowledge *knowledge, const char *dir, gboolean site, GError **error)
{
    g_autofree char *bare = without_slash (dir);
    ModoriPackFolder *folder;
    GPtrArray *paths;

    if (site && ! g_file_test (dir, G_FILE_TEST_EXISTS))
        return TRUE;
    paths = modori_files_find (bare, error);
    if (! paths)
        return FALSE;
    folder = g_new0 (ModoriPackFolder, 1);
    folder->dir = g_steal_pointer (&bare);
    folder->paths = paths;
    folder->site = site;
    g_ptr_array_add (knowledge->folders, folder);
    return TRUE;
}

void
modori_knowledge_look_at_files (ModoriKnowledge *knowledge)
{
    knowledge->cache = MODORI_CACHE_LACKING;
    knowledge->begun = g_get_real_time () / G_USEC_PER_SEC;
    for (guint i = 0; i < knowledge->folders->len; i++) {
        const ModoriPackFolder *folder = g_ptr_array_index (knowledge->folders, i);

        for (guint j = 0; j < folder->paths->len; j++) {
            ModoriPackFile file = { .folder = i };

            modori_pack_look_at (g_ptr_array_index (folder->paths, j), &file);
            g_array_append_val (knowledge->files, file);
        }
    }
}

gboolean
modori_knowledge_has_site_files (const ModoriKnowledge *knowledge)
{
    for (guint i = 0; i + 1 < knowledge->folders->len; i++)
        if (((ModoriPackFolder *) g_ptr_array_index (knowledge->folders, i))->paths->len)
            return TRUE;
    return FALSE;
}

gboolean
modori_knowledge_find_files (ModoriKnowledge *knowledge, const char *dir, const char *const *site,
                             GError **error)
{
    for (guint i = 0; site && site[i]; i++)
        if (! find_folder (knowledge, site[i], TRUE, error))
            return FALSE;
    return find_folder (knowledge, dir, FALSE, error);
}

/* --- out of a pack --- */

/* How many fields each kind has. */
static guint *
count_fields (const ModoriKnowledge *knowledge)
{
    guint *counts = g_new0 (guint, knowledge->n_kinds);

    for (guint i = 0; i < knowledge->n_kinds; i++)
        while (knowledge->kinds[i]->fields[counts[i]])
            counts[i]++;
    return counts;
}

/* The numbers of kinds and fields will be indexes, and a file may be damaged. */
static gboolean
numbers_exist (const ModoriKnowledge *knowledge)
{
    const ModoriPack *pack = knowledge->pack;
    g_autofree guint *counts = count_fields (knowledge);

    for (guint i = 0; i < pack->head->n_blocks; i++) {
        const ModoriPackBlock *block = &pack->blocks[i];
        const ModoriPackedEntry *entries = &pack->entries[block->entry];

        if (block->kind >= knowledge->n_kinds)
            return FALSE;
        for (guint j = 0; j < block->n_entries; j++)
            if (entries[j].key >= counts[block->kind])
                return FALSE;
    }
    return TRUE;
}

/* What a file tells of the blocks in it. */
typedef struct {
    const char *path;
    guint directory;
    guint8 site;
} Place;

/* Fill DRAFT, of KIND, with PACKED. */
static inline void
unpack_block (const ModoriPack *pack, const ModoriPackBlock *packed, const ModoriKind *kind,
              const Place *place, ModoriDraft *draft)
{
    ModoriBlock *block = &draft->block;

    block->kind = kind;
    block->name = pack->texts + packed->name;
    block->path = place->path;
    block->text = modori_span (pack->texts + packed->text, packed->text_len);
    block->note = modori_span (pack->notes + packed->note, packed->note_len);
    block->packed = packed->n_entries ? pack->entries + packed->entry : NULL;
    block->entries = NULL;
    block->line = packed->line;
    block->n_packed = packed->n_entries;
    block->n_entries = 0;
    block->site = place->site;
    block->off = packed->flags & MODORI_PACK_OFF;
    draft->directory = place->directory;
    draft->read = FALSE;
    draft->replaced = (packed->flags & MODORI_PACK_REPLACED) != 0;
}

/* The files of the folders from FIRST on, one after the other; the caller frees. */
static GPtrArray *
list_paths (const ModoriKnowledge *knowledge, guint first)
{
    GPtrArray *paths = g_ptr_array_new ();

    for (guint i = first; i < knowledge->folders->len; i++) {
        const ModoriPackFolder *folder = g_ptr_array_index (knowledge->folders, i);

        for (guint j = 0; j < folder->paths->len; j++)
            g_ptr_array_add (paths, g_ptr_array_index (folder->paths, j));
    }
    return paths;
}

/* File NUMBER of the pack lies at PATH; the folders of the pack begin with FIRST. */
static Place
place_of (ModoriKnowledge *knowledge, guint number, const char *path, guint first)
{
    guint directory = first + knowledge->pack->files[number].folder;
    const ModoriPackFolder *folder = g_ptr_array_index (knowledge->folders, directory);
    Place place = { g_string_chunk_insert (knowledge->paths, path), directory, folder->site != 0 };

    return place;
}

/* Append all blocks of the pack, whose files are those of the folders from FIRST on.  There may be
 * ten thousand: what each of them needs is in variables of this function, so that the compiler
 * knows that nobody changes it. */
static void
unpack_blocks (ModoriKnowledge *knowledge, guint first)
{
    const ModoriPack pack = *knowledge->pack;
    const ModoriPackBlock *packed = pack.blocks, *end = packed + pack.head->n_blocks;
    g_autoptr (GPtrArray) paths = list_paths (knowledge, first);
    const ModoriKind *const *kinds = knowledge->kinds;
    ModoriShelf *shelves = knowledge->shelves;
    guint number = knowledge->drafts->len, file = G_MAXUINT;
    Place place = { NULL };
    ModoriDraft *draft;

    g_array_set_size (knowledge->drafts, number + pack.head->n_blocks);
    draft = &g_array_index (knowledge->drafts, ModoriDraft, number);
    for (; packed < end; packed++, draft++, number++) {
        if (packed->file != file) {
            file = packed->file;
            place = place_of (knowledge, file, g_ptr_array_index (paths, file), first);
        }
        unpack_block (&pack, packed, kinds[packed->kind], &place, draft);
        modori_shelf_expect (&shelves[packed->kind], number);
    }
}

/* The checksums of the files of the last folder, which were not read. */
static void
copy_checksums (ModoriKnowledge *knowledge)
{
    const ModoriPackFolder *folder =
        g_ptr_array_index (knowledge->folders, knowledge->folders->len - 1);
    guint first = knowledge->files->len - folder->paths->len;

    for (guint i = 0; i < folder->paths->len; i++)
        g_array_index (knowledge->files, ModoriPackFile, first + i).checksum =
            knowledge->pack->files[i].checksum;
}

gboolean
modori_knowledge_unpack (ModoriKnowledge *knowledge, const char *path, guint n,
                         ModoriPackTrust trust)
{
    guint first = knowledge->folders->len - n;

    knowledge->pack = modori_pack_open (
        path, (ModoriPackFolder *const *) knowledge->folders->pdata + first, n, trust);
    if (! knowledge->pack || ! numbers_exist (knowledge)) {
        g_clear_pointer (&knowledge->pack, modori_pack_free);
        return FALSE;
    }
    unpack_blocks (knowledge, first);
    if (knowledge->cache == MODORI_CACHE_LACKING)
        copy_checksums (knowledge);
    return TRUE;
}

/* --- into a pack --- */

/* The parts of the file. */
typedef struct {
    GArray *files;              /* ModoriPackFile */
    GArray *blocks;             /* ModoriPackBlock */
    GArray *entries;            /* ModoriPackedEntry */
    GByteArray *notes;
    GByteArray *texts;
} Parts;

/* Append LEN bytes of TEXT and a NUL; where they are. */
static guint32
put_text (Parts *parts, const char *text, gsize len)
{
    guint32 at = parts->texts->len;

    g_byte_array_append (parts->texts, (const guint8 *) text, (guint) len);
    g_byte_array_append (parts->texts, (const guint8 *) "", 1);
    return at;
}

static void
put_files (Parts *parts, const ModoriKnowledge *knowledge)
{
    guint number = 0;

    for (guint i = 0; i < knowledge->folders->len; i++) {
        const ModoriPackFolder *folder = g_ptr_array_index (knowledge->folders, i);
        gsize skip = strlen (folder->dir) + 1;

        for (guint j = 0; j < folder->paths->len; j++) {
            const char *name = (const char *) g_ptr_array_index (folder->paths, j) + skip;
            ModoriPackFile file = g_array_index (knowledge->files, ModoriPackFile, number++);

            file.path = put_text (parts, name, strlen (name));
            g_array_append_val (parts->files, file);
        }
    }
}

static guint
number_of_kind (const ModoriKnowledge *knowledge, const ModoriKind *kind)
{
    guint i = 0;

    while (knowledge->kinds[i] != kind)
        i++;
    return i;
}

static void
put_entry (Parts *parts, const ModoriBlock *block, const ModoriEntry *entry)
{
    ModoriPackedEntry packed = { .line = entry->line, .len = (guint32) entry->value.len,
                                 .key = (guint16) entry->key, .translated = entry->lang[0] != 0 };

    if (entry->value.len)
        packed.at = (guint32) (entry->value.at - block->text.at);
    g_array_append_val (parts->entries, packed);
}

static void
put_note (Parts *parts, const ModoriBlock *block, ModoriPackBlock *packed)
{
    packed->note = parts->notes->len;
    if (block->kind->note)
        block->kind->note (block, parts->notes);
    packed->note_len = parts->notes->len - packed->note;
    while (parts->notes->len % sizeof (guint64))        /* the next one begins where numbers may */
        g_byte_array_append (parts->notes, (const guint8 *) "", 1);
}

/* Of a site's blocks that are read only when their notes say so there may be ten thousand: to know
 * the fields of all would cost more than to find those of the few that are read. */
static gboolean
is_read_rarely (const ModoriBlock *block)
{
    return block->site && block->kind->note;
}

static void
put_block (Parts *parts, const ModoriKnowledge *knowledge, const ModoriDraft *draft, guint file)
{
    const ModoriBlock *block = &draft->block;
    gboolean replaced = modori_knowledge_is_replaced (knowledge, draft);
    ModoriPackBlock packed = { .kind = number_of_kind (knowledge, block->kind), .file = file,
                               .line = block->line, .text_len = (guint32) block->text.len };

    packed.flags = (block->off ? MODORI_PACK_OFF : 0) | (replaced ? MODORI_PACK_REPLACED : 0);
    packed.name = put_text (parts, block->name, strlen (block->name));
    packed.text = put_text (parts, block->text.at, block->text.len);
    put_note (parts, block, &packed);
    packed.entry = parts->entries->len;
    packed.n_entries = is_read_rarely (block) ? 0 : block->n_entries;
    for (guint i = 0; i < packed.n_entries; i++)
        put_entry (parts, block, &block->entries[i]);
    g_array_append_val (parts->blocks, packed);
}

/* Blocks lie in the order of their files. */
static void
put_blocks (Parts *parts, const ModoriKnowledge *knowledge)
{
    g_autoptr (GPtrArray) paths = list_paths (knowledge, 0);
    guint file = 0;

    for (guint i = 0; i < knowledge->drafts->len; i++) {
        const ModoriDraft *draft = &g_array_index (knowledge->drafts, ModoriDraft, i);

        while (g_array_index (knowledge->files, ModoriPackFile, file).folder < draft->directory
               || strcmp (g_ptr_array_index (paths, file), draft->block.path) != 0)
            file++;
        put_block (parts, knowledge, draft, file);
    }
}

static gboolean
write_parts (const Parts *parts, gint64 made, const char *path, GError **error)
{
    ModoriPackHead head = { .order = MODORI_PACK_ORDER, .n_files = parts->files->len,
                            .n_blocks = parts->blocks->len, .n_entries = parts->entries->len,
                            .notes_len = parts->notes->len, .texts_len = parts->texts->len,
                            .made = made };
    g_autoptr (GByteArray) all = g_byte_array_new ();

    g_strlcpy (head.stamp, modori_pack_stamp (), sizeof head.stamp);
    head.texts_checksum =
        modori_pack_checksum ((const char *) parts->texts->data, parts->texts->len);
    g_byte_array_append (all, (const guint8 *) &head, sizeof head);
    g_byte_array_append (all, (const guint8 *) parts->files->data,
                         parts->files->len * (guint) sizeof (ModoriPackFile));
    g_byte_array_append (all, (const guint8 *) parts->blocks->data,
                         parts->blocks->len * (guint) sizeof (ModoriPackBlock));
    g_byte_array_append (all, (const guint8 *) parts->entries->data,
                         parts->entries->len * (guint) sizeof (ModoriPackedEntry));
    g_byte_array_append (all, parts->notes->data, parts->notes->len);
    ((ModoriPackHead *) (gpointer) all->data)->checksum = modori_pack_checksum (
        (const char *) all->data + sizeof head, all->len - sizeof head);
    g_byte_array_append (all, parts->texts->data, parts->texts->len);
    return g_file_set_contents_full (path, (const char *) all->data, all->len,
                                     G_FILE_SET_CONTENTS_CONSISTENT, 0644, error);
}

gboolean
modori_knowledge_keep (ModoriKnowledge *knowledge, const char *path, GError **error)
{
    g_autoptr (GArray) files = g_array_new (FALSE, FALSE, sizeof (ModoriPackFile));
    g_autoptr (GArray) blocks = g_array_new (FALSE, FALSE, sizeof (ModoriPackBlock));
    g_autoptr (GArray) entries = g_array_new (FALSE, FALSE, sizeof (ModoriPackedEntry));
    g_autoptr (GByteArray) notes = g_byte_array_new ();
    g_autoptr (GByteArray) texts = g_byte_array_new ();
    Parts parts = { files, blocks, entries, notes, texts };

    g_return_val_if_fail (knowledge->cache == MODORI_CACHE_LACKING, FALSE);
    if (! modori_knowledge_check (knowledge, error))
        return FALSE;
    put_files (&parts, knowledge);
    put_blocks (&parts, knowledge);
    return write_parts (&parts, knowledge->begun, path, error);
}
