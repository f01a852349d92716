/* pack.c - rules in one file, with what was noted about them.
 *
 * The file is mapped: one message needs a few of its pages, and all programs share them.  That is
 * safe because who makes a pack puts a new file in the place of the old one; nobody writes into it.
 * Whether it fits is told by the sizes and times of all rules files, which costs a look at each,
 * but none is opened: unless it changed so shortly before the pack was made that it may have
 * changed once more without another time.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "text/pack.h"

#include "pack-stamp.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

/* Seconds in which a file may change twice and have one time: file systems that are shared, or
 * made for cards, count in twos. */
#define SAME_TIME 2

const char *
modori_pack_stamp (void)
{
    return MODORI_PACK_STAMP;
}

/* What each word is multiplied by. */
#define PRIME G_GUINT64_CONSTANT (0x9e3779b97f4a7c55)

static inline guint64
word_at (const char *bytes)
{
    guint64 word;

    memcpy (&word, bytes, sizeof word);
    return word;
}

static guint64
mix (guint64 sum, guint64 more)
{
    sum = (sum ^ more) * PRIME;
    return sum ^ sum >> 29;
}

/* Polynomials, which see any change of one word.  Four side by side: the processor does not wait
 * for one of them to be done. */
guint64
modori_pack_checksum (const char *bytes, gsize len)
{
    guint64 a = len, b = 1, c = 2, d = 3;
    char rest[4 * sizeof a] = { 0 };

    for (; len >= sizeof rest; len -= sizeof rest, bytes += sizeof rest) {
        a = a * PRIME + word_at (bytes);
        b = b * PRIME + word_at (bytes + 8);
        c = c * PRIME + word_at (bytes + 16);
        d = d * PRIME + word_at (bytes + 24);
    }
    memcpy (rest, bytes, len);
    for (guint i = 0; i < sizeof rest; i += sizeof a)
        a = mix (a, word_at (rest + i));
    return mix (mix (mix (a, b), c), d);
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
    file->changed = found.st_ctim.tv_sec;
    file->changed_nanoseconds = (guint32) found.st_ctim.tv_nsec;
    file->inode = found.st_ino;
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

/* Find the parts.  FALSE when they are not those of a pack that this program made.  Of a shipped
 * pack the texts are trusted as files are. */
static gboolean
find_parts (ModoriPack *pack, ModoriPackTrust trust)
{
    gsize len = g_mapped_file_get_length (pack->file);
    const char *bytes = g_mapped_file_get_contents (pack->file);    /* NULL when it is empty */
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
    if (trust == MODORI_PACK_CACHE
        && modori_pack_checksum (bytes + texts, head->texts_len) != head->texts_checksum)
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
    return (guint64) at + len <= whole;
}

static gboolean
blocks_are_within (const ModoriPack *pack)
{
    const ModoriPackHead *head = pack->head;
    const ModoriPackBlock *block = pack->blocks, *end = block + head->n_blocks;

    while (block < end && block->file < head->n_files && block->name < head->texts_len
           && is_within (block->text, block->text_len, head->texts_len)
           && is_within (block->note, block->note_len, head->notes_len)
           && is_within (block->entry, block->n_entries, head->n_entries))
        block++;
    return block == end;
}

/* --- does it fit? --- */

/* Is it the file that was copied?  Archives keep whole seconds only. */
static gboolean
is_copy (const ModoriPackFile *file, const ModoriPackFile *now)
{
    return now->size == file->size && now->seconds == file->seconds
        && (now->nanoseconds == file->nanoseconds || now->nanoseconds == 0);
}

static gboolean
is_same (const ModoriPackFile *file, const ModoriPackFile *now)
{
    return now->size == file->size && now->inode == file->inode
        && now->seconds == file->seconds && now->nanoseconds == file->nanoseconds
        && now->changed == file->changed
        && now->changed_nanoseconds == file->changed_nanoseconds;
}

/* Does the file at PATH hold what was read? */
static gboolean
holds_same (const ModoriPackFile *file, const char *path)
{
    g_autofree char *text = NULL;
    gsize len;

    return g_file_get_contents (path, &text, &len, NULL)
        && modori_pack_checksum (text, len) == file->checksum;
}

/* Is the file at PATH, which is NAME in the directory, the one that was read? */
static gboolean
is_unchanged (const ModoriPack *pack, const ModoriPackFile *file, const char *path,
              const char *name, ModoriPackTrust trust)
{
    gint64 sure = pack->head->made - SAME_TIME;
    ModoriPackFile now;

    if (! is_within (file->path, 1, pack->head->texts_len)
        || strcmp (pack->texts + file->path, name) != 0 || ! modori_pack_look_at (path, &now))
        return FALSE;
    if (trust == MODORI_PACK_SHIPPED)
        return is_copy (file, &now);
    return is_same (file, &now)
        && ((file->seconds < sure && file->changed < sure) || holds_same (file, path));
}

static gboolean
fits (const ModoriPack *pack, ModoriPackFolder *const *folders, guint n, ModoriPackTrust trust)
{
    guint file = 0;

    for (guint i = 0; i < n; i++) {
        const GPtrArray *paths = folders[i]->paths;
        gsize skip = strlen (folders[i]->dir) + 1;

        for (guint j = 0; j < paths->len; j++, file++) {
            const char *path = g_ptr_array_index (paths, j);

            if (file == pack->head->n_files || pack->files[file].folder != i
                || ! is_unchanged (pack, &pack->files[file], path, path + skip, trust))
                return FALSE;
        }
    }
    return file == pack->head->n_files;
}

/* --- the file --- */

/* A cache is a file of our own into which nobody else may write. */
static gboolean
is_ours (int fd)
{
    struct stat found;

    return fstat (fd, &found) == 0 && S_ISREG (found.st_mode) && found.st_uid == geteuid ()
        && (found.st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

static GMappedFile *
map (const char *path, ModoriPackTrust trust)
{
    gboolean cache = trust == MODORI_PACK_CACHE;
    int fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | (cache ? O_NOFOLLOW : 0));
    GMappedFile *file =
        fd >= 0 && (! cache || is_ours (fd)) ? g_mapped_file_new_from_fd (fd, FALSE, NULL) : NULL;

    if (fd >= 0)
        close (fd);
    return file;
}

ModoriPack *
modori_pack_open (const char *path, ModoriPackFolder *const *folders, guint n,
                  ModoriPackTrust trust)
{
    g_autoptr (ModoriPack) pack = g_new0 (ModoriPack, 1);

    pack->file = map (path, trust);
    if (! pack->file || ! find_parts (pack, trust) || ! blocks_are_within (pack)
        || ! fits (pack, folders, n, trust))
        return NULL;
    return g_steal_pointer (&pack);
}
