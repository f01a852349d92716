/* unit-history.c - records out of reports, out of JSON, and out of the history again.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include <glib/gstdio.h>

#include "history/history.h"
#include "history/jsonlines.h"
#include "mail/mbox.h"
#include "output/json.h"
#include "text/error.h"
#include "text/module.h"

#define NOW G_GINT64_CONSTANT (1795330000)
#define ID "0123456789abcdef0123456789abcdef"

/* --- times --- */

static void
test_seconds (void)
{
    static const struct { const char *text; gint64 seconds; } cases[] = {
        { "1970-01-01T00:00:00Z", 0 },
        { "1970-01-01T09:00:00+09:00", 0 },
        { "1969-12-31T19:00:00-05:00", 0 },
        { "1969-12-31T23:59:59Z", -1 },
        { "2026-11-21T19:37:06Z", 1795289826 },
        { "2026-11-22t04:37:06.999999+09:00", 1795289826 },
        { "2026-11-21 19:37:06z", 1795289826 },
        { "2024-02-29T00:00:00Z", 1709164800 },
        { "2016-12-31T23:59:60Z", 1483228800 },     /* a leap second */
    };
    static const char *const none[] = {
        "", "2026", "2026-11-21", "2026-11-21T19:37:06", "2026-11-21T19:37:06.Z",
        "2026-02-30T00:00:00Z", "2026-11-21T24:00:00Z", "2026-11-21T19:60:00Z",
        "2026-11-21T19:37:06+0900", "2026-11-21T19:37:06Z ", "2026-11-21T19:37:06+09:00x",
        "2026-11-21T19:37:61Z", "x026-11-21T19:37:06Z", "2026-11-21T19:37:06+24:00",
    };
    gint64 seconds;

    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_assert_true (modori_record_seconds (cases[i].text, &seconds));
        g_assert_cmpint (seconds, ==, cases[i].seconds);
    }
    for (guint i = 0; i < G_N_ELEMENTS (none); i++)
        g_assert_false (modori_record_seconds (none[i], &seconds));
}

static void
test_from_line (void)
{
    static const struct { const char *line, *date; } cases[] = {
        { "From MAILER-DAEMON  Sat Nov 21 19:37:06 2026", "2026-11-21T19:37:06Z" },
        { "From a@example.com Sat Nov 21 19:37:06 2026 +0900", "2026-11-21T19:37:06+09:00" },
        { "From a@example.com Sat, 1 Nov 2026 9:37 +0900 (JST)", "2026-11-01T09:37:00+09:00" },
        { "From a Sun Nov  1 09:37:06 EST 2026", "2026-11-01T09:37:06-05:00" },
        { "From - 2026-11-21T19:37:06.123+09:00", "2026-11-21T19:37:06+09:00" },
        { "From - 2026-11-21T19:37:06Z", "2026-11-21T19:37:06Z" },
        { "From x 2026-11-21 19:37 +09:00", "2026-11-21T19:37:00+09:00" },
        { "From a Sat Nov 21 19:37:06 2026 remote from b", "2026-11-21T19:37:06Z" },
        { "From a Sat Nov 31 19:37:06 2026", "" },
        { "From a 2026-13-21T19:37:06Z", "" },
        { "From me to you", "" },
        { "Subject: x", "" },
    };
    char date[MODORI_DATE_MAX];

    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        modori_mbox_from_date (modori_span_of (cases[i].line), date);
        g_assert_cmpstr (date, ==, cases[i].date);
    }
}

/* --- records --- */

static void
clear (ModoriRecord *record)
{
    for (guint key = 0; key < MODORI_N_KEYS; key++)
        record->text[key] = "";
    record->text[MODORI_KEY_ID] = ID;
}

static void
test_time (void)
{
    static const struct { const char *arrival, *date; gint64 time; } cases[] = {
        { "2026-11-21T19:37:06Z", "2026-11-20T00:00:00Z", 1795289826 },
        { "", "2026-11-21T19:37:06Z", 1795289826 },
        { "yesterday", "2026-11-21T19:37:06Z", 1795289826 },
        { "", "", NOW },
        { "2999-01-01T00:00:00Z", "2026-11-21T19:37:06Z", NOW },
    };
    g_autoptr (GStringChunk) strings = g_string_chunk_new (1024);
    ModoriRecord record;

    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        clear (&record);
        record.text[MODORI_KEY_ARRIVAL_DATE] = cases[i].arrival;
        record.text[MODORI_KEY_DATE] = cases[i].date;
        g_assert_true (modori_record_derive (&record, strings, NOW));
        g_assert_cmpint (record.time, ==, cases[i].time);
    }
}

