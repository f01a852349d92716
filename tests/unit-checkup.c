/* unit-checkup.c - what a check has seen, and what it means: as text for people and as JSON.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "check/checkup.h"
#include "output/checkup.h"
#include "output/panel.h"
#include "rules/observation.h"

#include <json-glib/json-glib.h>
#include <string.h>

static const char rules[] =
    "Observation: spf-several\n"
    "Severity: error\n"
    "Title: {spf_domain} has {count} SPF records\n"
    "Title-ja: {spf_domain}にSPFレコードが{count}個ある\n"
    "Why: Exactly one is allowed; receivers then count none of them, and refuse what they would\n"
    " have taken, whoever sent it.\n"
    "Why-ja: 許されるのは1個だけです。\n"
    "Asked-By: Gmail, docomo\n"
    "Asked-By-ja: Gmail、docomo\n"
    "Record: {spf_domain} | TXT | 3600 | {proposed}\n"
    "Advice: repair\n"
    "See: https://example.com/spf\n"
    "\n"
    "Observation: dkim-none\n"
    "Severity: warning\n"
    "Title: No DKIM key at {dkim_selector|a selector}\n"
    "Title-ja: DKIM鍵がない\n"
    "Why: Sign.\n"
    "Why-ja: 署名します。\n"
    "Record: sel._domainkey.{spf_domain|example.jp} | TXT | 300 | v=DKIM1{more|; p=}\n"
    "Record: {unknown} | TXT | 300 | x\n"
    "\n"
    "Observation: tls-verdict-refuse\n"
    "Severity: error\n"
    "Title: Gmail refuses {host}\n"
    "Title-ja: Gmailは{host}を拒否する\n"
    "Why: Because. It is over since the day that it names.\n"
    "Why-ja: 理由です。証明書に書かれた日に期限が切れています。\n"
    "Advice: repair\n"
    "\n"
    "Observation: certificate-expired\n"
    "Severity: error\n"
    "Title: The certificate of {host} has ended\n"
    "Title-ja: {host}の証明書の期限が切れている\n"
    "Why: It is over since the day that it names. Because.\n"
    "Why-ja: 証明書に書かれた日に期限が切れています。\n"
    "Advice: repair\n"
    "\n"
    "Observation: mx-good\n"
    "Severity: ok\n"
    "Title: Mail comes in at {host}\n"
    "Title-ja: 受信サーバー: {host}\n"
    "\n"
    "Observation: bimi-note\n"
    "Severity: note\n"
    "Title: No picture\n"
    "Title-ja: 画像なし\n"
    "\n"
    "Advice: repair\n"
    "Title: Repair {spf_domain|it}\n"
    "Title-ja: {spf_domain|それ}を直す\n"
    "Why: x\n"
    "Why-ja: x\n"
    "Step: Say {smtp_host} to {sending_ip|nobody}\n"
    "Step-ja: {smtp_host}\n"
    "Command: run {spf_domain|example.com}\n"
    "Check: modori check tls {smtp_host}\n"
    "Record: {spf_domain|example.com} | TXT | 3600 | v=spf1 ~all\n"
    "See: https://example.com/repair\n";

static ModoriEngine *
engine_new (void)
{
    GError *error = NULL;
    ModoriKnowledge *knowledge = modori_knowledge_parse ("test.rules", modori_span_of (rules),
                                                         modori_all_kinds, &error);
    ModoriEngine *engine;

    g_assert_no_error (error);
    engine = modori_engine_new (knowledge, &error);
    g_assert_no_error (error);
    return engine;
}

static char *
text_of (const ModoriCheckup *checkup, const char *lang, gboolean colour)
{
    g_autoptr (ModoriEngine) engine = engine_new ();
    GString *out = g_string_new (NULL);
    ModoriTerminal terminal = { out, 80, colour };

    modori_checkup_text (&terminal, checkup, engine, lang);
    return g_string_free (out, FALSE);
}

static void
assert_has (const char *text, const char *part)
{
    if (! strstr (text, part))
        g_error ("no \"%s\" in:\n%s", part, text);
}

static guint
count_of (const char *text, const char *part)
{
    guint n = 0;

    for (const char *p = strstr (text, part); p; p = strstr (p + 1, part))
        n++;
    return n;
}

/* --- checkups made by hand --- */

