/* unit-certificate-names.c - which names fit a host, how they read, and which keys are weak.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "check/certificate.h"

#include <string.h>

static void
test_name (void)
{
    static const struct { const char *name, *host; ModoriNameFit want; } cases[] = {
        { "mail.example.com", "mail.example.com", MODORI_NAME_FITS },
        { "Mail.Example.COM", "mail.example.com.", MODORI_NAME_FITS },
        { "mail.example.com", "mail.example.co", MODORI_NAME_OTHER },
        { "mail.example.com", "xmail.example.com", MODORI_NAME_OTHER },
        { "*.example.com", "mail.example.com", MODORI_NAME_FITS },
        { "*.example.com", "MAIL.example.com", MODORI_NAME_FITS },
        { "*.example.com", "xn--wgv71a119e.example.com", MODORI_NAME_FITS },
        { "*.example.com", "a.b.example.com", MODORI_NAME_TOO_DEEP },
        { "*.example.com", "example.com", MODORI_NAME_BARE },
        { "*.example.com", ".example.com", MODORI_NAME_OTHER },
        { "*.example.com", "mailexample.com", MODORI_NAME_OTHER },
        { "*.example.com", "mail.example.net", MODORI_NAME_OTHER },
        { "*.xserver.example", "sv1234.xserver.example", MODORI_NAME_FITS },
        { "*.com", "example.com", MODORI_NAME_BAD_STAR },
        { "*.com", "example.net", MODORI_NAME_OTHER },
        { "*.co.jp", "example.co.jp", MODORI_NAME_BAD_STAR },
        { "*.ne.jp", "example.ne.jp", MODORI_NAME_BAD_STAR },
        { "*.sakura.ne.jp", "shop.sakura.ne.jp", MODORI_NAME_FITS },
        { "*", "example", MODORI_NAME_BAD_STAR },
        { "mail*.example.com", "mail1.example.com", MODORI_NAME_BAD_STAR },
        { "*mail.example.com", "mail.example.com", MODORI_NAME_BAD_STAR },
        { "mail.*.example.com", "mail.a.example.com", MODORI_NAME_BAD_STAR },
        { "*.*.example.com", "a.b.example.com", MODORI_NAME_BAD_STAR },
        { "mail.*.example.com", "www.example.net", MODORI_NAME_OTHER },
        { "mail.example\\00.evil.example", "mail.example", MODORI_NAME_OTHER },
        { "192.0.2.1", "192.0.2.1", MODORI_NAME_OTHER },
        { "*.0.2.1", "192.0.2.1", MODORI_NAME_OTHER },
        { "", "mail.example.com", MODORI_NAME_OTHER },
        { "mail.example.com", "", MODORI_NAME_OTHER },
        { "*.", "a.", MODORI_NAME_BAD_STAR },
        { ".", ".", MODORI_NAME_FITS },
    };

    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_test_message ("%s for %s", cases[i].name, cases[i].host);
        g_assert_cmpint (modori_name_fits (cases[i].name, cases[i].host), ==, cases[i].want);
    }
}

/* A certificate with NAMES, separated by blanks; those with a ":" or only digits are addresses. */
static ModoriCertificate *
certificate_for (const char *common_name, const char *names)
{
    ModoriCertificate *certificate = g_new0 (ModoriCertificate, 1);
    g_auto (GStrv) parts = g_strsplit (names, " ", -1);

    certificate->common_name = g_strdup (common_name);
    certificate->dns_names = g_ptr_array_new_with_free_func (g_free);
    certificate->addresses = g_ptr_array_new_with_free_func (g_free);
    for (guint i = 0; parts[i] && *parts[i]; i++)
        g_ptr_array_add (g_hostname_is_ip_address (parts[i]) ? certificate->addresses
                         : certificate->dns_names, g_strdup (parts[i]));
    return certificate;
}

