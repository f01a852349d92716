/* zone-mta-sts.c - MTA-STS and TLS-RPT.
 *
 * Who publishes neither has lost nothing.  But a policy that says "enforce" and does not fit the
 * servers keeps mail away: then each fault is an error, and with "testing" a warning.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "check/zone.h"

#include "check/fetch.h"
#include "check/mta-sts.h"
#include "check/tags.h"
#include "text/error.h"
#include "text/module.h"

/* RFC 8461 section 3.3: senders take at least 64 KiB. */
#define POLICY_MAX (64 * 1024)

/* RFC 8461 section 3.2: at most a year.  Below a day a sender who writes once a week is not
 * protected, and Gmail's help asks for that much. */
#define AGE_MAX 31557600
#define AGE_MIN 86400

/* RFC 8461 section 3.1. */
#define ID_MAX 32

#define HTTPS_PORT 443

/* All that a section about one domain knows. */
typedef struct {
    ModoriZone *zone;
    ModoriSection *section;
    ModoriMtaSts *policy;       /* NULL: it was not got */
    char *host;                 /* of the policy */
    char *new_id;
    gboolean enforce;
} Sts;

static void
sts_clear (Sts *sts)
{
    modori_mta_sts_free (sts->policy);
    g_free (sts->host);
    g_free (sts->new_id);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Sts, sts_clear)

/* NOW as an id: each policy needs another one. */
static char *
new_id (gint64 now)
{
    g_autoptr (GDateTime) date = g_date_time_new_from_unix_utc (now);

    return date ? g_date_time_format (date, "%Y%m%dT%H%M%S") : NULL;
}

/* MX (may be NULL) is the server, TROUBLE what is wrong. */
static void
see (const Sts *sts, const char *observation, const char *evidence, const char *mx,
     const char *trouble)
{
    modori_see (sts->section, observation, evidence, "domain", sts->zone->domain, "host", sts->host,
                "new_id", sts->new_id, "mx", mx, "remote_mta", mx, "trouble", trouble,
                "recipient_domain", sts->zone->domain, NULL);
}

/* --- the policy file --- */

/* An address of the policy's host that may be connected to, or NULL; the caller frees. */
static char *
address_of (const Sts *sts)
{
    g_autoptr (GPtrArray) addresses = g_ptr_array_new_with_free_func (g_free);
    const ModoriDnsAnswer *trouble = NULL;
    g_autofree char *list = NULL;
    g_autofree char *why = NULL;

    modori_zone_addresses (sts->zone, sts->host, addresses, &trouble);
    for (guint i = 0; i < addresses->len; i++)
        if (modori_reach_admits (sts->zone->options->reach, addresses->pdata[i],
                                 MODORI_PORT_RELAY))    /* as for mail: only addresses matter */
            return g_strdup (addresses->pdata[i]);
    list = modori_zone_list (addresses);
    why = modori_zone_why (trouble ? trouble : modori_resolver_ask (sts->zone->resolver, sts->host,
                                                                    MODORI_DNS_A), "A");
    see (sts, addresses->len > 0 ? "mta-sts-host-private" : trouble ? "mta-sts-host-unanswered"
         : "mta-sts-host-none", addresses->len > 0 ? list : why, NULL, NULL);
    return NULL;
}

/* Is TYPE "text/plain", with or without parameters? */
static gboolean
is_plain (const char *type)
{
    ModoriSpan media = modori_span_of (type);
    const char *semicolon = strchr (type, ';');

    if (semicolon)
        media = modori_span_between (type, semicolon);
    return modori_span_is (modori_span_trim (media), "text/plain");
}

/* What came is the policy?  Else that is seen. */
static gboolean
is_policy (const Sts *sts, guint status, const char *type)
{
    g_autofree char *evidence = g_strdup_printf ("HTTP %u, %s", status, *type ? type : "-");

    if (status >= 300 && status < 400)
        see (sts, "mta-sts-redirect", evidence, NULL, NULL);
    else if (status != 200)
        see (sts, "mta-sts-status", evidence, NULL, NULL);
    else if (! is_plain (type))
        see (sts, "mta-sts-type", evidence, NULL, NULL);
    return status == 200;
}

/* The text at the policy's place, or NULL; the caller frees. */
static char *
fetch (const Sts *sts)
{
    const ModoriFetchTable *table;
    g_autofree char *address = address_of (sts);
    ModoriFetchOptions options = {
        .host = sts->host, .path = "/.well-known/mta-sts.txt", .address = address,
        .port = HTTPS_PORT, .ca_file = sts->zone->options->ca_file,
        .seconds = sts->zone->options->seconds, .most = POLICY_MAX
    };
    g_autoptr (GError) error = NULL;
    g_autofree char *type = NULL;
    g_autofree char *body = NULL;
    guint status = 0;

    if (! address)
        return NULL;
    table = modori_module_table ("fetch", MODORI_FETCH_SYMBOL);
    if (! table) {
        see (sts, "mta-sts-no-module", "fetch.so", NULL, NULL);
        return NULL;
    }
    modori_zone_announce (sts->zone, options.host, options.port);
    body = table->get (&options, &status, &type, &error);
    if (! body) {
        see (sts, g_error_matches (error, MODORI_ERROR, MODORI_ERROR_DAMAGED)
             ? "mta-sts-host-certificate" : "mta-sts-unreachable", error->message, NULL,
             error->message);
        return NULL;
    }
    return is_policy (sts, status, type) ? g_steal_pointer (&body) : NULL;
}

