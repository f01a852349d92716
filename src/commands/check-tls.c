/* check-tls.c - does a mail server show a certificate that clients and Gmail accept?
 *
 * Who does not know what his server is called has a mail that went through it: its Received lines
 * hold names that may be in the certificate (--received).
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"
#include "commands/checks.h"
#include "commands/setup.h"
#include "rules/domain.h"
#include "rules/journey.h"

#include <glib/gi18n.h>
#include <string.h>
#include <sysexits.h>

/* Names out of Received lines: each may be connected to. */
#define CANDIDATES_MAX 6

typedef struct {
    ModoriChecks checks;
    char *received;             /* --received */
    char *helo;
    gboolean ipv4, ipv6;
    gboolean is_named;          /* the command line names the server */
    char **candidates;          /* names out of the Received lines, or NULL */
} Options;

/* ModoriJourneyFilter: any server but those of who has the mail now. */
static gboolean
is_of_sender (ModoriSpan host, gconstpointer data)
{
    const ModoriReceived *arrival = data;

    return ! arrival || ! modori_domain_agrees (host, arrival->by);
}

/* ModoriChecksVisit: the names that are known for the sender's or his hoster's come first.  Who
 * hands in the mail says that it went through the server, so the others may be names of it, too;
 * what is no name of the server is told by its certificate and by the DNS. */
static void
take_hosts (const ModoriCase *facts, ModoriMessage *message, gpointer data)
{
    Options *options = data;
    const char *known = modori_case_get (facts, "smtp_hosts");
    g_autofree ModoriJourney *journey = modori_journey_new (message);
    g_autoptr (GPtrArray) others = modori_journey_servers (
        journey, CANDIDATES_MAX, is_of_sender, modori_journey_arrival (journey));
    g_autoptr (GStrvBuilder) hosts = g_strv_builder_new ();
    g_auto (GStrv) first = g_strsplit (known ? known : "", ", ", -1);

    for (char **host = first; *host; host++)
        g_strv_builder_add (hosts, *host);
    for (guint i = 0; i < others->len && (! known || options->is_named); i++)
        if (! g_strv_contains ((const char *const *) first, others->pdata[i]))
            g_strv_builder_add (hosts, others->pdata[i]);
    options->candidates = g_strv_builder_end (hosts);
}

static int
read_received (Options *options)
{
    int status = modori_checks_read (&options->checks, options->received, take_hosts, options);

    if (status || (options->candidates && options->candidates[0]))
        return status;
    modori_complain (_("%s: its Received lines name no server of the sender's"),
                     options->received);
    return EX_DATAERR;
}

/* Is WORD a host, with or without a port?  Else complains. */
static gboolean
is_subject (const char *word)
{
    g_autofree char *host = NULL;
    guint16 port;

    if (modori_checks_part (word, &host, &port))
        return modori_checks_is_host (host);
    modori_complain (_("\"%s\": HOST or HOST:PORT was expected, with a port from 1 to 65535"),
                     word);
    return FALSE;
}

static gboolean
check_host (Options *options, ModoriResolver *resolver, const char *word)
{
    g_autofree char *host = NULL;
    GError *error = NULL;
    ModoriTlsCheck check = {
        .helo = options->helo, .ca_file = options->checks.ca_file,
        .seconds = modori_checks_seconds (&options->checks),
        .warn_days = (guint) options->checks.warn_days, .reach = MODORI_REACH_ALL,
        .ipv4 = options->ipv4, .ipv6 = options->ipv6, .now = g_get_real_time () / G_USEC_PER_SEC,
        .candidates = (const char *const *) options->candidates,
    };
    ModoriCheckup *checkup;

    modori_checks_part (word, &host, &check.port);
    check.host = host;
    checkup = modori_check_tls (resolver, &check, &error);
    return modori_checks_put (&options->checks, checkup, error);
}

static int
run (Options *options, char **words)
{
    char *const files[] = { options->received, NULL };
    g_autoptr (ModoriResolver) resolver = NULL;
    GError *error = NULL;
    int status;

    if (! words[0] && ! options->received) {
        modori_complain (_("which server shall be checked? (try \"modori check tls --help\")"));
        return EX_USAGE;
    }
    for (char **word = words; *word; word++)
        if (! is_subject (*word))
            return EX_USAGE;
    if (options->helo && ! modori_checks_is_host (options->helo))
        return EX_USAGE;
    status = modori_checks_begin (&options->checks, files);
    options->is_named = words[0] != NULL;
    if (! status && options->received)
        status = read_received (options);
    if (status)
        return status;
    resolver = modori_checks_resolver (&options->checks, &error);
    if (! resolver)
        return modori_fail (error);
    for (char **word = words[0] ? words : options->candidates; *word; word++)
        if (! check_host (options, resolver, *word))
            break;
    return modori_checks_status (&options->checks);
}

int
modori_check_tls_cmd (int argc, char **argv)
{
    Options options = { 0 };
    const GOptionEntry own[] = {
        { "received", 0, 0, G_OPTION_ARG_FILENAME, &options.received,
          N_("a mail that went through the server: try the names in its Received lines"),
          N_("MESSAGE") },
        { "ipv4", '4', 0, G_OPTION_ARG_NONE, &options.ipv4, N_("only IPv4 addresses"), NULL },
        { "ipv6", '6', 0, G_OPTION_ARG_NONE, &options.ipv6, N_("only IPv6 addresses"), NULL },
        { "helo", 0, 0, G_OPTION_ARG_STRING, &options.helo,
          N_("the name to say in EHLO; else this machine's"), N_("NAME") },
        G_OPTION_ENTRY_NULL
    };
    g_autofree GOptionEntry *entries = modori_checks_options (
        &options.checks, MODORI_CHECKS_NETWORK | MODORI_CHECKS_DATES, own);
    int status;

    if (modori_setup_options (&argc, &argv, entries, _("HOST[:PORT]..."),
            _("Asks a mail server for its certificate, at each of its addresses, and tells\n"
              "who accepts it: mail programs, Gmail's \"Send mail as\", strict senders. Also\n"
              "which name fits, when this one does not. Without PORT: 587, or 465 and 25\n"
              "where nobody listens there. Sends EHLO, STARTTLS and QUIT, never a login."),
            _("Exit status: 0 good, 1 warnings, 2 errors, 64 wrong usage, 65 nothing in the\n"
              "message that helps, 66 no such file, 74 read or write error, 78 broken rules.\n\n"
              "Examples:\n"
              "  modori check tls smtp.example.co.jp\n"
              "  modori check tls --warn-days 21 mail.example.com:465 mx.example.com:25\n"
              "  modori check tls --received sent-mail.eml smtp.example.co.jp"), &status))
        status = run (&options, argv + 1);
    modori_checks_clear (&options.checks);
    g_strfreev (options.candidates);
    g_free (options.received);
    g_free (options.helo);
    return status;
}
