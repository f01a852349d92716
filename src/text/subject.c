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
guint
modori_letter_rarity (char c)
{
    static const guint8 letters[32] = {
        0, /* a to z */ 4, 15, 10, 9, 1, 16, 17, 14, 5, 25, 21, 8, 11, 6, 3, 13, 26, 7, 6, 2, 12,
        18, 19, 22, 20, 24, 23, 23, 23, 23, 23,
    };

    if ((guchar) c >> 5 == 3)
        return letters[c & 31];
    if (c == ' ' || strchr ("-=*_#", c))
        return c == ' ' ? 0 : 1;
    if (strchr ("()[]", c))
        return 14;
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
        rarity += modori_letter_rarity (literal.at[i]);
        if (i >= width)
            rarity -= modori_letter_rarity (literal.at[i - width]);
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

/* --- sought by a finder --- */

/* A character that begins with one of some few bytes is sought by these. */
#define LEADS_MAX 4

/* Shorter literals are in every other text, and a finder has to look at each of their bytes. */
#define TELLING_MIN 4

gboolean
modori_sought_tell (const ModoriSought *literals, guint n, gboolean much)
{
    for (guint i = 0; i < n; i++)
        if (literals[i].len ? much && literals[i].len < TELLING_MIN
            : __builtin_popcountll (literals[i].leads) > LEADS_MAX)
            return FALSE;
    return n > 0;
}

static void
seek_leads (guint64 leads, ModoriFinder *finder, guint item)
{
    for (guint i = 0; i < 64; i++) {
        const char byte = (char) (0xc0 + i);

        if (leads >> i & 1)
            modori_finder_add (finder, modori_span (&byte, 1), FALSE, item);
    }
}

void
modori_sought_seek (const ModoriSought *literals, guint n, gboolean blanks, ModoriFinder *finder,
                    guint item)
{
    for (guint i = 0; i < n; i++)
        if (literals[i].len)
            modori_finder_add (finder, modori_span (literals[i].at, literals[i].len), blanks,
                               item);
        else
            seek_leads (literals[i].leads, finder, item);
}

/* --- subjects --- */

/* Bytes that the compiler takes at once: loops of so many become a few instructions. */
#define BLOCK 16

/* What was seen while a text was copied, at each place of the blocks. */
typedef struct {
    guchar all[BLOCK];          /* the bits that any byte has */
    guchar spread[BLOCK];       /* not zero: there is white space that is no single blank */
} Seen;

/* N bytes from AT in lower case; one more can be read there. */
static inline void
lower_block (char *restrict out, const char *restrict at, gsize n, Seen *restrict seen)
{
    for (gsize i = 0; i < n; i++) {
        guchar c = (guchar) at[i], next = (guchar) at[i + 1];

        seen->all[i] |= c;
        seen->spread[i] |= (c < ' ') | ((c == ' ') & (next == ' '));
        out[i] = (char) (c | ((guchar) (c - 'A') < 26 ? 0x20 : 0));
    }
}

/* The bits that any of BYTES has. */
static guchar
any_of (const guchar bytes[BLOCK])
{
    guint64 halves[2];

    memcpy (halves, bytes, BLOCK);
    halves[0] |= halves[1];
    halves[0] |= halves[0] >> 32;
    halves[0] |= halves[0] >> 16;
    return (guchar) (halves[0] | halves[0] >> 8);
}

/* TEXT in lower case.  ALL gets the bits that any of its bytes has; SPREAD whether there is white
 * space that is no single blank.  The last block may overlap the one before it. */
static void
lower (char *out, ModoriSpan text, guchar *all, gboolean *spread)
{
    gsize last = text.len - 1, i = 0;
    Seen seen = { { 0 }, { 0 } };

    *all = 0;
    *spread = FALSE;
    if (! text.len)
        return;
    for (; i + BLOCK <= last; i += BLOCK)
        lower_block (out + i, text.at + i, BLOCK, &seen);
    if (last < BLOCK)
        lower_block (out, text.at, last, &seen);
    else if (i < last)
        lower_block (out + last - BLOCK, text.at + last - BLOCK, BLOCK, &seen);
    out[last] = modori_ascii_lower (text.at[last]);
    *all = any_of (seen.all) | (guchar) text.at[last];
    *spread = any_of (seen.spread) || (guchar) text.at[last] < ' ';
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
    gboolean spread;
    guchar all;

    lower (out, text, &all, &spread);
    return all >= 0x80 && modori_subject_has_signs (text) ? fold_signs (out, text.len) : text.len;
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
    gboolean spread;
    guchar all;

    text.len = MIN (text.len, MODORI_PATTERN_SUBJECT_MAX);
    lower (subject->folded, text, &all, &spread);
    if (all >= 0x80) {
        text = modori_pattern_cut (text);
        lower (subject->folded, text, &all, &spread);
    }
    subject->text = text;
    subject->wide = all >= 0x80;
    subject->leads = subject->wide ? find_leads (text) : 0;
    subject->collapsed = ! spread;
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