static ModoriCheckup *
bad_domain (const char *proposed)
{
    ModoriCheckup *checkup = modori_checkup_new ("domain", "example.jp");
    ModoriSection *section = modori_checkup_section (checkup, "mx", "example.jp");

    modori_see (section, "mx-good", "10 mx.example.jp", "host", "mx.example.jp", NULL);
    section = modori_checkup_section (checkup, "dkim", "example.jp");
    modori_see (section, "dkim-none", NULL, "dkim_selector", "sel1", NULL);
    section = modori_checkup_section (checkup, "spf", "example.jp");
    modori_see (section, "spf-several", "v=spf1 -all | v=spf1 ~all", "spf_domain", "example.jp",
                "count", "2", "proposed", proposed, NULL);
    section = modori_checkup_section (checkup, "bimi", "example.jp");
    modori_see (section, "bimi-note", NULL, NULL);
    return checkup;
}

static ModoriCheckup *
bad_server (void)
{
    ModoriCheckup *checkup = modori_checkup_new ("tls", "smtp.example.jp:587");
    ModoriSection *section = modori_checkup_section (checkup, "verdict", "smtp.example.jp");

    modori_see (section, "tls-verdict-refuse", NULL, "host", "smtp.example.jp", NULL);
    for (guint i = 1; i <= 6; i++) {
        g_autofree char *subject = g_strdup_printf ("192.0.2.%u:587", i);

        section = modori_checkup_section (checkup, "certificate", subject);
        modori_see (section, "certificate-expired", "2026-01-01", "host", "smtp.example.jp",
                    "smtp_host", "mail.example.jp; rm -rf ~", "sending_ip", "192.0.2.1", NULL);
    }
    return checkup;
}

/* --- observations --- */

static const ModoriBlock *
block_of (ModoriEngine *engine, const char *name)
{
    return modori_knowledge_block (engine->knowledge, &modori_observation_kind, name);
}

static void
test_records (void)
{
    g_autoptr (ModoriEngine) engine = engine_new ();
    g_autoptr (GPtrArray) values = g_ptr_array_new ();
    g_autoptr (GPtrArray) records = NULL;
    const ModoriObservationRecord *record;

    records = modori_observation_records (block_of (engine, "dkim-none"), values);
    g_assert_cmpuint (records->len, ==, 1);     /* {unknown} is not known */
    record = g_ptr_array_index (records, 0);
    g_assert_cmpstr (record->host, ==, "sel._domainkey.example.jp");
    g_assert_cmpstr (record->ttl, ==, "300");
    g_assert_cmpstr (record->value, ==, "v=DKIM1; p=");
}

static void
test_record_values (void)
{
    static const struct { const char *host, *value; guint records; } cases[] = {
        { "example.jp", "v=spf1 include:\"a b\" \\ -all", 1 },      /* odd, but it shows */
        { "example.jp", "v=spf1 \033[31m -all", 0 },
        { "example.jp", "v=spf1 \xe2\x80\xae -all", 0 },            /* turns the text */
        { "example.jp", "v=spf1 ip4:\xef\xbf\xbd -all", 0 },        /* was no text */
        { "example jp", "v=spf1 -all", 0 },
        { "example.jp; rm -rf ~", "v=spf1 -all", 0 },
        { "_dmarc.example.jp", "v=DMARC1", 1 },
    };
    g_autoptr (ModoriEngine) engine = engine_new ();

    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autoptr (GPtrArray) values = g_ptr_array_new ();
        g_autoptr (GPtrArray) records = NULL;

        g_ptr_array_add (values, (gpointer) "spf_domain");
        g_ptr_array_add (values, (gpointer) cases[i].host);
        g_ptr_array_add (values, (gpointer) "proposed");
        g_ptr_array_add (values, (gpointer) cases[i].value);
        records = modori_observation_records (block_of (engine, "spf-several"), values);
        g_test_message ("%u", i);
        g_assert_cmpuint (records->len, ==, cases[i].records);
    }
}

