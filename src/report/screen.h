/* screen.h - which of a dialect's many patterns a line may match.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_REPORT_SCREEN_H
#define MODORI_REPORT_SCREEN_H

#include "report/line.h"

typedef struct ModoriScreen ModoriScreen;

/* Numbers of patterns that were added together, up to END. */
typedef struct {
    guint start, end;
} ModoriRange;

ModoriScreen *modori_screen_new (void);
void modori_screen_free (ModoriScreen *screen);

/* Add LINES (of ModoriLine), which must outlive the screen.  They get numbers that go on behind
 * those of the last call. */
ModoriRange modori_screen_add (ModoriScreen *screen, const GPtrArray *lines);

/* Turn to TEXT, on which the patterns are tried next. */
void modori_screen_turn_to (ModoriScreen *screen, ModoriSpan text);

/* Is that text nothing but ASCII? */
gboolean modori_screen_is_ascii (const ModoriScreen *screen);

/* The first in RANGE that may match; the range goes on behind it then.  NULL when surely none
 * matches.  Of a text that is ASCII the literals were looked for, of others only how they begin. */
const ModoriLine *modori_screen_next (ModoriScreen *screen, ModoriRange *range);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ModoriScreen, modori_screen_free)

#endif
