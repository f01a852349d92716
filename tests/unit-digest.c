/* unit-digest.c - many records added up: figures, order, patterns, people.
 *
 * Records are made by hand, kept in a private history, and added up with the shipped rules.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "output/digest.h"

#include <string.h>

/* Sunday, 22 November 2026, 07:00 UTC */
#define NOW G_GINT64_CONSTANT (1795330800)
#define HOUR 3600
#define DAY (24 * HOUR)

/* One record; what is NULL is "". */
typedef struct {
    gint64 ago;                 /* seconds before NOW */
    guint serial;               /* for the id */
    const char *reason, *bounce, *advice, *recipient;
    const char *provider, *remote_mta, *reporting_mta, *client_ip, *blocklist;
    const char *from, *subject, *list_id, *action, *report, *diagnostic, *facts;
} Line;

typedef struct {
    ModoriEngine *engine;
    GArray *lines;              /* Line */
    GStringChunk *strings;
} World;

static ModoriEngine *
read_rules (void)
{
    g_autofree char *path = g_build_filename (g_getenv ("SOURCE"), "rules", NULL);
    const char *const nothing[] = { NULL };
    g_autoptr (GError) error = NULL;
    ModoriKnowledge *knowledge = modori_knowledge_load (path, nothing, modori_all_kinds, &error);
    ModoriEngine *engine;

    g_assert_no_error (error);
    engine = modori_engine_new (knowledge, &error);
    g_assert_no_error (error);
    return engine;
}

static void
setup (World *world, gconstpointer data)
{
    (void) data;
    world->engine = read_rules ();
    world->lines = g_array_new (FALSE, TRUE, sizeof (Line));
    world->strings = g_string_chunk_new (4096);
}

static void
teardown (World *world, gconstpointer data)
{
    (void) data;
    modori_engine_free (world->engine);
    g_array_unref (world->lines);
    g_string_chunk_free (world->strings);
}

static const char *
made (World *world, const char *format, guint i)
{
    g_autofree char *number = g_strdup_printf ("%u", i);
    g_auto (GStrv) parts = g_strsplit (format, "#", 2);
    g_autofree char *text = g_strjoinv (number, parts);

    return g_string_chunk_insert (world->strings, text);
}

/* COUNT lines like LINE, each an hour older; "#" in its recipient and subject is a number. */
static void
add (World *world, Line line, guint count)
{
    for (guint i = 0; i < count; i++) {
        Line one = line;

        one.serial = world->lines->len + 1;
        one.ago += i * HOUR;
        one.recipient = made (world, line.recipient ? line.recipient : "", i);
        one.subject = made (world, line.subject ? line.subject : "", i);
        g_array_append_val (world->lines, one);
    }
}

static void
keep (ModoriHistory *history, const Line *line)
{
    g_autofree char *id = g_strdup_printf ("%08x%024x", line->serial * 2654435761U, line->serial);
    g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (NOW - line->ago);
    g_autofree char *arrival = g_date_time_format (time, "%Y-%m-%dT%H:%M:%SZ");
    const struct { ModoriKey key; const char *text; } values[] = {
        { MODORI_KEY_ID, id }, { MODORI_KEY_ARRIVAL_DATE, arrival },
        { MODORI_KEY_REPORT, line->report ? line->report : "delivery" },
        { MODORI_KEY_ACTION, line->action ? line->action : "failed" },
        { MODORI_KEY_REASON, line->reason }, { MODORI_KEY_BOUNCE, line->bounce },
        { MODORI_KEY_ADVICE, line->advice }, { MODORI_KEY_RECIPIENT, line->recipient },
        { MODORI_KEY_PROVIDER, line->provider }, { MODORI_KEY_REMOTE_MTA, line->remote_mta },
        { MODORI_KEY_REPORTING_MTA, line->reporting_mta },
        { MODORI_KEY_CLIENT_IP, line->client_ip }, { MODORI_KEY_BLOCKLIST, line->blocklist },
        { MODORI_KEY_FROM, line->from }, { MODORI_KEY_SUBJECT, line->subject },
        { MODORI_KEY_LIST_ID, line->list_id }, { MODORI_KEY_DIAGNOSTIC, line->diagnostic },
        { MODORI_KEY_FACTS, line->facts },
    };
    ModoriRecord record = { .time = 0 };
    ModoriProvenance provenance = { 0, NOW, "test" };
    g_autoptr (GError) error = NULL;

    for (guint i = 0; i < MODORI_N_KEYS; i++)
        record.text[i] = "";
    for (guint i = 0; i < G_N_ELEMENTS (values); i++)
        record.text[values[i].key] = values[i].text ? values[i].text : "";
    g_assert_true (modori_record_derive (&record, history->strings, NOW));
    modori_history_add_record (history, &record, &provenance, NULL, &error);
    g_assert_no_error (error);
}

