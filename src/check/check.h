/* check.h - the three checks that may look at the world: tls, cert, domain.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_CHECK_CHECK_H
#define MODORI_CHECK_CHECK_H

#include "check/checkup.h"
#include "check/probe.h"
#include "check/resolver.h"
#include "text/knowledge.h"

/* --- tls --- */

typedef struct {
    const char *host;           /* as the user typed it */
    guint16 port;               /* 0: 587, then 465 and 25 where nobody listens there */
    const char *helo, *ca_file;
    guint seconds;
    guint warn_days;            /* a certificate that ends within them is a warning */
    ModoriReach reach;
    gboolean ipv4, ipv6;        /* only these; both or neither: all */
    gint64 now;                 /* seconds since 1970 UTC */
    const char *const *candidates;      /* other names that may be in the certificate, from Received
                                         * lines; NULL-terminated; may be NULL */
} ModoriTlsCheck;

/* NULL with ERROR set: HOST is no name, or tls.so is missing.  All that a server does is an
 * observation. */
ModoriCheckup *modori_check_tls (ModoriResolver *resolver, const ModoriTlsCheck *options,
                                 GError **error);

/* --- cert --- */

typedef struct {
    const char *path;           /* "-": standard input */
    const char *key_path;       /* or NULL */
    const char *host;           /* the name it shall serve for, or NULL */
    const char *ca_file, *password;
    guint warn_days;
    gint64 now;
} ModoriCertCheck;

/* NULL with ERROR set: the file or CA_FILE cannot be read (IO, MISSING), the file is nothing of the
 * kind (DAMAGED), or tls.so is missing (IO). */
ModoriCheckup *modori_check_cert (const ModoriCertCheck *options, GError **error);

/* What both say of one chain for HOST (NULL: of no host): names, dates, trust, strength.  SECTION
 * gets the observations. */
void modori_check_chain (ModoriSection *section, const ModoriChain *chain, const char *host,
                         guint warn_days, gint64 now);

/* --- domain --- */

typedef struct {
    const char *domain;         /* as the user typed it */
    const char *ip;             /* which sends; NULL */
    const char *helo;           /* what it calls itself; NULL */
    const char *envelope;       /* domain of the envelope sender, when it is another; NULL */
    const char *const *selectors;       /* of DKIM; NULL-terminated; NULL: common ones are tried */
    const char *dkim_domain;    /* d= of the signature of a message, or NULL */
    gboolean is_unsigned;       /* a message that was on its way is at hand, and has no signature */
    const char *mta_sts_file;   /* the policy, instead of fetching it; NULL */
    const char *ca_file;        /* for the HTTPS of MTA-STS, and the certificates of DANE; NULL */
    gboolean fetch;             /* fetch the MTA-STS policy */
    gboolean probe;             /* connect to the MX on port 25 (for TLSA and MTA-STS) */
    gboolean incoming;          /* only what concerns mail to the domain: MX, MTA-STS, DANE */
    gboolean blocklists;        /* ask block lists about `ip` */
    guint seconds;
    ModoriReach reach;
    gint64 now;
    const ModoriKnowledge *knowledge;   /* selectors, block lists */
    const char *spf_term;       /* what an SPF record should hold for `ip` ("a:www1.hoster.example
                                 * mx"); NULL: ip4: or ip6: with it */
    /* called before each HOST is connected to, or NULL */
    void (*announce) (const char *host, guint16 port);
} ModoriDomainCheck;

/* NULL with ERROR set: DOMAIN is no name, IP no address, or a file cannot be read.  What cannot be
 * looked at because tls.so or fetch.so is missing is an observation. */
ModoriCheckup *modori_check_domain (ModoriResolver *resolver, const ModoriDomainCheck *options,
                                    GError **error);

#endif
