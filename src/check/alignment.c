/* alignment.c - does mail of the case pass DMARC, and is there a logo?
 *
 * RFC 7489 section 3.1: SPF must pass for an envelope sender, or a DKIM signature of a domain, that
 * is of From's organisation ("relaxed"), or the very same ("strict", aspf= and adkim=).  Whether a
 * signature verifies only the receiver can tell: here it counts when its key is in the DNS.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "check/zone-dmarc.h"

#include "rules/domain.h"

/* Does DOMAIN fit From's, as the tag NAME asks? */
static gboolean
is_aligned (const ModoriDmarc *dmarc, const char *name, const char *domain)
{
    ModoriSpan from = modori_span_of (dmarc->zone->domain), it = modori_span_of (domain), mode;

    if (modori_domain_is_same (from, it))
        return TRUE;
    if (dmarc->tags && modori_tags_find (dmarc->tags, name, &mode) && modori_span_is (mode, "s"))
        return FALSE;
    return modori_domain_agrees (from, it);
}

static ModoriSeen *
see (const ModoriDmarc *dmarc, const char *observation, const char *evidence, const char *domain)
{
    return modori_see (dmarc->section, observation, evidence, "domain", dmarc->at, "from_domain",
                       dmarc->zone->domain, "other_domain", domain, "sending_ip",
                       modori_zone_ip (dmarc->zone), NULL);
}

/* TRUE when DMARC passes by SPF. */
static gboolean
align_spf (const ModoriDmarc *dmarc)
{
    const ModoriZone *zone = dmarc->zone;
    gboolean aligned = is_aligned (dmarc, "aspf", zone->envelope);
    const char *ip = modori_zone_ip (zone);
    ModoriSeen *seen;

    if (! aligned)
        seen = see (dmarc, "dmarc-spf-other", zone->envelope, zone->envelope);
    else if (! ip)
        return FALSE;
    else if (zone->spf_pass)
        seen = see (dmarc, "dmarc-spf-passes", zone->envelope, zone->envelope);
    else
        seen = see (dmarc, "dmarc-spf-fails", zone->envelope, zone->envelope);
    modori_seen_set (seen, "spf_domain", zone->envelope);
    return aligned && ip && zone->spf_pass;
}

/* TRUE when DMARC passes by DKIM. */
static gboolean
align_dkim (const ModoriDmarc *dmarc, const char *signer)
{
    gboolean aligned = is_aligned (dmarc, "adkim", signer);
    ModoriSeen *seen;

    if (! aligned)
        seen = see (dmarc, "dmarc-dkim-other", signer, signer);
    else if (dmarc->zone->dkim_there)
        seen = see (dmarc, "dmarc-dkim-passes", signer, signer);
    else
        seen = see (dmarc, "dmarc-dkim-fails", signer, signer);
    modori_seen_set (seen, "dkim_domain", signer);
    return aligned && dmarc->zone->dkim_there;
}

/* Is there neither SPF nor DKIM at all, that could prove From?  Then these are what is told. */
static gboolean
has_nothing (const ModoriDmarc *dmarc)
{
    const ModoriCheckup *checkup = dmarc->zone->checkup;

    return is_aligned (dmarc, "aspf", dmarc->zone->envelope)
        && modori_checkup_find (checkup, "spf-missing")
        && modori_checkup_find (checkup, "dkim-none");
}

void
modori_dmarc_align (const ModoriDmarc *dmarc)
{
    const ModoriDomainCheck *options = dmarc->zone->options;
    g_autofree char *signer = options->dkim_domain ? modori_dns_name (options->dkim_domain) : NULL;
    gboolean by_spf = align_spf (dmarc);
    gboolean spf_known = modori_zone_ip (dmarc->zone)
        || ! is_aligned (dmarc, "aspf", dmarc->zone->envelope);
    gboolean by_dkim = signer && align_dkim (dmarc, signer);
    const char *from = dmarc->zone->domain;

    if (by_spf && by_dkim)
        see (dmarc, "dmarc-passes-both", NULL, from);
    else if (by_spf)
        see (dmarc, "dmarc-passes-spf", NULL, from);
    else if (by_dkim)
        see (dmarc, "dmarc-passes-dkim", NULL, from);
    else if (spf_known && ! signer && has_nothing (dmarc))
        return;
    else if (spf_known && (signer || options->is_unsigned))
        see (dmarc, "dmarc-fails", NULL, from);
    else if (spf_known)
        see (dmarc, "dmarc-needs-dkim", NULL, from);
    else if (signer)
        see (dmarc, "dmarc-needs-spf", NULL, from);
}

/* --- BIMI (draft-brand-indicators-for-message-identification) --- */

static void
look_at_logo (ModoriSection *section, const ModoriDmarc *dmarc, const char *text)
{
    g_autoptr (ModoriTags) tags = modori_tags_parse (text);
    const char *domain = dmarc->zone->domain;
    ModoriSpan logo, proof, pct;
    gboolean partly = dmarc->tags && modori_tags_find (dmarc->tags, "pct", &pct)
        && ! modori_span_is (pct, "100");

    modori_tags_find (tags, "l", &logo);
    modori_tags_find (tags, "a", &proof);
    if (! logo.len && ! proof.len) {
        modori_see (section, "bimi-declined", text, "domain", domain, NULL);
        return;
    }
    if (tags->bad.len || (logo.len && ! modori_span_begins (logo, "https://"))
        || (proof.len && ! modori_span_begins (proof, "https://")))
        modori_see (section, "bimi-syntax", text, "domain", domain, NULL);
    else
        modori_see (section, "bimi-found", text, "domain", domain, NULL);
    if (! proof.len)
        modori_see (section, "bimi-no-proof", text, "domain", domain, NULL);
    if (! dmarc->policy.len || modori_span_is (dmarc->policy, "none") || partly)
        modori_see (section, "bimi-policy", dmarc->text, "domain", domain, NULL);
}

void
modori_zone_bimi (const ModoriDmarc *dmarc)
{
    ModoriZone *zone = dmarc->zone;
    g_autofree char *own = g_strconcat ("default._bimi.", zone->domain, NULL);
    g_autofree char *above = g_strconcat ("default._bimi.", zone->organisation, NULL);
    const ModoriDnsRecord *record = modori_zone_txt (zone, own, "v=BIMI1", NULL);

    if (! record)
        record = modori_zone_txt (zone, above, "v=BIMI1", NULL);
    if (record)
        look_at_logo (modori_checkup_section (zone->checkup, "bimi", zone->domain), dmarc,
                      record->text);
}
