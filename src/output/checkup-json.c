/* checkup-json.c - a checkup for programs: modori-json(5).
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "output/checkup.h"

#include "output/json.h"

typedef struct {
    GString *out;
    ModoriEngine *engine;
    const char *lang;
} Json;

static void
member (Json *json, const char *name, const char *value)
{
    if (json->out->str[json->out->len - 1] != '{')
        g_string_append (json->out, ", ");
    modori_json_string (json->out, name);
    g_string_append (json->out, ": ");
    modori_json_string (json->out, value);
}

/* Names are unique in an object: the first value counts, as everywhere. */
static void
put_values (Json *json, const ModoriSeen *seen)
{
    g_string_append (json->out, ", \"values\": {");
    for (guint i = 0; i + 1 < seen->values->len; i += 2) {
        const char *name = g_ptr_array_index (seen->values, i);
        const char *value = g_ptr_array_index (seen->values, i + 1);

        if (modori_seen_value (seen, name) == value)
            member (json, name, value);
    }
    g_string_append_c (json->out, '}');
}

static void
put_records (Json *json, const GPtrArray *records)
{
    g_string_append (json->out, ", \"records\": [");
    for (guint i = 0; records && i < records->len; i++) {
        const ModoriObservationRecord *record = g_ptr_array_index (records, i);

        g_string_append (json->out, i > 0 ? ", {" : "{");
        member (json, "host", record->host);
        member (json, "type", record->type);
        member (json, "ttl", record->ttl);
        member (json, "value", record->value);
        g_string_append_c (json->out, '}');
    }
    g_string_append_c (json->out, ']');
}

static void
put_links (Json *json, const GPtrArray *links)
{
    g_string_append (json->out, ", \"links\": [");
    for (guint i = 0; links && i < links->len; i++) {
        g_string_append (json->out, i > 0 ? ", " : "");
        modori_json_string (json->out, g_ptr_array_index (links, i));
    }
    g_string_append_c (json->out, ']');
}

static char *
text_of (const Json *json, const ModoriBlock *block, ModoriObservationText what,
         const ModoriSeen *seen)
{
    return block ? modori_observation_text (block, what, json->lang, seen->values) : g_strdup ("");
}

static void
put_seen (Json *json, const ModoriSection *section, const ModoriSeen *seen)
{
    const ModoriBlock *block = modori_knowledge_block (
        json->engine->knowledge, &modori_observation_kind, seen->observation);
    ModoriGravity gravity = modori_checkup_weigh (section, block);
    g_autofree char *title = text_of (json, block, MODORI_OBSERVATION_TITLE, seen);
    g_autofree char *why = text_of (json, block, MODORI_OBSERVATION_WHY, seen);
    g_autofree char *asked_by = text_of (json, block, MODORI_OBSERVATION_ASKED_BY, seen);
    g_autofree char *advice = block ? modori_observation_advice (block) : g_strdup ("");
    g_autoptr (GPtrArray) records = block ? modori_observation_records (block, seen->values) : NULL;
    g_autoptr (GPtrArray) links = block ? modori_observation_links (block) : NULL;

    g_string_append_c (json->out, '{');
    member (json, "observation", seen->observation);
    member (json, "severity", modori_gravity_name (gravity));
    member (json, "title", title);
    member (json, "why", why);
    member (json, "asked_by", asked_by);
    member (json, "evidence", seen->evidence);
    put_values (json, seen);
    put_records (json, records);
    member (json, "advice", advice);
    put_links (json, links);
    g_string_append_c (json->out, '}');
}

static void
put_section (Json *json, const ModoriSection *section)
{
    g_string_append_c (json->out, '{');
    member (json, "section", section->name);
    member (json, "subject", section->subject);
    g_string_append (json->out, ", \"results\": [");
    for (guint i = 0; i < section->seen->len; i++) {
        g_string_append (json->out, i > 0 ? ", " : "");
        put_seen (json, section, g_ptr_array_index (section->seen, i));
    }
    g_string_append (json->out, "]}");
}

/* What is only worth knowing is no fault. */
static const char *
status_of (const ModoriCheckup *checkup, const ModoriKnowledge *knowledge)
{
    ModoriGravity gravity = modori_checkup_gravity (checkup, knowledge);

    return modori_gravity_name (gravity == MODORI_GRAVITY_NOTE ? MODORI_GRAVITY_OK : gravity);
}

void
modori_checkup_json (GString *out, const ModoriCheckup *checkup, ModoriEngine *engine,
                     const char *lang)
{
    Json json = { out, engine, lang };

    g_string_append (out, "{\"v\": 1");
    member (&json, "check", checkup->kind);
    member (&json, "subject", checkup->subject);
    member (&json, "status", status_of (checkup, engine->knowledge));
    g_string_append (out, ", \"sections\": [");
    for (guint i = 0; i < checkup->sections->len; i++) {
        g_string_append (out, i > 0 ? ", " : "");
        put_section (&json, g_ptr_array_index (checkup->sections, i));
    }
    g_string_append (out, "]}\n");
}
