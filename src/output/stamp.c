/* stamp.c - a message with header fields that say what it reports.
 *
 *     X-Modori-Bounce: hard               the worst of all outcomes: hard, soft or none
 *     X-Modori-Recipient: taro@example.jp one pair for each outcome
 *     X-Modori-Reason: userunknown
 *
 * Mail that is no report gets "X-Modori-Bounce: none" alone.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"
#include "output/stamp.h"

#include "mail/mime.h"

/* Outcomes that are told: mail programs cut headers that are too long. */
#define OUTCOMES_MAX 100

/* Bytes of a value: no address is longer, and encoded it stays below the 998 bytes of a line. */
#define VALUE_MAX 320

/* Longer ones may be folded. */
#define PLAIN_MAX 40

#define PREFIX "X-Modori-"

/* --- fields --- */

/* Does TEXT stand in a header as it is?  That is true of more, which GMime may tell. */
static gboolean
is_plain (const char *text)
{
    gsize len = 0;

    while (g_ascii_isalnum (text[len]) || (text[len] && strchr ("@.-_", text[len])))
        len++;
    return ! text[len] && len > 0 && len <= PLAIN_MAX;
}

/* TEXT as it may stand in a header. */
static void
append_field (GString *out, const char *name, const char *text, const char *line_end)
{
    g_autoptr (GString) clean = g_string_new (NULL);
    g_autofree char *encoded = NULL;

    modori_report_clean (clean, modori_span_of (text), VALUE_MAX);
    encoded = is_plain (clean->str) ? g_strdup (clean->str)
                                    : modori_mime ()->encode_text (clean->str);
    g_strdelimit (encoded, "\r\n\t", ' ');
    g_string_append_printf (out, PREFIX "%s: %s%s", name, encoded, line_end);
}

/* The address that the operator wrote to. */
static const char *
address_of (const ModoriOutcome *outcome)
{
    static const ModoriKey keys[] = { MODORI_KEY_VERP_RECIPIENT, MODORI_KEY_ORIGINAL_RECIPIENT,
                                      MODORI_KEY_RECIPIENT };

    for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
        if (modori_outcome_text (outcome, keys[i])[0])
            return modori_outcome_text (outcome, keys[i]);
    return "";
}

/* The worst of all. */
static const char *
bounce_of (ModoriReport *report)
{
    const char *worst = "none";

    for (guint i = 0; report && i < modori_report_n_outcomes (report); i++) {
        const char *bounce = modori_outcome_text (modori_report_outcome (report, i),
                                                  MODORI_KEY_BOUNCE);

        if (g_str_equal (bounce, "hard"))
            return "hard";
        if (g_str_equal (bounce, "soft"))
            worst = "soft";
    }
    return worst;
}

static void
append_fields (GString *out, ModoriReport *report, const char *line_end)
{
    guint n = report ? MIN (modori_report_n_outcomes (report), OUTCOMES_MAX) : 0;

    append_field (out, "Bounce", bounce_of (report), line_end);
    for (guint i = 0; i < n; i++) {
        const ModoriOutcome *outcome = modori_report_outcome (report, i);

        append_field (out, "Recipient", address_of (outcome), line_end);
        append_field (out, "Reason", modori_outcome_text (outcome, MODORI_KEY_REASON), line_end);
    }
}

/* --- the header that is there --- */

/* Take the next line off REST with its end. */
static ModoriSpan
take_line (ModoriSpan *rest)
{
    const char *end = memchr (rest->at, '\n', rest->len);
    ModoriSpan line = modori_span (rest->at, end ? (gsize) (end + 1 - rest->at) : rest->len);

    *rest = modori_span_skip (*rest, line.len);
    return line;
}

static gboolean
is_ours (ModoriSpan line)
{
    static const char *const names[] = { PREFIX "Bounce", PREFIX "Recipient", PREFIX "Reason" };

    for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
        ModoriSpan rest = modori_span_skip (line, strlen (names[i]));

        if (modori_span_begins (line, names[i])
            && modori_span_begins (modori_span_trim (rest), ":"))
            return TRUE;
    }
    return FALSE;
}

/* Copy the header without the fields that only we may write. */
static void
copy_header (GString *out, ModoriSpan *rest)
{
    gboolean dropping = FALSE;

    while (rest->len > 0) {
        ModoriSpan line = take_line (rest);

        if (line.at[0] != ' ' && line.at[0] != '\t')
            dropping = is_ours (line);
        if (! dropping)
            g_string_append_len (out, line.at, (gssize) line.len);
        if (line.at[0] == '\n' || modori_span_is (line, "\r\n"))
            return;
    }
}

void
modori_stamp (GString *out, ModoriSpan start, ModoriReport *report)
{
    ModoriSpan rest = start;
    ModoriSpan line = take_line (&rest);
    const char *line_end = modori_span_ends (line, "\r\n") ? "\r\n" : "\n";

    while (modori_span_begins (line, "From ") || modori_span_begins (line, ">From ")) {
        g_string_append_len (out, line.at, (gssize) line.len);
        line = take_line (&rest);
    }
    if (out->len > 0 && out->str[out->len - 1] != '\n')
        g_string_append (out, line_end);
    append_fields (out, report, line_end);
    rest = modori_span_between (line.at, modori_span_end (start));
    copy_header (out, &rest);
    g_string_append_len (out, rest.at, (gssize) rest.len);
}
