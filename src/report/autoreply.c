/* autoreply.c - automatic replies: "I am on holiday".
 *
 * They are known by the marks in their headers (RFC 3834, and older ways).  Delivery reports
 * call themselves automatic as well; so this decoder is the last to bid and reads only what nobody
 * else could read.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "report/decode.h"
#include "report/sift.h"

#define ORIGIN "autoreply"

/* Who reports on mail does not answer it (RFC 3834 section 2). */
static const char *const reporters[] = { "mailer-daemon", "postmaster", "root@" };

static const char *
answerer (const ModoriInput *input)
{
    const char *address = modori_message_address (input->message, input->root, "From");

    if (address[0])
        return address;
    return modori_message_address (input->message, input->root, "Return-Path");
}

static guint
autoreply_bid (const ModoriInput *input)
{
    const char *from;

    if (! (input->sift & MODORI_SIFT_AUTOREPLY)
        || modori_message_raw (input->message, input->root, "List-Id", 0, NULL).len)
        return MODORI_BID_NONE;
    from = answerer (input);
    for (guint i = 0; i < G_N_ELEMENTS (reporters); i++)
        if (modori_span_begins (modori_span_of (from), reporters[i]))
            return MODORI_BID_NONE;
    return from[0] ? MODORI_BID_LAST : MODORI_BID_NONE;
}

static void
autoreply_read (const ModoriInput *input, ModoriReport *report)
{
    guint text = modori_input_find (input, MODORI_MEDIA_TEXT, 0);
    ModoriOutcome *outcome = modori_report_n_outcomes (report) ? NULL : modori_report_add (report);

    if (! outcome)
        return;
    modori_outcome_set (report, outcome, MODORI_KEY_REPORT, modori_span_of ("auto-reply"),
                        ORIGIN, 0);
    modori_outcome_set (report, outcome, MODORI_KEY_RECIPIENT,
                        modori_span_of (answerer (input)), ORIGIN, 0);
    modori_outcome_offer (report, outcome, MODORI_KEY_MESSAGE_ID,
                          modori_message_raw (input->message, input->root, "In-Reply-To", 0, NULL),
                          ORIGIN, 0);
    if (text == MODORI_PART_NONE)
        text = modori_input_find (input, MODORI_MEDIA_HTML, 0);
    if (text != MODORI_PART_NONE)
        modori_outcome_offer (report, outcome, MODORI_KEY_DIAGNOSTIC,
                              modori_message_text (input->message, text, MODORI_DIAGNOSTIC_MAX),
                              ORIGIN, 0);
}

const ModoriDecoder modori_autoreply_decoder = { ORIGIN, autoreply_bid, autoreply_read };
