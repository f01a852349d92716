/* jsonlines.c - the module that reads records from lines of JSON.
 *
 * The only file that is linked with json-glib.  That library reads values in values by calling
 * itself, without a limit, and trusts in what escapes stand for; so a line is looked through
 * before it gets there: how deep it goes, and whether each \u stands for a character.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "history/jsonlines.h"

#include <glib/gi18n.h>
#include <json-glib/json-glib.h>

#include "text/error.h"

/* A record is an object with lists in it; what others add to theirs goes no deeper than this. */
#define DEPTH_MAX 16

/* Bytes of a text, as everywhere (report/report.c); of a path, as systems allow it. */
#define TEXT_MAX MODORI_DIAGNOSTIC_MAX
#define LONG_TEXT_MAX 4096

/* Bytes of what json-glib says about a line. */
#define COMPLAINT_MAX 200

/* The version of records that is read here. */
#define VERSION 1

typedef struct {
    GStringChunk *strings;
    GString *scratch;
    GError **error;
} Reader;

static gboolean
refuse (GError **error, const char *format, const char *what)
{
    g_set_error (error, MODORI_ERROR, MODORI_ERROR_DAMAGED, format, what);
    return FALSE;
}

/* --- before json-glib sees it --- */

/* The number of the four hexadecimal digits at TEXT, or -1. */
static int
hex4 (const char *text)
{
    int number = 0;

    for (guint i = 0; i < 4; i++) {
        int digit = g_ascii_xdigit_value (text[i]);

        if (digit < 0)
            return -1;
        number = number << 4 | digit;
    }
    return number;
}

static gboolean
is_high (int unit)
{
    return unit >= 0xd800 && unit < 0xdc00;
}

static gboolean
is_low (int unit)
{
    return unit >= 0xdc00 && unit < 0xe000;
}

/* ESCAPE is a backslash with what follows; its length.  One that stands for no character, or for
 * the end of a text, becomes U+FFFD. */
static gsize
mend_escape (char *escape)
{
    int unit;

    if (escape[1] != 'u')
        return escape[1] ? 2 : 1;
    unit = hex4 (escape + 2);
    if (unit < 0)
        return 2;               /* json-glib complains */
    if (is_high (unit) && escape[6] == '\\' && escape[7] == 'u' && is_low (hex4 (escape + 8)))
        return 12;
    if (unit == 0 || is_high (unit) || is_low (unit))
        memcpy (escape + 2, "fffd", 4);
    return 6;
}

/* Go through LINE: FALSE when it is nested too deeply. */
static gboolean
mend (char *line)
{
    gboolean quoted = FALSE;
    guint depth = 0;

    for (char *at = line; *at; at++) {
        if (*at == '"') {
            quoted = ! quoted;
        } else if (quoted) {
            if (*at == '\\')
                at += mend_escape (at) - 1;
        } else if (*at == '{' || *at == '[') {
            if (++depth > DEPTH_MAX)
                return FALSE;
        } else if ((*at == '}' || *at == ']') && depth) {
            depth--;
        }
    }
    return TRUE;
}

/* --- one value --- */

static gboolean
is_control (gunichar c)
{
    return c < ' ' || (c >= 0x7f && c < 0xa0) || c == 0x2028 || c == 0x2029;
}

static gboolean
is_clean (const char *text, gsize max)
{
    gsize n = 0;

    while ((guchar) text[n] >= ' ' && (guchar) text[n] < 0x7f)
        n++;
    return ! text[n] && n <= max;
}

/* Put TEXT on one line, at most MAX bytes of it, into OUT.  (Escapes that JSON does not know may
 * have made bytes of it that are no UTF-8.) */
