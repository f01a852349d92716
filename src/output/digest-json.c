/* digest-json.c - a digest for programs: one JSON object (modori-json(5)).
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "output/digest.h"
#include "output/json.h"

/* The version of this object. */
#define VERSION 1

/* --- members --- */

/* Begin a member: a comma unless it is the first of its object, and its NAME. */
static void
begin (GString *out, const char *name)
{
    char last = out->len ? out->str[out->len - 1] : '{';

    if (last != '{' && last != '[')
        g_string_append (out, ", ");
    if (name)
        g_string_append_printf (out, "\"%s\": ", name);
}

static void
put_text (GString *out, const char *name, const char *text)
{
    begin (out, name);
    modori_json_string (out, text ? text : "");
}

static void
put_number (GString *out, const char *name, guint64 number)
{
    begin (out, name);
    g_string_append_printf (out, "%" G_GUINT64_FORMAT, number);
}

static void
put_flag (GString *out, const char *name, gboolean flag)
{
    begin (out, name);
    g_string_append (out, flag ? "true" : "false");
}

/* RFC 3339, UTC; "" when it is not known. */
static void
put_time (GString *out, const char *name, gint64 time)
{
    g_autoptr (GDateTime) utc = time ? g_date_time_new_from_unix_utc (time) : NULL;
    g_autofree char *text = utc ? g_date_time_format (utc, "%Y-%m-%dT%H:%M:%SZ") : NULL;

    put_text (out, name, text);
}

static void
open_object (GString *out, const char *name)
{
    begin (out, name);
    g_string_append_c (out, '{');
}

/* One thing of a list. */
typedef void (*Put) (GString *out, gconstpointer item);

static void
put_list (GString *out, const char *name, const GPtrArray *items, Put put)
{
    if (name)
        begin (out, name);
    g_string_append_c (out, '[');
    for (guint i = 0; i < items->len; i++) {
        if (i)
            g_string_append (out, ",\n  ");
        g_string_append_c (out, '{');
        put (out, items->pdata[i]);
        g_string_append_c (out, '}');
    }
    g_string_append_c (out, ']');
}

/* --- things --- */

static void
put_counts (GString *out, const char *name, const ModoriDigestCounts *counts)
{
    open_object (out, name);
    put_number (out, "failed", counts->failed);
    put_number (out, "hard", counts->hard);
    put_number (out, "soft", counts->soft);
    put_number (out, "delayed", counts->delayed);
    put_number (out, "complaints", counts->complaints);
    put_number (out, "delivered", counts->delivered);
    put_number (out, "other", counts->other);
    g_string_append_c (out, '}');
}

static void
put_share (GString *out, gconstpointer item)
{
    const ModoriShare *share = item;

    put_text (out, "name", share->name);
    put_text (out, "title", share->title);
    put_number (out, "count", share->count);
    put_number (out, "hard", share->hard);
    put_number (out, "before", share->before);
    put_time (out, "first", share->first);
    put_time (out, "last", share->last);
}

static void
put_steps (GString *out, const GArray *steps)
{
    static const char *const kinds[] = {
        [MODORI_ADVICE_STEP] = "step",     [MODORI_ADVICE_COMMAND] = "command",
        [MODORI_ADVICE_TEXT] = "text",     [MODORI_ADVICE_RECORD] = "record",
        [MODORI_ADVICE_CHECK] = "check",   [MODORI_ADVICE_SEE] = "see",
    };

    begin (out, "steps");
    g_string_append_c (out, '[');
    for (guint i = 0; steps && i < steps->len; i++) {
        const ModoriAdviceLine *line = &g_array_index (steps, ModoriAdviceLine, i);

        open_object (out, NULL);
        put_text (out, "kind", kinds[line->kind]);
        put_text (out, "text", line->text);
        put_flag (out, "example", line->example);
        g_string_append_c (out, '}');
    }
    g_string_append_c (out, ']');
}

