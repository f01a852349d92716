/* dsn.c - delivery status notifications (RFC 3464, 6533).
 *
 * The machine-readable part has a group of fields for the message and one for each recipient,
 * parted by empty lines.  Real reports leave the lines out, put them inside of a group, have no
 * fields of the message, are typed text/plain or are not multipart at all.  So a group begins
 * with whatever names the next recipient, and the field's name tells which kind it is.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "report/address.h"
#include "report/decode.h"
#include "report/diagnostic.h"

/* Bytes of one recipient's fields that rules may look at. */
#define GROUP_MAX (8 * 1024)

/* Bytes of a text in which fields are looked for when no part is typed as a report. */
#define SEARCH_MAX (64 * 1024)

#define ORIGIN "dsn"

typedef enum {
    REPORTING_MTA,
    N_MESSAGE_FIELDS,
    /* of a recipient */
    FINAL = N_MESSAGE_FIELDS, ORIGINAL, ACTUAL, ACTION, STATUS, REMOTE, DIAGNOSTIC, SUPPLEMENT,
    N_FIELDS,
    OTHER = N_FIELDS
} Field;

#define NAME(text) { text, sizeof text - 1 }

static const struct { const char *text; gsize len; } names[N_FIELDS] = {
    [REPORTING_MTA] = NAME ("Reporting-MTA"), [FINAL] = NAME ("Final-Recipient"),
    [ORIGINAL] = NAME ("Original-Recipient"), [ACTUAL] = NAME ("X-Actual-Recipient"),
    [ACTION] = NAME ("Action"), [STATUS] = NAME ("Status"), [REMOTE] = NAME ("Remote-MTA"),
    [DIAGNOSTIC] = NAME ("Diagnostic-Code"), [SUPPLEMENT] = NAME ("X-Supplementary-Info"),
};

/* What is written for the actions of RFC 3464 section 2.3.3. */
static const struct { const char *written, *action; } actions[] = {
    { "failed", "failed" }, { "failure", "failed" }, { "fail", "failed" }, { "error", "failed" },
    { "expired", "failed" }, { "undeliverable", "failed" }, { "delayed", "delayed" },
    { "delay", "delayed" }, { "deferred", "delayed" }, { "delivered", "delivered" },
    { "deliverable", "delivered" }, { "success", "delivered" }, { "relayed", "relayed" },
    { "expanded", "expanded" }, { "warning", "delayed" }, { "queued", "delayed" },
};

/* One recipient's fields, as they come. */
typedef struct {
    ModoriSpan values[N_FIELDS];
    guint lines[N_FIELDS];
    GString *text;              /* all of them, for rules */
} Group;

typedef struct {
    const ModoriInput *input;
    ModoriReport *report;
    guint line;                 /* of the text's first line in the message; 0 when not known */
    Group group;
    GString *address;
    GString *second;
} Reader;

static Field
field_of (ModoriSpan name)
{
    guint field = 0;

    while (field < N_FIELDS
           && (name.len != names[field].len || ! modori_span_is (name, names[field].text)))
        field++;
    return field;
}

static guint
line_of (const Reader *reader, guint line)
{
    return reader->line && line ? reader->line + line - 1 : 0;
}

static ModoriSpan
first_word (ModoriSpan value)
{
    gsize n = 0;

    while (n < value.len && (g_ascii_isalpha (value.at[n]) || value.at[n] == '-'))
        n++;
    return modori_span (value.at, n);
}

/* Addresses are what they are: what looks like an encoded word in one is part of it. */
static void
offer_address (Reader *reader, ModoriOutcome *outcome, ModoriKey key, const GString *address,
               Field field)
{
    modori_outcome_offer (reader->report, outcome, key,
                          modori_span (address->str, address->len), ORIGIN,
                          line_of (reader, reader->group.lines[field]));
}

static void
offer (Reader *reader, ModoriOutcome *outcome, ModoriKey key, ModoriSpan text, Field field)
{
    modori_input_offer (reader->input, reader->report, outcome, key, text, ORIGIN,
                        line_of (reader, reader->group.lines[field]));
}

