/* html.h - HTML as a person sees it.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_MAIL_HTML_H
#define MODORI_MAIL_HTML_H

#include "text/span.h"

/* Append the text of HTML (UTF-8) to OUT: tags, comments, styles, scripts and the head dropped,
 * entities decoded, white space collapsed, a line for each block, table row, list item and <br>
 * (two of those give an empty line), a blank between table cells; <a href="mailto:x@y"> whose
 * text does not say so is followed by "<x@y>".  At most about MAX bytes (0: no limit). */
void modori_html_text (GString *out, ModoriSpan html, gsize max);

#endif
