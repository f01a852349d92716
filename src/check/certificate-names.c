/* certificate-names.c - do the names of a certificate fit a host, and is its key strong enough?
 *
 * The rules of RFC 6125 section 6.4 in the narrow form of RFC 9525, which Gmail, browsers and
 * current TLS libraries share: a star is the whole first label and stands for exactly one; the
 * common name counts for nothing; an address is only found among the addresses.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "check/certificate.h"

#include "check/resolver.h"

#include <string.h>

/* Below these OpenSSL's security level 2 refuses a key: 112 bits (NIST SP 800-57 part 1,
 * table 2). */
#define RSA_BITS_MIN 2048
#define EC_BITS_MIN 224

/* --- one name --- */

/* TEXT in lower case without the dot of the root; the caller frees. */
static char *
plain_name (const char *text)
{
    char *name = g_ascii_strdown (text, -1);
    gsize size = strlen (name);

    if (size > 1 && name[size - 1] == '.')
        name[size - 1] = '\0';
    return name;
}

/* Is everybody below DOMAIN a stranger to the other: "com", "co.jp"?  Only what holds for every
 * registry; below the names that hosters have in the Public Suffix List they do use stars. */
static gboolean
is_registry (const char *domain)
{
    static const char *const seconds[] = {
        "ac", "ad", "co", "com", "ed", "edu", "go", "gov", "gr", "lg", "ne", "net", "or", "org",
    };
    const char *dot = strchr (domain, '.');

    if (! dot)
        return TRUE;
    if (strlen (dot + 1) != 2)
        return FALSE;
    for (guint i = 0; i < G_N_ELEMENTS (seconds); i++)
        if (strlen (seconds[i]) == (gsize) (dot - domain)
            && strncmp (domain, seconds[i], (gsize) (dot - domain)) == 0)
            return TRUE;
    return FALSE;
}

/* NAME, which has stars where none may be: does it at least speak of HOST? */
static ModoriNameFit
fit_bad_star (const char *name, const char *host)
{
    const char *behind = strrchr (name, '*') + 1;
    gsize before = strcspn (name, "*"), after = strlen (behind);

    if (strlen (host) < before + after)
        return MODORI_NAME_OTHER;
    return strncmp (name, host, before) == 0 && g_str_has_suffix (host, behind)
        ? MODORI_NAME_BAD_STAR : MODORI_NAME_OTHER;
}

/* HOST and what stands behind "*.". */
static ModoriNameFit
fit_star (const char *domain, const char *host)
{
    gsize size = strlen (host), behind = strlen (domain), label;

    if (g_str_equal (host, domain))
        return MODORI_NAME_BARE;
    if (size < behind + 2 || host[size - behind - 1] != '.'
        || ! g_str_equal (host + size - behind, domain))
        return MODORI_NAME_OTHER;
    label = strcspn (host, ".");
    return label > 0 && label == size - behind - 1 ? MODORI_NAME_FITS : MODORI_NAME_TOO_DEEP;
}

ModoriNameFit
modori_name_fits (const char *name, const char *host)
{
    g_autofree char *have = plain_name (name), *want = plain_name (host);

    if (! *have || ! *want || g_hostname_is_ip_address (want))
        return MODORI_NAME_OTHER;
    if (! strchr (have, '*'))
        return g_str_equal (have, want) ? MODORI_NAME_FITS : MODORI_NAME_OTHER;
    if (! g_str_has_prefix (have, "*.") || strchr (have + 1, '*') || is_registry (have + 2))
        return fit_bad_star (have, want);
    return fit_star (have + 2, want);
}

/* --- all names --- */

static gboolean
has_address (const ModoriCertificate *certificate, const char *address)
{
    for (guint i = 0; i < certificate->addresses->len; i++)
        if (modori_dns_same_address (g_ptr_array_index (certificate->addresses, i), address))
            return TRUE;
    return FALSE;
}

