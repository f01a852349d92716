/* json.c - one JSON object a line for each outcome (RFC 8259; the keys are those of
 * modori-json(5)).
 *
 * Values are valid UTF-8 already; only quotes, backslashes and control characters need care.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "output/json.h"

/* g_string_append_len without a call: forty keys and values of each record go through here. */
static inline void
append (GString *out, const char *text, gsize len)
{
    if (out->len + len >= out->allocated_len) {
        g_string_append_len (out, text, (gssize) len);
        return;
    }
    memcpy (out->str + out->len, text, len);
    out->len += len;
    out->str[out->len] = '\0';
}

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

/* In each of the eight bytes of WORD the highest bit if the byte is below LIMIT (128 at most);
 * one above such a byte may get it as well. */
static inline guint64
bytes_below (guint64 word, guint limit)
{
    const guint64 ones = G_GUINT64_CONSTANT (0x0101010101010101);

    return (word - ones * limit) & ~word & ones * 0x80;
}

/* May one of the eight bytes of WORD be special? */
static inline gboolean
has_special (guint64 word)
{
    const guint64 ones = G_GUINT64_CONSTANT (0x0101010101010101);

    return (bytes_below (word, 0x20) | bytes_below (word ^ ones * '"', 1)
            | bytes_below (word ^ ones * '\\', 1) | bytes_below (word ^ ones * 0x7f, 1)) != 0;
}

/* The next special character of TEXT, or END: eight at a time, for nearly none is. */
static const char *
next_special (const char *text, const char *end)
{
    guint64 word;

    for (; end - text >= (gssize) sizeof word; text += sizeof word) {
        memcpy (&word, text, sizeof word);
        if (has_special (word))
            break;
    }
    while (text < end && ! is_special ((guchar) *text))
        text++;
    return text;
}

void
modori_json_string (GString *out, const char *text)
{
    const char *end;

    if (! *text) {                      /* half of them are */
        append (out, "\"\"", 2);
        return;
    }
    end = text + strlen (text);
    append (out, "\"", 1);
    while (text < end) {
        const char *special = next_special (text, end);

        append (out, text, (gsize) (special - text));
        if (special < end)
            append_special (out, (guchar) *special++);
        text = special;
    }
    append (out, "\"", 1);
}

/* A list is kept as names with one blank between them. */
static void
append_list (GString *out, const char *names)
{
    const char *separator = "";

    g_string_append_c (out, '[');
    for (names += strspn (names, " "); *names; names += strspn (names, " ")) {
        gsize len = strcspn (names, " ");
        g_autofree char *name = g_strndup (names, len);

        g_string_append (out, separator);
        modori_json_string (out, name);     /* names from elsewhere may be anything */
        separator = ", ";
        names += len;
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
        append (out, key ? ", \"" : "{\"", key ? 3 : 2);
        append (out, modori_keys[key].name, strlen (modori_keys[key].name));
        append (out, "\": ", 3);
        append_value (out, modori_keys[key].type, modori_outcome_text (outcome, key));
    }
    g_string_append (out, "}\n");
}
