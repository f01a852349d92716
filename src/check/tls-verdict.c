/* tls-verdict.c - who will accept a mail server as it is: a mail service that sends in the user's
 * name, people's mail programs, senders that insist on TLS.
 *
 * Each thing that is wrong at any address is said once: a client may come to that address.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "check/tls-look.h"

/* Names of the certificate that are shown. */
#define SHOWN_MAX 4

/* What a client may object to. */
typedef enum {
    WRONG_STARTTLS_MISSING = 1 << 0,
    WRONG_STARTTLS_REFUSED = 1 << 1,
    WRONG_HANDSHAKE = 1 << 2,
    WRONG_SELF_SIGNED = 1 << 3,
    WRONG_ROOT = 1 << 4,
    WRONG_CHAIN = 1 << 5,
    WRONG_SIGNATURE = 1 << 6,
    WRONG_EXPIRED = 1 << 7,
    WRONG_EARLY = 1 << 8,
    WRONG_NAME = 1 << 9,
    WRONG_COMMON_NAME = 1 << 10,
    WRONG_KEY = 1 << 11,
    WRONG_VERSION = 1 << 12,
} Wrong;

/* In the order in which they are to be mended. */
static const struct {
    Wrong wrong;
    const char *observation;
} objections[] = {
    { WRONG_STARTTLS_MISSING, "tls-send-as-no-starttls" },
    { WRONG_STARTTLS_REFUSED, "tls-send-as-starttls-refused" },
    { WRONG_HANDSHAKE, "tls-send-as-handshake" },
    { WRONG_SELF_SIGNED, "tls-send-as-self-signed" },
    { WRONG_ROOT, "tls-send-as-unknown-root" },
    { WRONG_CHAIN, "tls-send-as-incomplete-chain" },
    { WRONG_SIGNATURE, "tls-send-as-bad-chain" },
    { WRONG_EXPIRED, "tls-send-as-expired" },
    { WRONG_EARLY, "tls-send-as-not-yet-valid" },
    { WRONG_NAME, "tls-send-as-name" },
    { WRONG_COMMON_NAME, "tls-send-as-common-name" },
    { WRONG_KEY, "tls-send-as-weak-key" },
    { WRONG_VERSION, "tls-send-as-old-version" },
};

#define WRONG_CERTIFICATE                                                                         \
    (WRONG_SELF_SIGNED | WRONG_ROOT | WRONG_CHAIN | WRONG_SIGNATURE | WRONG_EXPIRED | WRONG_EARLY  \
     | WRONG_NAME | WRONG_COMMON_NAME)
#define WRONG_CONNECTION (WRONG_STARTTLS_MISSING | WRONG_STARTTLS_REFUSED | WRONG_HANDSHAKE)

/* --- judging --- */

static guint
judge_trust (const ModoriChain *chain)
{
    switch (chain->trust) {
    case MODORI_TRUST_SELF_SIGNED:
        return WRONG_SELF_SIGNED;
    case MODORI_TRUST_UNKNOWN_ROOT:
        return WRONG_ROOT;
    case MODORI_TRUST_NO_ISSUER:
        return WRONG_CHAIN;
    case MODORI_TRUST_BAD_CHAIN:
        return WRONG_SIGNATURE;
    case MODORI_TRUST_OK:
        break;
    }
    return 0;
}

/* The first certificate that counts and is not valid NOW, or NULL; WRONG gets why. */
static const ModoriCertificate *
outdated (const ModoriChain *chain, gint64 now, guint *wrong)
{
    for (guint i = 0; i < chain->certificates->len; i++) {
        const ModoriCertificate *certificate = g_ptr_array_index (chain->certificates, i);

        if (i > 0 && ! certificate->in_path)
            continue;
        if (now > certificate->not_after || now < certificate->not_before) {
            *wrong |= now > certificate->not_after ? WRONG_EXPIRED : WRONG_EARLY;
            return certificate;
        }
    }
    return NULL;
}

static guint
judge_chain (const ModoriTlsLook *look, const ModoriProbe *probe)
{
    const ModoriCertificate *leaf = modori_tls_look_leaf (probe);
    g_autofree char *weakness = modori_certificate_weakness (leaf);
    gboolean only_common_name = FALSE;
    guint wrong = judge_trust (probe->chain);

    outdated (probe->chain, look->options->now, &wrong);
    if (! modori_certificate_fits (leaf, look->host, &only_common_name))
        wrong |= WRONG_NAME;
    else if (only_common_name)
        wrong |= WRONG_COMMON_NAME;
    if (weakness)
        wrong |= WRONG_KEY;
    if (g_str_equal (probe->version, "TLSv1") || g_str_equal (probe->version, "TLSv1.1"))
        wrong |= WRONG_VERSION;
    return wrong;
}

static guint
judge (const ModoriTlsLook *look, const ModoriProbe *probe)
{
    if (modori_tls_look_leaf (probe))
        return judge_chain (look, probe);
    if (probe->stage == MODORI_STAGE_STARTTLS)
        return WRONG_STARTTLS_REFUSED;
    if (probe->stage == MODORI_STAGE_HANDSHAKE)
        return WRONG_HANDSHAKE;
    return probe->stage == MODORI_STAGE_DONE ? WRONG_STARTTLS_MISSING : 0;
}

/* Did the server of PROBE come far enough to be judged? */
static gboolean
is_judged (const ModoriProbe *probe)
{
    return probe->chain || probe->stage >= MODORI_STAGE_STARTTLS;
}

/* --- saying --- */

