/* machine.h - what patterns have of PCRE2 besides its matches.  Private to text/.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_TEXT_MACHINE_H
#define MODORI_TEXT_MACHINE_H

#include "text/subject.h"

/* Make machine code of CODE, if this thread has room for it: else CODE stays as it is, and is
 * interpreted. */
void modori_machine_compile (pcre2_code *code);

/* Match CODE, which was compiled with PCRE2_AUTO_CALLOUT, somewhere in TEXT, for *LEFT steps at
 * most: each is an item of the expression that is tried.  LIMIT is PCRE2's own.  What PCRE2 says;
 * PCRE2_ERROR_CALLOUT: there were too many. */
int modori_machine_count (const pcre2_code *code, ModoriSpan text, guint limit, guint *left);

/* Add the named groups that took part in the match of CODE in TEXT, which DATA has, to
 * CAPTURES. */
void modori_captures_take (ModoriCaptures *captures, const pcre2_code *code, ModoriSpan text,
                           pcre2_match_data *data);

#endif