/* Who refused in the end: the actual recipient (Sendmail calls the alias final), else the final
 * one; where that is no address (a program, an X.400 name) the original one. */
static Field
choose_recipient (Reader *reader)
{
    static const Field order[] = { ACTUAL, FINAL, ORIGINAL };
    Field fallback = OTHER;

    for (guint i = 0; i < G_N_ELEMENTS (order); i++) {
        ModoriSpan value = reader->group.values[order[i]];

        if (! value.len)
            continue;
        if (modori_address_read (reader->address, value))
            return order[i];
        if (fallback == OTHER && reader->address->len)
            fallback = order[i];
    }
    if (fallback != OTHER)
        modori_address_read (reader->address, reader->group.values[fallback]);
    return fallback;
}

/* The outcome for the recipient in reader->address: the last one when it is the same address
 * twice in a row. */
static ModoriOutcome *
outcome_for (Reader *reader)
{
    guint n = modori_report_n_outcomes (reader->report);
    ModoriOutcome *last = n ? modori_report_outcome (reader->report, n - 1) : NULL;

    if (last && reader->address->len
        && modori_address_same (modori_outcome_text (last, MODORI_KEY_RECIPIENT),
                                reader->address->str))
        return last;
    return modori_report_add (reader->report);
}

/* Do both say the same behind their types?  Most reports repeat the address. */
static gboolean
is_same_value (ModoriSpan a, ModoriSpan b)
{
    a = modori_type_skip (a);
    b = modori_type_skip (b);
    return a.len == b.len && memcmp (a.at, b.at, a.len) == 0;
}

/* The address that was written to, when another one refused: the original recipient, else the
 * alias that is called final. */
static void
take_original (Reader *reader, ModoriOutcome *outcome, Field chosen)
{
    Field field = reader->group.values[ORIGINAL].len ? ORIGINAL : FINAL;
    ModoriSpan value = reader->group.values[field];

    if (chosen == field || ! value.len || is_same_value (value, reader->group.values[chosen])
        || ! modori_address_read (reader->second, value)
        || modori_address_same (reader->second->str, reader->address->str))
        return;
    offer_address (reader, outcome, MODORI_KEY_ORIGINAL_RECIPIENT, reader->second, field);
}

static void
take_status (Reader *reader, ModoriOutcome *outcome)
{
    ModoriSpan value = reader->group.values[STATUS];
    gsize n = modori_status_length (value.at, value.len);

    if (n)
        offer (reader, outcome, MODORI_KEY_STATUS, modori_span (value.at, n), STATUS);
}

/* What the field says; without one, what the class of the status says.  A temporary one says
 * neither that it failed nor that it is only late: the text may. */
static void
take_action (Reader *reader, ModoriOutcome *outcome)
{
    ModoriSpan word = first_word (reader->group.values[ACTION]);
    const char *status = modori_outcome_text (outcome, MODORI_KEY_STATUS);

    for (guint i = 0; i < G_N_ELEMENTS (actions); i++)
        if (modori_span_is (word, actions[i].written)) {
            offer (reader, outcome, MODORI_KEY_ACTION, modori_span_of (actions[i].action), ACTION);
            break;
        }
    if (status[0] == '2' || status[0] == '5')
        offer (reader, outcome, MODORI_KEY_ACTION,
               modori_span_of (status[0] == '2' ? "delivered" : "failed"), STATUS);
}

static void
take_host (Reader *reader, ModoriOutcome *outcome)
{
    ModoriSpan name, ip;

    if (! reader->group.values[REMOTE].len)
        return;
    modori_host_read (reader->group.values[REMOTE], &name, &ip);
    offer (reader, outcome, MODORI_KEY_REMOTE_MTA, name, REMOTE);
    offer (reader, outcome, MODORI_KEY_REMOTE_IP, ip, REMOTE);
}

