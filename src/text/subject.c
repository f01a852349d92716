/* subject.c - a text that many patterns are tried on.
 *
 * A text is prepared once: a copy in lower case, in which literals are searched for by their
 * rarest byte.  When that was done for some of them, a table of the text's grams (three bytes that
 * follow each other) is made, in which two or three look-ups tell that a literal cannot be in it.
 * The table is not cleared for the next text: marks of another turn do not count.
 *
 * PCRE2 takes the Kelvin sign for a k and the long s for an s when it ignores case, so both are
 * folded in the copy.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE             /* memmem */
#endif
#include "text/subject.h"

#include "text/finder.h"

static const char kelvin_sign[] = "\xe2\x84\xaa", long_s[] = "\xc5\xbf";

/* --- grams --- */

/* Three bytes as a subject sees them, which loads four. */
static guint16
gram_of (const char *at)
{
    const guchar *bytes = (const guchar *) at;

    return modori_gram_place (bytes[0] | (guint32) bytes[1] << 8 | (guint32) bytes[2] << 16);
}

/* The less frequent its letters in what mail servers say, the more a gram tells.  Rulers are full
 * of the same sign. */
static guint
letter_rarity (char c)
{
    static const guint8 letters[32] = {
        0, /* a to z */ 4, 15, 10, 9, 1, 16, 17, 14, 5, 25, 21, 8, 11, 6, 3, 13, 26, 7, 6, 2, 12,
        18, 19, 22, 20, 24, 23, 23, 23, 23, 23,
    };

    if ((guchar) c >> 5 == 3)
        return letters[c & 31];
    if (c == ' ' || strchr ("-=*_#", c))
        return c == ' ' ? 0 : 1;
    return strchr (".,:<>@0123456789", c) ? 12 : 23;
}

guint16
modori_gram_of (const char *at)
{
    const char lower[] = { modori_ascii_lower (at[0]), modori_ascii_lower (at[1]),
                           modori_ascii_lower (at[2]) };

    return gram_of (lower);
}

static void
add_gram (ModoriSought *literal, gsize at, gboolean blanks)
{
    guint16 gram = gram_of (literal->at + at);

    if (blanks && memchr (literal->at + at, ' ', 3))
        return;
    for (guint i = 0; i < literal->n_grams; i++)
        if (literal->grams[i] == gram)
            return;
    literal->grams[literal->n_grams++] = gram;
}

gsize
modori_rarest_gram (ModoriSpan literal, guint width, gboolean blanks)
{
    guint rarity = 0, best_rarity = 0, run = 0;
    gsize best = 0;

    for (gsize i = 0; i < literal.len; i++) {
        rarity += letter_rarity (literal.at[i]);
        if (i >= width)
            rarity -= letter_rarity (literal.at[i - width]);
        run = blanks && literal.at[i] == ' ' ? 0 : run + 1;
        if (run >= width && rarity > best_rarity) {
            best = i + 1 - width;
            best_rarity = rarity;
        }
    }
    return best;
}

/* The rarest gram, the first and the last. */
void
modori_sought_prepare (ModoriSought *literal, gboolean blanks)
{
    ModoriSpan whole = modori_span (literal->at, literal->len);

    if (literal->len == 0)
        literal->grams[literal->n_grams++] = MODORI_SUBJECT_WIDE;
    literal->rare = (guint16) modori_rarest_gram (whole, 1, blanks);
    if (literal->len < 3)
        return;
    add_gram (literal, modori_rarest_gram (whole, 3, blanks), blanks);
    add_gram (literal, 0, blanks);
    add_gram (literal, literal->len - 3u, blanks);
}

/* --- subjects --- */

/* What was seen while a text was copied. */
typedef struct {
    guint64 all;                /* of its bytes: the bits that any of them has */
    guint64 spread;             /* not zero: there is white space that is no single blank */
} Seen;

/* In each of the eight bytes of WORD the highest bit, if the byte is below LIMIT (128 at most).
 * A byte that is not below it may get the bit as well when a lower one has it: good enough to
 * see that there is none. */
static inline guint64
bytes_below (guint64 word, guint limit)
{
    const guint64 ones = G_GUINT64_CONSTANT (0x0101010101010101);

    return (word - ones * limit) & ~word & ones * 0x80;
}

