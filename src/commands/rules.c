/* rules.c - `modori rules list|show|test|new|compile`: what modori knows, where it stands, whether
 * it holds, what it could learn, and how it is kept ready.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"
#include "commands/commands.h"
#include "commands/learning.h"
#include "commands/setup.h"
#include "output/listing.h"
#include "output/terminal.h"
#include "rules/examples.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>
#include <unistd.h>

/* More blocks that refer to one are only counted. */
#define REFERRERS_MAX 20

/* The options of the command line, as GLib fills them. */
typedef struct {
    char *format, *provider, *reason;
    gboolean json, use;
    ModoriLearning learning;
} Options;

/* A subcommand, with the knowledge loaded, and which options it knows. */
typedef struct {
    const char *name;
    int (*run) (ModoriEngine *engine, char **words, Options *options);
    enum { NO_OPTIONS, LIST_OPTIONS, NEW_OPTIONS } knows;
} Subcommand;

/* --- what is common --- */

/* The entry of BLOCK whose field is NAME, in the language of the run, or NULL. */
static const ModoriEntry *
find_entry (const ModoriBlock *block, const char *name)
{
    return modori_listing_entry (block, name, modori_setup_lang ());
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
        gboolean asked = FALSE;

        for (guint i = 0; i < all->len; i++) {
            gpointer block = g_ptr_array_index (all, i);

            if (! is_asked (block, *words))
                continue;
            asked = TRUE;
            if (! g_ptr_array_find (found, block, NULL))
                g_ptr_array_add (found, block);
        }
        if (! asked) {
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

/* Is there a block of KIND called NAME (NULL: nobody asks)?  If not, say so. */
static gboolean
is_known (const ModoriKnowledge *knowledge, const ModoriKind *kind, const char *name)
{
    if (! name || modori_knowledge_block (knowledge, kind, name))
        return TRUE;
    modori_complain (_("there is no %s called \"%s\" (see \"modori rules list %s\")"), kind->name,
                     name, kind->name);
    return FALSE;
}

static void
drop_unwanted (const ModoriListing *listing, GPtrArray *blocks)
{
    guint kept = 0;

    for (guint i = 0; i < blocks->len; i++)
        if (modori_listing_wants (listing, blocks->pdata[i]))
            blocks->pdata[kept++] = blocks->pdata[i];
    g_ptr_array_set_size (blocks, (gint) kept);
}

/* With --use the words are mailboxes. */
static int
run_list (ModoriEngine *engine, char **words, Options *options)
{
    static char *no_words[] = { NULL };
    g_autoptr (GPtrArray) blocks = find_blocks (engine->knowledge, options->use ? no_words : words);
    g_autoptr (GHashTable) use = options->use ? g_hash_table_new (NULL, NULL) : NULL;
    g_autoptr (GString) out = g_string_new (NULL);
    ModoriTerminal terminal = modori_terminal_for (STDOUT_FILENO, out);
    ModoriListing listing = { modori_setup_lang (), options->provider, options->reason, use };
    int status = EX_OK, written;

    if (! blocks || ! is_known (engine->knowledge, &modori_provider_kind, options->provider)
        || ! is_known (engine->knowledge, &modori_reason_kind, options->reason))
        return EX_USAGE;
    if (options->use)
        status = modori_learning_count (&options->learning, engine, words, use);
    drop_unwanted (&listing, blocks);
    if (options->json)
        modori_listing_json (&listing, out, blocks);
    else
        modori_listing_text (&listing, &terminal, blocks);
    written = finish (out);
    return written ? written : status;
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
    g_autofree char *title =
        other ? modori_listing_title (other, modori_setup_lang ()) : NULL;

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

/* Does OTHER refer to BLOCK? */
static gboolean
refers (const ModoriBlock *other, const ModoriBlock *block)
{
    return modori_listing_names (other, block->kind->name, block->name)
        || (block->kind == &modori_advice_kind
            && modori_listing_names (other, "Include", block->name));
}

/* Who refers to BLOCK. */
static void
append_referrers (GString *out, const ModoriKnowledge *knowledge, const ModoriBlock *block)
{
    const GPtrArray *all = modori_knowledge_all (knowledge);
    guint n = 0;

    for (guint i = 0; i < all->len; i++) {
        const ModoriBlock *other = g_ptr_array_index (all, i);

        if (! refers (other, block) || ++n > REFERRERS_MAX)
            continue;
        g_string_append_printf (out, "#   < %s %s (%s:%u)\n", other->kind->name, other->name,
                                other->path, other->line);
    }
    if (n > REFERRERS_MAX)
        g_string_append_printf (out, _("#   < and %u more\n"), n - REFERRERS_MAX);
}

static int
run_show (ModoriEngine *engine, char **words, Options *options G_GNUC_UNUSED)
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
        append_referrers (out, engine->knowledge, block);
        append_block (out, text, block->line);
    }
    return blocks ? finish (out) : EX_USAGE;
}

/* --- test --- */

/* What is wrong, as a comment of TAP (the Test Anything Protocol). */
static void
complain (const char *message, gpointer data)
{
    g_string_append_printf (data, "# %s\n", message);
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

/* Test BLOCK, the one numbered N: a line of TAP, with what is wrong below it. */
static void
put_test (GString *out, ModoriExamples *examples, GString *complaints, const ModoriBlock *block,
          guint n)
{
    gboolean good;

    g_string_truncate (complaints, 0);
    good = modori_examples_test (examples, block);
    g_string_append_printf (out, "%s %u - %s %s%s\n%s", good ? "ok" : "not ok", n,
                            block->kind->name, block->name, block->off ? " # SKIP off" : "",
                            complaints->str);
}

static int
run_test (ModoriEngine *engine, char **words, Options *options G_GNUC_UNUSED)
{
    g_autoptr (GPtrArray) blocks = find_blocks (engine->knowledge, words);
    g_autofree char *corpus = corpus_dir ();
    g_autoptr (GString) out = g_string_new (NULL), complaints = g_string_new (NULL);
    g_autoptr (ModoriExamples) examples =
        modori_examples_new (engine, corpus, complain, complaints);
    int status;

    if (! blocks)
        return EX_USAGE;
    g_string_append_printf (out, "1..%u\n", blocks->len);
    for (guint i = 0; i < blocks->len; i++)
        put_test (out, examples, complaints, g_ptr_array_index (blocks, i), i + 1);
    if (! corpus)
        g_string_append (
            out, _("# samples of dialects were not tested: they come with the source only\n"));
    g_string_append_printf (out, _("# %u passed, %u failed\n"), modori_examples_passed (examples),
                            modori_examples_failed (examples));
    status = finish (out);
    return status ? status : modori_examples_failed (examples) ? 1 : EX_OK;
}

/* --- new --- */

static int
run_new (ModoriEngine *engine, char **words, Options *options)
{
    g_autoptr (GString) out = g_string_new (NULL);
    int status = modori_learning_propose (&options->learning, engine, words, out);
    int written = finish (out);

    return written ? written : status;
}

/* --- compile --- */

static int
run_compile (ModoriEngine *engine, char **words, Options *options G_GNUC_UNUSED)
{
    const GPtrArray *all = modori_knowledge_all (engine->knowledge);
    g_autoptr (GString) out = g_string_new (NULL);
    GError *error = NULL;
    const char *path;
    guint own = 0;

    if (words[0]) {
        modori_complain (_("rules compile: \"%s\" is too much"), words[0]);
        return EX_USAGE;
    }
    path = modori_setup_keep_cache (&error);
    if (! path)
        return modori_fail (error);
    for (guint i = 0; i < all->len; i++)
        own += ((const ModoriBlock *) g_ptr_array_index (all, i))->site;
    if (path[0])
        g_string_printf (out, _("%s: %u blocks of your rules, and %u shipped ones\n"), path, own,
                         all->len - own);
    else
        g_string_assign (out, _("There are no rules of your own: nothing is to be done.\n"));
    return finish (out);
}

/* --- the command --- */

static const Subcommand subcommands[] = {
    { "list", run_list, LIST_OPTIONS },
    { "show", run_show, NO_OPTIONS },
    { "test", run_test, NO_OPTIONS },
    { "new", run_new, NEW_OPTIONS },
    { "compile", run_compile, NO_OPTIONS },
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
read_options (int *argc, char ***argv, Options *options, int *status)
{
    ModoriReading *reading = &options->learning.reading;
    const GOptionEntry entries[] = {
        { "format", 'f', 0, G_OPTION_ARG_STRING, &options->format,
          N_("of list: text or json"), N_("NAME") },
        { "provider", 0, 0, G_OPTION_ARG_STRING, &options->provider,
          N_("list: only what is for this provider"), N_("NAME") },
        { "reason", 0, 0, G_OPTION_ARG_STRING, &options->reason,
          N_("list: only what gives this reason"), N_("NAME") },
        { "use", 0, 0, G_OPTION_ARG_NONE, &options->use,
          N_("list: how often each decided in the MAILBOXes that follow"), NULL },
        { "all", 'a', 0, G_OPTION_ARG_NONE, &options->learning.all,
          N_("new: of every failure, not only of undecided ones"), NULL },
        { "redact", 0, 0, G_OPTION_ARG_NONE, &options->learning.redact,
          N_("new: without hosts and likely names, to be shown to others"), NULL },
        { "recursive", 'r', 0, G_OPTION_ARG_NONE, &reading->source.recursive,
          N_("go into subfolders of Maildirs and directories"), NULL },
        { "one", '1', 0, G_OPTION_ARG_NONE, &reading->source.one,
          N_("the input is one message, whatever it looks like"), NULL },
        { "no-lock", 0, 0, G_OPTION_ARG_NONE, &reading->source.no_lock,
          N_("do not lock mailboxes"), NULL },
        { "quiet", 'q', 0, G_OPTION_ARG_NONE, &reading->quiet,
          N_("no progress bar, no warnings"), NULL },
        G_OPTION_ENTRY_NULL
    };

    return modori_setup_options (argc, argv, entries,
        _("list|show|test [NAME or FILE...] | list --use|new [MAILBOX...] | compile"),
        _("list  what modori knows: kind, name, title of each block; NAME may be a kind, too\n"
          "show  the block NAME as it is written, where it stands, what it refers to, and what\n"
          "      refers to it\n"
          "test  run the examples of all blocks, or of those in FILE or called NAME\n"
          "new   propose rules for what nothing could tell the reason of, by wording\n"
          "compile  check all rules and keep them ready in your cache directory, which any\n"
          "      command does that finds rules of yours changed"),
        _("Exit status: 0 done, 1 a test failed, 64 wrong usage, 65 damaged input, 66 no such\n"
          "mailbox, 74 read or write error, 78 broken rules.\n\n"
          "Examples:\n"
          "  modori rules list rule\n"
          "  modori rules list --reason=mailboxfull\n"
          "  modori rules list --use ~/Maildir/.Bounces\n"
          "  modori rules show mailboxfull\n"
          "  modori rules new ~/Maildir/.Bounces >~/.config/modori/rules.d/new.rules\n"
          "  modori rules new --all --redact bounces.mbox >to-the-project.rules\n"
          "  modori rules test --rules ~/.config/modori/rules.d\n"
          "  modori rules compile"), status);
}

/* Is an option given that SUBCOMMAND does not know? */
static gboolean
has_foreign_option (const Subcommand *subcommand, const Options *options)
{
    const ModoriReading *reading = &options->learning.reading;
    gboolean of_list = options->format || options->provider || options->reason || options->use;
    gboolean of_new = options->learning.all || options->learning.redact;
    gboolean of_mailboxes = reading->source.recursive || reading->source.one
        || reading->source.no_lock || reading->quiet;

    return (of_list && subcommand->knows != LIST_OPTIONS)
        || (of_new && subcommand->knows != NEW_OPTIONS)
        || (of_mailboxes && subcommand->knows != NEW_OPTIONS && ! options->use);
}

/* The subcommand that ARGV asks for, with OPTIONS that it knows; NULL when that is wrong, which is
 * said. */
static const Subcommand *
choose (char **argv, Options *options)
{
    const Subcommand *subcommand = find_subcommand (argv[1]);
    const char *format = options->format;

    options->json = format && g_str_equal (format, "json");
    if (! subcommand)
        modori_complain (
            _("rules: list, show, test, new or compile (try \"modori rules --help\")"));
    else if (has_foreign_option (subcommand, options))
        modori_complain (_("rules %s does not have this option (try \"modori rules --help\")"),
                         subcommand->name);
    else if (format && ! options->json && ! g_str_equal (format, "text"))
        modori_complain (_("--format=%s: it can be text or json"), format);
    else
        return subcommand;
    return NULL;
}

/* Who compiles reads no mail, and writes. */
static gboolean
confine (char **words, const Options *options, GError **error)
{
    g_autoptr (ModoriSandbox) sandbox = modori_sandbox_new ();
    g_autofree char *corpus = corpus_dir ();

    modori_setup_read_rules (sandbox);
    modori_sandbox_read (sandbox, corpus);
    modori_sandbox_read_all (sandbox, words);
    sandbox->links = TRUE;
    sandbox->recursive = options->learning.reading.source.recursive;
    return modori_setup_confine (sandbox, error);
}

static int
run_subcommand (int argc, char **argv, Options *options)
{
    g_autoptr (GError) error = NULL;
    const Subcommand *subcommand;
    ModoriEngine *engine;
    int status;

    if (! read_options (&argc, &argv, options, &status))
        return status;
    subcommand = choose (argv, options);
    if (! subcommand)
        return EX_USAGE;
    modori_setup_cache (subcommand->run == run_compile ? MODORI_SETUP_CACHE_REMADE
                                                      : MODORI_SETUP_CACHE_IGNORED);
    engine = modori_setup_engine (&error);
    if (! engine || ! modori_engine_check (engine, &error)) {
        modori_complain ("%s", error->message);
        return modori_setup_status (error);
    }
    if (subcommand->run != run_compile && ! confine (argv + 2, options, &error))
        return modori_fail (g_steal_pointer (&error));
    return subcommand->run (engine, argv + 2, options);
}

int
modori_cmd_rules (int argc, char **argv)
{
    Options options = { 0 };
    int status = run_subcommand (argc, argv, &options);

    g_free (options.format);
    g_free (options.provider);
    g_free (options.reason);
    return status;
}
