/* escape.c - fuzz target: whatever a stranger wrote, what is written of it means what it should and nothing else.
 *
 * Each line of the input is a text: of the keys of an outcome, of an address to stop writing to, of a digest.  JSON and CSV are
 * read back (json-glib; a slow reader of RFC 4180 here) and give the same texts, no cell is a formula, what goes to a terminal
 * acts on none, pages and mails have the elements and header fields that they have with harmless texts, SQL is run.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include <json-glib/json-glib.h>
#include <sqlite3.h>
#include <string.h>

#include "auto.h"
#include "output/csv.h"
#include "output/digest.h"
#include "output/json.h"
#include "output/markup.h"
#include "output/stoplist.h"
#include "rules/advice.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

/* More only takes longer: the texts stand in a page, a mail, a table, a database. */
#define SIZE_MAX_RUN 2048
#define TEXTS_MAX 30

/* Sunday, 22 November 2026, 07:00 UTC */
#define NOW 1795330800

/* The texts of an input, which are used again and again. */
typedef struct {
    GPtrArray *all;
    guint next;
} Texts;

static const char *
take (Texts *texts)
{
    return g_ptr_array_index (texts->all, texts->next++ % texts->all->len);
}

/* --- judges: none knows how the program decides what is harmful --- */

static gboolean
acts (gunichar c)
{
    GUnicodeType type = g_unichar_type (c);

    return type == G_UNICODE_CONTROL || type == G_UNICODE_LINE_SEPARATOR || type == G_UNICODE_PARAGRAPH_SEPARATOR
        || (c >= 0x200b && c <= 0x200f) || (c >= 0x202a && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) || c == 0x61c || c == 0xfeff
        || (c >= 0xe0000 && c <= 0xe007f);
}

/* Nothing in TEXT acts but the characters ALLOWED. */
static void
check_shown (const GString *text, const char *allowed)
{
    g_assert_true (g_utf8_validate (text->str, (gssize) text->len, NULL));
    for (const char *p = text->str; *p; p = g_utf8_next_char (p)) {
        gunichar c = g_utf8_get_char (p);

        g_assert_true (! acts (c) || (c < 0x80 && strchr (allowed, (int) c)));
    }
}

/* TEXT as a table shows it; the caller frees. */
static char *
as_shown (const char *text)
{
    GString *out = g_string_new (NULL);

    modori_terminal_put (&(ModoriTerminal) { out, 80, FALSE }, MODORI_STYLE_PLAIN, text);
    return g_string_free (out, FALSE);
}

/* The cells of a line of CSV (RFC 4180 section 2), which may be nothing else. */
static GPtrArray *
cells_of (const char *line)
{
    GPtrArray *cells = g_ptr_array_new_with_free_func (g_free);

    for (;;) {
        GString *cell = g_string_new (NULL);
        gboolean quoted = *line == '"';

        for (line += quoted; quoted ? *line != '"' || line[1] == '"' : ! strchr (",\r", *line); line++) {
            g_assert_true (*line && (quoted || *line != '"'));
            line += quoted && *line == '"';
            g_string_append_c (cell, *line);
        }
        line += quoted;
        g_ptr_array_add (cells, g_string_free (cell, FALSE));
        if (*line == '\r')
            break;
        g_assert_true (*line++ == ',');
    }
    g_assert_cmpstr (line, ==, "\r\n");
    return cells;
}

static void
check_cell (const char *cell, const char *text)
{
    g_autofree char *shown = as_shown (text);

    g_assert_false (*cell && strchr ("=+-@\t\r", *cell));
    g_assert_cmpstr (*cell == '\'' && *shown != '\'' ? cell + 1 : cell, ==, shown);
}

/* The elements and names of attributes of PAGE, in order, in the form that ours have: all else is a fault; the caller frees. */
static char *
shape_of (const char *page)
{
    GString *shape = g_string_new (NULL);

    while ((page = strchr (page, '<'))) {
        gboolean quoted = FALSE;

        g_assert_true (page[1] == '/' || page[1] == '!' || g_ascii_isalpha (page[1]));
        for (; quoted || *page != '>'; page++) {
            g_assert_true (*page && (*page != '<' || g_str_has_suffix (shape->str, "\n") || ! shape->len));
            if (! quoted)
                g_string_append_c (shape, *page);
            quoted ^= *page == '"';
        }
        g_string_append_c (shape, '\n');
    }
    return g_string_free (shape, FALSE);
}

/* --- an outcome --- */

