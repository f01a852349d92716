/* source.c - mailboxes, one message at a time.
 *
 * A source is a row of files: one, or those of a directory (folder.c).  Each is
 * looked at through the same window (window.c), which undoes compression, and
 * mbox.c says where in it the messages lie.  So all kinds of mailboxes give the
 * same bytes for the same messages, and the memory depends on none of them.
 *
 * A file is read to where it ended when it was opened: what is delivered
 * meanwhile is for the next time.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "mail/source.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mail/folder.h"
#include "mail/lock.h"
#include "mail/mbox.h"
#include "mail/window.h"
#include "text/error.h"

/* A file is known for mail by its first bytes; no name of a field is longer. */
#define FIRST_LINE_MAX 256

struct ModoriSource {
    ModoriSourceOptions options;
    char *path;                 /* as it was given */
    ModoriFolder *folder;       /* of a directory, else NULL */
    ModoriWindow *window;       /* on the present file */
    ModoriMbox mbox;
    gboolean reading;           /* there is a present file */
    int fd;                     /* it, or -1 */
    const char *file;           /* its path: the source's or the folder's */
    guint64 size;               /* it had when it was opened; MODORI_WINDOW_ENDLESS of a pipe */
    guint64 done;               /* bytes of the files before it */
    GQueue warnings;            /* of char * */
};

static ModoriSource *
source_new (const char *path, const ModoriSourceOptions *options)
{
    ModoriSource *source = g_new0 (ModoriSource, 1);

    if (options)
        source->options = *options;
    if (source->options.limit == 0)
        source->options.limit = MODORI_MESSAGE_MAX;
    if (source->options.patience == 0)
        source->options.patience = MODORI_LOCK_PATIENCE;
    source->path = g_strdup (path);
    source->window = modori_window_new (source->options.block);
    source->fd = -1;
    g_queue_init (&source->warnings);
    return source;
}

static void
close_file (ModoriSource *source)
{
    source->done += source->window->consumed;
    source->reading = FALSE;
    modori_window_close (source->window);
    if (source->fd > STDIN_FILENO)
        close (source->fd);
    source->fd = -1;
}

void
modori_source_free (ModoriSource *source)
{
    if (! source)
        return;
    close_file (source);
    modori_window_free (source->window);
    modori_folder_free (source->folder);
    g_queue_clear_full (&source->warnings, g_free);
    g_free (source->path);
    g_free (source);
}

static void
warn (ModoriSource *source, char *warning)
{
    if (warning)
        g_queue_push_tail (&source->warnings, warning);
}

/* --- one file --- */

/* Look at the present file. */
static void
look (ModoriSource *source, gboolean one)
{
    modori_window_open (source->window, source->fd, source->size);
    modori_mbox_begin (&source->mbox, source->window, source->options.limit, one);
    if (source->options.lines && ! one && ! source->folder)
        modori_mbox_try_lines (&source->mbox);
    source->reading = TRUE;
}

/* A mailbox that others write to is locked; when it changed before the lock was
 * had, it is looked at again. */
static void
lock (ModoriSource *source, const struct stat *before)
{
    struct stat now;

    warn (source, modori_lock_take (source->fd, source->file, source->options.patience));
    if (fstat (source->fd, &now) != 0
        || (now.st_size == before->st_size && now.st_mtim.tv_sec == before->st_mtim.tv_sec
            && now.st_mtim.tv_nsec == before->st_mtim.tv_nsec))
        return;
    if (lseek (source->fd, 0, SEEK_SET) != 0)
        return;
    source->size = (guint64) now.st_size;
    look (source, FALSE);
}

/* Take FD as the present file. */
static void
begin_file (ModoriSource *source, int fd, const char *file, gboolean one)
{
    struct stat info = { 0 };
    gboolean regular = fstat (fd, &info) == 0 && S_ISREG (info.st_mode);
    off_t at = regular ? lseek (fd, 0, SEEK_CUR) : 0;

    source->fd = fd;
    source->file = file;
    source->size = regular ? (guint64) MAX (info.st_size - at, 0) : MODORI_WINDOW_ENDLESS;
    look (source, one);
    if (regular && fd != STDIN_FILENO && source->mbox.shape != MODORI_SHAPE_ONE
        && source->mbox.shape != MODORI_SHAPE_LINES && ! source->window->packed
        && ! source->options.no_lock)
        lock (source, &info);
}

/* All of the present file has been seen. */
static void
tell_done (ModoriSource *source)
{
    if (source->options.watch && source->options.watch->done)
        source->options.watch->done (source->options.watch->data);
}

/* Leave the present file.  FALSE with ERROR set when it could not be read to its
 * end. */
