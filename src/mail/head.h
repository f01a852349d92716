/* head.h - the header fields of a message or a MIME part: where they lie.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_MAIL_HEAD_H
#define MODORI_MAIL_HEAD_H

#include "text/span.h"

typedef struct {
    const char *name;
    const char *value;          /* trimmed, folds included */
    guint16 name_len;
    guint16 next;               /* the next field of the same slot, from 1; 0: none */
    guint32 value_len;
    const char *decoded;        /* kept by the message once somebody asked; NULL before */
} ModoriHeadField;

/* Where fields are by their names: the first one of each slot, from 1; 0: none. */
typedef struct {
    guint16 first[32];
} ModoriHeadIndex;

/* Append the fields at the start of TEXT, which is a MESSAGE or a MIME part, to FIELDS
 * (element-type ModoriHeadField), at most MAX of them (and no more than INDEX can count); what
 * follows is passed over.  Gives where the body begins, in HEAD where the fields lie, and in INDEX
 * which have which name; adds to LINE the lines in between. */
gsize modori_head_scan (ModoriSpan text, gboolean message, GArray *fields, guint max,
                        ModoriSpan *head, ModoriHeadIndex *index, guint *line);

/* The field NAME, the NTH from 0, among those at FIELDS, which have INDEX, or NULL. */
ModoriHeadField *modori_head_find (ModoriHeadField *fields, const ModoriHeadIndex *index,
                                   const char *name, guint nth);

#endif