static void
test_derive (void)
{
    g_autoptr (GStringChunk) strings = g_string_chunk_new (1024);
    ModoriRecord record;

    clear (&record);
    record.text[MODORI_KEY_RECIPIENT] = "User@EXAMPLE.org.";
    record.text[MODORI_KEY_SENDER] = "Bounce@Example.NET";
    g_assert_true (modori_record_derive (&record, strings, NOW));
    g_assert_cmpstr (record.address, ==, "user@example.org.");
    g_assert_cmpstr (record.recipient_domain, ==, "example.org");
    g_assert_cmpstr (record.sender_domain, ==, "example.net");
    record.text[MODORI_KEY_SENDER] = "SRS0=HHH=TT=shop.example=info@forwarder.example";
    g_assert_true (modori_record_derive (&record, strings, NOW));
    g_assert_cmpstr (record.sender_domain, ==, "shop.example");
    record.text[MODORI_KEY_ORIGINAL_RECIPIENT] = "Alias@example.com";
    record.text[MODORI_KEY_FROM] = "Shop <info@Shop.Example>";
    g_assert_true (modori_record_derive (&record, strings, NOW));
    g_assert_cmpstr (record.address, ==, "alias@example.com");
    g_assert_cmpstr (record.recipient_domain, ==, "example.org");
    g_assert_cmpstr (record.sender_domain, ==, "shop.example");
    record.text[MODORI_KEY_VERP_RECIPIENT] = "Member@example.com";
    g_assert_true (modori_record_derive (&record, strings, NOW));
    g_assert_cmpstr (record.address, ==, "member@example.com");
    record.text[MODORI_KEY_ID] = "0123";
    g_assert_false (modori_record_derive (&record, strings, NOW));
}

/* --- the history --- */

static ModoriHistory *
open_history (const char *path)
{
    g_autoptr (GError) error = NULL;
    ModoriHistory *history = modori_history_open (path, "rules-1", NOW, &error);

    g_assert_no_error (error);
    return history;
}

static void
keep (ModoriHistory *history, const ModoriRecord *record)
{
    const ModoriProvenance provenance = { 0, NOW - 5, history->rules };
    g_autoptr (GError) error = NULL;
    gboolean is_new = FALSE;

    g_assert_true (modori_history_begin (history, &error));
    g_assert_true (modori_history_add_record (history, record, &provenance, &is_new, &error));
    g_assert_true (is_new);
    g_assert_true (modori_history_add_record (history, record, &provenance, &is_new, &error));
    g_assert_false (is_new);
    g_assert_true (modori_history_commit (history, &error));
    g_assert_no_error (error);
    g_assert_cmpuint (history->added, ==, 1);
}

static gboolean
note_number (const ModoriRow *row, gpointer data)
{
    *(gint64 *) data = row->number;
    return TRUE;
}

/* What RECORD says must come out of the history as it went in. */
static void
round_trip (const ModoriRecord *record)
{
    g_autoptr (ModoriHistory) history = open_history (NULL);
    ModoriProvenance provenance;
    ModoriRecord back;
    gint64 number = 0;

    keep (history, record);
    g_assert_true (history->table->each (history->store, G_MININT64, G_MAXINT64, note_number,
                                         &number, NULL));
    g_assert_true (history->table->fetch (history->store, number, &back, &provenance, NULL));
    for (guint key = 0; key < MODORI_N_KEYS; key++)
        g_assert_cmpstr (back.text[key], ==, record->text[key]);
    for (guint facet = 0; facet < MODORI_N_FACETS; facet++)
        g_assert_cmpstr (modori_record_facet (&back, facet), ==,
                         modori_record_facet (record, facet));
    g_assert_cmpmem (back.id, sizeof back.id, record->id, sizeof record->id);
    g_assert_cmpint (back.time, ==, record->time);
    g_assert_cmpint (provenance.first_seen, ==, NOW - 5);
    g_assert_cmpstr (provenance.rules, ==, "rules-1");
}

