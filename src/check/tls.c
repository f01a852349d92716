/* tls.c - `check tls`: what a mail server shows to who wants TLS.
 *
 * The addresses of the host are looked up and asked all at once; what was seen is put down section
 * by section, the verdict first.  A DNS that is silent and a server that does not answer are
 * observations like all others.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"
#include "check/tls-look.h"

#include "text/error.h"

#include <arpa/inet.h>
#include <glib/gi18n.h>
#include <string.h>

/* Where nobody said which: where people hand in mail, that with TLS at once, where servers do. */
static const guint16 usual_ports[] = {
    MODORI_PORT_SUBMISSION, MODORI_PORT_SUBMISSIONS, MODORI_PORT_RELAY
};

/* Of one host; each is compared with those of all names in the certificate. */
#define ADDRESSES_MAX 100

const ModoriCertificate *
modori_tls_look_leaf (const ModoriProbe *probe)
{
    return probe->chain && probe->chain->certificates->len
        ? g_ptr_array_index (probe->chain->certificates, 0) : NULL;
}

const ModoriProbe *
modori_tls_look_best (const ModoriTlsLook *look)
{
    for (guint i = 0; i < look->probes->len; i++)
        if (modori_tls_look_leaf (g_ptr_array_index (look->probes, i)))
            return g_ptr_array_index (look->probes, i);
    return NULL;
}

gboolean
modori_tls_look_fits (const ModoriCertificate *leaf, const char *host)
{
    gboolean only_common_name = FALSE;

    return modori_certificate_fits (leaf, host, &only_common_name) && ! only_common_name;
}

static void
look_clear (ModoriTlsLook *look)
{
    g_free (look->typed);
    g_free (look->host);
    g_free (look->port_text);
    g_free (look->names_text);
    g_free (look->form);
    g_ptr_array_unref (look->addresses);
    g_ptr_array_unref (look->aliases);
    g_ptr_array_unref (look->names);
    g_clear_pointer (&look->probes, g_ptr_array_unref);
}

/* --- what the user typed --- */

/* TEXT as an address as the system writes it, or NULL; the caller frees. */
static char *
as_address (const char *text)
{
    char written[INET6_ADDRSTRLEN];
    guint8 bytes[16];
    int family = strchr (text, ':') ? AF_INET6 : AF_INET;

    if (inet_pton (family, text, bytes) != 1
        || ! inet_ntop (family, bytes, written, sizeof written))
        return NULL;
    return g_strdup (written);
}

static gboolean
read_host (ModoriTlsLook *look, GError **error)
{
    const char *text = look->options->host;
    gsize size = strlen (text);

    if (size > 2 && text[0] == '[' && text[size - 1] == ']')
        look->typed = g_strndup (text + 1, size - 2);
    else
        look->typed = g_strdup (text);
    look->host = as_address (look->typed);
    look->is_address = look->host != NULL;
    if (! look->host)
        look->host = modori_dns_name (look->typed);
    if (! look->host)
        g_set_error (error, MODORI_ERROR, MODORI_ERROR_SYNTAX,
                     _("\"%s\" is neither the name of a host nor an IP address"), text);
    return look->host != NULL;
}

/* --- its addresses --- */

static const ModoriDnsAnswer *
take_answer (ModoriTlsLook *look, ModoriDnsType type)
{
    const ModoriDnsAnswer *answer = modori_resolver_ask (look->resolver, look->host, type);

    for (guint i = 0; i < answer->records->len && look->addresses->len < ADDRESSES_MAX; i++)
        g_ptr_array_add (look->addresses, g_strdup (modori_dns_record (answer, i)->text));
    for (guint i = 0; i < answer->aliases->len && look->aliases->len == 0; i++)
        g_ptr_array_add (look->aliases, g_strdup (g_ptr_array_index (answer->aliases, i)));
    return answer;
}

/* The name leads nowhere: why? */
static void
see_no_address (ModoriSection *section, const ModoriTlsLook *look, const ModoriDnsAnswer *answer)
{
    const char *status = modori_dns_status_name (answer->status);
    g_autofree char *evidence = g_strdup_printf ("%s: %s", look->host, status);

    if (answer->status == MODORI_DNS_NO_NAME)
        modori_see (section, "tls-no-name", evidence, "host", look->typed, NULL);
    else if (answer->status == MODORI_DNS_NO_DATA)
        modori_see (section, "tls-no-address", evidence, "host", look->typed, NULL);
    else
        modori_see (section, "tls-dns-failed", evidence, "host", look->typed, "status", status,
                    NULL);
}

/* FALSE: there is none, which is said. */
static gboolean
find_addresses (ModoriTlsLook *look, ModoriSection *section)
{
    gboolean both = look->options->ipv4 == look->options->ipv6;
    const ModoriDnsAnswer *answer = NULL, *other = NULL;

    if (look->is_address) {
        g_ptr_array_add (look->addresses, g_strdup (look->host));
        return TRUE;
    }
    if (both) {
        modori_resolver_want (look->resolver, look->host, MODORI_DNS_A);
        modori_resolver_want (look->resolver, look->host, MODORI_DNS_AAAA);
    }
    if (both || look->options->ipv4)
        answer = take_answer (look, MODORI_DNS_A);
    if (both || look->options->ipv6)
        other = take_answer (look, MODORI_DNS_AAAA);
    if (look->addresses->len > 0)
        return TRUE;
    /* "No such record" says less than why the other question failed. */
    if (! answer || (other && answer->status == MODORI_DNS_NO_DATA))
        answer = other;
    see_no_address (section, look, answer);
    return FALSE;
}

