/* answer.c - any bytes as an answer of the DNS, of each type.
 *
 * The first byte chooses the type; with its highest bit the bytes are the records behind a header
 * and a question that are as they should be.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "check/answer.h"

#include <string.h>

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

#define BEGINNING 0x80
#define PACKET_MAX 65535

static const ModoriDnsType types[] = {
    MODORI_DNS_A, MODORI_DNS_NS, MODORI_DNS_CNAME, MODORI_DNS_SOA, MODORI_DNS_PTR, MODORI_DNS_MX,
    MODORI_DNS_TXT, MODORI_DNS_AAAA, MODORI_DNS_DS, MODORI_DNS_TLSA,
};

static void
check_name (const char *name)
{
    g_assert_cmpuint (strlen (name), <, 1025);
    for (; *name; name++)
        g_assert_true (g_ascii_isprint (*name) && ! g_ascii_isupper (*name));
}

static void
check_answer (const ModoriDnsAnswer *answer)
{
    g_assert_cmpuint (answer->records->len, <=, 1000);
    g_assert_cmpuint (answer->aliases->len, <=, 16);
    g_assert_cmpint (answer->records->len > 0, ==, answer->status == MODORI_DNS_OK);
    for (guint i = 0; i < answer->aliases->len; i++)
        check_name (g_ptr_array_index (answer->aliases, i));
    for (guint i = 0; i < answer->records->len; i++) {
        const ModoriDnsRecord *record = modori_dns_record (answer, i);

        g_assert_cmpuint (strlen (record->text), <=, 2 * PACKET_MAX);
        if (answer->type == MODORI_DNS_MX || answer->type == MODORI_DNS_NS)
            check_name (record->text);
    }
}

/* The packet that DATA is meant for. */
static GByteArray *
packet_of (const guint8 *data, gsize size)
{
    static const guint8 beginning[] = "\1\2\x81\xa0\0\1\0\7\0\0\0\0" "\7example\2jp\0\0\1\0";
    GByteArray *packet = g_byte_array_new ();

    if (data[0] & BEGINNING) {
        g_byte_array_append (packet, beginning, sizeof beginning);      /* and the NUL: class 1 */
        packet->data[packet->len - 1] = 1;
        packet->data[7] = size > 1 ? data[1] & 15 : 0;
    }
    g_byte_array_append (packet, data + 1, (guint) MIN (size - 1, PACKET_MAX - packet->len));
    return packet;
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
    g_autoptr (GByteArray) packet = NULL;
    g_autoptr (ModoriDnsAnswer) answer = NULL;
    g_autofree guint8 *exact = NULL;

    if (size == 0)
        return 0;
    packet = packet_of (data, size);
    exact = g_malloc (MAX (packet->len, 1));
    if (packet->len > 0)
        memcpy (exact, packet->data, packet->len);
    answer = modori_dns_answer_new ("example.jp",
                                    types[(data[0] & 0x7f) % G_N_ELEMENTS (types)]);
    for (guint round = 0; round < 20; round++) {
        gboolean more = modori_answer_read (answer, exact, packet->len);

        check_answer (answer);
        modori_answer_is_cut (exact, packet->len);
        if (! more)
            break;
        g_assert_cmpuint (round, <, 17);
    }
    return 0;
}