static void
test_every_key (void)
{
    g_autoptr (GStringChunk) strings = g_string_chunk_new (1024);
    ModoriRecord record;

    for (guint key = 0; key < MODORI_N_KEYS; key++) {
        g_autofree char *text = g_strdup_printf ("value of %s", modori_keys[key].name);

        record.text[key] = g_string_chunk_insert (strings, text);
    }
    record.text[MODORI_KEY_V] = "1";
    record.text[MODORI_KEY_ID] = ID;
    g_assert_true (modori_record_derive (&record, strings, NOW));
    round_trip (&record);
}

/* What strangers write is data, whatever it looks like. */
static void
test_hostile (void)
{
    g_autofree char *lengthy = g_strnfill (2000, 'x');
    const char *const texts[] = {
        "'; DROP TABLE outcome; --", "\"quoted\" \\ %s %n", "<script>alert(1)</script>", lengthy,
        "=cmd()", "\342\200\256gnp.exe", "\343\201\202\343\201\204", "a\nb\r\n\tc\033[31m", "NULL",
    };
    g_autoptr (GStringChunk) strings = g_string_chunk_new (1024);

    for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
        ModoriRecord record;

        for (guint key = 0; key < MODORI_N_KEYS; key++)
            record.text[key] = texts[i];
        record.text[MODORI_KEY_V] = "1";
        record.text[MODORI_KEY_ID] = ID;
        g_assert_true (modori_record_derive (&record, strings, NOW));
        round_trip (&record);
    }
}

/* A report on two recipients: both are kept, and an outcome made of what is kept says the same. */
static void
test_report (void)
{
    g_autoptr (ModoriHistory) history = open_history (NULL);
    g_autoptr (ModoriMessage) message = modori_message_new ();
    g_autoptr (ModoriReport) report = modori_report_new ();
    ModoriOutcome *outcome, back;
    ModoriRecord record;
    gint64 number = 0;

    modori_message_read (message, MODORI_SPAN_EMPTY);
    modori_report_begin (report, message);
    outcome = modori_report_add (report);
    modori_outcome_set (report, outcome, MODORI_KEY_ID, modori_span_of (ID), "test", 1);
    modori_outcome_set (report, outcome, MODORI_KEY_DIAGNOSTIC,
                        modori_span_of ("smtp; 550 5.1.1 No such user"), "test", 1);
    g_assert_true (modori_history_begin (history, NULL));
    g_assert_true (modori_history_add (history, outcome, NULL, NULL));
    g_assert_true (modori_history_commit (history, NULL));
    history->table->each (history->store, NOW, NOW + 1, note_number, &number, NULL);
    g_assert_true (history->table->fetch (history->store, number, &record, NULL, NULL));
    modori_record_restore (&record, report, &back);
    g_assert_cmpstr (modori_outcome_text (&back, MODORI_KEY_ID), ==, ID);
    g_assert_nonnull (strstr (back.words, "No such user"));
    g_assert_cmpstr (back.fields, ==, "");
    g_assert_false (back.final);
}

static void
test_places (void)
{
    g_autofree char *folder = g_dir_make_tmp ("modori-history-XXXXXX", NULL);
    g_autofree char *path = g_build_filename (folder, "a", "b", "history.db", NULL);
    g_autofree char *below = g_build_filename (path, "c", "history.db", NULL);
    g_autofree char *wanted = g_build_filename (folder, "modori", "history.db", NULL);
    g_autofree char *usual = NULL;
    g_autoptr (GError) error = NULL;
    ModoriHistory *history = open_history (path);
    GStatBuf found;

    modori_history_free (history);
    g_assert_cmpint (g_stat (path, &found), ==, 0);
    g_assert_cmpuint (found.st_mode & 0777, ==, 0600);
    g_assert_null (modori_history_open (below, "", NOW, &error));
    g_assert_error (error, MODORI_ERROR, MODORI_ERROR_IO);
    g_assert_nonnull (strstr (error->message, path));
    g_assert_true (g_setenv ("XDG_STATE_HOME", folder, TRUE));
    usual = modori_history_default_path ();
    g_assert_cmpstr (usual, ==, wanted);
    g_unlink (path);
    for (guint i = 0; i < 3; i++) {     /* b, a, the folder itself */
        char *last = strrchr (path, '/');

        *last = '\0';
        g_assert_cmpint (g_stat (path, &found), ==, 0);
        g_assert_cmpuint (found.st_mode & 0777, ==, 0700);
        g_rmdir (path);
    }
}

