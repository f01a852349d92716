/* fetch.h - the module fetch.so: one HTTPS GET, for the policy of MTA-STS (libcurl).
 *
 * The proxy of the environment (https_proxy), if any, is used; it is told the address, too.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_CHECK_FETCH_H
#define MODORI_CHECK_FETCH_H

#include <glib.h>

#define MODORI_FETCH_SYMBOL "modori_fetch_table"

typedef struct {
    const char *host;           /* of the URL */
    const char *path;           /* of the URL, with its "/" */
    const char *address;        /* that HOST is connected to: the resolver's answer, not the
                                 * system's */
    guint16 port;               /* 443 but in tests */
    const char *ca_file;        /* NULL: the system's */
    guint seconds;              /* for all of it */
    gsize most;                 /* bytes of the body; more is an error */
} ModoriFetchOptions;

typedef struct {
    /* The body, which the caller frees; no redirects are followed (RFC 8461 section 3.3).  STATUS
     * is that of HTTP (0: none came), TYPE (the caller frees) the media type.  NULL with ERROR
     * set: MODORI_ERROR_DAMAGED when the certificate is not valid for HOST, else
     * MODORI_ERROR_NETWORK. */
    char *(*get) (const ModoriFetchOptions *options, guint *status, char **type, GError **error);
} ModoriFetchTable;

extern const ModoriFetchTable modori_fetch_table;

#endif
