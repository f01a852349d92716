/* keeper.c - messages that are kept, each in a file of its own.
 *
 * A file gets its name when all of it is on the disk: whoever reads the directory meanwhile, or
 * after the power failed, sees whole messages only.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "output/keeper.h"

#include "text/error.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <unistd.h>

static gboolean
fail (const char *path, int number, GError **error)
{
    g_set_error (error, MODORI_ERROR, MODORI_ERROR_IO, "%s: %s", path, g_strerror (number));
    return FALSE;
}

gboolean
modori_keeper_open (const char *dir, GError **error)
{
    if (g_mkdir_with_parents (dir, 0700) != 0)
        return fail (dir, errno, error);
    if (! g_file_test (dir, G_FILE_TEST_IS_DIR))
        return fail (dir, ENOTDIR, error);
    return TRUE;
}

/* 0, or errno. */
static int
write_all (int fd, ModoriSpan bytes)
{
    while (bytes.len) {
        gssize n = write (fd, bytes.at, bytes.len);

        if (n < 0 && errno != EINTR)
            return errno;
        bytes = modori_span_skip (bytes, n > 0 ? (gsize) n : 0);
    }
    return fsync (fd) == 0 || errno == EINVAL ? 0 : errno;
}

gboolean
modori_keeper_keep (const char *dir, const char *name, ModoriSpan bytes, GError **error)
{
    g_autofree char *path = g_strdup_printf ("%s/%s.eml", dir, name);
    g_autofree char *draft = g_strdup_printf ("%s/.%s.XXXXXX", dir, name);
    int fd, why;

    if (g_file_test (path, G_FILE_TEST_EXISTS))
        return TRUE;
    fd = g_mkstemp (draft);     /* O_EXCL, 0600 */
    if (fd < 0)
        return fail (path, errno, error);
    why = write_all (fd, bytes);
    if (close (fd) != 0 && ! why)
        why = errno;
    if (! why && g_rename (draft, path) != 0)
        why = errno;
    if (! why)
        return TRUE;
    g_unlink (draft);
    return fail (path, why, error);
}