static void
clean (GString *out, const char *text, gsize max)
{
    g_autofree char *valid = g_utf8_make_valid (text, -1);

    g_string_truncate (out, 0);
    for (const char *at = valid; *at; at = g_utf8_next_char (at)) {
        gsize len = (gsize) (g_utf8_next_char (at) - at);

        if (out->len + len > max)
            break;
        if (is_control (g_utf8_get_char (at)))
            g_string_append_c (out, ' ');
        else
            g_string_append_len (out, at, (gssize) len);
    }
}

static const char *
keep (Reader *reader, const char *text, gsize max)
{
    if (! *text)
        return "";
    if (is_clean (text, max))
        return g_string_chunk_insert (reader->strings, text);
    clean (reader->scratch, text, max);
    return g_string_chunk_insert_len (reader->strings, reader->scratch->str,
                                      (gssize) reader->scratch->len);
}

static gboolean
read_text (Reader *reader, const char *name, JsonNode *node, gsize max, const char **text)
{
    if (! JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_STRING)
        return refuse (reader->error, _("no record: %s is not a text"), name);
    *text = keep (reader, json_node_get_string (node), max);
    return TRUE;
}

static gboolean
read_number (Reader *reader, const char *name, JsonNode *node, const char **text)
{
    char digits[24];

    if (! JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_INT64
        || json_node_get_int (node) < 0)
        return refuse (reader->error, _("no record: %s is not a whole number"), name);
    g_snprintf (digits, sizeof digits, "%" G_GINT64_FORMAT, json_node_get_int (node));
    *text = json_node_get_int (node) ? g_string_chunk_insert (reader->strings, digits) : "";
    return TRUE;
}

static gboolean
read_flag (Reader *reader, const char *name, JsonNode *node, const char **text)
{
    if (! JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_BOOLEAN)
        return refuse (reader->error, _("no record: %s is not true or false"), name);
    *text = json_node_get_boolean (node) ? "true" : "";
    return TRUE;
}

/* A list of names, which have no blanks. */
static gboolean
read_list (Reader *reader, const char *name, JsonNode *node, const char **text)
{
    g_autoptr (GString) names = g_string_new (NULL);
    JsonArray *list = JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
    guint n = list ? json_array_get_length (list) : 0;

    for (guint i = 0; list && i < n; i++) {
        JsonNode *element = json_array_get_element (list, i);

        if (! JSON_NODE_HOLDS_VALUE (element)
            || json_node_get_value_type (element) != G_TYPE_STRING)
            list = NULL;
        else if (names->len < LONG_TEXT_MAX && *json_node_get_string (element))
            g_string_append_printf (names, "%s%s", names->len ? " " : "",
                                    json_node_get_string (element));
    }
    if (! list)
        return refuse (reader->error, _("no record: %s is not a list of texts"), name);
    *text = keep (reader, names->str, LONG_TEXT_MAX);
    return TRUE;
}

/* A path is kept as it is, line ends too: the file is opened by it. */
static gboolean
read_path (Reader *reader, JsonNode *node, const char **text)
{
    g_autofree char *valid = NULL;

    if (! JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_STRING
        || strlen (json_node_get_string (node)) > LONG_TEXT_MAX)
        return refuse (reader->error, _("no record: %s is not a text"), "path");
    valid = g_utf8_make_valid (json_node_get_string (node), -1);
    *text = *valid ? g_string_chunk_insert (reader->strings, valid) : "";
    return TRUE;
}

static gboolean
read_value (Reader *reader, ModoriKey key, JsonNode *node, const char **text)
{
    const char *name = modori_keys[key].name;

    if (key == MODORI_KEY_PATH)
        return read_path (reader, node, text);
    switch (modori_keys[key].type) {
    case MODORI_TYPE_NUMBER:
        return read_number (reader, name, node, text);
    case MODORI_TYPE_FLAG:
        return read_flag (reader, name, node, text);
    case MODORI_TYPE_LIST:
        return read_list (reader, name, node, text);
    default:
        return read_text (reader, name, node, TEXT_MAX, text);
    }
}

/* --- one line --- */

