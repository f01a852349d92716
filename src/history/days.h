/* days.h - the trend: failures by day, or by week.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_HISTORY_DAYS_H
#define MODORI_HISTORY_DAYS_H

#include "history/gather.h"

/* Fill the days of GATHER's digest. */
void modori_days_fill (const ModoriGather *gather);

#endif
