/* tls-strict.c - senders that deliver over TLS or not at all: MTA-STS and DANE.
 *
 * Whether the receiving domain asks them to is a matter of its DNS (`check domain`); here is only
 * whether this server would pass.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "check/tls-look.h"

#include "check/tlsa.h"

static ModoriSeen *
say (const ModoriTlsLook *look, ModoriSection *section, const char *observation,
     const char *evidence)
{
    return modori_see (section, observation, evidence, "host", look->typed, "port",
                       look->port_text, "remote_mta", look->host, "mail_host", look->host, NULL);
}

/* Does any record in ANSWER vouch for what PROBE showed? */
static gboolean
vouched_for (const ModoriTlsLook *look, const ModoriDnsAnswer *answer, const ModoriProbe *probe)
{
    for (guint i = 0; i < answer->records->len; i++) {
        const ModoriDnsRecord *record = modori_dns_record (answer, i);

        if (modori_tlsa_counts (record)
            && modori_tlsa_vouches (record, probe->chain, look->host, look->options->now))
            return TRUE;
    }
    return FALSE;
}

static gboolean
any_counts (const ModoriDnsAnswer *answer)
{
    for (guint i = 0; i < answer->records->len; i++)
        if (modori_tlsa_counts (modori_dns_record (answer, i)))
            return TRUE;
    return FALSE;
}

/* The first probe that TLSA does not vouch for, though it was reached; or NULL. */
static const ModoriProbe *
betrayed (const ModoriTlsLook *look, const ModoriDnsAnswer *answer)
{
    for (guint i = 0; i < look->probes->len; i++) {
        const ModoriProbe *probe = g_ptr_array_index (look->probes, i);

        if (probe->stage < MODORI_STAGE_STARTTLS && ! probe->chain)
            continue;
        if (! modori_tls_look_leaf (probe) || ! vouched_for (look, answer, probe))
            return probe;
    }
    return NULL;
}

static void
look_at_tlsa (const ModoriTlsLook *look, ModoriSection *section)
{
    g_autofree char *name = g_strdup_printf ("_%u._tcp.%s", look->port, look->host);
    const ModoriDnsAnswer *answer = modori_resolver_ask (look->resolver, name, MODORI_DNS_TLSA);
    const ModoriDnsRecord *record = answer->records->len ? modori_dns_record (answer, 0) : NULL;
    g_autofree char *evidence = NULL;
    const char *observation = "tls-dane-accept";

    if (answer->status == MODORI_DNS_SERVER_FAILURE)
        say (look, section, "tls-dane-unanswered", name);
    if (! record)
        return;
    evidence = modori_tlsa_text (name, record);
    if (! modori_resolver_is_trusted (look->resolver))
        observation = "tls-dane-unverified";
    else if (! answer->authentic)
        observation = "tls-dane-unsigned";
    else if (! any_counts (answer))
        observation = "tls-dane-unusable";
    else if (betrayed (look, answer))
        observation = "tls-dane-refuse";
    say (look, section, observation, evidence);
}

void
modori_tls_look_strict (ModoriTlsLook *look, ModoriSection *section, gboolean trusted)
{
    say (look, section, trusted ? "tls-mta-sts-accept" : "tls-mta-sts-refuse", "");
    if (! look->is_address)
        look_at_tlsa (look, section);
}
