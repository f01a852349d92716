/* checks.c - what the checks share.
 *
 * A check may be asked about several hosts, domains or files, as monitoring does: each is printed
 * when it is done, and the exit status is that of the worst.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"
#include "commands/checks.h"
#include "check/tls-table.h"
#include "commands/reading.h"
#include "commands/settings.h"
#include "commands/setup.h"
#include "output/checkup.h"
#include "output/writer.h"
#include "rules/domain.h"

#include <glib/gi18n.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

/* Longer, nobody waits; and a typing error (seconds for milliseconds) shows. */
#define SECONDS_MAX 300

/* Certificates are given for no longer than that. */
#define WARN_DAYS_MAX 3650

/* As `check message`. */
#define MESSAGE_MAX (64 * 1024 * 1024)

/* Exit status of what was found. */
enum { NOTHING_FOUND = 0, WARNINGS_FOUND = 1, ERRORS_FOUND = 2 };

/* --- options --- */

static void
append_entries (GArray *entries, const GOptionEntry *more)
{
    for (; more && more->long_name; more++)
        g_array_append_vals (entries, more, 1);
}

GOptionEntry *
modori_checks_options (ModoriChecks *checks, guint with, const GOptionEntry *more)
{
    const GOptionEntry network[] = {
        { "resolver", 0, 0, G_OPTION_ARG_STRING, &checks->resolver,
          N_("ask this DNS server instead of the system's"), N_("ADDRESS[:PORT]") },
        { "timeout", 0, 0, G_OPTION_ARG_INT, &checks->seconds,
          N_("end each conversation after SECONDS (default 10)"), N_("SECONDS") },
        { "trust-ad", 0, 0, G_OPTION_ARG_NONE, &checks->trust_ad,
          N_("believe what the DNS server says about DNSSEC, though it is not on this machine"),
          NULL },
        G_OPTION_ENTRY_NULL
    };
    const GOptionEntry dates[] = {
        { "warn-days", 0, 0, G_OPTION_ARG_INT, &checks->warn_days,
          N_("warn of a certificate that ends within DAYS (default 21)"), N_("DAYS") },
        G_OPTION_ENTRY_NULL
    };
    const GOptionEntry all[] = {
        { "ca-file", 0, 0, G_OPTION_ARG_FILENAME, &checks->ca_file,
          N_("trust the authorities in FILE (PEM) instead of the system's"), N_("FILE") },
        { "format", 'f', 0, G_OPTION_ARG_STRING, &checks->format, N_("text or json"),
          N_("FORMAT") },
        G_OPTION_ENTRY_NULL
    };
    GArray *entries = g_array_new (TRUE, TRUE, sizeof (GOptionEntry));

    checks->seconds = MODORI_CHECKS_SECONDS;
    checks->warn_days = MODORI_CHECKS_WARN_DAYS;
    append_entries (entries, more);
    append_entries (entries, with & MODORI_CHECKS_DATES ? dates : NULL);
    append_entries (entries, with & MODORI_CHECKS_NETWORK ? network : NULL);
    append_entries (entries, all);
    return (GOptionEntry *) g_array_free (entries, FALSE);
}

void
modori_checks_clear (ModoriChecks *checks)
{
    g_clear_pointer (&checks->resolver, g_free);
    g_clear_pointer (&checks->ca_file, g_free);
    g_clear_pointer (&checks->format, g_free);
}

/* --- hosts and ports --- */

static gboolean
read_port (const char *text, guint16 *port)
{
    guint64 number;

    if (! g_ascii_string_to_unsigned (text, 10, 1, G_MAXUINT16, &number, NULL))
        return FALSE;
    *port = (guint16) number;
    return TRUE;
}

gboolean
modori_checks_part (const char *text, char **host, guint16 *port)
{
    const char *colon = strrchr (text, ':');
    const char *bracket = *text == '[' ? strchr (text, ']') : NULL;

    *port = 0;
    if (bracket) {
        *host = g_strndup (text + 1, (gsize) (bracket - text - 1));
        if (! bracket[1] || (bracket[1] == ':' && read_port (bracket + 2, port)))
            return TRUE;
    } else if (! colon || modori_domain_ip_kind (modori_span_of (text)) == MODORI_IP_V6) {
        *host = g_strdup (text);
        if (*text && *text != '[')
            return TRUE;
    } else {
        *host = g_strndup (text, (gsize) (colon - text));
        if (colon > text && ! strchr (*host, ':') && read_port (colon + 1, port))
            return TRUE;
    }
    g_clear_pointer (host, g_free);
    return FALSE;
}

