/* subject.c - a text that many patterns are tried on.
 *
 * A text is prepared once: a copy in lower case, in which literals are searched for, and a table
 * of its grams (three bytes that follow each other), in which two or three look-ups tell that a
 * literal cannot be in it.  The table is not cleared for the next text: marks of another turn do
 * not count.
 *
 * PCRE2 takes the Kelvin sign for a k and the long s for an s when it ignores case, so both are
 * folded in the copy.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE             /* memmem */
#endif
#include "text/subject.h"

/* Of the table; a text of 300 bytes fills 4 % of it. */
#define GRAM_BITS 13

/* The place of what is no gram: "there are characters that are not ASCII".  Some gram may share
 * it. */
#define WIDE_PLACE 0

G_STATIC_ASSERT (MODORI_SUBJECT_GRAMS == 1 << GRAM_BITS);

static const char kelvin_sign[] = "\xe2\x84\xaa", long_s[] = "\xc5\xbf";

/* --- grams --- */

static inline guint16
gram_place (guint32 bytes)
{
    return (guint16) (((bytes & 0xffffff) * 0x9e3779b1u) >> (32 - GRAM_BITS));
}

/* Three bytes as a subject sees them, which loads four. */
static guint16
gram_of (const char *at)
{
    const guchar *bytes = (const guchar *) at;

    return gram_place (bytes[0] | (guint32) bytes[1] << 8 | (guint32) bytes[2] << 16);
}

/* The less frequent its letters in what mail servers say, the more a gram tells. */
static guint
letter_rarity (char c)
{
    static const guint8 letters[32] = {
        0, /* a to z */ 4, 15, 10, 9, 1, 16, 17, 14, 5, 25, 21, 8, 11, 6, 3, 13, 26, 7, 6, 2, 12,
        18, 19, 22, 20, 24, 23, 23, 23, 23, 23,
    };

    return (guchar) c >> 5 == 3 ? letters[c & 31] : c == ' ' ? 0 : 23;
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

/* Where the rarest gram begins. */
static gsize
rarest_gram (const ModoriSought *literal, gboolean blanks)
{
    guint first = letter_rarity (literal->at[0]), second = letter_rarity (literal->at[1]);
    guint best_rarity = 0;
    gsize best = 0;

    for (gsize i = 0; i + 3 <= literal->len; i++) {
        guint third = letter_rarity (literal->at[i + 2]);

        if (first + second + third > best_rarity
            && ! (blanks && memchr (literal->at + i, ' ', 3))) {
            best = i;
            best_rarity = first + second + third;
        }
        first = second;
        second = third;
    }
    return best;
}

/* The rarest gram, the first and the last. */
void
modori_sought_prepare (ModoriSought *literal, gboolean blanks)
{
    if (literal->len == 0)
        literal->grams[literal->n_grams++] = WIDE_PLACE;
    if (literal->len < 3)
        return;
    literal->rarest = (guint16) rarest_gram (literal, blanks);
    add_gram (literal, literal->rarest, blanks);
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
        out[i] = g_ascii_tolower (text.at[i]);
    }
    return seen;
}

static gboolean
holds (ModoriSpan text, const char *piece)
{
    return memmem (text.at, text.len, piece, strlen (piece)) != NULL;
}

gboolean
modori_subject_is_wide (ModoriSpan text)
{
    for (gsize i = 0; i < text.len; i++)
        if ((guchar) text.at[i] >= 0x80)
            return TRUE;
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

static inline void
mark (ModoriSubject *subject, guint16 place, gsize at)
{
    ModoriGram *gram = &subject->seen[place];

    if (gram->turn == subject->turn) {
        gram->at = MODORI_GRAM_REPEATED;
        return;
    }
    gram->turn = subject->turn;
    gram->at = (guint16) at;
    subject->grams[subject->n_grams++] = place;
}

static void
mark_grams (ModoriSubject *subject, gboolean wide)
{
    if (++subject->turn == 0) {
        memset (subject->seen, 0, sizeof subject->seen);
        subject->turn = 1;
    }
    subject->n_grams = 0;
    for (gsize i = 0; i + 3 <= subject->folded_len; i++) {
        guint32 bytes;

        memcpy (&bytes, subject->folded + i, sizeof bytes);
        mark (subject, gram_place (GUINT32_FROM_LE (bytes)), i);
    }
    if (wide)
        mark (subject, WIDE_PLACE, MODORI_GRAM_REPEATED);
}

ModoriSubject *
modori_subject_new (void)
{
    ModoriSubject *subject = g_new (ModoriSubject, 1);

    /* the buffers are large, and mostly never touched */
    memset (subject->seen, 0, sizeof subject->seen);
    subject->turn = 0;
    subject->n_grams = 0;
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
    g_free (subject);
}

void
modori_subject_set (ModoriSubject *subject, ModoriSpan text)
{
    gboolean ascii;
    Seen seen;

    text = modori_pattern_cut (text);
    subject->text = text;
    seen = lower (subject->folded, text);
    ascii = (seen.all & G_GUINT64_CONSTANT (0x8080808080808080)) == 0;
    subject->collapsed = seen.spread == 0;
    subject->folded_len = text.len;
    subject->shifted = ! ascii && modori_subject_has_signs (text);
    if (subject->shifted)
        subject->folded_len = fold_signs (subject->folded, text.len);
    memset (subject->folded + subject->folded_len, 0, MODORI_SUBJECT_PADDING);
    mark_grams (subject, ! ascii);
}

/* --- literals --- */

gboolean
modori_subject_may_hold (const ModoriSubject *subject, const ModoriSought *literal)
{
    for (guint i = 0; i < literal->n_grams; i++)
        if (subject->seen[literal->grams[i]].turn != subject->turn)
            return FALSE;
    return TRUE;
}

/* Two bytes, which have no gram; memmem is slow for so few. */
static const char *
find_pair (const ModoriSubject *subject, const ModoriSought *literal)
{
    const char *end = subject->folded + subject->folded_len;
    const char *at = subject->folded;

    while (at + 1 < end && (at = memchr (at, literal->at[0], (gsize) (end - at) - 1))) {
        if (at[1] == literal->at[1])
            return at;
        at++;
    }
    return NULL;
}

/* Where the only place is at which LITERAL can be, going by its rarest gram. */
static const char *
find_there (const ModoriSubject *subject, const ModoriSought *literal, gsize at)
{
    if (at < literal->rarest || at - literal->rarest + literal->len > subject->folded_len)
        return NULL;
    at -= literal->rarest;
    return memcmp (subject->folded + at, literal->at, literal->len) == 0 ? subject->folded + at
                                                                         : NULL;
}

const char *
modori_subject_find (const ModoriSubject *subject, const ModoriSought *literal)
{
    const ModoriGram *gram;

    if (! modori_subject_may_hold (subject, literal))
        return NULL;
    if (literal->len == 2)
        return find_pair (subject, literal);
    gram = &subject->seen[literal->grams[0]];
    if (literal->len && literal->n_grams && gram->at != MODORI_GRAM_REPEATED)
        return find_there (subject, literal, gram->at);
    return memmem (subject->folded, subject->folded_len, literal->at, literal->len);
}
