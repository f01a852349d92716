/* window.c - a bounded view that moves over a stream of bytes.
 *
 * One buffer: dropped bytes at the front, those in view, free room.  When the
 * room runs out the view is moved to the front; when the view fills more than
 * half of the buffer, the buffer is doubled first.  So each byte is moved at
 * most about once, whoever reads and however large his pieces are, and the cost
 * is linear in the stream.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "mail/window.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <poll.h>
#include <unistd.h>

#include "text/error.h"

/* Large enough that system calls do not count, small enough to stay in the
 * processor's cache. */
#define BLOCK (256 * 1024)

/* The buffer at first: room for one block behind a view of ordinary messages. */
#define CAPACITY (2 * BLOCK)

ModoriWindow *
modori_window_new (gsize block)
{
    ModoriWindow *window = g_new0 (ModoriWindow, 1);

    window->block = block ? MIN (block, BLOCK) : BLOCK;
    window->capacity = CAPACITY;
    window->buffer = g_malloc (window->capacity);
    modori_window_close (window);
    return window;
}

void
modori_window_free (ModoriWindow *window)
{
    if (! window)
        return;
    modori_window_close (window);
    g_free (window->buffer);
    g_free (window);
}

void
modori_window_close (ModoriWindow *window)
{
    g_clear_pointer (&window->unpack, modori_unpack_free);
    g_clear_pointer (&window->head, g_free);
    g_clear_error (&window->error);
    window->at = window->buffer;
    window->len = 0;
    window->offset = 0;
    window->ended = TRUE;
    window->packed = NULL;
    window->fd = -1;
    window->memory = MODORI_SPAN_EMPTY;
    window->left = window->consumed = 0;
    window->as_cr = FALSE;
}

static gsize
read_memory (ModoriWindow *window, char *buffer, gsize size)
{
    gsize n = MIN (size, window->memory.len);

    if (n)
        memcpy (buffer, window->memory.at, n);
    window->memory = modori_span_skip (window->memory, n);
    return n;
}

/* A signal came, or somebody made the pipe one that does not wait. */
static gboolean
try_again (int fd)
{
    struct pollfd poll_fd = { .fd = fd, .events = POLLIN };

    if (errno == EAGAIN)
        return poll (&poll_fd, 1, -1) >= 0 || errno == EINTR;
    return errno == EINTR;
}

/* From the file, up to where it ended when it was opened. */
static gssize
read_file (ModoriWindow *window, char *buffer, gsize size)
{
    gsize want = (gsize) MIN (size, window->left);
    gssize n;

    if (want == 0)
        return 0;
    do
        n = read (window->fd, buffer, want);
    while (n < 0 && try_again (window->fd));
    if (n < 0) {
        g_set_error (&window->error, MODORI_ERROR, MODORI_ERROR_IO, _("cannot be read: %s"),
                     g_strerror (errno));
        return -1;
    }
    window->consumed += (guint64) n;
    if (window->left != MODORI_WINDOW_ENDLESS)
        window->left -= (guint64) n;
    return n;
}

/* A ModoriArchiveInput as well. */
static gssize
read_raw (gpointer data, void *buffer, gsize size)
{
    ModoriWindow *window = data;
    gsize asked = MIN (size, window->block);

    if (window->memory.len > 0)
        return (gssize) read_memory (window, buffer, asked);
    return window->fd < 0 ? 0 : read_file (window, buffer, asked);
}

/* An error of the file is why unpacking failed, and tells more. */
static gssize
read_unpacked (ModoriWindow *window, char *buffer, gsize size)
{
    g_autoptr (GError) error = NULL;
    gssize n = modori_unpack_read (window->unpack, buffer, MIN (size, window->block), &error);

    if (n < 0 && ! window->error)
        window->error = g_steal_pointer (&error);
    return n;
}

/* Room behind the view for a good part of a block, or of what is wanted. */
static void
make_room (ModoriWindow *window, gsize want)
{
    gsize front = (gsize) (window->at - window->buffer);
    gsize most = MAX (want, window->len);
    gsize capacity = window->capacity;

    if (capacity - front - window->len >= BLOCK / 4)
        return;
    while (capacity / 2 < most)
        capacity *= 2;
    if (capacity > window->capacity) {
        char *larger = g_malloc (capacity);

        memcpy (larger, window->at, window->len);
        g_free (window->buffer);
        window->buffer = larger;
        window->capacity = capacity;
    } else {
        memmove (window->buffer, window->at, window->len);
    }
    window->at = window->buffer;
}

static void
turn_cr (char *at, gsize len)
{
    char *end = at + len;

    while ((at = memchr (at, '\r', (gsize) (end - at))))
        *at++ = '\n';
}

static void
read_more (ModoriWindow *window, gsize want)
{
    char *room;
    gsize size;
    gssize n;

    make_room (window, want);
    room = window->buffer + (window->at - window->buffer) + window->len;
    size = (gsize) (window->buffer + window->capacity - room);
    if (window->unpack)
        n = read_unpacked (window, room, size);
    else
        n = read_raw (window, room, size);
    if (n <= 0) {
        window->ended = TRUE;
        return;
    }
    if (window->as_cr)
        turn_cr (room, (gsize) n);
    window->len += (gsize) n;
}

gboolean
modori_window_fill (ModoriWindow *window, gsize want)
{
    while (window->len < want && ! window->ended)
        read_more (window, want);
    return window->len >= want;
}

void
modori_window_drop (ModoriWindow *window, gsize count)
{
    g_assert (count <= window->len);
    window->at += count;
    window->len -= count;
    window->offset += count;
}

/* When the stream is compressed, what was read of it goes to the unpacker, and
 * the window begins anew behind that. */
static void
recognise (ModoriWindow *window)
{
    ModoriSpan head;

    modori_window_fill (window, MODORI_UNPACK_HEAD);
    head = modori_span (window->at, window->len);
    window->packed = modori_unpack_kind (head);
    window->plain = window->left != MODORI_WINDOW_ENDLESS && ! window->packed;
    if (! window->packed)
        return;
    window->head = g_memdup2 (head.at, head.len);
    head.at = window->head;
    if (window->fd >= 0)
        window->memory = head;
    else
        window->memory = modori_span (window->memory.at - head.len, window->memory.len + head.len);
    window->len = 0;
    window->unpack = modori_unpack_open (head, read_raw, window, &window->error);
    window->ended = window->unpack == NULL;
}

void
modori_window_open (ModoriWindow *window, int fd, guint64 size)
{
    modori_window_close (window);
    window->fd = fd;
    window->left = size;
    window->ended = FALSE;
    recognise (window);
}

void
modori_window_open_memory (ModoriWindow *window, ModoriSpan bytes)
{
    modori_window_close (window);
    window->memory = bytes;
    window->ended = FALSE;
    recognise (window);
}

void
modori_window_read_cr_as_lf (ModoriWindow *window)
{
    window->as_cr = TRUE;
    turn_cr (window->buffer + (window->at - window->buffer), window->len);
}

gboolean
modori_window_check (ModoriWindow *window, GError **error)
{
    if (! window->error)
        return TRUE;
    g_propagate_error (error, g_steal_pointer (&window->error));
    return FALSE;
}

gboolean
modori_window_fell_short (const ModoriWindow *window)
{
    return window->plain && window->ended && window->fd >= 0 && window->left > 0;
}
