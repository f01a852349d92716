/* undecided.c - the wordings of replies that nobody could tell the reason of.
 *
 * They are masked as `modori rules new` does it (rules/mask.h), so that one wording is one line
 * whomever it was said to.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "history/undecided.h"

#include "report/diagnostic.h"
#include "report/reply.h"
#include "rules/mask.h"

/* What is said behind this many bytes repeats itself. */
#define WORDING_MAX 300

typedef struct {
    char *masked;
    guint64 count;
    guint8 id[MODORI_ID_BYTES]; /* of the latest */
} Wording;

static void
wording_free (gpointer data)
{
    g_free (((Wording *) data)->masked);
    g_free (data);
}

/* Whoever the message is about must not be found in its words. */
static void
hide_people (ModoriMasker *masker, const ModoriRecord *record)
{
    static const ModoriKey keys[] = {
        MODORI_KEY_RECIPIENT,  MODORI_KEY_ORIGINAL_RECIPIENT, MODORI_KEY_SENDER,
        MODORI_KEY_FROM,       MODORI_KEY_QUEUE_ID,           MODORI_KEY_MESSAGE_ID,
        MODORI_KEY_REPORTING_MTA, MODORI_KEY_REMOTE_MTA,      MODORI_KEY_LIST_ID,
        MODORI_KEY_SUBJECT,
    };

    modori_masker_begin (masker);
    for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
        modori_masker_hide (masker, modori_span_of (record->text[keys[i]]));
}

static void
count_record (GHashTable *wordings, ModoriMasker *masker, const ModoriRecord *record)
{
    ModoriSpan said = modori_span_of (record->text[MODORI_KEY_DIAGNOSTIC]);
    g_autoptr (GString) masked = g_string_new (NULL);
    Wording *wording;

    if (said.len == 0)
        return;
    if (said.len > WORDING_MAX)
        said.len = (gsize) (g_utf8_find_prev_char (said.at, said.at + WORDING_MAX) - said.at);
    hide_people (masker, record);
    modori_masker_mask (masker, masked, said);
    wording = g_hash_table_lookup (wordings, masked->str);
    if (! wording) {
        wording = g_new0 (Wording, 1);
        wording->masked = g_strdup (masked->str);
        g_hash_table_insert (wordings, wording->masked, wording);
    }
    wording->count++;
    memcpy (wording->id, record->id, sizeof wording->id);
}

static gint
compare_wordings (gconstpointer a, gconstpointer b)
{
    const Wording *x = *(Wording *const *) a, *y = *(Wording *const *) b;

    if (x->count != y->count)
        return x->count < y->count ? 1 : -1;
    return strcmp (x->masked, y->masked);
}

/* Read the records in GATHER's ring from the oldest on.  FALSE with ERROR set. */
static gboolean
read_records (const ModoriGather *gather, GHashTable *wordings, ModoriMasker *masker,
              GError **error)
{
    const ModoriHistory *history = gather->history;
    guint n = gather->undecided->len;
    guint start = gather->n_undecided > n ? (guint) (gather->n_undecided % n) : 0;

    for (guint i = 0; i < n; i++) {
        gint64 number = g_array_index (gather->undecided, gint64, (start + i) % n);
        g_autoptr (GError) why = NULL;
        ModoriProvenance provenance;
        ModoriRecord record;

        if (history->table->fetch (history->store, number, &record, &provenance, &why)) {
            count_record (wordings, masker, &record);
        } else if (why) {
            g_propagate_error (error, g_steal_pointer (&why));
            return FALSE;
        }
    }
    return TRUE;
}

/* The most frequent of WORDINGS, in the digest. */
static GPtrArray *
list (const ModoriGather *gather, GHashTable *wordings, guint top)
{
    g_autoptr (GPtrArray) sorted = g_ptr_array_new ();
    GPtrArray *undecided = g_ptr_array_new_with_free_func (g_free);
    GHashTableIter iter;
    gpointer value;

    g_hash_table_iter_init (&iter, wordings);
    while (g_hash_table_iter_next (&iter, NULL, &value))
        g_ptr_array_add (sorted, value);
    g_ptr_array_sort (sorted, compare_wordings);
    for (guint i = 0; i < sorted->len && i < top; i++) {
        const Wording *wording = g_ptr_array_index (sorted, i);
        g_autofree char *id = modori_gather_id (wording->id);
        g_autoptr (GString) filled = g_string_new (NULL);
        ModoriUndecided *one = g_new0 (ModoriUndecided, 1);

        modori_mask_fill (filled, modori_span_of (wording->masked));
        one->wording = modori_gather_keep (gather, filled->str);
        one->count = wording->count;
        one->id = modori_gather_keep (gather, id);
        g_ptr_array_add (undecided, one);
    }
    return undecided;
}

GPtrArray *
modori_undecided_new (const ModoriGather *gather, guint top, GError **error)
{
    g_autoptr (GHashTable) wordings = g_hash_table_new_full (g_str_hash, g_str_equal, NULL,
                                                             wording_free);
    g_autoptr (ModoriVocabulary) vocabulary = NULL;
    g_autoptr (ModoriMasker) masker = NULL;

    if (gather->undecided->len == 0)
        return g_ptr_array_new_with_free_func (g_free);
    vocabulary = modori_vocabulary_new (gather->engine->knowledge);
    masker = modori_masker_new (vocabulary, gather->options->redactor != NULL);
    if (! read_records (gather, wordings, masker, error))
        return NULL;
    return list (gather, wordings, top);
}
