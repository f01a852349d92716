/* arf.c - feedback reports: complaints about mail.
 *
 * Somebody pressed "this is spam" (RFC 5965), or mail failed authentication (RFC 6591).
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "report/address.h"
#include "report/decode.h"

#define ORIGIN "arf"

/* Fields that fill a value of all recipients as they are. */
static const struct { const char *name; ModoriKey key; } plain[] = {
    { "Feedback-Type", MODORI_KEY_FEEDBACK_TYPE },
    { "Source-IP", MODORI_KEY_CLIENT_IP },
    { "Original-Mail-From", MODORI_KEY_SENDER },
};

/* Fields that name the recipient who complained; each may be there several times. */
static const char *const recipients[] = { "Original-Rcpt-To", "Removal-Recipient" };

static guint
arf_bid (const ModoriInput *input)
{
    const ModoriPart *root = modori_message_part (input->message, input->root);

    if (modori_input_find (input, MODORI_MEDIA_FEEDBACK, 0) != MODORI_PART_NONE)
        return MODORI_BID_RFC;
    if (modori_span_is (root->report_type, "feedback-report"))
        return MODORI_BID_RFC - 1;
    return MODORI_BID_NONE;
}

static void
add_recipient (ModoriReport *report, ModoriSpan address, guint line)
{
    guint n = modori_report_n_outcomes (report);
    ModoriOutcome *last = n ? modori_report_outcome (report, n - 1) : NULL;
    ModoriOutcome *outcome = last;

    if (! last || ! modori_span_is (address, modori_outcome_text (last, MODORI_KEY_RECIPIENT)))
        outcome = modori_report_add (report);
    if (outcome)
        modori_outcome_offer (report, outcome, MODORI_KEY_RECIPIENT, address, ORIGIN, line);
}

static void
take_field (const ModoriInput *input, ModoriReport *report, const ModoriField *field,
            GString *address, guint line)
{
    ModoriOutcome *common = modori_report_common (report);

    for (guint i = 0; i < G_N_ELEMENTS (recipients); i++)
        if (modori_span_is (field->name, recipients[i])
            && modori_address_read (address, field->value))
            add_recipient (report, modori_span (address->str, address->len), line);
    for (guint i = 0; i < G_N_ELEMENTS (plain); i++) {
        ModoriSpan value = field->value;

        if (! modori_span_is (field->name, plain[i].name))
            continue;
        if (plain[i].key == MODORI_KEY_SENDER && modori_address_read (address, value))
            value = modori_span (address->str, address->len);
        modori_input_offer (input, report, common, plain[i].key, value, ORIGIN, line);
    }
    if (modori_span_is (field->name, "Reporting-MTA")) {
        ModoriSpan name, ip;

        modori_host_read (field->value, &name, &ip);
        modori_input_offer (input, report, common, MODORI_KEY_REPORTING_MTA,
                            name.len ? name : ip, ORIGIN, line);
    }
}

static void
read_fields (const ModoriInput *input, ModoriReport *report, guint part)
{
    GString *address = modori_report_buffer (report, 0);
    guint first;
    ModoriFields fields;
    ModoriField field;

    modori_fields_init (&fields, modori_input_text (input, part, &first), MODORI_FIELDS_MAIL);
    while (modori_fields_next (&fields, &field))
        take_field (input, report, &field, address, first ? first + field.line - 1 : 0);
}

/* Nobody was named: the recipient is whom the message was sent to. */
static void
add_original_recipient (ModoriReport *report)
{
    ModoriMessage *returned = modori_report_returned (report);
    ModoriSpan to = returned ? modori_span_of (modori_message_address (returned, 0, "To"))
                             : MODORI_SPAN_EMPTY;

    if (to.len)
        add_recipient (report, to, 0);
    else
        modori_report_add (report);
}

static void
arf_read (const ModoriInput *input, ModoriReport *report)
{
    guint part = modori_input_find (input, MODORI_MEDIA_FEEDBACK, 0);
    guint text = modori_input_find (input, MODORI_MEDIA_TEXT, 0);
    ModoriOutcome *common = modori_report_common (report);

    if (modori_report_n_outcomes (report))
        return;
    if (part != MODORI_PART_NONE)
        read_fields (input, report, part);
    modori_outcome_set (report, common, MODORI_KEY_REPORT, modori_span_of ("feedback"), ORIGIN, 0);
    if (text != MODORI_PART_NONE)
        modori_outcome_offer (report, common, MODORI_KEY_DIAGNOSTIC,
                              modori_message_text (input->message, text, MODORI_DIAGNOSTIC_MAX),
                              ORIGIN, 0);
    if (! modori_report_returned (report))
        modori_input_take_returned (input, report);
    if (modori_report_n_outcomes (report) == 0)
        add_original_recipient (report);
}

const ModoriDecoder modori_arf_decoder = { ORIGIN, arf_bid, arf_read };
