/* resolver.c - questions to the DNS, asked in parallel and each once.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "check/resolver.h"

ModoriResolver *
modori_resolver_new (const char *server, guint seconds, gboolean trust, GError **error)
{
    (void) server;
    (void) seconds;
    (void) trust;
    (void) error;
    return NULL;
}

ModoriResolver *
modori_resolver_new_with (const ModoriDnsTransport *transport, gpointer link, gboolean trust)
{
    (void) transport;
    (void) link;
    (void) trust;
    return NULL;
}

void
modori_resolver_free (ModoriResolver *resolver)
{
    (void) resolver;
}

void
modori_resolver_want (ModoriResolver *resolver, const char *name, ModoriDnsType type)
{
    (void) resolver;
    (void) name;
    (void) type;
}

const ModoriDnsAnswer *
modori_resolver_ask (ModoriResolver *resolver, const char *name, ModoriDnsType type)
{
    (void) resolver;
    (void) name;
    (void) type;
    return NULL;
}

gboolean
modori_resolver_is_trusted (const ModoriResolver *resolver)
{
    (void) resolver;
    return 0;
}
