/* grammar.h - one Dialect block, ready for use.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_REPORT_GRAMMAR_H
#define MODORI_REPORT_GRAMMAR_H

#include "report/line.h"
#include "report/screen.h"
#include "report/view.h"
#include "text/knowledge.h"

typedef struct {
    ModoriKey key;
    guint rule;                 /* its line in the rules file */
    char *value;
    ModoriPattern *when;        /* NULL: always */
    enum { MODORI_SET_UNKNOWN, MODORI_SET_HOLDS, MODORI_SET_FAILS } state;  /* for this text */
} ModoriSet;

typedef struct {
    char *name;                 /* "" for what stands before any Section */
    gboolean common;
    gboolean session;
    GPtrArray *begins, *ends;   /* of ModoriLine */
    GPtrArray *lines;           /* of ModoriLine, in the order of the block */
    ModoriRange end_range, line_range;  /* those on the grammar's screen */
    GPtrArray *sets;            /* of ModoriSet */
} ModoriSection;

/* The kinds of conditions; those of the header are cheap and come first. */
typedef enum {
    MODORI_IF_SUBJECT,
    MODORI_IF_FROM,
    MODORI_IF_TYPE,
    MODORI_IF_HEADER,
    MODORI_IF_BODY,
} ModoriIf;

typedef struct {
    ModoriIf kind;
    guint slot;                 /* which header field, see modori_grammar_new */
    guint number;               /* among the conditions, as the block has them */
    guint place;                /* where marks.c looks for it ... */
    guint first_clue, end_clue; /* ... and for what first; none: that is not known */
    ModoriPattern *pattern;     /* NULL: the field is there */
} ModoriCondition;

typedef struct {
    guint key;
    guint rule;                 /* its line in the rules file */
    gboolean original;          /* from the returned message, else from the report */
    char *name;                 /* of the header field */
} ModoriTake;

typedef struct {
    const ModoriBlock *block;
    guint bid;
    guint need;                 /* kinds of conditions that must hold */
    guint n_kinds;              /* kinds of conditions there are */
    gboolean last;              /* asked only when nobody else found a recipient and why */
    ModoriViewKind view;
    GPtrArray *conditions;      /* of ModoriCondition, by kind */
    GPtrArray *vetoes;          /* of ModoriCondition: none of them may hold */
    gboolean read;              /* what follows is known, see modori_grammar_read ... */
    gboolean broken;            /* ... or could not be read */
    gboolean local;             /* a recipient may be a bare local part */
    guint final;                /* line of the rules file: "delayed" is its last word ... */
    GPtrArray *finals;          /* ... when one of these (ModoriLine) matches; empty: always */
    GPtrArray *originals;       /* of ModoriLine */
    GPtrArray *words;           /* of ModoriLine */
    GPtrArray *takes;           /* of ModoriTake */
    ModoriPhrases *phrases;
    GPtrArray *excepts;         /* of ModoriLine: addresses that are no recipients ... */
    GPtrArray *except_headers;  /* of char *: ... and fields of the report's header with some */
    char *domain;               /* the header field whose domain bare local parts get, or NULL */
    GPtrArray *sections;        /* of ModoriSection; the first: what stands before any */
    ModoriScreen *screen;       /* of all patterns that lines are tried on: */
    ModoriRange original_range, begin_range, word_range;
} ModoriGrammar;

extern const ModoriKind modori_dialect_kind;

/* Read what BLOCK, which must outlive the grammar, says of its bid.  SLOTS (of char *) gets the
 * names of the header fields that its conditions look at; a condition's slot is an index into it.
 * NULL with ERROR set. */
ModoriGrammar *modori_grammar_new (const ModoriBlock *block, GPtrArray *slots, GError **error);
/* Read the rest, unless it is known.  FALSE with ERROR set: nothing can be read with it. */
gboolean modori_grammar_read (ModoriGrammar *grammar, const ModoriKnowledge *knowledge,
                              GError **error);
/* Make its screen, of what was read: report/screen.c. */
void modori_grammar_screen (ModoriGrammar *grammar);
void modori_grammar_free (ModoriGrammar *grammar);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ModoriGrammar, modori_grammar_free)

#endif
