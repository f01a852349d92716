/* past.c - what the commands share that remember.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"
#include "commands/past.h"
#include "commands/reading.h"
#include "commands/settings.h"
#include "commands/setup.h"

#include "history/spool.h"
#include "text/error.h"

#include <glib/gi18n.h>
#include <string.h>

/* Nobody looks further back, and no sum of it leaves 64 bits. */
#define SPAN_MAX 100000

#define DAY (24 * 60 * 60)

/* --- times --- */

/* DATE, so many months before. */
static gboolean
months_before (gint64 now, gint64 months, gint64 *seconds)
{
    g_autoptr (GDateTime) present = g_date_time_new_from_unix_local (now);
    g_autoptr (GDateTime) past = present ? g_date_time_add_months (present, (int) -months) : NULL;

    *seconds = past ? g_date_time_to_unix (past) : 0;
    return TRUE;
}

/* "7d": a number and one letter. */
static gboolean
read_span (const char *text, gint64 now, gint64 *seconds)
{
    gsize digits = strspn (text, "0123456789");
    gint64 count;

    if (digits == 0 || digits > 6 || ! text[digits] || text[digits + 1])
        return FALSE;
    count = MIN (g_ascii_strtoll (text, NULL, 10), SPAN_MAX);
    switch (text[digits]) {
    case 'h':
        *seconds = now - count * 60 * 60;
        return TRUE;
    case 'd':
        *seconds = now - count * DAY;
        return TRUE;
    case 'w':
        *seconds = now - count * 7 * DAY;
        return TRUE;
    case 'm':
        return months_before (now, count, seconds);
    case 'y':
        return months_before (now, count * 12, seconds);
    default:
        return FALSE;
    }
}

/* "2026-11-01", when that day begins here; "2026-11-01T12:00:00Z". */
static gboolean
read_date (const char *text, gint64 *seconds)
{
    g_autoptr (GTimeZone) here = g_time_zone_new_local ();
    g_autofree char *start = strlen (text) == strlen ("2026-11-01")
        ? g_strconcat (text, "T00:00:00", NULL) : g_strdup (text);
    g_autoptr (GDateTime) date = g_date_time_new_from_iso8601 (start, here);

    if (date)
        *seconds = g_date_time_to_unix (date);
    return date != NULL;
}

gboolean
modori_past_time (const char *text, gint64 now, gint64 *seconds, GError **error)
{
    if (g_str_equal (text, "now"))
        *seconds = now;
    else if (! read_span (text, now, seconds) && ! read_date (text, seconds)) {
        g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                     _("\"%s\" is no time; something like 12h, 7d, 2w, 3m (months), 1y, 2026-11-01 "
                       "or 2026-11-01T08:00:00+09:00 was expected"), text);
        return FALSE;
    }
    *seconds = MAX (*seconds, 0);
    return TRUE;
}

/* --- command line and configuration --- */

void
modori_past_clear (ModoriPast *past)
{
    g_clear_pointer (&past->history, g_free);
    g_clear_pointer (&past->spool, g_free);
    g_clear_pointer (&past->now_text, g_free);
    g_clear_pointer (&past->redactor, modori_redactor_free);
    g_clear_pointer (&past->waiting, modori_history_free);
}

static gboolean
complete_now (ModoriPast *past, GError **error)
{
    past->now = g_get_real_time () / G_USEC_PER_SEC;
    if (! past->now_text || modori_past_time (past->now_text, past->now, &past->now, error))
        return TRUE;
    g_prefix_error (error, "--now: ");
    return FALSE;
}

/* What the command line said, else KEY of the configuration, else the default. */
static void
complete_path (char **path, const ModoriSettings *settings, const char *key,
               char *(*otherwise) (void))
{
    if (! *path)
        *path = g_strdup (modori_settings_text (settings, "history", key));
    if (! *path)
        *path = otherwise ();
}

