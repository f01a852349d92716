/* unit-records.c - DKIM keys, DMARC, BIMI: what is seen in a zone.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "check/tags.h"
#include "check/zone-dmarc.h"
#include "check/zone.h"
#include "rules/engine.h"
#include "zone-fixture.h"

/* --- keys: RSA of three sizes, the bare RSAPublicKey of the second, EC, Ed25519; and a private one --- */

#define RSA_512 \
    "MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBALwYD3QNUg9ski86D3h4Y5kDvFThcXExcCtcuS+LG1xOo2uR" \
    "RgIVZmTy+7mBkX22xB00+OJLppWL9mad7hvsyQECAwEAAQ=="
#define RSA_1024 \
    "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQCtJAMZQ+LsW1IrShfkh7XrwnR+UtWK/cADcAsW+VgD" \
    "ob71uC+z9yeiYRJWtqNc3jpYhntWDhtqI8pAr1dOSvblMWWMvV8L64VXwftn/dCPm1HGOGjQYDTh/OcM" \
    "b6S5dX51u3yNPboz4ADZr8uK5/+A25unWSZ55ApivGVeNqkg0QIDAQAB"
#define RSA_2048 \
    "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA5WHKcKdhQKrRXaCJPZF7ccr7vb3EE+WOk5Gs" \
    "Llzm62eGLWyWcwEXnZFqyuFIWySUEb6+46qzFSnkz6VYrl44xWiXu7+CWHdkG9m5S/xgbYiH0PmsTgvD" \
    "RIDDdlqZkB2yXgIvRvcAETL3c4Si3PwStGnYrre+XCmqDLf37p7avfkom9XrGw70dFG6qYUQHuYbw2YC" \
    "m5J9ifat998EcN3G97ljZRjy/7uawwWO6g9Fel+PN+2iPM7sDf+F2rNyr5gw6pTY/+LViL6ZqAj3vhv8" \
    "A65aTtXiqUu4c9PrbesA/wlQ1kMXvnsrZsNOYDmZl0qwFVicmREvJO2S4fpOx2OaWwIDAQAB"
#define BARE_1024 \
    "MIGJAoGBAK0kAxlD4uxbUitKF+SHtevCdH5S1Yr9wANwCxb5WAOhvvW4L7P3J6JhEla2o1zeOliGe1YO" \
    "G2ojykCvV05K9uUxZYy9XwvrhVfB+2f90I+bUcY4aNBgNOH85wxvpLl1fnW7fI09ujPgANmvy4rn/4Db" \
    "m6dZJnnkCmK8ZV42qSDRAgMBAAE="
#define EC_256 \
    "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE3RprXmhFU86vMg/XohjSj79jX6JmkOTnvTs4UMuz1dca" \
    "kBVzRjMlgPPHmkSpMpwASa9ckbp4QJrJmKo1CFbMaw=="
#define ED25519 \
    "Dr623Hhto+G2HYOjg1zsnTpEztVzZZRZbl9RmVFNxl8="
#define PRIVATE \
    "MIIBOwIBAAJBALwYD3QNUg9ski86D3h4Y5kDvFThcXExcCtcuS+LG1xOo2uRRgIVZmTy+7mBkX22xB00" \
    "+OJLppWL9mad7hvsyQECAwEAAQJBALjNUvGM3OE2pPIts2GDtydxmiozTggOsMyJz5C8tecb1PnHmjhx" \
    "S3QCFLhvo9l7SD6x3DDK9aGrXT5Pl4EWOgECIQDgbSZ1Qil84wpzqYm0u3AhYCoLDIjhpfiniGGuMsQ8" \
    "EQIhANaOYK9mln01zlH/bXTkL0yLNb6dusrNNHNRvHYKzW3xAiEAuQSjOPZDl8bhXfs+ILaKOam634ME" \
    "8epPdWZ1CRSnPNECIAUgddL7IpFvXbS748OtSCwOD4S0hCggayZuR5CShYIhAiBlcouT0fBZ/od3B2hO" \
    "YfDHg4k9r6rDPESTkyov0tJP7g=="

#define S1 "s1._domainkey.shop.example.jp TXT "

/* A zone with all that a section needs. */
typedef struct {
    ModoriDomainCheck options;
    ModoriZone zone;
} Case;

static const ModoriTlsTable *tls;

