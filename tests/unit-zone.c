/* unit-zone.c - `check domain`: MX, the sending machine, block lists.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "check/zone.h"
#include "rules/blocklist.h"
#include "rules/selector.h"
#include "text/error.h"
#include "zone-fixture.h"
#include "zone-look.h"

/* --- MX --- */

static const ZoneCase mx_cases[] = {
    { "example.jp MX 10 mx.example.jp\nmx.example.jp A 192.0.2.1", NULL, NULL, "mx", "mx-there" },
    { "example.jp MX 10 mx.example.jp\nmx.example.jp A 192.0.2.1\nmx.example.jp AAAA 2001:db8::1",
      NULL, NULL, "address", "address-there" },
    { "example.jp MX 0 .", NULL, NULL, "mx", "mx-null" },
    { "example.jp MX 0 .", NULL, NULL, "address", "" },
    { "example.jp MX 0 .\nexample.jp MX 10 mx.example.jp\nmx.example.jp A 192.0.2.1", NULL, NULL,
      "mx", "mx-null-mixed mx-there" },
    { "example.jp MX 10 192.0.2.1", NULL, NULL, "mx", "mx-address" },
    { "example.jp MX 10 2001:db8::1", NULL, NULL, "mx", "mx-address" },
    { "example.jp MX 10 mx.example.jp\nmx.example.jp CNAME www.example.net\n"
      "www.example.net A 192.0.2.1", NULL, NULL, "mx", "mx-there mx-alias" },
    { "example.jp MX 10 mx.example.jp\nexample.jp MX 20 mx.example.jp\nmx.example.jp A 192.0.2.1",
      NULL, NULL, "mx", "mx-twice mx-there" },
    { "example.jp MX 10 mx.example.jp", NULL, NULL, "address", "address-dead" },
    { "example.jp MX 10 mx.example.jp\nexample.jp MX 20 mx.example.net\nmx.example.net A 192.0.2.1",
      NULL, NULL, "address", "address-none address-there" },
    { "example.jp MX 10 mx.example.jp\nmx.example.jp A 10.0.0.1", NULL, NULL, "address",
      "address-private" },
    { "example.jp MX 10 mx.example.jp\nmx.example.jp A 192.0.2.1\nmx.example.jp A 127.0.0.1", NULL,
      NULL, "address", "address-there address-private" },
    { "example.jp MX 10 mx.example.jp\nmx.example.jp A !SERVFAIL\nmx.example.jp AAAA !SERVFAIL",
      NULL, NULL, "address", "address-unanswered" },
    { "example.jp A 192.0.2.1", NULL, NULL, "mx", "mx-fallback" },
    { "example.jp TXT v=spf1 -all", NULL, NULL, "mx", "mx-none" },
    { "example.jp MX !TIMEOUT\nexample.jp A 192.0.2.1", NULL, NULL, "mx", "mx-unanswered" },
    { "example.net A 192.0.2.1", NULL, NULL, "mx", "mx-no-domain" },
    { "example.jp MX !SERVFAIL\nexample.jp A !SERVFAIL\nexample.jp TXT !SERVFAIL", NULL, NULL, "mx",
      "mx-domain-broken" },
    { "example.jp MX !TIMEOUT\nexample.jp A !TIMEOUT\nexample.jp TXT !TIMEOUT", NULL, NULL, "mx",
      "mx-domain-silent" },
    { "example.jp MX !REFUSED\nexample.jp A !REFUSED\nexample.jp TXT !REFUSED", NULL, NULL, "mx",
      "mx-no-resolver" },
    { NULL }
};

/* One thing is said of a domain that is not there, whatever else was asked. */
static void
test_lost (void)
{
    ModoriDomainCheck options = {
        .domain = "shop.example.jp", .ip = "192.0.2.1", .helo = "localhost"
    };
    g_autoptr (ModoriCheckup) checkup = zone_look ("example.jp NS ns.example.jp", &options);
    const ModoriSection *section = checkup->sections->pdata[0];

    g_assert_cmpuint (checkup->sections->len, ==, 1);
    g_assert_cmpuint (section->seen->len, ==, 1);
    g_assert_nonnull (modori_checkup_find (checkup, "mx-no-subdomain"));
}

