/* hoptests.c - built-in tests of the servers on the way (Received).
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "rules/tests.h"

#include "rules/addrlist.h"
#include "rules/domain.h"

/* Receivers take a mail for a loop above this many hops (they stop at 20 to 50). */
#define HOPS_LIMIT 25

/* The same server may well pass a mail on twice (filters), not more often. */
#define SAME_HOP_LIMIT 4

/* "unknown [192.0.2.1]": the server looked for a name and found none, or one that does not lead
 * back. */
static gboolean
no_reverse_name (ModoriLook *look, GString *evidence)
{
    for (guint i = 0; modori_look_has_servers (look) && i < look->n_hops; i++)
        if (look->hops[i].unnamed && modori_look_is_server (look, i))
            return modori_look_show_hop (look, evidence, i);
    return FALSE;
}

/* Split IP, of IPv4, into its four numbers. */
static gboolean
split_ip (ModoriSpan ip, ModoriSpan numbers[4])
{
    for (guint i = 0; i < 4; i++) {
        const char *dot = memchr (ip.at, '.', ip.len);

        if ((dot == NULL) != (i == 3))
            return FALSE;
        numbers[i] = modori_span_between (ip.at, dot ? dot : modori_span_end (ip));
        ip = modori_span_skip (ip, numbers[i].len + 1);
    }
    return TRUE;
}

/* Does NAME hold A and B with one of the usual marks between them? */
static gboolean
has_neighbours (ModoriSpan name, ModoriSpan a, ModoriSpan b)
{
    ModoriSpan rest = name;
    const char *at;

    while (a.len && (at = memchr (rest.at, a.at[0], rest.len)) != NULL) {
        rest = modori_span_between (at, modori_span_end (name));
        if (rest.len > a.len + b.len && memcmp (at, a.at, a.len) == 0
            && memchr ("-._xX", at[a.len], 5) && memcmp (at + a.len + 1, b.at, b.len) == 0)
            return TRUE;
        rest = modori_span_skip (rest, 1);
    }
    return FALSE;
}

/* Two neighbouring numbers of an IPv4 address in a name: the name that the owner of the network
 * gave by machine. */
static gboolean
is_numbered (ModoriSpan name, ModoriSpan ip)
{
    ModoriSpan numbers[4];

    if (! split_ip (ip, numbers))
        return FALSE;
    for (guint i = 0; i + 1 < 4; i++)
        if (has_neighbours (name, numbers[i], numbers[i + 1])
            || has_neighbours (name, numbers[i + 1], numbers[i]))
            return TRUE;
    return FALSE;
}

static gboolean
numbered_reverse_name (ModoriLook *look, GString *evidence)
{
    for (guint i = 0; modori_look_has_servers (look) && i < look->n_hops; i++)
        if (look->hops[i].reverse.len > 0 && modori_look_is_server (look, i)
            && is_numbered (look->hops[i].reverse, look->hops[i].ip))
            return modori_look_show_hop (look, evidence, i);
    return FALSE;
}

/* Is NAME one that only a server without a name of its own gives?  A bare word is, where the
 * field is sure to give the name as the client said it: beside what the server found out about
 * the address. */
static gboolean
is_nameless (const ModoriReceived *hop)
{
    gboolean sure = hop->unnamed || hop->reverse.len > 0;

    if (hop->helo.len == 0 || modori_domain_is_public (hop->helo)
        || modori_span_is (hop->helo, "unknown"))
        return FALSE;
    if (modori_domain_ip_kind (hop->helo) != MODORI_IP_NONE)    /* RFC 5321 4.1.3: in brackets */
        return sure && hop->helo.at > hop->value.at && hop->helo.at[-1] != '[';
    return memchr (hop->helo.at, '.', hop->helo.len) || modori_span_is (hop->helo, "localhost")
        || sure;
}

/* A server that calls itself localhost, or by a name without a dot. */
static gboolean
helo_name (ModoriLook *look, GString *evidence)
{
    for (guint i = 0; modori_look_has_servers (look) && i < look->n_hops; i++)
        if (modori_look_is_server (look, i) && is_nameless (&look->hops[i]))
            return modori_look_show_hop (look, evidence, i);
    return FALSE;
}

/* How often does hop I occur among those above it? */
static guint
same_hops (const ModoriLook *look, guint i)
{
    const ModoriReceived *a = &look->hops[i];
    guint same = 1;

    for (guint j = 0; j < i; j++) {
        const ModoriReceived *b = &look->hops[j];

        same += modori_domain_is_same (a->by, b->by) && modori_domain_is_same (a->helo, b->helo);
    }
    return same;
}