static void
case_init (Case *it, const char *text, const char *domain, const char *organisation)
{
    memset (it, 0, sizeof *it);
    it->options.domain = domain;
    it->zone.options = &it->options;
    it->zone.checkup = modori_checkup_new ("domain", domain);
    it->zone.resolver = zone_fixture (text);
    it->zone.tls = tls;
    it->zone.domain = g_strdup (domain);
    it->zone.organisation = g_strdup (organisation);
    it->zone.envelope = g_strdup (domain);
}

static void
case_clear (Case *it)
{
    modori_checkup_free (it->zone.checkup);
    modori_resolver_free (it->zone.resolver);
    g_free (it->zone.domain);
    g_free (it->zone.organisation);
    g_free (it->zone.envelope);
}

static void
check_string (const char *text)
{
    g_assert_nonnull (text);
    g_assert_true (g_utf8_validate (text, -1, NULL));
    g_assert_null (strpbrk (text, "\r\n\t"));
    g_assert_cmpuint (strlen (text), <=, 6000);
}

/* All that was seen, "name name"; the caller frees. */
static char *
seen_names (const ModoriCheckup *checkup)
{
    GString *names = g_string_new (NULL);

    for (guint i = 0; i < checkup->sections->len; i++) {
        const ModoriSection *section = g_ptr_array_index (checkup->sections, i);

        for (guint k = 0; k < section->seen->len; k++) {
            const ModoriSeen *seen = g_ptr_array_index (section->seen, k);

            g_string_append_printf (names, "%s%s", names->len ? " " : "", seen->observation);
            check_string (seen->evidence);
            for (guint n = 0; n < seen->values->len; n++)
                check_string (g_ptr_array_index (seen->values, n));
        }
    }
    return g_string_free (names, FALSE);
}

static void
check_value (const ModoriCheckup *checkup, const char *observation, const char *name,
             const char *want)
{
    const ModoriSeen *seen = modori_checkup_find (checkup, observation);

    g_assert_nonnull (seen);
    g_assert_cmpstr (modori_seen_value (seen, name), ==, want);
}

/* --- lists of tags --- */

/* "name=value|name=value", then " bad:..." and " twice:..."; the caller frees. */
static char *
tags_text (const char *text)
{
    g_autoptr (ModoriTags) tags = modori_tags_parse (text);
    GString *out = g_string_new (NULL);

    for (guint i = 0; i < tags->tags->len; i++) {
        const ModoriTag *tag = &g_array_index (tags->tags, ModoriTag, i);

        g_string_append_printf (out, "%s%.*s=%.*s", i ? "|" : "", (int) tag->name.len,
                                tag->name.at, (int) tag->value.len, tag->value.at);
    }
    if (tags->bad.len)
        g_string_append_printf (out, " bad:%.*s", (int) tags->bad.len, tags->bad.at);
    if (tags->twice.len)
        g_string_append_printf (out, " twice:%.*s", (int) tags->twice.len, tags->twice.at);
    return g_string_free (out, FALSE);
}

static void
test_tags (void)
{
    static const struct { const char *text, *want; } cases[] = {
        { "v=DKIM1; k=rsa; p=AB==", "v=DKIM1|k=rsa|p=AB==" },
        { " v = DMARC1 ;p= none;", "v=DMARC1|p=none" },
        { "p=", "p=" },
        { "", "" },
        { ";;;", "" },
        { "a=1;;b=2", "a=1|b=2" },
        { "a=1; junk; b=2; more", "a=1|b=2 bad:junk" },
        { "a=1; =2", "a=1 bad:=2" },
        { "1a=1", " bad:1a=1" },
        { "a=1; b=2; a=3", "a=1|b=2|a=3 twice:a" },
        { "a=1; A=2", "a=1|A=2" },
        { "v=DMARC1 p=none", "v=DMARC1 p=none" },
        { "p=A\r\n B", "p=A\r\n B" },
        { "p=\xff\xfe", "p=\xef\xbf\xbd\xef\xbf\xbd" },
    };
    ModoriSpan value;
    g_autoptr (ModoriTags) tags = modori_tags_parse ("v=DKIM1; p=");

    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autofree char *got = tags_text (cases[i].text);

        g_assert_cmpstr (got, ==, cases[i].want);
    }
    g_assert_true (modori_tags_find (tags, "p", &value));
    g_assert_cmpuint (value.len, ==, 0);
    g_assert_false (modori_tags_find (tags, "V", &value));
    modori_tags_free (NULL);
}

/* --- DKIM --- */

