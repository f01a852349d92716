/* unit-certificate.c - chains and files of certificates, and TLS with who does not speak it.
 *
 * The certificates are made by certificates.sh, with the openssl command.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "check/check.h"
#include "text/error.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* 2030-01-01: in the dates of all certificates but those whose dates are the fault. */
#define NOW 1893456000
#define DAY (24 * 60 * 60)

static const ModoriTlsTable *tls;
static char *folder;            /* of the certificates */

/* --- files --- */

static char *
path_of (const char *name)
{
    return g_build_filename (folder, name, NULL);
}

static ModoriCheckup *
check_file (const char *name, const char *key, const char *host, const char *password, gint64 now,
            GError **error)
{
    g_autofree char *path = path_of (name), *key_path = key ? path_of (key) : NULL;
    g_autofree char *ca_file = path_of ("root.pem");
    ModoriCertCheck options = { path, key_path, host, ca_file, password, 21, now };

    return modori_check_cert (&options, error);
}

/* The names of all that CHECKUP says but that all is well with key, dates, trust and strength. */
static char *
list (const ModoriCheckup *checkup)
{
    static const char usual[] = " certificate-names certificate-trusted certificate-dates "
        "certificate-strength certificate-name-fits file-pem key-fits cert-send-as-accept ";
    GString *text = g_string_new (NULL);

    for (guint i = 0; i < checkup->sections->len; i++) {
        const ModoriSection *section = g_ptr_array_index (checkup->sections, i);

        for (guint k = 0; k < section->seen->len; k++) {
            const ModoriSeen *seen = g_ptr_array_index (section->seen, k);
            g_autofree char *word = g_strdup_printf (" %s ", seen->observation);

            if (! strstr (usual, word))
                g_string_append_printf (text, "%s%s", text->len ? " " : "", seen->observation);
        }
    }
    return g_string_free (text, FALSE);
}

#define MAIL "mail.example.com"

static void
test_certificates (void)
{
    static const struct { const char *name, *host, *want; } cases[] = {
        { "good", MAIL, "" },
        { "good", "smtp.example.com", "" },
        { "good", NULL, "" },
        { "good", "日本語.example", "cert-send-as-name certificate-name-other" },
        { "cn-only", MAIL, "cert-send-as-common-name certificate-name-common-only" },
        { "cn-only", "www.example.com", "cert-send-as-name certificate-name-none" },
        { "cn-only", NULL, "certificate-without-names" },
        { "mismatch", MAIL, "cert-send-as-name certificate-name-other" },
        { "wildcard", MAIL, "" },
        { "wildcard-deep", "mail.shop.example.com",
          "cert-send-as-name certificate-name-too-deep" },
        { "bare", "example.com", "cert-send-as-name certificate-name-bare" },
        { "many-names", "sv1234.xserver.example", "" },
        { "many-names", "shop.example.jp", "cert-send-as-name certificate-name-other" },
        { "ip-san", "127.0.0.1", "" },
        { "ip-san", "192.0.2.1", "cert-send-as-name certificate-name-address" },
        { "ip-san", MAIL, "cert-send-as-common-name certificate-name-common-only" },
        { "ip-san", "www.example.com", "cert-send-as-name certificate-name-only-address" },
        { "good", "192.0.2.1", "cert-send-as-name certificate-name-address" },
        { "idn", "mail.日本語.example", "" },
        { "expired", MAIL, "cert-send-as-dates certificate-expired" },
        { "not-yet", MAIL, "cert-send-as-dates certificate-not-yet" },
        { "self-signed", MAIL, "cert-send-as-self-signed certificate-self-signed" },
        { "no-intermediate", MAIL, "cert-send-as-issuer certificate-missing-intermediate" },
        { "no-issuer", MAIL, "cert-send-as-issuer certificate-no-issuer" },
        { "unknown-root", MAIL, "cert-send-as-issuer certificate-unknown-root" },
        { "expired-intermediate", MAIL, "cert-send-as-dates certificate-chain-expired" },
        { "wrong-order", MAIL, "certificate-order" },
        { "twice", MAIL, "cert-send-as-key certificate-weak certificate-order" },
        { "weak-key", MAIL, "cert-send-as-key certificate-weak" },
        { "sha1", MAIL, "cert-send-as-key certificate-weak" },
        { "client-only", MAIL, "cert-send-as-issuer certificate-not-for-servers" },
        { "key-mismatch", MAIL, "cert-send-as-unusable key-other" },
    };

    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autofree char *whole = g_strconcat (cases[i].name, "-full.pem", NULL);
        g_autofree char *key = g_strconcat (cases[i].name, ".key", NULL);
        g_autofree char *alone = g_strconcat (cases[i].name, ".pem", NULL);
        g_autoptr (GError) error = NULL;
        g_autoptr (ModoriCheckup) one = check_file (whole, NULL, cases[i].host, NULL, NOW, &error);
        g_autoptr (ModoriCheckup) two = check_file (alone, key, cases[i].host, NULL, NOW, &error);
        g_autofree char *first = NULL, *second = NULL;

        g_test_message ("%s for %s", cases[i].name, cases[i].host);
        g_assert_no_error (error);
        first = list (one);
        second = list (two);
        g_assert_cmpstr (first, ==, cases[i].want);
        g_assert_cmpstr (second, ==, cases[i].want);
    }
}

