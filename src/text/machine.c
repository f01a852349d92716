/* machine.c - machine code of regular expressions, within bounds.
 *
 * The longer a run, the more expressions have been needed often, until there would be machine code
 * of nearly all: some 10 MiB in each process.  But those that are needed most come first; so there
 * is room for these, and the others are interpreted.  So are all where the kernel was told not to
 * let anybody make code (systemd's MemoryDenyWriteExecute): then it is tried once.
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

    if (before >= ROOM)
        return;
    if (pcre2_jit_compile (code, PCRE2_JIT_COMPLETE) != 0) {
        g_private_set (&made, GSIZE_TO_POINTER (ROOM));
        return;
    }
    pcre2_pattern_info (code, PCRE2_INFO_JITSIZE, &size);
    g_private_set (&made, GSIZE_TO_POINTER (before + size));
}

static int
count_step (pcre2_callout_block *block G_GNUC_UNUSED, void *data)
{
    guint *left = data;

    return --*left ? 0 : PCRE2_ERROR_CALLOUT;
}

int
modori_machine_count (const pcre2_code *code, ModoriSpan text, guint limit, guint *left)
{
    pcre2_match_data *data = pcre2_match_data_create_from_pattern (code, NULL);
    pcre2_match_context *context = pcre2_match_context_create (NULL);
    const guint all = *left;
    int result;

    pcre2_set_match_limit (context, limit);
    pcre2_set_callout (context, count_step, left);
    result = pcre2_match (code, (PCRE2_SPTR) text.at, text.len, 0, 0, data, context);
    if (result == PCRE2_ERROR_JIT_STACKLIMIT) {
        *left = all;
        result = pcre2_match (code, (PCRE2_SPTR) text.at, text.len, 0, PCRE2_NO_JIT, data, context);
    }
    pcre2_match_context_free (context);
    pcre2_match_data_free (data);
    return result;
}
