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

#include "history/outcomes.h"
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
    ModoriIntake *intake;
    ModoriOutcomes *outcomes;
    GArray *taken;              /* Taken, since the last commit */
    gboolean open;              /* there is a transaction */
    gint64 since;               /* monotonic time of its begin */
    GString *last;              /* path of the message that was added last */
    GError *error;              /* of the history: it ends the run */
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
add (const ModoriOutcome *outcome, gpointer data)
{
    Run *run = data;

    return begin (run, &run->error)
           && modori_history_add (run->history, outcome, NULL, &run->error);
}

/* All that MAIL says is in the transaction. */
static void
took (const ModoriMail *mail, gboolean report, gpointer data)
{
    Run *run = data;
    const Taken taken = { g_strdup (mail->path), report };

    g_array_append_val (run->taken, taken);
    if (! run->error)
        begin (run, &run->error);
}

/* Whoever comes next need not fail at MAIL again; it is put aside, and somebody told. */
static void
failed (const ModoriMail *mail, const char *reason, gpointer data)
{
    Run *run = data;
    g_autoptr (GError) error = NULL;

    if (! modori_spool_put_aside (run->dir, mail->path, &error)) {
        leave (run, error);
        return;
    }
    run->intake->faults++;
    if (! run->intake->trouble)
        run->intake->trouble = g_strdup_printf (
            _("%s: modori could not read this message (its process %s); it is put aside, in the "
              "folder .other.  This is a fault of modori: please report it"), mail->path, reason);
}

/* Nothing is missing. */
static void
lost (const char *reason, gpointer data)
{
    (void) reason, (void) data;
}

/* The file goes away, so that its path means nothing; hints are written when they are read. */
static ModoriOutcomes *
reader_of (Run *run, ModoriEngine *engine, ModoriRedactor *redactor, const ModoriJobsOptions *jobs)
{
    const ModoriOutcomesReader reader = { engine, redactor, "", TRUE };
    const ModoriOutcomesTable table = { add, took, failed, lost, run };

    return modori_outcomes_new (jobs, &reader, &table);
}

/* The file of the last message turned out not to be readable to its end: it stays. */
static void
keep_last (Run *run)
{
    modori_outcomes_finish (run->outcomes);
    for (guint i = run->taken->len; i-- > 0;)
        if (g_str_equal (g_array_index (run->taken, Taken, i).path, run->last->str)) {
            g_array_remove_index (run->taken, i);
            return;
        }
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
    while (! run->error && next (run, source, &mail, &fresh)) {
        if (run->open && is_full (run) && ! commit (run, error))
            return FALSE;
        g_string_assign (run->last, mail.path);
        if (! modori_outcomes_add (run->outcomes, &mail))
            took (&mail, FALSE, run);
        fresh = TRUE;
    }
    modori_outcomes_finish (run->outcomes);
    if (run->error) {
        g_propagate_error (error, g_steal_pointer (&run->error));
        return FALSE;
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
                   ModoriRedactor *redactor, const ModoriJobsOptions *jobs, ModoriIntake *intake,
                   GError **error)
{
    Run run = { .dir = dir, .history = history, .intake = intake };
    g_autoptr (ModoriSpoolLock) lock = NULL;
    g_autoptr (GArray) taken = g_array_new (FALSE, FALSE, sizeof (Taken));
    g_autoptr (GString) last = g_string_new (NULL);
    g_autoptr (ModoriOutcomes) outcomes = NULL;
    gboolean good;

    if (! modori_spool_is_waiting (dir))
        return TRUE;
    lock = modori_spool_lock (dir, PATIENCE, error);
    if (! lock)
        return FALSE;
    remove_stale (dir);
    g_array_set_clear_func (taken, clear_taken);
    run.taken = taken;
    run.last = last;
    run.outcomes = outcomes = reader_of (&run, engine, redactor, jobs);
    good = take_all (&run, error);
    if (run.open)
        modori_history_rollback (history);
    return good;
}
