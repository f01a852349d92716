/* tls-address.c - what each address of a mail server said, or where it stopped.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "check/tls-look.h"

#include <string.h>

/* Names of versions that are shown together. */
#define VERSIONS_TEXT 64

/* What the sections are made from, one for each address. */
typedef struct {
    const ModoriTlsLook *look;
    const ModoriProbe *probe;
    ModoriSection *section;
} Place;

static void
see (const Place *place, const char *observation, const char *evidence)
{
    const ModoriProbe *probe = place->probe;

    modori_see (place->section, observation, evidence, "host", place->look->typed, "address",
                probe->address, "port", place->look->port_text, "detail", probe->trouble, "name",
                probe->name, "version", probe->version, "cipher", probe->cipher, NULL);
}

/* --- where it stopped --- */

static const char *
connect_trouble (const ModoriProbe *probe)
{
    if (probe->no_route)
        return "tls-address-no-route";
    if (probe->refused)
        return "tls-address-refused";
    return probe->timed_out ? "tls-address-silent" : "tls-address-failed";
}

static const char *
greeting_trouble (const ModoriProbe *probe)
{
    if (probe->garbage)
        return "tls-address-no-smtp";
    if (probe->code)
        return "tls-greeting-refused";
    return probe->timed_out ? "tls-greeting-silent" : "tls-greeting-closed";
}

static const char *
ehlo_trouble (const ModoriProbe *probe)
{
    if (probe->garbage)
        return "tls-address-no-smtp";
    return probe->code ? "tls-ehlo-refused" : "tls-ehlo-failed";
}

/* A server that greets in the clear on the port of implicit TLS: the library found no TLS there. */
static const char *
handshake_trouble (const Place *place)
{
    if (place->probe->timed_out)
        return "tls-handshake-silent";
    if (place->look->port == MODORI_PORT_SUBMISSIONS
        && strstr (place->probe->trouble, "wrong version number"))
        return "tls-handshake-clear";
    return "tls-handshake-failed";
}

static const char *
trouble (const Place *place)
{
    const ModoriProbe *probe = place->probe;

    if (probe->chain && probe->stage < MODORI_STAGE_DONE)
        return "tls-after-handshake";
    switch (probe->stage) {
    case MODORI_STAGE_REACH:
        return "tls-address-private";
    case MODORI_STAGE_CONNECT:
        return connect_trouble (probe);
    case MODORI_STAGE_GREETING:
        return greeting_trouble (probe);
    case MODORI_STAGE_EHLO:
        return ehlo_trouble (probe);
    case MODORI_STAGE_STARTTLS:
        return probe->code ? "tls-starttls-refused" : "tls-starttls-silent";
    case MODORI_STAGE_HANDSHAKE:
        return handshake_trouble (place);
    case MODORI_STAGE_DONE:
        break;
    }
    return probe->chain ? NULL : "tls-starttls-missing";
}

/* --- versions and ciphers --- */

static gboolean
is_old (const char *version)
{
    return g_str_equal (version, "TLSv1") || g_str_equal (version, "TLSv1.1");
}

static gboolean
is_weak (const char *cipher)
{
    static const char *const weak[] = { "RC4", "DES", "MD5", "EXP", "NULL", "RC2", "IDEA" };

    for (guint i = 0; i < G_N_ELEMENTS (weak); i++)
        if (strstr (cipher, weak[i]))
            return TRUE;
    return FALSE;
}

/* RFC 9325 section 4.1: a key that is stolen later shall not open what was recorded.  In TLS 1.3
 * ("TLS_AES_...") none does. */
static gboolean
keeps_secrets (const char *cipher)
{
    return g_str_has_prefix (cipher, "ECDHE") || g_str_has_prefix (cipher, "DHE")
        || g_str_has_prefix (cipher, "TLS_");
}

/* The names of the old or new versions that are offered. */
static void
list_versions (const ModoriProbe *probe, gboolean old, char text[VERSIONS_TEXT])
{
    text[0] = '\0';
    for (guint i = 0; i < probe->versions->len; i++) {
        const ModoriTlsVersion *version = &g_array_index (probe->versions, ModoriTlsVersion, i);

        if (! version->offered || is_old (version->version) != old)
            continue;
        if (text[0])
            g_strlcat (text, ", ", VERSIONS_TEXT);
        g_strlcat (text, version->version, VERSIONS_TEXT);
    }
}

