/* blocklist.h - block lists: which one a reply speaks of.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_RULES_BLOCKLIST_H
#define MODORI_RULES_BLOCKLIST_H

#include "text/index.h"
#include "text/knowledge.h"
#include "text/pattern.h"

extern const ModoriKind modori_blocklist_kind;

typedef struct ModoriBlocklists ModoriBlocklists;

ModoriBlocklists *modori_blocklists_new (const ModoriKnowledge *knowledge, GError **error);
void modori_blocklists_free (ModoriBlocklists *lists);

/* The first list that WORDS speak of, or NULL.  CAPTURES (may be NULL) gets what is listed, when
 * the list's pattern catches it: client_ip or listed_domain. */
const ModoriBlock *modori_blocklists_find (ModoriBlocklists *lists, ModoriSpan words,
                                           ModoriCaptures *captures);

/* How many marks they have; they are entered into INDEX as items from FIRST on.  The first list
 * that WORDS speak of when that INDEX has looked at them. */
guint modori_blocklists_n_marks (const ModoriBlocklists *lists);
void modori_blocklists_enter (const ModoriBlocklists *lists, ModoriIndex *index, guint first);
const ModoriBlock *modori_blocklists_find_in (const ModoriBlocklists *lists,
                                              const ModoriSubject *words,
                                              const ModoriIndex *index, guint first,
                                              ModoriCaptures *captures);

/* What a Blocklist says of itself. */
typedef enum {
    MODORI_BLOCKLIST_TITLE,
    MODORI_BLOCKLIST_LISTS,         /* "ip", "domain", "url", "nobody" */
    MODORI_BLOCKLIST_LOOK_UP,       /* a page */
    MODORI_BLOCKLIST_REMOVAL,       /* a page */
    MODORI_BLOCKLIST_NOTE,
    MODORI_N_BLOCKLIST_TEXTS
} ModoriBlocklistText;

/* WHAT of BLOCK, a Blocklist, in LANG; the caller frees; "" when there is none. */
char *modori_blocklist_text (const ModoriBlock *block, ModoriBlocklistText what,
                             const char *lang);

/* The name under which the DNS tells whether LISTED, an address or a domain, is on the list of
 * BLOCK ("10.2.0.192.zen.example.org"); NULL when it cannot be asked; the caller frees. */
char *modori_blocklist_query (const ModoriBlock *block, ModoriSpan listed);

/* For `rules test`. */
gboolean modori_blocklists_check (ModoriBlocklists *lists, const ModoriBlock *block,
                                  GError **error);
gboolean modori_blocklists_test_example (ModoriBlocklists *lists, const ModoriBlock *block,
                                         const ModoriEntry *example,
                                         gboolean want, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ModoriBlocklists, modori_blocklists_free)

#endif
