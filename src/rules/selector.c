/* selector.c - names under which DKIM keys are usually published.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "rules/selector.h"

#include <string.h>

/* Each is a question to the DNS. */
#define SELECTORS_MAX 200
/* RFC 1035 section 2.3.4. */
#define LABEL_MAX 63

enum { USED_BY, NOTE, SEE };

static const char *const field_names[] = { "Used-By", "Note", "See", NULL };

const ModoriKind modori_selector_kind = { "Selector", field_names };

GPtrArray *
modori_selector_names (const ModoriKnowledge *knowledge)
{
    const GPtrArray *blocks = modori_knowledge_raw (knowledge, &modori_selector_kind);
    GPtrArray *names = g_ptr_array_new ();

    for (guint i = 0; i < blocks->len && i < SELECTORS_MAX; i++)
        g_ptr_array_add (names, (gpointer) ((ModoriBlock *) g_ptr_array_index (blocks, i))->name);
    return names;
}

/* Labels of letters, digits, "-" and "_" with dots between them (RFC 6376 section 3.1). */
gboolean
modori_selector_is (const char *name)
{
    gsize label = 0;

    for (; *name; name++) {
        if (! g_ascii_isalnum (*name) && ! strchr ("-_.", *name))
            return FALSE;
        if (*name == '.' && label == 0)
            return FALSE;
        label = *name == '.' ? 0 : label + 1;
        if (label > LABEL_MAX)
            return FALSE;
    }
    return label > 0;
}

gboolean
modori_selector_check (const ModoriBlock *block, GError **error)
{
    if (! modori_selector_is (block->name))
        return modori_entry_fail (block, NULL, error, "Selector %s: expected a name in the DNS",
                                  block->name);
    return modori_block_entry (block, USED_BY, "")
        || modori_entry_fail (block, NULL, error, "Selector %s needs a Used-By", block->name);
}
