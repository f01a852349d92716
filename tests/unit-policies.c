/* unit-policies.c - `check domain`: MTA-STS with the policy that is fetched, TLS-RPT, DANE.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "check/fetch.h"
#include "check/mta-sts.h"
#include "check/zone.h"
#include "text/error.h"
#include "text/module.h"
#include "zone-fixture.h"
#include "zone-look.h"

#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* --- MTA-STS --- */

static void
test_policy_parse (void)
{
    static const struct {
        const char *text, *mode, *bad;
        guint mx;
        guint64 max_age;
    } cases[] = {
        { "version: STSv1\r\nmode: enforce\r\nmx: mx.example.jp\r\nmx: *.example.net\r\n"
          "max_age: 604800\r\n", "enforce", "", 2, 604800 },
        { "version: STSv1\nmode: testing\nmax_age:1\nmx:\tmx.example.jp ", "testing", "", 1, 1 },
        { "mode: none\nmode: enforce\nfuture-key: a b\n\n", "none", "", 0, 0 },
        { "mode: enforce\nmx: 192.0.2.1.\nmax_age: 1", "enforce", "mx: 192.0.2.1.", 0, 1 },
        { "mode: enforce\nmx: *.*.example.jp\n", "enforce", "mx: *.*.example.jp", 0, 0 },
        { "mode: enforce\nmx: mx\n", "enforce", "mx: mx", 0, 0 },
        { "max_age: 99999999999\n", "", "max_age: 99999999999", 0, 0 },
        { "max_age: -1\n", "", "max_age: -1", 0, 0 },
        { "MODE: enforce\n", "", "", 0, 0 },
        { "\xef\xbb\xbfversion: STSv1", "", "\xef\xbb\xbfversion: STSv1", 0, 0 },
        { "<html>", "", "<html>", 0, 0 },
        { ":", "", ":", 0, 0 },
        { "mode:", "", "mode:", 0, 0 },
        { "", "", "", 0, 0 },
    };

    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autoptr (ModoriMtaSts) policy = modori_mta_sts_parse (modori_span_of (cases[i].text));
        g_autofree char *mode = modori_span_dup (policy->mode);
        g_autofree char *bad = modori_span_dup (policy->bad);

        g_test_message ("%s", cases[i].text);
        g_assert_cmpstr (mode, ==, cases[i].mode);
        g_assert_cmpstr (bad, ==, cases[i].bad);
        g_assert_cmpuint (policy->mx->len, ==, cases[i].mx);
        g_assert_cmpuint (policy->max_age, ==, cases[i].max_age);
    }
}

static void
test_policy_admits (void)
{
    static const struct { const char *host; gboolean wanted; } cases[] = {
        { "mx.example.jp", TRUE }, { "MX.example.jp", TRUE }, { "a.example.net", TRUE },
        { "a.b.example.net", FALSE }, { "example.net", FALSE }, { ".example.net", FALSE },
        { "xmx.example.jp", FALSE }, { "localhost", FALSE }, { "", FALSE },
    };
    g_autoptr (ModoriMtaSts) policy = modori_mta_sts_parse (
        modori_span_of ("mx: mx.example.jp\nmx: *.example.net\n"));

    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_test_message ("%s", cases[i].host);
        g_assert_cmpint (modori_mta_sts_admits (policy, cases[i].host), ==, cases[i].wanted);
    }
}

/* A stranger's file costs no more than its size. */
static void
test_policy_hostile (void)
{
    g_autoptr (GString) text = g_string_new (NULL);
    g_autoptr (ModoriMtaSts) policy = NULL;
    g_autoptr (ModoriMtaSts) odd = NULL;

    for (guint i = 0; i < 20000; i++)
        g_string_append (text, "mx: a.example.jp\n\r:\r:::\n");
    policy = modori_mta_sts_parse (modori_span (text->str, text->len));
    g_assert_cmpuint (policy->mx->len, ==, 100);
    odd = modori_mta_sts_parse (modori_span ("mode: a\0b\nmx: \xff.\xff\n\xff", 19));
    g_assert_cmpuint (odd->mx->len, ==, 0);
    g_assert_cmpuint (odd->bad.len, >, 0);
}

