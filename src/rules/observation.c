/* observation.c - one Observation block.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "rules/observation.h"

static const char *const field_names[] = {
    "Severity", "Title", "Why", "Asked-By", "Record", "Advice", "Note", "See", NULL
};

const ModoriKind modori_observation_kind = { "Observation", field_names };

const char *
modori_gravity_name (ModoriGravity gravity)
{
    (void) gravity;
    return NULL;
}

ModoriGravity
modori_observation_gravity (const ModoriBlock *block)
{
    (void) block;
    return 0;
}

char *
modori_observation_text (const ModoriBlock *block, ModoriObservationText what, const char *lang, const GPtrArray *values)
{
    (void) block;
    (void) what;
    (void) lang;
    (void) values;
    return NULL;
}

void
modori_observation_record_free (ModoriObservationRecord *record)
{
    (void) record;
}

GPtrArray *
modori_observation_records (const ModoriBlock *block, const GPtrArray *values)
{
    (void) block;
    (void) values;
    return NULL;
}

char *
modori_observation_advice (const ModoriBlock *block)
{
    (void) block;
    return NULL;
}

GPtrArray *
modori_observation_links (const ModoriBlock *block)
{
    (void) block;
    return NULL;
}

gboolean
modori_observation_check (const ModoriBlock *block, GError **error)
{
    (void) block;
    (void) error;
    return 0;
}
