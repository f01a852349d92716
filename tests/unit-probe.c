/* unit-probe.c - SMTP servers on this machine that behave, and that do not: tests/smtp.py.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "check/check.h"

#include "zone-fixture.h"

#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* 2026-01-01: all certificates that shall be good are. */
#define NOW 1767225600

static char *certificates;      /* the directory of tests/certificates.sh */

/* --- a server --- */

typedef struct {
    GPid pid;
    int input;
    guint16 port;
} Server;

static char *
source_file (const char *name)
{
    return g_build_filename (g_getenv ("SOURCE"), "tests", name, NULL);
}

static Server
server_start (const char *certificate, const char *options)
{
    g_autofree char *script = source_file ("smtp.py");
    g_autofree char *line = g_strdup_printf (
        "python3 '%s' --cert '%s/%s.pem' --key '%s/%s.key' %s", script, certificates, certificate,
        certificates, certificate, options);
    g_auto (GStrv) words = NULL;
    g_autoptr (GError) error = NULL;
    Server server = { 0, -1, 0 };
    char port[16] = "";
    int output;
    FILE *file;

    g_shell_parse_argv (line, NULL, &words, &error);
    g_assert_no_error (error);
    g_spawn_async_with_pipes (NULL, words, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD,
                              NULL, NULL, &server.pid, &server.input, &output, NULL, &error);
    g_assert_no_error (error);
    file = fdopen (output, "r");
    g_assert_nonnull (fgets (port, sizeof port, file));
    fclose (file);
    server.port = (guint16) g_ascii_strtoull (port, NULL, 10);
    g_assert_cmpuint (server.port, >, 0);
    return server;
}

static void
server_stop (Server *server)
{
    close (server->input);
    waitpid (server->pid, NULL, 0);
    g_spawn_close_pid (server->pid);
}

static const ModoriTlsTable *
tls (void)
{
    g_autoptr (GError) error = NULL;
    const ModoriTlsTable *table = modori_tls_load (&error);

    g_assert_no_error (error);
    return table;
}

static GPtrArray *
probe_at (guint16 port, guint seconds, gboolean implicit, gboolean versions)
{
    g_autofree char *root = g_build_filename (certificates, "root.pem", NULL);
    g_autoptr (GPtrArray) addresses = g_ptr_array_new ();
    ModoriProbeOptions options = {
        .host = "mail.example.com", .port = port, .implicit = implicit, .helo = "me.example.net",
        .ca_file = root, .seconds = seconds, .versions = versions
    };

    g_ptr_array_add (addresses, (gpointer) "127.0.0.1");
    return modori_probe (tls (), addresses, &options);
}

/* --- one server --- */

static void
test_good (void)
{
    Server server = server_start ("good", "--auth-before");
    g_autoptr (GPtrArray) probes = probe_at (server.port, 10, FALSE, TRUE);
    const ModoriProbe *probe = probes->pdata[0];

    server_stop (&server);
    g_assert_cmpuint (probes->len, ==, 1);
    g_assert_cmpstr (probe->trouble, ==, "");
    g_assert_cmpint (probe->stage, ==, MODORI_STAGE_DONE);
    g_assert_cmpstr (probe->greeting, ==, "220 mail.example.com ESMTP");
    g_assert_cmpstr (probe->name, ==, "mail.example.com");
    g_assert_true (probe->starttls && probe->auth_before && probe->auth_after);
    g_assert_cmpstr (probe->version, ==, "TLSv1.3");
    g_assert_nonnull (probe->chain);
    g_assert_cmpint (probe->chain->trust, ==, MODORI_TRUST_OK);
    g_assert_cmpuint (probe->versions->len, ==, 4);
    for (guint i = 0; i < 4; i++)
        g_assert_true (g_array_index (probe->versions, ModoriTlsVersion, i).offered);
}

static void
test_versions (void)
{
    Server server = server_start ("good", "--tls-max 1.2 --tls-min 1.2 --no-auth");
    g_autoptr (GPtrArray) probes = probe_at (server.port, 10, FALSE, TRUE);
    const ModoriProbe *probe = probes->pdata[0];

    server_stop (&server);
    g_assert_cmpstr (probe->version, ==, "TLSv1.2");
    g_assert_false (probe->auth_before || probe->auth_after);
    g_assert_cmpuint (probe->versions->len, ==, 4);
    for (guint i = 0; i < 4; i++)
        g_assert_cmpint (g_array_index (probe->versions, ModoriTlsVersion, i).offered, ==, i == 2);
}