#define TWO_MX "example.jp MX 10 a.example.jp\nexample.jp MX 20 b.example.net\n" \
    "a.example.jp A 192.0.2.1\nb.example.net A 192.0.2.2\n"
#define STS "_mta-sts.example.jp TXT v=STSv1; id=20250101;\n"
#define POLICY "version: STSv1\nmx: *.example.jp\nmax_age: 604800\n"

static const struct {
    const char *zone, *policy, *wanted;
} sts_cases[] = {
    { TWO_MX, NULL, "mta-sts-none" },
    { TWO_MX STS, NULL, "mta-sts-record" },
    { TWO_MX STS STS, NULL, "mta-sts-several" },
    { TWO_MX "_mta-sts.example.jp TXT v=STSv1;", NULL, "mta-sts-bad-id" },
    { TWO_MX "_mta-sts.example.jp TXT v=STSv1; id=2025-01-01", NULL, "mta-sts-bad-id" },
    { TWO_MX "_mta-sts.example.jp TXT v=STSv10; id=1", NULL, "mta-sts-none" },
    { TWO_MX "_mta-sts.example.jp TXT !SERVFAIL", NULL, "mta-sts-unanswered" },
    { TWO_MX STS, POLICY "mode: enforce\nmx: b.example.net\n",
      "mta-sts-record mta-sts-mode-enforce mta-sts-fits" },
    { TWO_MX STS, POLICY "mode: enforce\n", "mta-sts-record mta-sts-mode-enforce mta-sts-mx" },
    { TWO_MX STS, POLICY "mode: testing\n",
      "mta-sts-record mta-sts-mode-testing mta-sts-mx-testing" },
    { TWO_MX STS, POLICY "mode: none\n", "mta-sts-record mta-sts-mode-none" },
    { TWO_MX STS, POLICY "mode: Enforce\n", "mta-sts-record mta-sts-bad-mode mta-sts-mx-testing" },
    { TWO_MX STS, "version: STSv2\nmode: enforce\nmax_age: 60\n",
      "mta-sts-record mta-sts-bad-version mta-sts-short mta-sts-no-mx mta-sts-mode-enforce" },
    { TWO_MX STS, "version: STSv1\nmode: none\nmax_age: 31557601\noops\n",
      "mta-sts-record mta-sts-bad-line mta-sts-long mta-sts-mode-none" },
    { TWO_MX STS, "", "mta-sts-record mta-sts-bad-version mta-sts-no-max-age mta-sts-no-mx "
      "mta-sts-bad-mode" },
};

static void
test_mta_sts (void)
{
    for (guint i = 0; i < G_N_ELEMENTS (sts_cases); i++) {
        g_autofree char *path = NULL;
        int fd = g_file_open_tmp ("policy-XXXXXX", &path, NULL);
        ModoriDomainCheck options = { .mta_sts_file = sts_cases[i].policy ? path : NULL };
        g_autoptr (ModoriCheckup) checkup = NULL;
        g_autofree char *seen = NULL;

        g_assert_cmpint (fd, >=, 0);
        g_close (fd, NULL);
        g_assert_true (g_file_set_contents (path, sts_cases[i].policy ? sts_cases[i].policy : "",
                                            -1, NULL));
        checkup = zone_look (sts_cases[i].zone, &options);
        g_unlink (path);
        seen = zone_look_seen (checkup, "mta-sts");
        g_test_message ("%s\n%s", sts_cases[i].zone, sts_cases[i].policy);
        g_assert_cmpstr (seen, ==, sts_cases[i].wanted);
    }
}

static void
test_mta_sts_file (void)
{
    g_autoptr (ModoriResolver) resolver = zone_fixture (TWO_MX STS);
    g_autoptr (GError) error = NULL;
    ModoriDomainCheck options = { .domain = "example.jp", .mta_sts_file = "/nonexistent/policy" };

    g_assert_null (modori_check_domain (resolver, &options, &error));
    g_assert_error (error, MODORI_ERROR, MODORI_ERROR_MISSING);
}