gboolean
modori_checks_is_host (const char *text)
{
    g_autofree char *name = modori_dns_name (text);

    if (name || modori_domain_ip_kind (modori_span_of (text)) != MODORI_IP_NONE)
        return TRUE;
    modori_complain (_("\"%s\" can be no name of a host"), text);
    return FALSE;
}

static gboolean
is_server (const char *text)
{
    g_autofree char *host = NULL;
    guint16 port;

    return modori_checks_part (text, &host, &port)
        && modori_domain_ip_kind (modori_span_of (host)) != MODORI_IP_NONE;
}

/* --- values --- */

/* --resolver, else what the configuration says. */
static int
choose_resolver (ModoriChecks *checks)
{
    GError *error = NULL;
    const ModoriSettings *settings;
    const char *configured;

    if (checks->resolver && is_server (checks->resolver))
        return EX_OK;
    if (checks->resolver) {
        modori_complain (_("--resolver: \"%s\" is no address (such as 192.0.2.1, 127.0.0.1:5353 or "
                           "[2001:db8::1]:53)"), checks->resolver);
        return EX_USAGE;
    }
    settings = modori_settings (&error);
    configured = settings ? modori_settings_text (settings, "check", "resolver") : NULL;
    if (configured && ! is_server (configured))
        modori_settings_fail (settings, "check", "resolver",
                              _("an address was expected, such as 192.0.2.1 or 127.0.0.1:5353"),
                              &error);
    if (error)
        return modori_fail (error);
    checks->resolver = g_strdup (configured);
    return EX_OK;
}

/* A file that cannot be used is no fault of the server that is looked at with it. */
static int
check_ca_file (const ModoriChecks *checks)
{
    const ModoriTlsTable *tls = checks->ca_file ? modori_tls_load (NULL) : NULL;
    g_autoptr (ModoriCertificateFile) file = NULL;
    g_autoptr (GBytes) bytes = NULL;
    g_autoptr (GError) error = NULL;
    char *text = NULL;
    gsize size = 0;

    if (! tls)
        return EX_OK;
    if (! g_file_get_contents (checks->ca_file, &text, &size, &error)) {
        modori_complain ("%s", error->message);
        return g_error_matches (error, G_FILE_ERROR, G_FILE_ERROR_NOENT) ? EX_NOINPUT : EX_IOERR;
    }
    bytes = g_bytes_new_take (text, size);
    file = tls->read_file (bytes, NULL, NULL, NULL, NULL);
    if (file && file->chain && g_str_equal (file->format, "PEM"))
        return EX_OK;
    modori_complain (_("%s: there is no certificate in it in the form PEM"), checks->ca_file);
    return EX_DATAERR;
}

int
modori_checks_validate (ModoriChecks *checks)
{
    int status;

    if (checks->format && ! g_str_equal (checks->format, "text")
        && ! g_str_equal (checks->format, "json")) {
        modori_complain (_("unknown format \"%s\": text or json"), checks->format);
        return EX_USAGE;
    }
    if (checks->seconds < 0 || checks->seconds > SECONDS_MAX) {
        modori_complain (_("--timeout: from 1 to %d seconds were expected"), SECONDS_MAX);
        return EX_USAGE;
    }
    if (checks->warn_days < 0 || checks->warn_days > WARN_DAYS_MAX) {
        modori_complain (_("--warn-days: from 0 to %d days were expected"), WARN_DAYS_MAX);
        return EX_USAGE;
    }
    status = check_ca_file (checks);
    return status ? status : choose_resolver (checks);
}

int
modori_checks_begin (ModoriChecks *checks, char *const *files)
{
    int status = modori_checks_validate (checks);
    g_autoptr (ModoriSandbox) sandbox = modori_sandbox_new ();
    GError *error = NULL;

    if (status)
        return status;
    modori_sandbox_read_all (sandbox, files);
    modori_sandbox_read (sandbox, checks->ca_file);
    sandbox->links = sandbox->network = TRUE;
    checks->engine = modori_setup_engine (&error);
    return checks->engine && modori_setup_confine (sandbox, &error) ? EX_OK : modori_fail (error);
}

