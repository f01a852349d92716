/* check-cert.c - a file of certificates, before a server shows it.
 *
 * A password never stands on the command line, where every user of the machine can read it.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"
#include "commands/checks.h"
#include "commands/setup.h"

#include <glib/gi18n.h>
#include <string.h>
#include <sysexits.h>

/* The password, unless it is in a file. */
#define PASSWORD_VARIABLE "MODORI_PASSWORD"

typedef struct {
    ModoriChecks checks;
    char *host, *key, *password_file;
    char *password;             /* read, or NULL */
} Options;

/* The first line of the file. */
static int
read_password (Options *options)
{
    g_autoptr (GError) error = NULL;

    if (! options->password_file) {
        options->password = g_strdup (g_getenv (PASSWORD_VARIABLE));
        return EX_OK;
    }
    if (! g_file_get_contents (options->password_file, &options->password, NULL, &error)) {
        modori_complain ("%s", error->message);
        return g_error_matches (error, G_FILE_ERROR, G_FILE_ERROR_NOENT) ? EX_NOINPUT : EX_IOERR;
    }
    options->password[strcspn (options->password, "\r\n")] = '\0';
    return EX_OK;
}

static gboolean
check_file (Options *options, const char *path)
{
    GError *error = NULL;
    const ModoriCertCheck check = {
        .path = path, .key_path = options->key, .host = options->host,
        .ca_file = options->checks.ca_file, .password = options->password,
        .warn_days = (guint) options->checks.warn_days,
        .now = g_get_real_time () / G_USEC_PER_SEC,
    };
    ModoriCheckup *checkup = modori_check_cert (&check, &error);

    return modori_checks_put (&options->checks, checkup, error);
}

static int
run (Options *options, char **paths)
{
    g_autoptr (GPtrArray) files = g_ptr_array_new ();
    int status;

    if (! paths[0]) {
        modori_complain (_("which file shall be checked? (try \"modori check cert --help\")"));
        return EX_USAGE;
    }
    if (options->host && ! modori_checks_is_host (options->host))
        return EX_USAGE;
    for (char **path = paths; *path; path++)
        g_ptr_array_add (files, *path);
    g_ptr_array_add (files, options->key ? options->key : (char *) "");
    g_ptr_array_add (files, options->password_file);
    g_ptr_array_add (files, NULL);
    status = modori_checks_begin (&options->checks, (char *const *) files->pdata);
    if (! status)
        status = read_password (options);
    if (status)
        return status;
    for (; *paths; paths++)
        if (! check_file (options, *paths))
            break;
    return modori_checks_status (&options->checks);
}

int
modori_check_cert_cmd (int argc, char **argv)
{
    Options options = { 0 };
    const GOptionEntry own[] = {
        { "host", 0, 0, G_OPTION_ARG_STRING, &options.host,
          N_("the name that the server is reached by"), N_("NAME") },
        { "key", 0, 0, G_OPTION_ARG_FILENAME, &options.key,
          N_("the private key, when it is in a file of its own"), N_("FILE") },
        { "password-file", 0, 0, G_OPTION_ARG_FILENAME, &options.password_file,
          N_("the password of the file is the first line of FILE (else MODORI_PASSWORD)"),
          N_("FILE") },
        G_OPTION_ENTRY_NULL
    };
    g_autofree GOptionEntry *entries = modori_checks_options (&options.checks, MODORI_CHECKS_DATES,
                                                              own);
    int status;

    if (modori_setup_options (&argc, &argv, entries, _("FILE..."),
            _("Looks at certificates in a file (PEM, DER, PKCS#12) before a server shows\n"
              "them: the names, the dates, the chain and its order, whether the key fits.\n"
              "No network."),
            _("Exit status: 0 good, 1 warnings, 2 errors, 64 wrong usage, 65 no certificate,\n"
              "66 no such file, 74 read or write error, 78 broken rules.\n\n"
              "Examples:\n"
              "  modori check cert --host mail.example.com fullchain.pem --key privkey.pem\n"
              "  modori check cert /var/qmail/control/servercert.pem"), &status))
        status = run (&options, argv + 1);
    modori_checks_clear (&options.checks);
    g_free (options.host);
    g_free (options.key);
    g_free (options.password_file);
    g_free (options.password);
    return status;
}
