/* strain.c - texts that are made to keep a pattern busy.
 *
 * What costs is what nearly matches, again and again: so the source of the pattern is walked, and
 * for each item of it a character that it takes is written down (a letter for itself, 1 for \d).
 * Of that the texts are made: the whole, with and without its last letter, repeated; its beginning
 * up to an item, then what the item takes again and again, then nearly the rest.
 * One way through alternatives is enough for that; the words of the others are repeated by
 * themselves.
 *
 * The walk need not be right: a text that does not fit only costs the test less.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "rules/strain.h"

#include <string.h>

/* The shorter texts; the others have eight times as much, if so much is ever read. */
#define SHORT 1024

/* Characters that an item takes again and again. */
#define ITEMS_MAX 200

typedef struct {
    ModoriSpan source;
    gsize at;
    GString *way;               /* what the items take, one after the other */
    gsize ends[ITEMS_MAX];      /* in WAY: where each ends */
    guint n;
    GPtrArray *pieces;          /* own: to be repeated */
} Walk;

static void
add_piece (Walk *walk, const char *at, gsize len)
{
    if (len > 1)
        g_ptr_array_add (walk->pieces, g_strndup (at, len));
}

/* --- the walk --- */

static void
take (Walk *walk, const char *at, gsize len)
{
    if (walk->n == ITEMS_MAX)
        return;
    g_string_append_len (walk->way, at, (gssize) len);
    walk->ends[walk->n++] = walk->way->len;
}

/* What is taken by "\" and C; "": a place, which takes nothing. */
static const char *
taken_by (char c)
{
    static const struct {
        char letter;
        const char *taken;
    } classes[] = {
        { 'd', "1" }, { 's', " " }, { 'w', "a" }, { 'S', "a" }, { 'D', "a" }, { 'W', "-" },
        { 'h', " " }, { 'R', "\n" }, { 'n', "\n" }, { 't', "\t" }, { 'N', "a" }, { 'v', "\n" },
        { 'b', "" }, { 'B', "" }, { 'A', "" }, { 'z', "" }, { 'Z', "" }, { 'G', "" }, { 'K', "" },
        { 'x', "\xc3\xa9" }, { 'p', "a" }, { 'X', "a" },
    };

    for (guint i = 0; i < G_N_ELEMENTS (classes); i++)
        if (classes[i].letter == c)
            return classes[i].taken;
    return NULL;
}

static char
byte (const Walk *walk, gsize ahead)
{
    return walk->at + ahead < walk->source.len ? walk->source.at[walk->at + ahead] : '\0';
}

static void
walk_escape (Walk *walk)
{
    char c = byte (walk, 1);
    const char *taken = taken_by (c);

    if (taken && taken[0])
        take (walk, taken, strlen (taken));
    else if (! taken && c)
        take (walk, &c, 1);
    walk->at += 2;
    if (byte (walk, 0) == '{' && (c == 'x' || c == 'p' || c == 'X'))
        while (walk->at < walk->source.len && walk->source.at[walk->at++] != '}')
            continue;
}

/* Of "[...]" one that it takes: the first of it, or one that it does not name. */
static void
walk_class (Walk *walk)
{
    gboolean negated = byte (walk, 1) == '^';
    gsize first = walk->at + 1 + negated;

    walk->at = first;
    if (negated) {
        take (walk, "a", 1);
        walk->at += byte (walk, 0) == ']';
    } else if (byte (walk, 0) == '\\')
        walk_escape (walk);
    else if (byte (walk, 0) != '[') {
        const char *at = walk->source.at + walk->at;
        gsize left = walk->source.len - walk->at;
        const char *next = g_utf8_find_next_char (at, at + left);
        gsize len = next ? (gsize) (next - at) : left;

        take (walk, at, len);
        walk->at += len;
    }
    while (walk->at < walk->source.len && byte (walk, 0) != ']')
        walk->at += byte (walk, 0) == '\\' ? 2
            : byte (walk, 0) == '[' && byte (walk, 1) == ':' ? strlen ("[:alpha:]") : 1;
    walk->at++;
}

/* The words from START to here, of an alternative that is not walked. */
static void
take_words (Walk *walk, gsize start)
{
    add_piece (walk, walk->source.at + start, walk->at - start);
}

static gboolean
is_letter (char c)
{
    return g_ascii_isalnum (c) || c == ' ' || (c & 0x80);
}

/* Go to where the group ends in which the walk is (or the pattern), over what stands in between. */
static void
skip_group (Walk *walk)
{
    gsize start = walk->at;

    for (guint depth = 0; walk->at < walk->source.len; walk->at++) {
        char c = byte (walk, 0);

        if (! is_letter (c)) {
            take_words (walk, start);
            start = walk->at + 1;
        }
        if (c == '\\')
            start = ++walk->at + 1;
        else if (c == ')' && depth-- == 0)
            return;
        else if (c == '(')
            depth++;
    }
}

/* Behind "(": what it is; what is looked at before or behind takes nothing. */
static void
walk_group (Walk *walk)
{
    char kind = byte (walk, 2), next = byte (walk, 3);

    if (byte (walk, 1) != '?') {
        walk->at++;
        return;
    }
    walk->at += 2;
    if (kind == '=' || kind == '!' || (kind == '<' && (next == '=' || next == '!')))
        skip_group (walk);
    else
        while (walk->at < walk->source.len && ! strchr (":>)", byte (walk, 0)))
            walk->at++;
    walk->at++;
}

