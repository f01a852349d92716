/* chain.c - what is to be said of one chain of certificates: names, authority, dates, strength.
 *
 * Of each certificate that the library went over on its way the dates and the key count; what is
 * sent beside the way harms nobody.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "check/check.h"

#define DAY (24 * 60 * 60)

/* Names that are told; a hoster's certificate may have hundreds. */
#define NAMES_SHOWN 12

/* One chain, and what is said with every observation. */
typedef struct {
    ModoriSection *section;
    const ModoriChain *chain;
    const ModoriCertificate *own;       /* the server's */
    const char *host;                   /* or NULL */
    gint64 now, warn;                   /* seconds */
    char *names, *not_before, *not_after, *key;
} View;

/* --- telling --- */

/* Days between two times, as a number. */
static char *
days_between (gint64 from, gint64 to)
{
    return g_strdup_printf ("%" G_GINT64_FORMAT, (to - from) / DAY);
}

/* OBSERVATION of the server's own certificate. */
static ModoriSeen *
see (const View *view, const char *observation, const char *evidence)
{
    const ModoriCertificate *own = view->own;

    return modori_see (view->section, observation, evidence, "smtp_host", view->host,
                       "mail_host", view->host, "names", view->names,
                       "common_name", own->common_name, "issuer", own->issuer_name,
                       "not_before", view->not_before, "not_after", view->not_after,
                       "key", view->key, "signature", own->signature, NULL);
}

/* --- names --- */

static void
see_misfit (const View *view, const char *evidence)
{
    static const char *const observations[] = {
        [MODORI_NAME_FITS] = "certificate-name-fits",
        [MODORI_NAME_OTHER] = "certificate-name-other",
        [MODORI_NAME_TOO_DEEP] = "certificate-name-too-deep",
        [MODORI_NAME_BARE] = "certificate-name-bare",
        [MODORI_NAME_BAD_STAR] = "certificate-name-bad-star",
    };
    const ModoriCertificate *own = view->own;
    const char *name = NULL;
    ModoriNameFit fit = modori_certificate_nearest (own, view->host, &name);
    ModoriSeen *seen;

    if (g_hostname_is_ip_address (view->host))
        see (view, "certificate-name-address", evidence);
    else if (! own->dns_names->len && own->addresses->len)
        see (view, "certificate-name-only-address", evidence);
    else if (! own->dns_names->len)
        see (view, "certificate-name-none", own->subject);
    else {
        seen = see (view, observations[fit], evidence);
        modori_seen_set (seen, "name", name);
        if (name && g_str_has_prefix (name, "*."))
            modori_seen_set (seen, "below", name + 2);
    }
}

static void
see_names (const View *view)
{
    const char *evidence = *view->names ? view->names : view->own->subject;
    gboolean only_common = FALSE;

    if (! view->host)
        return;
    if (! modori_certificate_fits (view->own, view->host, &only_common))
        see_misfit (view, evidence);
    else if (only_common)
        see (view, "certificate-name-common-only", view->own->subject);
    else
        see (view, "certificate-name-fits", evidence);
}

/* --- authority --- */

/* "mail.example.com ← Intermediate ← Root", as far as the library got; the caller frees. */
static char *
path_text (const ModoriChain *chain)
{
    GString *text = g_string_new (NULL);

    for (guint i = 0; i < chain->path->len; i++)
        g_string_append_printf (text, "%s%s", i ? " ← " : "",
                                (const char *) g_ptr_array_index (chain->path, i));
    return g_string_free (text, FALSE);
}

/* Is the issuer of ONE among what the library went over? */
static gboolean
has_issuer (const ModoriChain *chain, const ModoriCertificate *one)
{
    for (guint i = 0; i < chain->certificates->len; i++) {
        const ModoriCertificate *other = g_ptr_array_index (chain->certificates, i);

        if (other != one && other->in_path && g_str_equal (other->subject, one->issuer))
            return TRUE;
    }
    return FALSE;
}

/* The end of the way, whose issuer is missing or unknown. */
static const ModoriCertificate *
last_of_path (const View *view)
{
    for (guint i = 0; i < view->chain->certificates->len; i++) {
        const ModoriCertificate *one = g_ptr_array_index (view->chain->certificates, i);

        if (one->in_path && ! has_issuer (view->chain, one))
            return one;
    }
    return view->own;
}

/* Public authorities never sign a server's certificate with their root, and say in it where the
 * intermediate is: who sends such a certificate alone has forgotten to install that. */
static void
see_no_issuer (const View *view, const char *path)
{
    const ModoriCertificate *last = last_of_path (view);
    ModoriSeen *seen;

    if (last == view->own)
        seen = see (view, *last->issuer_url ? "certificate-missing-intermediate"
                    : "certificate-no-issuer", last->issuer);
    else
        seen = see (view, "certificate-unknown-root", path);
    modori_seen_set (seen, "missing", last->issuer_name);
    modori_seen_set (seen, "root", last->issuer_name);
    modori_seen_set (seen, "issuer_url", last->issuer_url);
}

