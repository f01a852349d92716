/* record.c - one outcome apart from its mail.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "history/record.h"

#include "mail/date.h"
#include "report/diagnostic.h"
#include "report/envelope.h"

/* Who gave the values of an outcome that comes from a record. */
#define ORIGIN "history"

/* What modori_date_seconds says of 1970-01-01T00:00:00Z: days since the year 1. */
#define EPOCH (86400 * G_GINT64_CONSTANT (719163))

/* --- time --- */

/* Has TEXT the form of PATTERN, where 9 is a digit? */
static gboolean
looks_like (const char *text, const char *pattern)
{
    for (; *pattern; pattern++, text++)
        if (*pattern == '9' ? ! g_ascii_isdigit (*text) : *pattern != *text)
            return FALSE;
    return TRUE;
}

/* A fraction of a second, which may be any number of digits. */
static const char *
skip_fraction (const char *text)
{
    if (text[0] != '.' || ! g_ascii_isdigit (text[1]))
        return text;
    for (text++; g_ascii_isdigit (*text); text++)
        ;
    return text;
}

gboolean
modori_record_seconds (const char *text, gint64 *seconds)
{
    char plain[MODORI_DATE_MAX];
    const char *zone;
    gboolean leap;

    if (! looks_like (text, "9999-99-99") || ! strchr ("Tt ", text[10])
        || ! text[10] || ! looks_like (text + 11, "99:99:99"))
        return FALSE;
    zone = skip_fraction (text + 19);
    if (g_ascii_toupper (zone[0]) != 'Z'
        && ! ((zone[0] == '+' || zone[0] == '-') && looks_like (zone + 1, "99:99")))
        return FALSE;
    if (g_ascii_toupper (zone[0]) == 'Z' ? zone[1] : zone[6])
        return FALSE;
    g_snprintf (plain, sizeof plain, "%.19s%s", text, zone);
    plain[19] = g_ascii_toupper (plain[19]);
    leap = looks_like (plain + 17, "60");
    if (leap)                   /* the first second of the next minute, as everybody counts */
        memcpy (plain + 17, "59", 2);
    if (! modori_date_seconds (plain, seconds))
        return FALSE;
    *seconds += leap - EPOCH;
    return TRUE;
}

/* Mail is younger than 1970: what is said to be older comes from a clock that was never set. */
static gboolean
read_time (const char *text, gint64 *seconds)
{
    return modori_record_seconds (text, seconds) && *seconds > 0;
}

static gint64
time_of (const ModoriRecord *record, gint64 now)
{
    gint64 seconds;

    if (! read_time (record->text[MODORI_KEY_ARRIVAL_DATE], &seconds)
        && ! read_time (record->text[MODORI_KEY_DATE], &seconds))
        return now;
    return MIN (seconds, now);
}

/* --- addresses --- */

static const char *
first_of (const char *a, const char *b, const char *c)
{
    return a[0] ? a : b[0] ? b : c;
}

static const char *
keep_lower (GStringChunk *strings, const char *text, gsize len)
{
    g_autofree char *lower = g_ascii_strdown (text, (gssize) len);

    return *lower ? g_string_chunk_insert (strings, lower) : "";
}

/* The domain of ADDRESS in lower case, "" when it has none. */
static const char *
keep_domain (GStringChunk *strings, const char *address)
{
    const char *at = strrchr (address, '@');
    gsize len;

    if (! at)
        return "";
    len = strcspn (++at, "> \t,;)");
    while (len && at[len - 1] == '.')
        len--;
    return keep_lower (strings, at, len);
}

/* The domain of FROM, else of the envelope SENDER as its owner wrote it. */
static const char *
sender_domain (GStringChunk *strings, const char *from, const char *sender)
{
    g_autoptr (GString) undone = NULL;

    if (from[0] || ! sender[0])
        return keep_domain (strings, from);
    undone = g_string_new (NULL);
    modori_envelope_undo (undone, sender);
    return keep_domain (strings, undone->str);
}

/* --- the record --- */

static gboolean
read_id (ModoriRecord *record)
{
    const char *hex = record->text[MODORI_KEY_ID];

    for (guint i = 0; i < 2 * MODORI_ID_BYTES; i++) {
        int digit = g_ascii_xdigit_value (hex[i]);

        if (digit < 0)
            return FALSE;
        record->id[i / 2] = (guint8) (i % 2 ? record->id[i / 2] | digit : digit << 4);
    }
    return hex[2 * MODORI_ID_BYTES] == '\0';
}

gboolean
modori_record_derive (ModoriRecord *record, GStringChunk *strings, gint64 now)
{
    const char *recipient = record->text[MODORI_KEY_RECIPIENT];
    const char *address = first_of (record->text[MODORI_KEY_VERP_RECIPIENT],
                                    record->text[MODORI_KEY_ORIGINAL_RECIPIENT], recipient);

    record->address = keep_lower (strings, address, strlen (address));
    record->written = address;
    record->recipient_domain = keep_domain (strings, first_of (recipient, address, ""));
    record->sender_domain = sender_domain (strings, record->text[MODORI_KEY_FROM],
                                           record->text[MODORI_KEY_SENDER]);
    record->time = time_of (record, now);
    return read_id (record);
}

void
modori_record_of_outcome (ModoriRecord *record, const ModoriOutcome *outcome,
                          GStringChunk *strings, gint64 now)
{
    for (guint key = 0; key < MODORI_N_KEYS; key++)
        record->text[key] = modori_outcome_text (outcome, key);
    modori_record_derive (record, strings, now);
}

void
modori_record_restore (const ModoriRecord *record, ModoriReport *report, ModoriOutcome *outcome)
{
    g_autoptr (GString) words = g_string_new (NULL);

    for (guint key = 0; key < MODORI_N_KEYS; key++) {
        const char *kept = modori_report_keep_clean (report, modori_span_of (record->text[key]));

        outcome->values[key] = (ModoriValue) { kept, *kept ? ORIGIN : "", { 0, 0 } };
    }
    modori_diagnostic_normalise (words, modori_diagnostic_bare (
        modori_span_of (record->text[MODORI_KEY_DIAGNOSTIC])));
    outcome->words = modori_report_keep_clean (report, modori_span (words->str, words->len));
    outcome->fields = "";
    outcome->final = FALSE;
}
