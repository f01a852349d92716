/* unit-pattern.c - patterns: their form, what they find, and that the shortcuts never change an
 * answer.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "text/index.h"
#include "text/literal.h"
#include "text/pattern.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "text/error.h"

static ModoriPattern *
pattern (const char *source)
{
    GError *error = NULL;
    ModoriPattern *made = modori_pattern_new (modori_span_of (source), &error);

    g_assert_no_error (error);
    return made;
}

static gboolean
matches (ModoriPattern *made, const char *text, ModoriCaptures *captures)
{
    g_autoptr (ModoriSubject) subject = modori_subject_new ();
    gboolean found;

    modori_subject_set (subject, modori_span_of (text));
    found = modori_pattern_matches (made, subject, captures);
    g_assert_cmpint (modori_pattern_finds (made, modori_span_of (text), NULL), ==, found);
    return found;
}

static void
test_finds (void)
{
    static const struct { const char *source, *text; gboolean want; } cases[] = {
        { "user unknown", "550 User  Unknown", TRUE },
        { "user unknown", "550 user\r\n\tunknown here", TRUE },
        { "user unknown", "550 userunknown", FALSE },
        { "user   unknown", "550 user unknown", TRUE },
        { "a.b", "aXb", FALSE },
        { "a.b", "xa.by", TRUE },
        { "over", "o", FALSE },
        { "ov", "OV", TRUE },
        { "\xe5\xae\x9b\xe5\x85\x88", "\xe5\xae\x9b\xe5\x85\x88\xe4\xb8\x8d\xe6\x98\x8e", TRUE },
        { "bo\xc3\xaete pleine", "BO\xc3\x8eTE  PLEINE", TRUE },
        { "bo\xc3\xaete (pleine)", "bo\xc3\xaete pleine", FALSE },
        { "/mailbox (?:is )?full/", "552 MAILBOX FULL", TRUE },
        { "/mailbox (?:is )?full/", "552 mailbox very full", FALSE },
        { "/Full/C", "full", FALSE },
        { "/Full/C", "Full", TRUE },
        { "/^b$/m", "a\nb\nc", TRUE },
        { "/^b$/", "a\nb\nc", FALSE },
        { "/a.b/", "a\nb", FALSE },
        { "/a.b/s", "a\nb", TRUE },
        { "/o v e r # quota/x", "OVER", TRUE },
        { "/quota/over/", "quota/over", TRUE },
        { "/\xc3\xa9tat/", "\xc3\x89TAT", TRUE },
        { "/risk/", "ri\xc5\xbfK", TRUE },
        { "/kiss/", "\xe2\x84\xaaISS", TRUE },
        { "/kiss/C", "\xe2\x84\xaaiss", FALSE },
        { "kiss", "\xe2\x84\xaa kiss", TRUE },
        { "/x+y/", "xxy\xff\xfe", TRUE },    /* what is behind it is not seen */
        { "/x+y/", "\xff\xfexxy", FALSE },
        { "/(a/", "(a", FALSE },
    };

    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autoptr (ModoriPattern) made = pattern (cases[i].source);

        g_test_message ("%s in \"%s\"", cases[i].source, cases[i].text);
        g_assert_cmpstr (modori_pattern_source (made), ==, cases[i].source);
        g_assert_cmpint (matches (made, cases[i].text, NULL), ==, cases[i].want);
    }
}

static void
test_form (void)
{
    static const char *const bad[] = { "", "  ", "/", "//", "/abc", "/abc/q", "/abc/Ci" };

    for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
        g_autoptr (GError) error = NULL;

        g_test_message ("\"%s\"", bad[i]);
        g_assert_null (modori_pattern_new (modori_span_of (bad[i]), &error));
        g_assert_error (error, MODORI_ERROR, MODORI_ERROR_PATTERN);
    }
}

static void
test_check (void)
{
    g_autoptr (ModoriPattern) good = pattern ("/a(b)c/");
    g_autoptr (ModoriPattern) bad = pattern ("/abc(def/");
    g_autoptr (GError) error = NULL;

    g_assert_true (modori_pattern_check (good, NULL));
    g_assert_false (modori_pattern_check (bad, &error));
    g_assert_error (error, MODORI_ERROR, MODORI_ERROR_PATTERN);
    g_assert_false (matches (bad, "abcdef", NULL));
}

