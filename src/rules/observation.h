/* observation.h - one Observation block: what something that a check saw means, and what to do.
 *
 * `check tls`, `check cert` and `check domain` only see; how grave it is, in whose words, and which
 * record to publish stands in rules/observations/.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_RULES_OBSERVATION_H
#define MODORI_RULES_OBSERVATION_H

#include "text/knowledge.h"

extern const ModoriKind modori_observation_kind;

/* In the order of weight. */
typedef enum {
    MODORI_GRAVITY_OK,
    MODORI_GRAVITY_NOTE,
    MODORI_GRAVITY_WARNING,
    MODORI_GRAVITY_ERROR,
} ModoriGravity;

/* "ok", "note", "warning", "error". */
const char *modori_gravity_name (ModoriGravity gravity);

ModoriGravity modori_observation_gravity (const ModoriBlock *block);

/* The texts of a block. */
typedef enum {
    MODORI_OBSERVATION_TITLE,       /* one sentence */
    MODORI_OBSERVATION_WHY,         /* what it leads to */
    MODORI_OBSERVATION_ASKED_BY,    /* who refuses or asks: "Gmail, Yahoo, docomo" */
    MODORI_N_OBSERVATION_TEXTS
} ModoriObservationText;

/* VALUES: name, value, name, value (char *), of ModoriSeen. */

/* WHAT of BLOCK in LANG ("" or "ja"), filled with VALUES; "" when there is none; the caller
 * frees. */
char *modori_observation_text (const ModoriBlock *block, ModoriObservationText what,
                               const char *lang, const GPtrArray *values);

/* A record to publish: the four fields that the panels of DNS companies ask for. */
typedef struct {
    char *host;                 /* the whole name, without the last dot */
    char *type;                 /* "TXT" */
    char *ttl;
    char *value;
} ModoriObservationRecord;

void modori_observation_record_free (ModoriObservationRecord *record);

/* The records that BLOCK proposes, filled: each whose placeholders are all known or have an
 * example.  (element-type ModoriObservationRecord); the caller unrefs. */
GPtrArray *modori_observation_records (const ModoriBlock *block, const GPtrArray *values);

/* The name of its Advice, or ""; the caller frees.  Its links, likewise (element-type char *). */
char *modori_observation_advice (const ModoriBlock *block);
GPtrArray *modori_observation_links (const ModoriBlock *block);

/* For `rules test`: texts in both languages, a gravity, well-formed records.  FALSE with ERROR
 * set. */
gboolean modori_observation_check (const ModoriBlock *block, GError **error);

#endif