static void
test_files (void)
{
    static const struct { const char *name, *key, *password, *want; } cases[] = {
        { "servercert.pem", NULL, NULL, "" },
        { "servercert-key-first.pem", NULL, NULL, "" },
        { "servercert-wrong-order.pem", NULL, NULL, "file-wrong-order" },
        { "servercert-wrong-order.pem", "good.key", NULL, "file-wrong-order" },
        { "good.pem", "encrypted.key", NULL, "key-encrypted" },
        { "good.pem", "encrypted.key", "wrong", "key-encrypted" },
        { "good.pem", "encrypted.key", "secret", "" },
        { "good.pem", "good.pem", NULL, "key-none" },
        { "good.pem", "other.key", NULL, "cert-send-as-unusable key-other" },
        { "good.der", NULL, NULL, "file-binary cert-send-as-issuer" },
        { "good.p7b", NULL, NULL, "file-binary" },
        { "pkcs12.p12", NULL, NULL, "file-binary" },
        { "pkcs12.p12", NULL, "needless", "file-binary" },
        { "pkcs12.p12", "other.key", NULL, "cert-send-as-unusable file-binary key-other" },
        { "locked.p12", NULL, NULL, "file-locked" },
        { "locked.p12", NULL, "wrong", "file-locked" },
        { "locked.p12", NULL, "secret", "file-binary" },
        { "good.key", NULL, NULL, "file-no-certificate key-alone" },
        { "open.pem", NULL, NULL, "key-open" },
        { "cut.pem", NULL, NULL, "file-damaged" },
    };
    g_autofree char *good = path_of ("good-full.pem"), *cut = path_of ("cut.pem");
    g_autofree char *open_to_all = path_of ("open.pem"), *text = NULL;
    gsize size;

    g_assert_true (g_file_get_contents (good, &text, &size, NULL));
    g_assert_true (g_file_set_contents (open_to_all, text, (gssize) size, NULL));
    g_assert_cmpint (g_chmod (open_to_all, 0644), ==, 0);
    g_assert_true (g_file_set_contents (cut, text, (gssize) size - 40, NULL));
    g_assert_cmpint (g_chmod (cut, 0600), ==, 0);
    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autoptr (GError) error = NULL;
        g_autoptr (ModoriCheckup) checkup = check_file (cases[i].name, cases[i].key, MAIL,
                                                        cases[i].password, NOW, &error);
        g_autofree char *seen = NULL;

        g_test_message ("%s, %s", cases[i].name, cases[i].key);
        g_assert_no_error (error);
        seen = list (checkup);
        if (g_str_has_prefix (cases[i].name, "good.der"))
            g_assert_nonnull (modori_checkup_find (checkup, "certificate-missing-intermediate"));
        else
            g_assert_cmpstr (seen, ==, cases[i].want);
    }
}