static void
test_captures (void)
{
    g_autoptr (ModoriPattern) made = pattern ("/from (?<client_ip>[\\d.]+)(?: by (?<host>\\S+))? to (?<who>\\S*)/");
    const char *text = "mail from 192.0.2.1 to  x";
    ModoriCaptures captures;
    gsize start, end;

    g_assert_true (matches (made, text, &captures));
    g_assert_cmpuint (captures.n, ==, 2);
    g_assert_true (modori_span_is (modori_captures_get (&captures, "client_ip"), "192.0.2.1"));
    g_assert_cmpuint (modori_captures_get (&captures, "who").len, ==, 0);
    g_assert_cmpuint (modori_captures_get (&captures, "host").len, ==, 0);
    modori_pattern_extent (made, &start, &end);
    g_assert_cmpuint (start, ==, 5);
    g_assert_cmpuint (end, ==, strlen ("mail from 192.0.2.1 to "));
    g_assert_false (matches (made, "nothing", &captures));
    g_assert_cmpuint (captures.n, ==, 0);
}

static void
test_extent_of_words (void)
{
    g_autoptr (ModoriPattern) made = pattern ("mailbox full");
    gsize start, end;

    g_assert_true (matches (made, "the \xe2\x84\xaa Mailbox\n Full!", NULL));
    modori_pattern_extent (made, &start, &end);
    g_assert_cmpuint (start, ==, 8);
    g_assert_cmpuint (end, ==, 8 + strlen ("Mailbox\n Full"));
}

static void
append_literals (GString *out, ModoriSpan regex, const ModoriLiterals *literals)
{
    for (guint i = 0; i < literals->n; i++) {
        char text[100] = "";

        modori_literal_write (regex, &literals->items[i], text);
        g_string_append_printf (out, "%s%s", i ? "|" : "", text);
    }
}

/* The literals of each, with "|" between them; "&" before the second choice. */
static void
test_literals (void)
{
    static const struct { const char *regex, *want; } cases[] = {
        { "user unknown", "user unknown" },
        { "User\\.Unknown", "user.unknown" },
        { "abcde?fgh", "abcd&fgh" },
        { "abcde*", "abcd" },
        { "abcde+f", "abcde" },
        { "abcde{0,3}fghijk", "fghijk&abcd" },
        { "abcde{2}f", "abcde" },
        { "abc{,3}", "ab" },
        { "ab{x}cdef", "" },
        { "abc.defg", "defg&abc" },
        { "abc|def", "abc|def" },
        { "abc|d", "" },
        { "abcd|(?:efgh|ijklm)n", "abcd|efgh|ijklm" },
        { "(?:abcd|efgh).*ij", "abcd|efgh&ij" },
        { "(?:(?:user|box) (?:full|over))", "full|over&user|box"  },
        { "(?:full|quota)? exceeded", " exceeded" },
        { "(?<name>mailbox)+ x", "mailbox& x" },
        { "(?:over|out of) quota", " quota&over|out of" },
        { "(?=look)ahead", "ahead&look" },
        { "(?!nothing)some", "some" },
        { "(?<!nothing)some", "some" },
        { "(?i)some", "some" },
        { "(?x) s o m e", "" },
        { "[abc]defg", "defg" },
        { "[]abcd]efg", "efg" },
        { "[^]abcd]efg", "efg" },
        { "[[:alpha:]]xyz", "xyz" },
        { "\\bword\\b", "word" },
        { "\\dabc\\x41def", "abc&def" },
        { "\\x{3042}def", "def" },
        { "\\Qa.b\\Ecde", "" },
        { "abc(?#comment)?", "" },
        { "(*ACCEPT)abc", "" },
        { "(abc)(?1)", "" },
        { "(?P<n>abc)(?P>n)", "" },
        { "\xc3\xa9" "abc\xc3\xa9", "abc&" },
        { "\xe5\xae\x9b\xe5\x85\x88 x", "\xe5\xae\x9b\xe5\x85\x88 x" },
        { "ab", "ab" },
        { "a", "" },
        { "", "" },
        { "\xd0\xb2\xd0\xb2\xd0\xb2\xd0\xb2|abc", "|abc" },
        { "abc)def", "" },
        { "(abc", "" },
        { "abc[def", "" },
        { "abc\\", "" },
    };

    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        ModoriSpan regex = modori_span_of (cases[i].regex);
        g_autoptr (GString) got = g_string_new (NULL);
        ModoriLiterals best, second;

        modori_literals_find (regex, &best, &second);
        append_literals (got, regex, &best);
        if (second.n)
            g_string_append_c (got, '&');
        append_literals (got, regex, &second);
        g_test_message ("/%s/", cases[i].regex);
        g_assert_cmpstr (got->str, ==, cases[i].want);
    }
}

