/* progress.c - one line on the terminal that tells how far a long run is.
 *
 * The clock is asked once in a hundred messages: asking it each time would cost more than sifting
 * an ordinary mail.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "output/progress.h"
#include "output/terminal.h"

#include "config.h"
#include <glib/gi18n.h>
#include <string.h>
#include <unistd.h>

#define ASK_CLOCK_EVERY 100                     /* messages */
#define SHOW_EVERY (G_USEC_PER_SEC / 5)         /* faster, nobody can read it */
#define FIRST_AFTER (G_USEC_PER_SEC / 2)        /* what is done by then needs no bar */

struct ModoriProgress {
    gint64 started, shown;                      /* monotonic microseconds */
    guint calls;
    gboolean visible;
    guint columns;
};

ModoriProgress *
modori_progress_new (void)
{
    ModoriProgress *progress;

    if (isatty (STDERR_FILENO) != 1)
        return NULL;
    progress = g_new0 (ModoriProgress, 1);
    progress->started = g_get_monotonic_time ();
    progress->columns = modori_terminal_for (STDERR_FILENO, NULL).columns;
    return progress;
}

void
modori_progress_free (ModoriProgress *progress)
{
    modori_progress_clear (progress);
    g_free (progress);
}

static void
write_line (const char *text)
{
    if (write (STDERR_FILENO, text, strlen (text)) < 0)
        return;                 /* nobody to tell */
}

void
modori_progress_clear (ModoriProgress *progress)
{
    if (! progress || ! progress->visible)
        return;
    write_line ("\r\033[K");
    progress->visible = FALSE;
}

/* "12:34", minutes and seconds, from the pace so far. */
static char *
time_left (gint64 elapsed, guint64 done, guint64 total)
{
    guint64 seconds;

    if (! done || done > total)
        return g_strdup ("--:--");
    seconds =
        (guint64) ((double) elapsed / G_USEC_PER_SEC * (double) (total - done) / (double) done);
    return g_strdup_printf ("%02u:%02u", (guint) (seconds / 60), (guint) (seconds % 60));
}

static char *
bar (guint64 done, guint64 total)
{
    char cells[] = "          ";
    gsize filled =
        (gsize) ((double) MIN (done, total) / (double) total * (double) (sizeof cells - 1));

    memset (cells, '#', filled);
    return g_strdup_printf ("[%s] %3u%%", cells, (guint) (MIN (done, total) * 100 / total));
}

/* Everything there is to say, for a terminal of any width; the caller frees. */
static char *
describe (const ModoriProgress *progress, gint64 now, guint64 done, guint64 total,
          guint64 messages, guint64 bounces)
{
    g_autofree char *counts =
        g_strdup_printf (_("messages: %llu, bounces: %llu"), (unsigned long long) messages,
                         (unsigned long long) bounces);
    g_autofree char *size = g_format_size_full (done, G_FORMAT_SIZE_IEC_UNITS);
    g_autofree char *left = NULL, *cells = NULL, *whole = NULL;

    if (! total)
        return g_strdup_printf ("%s  %s", size, counts);
    left = time_left (now - progress->started, done, total);
    cells = bar (done, total);
    whole = g_strdup_printf (_("%s  %s  %s  %s left"), cells, size, counts, left);
    return g_strdup (modori_terminal_width (whole) < progress->columns ? whole : counts);
}

void
modori_progress_show (ModoriProgress *progress, guint64 done, guint64 total, guint64 messages,
                      guint64 bounces)
{
    gint64 now;
    g_autofree char *text = NULL;
    g_autoptr (GString) line = NULL;

    if (! progress || ++progress->calls % ASK_CLOCK_EVERY)
        return;
    now = g_get_monotonic_time ();
    if (now - progress->started < FIRST_AFTER || now - progress->shown < SHOW_EVERY)
        return;
    text = describe (progress, now, done, total, messages, bounces);
    line = g_string_new ("\r\033[K");
    g_string_append (line, text);
    write_line (line->str);
    progress->shown = now;
    progress->visible = TRUE;
}
