/* chart.h - drawings in SVG that need no script: a bar for a share, the trend by day.
 *
 * Places from left to right are per cent and those from top to bottom are pixels, so that a
 * drawing takes the width it gets and its letters stay as large as those around it.  Colours are
 * classes of the page's style sheet, with a fallback for programs that drop it.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_OUTPUT_CHART_H
#define MODORI_OUTPUT_CHART_H

#include "history/digest.h"

/* Append a bar that is COUNT / MOST wide, HARD of it in another colour; it speaks for itself in
 * its title. */
void modori_chart_bar (GString *out, guint64 count, guint64 hard, guint64 most);

/* Append the trend of DIGEST by day (hard on soft), the period before as a line, with axes. */
void modori_chart_trend (GString *out, const ModoriDigest *digest);

/* Append the same without letters, as an ornament. */
void modori_chart_spark (GString *out, const ModoriDigest *digest);

/* Append squares of the colours with their meaning. */
void modori_chart_legend (GString *out, gboolean before);

#endif
