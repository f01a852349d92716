/* terminal.h - text for people: columns, colours, and nothing a stranger's mail could do to a
 * terminal.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_OUTPUT_TERMINAL_H
#define MODORI_OUTPUT_TERMINAL_H

#include <glib.h>

typedef enum {
    MODORI_STYLE_PLAIN,
    MODORI_STYLE_BOLD,          /* who, headings */
    MODORI_STYLE_BAD,           /* hard bounces, errors */
    MODORI_STYLE_MILD,          /* soft bounces, warnings */
    MODORI_STYLE_GOOD,          /* not a failure */
    MODORI_STYLE_FAINT,         /* evidence */
} ModoriStyle;

typedef struct {
    GString *out;               /* where text is appended; the caller's own */
    guint columns;              /* width to keep to */
    gboolean colour;
} ModoriTerminal;

/* For text to file descriptor FD: its width (80 unless it is a terminal; never above 100, which
 * is as long as a line reads well), and colours only on a terminal when neither NO_COLOR nor
 * TERM=dumb forbids them. */
ModoriTerminal modori_terminal_for (int fd, GString *out);

/* Columns that TEXT takes: wide characters count two, combining ones none. */
guint modori_terminal_width (const char *text);

/* Append TEXT in STYLE; what could move the cursor or turn the text (control and bidi characters)
 * shows as U+FFFD. */
void modori_terminal_put (ModoriTerminal *terminal, ModoriStyle style, const char *text);

/* Append TEXT on lines that begin INDENT columns in (the first is already there: the cursor
 * stands at COLUMN), broken at blanks and between wide characters, at most LINES of them (0: no
 * limit; the last then ends in "..."), and a line end. */
void modori_terminal_wrap (ModoriTerminal *terminal, ModoriStyle style, guint column,
                           guint indent, guint lines, const char *text);

/* "LABEL  TEXT" with LABEL padded to WIDTH columns and TEXT wrapped behind it, both INDENT in. */
void modori_terminal_label (ModoriTerminal *terminal, guint indent, guint width, const char *label,
                            ModoriStyle style, guint lines, const char *text);

/* COUNT blanks. */
void modori_terminal_pad (ModoriTerminal *terminal, guint count);

/* A heading on a line of its own, an empty line before it. */
void modori_terminal_heading (ModoriTerminal *terminal, const char *text);

#endif
