/* unit-span.c - what looks at many bytes at once says the same as what looks at one after another.
 *
 * Texts of all short lengths are made by chance of few letters, so that something is found often,
 * at each place; they lie in memory of exactly their length, so that a read behind it is seen.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "output/json.h"
#include "report/diagnostic.h"
#include "text/arena.h"

#define ROUNDS 40000
#define LENGTH_MAX 70

/* Some text of LETTERS; the caller frees. */
static char *
make_text (GRand *chance, const char *letters, gsize len)
{
    char *text = g_malloc (MAX (len, 1));

    for (gsize i = 0; i < len; i++)
        text[i] = letters[g_rand_int_range (chance, 0, (gint32) strlen (letters))];
    return text;
}

static gssize
find_slowly (ModoriSpan text, ModoriSpan needle)
{
    for (gsize at = 0; at + needle.len <= text.len; at++) {
        gsize n = 0;

        while (n < needle.len && modori_ascii_lower (text.at[at + n]) == modori_ascii_lower (needle.at[n]))
            n++;
        if (n == needle.len)
            return (gssize) at;
    }
    return -1;
}

static void
test_find (void)
{
    static const char *const alphabets[] = { "ab", "aAbB ", "k@`K[{ \300\340", "xyz=?\377\337" };
    g_autoptr (GRand) chance = g_rand_new_with_seed (7);

    for (guint i = 0; i < ROUNDS; i++) {
        const char *letters = alphabets[i % G_N_ELEMENTS (alphabets)];
        gsize len = (gsize) g_rand_int_range (chance, 0, LENGTH_MAX);
        gsize needle_len = (gsize) g_rand_int_range (chance, 0, i % 7 ? 6 : 40);
        g_autofree char *text = make_text (chance, letters, len);
        g_autofree char *needle = make_text (chance, letters, needle_len);

        g_assert_cmpint (modori_span_find_bytes (modori_span (text, len), needle, needle_len), ==,
                         find_slowly (modori_span (text, len), modori_span (needle, needle_len)));
    }
    g_assert_cmpint (modori_span_find (modori_span_of ("Delivery FAILED for good, it FAILED"), "failed"), ==, 9);
}

static void
test_is_ascii (void)
{
    for (gsize len = 0; len < LENGTH_MAX; len++) {
        g_autofree char *text = g_strnfill (len, '\177');
        g_autofree char *exact = g_memdup2 (text, MAX (len, 1));

        g_assert_true (modori_span_is_ascii (modori_span (exact, len)));
        for (gsize i = 0; i < len; i++) {
            exact[i] = '\200';
            g_assert_false (modori_span_is_ascii (modori_span (exact, len)));
            exact[i] = ' ';
        }
    }
}

static void
test_arena (void)
{
    g_autoptr (GPtrArray) kept = g_ptr_array_new ();
    ModoriArena arena;

    modori_arena_init (&arena, 64);
    for (guint turn = 0; turn < 3; turn++) {
        g_ptr_array_set_size (kept, 0);
        for (gsize len = 0; len < 200; len++) {
            g_autofree char *text = g_strnfill (len, 'x');

            g_ptr_array_add (kept, (gpointer) modori_arena_keep (&arena, modori_span (text, len)));
        }
        for (gsize len = 0; len < 200; len++)
            g_assert_cmpuint (strspn (g_ptr_array_index (kept, len), "x"), ==, len);
        modori_arena_reset (&arena);
    }
    modori_arena_clear (&arena);
}

/* What is no UTF-8 is replaced, byte by byte; what may harm who looks is escaped. */
static void
write_slowly (GString *out, const char *text)
{
    g_autofree char *valid = g_utf8_make_valid (text, -1);

    g_string_assign (out, "\"");
    for (const char *at = valid; *at; at = g_utf8_next_char (at)) {
        gunichar c = g_utf8_get_char (at);

        if (c == '"' || c == '\\')
            g_string_append_printf (out, "\\%c", (char) c);
        else if (c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x202e)
            g_string_append_printf (out, "\\u%04x", c);
        else
            g_string_append_unichar (out, c);
    }
    g_string_append_c (out, '"');
}