static void
test_sorted (void)
{
    ModoriDomainCheck options = { NULL };
    g_autoptr (ModoriCheckup) checkup = zone_look ("example.jp MX 20 b.example.jp\n"
                                              "example.jp MX 5 a.example.jp\n"
                                              "a.example.jp A 192.0.2.1\n"
                                              "b.example.jp CNAME a.example.jp", &options);

    g_assert_cmpstr (modori_seen_value (modori_checkup_find (checkup, "mx-there"), "hosts"), ==,
                     "a.example.jp, b.example.jp");
    g_assert_cmpstr (modori_seen_value (modori_checkup_find (checkup, "mx-alias"), "preference"),
                     ==, "20");
}

/* A hostile DNS: what it costs has an end. */
static void
test_many (void)
{
    g_autoptr (GString) zone = g_string_new ("7.113.0.203.in-addr.arpa PTR a.example.jp\n");
    ModoriDomainCheck options = { .ip = "203.0.113.7" };
    g_autoptr (ModoriCheckup) checkup = NULL;

    for (guint i = 0; i < 200; i++) {
        g_string_append_printf (zone, "example.jp MX %u mx%u.example.jp\n", i, i);
        g_string_append (zone, "example.jp MX 1 mx1.example.jp\nexample.jp MX 1 192.0.2.1\n");
        g_string_append_printf (zone, "7.113.0.203.in-addr.arpa PTR h%u.example.jp\n", i);
    }
    checkup = zone_look (zone->str, &options);
    for (guint i = 0; i < checkup->sections->len; i++)
        g_assert_cmpuint (((ModoriSection *) checkup->sections->pdata[i])->seen->len, <=, 60);
    g_assert_cmpuint (zone_fixture_questions (), <, 250);
}

static void
test_not_a_domain (void)
{
    static const char *const names[] = { "", "a..b", "exa mple.jp", NULL };

    for (guint i = 0; names[i]; i++) {
        g_autoptr (ModoriResolver) resolver = zone_fixture ("");
        g_autoptr (GError) error = NULL;
        ModoriDomainCheck options = { .domain = names[i] };

        g_assert_null (modori_check_domain (resolver, &options, &error));
        g_assert_error (error, MODORI_ERROR, MODORI_ERROR_SYNTAX);
    }
}

/* --- PTR and EHLO --- */

#define HERE "example.jp A 192.0.2.9\n"
#define PTR "7.113.0.203.in-addr.arpa PTR "

