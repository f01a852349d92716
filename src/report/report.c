/* report.c - one report: its outcomes, and the texts that they hold.
 *
 * All texts of a report lie in one GStringChunk that is emptied for the next message; a value
 * is a pointer into it, so an outcome can be copied and a common value shared.  What is kept is
 * clean from here on: valid UTF-8 (RFC 3629) on one line.  That is the only place where a
 * stranger's bytes become text.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "report/report.h"

/* Bytes of any other value: longer than an address (RFC 5321: 320) or a subject that a person
 * would read. */
#define VALUE_MAX 2000

/* Outcomes for which memory is held between messages; a report over a whole list gives the rest
 * back. */
#define OUTCOMES_HELD 64

/* Bytes of text between messages for one block of the chunk. */
#define CHUNK_SIZE 4096

/* U+FFFD, for each byte that is not UTF-8. */
#define REPLACEMENT "\357\277\275"

struct ModoriReport {
    ModoriMessage *message;     /* the caller's */
    ModoriMessage *returned;    /* our own, used for message after message */
    ModoriMessage *inner;       /* our own as well */
    gboolean has_returned;
    gboolean header_only;
    GStringChunk *strings;
    GString *scratch;           /* where texts are cleaned before they are kept */
    GArray *outcomes;           /* of ModoriOutcome */
    ModoriOutcome common;
};

static const ModoriOutcome nothing = {
    .values = { [0 ... MODORI_N_KEYS - 1] = { "", "", { 0, 0 } } },
    .words = "",
    .fields = "",
};

ModoriKey
modori_key_of (ModoriSpan name)
{
    guint key = 0;

    while (key < MODORI_N_KEYS && ! modori_span_is (name, modori_keys[key].name))
        key++;
    return key;
}

ModoriReport *
modori_report_new (void)
{
    ModoriReport *report = g_new0 (ModoriReport, 1);

    report->strings = g_string_chunk_new (CHUNK_SIZE);
    report->scratch = g_string_new (NULL);
    report->outcomes = g_array_new (FALSE, FALSE, sizeof (ModoriOutcome));
    report->common = nothing;
    return report;
}

void
modori_report_free (ModoriReport *report)
{
    if (! report)
        return;
    modori_message_free (report->returned);
    modori_message_free (report->inner);
    g_string_chunk_free (report->strings);
    g_string_free (report->scratch, TRUE);
    g_array_unref (report->outcomes);
    g_free (report);
}

void
modori_report_begin (ModoriReport *report, ModoriMessage *message)
{
    g_return_if_fail (report && message);
    report->message = message;
    report->has_returned = FALSE;
    report->header_only = FALSE;
    report->common = nothing;
    g_string_chunk_clear (report->strings);
    modori_report_clear (report);
}

ModoriMessage *
modori_report_message (const ModoriReport *report)
{
    return report->message;
}

void
modori_report_clear (ModoriReport *report)
{
    if (report->outcomes->len > OUTCOMES_HELD) {
        g_array_unref (report->outcomes);
        report->outcomes = g_array_new (FALSE, FALSE, sizeof (ModoriOutcome));
    } else {
        g_array_set_size (report->outcomes, 0);
    }
}

/* ASCII that can be kept as it is; blanks are looked at one by one. */
static inline gboolean
is_plain (char c)
{
    return c > ' ' && c < 0x7f;
}

/* Is the character at I of TEXT a blank between two plain characters?  Then it may stay. */
static inline gboolean
is_single_blank (ModoriSpan text, gsize i)
{
    return text.at[i] == ' ' && i > 0 && i + 1 < text.len && is_plain (text.at[i + 1]);
}

static inline gboolean
is_blank (gunichar c)
{
    return c <= ' ' || (c >= 0x7f && c < 0xa0) || c == 0x2028 || c == 0x2029;
}

/* Append one character of REST that is not plain ASCII to OUT, whose text begins at START: a
 * blank for white space and controls (one for many), U+FFFD for what is not UTF-8.  Its length
 * in REST. */