/* --- the shortcuts never change an answer ------------------------------------------- */

static const char *const pieces[] = {
    "a", "b", "k", "s", "A", "K", "S", " ", "ab", "ba", "kas", "abs", "sak", "1", ".", "-",
    "\xe2\x84\xaa", "\xc5\xbf", "\xc3\xa9", "\xc3\x89", "\xe3\x81\x82", "\xff",
    "\xd0\x92", "\xd0\xb2", "\xe1\xb2\x80",
};

static const char *const operators[] = {
    "?", "*", "+", "{0,2}", "{2}", "+?", "|", "(", ")", "(?:", "(?=", "(?!", "[", "]", "[^", "\\", ".", "^", "$",
    "(?i)", "(?-i)", "(?<n>", "\\b", "\\w", "\\.", "\\x41", "(?>", "(?|", "\\K",
};

static void
random_text (GRand *random, GString *out, guint operator_odds)
{
    guint n = (guint) g_rand_int_range (random, 1, 14);

    g_string_truncate (out, 0);
    for (guint i = 0; i < n; i++)
        if ((guint) g_rand_int_range (random, 0, 100) < operator_odds)
            g_string_append (out, operators[g_rand_int_range (random, 0, G_N_ELEMENTS (operators))]);
        else
            g_string_append (out, pieces[g_rand_int_range (random, 0, G_N_ELEMENTS (pieces))]);
}

/* PCRE2 alone, without anything of ours. */
static gboolean
plain_answer (pcre2_code *code, const GString *text)
{
    pcre2_match_data *data = pcre2_match_data_create_from_pattern (code, NULL);
    ModoriSpan valid = modori_pattern_cut (modori_span (text->str, text->len));
    int result = pcre2_match (code, (PCRE2_SPTR) valid.at, valid.len, 0, 0, data, NULL);

    pcre2_match_data_free (data);
    return result >= 0;
}

static void
compare (GRand *random, const char *regex, pcre2_code *code)
{
    g_autofree char *source = g_strdup_printf ("/%s/", regex);
    g_autoptr (ModoriPattern) made = pattern (source);
    g_autoptr (ModoriSubject) subject = modori_subject_new ();
    g_autoptr (GString) text = g_string_new (NULL);

    for (guint i = 0; i < 20; i++) {
        gboolean want;

        random_text (random, text, 0);
        want = plain_answer (code, text);
        modori_subject_set (subject, modori_span (text->str, text->len));
        if (modori_pattern_matches (made, subject, NULL) != want
            || modori_pattern_finds (made, modori_span (text->str, text->len), NULL) != want)
            g_error ("/%s/ in \"%s\": not %d", regex, text->str, want);
    }
}

/* A pattern that is used often becomes machine code, which must say the same as before. */
static void
test_used_often (void)
{
    static const char *const texts[] = {
        "user unknown", "\345\255\230\345\234\250\343\200\202", "  \320\270\320\267\320\262\320\265\321\201\321\202",
        "caf\303\251", "\360\237\223\254", "cut\345\255",
    };
    static const char *const sources[] = { "/^\\s*\\S.*$/", "/.$/", "/\\S+$/m", "/[^a]$/", "/(?:.*)$/s" };

    for (guint i = 0; i < G_N_ELEMENTS (sources); i++)
        for (guint n = 0; n < G_N_ELEMENTS (texts); n++) {
            g_autoptr (ModoriPattern) made = pattern (sources[i]);

            for (guint times = 0; times < 100; times++)
                if (! modori_pattern_finds (made, modori_span_of (texts[n]), NULL))
                    g_error ("%s in \"%s\" after %u times", sources[i], texts[n], times);
        }
}

