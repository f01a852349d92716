/* unit-finder.c - the finder sees exactly what a search for each literal finds, in all of corpus/
 * with all literals of all patterns in rules/; and no pattern matches where it saw none.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE             /* memmem */
#endif
#include "text/finder.h"

#include "text/pattern.h"
#include "text/subject.h"
#include "text/written.h"

/* What was taken for a pattern: more than the rules have, but for blanks. */
typedef struct {
    GPtrArray *patterns;        /* of ModoriPattern */
    GPtrArray *literals;        /* of char *; item: the index */
    ModoriFinder *by_literal, *by_pattern;
    GHashTable *known;          /* the literals */
    GArray *unknown;            /* guint: patterns that any text may match */
} Rules;

static void
test_small (void)
{
    static const struct { const char *literal; gboolean blanks; const char *text, *want; } cases[] = {
        { "mailbox full", FALSE, "the mailbox full mailbox full", "4 17 " },
        { "mailbox full", FALSE, "the mailbox  full", "" },
        { "mailbox full", TRUE, "the mailbox \r\n full", "4 " },
        { "is it so", TRUE, "is  it\tso? is it so", "0 11 " },
        { "a b", TRUE, "a  b ab a\nb", "0 8 " },
        { "x", FALSE, "x.x", "0 2 " },
        { "aa", FALSE, "aaa", "0 1 " },
        { "552", FALSE, "552", "0 " },
        { "552", FALSE, "55", "" },
        { "aaaaaa", FALSE, "aaaaaaa", "0 1 " },
        { "\xe5\xae\x9b", FALSE, "a\xe5\xae\x9b", "1 " },
        { "quota", FALSE, "", "" },
    };

    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autoptr (ModoriFinder) finder = modori_finder_new ();
        g_autoptr (GArray) sights = g_array_new (FALSE, FALSE, sizeof (ModoriSight));
        g_autoptr (GString) got = g_string_new (NULL);

        modori_finder_run (finder, modori_span_of (cases[i].text), sights);
        g_assert_cmpuint (sights->len, ==, 0);
        modori_finder_add (finder, modori_span_of (cases[i].literal), cases[i].blanks, i);
        modori_finder_run (finder, modori_span_of (cases[i].text), sights);
        for (guint j = 0; j < sights->len; j++) {
            g_assert_cmpuint (g_array_index (sights, ModoriSight, j).item, ==, i);
            g_string_append_printf (got, "%u ", g_array_index (sights, ModoriSight, j).at);
        }
        g_assert_cmpstr (got->str, ==, cases[i].want);
    }
}

static void
test_fold (void)
{
    const char *text = "ABC xyz @[`{ \xe2\x84\xaa" "elvin \xc3\x84 SI\xc5\xbf";
    char out[64];
    gsize len = modori_fold (out, modori_span_of (text));

    g_assert_cmpmem (out, len, "abc xyz @[`{ kelvin \xc3\x84 sis", 26);
}

/* --- all rules --- */

static void
add_literal (Rules *rules, ModoriSpan literal)
{
    char *copy = modori_span_dup (literal);

    if (g_hash_table_contains (rules->known, copy)) {
        g_free (copy);
        return;
    }
    g_hash_table_add (rules->known, copy);
    modori_finder_add (rules->by_literal, literal, FALSE, rules->literals->len);
    g_ptr_array_add (rules->literals, copy);
}

static void
add_pattern (Rules *rules, ModoriSpan source)
{
    ModoriPattern *pattern = modori_pattern_new (source, NULL);
    guint n = 0, number = rules->patterns->len;
    const ModoriSought *literals;

    if (! pattern)
        return;
    literals = modori_pattern_sought (pattern, &n);
    for (guint i = 0; i < n; i++)
        if (literals[i].len)
            add_literal (rules, modori_span (literals[i].at, literals[i].len));
    g_ptr_array_add (rules->patterns, pattern);
    if (! modori_pattern_seek (pattern, rules->by_pattern, number))
        g_array_append_val (rules->unknown, number);
}