static char *
version_of (const char *rules)
{
    g_autoptr (GError) error = NULL;
    ModoriKnowledge *knowledge = modori_knowledge_parse ("site.rules", modori_span_of (rules),
                                                         modori_all_kinds, &error);
    g_autoptr (ModoriEngine) engine = modori_engine_new (knowledge, &error);

    g_assert_no_error (error);
    return modori_history_rules_version (engine);
}

#define REASON "Reason: blocked\nTitle: blocked\nTitle-ja: x\nBounce: soft\n\n"

static void
test_rules_version (void)
{
    g_autofree char *one = version_of (REASON "Rule: a\nReason: blocked\nMatch: words\n");
    g_autofree char *same = version_of (REASON "Rule: a\nReason: blocked\nMatch: words\n");
    g_autofree char *other = version_of (REASON "Rule: a\nReason: blocked\nMatch: swords\n");

    g_assert_true (g_str_has_prefix (one, PACKAGE_VERSION "-"));
    g_assert_cmpstr (one, ==, same);
    g_assert_cmpstr (one, !=, other);
}

/* A report without a Date arrived when the "From " line says. */
static void
test_arrival (void)
{
    static const char dsn[] = "From: MAILER-DAEMON@example.com\n%s"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=x\n\n"
        "--x\nContent-Type: text/plain\n\nNo such user\n"
        "--x\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mta.example.com\n\n"
        "Final-Recipient: rfc822; user@example.org\nAction: failed\nStatus: 5.1.1\n\n--x--\n";
    static const struct { const char *date, *arrival; } cases[] = {
        { "", "2026-11-21T19:37:06Z" },
        { "Date: nonsense\n", "2026-11-21T19:37:06Z" },
        { "Date: Fri, 20 Nov 2026 10:00:00 +0900\n", "2026-11-20T10:00:00+09:00" },
    };
    ModoriKnowledge *knowledge = modori_knowledge_parse ("x.rules", modori_span_of (REASON),
                                                         modori_all_kinds, NULL);
    g_autoptr (ModoriEngine) engine = modori_engine_new (knowledge, NULL);

    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autofree char *text = g_strdup_printf (dsn, cases[i].date);
        const ModoriMail mail = {
            .bytes = modori_span_of (text), .path = "x",
            .from_line = modori_span_of ("From a Sat Nov 21 19:37:06 2026"),
        };

        g_assert_true (modori_engine_read (engine, &mail, ""));
        g_assert_cmpstr (modori_outcome_text (modori_report_outcome (engine->report, 0),
                                              MODORI_KEY_ARRIVAL_DATE), ==, cases[i].arrival);
    }
}

/* --- lines of JSON --- */

static gboolean
read_line (ModoriSpan line, GStringChunk *strings, ModoriRecord *record,
           ModoriProvenance *provenance, GError **error)
{
    const ModoriJsonlinesTable *table =
        modori_module_table ("jsonlines", MODORI_JSONLINES_SYMBOL);

    g_assert_nonnull (table);
    return table->read (line.at, line.len, strings, record, provenance, error);
}

