/* record.h - one outcome apart from its mail: what history keeps, and what reports add up.
 *
 * A record comes from a report that was just read, from a line of JSON, or from the history; who
 * adds up does not see the difference.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_HISTORY_RECORD_H
#define MODORI_HISTORY_RECORD_H

#include "report/report.h"

/* What many outcomes have in common, and is counted: X (NAME, "name").  All but the last four are
 * keys of the record. */
#define MODORI_FACETS(X)                                                                          \
    X (REPORT, "report") X (ACTION, "action") X (REASON, "reason") X (BOUNCE, "bounce")           \
    X (STATUS, "status") X (REPLY_CODE, "reply_code") X (COMMAND, "command")                      \
    X (REMOTE_MTA, "remote_mta") X (PROVIDER, "provider") X (BLOCKLIST, "blocklist")              \
    X (REPORTING_MTA, "reporting_mta") X (CLIENT_IP, "client_ip") X (DIALECT, "dialect")          \
    X (RULE, "rule") X (SENDER_KIND, "sender_kind") X (ADVICE, "advice")                          \
    X (FINDINGS, "findings") X (FEEDBACK_TYPE, "feedback_type") X (SUBJECT, "subject")            \
    X (LIST_ID, "list_id") X (FACTS, "facts") X (HINT, "hint")                                    \
    X (ADDRESS, "address") X (RECIPIENT_DOMAIN, "recipient_domain")                               \
    X (SENDER_DOMAIN, "sender_domain") X (WRITTEN, "written")

/* What is an outcome's own: keys of the record. */
#define MODORI_DETAILS(X)                                                                         \
    X (RECIPIENT, "recipient") X (ORIGINAL_RECIPIENT, "original_recipient")                       \
    X (VERP_RECIPIENT, "verp_recipient") X (SENDER, "sender") X (DIAGNOSTIC, "diagnostic")        \
    X (REMOTE_IP, "remote_ip") X (QUEUE_ID, "queue_id") X (RETRY_AFTER, "retry_after")            \
    X (MESSAGE_ID, "message_id") X (FROM, "from") X (DATE, "date")                                \
    X (ARRIVAL_DATE, "arrival_date") X (PATH, "path") X (OFFSET, "offset")                        \
    X (TRUNCATED, "truncated")

typedef enum {
#define X(name, text) MODORI_FACET_##name,
    MODORI_FACETS (X)
#undef X
    MODORI_N_FACETS
} ModoriFacet;

/* Bytes of an id (32 hexadecimal digits). */
#define MODORI_ID_BYTES 16

typedef struct {
    const char *text[MODORI_N_KEYS];            /* as in the outcome: never NULL; not owned */
    /* What is derived; never NULL; owned by `strings` or not at all. */
    const char *address;        /* which the operator wrote to: VERP's, else original_recipient,
                                 * else recipient; lower case as a whole, to be compared */
    const char *written;        /* the same as it was written */
    const char *recipient_domain;
    const char *sender_domain;  /* of From, else of the envelope sender without SRS and BATV */
    guint8 id[MODORI_ID_BYTES];
    gint64 time;                /* when it came back, in seconds since 1970 UTC */
} ModoriRecord;

/* Seconds since 1970 UTC of an RFC 3339 TEXT; FALSE when it is none. */
gboolean modori_record_seconds (const char *text, gint64 *seconds);

/* Fill RECORD from OUTCOME, whose texts it shares.  What is derived lies in STRINGS.  Its time is
 * arrival_date, else date, never later than NOW, which also stands in for none. */
void modori_record_of_outcome (ModoriRecord *record, const ModoriOutcome *outcome,
                               GStringChunk *strings, gint64 now);

/* RECORD has its texts: derive the rest. FALSE when its id is none (then it is no record). */
gboolean modori_record_derive (ModoriRecord *record, GStringChunk *strings, gint64 now);

/* The text of FACET of RECORD. */
const char *modori_record_facet (const ModoriRecord *record, ModoriFacet facet);
void modori_record_set_facet (ModoriRecord *record, ModoriFacet facet, const char *text);

/* Make OUTCOME, of REPORT, what RECORD says: to advise on it, to decide it again. */
void modori_record_restore (const ModoriRecord *record, ModoriReport *report,
                            ModoriOutcome *outcome);

#endif