static void
test_values (void)
{
    g_autoptr (ModoriCheckup) checkup = check_file ("no-intermediate.pem", NULL, MAIL, NULL, NOW,
                                                    NULL);
    const ModoriSeen *seen = modori_checkup_find (checkup, "certificate-missing-intermediate");

    g_assert_nonnull (seen);
    g_assert_cmpstr (modori_seen_value (seen, "missing"), ==, "Example Intermediate");
    g_assert_cmpstr (modori_seen_value (seen, "issuer_url"), ==,
                     "http://ca.example/intermediate.der");
    g_assert_cmpstr (modori_seen_value (seen, "smtp_host"), ==, MAIL);
    g_assert_cmpstr (modori_seen_value (seen, "names"), ==, MAIL);
    g_assert_cmpstr (modori_seen_value (seen, "common_name"), ==, MAIL);
    g_assert_cmpstr (modori_seen_value (seen, "issuer"), ==, "Example Intermediate");
    g_assert_cmpstr (modori_seen_value (seen, "not_before"), ==, "2020-01-01");
    g_assert_cmpstr (modori_seen_value (seen, "not_after"), ==, "2098-01-01");
    g_assert_cmpstr (modori_seen_value (seen, "key"), ==, "EC 256");
    g_assert_cmpstr (modori_seen_value (seen, "signature"), ==, "ecdsa-with-SHA256");
    seen = modori_checkup_find (checkup, "certificate-dates");
    g_assert_cmpstr (modori_seen_value (seen, "days"), ==, "24837");
}

/* 2021-01-01 is the end of `expired`. */
static void
test_days (void)
{
    static const struct { gint64 left; const char *want, *days; } cases[] = {
        { 22 * DAY, "certificate-dates", "22" },
        { 21 * DAY, "certificate-dates", "21" },
        { 21 * DAY - 1, "certificate-ends-soon", "20" },
        { 3600, "certificate-ends-soon", "0" },
        { 0, "certificate-ends-soon", "0" },
        { -1, "certificate-expired", "0" },
        { -3 * DAY, "certificate-expired", "3" },
    };

    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autoptr (ModoriCheckup) checkup = check_file ("expired.pem", NULL, NULL, NULL,
                                                        1609459200 - cases[i].left, NULL);
        const ModoriSeen *seen = modori_checkup_find (checkup, cases[i].want);

        g_assert_nonnull (seen);
        g_assert_cmpstr (modori_seen_value (seen, "days"), ==, cases[i].days);
    }
}

/* --- bad files --- */

static ModoriCertificateFile *
read_bytes (gconstpointer data, gsize size, GError **error)
{
    g_autoptr (GBytes) bytes = g_bytes_new (data, size);
    g_autofree char *ca_file = path_of ("root.pem");

    return tls->read_file (bytes, bytes, NULL, ca_file, error);
}

static void
test_no_file (void)
{
    g_autoptr (GError) missing = NULL, directory = NULL, nothing = NULL, request = NULL;

    g_assert_null (check_file ("no-such-file", NULL, NULL, NULL, NOW, &missing));
    g_assert_error (missing, MODORI_ERROR, MODORI_ERROR_MISSING);
    g_assert_null (check_file ("", NULL, NULL, NULL, NOW, &directory));
    g_assert_error (directory, MODORI_ERROR, MODORI_ERROR_IO);
    g_assert_null (check_file ("good.pem", "no-such-file", NULL, NULL, NOW, &nothing));
    g_assert_error (nothing, MODORI_ERROR, MODORI_ERROR_MISSING);
    g_assert_null (check_file ("request.csr", NULL, NULL, NULL, NOW, &request));
    g_assert_error (request, MODORI_ERROR, MODORI_ERROR_DAMAGED);
    g_assert_nonnull (strstr (request->message, "PEM, DER or PKCS#12"));
}