static void
test_new_id (void)
{
    ModoriDomainCheck options = { NULL };
    g_autoptr (ModoriCheckup) checkup = zone_look (TWO_MX STS STS, &options);

    g_assert_cmpstr (modori_seen_value (modori_checkup_find (checkup, "mta-sts-several"),
                                        "new_id"), ==, "20250102T030405");
}

static const ZoneCase tls_rpt_cases[] = {
    { TWO_MX, NULL, NULL, "tls-rpt", "tls-rpt-none" },
    { TWO_MX "_smtp._tls.example.jp TXT v=TLSRPTv1; rua=mailto:a@example.jp", NULL, NULL, "tls-rpt",
      "tls-rpt-there" },
    { TWO_MX "_smtp._tls.example.jp TXT v=TLSRPTv1;rua=https://example.jp/", NULL, NULL, "tls-rpt",
      "tls-rpt-there" },
    { TWO_MX "_smtp._tls.example.jp TXT v=TLSRPTv1; rua=a@example.jp", NULL, NULL, "tls-rpt",
      "tls-rpt-bad-rua" },
    { TWO_MX "_smtp._tls.example.jp TXT v=TLSRPTv1", NULL, NULL, "tls-rpt", "tls-rpt-bad-rua" },
    { TWO_MX "_smtp._tls.example.jp TXT v=TLSRPTv1; rua=mailto:a@example.jp\n"
      "_smtp._tls.example.jp TXT v=TLSRPTv1; rua=mailto:b@example.jp", NULL, NULL, "tls-rpt",
      "tls-rpt-several" },
    { TWO_MX "_smtp._tls.example.jp TXT !TIMEOUT", NULL, NULL, "tls-rpt", "tls-rpt-unanswered" },
    { NULL }
};

/* --- probes that never happened --- */

static GByteArray *
bytes_of (const char *text)
{
    GByteArray *bytes = g_byte_array_new ();

    return g_byte_array_append (bytes, (const guint8 *) text, (guint) strlen (text));
}

/* A certificate for NAME whose encoding is "certificate", its key "key" (the CA's "authority"). */
static ModoriCertificate *
certificate_of (const char *name, gboolean authority)
{
    ModoriCertificate *made = g_new0 (ModoriCertificate, 1);

    made->subject = g_strdup_printf ("CN=%s", name);
    made->issuer = g_strdup ("CN=Example CA");
    made->common_name = g_strdup (name);
    made->issuer_name = g_strdup ("Example CA");
    made->dns_names = g_ptr_array_new_with_free_func (g_free);
    made->addresses = g_ptr_array_new_with_free_func (g_free);
    g_ptr_array_add (made->dns_names, g_strdup (name));
    made->not_before = ZONE_NOW - 86400;
    made->not_after = ZONE_NOW + 86400;
    made->key_type = g_strdup ("RSA");
    made->signature = g_strdup ("sha256WithRSAEncryption");
    made->issuer_url = g_strdup ("");
    made->der = bytes_of (authority ? "authority" : "certificate");
    made->public_key = bytes_of (authority ? "authority key" : "key");
    return made;
}

typedef struct {
    const char *name;           /* in the certificate; NULL: there is no TLS */
    gboolean expired;
    ModoriTrust trust;
} Server;

static void
probe_free (gpointer data)
{
    ModoriProbe *probe = data;

    modori_chain_free ((ModoriChain *) probe->chain);
    g_free (probe->address);
    g_free (probe->trouble);
    g_free (probe);
}

