/* blocklist.h - block lists: which one a reply speaks of.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_RULES_BLOCKLIST_H
#define MODORI_RULES_BLOCKLIST_H

#include "text/knowledge.h"
#include "text/pattern.h"

extern const ModoriKind modori_blocklist_kind;

typedef struct ModoriBlocklists ModoriBlocklists;

ModoriBlocklists *modori_blocklists_new (const ModoriKnowledge *knowledge, GError **error);
void modori_blocklists_free (ModoriBlocklists *lists);

/* The first list that WORDS speak of, or NULL. */
const ModoriBlock *modori_blocklists_find (ModoriBlocklists *lists, ModoriSpan words);

/* What BLOCK, a Blocklist, says; the caller frees; "" when there is none. */
char *modori_blocklist_title (const ModoriBlock *block, const char *lang);
char *modori_blocklist_look_up (const ModoriBlock *block);
char *modori_blocklist_removal (const ModoriBlock *block);
char *modori_blocklist_note (const ModoriBlock *block, const char *lang);

/* For `rules test`. */
gboolean modori_blocklists_check (ModoriBlocklists *lists, const ModoriBlock *block,
                                  GError **error);
gboolean modori_blocklists_test_example (ModoriBlocklists *lists, const ModoriBlock *block,
                                         const ModoriEntry *example,
                                         gboolean want, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ModoriBlocklists, modori_blocklists_free)

#endif