/* The words behind the type.  The exit status of a program is no reply code. */
static void
take_diagnostic (Reader *reader, ModoriOutcome *outcome)
{
    ModoriSpan value = reader->group.values[DIAGNOSTIC], words = modori_type_skip (value);

    if (! modori_span_begins (value, "x-unix") || words.len > 3)
        offer (reader, outcome, MODORI_KEY_DIAGNOSTIC, words, DIAGNOSTIC);
}

/* "<mail.example.com #5.1.1 smtp;550 5.1.1 no such user>": the near host, its code, the reply; for
 * when the diagnostic says nothing. */
static void
take_supplement (Reader *reader, ModoriOutcome *outcome)
{
    ModoriSpan words = modori_span_trim (reader->group.values[SUPPLEMENT]);
    const char *mark;
    gsize n;

    if (modori_span_begins (words, "<") && modori_span_ends (words, ">"))
        words = modori_span_trim (modori_span (words.at + 1, words.len - 2));
    mark = memchr (words.at, '#', words.len);
    if (mark) {
        words = modori_span_between (mark + 1, modori_span_end (words));
        n = modori_status_length (words.at, words.len);
        offer (reader, outcome, MODORI_KEY_STATUS, modori_span (words.at, n), SUPPLEMENT);
        words = modori_span_trim (modori_span_skip (words, n));
    }
    offer (reader, outcome, MODORI_KEY_DIAGNOSTIC, modori_type_skip (words), SUPPLEMENT);
}

static void
clear_group (Group *group)
{
    for (guint field = 0; field < N_FIELDS; field++) {
        group->values[field] = MODORI_SPAN_EMPTY;
        group->lines[field] = 0;
    }
    g_string_truncate (group->text, 0);
}

/* Is there somebody to speak of?  Of whom the fields give no address ("rfc822; @mx.example.com")
 * the text may have it, and the rest of the fields is true of him. */
static gboolean
is_outcome (const Reader *reader, Field chosen)
{
    const ModoriSpan *values = reader->group.values;

    return chosen != OTHER || (values[FINAL].len && values[ACTION].len && values[STATUS].len);
}

/* The group is complete: make its outcome. */
static void
finish_group (Reader *reader)
{
    Field chosen = choose_recipient (reader);
    ModoriOutcome *outcome = is_outcome (reader, chosen) ? outcome_for (reader) : NULL;

    if (outcome) {
        if (chosen != OTHER) {
            offer_address (reader, outcome, MODORI_KEY_RECIPIENT, reader->address, chosen);
            take_original (reader, outcome, chosen);
        }
        offer (reader, outcome, MODORI_KEY_REPORT, modori_span_of ("delivery"), FINAL);
        take_status (reader, outcome);
        take_action (reader, outcome);
        take_host (reader, outcome);
        take_diagnostic (reader, outcome);
        take_supplement (reader, outcome);
        if (! outcome->fields[0])
            outcome->fields = modori_report_keep_clean (
                reader->report, modori_span (reader->group.text->str, reader->group.text->len));
    }
    clear_group (&reader->group);
}

/* Do the fields from FIRST up to the next empty line name a recipient of their own? */
static gboolean
names_recipient (const ModoriFields *fields, const ModoriField *first)
{
    ModoriFields ahead = *fields;
    ModoriField field = *first;

    do {
        if (field_of (field.name) == FINAL)
            return TRUE;
    } while (modori_fields_next (&ahead, &field) && ! field.opens);
    return FALSE;
}

/* Does FIELD begin the next recipient? */
static gboolean
begins_group (const Reader *reader, const ModoriFields *fields, const ModoriField *field,
              Field which)
{
    const ModoriSpan *values = reader->group.values;
    gboolean complete = values[FINAL].len || (values[ORIGINAL].len && values[ACTION].len);

    if (! complete)
        return FALSE;
    if (which == FINAL && values[FINAL].len)
        return TRUE;
    if (which != OTHER && which >= N_MESSAGE_FIELDS && values[which].len && which <= ACTION)
        return TRUE;
    return field->opens && names_recipient (fields, field);
}