static ModoriChain *
chain_of (const Server *server)
{
    ModoriChain *chain = g_new0 (ModoriChain, 1);
    ModoriCertificate *own = certificate_of (server->name, FALSE);

    chain->certificates = g_ptr_array_new_with_free_func ((GDestroyNotify) modori_certificate_free);
    chain->path = g_ptr_array_new_with_free_func (g_free);
    chain->words = g_strdup ("unable to get local issuer certificate");
    chain->trust = server->trust;
    own->not_after = server->expired ? ZONE_NOW - 1 : own->not_after;
    g_ptr_array_add (chain->certificates, own);
    g_ptr_array_add (chain->certificates, certificate_of ("Example CA", TRUE));
    return chain;
}

static GPtrArray *
probe_of (const Server *server)
{
    GPtrArray *probes = g_ptr_array_new_with_free_func (probe_free);
    ModoriProbe *probe = g_new0 (ModoriProbe, 1);

    probe->address = g_strdup ("192.0.2.1");
    probe->stage = server->name ? MODORI_STAGE_DONE : MODORI_STAGE_STARTTLS;
    probe->starttls = server->name != NULL;
    probe->trouble = g_strdup (server->name ? "" : "502 no");
    g_ptr_array_add (probes, probe);
    probe->chain = server->name ? chain_of (server) : NULL;
    return probes;
}

/* What PART sees of a domain with one MX, which showed SERVER. */
static char *
seen_with (const char *text, const Server *server, const char *policy,
           void (*part) (ModoriZone *zone), const char *section)
{
    static const ModoriTlsTable no_table;
    const ModoriDomainCheck options = { .probe = TRUE, .now = ZONE_NOW };
    g_autoptr (ModoriResolver) resolver = zone_fixture (text);
    g_autoptr (ModoriCheckup) checkup = modori_checkup_new ("domain", "example.jp");
    g_autoptr (GPtrArray) mx = g_ptr_array_new ();
    g_autoptr (GPtrArray) probes = g_ptr_array_new_with_free_func (
        (GDestroyNotify) g_ptr_array_unref);
    g_autofree char *copy = g_strdup (policy);
    char domain[] = "example.jp", host[] = "mx.example.jp";
    ModoriZone zone = {
        .options = &options, .checkup = checkup, .resolver = resolver, .domain = domain,
        .organisation = domain, .mx = mx, .probes = probes, .tls = &no_table, .policy = copy
    };

    g_ptr_array_add (mx, host);
    g_ptr_array_add (probes, probe_of (server));
    part (&zone);
    return zone_look_seen (checkup, section);
}

/* SHA-256 and SHA-512 of "key", SHA-256 of "certificate", of "authority". */
#define KEY_256 "2c70e12b7a0646f92279f427c7b38e7334d8e5389cff167a1dc30e73f826b683"
#define ZERO_256 "0000000000000000000000000000000000000000000000000000000000000000"

static void
test_dane_matching (void)
{
    static const struct {
        const char *record;
        Server server;
        const char *wanted;
    } cases[] = {
        { "3 1 1 " KEY_256, { "mx.example.jp" }, "dane-verified dane-fits" },
        { "3 1 1 " KEY_256, { "other.example.net", TRUE }, "dane-verified dane-fits" },
        { "3 1 1 " ZERO_256, { "mx.example.jp" }, "dane-verified dane-mismatch" },
        { "3 1 0 6b6579", { "mx.example.jp" }, "dane-verified dane-fits" },
        { "3 0 0 6365727469666963617465", { "mx.example.jp" },
          "dane-verified dane-whole-certificate dane-fits" },
        { "2 0 0 617574686f72697479", { "mx.example.jp" }, "dane-verified dane-fits" },
        { "2 0 0 617574686f72697479", { "example.jp" }, "dane-verified dane-fits" },
        { "2 0 0 617574686f72697479", { "other.example.net" }, "dane-verified dane-mismatch" },
        { "2 0 0 617574686f72697479", { "mx.example.jp", TRUE }, "dane-verified dane-mismatch" },
        { "3 0 0 617574686f72697479", { "mx.example.jp" },
          "dane-verified dane-whole-certificate dane-mismatch" },
        { "3 1 1 abcd", { "mx.example.jp" }, "dane-verified dane-length" },
        { "1 1 1 " KEY_256, { "mx.example.jp" }, "dane-verified dane-usage" },
        { "4 1 1 " KEY_256, { "mx.example.jp" }, "dane-verified dane-unknown-kind" },
        { "3 1 1 " KEY_256, { NULL }, "dane-verified dane-no-tls" },
    };

    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autofree char *text = g_strdup_printf (
            "+example.jp MX 10 mx.example.jp\n+_25._tcp.mx.example.jp TLSA %s", cases[i].record);
        g_autofree char *seen = seen_with (text, &cases[i].server, NULL, modori_zone_dane, "dane");

        g_test_message ("%s", cases[i].record);
        g_assert_cmpstr (seen, ==, cases[i].wanted);
    }
}

