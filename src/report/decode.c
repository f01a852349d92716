/* decode.c - from a message to a report: who bids, who reads, and what all reports share.
 *
 * A message is read at its root first.  Only when nothing is found there the messages enclosed
 * in it are tried (forwarded bounces, what list managers send to their owners), and then the
 * text that a forwarding person quoted.  When all of this gave nothing, it is done once more
 * together with those dialects that read any wording.  The returned message of a report that was
 * read is never taken for a report of its own.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "report/decode.h"

#include "report/address.h"
#include "report/diagnostic.h"
#include "report/quoted.h"
#include "report/sift.h"

/* Enclosed messages that are tried: a digest of bounces holds a few dozen, and one of them is
 * enough. */
#define ENCLOSED_MAX 16

/* There is room for the shipped dialects without asking for it. */
#define BIDDERS_FEW 256

static const ModoriDecoder *const decoders[] = {
    &modori_dsn_decoder, &modori_arf_decoder, &modori_mdn_decoder, &modori_autoreply_decoder,
};

/* The search for the report in a message. */
typedef struct {
    ModoriInput input;          /* what is looked at: the whole message, or one in it */
    ModoriDialects *dialects;   /* may be NULL */
    ModoriReport *report;
    GArray *bids;               /* of ModoriBid, or NULL */
    gboolean last;              /* also those are asked who read what nobody else can */
} Search;

/* A report at the root that says nothing: is there one, and does it name a recipient? */
typedef enum { COVER_NONE, COVER_NAMELESS, COVER_NAMED } Cover;

/* A decoder or dialect that bid. */
typedef struct {
    const ModoriDecoder *decoder;       /* NULL: dialect */
    guint dialect;
    guint bid;
    const char *name;
} Bidder;

/* Put BIDDER into BIDDERS (N of them): highest first, earlier before later. */
static void
insert (Bidder *bidders, guint *n, Bidder bidder)
{
    guint i = *n;

    if (bidder.bid == MODORI_BID_NONE)
        return;
    for (; i > 0 && bidders[i - 1].bid < bidder.bid; i--)
        bidders[i] = bidders[i - 1];
    bidders[i] = bidder;
    (*n)++;
}

static void
ask_dialect (const Search *search, guint i, Bidder *bidders, guint *n)
{
    insert (bidders, n, (Bidder) { NULL, i, modori_dialect_bid (search->dialects, i),
                                   modori_dialect_name (search->dialects, i) });
}

static void
ask_dialects (const Search *search, gboolean last, Bidder *bidders, guint *n)
{
    ModoriDialects *dialects = search->dialects;
    guint end = dialects ? modori_dialects_count (dialects) : 0;

    if (! last)
        for (guint i = 0; end && (i = modori_dialects_next (dialects, i)) < end; i++)
            ask_dialect (search, i, bidders, n);
    for (guint i = 0; last && i < end; i++)
        if (modori_dialect_is_last (dialects, i))
            ask_dialect (search, i, bidders, n);
}

/* Nobody is asked again when there is no last one. */
static guint
ask_all (const Search *search, Bidder *bidders)
{
    const ModoriInput *input = &search->input;
    guint n = 0;

    if (search->dialects)
        modori_dialects_turn_to (search->dialects, input->message, input->root);
    if (search->last)
        ask_dialects (search, TRUE, bidders, &n);
    if (search->last && ! n)
        return 0;
    for (guint i = 0; i < G_N_ELEMENTS (decoders); i++)
        insert (bidders, &n,
                (Bidder) { decoders[i], 0, decoders[i]->bid (input), decoders[i]->name });
    ask_dialects (search, FALSE, bidders, &n);
    return n;
}

/* Outcomes that nobody signed yet are NAME's, who just read. */
static void
sign (ModoriReport *report, const char *name)
{
    guint i = modori_report_n_outcomes (report);

    while (i > 0) {
        ModoriOutcome *outcome = modori_report_outcome (report, --i);

        if (modori_outcome_text (outcome, MODORI_KEY_DIALECT)[0])
            break;
        modori_outcome_set (report, outcome, MODORI_KEY_DIALECT, modori_span_of (name), name, 0);
    }
}

