/* unit-knowledge.c - the rules files: blocks, languages, errors, site directories.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "text/knowledge.h"

#include <glib/gstdio.h>

#include "text/error.h"

static const char *const fruit_fields[] = { "Colour", "Taste", "Colour-Code", NULL };
static const char *const tool_fields[] = { "Use", NULL };
static const ModoriKind fruit = { "Fruit", fruit_fields };
static const ModoriKind tool = { "Tool", tool_fields };
static const ModoriKind *const kinds[] = { &fruit, &tool, NULL };

enum { COLOUR, TASTE, COLOUR_CODE };

static ModoriKnowledge *
parse (const char *text)
{
    GError *error = NULL;
    ModoriKnowledge *knowledge = modori_knowledge_parse ("x.rules", modori_span_of (text), kinds, &error);

    g_assert_no_error (error);
    return knowledge;
}

static void
assert_entry (const ModoriBlock *block, guint key, const char *lang, const char *want)
{
    const ModoriEntry *entry = modori_block_entry (block, key, lang);
    g_autofree char *text = entry ? modori_entry_text (entry) : g_strdup ("(none)");

    g_assert_cmpstr (text, ==, want);
}

static void
test_blocks (void)
{
    g_autoptr (ModoriKnowledge) knowledge =
        parse ("# about\r\n\r\nFruit: apple\r\nColour: red\r\nColour: green\r\n# why\r\n"
               "Taste-ja: \xe7\x94\x98\xe3\x81\x84\r\n"
               " \xe3\x82\x8a\r\nTaste: sweet\r\n  and sour\r\ncolour-code: f00\r\n\r\nTool: saw\nUse: cut\n");
    const GPtrArray *fruits = modori_knowledge_blocks (knowledge, &fruit);
    const ModoriBlock *apple = modori_knowledge_block (knowledge, &fruit, "apple");

    g_assert_cmpuint (fruits->len, ==, 1);
    g_assert_true (g_ptr_array_index (fruits, 0) == apple);
    g_assert_cmpuint (modori_knowledge_all (knowledge)->len, ==, 2);
    g_assert_null (modori_knowledge_block (knowledge, &tool, "apple"));
    g_assert_cmpstr (apple->path, ==, "x.rules");
    g_assert_cmpuint (apple->line, ==, 3);
    g_assert_cmpuint (apple->n_entries, ==, 5);
    g_assert_cmpuint (apple->entries[1].line, ==, 5);
    assert_entry (apple, COLOUR, "", "red");
    assert_entry (apple, COLOUR, "ja", "red");
    assert_entry (apple, TASTE, "", "sweet and sour");
    assert_entry (apple, TASTE, "ja", "\xe7\x94\x98\xe3\x81\x84\xe3\x82\x8a");
    assert_entry (apple, COLOUR_CODE, "", "f00");
}

static void
test_off (void)
{
    g_autoptr (ModoriKnowledge) knowledge = parse ("Tool: saw\nOff: yes\n\nTool: axe\nOff: no\n");

    g_assert_cmpuint (modori_knowledge_blocks (knowledge, &tool)->len, ==, 1);
    g_assert_cmpuint (modori_knowledge_all (knowledge)->len, ==, 2);
    g_assert_null (modori_knowledge_block (knowledge, &tool, "saw"));
}

static void
test_errors (void)
{
    static const struct { const char *text, *want; } cases[] = {
        { "Fruit: apple\nColor: red\n",
          "x.rules: line 2: unknown field \"Color\" in a Fruit; known are: Colour, Taste, Colour-Code, Off" },
        { "Fruit: apple\n-ja: red\n", "x.rules: line 2: unknown field \"-ja\" in a Fruit; *" },
        { "\n\nFriut: apple\n", "x.rules: line 3: unknown kind of block \"Friut\"; known are: Fruit, Tool" },
        { "Fruit:\nColour: red\n", "x.rules: line 1: Fruit needs a name, on the same line" },
        { "Fruit:\n apple\n  pie\n", "x.rules: line 1: Fruit needs a name, on the same line" },
        { "Fruit: a\n\nFruit: b\n\nFruit: a\n", "x.rules: line 5: there is a Fruit \"a\" already, in x.rules, line 1" },
        { "Fruit: a\nhello\n", "x.rules: line 2: \"Name: value\", *" },
        { "Fruit: a\nOff: maybe\n", "x.rules: line 2: Off is \"yes\" or \"no\", not \"maybe\"" },
        { "Fruit: a\nTaste: \xff\n", "x.rules: line 2: this is not UTF-8" },
    };

    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autoptr (GError) error = NULL;

        g_assert_null (modori_knowledge_parse ("x.rules", modori_span_of (cases[i].text), kinds, &error));
        g_assert_error (error, MODORI_ERROR, MODORI_ERROR_SYNTAX);
        g_test_message ("%s", error->message);
        g_assert_true (g_pattern_match_simple (cases[i].want, error->message));
    }
}

/* --- directories ------------------------------------------------------------------ */

