/* unit-redact.c - addresses in every form that servers write them, without the people.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "history/redact.h"

#include <string.h>

#define KEY "0123456789abcdef"

/* "#" stands for a mark: of whom, is asked below. */
static const struct { const char *text, *want; } cases[] = {
    { "", "" },
    { "no address here", "no address here" },
    { "bob@example.com", "#@example.com" },
    { "<bob@example.com>: user unknown", "<#@example.com>: user unknown" },
    { "mailto:bob@example.com.", "mailto:#@example.com." },
    { "bob@example.com...User unknown", "#@example.com...User unknown" },
    { "'bob@example.com' \"bob@example.com\" (bob@example.com)", "'#@example.com' \"#@example.com\" (#@example.com)" },
    { "\"bob smith\"@example.com", "#@example.com" },
    { "\"b\\\"ob\"@example.com,x", "#@example.com,x" },
    { "<@relay.example.com:bob@example.com>", "<@relay.example.com:#@example.com>" },
    { "rfc822;bob+tag@example.com", "rfc822;#@example.com" },
    { "bob%example.com@gw.example.net", "#@gw.example.net" },
    { "example.net!bob@example.com", "#@example.com" },
    { "example.com!bob unknown", "example.com!# unknown" },
    { "Sorry!Really!", "Sorry!Really!" },
    { "list-bounces+bob=example.com@lists.example.net", "#@lists.example.net" },
    { "SRS0=HHH=TT=example.com=bob@fwd.example.net", "#@fwd.example.net" },
    { "prvs=0123abcdef=bob@example.com", "#@example.com" },
    { "spf=fail smtp.mailfrom=bob@example.com;", "spf=fail smtp.mailfrom=#@example.com;" },
    { "https://x.example.net/?email=bob@example.com", "https://x.example.net/?email=#@example.com" },
    { "https://x.example.net/why/?s=1&e=bob%40example.com&r=2", "https://x.example.net/why/?s=1&e=#%40example.com&r=2" },
    { "a@example.com,b@example.com;c@example.com", "#@example.com,#@example.com;#@example.com" },
    { "bob@[192.0.2.1] bob@[IPv6:2001:db8::1]", "#@[192.0.2.1] #@[IPv6:2001:db8::1]" },
    { "bob@localhost", "#@localhost" },
    { "/G=Bob/S=Smith/@gw.example.net", "/#@gw.example.net" },
    { "宛先bob@example.jpは存在しません", "宛先#@example.jpは存在しません" },
    { "＜bob@日本語.example.jp＞", "＜#@日本語.example.jp＞" },
    { "用户@例子.example.com", "#@例子.example.com" },
    { "josé@example.com", "#@example.com" },
    { "at @ noon, @home @", "at @ noon, @home @" },
    { "bob@", "bob@" },
    { "@@@@", "@@@@" },
    { "a@b@example.com", "#@#@example.com" },
    { "%40%40", "%40%40" },
    { "bob%40", "bob%40" },
};

/* TEXT with each mark as "#". */
static char *
without_marks (const char *text)
{
    g_autoptr (GRegex) mark = g_regex_new ("redacted-[0-9a-f]{16}", 0, 0, NULL);

    return g_regex_replace_literal (mark, text, -1, 0, "#", 0, NULL);
}

static void
test_forms (void)
{
    g_autoptr (ModoriRedactor) redactor = modori_redactor_new (KEY, NULL);

    g_assert_nonnull (redactor);
    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autofree char *got = modori_redact (redactor, cases[i].text);
        g_autofree char *again = modori_redact (redactor, got);
        g_autofree char *shown = without_marks (got);

        g_assert_cmpstr (shown, ==, cases[i].want);
        g_assert_cmpstr (got, ==, again);
    }
}

static void
test_alike (void)
{
    static const char *const same[] = {
        "bob@example.com", "BOB@Example.COM", "\"bob\"@example.com", "smtp.mailfrom=bob@example.com",
        "x (bob@example.com)", "宛先bob@example.comは", "https://x.example.net/?e=bob%40example.com",
    };
    static const char *const other[] = { "bob@example.net", "rob@example.com", "bob@sub.example.com" };
    g_autoptr (ModoriRedactor) redactor = modori_redactor_new (KEY, NULL);
    g_autoptr (ModoriRedactor) stranger = modori_redactor_new (KEY "x", NULL);
    g_autofree char *first = modori_redact_address (redactor, same[0]);
    g_autofree char *foreign = modori_redact_address (stranger, same[0]);

    first[strlen ("redacted-0123456789abcdef")] = '\0';
    for (guint i = 0; i < G_N_ELEMENTS (same); i++) {
        g_autofree char *got = modori_redact (redactor, same[i]);

        g_assert_nonnull (strstr (got, first));
    }
    for (guint i = 0; i < G_N_ELEMENTS (other); i++) {
        g_autofree char *got = modori_redact (redactor, other[i]);

        g_assert_null (strstr (got, first));
    }
    g_assert_null (strstr (foreign, first));
}