static gboolean
check (const ModoriRecord *record, GError **error)
{
    const char *version = record->text[MODORI_KEY_V], *id = record->text[MODORI_KEY_ID];

    if (! id[0])
        return refuse (error, "%s", _("no record: it has no id"));
    if (strlen (id) != 2 * MODORI_ID_BYTES || strspn (id, "0123456789abcdef") != strlen (id))
        return refuse (error, "%s", _("no record: its id is not 32 hexadecimal digits"));
    if (version[0] && strcmp (version, G_STRINGIFY (VERSION)) != 0)
        return refuse (error, _("no record: version (v) %s is not known here"), version);
    return TRUE;
}

static gboolean
read_time (Reader *reader, const char *name, JsonNode *node, gint64 *seconds)
{
    const char *text = NULL;
    g_autoptr (GDateTime) time = NULL;

    if (! read_text (reader, name, node, TEXT_MAX, &text))
        return FALSE;
    time = g_date_time_new_from_iso8601 (text, NULL);
    if (! time)
        return refuse (reader->error, _("no record: %s is not a time"), name);
    *seconds = g_date_time_to_unix (time);
    return TRUE;
}

static gboolean
read_provenance (Reader *reader, JsonObject *object, ModoriProvenance *provenance)
{
    JsonNode *time = json_object_get_member (object, "first_seen");
    JsonNode *rules = json_object_get_member (object, "rules");

    *provenance = (ModoriProvenance) { 0, 0, "" };
    return (! time || read_time (reader, "first_seen", time, &provenance->first_seen))
        && (! rules || read_text (reader, "rules", rules, TEXT_MAX, &provenance->rules));
}

static gboolean
read_object (Reader *reader, JsonObject *object, ModoriRecord *record,
             ModoriProvenance *provenance)
{
    memset (record, 0, sizeof *record);
    record->address = record->recipient_domain = record->sender_domain = "";
    for (guint key = 0; key < MODORI_N_KEYS; key++) {
        JsonNode *node = json_object_get_member (object, modori_keys[key].name);

        record->text[key] = "";
        if (node && ! read_value (reader, key, node, &record->text[key]))
            return FALSE;
    }
    return check (record, reader->error)
        && (! provenance || read_provenance (reader, object, provenance));
}

/* WHY quotes the line, which may be anything. */
static gboolean
refuse_json (GError **error, const char *why)
{
    g_autoptr (GString) text = g_string_new (NULL);

    if (g_str_has_prefix (why, "<data>:1:"))
        why += strlen ("<data>:1:");
    clean (text, why, COMPLAINT_MAX);
    return refuse (error, _("not JSON: at %s"), text->str);
}

static gboolean
parse (JsonParser *parser, const char *line, gsize len, GError **error)
{
    g_autofree char *copy = NULL;
    g_autoptr (GError) why = NULL;

    if (len > MODORI_JSONLINE_MAX)
        return refuse (error, "%s", _("no record: the line is too long"));
    copy = g_utf8_make_valid (line, (gssize) len);
    if (! mend (copy))
        return refuse (error, "%s", _("no record: values in values, too deep"));
    if (! json_parser_load_from_data (parser, copy, -1, &why))
        return refuse_json (error, why->message);
    if (! json_parser_get_root (parser) || ! JSON_NODE_HOLDS_OBJECT (json_parser_get_root (parser)))
        return refuse (error, "%s", _("no record: not an object"));
    return TRUE;
}

static gboolean
read_line (const char *line, gsize len, GStringChunk *strings, ModoriRecord *record,
           ModoriProvenance *provenance, GError **error)
{
    g_autoptr (JsonParser) parser = json_parser_new_immutable ();
    g_autoptr (GString) scratch = g_string_new (NULL);
    Reader reader = { strings, scratch, error };

    return parse (parser, line, len, error)
        && read_object (&reader, json_node_get_object (json_parser_get_root (parser)), record,
                        provenance);
}

const ModoriJsonlinesTable modori_jsonlines_table = { read_line };
