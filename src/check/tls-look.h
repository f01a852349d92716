/* tls-look.h - what the parts of `check tls` share.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_CHECK_TLS_LOOK_H
#define MODORI_CHECK_TLS_LOOK_H

#include "check/check.h"

typedef struct {
    const ModoriTlsCheck *options;
    ModoriResolver *resolver;
    const ModoriTlsTable *tls;
    ModoriCheckup *checkup;
    char *typed;                /* the host as the user wrote it, without brackets */
    char *host;                 /* in ASCII, or an address as the system writes it */
    gboolean is_address;
    guint16 port;               /* that was asked */
    char *port_text;
    GPtrArray *addresses;       /* char * */
    GPtrArray *aliases;         /* char *: names that CNAMEs led to */
    GPtrArray *probes;          /* ModoriProbe */
    GPtrArray *names;           /* char *: host names that the certificate fits and that lead here,
                                 * the best first; filled by modori_tls_look_names */
    char *names_text;           /* of them; "" when there is none */
    char *form;                 /* "NAME.hoster.example", when they must look like that, or "" */
} ModoriTlsLook;

/* The server's own certificate at PROBE, or NULL. */
const ModoriCertificate *modori_tls_look_leaf (const ModoriProbe *probe);

/* The first probe that got a certificate, or NULL. */
const ModoriProbe *modori_tls_look_best (const ModoriTlsLook *look);

/* Is HOST among the names of LEAF, for who is strict?  The common name does not count. */
gboolean modori_tls_look_fits (const ModoriCertificate *leaf, const char *host);

/* tls-address.c: a section for each address. */
void modori_tls_look_addresses (ModoriTlsLook *look);

/* tls-name.c: which names would work; the section "name". */
void modori_tls_look_names (ModoriTlsLook *look);

/* tls-verdict.c: who will accept what was seen.  Needs the names. */
void modori_tls_look_verdict (ModoriTlsLook *look, ModoriSection *section);

/* tls-strict.c: the senders that insist on TLS. */
void modori_tls_look_strict (ModoriTlsLook *look, ModoriSection *section, gboolean trusted);

#endif