gboolean
modori_certificate_fits (const ModoriCertificate *certificate, const char *host,
                         gboolean *only_common_name)
{
    gboolean address = g_hostname_is_ip_address (host), fits = FALSE, common = FALSE;
    const char *name = certificate->common_name;

    if (address)
        fits = has_address (certificate, host);
    for (guint i = 0; i < certificate->dns_names->len && ! fits && ! address; i++)
        fits = modori_name_fits (g_ptr_array_index (certificate->dns_names, i), host)
            == MODORI_NAME_FITS;
    if (! fits && certificate->dns_names->len == 0)
        common = address ? modori_dns_same_address (name, host)
            : modori_name_fits (name, host) == MODORI_NAME_FITS;
    if (only_common_name)
        *only_common_name = common;
    return fits || common;
}

ModoriNameFit
modori_certificate_nearest (const ModoriCertificate *certificate, const char *host,
                            const char **name)
{
    ModoriNameFit nearest = MODORI_NAME_OTHER;

    *name = NULL;
    for (guint i = 0; i < certificate->dns_names->len; i++) {
        const char *one = g_ptr_array_index (certificate->dns_names, i);
        ModoriNameFit fit = modori_name_fits (one, host);

        if (fit == MODORI_NAME_OTHER || (nearest != MODORI_NAME_OTHER && fit != MODORI_NAME_FITS))
            continue;
        nearest = fit;
        *name = one;
        if (fit == MODORI_NAME_FITS)
            break;
    }
    return nearest;
}

/* --- for people --- */

/* NAME as it reads, or NULL: it is no more readable so, or was made to deceive (GLib decodes
 * whatever comes); the caller frees. */
static char *
readable_name (const char *name)
{
    g_autofree char *readable = strstr (name, "xn--") ? g_hostname_to_unicode (name) : NULL;
    g_autofree char *back = readable ? g_hostname_to_ascii (readable) : NULL;

    if (! back || ! g_str_equal (back, name) || g_str_equal (readable, name))
        return NULL;
    for (const char *p = readable; *p; p = g_utf8_next_char (p))
        if (! g_unichar_isgraph (g_utf8_get_char (p)))
            return NULL;
    return g_steal_pointer (&readable);
}

/* NAME, and in brackets how it reads. */
static void
append_readable (GString *out, const char *name)
{
    g_autofree char *readable = readable_name (name);

    g_string_append (out, name);
    if (readable)
        g_string_append_printf (out, " (%s)", readable);
}

static void
append_names (GString *out, const GPtrArray *names, guint *room)
{
    for (guint i = 0; i < names->len && *room > 0; i++, (*room)--) {
        if (out->len)
            g_string_append (out, ", ");
        append_readable (out, g_ptr_array_index (names, i));
    }
}

char *
modori_certificate_names (const ModoriCertificate *certificate, guint most)
{
    GString *out = g_string_new (NULL);
    guint all = certificate->dns_names->len + certificate->addresses->len, room = most;

    append_names (out, certificate->dns_names, &room);
    append_names (out, certificate->addresses, &room);
    if (all > most)
        g_string_append_printf (out, ", ... (+%u)", all - most);
    return g_string_free (out, FALSE);
}

/* --- the whole --- */

gboolean
modori_certificate_is_same (const ModoriCertificate *a, const ModoriCertificate *b)
{
    return a->der->len == b->der->len && memcmp (a->der->data, b->der->data, a->der->len) == 0;
}

/* --- strength --- */

/* The broken digest of SIGNATURE, or NULL. */
static const char *
broken_digest (const char *signature)
{
    static const struct { const char *part, *name; } digests[] = {
        { "sha1", "SHA-1" }, { "md5", "MD5" }, { "md4", "MD4" }, { "md2", "MD2" },
    };
    g_autofree char *lower = g_ascii_strdown (signature, -1);

    for (guint i = 0; i < G_N_ELEMENTS (digests); i++)
        if (strstr (lower, digests[i].part))
            return digests[i].name;
    return NULL;
}

char *
modori_certificate_weakness (const ModoriCertificate *certificate)
{
    const char *type = certificate->key_type;
    const char *digest = certificate->self_signed ? NULL : broken_digest (certificate->signature);
    guint least = g_str_equal (type, "RSA") || g_str_equal (type, "DSA") ? RSA_BITS_MIN
        : g_str_equal (type, "EC") ? EC_BITS_MIN : 0;

    if (certificate->key_bits >= least)
        return g_strdup (digest);
    return g_strdup_printf ("%s %u%s%s", type, certificate->key_bits, digest ? ", " : "",
                            digest ? digest : "");
}