/* The first address in angle brackets in WORDS ("550 <user@example.com>... unknown") that is not
 * NOT_THIS. */
static gboolean
find_address (ModoriSpan words, const char *not_this, GString *address)
{
    const char *open;

    while ((open = memchr (words.at, '<', words.len)) != NULL) {
        const char *end = modori_span_end (words);
        const char *close = memchr (open, '>', (gsize) (end - open));

        if (! close)
            return FALSE;
        if (modori_address_read (address, modori_span_between (open, close + 1))
            && ! modori_address_same (address->str, not_this))
            return TRUE;
        words = modori_span_between (close + 1, end);
    }
    return FALSE;
}

/* The only recipient is not named: it is whom the returned message was sent to, or whom the
 * words are about. */
static void
take_recipient (const ModoriInput *input, ModoriReport *report)
{
    gboolean one = modori_report_n_outcomes (report) == 1;
    ModoriOutcome *outcome = one ? modori_report_outcome (report, 0) : NULL;
    ModoriMessage *returned = modori_report_returned (report);
    g_autoptr (GString) address = NULL;

    if (! outcome || modori_outcome_text (outcome, MODORI_KEY_RECIPIENT)[0])
        return;
    if (returned)
        modori_outcome_offer (report, outcome, MODORI_KEY_RECIPIENT,
                              modori_span_of (modori_message_address (returned, 0, "To")),
                              "original", 0);
    address = g_string_new (NULL);
    if (find_address (modori_span_of (modori_outcome_text (outcome, MODORI_KEY_DIAGNOSTIC)),
                      modori_message_address (input->message, input->root, "To"), address))
        modori_outcome_offer (report, outcome, MODORI_KEY_RECIPIENT,
                              modori_span (address->str, address->len), "diagnostic",
                              outcome->values[MODORI_KEY_DIAGNOSTIC].place.line);
}

static gboolean
has_recipient (ModoriReport *report)
{
    for (guint i = 0; i < modori_report_n_outcomes (report); i++)
        if (modori_outcome_text (modori_report_outcome (report, i), MODORI_KEY_RECIPIENT)[0])
            return TRUE;
    return FALSE;
}

static void
keep_bids (const Search *search, const Bidder *bidders, guint n)
{
    if (! search->bids || ! n)
        return;
    g_array_set_size (search->bids, 0);
    for (guint i = 0; i < n; i++)
        g_array_append_val (search->bids, ((ModoriBid) { bidders[i].name, bidders[i].bid }));
}

/* Let all who bid read.  TRUE when there is a report. */
static gboolean
read_root (const Search *search)
{
    ModoriReport *report = search->report;
    guint max = G_N_ELEMENTS (decoders);
    Bidder few[BIDDERS_FEW], *bidders = few;
    g_autofree Bidder *many = NULL;
    guint n;

    max += search->dialects ? modori_dialects_count (search->dialects) : 0;
    if (max > BIDDERS_FEW)
        bidders = many = g_new (Bidder, max);
    n = ask_all (search, bidders);

    keep_bids (search, bidders, n);
    for (guint i = 0; i < n; i++) {
        if (bidders[i].decoder)
            bidders[i].decoder->read (&search->input, report);
        else
            modori_dialect_read (search->dialects, bidders[i].dialect, report);
        sign (report, bidders[i].name);
    }
    if (n && bidders[0].bid <= MODORI_BID_WORDING && ! has_recipient (report))
        modori_report_clear (report);
    return modori_report_n_outcomes (report) > 0;
}

/* --- reports inside messages --- */

static ModoriSpan
bytes_of (ModoriMessage *message, guint part)
{
    const ModoriPart *found = modori_message_part (message, part);

    if (! found->head.len || found->body.at < found->head.at)
        return found->body;
    return modori_span_between (found->head.at, modori_span_end (found->body));
}

