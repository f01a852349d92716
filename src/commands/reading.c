/* reading.c - going through mailboxes, for the commands that do.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"
#include "commands/reading.h"
#include "commands/settings.h"
#include "commands/setup.h"

#include <glib/gi18n.h>
#include <sysexits.h>
#include <unistd.h>

static void
fail (ModoriReading *reading, const GError *error)
{
    modori_complain ("%s", error->message);
    if (! reading->status)
        reading->status = modori_setup_status (error);
}

static void
pass_warnings (ModoriReading *reading, ModoriSource *source)
{
    char *warning;

    while ((warning = modori_source_warning (source))) {
        if (! reading->quiet)
            modori_complain ("%s", warning);
        g_free (warning);
    }
}

static void
show_progress (ModoriReading *reading, ModoriSource *source)
{
    guint64 done = 0, total = 0;

    if (! reading->progress)
        return;
    modori_source_progress (source, &done, &total);
    modori_progress_show (reading->progress, done, total, reading->messages, reading->bounces);
}

/* After an error about one file of a directory the source goes on: so ask until it has nothing
 * more to say. */
static gboolean
next (ModoriReading *reading, ModoriSource *source, ModoriMail *mail)
{
    for (;;) {
        g_autoptr (GError) error = NULL;

        if (modori_source_next (source, mail, &error))
            return TRUE;
        if (! error)
            return FALSE;
        modori_reading_clear (reading);
        fail (reading, error);
    }
}

static void
read_path (ModoriReading *reading, const char *path, ModoriVisit visit, gpointer data)
{
    g_autoptr (GError) error = NULL;
    ModoriSourceOptions options = reading->source;
    g_autoptr (ModoriSource) source = NULL;
    ModoriMail mail;

    options.one |= reading->only_one && g_str_equal (path, "-");
    source = modori_source_open (path, &options, &error);
    if (! source) {
        fail (reading, error);
        return;
    }
    while (! reading->stop && next (reading, source, &mail)) {
        reading->messages++;
        visit (&mail, data);
        show_progress (reading, source);
    }
    pass_warnings (reading, source);
}

void
modori_reading_run (ModoriReading *reading, char **paths, ModoriVisit visit, gpointer data)
{
    static char *standard_input[] = { (char *) "-", NULL };
    g_autoptr (ModoriProgress) progress = reading->quiet ? NULL : modori_progress_new ();

    if (! paths[0]) {
        if (isatty (STDIN_FILENO) == 1) {
            modori_complain (
                _("no mailbox is named (and standard input is a terminal); try --help"));
            reading->status = EX_USAGE;
            return;
        }
        paths = standard_input;
    }
    reading->progress = progress;
    for (; *paths && ! reading->stop; paths++)
        read_path (reading, *paths, visit, data);
    reading->progress = NULL;
}

/* A wrong configuration was said when it was read first. */
ModoriJobsOptions
modori_reading_jobs (guint count)
{
    const ModoriSettings *settings = modori_settings (NULL);
    const char *configured = settings ? modori_settings_text (settings, "modori", "jobs") : NULL;

    if (! count && configured)
        count = (guint) g_ascii_strtoull (configured, NULL, 10);
    if (! count)
        count = MIN (g_get_num_processors (), MODORI_JOBS_MAX);
    return (ModoriJobsOptions) { .count = count, .enter = modori_setup_confine_worker };
}

void
modori_reading_fail (ModoriReading *reading, const ModoriMail *mail, const char *reason)
{
    modori_reading_clear (reading);
    modori_complain (_("%s: offset %llu: modori could not read this message (its process %s); it "
                       "is left out.  This is a fault of modori: please report it"), mail->path,
                     (unsigned long long) mail->offset, reason);
    if (! reading->status)
        reading->status = EX_SOFTWARE;
}

void
modori_reading_lost (ModoriReading *reading, const char *reason)
{
    modori_reading_clear (reading);
    modori_complain (_("a worker process %s; what it had is read without it"), reason);
}

void
modori_reading_clear (ModoriReading *reading)
{
    modori_progress_clear (reading->progress);
}
