/* jsonlines.c - fuzz target: any bytes as a file of records, as `report` and `history import` take them.
 *
 * A line is a record, or it is told why it is none.  What is taken is text on one line of valid UTF-8; written down as JSON and
 * read again it is the same.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "history/jsonlines.h"
#include "output/json.h"
#include "text/error.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

static void
check_text (const char *text)
{
    g_assert_nonnull (text);
    g_assert_true (g_utf8_validate (text, -1, NULL));
    for (; *text; text++)
        g_assert_true ((guchar) *text >= ' ' && *text != 0x7f);
}

/* RECORD as a line of JSON; the caller frees. */
static char *
written (const ModoriRecord *record)
{
    g_autoptr (ModoriMessage) message = modori_message_new ();
    g_autoptr (ModoriReport) report = modori_report_new ();
    GString *out = g_string_new (NULL);

    modori_message_read (message, MODORI_SPAN_EMPTY);
    modori_report_begin (report, message);
    modori_record_restore (record, report, modori_report_add (report));
    modori_json_outcome (out, modori_report_outcome (report, 0));
    return g_string_free (out, FALSE);
}

static void
check_again (const ModoriRecord *record, GStringChunk *strings)
{
    g_autofree char *line = written (record), *twice = NULL;
    g_autoptr (GError) error = NULL;
    ModoriRecord again;

    modori_jsonlines_table.read (line, strlen (line), strings, &again, NULL, &error);
    g_assert_no_error (error);
    twice = written (&again);
    g_assert_cmpstr (line, ==, twice);
}

static void
read_line (ModoriSpan line)
{
    g_autoptr (GStringChunk) strings = g_string_chunk_new (4096);
    g_autoptr (GError) error = NULL;
    ModoriProvenance provenance = { 0 };
    ModoriRecord record;

    if (! modori_jsonlines_table.read (line.at, line.len, strings, &record, &provenance, &error)) {
        g_assert_nonnull (error);
        g_assert_true (error->domain == MODORI_ERROR);
        check_text (error->message);
        return;
    }
    g_assert_no_error (error);
    for (guint key = 0; key < MODORI_N_KEYS; key++)
        check_text (record.text[key]);
    check_again (&record, strings);
    if (modori_record_derive (&record, strings, 1795330800)) {
        check_text (record.address);
        check_text (record.written);
        check_text (record.recipient_domain);
        check_text (record.sender_domain);
        g_assert_cmpint (record.time, <=, 1795330800);
    }
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
    ModoriSpan rest = modori_span (size ? (const char *) data : "", size);

    while (rest.len) {
        const char *end = memchr (rest.at, '\n', rest.len);
        ModoriSpan line = end ? modori_span_between (rest.at, end) : rest;

        read_line (line);
        rest = modori_span_skip (rest, line.len + 1);
    }
    return 0;
}
