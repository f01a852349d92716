/* zone-reverse.c - PTR and EHLO: the sending machine.
 *
 * The name of its address, and the address of that name: who sends without either is taken for an
 * infected computer.  The name in EHLO should be the same one.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "check/zone.h"

#include "rules/domain.h"

#include <arpa/inet.h>
#include <string.h>

/* Names of one address that are looked at: a receiver asks for no more either (RFC 8601 section
 * 2.7.3 speaks of the same limit, 10, as SPF has). */
#define NAMES_MAX 10

/* Numbers in a name that are looked at. */
#define NUMBERS_MAX 16

static gboolean
holds_address (const GPtrArray *addresses, const char *ip)
{
    for (guint i = 0; i < addresses->len; i++)
        if (modori_dns_same_address (addresses->pdata[i], ip))
            return TRUE;
    return FALSE;
}

/* --- a name that somebody's program made of the address --- */

/* Are WANTED among the NUMBERS, one behind the other, forwards or backwards? */
static gboolean
holds_run (const guint *numbers, guint n, const guint8 *wanted, guint n_wanted)
{
    for (guint i = 0; i + n_wanted <= n; i++) {
        guint there = 0, back = 0;

        for (guint k = 0; k < n_wanted; k++) {
            there += numbers[i + k] == wanted[k];
            back += numbers[i + k] == wanted[n_wanted - 1 - k];
        }
        if (there == n_wanted || back == n_wanted)
            return TRUE;
    }
    return FALSE;
}

/* "v133-18-1-2", "p2-1-18.static" of 133.18.1.2: its last three numbers are enough. */
static gboolean
holds_numbers (const char *host, const guint8 *ip)
{
    guint numbers[NUMBERS_MAX], n = 0;

    for (const char *p = host; *p && n < NUMBERS_MAX;) {
        if (g_ascii_isdigit (*p)) {
            char *end;

            numbers[n++] = (guint) MIN (g_ascii_strtoull (p, &end, 10), 1000);
            p = end;
        } else
            p++;
    }
    return holds_run (numbers, n, ip + 1, 3);
}

/* "133018001002" or "85120102", and the 32 digits of IPv6, with or without what is between them. */
static gboolean
holds_digits (const char *host, const guint8 *ip, gboolean v6)
{
    g_autoptr (GString) bare = g_string_new (NULL);
    g_autoptr (GString) hex = g_string_new (NULL);
    g_autofree char *padded = g_strdup_printf ("%03u%03u%03u%03u", ip[0], ip[1], ip[2], ip[3]);

    for (; *host; host++)
        if (g_ascii_isalnum (*host))
            g_string_append_c (bare, g_ascii_tolower (*host));
    for (guint i = 0; i < (v6 ? 16 : 4); i++)
        g_string_append_printf (hex, "%02x", ip[i]);
    return strstr (bare->str, hex->str) || (! v6 && strstr (bare->str, padded));
}

/* "2001-db8--25.example.net" of 2001:db8::25. */
static gboolean
holds_written (const char *host, const guint8 *ip)
{
    char text[INET6_ADDRSTRLEN] = "";

    inet_ntop (AF_INET6, ip, text, sizeof text);
    g_strdelimit (text, ":", '-');
    return strstr (host, text) != NULL;
}

static gboolean
is_generic (const char *host, const char *ip)
{
    guint8 bytes[16];

    if (inet_pton (AF_INET, ip, bytes) == 1)
        return holds_numbers (host, bytes) || holds_digits (host, bytes, FALSE);
    if (inet_pton (AF_INET6, ip, bytes) == 1)
        return holds_digits (host, bytes, TRUE) || holds_written (host, bytes);
    return FALSE;
}

/* --- the reverse name --- */

/* What all observations here know. */
typedef struct {
    ModoriZone *zone;
    ModoriSection *section;
    char *ip;                   /* bare */
    gboolean public;            /* the world can reach it: it may stand in a record */
    char *reverse_name;
    char *mail_host;            /* what the machine should be called */
    gboolean named;             /* mail_host leads to the address already */
    gboolean v6;
} Machine;

static void
machine_clear (Machine *machine)
{
    g_free (machine->ip);
    g_free (machine->reverse_name);
    g_free (machine->mail_host);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Machine, machine_clear)

/* Does HOST, of the domain's own organisation, lead to IP already? */
static gboolean
leads_here (ModoriZone *zone, const char *host, const char *ip)
{
    g_autoptr (GPtrArray) addresses = g_ptr_array_new_with_free_func (g_free);

    if (! modori_domain_agrees (modori_span_of (host), modori_span_of (zone->domain)))
        return FALSE;
    modori_zone_addresses (zone, host, addresses, NULL);
    return holds_address (addresses, ip);
}

