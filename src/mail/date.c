/* date.c - dates of mail as RFC 3339.
 *
 * "Thu, 1 Feb 2024 09:30:00 +0900 (JST)" is read here, for a hundredth of what a GDateTime and
 * its time zone cost; other forms (two-digit years, zones by name, words in odd places) by GMime.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "mail/date.h"

#include "mail/mime.h"

/* A longer one is none. */
#define FIELD_MAX 200

typedef struct {
    guint year, month, day, hour, minute, second;
    char sign;                  /* of the zone */
    guint zone;                 /* 930 is nine hours and a half */
} Date;

static void
skip_blanks (ModoriSpan *rest)
{
    while (rest->len > 0 && g_ascii_isspace (rest->at[0]))
        *rest = modori_span_skip (*rest, 1);
}

/* A number of MIN to MAX digits. */
static gboolean
take_number (ModoriSpan *rest, guint min, guint max, guint *number)
{
    guint digits = 0;

    *number = 0;
    while (digits < max && rest->len > digits && g_ascii_isdigit (rest->at[digits]))
        *number = *number * 10 + (guint) (rest->at[digits++] - '0');
    *rest = modori_span_skip (*rest, digits);
    return digits >= min;
}

static gboolean
take_char (ModoriSpan *rest, char c)
{
    if (rest->len == 0 || rest->at[0] != c)
        return FALSE;
    *rest = modori_span_skip (*rest, 1);
    return TRUE;
}

static gboolean
take_month (ModoriSpan *rest, guint *month)
{
    static const char *const names[] = {
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"
    };

    for (guint i = 0; i < G_N_ELEMENTS (names); i++)
        if (modori_span_begins (*rest, names[i])) {
            *rest = modori_span_skip (*rest, 3);
            *month = i + 1;
            return rest->len > 0 && g_ascii_isspace (rest->at[0]);
        }
    return FALSE;
}

static gboolean
take_zone (ModoriSpan *rest, Date *date)
{
    date->zone = 0;
    date->sign = 'Z';
    if (modori_span_is (*rest, "GMT") || modori_span_is (*rest, "UT")
        || modori_span_is (*rest, "UTC"))
        return TRUE;
    date->sign = rest->len > 0 ? rest->at[0] : ' ';
    if (! take_char (rest, '+') && ! take_char (rest, '-'))
        return FALSE;
    if (! take_number (rest, 4, 4, &date->zone) || date->zone > 1400 || date->zone % 100 > 59)
        return FALSE;
    if (date->sign == '-' && date->zone == 0)
        date->sign = 'Z';
    skip_blanks (rest);
    return rest->len == 0 || rest->at[0] == '(';
}

static gboolean
is_possible (const Date *date)
{
    return date->year >= 1900 && date->hour < 24 && date->minute < 60 && date->second <= 60
        && g_date_valid_dmy ((GDateDay) date->day, (GDateMonth) date->month,
                             (GDateYear) date->year);
}

static gboolean
read_plain (ModoriSpan text, Date *date)
{
    ModoriSpan rest = text;
    const char *comma = memchr (rest.at, ',', MIN (rest.len, 5));

    if (comma)
        rest = modori_span_between (comma + 1, modori_span_end (text));
    skip_blanks (&rest);
    if (! take_number (&rest, 1, 2, &date->day))
        return FALSE;
    skip_blanks (&rest);
    if (! take_month (&rest, &date->month))
        return FALSE;
    skip_blanks (&rest);
    if (! take_number (&rest, 4, 4, &date->year))
        return FALSE;
    skip_blanks (&rest);
    if (! take_number (&rest, 1, 2, &date->hour) || ! take_char (&rest, ':')
        || ! take_number (&rest, 2, 2, &date->minute))
        return FALSE;
    date->second = 0;
    if (take_char (&rest, ':') && ! take_number (&rest, 2, 2, &date->second))
        return FALSE;
    skip_blanks (&rest);
    return take_zone (&rest, date) && is_possible (date);
}

static gboolean
read_with_gmime (ModoriSpan text, Date *date)
{
    g_autofree char *copy = modori_span_dup (text);
    g_autoptr (GDateTime) time = modori_mime ()->read_date (copy);
    gint64 zone;

    if (! time || g_date_time_get_year (time) < 1900)
        return FALSE;
    date->year = (guint) g_date_time_get_year (time);
    date->month = (guint) g_date_time_get_month (time);
    date->day = (guint) g_date_time_get_day_of_month (time);
    date->hour = (guint) g_date_time_get_hour (time);
    date->minute = (guint) g_date_time_get_minute (time);
    date->second = (guint) g_date_time_get_second (time);
    zone = g_date_time_get_utc_offset (time) / G_TIME_SPAN_MINUTE;
    date->sign = zone == 0 ? 'Z' : zone < 0 ? '-' : '+';
    date->zone = (guint) (ABS (zone) / 60 * 100 + ABS (zone) % 60);
    return TRUE;
}

static char *
put_number (char *out, guint number, guint digits, char behind)
{
    for (guint i = digits; i-- > 0; number /= 10)
        out[i] = (char) ('0' + number % 10);
    out[digits] = behind;
    return out + digits + 1;
}

void
modori_date_rfc3339 (ModoriSpan text, char out[MODORI_DATE_MAX])
{
    ModoriSpan trimmed = modori_span_trim (text);
    Date date;

    out[0] = '\0';
    if (trimmed.len == 0 || trimmed.len > FIELD_MAX
        || (! read_plain (trimmed, &date) && ! read_with_gmime (trimmed, &date)))
        return;
    out = put_number (out, date.year, 4, '-');
    out = put_number (out, date.month, 2, '-');
    out = put_number (out, date.day, 2, 'T');
    out = put_number (out, date.hour, 2, ':');
    out = put_number (out, date.minute, 2, ':');
    out = put_number (out, date.second, 2, date.sign);
    if (date.sign == 'Z')
        *out = '\0';
    else
        put_number (put_number (out, date.zone / 100, 2, ':'), date.zone % 100, 2, '\0');
}

static guint
number_at (const char *text, guint digits)
{
    guint number = 0;

    while (digits--)
        number = 10 * number + (guint) (*text++ - '0');
    return number;
}

gboolean
modori_date_seconds (const char *text, gint64 *seconds)
{
    guint year = number_at (text, 4), month = number_at (text + 5, 2);
    guint day = number_at (text + 8, 2), hour = number_at (text + 11, 2);
    guint minute = number_at (text + 14, 2), second = number_at (text + 17, 2);
    gboolean zoned = text[19] != 'Z';
    guint zone_hour = zoned ? number_at (text + 20, 2) : 0;
    guint zone_minute = zoned ? number_at (text + 23, 2) : 0;
    gint64 zone = 3600 * (gint64) zone_hour + 60 * (gint64) zone_minute;
    GDate date;

    if (! g_date_valid_dmy ((GDateDay) day, (GDateMonth) month, (GDateYear) year) || hour > 23
        || minute > 59 || second > 59 || zone_hour > 23 || zone_minute > 59)
        return FALSE;
    g_date_clear (&date, 1);
    g_date_set_dmy (&date, (GDateDay) day, (GDateMonth) month, (GDateYear) year);
    *seconds = 86400 * (gint64) g_date_get_julian (&date) + 3600 * (gint64) hour
        + 60 * (gint64) minute + second - (text[19] == '-' ? -zone : zone);
    return TRUE;
}
