/* answer.c - a packet from the DNS, read (RFC 1035).
 *
 * The system's library takes the packet apart.  It bounds the steps of compressed names; here is
 * bounded how many records are looked at, and how many aliases are followed.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "check/answer.h"

#include <arpa/inet.h>
#include <arpa/nameser.h>
#include <resolv.h>
#include <string.h>

/* Records of one answer, aliases and signatures included. */
#define RECORDS_MAX 1000

/* Where a SOA is looked for: it stands there with its signatures, and with those of denials. */
#define AUTHORITY_MAX 32

/* Resolvers give up a chain after 11 to 16. */
#define ALIASES_MAX 16

/* Where the header has what is looked at (RFC 1035 section 4.1.1, RFC 4035 section 3.2.3). */
#define HEADER_SIZE 12
#define TRUNCATED 0x02          /* of byte 2 */
#define AUTHENTIC 0x20          /* of byte 3 */

typedef struct {
    const guint8 *packet, *end;
    ns_rr *records;             /* of the answer section */
    guint n;
    gboolean tells_nothing_more;        /* a SOA: what is not in the answer does not exist */
} Packet;

/* --- the data of one record --- */

/* The name at *DATA, which is moved behind it; NAME has NS_MAXDNAME bytes. */
static gboolean
take_name (const Packet *packet, const guint8 **data, const guint8 *end, char *name)
{
    int n = *data < end ? dn_expand (packet->packet, packet->end, *data, name, NS_MAXDNAME) : -1;

    if (n < 0 || n > end - *data)
        return FALSE;
    *data += n;
    return TRUE;
}

static char *
hex (const guint8 *data, const guint8 *end)
{
    GString *text = g_string_sized_new ((gsize) (end - data) * 2 + 1);

    for (; data < end; data++)
        g_string_append_printf (text, "%02x", *data);
    return g_string_free (text, FALSE);
}

static gboolean
add_address (ModoriDnsAnswer *answer, const ns_rr *rr)
{
    int family = answer->type == MODORI_DNS_A ? AF_INET : AF_INET6;
    char text[INET6_ADDRSTRLEN];

    return ns_rr_rdlen (*rr) == (family == AF_INET ? 4 : 16)
           && inet_ntop (family, ns_rr_rdata (*rr), text, sizeof text)
           && modori_dns_add (answer, text, ns_rr_ttl (*rr));
}

/* MX, and all that is nothing but a name. */
static gboolean
add_name (const Packet *packet, ModoriDnsAnswer *answer, const ns_rr *rr)
{
    const guint8 *data = ns_rr_rdata (*rr), *end = data + ns_rr_rdlen (*rr);
    char name[NS_MAXDNAME];
    guint preference = 0;
    ModoriDnsRecord *record;

    if (answer->type == MODORI_DNS_MX) {
        if (end - data < 2)
            return FALSE;
        preference = ns_get16 (data);
        data += 2;
    }
    if (! take_name (packet, &data, end, name))
        return FALSE;
    record = modori_dns_add (answer, name, ns_rr_ttl (*rr));
    if (record)
        record->preference = preference;
    return record != NULL;
}

static gboolean
add_text (ModoriDnsAnswer *answer, const ns_rr *rr)
{
    const guint8 *data = ns_rr_rdata (*rr), *end = data + ns_rr_rdlen (*rr);
    g_autoptr (GString) text = g_string_sized_new (ns_rr_rdlen (*rr) + 1u);
    ModoriDnsRecord *record;
    guint strings = 0;

    for (; data < end; data += 1 + data[0], strings++) {
        if (data[0] >= end - data)
            return FALSE;
        g_string_append_len (text, (const char *) data + 1, data[0]);
    }
    /* A NUL must not hide what stands behind it: it becomes a byte that no text has. */
    for (gsize i = 0; i < text->len; i++)
        if (text->str[i] == '\0')
            text->str[i] = '\xff';
    record = modori_dns_add (answer, text->str, ns_rr_ttl (*rr));
    if (record)
        record->strings = strings;
    return record != NULL;
}

