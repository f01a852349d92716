/* online.c - `--online`: the checks that an advice names, run when it is given.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"
#include "commands/online.h"
#include "commands/setup.h"
#include "output/checkup.h"

#include <glib/gi18n.h>
#include <string.h>
#include <sysexits.h>

/* A report of many repairs is not to take minutes. */
#define RUNS_MAX 8

#define COMMAND "modori check "

/* The domain is the receiver's: how it sends is nobody's business here. */
#define INCOMING "--incoming"

struct ModoriOnline {
    const ModoriChecks *checks;
    ModoriEngine *engine;
    ModoriResolver *resolver;
    GHashTable *done;               /* command -> ModoriCheckup; NULL: it could not run */
    gboolean quiet;
};

/* What a command line of an advice asks for. */
typedef struct {
    const char *subject;
    const char *ip, *helo;
    const char *selectors[2];       /* NULL at the end */
    gboolean incoming;
} Request;

/* WORDS are those behind "modori check KIND".  FALSE: there is something that no advice says. */
static gboolean
read_request (char **words, Request *request)
{
    for (guint i = 0; words[i]; i++) {
        const char **value = NULL;

        if (g_str_equal (words[i], INCOMING)) {
            request->incoming = TRUE;
            continue;
        }
        value = g_str_equal (words[i], "--ip") ? &request->ip
            : g_str_equal (words[i], "--helo") ? &request->helo
            : g_str_equal (words[i], "--selector") ? &request->selectors[0]
            : words[i][0] != '-' && ! request->subject ? &request->subject : NULL;

        if (! value || (value != &request->subject && ! words[++i]))
            return FALSE;
        *value = words[i];
    }
    return request->subject != NULL;
}

static ModoriReach
reach (const ModoriOnline *online)
{
    return online->checks->allow_private ? MODORI_REACH_ALL : MODORI_REACH_PUBLIC;
}

static gint64
now (void)
{
    return g_get_real_time () / G_USEC_PER_SEC;
}

static ModoriCheckup *
check_tls (ModoriOnline *online, const Request *request, const ModoriCase *facts, GError **error)
{
    const char *known = facts ? modori_case_get (facts, "smtp_hosts") : NULL;
    g_auto (GStrv) candidates = g_strsplit (known ? known : "", ", ", -1);
    g_autofree char *host = NULL;
    ModoriTlsCheck options = {
        .candidates = (const char *const *) candidates,
        .ca_file = online->checks->ca_file, .seconds = modori_checks_seconds (online->checks),
        .warn_days = MODORI_CHECKS_WARN_DAYS, .reach = reach (online), .now = now (),
    };

    if (! modori_checks_part (request->subject, &host, &options.port))
        return NULL;
    options.host = host;
    return modori_check_tls (online->resolver, &options, error);
}

/* A domain's DNS leads to hosts that no command line names. */
static void
announce (const char *host, guint16 port)
{
    modori_complain (_("online: connecting to %s, port %u"), host, port);
}

static ModoriCheckup *
check_domain (ModoriOnline *online, const Request *request, const ModoriCase *facts,
              GError **error)
{
    gboolean own = facts && ! request->incoming;
    g_autofree char *term = own ? g_strdup (modori_case_get (facts, "spf_term")) : NULL;
    g_autofree char *envelope = own ? g_strdup (modori_case_get (facts, "sender_domain")) : NULL;
    g_autofree char *signer = own && request->selectors[0]
        ? g_strdup (modori_case_get (facts, "dkim_domain")) : NULL;
    ModoriDomainCheck options = {
        .domain = request->subject, .ip = request->ip, .helo = request->helo, .envelope = envelope,
        .selectors = request->selectors[0] ? request->selectors : NULL, .dkim_domain = signer,
        .ca_file = online->checks->ca_file, .fetch = TRUE, .probe = TRUE,
        .incoming = request->incoming,
        .announce = online->quiet ? NULL : announce,
        .seconds = modori_checks_seconds (online->checks), .reach = reach (online), .now = now (),
        .knowledge = online->engine->knowledge, .spf_term = term,
    };

    return modori_check_domain (online->resolver, &options, error);
}

/* Run COMMAND.  NULL when that cannot be done, which is said. */
static ModoriCheckup *
run (ModoriOnline *online, const char *command, const ModoriCase *facts)
{
    g_auto (GStrv) words = g_strsplit (command, " ", -1);
    Request request = { 0 };
    ModoriCheckup *checkup = NULL;
    GError *error = NULL;

    if (g_strv_length (words) < 4 || ! read_request (words + 3, &request))
        return NULL;
    if (! online->quiet)
        modori_complain (_("online: %s"), command);
    if (g_str_equal (words[2], "tls"))
        checkup = check_tls (online, &request, facts, &error);
    else if (g_str_equal (words[2], "domain"))
        checkup = check_domain (online, &request, facts, &error);
    if (error)
        modori_fail (error);
    return checkup;
}

/* Each command is run once, whoever asks for it. */
static const ModoriCheckup *
run_once (ModoriOnline *online, const char *command, const ModoriCase *facts)
{
    gpointer checkup = NULL;

    if (g_hash_table_lookup_extended (online->done, command, NULL, &checkup))
        return checkup;
    if (g_hash_table_size (online->done) >= RUNS_MAX)
        return NULL;
    checkup = run (online, command, facts);
    g_hash_table_insert (online->done, g_strdup (command), checkup);
    return checkup;
}

