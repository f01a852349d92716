/* zone-dane.c - TLSA and DNSSEC.
 *
 * RFC 7672: the keys of the mail servers, published in a signed zone.  A TLSA record that does not
 * fit, or that cannot be looked up, keeps mail away; one in an unsigned zone does nothing.  What
 * DNSSEC says can only be believed of a resolver that is trusted.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "check/zone.h"

#include "check/tlsa.h"
#include "rules/domain.h"

/* TLSA records of one server that are looked at. */
#define RECORDS_MAX 20

/* One mail server and its records. */
typedef struct {
    ModoriZone *zone;
    ModoriSection *section;
    guint nth;                  /* of zone->mx */
    const char *host;
    char *owner;                /* where its TLSA are */
    const ModoriDnsAnswer *answer;
} Server;

static void
server_clear (Server *server)
{
    g_free (server->owner);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Server, server_clear)

/* PROPOSED, DETAIL: may be NULL. */
static void
see (const Server *server, const char *observation, const char *evidence, const char *proposed,
     const char *detail)
{
    modori_see (server->section, observation, evidence, "domain", server->zone->domain, "host",
                server->host, "remote_mta", server->host, "recipient_domain",
                server->zone->domain, "owner", server->owner, "proposed", proposed, "detail",
                detail, NULL);
}

/* --- what is written --- */

static void
look_at_record (const Server *server, const ModoriDnsRecord *record)
{
    g_autofree char *evidence = modori_tlsa_text (server->owner, record);

    if (record->usage == MODORI_TLSA_PKIX_TA || record->usage == MODORI_TLSA_PKIX_EE)
        see (server, "dane-usage", evidence, NULL, NULL);
    else if (record->usage > MODORI_TLSA_DANE_EE || record->selector > MODORI_TLSA_SPKI
             || record->matching > MODORI_TLSA_SHA2_512)
        see (server, "dane-unknown-kind", evidence, NULL, NULL);
    else if (! modori_tlsa_counts (record))
        see (server, "dane-length", evidence, NULL, NULL);
    else if (record->usage == MODORI_TLSA_DANE_EE && record->selector == MODORI_TLSA_CERT)
        see (server, "dane-whole-certificate", evidence, NULL, NULL);
}

static guint
look_at_records (const Server *server)
{
    guint usable = 0;

    for (guint i = 0; i < server->answer->records->len && i < RECORDS_MAX; i++) {
        look_at_record (server, modori_dns_record (server->answer, i));
        usable += modori_tlsa_counts (modori_dns_record (server->answer, i));
    }
    return usable;
}

/* --- what the server shows --- */

/* "3 1 1 ..." for the certificate of PROBE, or NULL; the caller frees. */
static char *
proposal (const ModoriProbe *probe)
{
    const ModoriCertificate *own;
    g_autofree char *value = NULL;

    if (! probe->chain || probe->chain->certificates->len == 0)
        return NULL;
    own = probe->chain->certificates->pdata[0];
    value = g_compute_checksum_for_data (G_CHECKSUM_SHA256, own->public_key->data,
                                         own->public_key->len);
    return g_strdup_printf ("%u %u %u %s", MODORI_TLSA_DANE_EE, MODORI_TLSA_SPKI,
                            MODORI_TLSA_SHA2_256, value);
}

/* Does RECORD vouch for CHAIN?  A certificate of an authority in it may also be for the domain (RFC
 * 7672 section 3.2.2). */
static gboolean
vouches (const Server *server, const ModoriDnsRecord *record, const ModoriChain *chain)
{
    gint64 now = server->zone->options->now;

    return modori_tlsa_vouches (record, chain, server->host, now)
        || modori_tlsa_vouches (record, chain, server->zone->domain, now);
}

static gboolean
is_vouched (const Server *server, const ModoriProbe *probe)
{
    for (guint i = 0; i < server->answer->records->len && i < RECORDS_MAX; i++) {
        const ModoriDnsRecord *record = modori_dns_record (server->answer, i);

        if (modori_tlsa_counts (record) && vouches (server, record, probe->chain))
            return TRUE;
    }
    return FALSE;
}

/* FALSE: nothing can be said of it. */
static gboolean
look_at_probe (const Server *server, const ModoriProbe *probe)
{
    g_autofree char *proposed = proposal (probe);
    g_autofree char *evidence = g_strdup_printf ("%s [%s]: %s", server->host, probe->address,
                                                 proposed ? proposed : probe->trouble);

    if (proposed)
        see (server, is_vouched (server, probe) ? "dane-fits" : "dane-mismatch", evidence,
             proposed, probe->address);
    else if (probe->stage > MODORI_STAGE_EHLO)
        see (server, "dane-no-tls", evidence, NULL, probe->address);
    return proposed || probe->stage > MODORI_STAGE_EHLO;
}

static void
look_at_server (const Server *server)
{
    GPtrArray *probes = modori_zone_probe (server->zone, server->nth);
    gboolean known = FALSE;

    for (guint i = 0; probes && i < probes->len; i++)
        known = look_at_probe (server, probes->pdata[i]) || known;
    if (! known && server->zone->options->probe)
        see (server, "dane-unprobed", server->host, NULL, NULL);
}