static void
test_json_faults (void)
{
    static const struct { const char *line, *what; } cases[] = {
        { "", "no record: not an object" },
        { "x", "not JSON: " },
        { "{", "not JSON: " },
        { "{\"id\": \"" ID "\"", "not JSON: " },
        { "{\"id\": \"" ID "\"} x", "not JSON: " },
        { "{\"id\": \"" ID, "not JSON: " },
        { "{\"id\": \"\\u12", "not JSON: " },
        { "{\"id\": \"" ID "\" \"a\nb\xff\"}", "not JSON: at " },
        { "{\"id\": \"\\", "not JSON: " },
        { "null", "no record: not an object" },
        { "17", "no record: not an object" },
        { "[{\"id\": \"" ID "\"}]", "no record: not an object" },
        { "{}", "no record: it has no id" },
        { "{\"id\": \"\"}", "no record: it has no id" },
        { "{\"id\": \"0123\"}", "no record: its id is not 32 hexadecimal digits" },
        { "{\"id\": 17}", "no record: id is not a text" },
        { "{\"id\": null}", "no record: id is not a text" },
        { "{\"id\": \"" ID "\", \"reason\": [\"a\"]}", "no record: reason is not a text" },
        { "{\"id\": \"" ID "\", \"path\": {}}", "no record: path is not a text" },
        { "{\"id\": \"" ID "\", \"offset\": \"5\"}", "no record: offset is not a whole number" },
        { "{\"id\": \"" ID "\", \"offset\": -5}", "no record: offset is not a whole number" },
        { "{\"id\": \"" ID "\", \"offset\": 1.5}", "no record: offset is not a whole number" },
        { "{\"id\": \"" ID "\", \"truncated\": 1}", "no record: truncated is not true or false" },
        { "{\"id\": \"" ID "\", \"findings\": \"a\"}", "no record: findings is not a list" },
        { "{\"id\": \"" ID "\", \"findings\": [1]}", "no record: findings is not a list" },
        { "{\"id\": \"" ID "\", \"findings\": [[]]}", "no record: findings is not a list" },
        { "{\"id\": \"" ID "\", \"v\": 2}", "no record: version (v) 2 is not known here" },
        { "{\"id\": \"" ID "\", \"first_seen\": \"soon\"}", "no record: first_seen is not a time" },
        { "[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]", "no record: values in values, too deep" },
    };
    g_autoptr (GStringChunk) strings = g_string_chunk_new (1024);
    ModoriProvenance provenance;
    ModoriRecord record;

    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autoptr (GError) error = NULL;

        g_assert_false (read_line (modori_span_of (cases[i].line), strings, &record, &provenance,
                                   &error));
        g_assert_error (error, MODORI_ERROR, MODORI_ERROR_DAMAGED);
        if (! g_str_has_prefix (error->message, cases[i].what))
            g_error ("%s gives: %s", cases[i].line, error->message);
        g_assert_null (strchr (error->message, '\n'));
    }
}

static void
test_json_depth (void)
{
    g_autoptr (GStringChunk) strings = g_string_chunk_new (1024);
    g_autoptr (GError) error = NULL;
    g_autofree char *deep = g_strnfill (500000, '[');
    g_autofree char *lengthy = g_strnfill (MODORI_JSONLINE_MAX + 1, ' ');
    ModoriRecord record;

    g_assert_false (read_line (modori_span_of (deep), strings, &record, NULL, &error));
    g_assert_nonnull (strstr (error->message, "too deep"));
    g_clear_error (&error);
    g_assert_false (read_line (modori_span_of (lengthy), strings, &record, NULL, &error));
    g_assert_nonnull (strstr (error->message, "too long"));
}

/* What is odd in a text is made harmless. */
static void
test_json_odd (void)
{
#define TEXT(text) { text, sizeof text - 1 }
    static const struct { ModoriSpan written; const char *read; } cases[] = {
        { TEXT ("\\u3042"), "\343\201\202" },
        { TEXT ("\\ud83d\\ude00"), "\360\237\230\200" },
        { TEXT ("a\\ud83d"), "a\357\277\275" },
        { TEXT ("\\ud83dx"), "\357\277\275x" },
        { TEXT ("\\ud83d\\n"), "\357\277\275 " },
        { TEXT ("\\ud83d\\u0041"), "\357\277\275A" },
        { TEXT ("\\ude00\\ud83d"), "\357\277\275\357\277\275" },
        { TEXT ("\\uD83D\\uD83D\\uDE00"), "\357\277\275\360\237\230\200" },
        { TEXT ("a\\u0000b"), "a\357\277\275b" },
        { TEXT ("a\0b"), "a\357\277\275b" },
        { TEXT ("\\377\\376"), "\357\277\275\357\277\275" },  /* no JSON, but read */
        { TEXT ("\xff\xfe"), "\357\277\275\357\277\275" },
        { TEXT ("a\\nb\\r\\tc\\u001b[31m"), "a b  c [31m" },
        { TEXT ("a\\u0085\\u2028\\u007fb"), "a   b" },
        { TEXT ("\\\"\\\\\\/ [[[[[[[[[[[[[[[[[[[["), "\"\\/ [[[[[[[[[[[[[[[[[[[[" },
        { TEXT ("\\u202egnp"), "\342\200\256gnp" },
    };
#undef TEXT
    g_autoptr (GStringChunk) strings = g_string_chunk_new (1024);

    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autoptr (GString) line = g_string_new ("{\"id\": \"" ID "\", \"diagnostic\": \"");
        g_autoptr (GError) error = NULL;
        ModoriRecord record;

        g_string_append_len (line, cases[i].written.at, (gssize) cases[i].written.len);
        g_string_append (line, "\", \"more\": {\"a\": [1, null]}}");
        read_line (modori_span (line->str, line->len), strings, &record, NULL, &error);
        g_assert_no_error (error);
        g_assert_cmpstr (record.text[MODORI_KEY_DIAGNOSTIC], ==, cases[i].read);
        g_assert_cmpstr (record.text[MODORI_KEY_RECIPIENT], ==, "");
    }
}

