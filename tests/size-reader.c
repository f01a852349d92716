/* size-reader.c - reads mailboxes in one process and prints a line for each: its number, its messages, the bounces.
 *
 * For size.t, which counts instructions: from the opening of one mailbox to that of the next.  So no other process reads any
 * of them, as it does in the program.
 *
 * usage: size-reader RULES MAILBOX...
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "mail/source.h"
#include "output/json.h"
#include "rules/engine.h"

/* The bounce that size.t puts behind whatever is hostile. */
#define NEXT "\"next@example.org\""

static gboolean
read_mail (ModoriEngine *engine, const ModoriMail *mail, GString *out)
{
    if (! modori_engine_read (engine, mail, ""))
        return FALSE;
    g_string_truncate (out, 0);
    for (guint i = 0; i < modori_report_n_outcomes (engine->report); i++)
        modori_json_outcome (out, modori_report_outcome (engine->report, i));
    return strstr (out->str, NEXT) != NULL;
}

static void
read_mailbox (ModoriEngine *engine, const char *path, GString *out)
{
    g_autoptr (GError) error = NULL;
    ModoriSourceOptions options = { .no_lock = TRUE };
    g_autoptr (ModoriSource) source = modori_source_open (path, &options, &error);
    guint messages = 0, found = 0;
    ModoriMail mail;

    g_assert_no_error (error);
    for (; modori_source_next (source, &mail, &error); messages++)
        found += read_mail (engine, &mail, out);
    g_assert_no_error (error);
    g_print ("%s %u %u\n", path, messages, found);
}

int
main (int argc, char **argv)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (ModoriEngine) engine = NULL;
    g_autoptr (GString) out = g_string_new (NULL);

    g_assert_cmpint (argc, >, 1);
    engine = modori_engine_new (modori_knowledge_load (argv[1], NULL, modori_all_kinds, &error), &error);
    g_assert_no_error (error);
    for (int i = 2; i < argc; i++)
        read_mailbox (engine, argv[i], out);
    return 0;
}
