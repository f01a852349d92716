/* dns.c - names and records of the DNS.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "check/resolver.h"

#include <arpa/inet.h>
#include <string.h>

/* RFC 1035 section 2.3.4: 255 bytes on the wire are 253 as people write them. */
#define NAME_MAX_LENGTH 253
#define LABEL_MAX_LENGTH 63

/* The zones that have most records of one type at one name have some dozens. */
#define RECORDS_MAX 1000

/* What a record can hold in a packet (RFC 1035 section 3.2.1). */
#define TEXT_MAX 65535

/* "f.f. ... .ip6.arpa": 32 digits with dots. */
#define REVERSE_MAX 80

static void
record_free (gpointer record)
{
    g_free (((ModoriDnsRecord *) record)->text);
    g_free (record);
}

ModoriDnsAnswer *
modori_dns_answer_new (const char *name, ModoriDnsType type)
{
    ModoriDnsAnswer *answer = g_new0 (ModoriDnsAnswer, 1);

    answer->name = g_strdup (name);
    answer->type = type;
    answer->records = g_ptr_array_new_with_free_func (record_free);
    answer->aliases = g_ptr_array_new_with_free_func (g_free);
    return answer;
}

void
modori_dns_answer_free (ModoriDnsAnswer *answer)
{
    if (! answer)
        return;
    g_free (answer->name);
    g_ptr_array_unref (answer->records);
    g_ptr_array_unref (answer->aliases);
    g_free (answer);
}

static gboolean
holds_name (ModoriDnsType type)
{
    return type == MODORI_DNS_MX || type == MODORI_DNS_NS || type == MODORI_DNS_CNAME
           || type == MODORI_DNS_PTR;
}

ModoriDnsRecord *
modori_dns_add (ModoriDnsAnswer *answer, const char *text, guint32 ttl)
{
    ModoriDnsRecord *record;

    if (answer->records->len >= RECORDS_MAX)
        return NULL;
    record = g_new0 (ModoriDnsRecord, 1);
    record->ttl = ttl;
    if (holds_name (answer->type)) {
        record->text = g_ascii_strdown (text, -1);
        if (g_str_has_suffix (record->text, "."))
            record->text[strlen (record->text) - 1] = '\0';
    } else
        record->text = g_strndup (text, TEXT_MAX);
    g_ptr_array_add (answer->records, record);
    return record;
}

/* --- names --- */

static char *
reverse_name_v4 (const guint8 *b)
{
    return g_strdup_printf ("%u.%u.%u.%u.in-addr.arpa", b[3], b[2], b[1], b[0]);
}

/* RFC 3596 section 2.5. */
static char *
reverse_name_v6 (const guint8 *b)
{
    GString *name = g_string_sized_new (REVERSE_MAX);

    for (guint i = 16; i > 0; i--)
        g_string_append_printf (name, "%x.%x.", b[i - 1] & 15, b[i - 1] >> 4);
    g_string_append (name, "ip6.arpa");
    return g_string_free (name, FALSE);
}

char *
modori_dns_reverse_name (const char *address)
{
    guint8 bytes[16];

    if (inet_pton (AF_INET, address, bytes) == 1)
        return reverse_name_v4 (bytes);
    return inet_pton (AF_INET6, address, bytes) == 1 ? reverse_name_v6 (bytes) : NULL;
}

gboolean
modori_dns_same_address (const char *a, const char *b)
{
    guint8 one[16] = { 0 }, other[16] = { 0 };
    int family = strchr (a, ':') ? AF_INET6 : AF_INET;

    return inet_pton (family, a, one) == 1 && inet_pton (family, b, other) == 1
        && memcmp (one, other, sizeof one) == 0;
}

/* Has NAME labels of the right length only? */
static gboolean
has_good_lengths (const char *name)
{
    gsize label = 0, i;

    for (i = 0; name[i]; i++) {
        if (i == NAME_MAX_LENGTH || (name[i] == '.' ? label == 0 : label == LABEL_MAX_LENGTH))
            return FALSE;
        label = name[i] == '.' ? 0 : label + 1;
    }
    return label > 0;
}

static char *
without_last_dot (const char *name)
{
    gsize len = strlen (name);

    return g_ascii_strdown (name, (gssize) (len > 0 && name[len - 1] == '.' ? len - 1 : len));
}

/* SPF's macros make names of what a sender chooses: all printable ASCII may come.  A backslash
 * would be an escape to those who write packets. */
char *
modori_dns_question_name (const char *name)
{
    g_autofree char *lower = without_last_dot (name);

    for (const char *p = lower; *p; p++)
        if (! g_ascii_isgraph (*p) || *p == '\\')
            return NULL;
    return has_good_lengths (lower) ? g_steal_pointer (&lower) : NULL;
}

char *
modori_dns_name (const char *name)
{
    g_autofree char *copy = NULL, *ascii = NULL, *lower = NULL;

    if (strlen (name) > TEXT_MAX || ! g_utf8_validate (name, -1, NULL))
        return NULL;
    copy = g_strstrip (g_strdup (name));
    ascii = g_hostname_to_ascii (copy);
    lower = ascii ? without_last_dot (ascii) : NULL;
    if (! lower || ! has_good_lengths (lower))
        return NULL;
    for (const char *p = lower; *p; p++)
        if (! g_ascii_isalnum (*p) && ! strchr (".-_", *p))
            return NULL;
    return g_steal_pointer (&lower);
}

gboolean
modori_dns_unanswered (ModoriDnsStatus status)
{
    return status != MODORI_DNS_OK && status != MODORI_DNS_NO_DATA && status != MODORI_DNS_NO_NAME
        && status != MODORI_DNS_BAD_NAME;
}

const char *
modori_dns_status_name (ModoriDnsStatus status)
{
    static const char *const names[] = {
        [MODORI_DNS_OK] = "NOERROR", [MODORI_DNS_NO_DATA] = "NODATA",
        [MODORI_DNS_NO_NAME] = "NXDOMAIN", [MODORI_DNS_SERVER_FAILURE] = "SERVFAIL",
        [MODORI_DNS_REFUSED] = "REFUSED", [MODORI_DNS_TIMEOUT] = "time-out",
        [MODORI_DNS_UNREACHABLE] = "server unreachable", [MODORI_DNS_BAD_ANSWER] = "bad answer",
        [MODORI_DNS_BAD_NAME] = "bad name", [MODORI_DNS_TOO_MANY] = "too many questions",
    };

    return (guint) status < G_N_ELEMENTS (names) ? names[status] : "";
}
