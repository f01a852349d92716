/* guess.c - what bytes above 127 mean when nobody said it.
 *
 * Each charset that could be meant reads the first bytes and says how plausible they are:
 *
 *   EUC-JP, Shift_JIS  two points for a kana, one for a common kanji or punctuation, as a double
 * byte GB18030            one point for a character of GB 2312's first level windows-1252 two
 * points for each letter with an accent that stands beside ASCII letters KOI8-R, -1251      one
 * point for each letter in a row of such letters: what is left when no double bytes fit
 *
 * A byte that cannot be there takes ten points away.  The best one wins, the first of equals:
 * ideographs alone are Chinese (Japanese has kana), and in doubt it is windows-1252, which reads
 * everything.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "mail/charset.h"

/* The language shows early. */
#define SAMPLE_MAX 4096

#define IMPOSSIBLE (-10)

/* Read the character at TEXT, give its points, and its length in LENGTH. */
typedef int (*Reader) (ModoriSpan text, gsize *length);

static guint
byte_at (ModoriSpan text, gsize i)
{
    return i < text.len ? (guchar) text.at[i] : 0;
}

static gboolean
is_between (guint byte, guint low, guint high)
{
    return byte >= low && byte <= high;
}

static int
read_euc_jp (ModoriSpan text, gsize *length)
{
    guint lead = byte_at (text, 0), trail = byte_at (text, 1);

    *length = lead == 0x8f ? 3 : 2;
    if (lead == 0x8e)
        return is_between (trail, 0xa1, 0xdf) ? 0 : IMPOSSIBLE;
    if (lead == 0x8f)
        return is_between (trail, 0xa1, 0xfe) ? 0 : IMPOSSIBLE;
    if (! is_between (lead, 0xa1, 0xfe) || ! is_between (trail, 0xa1, 0xfe))
        return IMPOSSIBLE;
    if ((lead == 0xa4 && trail <= 0xf3) || (lead == 0xa5 && trail <= 0xf6))
        return 2;
    return is_between (lead, 0xb0, 0xcf) || lead == 0xa1;
}

static int
read_shift_jis (ModoriSpan text, gsize *length)
{
    guint lead = byte_at (text, 0), trail = byte_at (text, 1);

    *length = 1;
    if (is_between (lead, 0xa1, 0xdf))          /* half-width katakana */
        return 0;
    *length = 2;
    if (! (is_between (lead, 0x81, 0x9f) || is_between (lead, 0xe0, 0xfc))
        || ! is_between (trail, 0x40, 0xfc) || trail == 0x7f)
        return IMPOSSIBLE;
    if ((lead == 0x82 && is_between (trail, 0x9f, 0xf1)) || (lead == 0x83 && trail <= 0x96))
        return 2;
    return is_between (lead, 0x88, 0x97) || (lead == 0x81 && trail <= 0xac);
}

static int
read_gb18030 (ModoriSpan text, gsize *length)
{
    guint lead = byte_at (text, 0), trail = byte_at (text, 1);

    *length = 2;
    if (! is_between (lead, 0x81, 0xfe) || ! is_between (trail, 0x40, 0xfe) || trail == 0x7f)
        return IMPOSSIBLE;
    return trail >= 0xa1 && (is_between (lead, 0xb0, 0xd7) || lead == 0xa1 || lead == 0xa3);
}

static int
count_points (ModoriSpan text, Reader read)
{
    int points = 0;

    while (text.len > 0) {
        gsize length = 1;

        if (text.at[0] & 0x80)
            points += read (text, &length);
        /* The sample's end may cut a character. */
        text = modori_span_skip (text, length);
    }
    return points;
}

/* What the letters of one byte look like. */
typedef struct {
    int alone;                  /* accented letters beside ASCII letters, or alone */
    int low, high;              /* letters in rows, 0xc0-0xdf and 0xe0-0xff */
} Letters;

static Letters
count_letters (ModoriSpan text)
{
    Letters letters = { 0, 0, 0 };

    for (gsize i = 0; i < text.len; i++) {
        guint byte = byte_at (text, i);
        gboolean row = (i > 0 && byte_at (text, i - 1) >= 0xc0) || byte_at (text, i + 1) >= 0xc0;

        if (byte < 0xc0)
            continue;
        if (! row)
            letters.alone++;
        else if (byte < 0xe0)
            letters.low++;
        else
            letters.high++;
    }
    return letters;
}

static ModoriSpan
take_sample (ModoriSpan text)
{
    while (text.len > 0 && ! (text.at[0] & 0x80))
        text = modori_span_skip (text, 1);
    return modori_span (text.at, MIN (text.len, SAMPLE_MAX));
}

const char *
modori_charset_guess (ModoriSpan text)
{
    ModoriSpan sample = take_sample (text);
    Letters letters = count_letters (sample);
    const struct { const char *name; int points;
    } candidates[] = {
        { "WINDOWS-1252", 2 * letters.alone },
        { "GB18030", count_points (sample, read_gb18030) },
        { "EUC-JP-MS", count_points (sample, read_euc_jp) },
        { "CP932", count_points (sample, read_shift_jis) },
        { letters.low > letters.high ? "KOI8-R" : "WINDOWS-1251",
          (letters.low + letters.high) / 4 },
    };
    guint best = 0;

    for (guint i = 1; i < G_N_ELEMENTS (candidates); i++)
        if (candidates[i].points > candidates[best].points)
            best = i;
    return candidates[best].name;
}