static void
test_implicit (void)
{
    Server server = server_start ("good", "--implicit");
    g_autoptr (GPtrArray) probes = probe_at (server.port, 10, TRUE, FALSE);
    const ModoriProbe *probe = probes->pdata[0];

    server_stop (&server);
    g_assert_cmpint (probe->stage, ==, MODORI_STAGE_DONE);
    g_assert_cmpstr (probe->name, ==, "mail.example.com");
    g_assert_true (probe->auth_after);
    g_assert_nonnull (probe->chain);
}

/* Nothing is said but EHLO, STARTTLS and QUIT. */
static void
test_words (void)
{
    g_autofree char *log = g_build_filename (certificates, "words", NULL);
    g_autofree char *options = g_strdup_printf ("--tls-max 1.2 --log '%s'", log);
    Server server = server_start ("good", options);
    g_autoptr (GPtrArray) probes G_GNUC_UNUSED = probe_at (server.port, 10, FALSE, FALSE);
    g_autofree char *words = NULL;

    /* The farewell is under way. */
    for (guint i = 0; i < 500; i++) {
        g_clear_pointer (&words, g_free);
        if (g_file_get_contents (log, &words, NULL, NULL) && strstr (words, "QUIT"))
            break;
        g_usleep (10000);
    }
    server_stop (&server);
    g_assert_cmpstr (words, ==, "EHLO me.example.net\nSTARTTLS\nEHLO me.example.net\nQUIT\n");
}

static const struct {
    const char *options;
    ModoriStage stage;
    guint code;
    gboolean implicit, timed_out, garbage, injected;
} modes[] = {
    { "--mode endless-banner", MODORI_STAGE_GREETING, 0, FALSE, FALSE, TRUE, FALSE },
    { "--mode long-line", MODORI_STAGE_GREETING, 0, FALSE, FALSE, TRUE, FALSE },
    { "--mode slow", MODORI_STAGE_GREETING, 0, FALSE, TRUE, FALSE, FALSE },
    { "--mode silent", MODORI_STAGE_GREETING, 0, FALSE, TRUE, FALSE, FALSE },
    { "--mode close", MODORI_STAGE_GREETING, 0, FALSE, FALSE, FALSE, FALSE },
    { "--mode garbage", MODORI_STAGE_GREETING, 0, FALSE, FALSE, TRUE, FALSE },
    { "--mode refuse", MODORI_STAGE_GREETING, 554, FALSE, FALSE, FALSE, FALSE },
    { "--mode wrong-order", MODORI_STAGE_GREETING, 250, FALSE, FALSE, FALSE, FALSE },
    { "--mode ehlo-refuse", MODORI_STAGE_EHLO, 502, FALSE, FALSE, FALSE, FALSE },
    { "--mode endless-ehlo", MODORI_STAGE_EHLO, 0, FALSE, FALSE, TRUE, FALSE },
    { "--refuse-starttls", MODORI_STAGE_STARTTLS, 454, FALSE, FALSE, FALSE, FALSE },
    { "--no-starttls", MODORI_STAGE_DONE, 0, FALSE, FALSE, FALSE, FALSE },
    { "--mode tls-garbage", MODORI_STAGE_HANDSHAKE, 0, FALSE, FALSE, FALSE, TRUE },
    { "--mode tls-hang", MODORI_STAGE_HANDSHAKE, 0, FALSE, TRUE, FALSE, FALSE },
    { "--mode tls-silent", MODORI_STAGE_EHLO, 0, FALSE, TRUE, FALSE, FALSE },
    { "--mode tls-endless", MODORI_STAGE_EHLO, 0, FALSE, FALSE, TRUE, FALSE },
    { "--mode inject", MODORI_STAGE_DONE, 0, FALSE, FALSE, FALSE, TRUE },
    { "", MODORI_STAGE_HANDSHAKE, 0, TRUE, FALSE, FALSE, FALSE },
    { "--implicit", MODORI_STAGE_GREETING, 0, FALSE, TRUE, FALSE, FALSE },
};

