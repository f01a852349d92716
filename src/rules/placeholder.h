/* placeholder.h - "{name|example}" in the texts of rules, and what may be put there.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_RULES_PLACEHOLDER_H
#define MODORI_RULES_PLACEHOLDER_H

#include "text/span.h"

/* The length of "{name}" or "{name|example}" at the start of TEXT, or 0: braces of other kinds
 * are left alone. */
gsize modori_placeholder_read (ModoriSpan text, ModoriSpan *name, ModoriSpan *example);

/* May VALUE be typed into a shell or a form?  Letters, digits and the marks of names and
 * addresses; the first is no hyphen. */
gboolean modori_placeholder_is_harmless (ModoriSpan value);

/* SECONDS as a person says them ("5 minutes"), in the language of the program; the caller
 * frees. */
char *modori_placeholder_time (guint64 seconds);

#endif
