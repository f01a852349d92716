/* spf-match.c - does one mechanism of SPF match? (RFC 7208 section 5)
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "check/spf-check.h"

#include <arpa/inet.h>

/* --- addresses --- */

gboolean
modori_spf_address_read (const char *text, ModoriSpfAddress *address)
{
    static const guint8 mapped[12] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff };

    memset (address, 0, sizeof *address);
    if (inet_pton (AF_INET, text, address->bytes) == 1)
        return TRUE;
    if (inet_pton (AF_INET6, text, address->bytes) != 1)
        return FALSE;
    address->is_v6 = memcmp (address->bytes, mapped, sizeof mapped) != 0;
    if (! address->is_v6) {
        memmove (address->bytes, address->bytes + 12, 4);
        memset (address->bytes + 4, 0, 12);
    }
    return TRUE;
}

gboolean
modori_spf_address_in (const ModoriSpfAddress *address, const ModoriSpfAddress *network,
                       guint prefix)
{
    guint whole = prefix / 8, bits = prefix % 8;
    guint8 mask = (guint8) (0xff << (8 - bits));

    return address->is_v6 == network->is_v6
        && memcmp (address->bytes, network->bytes, whole) == 0
        && (bits == 0 || ((address->bytes[whole] ^ network->bytes[whole]) & mask) == 0);
}

/* --- questions --- */

ModoriSpfResult
modori_spf_trouble (ModoriSpfCheck *check, ModoriSpfResult result, const char *format, ...)
{
    va_list values;

    if (! check->trouble) {
        va_start (values, format);
        check->trouble = g_strdup_vprintf (format, values);
        va_end (values);
    }
    return result;
}

/* Ask, and count what is void (section 4.6.4).  FAULT is set when that ends the evaluation. */
static const ModoriDnsAnswer *
ask (ModoriSpfCheck *check, const char *name, ModoriDnsType type, ModoriSpfMatch *fault)
{
    const ModoriDnsAnswer *answer = modori_resolver_ask (check->resolver, name, type);

    *fault = MODORI_SPF_NO_MATCH;
    if (modori_dns_unanswered (answer->status)) {
        modori_spf_trouble (check, MODORI_SPF_TEMPERROR, "%s: %s", name,
                            modori_dns_status_name (answer->status));
        *fault = MODORI_SPF_MATCH_TEMPERROR;
    } else if (answer->status == MODORI_DNS_NO_DATA || answer->status == MODORI_DNS_NO_NAME) {
        check->voids++;
        if (check->voids > MODORI_SPF_VOIDS_MAX) {
            modori_spf_trouble (check, MODORI_SPF_PERMERROR, "more than %d void look-ups: %s: %s",
                                MODORI_SPF_VOIDS_MAX, name,
                                modori_dns_status_name (answer->status));
            *fault = MODORI_SPF_MATCH_PERMERROR;
        }
    }
    return answer;
}

/* --- hosts --- */

static gboolean
holds (const ModoriDnsAnswer *answer, const ModoriSpfAddress *ip, guint prefix)
{
    for (guint i = 0; i < answer->records->len; i++) {
        ModoriSpfAddress address;

        if (modori_spf_address_read (modori_dns_record (answer, i)->text, &address)
            && modori_spf_address_in (ip, &address, prefix))
            return TRUE;
    }
    return FALSE;
}

static ModoriDnsType
address_type (const ModoriSpfCheck *check)
{
    return check->macros.ip.is_v6 ? MODORI_DNS_AAAA : MODORI_DNS_A;
}

static ModoriSpfMatch
match_host (ModoriSpfCheck *check, const ModoriSpfTerm *term, const char *host)
{
    guint prefix = check->macros.ip.is_v6 ? term->prefix6 : term->prefix4;
    ModoriSpfMatch fault;
    const ModoriDnsAnswer *answer = ask (check, host, address_type (check), &fault);

    return fault ? fault : holds (answer, &check->macros.ip, prefix) ? MODORI_SPF_MATCH
        : MODORI_SPF_NO_MATCH;
}

static ModoriSpfMatch
match_mx (ModoriSpfCheck *check, const ModoriSpfTerm *term, const char *name)
{
    ModoriSpfMatch match;
    const ModoriDnsAnswer *answer = ask (check, name, MODORI_DNS_MX, &match);

    if (match)
        return match;
    if (answer->records->len > MODORI_SPF_NAMES_MAX) {
        modori_spf_trouble (check, MODORI_SPF_PERMERROR, "mx:%s: %u hosts, %d are allowed", name,
                            answer->records->len, MODORI_SPF_NAMES_MAX);
        return MODORI_SPF_MATCH_PERMERROR;
    }
    for (guint i = 0; i < answer->records->len; i++)
        if (*modori_dns_record (answer, i)->text)
            modori_resolver_want (check->resolver, modori_dns_record (answer, i)->text,
                                  address_type (check));
    for (guint i = 0; i < answer->records->len && ! match; i++)
        if (*modori_dns_record (answer, i)->text)
            match = match_host (check, term, modori_dns_record (answer, i)->text);
    return match;
}

