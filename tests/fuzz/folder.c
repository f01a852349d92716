/* folder.c - fuzz target: a directory of mail, whatever it is called and holds.
 *
 * Input: files, each a line with its name (folders in it by slashes, which are made), then what it holds, up to a line "===".
 * The directory is made in memory where the system has that, read with and without the folders in it, and removed.  Each
 * message is within its limit and comes from a file of the directory; read again they are the same.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "mail/source.h"

#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

#define FILES_MAX 24
#define LIMIT 3000

/* NAME without what would lead out of the directory; the caller frees, NULL when nothing is left. */
static char *
inner_name (ModoriSpan name)
{
    g_autofree char *text = modori_span_dup (modori_span (name.at, MIN (name.len, 100)));
    g_auto (GStrv) parts = g_strsplit (text, "/", 4);
    GString *out = g_string_new (NULL);

    for (guint i = 0; parts[i]; i++)
        if (*parts[i] && ! g_str_equal (parts[i], ".") && ! g_str_equal (parts[i], "..") && ! strchr (parts[i], '/'))
            g_string_append_printf (out, "%s%s", out->len ? "/" : "", parts[i]);
    return g_string_free (out, out->len == 0);
}

static void
make_file (const char *root, ModoriSpan name, ModoriSpan text)
{
    g_autofree char *inner = inner_name (name), *path = NULL, *folder = NULL;

    if (! inner)
        return;
    path = g_build_filename (root, inner, NULL);
    folder = g_path_get_dirname (path);
    if (g_mkdir_with_parents (folder, 0700) == 0)
        (void) ! g_file_set_contents_full (path, text.at, (gssize) text.len, G_FILE_SET_CONTENTS_NONE, 0600, NULL);
}

static void
make_files (const char *root, ModoriSpan rest)
{
    for (guint i = 0; i < FILES_MAX && rest.len > 0; i++) {
        ModoriSpan name;
        gssize end;

        modori_span_line (&rest, &name);
        end = modori_span_find (rest, "\n===\n");
        make_file (root, name, modori_span (rest.at, end < 0 ? rest.len : (gsize) end + 1));
        rest = modori_span_skip (rest, end < 0 ? rest.len : (gsize) end + 5);
    }
}

static GString *
read_all (const char *root, const ModoriSourceOptions *options)
{
    g_autoptr (ModoriSource) source = modori_source_open (root, options, NULL);
    GString *all = g_string_new (NULL);
    gboolean more = source != NULL;

    while (more) {
        g_autoptr (GError) error = NULL;
        guint64 done, total;
        ModoriMail mail;

        if (modori_source_next (source, &mail, &error)) {
            g_assert_true (g_str_has_prefix (mail.path, root));
            g_assert_cmpuint (mail.bytes.len, <=, options->limit);
            g_string_append_printf (all, "%s %" G_GUINT64_FORMAT " ", mail.path, mail.offset);
            g_string_append_len (all, mail.bytes.at, (gssize) mail.bytes.len);
        } else
            more = error != NULL;
        modori_source_progress (source, &done, &total);
        g_free (modori_source_warning (source));
    }
    return all;
}

static int
remove_one (const char *path, const struct stat *info, int flag, struct FTW *place)
{
    (void) info, (void) flag, (void) place;
    return remove (path);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
    const char *memory = g_file_test ("/dev/shm", G_FILE_TEST_IS_DIR) ? "/dev/shm" : g_get_tmp_dir ();
    g_autofree char *root = g_build_filename (memory, "modori-folder-XXXXXX", NULL);
    ModoriSourceOptions options = { .limit = LIMIT, .no_lock = size % 2 == 0, .patience = 1 };

    if (! g_mkdtemp (root))
        return 0;
    make_files (root, modori_span ((const char *) data, size));
    for (guint i = 0; i < 2; i++) {
        g_autoptr (GString) first = NULL, again = NULL;

        options.recursive = i;
        first = read_all (root, &options);
        again = read_all (root, &options);
        g_assert_true (g_string_equal (first, again));
    }
    nftw (root, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    return 0;
}