/* What is so long that it was cut is not proposed. */
static void
test_record_whole (void)
{
    static const gsize lengths[] = { 1900, 1999, 2000, 60000 };
    g_autoptr (ModoriEngine) engine = engine_new ();

    for (guint i = 0; i < G_N_ELEMENTS (lengths); i++) {
        g_autofree char *value = g_strnfill (lengths[i], 'a');
        g_autoptr (ModoriCheckup) checkup = bad_domain (value);
        const ModoriSeen *seen = modori_checkup_find (checkup, "spf-several");
        g_autoptr (GPtrArray) records =
            modori_observation_records (block_of (engine, "spf-several"), seen->values);

        g_assert_cmpuint (records->len, ==, lengths[i] < 2000);
    }
}

static void
test_check (void)
{
    static const struct { const char *fields; gboolean good; } cases[] = {
        { "Severity: ok\nTitle: a\nTitle-ja: b\n", TRUE },
        { "Severity: warning\nTitle: a\nTitle-ja: b\nWhy: a\nWhy-ja: b\n", TRUE },
        { "Severity: warning\nTitle: a\nTitle-ja: b\n", FALSE },            /* and why? */
        { "Severity: bad\nTitle: a\nTitle-ja: b\nWhy: a\nWhy-ja: b\n", FALSE },
        { "Title: a\nTitle-ja: b\nWhy: a\nWhy-ja: b\n", FALSE },
        { "Severity: ok\nTitle: a\n", FALSE },
        { "Severity: ok\nTitle-ja: a\n", FALSE },
        { "Severity: ok\nTitle: a\nTitle-ja: b\nAsked-By: c\n", FALSE },
        { "Severity: ok\nTitle: a\nTitle-ja: b\nRecord: a | TXT | 3600 | b\n", TRUE },
        { "Severity: ok\nTitle: a\nTitle-ja: b\nRecord: {a|b} | TXT | 3600 | {b|c}|d\n", FALSE },
        { "Severity: ok\nTitle: a\nTitle-ja: b\nRecord: a | TXT | hour | b\n", FALSE },
        { "Severity: ok\nTitle: a\nTitle-ja: b\nRecord: a | TXT | b\n", FALSE },
    };

    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autofree char *text = g_strconcat ("Observation: x\n", cases[i].fields, NULL);
        g_autoptr (ModoriKnowledge) knowledge = modori_knowledge_parse (
            "test.rules", modori_span_of (text), modori_all_kinds, NULL);
        g_autoptr (GError) error = NULL;
        const ModoriBlock *block = modori_knowledge_block (knowledge, &modori_observation_kind,
                                                           "x");

        g_test_message ("%s", cases[i].fields);
        g_assert_cmpint (modori_observation_check (block, &error), ==, cases[i].good);
        g_assert_cmpint (error == NULL, ==, cases[i].good);
    }
}

/* --- text --- */

static void
test_domain (void)
{
    g_autoptr (ModoriCheckup) checkup = bad_domain ("v=spf1 ip4:192.0.2.1 ~all");
    g_autofree char *text = text_of (checkup, "", FALSE);

    g_assert_true (g_str_has_prefix (text, "example.jp: 1 error, 1 warning\n\n  error "));
    assert_has (text, "example.jp has 2 SPF records\n");
    assert_has (text, "v=spf1 -all | v=spf1 ~all");
    assert_has (text, "Gmail, docomo");
    assert_has (text, "  (in full: example.jp)\n");
    assert_has (text, "Value  v=spf1 ip4:192.0.2.1 ~all\n");
    assert_has (text, "Host   sel._domainkey  (in full: sel._domainkey.example.jp)\n");
    assert_has (text, "MX          Mail comes in at mx.example.jp\n");
    assert_has (text, "BIMI        No picture\n");
    g_assert_null (strstr (text, "Repair"));    /* the record is all that is needed */
    g_assert_null (strstr (text, "{"));
    g_assert_cmpuint (count_of (text, "ip4:192.0.2.1"), ==, 1);
}

