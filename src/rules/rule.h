/* rule.h - one rule: its conditions, and whether they hold.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_RULES_RULE_H
#define MODORI_RULES_RULE_H

#include "report/report.h"
#include "rules/reason.h"
#include "rules/ways.h"
#include "text/index.h"
#include "text/knowledge.h"
#include "text/pattern.h"

/* The fields of a Rule: first the conditions, in the order in which they are looked at.  Fill is
 * none: its patterns are tried when all conditions hold, for what their named groups tell. */
typedef enum {
    MODORI_RULE_PROVIDER,
    MODORI_RULE_HOST,
    MODORI_RULE_REPLY,
    MODORI_RULE_STATUS,
    MODORI_RULE_COMMAND,
    MODORI_RULE_DIALECT,
    MODORI_RULE_RECIPIENT,
    MODORI_RULE_REPORT,
    MODORI_RULE_ACTION,
    MODORI_RULE_MATCH,
    MODORI_RULE_NOT,
    MODORI_RULE_FIELD,
    MODORI_RULE_FILL,
    MODORI_RULE_N_CONDITIONS,
    MODORI_RULE_REASON = MODORI_RULE_N_CONDITIONS,
    MODORI_RULE_BOUNCE,
    MODORI_RULE_ADVICE,
    MODORI_RULE_SET,
    MODORI_RULE_SEE,
    MODORI_RULE_NOTE,
    MODORI_RULE_YES,
    MODORI_RULE_NO,
    MODORI_RULE_VAGUE,
    MODORI_RULE_TITLE,
} ModoriRuleField;

extern const ModoriKind modori_rule_kind;

/* One condition, as read. */
typedef struct {
    ModoriRuleField kind;
    const ModoriEntry *entry;
    ModoriSpan value;           /* a word of the entry */
    ModoriPattern *pattern;     /* own; of a Match NULL until it is tried */
    const ModoriBlock *provider;
} ModoriRuleTest;

/* Who is asked first: the site, then those that know the receiver, then those that hold for
 * anybody. */
typedef enum {
    MODORI_TIER_SITE,
    MODORI_TIER_PROVIDER,
    MODORI_TIER_GENERIC,
    MODORI_N_TIERS
} ModoriRuleTier;

typedef struct {
    const ModoriBlock *block;
    const ModoriReason *reason;
    const char *bounce;         /* NULL: the reason's */
    const char *advice;         /* NULL: the reason's; own */
    ModoriRuleTier tier;
    ModoriWay way;
    guint order;                /* among the blocks */
    ModoriSpan providers;       /* the first to the last Provider it names; empty: anybody */
    guint first_source, n_sources;      /* its Match patterns, as written */
    gboolean entered;           /* these are in the index, or the rule is in the ways */
    enum { MODORI_RULE_UNREAD, MODORI_RULE_READ, MODORI_RULE_BROKEN } state;
    guint first_item, end_item; /* its part of the index: one item for each Match, or one for all */
    guint n_tests;
    ModoriRuleTest *tests;      /* own; those of one kind together */
} ModoriRule;

/* What the rules are asked about, and what came of it. */
typedef struct {
    const ModoriOutcome *outcome;
    const ModoriSubject *words;
    const ModoriIndex *index;   /* which Match patterns are candidates for the words */
    const ModoriBlock *speaker; /* Provider, or NULL */
    gboolean certain;
    gboolean settled;           /* only rules that ask for the kind of report are asked */
    ModoriCaptures captures;    /* of the rule that fired */
    const char *matched;        /* the pattern that matched, or "" */
} ModoriRuleCase;

/* Begin RULE with what can be told of BLOCK before it is read: its tier, and SOURCES (of
 * ModoriSpan) gets its Match patterns. */
void modori_rule_begin (ModoriRule *rule, const ModoriBlock *block, GArray *sources);
/* The note of BLOCK, a Rule: that of its kind. */
void modori_rule_write_note (const ModoriBlock *block, GByteArray *bytes);
/* Read it.  FALSE with ERROR set, which may be NULL: then it never fires. */
gboolean modori_rule_read (ModoriRule *rule, const ModoriKnowledge *knowledge,
                           const ModoriReasons *reasons, GError **error);
/* Is each of its patterns well-formed?  FALSE with ERROR set. */
gboolean modori_rule_check (const ModoriRule *rule, GError **error);
void modori_rule_clear (ModoriRule *rule);

/* Give the Match patterns of RULE numbers from ITEM on (without any, it takes one number
 * itself); the next free one. */
guint modori_rule_number (ModoriRule *rule, guint item);

/* Enter them into INDEX, or RULE, which has NUMBER there, into WAYS.  A rule without Match that is
 * in neither can fire at any time. */
void modori_rule_index (const ModoriRule *rule, const GArray *sources, ModoriIndex *index,
                        ModoriWays *ways, guint number);

/* Do all kinds of conditions of RULE, which was read, hold? */
gboolean modori_rule_fires (const ModoriRule *rule, ModoriRuleCase *asked);

/* Is PROVIDER among those that RULE names? */
gboolean modori_rule_names (const ModoriRule *rule, const ModoriBlock *provider);

/* Does RULE have a condition on the kind of report? */
gboolean modori_rule_asks_report (const ModoriRule *rule);

/* "key value" of a Set: FALSE when KEY is none that a rule may fill. */
gboolean modori_rule_setting (ModoriSpan setting, ModoriKey *key, ModoriSpan *value);

/* May a rule's Set or named group fill KEY? */
gboolean modori_rule_may_fill (ModoriKey key);

#endif
