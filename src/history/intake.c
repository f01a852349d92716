/* intake.c - from the spool into history.
 *
 * A message is removed from the spool after the transaction that holds what it says is committed.
 * Who is killed in between takes it in once more: an outcome is known by its id, so it is there
 * once all the same.  What is no report is not kept in history, but it is somebody's mail: it is
 * put aside.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"
#include "history/intake.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "history/spool.h"
#include "text/error.h"

/* A transaction is committed after so many messages or microseconds, whichever comes first: each
 * commit waits for the disk, and others wait for the database meanwhile. */
#define BATCH 500
#define BATCH_TIME G_USEC_PER_SEC

/* Seconds to wait for another process that is taking the same spool in: it does what we want. */
#define PATIENCE 60

/* Seconds after which nobody is still writing a file in tmp/: what Maildir readers assume. */
#define STALE (36 * 60 * 60)

/* A message that was read. */
typedef struct {
    char *path;
    gboolean report;
} Taken;

typedef struct {
    const char *dir;
    ModoriHistory *history;
    ModoriEngine *engine;
    ModoriRedactor *redactor;
    ModoriIntake *intake;
    GArray *taken;              /* Taken, since the last commit */
    gboolean open;              /* there is a transaction */
    gint64 since;               /* monotonic time of its begin */
} Run;

static void
clear_taken (gpointer data)
{
    g_free (((Taken *) data)->path);
}

/* A message is left where it is because of ERROR. */
static void
leave (Run *run, const GError *error)
{
    run->intake->left++;
    if (! run->intake->trouble)
        run->intake->trouble = g_strdup (error->message);
}

/* --- transactions --- */

static gboolean
begin (Run *run, GError **error)
{
    if (run->open)
        return TRUE;
    run->open = modori_history_begin (run->history, error);
    run->since = g_get_monotonic_time ();
    return run->open;
}

static gboolean
remove_file (const char *path, GError **error)
{
    if (unlink (path) == 0 || errno == ENOENT)
        return TRUE;
    g_set_error (error, MODORI_ERROR, MODORI_ERROR_IO, _("%s: cannot be removed: %s"), path,
                 g_strerror (errno));
    return FALSE;
}

/* What TAKEN says is safe: it need not stay. */
static void
let_go (Run *run, const Taken *taken)
{
    g_autoptr (GError) error = NULL;
    gboolean gone = taken->report ? remove_file (taken->path, &error)
                                  : modori_spool_put_aside (run->dir, taken->path, &error);

    if (! gone) {
        leave (run, error);
        return;
    }
    run->intake->messages++;
    run->intake->reports += taken->report;
    run->intake->aside += ! taken->report;
}

static gboolean
commit (Run *run, GError **error)
{
    if (! run->open)
        return TRUE;
    run->open = FALSE;
    if (! modori_history_commit (run->history, error)) {
        modori_history_rollback (run->history);
        return FALSE;
    }
    for (guint i = 0; i < run->taken->len; i++)
        let_go (run, &g_array_index (run->taken, Taken, i));
    g_array_set_size (run->taken, 0);
    return TRUE;
}

static gboolean
is_full (const Run *run)
{
    return run->taken->len >= BATCH || g_get_monotonic_time () - run->since >= BATCH_TIME;
}

/* --- messages --- */

static gboolean
add_outcomes (Run *run, GError **error)
{
    ModoriReport *report = run->engine->report;

    if (run->redactor)
        modori_redact_report (run->redactor, report);
    for (guint i = 0; i < modori_report_n_outcomes (report); i++)
        if (! modori_history_add (run->history, modori_report_outcome (report, i), NULL, error))
            return FALSE;
    return TRUE;
}

/* The file goes away, so that its path means nothing; hints are written when they are read. */
static gboolean
take (Run *run, const ModoriMail *mail, GError **error)
{
    ModoriMail nowhere = *mail;
    Taken taken = { 0 };

    if (! begin (run, error))
        return FALSE;
    nowhere.path = "";
    nowhere.offset = 0;
    taken.report = modori_engine_read (run->engine, &nowhere, "")
                   && modori_report_n_outcomes (run->engine->report) > 0;
    if (taken.report && ! add_outcomes (run, error))
        return FALSE;
    taken.path = g_strdup (mail->path);
    g_array_append_val (run->taken, taken);
    return TRUE;
}

/* The file of the last message turned out not to be readable to its end: it stays. */
static void
keep_last (Run *run)
{
    if (run->taken->len > 0)
        g_array_set_size (run->taken, run->taken->len - 1);
}

/* The next message, over those that cannot be read.  FALSE at the end. */
static gboolean
next (Run *run, ModoriSource *source, ModoriMail *mail, gboolean *fresh)
{
    while (TRUE) {
        g_autoptr (GError) error = NULL;

        if (modori_source_next (source, mail, &error))
            return TRUE;
        if (! error)
            return FALSE;
        leave (run, error);
        if (*fresh && mail->truncated)
            keep_last (run);
        *fresh = FALSE;
    }
}

static gboolean
take_all (Run *run, GError **error)
{
    const ModoriSourceOptions options = { .one = TRUE, .no_lock = TRUE };
    g_autoptr (ModoriSource) source = modori_source_open (run->dir, &options, error);
    ModoriMail mail = { 0 };
    gboolean fresh = FALSE;

    if (! source)
        return FALSE;
    while (next (run, source, &mail, &fresh)) {
        if (run->open && is_full (run) && ! commit (run, error))
            return FALSE;
        if (! take (run, &mail, error))
            return FALSE;
        fresh = TRUE;
    }
    return commit (run, error);
}

/* --- the spool --- */

/* What a process left in tmp/ that was killed: its message was never acknowledged. */
static void
remove_stale (const char *dir)
{
    g_autofree char *tmp = g_build_filename (dir, "tmp", NULL);
    g_autoptr (GDir) list = g_dir_open (tmp, 0, NULL);
    const gint64 now = g_get_real_time () / G_USEC_PER_SEC;
    const char *name;

    while (list && (name = g_dir_read_name (list))) {
        g_autofree char *path = g_build_filename (tmp, name, NULL);
        struct stat info;

        if (lstat (path, &info) == 0 && S_ISREG (info.st_mode) && now - info.st_mtime > STALE)
            unlink (path);
    }
}

gboolean
modori_intake_run (const char *dir, ModoriHistory *history, ModoriEngine *engine,
                   ModoriRedactor *redactor, ModoriIntake *intake, GError **error)
{
    Run run = { .dir = dir, .history = history, .engine = engine, .redactor = redactor,
                .intake = intake };
    g_autoptr (ModoriSpoolLock) lock = NULL;
    g_autoptr (GArray) taken = g_array_new (FALSE, FALSE, sizeof (Taken));
    gboolean good;

    if (! modori_spool_is_waiting (dir))
        return TRUE;
    lock = modori_spool_lock (dir, PATIENCE, error);
    if (! lock)
        return FALSE;
    remove_stale (dir);
    g_array_set_clear_func (taken, clear_taken);
    run.taken = taken;
    good = take_all (&run, error);
    if (run.open)
        modori_history_rollback (history);
    return good;
}