static void
test_nonsense (void)
{
    static const char *const texts[] = {
        "", "\n", "hello", "\x30\x82\xff\xff\xff", "-----BEGIN ", "-----BEGIN CERTIFICATE-----",
        "-----BEGIN CERTIFICATE-----\n\n-----END CERTIFICATE-----\n",
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
        "-----BEGIN PKCS7-----\nAAAA\n-----END PKCS7-----\n",
        "-----BEGIN CERTIFICATE-----\n*!*!\n-----END CERTIFICATE-----\n",
    };

    for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
        g_autoptr (GError) error = NULL;

        g_test_message ("%s", texts[i]);
        g_assert_null (read_bytes (texts[i], strlen (texts[i]), &error));
        g_assert_error (error, MODORI_ERROR, MODORI_ERROR_DAMAGED);
    }
}

/* Files that want 6,000,000 rounds of a password, for certificates and for a key: nobody waits. */
static void
test_costly (void)
{
    static const char *const files[] = {
        "MIGYAgEDMIGSBgkqhkiG9w0BBwGggYQEgYEwfzB9BgkqhkiG9w0BBwagcDBuAgEAMGkGCSqGSIb3DQEH"
        "ATBKBgkqhkiG9w0BBQ0wPTAcBgkqhkiG9w0BBQwwDwQIc2FsdHNhbHQCA1uNgDAdBglghkgBZQMEAQIE"
        "EAAAAAAAAAAAAAAAAAAAAACAEAAAAAAAAAAAAAAAAAAAAAA=",
        "MIGfAgEDMIGZBgkqhkiG9w0BBwGggYsEgYgwgYUwgYIGCSqGSIb3DQEHAaB1BHMwcTBvBgsqhkiG9w0B"
        "DAoBAqBgMF4wSgYJKoZIhvcNAQUNMD0wHAYJKoZIhvcNAQUMMA8ECHNhbHRzYWx0AgNbjYAwHQYJYIZI"
        "AWUDBAECBBAAAAAAAAAAAAAAAAAAAAAABBAAAAAAAAAAAAAAAAAAAAAA",
    };

    for (guint i = 0; i < G_N_ELEMENTS (files); i++) {
        gsize size;
        g_autofree guchar *data = g_base64_decode (files[i], &size);
        g_autoptr (ModoriCertificateFile) file = read_bytes ((char *) data, size, NULL);

        g_assert_nonnull (file);
        g_assert_true (file->locked);
    }
}

/* Each byte of a certificate wrong, each length of it: no crash is the test. */
static void
test_broken_bytes (void)
{
    static const char *const names[] = { "good.der", "pkcs12.p12", "good.p7b" };

    for (guint n = 0; n < G_N_ELEMENTS (names); n++) {
        g_autofree char *path = path_of (names[n]), *data = NULL;
        gsize size;

        g_assert_true (g_file_get_contents (path, &data, &size, NULL));
        for (gsize i = 0; i < size; i += n ? 31 : 5) {
            ModoriCertificateFile *file;

            data[i] ^= 0x21;
            file = read_bytes (data, size, NULL);
            data[i] ^= 0x21;
            modori_certificate_file_free (file);
            modori_certificate_file_free (read_bytes (data, i, NULL));
        }
    }
}

