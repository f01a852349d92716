/* listing.h - a list of blocks of the knowledge.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_OUTPUT_LISTING_H
#define MODORI_OUTPUT_LISTING_H

#include "output/terminal.h"
#include "text/knowledge.h"

/* What is listed. */
typedef struct {
    const char *lang;           /* "" or "ja" */
    const char *provider;       /* only blocks of this provider; NULL: of all */
    const char *reason;         /* only blocks that give this reason; NULL: any */
    GHashTable *use;            /* of a block -> how often it decided; NULL: nobody asked */
} ModoriListing;

/* The entry of BLOCK whose field is NAME, in LANG, or NULL. */
const ModoriEntry *modori_listing_entry (const ModoriBlock *block, const char *name,
                                         const char *lang);
/* What a line about BLOCK says: its title, or the reason of a rule, or the first meaning; the
 * caller frees. */
char *modori_listing_title (const ModoriBlock *block, const char *lang);

/* Is NAME a word of a field FIELD of BLOCK? */
gboolean modori_listing_names (const ModoriBlock *block, const char *field, const char *name);

/* Is BLOCK among those that LISTING asks for? */
gboolean modori_listing_wants (const ModoriListing *listing, const ModoriBlock *block);

/* Append BLOCKS (of ModoriBlock, whose order may change): of one provider by reason, of one reason
 * by provider, with use the most used first. */
void modori_listing_text (const ModoriListing *listing, ModoriTerminal *terminal,
                          GPtrArray *blocks);
void modori_listing_json (const ModoriListing *listing, GString *out, const GPtrArray *blocks);

#endif
