/* folder.h - mailboxes that are directories: Maildir, MH, and files of mail
 * beside each other.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_MAIL_FOLDER_H
#define MODORI_MAIL_FOLDER_H

#include <sys/stat.h>

#include "mail/source.h"

typedef struct ModoriFolder ModoriFolder;

typedef struct {
    int fd;                     /* a regular file; the caller closes it */
    const char *path;           /* the folder's own; good until the next call */
    gboolean one;               /* it holds one message, whatever it looks like */
} ModoriFolderFile;

/* Does WATCH (or NULL) not want the file PATH called NAME, of which INFO tells? */
gboolean modori_folder_is_skipped (const ModoriSourceWatch *watch, const char *path,
                                   const char *name, const struct stat *info);

/* Open the directory PATH.  RECURSIVE: the folders in it follow it.  WATCH (or NULL) must outlive
 * it.  NULL with ERROR set. */
ModoriFolder *modori_folder_open (const char *path, gboolean recursive,
                                  const ModoriSourceWatch *watch, GError **error);
void modori_folder_free (ModoriFolder *folder);

/* The next file of mail.  FALSE at the end, or with ERROR set about one file or
 * folder: the next call goes on behind it. */
gboolean modori_folder_next (ModoriFolder *folder, ModoriFolderFile *file, GError **error);

/* Files given out of how many in the present directory, or in all as far as known. */
void modori_folder_progress (const ModoriFolder *folder, guint *done, guint *total);

/* Has the directory nothing but directories that were not asked for? */
gboolean modori_folder_is_only_folders (const ModoriFolder *folder);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ModoriFolder, modori_folder_free)

#endif
