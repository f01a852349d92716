/* chart.c - drawings in SVG.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"
#include "output/chart.h"
#include "output/headline.h"
#include "output/markup.h"

#include <glib/gi18n.h>

/* Pixels of the trend from top to bottom: above the plot, the plot, the names of days. */
#define PLOT_TOP 14
#define PLOT_HEIGHT 150
#define TREND_HEIGHT (PLOT_TOP + PLOT_HEIGHT + 26)
#define SPARK_HEIGHT 96

/* Per cent of the width that the numbers at the left take, and what is free at the right. */
#define PLOT_LEFT 9.0
#define PLOT_RIGHT 0.5

/* Names of days, of which each second one is hidden on a phone; lines across the plot. */
#define NAMES_MAX 7
#define LINES_MAX 4

/* Colours where there is no style sheet. */
#define HARD_FILL "#b8361f"
#define SOFT_FILL "#5f7fae"
#define BEFORE_STROKE "#6b6459"

/* Numbers in SVG have a point, whatever the locale says. */
static const char *
decimal (double number, char buffer[G_ASCII_DTOSTR_BUF_SIZE])
{
    return g_ascii_formatd (buffer, G_ASCII_DTOSTR_BUF_SIZE, "%.2f", number);
}

/* NAME="NUMBER UNIT" */
static void
append_place (GString *out, const char *name, double number, const char *unit)
{
    char buffer[G_ASCII_DTOSTR_BUF_SIZE];

    g_string_append_printf (out, " %s=\"%s%s\"", name, decimal (number, buffer), unit);
}

static void
append_rectangle (GString *out, const char *class, const char *fill, double x, double width,
                  double y, double height)
{
    g_string_append_printf (out, "<rect class=\"%s\" fill=\"%s\"", class, fill);
    append_place (out, "x", x, "%");
    append_place (out, "width", width, "%");
    append_place (out, "y", y, "");
    append_place (out, "height", height, "");
    g_string_append (out, "/>");
}

static void
append_line (GString *out, const char *class, const char *stroke, double x1, double y1, double x2,
             double y2)
{
    g_string_append_printf (out, "<line class=\"%s\" stroke=\"%s\"", class, stroke);
    append_place (out, "x1", x1, "%");
    append_place (out, "y1", y1, "");
    append_place (out, "x2", x2, "%");
    append_place (out, "y2", y2, "");
    g_string_append (out, "/>");
}

static void
append_label (GString *out, const char *class, const char *anchor, double x, double y,
              const char *text)
{
    g_string_append_printf (out, "<text class=\"%s\" fill=\"#6b6459\" font-size=\"12\" "
                                 "text-anchor=\"%s\"", class, anchor);
    append_place (out, "x", x, "%");
    append_place (out, "y", y, "");
    g_string_append_c (out, '>');
    modori_markup_text (out, text);
    g_string_append (out, "</text>");
}

/* --- a bar --- */

static char *
bar_title (guint64 count, guint64 hard)
{
    g_autofree char *all = modori_headline_number (count);
    g_autofree char *of_them = modori_headline_number (hard);

    return g_strdup_printf (_("%1$s, of them %2$s hard"), all, of_them);
}

void
modori_chart_bar (GString *out, guint64 count, guint64 hard, guint64 most)
{
    g_autofree char *title = bar_title (count, hard);
    double whole = most ? 100.0 * (double) count / (double) most : 0;
    double part = most ? 100.0 * (double) MIN (hard, count) / (double) most : 0;

    g_string_append (out, "<svg class=\"bar\" role=\"img\" width=\"100%\" height=\"6\">");
    modori_markup_element (out, "title", NULL, title);
    append_rectangle (out, "track", "#e9e5dd", 0, 100, 0, 6);
    if (part > 0)
        append_rectangle (out, "hard", HARD_FILL, 0, MAX (part, 0.5), 0, 6);
    if (whole > part)
        append_rectangle (out, "soft", SOFT_FILL, part, MAX (whole - part, 0.5), 0, 6);
    g_string_append (out, "</svg>");
}

/* --- the trend --- */

/* Where things are: day I of N begins at left + i * step per cent; COUNT is height * count / top
 * pixels high. */