/* The EHLO name when it is the domain's own; else a name that leads to IP already, that nobody
 * invents a second one; else the usual one. */
static char *
proper_host (ModoriZone *zone, const char *ip)
{
    ModoriSpan helo = modori_span_of (zone->helo);

    if (modori_domain_is_public (helo)
        && modori_domain_agrees (helo, modori_span_of (zone->domain)))
        return g_strdup (zone->helo);
    for (guint i = 0; i < MIN (zone->mx->len, NAMES_MAX); i++)
        if (leads_here (zone, g_ptr_array_index (zone->mx, i), ip))
            return g_strdup (g_ptr_array_index (zone->mx, i));
    return leads_here (zone, zone->domain, ip) ? g_strdup (zone->domain)
                                               : g_strconcat ("mail.", zone->organisation, NULL);
}

static Machine
machine_of (ModoriZone *zone)
{
    Machine machine = { .zone = zone };

    machine.ip = modori_span_dup (modori_domain_ip (modori_span_of (zone->options->ip)));
    machine.reverse_name = machine.ip[0] ? modori_dns_reverse_name (machine.ip) : NULL;
    machine.mail_host = proper_host (zone, machine.ip);
    machine.v6 = strchr (machine.ip, ':') != NULL;
    machine.public = modori_domain_ip_is_public (modori_span_of (machine.ip));
    machine.named = machine.public && leads_here (zone, machine.mail_host, machine.ip);
    return machine;
}

/* Let SEEN propose a record with the address. */
static void
set_address (const Machine *machine, ModoriSeen *seen)
{
    if (machine->public)
        modori_seen_set (seen, machine->v6 ? "ip6" : "ip4", machine->ip);
}

/* OBSERVATION about the name HOST (NULL: there is none). */
static ModoriSeen *
see_machine (const Machine *machine, const char *observation, const char *evidence,
             const char *host)
{
    const char *ip = machine->public ? machine->ip : NULL;
    ModoriSeen *seen = modori_see (machine->section, observation, evidence, "ip", machine->ip,
                                   "sending_ip", ip, "reverse_name", machine->reverse_name,
                                   "host", host, "mail_host", machine->mail_host, NULL);

    if (! machine->named)
        set_address (machine, seen);
    modori_seen_set (seen, "domain", machine->zone->domain);
    modori_seen_set (seen, "helo", machine->zone->options->helo);
    return seen;
}

/* HOST has no address: OWN of a name of the domain's own, else OTHER. */
static void
see_no_address (const Machine *machine, const char *own, const char *other, const char *evidence,
                const char *host)
{
    gboolean is_own = modori_domain_agrees (modori_span_of (host),
                                            modori_span_of (machine->zone->domain));
    ModoriSeen *seen = see_machine (machine, is_own ? own : other, evidence, host);

    if (is_own && machine->named)
        set_address (machine, seen);    /* another name has it already, but not this one */
}

/* Does HOST lead back to the address? */
static gboolean
look_back (const Machine *machine, const char *host)
{
    g_autoptr (GPtrArray) addresses = g_ptr_array_new_with_free_func (g_free);
    const ModoriDnsAnswer *trouble = NULL;
    g_autofree char *list = NULL;
    g_autofree char *evidence = NULL;

    modori_zone_addresses (machine->zone, host, addresses, &trouble);
    list = modori_zone_list (addresses);
    evidence = g_strdup_printf ("%s PTR %s; %s %s %s", machine->reverse_name, host, host,
                                machine->v6 ? "AAAA" : "A", *list ? list : "-");
    if (holds_address (addresses, machine->ip))
        see_machine (machine, "reverse-confirmed", evidence, host);
    else if (trouble)
        see_machine (machine, "reverse-forward-unanswered", evidence, host);
    else if (addresses->len == 0)
        see_no_address (machine, "reverse-no-forward", "reverse-no-forward-elsewhere", evidence,
                        host);
    else
        see_machine (machine, "reverse-mismatch", evidence, host);
    if (is_generic (host, machine->ip))
        see_machine (machine, "reverse-generic", evidence, host);
    return holds_address (addresses, machine->ip);
}

static void
see_several (const Machine *machine, const ModoriDnsAnswer *answer)
{
    g_autoptr (GPtrArray) names = g_ptr_array_new ();
    g_autofree char *list = NULL;

    for (guint i = 0; i < answer->records->len; i++)
        g_ptr_array_add (names, modori_dns_record (answer, i)->text);
    list = modori_zone_list (names);
    see_machine (machine, "reverse-several", list, list);
}