/* --- what it says --- */

static void
see_span (const Sts *sts, const char *observation, const char *key, ModoriSpan value)
{
    g_autofree char *text = modori_span_dup (value);
    g_autofree char *evidence = g_strdup_printf ("%s%s", key, text);

    see (sts, observation, evidence, NULL, text);
}

static void
look_at_age (const Sts *sts)
{
    const ModoriMtaSts *policy = sts->policy;
    g_autofree char *evidence = g_strdup_printf ("max_age: %" G_GUINT64_FORMAT, policy->max_age);

    if (! policy->has_max_age)
        see (sts, "mta-sts-no-max-age", NULL, NULL, NULL);
    else if (policy->max_age > AGE_MAX)
        see (sts, "mta-sts-long", evidence, NULL, NULL);
    else if (policy->max_age < AGE_MIN)
        see (sts, "mta-sts-short", evidence, NULL, NULL);
}

static void
look_at_fields (const Sts *sts)
{
    const ModoriMtaSts *policy = sts->policy;
    gboolean none = modori_span_is_exactly (policy->mode, "none");
    gboolean testing = modori_span_is_exactly (policy->mode, "testing");

    if (! modori_span_is_exactly (policy->version, "STSv1"))
        see_span (sts, "mta-sts-bad-version", "version: ", policy->version);
    if (policy->bad.len > 0)
        see_span (sts, "mta-sts-bad-line", "", policy->bad);
    look_at_age (sts);
    if (! none && policy->mx->len == 0)
        see (sts, "mta-sts-no-mx", NULL, NULL, NULL);
    if (none)
        see (sts, "mta-sts-mode-none", "mode: none", NULL, NULL);
    else if (testing)
        see (sts, "mta-sts-mode-testing", "mode: testing", NULL, NULL);
    else if (sts->enforce)
        see (sts, "mta-sts-mode-enforce", "mode: enforce", NULL, NULL);
    else
        see_span (sts, "mta-sts-bad-mode", "mode: ", policy->mode);
}

/* --- the servers --- */

/* What is wrong with the certificate of PROBE for HOST, in words, or NULL; the caller frees. */
static char *
fault_of_certificate (const Sts *sts, const ModoriProbe *probe, const char *host)
{
    const ModoriChain *chain = probe->chain;
    const ModoriCertificate *own = chain && chain->certificates->len > 0
        ? chain->certificates->pdata[0] : NULL;
    gboolean only_common_name = FALSE;

    if (! own)
        return g_strdup ("-");
    if (! modori_certificate_fits (own, host, &only_common_name) || only_common_name)
        return modori_certificate_names (own, MODORI_ZONE_LIST_MAX);
    if (chain->trust != MODORI_TRUST_OK)
        return g_strdup (*chain->words ? chain->words : own->issuer);
    if (own->not_after < sts->zone->options->now || own->not_before > sts->zone->options->now) {
        g_autofree char *first = modori_checkup_date (own->not_before);
        g_autofree char *last = modori_checkup_date (own->not_after);

        return g_strdup_printf ("%s - %s", first, last);
    }
    return NULL;
}

/* FALSE: something is wrong with it. */
static gboolean
look_at_probe (const Sts *sts, const ModoriProbe *probe, const char *host)
{
    g_autofree char *fault = NULL;
    g_autofree char *evidence = NULL;

    if (probe->stage <= MODORI_STAGE_EHLO)
        return TRUE;            /* it was not reached: nothing is known */
    if (probe->stage == MODORI_STAGE_DONE && probe->starttls)
        fault = fault_of_certificate (sts, probe, host);
    if (probe->stage == MODORI_STAGE_DONE && probe->starttls && ! fault)
        return TRUE;
    evidence = g_strdup_printf ("%s [%s]: %s", host, probe->address,
                                fault ? fault : *probe->trouble ? probe->trouble : "-");
    if (fault)
        see (sts, sts->enforce ? "mta-sts-certificate" : "mta-sts-certificate-testing", evidence,
             host, fault);
    else
        see (sts, sts->enforce ? "mta-sts-no-tls" : "mta-sts-no-tls-testing", evidence, host,
             probe->trouble);
    return FALSE;
}