/* All lines, in their order or in the other one. */
static ModoriHistory *
remember (const World *world, gboolean backwards)
{
    g_autoptr (GError) error = NULL;
    ModoriHistory *history = modori_history_open (NULL, "test", NOW, &error);

    g_assert_no_error (error);
    g_assert_true (modori_history_begin (history, &error));
    for (guint i = 0; i < world->lines->len; i++)
        keep (history, &g_array_index (world->lines, Line,
                                       backwards ? world->lines->len - 1 - i : i));
    g_assert_true (modori_history_commit (history, &error));
    return history;
}

static ModoriDigestOptions
week (void)
{
    ModoriDigestOptions options = { .since = NOW - 7 * DAY, .until = NOW + 1, .lang = "" };

    return options;
}

static ModoriDigest *
add_up (const World *world, const ModoriDigestOptions *options, gboolean backwards)
{
    g_autoptr (ModoriHistory) history = remember (world, backwards);
    g_autoptr (GError) error = NULL;
    ModoriDigest *digest = modori_digest_new (history, world->engine, options, &error);

    g_assert_no_error (error);
    return digest;
}

static char *
json_of (const World *world, const ModoriDigestOptions *options, gboolean backwards)
{
    g_autoptr (ModoriDigest) digest = add_up (world, options, backwards);
    GString *out = g_string_new (NULL);

    modori_digest_json (digest, out);
    return g_string_free (out, FALSE);
}

static char *
text_of (const World *world, const ModoriDigestOptions *options)
{
    g_autoptr (ModoriDigest) digest = add_up (world, options, FALSE);
    GString *out = g_string_new (NULL);
    ModoriTerminal terminal = { out, 80, FALSE };

    modori_digest_text (digest, &terminal);
    return g_string_free (out, FALSE);
}

/* --- what lines are made of --- */

static const Line unproven = {
    .ago = HOUR, .reason = "authfailure", .bounce = "soft", .advice = "authenticate",
    .recipient = "a#@example.net", .provider = "google", .reporting_mta = "mail.example.jp",
    .client_ip = "192.0.2.1", .from = "shop@example.jp", .subject = "Order #",
    .diagnostic = "550-5.7.26 This mail has been blocked because the sender is unauthenticated.",
};

static const Line stranger = {
    .ago = HOUR, .reason = "userunknown", .bounce = "hard", .advice = "clean-list",
    .recipient = "b#@example.org", .remote_mta = "mx1.example.org",
    .reporting_mta = "mail.example.jp", .from = "shop@example.jp", .subject = "Thank you",
    .diagnostic = "550 5.1.1 no such user",
};

/* A remembered past, so that there is something to compare with. */
static void
add_past (World *world)
{
    Line old = stranger;

    old.ago = 14 * DAY;
    old.subject = "Old";
    add (world, old, 1);
}

