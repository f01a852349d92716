/* check.c - the four kinds of checks.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"
#include "commands/checks.h"
#include "commands/commands.h"
#include "commands/setup.h"

#include <glib/gi18n.h>
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

int
modori_cmd_check (int argc, char **argv)
{
    for (guint i = 0; argc > 1 && i < G_N_ELEMENTS (kinds); i++)
        if (g_str_equal (argv[1], kinds[i].name))
            return kinds[i].run (argc - 1, argv + 1);
    modori_complain (_("what shall be checked? message, tls, cert or domain"));
    return EX_USAGE;
}
