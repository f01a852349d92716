/* report.h - what a bounce says: one outcome for each recipient, and where each word of it was
 * found.
 *
 * An outcome is the record of DESIGN: a text for each key.  The keys are one table (keys.c),
 * from which the JSON, the CSV columns, the placeholders of advice and the documentation's test
 * are made.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_REPORT_REPORT_H
#define MODORI_REPORT_REPORT_H

#include "mail/message.h"

/* A report over a whole list is cut here; no honest one is longer. */
#define MODORI_OUTCOMES_MAX 10000

/* Bytes of a diagnostic, white space collapsed: the longest honest replies are about 1,500. */
#define MODORI_DIAGNOSTIC_MAX 2000

/* In the order of the record. */
typedef enum {
    MODORI_KEY_V,
    MODORI_KEY_ID,
    MODORI_KEY_REPORT,
    MODORI_KEY_ACTION,
    MODORI_KEY_RECIPIENT,
    MODORI_KEY_ORIGINAL_RECIPIENT,
    MODORI_KEY_SENDER,
    MODORI_KEY_REASON,
    MODORI_KEY_BOUNCE,
    MODORI_KEY_STATUS,
    MODORI_KEY_REPLY_CODE,
    MODORI_KEY_COMMAND,
    MODORI_KEY_DIAGNOSTIC,
    MODORI_KEY_REMOTE_MTA,
    MODORI_KEY_REMOTE_IP,
    MODORI_KEY_PROVIDER,
    MODORI_KEY_QUEUE_ID,
    MODORI_KEY_RETRY_AFTER,
    MODORI_KEY_BLOCKLIST,
    MODORI_KEY_REPORTING_MTA,
    MODORI_KEY_CLIENT_IP,
    MODORI_KEY_DIALECT,
    MODORI_KEY_RULE,
    MODORI_KEY_SENDER_KIND,
    MODORI_KEY_ADVICE,
    MODORI_KEY_HINT,
    MODORI_KEY_FINDINGS,
    MODORI_KEY_FEEDBACK_TYPE,
    MODORI_KEY_MESSAGE_ID,
    MODORI_KEY_FROM,
    MODORI_KEY_SUBJECT,
    MODORI_KEY_DATE,
    MODORI_KEY_LIST_ID,
    MODORI_KEY_ARRIVAL_DATE,
    MODORI_KEY_PATH,
    MODORI_KEY_OFFSET,
    MODORI_KEY_TRUNCATED,
    MODORI_KEY_VERP_RECIPIENT,
    MODORI_KEY_FACTS,
    MODORI_N_KEYS
} ModoriKey;

typedef enum {
    MODORI_TYPE_TEXT,
    MODORI_TYPE_NUMBER,         /* kept as decimal digits; "" prints as 0 */
    MODORI_TYPE_FLAG,           /* "true" or "" */
    MODORI_TYPE_LIST,           /* names with one blank between them */
} ModoriType;

/* Bytes of the longest label. */
#define MODORI_LABEL_MAX 32

typedef struct {
    const char *name;           /* "reporting_mta" */
    gsize len;
    ModoriType type;
    char label[MODORI_LABEL_MAX]; /* as JSON has it: "\"reporting_mta\": " */
    gsize label_len;
} ModoriKeyInfo;

extern const ModoriKeyInfo modori_keys[MODORI_N_KEYS];

/* The key called NAME (also of length LEN, not NUL-terminated), or MODORI_N_KEYS. */
ModoriKey modori_key_of (ModoriSpan name);

/* Where a value was found. */
typedef struct {
    guint line;                 /* of the message, from 1; 0 when not known */
    guint rule;                 /* line of the rules file that says so; 0 when it is no dialect's */
} ModoriPlace;

typedef struct {
    const char *text;           /* never NULL, valid UTF-8, one line; owned by the report */
    const char *origin; /* the decoder or dialect that gave it ("dsn"), "" when nobody; static or
                         * owned by the knowledge */
    ModoriPlace place;
} ModoriValue;

