/* checkup-steps.c - a checkup as steps of an advice: what was wrong when it was given.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"
#include "output/checkup.h"

#include <glib/gi18n.h>

/* Who has a bounce in hand wants its cause, not all that could be better. */
#define TOLD_MAX 4

typedef struct {
    GArray *steps;
    guint at;                       /* where the next line goes */
    ModoriEngine *engine;
    const char *lang;
    guint told;
} Folding;

static void
put_line (Folding *folding, guint kind, char *text)
{
    modori_advice_insert (folding->steps, folding->at++, kind, text);
}

/* One record may mend several faults. */
static gboolean
is_told (const Folding *folding, const char *record)
{
    for (guint i = 0; i < folding->at; i++) {
        const ModoriAdviceLine *line = &g_array_index (folding->steps, ModoriAdviceLine, i);

        if (line->kind == MODORI_ADVICE_RECORD && g_str_equal (line->text, record))
            return TRUE;
    }
    return FALSE;
}

static void
put_records (Folding *folding, const ModoriBlock *block, const ModoriSeen *seen)
{
    g_autoptr (GPtrArray) records = modori_observation_records (block, seen->values);

    for (guint i = 0; i < records->len; i++) {
        const ModoriObservationRecord *record = g_ptr_array_index (records, i);

        g_autofree char *text = g_strjoin (" | ", record->host, record->type, record->ttl,
                                           record->value, NULL);

        if (! is_told (folding, text))
            put_line (folding, MODORI_ADVICE_RECORD, g_steal_pointer (&text));
    }
}

static void
put_seen (Folding *folding, ModoriGravity gravity, const ModoriBlock *block,
          const ModoriSeen *seen)
{
    g_autofree char *title = modori_observation_text (block, MODORI_OBSERVATION_TITLE,
                                                      folding->lang, seen->values);

    put_line (folding, MODORI_ADVICE_STEP, gravity == MODORI_GRAVITY_ERROR
              ? g_strdup_printf (_("Error: %s"), title)
              : g_strdup_printf (_("Warning: %s"), title));
    put_records (folding, block, seen);
    folding->told++;
}

/* Tell all of CHECKUP that is as grave as GRAVITY. */
static void
put_all (Folding *folding, const ModoriCheckup *checkup, ModoriGravity gravity)
{
    for (guint i = 0; i < checkup->sections->len; i++) {
        const ModoriSection *section = g_ptr_array_index (checkup->sections, i);

        for (guint k = 0; k < section->seen->len && folding->told < TOLD_MAX; k++) {
            const ModoriSeen *seen = g_ptr_array_index (section->seen, k);
            const ModoriBlock *block = modori_knowledge_block (
                folding->engine->knowledge, &modori_observation_kind, seen->observation);

            if (block && modori_checkup_weigh (section, block) == gravity)
                put_seen (folding, gravity, block, seen);
        }
    }
}

/* A stranger's mail may point to where nobody may go: what was not looked at is not good. */
static char *
headline (const Folding *folding, const ModoriCheckup *checkup)
{
    const ModoriSeen *left = modori_checkup_find (checkup, "tls-not-asked");
    const ModoriBlock *block = left ? modori_knowledge_block (
        folding->engine->knowledge, &modori_observation_kind, left->observation) : NULL;
    g_autofree char *title = NULL;

    if (modori_checkup_gravity (checkup, folding->engine->knowledge) >= MODORI_GRAVITY_WARNING)
        return g_strdup (_("Checked just now; this is what was found:"));
    if (! block)
        return g_strdup (_("Checked just now: nothing is wrong there. The cause lies elsewhere, "
                           "or has been repaired since."));
    title = modori_observation_text (block, MODORI_OBSERVATION_TITLE, folding->lang,
                                     left->values);
    return g_strdup_printf (_("Not checked: %s. If the server is yours, say --allow-private, "
                              "too, or type:"), title);
}

guint
modori_checkup_steps (GArray *steps, guint at, const ModoriCheckup *checkup, const char *command,
                      ModoriEngine *engine, const char *lang)
{
    Folding folding = { steps, at, engine, lang, 0 };

    put_line (&folding, MODORI_ADVICE_STEP, headline (&folding, checkup));
    put_line (&folding, MODORI_ADVICE_CHECK, g_strdup (command));
    put_all (&folding, checkup, MODORI_GRAVITY_ERROR);
    put_all (&folding, checkup, MODORI_GRAVITY_WARNING);
    return folding.at - at;
}
