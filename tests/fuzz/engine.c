/* engine.c - fuzz target: any bytes, the whole way of a message, with the knowledge that is shipped.
 *
 * A mail is read, decided, and explained in both languages, as is the same text as a server's reply or the lines of a log.  All
 * values are UTF-8 on one line, there is a decision for each outcome, the same bytes give the same again, and what is printed
 * has no control characters.  Reaches what is behind the rules and findings that are shipped: src/rules/ and the dialects.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "output/explanation.h"
#include "report/sift.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

/* The text of a reply or some lines of a log. */
#define TEXT_MAX_RUN 4000

/* The knowledge of $SOURCE, or else of the folder beside the program. */
static ModoriEngine *
new_engine (void)
{
    static const char *const nothing[] = { NULL };
    g_autofree char *program = g_file_read_link ("/proc/self/exe", NULL);
    g_autofree char *folder = g_path_get_dirname (program);
    g_autofree char *path = g_build_filename (g_getenv ("SOURCE") ? g_getenv ("SOURCE") : folder, "rules", NULL);
    g_autoptr (GError) error = NULL;
    ModoriKnowledge *knowledge = modori_knowledge_load (path, nothing, modori_all_kinds, &error);
    ModoriEngine *engine = knowledge ? modori_engine_new (knowledge, &error) : NULL;

    g_assert_no_error (error);
    return engine;
}

static void
check_values (const ModoriEngine *engine)
{
    const guint n = modori_report_n_outcomes (engine->report);

    g_assert_cmpuint (n, <=, MODORI_OUTCOMES_MAX);
    g_assert_cmpuint (engine->decisions->len, ==, n);
    for (guint i = 0; i < n; i++)
        for (guint key = 0; key < MODORI_N_KEYS; key++) {
            const char *text = modori_outcome_text (modori_report_outcome (engine->report, i), key);

            g_assert_true (g_utf8_validate (text, -1, NULL));
            g_assert_null (strpbrk (text, "\r\n\033"));
        }
    for (guint i = 0; i < engine->found->len; i++)
        g_assert_true (g_utf8_validate (g_array_index (engine->found, ModoriFound, i).evidence, -1, NULL));
}

/* Everything that people and programs are told of the report, one value after the other; the caller frees. */
static GString *
values (const ModoriEngine *engine)
{
    GString *all = g_string_new (NULL);

    for (guint i = 0; i < modori_report_n_outcomes (engine->report); i++)
        for (guint key = 0; key < MODORI_N_KEYS; key++) {
            g_string_append (all, modori_outcome_text (modori_report_outcome (engine->report, i), key));
            g_string_append_c (all, '\n');
        }
    return all;
}

static void
explain (ModoriEngine *engine, const char *lang)
{
    g_autoptr (GString) out = g_string_new (NULL);
    ModoriTerminal terminal = modori_terminal_for (-1, out);

    modori_explanation_put (&terminal, engine, lang, NULL);
    g_assert_true (g_utf8_validate (out->str, (gssize) out->len, NULL));
    for (gsize i = 0; i < out->len; i++)
        g_assert_true ((guchar) out->str[i] >= ' ' || out->str[i] == '\n');
}

static void
read_mail (ModoriEngine *engine, ModoriSpan bytes)
{
    const ModoriMail mail = { .bytes = bytes, .path = "-" };
    g_autoptr (GString) first = NULL, again = NULL;

    if (! modori_engine_read (engine, &mail, "")) {
        /* A report that nothing gives away at the first look. */
        modori_engine_read_sifted (engine, &mail, MODORI_SIFT_REPORT, "");
        return;
    }
    check_values (engine);
    first = values (engine);
    explain (engine, "");
    g_assert_true (modori_engine_read_sifted (engine, &mail, modori_engine_sift (engine, &mail), ""));
    again = values (engine);
    g_assert_true (g_string_equal (first, again));
    explain (engine, "ja");
}

static void
read_text (ModoriEngine *engine, ModoriSpan bytes)
{
    g_autofree char *text = g_utf8_make_valid (bytes.at, (gssize) MIN (bytes.len, TEXT_MAX_RUN));

    modori_engine_read_text (engine, text, bytes.len % 2 ? "mx.example.com" : "", "");
    check_values (engine);
    explain (engine, "ja");
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
    static ModoriEngine *engine;
    ModoriSpan bytes = modori_span ((const char *) data, size);

    if (! engine)
        engine = new_engine ();
    read_mail (engine, bytes);
    read_text (engine, bytes);
    return 0;
}
