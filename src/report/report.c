/* report.c - one report: its outcomes, and the texts that they hold.
 *
 * All texts of a report lie in one arena that is emptied for the next message; a value is a
 * pointer into it, so an outcome can be copied and a common value shared.  What is kept is
 * clean from here on: valid UTF-8 (RFC 3629) on one line.  That is the only place where a
 * stranger's bytes become text.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "report/report.h"

#include "text/arena.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

/* Bytes of any other value: longer than an address (RFC 5321: 320) or a subject that a person
 * would read. */
#define VALUE_MAX 2000

/* Outcomes for which memory is held between messages; a report over a whole list gives the rest
 * back. */
#define OUTCOMES_HELD 64

/* Bytes of text for which memory is held between messages: most reports have less. */
#define ARENA_SIZE (16 * 1024)

/* U+FFFD, for each byte that is not UTF-8. */
#define REPLACEMENT "\357\277\275"

struct ModoriReport {
    ModoriMessage *message;     /* the caller's */
    ModoriMessage *returned;    /* our own, used for message after message */
    ModoriMessage *inner;       /* our own as well */
    gboolean has_returned;
    gboolean header_only;
    ModoriArena strings;
    GString *scratch;           /* where texts are cleaned before they are kept */
    GString *buffers[MODORI_BUFFERS];
    GChecksum *sum;
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

    while (key < MODORI_N_KEYS
           && (name.len != modori_keys[key].len || ! modori_span_is (name, modori_keys[key].name)))
        key++;
    return key;
}

ModoriReport *
modori_report_new (void)
{
    ModoriReport *report = g_new0 (ModoriReport, 1);

    modori_arena_init (&report->strings, ARENA_SIZE);
    report->scratch = g_string_new (NULL);
    for (guint i = 0; i < MODORI_BUFFERS; i++)
        report->buffers[i] = g_string_new (NULL);
    report->sum = g_checksum_new (G_CHECKSUM_SHA256);
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
    modori_arena_clear (&report->strings);
    g_string_free (report->scratch, TRUE);
    for (guint i = 0; i < MODORI_BUFFERS; i++)
        g_string_free (report->buffers[i], TRUE);
    g_checksum_free (report->sum);
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
    modori_arena_reset (&report->strings);
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
    gboolean ascii = (guchar) *rest.at < 0x80;
    gunichar c = ascii ? ' ' : g_utf8_get_char_validated (rest.at, (gssize) MIN (rest.len, 6));
    gsize n = 1;

    if (ascii || (c < 0x110000 && is_blank (c))) {
        if (out->len > start && out->str[out->len - 1] != ' ')
            g_string_append_c (out, ' ');
        return ascii ? 1 : (gsize) g_unichar_to_utf8 (c, NULL);
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

#ifdef __SSE2__

/* Bytes that are looked at together. */
#define STEP 16

/* Is one of the sixteen bytes at AT no ASCII that can be seen or a blank, or a blank before another
 * one? */
static inline gboolean
has_odd (const char *at)
{
    const __m128i blank = _mm_set1_epi8 (' ');
    __m128i bytes = _mm_loadu_si128 ((const __m128i *) at);
    __m128i next = _mm_loadu_si128 ((const __m128i *) (at + 1));
    __m128i fine = _mm_and_si128 (_mm_cmpgt_epi8 (bytes, _mm_set1_epi8 (' ' - 1)),
                                  _mm_cmplt_epi8 (bytes, _mm_set1_epi8 (0x7f)));
    __m128i pairs = _mm_and_si128 (_mm_cmpeq_epi8 (bytes, blank), _mm_cmpeq_epi8 (next, blank));

    return _mm_movemask_epi8 (_mm_andnot_si128 (pairs, fine)) != 0xffff;
}

/* Sixteen bytes at a time, the last ones perhaps once more. */
gboolean
modori_report_is_clean (ModoriSpan text)
{
    const char *at = text.at, *last = modori_span_end (text) - 1;

    if (! text.len)
        return TRUE;
    if (*at == ' ' || ! is_plain (*last))
        return FALSE;
    if (text.len <= 8)
        return clean_length (text) == text.len;
    if (text.len <= STEP)
        return are_clean (at) && are_clean (last - 8);
    for (; last - at > STEP; at += STEP)
        if (has_odd (at))
            return FALSE;
    return ! has_odd (last - STEP);
}

#else

gboolean
modori_report_is_clean (ModoriSpan text)
{
    return clean_length (text) == text.len;
}

#endif

void
modori_report_clean (GString *out, ModoriSpan text, gsize max)
{
    gsize start = out->len;

    if ((! max || text.len <= max) && modori_report_is_clean (text)) {        /* nearly all are */
        g_string_append_len (out, text.at, (gssize) text.len);
        return;
    }
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
    return text.len ? modori_arena_keep (&report->strings, text) : "";
}

const char *
modori_report_keep (ModoriReport *report, ModoriSpan text, gsize max)
{
    if ((! max || text.len <= max) && modori_report_is_clean (text))
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

/* TEXT from where it has something else than numbers and what stands between them. */
static const char *
skip_numbers (const char *text)
{
    while (g_ascii_isdigit (*text) || (*text && strchr (".-#;:,()<> ", *text)))
        text++;
    return text;
}

/* "smtp; 550 5.0.0": behind the type of the code (RFC 3464 section 2.3.6) are only numbers. */
static gboolean
has_no_words (const char *text)
{
    const char *behind;

    if (! *skip_numbers (text))
        return TRUE;
    behind = strchr (text, ';');
    if (! behind)               /* the words are no type: mostly */
        return FALSE;
    while (g_ascii_isalnum (*text) || strchr ("-_. ", *text))
        text++;
    return text == behind && ! *skip_numbers (behind);
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

GString *
modori_report_buffer (ModoriReport *report, guint i)
{
    g_return_val_if_fail (i < MODORI_BUFFERS, NULL);
    return g_string_truncate (report->buffers[i], 0);
}

GChecksum *
modori_report_checksum (ModoriReport *report)
{
    g_checksum_reset (report->sum);
    return report->sum;
}

ModoriMessage *
modori_report_inner (ModoriReport *report)
{
    if (! report->inner)
        report->inner = modori_message_new ();
    return report->inner;
}
