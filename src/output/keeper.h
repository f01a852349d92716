/* keeper.h - messages that are kept, each in a file of its own.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_OUTPUT_KEEPER_H
#define MODORI_OUTPUT_KEEPER_H

#include "text/span.h"

/* Make the directory DIR unless it is there.  FALSE with ERROR set. */
gboolean modori_keeper_open (const char *dir, GError **error);

/* Write BYTES to DIR/NAME.eml, readable by the user only, unless that is there.  FALSE with ERROR
 * set: then nothing is left behind. */
gboolean modori_keeper_keep (const char *dir, const char *name, ModoriSpan bytes, GError **error);

#endif