/* Two records, the new key's and the old one's, are how a key is changed. */
static void
test_dane_roll_over (void)
{
    const Server server = { "mx.example.jp" };
    g_autofree char *seen = seen_with ("+example.jp MX 10 mx.example.jp\n"
                                       "+_25._tcp.mx.example.jp TLSA 3 1 1 " ZERO_256 "\n"
                                       "+_25._tcp.mx.example.jp TLSA 3 1 1 " KEY_256, &server,
                                       NULL, modori_zone_dane, "dane");

    g_assert_cmpstr (seen, ==, "dane-verified dane-fits");
}

#define ONE_MX "example.jp MX 10 mx.example.jp\nmx.example.jp A 192.0.2.1\n"

static const ZoneCase dane_cases[] = {
    { ONE_MX, NULL, NULL, "dane", "dane-none" },
    { "+example.jp MX 10 mx.example.jp\nmx.example.jp A 192.0.2.1\n", NULL, NULL, "dane",
      "dane-none-signed" },
    { ONE_MX "_25._tcp.mx.example.jp TLSA 3 1 1 " KEY_256, NULL, NULL, "dane", "dane-unsigned" },
    { ONE_MX "+_25._tcp.mx.example.jp TLSA 3 1 1 " KEY_256, NULL, NULL, "dane",
      "dane-mx-unsigned" },
    { ONE_MX "_25._tcp.mx.example.jp TLSA !SERVFAIL", NULL, NULL, "dane",
      "dane-unanswered-unsigned" },
    { "example.jp MX 10 mx.example.jp\n+mx.example.jp A 192.0.2.1\n"
      "_25._tcp.mx.example.jp TLSA !SERVFAIL", NULL, NULL, "dane", "dane-unanswered" },
    { TWO_MX "+_25._tcp.a.example.jp TLSA 3 1 1 " KEY_256, NULL, NULL, "dane",
      "dane-mx-unsigned dane-some" },
    { "+example.jp MX 10 mx.example.jp\nmx.example.jp CNAME a.example.net\n"
      "a.example.net A 192.0.2.1\n+_25._tcp.a.example.net TLSA 3 1 1 " KEY_256, NULL, NULL, "dane",
      "dane-verified" },
    { "example.jp A 192.0.2.1", NULL, NULL, "dane", "" },
    { NULL }
};

/* Whether a zone is signed cannot be told by a resolver that is not trusted; only that its
 * delegation is not. */
static void
test_dane_far (void)
{
    static const struct { const char *zone, *wanted; } cases[] = {
        { "+" ONE_MX "+_25._tcp.mx.example.jp TLSA 3 1 1 " KEY_256 "\nexample.jp DS 1 13 2 ab",
          "dane-untrusted" },
        { "+" ONE_MX "+_25._tcp.mx.example.jp TLSA 3 1 1 " KEY_256, "dane-unsigned" },
    };

    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autoptr (ModoriResolver) resolver = zone_fixture_far (cases[i].zone);
        const ModoriDomainCheck options = { .domain = "example.jp", .now = ZONE_NOW };
        g_autoptr (ModoriCheckup) checkup = modori_check_domain (resolver, &options, NULL);
        g_autofree char *seen = zone_look_seen (checkup, "dane");

        g_assert_cmpstr (seen, ==, cases[i].wanted);
    }
}

