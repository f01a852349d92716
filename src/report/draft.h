/* draft.h - what a text says of each recipient, before it is compared with what others found.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_REPORT_DRAFT_H
#define MODORI_REPORT_DRAFT_H

#include "report/grammar.h"
#include "report/report.h"

/* Two drafts are always there. */
enum {
    MODORI_DRAFT_COMMON,        /* what holds for all recipients */
    MODORI_DRAFT_PENDING,       /* what was said before the recipient was named */
    MODORI_DRAFT_FIRST          /* the first recipient, if any */
};

typedef struct {
    guint64 keys;                       /* those that may have a value: bit N for key N */
    ModoriSpan values[MODORI_N_KEYS];   /* without the diagnostic; spans into the text */
    ModoriPlace places[MODORI_N_KEYS];
    GString *words;                     /* the diagnostic, its lines joined, or NULL */
    GString *before;                    /* that of the first of two places, or NULL ... */
    ModoriPlace before_place;           /* ... and where that is */
    gboolean once;                      /* the text has named it once */
    gboolean dead;                      /* absorbed by another draft */
    const ModoriSection *section;       /* where it was opened, or NULL */
    guint outcome;                      /* what it began as, counted from 1; else 0 */
    ModoriSpan given;                   /* the diagnostic of that outcome */
} ModoriDraft;

typedef struct ModoriDrafts ModoriDrafts;

ModoriDrafts *modori_drafts_new (void);
void modori_drafts_free (ModoriDrafts *drafts);

/* Begin with the recipients that REPORT has. */
void modori_drafts_begin (ModoriDrafts *drafts, ModoriReport *report);

guint modori_drafts_count (const ModoriDrafts *drafts);
ModoriDraft *modori_drafts_at (ModoriDrafts *drafts, guint i);

/* Addresses in LIST, the value of a header field, are no recipients. */
void modori_drafts_exclude (ModoriDrafts *drafts, ModoriSpan list);

gboolean modori_drafts_is_excluded (ModoriDrafts *drafts, ModoriSpan address);

/* The recipients that have no domain are in that of ADDRESS. */
void modori_drafts_set_domain (ModoriDrafts *drafts, ModoriSpan address);

/* That domain; empty when nobody set one. */
ModoriSpan modori_drafts_domain (const ModoriDrafts *drafts);

/* A text for whoever works with the drafts; nobody else changes it. */
GString *modori_drafts_scratch (const ModoriDrafts *drafts);

/* An address as mail programs write it ("<a@b>", "mailto:a@b", "a@b."), bare.  Empty when it
 * is none; LOCAL allows a bare local part. */
ModoriSpan modori_draft_address (ModoriSpan text, gboolean local);

/* Take the next element ("Name <a@b>" or "a@b") off LIST, the value of a header field: its address,
 * bare; empty when it has none. */
ModoriSpan modori_draft_element (ModoriSpan *list);

/* The draft of ADDRESS, or 0. */
guint modori_drafts_find (ModoriDrafts *drafts, ModoriSpan address);

/* A new draft without a recipient; takes over what was pending.  0 when there are too many. */
guint modori_drafts_open (ModoriDrafts *drafts, const ModoriSection *section);

/* Draft I, which has no recipient yet, is that of ADDRESS: gives I, or the draft that already
 * was. */
guint modori_drafts_name (ModoriDrafts *drafts, guint i, ModoriSpan address,
                          ModoriPlace place);

/* Put VALUE into draft I, unless it has one; a diagnostic is joined to what is there. */
void modori_drafts_fill (ModoriDrafts *drafts, guint i, ModoriKey key, ModoriSpan value,
                         ModoriPlace place);

/* The diagnostic of draft I is WORDS, whatever it was. */
void modori_drafts_say (ModoriDrafts *drafts, guint i, ModoriSpan words, ModoriPlace place);

/* The text is at its end: what is still pending belongs to all. */
void modori_drafts_finish (ModoriDrafts *drafts);

/* The better of what was said about DRAFT; empty when nothing was. */
ModoriSpan modori_draft_words (const ModoriDraft *draft);

/* The same, and the place where that begins. */
ModoriSpan modori_draft_said (const ModoriDraft *draft, ModoriPlace *place);

/* How much of a reply WORDS quote: 2 with its code, 1 with a status only, else 0. */
guint modori_draft_weight (ModoriSpan words);

/* Does LONGER begin with SHORTER, which is not empty?  White space, case and a type ("smtp;")
 * do not count.  MORE (may be NULL): it goes on behind it. */
gboolean modori_draft_continues (ModoriSpan longer, ModoriSpan shorter, gboolean *more);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ModoriDrafts, modori_drafts_free)

#endif
