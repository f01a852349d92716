/* wait.h - how long a reply asks to wait before the next attempt.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_RULES_WAIT_H
#define MODORI_RULES_WAIT_H

#include "text/knowledge.h"
#include "text/pattern.h"

/* No honest server asks for more than a month; in seconds. */
#define MODORI_WAIT_MAX (31 * 24 * 60 * 60)

typedef struct ModoriWaits ModoriWaits;

extern const ModoriKind modori_wait_kind;

/* Read the Wait blocks of KNOWLEDGE, which must outlive them.  NULL with ERROR set. */
ModoriWaits *modori_waits_new (const ModoriKnowledge *knowledge, GError **error);
void modori_waits_free (ModoriWaits *waits);

/* The seconds that WORDS (as rules see them) ask to wait; 0 when they name no time. */
guint modori_waits_find (ModoriWaits *waits, const char *words);
guint modori_waits_find_in (const ModoriWaits *waits, const ModoriSubject *words);

/* Is BLOCK complete, and EXAMPLE ("[300] words" or, when no time is named, "[0] words") right?
 * FALSE with ERROR set. */
gboolean modori_waits_check (const ModoriBlock *block, GError **error);
gboolean modori_waits_test_example (ModoriWaits *waits, const ModoriBlock *block,
                                    const ModoriEntry *entry, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ModoriWaits, modori_waits_free)

#endif