static gsize
append_odd (GString *out, gsize start, ModoriSpan rest)
{
    gunichar c = g_utf8_get_char_validated (rest.at, (gssize) MIN (rest.len, 6));
    gsize n = 1;

    if ((guchar) *rest.at < 0x80 || (c < 0x110000 && is_blank (c))) {
        if (out->len > start && out->str[out->len - 1] != ' ')
            g_string_append_c (out, ' ');
        return (guchar) *rest.at < 0x80 ? 1 : (gsize) g_unichar_to_utf8 (c, NULL);
    }
    if (c >= 0x110000) {
        g_string_append (out, REPLACEMENT);
        return n;
    }
    n = (gsize) g_unichar_to_utf8 (c, NULL);
    g_string_append_len (out, rest.at, (gssize) n);
    return n;
}

/* Cut what OUT holds behind START at MAX bytes, between characters, and without a blank at its
 * end. */
static void
cut (GString *out, gsize start, gsize max)
{
    gsize end = max ? MIN (out->len, start + max) : out->len;

    while (end < out->len && end > start && ((guchar) out->str[end] & 0xc0) == 0x80)
        end--;
    if (end > start && out->str[end - 1] == ' ')
        end--;
    g_string_truncate (out, end);
}

/* May the eight bytes at AT, of nine that can be read, stay as they are?  When all are ASCII that
 * can be seen or blanks, and no two blanks in a row: these are found where eight bytes and the
 * same shifted by one are both blanks. */
static inline gboolean
are_clean (const char *at)
{
    const guint64 ones = G_GUINT64_CONSTANT (0x0101010101010101);
    guint64 bytes, next, blanks, odd;

    memcpy (&bytes, at, sizeof bytes);
    memcpy (&next, at + 1, sizeof next);
    blanks = (bytes ^ ones * ' ') | (next ^ ones * ' ');
    /* below a blank, DEL or above (what is above 0x80 is seen in any case), a pair of blanks; a
     * borrow makes more of these where one is already */
    odd = (bytes - ones * ' ') | (next - ones * ' ') | (bytes + ones) | (next + ones)
        | ((blanks - ones) & ~blanks);
    return ! ((odd | bytes | next) & ones * 0x80);
}

/* The length of what may stay as it is at the start of TEXT. */
static gsize
clean_length (ModoriSpan text)
{
    gsize n = 0;

    if (text.len && text.at[0] == ' ')
        return 0;
    while (n + 9 <= text.len && are_clean (text.at + n))
        n += 8;
    while (n < text.len && (is_plain (text.at[n]) || is_single_blank (text, n)))
        n++;
    return n;
}

void
modori_report_clean (GString *out, ModoriSpan text, gsize max)
{
    gsize start = out->len;

    while (text.len && (! max || out->len <= start + max)) {
        gsize n = clean_length (text);

        if (n && max)
            n = MIN (n, max + 1);
        g_string_append_len (out, text.at, (gssize) n);
        text = modori_span_skip (text, n);
        if (text.len && ! is_plain (*text.at))
            text = modori_span_skip (text, append_odd (out, start, text));
    }
    cut (out, start, max);
}

const char *
modori_report_keep_clean (ModoriReport *report, ModoriSpan text)
{
    return text.len ? g_string_chunk_insert_len (report->strings, text.at, (gssize) text.len) : "";
}

const char *
modori_report_keep (ModoriReport *report, ModoriSpan text, gsize max)
{
    if ((! max || text.len <= max) && clean_length (text) == text.len)      /* nearly all are */
        return modori_report_keep_clean (report, text);
    g_string_truncate (report->scratch, 0);
    modori_report_clean (report->scratch, text, max);
    return modori_report_keep_clean (report,
                                     modori_span (report->scratch->str, report->scratch->len));
}

ModoriOutcome *
modori_report_add (ModoriReport *report)
{
    if (report->outcomes->len >= MODORI_OUTCOMES_MAX)
        return NULL;
    g_array_append_val (report->outcomes, nothing);
    return modori_report_outcome (report, report->outcomes->len - 1);
}