static gboolean
end_file (ModoriSource *source, GError **error)
{
    gboolean good = modori_window_check (source->window, error);

    if (! good)
        g_prefix_error (error, "%s: ", source->file);
    else if (modori_window_fell_short (source->window))
        warn (source, g_strdup_printf (_("%s: became shorter while it was read; "
                                         "messages may be missing"), source->file));
    else
        tell_done (source);
    close_file (source);
    return good;
}

/* --- the row of files --- */

static gboolean
set_open_error (GError **error, const char *path, int reason)
{
    if (reason == ENOENT || reason == ENOTDIR)
        g_set_error (error, MODORI_ERROR, MODORI_ERROR_MISSING, _("%s: no such mailbox"), path);
    else if (reason == EACCES)
        g_set_error (error, MODORI_ERROR, MODORI_ERROR_IO, _("%s: permission denied"), path);
    else
        g_set_error (error, MODORI_ERROR, MODORI_ERROR_IO, "%s: %s", path, g_strerror (reason));
    return FALSE;
}

static gboolean
open_folder (ModoriSource *source, GError **error)
{
    source->folder = modori_folder_open (source->path, source->options.recursive,
                                         source->options.watch, error);
    if (! source->folder)
        return FALSE;
    if (modori_folder_is_only_folders (source->folder))
        warn (source, g_strdup_printf (_("%s: only directories are in it; --recursive reads them"),
                                       source->path));
    return TRUE;
}

static gboolean
open_path (ModoriSource *source, GError **error)
{
    struct stat info;
    int fd;

    if (stat (source->path, &info) != 0)
        return set_open_error (error, source->path, errno);
    if (S_ISDIR (info.st_mode))
        return open_folder (source, error);
    if (modori_folder_is_skipped (source->options.watch, source->path, source->path, &info))
        return TRUE;
    fd = open (source->path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0)
        return set_open_error (error, source->path, errno);
    begin_file (source, fd, source->path, source->options.one);
    return TRUE;
}

ModoriSource *
modori_source_open (const char *path, const ModoriSourceOptions *options, GError **error)
{
    g_autoptr (ModoriSource) source = source_new (path, options);

    if (g_str_equal (path, "-"))
        begin_file (source, STDIN_FILENO, source->path, source->options.one);
    else if (! open_path (source, error))
        return NULL;
    return g_steal_pointer (&source);
}

ModoriSource *
modori_source_from_memory (const char *path, ModoriSpan bytes, const ModoriSourceOptions *options)
{
    ModoriSource *source = source_new (path, options);

    source->file = source->path;
    source->size = bytes.len;
    modori_window_open_memory (source->window, bytes);
    modori_mbox_begin (&source->mbox, source->window, source->options.limit, source->options.one);
    source->reading = TRUE;
    return source;
}

/* Does the present file begin as a mailbox or with a header field?  Beside the messages of a
 * directory may lie a README, an index, whatever: that is no mail. */
static gboolean
looks_like_mail (ModoriSource *source)
{
    static const char letters[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";
    ModoriWindow *window = source->window;
    g_autofree char *start = NULL;
    gsize name;

    modori_window_fill (window, FIRST_LINE_MAX);
    start = g_strndup (window->at, MIN (window->len, FIRST_LINE_MAX));
    name = strspn (start, letters);
    return source->mbox.shape != MODORI_SHAPE_ONE || window->len == 0
        || g_str_has_prefix (start, ">From ")
        || (name && start[name + strspn (start + name, " \t")] == ':');
}

/* Go to the next file.  FALSE when there is none, or with ERROR set. */
static gboolean
next_file (ModoriSource *source, GError **error)
{
    ModoriFolderFile file;

    while (source->folder && modori_folder_next (source->folder, &file, error)) {
        begin_file (source, file.fd, file.path, file.one || source->options.one);
        if (file.one || looks_like_mail (source))
            return TRUE;
        tell_done (source);
        close_file (source);
    }
    return FALSE;
}

gboolean
modori_source_next (ModoriSource *source, ModoriMail *mail, GError **error)
{
    g_return_val_if_fail (source && mail, FALSE);

    while (source->reading || next_file (source, error)) {
        if (modori_mbox_next (&source->mbox, mail)) {
            mail->path = source->file;
            return TRUE;
        }
        if (! end_file (source, error))
            return FALSE;
    }
    return FALSE;
}

void
modori_source_progress (const ModoriSource *source, guint64 *done, guint64 *total)
{
    guint files_done, files;

    *done = source->done + source->window->consumed;
    *total = 0;
    if (source->folder) {
        modori_folder_progress (source->folder, &files_done, &files);
        if (files_done > 0)
            *total = (guint64) ((double) *done / files_done * files);
    } else if (source->size != MODORI_WINDOW_ENDLESS) {
        *total = source->size;
    }
}

char *
modori_source_warning (ModoriSource *source)
{
    return g_queue_pop_head (&source->warnings);
}