static void
test_shortcuts (void)
{
    g_autoptr (GRand) random = g_rand_new_with_seed (20250101);
    g_autoptr (GString) regex = g_string_new (NULL);
    guint tried = 0;

    while (tried < 3000) {
        pcre2_code *code;
        gsize at;
        int number;

        random_text (random, regex, 35);
        code = pcre2_compile ((PCRE2_SPTR) regex->str, regex->len,
                              PCRE2_UTF | PCRE2_CASELESS, &number, &at, NULL);
        if (code) {
            compare (random, regex->str, code);
            tried++;
        }
        pcre2_code_free (code);
    }
}

static void
append_one (GRand *random, GString *out, const char *const *parts, guint n)
{
    g_string_append (out, parts[g_rand_int_range (random, 0, (gint) n)]);
}

/* An expression of words, groups and repetitions, as rules have them. */
static void
random_source (GRand *random, GString *source)
{
    static const char *const parts[] = {
        "user", "mailbox", "not", "full", " ", " ", "abc", "a", "Kill", "(?:", "(?:", "(", ")", ")", "|", "?", "+",
        "{0,2}", "\\b", "\\S+", "[a-c]", "[[:alpha:]abc]", ".*", "(?<name>", "(?!", "(?=", "^", "\\.", "(?i)", "(?x)"
    };

    g_string_assign (source, g_rand_boolean (random) ? "/" : "/(?:user|not|full) ");
    for (guint i = 0; i < 7; i++)
        append_one (random, source, parts, G_N_ELEMENTS (parts));
    g_string_append (source, "/");
}

static void
random_words (GRand *random, GString *text)
{
    static const char *const parts[] = { "user", "mailbox", "not", "ful", "full", "abc", "a", "kill", "ab", "c", "." };

    g_string_truncate (text, 0);
    for (guint i = 0; i < 5; i++) {
        append_one (random, text, parts, G_N_ELEMENTS (parts));
        if (g_rand_boolean (random))
            g_string_append_c (text, ' ');
    }
}

/* What matches is always a candidate. */
static void
test_index (void)
{
    g_autoptr (GRand) random = g_rand_new_with_seed (3);
    g_autoptr (GPtrArray) patterns = g_ptr_array_new_with_free_func ((GDestroyNotify) modori_pattern_free);
    g_autoptr (ModoriIndex) index = modori_index_new (300);
    g_autoptr (ModoriSubject) subject = modori_subject_new ();
    g_autoptr (GString) text = g_string_new (NULL);

    while (patterns->len < 300) {
        g_autofree char *source = NULL;
        ModoriPattern *made;

        random_text (random, text, patterns->len % 2 ? 30 : 0);
        source = patterns->len % 3 ? g_strdup_printf ("/%s/", text->str) : g_strdup_printf ("a%s", text->str);
        made = modori_pattern_new (modori_span_of (source), NULL);
        modori_index_add (index, patterns->len, made);
        g_ptr_array_add (patterns, made);
    }
    for (guint n = 0; n < 300; n++) {
        random_text (random, text, 0);
        modori_subject_set (subject, modori_span (text->str, text->len));
        modori_index_look (index, subject);
        for (guint i = 0; i < patterns->len; i++)
            if (modori_pattern_matches (g_ptr_array_index (patterns, i), subject, NULL)) {
                g_assert_true (modori_index_has (index, i));
                g_assert_cmpuint (modori_index_next (index, i), ==, i);
            }
    }
    g_assert_cmpuint (modori_index_next (index, 300), ==, 300);
}

/* The same when the patterns are entered as they are written, for the first text that is looked at
 * and for later ones. */
static void
test_index_of_sources (void)
{
    g_autoptr (GRand) random = g_rand_new_with_seed (5);
    g_autoptr (ModoriSubject) subject = modori_subject_new ();

    for (guint n = 0; n < 3000; n++) {
        g_autoptr (GString) text = g_string_new (NULL);
        g_autofree char *source = NULL;
        g_autoptr (ModoriPattern) made = NULL;
        g_autoptr (ModoriIndex) index = modori_index_new (1);

        random_source (random, text);
        source = g_strdup (text->str);
        made = modori_pattern_new (modori_span_of (source), NULL);
        if (! made)
            continue;
        modori_index_add_source (index, 0, modori_span_of (source));
        for (guint i = 0; i < 20; i++) {
            random_words (random, text);
            modori_subject_set (subject, modori_span (text->str, text->len));
            modori_index_look (index, subject);
            if (modori_pattern_matches (made, subject, NULL))
                g_assert_true (modori_index_has (index, 0));
        }
    }
}

