/* machine.c - machine code of regular expressions, within bounds.
 *
 * The longer a run, the more expressions have been needed often, until there would be machine code
 * of nearly all: some 10 MiB in each process.  But those that are needed most come first; so there
 * is room for these, and the others are interpreted.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "text/machine.h"

/* Bytes of machine code that a thread makes. */
#define ROOM (1536 * 1024)

void
modori_machine_compile (pcre2_code *code)
{
    static GPrivate made = G_PRIVATE_INIT (NULL);
    gsize size = 0, before = GPOINTER_TO_SIZE (g_private_get (&made));

    if (before >= ROOM || pcre2_jit_compile (code, PCRE2_JIT_COMPLETE) != 0)
        return;
    pcre2_pattern_info (code, PCRE2_INFO_JITSIZE, &size);
    g_private_set (&made, GSIZE_TO_POINTER (before + size));
}
