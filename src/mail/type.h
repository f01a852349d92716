/* type.h - Content-Type fields: what a part is, and the four parameters that matter here.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_MAIL_TYPE_H
#define MODORI_MAIL_TYPE_H

#include "mail/message.h"

typedef struct {
    ModoriMedia media;
    gboolean vague; /* no type, or one that says nothing about the content: look at it */
    gboolean report;            /* multipart/report */
    gboolean digest;            /* multipart/digest: its parts are messages */
    ModoriSpan report_type;
    ModoriSpan charset;
    ModoriSpan boundary;
} ModoriType;

/* Read the value of a Content-Type field; an empty one is text/plain.  What is not found in VALUE
 * itself is kept in STRINGS. */
void modori_type_read (ModoriSpan value, GStringChunk *strings, ModoriType *type);

#endif
