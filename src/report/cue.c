/* cue.c - by what it is seen that a message is none of a dialect's, before the dialect is read.
 *
 * A dialect names kinds of conditions and how many of them must hold.  Each condition is looked at
 * for a few letters of its pattern.  Of a block in which something is wrong nothing is noted: its
 * reader says what.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "report/cue.h"

/* A condition as it stands in the block. */
typedef struct {
    ModoriIf kind;
    ModoriSpan name;            /* of the header field, of MODORI_IF_HEADER */
    ModoriSpan source;
} Found;

/* What a block says of its bid. */
typedef struct {
    GArray *found;              /* Found */
    guint need;                 /* 0: all */
    ModoriViewKind view;
    gboolean last;
} Summary;

/* The header fields that have a condition of their own. */
static const char *const headers[] = {
    [MODORI_IF_SUBJECT] = "Subject",
    [MODORI_IF_FROM] = "From",
    [MODORI_IF_TYPE] = "Content-Type",
};

static gboolean
kind_of (const char *field, ModoriIf *kind)
{
    static const char *const names[] = {
        [MODORI_IF_SUBJECT] = "If-Subject", [MODORI_IF_FROM] = "If-From",
        [MODORI_IF_TYPE] = "If-Type",       [MODORI_IF_HEADER] = "If-Header",
        [MODORI_IF_BODY] = "If-Body",
    };

    for (guint i = 0; i < G_N_ELEMENTS (names); i++)
        if (strcmp (field, names[i]) == 0) {
            *kind = (ModoriIf) i;
            return TRUE;
        }
    return FALSE;
}

static void
take_condition (Summary *summary, ModoriIf kind, ModoriSpan value)
{
    Found found = { kind, MODORI_SPAN_EMPTY, value };

    if (kind == MODORI_IF_HEADER)
        modori_entry_word (&found.source, &found.name);
    found.source = modori_span_trim (found.source);
    g_array_append_val (summary->found, found);
}

static void
summarize (const ModoriBlock *block, Summary *summary)
{
    ModoriEntry entry = { .key = 0 };
    ModoriSkim skim;

    modori_skim_init (&skim, block, "inbv");
    while (modori_skim_next (&skim, &entry)) {
        const char *field = block->kind->fields[entry.key];
        ModoriIf kind;

        if (kind_of (field, &kind))
            take_condition (summary, kind, entry.value);
        else if (strcmp (field, "Need") == 0)
            summary->need = (guint) g_ascii_digit_value (entry.value.at[0]);
        else if (strcmp (field, "View") == 0)
            modori_view_named (entry.value, &summary->view);
        else if (strcmp (field, "Bid") == 0)
            summary->last = modori_span_is (entry.value, "last");
    }
}

/* How many kinds of conditions must hold; 0 when it cannot be told. */
static guint
count_needed (const Summary *summary)
{
    guint present = 0, n = 0;

    for (guint i = 0; i < summary->found->len; i++)
        present |= 1u << g_array_index (summary->found, Found, i).kind;
    for (guint kind = 0; kind <= MODORI_IF_BODY; kind++)
        n += present >> kind & 1;
    return summary->need > n ? 0 : summary->need ? summary->need : n;
}

/* A cue for each clue of condition NUMBER. */
static void
add_cues (const ModoriBlock *block, const Summary *summary, guint16 number, GArray *cues)
{
    const Found *found = &g_array_index (summary->found, Found, number);
    g_autoptr (GArray) clues = g_array_new (FALSE, FALSE, sizeof (ModoriClue));
    const ModoriClue any = { number, 0, { 0 } };
    ModoriCue cue = { .kind = (guint8) found->kind, .view = (guint8) summary->view,
                      .need = (guint8) summary->need, .last = (guint8) summary->last };

    if (found->kind == MODORI_IF_HEADER) {
        cue.name = (guint32) (found->name.at - block->text.at);
        cue.name_len = (guint16) found->name.len;
    }
    if (found->source.len)
        modori_clues_add (clues, number, found->source);
    else
        g_array_append_val (clues, any);
    for (guint i = 0; i < clues->len; i++) {
        cue.clue = g_array_index (clues, ModoriClue, i);
        g_array_append_val (cues, cue);
    }
}

static gint
by_kind (gconstpointer a, gconstpointer b)
{
    return ((const ModoriCue *) a)->kind - ((const ModoriCue *) b)->kind;
}

void
modori_cues_note (const ModoriBlock *block, GByteArray *note)
{
    g_autoptr (GArray) found = g_array_new (FALSE, FALSE, sizeof (Found));
    g_autoptr (GArray) cues = g_array_new (FALSE, FALSE, sizeof (ModoriCue));
    Summary summary = { .found = found, .view = MODORI_VIEW_PLAIN };

    summarize (block, &summary);
    summary.need = count_needed (&summary);
    for (guint i = 0; summary.need && i < found->len; i++)
        add_cues (block, &summary, (guint16) i, cues);
    g_array_sort (cues, by_kind);
    g_byte_array_append (note, (const guint8 *) cues->data,
                         (guint) (cues->len * sizeof (ModoriCue)));
}

const ModoriCue *
modori_cues_noted (const ModoriBlock *block, guint *n)
{
    *n = (guint) (block->note.len / sizeof (ModoriCue));
    return *n ? (const ModoriCue *) block->note.at : NULL;
}

ModoriSpan
modori_cue_name (const ModoriCue *cue, const ModoriBlock *block)
{
    if (cue->kind < G_N_ELEMENTS (headers))
        return modori_span_of (headers[cue->kind]);
    if ((gsize) cue->name + cue->name_len > block->text.len)
        return MODORI_SPAN_EMPTY;
    return modori_span (block->text.at + cue->name, cue->name_len);
}