static void
check_json (const GString *line, const ModoriOutcome *outcome)
{
    g_autoptr (JsonParser) parser = json_parser_new ();
    g_autoptr (GError) error = NULL;
    JsonObject *object;

    check_shown (line, "\n");
    json_parser_load_from_data (parser, line->str, (gssize) line->len, &error);
    g_assert_no_error (error);
    object = json_node_get_object (json_parser_get_root (parser));
    g_assert_cmpuint (json_object_get_size (object), ==, MODORI_N_KEYS);
    for (guint key = 0; key < MODORI_N_KEYS; key++)
        if (modori_keys[key].type == MODORI_TYPE_TEXT)
            g_assert_cmpstr (json_object_get_string_member (object, modori_keys[key].name), ==, modori_outcome_text (outcome, key));
}

static void
check_csv (const GString *line, const ModoriOutcome *outcome)
{
    g_autoptr (GPtrArray) cells = cells_of (line->str);

    check_shown (line, "\r\n");
    g_assert_cmpuint (cells->len, ==, MODORI_N_KEYS);
    for (guint key = 0; key < MODORI_N_KEYS; key++)
        if (modori_keys[key].type == MODORI_TYPE_TEXT)
            check_cell (g_ptr_array_index (cells, key), modori_outcome_text (outcome, key));
}

static void
look_at_outcome (Texts *texts)
{
    g_autoptr (ModoriMessage) message = modori_message_new ();
    g_autoptr (ModoriReport) report = modori_report_new ();
    g_autoptr (GString) out = g_string_new (NULL);
    ModoriOutcome *outcome;

    modori_message_read (message, MODORI_SPAN_EMPTY);
    modori_report_begin (report, message);
    outcome = modori_report_add (report);
    for (guint key = 0; key < MODORI_N_KEYS; key++)
        if (modori_keys[key].type == MODORI_TYPE_TEXT || modori_keys[key].type == MODORI_TYPE_LIST)
            modori_outcome_set (report, outcome, key, modori_span_of (take (texts)), "", 0);
    modori_json_outcome (out, outcome);
    check_json (out, outcome);
    g_string_truncate (out, 0);
    modori_csv_outcome (out, outcome);
    check_csv (out, outcome);
}

/* --- any text: not even UTF-8 --- */

static void
look_at_terminal (const char *text)
{
    g_autoptr (GString) out = g_string_new (NULL);
    ModoriTerminal terminal = { out, 40, FALSE };

    modori_terminal_put (&terminal, MODORI_STYLE_BAD, text);
    g_assert_null (strchr (out->str, '\n'));
    modori_terminal_wrap (&terminal, MODORI_STYLE_BAD, 2, 2, 0, text);
    modori_terminal_wrap (&terminal, MODORI_STYLE_BAD, 2, 2, 3, text);
    modori_terminal_label (&terminal, 2, 9, text, MODORI_STYLE_PLAIN, 2, text);
    modori_terminal_heading (&terminal, text);
    check_shown (out, "\n");
}

static void
look_at_markup (const char *text)
{
    g_autoptr (GString) out = g_string_new (NULL);

    modori_markup_text (out, text);
    g_assert_null (strpbrk (out->str, "<>\"'"));
    modori_markup_foreign_element (out, "td", "x", text);
    modori_markup_prose_element (out, "p", NULL, text);
    modori_markup_copyable (out, text);
    modori_markup_link (out, text);
    check_shown (out, "");
    g_free (shape_of (out->str));
}

static void
look_at_json (const char *text)
{
    g_autoptr (GString) out = g_string_new ("[");
    g_autoptr (JsonParser) parser = json_parser_new ();

    modori_json_string (out, text);
    g_string_append_c (out, ']');
    check_shown (out, "");
    g_assert_true (json_parser_load_from_data (parser, out->str, (gssize) out->len, NULL));
    if (g_utf8_validate (text, -1, NULL))
        g_assert_cmpstr (json_array_get_string_element (json_node_get_array (json_parser_get_root (parser)), 0), ==, text);
}

/* --- addresses to stop writing to --- */

static void
check_sql (const GString *sql, const char *address)
{
    g_autofree char *query = sqlite3_mprintf ("SELECT count (*) FROM modori_suppressed WHERE address = %Q", address), *what = NULL;
    sqlite3 *db = NULL;
    char **rows = NULL;
    int n, columns;

    g_assert_cmpint (sqlite3_open (":memory:", &db), ==, SQLITE_OK);
    g_assert_cmpint (sqlite3_exec (db, sql->str, NULL, NULL, &what), ==, SQLITE_OK);
    g_assert_cmpint (sqlite3_get_table (db, query, &rows, &n, &columns, NULL), ==, SQLITE_OK);
    g_assert_cmpstr (rows[1], ==, strchr (address, '\\') ? "0" : "1");
    sqlite3_free_table (rows);
    g_assert_cmpint (sqlite3_get_table (db, "SELECT name FROM sqlite_master", &rows, &n, &columns, NULL), ==, SQLITE_OK);
    g_assert_cmpint (n, ==, 1);
    sqlite3_free_table (rows);
    sqlite3_close (db);
}

