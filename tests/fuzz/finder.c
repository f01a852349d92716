/* finder.c - fuzz target: the finder sees exactly what a search for each literal finds.
 *
 * Input: literals, a line each, a line "===", and a text; without that line the input is the text
 * and its first words are the literals.  A literal whose line begins with "~" has blanks that stand
 * for any white space.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "text/finder.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

/* More literals make it slow, not better. */
#define LITERALS_MAX 200

typedef struct {
    char *letters;
    gsize len;
    gboolean blanks;
    guint seen;
} Literal;

static gboolean
is_white (char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Is all white space in WORDS single blanks? */
static gboolean
is_single (ModoriSpan words)
{
    for (gsize i = 0; i < words.len; i++)
        if (is_white (words.at[i]) && (words.at[i] != ' ' || words.at[i - 1] == ' '))
            return FALSE;
    return TRUE;
}

static void
add (GArray *literals, ModoriFinder *finder, ModoriSpan line)
{
    Literal literal = { NULL, 0, line.len && line.at[0] == '~', 0 };
    ModoriSpan words = literal.blanks ? modori_span_trim (modori_span_skip (line, 1)) : line;

    if (words.len == 0 || words.len > 1000 || literals->len >= LITERALS_MAX
        || (literal.blanks && ! is_single (words)))
        return;
    literal.letters = g_malloc (words.len);
    literal.len = modori_fold (literal.letters, words);
    modori_finder_add (finder, modori_span (literal.letters, literal.len), literal.blanks,
                       literals->len);
    g_array_append_val (literals, literal);
}

/* The pieces of LINES up to each STOP. */
static void
add_all (GArray *literals, ModoriFinder *finder, ModoriSpan lines, char stop)
{
    while (lines.len && literals->len < LITERALS_MAX) {
        const char *end = memchr (lines.at, stop, lines.len);
        ModoriSpan line = end ? modori_span_between (lines.at, end) : lines;

        add (literals, finder, line);
        lines = modori_span_skip (lines, line.len + 1);
    }
}

/* Does TEXT begin with LITERAL? */
static gboolean
begins (ModoriSpan text, const Literal *literal)
{
    gsize at = 0;

    for (gsize i = 0; i < literal->len; i++) {
        gboolean blank = literal->blanks && literal->letters[i] == ' ';

        if (at >= text.len || (blank ? ! is_white (text.at[at]) : text.at[at] != literal->letters[i]))
            return FALSE;
        for (at++; blank && at < text.len && is_white (text.at[at]);)
            at++;
    }
    return TRUE;
}

static gboolean
stands (ModoriSpan text, const Literal *literal)
{
    for (gsize i = 0; i < text.len; i++)
        if (begins (modori_span_skip (text, i), literal))
            return TRUE;
    return FALSE;
}

static void
check (ModoriFinder *finder, GArray *literals, ModoriSpan text)
{
    guint n;
    const guint32 *found = modori_finder_run (finder, text, &n);

    for (guint i = 0; i < n; i++)
        g_array_index (literals, Literal, found[i]).seen++;
    for (guint i = 0; i < literals->len; i++) {
        Literal *literal = &g_array_index (literals, Literal, i);

        g_assert (literal->seen == (stands (text, literal) ? 1u : 0u));
        literal->seen = 0;
    }
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
    ModoriSpan input = modori_span ((const char *) data, size);
    gssize divider = modori_span_find (input, "\n===\n");
    g_autoptr (ModoriFinder) finder = modori_finder_new ();
    g_autoptr (GArray) literals = g_array_new (FALSE, FALSE, sizeof (Literal));
    ModoriSpan text = divider < 0 ? input : modori_span_skip (input, (gsize) divider + 5);
    g_autofree char *folded = g_malloc (text.len + 1);

    if (divider < 0)
        add_all (literals, finder, input, ' ');
    else
        add_all (literals, finder, modori_span (input.at, (gsize) divider), '\n');
    check (finder, literals, modori_span (folded, modori_fold (folded, text)));
    check (finder, literals, modori_span (folded, modori_fold (folded, text)));
    for (guint i = 0; i < literals->len; i++)
        g_free (g_array_index (literals, Literal, i).letters);
    return 0;
}