/* Eight bytes in lower case: a letter between A and Z gets the bit that makes it small. */
static inline guint64
lower_eight (guint64 bytes)
{
    const guint64 ones = G_GUINT64_CONSTANT (0x0101010101010101);
    guint64 low = bytes & ones * 0x7f;
    guint64 upper =
        (low + ones * (0x80 - 'A')) & ~(low + ones * (0x7f - 'Z')) & ~bytes & ones * 0x80;

    return bytes | upper >> 2;
}

/* TEXT in lower case.  Two blanks in a row are found where eight bytes and the same shifted by
 * one are both blanks. */
static Seen
lower (char *out, ModoriSpan text)
{
    const guint64 blanks = G_GUINT64_CONSTANT (0x2020202020202020);
    Seen seen = { 0, 0 };
    gsize i = 0;

    for (; i + 9 <= text.len; i += 8) {
        guint64 bytes, next;

        memcpy (&bytes, text.at + i, sizeof bytes);
        memcpy (&next, text.at + i + 1, sizeof next);
        seen.all |= bytes;
        seen.spread |=
            bytes_below (bytes, ' ') | bytes_below ((bytes ^ blanks) | (next ^ blanks), 1);
        bytes = lower_eight (bytes);
        memcpy (out + i, &bytes, sizeof bytes);
    }
    for (; i < text.len; i++) {
        seen.all |= (guchar) text.at[i];
        seen.spread |=
            (guchar) text.at[i] < ' ' || (i && text.at[i] == ' ' && text.at[i - 1] == ' ');
        out[i] = modori_ascii_lower (text.at[i]);
    }
    return seen;
}

/* By its first byte, which is rare in any text. */
static gboolean
holds (ModoriSpan text, const char *piece)
{
    const char *at;

    while ((at = memchr (text.at, piece[0], text.len)) != NULL) {
        text = modori_span_between (at, modori_span_end (text));
        if (modori_span_begins (text, piece))
            return TRUE;
        text = modori_span_skip (text, 1);
    }
    return FALSE;
}

gboolean
modori_subject_has_signs (ModoriSpan text)
{
    return holds (text, kelvin_sign) || holds (text, long_s);
}

/* In place; the new length. */
static gsize
fold_signs (char *text, gsize len)
{
    gsize out = 0;

    for (gsize i = 0; i < len; i++) {
        ModoriSpan rest = modori_span (text + i, len - i);

        if (modori_span_begins (rest, kelvin_sign)) {
            text[out++] = 'k';
            i += strlen (kelvin_sign) - 1;
        } else if (modori_span_begins (rest, long_s)) {
            text[out++] = 's';
            i += strlen (long_s) - 1;
        } else {
            text[out++] = text[i];
        }
    }
    return out;
}

/* The bytes that characters of TEXT may begin with; only those are looked for that a literal asks
 * for by itself. */
static guint64
find_leads (ModoriSpan text)
{
    guint64 leads = MODORI_LITERAL_LEADS_ALL;

    for (guint byte = 0xc0; byte < 0x100; byte++)
        if ((MODORI_LITERAL_LEADS_KNOWN & MODORI_LITERAL_LEAD (byte))
            && ! memchr (text.at, (int) byte, text.len))
            leads &= ~MODORI_LITERAL_LEAD (byte);
    return leads;
}

/* This is done for every byte: no branch, and one store for each. */
static void
mark_grams (const ModoriSubject *subject, guint8 *seen, guint8 turn)
{
    const char *at = subject->folded;
    const char *end = at + (subject->folded_len > 2 ? subject->folded_len - 2 : 0);

    if (subject->wide)
        seen[MODORI_SUBJECT_WIDE] = turn;
    for (; end - at >= 4; at += 4) {
        seen[modori_gram_at (at)] = turn;
        seen[modori_gram_at (at + 1)] = turn;
        seen[modori_gram_at (at + 2)] = turn;
        seen[modori_gram_at (at + 3)] = turn;
    }
    for (; at < end; at++)
        seen[modori_gram_at (at)] = turn;
}

void
modori_subject_mark (const ModoriSubject *subject)
{
    ModoriGrams *grams = subject->grams;

    if (grams->marked)
        return;
    grams->marked = TRUE;
    if (++grams->turn == 0) {
        memset (grams->seen, 0, sizeof grams->seen);
        grams->turn = 1;
    }
    mark_grams (subject, grams->seen, grams->turn);
}