typedef struct {
    const GArray *days;
    guint64 top;                /* the number at the upper edge */
    guint64 line;               /* a line across every so many */
    double left, step;          /* per cent */
    double base, height;        /* pixels: of the ground line, of the plot */
    gboolean compared;
} Plot;

static const ModoriDay *
day_of (const Plot *plot, guint i)
{
    return &g_array_index (plot->days, ModoriDay, i);
}

/* The smallest of 1, 2, 5, 10, 20 ... of which LINES_MAX reach MOST. */
static guint64
line_distance (guint64 most)
{
    guint64 power = 1;

    for (;;) {
        static const guint64 steps[] = { 1, 2, 5 };

        for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
            if (most / LINES_MAX + (most % LINES_MAX != 0) <= power * steps[i])
                return power * steps[i];
        if (power > G_MAXUINT64 / 100)
            return power;
        power *= 10;
    }
}

static void
plot_init (Plot *plot, const ModoriDigest *digest, double left, double base, double height)
{
    guint64 most = 1;

    for (guint i = 0; i < digest->days->len; i++) {
        const ModoriDay *day = &g_array_index (digest->days, ModoriDay, i);

        most = MAX (most, day->hard + day->soft);
        if (digest->compared)
            most = MAX (most, day->before);
    }
    plot->days = digest->days;
    plot->line = line_distance (most);
    plot->top = (most + plot->line - 1) / plot->line * plot->line;
    plot->left = left;
    plot->step = (100 - left - PLOT_RIGHT) / MAX (digest->days->len, 1);
    plot->base = base;
    plot->height = height;
    plot->compared = digest->compared;
}

static double
pixels (const Plot *plot, guint64 count)
{
    return plot->height * (double) count / (double) plot->top;
}

static double
middle_of (const Plot *plot, guint i)
{
    return plot->left + (i + 0.5) * plot->step;
}

/* "9000", "25k", "1500k". */
static char *
brief_number (guint64 number)
{
    static const struct { guint64 unit; char letter; } units[] = {
        { 1000000000, 'G' }, { 1000000, 'M' }, { 1000, 'k' },
    };

    for (guint i = 0; i < G_N_ELEMENTS (units); i++)
        if (number >= units[i].unit * 10)
            return g_strdup_printf ("%" G_GUINT64_FORMAT "%c", number / units[i].unit,
                                    units[i].letter);
    return g_strdup_printf ("%" G_GUINT64_FORMAT, number);
}

static void
append_grid (GString *out, const Plot *plot)
{
    for (guint64 n = 0; n <= plot->top; n += plot->line) {
        double y = plot->base - pixels (plot, n);
        g_autofree char *text = brief_number (n);

        append_line (out, n ? "grid" : "axis", n ? "#dedad2" : "#8a8378", plot->left, y, 100, y);
        append_label (out, "number", "end", plot->left - 1.5, y + 4, text);
    }
}

static char *
day_title (const Plot *plot, const ModoriDay *day)
{
    g_autofree char *date = modori_headline_short (day->date);
    g_autofree char *hard = modori_headline_number (day->hard);
    g_autofree char *soft = modori_headline_number (day->soft);
    g_autofree char *before = modori_headline_number (day->before);

    if (! plot->compared)
        return g_strdup_printf (_("%1$s: %2$s hard, %3$s soft"), date, hard, soft);
    return g_strdup_printf (_("%1$s: %2$s hard, %3$s soft; before: %4$s"), date, hard, soft,
                            before);
}

/* Hard stands on the ground, soft on it. */
static void
append_day (GString *out, const Plot *plot, guint i, gboolean titled)
{
    const ModoriDay *day = day_of (plot, i);
    double width = plot->step * (plot->days->len > 40 ? 0.8 : 0.64);
    double x = middle_of (plot, i) - width / 2;
    double hard = pixels (plot, day->hard), soft = pixels (plot, day->soft);

    if (titled) {
        g_autofree char *title = day_title (plot, day);

        g_string_append (out, "<g>");
        modori_markup_element (out, "title", NULL, title);
    }
    if (day->hard)
        append_rectangle (out, "hard", HARD_FILL, x, width, plot->base - hard, hard);
    if (day->soft)
        append_rectangle (out, "soft", SOFT_FILL, x, width, plot->base - hard - soft, soft);
    if (titled)
        g_string_append (out, "</g>");
}

