/* tags.h - lists of "tag=value" with semicolons between them: DKIM keys (RFC 6376 section 3.2),
 * DMARC (RFC 7489), MTA-STS (RFC 8461), TLS-RPT (RFC 8460), BIMI.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_CHECK_TAGS_H
#define MODORI_CHECK_TAGS_H

#include "text/span.h"

typedef struct {
    ModoriSpan name, value;     /* trimmed */
} ModoriTag;

typedef struct {
    char *text;                 /* owns what the spans show */
    GArray *tags;               /* ModoriTag, at most 100 */
    ModoriSpan bad;             /* the first piece that is no tag=value; empty when all are */
    ModoriSpan twice;           /* the name of the first tag that is there twice, or empty */
} ModoriTags;

/* Never fails. */
ModoriTags *modori_tags_parse (const char *text);
void modori_tags_free (ModoriTags *tags);

/* The value of NAME; FALSE when there is no such tag (an empty value is one). */
gboolean modori_tags_find (const ModoriTags *tags, const char *name, ModoriSpan *value);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ModoriTags, modori_tags_free)

#endif
