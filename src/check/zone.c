/* zone.c - `check domain`: what receivers ask of a domain.
 *
 * Everything that can be asked beforehand is asked at once.  The sections are made in the order in
 * which they need one another, and shown in the order in which a person wants to read them: who
 * comes here had mail refused, and since 2024 that is SPF, DKIM or DMARC nearly always; then comes
 * the machine that sends, and then what is for mail that comes in.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"
#include "check/zone.h"

#include "rules/domain.h"
#include "text/error.h"

#include <glib/gi18n.h>
#include <string.h>

/* The order of reading. */
static const char *const section_order[] = {
    "spf", "dkim", "dmarc", "reverse", "helo", "blocklist", "mx", "address", "mta-sts", "tls-rpt",
    "dane", "bimi", NULL
};

/* --- what is asked about --- */

/* NAME in ASCII when it can be a name, else FALLBACK; the caller frees. */
static char *
name_or (const char *name, const char *fallback)
{
    char *ascii = name && *name ? modori_dns_name (name) : NULL;

    return ascii ? ascii : g_strdup (fallback);
}

static char *
organisation_of (const char *domain)
{
    ModoriSpan organisation = modori_domain_organisation (modori_span_of (domain));

    return organisation.len > 0 ? modori_span_dup (organisation) : g_strdup (domain);
}

static void
zone_clear (ModoriZone *zone)
{
    g_free (zone->domain);
    g_free (zone->organisation);
    g_free (zone->envelope);
    g_free (zone->helo);
    g_free (zone->policy);
    g_clear_pointer (&zone->mx, g_ptr_array_unref);
    g_clear_pointer (&zone->probes, g_ptr_array_unref);
    modori_checkup_free (zone->checkup);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ModoriZone, zone_clear)

/* FALSE with ERROR set. */
static gboolean
read_policy (ModoriZone *zone, GError **error)
{
    g_autoptr (GError) why = NULL;

    if (g_file_get_contents (zone->options->mta_sts_file, &zone->policy, NULL, &why))
        return TRUE;
    g_set_error_literal (error, MODORI_ERROR,
                         g_error_matches (why, G_FILE_ERROR, G_FILE_ERROR_NOENT)
                         ? MODORI_ERROR_MISSING : MODORI_ERROR_IO, why->message);
    return FALSE;
}

/* The texts that the user gave, made ready.  FALSE with ERROR set. */
static gboolean
zone_init (ModoriZone *zone, GError **error)
{
    const ModoriDomainCheck *options = zone->options;

    zone->domain = modori_dns_name (options->domain);
    if (! zone->domain || ! *zone->domain) {
        g_set_error (error, MODORI_ERROR, MODORI_ERROR_SYNTAX,
                     _("%s: not a domain; a name like example.jp was expected"), options->domain);
        return FALSE;
    }
    if (options->ip && ! modori_domain_ip_kind (modori_span_of (options->ip))) {
        g_set_error (error, MODORI_ERROR, MODORI_ERROR_SYNTAX,
                     _("%s: not an IP address; one like 192.0.2.1 was expected"), options->ip);
        return FALSE;
    }
    zone->organisation = organisation_of (zone->domain);
    zone->envelope = name_or (options->envelope, zone->domain);
    zone->helo = name_or (options->helo, NULL);
    zone->mx = g_ptr_array_new_with_free_func (g_free);
    zone->checkup = modori_checkup_new ("domain", options->domain);
    return ! options->mta_sts_file || read_policy (zone, error);
}

/* --- questions --- */

static void
want_addresses (ModoriZone *zone, const char *host)
{
    modori_resolver_want (zone->resolver, host, MODORI_DNS_A);
    modori_resolver_want (zone->resolver, host, MODORI_DNS_AAAA);
}

/* TXT at PREFIX and DOMAIN. */
static void
want_text (ModoriZone *zone, const char *prefix, const char *domain)
{
    g_autofree char *name = g_strconcat (prefix, domain, NULL);

    modori_resolver_want (zone->resolver, name, MODORI_DNS_TXT);
}

