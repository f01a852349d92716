/* clue.c - letters without which a pattern cannot match, in a few bytes.
 *
 * To look through a few hundred clues costs less than to look at one text closely, so they lie in
 * a row.  An index (text/index.h) pays when there are many more of them than letters in a text.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "text/clue.h"

#include "text/fields.h"
#include "text/written.h"

/* One that any text fits. */
static void
add_any (GArray *clues, guint16 item)
{
    const ModoriClue any = { item, 0, { 0 } };

    g_array_append_val (clues, any);
}

static gboolean
all_known (const ModoriSought *literals, guint n)
{
    for (guint i = 0; i < n; i++)
        if (literals[i].n_grams == 0)
            return FALSE;
    return n > 0;
}

/* Those of each literal (text/literal.h). */
static void
add_literals (GArray *clues, guint16 item, ModoriSpan source)
{
    ModoriSought literals[MODORI_LITERALS_MAX];
    char room[MODORI_WRITTEN_ROOM];
    guint n = modori_written_seek (source, literals, room);

    G_STATIC_ASSERT (MODORI_CLUE_GRAMS == MODORI_SOUGHT_GRAMS);
    if (! all_known (literals, n)) {
        add_any (clues, item);
        return;
    }
    for (guint i = 0; i < n; i++) {
        ModoriClue clue = { .item = item, .n = literals[i].n_grams };

        memcpy (clue.grams, literals[i].grams, sizeof clue.grams);
        g_array_append_val (clues, clue);
    }
}

void
modori_clues_add (GArray *clues, guint16 item, ModoriSpan source)
{
    gboolean folded = memchr (source.at, '\n', source.len) != NULL;
    g_autoptr (GString) line = folded ? g_string_new (NULL) : NULL;

    if (line) {
        modori_fields_unfold (line, source, TRUE);
        source = modori_span (line->str, line->len);
    }
    add_literals (clues, item, source);
}

gboolean
modori_clue_fits (const ModoriClue *clue, const ModoriSubject *subject)
{
    modori_subject_mark (subject);
    for (guint i = 0; i < clue->n; i++)
        if (! modori_subject_has_gram (subject, clue->grams[i]))
            return FALSE;
    return TRUE;
}