static void
test_mode (gconstpointer data)
{
    guint i = GPOINTER_TO_UINT (data);
    Server server = server_start ("good", modes[i].options);
    gint64 begin = g_get_monotonic_time ();
    guint seconds = modes[i].timed_out ? 1 : 10;
    g_autoptr (GPtrArray) probes = probe_at (server.port, seconds, modes[i].implicit, TRUE);
    gint64 took = g_get_monotonic_time () - begin;
    const ModoriProbe *probe = probes->pdata[0];

    server_stop (&server);
    g_test_message ("stage %d, code %u, \"%s\"", probe->stage, probe->code, probe->trouble);
    g_assert_cmpint (probe->stage, ==, modes[i].stage);
    g_assert_cmpuint (probe->code, ==, modes[i].code);
    g_assert_cmpint (probe->timed_out, ==, modes[i].timed_out);
    g_assert_cmpint (probe->garbage, ==, modes[i].garbage);
    /* What comes in a packet of its own is found by the handshake. */
    if (! modes[i].injected)
        g_assert_false (probe->injected);
    g_assert_cmpint (*probe->trouble == '\0', ==, probe->stage == MODORI_STAGE_DONE);
    g_assert_true (g_utf8_validate (probe->trouble, -1, NULL));
    g_assert_cmpuint (strlen (probe->trouble), <, 2000);
    if (modes[i].timed_out)
        g_assert_cmpint (took, <, 3 * G_TIME_SPAN_SECOND);
}

static void
test_refused (void)
{
    Server server = server_start ("good", "");
    g_autoptr (GPtrArray) probes = NULL;
    const ModoriProbe *probe;

    server_stop (&server);
    probes = probe_at (server.port, 10, FALSE, TRUE);
    probe = probes->pdata[0];
    g_assert_cmpint (probe->stage, ==, MODORI_STAGE_CONNECT);
    g_assert_true (probe->refused);
    g_assert_false (probe->timed_out);
    g_assert_cmpstr (probe->trouble, !=, "");
}

/* Sixteen addresses at once, all silent, cost one time limit. */
static void
test_many (void)
{
    Server server = server_start ("good", "--mode silent --address 0.0.0.0");
    g_autoptr (GPtrArray) addresses = g_ptr_array_new_with_free_func (g_free);
    ModoriProbeOptions options = { .host = "mail.example.com", .port = server.port, .seconds = 1 };
    gint64 begin = g_get_monotonic_time ();
    g_autoptr (GPtrArray) probes = NULL;

    for (guint i = 1; i <= 40; i++)
        g_ptr_array_add (addresses, g_strdup_printf ("127.0.0.%u", i));
    probes = modori_probe (tls (), addresses, &options);
    server_stop (&server);
    g_assert_cmpuint (probes->len, ==, 16);
    g_assert_cmpint (g_get_monotonic_time () - begin, <, 4 * G_TIME_SPAN_SECOND);
    for (guint i = 0; i < probes->len; i++)
        g_assert_true (((ModoriProbe *) probes->pdata[i])->timed_out);
}

/* --- where one may go --- */

