/* finding.h - one Finding block: its conditions as read, and what it says.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_RULES_FINDING_H
#define MODORI_RULES_FINDING_H

#include "report/report.h"
#include "rules/condition.h"
#include "rules/tests.h"
#include "text/knowledge.h"

extern const ModoriKind modori_finding_kind;

/* Needs that are looked at before any condition. */
#define MODORI_FINDING_NEEDS 2

/* The kinds of conditions, in the order in which they are looked at: what is cheap and rare
 * first.  The evidence is that of the last one that holds, and Not-Header has none. */
typedef enum {
    MODORI_FINDING_LARGER_THAN,
    MODORI_FINDING_MISSING,
    MODORI_FINDING_HEADER,
    MODORI_FINDING_EMPTY,
    MODORI_FINDING_REPEATED,
    MODORI_FINDING_ALSO_HEADER,
    MODORI_FINDING_ADDRESS,
    MODORI_FINDING_RECIPIENTS_OVER,
    MODORI_FINDING_HEADER_LARGER_THAN,
    MODORI_FINDING_LINE_LONGER_THAN,
    MODORI_FINDING_REVERSE_NAME,
    MODORI_FINDING_VERDICT,
    MODORI_FINDING_TEST,
    MODORI_FINDING_NOT_HEADER,
    MODORI_FINDING_PART,
    MODORI_FINDING_BODY,
    MODORI_FINDING_N_CONDITIONS
} ModoriFindingKey;

typedef struct {
    ModoriFindingKey key;
    guint behind;                   /* index of the first one behind those of its kind */
    ModoriCondition field;          /* name and pattern */
    gsize number;                   /* more than this ... */
    gsize most;                     /* ... and not more than this */
    ModoriSpan words;               /* of a Verdict: a method and its results */
    const ModoriTest *test;
} ModoriFindingCondition;

/* One of NAMES must be there, or (TWICE) be there more than once. */
typedef struct {
    ModoriHeaderSet names;
    gboolean twice;
} ModoriFindingNeed;

typedef struct {
    const ModoriBlock *block;
    guint first, end;               /* of its conditions */
    guint need;                     /* kinds that must hold */
    gboolean some;                  /* ... which are not all that it has */
    ModoriFindingNeed needs[MODORI_FINDING_NEEDS];  /* all must be met, ... */
    guint n_needs;
    gboolean whole;                 /* ... the header be whole (if TRUE) ... */
    ModoriHeaderSet never;          /* ... and all fields of these be empty, if there are any */
} ModoriFinding;

/* In the order of weight. */
typedef enum {
    MODORI_SEVERITY_NOTE,           /* worth knowing; nobody refuses for it alone */
    MODORI_SEVERITY_WARNING,        /* some refuse it */
    MODORI_SEVERITY_ERROR,          /* many refuse it */
} ModoriSeverity;

/* Read BLOCK: append its conditions to CONDITIONS (of ModoriFindingCondition), those of one kind
 * together, and learn the names of fields in HEADER.  FALSE with ERROR set. */
gboolean modori_finding_read (ModoriFinding *finding, const ModoriBlock *block,
                              ModoriHeader *header, GArray *conditions, GError **error);
/* For g_array_set_clear_func. */
void modori_finding_clear_condition (gpointer condition);

/* What BLOCK, a Finding, says in LANG ("" or "ja").  The caller frees the texts; "" when there
 * is none. */
ModoriSeverity modori_finding_severity (const ModoriBlock *block);
char *modori_finding_title (const ModoriBlock *block, const char *lang);
char *modori_finding_why (const ModoriBlock *block, const char *lang);
char *modori_finding_refused_by (const ModoriBlock *block, const char *lang);
char *modori_finding_advice (const ModoriBlock *block);

/* Is BLOCK, found with EVIDENCE, a known cause of what happened to OUTCOME, whose reason and
 * provider are decided, but whose reply does not say more? */
gboolean modori_finding_explains (const ModoriBlock *block, const char *evidence,
                                  const ModoriOutcome *outcome);

/* For `rules test`: are its texts there in both languages?  FALSE with ERROR set. */
gboolean modori_finding_check (const ModoriBlock *block, GError **error);

/* The names that an Explains (reasons) or Refused-At (providers) of BLOCK holds, one after the
 * other; NTH from 0; an empty span at the end.  ENTRY tells where it stands. */
ModoriSpan modori_finding_reason (const ModoriBlock *block, guint nth, const ModoriEntry **entry);
ModoriSpan modori_finding_provider (const ModoriBlock *block, guint nth,
                                    const ModoriEntry **entry);

#endif
