/* unit-replies.c - what the world's receivers say, and what it means: each line of data/replies.tsv.
 *
 * The table holds replies that were seen, with who said them and the reason that those who collect
 * them give.  Where we give another one, the line says which, and why; there may be few of these.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "rules/engine.h"

#include <stdio.h>

/* Of a hundred replies so many may have another reason than collectors give them. */
#define OTHERS_PERCENT 3

/* Columns of the table. */
enum { PROVIDER, HOST, REPLY, REASON, PERMANENCE, OURS, WHY, N_COLUMNS };

typedef struct {
    ModoriEngine *engine;
    guint lines, others, failed;
} Table;

static ModoriEngine *
new_engine (void)
{
    g_autofree char *path = g_build_filename (g_getenv ("SOURCE"), "rules", NULL);
    const char *const nothing[] = { NULL };
    GError *error = NULL;
    ModoriKnowledge *knowledge = modori_knowledge_load (path, nothing, modori_all_kinds, &error);
    ModoriEngine *engine;

    g_assert_no_error (error);
    engine = modori_engine_new (knowledge, &error);
    g_assert_no_error (error);
    return engine;
}

/* A refusal because of the sender never marks the recipient dead. */
static gboolean
may_be_hard (const char *reason)
{
    static const char *const hard[] = { "userunknown", "hostunknown", "hasmoved", "notaccept",
                                        NULL };

    return g_strv_contains (hard, reason);
}

static gboolean
is_right (ModoriEngine *engine, char **columns, const char *wanted)
{
    const ModoriOutcome *outcome = modori_report_outcome (engine->report, 0);
    const char *reason = modori_outcome_text (outcome, MODORI_KEY_REASON);
    const char *bounce = modori_outcome_text (outcome, MODORI_KEY_BOUNCE);

    if (strcmp (reason, wanted) == 0
        && (strcmp (bounce, "hard") != 0
            || (may_be_hard (reason) && strcmp (columns[PERMANENCE], "permanent") == 0)))
        return TRUE;
    g_test_message ("%s: %s: \"%s\": %s %s by %s, not %s, %s", columns[PROVIDER], columns[HOST],
                    columns[REPLY], reason, bounce, modori_outcome_text (outcome, MODORI_KEY_RULE),
                    wanted, columns[PERMANENCE]);
    return FALSE;
}

static void
test_line (Table *table, const char *line)
{
    g_auto (GStrv) columns = g_strsplit (line, "\t", N_COLUMNS);
    gboolean other;

    if (! line[0] || line[0] == '#')
        return;
    g_assert_cmpuint (g_strv_length (columns), ==, N_COLUMNS);
    other = columns[OURS][0] != '\0';
    g_assert_true (other == (columns[WHY][0] != '\0'));
    modori_engine_read_text (table->engine, columns[REPLY], columns[HOST], "");
    table->lines++;
    table->others += other;
    table->failed += ! is_right (table->engine, columns, columns[other ? OURS : REASON]);
}

static void
test_replies (void)
{
    Table table = { new_engine (), 0, 0, 0 };
    g_autofree char *path = g_build_filename (g_getenv ("SOURCE"), "tests", "data", "replies.tsv",
                                              NULL);
    g_autofree char *text = NULL;
    g_auto (GStrv) lines = NULL;
    GError *error = NULL;

    g_file_get_contents (path, &text, NULL, &error);
    g_assert_no_error (error);
    lines = g_strsplit (text, "\n", -1);
    for (guint i = 0; lines[i]; i++)
        test_line (&table, lines[i]);
    g_test_message ("%u replies, %u of them with another reason", table.lines, table.others);
    g_assert_cmpuint (table.lines, >, 800);
    g_assert_cmpuint (table.others * 100, <=, table.lines * OTHERS_PERCENT);
    g_assert_cmpuint (table.failed, ==, 0);
    modori_engine_free (table.engine);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    if (! g_getenv ("SOURCE"))
        g_setenv ("SOURCE", ".", TRUE);
    g_test_add_func ("/replies", test_replies);
    return g_test_run ();
}