/* A place that is set may be any byte of a literal that has a gram there. */
gboolean
modori_subject_try (const ModoriSubject *subject, const ModoriSought *literal)
{
    if (literal->len == 0)
        return subject->wide;
    if (literal->n_grams == 0)
        return TRUE;
    if (++subject->grams->tries > MODORI_SUBJECT_PATIENCE) {
        modori_subject_mark (subject);
        return modori_subject_may_hold (subject, literal);
    }
    return memchr (subject->folded, literal->at[literal->rare], subject->folded_len) != NULL;
}

gsize
modori_fold (char *out, ModoriSpan text)
{
    Seen seen = lower (out, text);
    gboolean wide = (seen.all & G_GUINT64_CONSTANT (0x8080808080808080)) != 0;

    return wide && modori_subject_has_signs (text) ? fold_signs (out, text.len) : text.len;
}

ModoriSubject *
modori_subject_new (void)
{
    ModoriSubject *subject = g_new (ModoriSubject, 1);

    /* the buffers are large, and many are never touched: the table is cleared with the first text,
     * as it is whenever the turns have run out */
    subject->grams = g_new (ModoriGrams, 1);
    subject->grams->turn = G_MAXUINT8;
    subject->grams->marked = FALSE;
    subject->grams->tries = 0;
    subject->wide = FALSE;
    subject->leads = 0;
    subject->folded_len = 0;
    subject->shifted = FALSE;
    subject->collapsed = TRUE;
    subject->data = pcre2_match_data_create (MODORI_SUBJECT_GROUPS, NULL);
    subject->text = MODORI_SPAN_EMPTY;
    return subject;
}

void
modori_subject_free (ModoriSubject *subject)
{
    if (! subject)
        return;
    pcre2_match_data_free (subject->data);
    g_free (subject->grams);
    g_free (subject);
}

void
modori_subject_set (ModoriSubject *subject, ModoriSpan text)
{
    Seen seen;

    text = modori_pattern_cut (text);
    subject->text = text;
    seen = lower (subject->folded, text);
    subject->wide = (seen.all & G_GUINT64_CONSTANT (0x8080808080808080)) != 0;
    subject->leads = subject->wide ? find_leads (text) : 0;
    subject->collapsed = seen.spread == 0;
    subject->folded_len = text.len;
    subject->shifted = subject->wide && modori_subject_has_signs (text);
    if (subject->shifted)
        subject->folded_len = fold_signs (subject->folded, text.len);
    memset (subject->folded + subject->folded_len, 0, MODORI_SUBJECT_PADDING);
    subject->grams->marked = FALSE;
    subject->grams->tries = 0;
}

ModoriSpan
modori_subject_folded (const ModoriSubject *subject)
{
    return modori_span (subject->folded, subject->folded_len);
}

/* --- literals --- */

gboolean
modori_subject_has_all (const ModoriSubject *subject, const ModoriSought *literal, gboolean blanks)
{
    const char *at = literal->at;

    for (gsize i = 0; subject->grams->marked && i + 3 <= literal->len; i++)
        if (! modori_subject_has_gram (subject, modori_gram_at (at + i))
            && ! (blanks && memchr (at + i, ' ', 3)))
            return FALSE;
    return TRUE;
}

gboolean
modori_subject_holds (const ModoriSubject *subject, const ModoriSought *literal)
{
    if (literal->len == 0)
        return (subject->leads & literal->leads) != 0;
    return modori_subject_find (subject, literal) != NULL;
}

/* By its rarest byte: nearly always it stands in few places. */
static const char *
find_by_byte (const ModoriSubject *subject, const ModoriSought *literal)
{
    const char *at = subject->folded + literal->rare;
    const char *end = subject->folded + subject->folded_len - (literal->len - literal->rare) + 1;

    while (at < end && (at = memchr (at, literal->at[literal->rare], (gsize) (end - at)))) {
        if (memcmp (at - literal->rare, literal->at, literal->len) == 0)
            return at - literal->rare;
        at++;
    }
    return NULL;
}

const char *
modori_subject_find (const ModoriSubject *subject, const ModoriSought *literal)
{
    if (literal->len > subject->folded_len || ! modori_subject_may_hold (subject, literal)
        || ! modori_subject_has_all (subject, literal, FALSE))
        return NULL;
    return find_by_byte (subject, literal);
}
