/* mdn.c - message disposition notifications: what became of the mail behind the mailbox (RFC 8098).
 *
 * Read receipts, and refusals of filters that answer with one.  Only the text says why.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "report/address.h"
#include "report/decode.h"

#define ORIGIN "mdn"

/* Dispositions (RFC 8098 section 3.2.6.2) that a sender is glad of: their text says nothing. */
static const char *const welcome[] = { "displayed", "processed", "dispatched" };

typedef struct {
    const ModoriInput *input;
    ModoriReport *report;
    GString *address;
    ModoriOutcome *outcome;
    gboolean refused;           /* deleted, denied, failed */
} Reader;

static guint
mdn_bid (const ModoriInput *input)
{
    guint part = modori_input_find (input, MODORI_MEDIA_DISPOSITION, 0);

    return part == MODORI_PART_NONE ? MODORI_BID_NONE : MODORI_BID_RFC;
}

static void
take_address (Reader *reader, ModoriKey key, ModoriSpan value, guint line)
{
    if (modori_address_read (reader->address, value))
        modori_outcome_offer (reader->report, reader->outcome, key,
                              modori_span (reader->address->str, reader->address->len), ORIGIN,
                              line);
}

/* "automatic-action/MDN-sent-automatically; deleted/error" */
static gboolean
is_refusal (ModoriSpan value)
{
    ModoriSpan type = modori_type_skip (value);
    const char *semicolon = memchr (value.at, ';', value.len);

    if (semicolon)
        type = modori_span_trim (modori_span_between (semicolon + 1, modori_span_end (value)));
    for (guint i = 0; i < G_N_ELEMENTS (welcome); i++)
        if (modori_span_begins (type, welcome[i]))
            return modori_span_find (type, "error") >= 0 || modori_span_find (type, "failure") >= 0;
    return TRUE;
}

static void
take_field (Reader *reader, const ModoriField *field, guint line)
{
    if (modori_span_is (field->name, "Final-Recipient"))
        take_address (reader, MODORI_KEY_RECIPIENT, field->value, line);
    else if (modori_span_is (field->name, "Original-Recipient"))
        take_address (reader, MODORI_KEY_ORIGINAL_RECIPIENT, field->value, line);
    else if (modori_span_is (field->name, "Original-Message-ID"))
        modori_outcome_offer (reader->report, reader->outcome, MODORI_KEY_MESSAGE_ID,
                              field->value, ORIGIN, line);
    else if (modori_span_is (field->name, "Disposition"))
        reader->refused = is_refusal (field->value);
    else if (modori_span_is (field->name, "Failure") || modori_span_is (field->name, "Error"))
        modori_input_offer (reader->input, reader->report, reader->outcome, MODORI_KEY_DIAGNOSTIC,
                            modori_type_skip (field->value), ORIGIN, line);
}

static void
finish (Reader *reader)
{
    ModoriOutcome *outcome = reader->outcome;
    guint text = modori_input_find (reader->input, MODORI_MEDIA_TEXT, 0);
    const char *original = modori_outcome_text (outcome, MODORI_KEY_ORIGINAL_RECIPIENT);

    if (! modori_outcome_text (outcome, MODORI_KEY_RECIPIENT)[0])
        modori_outcome_offer (reader->report, outcome, MODORI_KEY_RECIPIENT,
                              modori_span_of (original), ORIGIN, 0);
    if (modori_address_same (original, modori_outcome_text (outcome, MODORI_KEY_RECIPIENT)))
        modori_outcome_set (reader->report, outcome, MODORI_KEY_ORIGINAL_RECIPIENT,
                            MODORI_SPAN_EMPTY, "", 0);
    if (reader->refused && text != MODORI_PART_NONE)
        modori_outcome_offer (reader->report, outcome, MODORI_KEY_DIAGNOSTIC,
                              modori_message_text (reader->input->message, text,
                                                   MODORI_DIAGNOSTIC_MAX), ORIGIN, 0);
}

static void
mdn_read (const ModoriInput *input, ModoriReport *report)
{
    Reader reader = { input, report, modori_report_buffer (report, 0), NULL, FALSE };
    guint part = modori_input_find (input, MODORI_MEDIA_DISPOSITION, 0), first;
    ModoriFields fields;
    ModoriField field;

    if (modori_report_n_outcomes (report) || part == MODORI_PART_NONE)
        return;
    reader.outcome = modori_report_add (report);
    modori_outcome_set (report, reader.outcome, MODORI_KEY_REPORT,
                        modori_span_of ("disposition"), ORIGIN, 0);
    modori_fields_init (&fields, modori_input_text (input, part, &first), MODORI_FIELDS_MAIL);
    while (modori_fields_next (&fields, &field))
        take_field (&reader, &field, first ? first + field.line - 1 : 0);
    finish (&reader);
}

const ModoriDecoder modori_mdn_decoder = { ORIGIN, mdn_bid, mdn_read };