static char *
dkim_names (const char *text, gboolean *there)
{
    static const char *const selectors[] = { "s1", NULL };
    Case it;
    char *names;

    case_init (&it, text, "shop.example.jp", "shop.example.jp");
    it.options.selectors = selectors;
    modori_zone_dkim (&it.zone);
    names = seen_names (it.zone.checkup);
    *there = it.zone.dkim_there;
    case_clear (&it);
    return names;
}

static void
test_dkim (void)
{
    static const struct { const char *zone; gboolean there; const char *want; } cases[] = {
        { S1 "v=DKIM1; k=rsa; p=" RSA_2048, TRUE, "dkim-good" },
        { S1 "p=" RSA_2048, TRUE, "dkim-good" },
        { S1 "v=DKIM1; n=for\xe2\x80\xa6 us; unknown=1; p=" RSA_2048 ";", TRUE, "dkim-good" },
        { S1 "p=" RSA_1024, TRUE, "dkim-short" },
        { S1 "p=" BARE_1024, TRUE, "dkim-short" },
        { S1 "p=" RSA_512, FALSE, "dkim-weak" },
        { S1 "k=rsa; p=" EC_256, FALSE, "dkim-type" },
        { S1 "v=DKIM1; k=ed25519; p=" ED25519, TRUE, "dkim-ed25519 dkim-only-ed25519" },
        { S1 "v=DKIM1; p=" ED25519, FALSE, "dkim-type" },
        { S1 "v=DKIM1; k=ed25519; p=" RSA_1024, FALSE, "dkim-type" },
        { S1 "v=DKIM1; k=dsa; p=" RSA_1024, FALSE, "dkim-unknown-type" },
        { S1 "v=DKIM1; k=rsa; p=", FALSE, "dkim-revoked" },
        { S1 "v=DKIM1; k=rsa", FALSE, "dkim-no-key" },
        { S1 "v=DKIM1; k=rsa; p=" PRIVATE, FALSE, "dkim-private" },
        { S1 "-----BEGIN RSA PRIVATE KEY-----" PRIVATE, FALSE, "dkim-private" },
        { S1 "v=DKIM1; p=-----BEGIN PUBLIC KEY-----" RSA_2048 "-----END PUBLIC KEY-----", FALSE,
          "dkim-pem" },
        { S1 "v=DKIM1\\; k=rsa\\; p=" RSA_2048, FALSE, "dkim-escaped" },
        { S1 "\"v=DKIM1; k=rsa; p=" RSA_2048 "\"", FALSE, "dkim-quotes" },
        { S1 "v=DKIM1; k=rsa; p=MIIB*", FALSE, "dkim-base64" },
        { S1 "v=DKIM1; k=rsa; p=MIIBI", FALSE, "dkim-base64" },
        { S1 "v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG", FALSE, "dkim-cut" },
        { S1 "v=DKIM1; k=rsa; p=AAAAAAAA", FALSE, "dkim-broken" },
        { S1 "v=DKIM2; p=" RSA_2048, FALSE, "dkim-version" },
        { S1 "v=dkim1; p=" RSA_2048, FALSE, "dkim-version" },
        { S1 "k=rsa; v=DKIM1; p=" RSA_2048, FALSE, "dkim-version" },
        { S1 "v=DKIM1; rsa; p=" RSA_2048, FALSE, "dkim-syntax" },
        { S1 "v=DKIM1; p=AAAA; p=" RSA_2048, FALSE, "dkim-twice" },
        { S1 "v=DKIM1; h=sha1; p=" RSA_2048, TRUE, "dkim-good dkim-hash" },
        { S1 "v=DKIM1; h=sha1 : sha256; p=" RSA_2048, TRUE, "dkim-good" },
        { S1 "v=DKIM1; s=web; p=" RSA_2048, TRUE, "dkim-good dkim-service" },
        { S1 "v=DKIM1; s=email; t=y:s; p=" RSA_2048, TRUE, "dkim-good dkim-test dkim-strict" },
        { S1 "v=DKIM1; g=*; p=" RSA_2048, TRUE, "dkim-good dkim-granularity" },
        { S1 "v=DKIM1; p= AAAA " RSA_2048, FALSE, "dkim-broken" },
        { S1 "p=MFww " "DQYJ", FALSE, "dkim-cut" },
        { S1 "p=" RSA_2048 "\n" S1 "p=" RSA_1024, FALSE, "dkim-several" },
        { S1 "p=" RSA_2048 "\n" S1 "v=spf1 -all", TRUE, "dkim-good" },
        { S1 "v=spf1 -all", FALSE, "dkim-not-a-key" },
        { S1 "!SERVFAIL", FALSE, "dkim-unanswered" },
        { "shop.example.jp TXT x", FALSE, "dkim-missing" },
        { "s1._domainkey.shop.example.jp CNAME k.example.net\nk.example.net TXT p=" RSA_2048, TRUE,
          "dkim-delegated dkim-good" },
        { "s1._domainkey.shop.example.jp CNAME gone.example.net", FALSE, "dkim-dead-alias" },
    };

    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        gboolean there = FALSE;
        g_autofree char *got = dkim_names (cases[i].zone, &there);

        g_test_message ("%s", cases[i].zone);
        g_assert_cmpstr (got, ==, cases[i].want);
        g_assert_cmpint (there, ==, cases[i].there);
    }
}

