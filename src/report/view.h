/* view.h - the text of a report as a dialect wants to read it.
 *
 * A view is made once for a message and shared by all dialects.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_REPORT_VIEW_H
#define MODORI_REPORT_VIEW_H

#include "mail/message.h"
#include "text/pattern.h"

typedef enum {
    MODORI_VIEW_PLAIN,          /* the text parts; HTML as text where there is nothing else */
    MODORI_VIEW_HTML,           /* the HTML parts as text; the others where there are none */
    MODORI_VIEW_JSON,           /* JSON as lines "a.b[0].c = value" */
    MODORI_VIEW_HEADERS,        /* the header fields, as they stand */
    MODORI_VIEW_PARAGRAPHS,     /* the subject, then as plain, but each paragraph on one line */
    MODORI_N_VIEWS
} ModoriViewKind;

typedef struct ModoriViews ModoriViews;

/* The view called NAME in the rules ("plain"). */
gboolean modori_view_named (ModoriSpan name, ModoriViewKind *kind);

ModoriViews *modori_views_new (void);
void modori_views_free (ModoriViews *views);

/* Forget what was made; go on with the message at part ROOT of MESSAGE. */
void modori_views_begin (ModoriViews *views, ModoriMessage *message, guint root);

/* The text of view KIND, at most MODORI_DIALECT_TEXT_MAX bytes: valid UTF-8, LF line ends;
 * good until the message is read anew.  LINE (may be NULL) gets the line of the message at
 * which it begins, or 0 when it is not a piece of it. */
ModoriSpan modori_views_text (ModoriViews *views, ModoriViewKind kind, guint *line);

/* The beginning of it, ready for many patterns. */
const ModoriSubject *modori_views_subject (ModoriViews *views, ModoriViewKind kind);

/* The part of the message that is the report's own header: ROOT, or the message in it when
 * ROOT only holds one. */
guint modori_views_head (ModoriMessage *message, guint root);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ModoriViews, modori_views_free)

#endif