typedef struct {
    ModoriValue values[MODORI_N_KEYS];
    const char
        *words; /* the diagnostic as rules see it (report/diagnostic.h); owned by the report */
    const char *fields; /* the recipient's delivery-status fields, "Name: value" lines, for rules'
                           Field */
    gboolean final;             /* the dialect knows that "delayed" was its last word */
} ModoriOutcome;

typedef struct ModoriReport ModoriReport;

ModoriReport *modori_report_new (void);
void modori_report_free (ModoriReport *report);

/* Forget the last message and begin with MESSAGE, which the caller owns and which must outlive
 * what is asked here. */
void modori_report_begin (ModoriReport *report, ModoriMessage *message);

/* The message that is read. */
ModoriMessage *modori_report_message (const ModoriReport *report);

/* A copy of TEXT that lives as long as the report's present message: made valid UTF-8, control
 * characters and white space collapsed to single blanks, trimmed, cut at MAX bytes (0: no
 * limit) at a character. */
const char *modori_report_keep (ModoriReport *report, ModoriSpan text, gsize max);

/* Append TEXT to OUT as it would be kept. */
void modori_report_clean (GString *out, ModoriSpan text, gsize max);
/* Is TEXT ASCII that would be kept as it is? */
gboolean modori_report_is_clean (ModoriSpan text);
/* Keep TEXT, which was made clean before, as it is. */
const char *modori_report_keep_clean (ModoriReport *report, ModoriSpan text);

/* A new empty outcome, or NULL when there are MODORI_OUTCOMES_MAX.  Pointers to outcomes are
 * good until the next add. */
ModoriOutcome *modori_report_add (ModoriReport *report);
/* Forget all outcomes: it was no report after all. */
void modori_report_clear (ModoriReport *report);
guint modori_report_n_outcomes (const ModoriReport *report);
ModoriOutcome *modori_report_outcome (ModoriReport *report, guint i);

/* Values for all outcomes, to be filled in where an outcome has none of its own
 * (modori_report_spread). */
ModoriOutcome *modori_report_common (ModoriReport *report);
void modori_report_spread (ModoriReport *report);

/* Set KEY of OUTCOME to TEXT (kept, see modori_report_keep) unless it has a value that is not
 * useless (see modori_value_is_useless) or TEXT is empty.  TRUE when it was set.  LINE is of the
 * message; who has a rule for it adds that to the value's place. */
gboolean modori_outcome_offer (ModoriReport *report, ModoriOutcome *outcome, ModoriKey key,
                               ModoriSpan text, const char *origin, guint line);
/* The same whatever it had. */
void modori_outcome_set (ModoriReport *report, ModoriOutcome *outcome, ModoriKey key,
                         ModoriSpan text, const char *origin, guint line);

static inline const char *
modori_outcome_text (const ModoriOutcome *outcome, ModoriKey key)
{
    return outcome->values[key].text;
}

/* Says TEXT nothing? "" always; a status x.0.0; a diagnostic with no words ("smtp; 550", "550
 * 5.0.0"). */
gboolean modori_value_is_useless (ModoriKey key, const char *text);

/* The returned message: a message of its own with at least its header, or NULL when the report
 * has none.  Set by decoders: the bytes must live in the report's message (or be kept
 * there). */
ModoriMessage *modori_report_returned (const ModoriReport *report);
void modori_report_set_returned (ModoriReport *report, ModoriSpan bytes, gboolean header_only);
/* Is only the header of it there? */
gboolean modori_report_returned_header_only (const ModoriReport *report);

/* Buffer I of MODORI_BUFFERS, emptied, for who reads into this report: the next one who asks for it
 * empties it again. */
#define MODORI_BUFFERS 4
GString *modori_report_buffer (ModoriReport *report, guint i);

/* A checksum (SHA-256) of nothing yet, for who reads into this report; the report's own. */
GChecksum *modori_report_checksum (ModoriReport *report);

/* A second message for reports that are quoted in the text of the first; the report's own, good
 * until the next begin. */
ModoriMessage *modori_report_inner (ModoriReport *report);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ModoriReport, modori_report_free)

#endif