static gboolean
received_loop (ModoriLook *look, GString *evidence)
{
    guint hops = modori_look_hops (look);

    if (modori_look_count (look, MODORI_LOOK_RECEIVED) > HOPS_LIMIT) {
        g_string_printf (evidence, "Received: (%u)",
                         modori_look_count (look, MODORI_LOOK_RECEIVED));
        return TRUE;
    }
    for (guint i = SAME_HOP_LIMIT - 1; i < hops; i++)
        if (same_hops (look, i) >= SAME_HOP_LIMIT)
            return modori_look_show_hop (look, evidence, i);
    return FALSE;
}

/* Whoever calls himself by the name of the server he talks to. */
static gboolean
helo_of_receiver (ModoriLook *look, GString *evidence)
{
    for (guint i = 0; modori_look_has_servers (look) && i < look->n_hops; i++)
        if (modori_look_is_server (look, i)
            && modori_domain_is_same (look->hops[i].helo, look->hops[i].by)
            && (look->hops[i].unnamed || look->hops[i].reverse.len > 0)
            && modori_domain_is_public (look->hops[i].helo)
            && ! modori_domain_agrees (look->hops[i].reverse, look->hops[i].by))
            return modori_look_show_hop (look, evidence, i);
    return FALSE;
}

/* "with SMTP" or "with ESMTP", and nothing in the field that tells of encryption (RFC 3848). */
static gboolean
is_in_clear (const ModoriReceived *hop)
{
    return (modori_span_is (hop->with, "SMTP") || modori_span_is (hop->with, "ESMTP"))
        && modori_span_find (hop->value, "tls") < 0 && modori_span_find (hop->value, "cipher") < 0
        && modori_span_find (hop->value, "ssl") < 0;
}

/* The hop to the receiver himself: those before it are the sender's own affair. */
static gboolean
no_tls (ModoriLook *look, GString *evidence)
{
    ModoriSpan to = modori_look_domain (look, MODORI_LOOK_TO);

    for (guint i = 0; modori_look_has_servers (look) && i < look->n_hops; i++)
        if (modori_look_is_server (look, i) && is_in_clear (&look->hops[i])
            && modori_domain_agrees (look->hops[i].by, to)
            && ! modori_domain_agrees (look->hops[i].helo, to))
            return modori_look_show_hop (look, evidence, i);
    return FALSE;
}

/* "(Authenticated sender: taro@example.jp)": who logged in, where he has an address. */
static ModoriSpan
authenticated_domain (ModoriSpan received)
{
    static const char mark[] = "authenticated sender: ";
    gssize at = modori_span_find (received, mark);
    ModoriSpan rest = at < 0 ? MODORI_SPAN_EMPTY : modori_span_skip (received,
                                                                     (gsize) at + sizeof mark - 1);
    gsize n = 0;

    while (n < rest.len && ! strchr (") \t\r\n", rest.at[n]))
        n++;
    rest.len = n;
    return memchr (rest.at, '@', n) ? modori_addrlist_domain (rest) : MODORI_SPAN_EMPTY;
}

/* He who logged in belongs to another organisation than the one in From. */
static gboolean
other_account (ModoriLook *look, GString *evidence)
{
    ModoriSpan from = modori_look_domain (look, MODORI_LOOK_FROM);

    for (guint i = 0; i < modori_look_hops (look); i++) {
        ModoriSpan domain = authenticated_domain (look->hops[i].value);

        if (domain.len > 0 && modori_domain_is_public (domain) && modori_domain_is_public (from)
            && ! modori_domain_agrees (domain, from))
            return modori_look_show_hop (look, evidence, i);
    }
    return FALSE;
}

const ModoriTest modori_hoptests[] = {
    { "helo-name", helo_name, MODORI_LOOK_RECEIVED },
    { "helo-of-receiver", helo_of_receiver, MODORI_LOOK_RECEIVED },
    { "no-reverse-name", no_reverse_name, MODORI_LOOK_RECEIVED },
    { "no-tls", no_tls, MODORI_LOOK_RECEIVED },
    { "numbered-reverse-name", numbered_reverse_name, MODORI_LOOK_RECEIVED },
    { "other-account", other_account, MODORI_LOOK_RECEIVED },
    { "received-loop", received_loop, MODORI_LOOK_RECEIVED },
    { NULL, NULL, MODORI_TEST_NEEDS_NOTHING },
};