static void
write_file (const char *dir, const char *name, const char *text)
{
    g_autofree char *path = g_build_filename (dir, name, NULL);
    g_autofree char *parent = g_path_get_dirname (path);

    g_assert_cmpint (g_mkdir_with_parents (parent, 0700), ==, 0);
    g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

static void
remove_tree (const char *path)
{
    GDir *dir = g_dir_open (path, 0, NULL);
    const char *name;

    while (dir && (name = g_dir_read_name (dir))) {
        g_autofree char *inner = g_build_filename (path, name, NULL);

        remove_tree (inner);
    }
    g_clear_pointer (&dir, g_dir_close);
    g_remove (path);
}

static char *
names_of (const ModoriKnowledge *knowledge, const ModoriKind *kind)
{
    const GPtrArray *blocks = modori_knowledge_blocks (knowledge, kind);
    GString *names = g_string_new (NULL);

    for (guint i = 0; i < blocks->len; i++) {
        const ModoriBlock *block = g_ptr_array_index (blocks, i);

        g_string_append_printf (names, "%s%s%s", i ? " " : "", block->name, block->site ? "!" : "");
    }
    return g_string_free (names, FALSE);
}

static void
test_directories (void)
{
    g_autofree char *root = g_dir_make_tmp ("modori-XXXXXX", NULL);
    g_autofree char *shipped = g_build_filename (root, "shipped", NULL);
    g_autofree char *first = g_build_filename (root, "first", NULL);
    g_autofree char *second = g_build_filename (root, "second", NULL);
    g_autofree char *none = g_build_filename (root, "none", NULL);
    const char *site[] = { first, none, second, NULL };
    g_autoptr (ModoriKnowledge) knowledge = NULL;
    g_autoptr (GError) error = NULL;
    g_autofree char *names = NULL;

    write_file (shipped, "b/2.rules", "Fruit: fig\nColour: blue\n");
    write_file (shipped, "a.rules", "Fruit: apple\n\nFruit: plum\n\nFruit: kiwi\n");
    write_file (shipped, "a.rules~", "rubbish");
    write_file (shipped, ".hidden.rules", "rubbish");
    write_file (first, "mine.rules", "Fruit: plum\nColour: mine\n\nFruit: kiwi\nOff: yes\n");
    write_file (second, "more.rules", "Fruit: plum\nColour: other\n\nFruit: lime\n\nFruit: kiwi\n");
    knowledge = modori_knowledge_load (shipped, site, kinds, &error);
    g_assert_no_error (error);
    names = names_of (knowledge, &fruit);
    g_assert_cmpstr (names, ==, "plum! lime! apple fig");
    assert_entry (modori_knowledge_block (knowledge, &fruit, "plum"), COLOUR, "", "mine");
    g_assert_null (modori_knowledge_load (none, NULL, kinds, &error));
    g_assert_error (error, MODORI_ERROR, MODORI_ERROR_IO);
    remove_tree (root);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/knowledge/blocks", test_blocks);
    g_test_add_func ("/knowledge/off", test_off);
    g_test_add_func ("/knowledge/errors", test_errors);
    g_test_add_func ("/knowledge/directories", test_directories);
    return g_test_run ();
}
