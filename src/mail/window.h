/* window.h - a bounded view that moves over a stream of bytes: a file, a pipe,
 * memory, each perhaps compressed.
 *
 * Whoever reads asks for so many bytes to be there and drops what he has done
 * with.  The memory is about four times the most that was ever asked for,
 * whatever the length of the stream.  Files are read, never mapped: a mailbox
 * that is cut short under a map kills the program.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_MAIL_WINDOW_H
#define MODORI_MAIL_WINDOW_H

#include "mail/unpack.h"
#include "text/span.h"

/* Of a pipe: nobody knows where it ends. */
#define MODORI_WINDOW_ENDLESS G_MAXUINT64

typedef struct {
    /* For all to read. */
    const char *at;             /* the first byte not yet dropped */
    gsize len;                  /* so many lie there */
    guint64 offset;             /* of the first, in the (decompressed) stream */
    gboolean ended;             /* nothing follows, or an error does */
    const char *packed;         /* how the stream is compressed, or NULL */
    guint64 consumed;           /* bytes taken from the file */
    gboolean plain;             /* a file or memory as it is: its rest may stay unread */

    /* The window's own. */
    char *buffer;
    gsize capacity;
    gsize block;                /* bytes asked for at once */
    int fd;                     /* -1: memory */
    ModoriSpan memory;          /* what is left of it, or of `head` */
    guint64 left;               /* bytes of the file up to where it ended when it was opened */
    gboolean as_cr;             /* CR is what ends lines */
    char *head;                 /* packed bytes that were read to recognise them */
    ModoriUnpack *unpack;
    GError *error;              /* why it ended, or NULL */
} ModoriWindow;

/* BLOCK bytes are asked of the system at once; 0: as many as are good for speed. */
ModoriWindow *modori_window_new (gsize block);
void modori_window_free (ModoriWindow *window);

/* Look at what is read from FD, at most SIZE bytes.  FD stays the caller's and
 * must stay open. */
void modori_window_open (ModoriWindow *window, int fd, guint64 size);

/* Look at BYTES, which must stay where they are. */
void modori_window_open_memory (ModoriWindow *window, ModoriSpan bytes);

/* Give up the stream; the memory is kept for the next one. */
void modori_window_close (ModoriWindow *window);

/* Have WANT bytes there.  FALSE when the stream ends before.  `at` may move,
 * what lies there stays. */
gboolean modori_window_fill (ModoriWindow *window, gsize want);

/* COUNT bytes, at most `len`, are done with. */
void modori_window_drop (ModoriWindow *window, gsize count);

/* Lines end with CR alone: give LF instead, from the first byte there on. */
void modori_window_read_cr_as_lf (ModoriWindow *window);

/* FALSE and ERROR set when the stream ended because of an error; it is given once. */
gboolean modori_window_check (ModoriWindow *window, GError **error);

/* Did the file end before where it ended when it was opened? */
gboolean modori_window_fell_short (const ModoriWindow *window);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ModoriWindow, modori_window_free)

#endif