static void
test_reach (void)
{
    static const struct { const char *address; guint16 port; gboolean admitted; } cases[] = {
        { "8.8.8.8", 25, TRUE }, { "8.8.8.8", 465, TRUE }, { "8.8.8.8", 587, TRUE },
        { "8.8.8.8", 22, FALSE }, { "8.8.8.8", 80, FALSE }, { "8.8.8.8", 0, FALSE },
        { "0.0.0.0", 25, FALSE }, { "10.1.2.3", 25, FALSE }, { "127.0.0.1", 25, FALSE },
        { "169.254.169.254", 25, FALSE }, { "172.15.0.1", 25, TRUE }, { "172.16.0.1", 25, FALSE },
        { "172.31.255.255", 25, FALSE }, { "172.32.0.1", 25, TRUE }, { "192.168.1.1", 25, FALSE },
        { "100.63.0.1", 25, TRUE }, { "100.64.0.1", 25, FALSE }, { "100.127.255.1", 25, FALSE },
        { "100.128.0.1", 25, TRUE }, { "224.0.0.1", 25, FALSE }, { "255.255.255.255", 25, FALSE },
        { "198.18.0.1", 25, FALSE }, { "192.0.2.1", 25, FALSE }, { "223.255.255.1", 25, TRUE },
        { "::", 25, FALSE }, { "::1", 25, FALSE }, { "fe80::1", 25, FALSE },
        { "fc00::1", 25, FALSE }, { "fd12:3456::1", 25, FALSE }, { "ff02::1", 25, FALSE },
        { "2001:db8::1", 25, FALSE }, { "2a00:1450::1", 25, TRUE }, { "2400:cb00::1", 25, TRUE },
        { "::ffff:127.0.0.1", 25, FALSE }, { "::ffff:8.8.8.8", 25, TRUE },
        { "::127.0.0.1", 25, FALSE }, { "2002:7f00:1::", 25, FALSE },
        { "2002:808:808::1", 25, TRUE }, { "2002:a00:1::1", 25, FALSE },
        { "64:ff9b::a00:1", 25, FALSE }, { "64:ff9b::808:808", 25, TRUE },
        { "64:ff9b:1::808:808", 25, FALSE }, { "2001::1", 25, FALSE },
        { "fe80::1%lo", 25, FALSE }, { "127.1", 25, FALSE }, { "0x7f000001", 25, FALSE },
        { "localhost", 25, FALSE }, { "", 25, FALSE },
    };

    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_test_message ("%s %u", cases[i].address, cases[i].port);
        g_assert_cmpint (modori_reach_admits (MODORI_REACH_PUBLIC, cases[i].address,
                                              cases[i].port), ==, cases[i].admitted);
        g_assert_true (modori_reach_admits (MODORI_REACH_ALL, cases[i].address, cases[i].port));
    }
}

/* --- check tls --- */

static const char zone[] =
    "mail.example.com A 127.0.0.1\n"
    "smtp.example.com CNAME mail.example.com\n"
    "a.b.example.com A 127.0.0.1\n"
    "old.example.net A 127.0.0.1\n"
    "www.example.net A 192.0.2.80\n"
    "xn--wgv71a119e.example A 127.0.0.1\n"
    "mail.xn--wgv71a119e.example A 127.0.0.1\n"
    "smtp.shop.example.jp A 127.0.0.1\n"
    "sv1234.xserver.example A 127.0.0.1\n"
    "1.0.0.127.in-addr.arpa PTR sv1234.xserver.example\n"
    "mx-only.example.com MX 10 mail.example.com\n"
    "broken.example.com A !SERVFAIL\n"
    "slow.example.com A !TIMEOUT\n";

static ModoriCheckup *
check_tls (const char *host, guint16 port, const char *const *candidates)
{
    g_autofree char *root = g_build_filename (certificates, "root.pem", NULL);
    g_autoptr (ModoriResolver) resolver = zone_fixture (zone);
    g_autoptr (GError) error = NULL;
    ModoriTlsCheck check = {
        .host = host, .port = port, .helo = "me.example.net", .ca_file = root, .seconds = 10,
        .warn_days = 21, .now = NOW, .candidates = candidates
    };
    ModoriCheckup *checkup = modori_check_tls (resolver, &check, &error);

    g_assert_no_error (error);
    g_assert_cmpstr (((ModoriSection *) checkup->sections->pdata[0])->name, ==, "verdict");
    return checkup;
}

static void
expect (const ModoriCheckup *checkup, const char *list)
{
    g_auto (GStrv) names = g_strsplit (list, " ", -1);

    for (guint i = 0; names[i] && *names[i]; i++) {
        gboolean absent = names[i][0] == '!';

        g_test_message ("%s", names[i]);
        g_assert_cmpint (modori_checkup_find (checkup, names[i] + absent) == NULL, ==, absent);
    }
}

