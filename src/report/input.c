/* input.c - what decoders ask of the message that they read.
 *
 * Only the message's own parts are looked at.  A report inside the returned message is the
 * business of another report, and a forwarded report is a root of its own (decode.c).
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "report/decode.h"

/* Fewer lines that look like header fields may be anything. */
#define FIELDS_MIN 3

/* Bytes of a part that are read as fields: 10,000 recipients with a line of 400 bytes each. */
#define FIELDS_MAX (4 * 1024 * 1024)

guint
modori_input_find (const ModoriInput *input, ModoriMedia media, guint from)
{
    guint i = MAX (input->root, from), end = modori_message_part (input->message, input->root)->end;

    while (i < end) {
        const ModoriPart *part = modori_message_part (input->message, i);

        if (part->media == media)
            return i;
        /* the parts of an enclosed message are its own */
        i = part->media == MODORI_MEDIA_MESSAGE ? MAX (part->end, i + 1) : i + 1;
    }
    return MODORI_PART_NONE;
}

static gboolean
is_encoded (const ModoriInput *input, guint part)
{
    ModoriSpan encoding =
        modori_message_raw (input->message, part, "Content-Transfer-Encoding", 0, NULL);

    return modori_span_begins (encoding, "base64") || modori_span_begins (encoding, "quoted");
}

ModoriSpan
modori_input_text (const ModoriInput *input, guint part, guint *line)
{
    const ModoriPart *found = modori_message_part (input->message, part);
    gboolean encoded = is_encoded (input, part);

    if (line)
        *line = encoded ? 0 : found->line;
    return encoded ? modori_message_source_text (input->message, part, FIELDS_MAX) : found->body;
}

/* Is TEXT plain ASCII without encoded words and escape sequences? */
static gboolean
is_plain (ModoriSpan text)
{
    return modori_span_is_ascii (text) && ! memchr (text.at, '\033', text.len)
           && (! memchr (text.at, '?', text.len) || modori_span_find (text, "=?") < 0);
}

/* Servers that let no control character through write "?" for it, also for the ESC around
 * Japanese (RFC 1468): "?$B08@h?(B".  TEXT with it, or NULL when there is none; the caller
 * frees. */
static GString *
restore_escapes (ModoriSpan text)
{
    gssize shift = memchr (text.at, '?', text.len) ? modori_span_find (text, "?$B") : -1;
    GString *restored;

    if (shift < 0 || modori_span_find (modori_span_skip (text, (gsize) shift), "?(B") < 0)
        return NULL;
    restored = g_string_new_len (text.at, (gssize) text.len);
    for (gsize i = (gsize) shift; i + 2 < restored->len; i++)
        if (restored->str[i] == '?' && strchr ("$(", restored->str[i + 1])
            && restored->str[i + 2] == 'B')
            restored->str[i] = '\033';
    return restored;
}

gboolean
modori_input_offer (const ModoriInput *input, ModoriReport *report, ModoriOutcome *outcome,
                    ModoriKey key, ModoriSpan text, const char *origin, guint line)
{
    gboolean plain;
    GString *restored;

    if (! text.len || ! modori_value_is_useless (key, modori_outcome_text (outcome, key)))
        return FALSE;           /* as it would be refused */
    plain = is_plain (text);
    restored = plain ? restore_escapes (text) : NULL;
    if (restored)
        text = modori_span (restored->str, restored->len);
    if (! plain || restored)
        text = modori_span_of (modori_message_decode (input->message, text));
    if (restored)
        g_string_free (restored, TRUE);
    return modori_outcome_offer (report, outcome, key, text, origin, line);
}

/* --- the returned message --- */

/* The name of the header field that LINE begins with; empty when it begins with none. */
static ModoriSpan
field_name (ModoriSpan line)
{
    gsize n = 0;

    while (n < line.len && (g_ascii_isalnum (line.at[n]) || line.at[n] == '-'))
        n++;
    return n > 1 && n < line.len && line.at[n] == ':' ? modori_span (line.at, n)
        : MODORI_SPAN_EMPTY;
}

gboolean
modori_input_is_header (ModoriSpan bytes)
{
    ModoriSpan line = MODORI_SPAN_EMPTY;

    while (modori_span_line (&bytes, &line) && modori_span_trim (line).len == 0)
        ;
    return field_name (line).len > 0;
}