/* --- DNSSEC --- */

/* Is the delegation of HOST's organisation signed?  Without that nothing below it is. */
static gboolean
is_delegation_signed (ModoriZone *zone, const char *host)
{
    ModoriSpan span = modori_domain_organisation (modori_span_of (host));
    g_autofree char *organisation = modori_span_dup (span);

    return span.len > 0
        && modori_resolver_ask (zone->resolver, organisation, MODORI_DNS_DS)->records->len > 0;
}

/* Are the addresses of SERVER signed, as far as can be told?  Only then do senders ask for its
 * TLSA (RFC 7672 section 2.2). */
static gboolean
is_signed (const Server *server)
{
    ModoriResolver *resolver = server->zone->resolver;

    if (! modori_resolver_is_trusted (resolver))
        return is_delegation_signed (server->zone, server->host);
    return modori_resolver_ask (resolver, server->host, MODORI_DNS_A)->authentic
        || modori_resolver_ask (resolver, server->host, MODORI_DNS_AAAA)->authentic;
}

/* Do the records count?  What DNSSEC says of them. */
static gboolean
look_at_signature (const Server *server, const ModoriDnsAnswer *mx)
{
    ModoriZone *zone = server->zone;
    g_autofree char *first = modori_tlsa_text (server->owner,
                                               modori_dns_record (server->answer, 0));

    if (server->answer->authentic) {
        if (! mx->authentic)
            see (server, "dane-mx-unsigned", first, NULL, NULL);
        else
            see (server, "dane-verified", first, NULL, NULL);
        return TRUE;
    }
    if (! modori_resolver_is_trusted (zone->resolver)
        && is_delegation_signed (zone, server->host)) {
        see (server, "dane-untrusted", first, NULL, NULL);
        return TRUE;
    }
    see (server, "dane-unsigned", first, NULL, NULL);
    return FALSE;
}

/* --- all servers --- */

static const ModoriDnsAnswer *
ask (Server *server, const char *host)
{
    g_free (server->owner);
    server->owner = g_strconcat ("_25._tcp.", host, NULL);
    server->answer = modori_resolver_ask (server->zone->resolver, server->owner, MODORI_DNS_TLSA);
    return server->answer;
}

/* Find the records of SERVER: where its name leads to, else at the name itself (RFC 7672 section
 * 2.2.2). */
static void
find_records (Server *server)
{
    const ModoriDnsAnswer *address = modori_resolver_ask (server->zone->resolver, server->host,
                                                          MODORI_DNS_A);
    guint n = address->aliases->len;

    if (n > 0 && ask (server, address->aliases->pdata[n - 1])->records->len > 0)
        return;
    ask (server, server->host);
}

typedef enum {
    NOTHING,                    /* no records */
    IN_VAIN,                    /* they do not count, or are not known */
    PROTECTED,
} State;

static State
look_at (Server *server, const ModoriDnsAnswer *mx)
{
    g_autofree char *why = NULL;

    find_records (server);
    why = modori_zone_why (server->answer, "TLSA");
    if (modori_dns_unanswered (server->answer->status)) {
        see (server, is_signed (server) && server->answer->status != MODORI_DNS_TOO_MANY
             ? "dane-unanswered" : "dane-unanswered-unsigned", why, NULL, NULL);
        return IN_VAIN;
    }
    if (server->answer->records->len == 0)
        return NOTHING;
    if (! look_at_signature (server, mx))
        return IN_VAIN;
    if (look_at_records (server) > 0)
        look_at_server (server);
    return PROTECTED;
}

static void
see_none (ModoriZone *zone, ModoriSection *section, const ModoriDnsAnswer *mx,
          const guint *count)
{
    g_autofree char *hosts = modori_zone_list (zone->mx);
    const char *seen = mx->authentic ? "dane-none-signed" : "dane-none";

    if (count[NOTHING] == zone->mx->len)
        modori_see (section, seen, hosts, "domain", zone->domain, "hosts", hosts, NULL);
    else if (count[NOTHING] > 0 && count[PROTECTED] > 0)
        modori_see (section, "dane-some", hosts, "domain", zone->domain, "hosts", hosts, NULL);
}

void
modori_zone_dane (ModoriZone *zone)
{
    const ModoriDnsAnswer *mx = modori_resolver_ask (zone->resolver, zone->domain, MODORI_DNS_MX);
    ModoriSection *section;
    guint count[] = { 0, 0, 0 };

    if (zone->mx->len == 0)
        return;
    section = modori_checkup_section (zone->checkup, "dane", zone->domain);
    for (guint i = 0; i < zone->mx->len; i++) {
        g_autofree char *owner = g_strconcat ("_25._tcp.", (char *) zone->mx->pdata[i], NULL);

        modori_resolver_want (zone->resolver, owner, MODORI_DNS_TLSA);
    }
    for (guint i = 0; i < zone->mx->len; i++) {
        g_auto (Server) server = { zone, section, i, zone->mx->pdata[i], NULL, NULL };

        count[look_at (&server, mx)]++;
    }
    see_none (zone, section, mx, count);
}