static const struct {
    const char *certificate, *options, *host, *expected;
} verdicts[] = {
    { "good", "", "mail.example.com",
      "tls-send-as-accept tls-programs-accept tls-name-fits tls-connected tls-versions-old "
      "!tls-type-instead !tls-no-login !tls-auth-before" },
    { "good", "--tls-min 1.2 --auth-before", "SMTP.example.com.",
      "tls-send-as-accept tls-auth-before tls-versions !tls-versions-old" },
    { "cn-only", "", "mail.example.com",
      "tls-send-as-common-name tls-programs-warn !tls-send-as-accept !tls-send-as-name" },
    { "mismatch", "", "mail.example.com",
      "tls-send-as-name tls-name-unknown tls-programs-warn !tls-send-as-accept "
      "!tls-type-instead !tls-type-form" },
    { "wildcard", "", "mail.example.com", "tls-send-as-accept tls-name-fits" },
    { "wildcard", "", "a.b.example.com",
      "tls-send-as-name tls-type-instead tls-name-works !tls-send-as-accept" },
    { "wildcard", "--name nobody.example.org", "old.example.net",
      "tls-send-as-name tls-type-form tls-name-form" },
    { "wildcard-odd", "--name nobody.example.org", "old.example.net",
      "tls-send-as-name tls-name-unknown !tls-type-form !tls-name-form" },
    { "self-signed", "", "mail.example.com", "tls-send-as-self-signed !tls-send-as-name" },
    { "unknown-root", "", "mail.example.com", "tls-send-as-unknown-root" },
    { "no-intermediate", "", "mail.example.com", "tls-send-as-incomplete-chain" },
    { "expired", "", "mail.example.com", "tls-send-as-expired !tls-send-as-not-yet-valid" },
    { "expired-intermediate", "", "mail.example.com", "tls-send-as-expired" },
    { "not-yet", "", "mail.example.com", "tls-send-as-not-yet-valid !tls-send-as-expired" },
    { "client-only", "", "mail.example.com", "tls-send-as-bad-chain" },
    { "weak-key", "", "mail.example.com", "tls-send-as-weak-key" },
    { "ip-san", "", "127.0.0.1", "tls-send-as-accept tls-name-fits" },
    { "good", "", "127.0.0.1", "tls-send-as-name tls-type-instead" },
    { "idn", "", "\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e.example", "tls-send-as-accept" },
    { "good", "--no-starttls", "mail.example.com",
      "tls-send-as-no-starttls tls-starttls-missing tls-programs-clear !tls-send-as-accept" },
    { "good", "--refuse-starttls", "mail.example.com",
      "tls-send-as-starttls-refused tls-starttls-refused" },
    { "good", "--tls-max 1.1", "mail.example.com",
      "tls-send-as-old-version tls-versions-only-old" },
    { "weak-key", "--tls-max 1.2 --ciphers AES128-SHA:@SECLEVEL=0", "mail.example.com",
      "tls-cipher-no-secrecy !tls-cipher-weak" },
    { "good", "--no-auth", "mail.example.com", "tls-no-login" },
    { "good", "--name localhost.localdomain", "mail.example.com", "tls-own-name-local" },
    { "good", "--name sv1234.xserver.example", "mail.example.com",
      "tls-own-name !tls-own-name-other" },
    { "good", "", "mail.example.com", "tls-own-name-other" },
    { "good", "--mode garbage", "mail.example.com", "tls-no-dialogue tls-address-no-smtp" },
    { "good", "--mode refuse", "mail.example.com", "tls-no-dialogue tls-greeting-refused" },
    { "good", "--mode close", "mail.example.com", "tls-no-dialogue tls-greeting-closed" },
    { "good", "--mode tls-garbage", "mail.example.com",
      "tls-send-as-handshake tls-handshake-failed" },
    { "good", "--mode ehlo-refuse", "mail.example.com", "tls-no-dialogue tls-ehlo-refused" },
    { "good", "", "nowhere.example.com", "tls-no-name !tls-unreachable" },
    { "good", "", "mx-only.example.com", "tls-no-address" },
    { "good", "", "broken.example.com", "tls-dns-failed" },
    { "good", "", "slow.example.com", "tls-dns-failed" },
};

static void
test_verdict (gconstpointer data)
{
    guint i = GPOINTER_TO_UINT (data);
    Server server = server_start (verdicts[i].certificate, verdicts[i].options);
    g_autoptr (ModoriCheckup) checkup = check_tls (verdicts[i].host, server.port, NULL);

    server_stop (&server);
    g_test_message ("%s %s %s", verdicts[i].certificate, verdicts[i].options, verdicts[i].host);
    expect (checkup, verdicts[i].expected);
}