static gboolean
complete_redactor (ModoriPast *past, const ModoriSettings *settings, GError **error)
{
    const char *key = modori_settings_text (settings, "redact", "key");
    g_autoptr (GError) wrong = NULL;

    past->kept_redacted = modori_settings_flag (settings, "history", "redact", FALSE);
    if (! past->redact && ! past->kept_redacted)
        return TRUE;
    if (! key) {
        g_set_error (error, MODORI_ERROR, MODORI_ERROR_SYNTAX,
                     _("there is no key to redact with: put \"key = $(openssl rand -hex 32)\" "
                       "under [redact] in modori.conf"));
        return FALSE;
    }
    past->redactor = modori_redactor_new (key, &wrong);
    if (past->redactor)
        return TRUE;
    if (wrong->code == MODORI_ERROR_SYNTAX)
        modori_settings_fail (settings, "redact", "key", wrong->message, error);
    else
        g_propagate_error (error, g_steal_pointer (&wrong));
    return FALSE;
}

gboolean
modori_past_complete (ModoriPast *past, GError **error)
{
    const ModoriSettings *settings;

    if (past->complete)
        return TRUE;
    settings = modori_settings (error);
    if (! settings || ! complete_now (past, error) || ! complete_redactor (past, settings, error))
        return FALSE;
    complete_path (&past->history, settings, "file", modori_history_default_path);
    complete_path (&past->spool, settings, "spool", modori_spool_default_path);
    past->complete = TRUE;
    return TRUE;
}

/* Are the names under [suppress-reasons] reasons? */
static gboolean
check_reasons (ModoriEngine *engine, GError **error)
{
    const ModoriSettings *settings = modori_settings (error);
    g_auto (GStrv) names = settings ? modori_settings_keys (settings, "suppress-reasons") : NULL;

    for (char **name = names; name && *name; name++) {
        g_autoptr (ModoriPolicy) policy = modori_policy_new ();
        g_autoptr (GError) wrong = NULL;

        g_hash_table_replace (policy->reasons, g_strdup (*name), g_new0 (ModoriThreshold, 1));
        if (modori_policy_check (policy, engine, &wrong))
            continue;
        modori_settings_fail (settings, "suppress-reasons", *name, wrong->message, error);
        return FALSE;
    }
    return settings != NULL;
}

/* --- histories --- */

/* Without the spool. */
static ModoriHistory *
open_history (ModoriPast *past, ModoriEngine *engine, gboolean kept, GError **error)
{
    g_autofree char *rules = NULL;

    if (! modori_past_complete (past, error) || ! check_reasons (engine, error))
        return NULL;
    rules = modori_history_rules_version (engine);
    return modori_history_open (kept ? past->history : NULL, rules, past->now, error);
}

/* What cannot be taken in stays in the spool: that is said, and the rest goes on. */
static gboolean
take_in (ModoriPast *past, ModoriHistory *history, ModoriEngine *engine, GError **error)
{
    const ModoriJobsOptions jobs = modori_reading_jobs (0);
    ModoriIntake intake = { 0 };
    gboolean good;

    if (! modori_spool_is_waiting (past->spool))
        return TRUE;
    good = modori_intake_run (past->spool, history, engine, MODORI_PAST_KEEPER (past), &jobs,
                              &intake, error);
    if (good && intake.trouble)
        modori_complain ("%s", intake.trouble);
    g_free (intake.trouble);
    return good;
}

/* --- the sandbox --- */

/* Is FOLDER one that only modori writes into? */
static gboolean
is_own_folder (const char *folder)
{
    g_autofree char *name = g_path_get_basename (folder);

    return g_str_equal (name, PACKAGE_NAME);
}

/* The files of the open history.  Those beside it are there already where it has a log, and then
 * the folder, which may be anything, is left alone; else SQLite makes them anew each time. */
static void
leave_history (ModoriSandbox *sandbox, const ModoriPast *past)
{
    g_autofree char *log = g_strconcat (past->history, "-wal", NULL);
    g_autofree char *shared = g_strconcat (past->history, "-shm", NULL);
    g_autofree char *folder = g_path_get_dirname (past->history);

    modori_sandbox_change (sandbox, past->history);
    modori_sandbox_change (sandbox, log);
    modori_sandbox_change (sandbox, shared);
    modori_sandbox_change (sandbox, past->spool);
    if (is_own_folder (folder) || ! g_file_test (log, G_FILE_TEST_EXISTS))
        modori_sandbox_change (sandbox, folder);
}

