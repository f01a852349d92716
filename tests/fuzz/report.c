/* report.c - any bytes as a message: whatever is read from them must be fit to be printed.
 *
 * Reaches the sift, the decoders of the RFCs, the reader of diagnostics and the id.  Each value must be
 * valid UTF-8 on one line and no longer than it may be, and the same bytes must give the same again.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "report/decode.h"
#include "report/sift.h"
#include "report/diagnostic.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

/* A value is no longer than this, a diagnostic has its own limit of the same size. */
#define VALUE_MAX 2000

static void
check_text (const char *text, gsize max)
{
    gsize len = strlen (text);

    g_assert_cmpuint (len, <=, max);
    g_assert_true (g_utf8_validate (text, (gssize) len, NULL));
    for (; *text; text++)
        g_assert_true ((guchar) *text >= ' ' && *text != 0x7f);
}

static void
check_outcome (const ModoriOutcome *outcome)
{
    for (guint key = 0; key < MODORI_N_KEYS; key++)
        check_text (modori_outcome_text (outcome, key), VALUE_MAX);
    check_text (outcome->words, MODORI_WORDS_MAX);
    g_assert_true (g_utf8_validate (outcome->fields, -1, NULL));
    g_assert_cmpstr (modori_outcome_text (outcome, MODORI_KEY_REPORT), !=, "");
    g_assert_cmpuint (strlen (modori_outcome_text (outcome, MODORI_KEY_ID)), ==, 32);
}

/* Read BYTES and check what came out.  The first id; the caller frees. */
static char *
read_once (ModoriMessage *message, ModoriReport *report, ModoriSpan bytes)
{
    modori_message_read (message, bytes);
    if (! modori_decode_sifted (message, modori_sift (NULL, bytes) | MODORI_SIFT_REPORT, NULL, report,
                                NULL)) {
        g_assert_cmpuint (modori_report_n_outcomes (report), ==, 0);
        return NULL;
    }
    g_assert_cmpuint (modori_report_n_outcomes (report), >, 0);
    g_assert_cmpuint (modori_report_n_outcomes (report), <=, MODORI_OUTCOMES_MAX);
    for (guint i = 0; i < modori_report_n_outcomes (report); i++)
        check_outcome (modori_report_outcome (report, i));
    return g_strdup (modori_outcome_text (modori_report_outcome (report, 0), MODORI_KEY_ID));
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
    g_autoptr (ModoriMessage) message = modori_message_new ();
    g_autoptr (ModoriReport) report = modori_report_new ();
    ModoriSpan bytes = modori_span ((const char *) data, size);
    g_autofree char *first = NULL, *again = NULL;
    ModoriDiagnostic read;

    first = read_once (message, report, bytes);
    again = read_once (message, report, bytes);
    g_assert_cmpstr (first, ==, again);
    modori_diagnostic_read (bytes, &read);
    return 0;
}
