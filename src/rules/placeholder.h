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

/* Append the value of NAME to OUT.  FALSE when it is not known, or not fit for a COMMAND. */
typedef gboolean (*ModoriPlaceholderValue) (gconstpointer data, GString *out, ModoriSpan name,
                                            gboolean command);

/* TEXT, or what will be typed as a COMMAND, with values filled in; the caller frees.  EXAMPLE (may
 * be NULL) is set when an example or "<name>" had to stand in.  "[[ --ip {sending_ip}]]" is there
 * only when all in it is known. */
char *modori_placeholder_fill (ModoriSpan text, gboolean command,
                               ModoriPlaceholderValue append_value, gconstpointer data,
                               gboolean *example);

#endif