static void
look_at_reverse (const Machine *machine)
{
    ModoriZone *zone = machine->zone;
    const ModoriDnsAnswer *answer = modori_resolver_ask (zone->resolver, machine->reverse_name,
                                                         MODORI_DNS_PTR);
    g_autofree char *why = modori_zone_why (answer, "PTR");

    if (modori_dns_unanswered (answer->status)) {
        see_machine (machine, "reverse-unanswered", why, NULL);
        return;
    }
    if (answer->records->len == 0) {
        see_machine (machine, "reverse-none", why, NULL);
        return;
    }
    if (answer->records->len > 1)
        see_several (machine, answer);
    for (guint i = 0; i < answer->records->len && i < NAMES_MAX; i++) {
        const char *host = modori_dns_record (answer, i)->text;

        modori_resolver_want (zone->resolver, host, MODORI_DNS_A);
        modori_resolver_want (zone->resolver, host, MODORI_DNS_AAAA);
    }
    for (guint i = 0; i < answer->records->len && i < NAMES_MAX; i++)
        if (look_back (machine, modori_dns_record (answer, i)->text))
            break;              /* one is enough */
}

/* --- the EHLO name --- */

/* What is wrong with the name by itself, or NULL. */
static const char *
fault_of_name (const ModoriZone *zone, ModoriSpan helo)
{
    gboolean bracket = helo.len > 0 && helo.at[0] == '[';

    if (modori_domain_ip_kind (helo))
        return bracket ? "helo-literal" : "helo-bare-address";
    if (! zone->helo || bracket || strchr (zone->helo, '_'))
        return "helo-bad-name";
    if (modori_domain_is_public (helo))
        return NULL;
    return ! strchr (zone->helo, '.') && ! g_str_equal (zone->helo, "localhost")
        ? "helo-no-domain" : "helo-local";
}

/* Is HELO the name of the address in the reverse DNS? */
static gboolean
is_reverse_name (const Machine *machine)
{
    const ModoriDnsAnswer *answer = modori_resolver_ask (machine->zone->resolver,
                                                         machine->reverse_name, MODORI_DNS_PTR);

    for (guint i = 0; i < answer->records->len; i++)
        if (g_ascii_strcasecmp (modori_dns_record (answer, i)->text, machine->zone->helo) == 0)
            return TRUE;
    return answer->records->len == 0;   /* that there is none is told elsewhere */
}

static void
look_at_helo_addresses (const Machine *machine)
{
    const char *helo = machine->zone->helo;
    g_autoptr (GPtrArray) addresses = g_ptr_array_new_with_free_func (g_free);
    const ModoriDnsAnswer *trouble = NULL;
    g_autofree char *list = NULL;
    g_autofree char *evidence = NULL;

    modori_zone_addresses (machine->zone, helo, addresses, &trouble);
    list = modori_zone_list (addresses);
    evidence = g_strdup_printf ("%s A, AAAA: %s", helo, *list ? list : "-");
    if (addresses->len == 0 && trouble)
        see_machine (machine, "helo-unanswered", evidence, helo);
    else if (addresses->len == 0)
        see_no_address (machine, "helo-no-address", "helo-no-address-elsewhere", evidence, helo);
    else if (! machine->reverse_name)
        see_machine (machine, "helo-found", evidence, helo);
    else
        see_machine (machine, holds_address (addresses, machine->ip) ? "helo-fits"
                     : "helo-other-address", evidence, helo);
    if (machine->reverse_name && ! is_reverse_name (machine))
        see_machine (machine, "helo-not-reverse", evidence, helo);
}

static void
look_at_helo (const Machine *machine)
{
    const char *text = machine->zone->options->helo;
    const char *fault = fault_of_name (machine->zone, modori_span_of (text));

    if (fault)
        see_machine (machine, fault, text, text);
    else
        look_at_helo_addresses (machine);
}

void
modori_zone_reverse (ModoriZone *zone)
{
    const ModoriDomainCheck *options = zone->options;
    g_auto (Machine) machine = machine_of (zone);

    if (options->ip) {
        machine.section = modori_checkup_section (zone->checkup, "reverse", machine.ip);
        if (! machine.public) {
            see_machine (&machine, "reverse-private", options->ip, NULL);
            g_clear_pointer (&machine.reverse_name, g_free);    /* nobody else has it */
        } else if (machine.reverse_name)
            look_at_reverse (&machine);
    }
    if (options->helo && *options->helo) {
        machine.section = modori_checkup_section (zone->checkup, "helo", options->helo);
        look_at_helo (&machine);
    }
}
