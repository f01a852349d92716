/* finder.c - fuzz target: the finder sees exactly what a search for each literal finds.
 *
 * Input: literals, a line each, a line "===", and a text; without that line the input is the text
 * and its first words are the literals.  A literal whose line begins with "~" has blanks that stand
 * for any white space: of these only those are searched for that stand as they are.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE             /* memmem */
#endif
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

static void
add (GArray *literals, ModoriFinder *finder, ModoriSpan line)
{
    Literal literal = { NULL, 0, line.len && line.at[0] == '~', 0 };
    ModoriSpan words = literal.blanks ? modori_span_trim (modori_span_skip (line, 1)) : line;

    if (words.len == 0 || words.len > 1000 || literals->len >= LITERALS_MAX)
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

/* How often LITERAL stands in TEXT. */
static guint
occurrences (ModoriSpan text, const Literal *literal)
{
    const char *at = text.at, *end = modori_span_end (text);
    guint n = 0;

    for (; (at = memmem (at, (gsize) (end - at), literal->letters, literal->len)); at++)
        n++;
    return n;
}

static void
check (ModoriFinder *finder, GArray *literals, ModoriSpan text)
{
    g_autoptr (GArray) sights = g_array_new (FALSE, FALSE, sizeof (ModoriSight));
    guint last = 0;

    modori_finder_run (finder, text, sights);
    for (guint i = 0; i < sights->len; i++) {
        const ModoriSight *sight = &g_array_index (sights, ModoriSight, i);
        Literal *literal = &g_array_index (literals, Literal, sight->item);

        g_assert (sight->at >= last && sight->at < text.len);
        g_assert (literal->blanks || (text.len - sight->at >= literal->len
                  && memcmp (text.at + sight->at, literal->letters, literal->len) == 0));
        literal->seen++;
        last = sight->at;
    }
    for (guint i = 0; i < literals->len; i++) {
        const Literal *literal = &g_array_index (literals, Literal, i);
        guint n = occurrences (text, literal);

        g_assert (literal->blanks ? literal->seen >= n : literal->seen == n);
    }
}

/* The same literals are seen once each. */
static void
check_once (ModoriFinder *finder, GArray *literals, ModoriSpan text)
{
    g_autoptr (GArray) sights = g_array_new (FALSE, FALSE, sizeof (ModoriSight));

    modori_finder_run_once (finder, text, sights);
    for (guint i = 0; i < sights->len; i++) {
        Literal *literal = &g_array_index (literals, Literal, g_array_index (sights, ModoriSight, i).item);

        g_assert (literal->seen > 0);
        literal->seen = 0;
    }
    for (guint i = 0; i < literals->len; i++)
        g_assert (g_array_index (literals, Literal, i).seen == 0);
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
    check_once (finder, literals, modori_span (folded, modori_fold (folded, text)));
    for (guint i = 0; i < literals->len; i++)
        g_free (g_array_index (literals, Literal, i).letters);
    return 0;
}