/* Whatever stands behind the name of a field, and what of it looks like an expression. */
static void
add_line (Rules *rules, ModoriSpan line)
{
    gssize colon = modori_span_find (line, ": "), slash = modori_span_find (line, " /");

    if (colon > 0)
        add_pattern (rules, modori_span_skip (line, (gsize) colon + 2));
    if (slash > colon + 1)
        add_pattern (rules, modori_span_skip (line, (gsize) slash + 1));
}

/* Call EACH with what is in each file below DIR whose name has SUFFIX. */
static void
for_files (const char *dir, const char *suffix, Rules *rules, void (*each) (Rules *, ModoriSpan))
{
    g_autoptr (GDir) opened = g_dir_open (dir, 0, NULL);
    const char *name;

    g_assert_nonnull (opened);
    while ((name = g_dir_read_name (opened)) != NULL) {
        g_autofree char *path = g_build_filename (dir, name, NULL);
        g_autofree char *text = NULL;
        gsize len = 0;

        if (g_file_test (path, G_FILE_TEST_IS_DIR))
            for_files (path, suffix, rules, each);
        else if (g_str_has_suffix (name, suffix) && g_file_get_contents (path, &text, &len, NULL))
            each (rules, modori_span (text, len));
    }
}

static void
add_rules (Rules *rules, ModoriSpan text)
{
    ModoriSpan line;

    while (modori_span_line (&text, &line))
        add_line (rules, line);
}

/* --- against brute force --- */

static gint
by_item (gconstpointer a, gconstpointer b)
{
    const ModoriSight *x = a, *y = b;

    return x->item != y->item ? (x->item > y->item) - (x->item < y->item)
        : (x->at > y->at) - (x->at < y->at);
}

/* What is seen once is one of the places where it is seen at all: of each item in ALL, by item, one. */
static void
check_once (ModoriFinder *finder, ModoriSpan folded, const GArray *all)
{
    g_autoptr (GArray) once = g_array_new (FALSE, FALSE, sizeof (ModoriSight));
    guint j = 0;

    modori_finder_run_once (finder, folded, once);
    g_array_sort (once, by_item);
    for (guint i = 0; i < all->len; j++) {
        const ModoriSight *sight = &g_array_index (once, ModoriSight, j);
        guint32 item = g_array_index (all, ModoriSight, i).item;
        gboolean there = FALSE;

        g_assert_cmpuint (j, <, once->len);
        g_assert_cmpuint (sight->item, ==, item);
        for (; i < all->len && g_array_index (all, ModoriSight, i).item == item; i++)
            there = there || g_array_index (all, ModoriSight, i).at == sight->at;
        g_assert_true (there);
    }
    g_assert_cmpuint (j, ==, once->len);
}

static void
check_literals (Rules *rules, ModoriSpan folded)
{
    g_autoptr (GArray) sights = g_array_new (FALSE, FALSE, sizeof (ModoriSight));
    guint seen = 0;

    modori_finder_run (rules->by_literal, folded, sights);
    for (guint i = 1; i < sights->len; i++)
        g_assert_cmpuint (g_array_index (sights, ModoriSight, i - 1).at, <=,
                          g_array_index (sights, ModoriSight, i).at);
    g_array_sort (sights, by_item);
    check_once (rules->by_literal, folded, sights);
    for (guint i = 0; i < rules->literals->len; i++) {
        const char *literal = rules->literals->pdata[i], *at = folded.at;
        gsize len = strlen (literal);

        for (; (at = memmem (at, (gsize) (modori_span_end (folded) - at), literal, len)); at++) {
            const ModoriSight *sight = &g_array_index (sights, ModoriSight, seen);

            g_assert_cmpuint (seen++, <, sights->len);
            g_assert_cmpuint (sight->item, ==, i);
            g_assert_cmpuint (sight->at, ==, at - folded.at);
        }
    }
    g_assert_cmpuint (seen, ==, sights->len);
}

