/* screen.c - which of a dialect's many patterns a line may match.
 *
 * A dialect has dozens of patterns, and nearly none of them matches a given line.  Each has a bit
 * here.  A line's first byte gives the bits of those that may begin so (first.c); where that is not
 * enough, each four bytes of the line that follow each other give the bits of those that have such
 * four in a literal that every match must hold.  So all patterns are tried at once, with a look at
 * a table for each byte.  Two literals may share a place of the table: then PCRE2 says that it does
 * not match.
 *
 * Only ASCII is looked at so: there every letter is its own, whatever the case.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "report/grammar.h"

#include "text/subject.h"

/* Bytes of a literal that are looked up; letters in lower case, other bytes as it comes. */
#define GRAM 4
#define GRAM_CASE 0x20202020u

/* Places of the table, as a power of two: a dialect has some thirty literals. */
#define PLACE_BITS 10
#define PLACES (1u << PLACE_BITS)

/* Patterns for which one number has bits. */
#define BITS 64

struct ModoriScreen {
    GPtrArray *lines;           /* of ModoriLine, the caller's */
    gsize n_built;              /* how many of them are in what follows ... */
    gsize n;                    /* ... numbers of bits: */
    guint64 *firsts;            /* for each byte: who may begin with it and not with all others */
    guint64 *any;               /* who may begin with all bytes */
    guint64 *always;            /* who need no literal */
    guint64 *grams;             /* for each place: who need a literal that has such a gram */
    guint64 *left;              /* who may match the text */
    ModoriSpan text;
    gboolean ascii;
    gboolean sifted;            /* its grams were looked at */
};

ModoriScreen *
modori_screen_new (void)
{
    ModoriScreen *screen = g_new0 (ModoriScreen, 1);

    screen->lines = g_ptr_array_new ();
    return screen;
}

void
modori_screen_free (ModoriScreen *screen)
{
    if (! screen)
        return;
    g_ptr_array_unref (screen->lines);
    g_free (screen->firsts);
    g_free (screen);
}

ModoriRange
modori_screen_add (ModoriScreen *screen, const GPtrArray *lines)
{
    guint start = screen->lines->len;

    for (guint i = 0; i < lines->len; i++)
        g_ptr_array_add (screen->lines, g_ptr_array_index (lines, i));
    return (ModoriRange) { start, screen->lines->len };
}

/* --- the tables --- */

static inline guint
place_of (guint32 gram)
{
    return ((gram | GRAM_CASE) * 0x9e3779b1u) >> (32 - PLACE_BITS);
}

static inline guint
place_at (const char *at)
{
    guint32 gram;

    memcpy (&gram, at, sizeof gram);
    return place_of (GUINT32_FROM_LE (gram));
}

/* The longest piece of LITERAL without blanks: in plain words they stand for any white space. */
static ModoriSpan
longest_word (ModoriSpan literal)
{
    ModoriSpan best = MODORI_SPAN_EMPTY;

    while (literal.len) {
        const char *blank = memchr (literal.at, ' ', literal.len);
        gsize n = blank ? (gsize) (blank - literal.at) : literal.len;

        if (n > best.len)
            best = modori_span (literal.at, n);
        literal = modori_span_skip (literal, n + 1);
    }
    return best;
}

/* Enter LINE, whose place among bits is BIT of number W, under its literals.  Those with other
 * characters than ASCII, of which no letters may be told, are in no text that is ASCII. */
static void
enter_literals (ModoriScreen *screen, const ModoriLine *line, gsize w, guint64 bit)
{
    gboolean plain = *modori_pattern_source (line->pattern) != '/';
    guint n;
    const ModoriSought *literals = modori_pattern_sought (line->pattern, &n);
    gboolean known = n > 0;

    for (guint i = 0; known && i < n; i++) {
        ModoriSpan literal = modori_span (literals[i].at, literals[i].len);

        if (! modori_span_is_ascii (literal))
            continue;
        if (plain)
            literal = longest_word (literal);
        known = literal.len >= GRAM || literals[i].len == 0;
        if (literal.len < GRAM)
            continue;
        literal = modori_span_skip (literal, modori_rarest_gram (literal, GRAM, FALSE));
        screen->grams[place_at (literal.at) * screen->n + w] |= bit;
    }
    if (! known)
        screen->always[w] |= bit;
}

static void
enter_first (ModoriScreen *screen, const ModoriLine *line, gsize w, guint64 bit)
{
    gboolean all = TRUE;

    for (guint i = 0; i < G_N_ELEMENTS (line->first.bits); i++)
        all = all && line->first.bits[i] == G_MAXUINT32;
    if (all)
        screen->any[w] |= bit;
    for (guint byte = 0; ! all && byte < 256; byte++)
        if (line->first.bits[byte / 32] >> byte % 32 & 1)
            screen->firsts[byte * screen->n + w] |= bit;
}

