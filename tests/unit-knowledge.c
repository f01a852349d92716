/* unit-knowledge.c - the rules files: blocks, languages, errors, site directories, packs.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "text/knowledge.h"

#include <glib/gstdio.h>

#include "text/error.h"

static const char *const fruit_fields[] = { "Colour", "Taste", "Colour-Code", NULL };
static const char *const tool_fields[] = { "Use", NULL };

/* Something that only a pack has. */
static void
note_tool (const ModoriBlock *block, GByteArray *note)
{
    g_byte_array_append (note, (const guint8 *) block->name, (guint) strlen (block->name));
}

static const ModoriKind fruit = { "Fruit", fruit_fields, NULL };
static const ModoriKind tool = { "Tool", tool_fields, note_tool };
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

/* --- packs ------------------------------------------------------------------------ */

typedef struct {
    char *root, *shipped, *mine, *cache;
} Place;

static Place
place_new (void)
{
    Place place = { .root = g_dir_make_tmp ("modori-XXXXXX", NULL) };

    place.shipped = g_build_filename (place.root, "shipped", NULL);
    place.mine = g_build_filename (place.root, "mine", NULL);
    place.cache = g_build_filename (place.root, "cache.pack", NULL);
    write_file (place.shipped, "a.rules", "Fruit: apple\nColour: red\n\nTool: saw\nUse: cut\n\nTool: axe\n");
    write_file (place.shipped, "b/2.rules", "# more\n\nFruit: fig\nTaste: sweet\n  and sour\nTaste-ja: \xe7\x94\x98\n");
    write_file (place.mine, "mine.rules", "Tool: saw\nUse: mine\nUse: yours\n\nFruit: kiwi\nOff: yes\n\nFruit: lime\ncolour: green\n");
    return place;
}

static void
place_clear (Place *place)
{
    remove_tree (place->root);
    g_free (place->root);
    g_free (place->shipped);
    g_free (place->mine);
    g_free (place->cache);
}

/* The knowledge of PLACE; without a pack when CACHE is NULL. */
static ModoriKnowledge *
load (const Place *place, const char *cache)
{
    const char *site[] = { place->mine, NULL };
    g_autoptr (GError) error = NULL;
    ModoriKnowledge *knowledge = modori_knowledge_load_cached (place->shipped, site, kinds, cache, &error);

    g_assert_no_error (error);
    return knowledge;
}

/* All that is known. */
static char *
describe (const ModoriKnowledge *knowledge)
{
    const GPtrArray *blocks = modori_knowledge_all (knowledge);
    g_autofree char *fruits = names_of (knowledge, &fruit), *tools = names_of (knowledge, &tool);
    GString *text = g_string_new (NULL);

    g_string_append_printf (text, "%s\n%s\n%016" G_GINT64_MODIFIER "x\n", fruits, tools, modori_knowledge_digest (knowledge));
    for (guint i = 0; i < blocks->len; i++) {
        const ModoriBlock *block = g_ptr_array_index (blocks, i);

        g_string_append_printf (text, "%s %s %s:%u %d %d\n", block->kind->name, block->name, block->path, block->line,
                                block->site, block->off);
        for (guint j = 0; j < block->n_entries; j++)
            g_string_append_printf (text, "  %u-%s %u %.*s\n", block->entries[j].key, block->entries[j].lang,
                                    block->entries[j].line, (int) block->entries[j].value.len,
                                    block->entries[j].value.at);
    }
    return g_string_free (text, FALSE);
}

static void
assert_known (const Place *place, ModoriCacheState state, const char *want)
{
    g_autoptr (ModoriKnowledge) knowledge = load (place, place->cache);
    g_autofree char *got = describe (knowledge);

    g_assert_cmpint (modori_knowledge_cache_state (knowledge), ==, state);
    g_assert_cmpstr (got, ==, want);
}

/* Make the pack of PLACE; what is in it without one. */
static char *
keep (const Place *place)
{
    g_autoptr (ModoriKnowledge) files = load (place, NULL), all = load (place, place->cache);
    g_autoptr (GError) error = NULL;

    g_assert_cmpint (modori_knowledge_cache_state (files), ==, MODORI_CACHE_NONE);
    g_assert_cmpint (modori_knowledge_cache_state (all), ==, MODORI_CACHE_LACKING);
    modori_knowledge_keep (all, place->cache, &error);
    g_assert_no_error (error);
    return describe (files);
}

static void
test_pack (void)
{
    Place place = place_new ();
    g_autofree char *want = keep (&place);
    g_autoptr (ModoriKnowledge) packed = load (&place, place.cache);
    const ModoriBlock *saw = g_ptr_array_index (modori_knowledge_raw (packed, &tool), 0);
    const ModoriBlock *fig = modori_knowledge_block (packed, &fruit, "fig");

    g_assert_true (modori_knowledge_is_tested (packed));
    g_assert_true (modori_span_is (saw->note, "saw"));
    g_assert_cmpuint (saw->n_entries, ==, 0);   /* it is read when it is needed, out of its text */
    g_assert_null (saw->packed);
    g_assert_nonnull (fig->packed);
    modori_knowledge_read (packed, saw);
    assert_entry (saw, 0, "", "mine");
    assert_known (&place, MODORI_CACHE_READ, want);
    write_file (place.mine, "more.rules", "Tool: axe\nOff: yes\n");
    g_free (want);
    want = keep (&place);
    assert_known (&place, MODORI_CACHE_READ, want);
    place_clear (&place);
}

static void
write_pack (const Place *place, const char *bytes, gsize len)
{
    g_remove (place->cache);
    g_assert_true (g_file_set_contents_full (place->cache, bytes, (gssize) len, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
}

/* A file that is too short is refused, at whatever length. */
static void
test_pack_truncated (void)
{
    Place place = place_new ();
    g_autofree char *want = keep (&place), *bytes = NULL;
    gsize len;

    g_assert_true (g_file_get_contents (place.cache, &bytes, &len, NULL));
    for (gsize i = 0; i < len; i++) {
        write_pack (&place, bytes, i);
        assert_known (&place, MODORI_CACHE_LACKING, want);
    }
    place_clear (&place);
}

/* When one bit is another, nothing else is read than what was written. */
static void
test_pack_damaged (void)
{
    Place place = place_new ();
    g_autofree char *want = keep (&place), *bytes = NULL;
    gsize len;

    g_assert_true (g_file_get_contents (place.cache, &bytes, &len, NULL));
    for (gsize i = 0; i < 8 * len; i += i % 8 ? 7 : 1) {        /* the first two of each byte */
        g_autoptr (ModoriKnowledge) knowledge = NULL;
        g_autofree char *got = NULL;

        bytes[i / 8] ^= (char) (0x80 >> i % 8);
        write_pack (&place, bytes, len);
        bytes[i / 8] ^= (char) (0x80 >> i % 8);
        knowledge = load (&place, place.cache);
        got = describe (knowledge);
        g_assert_cmpstr (got, ==, want);
    }
    place_clear (&place);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/knowledge/blocks", test_blocks);
    g_test_add_func ("/knowledge/off", test_off);
    g_test_add_func ("/knowledge/errors", test_errors);
    g_test_add_func ("/knowledge/directories", test_directories);
    g_test_add_func ("/knowledge/pack", test_pack);
    g_test_add_func ("/knowledge/pack/truncated", test_pack_truncated);
    g_test_add_func ("/knowledge/pack/damaged", test_pack_damaged);
    return g_test_run ();
}