static const ModoriShare *
share (const GPtrArray *shares, const char *name)
{
    for (guint i = 0; i < shares->len; i++)
        if (strcmp (((ModoriShare *) shares->pdata[i])->name, name) == 0)
            return shares->pdata[i];
    return NULL;
}

/* --- figures --- */

static void
test_counts (World *world, gconstpointer data)
{
    ModoriDigestOptions options = week ();
    g_autoptr (ModoriDigest) digest = NULL;
    Line line = unproven;

    (void) data;
    add_past (world);
    add (world, unproven, 4);
    add (world, stranger, 3);
    line.action = "delayed";
    add (world, line, 1);
    line = unproven;
    line.ago = 10 * DAY;
    add (world, line, 2);
    add (world, (Line) { .ago = DAY, .report = "feedback", .reason = "feedback", .bounce = "none",
                         .action = "", .recipient = "c@example.com" }, 1);
    add (world, (Line) { .ago = DAY, .reason = "delivered", .bounce = "none",
                         .action = "delivered", .recipient = "d@example.com" }, 2);
    digest = add_up (world, &options, FALSE);
    g_assert_cmpuint (digest->counts.failed, ==, 8);
    g_assert_cmpuint (digest->counts.hard, ==, 3);
    g_assert_cmpuint (digest->counts.soft, ==, 5);
    g_assert_cmpuint (digest->counts.delayed, ==, 1);
    g_assert_cmpuint (digest->counts.complaints, ==, 1);
    g_assert_cmpuint (digest->counts.delivered, ==, 2);
    g_assert_true (digest->compared);
    g_assert_cmpuint (digest->before.failed, ==, 3);
    g_assert_cmpuint (share (digest->reasons, "authfailure")->count, ==, 5);
    g_assert_cmpuint (share (digest->reasons, "authfailure")->before, ==, 2);
    g_assert_cmpuint (share (digest->receivers, "google")->count, ==, 5);
    g_assert_cmpuint (share (digest->receivers, "example.org")->hard, ==, 3);
    g_assert_cmpuint (share (digest->campaigns, "Order …")->count, ==, 5);
    g_assert_cmpuint (share (digest->senders, "example.jp")->count, ==, 8);
    g_assert_cmpuint (share (digest->ips, "192.0.2.1")->count, ==, 5);
}

static void
test_days (World *world, gconstpointer data)
{
    ModoriDigestOptions options = week ();
    g_autoptr (ModoriDigest) digest = NULL;
    guint64 hard = 0, soft = 0, before = 0;

    (void) data;
    add_past (world);
    add (world, unproven, 100);
    add (world, stranger, 10);
    digest = add_up (world, &options, FALSE);
    g_assert_cmpuint (digest->days_each, ==, 1);
    g_assert_cmpuint (digest->days->len, ==, 8);        /* the first one in part */
    for (guint i = 0; i < digest->days->len; i++) {
        const ModoriDay *day = &g_array_index (digest->days, ModoriDay, i);

        hard += day->hard;
        soft += day->soft;
        before += day->before;
    }
    g_assert_cmpuint (hard, ==, 10);
    g_assert_cmpuint (soft, ==, 100);
    g_assert_cmpuint (before, ==, 1);
    g_assert_cmpstr (g_array_index (digest->days, ModoriDay, 0).date, ==, "2026-11-15");
}