static gboolean
enter (ModoriPast *past, gboolean with_history, GError **error)
{
    g_autoptr (ModoriSandbox) sandbox = modori_sandbox_new ();

    modori_sandbox_read_all (sandbox, past->inputs);
    modori_sandbox_read (sandbox, past->ca_file);
    modori_sandbox_change (sandbox, past->output);
    sandbox->links = TRUE;
    sandbox->recursive = past->recursive;
    sandbox->network = past->network;
    sandbox->database = with_history || past->adds_up;
    if (with_history)
        leave_history (sandbox, past);
    return modori_setup_confine (sandbox, error);
}

gboolean
modori_past_confine (ModoriPast *past, ModoriEngine *engine, GError **error)
{
    if (engine && ! modori_past_complete (past, error))
        return FALSE;
    if (engine && modori_spool_is_waiting (past->spool)) {
        g_autoptr (GError) why = NULL;

        past->waiting = open_history (past, engine, TRUE, &why);
        if (! past->waiting)
            modori_complain ("%s", why->message);
    }
    return enter (past, past->waiting != NULL, error);
}

ModoriHistory *
modori_past_look (ModoriPast *past, ModoriEngine *engine, GError **error)
{
    return open_history (past, engine, TRUE, error);
}

gboolean
modori_past_enter (ModoriPast *past, ModoriHistory *history, ModoriEngine *engine, GError **error)
{
    return enter (past, TRUE, error) && take_in (past, history, engine, error);
}

ModoriHistory *
modori_past_open (ModoriPast *past, ModoriEngine *engine, GError **error)
{
    g_autoptr (ModoriHistory) history = modori_past_look (past, engine, error);

    if (! history || ! modori_past_enter (past, history, engine, error))
        return NULL;
    return g_steal_pointer (&history);
}

ModoriHistory *
modori_past_private (ModoriPast *past, ModoriEngine *engine, GError **error)
{
    return open_history (past, engine, FALSE, error);
}

void
modori_past_take_in (ModoriPast *past, ModoriEngine *engine)
{
    g_autoptr (ModoriHistory) history = g_steal_pointer (&past->waiting);
    g_autoptr (GError) error = NULL;

    if (history && ! take_in (past, history, engine, &error))
        modori_complain ("%s", error->message);
}

/* --- policy --- */

static gboolean
read_threshold (const ModoriSettings *settings, const char *group, const char *key,
                ModoriThreshold *threshold, GError **error)
{
    const char *text = modori_settings_text (settings, group, key);
    g_autoptr (GError) wrong = NULL;

    if (! text || modori_threshold_parse (threshold, text, &wrong))
        return TRUE;
    modori_settings_fail (settings, group, key, wrong->message, error);
    return FALSE;
}

static gboolean
read_reasons (const ModoriSettings *settings, ModoriPolicy *policy, GError **error)
{
    g_auto (GStrv) names = modori_settings_keys (settings, "suppress-reasons");

    for (char **name = names; *name; name++) {
        g_autofree ModoriThreshold *threshold = g_new0 (ModoriThreshold, 1);

        if (! read_threshold (settings, "suppress-reasons", *name, threshold, error))
            return FALSE;
        g_hash_table_replace (policy->reasons, g_strdup (*name), g_steal_pointer (&threshold));
    }
    return TRUE;
}

ModoriPolicy *
modori_past_policy (GError **error)
{
    const ModoriSettings *settings = modori_settings (error);
    g_autoptr (ModoriPolicy) policy = settings ? modori_policy_new () : NULL;

    if (! policy || ! read_threshold (settings, "suppress", "hard", &policy->hard, error)
        || ! read_threshold (settings, "suppress", "soft", &policy->soft, error)
        || ! read_reasons (settings, policy, error))
        return NULL;
    policy->complaints = modori_settings_flag (settings, "suppress", "complaints",
                                               policy->complaints);
    return g_steal_pointer (&policy);
}
