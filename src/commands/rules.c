/* rules.c - `modori rules list|show|test`: what modori knows, where it stands, and whether it
 * holds.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"
#include "commands/commands.h"
#include "commands/setup.h"
#include "output/json.h"
#include "output/terminal.h"
#include "rules/examples.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>
#include <unistd.h>

/* A subcommand, with the knowledge loaded. */
typedef struct {
    const char *name;
    int (*run) (ModoriEngine *engine, char **names, gboolean json);
} Subcommand;

/* --- what is common --- */

/* The entry of BLOCK whose field is NAME, in the language of the run, or NULL. */
static const ModoriEntry *
find_entry (const ModoriBlock *block, const char *name)
{
    for (guint key = 0; block->kind->fields[key]; key++)
        if (g_str_equal (block->kind->fields[key], name))
            return modori_block_entry (block, key, modori_setup_lang ());
    return NULL;
}

/* What a line about BLOCK says: its title, or the reason of a rule, or the first meaning. */
static char *
first_line (const ModoriBlock *block)
{
    static const char *const names[] = { "Title", "Meaning", "Reason", "Text", "Note" };

    for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
        const ModoriEntry *entry = find_entry (block, names[i]);

        if (entry)
            return modori_entry_text (entry);
    }
    return g_strdup ("");
}

/* Is BLOCK what WORD asks for: its kind, its name, or its file (or the end of its path)? */
static gboolean
is_asked (const ModoriBlock *block, const char *word)
{
    g_autofree char *tail = g_strconcat ("/", word, NULL);

    return g_ascii_strcasecmp (block->kind->name, word) == 0 || g_str_equal (block->name, word)
        || g_str_equal (block->path, word) || g_str_has_suffix (block->path, tail);
}

/* The blocks that one of WORDS asks for, all without words; NULL when a word asks for none,
 * which is said. */
static GPtrArray *
find_blocks (const ModoriKnowledge *knowledge, char **words)
{
    const GPtrArray *all = modori_knowledge_all (knowledge);
    g_autoptr (GPtrArray) found = g_ptr_array_new ();

    if (! words[0])
        for (guint i = 0; i < all->len; i++)
            g_ptr_array_add (found, g_ptr_array_index (all, i));
    for (; *words; words++) {
        guint before = found->len;

        for (guint i = 0; i < all->len; i++)
            if (is_asked (g_ptr_array_index (all, i), *words))
                g_ptr_array_add (found, g_ptr_array_index (all, i));
        if (found->len == before) {
            modori_complain (
                _("there is no block and no file called \"%s\" (see \"modori rules list\")"),
                *words);
            return NULL;
        }
    }
    return g_steal_pointer (&found);
}

/* Print what was made, and see that it was printed. */
static int
finish (GString *out)
{
    if (fwrite (out->str, 1, out->len, stdout) == out->len && fflush (stdout) == 0)
        return EX_OK;
    modori_complain ("%s", g_strerror (errno));
    return EX_IOERR;
}

/* --- list --- */

static void
list_json (GString *out, const ModoriBlock *block)
{
    g_autofree char *title = first_line (block);
    const ModoriEntry *reason = find_entry (block, "Reason");
    g_autofree char *reason_text = reason ? modori_entry_text (reason) : g_strdup ("");
    const struct {
        const char *name, *value;
    } members[] = {
        { "kind", block->kind->name }, { "name", block->name }, { "title", title },
        { "reason", reason_text },     { "path", block->path },
    };

    for (guint i = 0; i < G_N_ELEMENTS (members); i++) {
        g_string_append (out, i ? "," : "{");
        modori_json_string (out, members[i].name);
        g_string_append_c (out, ':');
        modori_json_string (out, members[i].value);
    }
    g_string_append_printf (out, ",\"line\":%u,\"site\":%s,\"off\":%s}\n", block->line,
                            block->site ? "true" : "false", block->off ? "true" : "false");
}