static void
append_before (GString *out, const Plot *plot)
{
    if (! plot->compared)
        return;
    for (guint i = 1; i < plot->days->len; i++)
        append_line (out, "before", BEFORE_STROKE, middle_of (plot, i - 1),
                     plot->base - pixels (plot, day_of (plot, i - 1)->before),
                     middle_of (plot, i), plot->base - pixels (plot, day_of (plot, i)->before));
}

static void
append_names (GString *out, const Plot *plot)
{
    guint each = (plot->days->len + NAMES_MAX - 1) / NAMES_MAX;

    for (guint i = 0; i < plot->days->len; i += each) {
        g_autofree char *name = modori_headline_short (day_of (plot, i)->date);

        append_label (out, i / each % 2 ? "second" : "first", "middle", middle_of (plot, i),
                      plot->base + 19, name);
    }
}

/* What a drawing says to who does not see it. */
static void
append_description (GString *out, const ModoriDigest *digest)
{
    g_autofree char *period = modori_headline_period (digest);
    g_autofree char *title = modori_headline_title (digest);
    g_autofree char *change = modori_headline_change (digest);
    g_autofree char *text = g_strjoin (*change ? ", " : "", title, change, NULL);

    modori_markup_element (out, "title", NULL,
                           digest->days_each > 1 ? _("Failures by week") : _("Failures by day"));
    g_string_append (out, "<desc>");
    modori_markup_text (out, period);
    g_string_append (out, ": ");
    modori_markup_text (out, text);
    g_string_append (out, "</desc>");
}

void
modori_chart_trend (GString *out, const ModoriDigest *digest)
{
    Plot plot;

    plot_init (&plot, digest, PLOT_LEFT, PLOT_TOP + PLOT_HEIGHT, PLOT_HEIGHT);
    g_string_append_printf (out, "<svg class=\"trend\" role=\"img\" width=\"100%%\" "
                                 "height=\"%d\">", TREND_HEIGHT);
    append_description (out, digest);
    append_grid (out, &plot);
    for (guint i = 0; i < digest->days->len; i++)
        append_day (out, &plot, i, TRUE);
    append_before (out, &plot);
    append_names (out, &plot);
    g_string_append (out, "</svg>\n");
}

void
modori_chart_spark (GString *out, const ModoriDigest *digest)
{
    Plot plot;

    plot_init (&plot, digest, 0, SPARK_HEIGHT - 1, SPARK_HEIGHT - 2);
    g_string_append_printf (out, "<svg class=\"spark\" aria-hidden=\"true\" width=\"100%%\" "
                                 "height=\"%d\">", SPARK_HEIGHT);
    for (guint i = 0; i < digest->days->len; i++)
        append_day (out, &plot, i, FALSE);
    append_line (out, "axis", "#8a8378", 0, plot.base + 0.5, 100, plot.base + 0.5);
    g_string_append (out, "</svg>\n");
}

/* --- the legend --- */

static void
append_key (GString *out, const char *class, const char *fill, const char *text)
{
    g_string_append (out, "<span class=\"key\"><svg aria-hidden=\"true\" width=\"12\" "
                          "height=\"12\">");
    if (g_str_equal (class, "before"))
        append_line (out, class, fill, 0, 6, 100, 6);
    else
        append_rectangle (out, class, fill, 0, 100, 0, 12);
    g_string_append (out, "</svg> ");
    modori_markup_text (out, text);
    g_string_append (out, "</span>\n");
}

void
modori_chart_legend (GString *out, gboolean before)
{
    g_string_append (out, "<p class=\"legend\">");
    append_key (out, "hard", HARD_FILL, _("hard: will never arrive"));
    append_key (out, "soft", SOFT_FILL, _("soft: may arrive another time"));
    if (before)
        append_key (out, "before", BEFORE_STROKE, _("the period before"));
    g_string_append (out, "</p>\n");
}