static void
list (const char *name, const ModoriListed *listed, const char *allowed)
{
    g_autoptr (GString) out = g_string_new (NULL);
    ModoriStoplist stoplist = { .terminal = { out, 80, FALSE }, .lang = "" };
    const ModoriStoplistFormat *format = modori_stoplist_format (name);
    gsize start, lines = 0;

    format->begin (&stoplist);
    start = out->len;
    format->entry (&stoplist, listed);
    for (const char *p = out->str + start; *p; p++)
        lines += *p == '\n';
    g_assert_cmpuint (lines, ==, 1);
    format->end (&stoplist, 1);
    check_shown (out, allowed);
    if (g_str_equal (name, "sql"))
        check_sql (out, listed->written);
}

/* Only texts without what acts come so far (history/suppression.c). */
static void
look_at_address (Texts *texts)
{
    g_autofree char *address = g_strconcat (take (texts), "@example.org", NULL);
    g_autofree char *shown = as_shown (address);
    const ModoriListed listed = { .address = address, .written = address, .reason = take (texts), .bounce = "hard", .count = 3,
                                  .first = NOW, .last = NOW, .since = NOW };

    if (! g_str_equal (address, shown) || ! g_str_equal (listed.reason, g_strstrip (shown)))
        return;
    list ("list", &listed, "\n");
    list ("csv", &listed, "\r\n");
    list ("json", &listed, "\n");
    list ("postfix", &listed, "\t\n");
    list ("sql", &listed, "\n");
}

/* --- a digest --- */

static void
add_share (GPtrArray *shares, Texts *texts)
{
    ModoriShare *share = g_new0 (ModoriShare, 1);

    *share = (ModoriShare) { take (texts), take (texts), 64, 3, 7, NOW - 86400, NOW };
    g_ptr_array_add (shares, share);
}

static void
repair_free (gpointer data)
{
    ModoriRepair *repair = data;

    g_array_unref (repair->steps);
    g_ptr_array_unref (repair->receivers);
    g_free (repair);
}

static void
add_repair (ModoriDigest *digest, Texts *texts)
{
    static const int kinds[] = { MODORI_ADVICE_STEP, MODORI_ADVICE_COMMAND, MODORI_ADVICE_TEXT, MODORI_ADVICE_CHECK };
    ModoriRepair *repair = g_new0 (ModoriRepair, 1);

    *repair = (ModoriRepair) { .advice = take (texts), .domain = take (texts), .title = take (texts), .hint = take (texts),
                               .why = take (texts), .count = 64, .before = 3, .addresses = 9, .first = NOW, .last = NOW, .ours = TRUE,
                               .id = take (texts), .recipient = take (texts), .diagnostic = take (texts), .rule = take (texts) };
    repair->steps = g_array_new (FALSE, TRUE, sizeof (ModoriAdviceLine));
    repair->receivers = g_ptr_array_new_with_free_func (g_free);
    add_share (repair->receivers, texts);
    for (guint i = 0; i < G_N_ELEMENTS (kinds); i++) {
        ModoriAdviceLine line = { .kind = kinds[i], .text = (char *) take (texts) };

        g_array_append_val (repair->steps, line);
    }
    g_ptr_array_add (digest->repairs, repair);
}

static ModoriDigest *
digest_new (Texts *texts)
{
    ModoriDigest *digest = g_new0 (ModoriDigest, 1);
    GPtrArray **const lists[] = { &digest->insights, &digest->undecided, &digest->stops, &digest->reasons, &digest->receivers,
                                  &digest->senders, &digest->ips, &digest->campaigns, &digest->news };
    ModoriInsight *insight = g_new0 (ModoriInsight, 1);
    ModoriUndecided *undecided = g_new0 (ModoriUndecided, 1);
    ModoriStop *stop = g_new0 (ModoriStop, 1);

    digest->now = digest->until = NOW;
    digest->since = NOW - 7 * 86400;
    digest->domain = take (texts);
    digest->counts.failed = 64;
    digest->days_each = 1;
    digest->days = g_array_new (FALSE, TRUE, sizeof (ModoriDay));
    digest->repairs = g_ptr_array_new_with_free_func (repair_free);
    for (guint i = 0; i < G_N_ELEMENTS (lists); i++)
        *lists[i] = g_ptr_array_new_with_free_func (g_free);
    for (guint i = 3; i < G_N_ELEMENTS (lists); i++)
        add_share (*lists[i], texts);
    add_repair (digest, texts);
    *insight = (ModoriInsight) { take (texts), take (texts), take (texts), 12, NOW };
    g_ptr_array_add (digest->insights, insight);
    *undecided = (ModoriUndecided) { take (texts), 4, take (texts) };
    g_ptr_array_add (digest->undecided, undecided);
    *stop = (ModoriStop) { take (texts), take (texts), take (texts), "hard", 2, NOW, NOW };
    g_ptr_array_add (digest->stops, stop);
    digest->stops_total = 1;
    return digest;
}