static void
put_repair (GString *out, gconstpointer item)
{
    const ModoriRepair *repair = item;

    put_text (out, "advice", repair->advice);
    put_text (out, "domain", repair->domain);
    put_flag (out, "ours", repair->ours);
    put_text (out, "title", repair->title);
    put_text (out, "hint", repair->hint);
    put_text (out, "why", repair->why);
    put_number (out, "count", repair->count);
    put_number (out, "before", repair->before);
    put_number (out, "addresses", repair->addresses);
    put_time (out, "first", repair->first);
    put_time (out, "last", repair->last);
    put_list (out, "receivers", repair->receivers, put_share);
    open_object (out, "example");
    put_text (out, "id", repair->id);
    put_text (out, "recipient", repair->recipient);
    put_text (out, "diagnostic", repair->diagnostic);
    put_text (out, "rule", repair->rule);
    g_string_append_c (out, '}');
    put_steps (out, repair->steps);
}

static void
put_insight (GString *out, gconstpointer item)
{
    const ModoriInsight *insight = item;

    put_text (out, "kind", insight->kind);
    put_text (out, "text", insight->text);
    put_text (out, "advice", insight->advice);
    put_number (out, "count", insight->count);
    put_time (out, "since", insight->since);
}

static void
put_undecided (GString *out, gconstpointer item)
{
    const ModoriUndecided *undecided = item;

    put_text (out, "wording", undecided->wording);
    put_number (out, "count", undecided->count);
    put_text (out, "id", undecided->id);
}

static void
put_stop (GString *out, gconstpointer item)
{
    const ModoriStop *stop = item;

    put_text (out, "address", stop->address);
    put_text (out, "reason", stop->reason);
    put_text (out, "title", stop->title);
    put_text (out, "bounce", stop->bounce);
    put_number (out, "count", stop->count);
    put_time (out, "since", stop->since);
    put_time (out, "last", stop->last);
}

static void
put_days (GString *out, const ModoriDigest *digest)
{
    put_number (out, "days_each", digest->days_each);
    begin (out, "days");
    g_string_append_c (out, '[');
    for (guint i = 0; i < digest->days->len; i++) {
        const ModoriDay *day = &g_array_index (digest->days, ModoriDay, i);

        open_object (out, NULL);
        put_text (out, "date", day->date);
        put_number (out, "hard", day->hard);
        put_number (out, "soft", day->soft);
        put_number (out, "before", day->before);
        g_string_append_c (out, '}');
    }
    g_string_append_c (out, ']');
}

/* --- the whole --- */

/* A new line before the next member, for eyes. */
static void
put_lists (GString *out, const ModoriDigest *digest)
{
    const struct {
        const char *name;
        const GPtrArray *items;
        Put put;
    } lists[] = {
        { "repairs", digest->repairs, put_repair },
        { "insights", digest->insights, put_insight },
        { "reasons", digest->reasons, put_share },
        { "receivers", digest->receivers, put_share },
        { "senders", digest->senders, put_share },
        { "ips", digest->ips, put_share },
        { "campaigns", digest->campaigns, put_share },
        { "news", digest->news, put_share },
        { "undecided", digest->undecided, put_undecided },
        { "stops", digest->stops, put_stop },
    };

    for (guint i = 0; i < G_N_ELEMENTS (lists); i++) {
        g_string_append (out, ",\n ");
        g_string_append_printf (out, "\"%s\": ", lists[i].name);
        put_list (out, NULL, lists[i].items, lists[i].put);
    }
}

void
modori_digest_json (const ModoriDigest *digest, GString *out)
{
    open_object (out, NULL);
    put_number (out, "v", VERSION);
    put_time (out, "since", digest->since);
    put_time (out, "until", digest->until);
    put_time (out, "now", digest->now);
    put_text (out, "domain", digest->domain);
    put_flag (out, "compared", digest->compared);
    put_counts (out, "counts", &digest->counts);
    put_counts (out, "before", &digest->before);
    put_number (out, "stops_total", digest->stops_total);
    put_days (out, digest);
    put_lists (out, digest);
    g_string_append (out, "}\n");
}