static void
test_big (void)
{
    static const char *const lines[] = {
        "-----BEGIN CERTIFICATE-----\n", "X-Header: value\n", "AAAAAAAAAAAAAAAA\n",
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
    };

    for (guint i = 0; i < G_N_ELEMENTS (lines); i++) {
        g_autoptr (GString) text = g_string_new ("-----BEGIN CERTIFICATE-----\n");
        g_autofree char *path = path_of ("big.pem");
        g_autoptr (GError) error = NULL, too_big = NULL;

        while (text->len < 1000 * 1000)
            g_string_append (text, lines[i]);
        g_assert_null (read_bytes (text->str, text->len, &error));
        g_assert_error (error, MODORI_ERROR, MODORI_ERROR_DAMAGED);
        while (text->len <= 1024 * 1024)
            g_string_append (text, lines[i]);
        g_assert_true (g_file_set_contents (path, text->str, (gssize) text->len, NULL));
        g_assert_null (check_file ("big.pem", NULL, NULL, NULL, NOW, &too_big));
        g_assert_error (too_big, MODORI_ERROR, MODORI_ERROR_DAMAGED);
        g_assert_nonnull (strstr (too_big->message, "1 MiB"));
    }
}

/* 200 certificates in one file: 32 are looked at. */
static void
test_many_certificates (void)
{
    g_autofree char *path = path_of ("good.pem"), *text = NULL;
    g_autoptr (GString) all = g_string_new (NULL);
    g_autoptr (ModoriCertificateFile) file = NULL;

    g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
    for (guint i = 0; i < 100; i++)
        g_string_append (all, text);
    file = read_bytes (all->str, all->len, NULL);
    g_assert_nonnull (file);
    g_assert_cmpuint (file->chain->certificates->len, ==, 32);
}

static void
run (const char *command)
{
    g_autoptr (GError) error = NULL;
    g_auto (GStrv) argv = NULL;
    int status = 0;

    g_assert_true (g_shell_parse_argv (command, NULL, &argv, &error));
    g_spawn_sync (folder, argv, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_STDERR_TO_DEV_NULL
                  | G_SPAWN_STDOUT_TO_DEV_NULL, NULL, NULL, NULL, NULL, &status, &error);
    g_assert_no_error (error);
    g_assert_cmpint (status, ==, 0);
}

static void
test_many_names (void)
{
    g_autoptr (GString) command = g_string_new ("openssl req -x509 -key good.key -subj /CN=a "
                                                "-out many.pem -addext subjectAltName=DNS:a");
    g_autofree char *path = NULL, *text = NULL, *names = NULL;
    g_autoptr (ModoriCertificateFile) file = NULL;
    const ModoriCertificate *own;
    gsize size;

    for (guint i = 0; i < 5000; i++)
        g_string_append_printf (command, ",DNS:n%u.example", i);
    run (command->str);
    path = path_of ("many.pem");
    g_assert_true (g_file_get_contents (path, &text, &size, NULL));
    file = read_bytes (text, size, NULL);
    own = g_ptr_array_index (file->chain->certificates, 0);
    g_assert_cmpuint (own->dns_names->len, ==, 1000);
    names = modori_certificate_names (own, 2);
    g_assert_cmpstr (names, ==, "a, n0.example, ... (+998)");
}

/* DATA with each FROM replaced by TO, which is as long. */
static void
patch (char *data, gsize size, const char *from, const char *to, gsize length)
{
    for (gsize i = 0; i + length <= size; i++)
        if (memcmp (data + i, from, length) == 0)
            memcpy (data + i, to, length);
}

static void
test_odd_names (void)
{
    static const struct { const char to[17]; const char *want; } cases[] = {
        { "mail.exam\0le.com", "mail.exam\\00le.com" },
        { "mail.ex\nmple.com", "mail.ex\\0ample.com" },
        { "mail.ex\x1b[31mecom", "mail.ex\\1b[31mecom" },
        { "mail.ex\xe9mple.com", NULL },         /* OpenSSL reads no such certificate */
    };

    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autofree char *path = path_of ("good.der"), *data = NULL;
        g_autoptr (ModoriCertificateFile) file = NULL;
        const ModoriCertificate *own;
        gsize size;

        g_assert_true (g_file_get_contents (path, &data, &size, NULL));
        patch (data, size, "mail.example.com", cases[i].to, 16);
        file = read_bytes (data, size, NULL);
        g_assert_true ((file == NULL) == (cases[i].want == NULL));
        if (! file)
            continue;
        own = g_ptr_array_index (file->chain->certificates, 0);
        g_assert_cmpstr (g_ptr_array_index (own->dns_names, 0), ==, cases[i].want);
        g_assert_true (g_utf8_validate (own->common_name, -1, NULL));
        g_assert_true (g_utf8_validate (own->subject, -1, NULL));
        g_assert_null (strpbrk (own->subject, "\n\x1b"));
        g_assert_false (modori_certificate_fits (own, "mail.exam", NULL));
    }
}