static void
test_server (void)
{
    g_autoptr (ModoriCheckup) checkup = bad_server ();
    g_autofree char *text = text_of (checkup, "", FALSE);

    g_assert_true (g_str_has_prefix (text, "smtp.example.jp:587: 1 error\n"
                                     "  error       Gmail refuses smtp.example.jp\n"));
    g_assert_cmpuint (count_of (text, "has ended"), ==, 1);     /* at six places */
    g_assert_cmpuint (count_of (text, "It is over since"), ==, 1);  /* the verdict says it */
    g_assert_cmpuint (count_of (text, "Because."), ==, 2);      /* that short, it is no matter */
    assert_has (text, "192.0.2.1:587, 192.0.2.2:587");
    assert_has (text, "and 3 more");
    g_assert_cmpuint (count_of (text, "Repair it"), ==, 1);
    assert_has (text, "to 192.0.2.1\n");        /* given facts fill the advice */
    assert_has (text, "$ run example.com\n");
    g_assert_null (strstr (text, "modori check tls"));          /* that is this */
}

static void
test_sentences (void)
{
    g_autoptr (ModoriCheckup) checkup = bad_server ();
    g_autofree char *text = text_of (checkup, "ja", FALSE);

    assert_has (text, "理由です。証明書に書かれた日に期限が切れています。\n");
    g_assert_cmpuint (count_of (text, "切れています。"), ==, 1);
}

/* A place is told where the title does not. */
static void
test_places (void)
{
    static const char *const hosts[] = { "mx.example.jp", "a.mx.example.net", NULL };
    g_autoptr (ModoriCheckup) checkup = modori_checkup_new ("domain", "example.jp");
    g_autofree char *text = NULL;

    for (guint i = 0; hosts[i]; i++)
        modori_see (modori_checkup_section (checkup, "mx", i ? "mx.example.net" : hosts[i]),
                    "mx-good", NULL, "host", hosts[i], NULL);
    text = text_of (checkup, "", FALSE);
    assert_has (text, "Mail comes in at mx.example.jp\n");
    assert_has (text, "Mail comes in at a.mx.example.net (mx.example.net)\n");
}

/* Records stand under the name of who has to publish them, the domain's own first. */
static void
test_owners (void)
{
    g_autoptr (ModoriCheckup) checkup = modori_checkup_new ("domain", "example.jp");
    ModoriSection *section = modori_checkup_section (checkup, "dkim", "example.jp");
    const char *own, *other;
    g_autofree char *text = NULL;

    modori_see (section, "dkim-none", "a", "spf_domain", "mail.example.net", NULL);
    modori_see (section, "dkim-none", "b", "spf_domain", "shop.example.jp", NULL);
    text = text_of (checkup, "", FALSE);
    own = strstr (text, "where the DNS of the domain is managed\n");
    other = strstr (text, "whoever manages the DNS of example.net\n");
    g_assert_true (own && other && own < other);
    assert_has (own, "sel._domainkey.shop.example.jp");
    assert_has (other, "sel._domainkey.mail.example.net");
    g_assert_true (strstr (own, "shop.example.jp)") < other);
}

/* The general record of an advice would drop what stands in the one that is there. */
static void
test_general_record (void)
{
    g_autoptr (ModoriCheckup) checkup = bad_domain (NULL);
    g_autoptr (ModoriCheckup) without = bad_server ();
    g_autofree char *text = text_of (checkup, "", FALSE), *other = text_of (without, "", FALSE);

    assert_has (text, "Repair example.jp");
    g_assert_null (strstr (text, "Value  v=spf1"));
    assert_has (other, "Value  v=spf1 ~all");
}

