/* days.c - the trend: failures by day, or by week.
 *
 * A day is one of the local calendar.  When nobody said from when on, a mailbox may hold one
 * message of last century, and the trend of the others would be a line at its end: so it begins
 * where nearly all of them are.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "history/days.h"

/* More than a quarter of a year is told by weeks. */
#define DAYS_MAX 92

/* Two years of weeks: what is before is in the other figures only. */
#define WEEKS_MAX 104

/* One failure in so many may lie before the trend begins. */
#define STRAY 50

#define SECONDS_OF_DAY (24 * 60 * 60)

static gint64
nth_time (const GArray *times, guint i)
{
    return g_array_index (times, gint64, i) >> 1;
}

/* When the trend begins, and *END. */
static gint64
start_of (const ModoriGather *gather, gint64 *end)
{
    const GArray *times = gather->times;
    gint64 since = gather->digest->since;

    *end = gather->digest->until;
    if (gather->options->since <= 0 && times->len > 0) {
        *end = MIN (*end, nth_time (times, times->len - 1) + 1);
        if (*end - since > (gint64) DAYS_MAX * SECONDS_OF_DAY)
            since = nth_time (times, times->len / STRAY);
    }
    return MAX (since, *end - (gint64) WEEKS_MAX * 7 * SECONDS_OF_DAY);
}

/* The midnight with which the local day of TIME begins, or that of the Monday of its week. */
static GDateTime *
begin_of (gint64 time, gboolean week)
{
    g_autoptr (GDateTime) local = g_date_time_new_from_unix_local (time);
    g_autoptr (GDateTime) day = NULL;

    if (! local)
        return NULL;
    day = g_date_time_new_local (g_date_time_get_year (local), g_date_time_get_month (local),
                                 g_date_time_get_day_of_month (local), 0, 0, 0);
    if (! day)
        return NULL;
    return g_date_time_add_days (day, week ? 1 - g_date_time_get_day_of_week (day) : 0);
}

static void
add_day (ModoriDigest *digest, GDateTime *day)
{
    ModoriDay empty = { .hard = 0 };
    g_autofree char *date = g_date_time_format (day, "%Y-%m-%d");

    g_strlcpy (empty.date, date, sizeof empty.date);
    g_array_append_val (digest->days, empty);
}

/* The days from START to END, and when each begins; the caller unrefs. */
static GArray *
make_days (ModoriDigest *digest, gint64 start, gint64 end)
{
    GArray *starts = g_array_new (FALSE, FALSE, sizeof (gint64));
    gboolean weeks = end - start > (gint64) DAYS_MAX * SECONDS_OF_DAY;
    GDateTime *day = begin_of (start, weeks);

    digest->days_each = weeks ? 7 : 1;
    while (day && g_date_time_to_unix (day) < end
           && digest->days->len <= MAX (DAYS_MAX, WEEKS_MAX)) {
        GDateTime *next = g_date_time_add_days (day, (int) digest->days_each);
        gint64 begins = g_date_time_to_unix (day);

        add_day (digest, day);
        g_array_append_val (starts, begins);
        g_date_time_unref (day);
        day = next;
    }
    g_clear_pointer (&day, g_date_time_unref);
    return starts;
}

/* Count TIMES, SHIFT later, as BEFORE or not. */
static void
count_times (ModoriDigest *digest, const GArray *starts, const GArray *times, gint64 shift,
             gboolean before)
{
    guint place = 0;

    for (guint i = 0; i < times->len && starts->len; i++) {
        gint64 time = nth_time (times, i) + shift;
        gboolean hard = (g_array_index (times, gint64, i) & 1) != 0;
        ModoriDay *day;

        while (place + 1 < starts->len && time >= g_array_index (starts, gint64, place + 1))
            place++;
        if (time < g_array_index (starts, gint64, place))
            continue;
        day = &g_array_index (digest->days, ModoriDay, place);
        day->before += before ? 1 : 0;
        day->hard += ! before && hard ? 1 : 0;
        day->soft += ! before && ! hard ? 1 : 0;
    }
}

void
modori_days_fill (const ModoriGather *gather)
{
    ModoriDigest *digest = gather->digest;
    gint64 end, start = start_of (gather, &end);
    g_autoptr (GArray) starts = make_days (digest, start, end);

    count_times (digest, starts, gather->times, 0, FALSE);
    count_times (digest, starts, gather->times_before, gather->shift, TRUE);
}
