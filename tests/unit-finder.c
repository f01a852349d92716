/* unit-finder.c - the finder sees exactly what a search for each literal finds, in all of corpus/
 * with all literals of all patterns in rules/; and a pattern matches only where it saw those of the pattern.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE             /* memmem */
#endif
#include "text/finder.h"

#include "text/pattern.h"
#include "text/subject.h"
#include "text/written.h"

/* Items that a pattern may have in a finder. */
#define SETS 2

/* What was taken for a pattern: more than the rules have, but for blanks. */
typedef struct {
    GPtrArray *patterns;        /* of ModoriPattern */
    GPtrArray *literals;        /* of char *; item: the index */
    ModoriFinder *by_literal, *by_pattern;
    GHashTable *known;          /* the literals */
    GArray *sets;               /* guint: how many sets of literals each pattern has */
} Rules;

static void
test_small (void)
{
    static const struct { const char *literal; gboolean blanks; const char *text; gboolean want; } cases[] = {
        { "mailbox full", FALSE, "the mailbox full mailbox full", TRUE },
        { "mailbox full", FALSE, "the mailbox  full", FALSE },
        { "mailbox full", TRUE, "the mailbox \r\n full", TRUE },
        { "mailbox full", TRUE, "the mailboxfull", FALSE },
        { "is it so", TRUE, "is it? is  it\tso? is it so", TRUE },
        { "is it so", TRUE, "is it  s", FALSE },
        { "a b", TRUE, "ab a\nb", TRUE },
        { "x", FALSE, "x.x", TRUE },
        { "aa", FALSE, "a aaa", TRUE },
        { "552", FALSE, "552", TRUE },
        { "552", FALSE, "55", FALSE },
        { "aaaaaa", FALSE, "aaaaa aaaaaa", TRUE },
        { "aaaaaa", FALSE, "aaaaa aaaaa", FALSE },
        { "\xe5\xae\x9b", FALSE, "a\xe5\xae\x9b", TRUE },
        { "quota", FALSE, "", FALSE },
    };

    for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
        for (guint others = 0; others < 40; others += 39) {
            g_autoptr (ModoriFinder) finder = modori_finder_new ();
            const guint32 *found;
            guint n = 1;

            modori_finder_run (finder, modori_span_of (cases[i].text), &n);
            g_assert_cmpuint (n, ==, 0);
            for (guint other = 0; other < others; other++) {
                g_autofree char *literal = g_strdup_printf ("other literal %u", other);

                modori_finder_add (finder, modori_span_of (literal), FALSE, 1000 + other);
            }
            modori_finder_add (finder, modori_span_of (cases[i].literal), cases[i].blanks, i);
            found = modori_finder_run (finder, modori_span_of (cases[i].text), &n);
            g_assert_cmpuint (n, ==, cases[i].want);
            g_assert_true (n == 0 || found[0] == i);
        }
}

/* What is added later is seen as well, and all items of a literal are. */
static void
test_items (void)
{
    static const char *const literals[] = { "quota", "quota", "full", "fu" };
    g_autoptr (ModoriFinder) finder = modori_finder_new ();

    for (guint i = 0; i < G_N_ELEMENTS (literals); i++) {
        const guint32 *found;
        guint n, seen = 0;

        modori_finder_add (finder, modori_span_of (literals[i]), FALSE, i);
        for (guint again = 0; again < 2; again++) {
            found = modori_finder_run (finder, modori_span_of ("over quota: full, full"), &n);
            g_assert_cmpuint (n, ==, i + 1);
            for (guint j = 0; j < n; j++)
                seen |= 1u << found[j];
            g_assert_cmpuint (seen, ==, (2u << i) - 1);
        }
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
    guint n = 0, sets;
    const ModoriSought *literals;

    if (! pattern)
        return;
    literals = modori_pattern_sought (pattern, &n);
    for (guint i = 0; i < n; i++)
        if (literals[i].len)
            add_literal (rules, modori_span (literals[i].at, literals[i].len));
    sets = modori_pattern_seek (pattern, rules->by_pattern, SETS * rules->patterns->len);
    g_array_append_val (rules->sets, sets);
    g_ptr_array_add (rules->patterns, pattern);
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

/* Each item that FINDER sees in FOLDED, which has below N of them.  The caller frees. */
static gboolean *
see (ModoriFinder *finder, ModoriSpan folded, guint n)
{
    gboolean *seen = g_new0 (gboolean, n + 1);
    guint n_found;
    const guint32 *found = modori_finder_run (finder, folded, &n_found);

    for (guint i = 0; i < n_found; i++) {
        g_assert_cmpuint (found[i], <, n);
        seen[found[i]] = TRUE;
    }
    return seen;
}

static void
check_literals (Rules *rules, ModoriSpan folded)
{
    g_autofree gboolean *seen = see (rules->by_literal, folded, rules->literals->len);

    for (guint i = 0; i < rules->literals->len; i++) {
        const char *literal = rules->literals->pdata[i];

        g_assert_cmpint (seen[i], ==,
                         memmem (folded.at, folded.len, literal, strlen (literal)) != NULL);
    }
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

/* Were both sets of literals of pattern I seen, as far as it has any? */
static gboolean
is_seen (const Rules *rules, const gboolean *seen, guint i)
{
    guint sets = g_array_index (rules->sets, guint, i);

    return (sets < 1 || seen[SETS * i]) && (sets < 2 || seen[SETS * i + 1]);
}

/* To try all patterns on all texts takes minutes: each text gets some of them in turn.  One whose
 * literals were seen is confirmed just when it matches. */
static void
check_patterns (Rules *rules, ModoriSpan text, ModoriSpan folded)
{
    static guint turn;
    g_autoptr (ModoriSubject) subject = modori_subject_new ();
    g_autofree gboolean *seen = see (rules->by_pattern, folded, SETS * rules->patterns->len);
    guint step = g_getenv ("MODORI_TEST_ALL") ? 1 : 97;

    modori_subject_set (subject, text);
    for (guint i = turn++ % step; i < rules->patterns->len; i += step) {
        ModoriPattern *pattern = rules->patterns->pdata[i];
        gboolean confirmed =
            is_seen (rules, seen, i) && modori_pattern_confirm (pattern, subject);

        if (confirmed != matches (pattern, text))
            g_error ("%s is %s by its literals", modori_pattern_source (pattern),
                     confirmed ? "confirmed" : "ruled out");
    }
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
    g_array_unref (rules.sets);
    modori_finder_free (rules.by_literal);
    modori_finder_free (rules.by_pattern);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/finder/small", test_small);
    g_test_add_func ("/finder/items", test_items);
    g_test_add_func ("/finder/fold", test_fold);
    g_test_add_func ("/finder/corpus", test_corpus);
    return g_test_run ();
}