/* --- names of the address --- */

static const ModoriDnsAnswer *
ask_names (ModoriSpfCheck *check)
{
    char text[INET6_ADDRSTRLEN] = "";
    g_autofree char *reverse = NULL;
    const ModoriSpfAddress *ip = &check->macros.ip;

    inet_ntop (ip->is_v6 ? AF_INET6 : AF_INET, ip->bytes, text, sizeof text);
    reverse = modori_dns_reverse_name (text);
    return modori_resolver_ask (check->resolver, reverse ? reverse : text, MODORI_DNS_PTR);
}

static gboolean
is_below (const char *name, const char *domain)
{
    gsize len = strlen (name), tail = strlen (domain);

    return len >= tail && g_ascii_strcasecmp (name + len - tail, domain) == 0
        && (len == tail || name[len - tail - 1] == '.');
}

/* The best validated name of the address for DOMAIN (section 5.5): itself, below it, any. */
static char *
validated_name (ModoriSpfCheck *check, const char *domain)
{
    const ModoriDnsAnswer *names = ask_names (check);
    guint n = MIN (names->records->len, MODORI_SPF_NAMES_MAX);
    const char *best = NULL;
    int score = -1;

    for (guint i = 0; i < n; i++)
        modori_resolver_want (check->resolver, modori_dns_record (names, i)->text,
                              address_type (check));
    for (guint i = 0; i < n; i++) {
        const char *name = modori_dns_record (names, i)->text;
        int fits = g_ascii_strcasecmp (name, domain) == 0 ? 2 : is_below (name, domain);

        if (fits > score
            && holds (modori_resolver_ask (check->resolver, name, address_type (check)),
                      &check->macros.ip, 128 - (check->macros.ip.is_v6 ? 0 : 96))) {
            best = name;
            score = fits;
        }
    }
    return g_strdup (best ? best : "unknown");
}

static ModoriSpfMatch
match_ptr (ModoriSpfCheck *check, const char *target)
{
    const ModoriDnsAnswer *names = ask_names (check);
    g_autofree char *name = NULL;

    if (names->status == MODORI_DNS_NO_DATA || names->status == MODORI_DNS_NO_NAME)
        check->voids++;
    if (check->voids > MODORI_SPF_VOIDS_MAX) {
        modori_spf_trouble (check, MODORI_SPF_PERMERROR, "more than %d void look-ups: %s",
                            MODORI_SPF_VOIDS_MAX, names->name);
        return MODORI_SPF_MATCH_PERMERROR;
    }
    name = validated_name (check, target);
    return is_below (name, target) ? MODORI_SPF_MATCH : MODORI_SPF_NO_MATCH;
}

/* --- all --- */

ModoriSpfMacros
modori_spf_macros (ModoriSpfCheck *check, ModoriSpan text)
{
    ModoriSpfMacros macros = check->macros;

    if (modori_span_find (text, "%{p") >= 0) {
        g_free (check->validated);
        check->validated = validated_name (check, macros.domain);
        macros.validated = check->validated;
    }
    return macros;
}

char *
modori_spf_target (ModoriSpfCheck *check, ModoriSpan text)
{
    ModoriSpfMacros macros = modori_spf_macros (check, text);

    return text.len == 0 ? g_strdup (macros.domain) : modori_spf_expand_name (text, &macros);
}

static ModoriSpfMatch
match_network (const ModoriSpfCheck *check, const ModoriSpfTerm *term)
{
    g_autofree char *text = modori_span_dup (term->domain);
    ModoriSpfAddress network = { .is_v6 = term->name == MODORI_SPF_IP6 };

    if (inet_pton (network.is_v6 ? AF_INET6 : AF_INET, text, network.bytes) != 1)
        return MODORI_SPF_NO_MATCH;
    return modori_spf_address_in (&check->macros.ip, &network,
                                  network.is_v6 ? term->prefix6 : term->prefix4)
        ? MODORI_SPF_MATCH : MODORI_SPF_NO_MATCH;
}

ModoriSpfMatch
modori_spf_match (ModoriSpfCheck *check, const ModoriSpfTerm *term)
{
    g_autofree char *target = NULL;
    const ModoriDnsAnswer *answer;
    ModoriSpfMatch fault;

    if (term->name == MODORI_SPF_ALL)
        return MODORI_SPF_MATCH;
    if (term->name == MODORI_SPF_IP4 || term->name == MODORI_SPF_IP6)
        return match_network (check, term);
    target = modori_spf_target (check, term->domain);
    switch (term->name) {
    case MODORI_SPF_A:
        return match_host (check, term, target);
    case MODORI_SPF_MX:
        return match_mx (check, term, target);
    case MODORI_SPF_PTR:
        return match_ptr (check, target);
    case MODORI_SPF_EXISTS:
        answer = ask (check, target, MODORI_DNS_A, &fault);
        return fault ? fault : answer->records->len > 0 ? MODORI_SPF_MATCH : MODORI_SPF_NO_MATCH;
    default:
        return MODORI_SPF_NO_MATCH;
    }
}