static void
list_text (ModoriTerminal *terminal, const ModoriBlock *block, guint name_width)
{
    g_autofree char *title = first_line (block);
    guint column;

    modori_terminal_put (terminal, MODORI_STYLE_FAINT, block->kind->name);
    modori_terminal_pad (terminal, 10 - MIN (9, modori_terminal_width (block->kind->name)));
    modori_terminal_put (terminal, MODORI_STYLE_BOLD, block->name);
    modori_terminal_pad (terminal,
                         name_width + 1 - MIN (name_width, modori_terminal_width (block->name)));
    if (block->off)
        modori_terminal_put (terminal, MODORI_STYLE_MILD, _("off "));
    column = 11 + MAX (name_width, modori_terminal_width (block->name)) + (block->off ? 4 : 0);
    modori_terminal_wrap (terminal, MODORI_STYLE_PLAIN, column, 11 + name_width, 1, title);
}

static int
run_list (ModoriEngine *engine, char **words, gboolean json)
{
    g_autoptr (GPtrArray) blocks = find_blocks (engine->knowledge, words);
    g_autoptr (GString) out = g_string_new (NULL);
    ModoriTerminal terminal = modori_terminal_for (STDOUT_FILENO, out);
    guint width = 0;

    if (! blocks)
        return EX_USAGE;
    for (guint i = 0; i < blocks->len; i++) {
        const ModoriBlock *block = g_ptr_array_index (blocks, i);

        width = MAX (width, modori_terminal_width (block->name));
    }
    width = MIN (width, 32);
    for (guint i = 0; i < blocks->len; i++)
        if (json)
            list_json (out, g_ptr_array_index (blocks, i));
        else
            list_text (&terminal, g_ptr_array_index (blocks, i), width);
    return finish (out);
}

/* --- show --- */

/* The lines of TEXT from the one numbered START to the next empty one. */
static void
append_block (GString *out, const char *text, guint start)
{
    ModoriSpan rest = modori_span_of (text), line;
    guint number = 0;

    while (modori_span_line (&rest, &line)) {
        number++;
        if (number >= start && modori_span_trim (line).len == 0)
            return;
        if (number >= start) {
            g_string_append_len (out, line.at, (gssize) line.len);
            g_string_append_c (out, '\n');
        }
    }
}

/* The block that FIELD of BLOCK names, and where it stands. */
static void
append_reference (GString *out, const ModoriKnowledge *knowledge, const ModoriBlock *block,
                  const char *field, const ModoriKind *kind)
{
    const ModoriEntry *entry = find_entry (block, field);
    g_autofree char *name = entry ? modori_entry_text (entry) : NULL;
    const ModoriBlock *other = name ? modori_knowledge_block (knowledge, kind, name) : NULL;
    g_autofree char *title = other ? first_line (other) : NULL;

    if (other)
        g_string_append_printf (out, "#   %s %s: %s (%s:%u)\n", kind->name, other->name, title,
                                other->path, other->line);
}

static void
append_references (GString *out, const ModoriKnowledge *knowledge, const ModoriBlock *block)
{
    append_reference (out, knowledge, block, "Reason", &modori_reason_kind);
    append_reference (out, knowledge, block, "Provider", &modori_provider_kind);
    append_reference (out, knowledge, block, "Advice", &modori_advice_kind);
    append_reference (out, knowledge, block, "Include", &modori_advice_kind);
}

static int
run_show (ModoriEngine *engine, char **words, gboolean json G_GNUC_UNUSED)
{
    g_autoptr (GPtrArray) blocks = NULL;
    g_autoptr (GString) out = g_string_new (NULL);

    if (! words[0]) {
        modori_complain (_("show needs the name of a block (see \"modori rules list\")"));
        return EX_USAGE;
    }
    blocks = find_blocks (engine->knowledge, words);
    for (guint i = 0; blocks && i < blocks->len; i++) {
        const ModoriBlock *block = g_ptr_array_index (blocks, i);
        g_autoptr (GError) error = NULL;
        g_autofree char *text = NULL;

        if (! g_file_get_contents (block->path, &text, NULL, &error)) {
            modori_complain ("%s", error->message);
            return EX_NOINPUT;
        }
        g_string_append_printf (out, "%s# %s:%u\n", i ? "\n" : "", block->path, block->line);
        append_references (out, engine->knowledge, block);
        append_block (out, text, block->line);
    }
    return blocks ? finish (out) : EX_USAGE;
}

