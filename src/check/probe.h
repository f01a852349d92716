/* probe.h - one SMTP server, asked how it does TLS: greeting, EHLO, STARTTLS, handshake, QUIT.
 *
 * Nothing else is ever sent.  A server may be hostile: each conversation has an end in time and in
 * bytes, whatever it says.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_CHECK_PROBE_H
#define MODORI_CHECK_PROBE_H

#include "check/tls-table.h"

/* Where mail servers listen. */
enum {
    MODORI_PORT_RELAY = 25,             /* to each other, RFC 5321 section 4.5.4.2 */
    MODORI_PORT_SUBMISSIONS = 465,      /* TLS from the first byte, RFC 8314 section 7.3 */
    MODORI_PORT_SUBMISSION = 587,       /* where people hand in mail, RFC 6409 */
};

/* Which addresses may be connected to: a mail of a stranger may point anywhere. */
typedef enum {
    MODORI_REACH_ALL,           /* the user named the host */
    MODORI_REACH_PUBLIC,        /* never private, loopback, link-local, multicast ... addresses,
                                 * and only ports 25, 465, 587 */
} ModoriReach;

typedef struct {
    const char *host;           /* the name as asked for (ASCII), for SNI */
    guint16 port;
    gboolean implicit;          /* TLS from the first byte (465, RFC 8314) */
    const char *helo;           /* NULL: this machine's name, or its address in brackets */
    const char *ca_file;
    guint seconds;              /* for all conversations with one address */
    ModoriReach reach;
    gboolean versions;          /* also try each version of TLS by itself */
} ModoriProbeOptions;

/* How far it went. */
typedef enum {
    MODORI_STAGE_REACH,         /* not tried: the address may not be connected to */
    MODORI_STAGE_CONNECT,
    MODORI_STAGE_GREETING,
    MODORI_STAGE_EHLO,
    MODORI_STAGE_STARTTLS,      /* asked for and refused, or the answer never came */
    MODORI_STAGE_HANDSHAKE,
    MODORI_STAGE_DONE,
} ModoriStage;

typedef struct {
    const char *version;        /* "TLSv1.2" */
    gboolean offered;
    char *cipher;               /* that the server chose, or "" */
} ModoriTlsVersion;

typedef struct {
    char *address;              /* without brackets */
    guint16 port;
    ModoriStage stage;          /* DONE, or where it ended */
    char *trouble;              /* why it ended, in the system's, the library's or the server's
                                 * words; "" */
    guint code;                 /* of the reply that ended it; 0: it was none */
    gboolean timed_out, refused;        /* refused: nobody listens on that port */
    gboolean no_route;          /* from this machine, for instance because it has no IPv6 */
    gboolean garbage;           /* what came was no SMTP */
    gboolean injected;          /* bytes in the clear came behind the answer to STARTTLS */
    char *greeting;             /* its first line, "220 mail.example.com ESMTP" */
    char *name;                 /* what the server calls itself: in the answer to EHLO, else in the
                                 * greeting; "" */
    gboolean starttls;          /* offered; when it is not, that is the end, at DONE without a
                                 * chain */
    gboolean auth_before, auth_after;   /* AUTH offered before and after TLS */
    char *version, *cipher;     /* of the first handshake, or "" */
    const ModoriChain *chain;   /* or NULL; good as long as the probe */
    GArray *versions;           /* ModoriTlsVersion: those that could be tried, oldest first */
    /* what keeps `chain` alive */
    const ModoriTlsTable *tls;
    ModoriTlsSession *session;
    int fd;
} ModoriProbe;

/* Ask the server at each of ADDRESSES (char *; at most 16 are asked), at once.  An array of
 * ModoriProbe in their order; it never fails.  The caller unrefs it. */
GPtrArray *modori_probe (const ModoriTlsTable *tls, const GPtrArray *addresses,
                         const ModoriProbeOptions *options);

/* May ADDRESS and PORT be connected to under REACH? */
gboolean modori_reach_admits (ModoriReach reach, const char *address, guint16 port);

#endif
