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
    char *policy;               /* the text of options->mta_sts_file, or NULL */
    /* zone-probe.c's own */
    GPtrArray *probes;          /* for the first of mx NULL or an array of ModoriProbe; or NULL */
    gboolean port_closed;       /* port 25 of others cannot be reached from here, it seems */
    gint64 probes_end;          /* when there is no more time for them; 0: not begun */
    gboolean parked;            /* neither sends nor takes mail, and says so: null MX and SPF that
                                 * allows nobody; and nobody asked about a mail */
    /* what the sections found out, for DMARC's verdict */
    gboolean spf_pass;          /* for options->ip */
    gboolean dkim_there;        /* at least one good key */
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

/* The first TXT record at NAME that begins with VERSION ("v=DMARC1"), as RFCs 7489 and 8461 say;
 * COUNT gets how many there are.  NULL when there is none. */
const ModoriDnsRecord *modori_zone_txt (ModoriZone *zone, const char *name, const char *version,
                                        guint *count);

/* The address that sends, if receivers can see it; else NULL. */
const char *modori_zone_ip (const ModoriZone *zone);

/* "example.jp MX: SERVFAIL", for evidence; the caller frees. */
char *modori_zone_why (const ModoriDnsAnswer *answer, const char *type);

/* Append the A and AAAA of HOST (char *) to ADDRESSES.  TROUBLE (may be NULL) is set to an answer
 * that did not come. */
void modori_zone_addresses (ModoriZone *zone, const char *host, GPtrArray *addresses,
                            const ModoriDnsAnswer **trouble);

/* TEXTS (char *) with commas between them, the first MODORI_ZONE_LIST_MAX; the caller frees. */
#define MODORI_ZONE_LIST_MAX 10
char *modori_zone_list (const GPtrArray *texts);

/* zone-probe.c: what the NTH of zone->mx says on port 25 at each of its addresses (ModoriProbe);
 * asked once.  NULL when options->probe does not allow it, or it would be in vain.  Owned by
 * ZONE. */
GPtrArray *modori_zone_probe (ModoriZone *zone, guint nth);

/* HOST will be connected to: tell whoever wants to know. */
void modori_zone_announce (const ModoriZone *zone, const char *host, guint16 port);

#endif
