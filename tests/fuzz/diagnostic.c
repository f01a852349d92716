/* diagnostic.c - fuzz target: any words as the reply of a far server.
 *
 * What is found in them stands in them, and has the form of what it is; what rules see of them is bounded and without control
 * characters; an outcome that is filled from them invents nothing.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "report/diagnostic.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

static void
check_inside (ModoriSpan part, ModoriSpan words)
{
    if (part.len)
        g_assert_true (part.at >= words.at && modori_span_end (part) <= modori_span_end (words));
}

static void
check_read (ModoriSpan words, const ModoriDiagnostic *read)
{
    static const char *const commands[] = { "CONN", "EHLO", "HELO", "STARTTLS", "AUTH", "MAIL", "RCPT", "DATA", "QUIT", NULL };
    g_autofree char *command = modori_span_dup (read->command);
    const ModoriSpan parts[] = { read->host, read->ip, read->reply_code, read->status, read->queue_id, read->said };

    for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
        check_inside (parts[i], words);
    g_assert_true (! *command || g_strv_contains (commands, command));
    if (read->reply_code.len) {
        g_assert_cmpuint (read->reply_code.len, ==, 3);
        for (guint i = 0; i < 3; i++)
            g_assert_true (g_ascii_isdigit (read->reply_code.at[i]));
    }
    if (read->status.len)
        g_assert_cmpuint (modori_status_length (read->status.at, read->status.len), ==, read->status.len);
}

static gboolean
same (ModoriSpan a, ModoriSpan b)
{
    return a.len == b.len && (a.len == 0 || a.at == b.at);
}

static void
check_text (const char *text, gsize max)
{
    g_assert_cmpuint (strlen (text), <=, max);
    g_assert_true (g_utf8_validate (text, -1, NULL));
    for (; *text; text++)
        g_assert_true ((guchar) *text >= ' ' && *text != 0x7f);
}

/* What an outcome gets out of WORDS. */
static void
check_outcome (ModoriSpan words)
{
    static const ModoriKey standing[] = { MODORI_KEY_REPLY_CODE, MODORI_KEY_STATUS, MODORI_KEY_REMOTE_IP };
    g_autoptr (ModoriMessage) message = modori_message_new ();
    g_autoptr (ModoriReport) report = modori_report_new ();
    ModoriOutcome *outcome;

    modori_message_read (message, MODORI_SPAN_EMPTY);
    modori_report_begin (report, message);
    outcome = modori_report_add (report);
    modori_outcome_set (report, outcome, MODORI_KEY_DIAGNOSTIC, words, "", 0);
    modori_diagnostic_apply (report, outcome);
    for (guint key = 0; key < MODORI_N_KEYS; key++)
        check_text (modori_outcome_text (outcome, key), MODORI_DIAGNOSTIC_MAX);
    check_text (outcome->words, MODORI_WORDS_MAX);
    for (guint i = 0; i < G_N_ELEMENTS (standing); i++) {
        g_autofree char *value = g_strdup (modori_outcome_text (outcome, standing[i]));
        g_autofree char *kept = modori_span_dup (words);

        /* a NUL in them would hide the rest of them from strstr */
        if (! memchr (words.at, '\0', words.len) && words.len <= MODORI_DIAGNOSTIC_MAX && ! strstr (kept, value)) {
            g_printerr ("%s \"%s\" does not stand in it\n", modori_keys[standing[i]].name, value);
            g_assert_not_reached ();
        }
    }
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
    ModoriSpan words = modori_span (size ? (const char *) data : "", size), bare = modori_diagnostic_bare (words);
    g_autoptr (GString) normal = g_string_new ("x"), again = g_string_new (NULL);
    ModoriDiagnostic read, most;

    check_inside (bare, words);
    modori_diagnostic_read (words, &read);
    modori_diagnostic_read_most (words, &most);
    check_read (words, &read);
    g_assert_true (same (read.host, most.host) && same (read.ip, most.ip) && same (read.reply_code, most.reply_code)
                   && same (read.status, most.status) && same (read.command, most.command));
    modori_diagnostic_normalise (normal, words);
    g_assert_cmpuint (normal->len, <=, MODORI_WORDS_MAX + 1);
    g_assert_true (normal->str[0] == 'x');
    if (modori_report_is_clean (words) && modori_diagnostic_is_normal (words)) {
        modori_diagnostic_normalise (again, words);
        g_assert_true (modori_span_is (words, again->str) && again->len == words.len);
    }
    modori_diagnostic_seconds (words);
    check_outcome (words);
    return 0;
}
