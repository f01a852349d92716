/* folder.c - mailboxes that are directories: Maildir, MH, and files of mail
 * beside each other.
 *
 * A directory of millions of messages must not fill the memory with names: at
 * most 2 * BATCH are kept, the smallest behind the last one given out, and the
 * directory is read again for the next batch.  The same answers the question of
 * a Maildir in use, where a file may get another name (new/ to cur/, other
 * flags) between listing and opening: the directory is read again behind the
 * last message given out, and what is gone then is gone.
 *
 * Formats: https://cr.yp.to/proto/maildir.html; folders in a Maildir are
 * directories `.Name.Sub` in it.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "mail/folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <sys/stat.h>
#include <unistd.h>

#include "text/error.h"
#include "text/span.h"

/* Names kept in memory: twice as many take some 15 MiB. */
#define BATCH (64 * 1024)

/* How often a name may be gone when it is opened before it is left alone. */
#define RETRIES 3

typedef enum {
    KIND_FILES,                 /* by the bytes of their names */
    KIND_MAILDIR,               /* new and cur together, by what does not change of a name */
    KIND_MH,                    /* by number */
} Kind;

typedef struct {
    char *name;                 /* below the folder, "cur/1700000000.M1P1.host:2,S"; own */
    ModoriSpan key;             /* what it is sorted by, a piece of it */
} Name;

struct ModoriFolder {
    const ModoriSourceWatch *watch;     /* or NULL */
    gboolean recursive;
    gboolean only_folders;
    GPtrArray *waiting;         /* paths of folders still to be read, the next one last */
    GString *path;              /* of the present folder, and of the file in it */
    gsize path_len;             /* of the folder alone */
    Kind kind;
    GArray *names;              /* of Name, sorted */
    guint at;                   /* the next one of them */
    gboolean more;              /* there are names behind these */
    Name last;                  /* the last one given out; its name is NULL at first */
    guint retries;
    guint done, total;          /* files */
};

/* What a look at a directory tells. */
typedef struct {
    guint numbers, files, folders;
    gboolean mh;                /* it has a file that only MH programs write */
} Survey;

static void
clear_name (gpointer data)
{
    g_free (((Name *) data)->name);
}

static gboolean
set_error (GError **error, const char *path, int reason)
{
    const char *what = reason == EACCES ? _("permission denied") : g_strerror (reason);

    g_set_error (error, MODORI_ERROR, MODORI_ERROR_IO, "%s: %s", path, what);
    return FALSE;
}

/* --- names --- */

static gboolean
is_directory (const char *path, const char *name)
{
    g_autofree char *whole = g_build_filename (path, name, NULL);
    struct stat info;

    return stat (whole, &info) == 0 && S_ISDIR (info.st_mode);
}

/* cur or new, and one more of the three: empty ones get lost when a mailbox is
 * copied. */
static gboolean
is_maildir (const char *path)
{
    gboolean cur = is_directory (path, "cur"), new = is_directory (path, "new");

    return (cur && new) || ((cur || new) && is_directory (path, "tmp"));
}

static gboolean
is_number (const char *name)
{
    return name[0] && name[strspn (name, "0123456789")] == '\0';
}

/* What mail programs keep beside the mail. */
static gboolean
is_bookkeeping (const char *name)
{
    static const char *const prefixes[] = {
        ".", ",", "#", "courierimap", "courierpop3", "dovecot-keywords",
        "dovecot-uid", "dovecot.index", "dovecot.list", "dovecot.mailbox",
        "maildirfolder", "maildirsize",
    };

    for (guint i = 0; i < G_N_ELEMENTS (prefixes); i++)
        if (g_str_has_prefix (name, prefixes[i]))
            return TRUE;
    return g_str_has_suffix (name, ".lock") || g_str_has_suffix (name, "~");
}

/* Where in a file name of a Maildir the flags begin: behind ":2,", or what
 * stands for the colon where there may be none. */
static const char *
flags_of (const char *name)
{
    const char *comma = strrchr (name, ',');

    if (comma && comma - name >= 2 && comma[-1] == '2' && strchr (":;!", comma[-2]))
        return comma - 2;
    return name + strlen (name);
}

