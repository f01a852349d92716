/* strain.h - texts that are made to keep a pattern busy.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_RULES_STRAIN_H
#define MODORI_RULES_STRAIN_H

#include "text/pattern.h"

/* Does PATTERN get through such texts of at most MAX bytes, each within MODORI_PATTERN_STEPS?
 * FALSE with ERROR set when not, or when PCRE2 does not like it. */
gboolean modori_strain_endures (ModoriPattern *pattern, gsize max, GError **error);

#endif
