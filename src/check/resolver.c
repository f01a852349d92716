/* resolver.c - questions to the DNS, asked in parallel and each once.
 *
 * What a run may ask and how long it may wait are limited here, whatever the transport does:
 * records name other names, and their owners may be nobody's friends.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"
#include "check/resolver.h"

#include "text/error.h"
#include "text/module.h"

#include <glib/gi18n.h>

/* A domain with everything, 30 selectors and 50 block lists asks some 200. */
#define QUESTIONS_MAX 500

/* All waiting of a run, in microseconds: who runs a check sits before it. */
#define WAIT_MAX (60 * G_USEC_PER_SEC)

/* So many waits in vain, and never an answer: then there is no server. */
#define SILENCE_MAX 2

typedef struct {
    ModoriDnsAnswer *answer;
    gboolean done;
} Entry;

struct ModoriResolver {
    const ModoriDnsTransport *transport;        /* the module's, which is never unloaded */
    gpointer link;
    gboolean trusted;
    GHashTable *entries;        /* "16 example.jp" to Entry */
    guint questions;            /* that were sent */
    guint in_vain;              /* waits since the beginning, while nobody answered */
    gboolean heard;             /* somebody answered */
    gint64 waited;              /* microseconds */
};

static void
entry_free (gpointer data)
{
    Entry *entry = data;

    modori_dns_answer_free (entry->answer);
    g_free (entry);
}

ModoriResolver *
modori_resolver_new_with (const ModoriDnsTransport *transport, gpointer link, gboolean trust)
{
    ModoriResolver *resolver = g_new0 (ModoriResolver, 1);

    resolver->transport = transport;
    resolver->link = link;
    resolver->trusted = trust || transport->is_local (link);
    resolver->entries = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, entry_free);
    return resolver;
}

ModoriResolver *
modori_resolver_new (const char *server, guint seconds, gboolean trust, GError **error)
{
    const ModoriDnsTransport *transport = modori_module_table ("resolver", MODORI_RESOLVER_SYMBOL);
    gpointer link;

    if (! transport) {
        g_set_error (error, MODORI_ERROR, MODORI_ERROR_IO,
                     _("the DNS cannot be asked: the module resolver.so is not installed"));
        return NULL;
    }
    link = transport->open (server, seconds, error);
    return link ? modori_resolver_new_with (transport, link, trust) : NULL;
}

void
modori_resolver_free (ModoriResolver *resolver)
{
    if (! resolver)
        return;
    resolver->transport->close (resolver->link);
    g_hash_table_unref (resolver->entries);
    g_free (resolver);
}

gboolean
modori_resolver_is_trusted (const ModoriResolver *resolver)
{
    return resolver->trusted;
}

static void
give_up (Entry *entry, ModoriDnsStatus status)
{
    entry->answer->status = status;
    entry->done = TRUE;
}

/* Has the run waited enough?  Then it never waits again: the transport gets no more time, and what
 * it still has under way stays as it is. */
static gboolean
is_over (const ModoriResolver *resolver)
{
    return resolver->waited >= WAIT_MAX || resolver->in_vain >= SILENCE_MAX;
}

static void
send_question (ModoriResolver *resolver, Entry *entry)
{
    if (resolver->questions >= QUESTIONS_MAX)
        give_up (entry, MODORI_DNS_TOO_MANY);
    else if (is_over (resolver))
        give_up (entry, MODORI_DNS_TIMEOUT);
    else {
        resolver->questions++;
        resolver->transport->send (resolver->link, entry->answer, &entry->done);
    }
}

/* The question, sent if it is new.  Names that cannot be asked for cost nothing: they have one
 * answer in common with all that are as bad. */
static Entry *
entry_of (ModoriResolver *resolver, const char *name, ModoriDnsType type)
{
    g_autofree char *asked = modori_dns_question_name (name);
    g_autofree char *key = g_strdup_printf ("%d %s", (int) type, asked ? asked : "");
    Entry *entry = g_hash_table_lookup (resolver->entries, key);

    if (entry)
        return entry;
    entry = g_new0 (Entry, 1);
    entry->answer = modori_dns_answer_new (asked ? asked : "", type);
    entry->answer->status = MODORI_DNS_TIMEOUT;         /* until somebody says something */
    g_hash_table_insert (resolver->entries, g_steal_pointer (&key), entry);
    if (asked)
        send_question (resolver, entry);
    else
        give_up (entry, MODORI_DNS_BAD_NAME);
    return entry;
}

static void
wait_for (ModoriResolver *resolver, Entry *entry)
{
    gint64 begin = g_get_monotonic_time ();
    gboolean silent;

    resolver->transport->wait (resolver->link, &entry->done);
    entry->done = TRUE;
    resolver->waited += g_get_monotonic_time () - begin;
    silent = entry->answer->status == MODORI_DNS_TIMEOUT
             || entry->answer->status == MODORI_DNS_UNREACHABLE;
    resolver->heard = resolver->heard || ! silent;
    resolver->in_vain = resolver->heard ? 0 : resolver->in_vain + 1;
}

void
modori_resolver_want (ModoriResolver *resolver, const char *name, ModoriDnsType type)
{
    entry_of (resolver, name, type);
}

const ModoriDnsAnswer *
modori_resolver_ask (ModoriResolver *resolver, const char *name, ModoriDnsType type)
{
    Entry *entry = entry_of (resolver, name, type);

    if (! entry->done && is_over (resolver))
        give_up (entry, MODORI_DNS_TIMEOUT);
    if (! entry->done)
        wait_for (resolver, entry);
    if (! resolver->trusted)
        entry->answer->authentic = FALSE;
    if (entry->answer->status == MODORI_DNS_OK && entry->answer->records->len == 0)
        entry->answer->status = MODORI_DNS_NO_DATA;     /* who reads the first record finds one */
    return entry->answer;
}