/* How many header fields does TEXT begin with?  CERTAIN: one of them stands in headers only. */
static guint
count_fields (ModoriSpan text, gboolean *certain)
{
    ModoriSpan line;
    guint n = 0;

    *certain = FALSE;
    while (modori_span_line (&text, &line) && line.len) {
        ModoriSpan name = field_name (line);

        if (! name.len && ! (n && g_ascii_isspace (line.at[0])))
            break;
        n += name.len > 0;
        *certain |= modori_span_is (name, "Received") || modori_span_is (name, "Message-ID")
                    || modori_span_is (name, "Return-Path");
    }
    return n;
}

ModoriSpan
modori_input_find_header (ModoriSpan text)
{
    gboolean fresh = TRUE, certain;
    ModoriSpan rest = text, line;

    while (modori_span_line (&rest, &line)) {
        if (fresh && field_name (line).len && count_fields (text, &certain) >= FIELDS_MIN
            && certain)
            return text;
        fresh = modori_span_trim (line).len == 0;
        text = rest;
    }
    return MODORI_SPAN_EMPTY;
}

/* Does something other than white space follow the header in BYTES? */
static gboolean
has_body (ModoriSpan bytes)
{
    ModoriSpan line;
    gboolean in_header = FALSE;

    while (modori_span_line (&bytes, &line)) {
        gboolean empty = modori_span_trim (line).len == 0;

        if (empty && in_header)
            break;
        in_header |= ! empty;
    }
    return modori_span_trim (modori_span (bytes.at, MIN (bytes.len, 1024))).len > 0;
}

/* BYTES without the empty lines before its header. */
static ModoriSpan
skip_empty_lines (ModoriSpan bytes)
{
    ModoriSpan rest = bytes, line;

    while (modori_span_line (&rest, &line) && modori_span_trim (line).len == 0)
        bytes = rest;
    return bytes;
}

static gboolean
give (ModoriReport *report, ModoriSpan bytes, gboolean header_only)
{
    bytes = skip_empty_lines (bytes);
    if (! modori_input_is_header (bytes))
        return FALSE;
    modori_report_set_returned (report, bytes, header_only || ! has_body (bytes));
    return TRUE;
}

/* The enclosed message of PART: decoded if it had to be, so as the index has it. */
static ModoriSpan
enclosed_bytes (const ModoriInput *input, guint part)
{
    const ModoriPart *outer = modori_message_part (input->message, part);
    const ModoriPart *inner =
        part + 1 < outer->end ? modori_message_part (input->message, part + 1) : NULL;

    if (! inner || ! inner->head.len || inner->body.at < inner->head.at)
        return outer->body;
    return modori_span_between (inner->head.at, modori_span_end (inner->body));
}

/* A part that is typed as text but holds the header of the message, behind the machine-readable
 * one. */
static gboolean
take_mistyped (const ModoriInput *input, ModoriReport *report)
{
    static const ModoriMedia media[] = {
        MODORI_MEDIA_DELIVERY_STATUS, MODORI_MEDIA_FEEDBACK, MODORI_MEDIA_DISPOSITION
    };

    for (guint i = 0; i < G_N_ELEMENTS (media); i++) {
        guint machine = modori_input_find (input, media[i], 0);
        guint text = machine;

        if (machine != MODORI_PART_NONE)
            text = modori_input_find (input, MODORI_MEDIA_TEXT, machine + 1);
        if (text != MODORI_PART_NONE && give (report, modori_input_text (input, text, NULL), FALSE))
            return TRUE;
    }
    return FALSE;
}

gboolean
modori_input_take_returned (const ModoriInput *input, ModoriReport *report)
{
    guint part = modori_input_find (input, MODORI_MEDIA_MESSAGE, 0);

    if (part != MODORI_PART_NONE && part != input->root
        && give (report, enclosed_bytes (input, part), FALSE))
        return TRUE;
    part = modori_input_find (input, MODORI_MEDIA_HEADERS, 0);
    if (part != MODORI_PART_NONE && give (report, modori_input_text (input, part, NULL), FALSE))
        return TRUE;
    part = modori_input_find (input, MODORI_MEDIA_PARTIAL, 0);
    if (part != MODORI_PART_NONE && give (report, modori_input_text (input, part, NULL), TRUE))
        return TRUE;
    return take_mistyped (input, report);
}
