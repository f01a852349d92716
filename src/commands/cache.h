/* cache.h - where the pack of a site's rules lies.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_COMMANDS_CACHE_H
#define MODORI_COMMANDS_CACHE_H

#include "text/knowledge.h"

/* The file for the rules of these directories, as modori_knowledge_load takes them; the caller
 * frees.  NULL: there is no place for it that is ours alone. */
char *modori_cache_path (const char *shipped, const char *const *site);

/* Is it worth trying to write there? */
gboolean modori_cache_is_writable (const char *path);

/* Write KNOWLEDGE, of which everything was checked, to PATH.  FALSE with ERROR set. */
gboolean modori_cache_write (ModoriKnowledge *knowledge, const char *path, GError **error);

#endif
