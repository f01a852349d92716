/* history.h - what came back before.
 *
 * The store (store.h) and what goes with it: where it lies, and how mail gets into it.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_HISTORY_HISTORY_H
#define MODORI_HISTORY_HISTORY_H

#include "history/store.h"
#include "rules/engine.h"

typedef struct {
    const ModoriStoreTable *table;
    ModoriStore *store;
    gint64 now;                 /* the present, in seconds since 1970 UTC */
    GStringChunk *strings;      /* of the record that is being added */
    gint64 pruned;              /* what came back before this was deleted; 0: nothing was */
    char *rules;                /* version of the rules that decide now */
    guint64 added;              /* new records so far */
} ModoriHistory;

/* Where history lies when nobody says: $XDG_STATE_HOME/modori/history.db; the caller frees. */
char *modori_history_default_path (void);

/* Open the history in PATH, which is created when needed with its directories (for the user only);
 * NULL: a private one that goes with the program, for adding up what is not kept.  RULES is the
 * version of the rules (see modori_history_rules_version).  NULL with ERROR set. */
ModoriHistory *modori_history_open (const char *path, const char *rules, gint64 now,
                                    GError **error);
void modori_history_free (ModoriHistory *history);

/* What decided: the program's version and a digest of the rules; the caller frees. */
char *modori_history_rules_version (const ModoriEngine *engine);

/* Keep OUTCOME, of the engine's last report. *IS_NEW (may be NULL): it was not there before.
 * Between begin and commit. */
gboolean modori_history_add (ModoriHistory *history, const ModoriOutcome *outcome,
                             gboolean *is_new, GError **error);
/* The same for RECORD, which is complete. */
gboolean modori_history_add_record (ModoriHistory *history, const ModoriRecord *record,
                                    const ModoriProvenance *provenance, gboolean *is_new,
                                    GError **error);

gboolean modori_history_begin (ModoriHistory *history, GError **error);
gboolean modori_history_commit (ModoriHistory *history, GError **error);
void modori_history_rollback (ModoriHistory *history);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ModoriHistory, modori_history_free)

#endif
