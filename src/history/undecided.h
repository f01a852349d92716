/* undecided.h - the wordings of replies that nobody could tell the reason of.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_HISTORY_UNDECIDED_H
#define MODORI_HISTORY_UNDECIDED_H

#include "history/gather.h"

/* At most TOP ModoriUndecided, which they free, the most frequent first.  NULL with ERROR set. */
GPtrArray *modori_undecided_new (const ModoriGather *gather, guint top, GError **error);

#endif
