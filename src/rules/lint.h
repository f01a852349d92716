/* lint.h - faults of the knowledge that no example shows.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_RULES_LINT_H
#define MODORI_RULES_LINT_H

#include "rules/engine.h"

/* Can the words in ENTRY, a plain Match of the Rule BLOCK, ever let it decide, or does a rule that
 * is asked before it always take them?  FALSE with ERROR set. */
gboolean modori_lint_shadow (ModoriEngine *engine, const ModoriBlock *block,
                             const ModoriEntry *entry, GError **error);

/* Has the Advice BLOCK something that leads to it: a block that names it?  FALSE with ERROR set. */
gboolean modori_lint_reach (const ModoriKnowledge *knowledge, const ModoriBlock *block,
                            GError **error);

/* Has the link in ENTRY of BLOCK the form of one that a person can follow (RFC 3986, http or https,
 * a host with a domain, nothing left to be filled in)?  Whether somebody answers there is not
 * asked: rules are tested without a network.  FALSE with ERROR set. */
gboolean modori_lint_link (const ModoriBlock *block, const ModoriEntry *entry, GError **error);

/* Does the field NAME of BLOCK hold a text for people, wanted in both languages?  If so, has BLOCK
 * as many in one as in the other of that of ENTRY?  FALSE with ERROR set. */
gboolean modori_lint_is_text (const ModoriBlock *block, const char *name);
gboolean modori_lint_both (const ModoriBlock *block, const ModoriEntry *entry, GError **error);

/* Does ENTRY of BLOCK name other blocks (Reason, Advice, Provider)?  If so, are they there?  FALSE
 * with ERROR set. */
gboolean modori_lint_names_something (const ModoriBlock *block, const ModoriEntry *entry);
gboolean modori_lint_names (const ModoriKnowledge *knowledge, const ModoriBlock *block,
                            const ModoriEntry *entry, GError **error);

#endif