/* --- test --- */

static void
complain (const char *message, gpointer data)
{
    g_string_append_printf (data, "%s\n", message);
}

/* The directory of samples beside that of the shipped rules, or NULL: an installed modori has
 * none. */
static char *
corpus_dir (void)
{
    g_autofree char *rules = modori_setup_rules_dir ();
    g_autofree char *real = realpath (rules, NULL);
    g_autofree char *parent = g_path_get_dirname (real ? real : rules);
    g_autofree char *corpus = g_build_filename (parent, "corpus", NULL);

    return g_file_test (corpus, G_FILE_TEST_IS_DIR) ? g_steal_pointer (&corpus) : NULL;
}

static int
run_test (ModoriEngine *engine, char **words, gboolean json G_GNUC_UNUSED)
{
    g_autoptr (GPtrArray) blocks = find_blocks (engine->knowledge, words);
    g_autofree char *corpus = corpus_dir ();
    g_autoptr (GString) out = g_string_new (NULL);
    g_autoptr (ModoriExamples) examples = modori_examples_new (engine, corpus, complain, out);
    int status;

    if (! blocks)
        return EX_USAGE;
    for (guint i = 0; i < blocks->len; i++)
        modori_examples_test (examples, g_ptr_array_index (blocks, i));
    if (! corpus)
        g_string_append (
            out, _("samples of dialects were not tested: they come with the source only\n"));
    g_string_append_printf (out, _("%u passed, %u failed\n"), modori_examples_passed (examples),
                            modori_examples_failed (examples));
    status = finish (out);
    return status ? status : modori_examples_failed (examples) ? 1 : EX_OK;
}

/* --- the command --- */

static const Subcommand subcommands[] = {
    { "list", run_list },
    { "show", run_show },
    { "test", run_test },
};

static const Subcommand *
find_subcommand (const char *name)
{
    for (guint i = 0; name && i < G_N_ELEMENTS (subcommands); i++)
        if (g_str_equal (subcommands[i].name, name))
            return &subcommands[i];
    return NULL;
}

static gboolean
read_options (int *argc, char ***argv, char **format, int *status)
{
    const GOptionEntry entries[] = {
        { "format", 'f', 0, G_OPTION_ARG_STRING, format, N_("of list: text or json"), N_("NAME") },
        G_OPTION_ENTRY_NULL
    };

    return modori_setup_options (argc, argv, entries, _("list|show|test [NAME or FILE...]"),
        _("list  what modori knows: kind, name, title of each block; NAME may be a kind, too\n"
          "show  the block NAME as it is written, where it stands, and what it refers to\n"
          "test  run the examples of all blocks, or of those in FILE or called NAME"),
        _("Exit status: 0 done, 1 a test failed, 64 wrong usage, 78 broken rules.\n\n"
          "Examples:\n"
          "  modori rules list rule\n"
          "  modori rules show mailboxfull\n"
          "  modori rules test --rules ~/.config/modori/rules.d"), status);
}

int
modori_cmd_rules (int argc, char **argv)
{
    g_autofree char *format = NULL;
    g_autoptr (GError) error = NULL;
    ModoriEngine *engine = NULL;
    const Subcommand *subcommand;
    int status;

    if (! read_options (&argc, &argv, &format, &status))
        return status;
    subcommand = find_subcommand (argv[1]);
    if (! subcommand) {
        modori_complain (_("rules: list, show or test (try \"modori rules --help\")"));
        return EX_USAGE;
    }
    if (format && ! g_str_equal (format, "text") && ! g_str_equal (format, "json")) {
        modori_complain (_("--format=%s: it can be text or json"), format);
        return EX_USAGE;
    }
    engine = modori_setup_engine (&error);
    if (! engine) {
        modori_complain ("%s", error->message);
        return modori_setup_status (error);
    }
    if (! modori_engine_check (engine, &error)) {
        modori_complain ("%s", error->message);
        return modori_setup_status (error);
    }
    return subcommand->run (engine, argv + 2, format && g_str_equal (format, "json"));
}