/* The key of NAME, which is PREFIX and a file name. */
static ModoriSpan
key_of (Kind kind, const char *name, gsize prefix)
{
    const char *file = name + prefix;

    if (kind == KIND_MAILDIR)
        return modori_span_between (file, flags_of (file));
    if (kind == KIND_MH)
        file += strspn (file, "0");
    return modori_span_of (file);
}

static int
compare_keys (Kind kind, const Name *a, const Name *b)
{
    int order = 0;

    if (kind == KIND_MH && a->key.len != b->key.len)
        return a->key.len < b->key.len ? -1 : 1;
    order = memcmp (a->key.at, b->key.at, MIN (a->key.len, b->key.len));
    if (order == 0 && a->key.len != b->key.len)
        order = a->key.len < b->key.len ? -1 : 1;
    return order == 0 && kind == KIND_MH ? strcmp (a->name, b->name) : order;
}

/* One message of a Maildir that was seen under two names: the one in cur comes
 * first, it is the newer one. */
static int
compare_names (gconstpointer a, gconstpointer b, gpointer kind)
{
    int order = compare_keys (*(const Kind *) kind, a, b);

    return order ? order : strcmp (((const Name *) a)->name, ((const Name *) b)->name);
}

/* --- listing --- */

static gboolean
is_wanted (const ModoriFolder *folder, const struct dirent *entry)
{
    const char *name = entry->d_name;

    if (entry->d_type != DT_REG && entry->d_type != DT_LNK && entry->d_type != DT_UNKNOWN)
        return FALSE;
    if (folder->kind == KIND_MAILDIR)
        return name[0] != '.' && ! strchr (flags_of (name), 'T');
    return folder->kind == KIND_MH ? is_number (name) : ! is_bookkeeping (name);
}

/* Sort what there is, take out what is there twice, and keep the first BATCH. */
static void
settle (ModoriFolder *folder)
{
    GArray *names = folder->names;
    guint kept = 0;

    g_array_sort_with_data (names, compare_names, &folder->kind);
    for (guint i = 0; i < names->len; i++) {
        Name *name = &g_array_index (names, Name, i);
        Name *before = kept ? &g_array_index (names, Name, kept - 1) : NULL;

        if (before && compare_keys (folder->kind, before, name) == 0) {
            g_clear_pointer (&name->name, g_free);
            continue;
        }
        if (kept < i) {
            g_array_index (names, Name, kept) = *name;
            name->name = NULL;
        }
        kept++;
    }
    folder->more = folder->more || kept > BATCH;
    g_array_set_size (names, MIN (kept, BATCH));
}

/* Is NAME among those that are looked for now? */
static gboolean
is_due (const ModoriFolder *folder, const Name *name)
{
    if (folder->last.name && compare_keys (folder->kind, name, &folder->last) <= 0)
        return FALSE;
    return ! folder->more
        || compare_keys (folder->kind, name, &g_array_index (folder->names, Name, BATCH - 1)) <= 0;
}

static void
add_name (ModoriFolder *folder, const char *sub, const char *file)
{
    Name name = { .name = g_strconcat (sub, file, NULL) };

    name.key = key_of (folder->kind, name.name, strlen (sub));
    if (! is_due (folder, &name)) {
        g_free (name.name);
        return;
    }
    g_array_append_val (folder->names, name);
    if (folder->names->len >= 2 * BATCH)
        settle (folder);
}

/* Take the names in the directory SUB ("new/", "cur/" or "") of the folder. */
static gboolean
list_directory (ModoriFolder *folder, const char *sub, GError **error)
{
    struct dirent *entry;
    DIR *directory;

    g_string_truncate (folder->path, folder->path_len);
    g_string_append (folder->path, sub);
    directory = opendir (folder->path->str);
    if (! directory)
        return errno == ENOENT || set_error (error, folder->path->str, errno);
    while ((entry = readdir (directory)))
        if (is_wanted (folder, entry)) {
            add_name (folder, sub, entry->d_name);
            folder->total++;
        }
    closedir (directory);
    return TRUE;
}

/* List what comes behind the last name given out.  A file that goes from new to
 * cur meanwhile is seen at least once, as new is read first. */
static gboolean
list (ModoriFolder *folder, GError **error)
{
    gboolean good;
    guint total = folder->total;

    g_array_set_size (folder->names, 0);
    folder->at = 0;
    folder->more = FALSE;
    if (folder->kind == KIND_MAILDIR)
        good = list_directory (folder, "new/", error) && list_directory (folder, "cur/", error);
    else
        good = list_directory (folder, "", error);
    settle (folder);
    if (folder->last.name)
        folder->total = total;          /* they were counted the first time */
    return good;
}

