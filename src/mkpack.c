/* mkpack.c - make a pack (text/pack.h) of the rules in a directory.
 *
 * This runs when modori is built and when it is installed, not later.  Without a pack, modori
 * reads the rules files themselves: the same comes out, some milliseconds later.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "rules/engine.h"
#include "text/files.h"
#include "text/pack.h"

#include <glib/gstdio.h>
#include <stdio.h>
#include <sysexits.h>

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

/* Where only whole seconds are kept, a file may change once more and have the same time. */
static gboolean
may_change_unseen (const ModoriPackFile *file)
{
    return file->nanoseconds == 0 && file->seconds + 2 > g_get_real_time () / G_USEC_PER_SEC;
}

/* This is done before anything is read: what changes in between makes the pack not fit. */
static gboolean
put_files (Parts *parts, const char *dir, const GPtrArray *paths)
{
    for (guint i = 0; i < paths->len; i++) {
        const char *path = g_ptr_array_index (paths, i);
        const char *name = path + strlen (dir) + 1;
        ModoriPackFile file = { .size = 0 };

        if (! modori_pack_look_at (path, &file) || may_change_unseen (&file))
            return FALSE;
        file.path = put_text (parts, name, strlen (name));
        g_array_append_val (parts->files, file);
    }
    return TRUE;
}

static guint
number_of_kind (const ModoriKind *kind)
{
    guint i = 0;

    while (modori_all_kinds[i] != kind)
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
put_block (Parts *parts, const ModoriBlock *block, guint file)
{
    ModoriPackBlock packed = { .kind = number_of_kind (block->kind), .file = file,
                               .line = block->line, .off = (guint32) block->off,
                               .text_len = (guint32) block->text.len };

    packed.name = put_text (parts, block->name, strlen (block->name));
    packed.text = put_text (parts, block->text.at, block->text.len);
    packed.entry = parts->entries->len;
    packed.n_entries = block->n_entries;
    for (guint i = 0; i < block->n_entries; i++)
        put_entry (parts, block, &block->entries[i]);
    packed.note = parts->notes->len;
    if (block->kind->note)
        block->kind->note (block, parts->notes);
    packed.note_len = parts->notes->len - packed.note;
    while (parts->notes->len % sizeof (guint64))        /* the next one begins where numbers may */
        g_byte_array_append (parts->notes, (const guint8 *) "", 1);
    g_array_append_val (parts->blocks, packed);
}

static gboolean
put_blocks (Parts *parts, const char *dir, const GPtrArray *paths, GError **error)
{
    g_autoptr (ModoriKnowledge) knowledge =
        modori_knowledge_load (dir, NULL, modori_all_kinds, error);
    const GPtrArray *blocks;
    guint file = 0;

    if (! knowledge || ! modori_knowledge_check (knowledge, error))
        return FALSE;
    blocks = modori_knowledge_all (knowledge);
    for (guint i = 0; i < blocks->len; i++) {
        const ModoriBlock *block = g_ptr_array_index (blocks, i);

        while (strcmp (g_ptr_array_index (paths, file), block->path) != 0)
            file++;
        put_block (parts, block, file);
    }
    return TRUE;
}

static gboolean
write_parts (const Parts *parts, const char *path, GError **error)
{
    ModoriPackHead head = { .order = MODORI_PACK_ORDER, .n_files = parts->files->len,
                            .n_blocks = parts->blocks->len, .n_entries = parts->entries->len,
                            .notes_len = parts->notes->len, .texts_len = parts->texts->len };
    g_autoptr (GByteArray) all = g_byte_array_new ();

    g_strlcpy (head.stamp, modori_pack_stamp (), sizeof head.stamp);
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

static gboolean
make_pack (const char *dir, const char *path, GError **error)
{
    g_autoptr (GPtrArray) paths = modori_files_find (dir, error);
    g_autoptr (GArray) files = g_array_new (FALSE, FALSE, sizeof (ModoriPackFile));
    g_autoptr (GArray) blocks = g_array_new (FALSE, FALSE, sizeof (ModoriPackBlock));
    g_autoptr (GArray) entries = g_array_new (FALSE, FALSE, sizeof (ModoriPackedEntry));
    g_autoptr (GByteArray) notes = g_byte_array_new ();
    g_autoptr (GByteArray) texts = g_byte_array_new ();
    Parts parts = { files, blocks, entries, notes, texts };

    return paths && put_files (&parts, dir, paths) && put_blocks (&parts, dir, paths, error)
        && write_parts (&parts, path, error);
}

int
main (int argc, char **argv)
{
    g_autoptr (GError) error = NULL;

    if (argc != 3) {
        fputs ("usage: mkpack DIRECTORY PACK\n", stderr);
        return EX_USAGE;
    }
    g_unlink (argv[2]);         /* else it would be read, not the files */
    if (make_pack (argv[1], argv[2], &error))
        return EX_OK;
    fprintf (stderr, "mkpack: %s\n", error ? error->message : "a rules file is being changed");
    return EX_DATAERR;
}