static void
test_dkim_proposal (void)
{
    static const char *const selectors[] = { "s1", NULL };
    static const struct { const char *zone, *observation; } cases[] = {
        { S1 "\"v=DKIM1; k=rsa; \" \"p=MIGfMA0GCSq\" \"" , NULL },
        { S1 "v=DKIM1\\; k=rsa\\; p=" RSA_2048, "dkim-escaped" },
        { S1 "\"v=DKIM1; \" \"p=" RSA_2048 "\"", "dkim-quotes" },
        { S1 "v=dkim1; p=" RSA_2048, "dkim-version" },
        { S1 "p=-----BEGIN PUBLIC KEY----- " RSA_2048 " -----END PUBLIC KEY-----", "dkim-pem" },
    };

    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        Case it;

        case_init (&it, cases[i].zone, "shop.example.jp", "shop.example.jp");
        it.options.selectors = selectors;
        modori_zone_dkim (&it.zone);
        if (cases[i].observation)
            check_value (it.zone.checkup, cases[i].observation, "proposed",
                         "v=DKIM1; k=rsa; p=" RSA_2048);
        case_clear (&it);
    }
}

/* A private key is never printed again. */
static void
test_dkim_secret (void)
{
    static const char *const selectors[] = { "s1", NULL };
    static const char *const zones[] = {
        S1 "v=DKIM1; p=" PRIVATE,
        S1 "\"v=DKIM1; p=" PRIVATE "\"",
        S1 "v=DKIM1\\; p=" PRIVATE,
        S1 "v=DKIM1; junk; p=-----BEGIN KEY-----" PRIVATE "-----END KEY-----",
    };

    for (guint i = 0; i < G_N_ELEMENTS (zones); i++) {
        const ModoriSeen *seen;
        Case it;

        case_init (&it, zones[i], "shop.example.jp", "shop.example.jp");
        it.options.selectors = selectors;
        modori_zone_dkim (&it.zone);
        seen = modori_checkup_find (it.zone.checkup, "dkim-private");
        g_assert_nonnull (seen);
        g_assert_cmpstr (seen->evidence, ==, "");
        g_assert_null (modori_seen_value (seen, "proposed"));
        case_clear (&it);
    }
}

static char *
common_names (const char *text, gboolean *there)
{
    static const char rules[] = "Selector: s1\nUsed-By: x\n\nSelector: s2\nUsed-By: x\n\n"
                                "Selector: s3\nUsed-By: x\n";
    GError *error = NULL;
    g_autoptr (ModoriKnowledge) knowledge
        = modori_knowledge_parse ("x.rules", modori_span_of (rules), modori_all_kinds, &error);
    Case it;
    char *names;

    g_assert_no_error (error);
    case_init (&it, text, "shop.example.jp", "shop.example.jp");
    it.options.knowledge = knowledge;
    modori_zone_dkim (&it.zone);
    names = seen_names (it.zone.checkup);
    if (modori_checkup_find (it.zone.checkup, "dkim-none"))
        check_value (it.zone.checkup, "dkim-none", "count", "3");
    *there = it.zone.dkim_there;
    case_clear (&it);
    return names;
}

