/* advice.h - what to do: the steps of an Advice block with the case's own names filled in.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_RULES_ADVICE_H
#define MODORI_RULES_ADVICE_H

#include "report/report.h"
#include "rules/blocklist.h"
#include "rules/case.h"
#include "rules/rules.h"
#include "rules/sender.h"
#include "text/knowledge.h"

extern const ModoriKind modori_advice_kind;

typedef struct ModoriAdviser ModoriAdviser;

/* One line of advice. */
typedef struct {
    enum {
        MODORI_ADVICE_STEP,         /* a numbered sentence */
        MODORI_ADVICE_COMMAND,      /* to be typed */
        MODORI_ADVICE_TEXT,         /* to be put into a file or a mail as it stands */
        MODORI_ADVICE_RECORD,       /* of DNS: "host | type | TTL | value" */
        MODORI_ADVICE_CHECK,        /* a command that shows whether it worked */
        MODORI_ADVICE_SEE,          /* a link */
    } kind;
    char *text;                     /* placeholders filled; owned by the array */
    gboolean example;               /* a placeholder was not known, and an example stands there */
} ModoriAdviceLine;

/* Read Sender and Blocklist blocks; Advice blocks are read when somebody asks for them.
 * KNOWLEDGE must outlive the adviser, and so must HEADER (or NULL), see modori_senders_new.
 * NULL with ERROR set. */
ModoriAdviser *modori_adviser_new (const ModoriKnowledge *knowledge, ModoriHeader *header,
                                   GError **error);
void modori_adviser_free (ModoriAdviser *adviser);

/* Who the sender is in the case of FACTS, which is that of OUTCOME (WORDS are its words) and
 * RETURNED: name of a Sender block, or "". */
const char *modori_adviser_sender_kind (ModoriAdviser *adviser, const ModoriCase *facts,
                                        const ModoriOutcome *outcome, const ModoriSubject *words,
                                        ModoriMessage *returned);

/* The same without a case; for a message that is no returned one OUTCOME is NULL. */
const char *modori_adviser_kind_of (ModoriAdviser *adviser, const ModoriOutcome *outcome,
                                    ModoriMessage *returned);

/* Title of a sender kind in LANG ("your own server"); "" when there is no such kind; the caller
 * frees. */
char *modori_adviser_sender_title (ModoriAdviser *adviser, const char *kind, const char *lang);

/* The block list named in the outcome's words, or NULL. */
const ModoriBlock *modori_adviser_blocklist (ModoriAdviser *adviser, const ModoriOutcome *outcome);

/* Title (a noun phrase) and one-line hint of advice NAME in LANG, filled; "" when there is no
 * such advice; the caller frees. */
char *modori_adviser_title (ModoriAdviser *adviser, const char *name, const char *lang,
                            const ModoriCase *facts);
char *modori_adviser_hint (ModoriAdviser *adviser, const char *name, const char *lang,
                           const ModoriCase *facts);
/* Why this happens, a sentence or two, filled; "" when the block has none; the caller frees. */
char *modori_adviser_why (ModoriAdviser *adviser, const char *name, const char *lang,
                          const ModoriCase *facts);

/* The steps for a sender of kind SENDER_KIND ("" when unknown: those for everybody and for
 * `unknown`): an array of ModoriAdviceLine that frees them; the caller unrefs it. */
GArray *modori_adviser_steps (ModoriAdviser *adviser, const char *name, const char *lang,
                              const char *sender_kind,
                              const ModoriCase *facts);

/* From now on AMEND sees the steps of each advice before they are given out, and may change them:
 * for checks that are run at once.  DATA is its own. */
typedef void (*ModoriAmend) (GArray *steps, const char *lang, const ModoriCase *facts,
                             gpointer data);
void modori_adviser_amend (ModoriAdviser *adviser, ModoriAmend amend, gpointer data);

/* For who adds to steps: a line with TEXT (owned by STEPS from now on), put before line AT. */
void modori_advice_insert (GArray *steps, guint at, guint kind, char *text);

/* Does advice NAME, or what it includes, use names of mail servers? */
gboolean modori_adviser_names_hosts (ModoriAdviser *adviser, const char *name);

/* The parts of the adviser, for `rules test`. */
ModoriSenders *modori_adviser_senders (ModoriAdviser *adviser);
ModoriBlocklists *modori_adviser_blocklists (ModoriAdviser *adviser);

/* For `rules test`: is BLOCK, an Advice, whole (texts in both languages, kinds of senders and
 * other advice that exist)? FALSE with ERROR set. */
gboolean modori_adviser_check (ModoriAdviser *adviser, const ModoriBlock *block, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ModoriAdviser, modori_adviser_free)

#endif