/* What a stranger wrote never gets into a line to be typed. */
static void
test_commands (void)
{
    g_autoptr (ModoriCheckup) checkup = modori_checkup_new ("tls", "smtp.example.jp");
    ModoriSection *section = modori_checkup_section (checkup, "certificate", "x");
    g_autofree char *text = NULL;

    modori_see (section, "certificate-expired", NULL, "host", "smtp.example.jp", "spf_domain",
                "example.jp; rm -rf ~", "smtp_host", "\033]0;x\007", NULL);
    text = text_of (checkup, "", FALSE);
    assert_has (text, "$ run example.com\n");
    g_assert_null (strstr (text, "$ run example.jp"));
    g_assert_null (strchr (text, '\033'));
    g_assert_null (strchr (text, '\007'));
}

static void
test_good (void)
{
    g_autoptr (ModoriCheckup) checkup = modori_checkup_new ("domain", "example.jp");
    ModoriSection *section = modori_checkup_section (checkup, "mx", "example.jp");
    g_autofree char *text = NULL, *coloured = NULL;

    modori_see (section, "mx-good", "10 mx.example.jp", "host", "mx.example.jp", NULL);
    text = text_of (checkup, "", FALSE);
    g_assert_cmpstr (text, ==, "example.jp: nothing is wrong\n\nWhat is good\n"
                     "  MX          Mail comes in at mx.example.jp\n");
    coloured = text_of (checkup, "", TRUE);
    assert_has (coloured, "\033[32mnothing is wrong\033[0m");
}

/* No line is longer than 80 columns, but those that are to be copied. */
static void
test_columns (void)
{
    static const char *const langs[] = { "", "ja" };

    for (guint i = 0; i < G_N_ELEMENTS (langs); i++) {
        g_autofree char *value = g_strnfill (600, 'a');
        g_autoptr (ModoriCheckup) checkup = bad_domain (value);
        g_autofree char *text = text_of (checkup, langs[i], FALSE);
        g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

        for (char **line = lines; *line; line++)
            if (! strstr (*line, "aaaa"))
                g_assert_cmpuint (modori_terminal_width (*line), <=, 80);
        assert_has (text, i ? "SPFレコードが2個ある" : "has 2 SPF records");
        assert_has (text, "example.jp. 3600 IN TXT \"aaa");
    }
}

/* --- panels --- */

static void
test_panel_host (void)
{
    static const struct { const char *host, *own; } cases[] = {
        { "example.jp", "" },
        { "example.co.jp", "" },
        { "_dmarc.example.co.jp", "_dmarc" },
        { "sel1._domainkey.shop.example.com", "sel1._domainkey.shop" },
        { "7.2.0.192.in-addr.arpa", "7.2.0.192.in-addr.arpa" },
        { "localhost", "localhost" },
    };

    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autofree char *own = modori_panel_host (cases[i].host);

        g_assert_cmpstr (own, ==, cases[i].own);
    }
}

static void
test_panel_strings (void)
{
    g_autofree char *long_value = g_strnfill (300, 'a');
    g_autofree char *exact = g_strnfill (255, 'a');
    g_autofree char *two = modori_panel_strings (long_value);
    g_autofree char *one = modori_panel_strings (exact);
    g_autofree char *odd = modori_panel_strings ("a\"b\\c\xe3");

    g_assert_cmpstr (odd, ==, "\"a\\\"b\\\\c\\227\"");
    g_assert_cmpuint (strlen (one), ==, 257);
    g_assert_cmpuint (strlen (two), ==, 300 + 5);
    g_assert_true (strstr (two, "\" \"") == two + 256);
}

/* --- JSON --- */