static void
test_repairs (World *world, gconstpointer data)
{
    ModoriDigestOptions options = week ();
    g_autoptr (ModoriDigest) digest = NULL;
    const ModoriRepair *repair;
    Line line = unproven;

    (void) data;
    add (world, stranger, 30);
    add (world, unproven, 4);
    line.from = "news@example.com";
    add (world, line, 5);
    line = stranger;
    line.from = "news@example.com";
    add (world, line, 1);
    digest = add_up (world, &options, FALSE);
    g_assert_cmpuint (digest->repairs->len, ==, 3);
    repair = digest->repairs->pdata[0];
    g_assert_true (repair->ours);
    g_assert_cmpstr (repair->domain, ==, "example.com");
    g_assert_cmpuint (repair->count, ==, 5);
    g_assert_cmpuint (repair->addresses, ==, 5);
    g_assert_cmpstr (repair->recipient, ==, "a0@example.net");
    g_assert_cmpuint (repair->receivers->len, ==, 1);
    g_assert_cmpuint (repair->steps->len, >, 3);
    repair = digest->repairs->pdata[1];
    g_assert_cmpstr (repair->domain, ==, "example.jp");
    repair = digest->repairs->pdata[2];
    g_assert_false (repair->ours);
    g_assert_cmpstr (repair->domain, ==, "");           /* of both domains */
    g_assert_cmpuint (repair->count, ==, 31);
    g_assert_cmpuint (repair->addresses, ==, 30);
}

/* Steps name what only the returned message told. */
static void
test_facts (World *world, gconstpointer data)
{
    ModoriDigestOptions options = week ();
    g_autofree char *json = NULL;
    Line line = unproven;

    (void) data;
    line.client_ip = NULL;
    line.facts = "sending_host=out.example.jp sending_ip=203.0.113.9 dkim_selector=s2026 "
        "helo=;rm smtp_hosts=mail.example.jp,$(id)";
    add (world, line, 3);
    json = json_of (world, &options, FALSE);
    g_assert_nonnull (strstr (json, "ip4:203.0.113.9"));
    g_assert_nonnull (strstr (json, "s2026._domainkey.example.jp"));
    g_assert_null (strstr (json, ";rm"));
    g_assert_null (strstr (json, "$(id)"));
}

static void
test_domain (World *world, gconstpointer data)
{
    ModoriDigestOptions options = week ();
    g_autoptr (ModoriDigest) digest = NULL;
    Line line = unproven;

    (void) data;
    add (world, unproven, 4);
    line.from = "a@sub.example.com";
    add (world, line, 2);
    line.from = "a@notexample.com";
    add (world, line, 1);
    options.domain = "example.com";
    digest = add_up (world, &options, FALSE);
    g_assert_cmpuint (digest->counts.failed, ==, 2);
}

static void
test_empty (World *world, gconstpointer data)
{
    ModoriDigestOptions options = week ();
    g_autoptr (ModoriDigest) digest = add_up (world, &options, FALSE);
    g_autofree char *text = text_of (world, &options);

    (void) data;
    g_assert_false (digest->compared);
    g_assert_cmpuint (digest->counts.failed, ==, 0);
    g_assert_cmpuint (digest->repairs->len + digest->insights->len + digest->reasons->len, ==, 0);
    g_assert_cmpuint (strlen (text), <, 200);
}

/* --- the same whatever the order --- */

static void
test_order (World *world, gconstpointer data)
{
    ModoriDigestOptions options = week ();
    g_autofree char *one = NULL, *other = NULL;
    Line line = unproven;

    (void) data;
    add_past (world);
    add (world, unproven, 20);
    add (world, stranger, 20);
    line.provider = NULL;
    line.remote_mta = "mx.example.com";
    line.advice = "spf";
    add (world, line, 20);
    line.remote_mta = "mx.example.net";
    line.reason = "undefined";
    line.advice = "ask-receiver";
    line.diagnostic = "550 strange words";
    add (world, line, 20);
    for (guint i = 0; i < world->lines->len; i += 3)     /* many at the same time */
        g_array_index (world->lines, Line, i).ago = DAY;
    one = json_of (world, &options, FALSE);
    other = json_of (world, &options, TRUE);
    g_assert_cmpstr (one, ==, other);
    g_assert_nonnull (strstr (one, "strange words"));
}

/* --- patterns --- */