static gboolean
look_at_server (const Sts *sts, guint nth)
{
    const char *host = sts->zone->mx->pdata[nth];
    gboolean good = modori_mta_sts_admits (sts->policy, host);
    GPtrArray *probes = modori_zone_probe (sts->zone, nth);

    if (! good)
        see (sts, sts->enforce ? "mta-sts-mx" : "mta-sts-mx-testing", host, host, NULL);
    for (guint i = 0; probes && i < probes->len; i++)
        if (! look_at_probe (sts, probes->pdata[i], host))
            return FALSE;       /* its other addresses mostly are the same machine */
    return good;
}

static void
look_at_servers (const Sts *sts)
{
    const ModoriZone *zone = sts->zone;
    g_autofree char *hosts = modori_zone_list (zone->mx);
    gboolean good = zone->mx->len > 0;

    for (guint i = 0; i < zone->mx->len; i++)
        good = look_at_server (sts, i) && good;
    if (good)
        see (sts, "mta-sts-fits", hosts, hosts, NULL);
}

static void
look_at_policy (Sts *sts)
{
    g_autofree char *fetched = NULL;
    const char *text = sts->zone->policy;

    if (! text && sts->zone->options->fetch)
        text = fetched = fetch (sts);
    if (! text)
        return;
    sts->policy = modori_mta_sts_parse (modori_span_of (text));
    sts->enforce = modori_span_is_exactly (sts->policy->mode, "enforce");
    look_at_fields (sts);
    if (sts->policy->mx->len > 0 && ! modori_span_is_exactly (sts->policy->mode, "none"))
        look_at_servers (sts);
}

/* --- the record --- */

static gboolean
is_id (ModoriSpan id)
{
    for (gsize i = 0; i < id.len; i++)
        if (! g_ascii_isalnum (id.at[i]))
            return FALSE;
    return id.len > 0 && id.len <= ID_MAX;
}

static void
look_at_record (const Sts *sts, const ModoriDnsRecord *record, guint count)
{
    g_autoptr (ModoriTags) tags = modori_tags_parse (record->text);
    ModoriSpan id = MODORI_SPAN_EMPTY;
    g_autofree char *number = g_strdup_printf ("%u", count);

    if (count > 1)
        see (sts, "mta-sts-several", record->text, NULL, number);
    else if (! modori_tags_find (tags, "id", &id) || ! is_id (id))
        see (sts, "mta-sts-bad-id", record->text, NULL, NULL);
    else
        see (sts, "mta-sts-record", record->text, NULL, NULL);
}

static void
look_at_mta_sts (ModoriZone *zone)
{
    g_auto (Sts) sts = { .zone = zone };
    g_autofree char *name = g_strconcat ("_mta-sts.", zone->domain, NULL);
    guint count = 0;
    const ModoriDnsRecord *record = modori_zone_txt (zone, name, "v=STSv1", &count);
    const ModoriDnsAnswer *answer = modori_resolver_ask (zone->resolver, name, MODORI_DNS_TXT);
    g_autofree char *why = modori_zone_why (answer, "TXT");

    sts.section = modori_checkup_section (zone->checkup, "mta-sts", zone->domain);
    sts.host = g_strconcat ("mta-sts.", zone->domain, NULL);
    sts.new_id = new_id (zone->options->now);
    if (record)
        look_at_record (&sts, record, count);
    else if (modori_dns_unanswered (answer->status))
        see (&sts, "mta-sts-unanswered", why, NULL, NULL);
    else
        see (&sts, "mta-sts-none", why, NULL, NULL);
    if (record || zone->policy)
        look_at_policy (&sts);
}

/* --- TLS-RPT --- */

/* RFC 8460 section 3: addresses for reports, with commas between them. */
static gboolean
is_report_address (ModoriSpan rua)
{
    return modori_span_begins (rua, "mailto:") || modori_span_begins (rua, "https://");
}

static void
look_at_tls_rpt (ModoriZone *zone)
{
    g_autofree char *name = g_strconcat ("_smtp._tls.", zone->domain, NULL);
    guint count = 0;
    const ModoriDnsRecord *record = modori_zone_txt (zone, name, "v=TLSRPTv1", &count);
    const ModoriDnsAnswer *answer = modori_resolver_ask (zone->resolver, name, MODORI_DNS_TXT);
    g_autoptr (ModoriTags) tags = modori_tags_parse (record ? record->text : "");
    ModoriSection *section = modori_checkup_section (zone->checkup, "tls-rpt", zone->domain);
    g_autofree char *why = modori_zone_why (answer, "TXT");
    ModoriSpan rua = MODORI_SPAN_EMPTY;
    const char *seen = "tls-rpt-there";

    if (! record)
        seen = modori_dns_unanswered (answer->status) ? "tls-rpt-unanswered" : "tls-rpt-none";
    else if (count > 1)
        seen = "tls-rpt-several";
    else if (! modori_tags_find (tags, "rua", &rua) || ! is_report_address (rua))
        seen = "tls-rpt-bad-rua";
    modori_see (section, seen, record ? record->text : why, "domain", zone->domain, NULL);
}

void
modori_zone_mta_sts (ModoriZone *zone)
{
    look_at_mta_sts (zone);
    look_at_tls_rpt (zone);
}