static gboolean
read_enclosed (Search *search)
{
    ModoriInput *input = &search->input;
    guint n = modori_message_n_parts (input->message), tried = 0;
    gboolean listed = (input->sift & MODORI_SIFT_LISTED) != 0;

    for (guint i = 0; i + 1 < n && tried < ENCLOSED_MAX; i++) {
        const ModoriPart *part = modori_message_part (input->message, i);

        if (part->media != MODORI_MEDIA_MESSAGE || part->end <= i + 1)
            continue;
        tried++;
        input->root = i + 1;
        input->sift = modori_sift (modori_dialects_signs (search->dialects),
                                   bytes_of (input->message, i + 1));
        if (listed && (input->sift & MODORI_SIFT_SUBJECT))
            continue;           /* a digest of a list that discusses reports */
        input->sift &= MODORI_SIFT_REPORT;
        if (input->sift && read_root (search))
            return TRUE;
    }
    return FALSE;
}

/* Lines of the quoted message are not those of the message. */
static void
forget_lines (ModoriReport *report)
{
    for (guint i = 0; i < modori_report_n_outcomes (report); i++)
        for (guint key = 0; key < MODORI_N_KEYS; key++)
            modori_report_outcome (report, i)->values[key].place.line = 0;
}

static gboolean
read_quoted (Search *search)
{
    ModoriInput *input = &search->input;
    ModoriMessage *outer = input->message;
    guint part = modori_input_find (input, MODORI_MEDIA_TEXT, 0);
    g_autoptr (GString) quoted = NULL;
    ModoriSpan kept;

    if (part == MODORI_PART_NONE)
        return FALSE;
    quoted = modori_quoted_message (modori_dialects_signs (search->dialects),
                             modori_message_text (outer, part, MODORI_QUOTED_MAX));
    if (quoted->len == 0)
        return FALSE;
    kept = modori_span (modori_message_keep (outer, modori_span (quoted->str, quoted->len)),
                        quoted->len);
    input->sift = modori_sift (modori_dialects_signs (search->dialects), kept) & MODORI_SIFT_REPORT;
    if (! input->sift)
        return FALSE;
    input->message = modori_report_inner (search->report);
    input->root = 0;
    modori_message_read (input->message, kept);
    if (! read_root (search))
        return FALSE;
    forget_lines (search->report);
    return TRUE;
}

/* --- what all outcomes have in common --- */

/* Is there nothing yet that all outcomes have as KEY?  Only then it is worth to be worked out. */
static gboolean
lacks (ModoriReport *report, ModoriKey key)
{
    return modori_value_is_useless (key, modori_outcome_text (modori_report_common (report), key));
}

static void
offer_common (ModoriReport *report, ModoriKey key, const char *text, const char *origin)
{
    modori_outcome_offer (report, modori_report_common (report), key, modori_span_of (text),
                          origin, 0);
}

/* The name in "List of things <things.example.com>" (RFC 2919). */
static ModoriSpan
list_name (ModoriSpan value)
{
    const char *open = memchr (value.at, '<', value.len);
    const char *close = open ? memchr (open, '>', (gsize) (modori_span_end (value) - open)) : NULL;

    return close ? modori_span_between (open + 1, close) : value;
}

static void
take_returned_fields (ModoriReport *report)
{
    ModoriMessage *returned = modori_report_returned (report);
    ModoriOutcome *common = modori_report_common (report);
    ModoriSpan date;

    if (! returned)
        return;
    date = modori_message_raw (returned, 0, "Date", 0, NULL);
    modori_outcome_offer (report, common, MODORI_KEY_MESSAGE_ID,
                          modori_message_raw (returned, 0, "Message-ID", 0, NULL), "original", 0);
    modori_outcome_offer (report, common, MODORI_KEY_LIST_ID,
                          list_name (modori_message_raw (returned, 0, "List-Id", 0, NULL)),
                          "original", 0);
    offer_common (report, MODORI_KEY_FROM, modori_message_address (returned, 0, "From"),
                  "original");
    offer_common (report, MODORI_KEY_SUBJECT, modori_message_field (returned, 0, "Subject"),
                  "original");
    offer_common (report, MODORI_KEY_DATE, modori_message_date (returned, date), "original");
    if (lacks (report, MODORI_KEY_SENDER))
        offer_common (report, MODORI_KEY_SENDER,
                      modori_message_address (returned, 0, "Return-Path"), "original");
}

