/* check.c - the four kinds of checks.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"
#include "commands/checks.h"
#include "commands/commands.h"
#include "commands/setup.h"

#include <glib/gi18n.h>
#include <string.h>
#include <sysexits.h>

static const struct {
    const char *name;
    int (*run) (int argc, char **argv);
} kinds[] = {
    { "message", modori_check_message_cmd },
    { "tls", modori_check_tls_cmd },
    { "cert", modori_check_cert_cmd },
    { "domain", modori_check_domain_cmd },
};

/* No kind: the only thing to do is to ask for help. */
static int
ask (int argc, char **argv)
{
    int status;

    if (! modori_setup_options (&argc, &argv, NULL, _("message|tls|cert|domain ..."),
            _("Shows what receivers will object to, before they do:\n"
              "  message  a mail of yours: what in it makes servers refuse it (no network)\n"
              "  tls      a mail server: its certificate, and who accepts it\n"
              "  cert     a file of certificates, before a server shows it (no network)\n"
              "  domain   a domain: MX, SPF, DKIM, DMARC, names, MTA-STS, DANE"),
            _("Each has help of its own. Exit status: 0 good, 1 warnings, 2 errors, 64 wrong\n"
              "usage.\n\n"
              "Examples:\n"
              "  modori check message order-mail.eml\n"
              "  modori check tls smtp.example.co.jp:587\n"
              "  modori check cert --host mail.example.com fullchain.pem\n"
              "  modori check domain example.co.jp --ip 203.0.113.7\n"
              "  modori check domain --help"), &status))
        return status;
    modori_complain (_("what shall be checked? message, tls, cert or domain"));
    return EX_USAGE;
}

/* Which kind WORD is; G_N_ELEMENTS (kinds): none. */
static guint
kind_of (const char *word)
{
    guint i = 0;

    while (i < G_N_ELEMENTS (kinds) && ! g_str_equal (kinds[i].name, word))
        i++;
    return i;
}

/* The kind may stand behind options: "check --format json message FILE". */
int
modori_cmd_check (int argc, char **argv)
{
    g_autofree char *command = NULL;
    int at = 1;

    while (argc > 1 && argv[1][0] == '-' && at < argc && kind_of (argv[at]) == G_N_ELEMENTS (kinds))
        at++;
    if (at >= argc || kind_of (argv[at]) == G_N_ELEMENTS (kinds))
        return ask (argc, argv);
    command = g_strdup_printf ("check %s", argv[at]);
    for (int i = at; i > 1; i--)
        argv[i] = argv[i - 1];
    argv[1] = command;
    return kinds[kind_of (command + strlen ("check "))].run (argc - 1, argv + 1);
}
