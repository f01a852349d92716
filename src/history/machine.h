/* machine.h - counts the failures of each address, as a policy says.
 *
 * For suppression.c: the records go by in the order of time.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_HISTORY_MACHINE_H
#define MODORI_HISTORY_MACHINE_H

#include "history/suppression.h"

/* In place of a threshold: all of them. */
#define MODORI_THRESHOLD_ALL G_MAXUINT

/* What tells the effect of a record: its words. */
enum {
    MODORI_WORD_ACTION, MODORI_WORD_BOUNCE, MODORI_WORD_REASON, MODORI_WORD_TYPE,
    MODORI_WORD_DOMAIN, MODORI_N_WORDS
};

/* The effect of all records with the same words. */
typedef struct {
    guint32 words[MODORI_N_WORDS];      /* numbers of texts */
    gboolean known;
    ModoriEffect effect;
    guint kind;                 /* the threshold that it counts against */
} ModoriVerdict;

/* There are some dozens; what does not find its place is judged again. */
#define MODORI_VERDICTS 256

/* A failure that waits for others. */
typedef struct {
    gint64 time;
    guint32 message;
    guint32 next;               /* the next later one, or the next free one; 0: none */
} ModoriWaiting;

/* The failures of one address that are counted against one threshold. */
typedef struct {
    guint32 next;               /* of the same address; 0: none */
    guint32 kind;               /* its threshold */
    gint64 first, last, since;
    guint32 reason, bounce, domain, written, message;   /* of the last */
    guint8 id[MODORI_ID_BYTES]; /* of the same */
    guint32 count;
    guint32 oldest, newest;     /* ModoriWaiting not longer ago than the threshold's window */
    guint32 n_waiting : 31;
    guint32 listed : 1;
} ModoriCount;

/* Numbers of addresses in one page of their table. */
#define MODORI_PAGE 1024

typedef struct {
    const ModoriStoreTable *table;
    ModoriStore *store;
    const ModoriRules *rules;
    const ModoriPolicy *policy;
    GArray *thresholds;         /* ModoriThreshold */
    GHashTable *own;            /* name of a reason -> its threshold */
    ModoriVerdict verdicts[MODORI_VERDICTS];
    GPtrArray *pages;           /* of guint32: for each address its first count; NULL: none */
    GArray *counts;             /* ModoriCount; nothing at 0 */
    GArray *waiting;            /* ModoriWaiting; nothing at 0 */
    guint32 unused;             /* the first free one of them */
} ModoriMachine;

/* All that is given must outlive it. */
void modori_machine_init (ModoriMachine *machine, ModoriHistory *history, ModoriEngine *engine,
                          const ModoriPolicy *policy);
void modori_machine_clear (ModoriMachine *machine);

/* Let ROW have its effect; STEP (may be NULL) gets what it was. */
void modori_machine_feed (ModoriMachine *machine, const ModoriRow *row,
                          ModoriSuppressionStep *step);

/* Forget what was counted of ADDRESS against threshold KIND, or MODORI_THRESHOLD_ALL. */
void modori_machine_forget (ModoriMachine *machine, guint32 address, guint kind);

/* What is counted of ADDRESS, in one: all numbers of *LISTED, no texts.  The last that counted;
 * NULL: it is not listed. */
const ModoriCount *modori_machine_conclude (const ModoriMachine *machine, guint32 address,
                                            ModoriListed *listed);

#endif
