/* selector.h - names under which DKIM keys are usually published.
 *
 * The DNS cannot be asked which selectors a domain has: who does not know one can only try.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_RULES_SELECTOR_H
#define MODORI_RULES_SELECTOR_H

#include "text/knowledge.h"

extern const ModoriKind modori_selector_kind;

/* The names of all Selector blocks, at most 200.  (element-type char *), owned by KNOWLEDGE; the
 * caller unrefs the array. */
GPtrArray *modori_selector_names (const ModoriKnowledge *knowledge);

/* Could NAME be a selector? */
gboolean modori_selector_is (const char *name);

/* For `rules test`: a name that the DNS may have, and who uses it.  FALSE with ERROR set. */
gboolean modori_selector_check (const ModoriBlock *block, GError **error);

#endif