/* HMAC-SHA-256 (key, "bob@example.com") as `openssl dgst` gives it: others can compute it, too. */
static void
test_known (void)
{
    g_autoptr (ModoriRedactor) redactor = modori_redactor_new (KEY, NULL);
    g_autofree char *got = modori_redact_address (redactor, "Bob@example.com");
    g_autofree char *hmac = g_compute_hmac_for_string (G_CHECKSUM_SHA256, (const guchar *) KEY, strlen (KEY),
                                                       "bob@example.com", -1);
    g_autofree char *want = g_strdup_printf ("redacted-%.16s@example.com", hmac);

    g_assert_cmpstr (got, ==, want);
}

static void
test_key (void)
{
    g_autoptr (GError) error = NULL;
    g_autofree char *copy = modori_redact (NULL, "bob@example.com");

    g_assert_null (modori_redactor_new ("0123456789abcde", &error));
    g_assert_nonnull (error);
    g_assert_cmpstr (copy, ==, "bob@example.com");
}

/* A record of RECIPIENT with DIAGNOSTIC, redacted: its diagnostic. */
static char *
diagnostic_of (const char *recipient, const char *diagnostic)
{
    g_autoptr (ModoriRedactor) redactor = modori_redactor_new (KEY, NULL);
    g_autoptr (GStringChunk) strings = g_string_chunk_new (256);
    ModoriRecord record = { .address = recipient, .written = recipient };

    for (guint i = 0; i < MODORI_N_KEYS; i++)
        record.text[i] = "";
    record.text[MODORI_KEY_RECIPIENT] = recipient;
    record.text[MODORI_KEY_SENDER] = "list@example.net";
    record.text[MODORI_KEY_DIAGNOSTIC] = diagnostic;
    record.text[MODORI_KEY_MESSAGE_ID] = "1@example.net";
    modori_redact_record (redactor, &record, strings);
    g_assert_cmpstr (record.text[MODORI_KEY_MESSAGE_ID], ==, "1@example.net");
    g_assert_null (strstr (record.text[MODORI_KEY_RECIPIENT], recipient));
    g_assert_cmpstr (record.text[MODORI_KEY_RECIPIENT], ==, record.address);
    return without_marks (record.text[MODORI_KEY_DIAGNOSTIC]);
}

static void
test_alone (void)
{
    static const struct { const char *recipient, *text, *want; } alone[] = {
        { "bob [x] smith@example.com", "550 <Bob [x] Smith@example.com>: bob", "550 <#@example.com>: bob" },
        { "bob.smith@example.com", "550 no user bob.smith, <Bob.Smith> or bob.smith. here",
          "550 no user #, <#> or #. here" },
        { "bob.smith@example.com", "550 bob.smithers notbob.smith x.bob.smith", "550 bob.smithers notbob.smith x.bob.smith" },
        { "mx1@example.com", "host mx1.example.com[192.0.2.1] said: mx1 unknown", "host mx1.example.com[192.0.2.1] said: # unknown" },
        { "user@example.com", "550 user unknown", "550 user unknown" },
        { "550@example.com", "550 5.1.1 x", "550 5.1.1 x" },
        { "09012345678@example.com", "550 09012345678 unknown", "550 # unknown" },
        { "bob@example.com", "redacted-0123456789abcdef bob", "# #" },
        { "bob", "550 bob unknown", "550 # unknown" },
    };

    for (guint i = 0; i < G_N_ELEMENTS (alone); i++) {
        g_autofree char *got = diagnostic_of (alone[i].recipient, alone[i].text);

        g_assert_cmpstr (got, ==, alone[i].want);
    }
}

/* Whatever bytes come, it ends, and in time that grows with their number. */
static void
test_hostile (void)
{
    static const char *const parts[] = { "@", "\"@", "a", "a@", "%40", "a.b!", "\"", "\\", "=", "\xe3\x81\x82@", "\xff@", "\xf0", ".@." };
    g_autoptr (ModoriRedactor) redactor = modori_redactor_new (KEY, NULL);

    for (guint i = 0; i < G_N_ELEMENTS (parts); i++) {
        g_autoptr (GString) text = g_string_new ("x");
        g_autofree char *got = NULL;

        while (text->len < 100000)
            g_string_append (text, parts[i]);
        got = modori_redact (redactor, text->str);
        g_assert_true (g_utf8_validate (got, -1, NULL) || ! strpbrk (text->str, "@!%"));
    }
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/redact/forms", test_forms);
    g_test_add_func ("/redact/alike", test_alike);
    g_test_add_func ("/redact/known", test_known);
    g_test_add_func ("/redact/key", test_key);
    g_test_add_func ("/redact/alone", test_alone);
    g_test_add_func ("/redact/hostile", test_hostile);
    return g_test_run ();
}
