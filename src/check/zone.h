/* zone.h - the parts of `check domain`, one for each thing that receivers ask of a domain.
 *
 * Each looks at one of them and adds a section.  zone.c calls all, in the order in which a person
 * would want to read them.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_CHECK_ZONE_H
#define MODORI_CHECK_ZONE_H

#include "check/check.h"

typedef struct {
    const ModoriDomainCheck *options;
    ModoriCheckup *checkup;
    ModoriResolver *resolver;
    const ModoriTlsTable *tls;  /* or NULL: the module is not there */
    char *domain;               /* in ASCII */
    char *organisation;         /* its organisational domain */
    char *envelope;             /* of the envelope sender, in ASCII; the same as domain when not
                                 * known otherwise */
    char *helo;                 /* in ASCII, or NULL */
    GPtrArray *mx;              /* char *: names of the MX hosts, by preference; filled by
                                 * modori_zone_mx */
    GPtrArray *probes;          /* ModoriProbe of the MX hosts (their addresses), or NULL */
    /* what the sections found out, for DMARC's verdict and others */
    gboolean spf_pass;          /* for options->ip */
    gboolean spf_there, dkim_there, dmarc_there;
} ModoriZone;

/* Say beforehand what will be asked for, that it travels together. */
void modori_zone_prefetch (ModoriZone *zone);

void modori_zone_mx (ModoriZone *zone);         /* zone-mx.c: MX, A, AAAA */
void modori_zone_reverse (ModoriZone *zone);    /* zone-reverse.c: PTR, HELO */
void modori_zone_spf (ModoriZone *zone);        /* zone-spf.c */
void modori_zone_dkim (ModoriZone *zone);       /* zone-dkim.c */
void modori_zone_dmarc (ModoriZone *zone);      /* zone-dmarc.c: DMARC, BIMI */
void modori_zone_mta_sts (ModoriZone *zone);    /* zone-mta-sts.c: MTA-STS, TLS-RPT */
void modori_zone_dane (ModoriZone *zone);       /* zone-dane.c: TLSA, DNSSEC */
void modori_zone_blocklists (ModoriZone *zone); /* zone-blocklists.c */

/* The first TXT record at NAME that begins with VERSION ("v=spf1"), as RFCs 7208, 7489, 8461 say;
 * COUNT gets how many there are.  NULL when there is none. */
const ModoriDnsRecord *modori_zone_txt (ModoriZone *zone, const char *name, const char *version,
                                        guint *count);

#endif
