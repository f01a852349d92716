/* progress.h - one line on the terminal that tells how far a long run is.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_OUTPUT_PROGRESS_H
#define MODORI_OUTPUT_PROGRESS_H

#include <glib.h>

typedef struct ModoriProgress ModoriProgress;

/* On standard error, when that is a terminal; else NULL, which all functions here accept. */
ModoriProgress *modori_progress_new (void);
void modori_progress_free (ModoriProgress *progress);

/* Show it, a few times a second at most.  DONE of TOTAL bytes (0: not known). */
void modori_progress_show (ModoriProgress *progress, guint64 done, guint64 total,
                           guint64 messages, guint64 bounces);

/* Take it away: something else is to be written. */
void modori_progress_clear (ModoriProgress *progress);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ModoriProgress, modori_progress_free)

#endif
