/* dialect.c - fuzz target: dialects read what strangers write.
 *
 * Input: a mail, which is read by dialects that use every word of their language; or a Dialect
 * block, a line "===" and a mail, so that the reader of blocks and the machine behind it are
 * reached with blocks that nobody would write.  Every dialect is made to read, whether it bids or
 * not.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "report/dialect.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

static const char everything[] =
    "Dialect: list\nNeed: 1\nIf-Subject: failure\nIf-From: /daemon/\nIf-Header: Received /by/\n"
    "If-Type: text\nIf-Body: failed\n"
    "Opens: /^ {0,4}<?(?<recipient>[^ <>]+@[^ <>]+)>?:?(?<diagnostic>.*)$/\n"
    "More: /^ +(?<diagnostic>.+)$/\nMore: /^(?<original_recipient>\\S+) was written to/\n"
    "Until: /^$/\nLine: /^Subject: (?<subject>.*)/\n"
    "After: diagnostic /^Reason:/\nWords: /^(?<remote_mta>\\S+) said: (?<diagnostic>.*)$/\n"
    "Original: /^--- copy/\n"
    "Original: /^(?=Return-Path:)/\nTake: recipient Header X-Failed-Recipients\n"
    "Take: recipient Original To\n"
    "Set: action delayed When warning\nFinal: /gave up/\n\n"
    "Dialect: session\nIf-Header: From\nLocal: yes\nSection: list\nBegin: failed:\nEnd: /^$/\n"
    "Line: /^(?<recipients>.+)$/\n"
    "Section: transcript\nSession: yes\nBegin: transcript\n"
    "Line: /^talking to (?<remote_mta>\\S+)/\n"
    "Line: /^>>> RCPT TO:<(?<recipient>[^>]*)>/\nLine: /^>>> (?<command>\\w+)/\n"
    "Line: /^<<< (?<diagnostic>.+)/\n"
    "Line: /^(?<diagnostic><(?<recipient>[^>]+)>\\.\\.\\. .*)$/\nMore: /^ (?<diagnostic>.+)/\n\n"
    "Dialect: json\nIf-Header: From\nView: json\n"
    "Line: /\\[(?<entry>\\d+)\\]\\.a = (?<recipient>.+)$/\n"
    "Line: /\\[(?<entry>\\d+)\\]\\.d = (?<diagnostic>.+)$/\nSection: all\nCommon: yes\n"
    "Begin: /^(?=mail)/\n"
    "Line: /= (?<date>.*)$/\n\n"
    "Dialect: last\nIf-Header: From\nView: html\nSkip: /^x/\nCloses: /^for (?<recipient>\\S+)$/\n"
    "Line: /^(?<diagnostic>.+)$/\n";

static ModoriKnowledge *
parse (ModoriSpan rules)
{
    static const ModoriKind *const kinds[] = { &modori_dialect_kind, &modori_sign_kind, NULL };

    return modori_knowledge_parse ("fuzz.rules", rules, kinds, NULL);
}

/* What is promised of every report. */
static void
check (ModoriReport *report)
{
    g_assert_cmpuint (modori_report_n_outcomes (report), <=, MODORI_OUTCOMES_MAX);
    for (guint i = 0; i < modori_report_n_outcomes (report); i++)
        for (guint key = 0; key < MODORI_N_KEYS; key++) {
            const char *text = modori_outcome_text (modori_report_outcome (report, i), key);

            g_assert_true (g_utf8_validate (text, -1, NULL));
            g_assert_null (strpbrk (text, "\r\n"));
        }
}

static void
read_all (const ModoriKnowledge *knowledge, ModoriSpan mail)
{
    g_autoptr (ModoriDialects) dialects = modori_dialects_new (knowledge, NULL);
    g_autoptr (ModoriMessage) message = modori_message_new ();
    g_autoptr (ModoriReport) report = modori_report_new ();

    if (! dialects)
        return;
    modori_message_read (message, mail);
    modori_dialects_turn_to (dialects, message, 0);
    for (guint i = 0; i < modori_dialects_count (dialects); i++) {
        modori_report_begin (report, message);
        modori_dialect_bid (dialects, i);
        modori_dialect_read (dialects, i, report);
        modori_dialect_read (dialects, 0, report);
        check (report);
    }
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
    ModoriSpan input = modori_span ((const char *) data, size);
    gssize divider = modori_span_find (input, "\n===\n");
    ModoriSpan rules = divider < 0 ? modori_span_of (everything) : modori_span (input.at, (gsize) divider + 1);
    ModoriSpan mail = divider < 0 ? input : modori_span_skip (input, (gsize) divider + 5);
    g_autoptr (ModoriKnowledge) knowledge = NULL;

    knowledge = parse (rules);
    if (knowledge)
        read_all (knowledge, mail);
    return 0;
}
