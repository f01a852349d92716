/* date.c - fuzz target: dates of mail as RFC 3339, and "From " lines of an mbox.
 *
 * What is written is a time that there is, and GLib reads it as modori_date_seconds does.  A date as RFC 5322 has it is
 * what GMime reads.  A time made of the input is read back from each form in which it is written.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "auto.h"
#include "mail/date.h"
#include "mail/mbox.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

/* A leap second is a time of its own in RFC 3339, and the one before or behind elsewhere. */
static gboolean
is_leap (const char *text)
{
    return strlen (text) > 18 && text[17] == '6';
}

static void
check_date (const char *text)
{
    g_autoptr (GDateTime) time = NULL;
    static const char *shape = "9999-99-99T99:99:99";
    gint64 seconds, origin;

    if (! *text)
        return;
    for (gsize i = 0; shape[i]; i++)
        g_assert_true (shape[i] == '9' ? g_ascii_isdigit (text[i]) : text[i] == shape[i]);
    if (is_leap (text))
        return;
    time = g_date_time_new_from_iso8601 (text, NULL);
    g_assert_nonnull (time);
    g_assert_true (modori_date_seconds ("1970-01-01T00:00:00Z", &origin));
    g_assert_true (modori_date_seconds (text, &seconds));
    g_assert_cmpint (seconds - origin, ==, g_date_time_to_unix (time));
}

/* --- as RFC 5322 has it --- */

static gboolean
is_standard (const char *text)
{
    return g_regex_match_simple ("^(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), )?(?:[12][0-9]|3[01]|[1-9]) "
                                 "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) (?:19|20)[0-9]{2} "
                                 "(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9] [-+](?:0[0-9]|1[0-2])[0-5][0-9]$",
                                 text, 0, 0);
}

static void
check_same (const char *text, const char *got)
{
    g_autoptr (GDateTime) want = NULL, ours = NULL;

    if (! is_standard (text))
        return;
    want = g_mime_utils_header_decode_date (text);
    if (! want)
        return;
    ours = g_date_time_new_from_iso8601 (got, NULL);
    g_assert_nonnull (ours);
    g_assert_cmpint (g_date_time_to_unix (ours), ==, g_date_time_to_unix (want));
}

/* --- a time, written in all forms --- */

static void
check_form (GDateTime *time, const char *form, gboolean from_line)
{
    g_autofree char *text = g_date_time_format (time, form);
    g_autofree char *want = g_date_time_format (time, "%Y-%m-%dT%H:%M:%S");
    char got[MODORI_DATE_MAX];

    if (from_line)
        modori_mbox_from_date (modori_span_of (text), got);
    else
        modori_date_rfc3339 (modori_span_of (text), got);
    if (! g_str_has_prefix (got, want))
        g_error ("\"%s\" gave \"%s\"", text, got);
    check_date (got);
}

static void
check_return (const guint8 *data, gsize size)
{
    /* English whatever the locale: the test does not set one. */
    static const char *const dates[] = {
        "%a, %d %b %Y %H:%M:%S %z", "%d %b %Y %H:%M:%S %z", "%a, %-d %b %Y %H:%M:%S %z (%Z)", " %a, %d %b %Y %H:%M:%S GMT",
    };
    static const char *const lines[] = {
        "From a@example.jp %a %b %d %H:%M:%S %Y", "From a %a %b %d %H:%M:%S %Y %z", "From - %a %b %d %H:%M:%S %Y",
        "From a@example.jp  %a, %d %b %Y %H:%M:%S %z", "From a@example.jp %Y-%m-%dT%H:%M:%S%:z",
        "From a@example.jp %Y-%m-%d %H:%M:%S", "From \"a b\"@example.jp %a %b %d %H:%M:%S %Y remote from b",
    };
    g_autoptr (GDateTime) time = NULL;
    guint32 seconds = 0;

    for (gsize i = 0; i < MIN (size, 4); i++)
        seconds = seconds << 8 | data[i];
    time = g_date_time_new_from_unix_utc (seconds);
    for (guint i = 0; i < G_N_ELEMENTS (dates); i++)
        check_form (time, dates[i], FALSE);
    for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
        check_form (time, lines[i], TRUE);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
    g_autofree char *text = g_strndup ((const char *) data, size);
    char got[MODORI_DATE_MAX];

    g_mime_init ();
    modori_date_rfc3339 (modori_span_of (text), got);
    check_date (got);
    check_same (text, got);
    modori_mbox_from_date (modori_span_of (text), got);
    check_date (got);
    if (*got)
        g_assert_true (modori_mbox_is_from_line (modori_span_of (text)));
    check_return (data, size);
    return 0;
}
