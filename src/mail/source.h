/* source.h - mailboxes, one message at a time.
 *
 * A mailbox is recognised by looking at it, never by its name: mbox in all its
 * kinds, MMDF, Maildir, MH, a directory of messages, one message, standard
 * input, each of them compressed.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_MAIL_SOURCE_H
#define MODORI_MAIL_SOURCE_H

#include "text/span.h"

/* No report is larger: what follows is the returned message, of which the
 * header is enough. */
#define MODORI_MESSAGE_MAX (4 * 1024 * 1024)

typedef struct ModoriSource ModoriSource;

/* A file that is about to be opened. */
typedef struct {
    const char *path;
    const char *name;           /* the part of it that does not change: the path; of a message of a
                                 * Maildir without new/, cur/ and the flags */
    gint64 size;
    gint64 mtime;               /* nanoseconds */
} ModoriSourceFile;

/* For who remembers which files he has read. */
typedef struct {
    /* TRUE: FILE, a regular file, need not be opened. */
    gboolean (*skip) (const ModoriSourceFile *file, gpointer data);
    /* The last file that was not skipped has been read to its end, and nothing was wrong. */
    void (*done) (gpointer data);
    gpointer data;
} ModoriSourceWatch;

typedef struct {
    gsize limit;                /* bytes of a message that are handed out; 0: MODORI_MESSAGE_MAX */
    gboolean one;               /* it is one message, whatever it looks like (explain, record) */
    gboolean lines;             /* a file (none of a directory) that begins with "{" is lines of
                                 * JSON: hand them out */
    gboolean recursive;         /* Maildir++ subfolders, directories in directories */
    gboolean no_lock;           /* do not ask for locks */
    guint patience;             /* milliseconds to wait for a lock; 0: MODORI_LOCK_PATIENCE */
    gsize block;                /* bytes to read at once; 0: as many as are good; for tests */
    const ModoriSourceWatch *watch;     /* or NULL; must outlive the source */
} ModoriSourceOptions;

typedef struct {
    ModoriSpan bytes;           /* without the "From " line; good until the next call */
    const char *path;           /* the file it lies in, "-" for standard input; good as long */
    guint64 offset;             /* of its first byte (its "From " line, if any), decompressed;
                                 * 0 in a file of its own */
    ModoriSpan from_line;       /* the "From " line without its end, or empty; good as long */
    gboolean truncated;         /* it was longer than the limit, or its end could not be read */
    guint64 line;               /* it is no message but this line of the file; 0: a message */
} ModoriMail;

/* Open PATH ("-": standard input).  NULL with ERROR set.  OPTIONS may be NULL. */
ModoriSource *modori_source_open (const char *path, const ModoriSourceOptions *options,
                                  GError **error);

/* The same for BYTES, which must stay where they are; PATH is what the messages
 * get as theirs. */
ModoriSource *modori_source_from_memory (const char *path, ModoriSpan bytes,
                                         const ModoriSourceOptions *options);

void modori_source_free (ModoriSource *source);

/* Fill MAIL with the next message.  FALSE at the end, or with ERROR set; the
 * messages read before are good.  After an error the next call goes on with the
 * next file of the directory, if there is one: read until FALSE without an
 * error.  That also reads a pipe to its end, which who writes into it may need. */
gboolean modori_source_next (ModoriSource *source, ModoriMail *mail, GError **error);

/* For a progress bar: bytes read so far and in all, of what lies on the disk.
 * TOTAL is 0 when not known (a pipe); of a directory it is an estimate from
 * what was read so far. */
void modori_source_progress (const ModoriSource *source, guint64 *done, guint64 *total);

/* One line to tell the user (a lock that could not be had, ...), or NULL; the
 * caller frees; each is given once. */
char *modori_source_warning (ModoriSource *source);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ModoriSource, modori_source_free)

#endif