/* What is said of the message is true of all its recipients. */
static void
take_message_field (Reader *reader, const ModoriField *field, Field which)
{
    ModoriOutcome *common = modori_report_common (reader->report);
    ModoriSpan name, ip;

    if (which == REPORTING_MTA) {
        modori_host_read (field->value, &name, &ip);
        modori_input_offer (reader->input, reader->report, common, MODORI_KEY_REPORTING_MTA,
                            name.len ? name : ip, ORIGIN, line_of (reader, field->line));
    } else if (modori_span_ends (field->name, "-Sender")
               && modori_address_read (reader->address, field->value)) {
        modori_outcome_offer (reader->report, common, MODORI_KEY_SENDER,
                              modori_span (reader->address->str, reader->address->len), ORIGIN,
                              line_of (reader, field->line));
    } else if (modori_span_ends (field->name, "Original-Message-ID")) {
        modori_outcome_offer (reader->report, common, MODORI_KEY_MESSAGE_ID, field->value,
                              ORIGIN, line_of (reader, field->line));
    }
}

static void
append_text (GString *text, const ModoriField *field)
{
    const gsize start = text->len, length = field->name.len + strlen (": ");
    char *at;

    if (start + field->name.len + field->value.len + 4 > GROUP_MAX)
        return;
    g_string_set_size (text, start + length);
    at = text->str + start;
    memcpy (at, field->name.at, field->name.len);       /* is clean */
    memcpy (at + field->name.len, ": ", strlen (": "));
    modori_report_clean (text, field->value, 0);
    g_string_append_c (text, '\n');
}

static void
take_field (Reader *reader, const ModoriField *field, Field which)
{
    Group *group = &reader->group;

    append_text (group->text, field);
    if (which < N_MESSAGE_FIELDS || (which == OTHER && ! group->values[FINAL].len)) {
        take_message_field (reader, field, which);
    } else if (which != OTHER && ! group->values[which].len) {
        group->values[which] = field->value;
        group->lines[which] = field->line;
    }
}

/* Read TEXT, which begins at LINE of the message.  STRICT: nothing else is in it; else stop
 * where the fields end. */
static void
read_fields (const ModoriInput *input, ModoriReport *report, ModoriSpan text, guint line,
             gboolean strict)
{
    Reader reader = {
        .input = input, .report = report, .line = line,
        .group.text = modori_report_buffer (report, 0),
        .address = modori_report_buffer (report, 1), .second = modori_report_buffer (report, 2),
    };
    ModoriFields fields;
    ModoriField field;

    clear_group (&reader.group);
    modori_fields_init (&fields, text, MODORI_FIELDS_MAIL);
    while (modori_fields_next (&fields, &field)) {
        Field which = field_of (field.name);

        if (begins_group (&reader, &fields, &field, which))
            finish_group (&reader);
        else if (! strict && field.opens && which == OTHER && reader.group.values[FINAL].len)
            break;
        take_field (&reader, &field, which);
    }
    finish_group (&reader);
}

/* --- reports that nobody typed as such --- */

/* The fields in TEXT, from the line that begins with NAME to what is no field any more; empty
 * when not there. */
static ModoriSpan
find_fields (ModoriSpan text, const char *name, guint *line)
{
    ModoriSpan rest = modori_span (text.at, MIN (text.len, SEARCH_MAX)), here;

    *line = 0;
    if (modori_span_find (rest, name) < 0)      /* nearly always */
        return MODORI_SPAN_EMPTY;
    while (rest.len) {
        const char *start = rest.at;

        modori_span_line (&rest, &here);
        (*line)++;
        if (modori_span_begins (here, name) && here.len > strlen (name)
            && here.at[strlen (name)] == ':')
            return modori_span_between (start, modori_span_end (text));
    }
    return MODORI_SPAN_EMPTY;
}

