/* json.c - one JSON object a line for each outcome (RFC 8259; the keys are those of
 * modori-json(5)).
 *
 * Values are valid UTF-8 already; only quotes, backslashes and control characters need care.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "output/json.h"

/* Must CHARACTER be escaped?  DEL needs not, but a terminal would eat it. */
static gboolean
is_special (guchar character)
{
    return character < 0x20 || character == '"' || character == '\\' || character == 0x7f;
}

static void
append_special (GString *out, guchar character)
{
    static const char digits[] = "0123456789abcdef";

    g_string_append_c (out, '\\');
    if (character == '"' || character == '\\') {
        g_string_append_c (out, (char) character);
        return;
    }
    g_string_append (out, "u00");
    g_string_append_c (out, digits[character >> 4]);
    g_string_append_c (out, digits[character & 0xf]);
}

void
modori_json_string (GString *out, const char *text)
{
    const char *start = text;

    g_string_append_c (out, '"');
    for (; *text; text++) {
        if (! is_special ((guchar) *text))
            continue;
        g_string_append_len (out, start, text - start);
        append_special (out, (guchar) *text);
        start = text + 1;
    }
    g_string_append_len (out, start, text - start);
    g_string_append_c (out, '"');
}

/* A list is kept as names with one blank between them. */
static void
append_list (GString *out, const char *names)
{
    const char *end;

    g_string_append_c (out, '[');
    for (; *names; names = *end ? end + 1 : end) {
        end = names + strcspn (names, " ");
        g_string_append_c (out, '"');
        g_string_append_len (out, names, end - names);
        g_string_append (out, *end ? "\", " : "\"");
    }
    g_string_append_c (out, ']');
}

static void
append_value (GString *out, ModoriType type, const char *text)
{
    switch (type) {
    case MODORI_TYPE_TEXT:
        modori_json_string (out, text);
        break;
    case MODORI_TYPE_NUMBER:
        g_string_append (out, *text ? text : "0");
        break;
    case MODORI_TYPE_FLAG:
        g_string_append (out, *text ? "true" : "false");
        break;
    case MODORI_TYPE_LIST:
        append_list (out, text);
        break;
    }
}

void
modori_json_outcome (GString *out, const ModoriOutcome *outcome)
{
    for (ModoriKey key = 0; key < MODORI_N_KEYS; key++) {
        g_string_append (out, key ? ", \"" : "{\"");
        g_string_append (out, modori_keys[key].name);
        g_string_append (out, "\": ");
        append_value (out, modori_keys[key].type, modori_outcome_text (outcome, key));
    }
    g_string_append (out, "}\n");
}