static void
test_mta_sts_servers (void)
{
    static const struct { const char *mode; Server server; const char *wanted; } cases[] = {
        { "enforce", { "mx.example.jp" }, "mta-sts-mode-enforce mta-sts-fits" },
        { "enforce", { "*.example.jp" }, "mta-sts-mode-enforce mta-sts-fits" },
        { "enforce", { "other.example.jp" }, "mta-sts-mode-enforce mta-sts-certificate" },
        { "enforce", { "mx.example.jp", TRUE }, "mta-sts-mode-enforce mta-sts-certificate" },
        { "enforce", { "mx.example.jp", FALSE, MODORI_TRUST_NO_ISSUER },
          "mta-sts-mode-enforce mta-sts-certificate" },
        { "testing", { "mx.example.jp", FALSE, MODORI_TRUST_SELF_SIGNED },
          "mta-sts-mode-testing mta-sts-certificate-testing" },
        { "enforce", { NULL }, "mta-sts-mode-enforce mta-sts-no-tls" },
        { "testing", { NULL }, "mta-sts-mode-testing mta-sts-no-tls-testing" },
    };

    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autofree char *policy = g_strdup_printf (POLICY "mode: %s\n", cases[i].mode);
        g_autofree char *seen = seen_with (STS, &cases[i].server, policy, modori_zone_mta_sts,
                                           "mta-sts");
        g_autofree char *wanted = g_strdup_printf ("mta-sts-record %s", cases[i].wanted);

        g_assert_cmpstr (seen, ==, wanted);
    }
}

/* --- fetching --- */

typedef struct {
    GPid pid;
    int input;
    guint16 port;
    char *folder, *certificate;
} Web;

/* FALSE: there is no python3 or openssl here. */
static gboolean
web_start (Web *web)
{
    g_autofree char *script = g_build_filename (g_getenv ("SOURCE") ? g_getenv ("SOURCE") : ".",
                                                "tests", "fetch.py", NULL);
    g_autofree char *folder = g_dir_make_tmp ("modori-fetch-XXXXXX", NULL);
    char *argv[] = { (char *) "python3", script, folder, NULL };
    char line[16] = "";
    int output = -1;
    FILE *stream;

    g_assert_true (g_spawn_async_with_pipes (NULL, argv, NULL, G_SPAWN_SEARCH_PATH
                                             | G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, &web->pid,
                                             &web->input, &output, NULL, NULL));
    stream = fdopen (output, "r");
    g_assert_nonnull (stream);
    web->port = fgets (line, sizeof line, stream) ? (guint16) g_ascii_strtoull (line, NULL, 10) : 0;
    fclose (stream);
    web->certificate = g_build_filename (folder, "certificate.pem", NULL);
    web->folder = g_steal_pointer (&folder);
    return web->port != 0;
}

static void
web_stop (Web *web)
{
    g_autofree char *key = g_build_filename (web->folder, "key.pem", NULL);

    close (web->input);
    waitpid (web->pid, NULL, 0);
    g_unlink (web->certificate);
    g_unlink (key);
    g_rmdir (web->folder);
    g_free (web->certificate);
    g_free (web->folder);
}

/* What a fetch gives: the body, or "certificate", "network"; the caller frees. */
static char *
fetched (const Web *web, const char *host, const char *path, const char *ca_file, guint *status,
         char **type)
{
    const ModoriFetchTable *table = modori_module_table ("fetch", MODORI_FETCH_SYMBOL);
    const ModoriFetchOptions options = {
        host, path, "127.0.0.1", web->port, ca_file,
        g_str_equal (path, "/silent") || g_str_equal (path, "/slow") ? 1 : 20, 64 * 1024
    };
    g_autoptr (GError) error = NULL;
    char *body;

    g_assert_nonnull (table);
    body = table->get (&options, status, type, &error);
    g_assert_true ((body == NULL) == (error != NULL));
    if (body)
        return body;
    g_test_message ("%s: %s", path, error->message);
    return g_strdup (g_error_matches (error, MODORI_ERROR, MODORI_ERROR_DAMAGED) ? "certificate"
                     : "network");
}

