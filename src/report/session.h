/* session.h - transcripts of SMTP sessions: which reply is about whom.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_REPORT_SESSION_H
#define MODORI_REPORT_SESSION_H

#include "report/draft.h"

typedef struct ModoriSession ModoriSession;

ModoriSession *modori_session_new (void);
void modori_session_free (ModoriSession *session);

void modori_session_begin (ModoriSession *session);

/* From here on the far side is HOST. */
void modori_session_host (ModoriSession *session, ModoriSpan host, ModoriPlace place);

/* A command was sent; RECIPIENT is empty but for RCPT. */
void modori_session_command (ModoriSession *session, ModoriSpan command, ModoriSpan recipient,
                             ModoriPlace place);

/* A line of a reply was received, or the output of some program, which is no reply. */
void modori_session_reply (ModoriSession *session, ModoriSpan words, ModoriPlace place);

/* The last reply goes on with WORDS. */
void modori_session_more (ModoriSession *session, ModoriSpan words);

/* Our own server says something of ADDRESS. */
void modori_session_state (ModoriSession *session, ModoriSpan address, ModoriSpan words,
                           ModoriPlace place);

/* Give the refusals to the recipients that they are about.  LISTED: the text has named them
 * all before. */
void modori_session_settle (ModoriSession *session, ModoriDrafts *drafts,
                            const ModoriSection *section, gboolean listed);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ModoriSession, modori_session_free)

#endif