static void
test_dkim_common (void)
{
    static const struct { const char *zone; gboolean there; const char *want; } cases[] = {
        { "shop.example.jp TXT x", FALSE, "dkim-none" },
        { "s2._domainkey.shop.example.jp TXT p=" RSA_2048, TRUE, "dkim-good" },
        { "s2._domainkey.shop.example.jp TXT p=", FALSE, "dkim-revoked-tried" },
        /* a wildcard */
        { S1 "p=" RSA_2048 "\ns2._domainkey.shop.example.jp TXT p=" RSA_2048, TRUE, "dkim-good" },
        { S1 "v=spf1 -all\ns2._domainkey.shop.example.jp TXT v=spf1 -all", FALSE, "dkim-none" },
        { S1 "!TIMEOUT", FALSE, "dkim-unanswered" },
        { S1 "!TIMEOUT\ns2._domainkey.shop.example.jp TXT p=" RSA_2048, TRUE, "dkim-good" },
        { S1 "p=" RSA_2048 "\ns2._domainkey.shop.example.jp TXT k=ed25519; p=" ED25519, TRUE,
          "dkim-good dkim-ed25519" },
    };

    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        gboolean there = FALSE;
        g_autofree char *got = common_names (cases[i].zone, &there);

        g_test_message ("%s", cases[i].zone);
        g_assert_cmpstr (got, ==, cases[i].want);
        g_assert_cmpint (there, ==, cases[i].there);
    }
}

/* --- DMARC --- */

#define DMARC "_dmarc.shop.example.jp TXT "
#define RUA "; rua=mailto:d@shop.example.jp"

static char *
dmarc_names (const char *text, const char *domain)
{
    Case it;
    char *names;

    case_init (&it, text, domain, "shop.example.jp");
    modori_zone_dmarc (&it.zone);
    names = seen_names (it.zone.checkup);
    case_clear (&it);
    return names;
}

static void
test_dmarc (void)
{
    static const struct { const char *zone, *want; } cases[] = {
        { DMARC "v=DMARC1; p=reject" RUA, "dmarc-found" },
        { DMARC "v=DMARC1;p=reject;sp=reject;adkim=s;aspf=r;pct=100;fo=1:d:s;rf=afrf;ri=86400" RUA,
          "dmarc-found" },
        { DMARC "v=DMARC1; p=none" RUA, "dmarc-found dmarc-only-watched" },
        { DMARC "v=DMARC1; p=reject", "dmarc-found dmarc-no-reports" },
        { DMARC "v=DMARC1; p=reject; rua=", "dmarc-found dmarc-no-reports" },
        { DMARC "v=DMARC1; p=reject; unknown=x" RUA, "dmarc-found" },
        { "shop.example.jp TXT x", "dmarc-none" },
        { DMARC "v=spf1 -all", "dmarc-other-text dmarc-none" },
        { DMARC "!SERVFAIL", "dmarc-unanswered" },
        { DMARC "v=DMARC1; p=none\n" DMARC "v=DMARC1; p=reject", "dmarc-several" },
        { DMARC "v=spf1 -all\n" DMARC "v=DMARC1; p=reject" RUA, "dmarc-found" },
        { DMARC "v=dmarc1; p=none", "dmarc-version" },
        { DMARC "\"v=DMARC1; p=none\"", "dmarc-version" },
        { DMARC "p=none; v=DMARC1", "dmarc-version" },
        { DMARC "v=DMARC1", "dmarc-no-policy" },
        { DMARC "v=DMARC1; rua=mailto:d@shop.example.jp", "dmarc-no-policy" },
        { DMARC "v=DMARC1; p=rejected", "dmarc-bad-policy" },
        { DMARC "v=DMARC1; p=", "dmarc-bad-policy" },
        { DMARC "v=DMARC1; p=none\\; rua=mailto:d@shop.example.jp", "dmarc-escaped" },
        { DMARC "v=DMARC1 p=none", "dmarc-semicolon" },
        { DMARC "v=DMARC1; p=none rua=mailto:d@shop.example.jp", "dmarc-semicolon" },
        { DMARC "v=DMARC1; none", "dmarc-syntax" },
        { DMARC "v=DMARC1; p=none; p=reject", "dmarc-twice" },
        { DMARC "v=DMARC1" RUA "; p=reject", "dmarc-order dmarc-found" },
        { DMARC "v=DMARC1; p=reject; sp=none" RUA, "dmarc-weaker-below dmarc-found" },
        { DMARC "v=DMARC1; p=reject; sp=off" RUA, "dmarc-found dmarc-bad-value" },
        { DMARC "v=DMARC1; p=reject; adkim=strict; ri=day; fo=1:" RUA,
          "dmarc-found dmarc-bad-value dmarc-bad-value dmarc-bad-value" },
        { DMARC "v=DMARC1; p=reject; pct=50" RUA, "dmarc-found dmarc-pct" },
        { DMARC "v=DMARC1; p=reject; pct=101" RUA, "dmarc-found dmarc-bad-value" },
        { DMARC "v=DMARC1; p=reject; rua=d@shop.example.jp", "dmarc-found dmarc-report-scheme" },
        { DMARC "v=DMARC1; p=reject; rua=https://shop.example.jp/d",
          "dmarc-found dmarc-report-scheme" },
        { DMARC "v=DMARC1; p=reject; rua=mailto:d@shop.example.jp!10m", "dmarc-found" },
        { DMARC "v=DMARC1; p=reject; rua=mailto:d@shop.example.jp!10mb",
          "dmarc-found dmarc-report-size" },
        { DMARC "v=DMARC1; p=reject; rua=mailto:d", "dmarc-found dmarc-report-address" },
        { DMARC "v=DMARC1; p=reject; rua=mailto:d@shop.example.jp, mailto:d@example.net",
          "dmarc-found dmarc-report-refused" },
        { DMARC "v=DMARC1; p=reject; rua=mailto:d@example.net; ruf=mailto:f@a.example.com\n"
          "shop.example.jp._report._dmarc.example.net TXT v=DMARC1;\n"
          "shop.example.jp._report._dmarc.a.example.com TXT !TIMEOUT",
          "dmarc-found dmarc-report-allowed dmarc-report-unanswered" },
    };

    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autofree char *got = dmarc_names (cases[i].zone, "shop.example.jp");

        g_test_message ("%s", cases[i].zone);
        g_assert_cmpstr (got, ==, cases[i].want);
    }
}