/* Each version that is offered with the cipher that the server chose for it. */
static char *
list_ciphers (const ModoriProbe *probe)
{
    GString *text = g_string_new (NULL);

    for (guint i = 0; i < probe->versions->len; i++) {
        const ModoriTlsVersion *version = &g_array_index (probe->versions, ModoriTlsVersion, i);

        if (version->offered)
            g_string_append_printf (text, "%s%s %s", text->len ? ", " : "", version->version,
                                    version->cipher);
    }
    return g_string_free (text, FALSE);
}

static void
look_at_versions (const Place *place)
{
    char old[VERSIONS_TEXT], new[VERSIONS_TEXT];
    g_autofree char *ciphers = list_ciphers (place->probe);
    g_autofree char *all = NULL;
    const char *observation = "tls-versions";

    list_versions (place->probe, TRUE, old);
    list_versions (place->probe, FALSE, new);
    if (! old[0] && ! new[0])
        return;
    if (old[0] && ! new[0])
        observation = "tls-versions-only-old";
    else if (old[0] && place->look->port == MODORI_PORT_RELAY)
        observation = "tls-versions-old-delivery";
    else if (old[0])
        observation = "tls-versions-old";
    all = g_strdup_printf ("%s%s%s", old, old[0] && new[0] ? ", " : "", new);
    modori_see (place->section, observation, ciphers, "versions", all, "old", old, "address",
                place->probe->address, NULL);
}

static void
look_at_cipher (const Place *place)
{
    const char *cipher = place->probe->cipher;

    if (is_weak (cipher))
        see (place, "tls-cipher-weak", cipher);
    else if (! keeps_secrets (cipher))
        see (place, "tls-cipher-no-secrecy", cipher);
}

/* --- its name --- */

static gboolean
is_no_name (const char *name)
{
    return ! strchr (name, '.') || name[0] == '[' || g_str_has_suffix (name, ".localdomain")
        || g_str_has_suffix (name, ".local") || g_hostname_is_ip_address (name);
}

static gboolean
holds (const ModoriDnsAnswer *answer, const char *name)
{
    for (guint i = 0; i < answer->records->len; i++)
        if (g_str_equal (modori_dns_record (answer, i)->text, name))
            return TRUE;
    return FALSE;
}

/* What it calls itself against its reverse name. */
static void
look_at_name (const Place *place)
{
    const ModoriProbe *probe = place->probe;
    g_autofree char *question = modori_dns_reverse_name (probe->address);
    const ModoriDnsAnswer *answer;
    const char *reverse, *observation = "tls-own-name";

    if (! question || ! *probe->name)
        return;
    answer = modori_resolver_ask (place->look->resolver, question, MODORI_DNS_PTR);
    reverse = answer->records->len ? modori_dns_record (answer, 0)->text : "";
    if (is_no_name (probe->name))
        observation = "tls-own-name-local";
    else if (answer->status == MODORI_DNS_NO_NAME || answer->status == MODORI_DNS_NO_DATA)
        observation = "tls-own-name-no-reverse";
    else if (answer->status != MODORI_DNS_OK)
        return;
    else if (! holds (answer, probe->name))
        observation = "tls-own-name-other";
    modori_see (place->section, observation, probe->greeting, "name", probe->name, "reverse",
                reverse, "address", probe->address, "helo", probe->name, NULL);
}

/* --- all --- */

static void
look_at_address (const Place *place)
{
    const ModoriProbe *probe = place->probe;
    const char *failed = trouble (place);

    if (probe->chain)
        see (place, "tls-connected", probe->greeting);
    if (failed)
        see (place, failed, *probe->trouble ? probe->trouble : probe->greeting);
    if (probe->injected)
        see (place, "tls-starttls-injected", "");
    if (probe->auth_before)
        see (place, "tls-auth-before", "");
    if (probe->stage >= MODORI_STAGE_HANDSHAKE)
        look_at_versions (place);
    if (*probe->cipher)
        look_at_cipher (place);
    look_at_name (place);
}

void
modori_tls_look_addresses (ModoriTlsLook *look)
{
    for (guint i = 0; i < look->probes->len; i++) {
        const ModoriProbe *probe = g_ptr_array_index (look->probes, i);
        gboolean colons = strchr (probe->address, ':') != NULL;
        g_autofree char *subject = g_strdup_printf ("%s%s%s:%u", colons ? "[" : "",
                                                    probe->address, colons ? "]" : "",
                                                    look->port);
        Place place = { look, probe, NULL };

        place.section = modori_checkup_section (look->checkup, "address", subject);
        look_at_address (&place);
    }
}