void
modori_zone_prefetch (ModoriZone *zone)
{
    g_autofree char *reverse = zone->options->ip ? modori_dns_reverse_name (zone->options->ip)
        : NULL;

    modori_resolver_want (zone->resolver, zone->domain, MODORI_DNS_MX);
    want_addresses (zone, zone->domain);
    want_text (zone, "", zone->domain);
    want_text (zone, "", zone->envelope);
    want_text (zone, "_dmarc.", zone->domain);
    want_text (zone, "_dmarc.", zone->organisation);
    want_text (zone, "_mta-sts.", zone->domain);
    want_text (zone, "_smtp._tls.", zone->domain);
    want_text (zone, "default._bimi.", zone->domain);
    if (reverse)
        modori_resolver_want (zone->resolver, reverse, MODORI_DNS_PTR);
    if (zone->helo)
        want_addresses (zone, zone->helo);
}

/* Does TEXT begin with VERSION ("v=DMARC1"), as a whole?  Blanks around "=" are allowed in lists of
 * tags (RFC 7489 section 6.4; RFC 8461 section 3.1).  For SPF see modori_spf_is. */
static gboolean
has_version (const char *text, const char *version)
{
    const char *p = text;

    for (; *version; version++, p++) {
        while ((*p == ' ' || *p == '\t') && p > text
               && (*version == '=' || version[-1] == '='))
            p++;
        if (*p != *version)
            return FALSE;
    }
    return *p == '\0' || strchr ("; \t", *p);
}

const ModoriDnsRecord *
modori_zone_txt (ModoriZone *zone, const char *name, const char *version, guint *count)
{
    const ModoriDnsAnswer *answer = modori_resolver_ask (zone->resolver, name, MODORI_DNS_TXT);
    const ModoriDnsRecord *first = NULL;
    guint n = 0;

    for (guint i = 0; i < answer->records->len; i++)
        if (has_version (modori_dns_record (answer, i)->text, version)) {
            first = first ? first : modori_dns_record (answer, i);
            n++;
        }
    if (count)
        *count = n;
    return first;
}

void
modori_zone_addresses (ModoriZone *zone, const char *host, GPtrArray *addresses,
                       const ModoriDnsAnswer **trouble)
{
    static const ModoriDnsType types[] = { MODORI_DNS_A, MODORI_DNS_AAAA };

    want_addresses (zone, host);
    for (guint i = 0; i < G_N_ELEMENTS (types); i++) {
        const ModoriDnsAnswer *answer = modori_resolver_ask (zone->resolver, host, types[i]);

        for (guint k = 0; k < answer->records->len; k++)
            g_ptr_array_add (addresses, g_strdup (modori_dns_record (answer, k)->text));
        if (trouble && modori_dns_unanswered (answer->status))
            *trouble = answer;
    }
}

const char *
modori_zone_ip (const ModoriZone *zone)
{
    const char *ip = zone->options->ip;

    return ip && modori_domain_ip_is_public (modori_span_of (ip)) ? ip : NULL;
}

char *
modori_zone_list (const GPtrArray *texts)
{
    GString *out = g_string_new (NULL);

    for (guint i = 0; i < texts->len && i < MODORI_ZONE_LIST_MAX; i++)
        g_string_append_printf (out, "%s%s", i ? ", " : "", (char *) texts->pdata[i]);
    if (texts->len > MODORI_ZONE_LIST_MAX)
        g_string_append_printf (out, ", ... (+%u)", texts->len - MODORI_ZONE_LIST_MAX);
    return g_string_free (out, FALSE);
}

char *
modori_zone_why (const ModoriDnsAnswer *answer, const char *type)
{
    return g_strdup_printf ("%s %s: %s", answer->name, type,
                            modori_dns_status_name (answer->status));
}

/* --- all of it --- */