/* The organisation's record counts where there is none, and then its sp=. */
static void
test_dmarc_inherited (void)
{
    static const struct { const char *zone, *policy, *want; } cases[] = {
        { DMARC "v=DMARC1; p=reject" RUA, "reject", "dmarc-inherited" },
        { DMARC "v=DMARC1; p=reject; sp=none" RUA, "none",
          "dmarc-weaker-below dmarc-inherited dmarc-only-watched" },
        { DMARC "v=DMARC1; p=none; sp=quarantine" RUA, "quarantine", "dmarc-inherited" },
        { "_dmarc.www.shop.example.jp TXT v=DMARC1; p=reject" RUA "\n" DMARC "v=DMARC1; p=none",
          "reject", "dmarc-found" },
        { "_dmarc.www.shop.example.jp TXT !TIMEOUT\n" DMARC "v=DMARC1; p=none", NULL,
          "dmarc-unanswered" },
        { "www.shop.example.jp TXT x", NULL, "dmarc-none" },
    };

    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        Case it;
        g_autofree char *got = NULL;
        const ModoriSeen *seen;

        case_init (&it, cases[i].zone, "www.shop.example.jp", "shop.example.jp");
        modori_zone_dmarc (&it.zone);
        got = seen_names (it.zone.checkup);
        seen = modori_checkup_find (it.zone.checkup, "dmarc-inherited");
        g_assert_cmpstr (got, ==, cases[i].want);
        if (seen)
            g_assert_cmpstr (modori_seen_value (seen, "policy"), ==, cases[i].policy);
        case_clear (&it);
    }
}

static void
test_dmarc_proposal (void)
{
    static const struct { const char *text, *want; } cases[] = {
        { "v=DMARC1", "v=DMARC1; p=none; rua=mailto:dmarc@example.jp" },
        { "\"v=dmarc1; p=reject\"", "v=DMARC1; p=reject; rua=mailto:dmarc@example.jp" },
        { "v=DMARC1 p=none rua=mailto:a@example.jp",
          "v=DMARC1; p=none; rua=mailto:a@example.jp" },
        { "v=DMARC1\\; p=quarantine\\; rua=a@example.jp,mailto:b@example.net!10m",
          "v=DMARC1; p=quarantine; rua=mailto:a@example.jp,mailto:b@example.net!10m" },
        { "v=DMARC1; p=on; sp=reject; adkim=x; aspf=s; pct=500; ruf=mailto:f@example.jp",
          "v=DMARC1; p=none; sp=reject; aspf=s; rua=mailto:dmarc@example.jp; "
          "ruf=mailto:f@example.jp" },
        { "v=DMARC1; p=none; rua=https://example.jp/",
          "v=DMARC1; p=none; rua=mailto:dmarc@example.jp" },
        { "v=DMARC1; p=none; rua=mailto:a`id`@example.jp|x",
          "v=DMARC1; p=none; rua=mailto:dmarc@example.jp" },
        { "", "v=DMARC1; p=none; rua=mailto:dmarc@example.jp" },
    };

    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autofree char *got = modori_dmarc_propose (cases[i].text, "example.jp");

        g_assert_cmpstr (got, ==, cases[i].want);
    }
}

