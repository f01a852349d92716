/* remember.h - what `scan --remember` has read and not yet put into the history.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_COMMANDS_REMEMBER_H
#define MODORI_COMMANDS_REMEMBER_H

#include "commands/reading.h"
#include "history/history.h"
#include "history/redact.h"

typedef struct ModoriMemory ModoriMemory;

/* HISTORY must outlive it.  ONLY_NEW: files that were read before are skipped, and outcomes that
 * history has are told from new ones. */
ModoriMemory *modori_memory_new (ModoriHistory *history, gboolean only_new);
void modori_memory_free (ModoriMemory *memory);

/* For the source that mail is read from: it notes which files have been read, and skips. */
const ModoriSourceWatch *modori_memory_watch (const ModoriMemory *memory);

/* Note OUTCOME, of which all is copied.  *IS_NEW: history has not had it; always TRUE unless
 * ONLY_NEW.  FALSE with ERROR set, also when something went wrong while files were skipped. */
gboolean modori_memory_add (ModoriMemory *memory, const ModoriOutcome *outcome, gboolean *is_new,
                            GError **error);

/* A message is going to be read; all its outcomes have been noted.  In between, other messages may
 * be read: a file is one that was read when all its messages are done with. */
void modori_memory_expect (ModoriMemory *memory);
void modori_memory_took (ModoriMemory *memory);

/* Is there enough for one transaction? */
gboolean modori_memory_is_full (const ModoriMemory *memory);

/* Put what was noted into the history, once it is where the user wants it.  FALSE with ERROR set:
 * then nothing of it is there. */
gboolean modori_memory_commit (ModoriMemory *memory, GError **error);

/* Read PATHS, of them only what HISTORY does not know, and put it there; REDACTOR (or NULL) is used
 * before.  What goes wrong is said, and READING's status tells. */
void modori_remember (ModoriReading *reading, char **paths, ModoriEngine *engine,
                      ModoriHistory *history, ModoriRedactor *redactor);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ModoriMemory, modori_memory_free)

#endif