static void
test_json (void)
{
    static const char *const alphabets[] = { "plain \303\251 words", "rarely anything but words\"", "\"\\\001\037\177 x",
                                             "\342\200\256\302\205 x" };
    g_autoptr (GString) out = g_string_new (NULL), want = g_string_new (NULL);
    g_autoptr (GRand) chance = g_rand_new_with_seed (7);

    for (guint i = 0; i < ROUNDS; i++) {
        gsize len = (gsize) g_rand_int_range (chance, 1, LENGTH_MAX);
        g_autofree char *text = make_text (chance, alphabets[i % G_N_ELEMENTS (alphabets)], len);

        text[len - 1] = '\0';
        modori_json_string (g_string_truncate (out, 0), text);
        write_slowly (want, text);
        g_assert_cmpstr (out->str, ==, want->str);
        g_assert_cmpuint (out->len, ==, want->len);
    }
}

/* What is kept, made of one byte after another; ASCII only. */
static void
clean_slowly (GString *out, ModoriSpan text, gsize max)
{
    g_string_truncate (out, 0);
    for (gsize i = 0; i < text.len; i++)
        if (text.at[i] > ' ' && text.at[i] < 0x7f)
            g_string_append_c (out, text.at[i]);
        else if (out->len && out->str[out->len - 1] != ' ')
            g_string_append_c (out, ' ');
    if (max)
        g_string_truncate (out, MIN (out->len, max));
    if (out->len && out->str[out->len - 1] == ' ')
        g_string_truncate (out, out->len - 1);
}

static void
test_keep (void)
{
    static const char *const alphabets[] = { "words ", "words a~!", "long words with a blank\n", "a  \t\177" };
    g_autoptr (ModoriReport) report = modori_report_new ();
    g_autoptr (ModoriMessage) message = modori_message_new ();
    g_autoptr (GString) want = g_string_new (NULL);
    g_autoptr (GRand) chance = g_rand_new_with_seed (7);

    for (guint i = 0; i < ROUNDS; i++) {
        gsize len = (gsize) g_rand_int_range (chance, 0, LENGTH_MAX), max = i % 3 ? 0 : i % 50;
        g_autofree char *text = make_text (chance, alphabets[i % G_N_ELEMENTS (alphabets)], len);

        if (i % 1000 == 0)
            modori_report_begin (report, message);
        clean_slowly (want, modori_span (text, len), max);
        g_assert_cmpstr (modori_report_keep (report, modori_span (text, len), max), ==, want->str);
    }
}

static void
test_words (void)
{
    static const char *const alphabets[] = { "50 .-1", "5  5..1-x", "245 .-:;x\n", "55500---111 .. 5.1.1 a" };
    g_autoptr (ModoriReport) report = modori_report_new ();
    g_autoptr (ModoriMessage) message = modori_message_new ();
    g_autoptr (GString) want = g_string_new (NULL);
    g_autoptr (GRand) chance = g_rand_new_with_seed (7);

    for (guint i = 0; i < ROUNDS; i++) {
        gsize len = (gsize) g_rand_int_range (chance, 0, LENGTH_MAX);
        g_autofree char *text = make_text (chance, alphabets[i % G_N_ELEMENTS (alphabets)], len);
        g_autofree char *words = g_strdup_printf ("%s%.*s", i % 3 ? "550 5.1.1 x " : "", (int) len, text);
        ModoriOutcome *outcome;

        modori_report_begin (report, message);
        outcome = modori_report_add (report);
        modori_outcome_set (report, outcome, MODORI_KEY_DIAGNOSTIC, modori_span_of (words), "test", 1);
        modori_diagnostic_normalise (g_string_truncate (want, 0),
                                     modori_span_of (modori_outcome_text (outcome, MODORI_KEY_DIAGNOSTIC)));
        modori_diagnostic_apply (report, outcome);
        g_assert_cmpstr (outcome->words, ==, modori_report_keep (report, modori_span_of (want->str), 0));
    }
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/span/find", test_find);
    g_test_add_func ("/span/is-ascii", test_is_ascii);
    g_test_add_func ("/span/arena", test_arena);
    g_test_add_func ("/span/json", test_json);
    g_test_add_func ("/span/keep", test_keep);
    g_test_add_func ("/span/words", test_words);
    return g_test_run ();
}