guint
modori_checks_seconds (const ModoriChecks *checks)
{
    return checks->seconds > 0 ? (guint) checks->seconds : MODORI_CHECKS_SECONDS;
}

ModoriResolver *
modori_checks_resolver (const ModoriChecks *checks, GError **error)
{
    guint seconds = MAX (modori_checks_seconds (checks) / 4, 1);

    return modori_resolver_new (checks->resolver, seconds, checks->trust_ad, error);
}

/* --- a message that tells of the case --- */

typedef struct {
    ModoriChecks *checks;
    ModoriReading reading;
    ModoriChecksVisit visit;
    gpointer data;
} Reading;

/* ModoriVisit. */
static void
take_message (const ModoriMail *mail, gpointer data)
{
    Reading *reading = data;
    ModoriEngine *engine = reading->checks->engine;
    const ModoriSources sources = { modori_adviser_senders (engine->adviser),
                                    modori_adviser_blocklists (engine->adviser) };
    gboolean bounce = modori_engine_read (engine, mail, modori_setup_lang ());
    ModoriMessage *message = bounce ? modori_report_returned (engine->report) : engine->message;
    const ModoriOutcome *outcome = bounce ? modori_report_outcome (engine->report, 0) : NULL;
    g_autoptr (ModoriCase) facts = NULL;

    if (! bounce)
        modori_message_read (engine->message, mail->bytes);
    facts = modori_case_new (outcome, bounce ? &g_array_index (engine->decisions, ModoriDecision, 0)
                             : NULL, message);
    modori_case_consult (facts, &sources, modori_setup_lang ());
    reading->visit (facts, message, reading->data);
    reading->reading.stop = TRUE;
}

int
modori_checks_read (ModoriChecks *checks, const char *path, ModoriChecksVisit visit, gpointer data)
{
    Reading reading = { .checks = checks, .visit = visit, .data = data };
    char *paths[] = { (char *) path, NULL };

    reading.reading.only_one = TRUE;
    reading.reading.quiet = TRUE;
    reading.reading.source.limit = MESSAGE_MAX;
    modori_reading_run (&reading.reading, paths, take_message, &reading);
    if (! reading.reading.status && ! reading.reading.stop) {
        modori_complain (_("%s: there is no message in it"), path);
        return EX_DATAERR;
    }
    return reading.reading.status;
}

/* --- output --- */

static void
note (ModoriChecks *checks, ModoriGravity gravity)
{
    if (gravity == MODORI_GRAVITY_ERROR)
        checks->found = ERRORS_FOUND;
    else if (gravity == MODORI_GRAVITY_WARNING)
        checks->found = MAX (checks->found, WARNINGS_FOUND);
}

static gboolean
fail (ModoriChecks *checks, int status)
{
    if (! checks->failed)
        checks->failed = status;
    return FALSE;
}

gboolean
modori_checks_put (ModoriChecks *checks, ModoriCheckup *checkup, GError *error)
{
    g_autoptr (ModoriCheckup) owned G_GNUC_UNUSED = checkup;
    g_autoptr (ModoriWriter) writer = modori_writer_new (STDOUT_FILENO);
    ModoriTerminal terminal = modori_terminal_for (STDOUT_FILENO, writer->buffer);

    if (! checkup) {
        fail (checks, modori_fail (error));
        return TRUE;
    }
    note (checks, modori_checkup_gravity (checkup, checks->engine->knowledge));
    if (g_strcmp0 (checks->format, "json") == 0) {
        modori_checkup_json (writer->buffer, checkup, checks->engine, modori_setup_lang ());
    } else {
        if (checks->shown++ > 0)
            g_string_append_c (writer->buffer, '\n');
        modori_checkup_text (&terminal, checkup, checks->engine, modori_setup_lang ());
    }
    if (modori_writer_flush (writer))
        return TRUE;
    modori_complain (_("standard output: %s"), g_strerror (writer->failed));
    return fail (checks, EX_IOERR);
}

int
modori_checks_status (const ModoriChecks *checks)
{
    return checks->failed ? checks->failed : checks->found;
}
