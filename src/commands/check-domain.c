/* check-domain.c - what receivers ask of a domain.
 *
 * Who has a mail at hand (a bounce, a sent copy, one that arrived) need not know which address
 * sent it, under which name, and with which DKIM selector: --from takes all that from it.  What
 * the command line says counts more.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"
#include "commands/checks.h"
#include "commands/setup.h"
#include "rules/domain.h"
#include "rules/journey.h"
#include "rules/selector.h"

#include <glib/gi18n.h>
#include <string.h>
#include <sysexits.h>

/* Nobody signs with more. */
#define SELECTORS_MAX 50

/* What a message may tell. */
typedef enum { DOMAIN, IP, HELO, ENVELOPE, DKIM_DOMAIN, SELECTOR, SPF_TERM, N_FACTS } Fact;

typedef struct {
    ModoriChecks checks;
    char *from;                 /* --from */
    char *ip, *helo, *mta_sts_file;
    char **selectors;           /* --selector, as often as given */
    gboolean no_probe, no_fetch, dnsbl, incoming;
    GPtrArray *names;           /* of selectors; NULL-terminated */
    char *facts[N_FACTS];       /* from the message, or NULL */
    gboolean is_unsigned;       /* the message was on its way, without a DKIM-Signature */
} Options;

/* --- a message --- */

/* Of a mail that arrived: who handed it over. */
static void
find_sender (Options *options, ModoriMessage *message)
{
    g_autofree ModoriJourney *journey = modori_journey_new (message);
    const ModoriReceived *arrival = modori_journey_arrival (journey);

    if (! arrival)
        return;
    options->facts[IP] = modori_span_dup (modori_domain_ip (arrival->ip));
    g_free (options->facts[HELO]);
    options->facts[HELO] = arrival->helo.len > 0 ? modori_span_dup (arrival->helo) : NULL;
}

static gboolean
has_field (ModoriMessage *message, const char *name)
{
    return message && modori_message_raw (message, 0, name, 0, NULL).len > 0;
}

/* ModoriChecksVisit. */
static void
take_facts (const ModoriCase *facts, ModoriMessage *message, gpointer data)
{
    static const char *const names[N_FACTS] = {
        "from_domain", "sending_ip", "helo", "sender_domain", "dkim_domain", "dkim_selector",
        "spf_term"
    };
    Options *options = data;

    for (guint i = 0; i < N_FACTS; i++)
        options->facts[i] = g_strdup (modori_case_get (facts, names[i]));
    /* a copy in the folder of sent mail has not come to where mail is signed */
    options->is_unsigned = has_field (message, "Received")
        && ! has_field (message, "DKIM-Signature");
    if (! options->facts[IP])
        find_sender (options, message);
}

static int
read_message (Options *options)
{
    int status = modori_checks_read (&options->checks, options->from, take_facts, options);

    if (status || options->facts[DOMAIN])
        return status;
    modori_complain (_("%s: there is no From with a domain in it"), options->from);
    return EX_DATAERR;
}

/* --- options --- */

/* "--selector a,b --selector c". */
static gboolean
read_selectors (Options *options)
{
    options->names = g_ptr_array_new_with_free_func (g_free);
    for (char **given = options->selectors; given && *given; given++) {
        g_auto (GStrv) parts = g_strsplit (*given, ",", -1);

        for (char **part = parts; *part; part++) {
            if (! modori_selector_is (g_strstrip (*part)) || options->names->len >= SELECTORS_MAX) {
                modori_complain (_("--selector: \"%s\" is no selector (s= of a DKIM-Signature, "
                                   "such as \"default\")"), *part);
                return FALSE;
            }
            g_ptr_array_add (options->names, g_strdup (*part));
        }
    }
    g_ptr_array_add (options->names, NULL);
    return TRUE;
}

static gboolean
are_possible (Options *options, char **domains)
{
    if (! domains[0] && ! options->from) {
        modori_complain (_("which domain shall be checked? (try \"modori check domain --help\")"));
        return FALSE;
    }
    for (char **domain = domains; *domain; domain++) {
        g_autofree char *name = modori_dns_name (*domain);

        if (! name || modori_domain_ip_kind (modori_span_of (*domain)) != MODORI_IP_NONE) {
            modori_complain (_("\"%s\" can be no name of a domain"), *domain);
            return FALSE;
        }
    }
    if (options->ip && modori_domain_ip_kind (modori_span_of (options->ip)) == MODORI_IP_NONE) {
        modori_complain (_("--ip: \"%s\" is no address (such as 192.0.2.1 or 2001:db8::1)"),
                         options->ip);
        return FALSE;
    }
    if (options->helo && strlen (options->helo) > 253) {
        modori_complain (_("\"%s\" can be no name of a host"), options->helo);
        return FALSE;
    }
    if (options->incoming
        && (options->ip || options->helo || options->selectors || options->from
            || options->dnsbl)) {
        modori_complain (_("--incoming looks at nothing that --ip, --helo, --selector, --from and "
                           "--dnsbl are about"));
        return FALSE;
    }
    if (options->dnsbl && ! options->ip && ! options->from) {
        modori_complain (_("--dnsbl needs --ip (or --from): block lists are asked about the "
                           "address that sends"));
        return FALSE;
    }
    return read_selectors (options);
}

/* --- the check --- */

/* Does what the message tells of the sender belong to DOMAIN? */
static gboolean
is_of (const char *domain, const char *other)
{
    return other && modori_domain_agrees (modori_span_of (domain), modori_span_of (other));
}

