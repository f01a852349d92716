/* specimen.h - is a message that a dialect names as its sample read by it?
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_RULES_SPECIMEN_H
#define MODORI_RULES_SPECIMEN_H

#include "rules/engine.h"

/* Does the dialect of BLOCK, which names the file PATH in its field ENTRY, bid most of all dialects
 * for the first message there?  FALSE with ERROR set when not.  FOUND becomes TRUE when it finds
 * something that nobody before it did. */
gboolean modori_specimen_test (ModoriEngine *engine, const ModoriBlock *block,
                               const ModoriEntry *entry, const char *path, gboolean *found,
                               GError **error);

#endif
