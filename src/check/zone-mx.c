/* zone-mx.c - MX, A and AAAA: where the domain takes its mail.
 *
 * A domain that cannot be written to may not write either: receivers refuse mail From it.  One MX
 * is enough, and one that does not work among others that do is a warning only.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "check/zone.h"

#include "rules/domain.h"

#include <string.h>

/* MX records of one domain, and hosts, that are looked at; real domains have fewer than ten. */
#define RECORDS_MAX 50
#define HOSTS_MAX 20

/* --- the list --- */

static gint
by_preference (gconstpointer a, gconstpointer b)
{
    const ModoriDnsRecord *one = *(ModoriDnsRecord *const *) a;
    const ModoriDnsRecord *other = *(ModoriDnsRecord *const *) b;

    return one->preference < other->preference ? -1 : one->preference > other->preference;
}

/* RECORD of DOMAIN as it is written: "example.jp MX 10 mx.example.jp". */
static char *
written (const ModoriZone *zone, const ModoriDnsRecord *record)
{
    return g_strdup_printf ("%s MX %u %s", zone->domain, record->preference,
                            *record->text ? record->text : ".");
}

/* The name that mail servers of this domain have, when there is none yet. */
static char *
usual_host (const ModoriZone *zone)
{
    return g_strconcat ("mail.", zone->domain, NULL);
}

static gboolean
is_known (const ModoriZone *zone, const char *host)
{
    for (guint i = 0; i < zone->mx->len; i++)
        if (g_str_equal (zone->mx->pdata[i], host))
            return TRUE;
    return FALSE;
}

static gboolean
is_address (const char *host)
{
    return modori_domain_ip_kind (modori_span_of (host)) != MODORI_IP_NONE;
}

/* An MX that is an address: receivers look for a host of that name, and find none. */
static void
see_address (ModoriZone *zone, ModoriSection *section, const ModoriDnsRecord *record,
             const char *evidence)
{
    gboolean v6 = strchr (record->text, ':') != NULL;
    g_autofree char *host = usual_host (zone);

    modori_see (section, "mx-address", evidence, "domain", zone->domain, "ip", record->text,
                "mail_host", host, "ip4", v6 ? NULL : record->text, "ip6",
                v6 ? record->text : NULL, NULL);
}

static void
add_host (ModoriZone *zone, ModoriSection *section, const ModoriDnsRecord *record, gboolean alone)
{
    g_autofree char *evidence = written (zone, record);
    g_autofree char *host = usual_host (zone);

    if (*record->text == '\0')
        modori_see (section, zone->parked ? "mx-parked" : alone ? "mx-null" : "mx-null-mixed",
                    evidence, "domain", zone->domain, "spf_domain", zone->domain, "mail_host",
                    host, NULL);
    else if (is_address (record->text))
        see_address (zone, section, record, evidence);
    else if (is_known (zone, record->text))
        modori_see (section, "mx-twice", evidence, "domain", zone->domain, "host", record->text,
                    NULL);
    else if (zone->mx->len < HOSTS_MAX)
        g_ptr_array_add (zone->mx, g_strdup (record->text));
}

static void
see_list (ModoriZone *zone, ModoriSection *section, const GPtrArray *sorted)
{
    g_autoptr (GString) evidence = g_string_new (NULL);
    g_autofree char *hosts = modori_zone_list (zone->mx);

    for (guint i = 0; i < sorted->len && i < HOSTS_MAX; i++) {
        g_autofree char *one = written (zone, sorted->pdata[i]);

        g_string_append_printf (evidence, "%s%s", i ? "; " : "", one);
    }
    modori_see (section, "mx-there", evidence->str, "domain", zone->domain, "hosts", hosts, NULL);
}

/* --- no list --- */

static void
see_none (ModoriZone *zone, ModoriSection *section, const ModoriDnsAnswer *answer)
{
    g_autoptr (GPtrArray) addresses = g_ptr_array_new_with_free_func (g_free);
    g_autofree char *why = modori_zone_why (answer, "MX");
    g_autofree char *host = usual_host (zone);
    const ModoriDnsAnswer *trouble = NULL;
    g_autofree char *list = NULL;

    modori_zone_addresses (zone, zone->domain, addresses, &trouble);
    list = modori_zone_list (addresses);
    if (addresses->len > 0)
        modori_see (section, "mx-fallback", why, "domain", zone->domain, "ip", list, "mail_host",
                    host, NULL);
    else if (trouble)
        modori_see (section, "mx-unanswered", why, "domain", zone->domain, NULL);
    else
        modori_see (section, "mx-none", why, "domain", zone->domain, "spf_domain", zone->domain,
                    "mail_host", host, NULL);
}

static void
look_at_list (ModoriZone *zone, ModoriSection *section, const ModoriDnsAnswer *answer)
{
    g_autoptr (GPtrArray) sorted = g_ptr_array_new ();

    for (guint i = 0; i < answer->records->len; i++)
        g_ptr_array_add (sorted, answer->records->pdata[i]);
    g_ptr_array_sort (sorted, by_preference);
    for (guint i = 0; i < sorted->len && i < RECORDS_MAX; i++)
        add_host (zone, section, sorted->pdata[i], sorted->len == 1);
    if (zone->mx->len > 0)
        see_list (zone, section, sorted);
}