static void
test_unreachable (void)
{
    Server server = server_start ("good", "");
    g_autoptr (ModoriCheckup) checkup = NULL;

    server_stop (&server);
    checkup = check_tls ("mail.example.com", server.port, NULL);
    expect (checkup, "tls-unreachable tls-address-refused !tls-send-as-accept");
}

/* The shared hoster: the certificate says *.xserver.example, the reverse name which. */
static void
test_hoster (void)
{
    Server server = server_start ("many-names", "--name smtp.shop.example.jp");
    g_autoptr (ModoriCheckup) checkup = check_tls ("smtp.shop.example.jp", server.port, NULL);
    const ModoriSeen *seen = modori_checkup_find (checkup, "tls-send-as-name");

    server_stop (&server);
    expect (checkup, "tls-send-as-name tls-type-instead tls-name-works");
    g_assert_cmpstr (modori_seen_value (seen, "smtp_host"), ==, "sv1234.xserver.example");
    g_assert_cmpstr (modori_seen_value (seen, "smtp_hosts"), ==, "sv1234.xserver.example");
    g_assert_cmpstr (modori_seen_value (seen, "host"), ==, "smtp.shop.example.jp");
}

/* The name came out of the Received lines of a mail. */
static void
test_candidates (void)
{
    static const char *const candidates[] = { "mail.example.com", "evil.example.com", NULL };
    Server server = server_start ("wildcard", "--name nobody.example.org");
    g_autoptr (ModoriCheckup) checkup = check_tls ("old.example.net", server.port, candidates);
    const ModoriSeen *seen = modori_checkup_find (checkup, "tls-type-instead");

    server_stop (&server);
    g_assert_nonnull (seen);
    g_assert_cmpstr (modori_seen_value (seen, "smtp_hosts"), ==, "mail.example.com");
}

static void
test_bad_host (void)
{
    g_autoptr (ModoriResolver) resolver = zone_fixture (zone);
    g_autoptr (GError) error = NULL;
    ModoriTlsCheck check = { .host = "no such..name", .seconds = 1 };

    g_assert_null (modori_check_tls (resolver, &check, &error));
    g_assert_nonnull (error);
}

static void
add_tables (void)
{
    for (guint i = 0; i < G_N_ELEMENTS (modes); i++) {
        g_autofree char *path = g_strdup_printf ("/probe/mode/%u", i);

        g_test_add_data_func (path, GUINT_TO_POINTER (i), test_mode);
    }
    for (guint i = 0; i < G_N_ELEMENTS (verdicts); i++) {
        g_autofree char *path = g_strdup_printf ("/tls/verdict/%u", i);

        g_test_add_data_func (path, GUINT_TO_POINTER (i), test_verdict);
    }
}

int
main (int argc, char **argv)
{
    g_autofree char *script = source_file ("certificates.sh");
    g_autofree char *command = NULL;
    int status;

    g_test_init (&argc, &argv, NULL);
    certificates = g_dir_make_tmp ("modori-probe-XXXXXX", NULL);
    command = g_strdup_printf ("sh '%s' '%s'", script, certificates);
    g_assert_true (g_spawn_command_line_sync (command, NULL, NULL, &status, NULL));
    g_assert_cmpint (status, ==, 0);
    g_test_add_func ("/probe/good", test_good);
    g_test_add_func ("/probe/versions", test_versions);
    g_test_add_func ("/probe/implicit", test_implicit);
    g_test_add_func ("/probe/words", test_words);
    g_test_add_func ("/probe/refused", test_refused);
    g_test_add_func ("/probe/many", test_many);
    g_test_add_func ("/probe/reach", test_reach);
    g_test_add_func ("/tls/unreachable", test_unreachable);
    g_test_add_func ("/tls/hoster", test_hoster);
    g_test_add_func ("/tls/candidates", test_candidates);
    g_test_add_func ("/tls/bad-host", test_bad_host);
    add_tables ();
    status = g_test_run ();
    g_free (command);
    command = g_strdup_printf ("rm -r '%s'", certificates);
    g_spawn_command_line_sync (command, NULL, NULL, NULL, NULL);
    g_free (certificates);
    return status;
}
