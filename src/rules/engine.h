/* engine.h - bytes and knowledge in, report out: the whole way of one message.
 *
 * No files, no network, no globals: this is what is fuzzed, and what other programs would call.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_RULES_ENGINE_H
#define MODORI_RULES_ENGINE_H

#include "mail/source.h"
#include "report/decode.h"
#include "rules/advice.h"
#include "rules/findings.h"
#include "rules/rules.h"
#include "rules/verp.h"
#include "rules/wait.h"

/* All knowledge, and the buffers that are used for message after message. */
typedef struct {
    ModoriKnowledge *knowledge;
    ModoriDialects *dialects;
    ModoriProviders *providers;
    ModoriRules *rules;
    ModoriFindings *findings;
    ModoriWaits *waits;
    ModoriVerps *verps;
    ModoriAdviser *adviser;
    ModoriMessage *message;
    ModoriReport *report;
    GString *text;              /* what modori_engine_read_text was asked, as a message */
    GString *facts;             /* of one outcome, while it is decided */
    ModoriCase *about;          /* the same outcome */
    GArray *decisions;          /* ModoriDecision, one for each outcome of the report */
    GArray *found;              /* ModoriFound, of the returned message */
    GArray *bids; /* ModoriBid: set by whoever wants to know them; not owned; else NULL */
} ModoriEngine;

/* All kinds of blocks, NULL-terminated. */
extern const ModoriKind *const modori_all_kinds[];

/* Take KNOWLEDGE (owned from now on) and make ready.  NULL with ERROR set. */
ModoriEngine *modori_engine_new (ModoriKnowledge *knowledge, GError **error);
/* Read all that is else read when it is needed: FALSE with ERROR set when something is wrong. */
gboolean modori_engine_check (ModoriEngine *engine, GError **error);
void modori_engine_free (ModoriEngine *engine);

/* Read MAIL: sift, decode, decide, find.  LANG ("" or "ja") is for `hint`.  TRUE when it is a
 * report of any kind; then engine->report, ->decisions and ->found hold it until the next call. */
gboolean modori_engine_read (ModoriEngine *engine, const ModoriMail *mail, const char *lang);

/* The two halves of it, for whoever has the second one done by another process: can MAIL be a
 * report (ModoriSift; 0: no)?  And the rest of the way, with what the first half said. */
guint modori_engine_sift (const ModoriEngine *engine, const ModoriMail *mail);
gboolean modori_engine_read_sifted (ModoriEngine *engine, const ModoriMail *mail, guint sift,
                                    const char *lang);

/* The same for TEXT, which is no mail: a reply of a server, or lines of a mail server's log.  HOST
 * ("": not known) said it.  There is always a report. */
void modori_engine_read_text (ModoriEngine *engine, const char *text, const char *host,
                              const char *lang);

/* Forget the last message and begin a report without one, to which the caller adds outcomes that
 * were kept without their mail. */
ModoriReport *modori_engine_begin (ModoriEngine *engine);

/* OUTCOME, the last one of that report, has all its texts: find what decided it, for whoever
 * explains it (engine->decisions, ->found). */
void modori_engine_recall (ModoriEngine *engine, ModoriOutcome *outcome);

/* The same, but decide it again by the rules of now.  What rested on something that is not kept (a
 * field of the report, the returned message) and would be decided worse stays as it is.  TRUE when
 * anything of it has changed. */
gboolean modori_engine_decide_again (ModoriEngine *engine, ModoriOutcome *outcome,
                                     const char *lang);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ModoriEngine, modori_engine_free)

#endif