/* Does the mail pass? */
static void
test_alignment (void)
{
    static const struct {
        const char *tags, *ip, *envelope, *signer;
        gboolean spf, dkim;
        const char *want;
        gboolean is_unsigned;
    } cases[] = {
        { "", NULL, NULL, NULL, FALSE, FALSE, "" },
        { "", "192.0.2.1", NULL, NULL, TRUE, FALSE, "dmarc-spf-passes dmarc-passes-spf" },
        { "", "192.0.2.1", NULL, NULL, FALSE, FALSE, "dmarc-spf-fails dmarc-needs-dkim" },
        { "", "192.0.2.1", "bounce.shop.example.jp", NULL, TRUE, FALSE,
          "dmarc-spf-passes dmarc-passes-spf" },
        { "; aspf=s", "192.0.2.1", "bounce.shop.example.jp", NULL, TRUE, FALSE,
          "dmarc-spf-other dmarc-needs-dkim" },
        { "", "192.0.2.1", "example.net", NULL, TRUE, FALSE, "dmarc-spf-other dmarc-needs-dkim" },
        { "", NULL, "example.net", NULL, FALSE, FALSE, "dmarc-spf-other dmarc-needs-dkim" },
        { "", NULL, NULL, "shop.example.jp", FALSE, TRUE, "dmarc-dkim-passes dmarc-passes-dkim" },
        { "", NULL, NULL, "mail.shop.example.jp", FALSE, TRUE,
          "dmarc-dkim-passes dmarc-passes-dkim" },
        { "; adkim=s", NULL, NULL, "mail.shop.example.jp", FALSE, TRUE,
          "dmarc-dkim-other dmarc-needs-spf" },
        { "", NULL, NULL, "shop.example.jp", FALSE, FALSE, "dmarc-dkim-fails dmarc-needs-spf" },
        { "", "192.0.2.1", NULL, "example.net", FALSE, TRUE,
          "dmarc-spf-fails dmarc-dkim-other dmarc-fails" },
        { "", "192.0.2.1", "example.net", "example.net", TRUE, TRUE,
          "dmarc-spf-other dmarc-dkim-other dmarc-fails" },
        { "", "192.0.2.1", NULL, "shop.example.jp", TRUE, TRUE,
          "dmarc-spf-passes dmarc-dkim-passes dmarc-passes-both" },
        { "", NULL, "example.net", NULL, FALSE, FALSE, "dmarc-spf-other dmarc-fails", TRUE },
        { "", "192.0.2.1", NULL, NULL, FALSE, FALSE, "dmarc-spf-fails dmarc-fails", TRUE },
        { "", "192.0.2.1", NULL, NULL, TRUE, FALSE, "dmarc-spf-passes dmarc-passes-spf", TRUE },
        { "", NULL, NULL, NULL, FALSE, FALSE, "", TRUE },
        { "", "10.0.0.1", NULL, NULL, FALSE, FALSE, "" },
    };

    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autofree char *zone = g_strconcat (DMARC "v=DMARC1; p=reject" RUA, cases[i].tags, NULL);
        g_autofree char *got = NULL;
        Case it;

        case_init (&it, zone, "shop.example.jp", "shop.example.jp");
        it.options.ip = cases[i].ip;
        it.options.dkim_domain = cases[i].signer;
        it.options.is_unsigned = cases[i].is_unsigned;
        it.zone.spf_pass = cases[i].spf;
        it.zone.dkim_there = cases[i].dkim;
        if (cases[i].envelope) {
            g_free (it.zone.envelope);
            it.zone.envelope = g_strdup (cases[i].envelope);
        }
        modori_zone_dmarc (&it.zone);
        got = seen_names (it.zone.checkup);
        g_assert_true (g_str_has_prefix (got, "dmarc-found"));
        g_assert_cmpstr (got + strlen ("dmarc-found") + (cases[i].want[0] != '\0'), ==,
                         cases[i].want);
        case_clear (&it);
    }
}