static gboolean
has_insight (const World *world, const char *kind)
{
    ModoriDigestOptions options = week ();
    g_autoptr (ModoriDigest) digest = add_up (world, &options, FALSE);

    for (guint i = 0; i < digest->insights->len; i++) {
        const ModoriInsight *insight = digest->insights->pdata[i];

        if (strcmp (insight->kind, kind) == 0)
            return insight->text[0] && insight->count > 2;
    }
    return FALSE;
}

/* N lines like LINE show the pattern KIND, and one less does not. */
static void
assert_threshold (World *world, const char *kind, Line line, guint n)
{
    guint before = world->lines->len;

    add (world, line, n - 1);
    g_assert_false (has_insight (world, kind));
    g_array_set_size (world->lines, before);
    add (world, line, n);
    g_assert_true (has_insight (world, kind));
    g_array_set_size (world->lines, before);
}

static void
test_insights (World *world, gconstpointer data)
{
    Line line = stranger;

    (void) data;
    add_past (world);
    assert_threshold (world, "contact-form", stranger, 5);
    assert_threshold (world, "receiver-blocks", unproven, 10);
    assert_threshold (world, "authentication", unproven, 10);
    line.list_id = "news.example.jp";
    assert_threshold (world, "stale-list", line, 20);
    line = unproven;
    line.reason = "failedstarttls";
    line.advice = "tls";
    assert_threshold (world, "tls", line, 3);
    line.reason = "blocked";
    line.advice = "block-list";
    line.blocklist = "spamhaus-zen";
    assert_threshold (world, "block-list", line, 3);
    line = stranger;
    line.reason = "hostunknown";
    assert_threshold (world, "no-such-domain", line, 3);
    line = stranger;
    line.recipient = "dead@example.org";
    add (world, line, 6);
    line.recipient = "gone@example.org";
    add (world, line, 3);
    line.recipient = "away@example.org";
    assert_threshold (world, "dead-again", line, 3);
}

static void
test_compared_insights (World *world, gconstpointer data)
{
    Line line = unproven;

    (void) data;
    add_past (world);
    line.ago = 9 * DAY;
    line.advice = "authenticate";
    add (world, line, 2);
    assert_threshold (world, "rise", unproven, 12);
    g_assert_false (has_insight (world, "receiver-blocks"));     /* not since this period */
    assert_threshold (world, "complaints",
                      (Line) { .ago = DAY, .report = "feedback", .reason = "feedback",
                               .bounce = "none", .action = "", .recipient = "c#@example.com" }, 5);
    line = stranger;
    line.client_ip = "192.0.2.77";
    add (world, line, 3);
    assert_threshold (world, "ip-refused", unproven, 10);
}

/* --- people, strangers, limits --- */

static void
test_redaction (World *world, gconstpointer data)
{
    ModoriDigestOptions options = week ();
    g_autoptr (GError) error = NULL;
    g_autoptr (ModoriRedactor) redactor = modori_redactor_new ("0123456789abcdef0123", &error);
    g_autoptr (ModoriPolicy) policy = modori_policy_new ();
    g_autofree char *json = NULL, *text = NULL;
    Line line = stranger;

    (void) data;
    g_assert_no_error (error);
    options.redactor = redactor;
    options.policy = policy;
    line.recipient = "hanako@example.org";
    line.subject = "For hanako and hanako@example.org";
    line.diagnostic = "550 hanako@example.org: no mailbox hanako here";
    add (world, line, 6);
    line.reason = "undefined";
    line.bounce = "soft";
    line.advice = "ask-receiver";
    add (world, line, 2);
    line = unproven;
    line.recipient = "hanako@example.net";
    add (world, line, 2);
    json = json_of (world, &options, FALSE);
    text = text_of (world, &options);
    g_assert_null (strstr (json, "hanako"));
    g_assert_null (strstr (text, "hanako"));
    g_assert_nonnull (strstr (json, "redacted-"));
}

