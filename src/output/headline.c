/* headline.c - the first words of a report.
 *
 * Days are written with our own names of months: the C library's come from a locale that need not
 * be installed, and would be a third language between the two.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"
#include "output/headline.h"

#include <glib/gi18n.h>
#include <stdlib.h>
#include <string.h>

char *
modori_headline_number (guint64 number)
{
    GString *text = g_string_new (NULL);

    g_string_printf (text, "%" G_GUINT64_FORMAT, number);
    for (gssize at = (gssize) text->len - 3; at > 0; at -= 3)
        g_string_insert_c (text, at, ',');
    return g_string_free (text, FALSE);
}

/* --- days --- */

static const char *
month_name (guint month)
{
    static const char *const names[] = {
        N_("Jan"), N_("Feb"), N_("Mar"), N_("Apr"), N_("May"), N_("Jun"),
        N_("Jul"), N_("Aug"), N_("Sep"), N_("Oct"), N_("Nov"), N_("Dec"),
    };

    return month >= 1 && month <= 12 ? _(names[month - 1]) : "";
}

static char *
short_day (guint month, guint day)
{
    /* Translators: day and name of the month, "21 Nov" */
    return g_strdup_printf (_("%1$u %2$s"), day, month_name (month));
}

char *
modori_headline_day (gint64 seconds, gboolean year)
{
    g_autoptr (GDateTime) time = seconds ? g_date_time_new_from_unix_local (seconds) : NULL;
    g_autofree char *day = NULL;

    if (! time)
        return g_strdup ("");
    day = short_day ((guint) g_date_time_get_month (time),
                     (guint) g_date_time_get_day_of_month (time));
    if (! year)
        return g_steal_pointer (&day);
    /* Translators: "21 Nov" and the year */
    return g_strdup_printf (_("%1$s %2$d"), day, g_date_time_get_year (time));
}

char *
modori_headline_short (const char *date)
{
    g_auto (GStrv) parts = g_strsplit (date, "-", 3);

    if (g_strv_length (parts) != 3)
        return g_strdup (date);
    return short_day ((guint) strtoul (parts[1], NULL, 10), (guint) strtoul (parts[2], NULL, 10));
}

/* The last moment that belongs to the period: nothing is later than now. */
static gint64
last_moment (const ModoriDigest *digest)
{
    gint64 end = digest->until && digest->until <= digest->now ? digest->until - 1 : digest->now;

    return MAX (end, digest->since);
}

char *
modori_headline_period (const ModoriDigest *digest)
{
    g_autofree char *first = modori_headline_day (digest->since, TRUE);
    g_autofree char *last = modori_headline_day (last_moment (digest), TRUE);

    if (! *first || g_str_equal (first, last))
        return g_steal_pointer (&last);
    /* Translators: from one day to another */
    return g_strdup_printf (_("%1$s to %2$s"), first, last);
}

char *
modori_headline_dates (const ModoriDigest *digest)
{
    gint64 end = last_moment (digest);
    g_autoptr (GDateTime) from = g_date_time_new_from_unix_local (digest->since);
    g_autoptr (GDateTime) to = g_date_time_new_from_unix_local (end);
    g_autofree char *first = from ? g_date_time_format (from, "%Y-%m-%d") : g_strdup ("");
    g_autofree char *last = to ? g_date_time_format (to, "%Y-%m-%d") : g_strdup ("");

    if (! digest->since || g_str_equal (first, last))
        return g_steal_pointer (&last);
    /* Translators: from one day to another */
    return g_strdup_printf (_("%1$s to %2$s"), first,
                            strncmp (first, last, 5) == 0 ? last + 5 : last);
}

/* --- figures --- */

guint
modori_headline_repairs (const ModoriDigest *digest, guint64 *won)
{
    guint count = 0;

    *won = 0;
    for (guint i = 0; i < digest->repairs->len; i++) {
        const ModoriRepair *repair = g_ptr_array_index (digest->repairs, i);

        if (! repair->ours)
            continue;
        count++;
        *won += repair->count;
    }
    return count;
}

char *
modori_headline_title (const ModoriDigest *digest)
{
    g_autofree char *number = modori_headline_number (digest->counts.failed);

    if (! digest->counts.failed)
        return g_strdup (_("Nothing came back"));
    return g_strdup_printf (ngettext ("%s recipient was not reached",
                                      "%s recipients were not reached",
                                      (gulong) digest->counts.failed), number);
}

char *
modori_headline_promise (const ModoriDigest *digest)
{
    guint64 won;
    guint repairs = modori_headline_repairs (digest, &won);
    g_autofree char *number = modori_headline_number (won);

    if (! digest->counts.failed)
        return g_strdup (_("No failure was reported in this time: there is nothing to repair."));
    if (! repairs)
        return g_strdup (_("None of it is for you to repair."));
    return g_strdup_printf (ngettext ("%1$u repair would win back %2$s of them.",
                                      "%1$u repairs would win back %2$s of them.", repairs),
                            repairs, number);
}

char *
modori_headline_change (const ModoriDigest *digest)
{
    guint64 now = digest->counts.failed, before = digest->before.failed;
    g_autofree char *number = modori_headline_number (before);
    double change = before ? ((double) now - (double) before) * 100 / (double) before : 0;
    guint percent = (guint) (ABS (change) + 0.5);

    if (! digest->compared)
        return g_strdup ("");
    if (! before)
        return g_strdup (now ? _("none in the period before")
                             : _("as in the period before"));
    if (! percent)
        return g_strdup_printf (_("as many as in the period before (%s)"), number);
    return g_strdup_printf (change > 0 ? _("%1$u%% more than in the period before (%2$s)")
                                       : _("%1$u%% fewer than in the period before (%2$s)"),
                            percent, number);
}

char *
modori_headline_subject (const ModoriDigest *digest)
{
    guint64 won;
    guint repairs = modori_headline_repairs (digest, &won);
    g_autofree char *number = modori_headline_number (digest->counts.failed);
    g_autofree char *dates = modori_headline_dates (digest);
    const char *blank = *digest->domain ? " " : "";

    if (! digest->counts.failed)
        return g_strdup_printf (_("modori%1$s%2$s: nothing came back (%3$s)"), blank,
                                digest->domain, dates);
    if (! repairs)
        return g_strdup_printf (_("modori%1$s%2$s: %3$s not delivered (%4$s)"), blank,
                                digest->domain, number, dates);
    return g_strdup_printf (ngettext ("modori%1$s%2$s: %3$s not delivered, %4$u repair (%5$s)",
                                      "modori%1$s%2$s: %3$s not delivered, %4$u repairs (%5$s)",
                                      repairs),
                            blank, digest->domain, number, repairs, dates);
}
