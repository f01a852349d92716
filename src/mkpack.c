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

/* Where only whole seconds are kept, a file may change once more and have the same time. */
static gboolean
may_change_unseen (const char *path)
{
    ModoriPackFile file;

    return ! modori_pack_look_at (path, &file)
        || (file.nanoseconds == 0 && file.seconds + 2 > g_get_real_time () / G_USEC_PER_SEC);
}

static gboolean
make_pack (const char *dir, const char *path, GError **error)
{
    g_autoptr (GPtrArray) paths = modori_files_find (dir, error);
    g_autoptr (ModoriKnowledge) knowledge = NULL;

    for (guint i = 0; paths && i < paths->len; i++)
        if (may_change_unseen (g_ptr_array_index (paths, i)))
            return FALSE;
    if (paths)
        knowledge = modori_knowledge_load_cached (dir, NULL, modori_all_kinds, path, error);
    return knowledge && modori_knowledge_keep (knowledge, path, error);
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
