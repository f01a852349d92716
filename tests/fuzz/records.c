/* records.c - any text as a record of SPF, DKIM, DMARC, BIMI, MTA-STS, TLS-RPT, and as a policy of MTA-STS.
 *
 * The readers by themselves: what they show lies in their own text, and their limits hold.  Then the text as the answer
 * to each question of `check domain`: its first line as the TXT records, the other ones as lines of a zone of their own.
 * What is seen must be UTF-8 on one line, and not endless.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "../zone-fixture.h"
#include "check/mta-sts.h"
#include "check/spf.h"
#include "check/tags.h"
#include "check/zone-dmarc.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

#define DOMAIN_NAME "shop.example.jp"
/* The fixture reads its zone for each question. */
#define SIZE_MAX_RUN 8192

static void
check_span (ModoriSpan span, const char *text)
{
    g_assert_nonnull (span.at);
    if (span.len)
        g_assert_true (span.at >= text && modori_span_end (span) <= text + strlen (text));
}

static void
check_tags (const char *text)
{
    g_autoptr (ModoriTags) tags = modori_tags_parse (text);
    ModoriSpan value;

    g_assert_true (g_utf8_validate (tags->text, -1, NULL));
    g_assert_cmpuint (tags->tags->len, <=, 100);
    for (guint i = 0; i < tags->tags->len; i++) {
        const ModoriTag *tag = &g_array_index (tags->tags, ModoriTag, i);
        g_autofree char *name = modori_span_dup (tag->name);

        check_span (tag->name, tags->text);
        check_span (tag->value, tags->text);
        g_assert_true (modori_tags_find (tags, name, &value));
    }
    check_span (tags->bad, tags->text);
    check_span (tags->twice, tags->text);
}

static void
check_spf (const char *text)
{
    g_autofree char *record = g_strconcat ("v=spf1 ", text, NULL);
    g_autoptr (ModoriSpf) spf = modori_spf_parse (record);

    g_assert_cmpuint (spf->terms->len, <=, 500);
    for (guint i = 0; i < spf->terms->len; i++) {
        const ModoriSpfTerm *term = &g_array_index (spf->terms, ModoriSpfTerm, i);

        check_span (term->text, spf->text);
        check_span (term->domain, spf->text);
        g_assert_cmpuint (term->prefix4, <=, 32);
        g_assert_cmpuint (term->prefix6, <=, 128);
        g_assert_nonnull (strchr ("+-~?", term->qualifier));
    }
    for (guint i = 0; i < spf->faults->len; i++)
        check_span (g_array_index (spf->faults, ModoriSpfFault, i).text, spf->text);
}

static void
check_policy (const char *text)
{
    g_autoptr (ModoriMtaSts) policy = modori_mta_sts_parse (modori_span_of (text));

    g_assert_cmpuint (policy->mx->len, <=, 100);
    check_span (policy->version, policy->text);
    check_span (policy->mode, policy->text);
    check_span (policy->bad, policy->text);
    for (guint i = 0; i < policy->mx->len; i++)
        check_span (g_array_index (policy->mx, ModoriSpan, i), policy->text);
    modori_mta_sts_admits (policy, "mx.example.jp");
}

/* What is proposed is right: proposing it again changes nothing. */
static void
check_proposal (const char *text)
{
    g_autofree char *once = modori_dmarc_propose (text, DOMAIN_NAME);
    g_autofree char *twice = modori_dmarc_propose (once, DOMAIN_NAME);

    g_assert_true (g_str_has_prefix (once, "v=DMARC1; p="));
    for (const char *p = once; *p; p++)
        g_assert_true (g_ascii_isprint (*p));
    if (strlen (once) < 900)
        g_assert_cmpstr (once, ==, twice);
}

/* --- whole sections --- */

static void
check_string (const char *text)
{
    g_assert_true (g_utf8_validate (text, -1, NULL));
    g_assert_null (strpbrk (text, "\r\n\t"));
    g_assert_cmpuint (strlen (text), <=, 3 * 2000);
}

static void
check_checkup (const ModoriCheckup *checkup)
{
    for (guint i = 0; i < checkup->sections->len; i++) {
        const ModoriSection *section = g_ptr_array_index (checkup->sections, i);

        check_string (section->subject);
        g_assert_cmpuint (section->seen->len, <=, 1000);
        for (guint k = 0; k < section->seen->len; k++) {
            const ModoriSeen *seen = g_ptr_array_index (section->seen, k);

            g_assert_true (g_str_has_prefix (seen->observation, section->name));
            check_string (seen->evidence);
            for (guint n = 0; n < seen->values->len; n++)
                check_string (g_ptr_array_index (seen->values, n));
        }
    }
}

/* TEXT wherever a record is asked for; the caller frees. */
static char *
zone_of (const char *text)
{
    static const struct { const char *name, *before; } places[] = {
        { "", "v=spf1 " }, { "s1._domainkey.", "" }, { "s2._domainkey.", "p=" },
        { "_dmarc.", "v=DMARC1; p=none; " }, { "_dmarc.www.", "" }, { "_mta-sts.", "v=STSv1; " },
        { "_smtp._tls.", "v=TLSRPTv1; " }, { "default._bimi.", "v=BIMI1; " },
    };
    g_autofree char *line = g_strndup (text, strcspn (text, "\n"));
    const char *rest = text + strlen (line);
    GString *zone = g_string_new ("mx.example.jp A 192.0.2.1\n" DOMAIN_NAME " MX 10 mx.example.jp");

    for (guint i = 0; i < G_N_ELEMENTS (places); i++)
        g_string_append_printf (zone, "\n%s" DOMAIN_NAME " TXT %s%s", places[i].name,
                                places[i].before, line);
    g_string_append (zone, rest);
    return g_string_free (zone, FALSE);
}

static void
look_at_domain (const char *text, const char *domain, const ModoriTlsTable *tls)
{
    static const char *const selectors[] = { "s1", "s2", NULL };
    g_autofree char *lines = zone_of (text);
    const ModoriDomainCheck options = {
        .domain = domain, .ip = "192.0.2.1", .envelope = DOMAIN_NAME, .selectors = selectors,
        .dkim_domain = DOMAIN_NAME, .seconds = 1, .helo = "mx.example.jp",
    };
    ModoriZone zone = { .options = &options, .tls = tls, .domain = (char *) domain,
                        .organisation = (char *) DOMAIN_NAME, .envelope = (char *) DOMAIN_NAME,
                        .helo = (char *) "mx.example.jp", .policy = (char *) text };

    zone.checkup = modori_checkup_new ("domain", domain);
    zone.resolver = zone_fixture (lines);
    zone.mx = g_ptr_array_new_with_free_func (g_free);
    modori_zone_mx (&zone);
    modori_zone_reverse (&zone);
    modori_zone_spf (&zone);
    modori_zone_dkim (&zone);
    modori_zone_dmarc (&zone);
    modori_zone_mta_sts (&zone);
    modori_zone_dane (&zone);
    check_checkup (zone.checkup);
    if (zone.probes)
        g_ptr_array_unref (zone.probes);
    g_ptr_array_unref (zone.mx);
    modori_resolver_free (zone.resolver);
    modori_checkup_free (zone.checkup);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
    g_autofree char *text = g_strndup ((const char *) data, MIN (size, SIZE_MAX_RUN));
    const ModoriTlsTable *tls = modori_tls_load (NULL);

    check_tags (text);
    check_spf (text);
    check_policy (text);
    check_proposal (text);
    look_at_domain (text, DOMAIN_NAME, tls);
    look_at_domain (text, "www." DOMAIN_NAME, tls);
    return 0;
}