static void
test_hostile (World *world, gconstpointer data)
{
    ModoriDigestOptions options = week ();
    g_autofree char *json = NULL, *text = NULL;
    Line line = stranger;

    (void) data;
    line.subject = "\"\\<script>\342\200\256\033[2J %s%n ";
    line.remote_mta = "=cmd().\"example.org";
    line.diagnostic = "550 %s \033]0;x\007 \"";
    line.reason = "no%sreason";
    add (world, line, 20);
    line.bounce = "\"";
    add (world, line, 5);
    json = json_of (world, &options, FALSE);
    text = text_of (world, &options);
    g_assert_null (strchr (json, '\033'));
    g_assert_null (strchr (text, '\033'));
    g_assert_null (strstr (text, "\342\200\256"));
    g_assert_nonnull (strstr (json, "\"no%sreason\""));
    g_assert_nonnull (strstr (json, "\\\"\\\\<script>"));
    g_assert_nonnull (strstr (json, "\"other\": 5"));
}

/* Lists end where they are asked to. */
static void
test_top (World *world, gconstpointer data)
{
    ModoriDigestOptions options = week ();
    g_autoptr (ModoriDigest) digest = NULL;
    static const char *const hosts[] = { "a.example.com", "b.example.net", "c.example.org" };
    Line line = unproven;

    (void) data;
    line.provider = NULL;
    for (guint i = 0; i < 30; i++) {
        line.subject = made (world, i % 2 ? "List a#" : "List b", i);
        line.remote_mta = hosts[i % 3];
        line.from = made (world, "a@example#.jp", i);
        add (world, line, i + 1);
    }
    options.top = 2;
    digest = add_up (world, &options, FALSE);
    g_assert_cmpuint (digest->receivers->len, ==, 2);
    g_assert_cmpuint (digest->senders->len, ==, 2);
    g_assert_cmpuint (digest->repairs->len, ==, 2);
    g_assert_cmpstr (((ModoriShare *) digest->senders->pdata[0])->name, ==, "example29.jp");
    g_assert_cmpuint (share (digest->campaigns, "List a…")->count, ==, 240);
}

/* No line of the text is wider than the terminal, in either language of the rules. */
static void
test_text (World *world, gconstpointer data)
{
    static const char *const langs[] = { "", "ja" };

    (void) data;
    add_past (world);
    add (world, unproven, 20);
    add (world, stranger, 200);
    for (guint i = 0; i < G_N_ELEMENTS (langs); i++) {
        ModoriDigestOptions options = week ();
        g_autofree char *text = NULL;
        g_auto (GStrv) lines = NULL;

        options.lang = langs[i];
        text = text_of (world, &options);
        lines = g_strsplit (text, "\n", 0);
        for (guint j = 0; lines[j]; j++)
            if (! strchr ("$ch", *g_strchug (lines[j])))        /* what is to be copied is whole */
                g_assert_cmpuint (modori_terminal_width (lines[j]), <=, 80);
        g_assert_nonnull (strstr (text, *langs[i] ? "名簿" : "Take the address off"));
    }
}

int
main (int argc, char **argv)
{
    static const struct { const char *path; void (*test) (World *, gconstpointer); } tests[] = {
        { "/digest/counts", test_counts },
        { "/digest/days", test_days },
        { "/digest/repairs", test_repairs },
        { "/digest/facts", test_facts },
        { "/digest/domain", test_domain },
        { "/digest/empty", test_empty },
        { "/digest/order", test_order },
        { "/digest/insights", test_insights },
        { "/digest/compared-insights", test_compared_insights },
        { "/digest/redaction", test_redaction },
        { "/digest/hostile", test_hostile },
        { "/digest/top", test_top },
        { "/digest/text", test_text },
    };

    g_setenv ("TZ", "UTC", TRUE);
    g_test_init (&argc, &argv, NULL);
    if (! g_getenv ("SOURCE"))
        g_setenv ("SOURCE", ".", TRUE);
    for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
        g_test_add (tests[i].path, World, NULL, setup, tests[i].test, teardown);
    return g_test_run ();
}