static void
see_trust (const View *view)
{
    const ModoriChain *chain = view->chain;
    g_autofree char *path = path_text (chain);
    const char *root = chain->path->len ? g_ptr_array_index (chain->path, chain->path->len - 1)
        : view->own->issuer_name;

    switch (chain->trust) {
    case MODORI_TRUST_OK:
        modori_seen_set (see (view, "certificate-trusted", path), "root", root);
        break;
    case MODORI_TRUST_SELF_SIGNED:
        see (view, "certificate-self-signed", view->own->subject);
        break;
    case MODORI_TRUST_UNKNOWN_ROOT:
        modori_seen_set (see (view, "certificate-unknown-root", path), "root", root);
        break;
    case MODORI_TRUST_NO_ISSUER:
        see_no_issuer (view, path);
        break;
    case MODORI_TRUST_BAD_CHAIN:
        if (chain->depth > 0 || view->own->for_servers)
            modori_seen_set (see (view, "certificate-bad-chain", path), "words", chain->words);
        break;
    }
    if (! view->own->for_servers)
        see (view, "certificate-not-for-servers", view->own->subject);
}

/* --- dates --- */

static void
see_dates (const View *view)
{
    const ModoriCertificate *own = view->own;
    g_autofree char *evidence = g_strdup_printf ("notBefore=%s notAfter=%s", view->not_before,
                                                 view->not_after);
    g_autofree char *left = days_between (view->now, own->not_after);
    g_autofree char *past = days_between (own->not_after, view->now);
    g_autofree char *until = days_between (view->now, own->not_before);

    if (view->now > own->not_after)
        modori_seen_set (see (view, "certificate-expired", evidence), "days", past);
    else if (view->now < own->not_before)
        modori_seen_set (see (view, "certificate-not-yet", evidence), "days", until);
    else
        modori_seen_set (see (view, own->not_after - view->now < view->warn
                              ? "certificate-ends-soon" : "certificate-dates", evidence),
                         "days", left);
}

/* --- strength --- */

static void
see_strength (const View *view)
{
    g_autofree char *weakness = modori_certificate_weakness (view->own);
    g_autofree char *evidence = g_strdup_printf ("%s, %s", view->key, view->own->signature);

    if (weakness)
        modori_seen_set (see (view, "certificate-weak", evidence), "weakness", weakness);
    else
        see (view, "certificate-strength", evidence);
}

/* --- the other certificates --- */

/* ONE, on the way to the authority. */
static void
see_upper (const View *view, const ModoriCertificate *one)
{
    g_autofree char *weakness = modori_certificate_weakness (one);
    g_autofree char *from = modori_checkup_date (one->not_before);
    g_autofree char *to = modori_checkup_date (one->not_after);
    g_autofree char *evidence = g_strdup_printf ("%s notBefore=%s notAfter=%s", one->subject,
                                                 from, to);
    ModoriSeen *seen;

    if (view->now > one->not_after || view->now < one->not_before) {
        seen = see (view, "certificate-chain-expired", evidence);
        modori_seen_set (seen, "authority", one->common_name);
        modori_seen_set (seen, "date", view->now > one->not_after ? to : from);
    } else if (one->not_after - view->now < view->warn) {
        seen = see (view, "certificate-chain-ends-soon", evidence);
        modori_seen_set (seen, "authority", one->common_name);
        modori_seen_set (seen, "date", to);
    }
    if (weakness) {
        seen = see (view, "certificate-chain-weak", evidence);
        modori_seen_set (seen, "authority", one->common_name);
        modori_seen_set (seen, "weakness", weakness);
    }
}

/* TLS 1.3 and all libraries of today find the way in any order; TLS 1.2 asks for this one
 * (RFC 5246 section 7.4.2), and some devices insist. */
static gboolean
is_in_order (const ModoriChain *chain)
{
    const ModoriCertificate *before = NULL;

    for (guint i = 0; i < chain->certificates->len; i++) {
        const ModoriCertificate *one = g_ptr_array_index (chain->certificates, i);

        if (before && ! g_str_equal (before->issuer, one->subject))
            return FALSE;
        before = one;
    }
    return TRUE;
}

/* Some servers send their own twice. */
static void
see_others (const View *view)
{
    for (guint i = 1; i < view->chain->certificates->len; i++) {
        const ModoriCertificate *one = g_ptr_array_index (view->chain->certificates, i);

        if (one->in_path && ! modori_certificate_is_same (one, view->own))
            see_upper (view, one);
    }
    if (view->chain->root)
        see_upper (view, view->chain->root);
    if (! is_in_order (view->chain))
        see (view, "certificate-order", NULL);
}

/* --- all of it --- */

void
modori_check_chain (ModoriSection *section, const ModoriChain *chain, const char *host,
                    guint warn_days, gint64 now)
{
    View view = { section, chain, NULL, host, now, (gint64) warn_days * DAY, NULL, NULL, NULL,
                  NULL };

    if (! chain || ! chain->certificates->len)
        return;
    view.own = g_ptr_array_index (chain->certificates, 0);
    view.names = modori_certificate_names (view.own, NAMES_SHOWN);
    view.not_before = modori_checkup_date (view.own->not_before);
    view.not_after = modori_checkup_date (view.own->not_after);
    view.key = g_strdup_printf ("%s %u", view.own->key_type, view.own->key_bits);
    if (*view.names)
        see (&view, "certificate-names", view.names);
    else if (! host)
        see (&view, "certificate-without-names", view.own->subject);
    see_names (&view);
    see_trust (&view);
    see_dates (&view);
    see_strength (&view);
    see_others (&view);
    g_free (view.names);
    g_free (view.not_before);
    g_free (view.not_after);
    g_free (view.key);
}