/* Plain words find what a careful reader finds, however the text is spaced. */
static void
test_words_shortcuts (void)
{
    static const char *const parts[] = { "ab", "a", "b", "ba", " ", "  ", "\t", "\n", "AB", "k", "\xe2\x84\xaa" };
    g_autoptr (GRand) random = g_rand_new_with_seed (7);
    g_autoptr (ModoriPattern) made = pattern ("ab ba k");
    g_autoptr (ModoriPattern) same = pattern ("/ab\\s+ba\\s+(?-i:[kK])/");

    for (guint i = 0; i < 20000; i++) {
        g_autoptr (GString) text = g_string_new (NULL);

        for (guint n = 0; n < 9; n++)
            g_string_append (text, parts[g_rand_int_range (random, 0, G_N_ELEMENTS (parts))]);
        g_assert_cmpint (matches (made, text->str, NULL), ==, matches (same, text->str, NULL));
    }
}

static void
test_subject_is_cut (void)
{
    g_autofree char *text = g_strnfill (MODORI_PATTERN_SUBJECT_MAX + 100, 'x');
    g_autoptr (ModoriPattern) inside = pattern ("/x\xe3\x81\x82?$/");
    g_autoptr (ModoriPattern) behind = pattern ("behind");
    gsize start, end;

    memcpy (text + MODORI_PATTERN_SUBJECT_MAX - 2, "\xe3\x81\x82" "behind", 9);
    g_assert_true (matches (inside, text, NULL));
    modori_pattern_extent (inside, &start, &end);
    g_assert_cmpuint (end, ==, MODORI_PATTERN_SUBJECT_MAX - 2);
    g_assert_false (matches (behind, text, NULL));
}

static void
test_hostile (void)
{
    g_autofree char *text = g_strnfill (MODORI_PATTERN_SUBJECT_MAX, 'a');
    g_autoptr (ModoriPattern) hard = pattern ("/^(a|aa)+[bc]/");
    g_autoptr (ModoriPattern) easy = pattern ("/aab/");
    g_autoptr (GError) error = NULL;

    g_assert_false (modori_pattern_finds (hard, modori_span_of (text), NULL));
    g_assert_true (modori_pattern_endures (easy, modori_span_of (text), NULL));
    /* a longer text is left to PCRE2's limit */
    g_assert_false (modori_pattern_endures (hard, modori_span (text, 1024), &error));
    g_assert_error (error, MODORI_ERROR, MODORI_ERROR_PATTERN);
}

/* The table of a subject is not cleared for each text: 300 texts go round its marks. */
static void
test_many_subjects (void)
{
    g_autoptr (ModoriSubject) subject = modori_subject_new ();
    g_autoptr (ModoriPattern) made = pattern ("needle in hay");

    for (guint i = 0; i < 300; i++) {
        modori_subject_set (subject, modori_span_of (i % 7 ? "a stack of hay" : "a Needle in hay"));
        g_assert_cmpint (modori_pattern_matches (made, subject, NULL), ==, i % 7 == 0);
    }
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/pattern/finds", test_finds);
    g_test_add_func ("/pattern/form", test_form);
    g_test_add_func ("/pattern/check", test_check);
    g_test_add_func ("/pattern/captures", test_captures);
    g_test_add_func ("/pattern/extent-of-words", test_extent_of_words);
    g_test_add_func ("/pattern/literals", test_literals);
    g_test_add_func ("/pattern/used-often", test_used_often);
    g_test_add_func ("/pattern/shortcuts", test_shortcuts);
    g_test_add_func ("/pattern/index", test_index);
    g_test_add_func ("/pattern/index-of-sources", test_index_of_sources);
    g_test_add_func ("/pattern/words-shortcuts", test_words_shortcuts);
    g_test_add_func ("/pattern/subject-is-cut", test_subject_is_cut);
    g_test_add_func ("/pattern/hostile", test_hostile);
    g_test_add_func ("/pattern/many-subjects", test_many_subjects);
    return g_test_run ();
}