/* --- keys --- */

/* RSAPublicKey with a modulus of SIZE bytes. */
static GByteArray *
rsa_key (guint size)
{
    GByteArray *der = g_byte_array_new ();
    g_autofree guint8 *modulus = g_malloc (size);
    guint inner = size + 5 + 5;
    const guint8 head[] = {
        0x30, 0x83, (guint8) (inner >> 16), (guint8) (inner >> 8), (guint8) inner,
        0x02, 0x83, (guint8) (size >> 16), (guint8) (size >> 8), (guint8) size,
    };
    const guint8 exponent[] = { 0x02, 0x03, 0x01, 0x00, 0x01 };

    memset (modulus, 0x7f, size);
    g_byte_array_append (der, head, sizeof head);
    g_byte_array_append (der, modulus, size);
    g_byte_array_append (der, exponent, sizeof exponent);
    return der;
}

static void
test_public_key (void)
{
    static const guint8 ed25519[44] = {
        0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00, 1, 2, 3,
    };
    g_autoptr (GByteArray) huge = rsa_key (100 * 1000);
    g_autoptr (ModoriCertificateFile) file = NULL;
    g_autofree char *path = path_of ("weak-key.pem"), *text = NULL;
    const ModoriCertificate *own;
    const char *type = NULL;
    guint bits = 0;
    gsize size;

    g_assert_true (tls->public_key (ed25519, sizeof ed25519, &type, &bits));
    g_assert_cmpstr (type, ==, "ed25519");
    g_assert_true (tls->public_key (huge->data, huge->len, &type, &bits));
    g_assert_cmpstr (type, ==, "rsa");
    g_assert_cmpuint (bits, ==, 799999);
    g_assert_false (tls->public_key (huge->data, huge->len - 6, &type, &bits));
    g_assert_false (tls->public_key ((const guint8 *) "", 0, &type, &bits));
    g_assert_false (tls->public_key (ed25519, 32, &type, &bits));
    g_assert_true (g_file_get_contents (path, &text, &size, NULL));
    file = read_bytes (text, size, NULL);
    own = g_ptr_array_index (file->chain->certificates, 0);
    g_assert_true (tls->public_key (own->public_key->data, own->public_key->len, &type, &bits));
    g_assert_cmpstr (type, ==, "rsa");
    g_assert_cmpuint (bits, ==, 1024);
}

/* --- who does not speak TLS --- */

/* Begin with a peer that says TEXT, or hangs up too; what is said of it. */
static char *
begin_with (const char *text, gsize size, gboolean hang_up, guint milliseconds)
{
    int pair[2];
    ModoriTlsOptions options = { .name = MAIL };
    ModoriTlsSession *session;
    GError *error = NULL;
    char *words;

    g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM, 0, pair), ==, 0);
    g_assert_cmpint (write (pair[1], text, size), ==, (gssize) size);
    if (hang_up)
        close (pair[1]);
    g_assert_cmpint (fcntl (pair[0], F_SETFL, O_NONBLOCK), ==, 0);
    options.deadline = g_get_monotonic_time () + milliseconds * 1000;
    session = tls->begin (pair[0], &options, &error);
    g_assert_null (session);
    g_assert_error (error, MODORI_ERROR, MODORI_ERROR_NETWORK);
    words = g_strdup (error->message);
    g_error_free (error);
    close (pair[0]);
    if (! hang_up)
        close (pair[1]);
    return words;
}

