/* pack.c - all shipped rules in one file, with what was noted about them.
 *
 * The file is mapped: one message needs a few of its pages, and all programs share them.  That is
 * safe because who installs a pack puts a new file in the place of the old one; nobody writes into
 * it.  Whether it fits is told by the sizes and times of all rules files, which costs a look at
 * each, but none is opened.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "text/pack.h"

#include "pack-stamp.h"

#include <sys/stat.h>

struct ModoriPack {
    GMappedFile *file;
    const ModoriPackHead *head;
    const ModoriPackFile *files;
    const ModoriPackBlock *blocks;
    const ModoriPackedEntry *entries;
    const char *notes, *texts;
};

const char *
modori_pack_stamp (void)
{
    return MODORI_PACK_STAMP;
}

guint64
modori_pack_checksum (const char *bytes, gsize len)
{
    guint64 sum = len, word = 0;

    for (gsize i = 0; i < len; i += sizeof word) {
        memcpy (&word, bytes + i, MIN (sizeof word, len - i));
        sum = (sum ^ word) * G_GUINT64_CONSTANT (0x100000001b3);     /* FNV's prime */
        sum ^= sum >> 32;
    }
    return sum;
}

gboolean
modori_pack_look_at (const char *path, ModoriPackFile *file)
{
    struct stat found;

    if (stat (path, &found) != 0)
        return FALSE;
    file->size = found.st_size;
    file->seconds = found.st_mtim.tv_sec;
    file->nanoseconds = (guint32) found.st_mtim.tv_nsec;
    return TRUE;
}

void
modori_pack_free (ModoriPack *pack)
{
    if (! pack)
        return;
    g_clear_pointer (&pack->file, g_mapped_file_unref);
    g_free (pack);
}

/* --- is it whole? --- */

/* Find the parts.  FALSE when they are not those of a pack that this program made. */
static gboolean
find_parts (ModoriPack *pack)
{
    gsize len = g_mapped_file_get_length (pack->file);
    const char *bytes = g_mapped_file_get_contents (pack->file);
    const ModoriPackHead *head = (const ModoriPackHead *) bytes;
    gsize files = sizeof *head, blocks, entries, notes, texts;

    if (len < sizeof *head || head->order != MODORI_PACK_ORDER
        || strncmp (head->stamp, MODORI_PACK_STAMP, sizeof head->stamp) != 0)
        return FALSE;
    blocks = files + (gsize) head->n_files * sizeof (ModoriPackFile);
    entries = blocks + (gsize) head->n_blocks * sizeof (ModoriPackBlock);
    notes = entries + (gsize) head->n_entries * sizeof (ModoriPackedEntry);
    texts = notes + head->notes_len;
    if (len != texts + head->texts_len || head->texts_len == 0 || bytes[len - 1] != '\0'
        || modori_pack_checksum (bytes + files, texts - files) != head->checksum)
        return FALSE;
    pack->head = head;
    pack->files = (const ModoriPackFile *) (bytes + files);
    pack->blocks = (const ModoriPackBlock *) (bytes + blocks);
    pack->entries = (const ModoriPackedEntry *) (bytes + entries);
    pack->notes = bytes + notes;
    pack->texts = bytes + texts;
    return TRUE;
}

static gboolean
is_within (guint32 at, guint32 len, guint32 whole)
{
    return at <= whole && len <= whole - at;
}

static gboolean
blocks_are_within (const ModoriPack *pack)
{
    for (guint i = 0; i < pack->head->n_blocks; i++) {
        const ModoriPackBlock *block = &pack->blocks[i];

        if (block->file >= pack->head->n_files
            || ! is_within (block->name, 1, pack->head->texts_len)
            || ! is_within (block->text, block->text_len, pack->head->texts_len)
            || ! is_within (block->note, block->note_len, pack->head->notes_len)
            || ! is_within (block->entry, block->n_entries, pack->head->n_entries))
            return FALSE;
    }
    return TRUE;
}

/* --- does it fit? --- */

/* Is the file at PATH, which is NAME in the directory, the one that was read?  Archives keep whole
 * seconds only. */
static gboolean
is_unchanged (const ModoriPack *pack, const ModoriPackFile *file, const char *path,
              const char *name)
{
    ModoriPackFile now;

    return is_within (file->path, 1, pack->head->texts_len)
        && strcmp (pack->texts + file->path, name) == 0
        && modori_pack_look_at (path, &now)
        && now.size == file->size && now.seconds == file->seconds
        && (now.nanoseconds == file->nanoseconds || now.nanoseconds == 0);
}

static gboolean
fits (const ModoriPack *pack, const char *dir, const GPtrArray *paths)
{
    gsize skip = strlen (dir) + 1;

    if (paths->len != pack->head->n_files)
        return FALSE;
    for (guint i = 0; i < paths->len; i++) {
        const char *path = g_ptr_array_index (paths, i);

        if (! is_unchanged (pack, &pack->files[i], path, path + skip))
            return FALSE;
    }
    return TRUE;
}

ModoriPack *
modori_pack_open (const char *dir, const GPtrArray *paths)
{
    g_autofree char *path = g_strconcat (dir, ".pack", NULL);
    g_autoptr (ModoriPack) pack = g_new0 (ModoriPack, 1);

    pack->file = g_mapped_file_new (path, FALSE, NULL);
    if (! pack->file || ! find_parts (pack) || ! blocks_are_within (pack)
        || ! fits (pack, dir, paths))
        return NULL;
    return g_steal_pointer (&pack);
}

/* --- what is in it --- */

const ModoriPackBlock *
modori_pack_blocks (const ModoriPack *pack, guint *n)
{
    *n = pack->head->n_blocks;
    return pack->blocks;
}

const char *
modori_pack_name (const ModoriPack *pack, const ModoriPackBlock *block)
{
    return pack->texts + block->name;
}

ModoriSpan
modori_pack_text (const ModoriPack *pack, const ModoriPackBlock *block)
{
    return modori_span (pack->texts + block->text, block->text_len);
}

ModoriSpan
modori_pack_note (const ModoriPack *pack, const ModoriPackBlock *block)
{
    return modori_span (pack->notes + block->note, block->note_len);
}

const ModoriPackedEntry *
modori_pack_entries (const ModoriPack *pack, const ModoriPackBlock *block)
{
    return pack->entries + block->entry;
}