static const ZoneCase reverse_cases[] = {
    { HERE PTR "mail.example.jp\nmail.example.jp A 203.0.113.7", "203.0.113.7", NULL, "reverse",
      "reverse-confirmed" },
    { HERE, "203.0.113.7", NULL, "reverse", "reverse-none" },
    { HERE PTR "!TIMEOUT", "203.0.113.7", NULL, "reverse", "reverse-unanswered" },
    { HERE PTR "mail.example.jp", "203.0.113.7", NULL, "reverse", "reverse-no-forward" },
    { HERE PTR "mail.example.net", "203.0.113.7", NULL, "reverse", "reverse-no-forward-elsewhere" },
    { HERE PTR "a..b", "203.0.113.7", NULL, "reverse", "reverse-no-forward-elsewhere" },
    { HERE PTR "mail.example.jp\nmail.example.jp A 203.0.113.8", "203.0.113.7", NULL, "reverse",
      "reverse-mismatch" },
    { HERE PTR "mail.example.jp\nmail.example.jp A !SERVFAIL", "203.0.113.7", NULL, "reverse",
      "reverse-forward-unanswered" },
    { HERE PTR "a.example.jp\n" PTR "mail.example.jp\nmail.example.jp A 203.0.113.7",
      "203.0.113.7", NULL, "reverse", "reverse-several reverse-no-forward reverse-confirmed" },
    { HERE PTR "v203-0-113-7.example.net\nv203-0-113-7.example.net A 203.0.113.7", "203.0.113.7",
      NULL, "reverse", "reverse-confirmed reverse-generic" },
    { HERE PTR "p7.113.0.203.example.net\np7.113.0.203.example.net A 203.0.113.7", "203.0.113.7",
      NULL, "reverse", "reverse-confirmed reverse-generic" },
    { HERE PTR "cb007107.example.net\ncb007107.example.net A 203.0.113.7", "203.0.113.7", NULL,
      "reverse", "reverse-confirmed reverse-generic" },
    { HERE PTR "h203000113007.example.net\nh203000113007.example.net A 203.0.113.7", "203.0.113.7",
      NULL, "reverse", "reverse-confirmed reverse-generic" },
    { HERE PTR "www113.example.net\nwww113.example.net A 203.0.113.7", "203.0.113.7", NULL,
      "reverse", "reverse-confirmed" },
    { HERE "5.2.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa PTR "
      "2001-db8--25.example.net\n2001-db8--25.example.net AAAA 2001:0db8::25", "2001:db8::25", NULL,
      "reverse", "reverse-confirmed reverse-generic" },
    { HERE, "192.168.1.1", NULL, "reverse", "reverse-private" },
    { HERE, "127.0.0.1", NULL, "reverse", "reverse-private" },
    { HERE, NULL, NULL, "reverse", "" },
    { NULL }
};

static const ZoneCase helo_cases[] = {
    { HERE PTR "mail.example.jp\nmail.example.jp A 203.0.113.7", "203.0.113.7", "mail.example.jp",
      "helo", "helo-fits" },
    { HERE PTR "www.example.jp\nmail.example.jp A 203.0.113.7", "203.0.113.7", "mail.example.jp",
      "helo", "helo-fits helo-not-reverse" },
    { HERE "mail.example.jp A 203.0.113.8", "203.0.113.7", "mail.example.jp", "helo",
      "helo-other-address" },
    { HERE "mail.example.jp A 203.0.113.8", NULL, "mail.example.jp", "helo", "helo-found" },
    { HERE, "203.0.113.7", "mail.example.jp", "helo", "helo-no-address" },
    { HERE, "203.0.113.7", "mail.example.net", "helo", "helo-no-address-elsewhere" },
    { HERE "mail.example.jp A !TIMEOUT", NULL, "mail.example.jp", "helo", "helo-unanswered" },
    { HERE, "203.0.113.7", "localhost.localdomain", "helo", "helo-local" },
    { HERE, "203.0.113.7", "localhost", "helo", "helo-local" },
    { HERE, "203.0.113.7", "web01.local", "helo", "helo-local" },
    { HERE, "203.0.113.7", "web01", "helo", "helo-no-domain" },
    { HERE, "203.0.113.7", "203.0.113.7", "helo", "helo-bare-address" },
    { HERE, "203.0.113.7", "[203.0.113.7]", "helo", "helo-literal" },
    { HERE, "203.0.113.7", "a b..c", "helo", "helo-bad-name" },
    { HERE, "203.0.113.7", "[", "helo", "helo-bad-name" },
    { HERE, "203.0.113.7", "web_1.example.jp", "helo", "helo-bad-name" },
    { HERE, "203.0.113.7", "", "helo", "" },
    { NULL }
};