static void
test_json_long (void)
{
    g_autoptr (GStringChunk) strings = g_string_chunk_new (1024);
    g_autoptr (GString) line = g_string_new ("{\"id\": \"" ID "\", \"subject\": \"x");
    ModoriRecord record;

    for (guint i = 0; i < 3000; i++)
        g_string_append (line, "\343\201\202");
    g_string_append (line, "\"}");
    g_assert_true (read_line (modori_span (line->str, line->len), strings, &record, NULL, NULL));
    g_assert_cmpuint (strlen (record.text[MODORI_KEY_SUBJECT]), ==, 1999);
    g_assert_true (g_utf8_validate (record.text[MODORI_KEY_SUBJECT], -1, NULL));
}

/* What `scan` writes is read as it was. */
static void
test_json_round_trip (void)
{
    g_autoptr (GStringChunk) strings = g_string_chunk_new (1024);
    g_autoptr (GString) line = g_string_new (NULL);
    ModoriProvenance provenance;
    ModoriOutcome outcome = { 0 };
    ModoriRecord record;

    for (guint key = 0; key < MODORI_N_KEYS; key++) {
        ModoriType type = modori_keys[key].type;

        outcome.values[key].text = type == MODORI_TYPE_NUMBER ? "1" : type == MODORI_TYPE_FLAG
            ? "true" : type == MODORI_TYPE_LIST ? "one two" : "\"\\ \343\201\202 \303\251";
    }
    outcome.values[MODORI_KEY_ID].text = ID;
    outcome.values[MODORI_KEY_PATH].text = "two\nlines  and\tmore";
    modori_json_outcome (line, &outcome);
    g_string_truncate (line, (gsize) (strrchr (line->str, '}') - line->str));
    g_string_append (line, ", \"first_seen\": \"2026-11-21T19:37:06Z\", \"rules\": \"r\"}\n");
    g_assert_true (read_line (modori_span (line->str, line->len), strings, &record, &provenance,
                              NULL));
    for (guint key = 0; key < MODORI_N_KEYS; key++)
        g_assert_cmpstr (record.text[key], ==, modori_outcome_text (&outcome, key));
    g_assert_cmpint (provenance.first_seen, ==, 1795289826);
    g_assert_cmpstr (provenance.rules, ==, "r");
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/record/seconds", test_seconds);
    g_test_add_func ("/record/from-line", test_from_line);
    g_test_add_func ("/record/time", test_time);
    g_test_add_func ("/record/derive", test_derive);
    g_test_add_func ("/history/every-key", test_every_key);
    g_test_add_func ("/history/hostile", test_hostile);
    g_test_add_func ("/history/report", test_report);
    g_test_add_func ("/history/places", test_places);
    g_test_add_func ("/history/rules-version", test_rules_version);
    g_test_add_func ("/engine/arrival", test_arrival);
    g_test_add_func ("/json/faults", test_json_faults);
    g_test_add_func ("/json/depth", test_json_depth);
    g_test_add_func ("/json/odd", test_json_odd);
    g_test_add_func ("/json/long", test_json_long);
    g_test_add_func ("/json/round-trip", test_json_round_trip);
    return g_test_run ();
}