/* Up to the first line that begins with "--": a boundary, or what divides the returned message. */
static ModoriSpan
cut_at_boundary (ModoriSpan text)
{
    ModoriSpan rest = text, line;

    while (rest.len) {
        const char *start = rest.at;

        modori_span_line (&rest, &line);
        if (modori_span_begins (line, "--"))
            return modori_span_between (text.at, start);
    }
    return text;
}

/* The fields of a report in a text part, where there is no part of its own for them. */
static ModoriSpan
find_untyped (const ModoriInput *input, guint *line)
{
    guint part = modori_input_find (input, MODORI_MEDIA_TEXT, 0);

    for (; part != MODORI_PART_NONE;
         part = modori_input_find (input, MODORI_MEDIA_TEXT, part + 1)) {
        guint first = 0, found = 0;
        ModoriSpan text = modori_input_text (input, part, &first);
        ModoriSpan recipient = find_fields (text, names[FINAL].text, &found);
        ModoriSpan fields =
            recipient.len ? find_fields (text, names[REPORTING_MTA].text, &found) : recipient;

        if (! recipient.len)
            continue;
        if (! fields.len || fields.at > recipient.at) {
            fields = find_fields (text, names[ORIGINAL].text, &found);
            if (! fields.len || fields.at > recipient.at)
                fields = find_fields (text, names[FINAL].text, &found);
        }
        *line = first ? first + found - 1 : 0;
        return cut_at_boundary (fields);
    }
    return MODORI_SPAN_EMPTY;
}

/* What is said in NAME of FIELDS beside its code: "5.1.1 (bad address)", "553 message too big". */
static ModoriSpan
comment_in (const char *fields, Field name)
{
    ModoriSpan rest = modori_span_of (fields), line, value;
    const char *open, *close;
    gsize skip = names[name].len + 1;

    while (modori_span_line (&rest, &line)) {
        if (! modori_span_begins (line, names[name].text) || line.len < skip)
            continue;
        value = modori_span_trim (modori_span_skip (line, skip));
        open = memchr (value.at, '(', value.len);
        close = open ? memchr (open, ')', (gsize) (modori_span_end (value) - open)) : NULL;
        if (close)
            return modori_span_between (open + 1, close);
        if (name == STATUS && value.len > 8 && ! modori_status_length (value.at, value.len))
            return value;
    }
    return MODORI_SPAN_EMPTY;
}

void
modori_dsn_comment (ModoriReport *report, ModoriOutcome *outcome)
{
    ModoriSpan comment;

    if (! modori_value_is_useless (MODORI_KEY_DIAGNOSTIC,
                                   modori_outcome_text (outcome, MODORI_KEY_DIAGNOSTIC)))
        return;
    comment = comment_in (outcome->fields, STATUS);
    if (! comment.len)
        comment = comment_in (outcome->fields, ACTION);
    modori_outcome_offer (report, outcome, MODORI_KEY_DIAGNOSTIC, comment, ORIGIN, 0);
}

static guint
dsn_bid (const ModoriInput *input)
{
    guint line;

    if (modori_input_find (input, MODORI_MEDIA_DELIVERY_STATUS, 0) != MODORI_PART_NONE)
        return MODORI_BID_RFC;
    return find_untyped (input, &line).len ? MODORI_BID_RFC - 1 : MODORI_BID_NONE;
}

static void
dsn_read (const ModoriInput *input, ModoriReport *report)
{
    guint part = modori_input_find (input, MODORI_MEDIA_DELIVERY_STATUS, 0), line;

    for (; part != MODORI_PART_NONE;
         part = modori_input_find (input, MODORI_MEDIA_DELIVERY_STATUS, part + 1)) {
        ModoriSpan text = modori_input_text (input, part, &line);

        read_fields (input, report, text, line, TRUE);
    }
    if (modori_report_n_outcomes (report) == 0) {
        ModoriSpan text = find_untyped (input, &line);

        if (text.len)
            read_fields (input, report, text, line, FALSE);
    }
}

const ModoriDecoder modori_dsn_decoder = { ORIGIN, dsn_bid, dsn_read };