/* What there is to say of a domain that nobody can look up: one thing.  FALSE: it is there. */
static gboolean
is_lost (ModoriZone *zone)
{
    static const ModoriDnsType types[] = { MODORI_DNS_MX, MODORI_DNS_A, MODORI_DNS_TXT };
    const ModoriDnsAnswer *answer = NULL;
    guint missing = 0, silent = 0;
    ModoriSection *section;
    g_autofree char *why = NULL;
    const char *seen;

    for (guint i = 0; i < G_N_ELEMENTS (types); i++) {
        answer = modori_resolver_ask (zone->resolver, zone->domain, types[i]);
        missing += answer->status == MODORI_DNS_NO_NAME;
        silent += modori_dns_unanswered (answer->status);
    }
    if (missing < G_N_ELEMENTS (types) && silent < G_N_ELEMENTS (types))
        return FALSE;
    answer = modori_resolver_ask (zone->resolver, zone->domain, MODORI_DNS_MX);
    why = modori_zone_why (answer, "MX");
    section = modori_checkup_section (zone->checkup, "mx", zone->domain);
    if (answer->status == MODORI_DNS_NO_NAME)
        seen = g_str_equal (zone->domain, zone->organisation)
            || modori_resolver_ask (zone->resolver, zone->organisation, MODORI_DNS_NS)->status
            == MODORI_DNS_NO_NAME ? "mx-no-domain" : "mx-no-subdomain";
    else
        seen = answer->status == MODORI_DNS_SERVER_FAILURE ? "mx-domain-broken"
            : answer->status == MODORI_DNS_TIMEOUT ? "mx-domain-silent" : "mx-no-resolver";
    modori_see (section, seen, why, "domain", zone->domain, "organisation", zone->organisation,
                NULL);
    return TRUE;
}

/* RFC 7505 section 4.2 and common advice for domains that are not used for mail. */
static gboolean
is_parked (ModoriZone *zone)
{
    const ModoriDnsAnswer *mx = modori_resolver_ask (zone->resolver, zone->domain, MODORI_DNS_MX);
    guint count = 0;
    const ModoriDnsRecord *spf = modori_zone_txt (zone, zone->domain, "v=spf1", &count);

    return ! zone->options->ip && ! zone->options->dkim_domain
        && g_str_equal (zone->envelope, zone->domain)
        && mx->records->len == 1 && *modori_dns_record (mx, 0)->text == '\0'
        && count == 1 && g_str_equal (spf->text, "v=spf1 -all");
}

static guint
rank (const ModoriSection *section)
{
    guint i = 0;

    while (section_order[i] && ! g_str_equal (section_order[i], section->name))
        i++;
    return i;
}

static gint
by_rank (gconstpointer a, gconstpointer b)
{
    return (gint) rank (*(ModoriSection *const *) a) - (gint) rank (*(ModoriSection *const *) b);
}

ModoriCheckup *
modori_check_domain (ModoriResolver *resolver, const ModoriDomainCheck *options, GError **error)
{
    static const struct {
        void (*look) (ModoriZone *zone);
        gboolean incoming;          /* it concerns mail to the domain, too */
    } parts[] = {
        { modori_zone_mx, TRUE }, { modori_zone_reverse, FALSE }, { modori_zone_spf, FALSE },
        { modori_zone_dkim, FALSE }, { modori_zone_dmarc, FALSE }, { modori_zone_mta_sts, TRUE },
        { modori_zone_dane, TRUE }, { modori_zone_blocklists, FALSE }
    };
    g_auto (ModoriZone) zone = { .options = options, .resolver = resolver };

    if (! zone_init (&zone, error))
        return NULL;
    zone.tls = modori_tls_load (NULL);
    modori_zone_prefetch (&zone);
    if (! is_lost (&zone)) {
        zone.parked = is_parked (&zone);
        for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
            if (parts[i].incoming || ! options->incoming)
                parts[i].look (&zone);
    }
    g_ptr_array_sort (zone.checkup->sections, by_rank);
    return g_steal_pointer (&zone.checkup);
}