/* A report is sent to the envelope sender (RFC 5321 section 4.5.5); other automatic mail need
 * not be. */
static void
take_sender (const ModoriInput *input, ModoriReport *report)
{
    const char *kind = modori_outcome_text (modori_report_outcome (report, 0), MODORI_KEY_REPORT);

    if (! kind[0])
        kind = modori_outcome_text (modori_report_common (report), MODORI_KEY_REPORT);
    if ((! kind[0] || strcmp (kind, "delivery") == 0) && lacks (report, MODORI_KEY_SENDER))
        offer_common (report, MODORI_KEY_SENDER,
                      modori_message_address (input->message, input->root, "To"), "report");
}

static gboolean
value_is (const ModoriOutcome *outcome, ModoriKey key, const char *text)
{
    return strcmp (modori_outcome_text (outcome, key), text) == 0;
}

/* The status of an outcome of which only the class is known, which is what X.0.0 is for (RFC 3463
 * section 3.1). */
static ModoriSpan
class_only (const ModoriOutcome *outcome)
{
    if (value_is (outcome, MODORI_KEY_ACTION, "failed"))
        return modori_span_of ("5.0.0");
    if (value_is (outcome, MODORI_KEY_ACTION, "delayed"))
        return modori_span_of ("4.0.0");
    return MODORI_SPAN_EMPTY;
}

/* What a delivery report did not say: that it is one, that the mail failed, and the class of
 * that. */
static void
complete (ModoriReport *report, ModoriOutcome *outcome)
{
    const char *status = modori_outcome_text (outcome, MODORI_KEY_STATUS);

    modori_outcome_offer (report, outcome, MODORI_KEY_REPORT, modori_span_of ("delivery"), "", 0);
    if (! value_is (outcome, MODORI_KEY_REPORT, "delivery"))
        return;
    if (outcome->final && value_is (outcome, MODORI_KEY_ACTION, "delayed"))
        modori_outcome_set (report, outcome, MODORI_KEY_ACTION, modori_span_of ("failed"), "", 0);
    modori_outcome_offer (report, outcome, MODORI_KEY_ACTION,
                          modori_span_of (status[0] == '2' ? "delivered" : "failed"), "", 0);
    if (! status[0] && ! modori_outcome_text (outcome, MODORI_KEY_REPLY_CODE)[0])
        modori_outcome_offer (report, outcome, MODORI_KEY_STATUS, class_only (outcome), "", 0);
}

static void
finish (const ModoriInput *input, ModoriReport *report)
{
    ModoriSpan date = modori_message_raw (input->message, input->root, "Date", 0, NULL);

    take_returned_fields (report);
    take_sender (input, report);
    offer_common (report, MODORI_KEY_ARRIVAL_DATE, modori_message_date (input->message, date),
                  "report");
    offer_common (report, MODORI_KEY_V, "1", "");
    modori_report_spread (report);
    for (guint i = 0; i < modori_report_n_outcomes (report); i++) {
        ModoriOutcome *outcome = modori_report_outcome (report, i);

        modori_dsn_comment (report, outcome);
        modori_diagnostic_apply (report, outcome);
        complete (report, outcome);
    }
    modori_report_identify (input, report);
}

/* Does an outcome say who and why?  Of those that have a form, who is enough. */
static gboolean
says_something (ModoriReport *report)
{
    for (guint i = 0; i < modori_report_n_outcomes (report); i++) {
        const ModoriOutcome *outcome = modori_report_outcome (report, i);
        const char *kind = modori_outcome_text (outcome, MODORI_KEY_REPORT);

        if (kind[0] && strcmp (kind, "delivery") != 0)
            return TRUE;
        if (outcome->values[MODORI_KEY_RECIPIENT].origin == modori_dsn_decoder.name)
            return TRUE;
        if (modori_outcome_text (outcome, MODORI_KEY_RECIPIENT)[0]
            && (modori_outcome_text (outcome, MODORI_KEY_STATUS)[0]
                || modori_outcome_text (outcome, MODORI_KEY_DIAGNOSTIC)[0]))
            return TRUE;
    }
    return FALSE;
}