/* Is LINE a command that checks something with the network, for a name that is known? */
static gboolean
is_check (const ModoriAdviceLine *line)
{
    return ! line->example
        && (line->kind == MODORI_ADVICE_CHECK || line->kind == MODORI_ADVICE_COMMAND)
        && (g_str_has_prefix (line->text, COMMAND "tls ")
            || g_str_has_prefix (line->text, COMMAND "domain "));
}

/* COMMAND, with the options of MORE that it lacks, when both check the same; else NULL.  The
 * caller frees. */
static char *
merge (const char *command, const char *more)
{
    g_auto (GStrv) words = g_strsplit (command, " ", -1);
    g_auto (GStrv) others = g_strsplit (more, " ", -1);
    GString *merged;

    for (guint i = 0; i < 4; i++)
        if (! words[i] || ! others[i] || ! g_str_equal (words[i], others[i]))
            return NULL;
    merged = g_string_new (command);
    if (! strstr (command, INCOMING) != ! strstr (more, INCOMING))
        return g_string_free (merged, TRUE), NULL;
    for (guint i = 4; others[i] && others[i + 1]; i += 2)
        if (! g_strv_contains ((const char *const *) words, others[i]))
            g_string_append_printf (merged, " %s %s", others[i], others[i + 1]);
    return g_string_free (merged, FALSE);
}

/* The checks that STEPS name, one for each thing that is checked. */
static GPtrArray *
commands_in (const GArray *steps)
{
    GPtrArray *commands = g_ptr_array_new_with_free_func (g_free);

    for (guint i = 0; i < steps->len; i++) {
        const ModoriAdviceLine *line = &g_array_index (steps, ModoriAdviceLine, i);
        char *merged = NULL;
        guint at = 0;

        if (! is_check (line))
            continue;
        while (at < commands->len && ! (merged = merge (commands->pdata[at], line->text)))
            at++;
        if (! merged) {
            g_ptr_array_add (commands, g_strdup (line->text));
            continue;
        }
        g_free (commands->pdata[at]);
        commands->pdata[at] = merged;
    }
    return commands;
}

/* The length of "HOST | TYPE |" at the start of LINE, a record; else 0. */
static gsize
record_key (const ModoriAdviceLine *line)
{
    const char *bar = line->kind == MODORI_ADVICE_RECORD ? strchr (line->text, '|') : NULL;

    bar = bar ? strchr (bar + 1, '|') : NULL;
    return bar ? (gsize) (bar - line->text) : 0;
}

/* The first AT lines of STEPS come from checks: a record that they propose stands there as it
 * shall be, and takes the place of what the advice says in general. */
static void
drop_general_records (GArray *steps, guint at)
{
    for (guint i = steps->len; i > at; i--) {
        const ModoriAdviceLine *line = &g_array_index (steps, ModoriAdviceLine, i - 1);
        gsize size = record_key (line);

        for (guint k = 0; size > 0 && k < at; k++) {
            const ModoriAdviceLine *found = &g_array_index (steps, ModoriAdviceLine, k);

            if (record_key (found) == size && strncmp (found->text, line->text, size) == 0) {
                g_array_remove_index (steps, i - 1);
                break;
            }
        }
    }
}

/* What the checks find stands before the steps. */
static void
amend (GArray *steps, const char *lang, const ModoriCase *facts, gpointer data)
{
    ModoriOnline *online = data;
    g_autoptr (GPtrArray) commands = commands_in (steps);
    guint at = 0;

    for (guint i = 0; i < commands->len; i++) {
        const char *command = g_ptr_array_index (commands, i);
        const ModoriCheckup *checkup = run_once (online, command, facts);

        if (checkup)
            at += modori_checkup_steps (steps, at, checkup, command, online->engine, lang);
    }
    drop_general_records (steps, at);
}

ModoriOnline *
modori_online_new (const ModoriChecks *checks, ModoriEngine *engine, gboolean quiet,
                   GError **error)
{
    ModoriResolver *resolver = modori_checks_resolver (checks, error);
    ModoriOnline *online;

    if (! resolver)
        return NULL;
    online = g_new0 (ModoriOnline, 1);
    online->checks = checks;
    online->engine = engine;
    online->resolver = resolver;
    online->quiet = quiet;
    online->done = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                          (GDestroyNotify) modori_checkup_free);
    modori_adviser_amend (engine->adviser, amend, online);
    return online;
}

void
modori_online_free (ModoriOnline *online)
{
    if (! online)
        return;
    modori_adviser_amend (online->engine->adviser, NULL, NULL);
    modori_resolver_free (online->resolver);
    g_hash_table_unref (online->done);
    g_free (online);
}

int
modori_online_validate (gboolean online, ModoriChecks *checks)
{
    const char *option = checks->resolver ? "--resolver" : checks->ca_file ? "--ca-file"
        : checks->seconds ? "--timeout" : checks->allow_private ? "--allow-private" : NULL;

    if (online)
        return modori_checks_validate (checks);
    if (! option)
        return EX_OK;
    modori_complain (_("%s needs --online"), option);
    return EX_USAGE;
}
