/* main.c - the table of commands.
 *
 * The language is chosen before anything else, so that even a wrong option is explained in it.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"
#include "commands/commands.h"
#include "commands/quiet.h"
#include "commands/setup.h"

#include <glib/gi18n.h>
#include <signal.h>
#include <stdio.h>
#include <sysexits.h>
#include <unistd.h>

typedef struct {
    const char *name;
    const char *summary;
    int (*run) (int argc, char **argv);
} Command;

static const Command commands[] = {
    { "scan", N_("read mailboxes and list who did not get your mail, why, and what to do"),
      modori_cmd_scan },
    { "explain", N_("explain one bounce: what was said, which rule decided, what to do"),
      modori_cmd_explain },
    { "report", N_("add up what came back: what to repair, and what it wins"),
      modori_cmd_report },
    { "record", N_("for pipes (.forward, procmail): put one message safely away for reports"),
      modori_cmd_record },
    { "suppress", N_("list the addresses to stop writing to"), modori_cmd_suppress },
    { "history", N_("keep the past: import, export, prune, decide again"), modori_cmd_history },
    { "check", N_("look at a mail of yours as a receiver would, before it is refused"),
      modori_cmd_check },
    { "rules", N_("list, show and test what modori knows"), modori_cmd_rules },
};

static int
print_usage (FILE *out, int status)
{
    fputs (_("Usage: modori COMMAND [OPTION...] [MAILBOX...]\n\n"
              "Reads bounced mail and tells who did not get it, why, and what to do about "
              "it.\n\nCommands:\n"),
           out);
    for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
        fprintf (out, "  %-8s %s\n", commands[i].name, _(commands[i].summary));
    fputs (_("\nExamples:\n"
              "  modori scan ~/Mail/bounces          a mailbox of any kind\n"
              "  modori explain bounce.eml           one bounce, step by step\n"
              "  modori scan --format=json - <mbox   for programs\n"
              "\n\"modori COMMAND --help\" tells the options of a command; \"man modori\" tells "
              "all.\n"),
           out);
    return status;
}

static int
print_version (void)
{
    g_autofree char *sandbox = modori_sandbox_describe ();

    printf ("modori %s\n", PACKAGE_VERSION);
    printf (_("sandbox: %s\n"), sandbox);
    return EX_OK;
}

/* The value of --lang anywhere among the arguments, or NULL. */
static const char *
language_wanted (int argc, char **argv)
{
    const char *lang = NULL;

    for (int i = 1; i < argc && ! g_str_equal (argv[i], "--"); i++) {
        if (g_str_has_prefix (argv[i], "--lang="))
            lang = argv[i] + strlen ("--lang=");
        else if (g_str_equal (argv[i], "--lang") && i + 1 < argc)
            lang = argv[++i];
    }
    return lang;
}

static const Command *
find_command (const char *name)
{
    for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
        if (g_str_equal (commands[i].name, name))
            return &commands[i];
    return NULL;
}

/* "modori help scan" is "modori scan --help". */
static int
help (int argc, char **argv)
{
    const Command *command = argc > 2 ? find_command (argv[2]) : NULL;
    char *args[] = { argc > 2 ? argv[2] : NULL, (char *) "--help", NULL };

    return command ? command->run (2, args) : print_usage (stdout, EX_OK);
}

static int
run (int argc, char **argv)
{
    const Command *command = find_command (argv[1]);

    if (command)
        return command->run (argc - 1, argv + 1);
    if (g_str_equal (argv[1], "help") || g_str_equal (argv[1], "--help")
        || g_str_equal (argv[1], "-h"))
        return help (argc, argv);
    if (g_str_equal (argv[1], "--version") || g_str_equal (argv[1], "-V"))
        return print_version ();
    modori_complain (_("there is no command \"%s\"; \"modori --help\" lists them"), argv[1]);
    return EX_USAGE;
}

static int
choose (int argc, char **argv)
{
    const char *lang = language_wanted (argc, argv);
    int first = 1;

    if (! modori_setup_language (lang)) {
        modori_setup_language (NULL);
        modori_complain (_("modori does not speak \"%s\"; it speaks en and ja"), lang);
        return EX_USAGE;
    }
    while (first < argc && g_str_has_prefix (argv[first], "--lang"))     /* modori --lang ja scan */
        first += g_str_equal (argv[first], "--lang") ? 2 : 1;
    if (first >= argc)
        return print_usage (stderr, EX_USAGE);
    argv[first - 1] = argv[0];
    return run (argc - first + 1, argv + first - 1);
}

/* --- record: in a mail system's pipe --- */

/* Is the command "record"?  Options before it go behind it, so that a wrong one is its own. */
static gboolean
is_record (int argc, char **argv)
{
    int at = 1;

    while (at < argc && ! g_str_equal (argv[at], "record")
           && (argv[at][0] == '-' || g_str_equal (argv[at - 1], "--lang")))
        at++;
    if (at >= argc || ! g_str_equal (argv[at], "record"))
        return FALSE;
    for (char *name = argv[at]; at > 0; at--)
        argv[at] = at > 1 ? argv[at - 1] : name;
    return TRUE;
}

/* Even a bug must not make a mail system throw the message away. */
static void
give_up (int number)
{
    (void) number;
    _exit (EX_TEMPFAIL);
}

/* Who only puts a message away, and whom nobody hears, needs no language: choosing it would cost
 * more than the rest. */
static gboolean
needs_language (int argc, char **argv)
{
    for (int i = 2; i < argc; i++)
        if (g_str_equal (argv[i], "--spool") || g_str_equal (argv[i], "--keep"))
            i++;
        else if (! g_str_has_prefix (argv[i], "--spool=")
                 && ! g_str_has_prefix (argv[i], "--keep="))
            return TRUE;
    return isatty (STDERR_FILENO);
}

static int
record (int argc, char **argv)
{
    static const int bugs[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP, SIGSYS };
    g_autoptr (ModoriQuiet) quiet = NULL;
    int status;

    for (guint i = 0; i < G_N_ELEMENTS (bugs); i++)
        signal (bugs[i], give_up);
    quiet = modori_quiet_begin ();
    if (! quiet)
        return EX_TEMPFAIL;
    status = needs_language (argc, argv) ? choose (argc, argv)
                                         : modori_cmd_record (argc - 1, argv + 1);
    return modori_quiet_end (quiet, status);
}

int
main (int argc, char **argv)
{
    signal (SIGXFSZ, SIG_IGN);          /* a file that may not grow is an error that can be told */
    return is_record (argc, argv) ? record (argc, argv) : choose (argc, argv);
}