static gboolean
add_soa (const Packet *packet, ModoriDnsAnswer *answer, const ns_rr *rr)
{
    const guint8 *data = ns_rr_rdata (*rr), *end = data + ns_rr_rdlen (*rr);
    char primary[NS_MAXDNAME], person[NS_MAXDNAME];
    g_autofree char *text = NULL;

    if (! take_name (packet, &data, end, primary) || ! take_name (packet, &data, end, person)
        || end - data < 20)
        return FALSE;
    text = g_strdup_printf ("%s %s %lu %lu %lu %lu %lu", primary, person, ns_get32 (data),
                            ns_get32 (data + 4), ns_get32 (data + 8), ns_get32 (data + 12),
                            ns_get32 (data + 16));
    return modori_dns_add (answer, text, ns_rr_ttl (*rr)) != NULL;
}

static gboolean
add_ds (ModoriDnsAnswer *answer, const ns_rr *rr)
{
    const guint8 *data = ns_rr_rdata (*rr), *end = data + ns_rr_rdlen (*rr);
    g_autofree char *digest = NULL, *text = NULL;

    if (end - data < 4)
        return FALSE;
    digest = hex (data + 4, end);
    text = g_strdup_printf ("%u %u %u %s", ns_get16 (data), data[2], data[3], digest);
    return modori_dns_add (answer, text, ns_rr_ttl (*rr)) != NULL;
}

static gboolean
add_tlsa (ModoriDnsAnswer *answer, const ns_rr *rr)
{
    const guint8 *data = ns_rr_rdata (*rr), *end = data + ns_rr_rdlen (*rr);
    g_autofree char *text = NULL;
    ModoriDnsRecord *record;

    if (end - data < 3)
        return FALSE;
    text = hex (data + 3, end);
    record = modori_dns_add (answer, text, ns_rr_ttl (*rr));
    if (! record)
        return FALSE;
    record->usage = data[0];
    record->selector = data[1];
    record->matching = data[2];
    return TRUE;
}

static gboolean
add_record (const Packet *packet, ModoriDnsAnswer *answer, const ns_rr *rr)
{
    switch (answer->type) {
    case MODORI_DNS_A:
    case MODORI_DNS_AAAA:
        return add_address (answer, rr);
    case MODORI_DNS_TXT:
        return add_text (answer, rr);
    case MODORI_DNS_SOA:
        return add_soa (packet, answer, rr);
    case MODORI_DNS_DS:
        return add_ds (answer, rr);
    case MODORI_DNS_TLSA:
        return add_tlsa (answer, rr);
    default:
        return add_name (packet, answer, rr);
    }
}

/* --- whose records they are --- */

/* OWNER is as the library writes names: what is special to zone files has a backslash before it. */
static gboolean
is_owner (const char *owner, const char *name)
{
    for (; *owner; owner++, name++) {
        if (owner[0] == '\\' && owner[1] != '.' && ! g_ascii_isdigit (owner[1]))
            owner++;
        if (g_ascii_tolower (*owner) != g_ascii_tolower (*name))
            return FALSE;
    }
    return *name == '\0';
}

static gboolean
is_from (const ns_rr *rr, const char *name, int type)
{
    return (int) ns_rr_type (*rr) == type && ns_rr_class (*rr) == ns_c_in
           && is_owner (ns_rr_name (*rr), name);
}

/* The records of NAME that were asked for.  FALSE: they are not to be read. */
static gboolean
add_records (const Packet *packet, ModoriDnsAnswer *answer, const char *name)
{
    for (guint i = 0; i < packet->n; i++)
        if (is_from (&packet->records[i], name, (int) answer->type)
            && ! add_record (packet, answer, &packet->records[i]))
            return FALSE;
    return TRUE;
}

static gboolean
is_known (const ModoriDnsAnswer *answer, const char *name)
{
    for (guint i = 0; i < answer->aliases->len; i++)
        if (is_owner (name, g_ptr_array_index (answer->aliases, i)))
            return TRUE;
    return is_owner (name, answer->name);
}

/* Where NAME is an alias, follow: *NEXT is what it stands for, or NULL, in ANSWER.  FALSE: that
 * has no end, or is not to be read. */
