/* markup.h - HTML and SVG, and nothing that a stranger's words could become in it.
 *
 * Whatever goes through these functions comes out as text.  Only markup that is written in this
 * program is appended by other means.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_OUTPUT_MARKUP_H
#define MODORI_OUTPUT_MARKUP_H

#include <glib.h>

/* Append TEXT, for content as well as for a quoted attribute: < > & " ' as entities; what is
 * invisible, turns the text around or is no character as U+FFFD. */
void modori_markup_text (GString *out, const char *text);

/* The same in an element of its own that keeps its direction to itself: what a stranger wrote. */
void modori_markup_foreign (GString *out, const char *text);

/* Append <NAME class="CLASS">TEXT</NAME>; CLASS may be NULL. */
void modori_markup_element (GString *out, const char *name, const char *class, const char *text);
/* The same for a stranger's text. */
void modori_markup_foreign_element (GString *out, const char *name, const char *class,
                                    const char *text);

/* The same for sentences about it, in which a command stands `between grave accents`. */
void modori_markup_prose_element (GString *out, const char *name, const char *class,
                                  const char *text);

/* Append TEXT as a block that is there to be copied, and wraps. */
void modori_markup_copyable (GString *out, const char *text);

/* Append TEXT as a link to itself if it is an https URL of plain characters, else as text. */
void modori_markup_link (GString *out, const char *text);

#endif