static void
test_fetch (void)
{
    static const struct {
        const char *host, *path;
        gboolean trusted;
        guint status;
        const char *type, *wanted;      /* NULL: whatever it is */
    } cases[] = {
        { "mta-sts.example.jp", "/good", TRUE, 200, "text/plain; charset=utf-8",
          "version: STSv1\r\nmode: testing\r\nmx: mx.example.jp\r\nmax_age: 86400\r\n" },
        { "mta-sts.example.jp", "/html", TRUE, 200, "text/html", "<html>" },
        { "mta-sts.example.jp", "/redirect", TRUE, 302, "text/plain", "" },
        { "mta-sts.example.jp", "/missing", TRUE, 404, "text/html", "no" },
        { "mta-sts.example.jp", "/big", TRUE, 200, NULL, "network" },
        { "mta-sts.example.jp", "/silent", TRUE, 0, NULL, "network" },
        { "mta-sts.example.jp", "/slow", TRUE, 200, NULL, "network" },
        { "mta-sts.example.jp", "/head", TRUE, 200, NULL, "network" },
        { "mta-sts.example.jp", "/garbage", TRUE, 0, NULL, "network" },
        { "mta-sts.example.net", "/good", TRUE, 0, NULL, "certificate" },
        { "mta-sts.example.jp", "/good", FALSE, 0, NULL, "certificate" },
    };
    Web web = { 0 };

    if (! web_start (&web)) {
        g_test_skip ("python3 or openssl is missing");
        web_stop (&web);
        return;
    }
    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        guint status = 0;
        g_autofree char *type = NULL;
        g_autofree char *got = fetched (&web, cases[i].host, cases[i].path,
                                        cases[i].trusted ? web.certificate : NULL, &status, &type);

        g_test_message ("%s %s", cases[i].host, cases[i].path);
        g_assert_cmpstr (got, ==, cases[i].wanted);
        g_assert_cmpuint (status, ==, cases[i].status);
        if (cases[i].type)
            g_assert_cmpstr (type, ==, cases[i].type);
    }
    web_stop (&web);
}

/* The name in the URL goes to the address that was given, and nowhere else. */
static void
test_fetch_nobody (void)
{
    const Web web = { .port = 1 };
    guint status = 0;
    g_autofree char *type = NULL;
    g_autofree char *got = fetched (&web, "mta-sts.example.jp", "/good", NULL, &status, &type);

    g_assert_cmpstr (got, ==, "network");
    g_assert_cmpuint (status, ==, 0);
}

int
main (int argc, char **argv)
{
    static const char *const proxies[] = {
        "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", NULL
    };

    g_test_init (&argc, &argv, NULL);
    for (guint i = 0; proxies[i]; i++)
        g_unsetenv (proxies[i]);
    g_test_add_func ("/mta-sts/parse", test_policy_parse);
    g_test_add_func ("/mta-sts/admits", test_policy_admits);
    g_test_add_func ("/mta-sts/hostile", test_policy_hostile);
    g_test_add_func ("/mta-sts/section", test_mta_sts);
    g_test_add_func ("/mta-sts/file", test_mta_sts_file);
    g_test_add_func ("/mta-sts/new-id", test_new_id);
    g_test_add_func ("/mta-sts/servers", test_mta_sts_servers);
    g_test_add_data_func ("/tls-rpt", tls_rpt_cases, zone_look_cases);
    g_test_add_data_func ("/dane/section", dane_cases, zone_look_cases);
    g_test_add_func ("/dane/far", test_dane_far);
    g_test_add_func ("/dane/matching", test_dane_matching);
    g_test_add_func ("/dane/roll-over", test_dane_roll_over);
    g_test_add_func ("/fetch/answers", test_fetch);
    g_test_add_func ("/fetch/nobody", test_fetch_nobody);
    return g_test_run ();
}