/* No record with an address that nobody can reach is ever proposed. */
static void
test_proposals (void)
{
    ModoriDomainCheck options = { .ip = "203.0.113.7", .helo = "localhost.localdomain" };
    g_autoptr (ModoriCheckup) checkup = zone_look (HERE, &options);
    const ModoriSeen *seen = modori_checkup_find (checkup, "reverse-none");
    ModoriDomainCheck private = { .ip = "10.0.0.1", .helo = "localhost.localdomain" };
    g_autoptr (ModoriCheckup) other = zone_look (HERE, &private);

    g_assert_cmpstr (modori_seen_value (seen, "reverse_name"), ==, "7.113.0.203.in-addr.arpa");
    g_assert_cmpstr (modori_seen_value (seen, "mail_host"), ==, "mail.example.jp");
    g_assert_cmpstr (modori_seen_value (seen, "ip4"), ==, "203.0.113.7");
    g_assert_null (modori_seen_value (seen, "ip6"));
    g_assert_null (modori_seen_value (modori_checkup_find (other, "helo-local"), "ip4"));
}

/* A record that is there already is not proposed, nor one for a name of somebody else. */
static void
test_proposed_addresses (void)
{
    static const struct { const char *zone, *helo, *observation, *wanted; } cases[] = {
        { HERE, NULL, "reverse-none", "203.0.113.7" },
        { HERE "mail.example.jp A 203.0.113.7", NULL, "reverse-none", NULL },
        { HERE "mail.example.jp A 203.0.113.7\n" PTR "h203-0-113-7.example.net\n"
          "h203-0-113-7.example.net A 203.0.113.7", NULL, "reverse-generic", NULL },
        { "example.jp A 203.0.113.7\n" PTR "mail.example.jp", NULL, "reverse-no-forward",
          "203.0.113.7" },
        { HERE PTR "mail.example.net", NULL, "reverse-no-forward-elsewhere", "203.0.113.7" },
        { HERE "mail.example.jp A 203.0.113.7\n" PTR "mail.example.net", NULL,
          "reverse-no-forward-elsewhere", NULL },
        { HERE, "mail.example.jp", "helo-no-address", "203.0.113.7" },
    };

    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        ModoriDomainCheck options = { .ip = "203.0.113.7", .helo = cases[i].helo };
        g_autoptr (ModoriCheckup) checkup = zone_look (cases[i].zone, &options);
        const ModoriSeen *seen = modori_checkup_find (checkup, cases[i].observation);

        g_test_message ("%s", cases[i].zone);
        g_assert_nonnull (seen);
        g_assert_cmpstr (modori_seen_value (seen, "ip4"), ==, cases[i].wanted);
    }
}

/* A domain without mail that says so has no fault; one that sends in spite of it has. */
static void
test_parked (void)
{
    static const char zone[] = "example.jp MX 0 .\nexample.jp TXT v=spf1 -all";
    ModoriDomainCheck options = { NULL }, sending = { .ip = "203.0.113.7" };
    ModoriDomainCheck other = { NULL };
    g_autoptr (ModoriCheckup) parked = zone_look (zone, &options);
    g_autoptr (ModoriCheckup) sent = zone_look (zone, &sending);
    g_autoptr (ModoriCheckup) half = zone_look ("example.jp MX 0 .\n"
                                                "example.jp TXT v=spf1 mx -all", &other);
    g_autofree char *spf = zone_look_seen (parked, "spf"), *dkim = zone_look_seen (parked, "dkim");
    g_autofree char *dmarc = zone_look_seen (parked, "dmarc");

    g_assert_nonnull (modori_checkup_find (parked, "mx-parked"));
    g_assert_cmpstr (spf, ==, "spf-record spf-lookups");
    g_assert_cmpstr (dkim, ==, "");
    g_assert_cmpstr (dmarc, ==, "dmarc-none-parked");
    g_assert_nonnull (modori_checkup_find (sent, "mx-null"));
    g_assert_nonnull (modori_checkup_find (sent, "spf-fail"));
    g_assert_nonnull (modori_checkup_find (half, "mx-null"));
    g_assert_nonnull (modori_checkup_find (half, "dmarc-none"));
}