/* --- asking --- */

static void
ask (ModoriTlsLook *look, guint16 port)
{
    const ModoriTlsCheck *check = look->options;
    ModoriProbeOptions options = {
        .host = look->host, .port = port, .implicit = port == MODORI_PORT_SUBMISSIONS,
        .helo = check->helo, .ca_file = check->ca_file, .seconds = check->seconds,
        .reach = check->reach, .versions = TRUE
    };

    g_clear_pointer (&look->probes, g_ptr_array_unref);
    g_free (look->port_text);
    look->port = port;
    look->port_text = g_strdup_printf ("%u", port);
    look->probes = modori_probe (look->tls, look->addresses, &options);
}

static gboolean
somebody_answered (const ModoriTlsLook *look)
{
    for (guint i = 0; i < look->probes->len; i++) {
        const ModoriProbe *probe = g_ptr_array_index (look->probes, i);

        if (probe->stage > MODORI_STAGE_CONNECT)
            return TRUE;
    }
    return FALSE;
}

static void
ask_usual_ports (ModoriTlsLook *look, ModoriSection *section)
{
    for (guint i = 0; i < G_N_ELEMENTS (usual_ports); i++) {
        ask (look, usual_ports[i]);
        if (somebody_answered (look)) {
            if (i > 0)
                modori_see (section, "tls-other-port", "", "host", look->typed, "port",
                            look->port_text, NULL);
            return;
        }
    }
    /* Not only the last of them. */
    g_free (look->port_text);
    look->port_text = g_strdup_printf ("%u/%u/%u", usual_ports[0], usual_ports[1],
                                       usual_ports[2]);
}

/* Names and addresses will ask for them. */
static void
want_reverse (const ModoriTlsLook *look)
{
    for (guint i = 0; i < look->probes->len; i++) {
        const ModoriProbe *probe = g_ptr_array_index (look->probes, i);
        g_autofree char *name = modori_dns_reverse_name (probe->address);

        if (name && probe->stage > MODORI_STAGE_CONNECT)
            modori_resolver_want (look->resolver, name, MODORI_DNS_PTR);
    }
}

/* --- certificates --- */

/* Has one of the probes before the NTH shown the same certificate? */
static gboolean
was_seen (const ModoriTlsLook *look, guint nth)
{
    const ModoriCertificate *leaf = modori_tls_look_leaf (g_ptr_array_index (look->probes, nth));

    for (guint i = 0; i < nth; i++) {
        const ModoriCertificate *other = modori_tls_look_leaf (look->probes->pdata[i]);

        if (other && modori_certificate_is_same (leaf, other))
            return TRUE;
    }
    return FALSE;
}

static void
look_at_certificates (ModoriTlsLook *look)
{
    g_autoptr (GString) which = g_string_new (NULL);
    ModoriSection *section = NULL;
    guint n = 0;

    for (guint i = 0; i < look->probes->len; i++) {
        const ModoriProbe *probe = g_ptr_array_index (look->probes, i);
        const ModoriCertificate *leaf = modori_tls_look_leaf (probe);

        if (! leaf || was_seen (look, i))
            continue;
        section = modori_checkup_section (look->checkup, "certificate",
                                          *leaf->common_name ? leaf->common_name : look->typed);
        /* Few servers that bring mail look at certificates; who does is told in the verdict. */
        section->mild = look->port == MODORI_PORT_RELAY;
        modori_check_chain (section, probe->chain, look->host, look->options->warn_days,
                            look->options->now);
        g_string_append_printf (which, "%s%s: %s", n++ ? "; " : "", probe->address,
                                leaf->subject);
    }
    if (n > 1)
        modori_see (section, "tls-several-certificates", which->str, "host", look->typed, NULL);
}

/* --- all --- */

static void
look_at_all (ModoriTlsLook *look)
{
    ModoriSection *verdict = modori_checkup_section (look->checkup, "verdict", look->typed);

    if (! find_addresses (look, verdict))
        return;
    if (look->options->port)
        ask (look, look->options->port);
    else
        ask_usual_ports (look, verdict);
    want_reverse (look);
    if (modori_tls_look_best (look))
        modori_tls_look_names (look);
    modori_tls_look_verdict (look, verdict);
    modori_tls_look_addresses (look);
    look_at_certificates (look);
}

ModoriCheckup *
modori_check_tls (ModoriResolver *resolver, const ModoriTlsCheck *options, GError **error)
{
    ModoriTlsLook look = { .options = options, .resolver = resolver };

    look.addresses = g_ptr_array_new_with_free_func (g_free);
    look.aliases = g_ptr_array_new_with_free_func (g_free);
    look.names = g_ptr_array_new_with_free_func (g_free);
    look.names_text = g_strdup ("");
    look.form = g_strdup ("");
    look.tls = modori_tls_load (error);
    if (look.tls && read_host (&look, error)) {
        look.checkup = modori_checkup_new ("tls", options->host);
        look_at_all (&look);
    }
    look_clear (&look);
    return look.checkup;
}