/* --- folders --- */

static void
look_at_entry (const char *path, const struct dirent *entry, Survey *survey)
{
    const char *name = entry->d_name;

    if (entry->d_type == DT_DIR || (entry->d_type == DT_UNKNOWN && is_directory (path, name)))
        survey->folders += name[0] != '.';
    else if (is_number (name))
        survey->numbers++;
    else if (! is_bookkeeping (name) && ! g_str_has_suffix (name, ".bak"))
        survey->files++;
    else if (g_str_equal (name, ".mh_sequences") || g_str_equal (name, ".xmhcache"))
        survey->mh = TRUE;
}

/* A folder in the folder: those of a Maildir may begin with a dot, and nothing
 * else that does is looked into. */
static gboolean
is_subfolder (const ModoriFolder *folder, const struct dirent *entry, const char *path)
{
    const char *name = entry->d_name;
    struct stat info;

    if (entry->d_type != DT_DIR && entry->d_type != DT_UNKNOWN)
        return FALSE;
    if (g_str_equal (name, ".") || g_str_equal (name, ".."))
        return FALSE;
    if (entry->d_type == DT_UNKNOWN && (lstat (path, &info) != 0 || ! S_ISDIR (info.st_mode)))
        return FALSE;
    if (folder->kind == KIND_MAILDIR
        && (g_str_equal (name, "cur") || g_str_equal (name, "new") || g_str_equal (name, "tmp")))
        return FALSE;
    return is_maildir (path) || ! is_bookkeeping (name);
}

static int
compare_backwards (gconstpointer a, gconstpointer b)
{
    return strcmp (*(const char *const *) b, *(const char *const *) a);
}

/* Put the folders in the present one on the stack, the first in order on top. */
static void
add_subfolders (ModoriFolder *folder, DIR *directory)
{
    g_autoptr (GPtrArray) found = g_ptr_array_new ();
    struct dirent *entry;

    while ((entry = readdir (directory))) {
        char *path = g_strconcat (folder->path->str, entry->d_name, NULL);

        if (is_subfolder (folder, entry, path))
            g_ptr_array_add (found, path);
        else
            g_free (path);
    }
    g_ptr_array_sort (found, compare_backwards);
    for (guint i = 0; i < found->len; i++)
        g_ptr_array_add (folder->waiting, found->pdata[i]);
}

static Kind
kind_of (const char *path, const Survey *survey)
{
    if (is_maildir (path))
        return KIND_MAILDIR;
    return survey->mh || (survey->numbers > 0 && survey->files == 0) ? KIND_MH : KIND_FILES;
}

/* Make PATH the present folder. */
static gboolean
enter (ModoriFolder *folder, const char *path, GError **error)
{
    Survey survey = { 0 };
    struct dirent *entry;
    DIR *directory = opendir (path);

    if (! directory)
        return set_error (error, path, errno);
    while ((entry = readdir (directory)))
        look_at_entry (path, entry, &survey);
    folder->kind = kind_of (path, &survey);
    folder->only_folders = folder->kind == KIND_FILES && ! folder->recursive
                           && survey.folders > 0 && survey.files == 0;
    g_clear_pointer (&folder->last.name, g_free);
    g_string_assign (folder->path, path);
    if (! g_str_has_suffix (path, "/"))
        g_string_append_c (folder->path, '/');
    folder->path_len = folder->path->len;
    if (folder->recursive) {
        rewinddir (directory);
        add_subfolders (folder, directory);
    }
    closedir (directory);
    return list (folder, error);
}

ModoriFolder *
modori_folder_open (const char *path, gboolean recursive, const ModoriSourceWatch *watch,
                    GError **error)
{
    g_autoptr (ModoriFolder) folder = g_new0 (ModoriFolder, 1);

    folder->watch = watch;
    folder->recursive = recursive;
    folder->waiting = g_ptr_array_new_with_free_func (g_free);
    folder->path = g_string_new ("");
    folder->names = g_array_new (FALSE, FALSE, sizeof (Name));
    g_array_set_clear_func (folder->names, clear_name);
    return enter (folder, path, error) ? g_steal_pointer (&folder) : NULL;
}

