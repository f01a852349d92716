/* head.h - the header fields of a message or a MIME part: where they lie.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_MAIL_HEAD_H
#define MODORI_MAIL_HEAD_H

#include "text/span.h"

typedef struct {
    const char *name;
    const char *value;          /* trimmed, folds included */
    guint32 name_len;
    guint32 value_len;
    const char *decoded;        /* kept by the message once somebody asked; NULL before */
} ModoriHeadField;

/* Append the fields at the start of TEXT, which is a MESSAGE or a MIME part, to FIELDS
 * (element-type ModoriHeadField), at most MAX of them; what follows is passed over.  Gives where
 * the body begins, and in HEAD where the fields lie; adds to LINE the lines in between. */
gsize modori_head_scan (ModoriSpan text, gboolean message, GArray *fields, guint max,
                        ModoriSpan *head, guint *line);

/* The field NAME, the NTH from 0, among the N at FIELDS, or NULL. */
ModoriHeadField *modori_head_find (ModoriHeadField *fields, guint n, const char *name, guint nth);

#endif