static void
build (ModoriScreen *screen)
{
    gsize n = screen->n = (screen->lines->len + BITS - 1) / BITS;

    g_free (screen->firsts);
    screen->firsts = g_new0 (guint64, (256 + 1 + 1 + 1 + PLACES) * n);
    screen->any = screen->firsts + 256 * n;
    screen->always = screen->any + n;
    screen->left = screen->always + n;
    screen->grams = screen->left + n;
    for (guint i = 0; i < screen->lines->len; i++) {
        const ModoriLine *line = g_ptr_array_index (screen->lines, i);
        guint64 bit = G_GUINT64_CONSTANT (1) << i % BITS;

        enter_first (screen, line, i / BITS, bit);
        enter_literals (screen, line, i / BITS, bit);
    }
    screen->n_built = screen->lines->len;
}

/* --- looking --- */

void
modori_screen_turn_to (ModoriScreen *screen, ModoriSpan text)
{
    const guint64 *firsts;

    if (screen->n_built < screen->lines->len)
        build (screen);
    screen->text = text;
    screen->ascii = modori_span_is_ascii (text);
    screen->sifted = ! screen->ascii;
    firsts = screen->firsts + (text.len ? (guchar) text.at[0] : 0) * screen->n;
    for (gsize w = 0; w < screen->n; w++)
        screen->left[w] = screen->any[w] | firsts[w];
}

gboolean
modori_screen_is_ascii (const ModoriScreen *screen)
{
    return screen->ascii;
}

/* Who has a gram of TEXT, of those for whom each place has the first of N numbers at GRAMS?  This
 * is done for every byte: so four grams are made of eight bytes that are loaded once. */
static inline guint64
sift (const guint64 *grams, gsize n, ModoriSpan text)
{
    const char *at = text.at, *end = modori_span_end (text);
    guint64 seen = 0, bytes;

    for (; end - at >= (gssize) sizeof bytes; at += GRAM) {
        memcpy (&bytes, at, sizeof bytes);
        bytes = GUINT64_FROM_LE (bytes);
        seen |= grams[place_of ((guint32) bytes) * n] | grams[place_of ((guint32) (bytes >> 8)) * n]
            | grams[place_of ((guint32) (bytes >> 16)) * n]
            | grams[place_of ((guint32) (bytes >> 24)) * n];
    }
    for (; end - at >= GRAM; at++)
        seen |= grams[place_at (at) * n];
    return seen;
}

/* Those of BITS in number W that may match. */
static guint64
sifted (ModoriScreen *screen, gsize w, guint64 bits)
{
    bits &= screen->left[w];
    if (screen->sifted || ! (bits & ~screen->always[w]))
        return bits;
    for (gsize i = 0; i < screen->n; i++)
        if (screen->left[i] & ~screen->always[i])
            screen->left[i] &= screen->always[i]
                | (screen->n == 1 ? sift (screen->grams, 1, screen->text)
                                  : sift (screen->grams + i, screen->n, screen->text));
    screen->sifted = TRUE;
    return bits & screen->left[w];
}

const ModoriLine *
modori_screen_next (ModoriScreen *screen, ModoriRange *range)
{
    while (range->start < range->end) {
        gsize w = range->start / BITS, last = (range->end - 1) / BITS;
        guint64 bits = G_MAXUINT64 << range->start % BITS;

        if (w == last)
            bits &= G_MAXUINT64 >> (BITS - 1 - (range->end - 1) % BITS);
        bits = sifted (screen, w, bits);
        if (bits) {
            guint i = (guint) (w * BITS) + (guint) __builtin_ctzll (bits);

            range->start = i + 1;
            return g_ptr_array_index (screen->lines, i);
        }
        range->start = (guint) (w + 1) * BITS;
    }
    return NULL;
}

/* --- of a dialect --- */

/* Where a section begins is asked of all sections at once, in their order. */
static void
screen_begins (ModoriGrammar *grammar)
{
    for (guint i = 0; i < grammar->sections->len; i++) {
        const ModoriSection *section = g_ptr_array_index (grammar->sections, i);
        ModoriRange range = modori_screen_add (grammar->screen, section->begins);

        for (guint j = 0; j < section->begins->len; j++)
            ((ModoriLine *) g_ptr_array_index (section->begins, j))->section = i;
        if (i == 0)
            grammar->begin_range.start = range.start;
        grammar->begin_range.end = range.end;
    }
}

void
modori_grammar_screen (ModoriGrammar *grammar)
{
    grammar->screen = modori_screen_new ();
    grammar->original_range = modori_screen_add (grammar->screen, grammar->originals);
    screen_begins (grammar);
    for (guint i = 0; i < grammar->sections->len; i++) {
        ModoriSection *section = g_ptr_array_index (grammar->sections, i);

        section->end_range = modori_screen_add (grammar->screen, section->ends);
        section->line_range = modori_screen_add (grammar->screen, section->lines);
    }
    grammar->word_range = modori_screen_add (grammar->screen, grammar->words);
}