static void
digest_free (ModoriDigest *digest)
{
    GPtrArray *const lists[] = { digest->insights, digest->undecided, digest->stops, digest->reasons, digest->receivers,
                                 digest->senders, digest->ips, digest->campaigns, digest->news, digest->repairs };

    for (guint i = 0; i < G_N_ELEMENTS (lists); i++)
        g_ptr_array_unref (lists[i]);
    g_array_unref (digest->days);
    g_free (digest);
}

/* The elements of a page, and the names of the header fields of a mail; the caller frees. */
static char *
shape_of_digest (Texts *texts)
{
    const ModoriDigestMail mail = { "a@example.jp", "b@example.jp", NULL };
    g_autoptr (GString) page = g_string_new (NULL), letter = g_string_new (NULL), text = g_string_new (NULL);
    g_autoptr (GString) json = g_string_new (NULL), names = g_string_new (NULL);
    g_autoptr (JsonParser) parser = json_parser_new ();
    g_autofree char *shape = NULL;
    ModoriTerminal terminal = { text, 80, FALSE };
    ModoriDigest *digest = digest_new (texts);

    modori_digest_html (digest, page, "");
    shape = shape_of (page->str);
    check_shown (page, "\n");
    modori_digest_text (digest, &terminal);
    check_shown (text, "\n");
    modori_digest_json (digest, json);
    check_shown (json, "\n");
    g_assert_true (json_parser_load_from_data (parser, json->str, (gssize) json->len, NULL));
    g_assert_true (modori_digest_mail (digest, &mail, letter, "", NULL));
    for (const char *line = letter->str; *line && *line != '\n'; line = strchr (line, '\n') + 1)
        g_string_append_len (names, line, *line == ' ' || *line == '\t' ? 0 : (gssize) strcspn (line, ":") + 1);
    digest_free (digest);
    return g_strconcat (shape, names->str, NULL);
}

/* TEXT with other characters for those that mean something in HTML, each its own: which texts are alike decides what is shown; the
 * caller frees. */
static char *
without_markup (const char *text)
{
    static const char *const signs = "<>&\"'";
    GString *out = g_string_new (NULL);

    for (; *text; text++)
        if (strchr (signs, *text))
            g_string_append_unichar (out, 0x2460 + (gunichar) (strchr (signs, *text) - signs));
        else
            g_string_append_c (out, *text);
    return g_string_free (out, FALSE);
}

static void
look_at_digest (Texts *texts)
{
    g_autoptr (GPtrArray) clean = g_ptr_array_new_with_free_func (g_free);
    g_autofree char *hostile = NULL, *harmless = NULL;
    Texts twin = { clean, 0 };

    for (guint i = 0; i < texts->all->len; i++) {
        const char *text = g_ptr_array_index (texts->all, i);

        if (strstr (text, "https://"))          /* some become elements */
            return;
        g_ptr_array_add (clean, without_markup (text));
    }
    texts->next = 0;
    hostile = shape_of_digest (texts);
    harmless = shape_of_digest (&twin);
    g_assert_true (g_str_equal (hostile, harmless));
}

/* --- all of it --- */

/* LINE as all texts are when they are written down: valid UTF-8 on one line; the caller frees. */
static char *
kept (ModoriSpan line)
{
    GString *text = g_string_new (NULL);

    modori_report_clean (text, line, 1000);
    return g_string_free (text, FALSE);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
    g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func (g_free);
    ModoriSpan rest = modori_span (size ? (const char *) data : "", size);
    Texts texts = { all, 0 };

    if (size > SIZE_MAX_RUN)
        return 0;

    while (rest.len && all->len < TEXTS_MAX) {
        const char *end = memchr (rest.at, '\n', rest.len);
        ModoriSpan line = end ? modori_span_between (rest.at, end) : rest;
        g_autofree char *bytes = modori_span_dup (modori_span (line.at, MIN (line.len, 1000)));

        look_at_terminal (bytes);
        look_at_markup (bytes);
        look_at_json (bytes);
        g_ptr_array_add (all, kept (line));
        rest = modori_span_skip (rest, line.len + 1);
    }
    if (! all->len)
        return 0;
    look_at_outcome (&texts);
    look_at_address (&texts);
    look_at_digest (&texts);
    return 0;
}