guint
modori_report_n_outcomes (const ModoriReport *report)
{
    return report->outcomes->len;
}

ModoriOutcome *
modori_report_outcome (ModoriReport *report, guint i)
{
    g_return_val_if_fail (i < report->outcomes->len, NULL);
    return &g_array_index (report->outcomes, ModoriOutcome, i);
}

ModoriOutcome *
modori_report_common (ModoriReport *report)
{
    return &report->common;
}

void
modori_report_spread (ModoriReport *report)
{
    for (guint i = 0; i < report->outcomes->len; i++) {
        ModoriOutcome *outcome = modori_report_outcome (report, i);

        for (guint key = 0; key < MODORI_N_KEYS; key++)
            if (report->common.values[key].text[0]
                && modori_value_is_useless (key, outcome->values[key].text))
                outcome->values[key] = report->common.values[key];
    }
}

/* May TEXT take the place of OLD, which says nothing?  Only with something to say; a status of
 * another class would contradict it (RFC 3463 section 2: the class is the outcome). */
static gboolean
may_replace (ModoriKey key, const char *old, const char *text)
{
    if (! old[0])
        return text[0] != '\0';
    if (key == MODORI_KEY_STATUS && old[0] != text[0])
        return FALSE;
    return ! modori_value_is_useless (key, text);
}

static void
put (ModoriOutcome *outcome, ModoriKey key, const char *text, const char *origin, guint line)
{
    outcome->values[key] = (ModoriValue) { text, origin ? origin : "", { line, 0 } };
}

gboolean
modori_outcome_offer (ModoriReport *report, ModoriOutcome *outcome, ModoriKey key, ModoriSpan text,
                      const char *origin, guint line)
{
    const char *kept;

    g_return_val_if_fail (key < MODORI_N_KEYS, FALSE);
    if (! text.len || ! modori_value_is_useless (key, outcome->values[key].text))
        return FALSE;
    kept = modori_report_keep (
        report, text, key == MODORI_KEY_DIAGNOSTIC ? MODORI_DIAGNOSTIC_MAX : VALUE_MAX);
    if (! may_replace (key, outcome->values[key].text, kept))
        return FALSE;
    put (outcome, key, kept, origin, line);
    return TRUE;
}

void
modori_outcome_set (ModoriReport *report, ModoriOutcome *outcome, ModoriKey key, ModoriSpan text,
                    const char *origin, guint line)
{
    gsize max = key == MODORI_KEY_DIAGNOSTIC ? MODORI_DIAGNOSTIC_MAX : VALUE_MAX;

    g_return_if_fail (key < MODORI_N_KEYS);
    put (outcome, key, modori_report_keep (report, text, max), origin, line);
}

/* "smtp; 550 5.0.0": behind the type of the code (RFC 3464 section 2.3.6) are only numbers. */
static gboolean
has_no_words (const char *text)
{
    gsize type =
        strspn (text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_. ");

    if (text[type] == ';')
        text += type + 1;
    return text[strspn (text, "0123456789.-#;:,()<> ")] == '\0';
}

gboolean
modori_value_is_useless (ModoriKey key, const char *text)
{
    if (! text[0])
        return TRUE;
    if (key == MODORI_KEY_STATUS)
        return g_str_has_suffix (text, ".0.0");
    return key == MODORI_KEY_DIAGNOSTIC && has_no_words (text);
}

ModoriMessage *
modori_report_returned (const ModoriReport *report)
{
    return report->has_returned ? report->returned : NULL;
}

void
modori_report_set_returned (ModoriReport *report, ModoriSpan bytes, gboolean header_only)
{
    if (! report->returned)
        report->returned = modori_message_new ();
    modori_message_read (report->returned, bytes);
    report->has_returned = TRUE;
    report->header_only = header_only;
}

gboolean
modori_report_returned_header_only (const ModoriReport *report)
{
    return report->has_returned && report->header_only;
}

ModoriMessage *
modori_report_inner (ModoriReport *report)
{
    if (! report->inner)
        report->inner = modori_message_new ();
    return report->inner;
}
