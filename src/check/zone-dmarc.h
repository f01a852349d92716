/* zone-dmarc.h - what the parts of the DMARC check share.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_CHECK_ZONE_DMARC_H
#define MODORI_CHECK_ZONE_DMARC_H

#include "check/tags.h"
#include "check/zone.h"

typedef struct {
    ModoriZone *zone;
    ModoriSection *section;
    const char *at;             /* the domain whose record counts: its own or the organisation's */
    gboolean inherited;         /* the organisation's */
    const char *text;           /* the record, or NULL */
    ModoriTags *tags;           /* of it, or NULL */
    ModoriSpan policy;          /* for zone->domain: "none", "quarantine", "reject"; or empty */
} ModoriDmarc;

/* TEXT, meant as the record of DOMAIN, as it should be; the caller frees. */
char *modori_dmarc_propose (const char *text, const char *domain);

/* Does mail of the case pass: are the envelope sender and the signature of From's domain? */
void modori_dmarc_align (const ModoriDmarc *dmarc);

/* The logo (BIMI), for which DMARC is asked; only when there is one. */
void modori_zone_bimi (const ModoriDmarc *dmarc);

#endif
