/* connect.c - a TCP connection in which nothing lasts longer than until a deadline.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "check/connect.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Until FD is ready for EVENTS. */
static int
wait_until (int fd, short events, gint64 deadline)
{
    struct pollfd poll_fd = { fd, events, 0 };

    for (;;) {
        gint64 left = deadline - g_get_monotonic_time ();
        int n;

        if (left <= 0) {
            errno = ETIMEDOUT;
            return -1;
        }
        /* Rounded up: a wait of 0 would only turn in a circle. */
        n = poll (&poll_fd, 1, (int) MIN (left / 1000 + 1, G_MAXINT));
        if (n > 0)
            return 0;
        if (n < 0 && errno != EINTR)
            return -1;
    }
}

static gboolean
would_block (void)
{
    return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
}

/* Bring the connection of FD to its end. */
static int
finish (int fd, gint64 deadline)
{
    int failure = 0;
    socklen_t size = sizeof failure;

    if (wait_until (fd, POLLOUT, deadline) < 0
        || getsockopt (fd, SOL_SOCKET, SO_ERROR, &failure, &size) < 0)
        return -1;
    errno = failure;
    return failure ? -1 : 0;
}

static struct addrinfo *
numeric (const char *address, guint16 port)
{
    struct addrinfo hints = { .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV,
                              .ai_socktype = SOCK_STREAM };
    struct addrinfo *found = NULL;
    g_autofree char *service = g_strdup_printf ("%u", port);

    return getaddrinfo (address, service, &hints, &found) == 0 ? found : NULL;
}

int
modori_connect (const char *address, guint16 port, gint64 deadline)
{
    struct addrinfo *where = numeric (address, port);
    int fd, failure;

    if (! where) {
        errno = EINVAL;
        return -1;
    }
    fd = socket (where->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP);
    if (fd >= 0 && connect (fd, where->ai_addr, where->ai_addrlen) < 0
        && ((errno != EINPROGRESS && errno != EINTR) || finish (fd, deadline) < 0)) {
        failure = errno;
        close (fd);
        errno = failure;
        fd = -1;
    }
    failure = errno;
    freeaddrinfo (where);
    errno = failure;
    return fd;
}

int
modori_connect_send (int fd, const char *text, gsize size, gint64 deadline)
{
    while (size > 0) {
        gssize n = send (fd, text, size, MSG_NOSIGNAL);

        if (n < 0 && (! would_block () || wait_until (fd, POLLOUT, deadline) < 0))
            return -1;
        if (n > 0) {
            text += n;
            size -= (gsize) n;
        }
    }
    return 0;
}

gssize
modori_connect_receive (int fd, char *buffer, gsize size, gint64 deadline)
{
    for (;;) {
        gssize n;

        /* First the time: who sends without a pause would never be waited for. */
        if (wait_until (fd, POLLIN, deadline) < 0)
            return -1;
        n = recv (fd, buffer, size, 0);
        if (n >= 0 || ! would_block ())
            return n;
    }
}

char *
modori_connect_local (int fd)
{
    struct sockaddr_storage address;
    socklen_t size = sizeof address;
    char text[NI_MAXHOST];

    if (getsockname (fd, (struct sockaddr *) &address, &size) < 0
        || getnameinfo ((struct sockaddr *) &address, size, text, sizeof text, NULL, 0,
                        NI_NUMERICHOST) != 0)
        return NULL;
    text[strcspn (text, "%")] = '\0';
    return g_strdup (text);
}
