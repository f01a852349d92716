/* cache.c - where the pack of a site's rules lies: ~/.cache/modori/rules-NUMBER.pack.
 *
 * What is read from there decides as the rules do, so it must be a place where only we write: a
 * directory of our own, in one that is neither another's nor everybody's.  Where there is none, for
 * a program without a home or for root in somebody's home, nothing is kept.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "commands/cache.h"

#include "text/error.h"
#include "text/pack.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

/* Is DIR a directory of ours, into which nobody else may write? */
static gboolean
is_ours (const char *dir)
{
    struct stat found;

    return stat (dir, &found) == 0 && S_ISDIR (found.st_mode) && found.st_uid == geteuid ()
        && (found.st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

/* The same, or can it be made, as nothing but the last name of DIR is missing? */
static gboolean
may_be_ours (const char *dir)
{
    g_autofree char *parent = g_path_get_dirname (dir);

    return is_ours (g_access (dir, F_OK) == 0 ? dir : parent);
}

/* Another number for other directories. */
static guint64
number_of (const char *shipped, const char *const *site)
{
    g_autoptr (GString) names = g_string_new (NULL);

    for (guint i = 0; i == 0 || site[i - 1]; i++) {
        g_autofree char *name = g_canonicalize_filename (site[i] ? site[i] : shipped, NULL);

        g_string_append_printf (names, "%s%c", name, '\n');
    }
    return modori_pack_checksum (names->str, names->len);
}

char *
modori_cache_path (const char *shipped, const char *const *site)
{
    const char *root = g_get_user_cache_dir ();
    g_autofree char *dir = g_build_filename (root, "modori", NULL);
    g_autofree char *name = NULL;

    if (! g_path_is_absolute (root) || ! may_be_ours (root)
        || (g_access (dir, F_OK) == 0 && ! is_ours (dir)))
        return NULL;
    name = g_strdup_printf ("rules-%016" G_GINT64_MODIFIER "x.pack", number_of (shipped, site));
    return g_build_filename (dir, name, NULL);
}

gboolean
modori_cache_is_writable (const char *path)
{
    g_autofree char *dir = g_path_get_dirname (path);

    return g_access (dir, F_OK) != 0 || g_access (dir, W_OK) == 0;
}

static gboolean
make_directory (const char *dir, GError **error)
{
    if (g_mkdir (dir, 0700) == 0 || errno == EEXIST)
        return TRUE;
    g_set_error (error, MODORI_ERROR, MODORI_ERROR_IO, "%s: %s", dir, g_strerror (errno));
    return FALSE;
}

gboolean
modori_cache_write (ModoriKnowledge *knowledge, const char *path, GError **error)
{
    g_autofree char *dir = g_path_get_dirname (path);
    g_autofree char *root = g_path_get_dirname (dir);

    return make_directory (root, error) && make_directory (dir, error)
        && modori_knowledge_keep (knowledge, path, error);
}