void
modori_folder_free (ModoriFolder *folder)
{
    if (! folder)
        return;
    g_ptr_array_unref (folder->waiting);
    g_string_free (folder->path, TRUE);
    g_array_unref (folder->names);
    g_free (folder->last.name);
    g_free (folder);
}

/* --- files --- */

gboolean
modori_folder_is_skipped (const ModoriSourceWatch *watch, const char *path, const char *name,
                          const struct stat *info)
{
    ModoriSourceFile file = { path, name, info->st_size, 0 };

    if (! watch || ! watch->skip || ! S_ISREG (info->st_mode))
        return FALSE;
    file.mtime = (gint64) info->st_mtim.tv_sec * 1000000000 + info->st_mtim.tv_nsec;
    return watch->skip (&file, watch->data);
}

/* Is the file folder->path, called NAME, to be left out?  It is not opened to find that out; what
 * cannot be looked at is left to who opens it. */
static gboolean
is_skipped (const ModoriFolder *folder, const Name *name)
{
    g_autofree char *lasting = NULL;
    struct stat info;

    if (! folder->watch || stat (folder->path->str, &info) != 0)
        return FALSE;
    if (folder->kind == KIND_MAILDIR)
        lasting = g_strdup_printf ("%.*s%.*s", (int) folder->path_len, folder->path->str,
                                   (int) name->key.len, name->key.at);
    return modori_folder_is_skipped (folder->watch, folder->path->str,
                                     lasting ? lasting : folder->path->str, &info);
}

/* Open the file folder->path: -1 with errno set.  Never wait for what is no file. */
static int
open_file (const ModoriFolder *folder, ModoriFolderFile *file)
{
    struct stat info;
    int fd = open (folder->path->str, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

    if (fd < 0)
        return -1;
    if (fstat (fd, &info) != 0 || ! S_ISREG (info.st_mode)) {
        close (fd);
        errno = EISDIR;
        return -1;
    }
    *file = (ModoriFolderFile) {
        .fd = fd,
        .path = folder->path->str,
        .one = folder->kind != KIND_FILES,
    };
    return fd;
}

/* NAME is done with. */
static void
pass (ModoriFolder *folder, Name *name)
{
    g_free (folder->last.name);
    folder->last = *name;
    name->name = NULL;
    folder->retries = 0;
    folder->at++;
    folder->done++;
}

/* Try the next name.  FALSE without an error: it is gone, not wanted, or no file. */
static gboolean
open_next (ModoriFolder *folder, ModoriFolderFile *file, GError **error)
{
    Name *name = &g_array_index (folder->names, Name, folder->at);
    int reason;

    g_string_truncate (folder->path, folder->path_len);
    g_string_append (folder->path, name->name);
    if (is_skipped (folder, name)) {
        pass (folder, name);
        return FALSE;
    }
    if (open_file (folder, file) >= 0) {
        pass (folder, name);
        return TRUE;
    }
    reason = errno;
    if (reason == ENOENT && folder->kind == KIND_MAILDIR && folder->retries++ < RETRIES) {
        list (folder, error);
        return FALSE;
    }
    pass (folder, name);
    if (reason != ENOENT && reason != EISDIR && reason != ELOOP)
        set_error (error, folder->path->str, reason);
    return FALSE;
}

static gboolean
enter_next (ModoriFolder *folder, GError **error)
{
    g_autofree char *path = g_ptr_array_steal_index (folder->waiting, folder->waiting->len - 1);

    return enter (folder, path, error);
}

gboolean
modori_folder_next (ModoriFolder *folder, ModoriFolderFile *file, GError **error)
{
    g_autoptr (GError) local = NULL;

    while (! local) {
        if (folder->at < folder->names->len) {
            if (open_next (folder, file, &local))
                return TRUE;
        } else if (folder->more) {
            list (folder, &local);
        } else if (folder->waiting->len > 0) {
            enter_next (folder, &local);
        } else {
            return FALSE;
        }
    }
    g_propagate_error (error, g_steal_pointer (&local));
    return FALSE;
}

void
modori_folder_progress (const ModoriFolder *folder, guint *done, guint *total)
{
    *done = folder->done;
    *total = MAX (folder->total, folder->done);
}

gboolean
modori_folder_is_only_folders (const ModoriFolder *folder)
{
    return folder->only_folders;
}