/* --- each host --- */

typedef struct {
    const char *host;
    GPtrArray *addresses;               /* char * */
    const ModoriDnsAnswer *trouble;     /* no answer came, or NULL */
    guint public;                       /* how many of the addresses the world can reach */
} Server;

static void
server_clear (gpointer data)
{
    g_ptr_array_unref (((Server *) data)->addresses);
}

static Server
server_look_up (ModoriZone *zone, const char *host)
{
    Server server = { host, g_ptr_array_new_with_free_func (g_free), NULL, 0 };

    modori_zone_addresses (zone, host, server.addresses, &server.trouble);
    for (guint i = 0; i < server.addresses->len; i++)
        server.public += modori_domain_ip_is_public (modori_span_of (server.addresses->pdata[i]));
    return server;
}

/* The preference with which the domain names HOST; the caller frees. */
static char *
preference_of (ModoriZone *zone, const char *host)
{
    const ModoriDnsAnswer *answer = modori_resolver_ask (zone->resolver, zone->domain,
                                                         MODORI_DNS_MX);
    guint i = 0;

    while (i + 1 < answer->records->len
           && ! g_str_equal (modori_dns_record (answer, i)->text, host))
        i++;
    return g_strdup_printf ("%u", modori_dns_record (answer, i)->preference);
}

/* Is SERVER an alias?  RFC 2181 section 10.3 forbids that. */
static void
see_alias (ModoriZone *zone, ModoriSection *section, const Server *server)
{
    const ModoriDnsAnswer *answer = modori_resolver_ask (zone->resolver, server->host,
                                                         MODORI_DNS_A);
    const char *target;
    g_autofree char *preference = NULL;
    g_autofree char *evidence = NULL;

    if (answer->aliases->len == 0)
        return;
    if (server->addresses->len > 0)     /* else it would be no better */
        preference = preference_of (zone, server->host);
    target = answer->aliases->pdata[answer->aliases->len - 1];
    evidence = g_strdup_printf ("%s CNAME %s", server->host, target);
    modori_see (section, "mx-alias", evidence, "domain", zone->domain, "host", server->host,
                "preference", preference, "target", target, NULL);
}

/* WORKS: mail can come in at some server. */
static void
see_server (ModoriZone *zone, ModoriSection *section, const Server *server, gboolean works)
{
    g_autofree char *list = modori_zone_list (server->addresses);
    g_autofree char *why = server->trouble
        ? modori_zone_why (server->trouble,
                           server->trouble->type == MODORI_DNS_A ? "A" : "AAAA") : NULL;
    g_autofree char *none = modori_zone_why (modori_resolver_ask (zone->resolver, server->host,
                                                                  MODORI_DNS_A), "A");
    g_autofree char *there = g_strdup_printf ("%s A, AAAA: %s", server->host, list);
    const char *seen = works ? "address-none" : "address-dead";

    if (server->public > 0)
        modori_see (section, "address-there", there, "host", server->host, "ip", list, NULL);
    else if (server->trouble)
        modori_see (section, "address-unanswered", why, "host", server->host, "domain",
                    zone->domain, NULL);
    else if (server->addresses->len == 0)
        modori_see (section, seen, none, "host", server->host, "domain", zone->domain, NULL);
    if (server->addresses->len > server->public)
        modori_see (section, "address-private", there, "host", server->host, "ip", list, "domain",
                    zone->domain, NULL);
}

static void
look_at_hosts (ModoriZone *zone, ModoriSection *section)
{
    g_autoptr (GArray) servers = g_array_new (FALSE, FALSE, sizeof (Server));
    ModoriSection *addresses;
    gboolean works = FALSE;

    g_array_set_clear_func (servers, server_clear);
    for (guint i = 0; i < zone->mx->len; i++) {
        modori_resolver_want (zone->resolver, zone->mx->pdata[i], MODORI_DNS_A);
        modori_resolver_want (zone->resolver, zone->mx->pdata[i], MODORI_DNS_AAAA);
    }
    for (guint i = 0; i < zone->mx->len; i++) {
        Server server = server_look_up (zone, zone->mx->pdata[i]);

        works = works || server.public > 0 || server.trouble;
        g_array_append_val (servers, server);
        see_alias (zone, section, &server);
    }
    if (servers->len == 0)
        return;
    addresses = modori_checkup_section (zone->checkup, "address", zone->domain);
    for (guint i = 0; i < servers->len; i++)
        see_server (zone, addresses, &g_array_index (servers, Server, i), works);
}

void
modori_zone_mx (ModoriZone *zone)
{
    const ModoriDnsAnswer *answer = modori_resolver_ask (zone->resolver, zone->domain,
                                                         MODORI_DNS_MX);
    ModoriSection *section = modori_checkup_section (zone->checkup, "mx", zone->domain);
    g_autofree char *why = modori_zone_why (answer, "MX");

    if (modori_dns_unanswered (answer->status))
        modori_see (section, "mx-unanswered", why, "domain", zone->domain, NULL);
    else if (answer->records->len == 0)
        see_none (zone, section, answer);
    else {
        look_at_list (zone, section, answer);
        look_at_hosts (zone, section);
    }
}
