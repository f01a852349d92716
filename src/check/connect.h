/* connect.h - a TCP connection in which nothing lasts longer than until a deadline.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_CHECK_CONNECT_H
#define MODORI_CHECK_CONNECT_H

#include <glib.h>

/* All of them give -1 with errno set when they fail, ETIMEDOUT at DEADLINE (of
 * g_get_monotonic_time). */

/* A non-blocking socket that is connected to PORT of ADDRESS (IPv4, IPv6); the caller closes. */
int modori_connect (const char *address, guint16 port, gint64 deadline);

/* All of TEXT: 0. */
int modori_connect_send (int fd, const char *text, gsize size, gint64 deadline);

/* How many bytes came, at most SIZE; 0 when the other side has ended. */
gssize modori_connect_receive (int fd, char *buffer, gsize size, gint64 deadline);

/* The address of this side, without a port, or NULL; the caller frees. */
char *modori_connect_local (int fd);

#endif