/* Who has neither SPF nor DKIM is told that, and not what comes of it, too. */
static void
test_nothing (void)
{
    static const ModoriKind *const kinds[] = { &modori_selector_kind, NULL };
    static const char text[] = "Selector: default\nUsed-By: x\n";
    g_autoptr (ModoriKnowledge) knowledge = modori_knowledge_parse ("x.rules",
                                                                    modori_span_of (text), kinds,
                                                                    NULL);
    ModoriDomainCheck options = { .ip = "203.0.113.7", .knowledge = knowledge }, other = options;
    ModoriDomainCheck foreign = { .envelope = "example.net", .knowledge = knowledge };
    g_autoptr (ModoriCheckup) nothing = zone_look (HERE, &options);
    g_autoptr (ModoriCheckup) half = zone_look (HERE "example.jp TXT v=spf1 -all", &other);
    g_autoptr (ModoriCheckup) hoster = zone_look (HERE "example.net A 192.0.2.9", &foreign);

    g_assert_nonnull (modori_checkup_find (nothing, "spf-missing"));
    g_assert_nonnull (modori_checkup_find (nothing, "dkim-none"));
    g_assert_null (modori_checkup_find (nothing, "dmarc-needs-dkim"));
    g_assert_nonnull (modori_checkup_find (half, "dmarc-needs-dkim"));
    g_assert_nonnull (modori_checkup_find (hoster, "dmarc-needs-dkim"));
}

/* An address that receivers never see has no place in a record. */
static void
test_private (void)
{
    ModoriDomainCheck options = { .ip = "192.168.1.5" };
    g_autoptr (ModoriCheckup) checkup = zone_look (HERE "example.jp TXT v=spf1 mx -all", &options);
    g_autofree char *spf = zone_look_seen (checkup, "spf");
    g_autofree char *dmarc = zone_look_seen (checkup, "dmarc");

    g_assert_cmpstr (spf, ==, "spf-record spf-lookups spf-dead-name");
    g_assert_cmpstr (dmarc, ==, "dmarc-none");
}

/* --- records of a version --- */

static void
test_versions (void)
{
    static const struct { const char *text, *version; gboolean wanted; } cases[] = {
        { "v=DMARC1", "v=DMARC1", TRUE }, { "v=DMARC1;p=none", "v=DMARC1", TRUE },
        { "v=DMARC10", "v=DMARC1", FALSE }, { " v=DMARC1", "v=DMARC1", FALSE },
        { "v = DMARC1 ; p=none", "v=DMARC1", TRUE }, { "v=dmarc1", "v=DMARC1", FALSE },
        { "v=DMARC", "v=DMARC1", FALSE }, { "", "v=DMARC1", FALSE }, { "v", "v=DMARC1", FALSE },
    };

    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autofree char *text = g_strdup_printf ("example.jp TXT %s", cases[i].text);
        g_autoptr (ModoriResolver) resolver = zone_fixture (text);
        ModoriZone zone = { .resolver = resolver };
        guint count = 99;

        g_test_message ("%s", cases[i].text);
        g_assert_cmpint (modori_zone_txt (&zone, "example.jp", cases[i].version, &count) != NULL,
                         ==, cases[i].wanted);
        g_assert_cmpuint (count, ==, (guint) cases[i].wanted);
    }
}

/* --- block lists --- */

static const char lists[] =
    "Blocklist: Parts one\nTitle: Part one\nMatch: part-one\nLists: ip\n"
    "Look-Up: all.lists.example\nYes: part-one\n\n"
    "Blocklist: Whole\nTitle: The whole\nMatch: lists.example\nLists: ip\n"
    "Look-Up: all.lists.example\nRemoval: https://lists.example/remove\nYes: lists.example\n\n"
    "Blocklist: Other\nTitle: Other\nMatch: other.example\nLists: ip\nLook-Up: other.example\n"
    "Yes: other.example\n\n"
    "Blocklist: Names\nTitle: Names\nMatch: names.example\nLists: domain\nLook-Up: names.example\n"
    "Yes: names.example\n\n"
    "Blocklist: Nobody\nTitle: Nobody\nMatch: nobody\nLists: nobody\nLook-Up: all.lists.example\n"
    "Yes: nobody\n";