/* Does PATTERN match TEXT, with nothing left out to be quick? */
static gboolean
matches (ModoriPattern *pattern, ModoriSpan text)
{
    ModoriSpan source = modori_span_of (modori_pattern_source (pattern));
    g_autofree char *regex = NULL;
    pcre2_match_data *data = pcre2_match_data_create (1, NULL);
    guint32 options = PCRE2_UTF | PCRE2_CASELESS;
    gsize len = 0, at;
    int number, found;
    pcre2_code *code;

    regex = source.at[0] == '/' ? g_strdup (source.at) : modori_written_as_regex (source);
    modori_written_flags (modori_span_of (regex), &len, &options, NULL);
    code = pcre2_compile ((PCRE2_SPTR) regex + 1, len, options, &number, &at, NULL);
    found = code ? pcre2_match (code, (PCRE2_SPTR) text.at, text.len, 0, 0, data, NULL) : -1;
    pcre2_code_free (code);
    pcre2_match_data_free (data);
    return found >= 0;
}

/* To try all patterns on all texts takes minutes: each text gets some of them in turn. */
static void
check_patterns (Rules *rules, ModoriSpan text, ModoriSpan folded)
{
    static guint turn;
    g_autofree gboolean *seen = g_new0 (gboolean, rules->patterns->len);
    g_autoptr (GArray) sights = g_array_new (FALSE, FALSE, sizeof (ModoriSight));
    guint step = g_getenv ("MODORI_TEST_ALL") ? 1 : 97;

    modori_finder_run (rules->by_pattern, folded, sights);
    for (guint i = 0; i < rules->unknown->len; i++)
        seen[g_array_index (rules->unknown, guint, i)] = TRUE;
    for (guint i = 0; i < sights->len; i++)
        seen[g_array_index (sights, ModoriSight, i).item] = TRUE;
    for (guint i = turn++ % step; i < rules->patterns->len; i += step)
        if (! seen[i] && matches (rules->patterns->pdata[i], text))
            g_error ("%s matches, but its literals were not seen",
                     modori_pattern_source (rules->patterns->pdata[i]));
}

static void
check_text (Rules *rules, ModoriSpan text)
{
    g_autofree char *folded = g_malloc (text.len + 1);
    gsize len = modori_fold (folded, text);

    check_literals (rules, modori_span (folded, len));
    text = modori_pattern_cut (text);
    len = modori_fold (folded, text);
    check_patterns (rules, text, modori_span (folded, len));
}

static void
test_corpus (void)
{
    const char *source = g_getenv ("SOURCE") ? g_getenv ("SOURCE") : ".";
    g_autofree char *corpus = g_build_filename (source, "corpus", NULL);
    g_autofree char *dir = g_build_filename (source, "rules", NULL);
    Rules rules = {
        g_ptr_array_new_with_free_func ((GDestroyNotify) modori_pattern_free),
        g_ptr_array_new_with_free_func (g_free), modori_finder_new (), modori_finder_new (),
        g_hash_table_new (g_str_hash, g_str_equal),
        g_array_new (FALSE, FALSE, sizeof (guint)),
    };

    for_files (dir, ".rules", &rules, add_rules);
    g_assert_cmpuint (rules.literals->len, >, 1000);
    for_files (corpus, ".eml", &rules, check_text);
    check_text (&rules, MODORI_SPAN_EMPTY);
    g_hash_table_unref (rules.known);
    g_ptr_array_unref (rules.patterns);
    g_ptr_array_unref (rules.literals);
    g_array_unref (rules.unknown);
    modori_finder_free (rules.by_literal);
    modori_finder_free (rules.by_pattern);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/finder/small", test_small);
    g_test_add_func ("/finder/fold", test_fold);
    g_test_add_func ("/finder/corpus", test_corpus);
    return g_test_run ();
}