static gboolean
check_domain (Options *options, ModoriResolver *resolver, const char *domain)
{
    const char *ip = options->ip ? options->ip : options->facts[IP];
    const char *told[] = { options->facts[SELECTOR], NULL };
    gboolean told_own = told[0] && is_of (domain, options->facts[DKIM_DOMAIN]);
    const char *const *given = (const char *const *) options->names->pdata;
    const char *const *selectors = given[0] ? given : told_own ? told : NULL;
    GError *error = NULL;
    const ModoriDomainCheck check = {
        .domain = domain, .ip = ip, .helo = options->helo ? options->helo : options->facts[HELO],
        .envelope = options->facts[ENVELOPE], .selectors = selectors,
        .dkim_domain = options->facts[DKIM_DOMAIN],
        .is_unsigned = options->is_unsigned && is_of (domain, options->facts[DOMAIN]),
        .mta_sts_file = options->mta_sts_file,
        .ca_file = options->checks.ca_file, .fetch = ! options->no_fetch,
        .probe = ! options->no_probe, .incoming = options->incoming, .blocklists = options->dnsbl,
        .seconds = modori_checks_seconds (&options->checks), .reach = MODORI_REACH_ALL,
        .now = g_get_real_time () / G_USEC_PER_SEC,
        .knowledge = options->checks.engine->knowledge,
        .spf_term = options->ip ? NULL : options->facts[SPF_TERM],
    };
    ModoriCheckup *checkup = modori_check_domain (resolver, &check, &error);

    return modori_checks_put (&options->checks, checkup, error);
}

static int
run (Options *options, char **words)
{
    char *const files[] = { options->from ? options->from : (char *) "", options->mta_sts_file,
                            NULL };
    g_autoptr (ModoriResolver) resolver = NULL;
    GError *error = NULL;
    int status;

    if (! are_possible (options, words))
        return EX_USAGE;
    status = modori_checks_begin (&options->checks, files);
    if (! status && options->from)
        status = read_message (options);
    if (status)
        return status;
    resolver = modori_checks_resolver (&options->checks, &error);
    if (! resolver)
        return modori_fail (error);
    if (! words[0])
        check_domain (options, resolver, options->facts[DOMAIN]);
    for (; *words; words++)
        if (! check_domain (options, resolver, *words))
            break;
    return modori_checks_status (&options->checks);
}

static void
clear (Options *options)
{
    modori_checks_clear (&options->checks);
    g_free (options->from);
    g_free (options->ip);
    g_free (options->helo);
    g_free (options->mta_sts_file);
    g_strfreev (options->selectors);
    g_clear_pointer (&options->names, g_ptr_array_unref);
    for (guint i = 0; i < N_FACTS; i++)
        g_free (options->facts[i]);
}

int
modori_check_domain_cmd (int argc, char **argv)
{
    Options options = { 0 };
    const GOptionEntry own[] = {
        { "ip", 0, 0, G_OPTION_ARG_STRING, &options.ip,
          N_("the address that sends: is it in SPF, has it a name?"), N_("ADDRESS") },
        { "selector", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options.selectors,
          N_("of DKIM (may be repeated); else common ones are tried"), N_("NAME[,NAME]") },
        { "helo", 0, 0, G_OPTION_ARG_STRING, &options.helo,
          N_("what the sending server calls itself"), N_("NAME") },
        { "from", 0, 0, G_OPTION_ARG_FILENAME, &options.from,
          N_("take all that from a bounce, or from a mail that was sent or arrived"),
          N_("MESSAGE") },
        { "dnsbl", 0, 0, G_OPTION_ARG_NONE, &options.dnsbl,
          N_("ask block lists about the address that sends, too"), NULL },
        { "incoming", 0, 0, G_OPTION_ARG_NONE, &options.incoming,
          N_("only what concerns mail to DOMAIN: MX, MTA-STS, TLS-RPT, DANE"), NULL },
        { "mta-sts-file", 0, 0, G_OPTION_ARG_FILENAME, &options.mta_sts_file,
          N_("the policy of MTA-STS, instead of fetching it"), N_("FILE") },
        { "no-fetch", 0, 0, G_OPTION_ARG_NONE, &options.no_fetch,
          N_("do not fetch the policy of MTA-STS"), NULL },
        { "no-probe", 0, 0, G_OPTION_ARG_NONE, &options.no_probe,
          N_("do not connect to the MX hosts (for MTA-STS and DANE)"), NULL },
        G_OPTION_ENTRY_NULL
    };
    g_autofree GOptionEntry *entries = modori_checks_options (&options.checks,
                                                              MODORI_CHECKS_NETWORK, own);
    int status;

    if (modori_setup_options (&argc, &argv, entries, _("DOMAIN..."),
            _("Asks the DNS what receivers ask it about a domain that sends mail: MX, SPF,\n"
              "DKIM, DMARC, names of the server, MTA-STS, DANE. What is wrong comes with the\n"
              "record to publish. Contacts only what the DNS of DOMAIN names."),
            _("Exit status: 0 good, 1 warnings, 2 errors, 64 wrong usage, 65 nothing in the\n"
              "message that helps, 66 no such file, 74 read or write error, 78 broken rules.\n\n"
              "Examples:\n"
              "  modori check domain example.co.jp --ip 203.0.113.7\n"
              "  modori check domain example.co.jp --selector default --helo mail.example.co.jp\n"
              "  modori check domain --from bounce.eml"), &status))
        status = run (&options, argv + 1);
    clear (&options);
    return status;
}
