/* recall.h - one outcome of the history, by its id: for explain.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_COMMANDS_RECALL_H
#define MODORI_COMMANDS_RECALL_H

#include "commands/past.h"

typedef struct {
    ModoriHistory *history;
    ModoriRecord record;        /* its texts are the history's */
    char *id;
    char *path;                 /* of a file that may still hold its message, or NULL */
} ModoriRecall;

/* Can TEXT (or NULL) be an id, or the beginning of one?  It is none when there is a file of that
 * name. */
gboolean modori_recall_is_id (const char *text);

/* The outcome whose id begins with ID.  NULL with ERROR set, also when there are several. */
ModoriRecall *modori_recall_find (ModoriPast *past, ModoriEngine *engine, const char *id,
                                  GError **error);
void modori_recall_free (ModoriRecall *recall);

/* Make it the report of ENGINE. */
void modori_recall_put (const ModoriRecall *recall, ModoriEngine *engine);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ModoriRecall, modori_recall_free)

#endif