static void
test_json (void)
{
    g_autoptr (ModoriEngine) engine = engine_new ();
    g_autoptr (ModoriCheckup) checkup = bad_domain ("v=spf1 \"\\ ~all");
    g_autoptr (GString) out = g_string_new (NULL);
    g_autoptr (JsonParser) parser = json_parser_new ();
    g_autoptr (GError) error = NULL;
    JsonObject *object, *result;

    modori_seen_set ((ModoriSeen *) modori_checkup_find (checkup, "spf-several"), "count", "3");
    modori_checkup_json (out, checkup, engine, "");
    g_assert_cmpuint (count_of (out->str, "\n"), ==, 1);
    json_parser_load_from_data (parser, out->str, -1, &error);
    g_assert_no_error (error);
    object = json_node_get_object (json_parser_get_root (parser));
    g_assert_cmpint (json_object_get_int_member (object, "v"), ==, 1);
    g_assert_cmpstr (json_object_get_string_member (object, "check"), ==, "domain");
    g_assert_cmpstr (json_object_get_string_member (object, "status"), ==, "error");
    object = json_array_get_object_element (json_object_get_array_member (object, "sections"), 2);
    g_assert_cmpstr (json_object_get_string_member (object, "section"), ==, "spf");
    result = json_array_get_object_element (json_object_get_array_member (object, "results"), 0);
    g_assert_cmpstr (json_object_get_string_member (result, "severity"), ==, "error");
    g_assert_cmpstr (json_object_get_string_member (result, "advice"), ==, "repair");
    object = json_object_get_object_member (result, "values");
    g_assert_cmpstr (json_object_get_string_member (object, "count"), ==, "2");
    object = json_array_get_object_element (json_object_get_array_member (result, "records"), 0);
    g_assert_cmpstr (json_object_get_string_member (object, "value"), ==, "v=spf1 \"\\ ~all");
}

static void
test_json_empty (void)
{
    g_autoptr (ModoriEngine) engine = engine_new ();
    g_autoptr (ModoriCheckup) checkup = modori_checkup_new ("cert", "a\"b");
    g_autoptr (GString) out = g_string_new (NULL);

    modori_checkup_json (out, checkup, engine, "ja");
    g_assert_cmpstr (out->str, ==, "{\"v\": 1, \"check\": \"cert\", \"subject\": \"a\\\"b\", "
                     "\"status\": \"ok\", \"sections\": []}\n");
}

/* Escapes, controls of C1 and what turns text do not reach a terminal as JSON either. */
static void
test_json_harmless (void)
{
    static const char hostile[] = "a\033[2J\xc2\x9b" "2J\xe2\x80\xae" "b\xe2\x81\xa6";
    static const char harmless[] = "a\xef\xbf\xbd[2J\xef\xbf\xbd" "2J\xef\xbf\xbd" "b\xef\xbf\xbd";
    g_autoptr (ModoriEngine) engine = engine_new ();
    g_autoptr (ModoriCheckup) checkup = modori_checkup_new ("domain", hostile);
    ModoriSection *section = modori_checkup_section (checkup, "spf", hostile);
    ModoriSeen *seen = modori_see (section, "spf-several", hostile, "spf_domain", hostile, NULL);
    g_autoptr (GString) out = g_string_new (NULL);

    g_assert_cmpstr (checkup->subject, ==, harmless);
    g_assert_cmpstr (section->subject, ==, harmless);
    g_assert_cmpstr (seen->evidence, ==, harmless);
    modori_checkup_json (out, checkup, engine, "");
    g_assert_nonnull (strstr (out->str, harmless));
    for (const char *p = out->str; *p != '\n'; p = g_utf8_next_char (p))
        g_assert_true (g_unichar_isprint (g_utf8_get_char (p)));
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/observation/records", test_records);
    g_test_add_func ("/observation/values", test_record_values);
    g_test_add_func ("/observation/whole", test_record_whole);
    g_test_add_func ("/observation/check", test_check);
    g_test_add_func ("/text/domain", test_domain);
    g_test_add_func ("/text/server", test_server);
    g_test_add_func ("/text/sentences", test_sentences);
    g_test_add_func ("/text/places", test_places);
    g_test_add_func ("/text/owners", test_owners);
    g_test_add_func ("/text/general-record", test_general_record);
    g_test_add_func ("/text/commands", test_commands);
    g_test_add_func ("/text/good", test_good);
    g_test_add_func ("/text/columns", test_columns);
    g_test_add_func ("/panel/host", test_panel_host);
    g_test_add_func ("/panel/strings", test_panel_strings);
    g_test_add_func ("/json/domain", test_json);
    g_test_add_func ("/json/empty", test_json_empty);
    g_test_add_func ("/json/harmless", test_json_harmless);
    return g_test_run ();
}