static void
test_fits (void)
{
    static const struct {
        const char *common_name, *names, *host;
        gboolean want, only_common;
        ModoriNameFit nearest;
    } cases[] = {
        { "", "a.example b.example", "b.example", TRUE, FALSE, MODORI_NAME_FITS },
        { "c.example", "a.example", "c.example", FALSE, FALSE, MODORI_NAME_OTHER },
        { "c.example", "", "c.example", TRUE, TRUE, MODORI_NAME_OTHER },
        { "c.example", "192.0.2.1", "c.example", TRUE, TRUE, MODORI_NAME_OTHER },
        { "", "a.example 192.0.2.1", "192.0.2.1", TRUE, FALSE, MODORI_NAME_OTHER },
        { "", "2001:db8::1", "2001:DB8:0:0::1", TRUE, FALSE, MODORI_NAME_OTHER },
        { "192.0.2.1", "", "192.0.2.1", TRUE, TRUE, MODORI_NAME_OTHER },
        { "192.0.2.1", "a.example", "192.0.2.1", FALSE, FALSE, MODORI_NAME_OTHER },
        { "", "x.example *.example.com", "a.b.example.com", FALSE, FALSE, MODORI_NAME_TOO_DEEP },
        { "", "*.example.com *.b.example.com", "a.b.example.com", TRUE, FALSE, MODORI_NAME_FITS },
        { "", "", "a.example", FALSE, FALSE, MODORI_NAME_OTHER },
    };

    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autoptr (ModoriCertificate) certificate = certificate_for (cases[i].common_name,
                                                                     cases[i].names);
        gboolean only_common;
        const char *name = "";

        g_test_message ("\"%s\" for %s", cases[i].names, cases[i].host);
        g_assert_cmpint (modori_certificate_fits (certificate, cases[i].host, &only_common), ==,
                         cases[i].want);
        g_assert_cmpint (only_common, ==, cases[i].only_common);
        g_assert_cmpint (modori_certificate_nearest (certificate, cases[i].host, &name), ==,
                         cases[i].nearest);
        g_assert_true ((name == NULL) == (cases[i].nearest == MODORI_NAME_OTHER));
    }
}

static void
test_readable (void)
{
    static const struct { const char *names; guint most; const char *want; } cases[] = {
        { "a.example *.example.com", 9, "a.example, *.example.com" },
        { "mail.xn--wgv71a119e.example", 9,
          "mail.xn--wgv71a119e.example (mail.日本語.example)" },
        { "*.xn--wgv71a119e.example", 9, "*.xn--wgv71a119e.example (*.日本語.example)" },
        { "xn--a.example xn--.example", 9, "xn--a.example, xn--.example" },
        { "a.example 192.0.2.1", 9, "a.example, 192.0.2.1" },
        { "a.example b.example 192.0.2.1", 1, "a.example, ... (+2)" },
        { "", 9, "" },
    };

    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autoptr (ModoriCertificate) certificate = certificate_for ("", cases[i].names);
        g_autofree char *names = modori_certificate_names (certificate, cases[i].most);

        g_assert_cmpstr (names, ==, cases[i].want);
    }
}

static void
test_weakness (void)
{
    static const struct {
        const char *type;
        guint bits;
        const char *signature;
        gboolean self_signed;
        const char *want;
    } cases[] = {
        { "RSA", 2048, "sha256WithRSAEncryption", FALSE, NULL },
        { "RSA", 2047, "sha256WithRSAEncryption", FALSE, "RSA 2047" },
        { "RSA", 4096, "sha1WithRSAEncryption", FALSE, "SHA-1" },
        { "RSA", 4096, "sha1WithRSAEncryption", TRUE, NULL },
        { "RSA", 512, "md5WithRSAEncryption", FALSE, "RSA 512, MD5" },
        { "RSA", 2048, "rsassaPss-SHA1", FALSE, "SHA-1" },
        { "DSA", 1024, "dsaWithSHA1", TRUE, "DSA 1024" },
        { "EC", 256, "ecdsa-with-SHA1", FALSE, "SHA-1" },
        { "EC", 224, "ecdsa-with-SHA256", FALSE, NULL },
        { "EC", 192, "ecdsa-with-SHA256", FALSE, "EC 192" },
        { "ED25519", 253, "ED25519", FALSE, NULL },
        { "", 0, "", FALSE, NULL },
    };

    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        ModoriCertificate certificate = {
            .key_type = (char *) cases[i].type, .key_bits = cases[i].bits,
            .signature = (char *) cases[i].signature, .self_signed = cases[i].self_signed,
        };
        g_autofree char *weakness = modori_certificate_weakness (&certificate);

        g_assert_cmpstr (weakness, ==, cases[i].want);
    }
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/certificate-names/name", test_name);
    g_test_add_func ("/certificate-names/fits", test_fits);
    g_test_add_func ("/certificate-names/readable", test_readable);
    g_test_add_func ("/certificate-names/weakness", test_weakness);
    return g_test_run ();
}
