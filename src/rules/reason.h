/* reason.h - the closed list of reasons, and what a status or reply code alone tells.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_RULES_REASON_H
#define MODORI_RULES_REASON_H

#include "text/knowledge.h"

typedef struct {
    const ModoriBlock *block;
    const char *bounce;         /* "hard", "soft" or "none" */
    const char *advice;         /* name, or "" */
    const char *fault;          /* who can repair it: "sender", "recipient" (the address itself),
                                 * "receiver" (its system), "unknown", or "none" */
} ModoriReason;

typedef struct ModoriReasons ModoriReasons;

extern const ModoriKind modori_reason_kind, modori_status_kind;

/* Read the Reason blocks of KNOWLEDGE, which must outlive them; Status blocks are read when a
 * code is asked for. */
ModoriReasons *modori_reasons_new (const ModoriKnowledge *knowledge, GError **error);
void modori_reasons_free (ModoriReasons *reasons);

/* The reason called NAME, or NULL. */
const ModoriReason *modori_reasons_find (const ModoriReasons *reasons, const char *name);

/* The same for the name that ENTRY of BLOCK is; NULL with ERROR set. */
const ModoriReason *modori_reasons_named (const ModoriReasons *reasons, const ModoriBlock *block,
                                          const ModoriEntry *entry, GError **error);

/* "hard", "soft" or "none" as ENTRY of BLOCK says; NULL with ERROR set. */
const char *modori_reasons_bounce (const ModoriBlock *block, const ModoriEntry *entry,
                                   GError **error);

/* What the enhanced status code STATUS tells when nothing else does, or NULL; BLOCK is the
 * Status block that says it.  The block of the class is asked first ("5.2.1"), then that of all
 * classes ("X.2.1"), then "5.2.X", "X.2.X", "5.X.X". */
const ModoriReason *modori_reasons_of_status (const ModoriReasons *reasons, const char *status,
                                              const ModoriBlock **block);

/* The same for a reply code ("550"), whose block is called like it. */
const ModoriReason *modori_reasons_of_reply (const ModoriReasons *reasons, const char *reply,
                                             const ModoriBlock **block);

/* The meaning of a registered status code in LANG, or "" ; the caller frees. */
char *modori_reasons_meaning (const ModoriReasons *reasons, const char *status, const char *lang);

/* Title of the reason NAME in LANG, or NAME; the caller frees. */
char *modori_reasons_title (const ModoriReasons *reasons, const char *name, const char *lang);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ModoriReasons, modori_reasons_free)

#endif
