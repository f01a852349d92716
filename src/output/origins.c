/* origins.c - how modori knows: who read the message, and where each value was found.
 *
 * A value that a dialect gave is traced to both ends: the line of the message that says so, and
 * the line of the rules that knows how to read it.  So who writes a dialect sees which of its
 * patterns took what, and who doubts a value sees where to look.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"
#include "output/origins.h"

#include <glib/gi18n.h>

/* Lines of one value in the table of all: enough to recognise it. */
#define VALUE_LINES 3

/* What the decoders read that are no dialects. */
static const struct { const char *decoder, *standard; } standards[] = {
    { "dsn", "RFC 3464" }, { "arf", "RFC 5965" }, { "mdn", "RFC 8098" },
    { "autoreply", "RFC 3834" },
};

/* The table of all values: what stands before the value. */
enum { KEY, LINE, FINDER, N_COLUMNS };

typedef struct {
    char *cells[N_COLUMNS];
    const char *text;           /* the value */
} Row;

static void
put_note (ModoriTerminal *terminal, const char *text)
{
    modori_terminal_pad (terminal, 2);
    modori_terminal_wrap (terminal, MODORI_STYLE_FAINT, 2, 2, 0, text);
}

/* The block of the dialect NAME, or NULL: other readers are none. */
static const ModoriBlock *
find_dialect (ModoriEngine *engine, const char *name)
{
    for (guint i = 0; i < modori_dialects_count (engine->dialects); i++)
        if (g_str_equal (modori_dialect_name (engine->dialects, i), name))
            return modori_dialect_block (engine->dialects, i);
    return NULL;
}

/* Who gave VALUE: "dsn", or the line of the rules of a dialect, "exim.rules:31"; the caller
 * frees. */
static char *
finder_of (ModoriEngine *engine, const ModoriValue *value)
{
    const ModoriBlock *block = value->place.rule ? find_dialect (engine, value->origin) : NULL;
    g_autofree char *file = block ? g_filename_display_basename (block->path) : NULL;

    return file ? g_strdup_printf ("%s:%u", file, value->place.rule) : g_strdup (value->origin);
}

static void
clear_row (gpointer row)
{
    for (guint i = 0; i < N_COLUMNS; i++)
        g_free (((Row *) row)->cells[i]);
}

/* The values of OUTCOME, a heading above them; the caller frees. */
static GArray *
rows_of (ModoriEngine *engine, const ModoriOutcome *outcome)
{
    GArray *rows = g_array_new (FALSE, FALSE, sizeof (Row));
    const Row heading = { { g_strdup (_("key")), g_strdup (_("line")), g_strdup (_("found by")) },
                          _("value") };

    g_array_set_clear_func (rows, clear_row);
    g_array_append_val (rows, heading);
    for (ModoriKey key = 0; key < MODORI_N_KEYS; key++) {
        const ModoriValue *value = &outcome->values[key];
        guint line = value->place.line;
        Row row = { { NULL, NULL, NULL }, value->text };

        if (! *value->text || ! *value->origin)
            continue;
        row.cells[KEY] = g_strdup (modori_keys[key].name);
        row.cells[LINE] = line ? g_strdup_printf ("%u", line) : g_strdup ("");
        row.cells[FINDER] = finder_of (engine, value);
        g_array_append_val (rows, row);
    }
    return rows;
}

/* ROW in columns of WIDTHS; numbers end at the right. */
static void
put_row (ModoriTerminal *terminal, const Row *row, const guint *widths, ModoriStyle style)
{
    guint column = 2;

    modori_terminal_pad (terminal, column);
    for (guint i = 0; i < N_COLUMNS; i++) {
        guint missing = widths[i] - modori_terminal_width (row->cells[i]);

        modori_terminal_pad (terminal, i == LINE ? missing : 0);
        modori_terminal_put (terminal, MODORI_STYLE_FAINT, row->cells[i]);
        modori_terminal_pad (terminal, i == LINE ? 2 : missing + 2);
        column += widths[i] + 2;
    }
    modori_terminal_wrap (terminal, style, column, column, VALUE_LINES, row->text);
}

void
modori_origins_put (ModoriTerminal *terminal, ModoriEngine *engine, const ModoriOutcome *outcome)
{
    g_autoptr (GArray) rows = rows_of (engine, outcome);
    guint widths[N_COLUMNS] = { 0 };

    for (guint i = 0; i < rows->len; i++)
        for (guint j = 0; j < N_COLUMNS; j++)
            widths[j] = MAX (widths[j],
                             modori_terminal_width (g_array_index (rows, Row, i).cells[j]));
    for (guint i = 0; i < rows->len; i++)
        put_row (terminal, &g_array_index (rows, Row, i), widths,
                 i ? MODORI_STYLE_PLAIN : MODORI_STYLE_FAINT);
}

void
modori_origins_put_heading (ModoriTerminal *terminal, gboolean note)
{
    modori_terminal_heading (terminal, _("Where each value was found"));
    if (note)
        put_note (terminal,
                  _("The line is that of the message, unless that was decoded or joined. Found "
                    "by a decoder, or by a dialect: then the line of its rules. original: in the "
                    "mail that came back; report: in the header of the report; diagnostic: in "
                    "the words of the diagnostic; rules, modori: concluded."));
}

/* Where the dialect BIDDER is written, or the standard that the decoder reads; the caller
 * frees. */
static char *
describe_bidder (ModoriEngine *engine, const char *bidder)
{
    const ModoriBlock *block = find_dialect (engine, bidder);

    if (block)
        return g_strdup_printf ("%s:%u", block->path, block->line);
    for (guint i = 0; i < G_N_ELEMENTS (standards); i++)
        if (g_str_equal (standards[i].decoder, bidder))
            return g_strdup (standards[i].standard);
    return g_strdup ("");
}

void
modori_origins_put_bids (ModoriTerminal *terminal, ModoriEngine *engine, const GArray *bids)
{
    gsize width = 0;

    for (guint i = 0; i < bids->len; i++)
        width = MAX (width, strlen (g_array_index (bids, ModoriBid, i).name));
    modori_terminal_heading (terminal, _("Who offered to read it"));
    put_note (terminal, bids->len ? _("The highest bid reads first; each fills what those before "
                                      "it left empty.")
                                  : _("Nobody."));
    for (guint i = 0; i < bids->len; i++) {
        const ModoriBid *bid = &g_array_index (bids, ModoriBid, i);
        g_autofree char *what = describe_bidder (engine, bid->name);
        g_autofree char *label = g_strdup_printf ("%-*s%3u", (int) width + 2, bid->name, bid->bid);

        modori_terminal_label (terminal, 2, (guint) width + 7, label, MODORI_STYLE_PLAIN, 0, what);
    }
}