/* Begin anew with INPUT, the whole message. */
static void
turn_back (Search *search, const ModoriInput *input)
{
    search->input = *input;
    modori_report_begin (search->report, input->message);
}

/* Find the report in the message, and make the input what it was found in.  A report at the root
 * that says nothing may be the COVER of one that does. */
static gboolean
read_anywhere (Search *search, const ModoriInput *whole, Cover *cover)
{
    turn_back (search, whole);
    if ((whole->sift & MODORI_SIFT_FORWARDED) && (whole->sift & MODORI_SIFT_SUBJECT)) {
        if (read_quoted (search) && (search->last || says_something (search->report)))
            return TRUE;
        turn_back (search, whole);
    }
    if ((whole->sift & (MODORI_SIFT_REPORT | MODORI_SIFT_AUTOREPLY)) && read_root (search)) {
        if (search->last || says_something (search->report))
            return TRUE;
        *cover = has_recipient (search->report) ? COVER_NAMED : COVER_NAMELESS;
    }
    turn_back (search, whole);
    if (read_enclosed (search))
        return TRUE;
    search->input = *whole;
    return (whole->sift & MODORI_SIFT_FORWARDED) && read_quoted (search);
}

static gboolean
find_report (Search *search)
{
    const ModoriInput whole = search->input;
    Cover cover = COVER_NONE;

    if (read_anywhere (search, &whole, &cover))
        return TRUE;
    search->last = TRUE;
    if (cover != COVER_NAMED && read_anywhere (search, &whole, &cover))
        return TRUE;
    search->last = FALSE;
    turn_back (search, &whole);
    return cover != COVER_NONE && read_root (search);
}

/* The lines that somebody counts are those of his text, which begins on line FIRST. */
static void
count_from (ModoriReport *report, guint first)
{
    for (guint i = 0; i < modori_report_n_outcomes (report); i++)
        for (guint key = 0; key < MODORI_N_KEYS; key++) {
            ModoriPlace *place = &modori_report_outcome (report, i)->values[key].place;

            place->line -= MIN (place->line, first - 1);
        }
}

/* The whole text is what the server said. */
static void
take_reply (const ModoriInput *input, ModoriReport *report)
{
    modori_report_clear (report);
    modori_outcome_offer (report, modori_report_add (report), MODORI_KEY_DIAGNOSTIC,
                          modori_message_text (input->message, 0, MODORI_WORDS_MAX), "reply",
                          modori_message_part (input->message, 0)->line);
}

/* Somebody who asks about one reply does not ask whether it is a report.  Whom it names may be the
 * sender. */
void
modori_decode_text (ModoriMessage *message, const char *host, ModoriDialects *dialects,
                    ModoriReport *report, GArray *bids)
{
    const Search search = { { message, 0, MODORI_SIFT_REPORT }, dialects, report, bids, FALSE };

    modori_report_begin (report, message);
    if (! read_root (&search) || ! says_something (report))
        take_reply (&search.input, report);
    for (guint i = 0; host[0] && i < modori_report_n_outcomes (report); i++)
        modori_outcome_set (report, modori_report_outcome (report, i), MODORI_KEY_REMOTE_MTA,
                            modori_span_of (host), "--host", 0);
    finish (&search.input, report);
    count_from (report, modori_message_part (message, 0)->line);
}

gboolean
modori_decode_sifted (ModoriMessage *message, guint sift, ModoriDialects *dialects,
                      ModoriReport *report, GArray *bids)
{
    Search search = { { message, 0, sift }, dialects, report, bids, FALSE };

    modori_report_begin (report, message);
    if (sift == MODORI_SIFT_NO || ! find_report (&search))
        return FALSE;
    if (! modori_report_returned (report))
        modori_input_take_returned (&search.input, report);
    take_recipient (&search.input, report);
    finish (&search.input, report);
    return TRUE;
}

gboolean
modori_decode (ModoriMessage *message, ModoriDialects *dialects, ModoriReport *report, GArray *bids)
{
    guint sift = modori_sift (modori_dialects_signs (dialects), modori_message_bytes (message));

    return modori_decode_sifted (message, sift, dialects, report, bids);
}
