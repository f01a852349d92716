/* dialect.h - how mail systems write their reports, as data: the engine for rules/dialects.
 *
 * The language of the blocks is described in modori-rules(5).  No mail system is named in this
 * code.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_REPORT_DIALECT_H
#define MODORI_REPORT_DIALECT_H

#include "report/report.h"
#include "report/signs.h"
#include "text/knowledge.h"

/* Bytes of text that a dialect reads; a report says what it has to say before that. */
#define MODORI_DIALECT_TEXT_MAX (64 * 1024)

typedef struct ModoriDialects ModoriDialects;

extern const ModoriKind modori_dialect_kind;

/* Read the Dialect and Sign blocks of KNOWLEDGE, which must outlive them.  NULL with ERROR set. */
ModoriDialects *modori_dialects_new (const ModoriKnowledge *knowledge, GError **error);
void modori_dialects_free (ModoriDialects *dialects);

/* Read all of each block, which is else done when a message is first read with it: FALSE with
 * ERROR set when something is wrong. */
gboolean modori_dialects_check (ModoriDialects *dialects, GError **error);

/* The words that make a message worth reading; NULL when DIALECTS is. */
const ModoriSigns *modori_dialects_signs (const ModoriDialects *dialects);

guint modori_dialects_count (const ModoriDialects *dialects);
const char *modori_dialect_name (const ModoriDialects *dialects, guint i);
const ModoriBlock *modori_dialect_block (const ModoriDialects *dialects, guint i);

/* Turn to the message at part ROOT of MESSAGE.  What is looked up for one dialect is kept for the
 * others until the next turn. */
void modori_dialects_turn_to (ModoriDialects *dialects, ModoriMessage *message, guint root);

/* Is dialect I one that is asked only when nobody else found anything? */
gboolean modori_dialect_is_last (const ModoriDialects *dialects, guint i);

/* The first dialect from I on that may bid and is not one of the last, or their number: those
 * between bid nothing. */
guint modori_dialects_next (ModoriDialects *dialects, guint i);

/* What does dialect I bid for the message?  0: it is none of its. */
guint modori_dialect_bid (ModoriDialects *dialects, guint i);

/* Read it: new outcomes when REPORT has none with a recipient, else what is still empty or
 * useless in those it has (matched by recipient, or the only one).  Sets the returned message
 * when REPORT has none yet. */
void modori_dialect_read (ModoriDialects *dialects, guint i, ModoriReport *report);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ModoriDialects, modori_dialects_free)

#endif
