/* repairs.h - what to repair, and what it wins.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_HISTORY_REPAIRS_H
#define MODORI_HISTORY_REPAIRS_H

#include "history/gather.h"

/* ModoriRepair, which they free: at most TOP that are the sender's own fault, then at most
 * TOP_OTHERS; each kind by how many failures it explains.  NULL with ERROR set. */
GPtrArray *modori_repairs_new (const ModoriGather *gather, guint top, guint top_others,
                               GError **error);

#endif