/* What the texts about a certificate need. */
static void
set_certificate (ModoriSeen *seen, const ModoriTlsLook *look, const ModoriProbe *probe)
{
    const ModoriCertificate *leaf = modori_tls_look_leaf (probe);
    g_autofree char *names = modori_certificate_names (leaf, SHOWN_MAX);
    g_autofree char *weakness = modori_certificate_weakness (leaf);
    guint wrong = 0;
    const ModoriCertificate *late = outdated (probe->chain, look->options->now, &wrong);
    g_autofree char *date = late ? modori_checkup_date (wrong == WRONG_EARLY ? late->not_before
                                                        : late->not_after) : NULL;

    modori_seen_set (seen, "names", names);
    modori_seen_set (seen, "common_name", leaf->common_name);
    modori_seen_set (seen, "issuer", leaf->issuer_name);
    modori_seen_set (seen, "weakness", weakness);
    modori_seen_set (seen, "date", date);
    modori_seen_set (seen, "detail", probe->chain->words);
}

static ModoriSeen *
say (const ModoriTlsLook *look, ModoriSection *section, const char *observation,
     const ModoriProbe *probe)
{
    g_autofree char *evidence = NULL;
    ModoriSeen *seen;

    if (probe)
        evidence = g_strdup_printf ("%s%s%s", probe->address, *probe->trouble ? ": " : "",
                                    probe->trouble);
    seen = modori_see (section, observation, evidence, "host", look->typed, "port",
                       look->port_text, "form", look->form, NULL);
    if (probe) {
        modori_seen_set (seen, "address", probe->address);
        modori_seen_set (seen, "version", probe->version);
        modori_seen_set (seen, "detail", probe->trouble);
        if (modori_tls_look_leaf (probe))
            set_certificate (seen, look, probe);
    }
    if (! look->is_address)
        modori_seen_set (seen, "mail_host", look->host);
    return seen;
}

/* The names that an advice fills in: those that would work, else the one that was asked about. */
static void
set_names (ModoriSeen *seen, const ModoriTlsLook *look)
{
    modori_seen_set (seen, "smtp_hosts", look->names_text);
    modori_seen_set (seen, "smtp_host", look->names->len ? look->names->pdata[0] : look->host);
}

/* What is to be typed instead: the answer to the question that people come with. */
static void
say_instead (const ModoriTlsLook *look, ModoriSection *section)
{
    if (look->names->len)
        set_names (say (look, section, "tls-type-instead", NULL), look);
    else if (*look->form)
        say (look, section, "tls-type-form", NULL);
}

static void
object (const ModoriTlsLook *look, ModoriSection *section, guint wrong)
{
    for (guint i = 0; i < G_N_ELEMENTS (objections); i++) {
        if (! (wrong & objections[i].wrong))
            continue;
        for (guint k = 0; k < look->probes->len; k++) {
            const ModoriProbe *probe = g_ptr_array_index (look->probes, k);

            if (is_judged (probe) && (judge (look, probe) & objections[i].wrong)) {
                set_names (say (look, section, objections[i].observation, probe), look);
                break;
            }
        }
    }
}

static void
say_programs (const ModoriTlsLook *look, ModoriSection *section, guint wrong)
{
    if (wrong & WRONG_CONNECTION)
        say (look, section, "tls-programs-clear", NULL);
    else if (wrong & (WRONG_CERTIFICATE | WRONG_KEY | WRONG_VERSION))
        say (look, section, "tls-programs-warn", NULL);
    else
        say (look, section, "tls-programs-accept", NULL);
}

/* Who hands in mail wants to log in. */
static void
say_login (const ModoriTlsLook *look, ModoriSection *section)
{
    for (guint i = 0; i < look->probes->len; i++) {
        const ModoriProbe *probe = g_ptr_array_index (look->probes, i);

        if (probe->stage == MODORI_STAGE_DONE && probe->chain && ! probe->auth_after) {
            say (look, section, "tls-no-login", probe);
            return;
        }
    }
}

static void
say_submission (const ModoriTlsLook *look, ModoriSection *section, guint wrong)
{
    object (look, section, wrong);
    if (! wrong)
        set_names (say (look, section, "tls-send-as-accept", NULL), look);
    if (wrong & (WRONG_NAME | WRONG_COMMON_NAME))
        say_instead (look, section);
    say_programs (look, section, wrong);
    say_login (look, section);
}

static void
say_unreachable (const ModoriTlsLook *look, ModoriSection *section)
{
    const ModoriProbe *probe = look->probes->len ? look->probes->pdata[0] : NULL;

    if (probe && probe->stage == MODORI_STAGE_REACH)
        say (look, section, "tls-not-asked", probe);
    else if (probe && probe->stage > MODORI_STAGE_CONNECT)
        say (look, section, "tls-no-dialogue", probe);
    else
        say (look, section, "tls-unreachable", probe);
}

void
modori_tls_look_verdict (ModoriTlsLook *look, ModoriSection *section)
{
    /* servers deliver to each other without logging in */
    gboolean any = FALSE, login = look->port != MODORI_PORT_RELAY;
    guint wrong = 0;

    for (guint i = 0; i < look->probes->len; i++) {
        const ModoriProbe *probe = g_ptr_array_index (look->probes, i);

        if (! is_judged (probe))
            continue;
        any = TRUE;
        login |= probe->auth_before || probe->auth_after;
        wrong |= judge (look, probe);
    }
    if (! any) {
        say_unreachable (look, section);
        return;
    }
    if (login)
        say_submission (look, section, wrong);
    if (look->port == MODORI_PORT_RELAY)
        modori_tls_look_strict (look, section,
                                ! (wrong & (WRONG_CERTIFICATE | WRONG_CONNECTION)));
}
