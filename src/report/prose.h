/* prose.h - reading a text line by line, as a dialect says.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_REPORT_PROSE_H
#define MODORI_REPORT_PROSE_H

#include "report/draft.h"
#include "report/session.h"

typedef struct ModoriProse ModoriProse;

ModoriProse *modori_prose_new (void);
void modori_prose_free (ModoriProse *prose);

/* Read TEXT, which begins at LINE of the message (0: not known), as GRAMMAR says, into
 * DRAFTS.  Gives how many bytes of it stand before the returned message: all when there is
 * none. */
gsize modori_prose_read (ModoriProse *prose, const ModoriGrammar *grammar, ModoriSpan text,
                         guint line, ModoriDrafts *drafts);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ModoriProse, modori_prose_free)

#endif