static void
test_blocklists (void)
{
    static const struct { const char *zone, *wanted, *title; } cases[] = {
        { "", "blocklist-clean blocklist-clean", NULL },
        { "7.113.0.203.all.lists.example A 127.0.0.2",
          "blocklist-listed blocklist-clean blocklist-clean", "The whole" },
        { "7.113.0.203.all.lists.example A 127.0.0.2\n"
          "7.113.0.203.all.lists.example TXT listed by part-one",
          "blocklist-listed blocklist-clean blocklist-clean", "Part one" },
        { "7.113.0.203.all.lists.example A 127.255.255.254",
          "blocklist-clean blocklist-refused blocklist-clean", NULL },
        { "7.113.0.203.all.lists.example A 198.51.100.1",
          "blocklist-clean blocklist-refused blocklist-clean", NULL },
        { "7.113.0.203.all.lists.example A 127.0.0.1",
          "blocklist-clean blocklist-refused blocklist-clean", NULL },
        { "7.113.0.203.all.lists.example A !TIMEOUT\n7.113.0.203.other.example A !REFUSED",
          "blocklist-refused blocklist-silent blocklist-clean", NULL },
        { "example.jp.names.example A 127.0.1.2", "blocklist-clean blocklist-listed", "Names" },
    };
    static const ModoriKind *const kinds[] = {
        &modori_blocklist_kind, &modori_selector_kind, NULL
    };
    g_autoptr (ModoriKnowledge) knowledge = modori_knowledge_parse ("lists.rules",
                                                                    modori_span_of (lists), kinds,
                                                                    NULL);

    g_assert_nonnull (knowledge);
    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        ModoriDomainCheck options = {
            .ip = "203.0.113.7", .blocklists = TRUE, .knowledge = knowledge
        };
        g_autofree char *zone = g_strconcat (HERE, cases[i].zone, NULL);
        g_autoptr (ModoriCheckup) checkup = zone_look (zone, &options);
        g_autofree char *seen = zone_look_seen (checkup, "blocklist");
        const ModoriSeen *listed = modori_checkup_find (checkup, "blocklist-listed");

        g_test_message ("%s", cases[i].zone);
        g_assert_cmpstr (seen, ==, cases[i].wanted);
        g_assert_cmpstr (listed ? modori_seen_value (listed, "blocklist_title") : NULL, ==,
                         cases[i].title);
    }
}

/* Nobody is asked who was not to be asked. */
static void
test_no_blocklists (void)
{
    ModoriDomainCheck options = { .ip = "203.0.113.7" };
    g_autoptr (ModoriCheckup) checkup = zone_look (HERE, &options);
    g_autofree char *seen = zone_look_seen (checkup, "blocklist");

    g_assert_cmpstr (seen, ==, "");
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_data_func ("/zone/mx", mx_cases, zone_look_cases);
    g_test_add_func ("/zone/lost", test_lost);
    g_test_add_func ("/zone/sorted", test_sorted);
    g_test_add_func ("/zone/many", test_many);
    g_test_add_func ("/zone/not-a-domain", test_not_a_domain);
    g_test_add_data_func ("/zone/reverse", reverse_cases, zone_look_cases);
    g_test_add_data_func ("/zone/helo", helo_cases, zone_look_cases);
    g_test_add_func ("/zone/proposals", test_proposals);
    g_test_add_func ("/zone/addresses", test_proposed_addresses);
    g_test_add_func ("/zone/parked", test_parked);
    g_test_add_func ("/zone/nothing", test_nothing);
    g_test_add_func ("/zone/private", test_private);
    g_test_add_func ("/zone/versions", test_versions);
    g_test_add_func ("/blocklists/answers", test_blocklists);
    g_test_add_func ("/blocklists/unasked", test_no_blocklists);
    return g_test_run ();
}
