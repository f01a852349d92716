/* csv.c - comma-separated values (RFC 4180), with the columns of the JSON record.
 *
 * Spreadsheets run what begins with =, +, - or @ as a formula, and a stranger wrote these texts:
 * such a value gets an apostrophe in front, which spreadsheets do not show.  What is harmful to who
 * looks at it (text/harmful.h) is U+FFFD: JSON has it as it was.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "output/csv.h"
#include "text/harmful.h"

/* Spreadsheets pass over blanks before it, and some take the wide forms of these signs. */
static gboolean
is_formula (const char *text)
{
    static const gunichar signs[] = { '=', '+', '-', '@', 0xff1d, 0xff0b, 0xff0d, 0xff20 };
    gunichar c;

    while (*text == ' ')
        text++;
    c = g_utf8_get_char (text);
    for (guint i = 0; i < G_N_ELEMENTS (signs); i++)
        if (c == signs[i])
            return TRUE;
    return FALSE;
}

/* Is TEXT nothing but printable ASCII? */
static gboolean
is_plain (const char *text)
{
    while (*text >= ' ' && *text < 0x7f)
        text++;
    return ! *text;
}

static void
append_quoted (GString *out, const char *text)
{
    g_string_append_c (out, '"');
    if (is_formula (text))
        g_string_append_c (out, '\'');
    for (const char *quote; (quote = strchr (text, '"')) != NULL; text = quote + 1) {
        g_string_append_len (out, text, quote + 1 - text);
        g_string_append_c (out, '"');
    }
    g_string_append (out, text);
    g_string_append_c (out, '"');
}

void
modori_csv_text (GString *out, const char *text)
{
    g_autofree char *harmless = is_plain (text) ? NULL : modori_harmless (modori_span_of (text));

    if (harmless)
        text = harmless;
    if (is_formula (text) || strpbrk (text, "\","))
        append_quoted (out, text);
    else
        g_string_append (out, text);
}

static void
append_value (GString *out, ModoriType type, const char *text)
{
    if (type == MODORI_TYPE_NUMBER && ! *text)
        text = "0";
    if (type == MODORI_TYPE_FLAG && ! *text)
        text = "false";
    modori_csv_text (out, text);
}

void
modori_csv_header (GString *out)
{
    for (ModoriKey key = 0; key < MODORI_N_KEYS; key++) {
        if (key)
            g_string_append_c (out, ',');
        g_string_append (out, modori_keys[key].name);
    }
    g_string_append (out, "\r\n");
}

void
modori_csv_outcome (GString *out, const ModoriOutcome *outcome)
{
    for (ModoriKey key = 0; key < MODORI_N_KEYS; key++) {
        if (key)
            g_string_append_c (out, ',');
        append_value (out, modori_keys[key].type, modori_outcome_text (outcome, key));
    }
    g_string_append (out, "\r\n");
}