static void
test_bimi (void)
{
#define BIMI "\ndefault._bimi.shop.example.jp TXT "
    static const struct { const char *zone, *want; } cases[] = {
        { DMARC "v=DMARC1; p=reject" RUA BIMI "v=BIMI1; l=https://e.example/l; a=https://e.example/a",
          "dmarc-found bimi-found" },
        { DMARC "v=DMARC1; p=reject" RUA BIMI "v=BIMI1; l=https://e.example/l;",
          "dmarc-found bimi-found bimi-no-proof" },
        { DMARC "v=DMARC1; p=reject" RUA BIMI "v=BIMI1; l=; a=", "dmarc-found bimi-declined" },
        { DMARC "v=DMARC1; p=reject" RUA BIMI "v=BIMI1; l=http://e.example/l; a=https://x.example",
          "dmarc-found bimi-syntax" },
        { "a.example TXT x" BIMI "v=BIMI1; l=https://e.example/l; a=https://x.example",
          "dmarc-none bimi-found bimi-policy" },
        { DMARC "v=DMARC1; p=reject; pct=10" RUA BIMI "v=BIMI1; l=https://e.example/l; a=https://x",
          "dmarc-found dmarc-pct bimi-found bimi-policy" },
    };

    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autofree char *got = dmarc_names (cases[i].zone, "shop.example.jp");

        g_assert_cmpstr (got, ==, cases[i].want);
    }
}

/* --- strangers --- */

/* COUNT times PIECE, behind HEAD; the caller frees. */
static char *
many (const char *head, const char *piece, guint count)
{
    GString *out = g_string_new (head);

    for (guint i = 0; i < count; i++)
        g_string_append (out, piece);
    return g_string_free (out, FALSE);
}

static void
test_hostile (void)
{
    static const char *const pieces[] = {
        ";", "=", "a=b;", "p=AAAA;", "p=", "AAAA", " ", "\xff", "\r", "-----", "\"", "\\;", "DMARC1",
        "rua=mailto:a@example.net,", "mailto:a@b.example,", "p=none ", "x ", "0\x82\x7f\xff", ",", "!",
    };
    static const char *const heads[] = {
        S1 "v=DKIM1; p=", S1, DMARC "v=DMARC1; p=none; rua=mailto:a@b.example,", DMARC,
        DMARC "v=DMARC1; ", "default._bimi.shop.example.jp TXT v=BIMI1; l=",
    };

    for (guint h = 0; h < G_N_ELEMENTS (heads); h++)
        for (guint i = 0; i < G_N_ELEMENTS (pieces); i++) {
            g_autofree char *zone = many (heads[h], pieces[i], 65535 / (guint) strlen (pieces[i]));
            gboolean there;
            g_autofree char *keys = dkim_names (zone, &there);
            g_autofree char *policies = dmarc_names (zone, "shop.example.jp");
            gint64 words = 0;

            g_assert_false (there);
            g_assert_cmpuint (strlen (keys), <, 1000);
            for (const char *p = policies; *p; p++)
                words += *p == ' ';
            g_assert_cmpint (words, <, 40);
            g_assert_cmpuint (zone_fixture_questions (), <, 20);
        }
}

static void
test_limits (void)
{
    g_autofree char *text = many ("", "a=b;", 20000);
    g_autoptr (ModoriTags) tags = modori_tags_parse (text);

    g_assert_cmpuint (tags->tags->len, ==, 100);
    g_assert_cmpuint (strlen (tags->text), <=, 65535);
}

int
main (int argc, char **argv)
{
    g_autoptr (GError) error = NULL;

    g_test_init (&argc, &argv, NULL);
    tls = modori_tls_load (&error);
    g_assert_no_error (error);
    g_test_add_func ("/records/tags", test_tags);
    g_test_add_func ("/records/dkim", test_dkim);
    g_test_add_func ("/records/dkim-proposal", test_dkim_proposal);
    g_test_add_func ("/records/dkim-secret", test_dkim_secret);
    g_test_add_func ("/records/dkim-common", test_dkim_common);
    g_test_add_func ("/records/dmarc", test_dmarc);
    g_test_add_func ("/records/dmarc-inherited", test_dmarc_inherited);
    g_test_add_func ("/records/dmarc-proposal", test_dmarc_proposal);
    g_test_add_func ("/records/alignment", test_alignment);
    g_test_add_func ("/records/bimi", test_bimi);
    g_test_add_func ("/records/hostile", test_hostile);
    g_test_add_func ("/records/limits", test_limits);
    return g_test_run ();
}