static void
test_no_tls (void)
{
    static const char greeting[] = "220 mail.example.com ESMTP\r\n";
    static const char endless[] = "\x16\x03\x03\x00\x04\x02\xff\xff\xff";
    g_autofree char *clear = begin_with (greeting, sizeof greeting - 1, FALSE, 30000);
    g_autofree char *silent = begin_with ("", 0, FALSE, 50);
    g_autofree char *gone = begin_with ("", 0, TRUE, 30000);
    g_autofree char *broken = begin_with (endless, sizeof endless - 1, FALSE, 30000);

    g_assert_cmpstr (clear, ==, "wrong version number");
    g_assert_cmpstr (silent, ==, g_strerror (ETIMEDOUT));
    g_assert_cmpstr (gone, !=, "");
    g_assert_cmpstr (broken, !=, "");
}

static void
test_options (void)
{
    g_autofree char *missing = path_of ("no-such-file"), *key = path_of ("good.key");
    ModoriTlsOptions options = { .version = "TLSv9" };
    g_autoptr (GError) version = NULL, file = NULL, empty = NULL;

    g_assert_null (tls->begin (-1, &options, &version));
    g_assert_nonnull (version);
    options.version = NULL;
    options.ca_file = missing;
    g_assert_null (tls->begin (-1, &options, &file));
    g_assert_error (file, MODORI_ERROR, MODORI_ERROR_IO);
    options.ca_file = key;
    g_assert_null (tls->begin (-1, &options, &empty));
    g_assert_error (empty, MODORI_ERROR, MODORI_ERROR_IO);
}

/* --- */

/* In a directory of its own, which goes with the program. */
static gboolean
make_certificates (void)
{
    g_autofree char *script = g_build_filename (g_getenv ("SOURCE"), "tests", "certificates.sh",
                                                NULL);
    char *argv[] = { (char *) "sh", script, folder, NULL };
    int status = 0;

    return g_spawn_sync (NULL, argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, &status,
                         NULL) && status == 0;
}

static void
remove_certificates (void)
{
    GDir *directory = g_dir_open (folder, 0, NULL);
    const char *name;

    while (directory && (name = g_dir_read_name (directory))) {
        g_autofree char *path = path_of (name);

        g_unlink (path);
    }
    g_dir_close (directory);
    g_rmdir (folder);
}

int
main (int argc, char **argv)
{
    int status;

    g_test_init (&argc, &argv, NULL);
    if (! g_getenv ("SOURCE"))
        g_setenv ("SOURCE", ".", TRUE);
    tls = modori_tls_load (NULL);
    folder = g_dir_make_tmp ("certificates-XXXXXX", NULL);
    g_assert_true (tls && folder && make_certificates ());
    g_test_add_func ("/certificate/certificates", test_certificates);
    g_test_add_func ("/certificate/files", test_files);
    g_test_add_func ("/certificate/values", test_values);
    g_test_add_func ("/certificate/days", test_days);
    g_test_add_func ("/certificate/no-file", test_no_file);
    g_test_add_func ("/certificate/nonsense", test_nonsense);
    g_test_add_func ("/certificate/costly", test_costly);
    g_test_add_func ("/certificate/broken-bytes", test_broken_bytes);
    g_test_add_func ("/certificate/big", test_big);
    g_test_add_func ("/certificate/many-certificates", test_many_certificates);
    g_test_add_func ("/certificate/many-names", test_many_names);
    g_test_add_func ("/certificate/odd-names", test_odd_names);
    g_test_add_func ("/certificate/public-key", test_public_key);
    g_test_add_func ("/certificate/no-tls", test_no_tls);
    g_test_add_func ("/certificate/options", test_options);
    status = g_test_run ();
    remove_certificates ();
    g_free (folder);
    return status;
}
