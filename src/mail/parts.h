/* parts.h - the tree of MIME parts: where they lie.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_MAIL_PARTS_H
#define MODORI_MAIL_PARTS_H

#include <gmime/gmime.h>

#include "mail/head.h"
#include "mail/message.h"

/* A text that was asked for. */
typedef struct {
    ModoriSpan text;            /* at is NULL: not asked for yet */
    gsize max;                  /* what was asked for; 0: all */
} ModoriPartText;

/* A part, and what only this folder needs to know of it. */
typedef struct {
    ModoriPart part;
    guint first_field, n_fields;        /* of its head, in fields */
    ModoriHeadIndex index;              /* of those */
    GMimeContentEncoding encoding;
    ModoriSpan charset;
    gboolean digest;                    /* multipart/digest: its parts are messages */
    ModoriPartText source, seen;
} ModoriNode;

typedef struct {
    ModoriSpan bytes;           /* of the message */
    GArray *nodes;              /* element-type ModoriNode */
    GArray *fields;             /* element-type ModoriHeadField */
    GStringChunk *strings;      /* what is not in the message: decoded texts; foreign */
    guint body_line;            /* of the first line of the message's body */
} ModoriParts;

void modori_parts_init (ModoriParts *parts, GStringChunk *strings);
void modori_parts_clear (ModoriParts *parts);

/* Read the header of the message; it is the only part then. */
void modori_parts_read_head (ModoriParts *parts, ModoriSpan bytes);

/* Read the rest: find all parts. */
void modori_parts_read_body (ModoriParts *parts);

static inline ModoriNode *
modori_parts_node (const ModoriParts *parts, guint i)
{
    return &g_array_index (parts->nodes, ModoriNode, i);
}

#endif
