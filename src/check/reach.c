/* reach.c - which addresses may be connected to, when a stranger's mail says where to go.
 *
 * Addresses are compared as numbers, because there are many ways to write one.  An IPv4 address
 * inside an IPv6 address (mapped, 6to4, NAT64 ...) is judged as the IPv4 address that it leads to.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "check/probe.h"

#include <arpa/inet.h>
#include <string.h>

typedef struct {
    const char *network;
    guint bits;
} Network;

/* IANA's special-purpose registries (RFC 6890): what is not globally reachable, and multicast. */
static const Network closed4[] = {
    { "0.0.0.0", 8 }, { "10.0.0.0", 8 }, { "100.64.0.0", 10 }, { "127.0.0.0", 8 },
    { "169.254.0.0", 16 }, { "172.16.0.0", 12 }, { "192.0.0.0", 24 }, { "192.0.2.0", 24 },
    { "192.88.99.0", 24 }, { "192.168.0.0", 16 }, { "198.18.0.0", 15 }, { "198.51.100.0", 24 },
    { "203.0.113.0", 24 }, { "224.0.0.0", 3 },
};

/* IPv6 that is global lies in 2000::/3; these are the exceptions in it. */
static const Network open6 = { "2000::", 3 };
static const Network closed6[] = {
    { "2001::", 23 },           /* IETF protocols: Teredo, ORCHID, benchmarking */
    { "2001:db8::", 32 }, { "3fff::", 20 },
};

/* IPv6 networks that hold an IPv4 address, and at which byte. */
static const struct {
    Network network;
    guint at;
} embedding[] = {
    { { "::ffff:0:0", 96 }, 12 },       /* RFC 4291: mapped */
    { { "::ffff:0:0:0", 96 }, 12 },     /* RFC 2765: translated */
    { { "64:ff9b::", 96 }, 12 },        /* RFC 6052: NAT64 */
    { { "2002::", 16 }, 2 },            /* RFC 3056: 6to4 */
};

static const guint16 mail_ports[] = {
    MODORI_PORT_RELAY, MODORI_PORT_SUBMISSIONS, MODORI_PORT_SUBMISSION
};

static gboolean
lies_in (const guint8 *address, int family, const Network *network)
{
    guint8 prefix[16];
    guint whole = network->bits / 8, rest = network->bits % 8;

    inet_pton (family, network->network, prefix);
    return memcmp (address, prefix, whole) == 0
        && (rest == 0 || (address[whole] ^ prefix[whole]) >> (8 - rest) == 0);
}

static gboolean
is_public4 (const guint8 *address)
{
    for (guint i = 0; i < G_N_ELEMENTS (closed4); i++)
        if (lies_in (address, AF_INET, &closed4[i]))
            return FALSE;
    return TRUE;
}

static gboolean
is_public6 (const guint8 *address)
{
    for (guint i = 0; i < G_N_ELEMENTS (embedding); i++)
        if (lies_in (address, AF_INET6, &embedding[i].network))
            return is_public4 (address + embedding[i].at);
    for (guint i = 0; i < G_N_ELEMENTS (closed6); i++)
        if (lies_in (address, AF_INET6, &closed6[i]))
            return FALSE;
    return lies_in (address, AF_INET6, &open6);
}

gboolean
modori_reach_admits (ModoriReach reach, const char *address, guint16 port)
{
    gboolean is_mail = FALSE;
    guint8 bytes[16];

    if (reach == MODORI_REACH_ALL)
        return TRUE;
    for (guint i = 0; i < G_N_ELEMENTS (mail_ports); i++)
        is_mail |= port == mail_ports[i];
    if (! is_mail)
        return FALSE;
    /* What is written in another way ("127.1", "fe80::1%eth0") is no answer of the DNS. */
    if (inet_pton (AF_INET, address, bytes) == 1)
        return is_public4 (bytes);
    return inet_pton (AF_INET6, address, bytes) == 1 && is_public6 (bytes);
}