static gboolean
follow (const Packet *packet, ModoriDnsAnswer *answer, const char *name, const char **next)
{
    char target[NS_MAXDNAME];

    *next = NULL;
    for (guint i = 0; i < packet->n; i++) {
        const ns_rr *rr = &packet->records[i];
        const guint8 *data = ns_rr_rdata (*rr);
        char *alias;

        if (! is_from (rr, name, ns_t_cname))
            continue;
        if (! take_name (packet, &data, data + ns_rr_rdlen (*rr), target)
            || is_known (answer, target) || answer->aliases->len == ALIASES_MAX)
            return FALSE;
        alias = g_ascii_strdown (target, -1);
        g_ptr_array_add (answer->aliases, alias);
        *next = alias;
        break;
    }
    return TRUE;
}

/* --- the packet --- */

/* Take apart PACKET; its records are the caller's. */
static gboolean
take_apart (ns_msg *message, Packet *packet)
{
    guint total = ns_msg_count (*message, ns_s_an);
    ns_rr rr;

    packet->n = 0;
    packet->records = g_new (ns_rr, MIN (total, RECORDS_MAX) + 1);
    for (guint i = 0; i < MIN (total, RECORDS_MAX); i++)
        if (ns_parserr (message, ns_s_an, (int) i, &packet->records[packet->n++]) < 0)
            return FALSE;
    for (guint i = 0; i < MIN (ns_msg_count (*message, ns_s_ns), AUTHORITY_MAX); i++)
        if (ns_parserr (message, ns_s_ns, (int) i, &rr) == 0 && ns_rr_type (rr) == ns_t_soa)
            packet->tells_nothing_more = TRUE;
    return TRUE;
}

static ModoriDnsStatus
status_of (int code)
{
    switch (code) {
    case ns_r_noerror:
        return MODORI_DNS_OK;
    case ns_r_nxdomain:
        return MODORI_DNS_NO_NAME;
    case ns_r_servfail:
        return MODORI_DNS_SERVER_FAILURE;
    case ns_r_refused:
        return MODORI_DNS_REFUSED;
    default:
        return MODORI_DNS_BAD_ANSWER;
    }
}

/* The status of ANSWER by what PACKET has. */
static ModoriDnsStatus
read_records (const Packet *packet, ModoriDnsAnswer *answer)
{
    guint known = answer->aliases->len;
    const char *name = known ? g_ptr_array_index (answer->aliases, known - 1) : answer->name;

    while (name) {
        const char *next = NULL;

        if (! add_records (packet, answer, name)
            || (answer->type != MODORI_DNS_CNAME && answer->records->len == 0
                && ! follow (packet, answer, name, &next))) {
            g_ptr_array_set_size (answer->records, 0);
            return MODORI_DNS_BAD_ANSWER;
        }
        name = next;
    }
    return answer->records->len > 0 ? MODORI_DNS_OK : MODORI_DNS_NO_DATA;
}

gboolean
modori_answer_is_cut (const guint8 *packet, gsize len)
{
    return len >= HEADER_SIZE && packet[2] & TRUNCATED;
}

gboolean
modori_answer_read (ModoriDnsAnswer *answer, const guint8 *packet, gsize len)
{
    Packet taken = { packet, packet + len, NULL, 0, FALSE };
    guint known = answer->aliases->len;
    gboolean authentic;
    ns_msg message;

    answer->status = MODORI_DNS_BAD_ANSWER;
    if (len < HEADER_SIZE || len > NS_MAXMSG || ns_initparse (packet, (int) len, &message) < 0)
        return FALSE;
    authentic = packet[3] & AUTHENTIC ? TRUE : FALSE;
    answer->authentic = authentic && (known == 0 || answer->authentic);
    answer->status = status_of (ns_msg_getflag (message, ns_f_rcode));
    if (answer->status == MODORI_DNS_OK || answer->status == MODORI_DNS_NO_NAME) {
        ModoriDnsStatus status = take_apart (&message, &taken) ? read_records (&taken, answer)
            : MODORI_DNS_BAD_ANSWER;

        if (answer->status == MODORI_DNS_OK || status == MODORI_DNS_BAD_ANSWER)
            answer->status = status;
        else
            g_ptr_array_set_size (answer->records, 0);
        g_free (taken.records);
    }
    return answer->status == MODORI_DNS_NO_DATA && answer->aliases->len > known
           && ! taken.tells_nothing_more;
}
