/* facts.h - the record's key `facts`: what only the returned message told, as "name=value" with one
 * blank between them.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_RULES_FACTS_H
#define MODORI_RULES_FACTS_H

#include "text/span.h"

/* Append NAME and VALUE to OUT; blanks in VALUE are left out (a list is "a,b"). Nothing is appended
 * when VALUE is empty. */
void modori_facts_append (GString *out, const char *name, ModoriSpan value);

/* The value of NAME in FACTS, or an empty span. */
ModoriSpan modori_facts_get (const char *facts, const char *name);

/* The names of LIST ("a,b") that the public DNS may have, in lower case, as "a, b"; the caller
 * frees. */
GString *modori_facts_hosts (ModoriSpan list);

#endif
