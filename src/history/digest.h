/* digest.h - many records added up: what to repair, how many of what, since when.
 *
 * Everything that a report says is computed here; the formats (output/) only write it down.  A
 * digest depends on the set of records, not on their order.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_HISTORY_DIGEST_H
#define MODORI_HISTORY_DIGEST_H

#include "history/redact.h"
#include "history/suppression.h"

typedef struct {
    gint64 since, until;        /* seconds since 1970 UTC; SINCE 0: from the first record on */
    const char *domain;         /* only mail that was sent for this domain or below; NULL: all */
    const char *lang;           /* "" or "ja" */
    const ModoriPolicy *policy; /* for addresses to stop writing to */
    ModoriRedactor *redactor;   /* or NULL */
    guint top;                  /* lines of each list; 0: as many as are good */
} ModoriDigestOptions;

typedef struct {
    guint64 failed;             /* recipients not reached: hard + soft */
    guint64 hard, soft;
    guint64 delayed;            /* of soft: still being tried */
    guint64 complaints, delivered, other;       /* no failures */
} ModoriDigestCounts;

/* How many of one thing (a reason, a receiver, a domain ...).  All texts of a digest are valid
 * UTF-8 on one line, not escaped, and owned by it. */
typedef struct {
    const char *name;           /* as in the records */
    const char *title;          /* for people, in the language asked for */
    guint64 count;              /* failures in the period */
    guint64 hard;               /* of them */
    guint64 before;             /* failures in the period before */
    gint64 first, last;         /* times of the first and last in the period */
} ModoriShare;

/* What to repair: all failures with the same advice for the same sending domain. */
typedef struct {
    const char *advice;         /* name */
    const char *domain;         /* "" when not known */
    const char *title;          /* noun phrase */
    const char *hint;           /* one line, for the example */
    const char *why;
    GArray *steps;              /* ModoriAdviceLine (rules/advice.h) */
    guint64 count, before;
    guint64 addresses;          /* different recipients */
    GPtrArray *receivers;       /* of ModoriShare: who refuses, most first, at most 5 */
    gint64 first, last;
    gboolean ours;              /* the sender's own fault: repairing it wins `count` recipients */
    const char *id;             /* of the example: the latest */
    const char *recipient;
    const char *diagnostic;
    const char *rule;
} ModoriRepair;

typedef struct {
    char date[11];              /* "2026-11-21", local time */
    guint64 hard, soft;
    guint64 before;             /* failures on the day as far into the period before */
} ModoriDay;

typedef struct {
    const char *kind;           /* "contact-form", "receiver-blocks", "block-list" ...: for JSON */
    const char *text;           /* one or two sentences */
    const char *advice;         /* name, or "" */
    guint64 count;
    gint64 since;               /* 0: not known */
} ModoriInsight;

typedef struct {
    const char *wording;        /* masked, with examples in place of what was masked */
    guint64 count;
    const char *id;             /* of an example */
} ModoriUndecided;

typedef struct {
    const char *address;
    const char *reason, *title; /* name, and for people */
    const char *bounce;
    guint64 count;
    gint64 since, last;
} ModoriStop;

typedef struct {
    gint64 since, until, now;   /* SINCE is that of the first record when nobody asked for one */
    const char *domain;         /* "" when all */
    ModoriDigestCounts counts, before;
    gboolean compared;          /* is there a period before? */
    GPtrArray *repairs;         /* ModoriRepair; the greatest win first */
    GPtrArray *insights;        /* ModoriInsight */
    GPtrArray *reasons, *receivers, *senders, *ips, *campaigns; /* ModoriShare */
    GArray *days;               /* ModoriDay, each of the period (weeks when more than 92) */
    guint days_each;            /* 1, or 7 */
    GPtrArray *news;            /* ModoriShare: reason at receiver, not seen in the period before */
    GPtrArray *undecided;       /* ModoriUndecided */
    GPtrArray *stops;           /* ModoriStop; all that came onto the list in the period */
    guint64 stops_total;        /* on the list in all */
    GStringChunk *strings;
} ModoriDigest;

/* Add up what HISTORY holds.  NULL with ERROR set. */
ModoriDigest *modori_digest_new (ModoriHistory *history, ModoriEngine *engine,
                                 const ModoriDigestOptions *options, GError **error);
void modori_digest_free (ModoriDigest *digest);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ModoriDigest, modori_digest_free)

#endif