/* A character that stands for itself; those before it, if they do as well, are one item with it. */
static void
walk_letter (Walk *walk, gboolean *letters)
{
    const char *at = walk->source.at + walk->at;
    const char *next = g_utf8_find_next_char (at, walk->source.at + walk->source.len);
    gsize len = next ? (gsize) (next - at) : walk->source.len - walk->at;
    gboolean repeated = next && strchr ("?*+{", *next);

    if (*letters && ! repeated && walk->n)
        walk->n--;
    take (walk, at, len);
    *letters = ! repeated;
    walk->at += len;
}

/* One item.  FALSE at "|" outside of groups, and at the end. */
static gboolean
walk_item (Walk *walk, gboolean *letters)
{
    char c = byte (walk, 0);
    gboolean letter = FALSE;

    if (walk->at >= walk->source.len)
        return FALSE;
    if (c == '\\')
        walk_escape (walk);
    else if (c == '[')
        walk_class (walk);
    else if (c == '(')
        walk_group (walk);
    else if (c == '|')
        skip_group (walk);
    else if (c == '{')
        while (walk->at < walk->source.len && walk->source.at[walk->at++] != '}')
            continue;
    else if (strchr ("^$)?*+", c))
        walk->at++;
    else if (c == '.') {
        take (walk, "a", 1);
        walk->at++;
    } else {
        letter = TRUE;
        walk_letter (walk, letters);
    }
    *letters = letter && *letters;
    return TRUE;
}

/* --- the texts --- */

/* PIECE again and again behind the first BEFORE bytes of WAY, then nearly all from AFTER on. */
static char *
make_text (ModoriSpan way, gsize before, ModoriSpan piece, gsize after, gsize len)
{
    GString *text = g_string_sized_new (len + piece.len + way.len);

    g_string_append_len (text, way.at, (gssize) before);
    while (text->len + (way.len - after) < len)
        g_string_append_len (text, piece.at, (gssize) piece.len);
    g_string_append_len (text, way.at + after, (gssize) (way.len - after));
    if (text->len > len)
        g_string_truncate (text, len);
    if (after < way.len && text->len)
        g_string_truncate (text, text->len - 1);
    return g_string_free (text, FALSE);
}

static gboolean
endures (ModoriPattern *pattern, ModoriSpan way, gsize before, ModoriSpan piece, gsize after,
         gsize max, GError **error)
{
    for (gsize len = SHORT; piece.len && len <= max; len *= 8) {
        g_autofree char *text = make_text (way, before, piece, after, len);

        if (! modori_pattern_endures (pattern, modori_span_of (text), error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
endures_piece (ModoriPattern *pattern, ModoriSpan piece, gsize max, GError **error)
{
    return endures (pattern, MODORI_SPAN_EMPTY, 0, piece, 0, max, error);
}

/* The way up to each item; and there, what the item takes, and nearly the rest. */
static gboolean
endures_items (ModoriPattern *pattern, const Walk *walk, gsize max, GError **error)
{
    ModoriSpan way = modori_span (walk->way->str, walk->way->len);
    gsize start = 0;

    for (guint i = 0; i < walk->n; start = walk->ends[i++]) {
        ModoriSpan item = modori_span (way.at + start, walk->ends[i] - start);

        if (! endures (pattern, way, start, item, walk->ends[i], max, error))
            return FALSE;
    }
    return TRUE;
}

/* PIECE as it is, without its last letter, and with a blank behind. */
static gboolean
endures_words (ModoriPattern *pattern, const char *piece, gsize max, GError **error)
{
    g_autofree char *spaced = g_strconcat (piece, " ", NULL);
    ModoriSpan words = modori_span_of (piece);

    return endures_piece (pattern, words, max, error)
        && endures_piece (pattern, modori_span (words.at, words.len - (words.len > 0)), max, error)
        && endures_piece (pattern, modori_span_of (spaced), max, error);
}

gboolean
modori_strain_endures (ModoriPattern *pattern, gsize max, GError **error)
{
    static const char *const common[] = { " ",  "a",  "1", "1.", "a.",         "a-",
                                          "<", "a@", "\n", "ab ", "550 5.1.1 " };
    g_autoptr (GPtrArray) pieces = g_ptr_array_new_with_free_func (g_free);
    g_autoptr (GString) way = g_string_new (NULL);
    Walk walk = { .source = modori_pattern_body (pattern), .way = way, .pieces = pieces };
    gboolean letters = FALSE, good = TRUE;

    while (walk_item (&walk, &letters))
        continue;
    for (guint i = 0; good && i < G_N_ELEMENTS (common); i++)
        good = endures_piece (pattern, modori_span_of (common[i]), max, error);
    g_ptr_array_add (pieces, g_strdup (way->str));
    for (guint i = 0; good && i < pieces->len; i++)
        good = endures_words (pattern, pieces->pdata[i], max, error);
    return good && endures_items (pattern, &walk, max, error);
}
