/* reason.c - the closed list of reasons, and what a status or reply code alone tells.
 *
 * The codes are those of RFC 3463 and its registry, and of RFC 5321 section 4.2.  They are asked
 * last: servers choose them carelessly, and the words are for people.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "rules/reason.h"

#include "text/error.h"

/* Names of reasons are shorter. */
#define REASON_NAME_MAX 64

/* "5.123.456" and its NUL. */
#define STATUS_MAX 12

static const char *const reason_fields[] = { "Title", "Meaning", "Bounce", "Advice",
                                             "Fault", "Note",    "See",    NULL };

enum { REASON_TITLE, REASON_MEANING, REASON_BOUNCE, REASON_ADVICE, REASON_FAULT };

const ModoriKind modori_reason_kind = { "Reason", reason_fields };

static const char *const status_fields[] = {
    "Text", "Replies", "Rfc", "Classes", "Meaning", "Reason", "Note", "See", NULL
};

enum { STATUS_TEXT, STATUS_REPLIES, STATUS_RFC, STATUS_CLASSES, STATUS_MEANING, STATUS_REASON };

const ModoriKind modori_status_kind = { "Status", status_fields };

struct ModoriReasons {
    const ModoriKnowledge *knowledge;
    GStringChunk *strings;
    GHashTable *by_name;        /* name -> ModoriReason */
};

/* --- reading --- */

const char *
modori_reasons_bounce (const ModoriBlock *block, const ModoriEntry *entry, GError **error)
{
    static const char *const kinds[] = { "hard", "soft", "none" };

    for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
        if (modori_span_is (entry->value, kinds[i]))
            return kinds[i];
    modori_entry_fail (block, entry, error, "Bounce is hard, soft or none, not \"%.*s\"",
                       (int) entry->value.len, entry->value.at);
    return NULL;
}

/* Whose fault ENTRY of BLOCK says it is; NULL with ERROR set. */
static const char *
read_fault (const ModoriBlock *block, const ModoriEntry *entry, GError **error)
{
    static const char *const faults[] = { "sender", "recipient", "receiver", "unknown", "none" };

    for (guint i = 0; i < G_N_ELEMENTS (faults); i++)
        if (modori_span_is (entry->value, faults[i]))
            return faults[i];
    modori_entry_fail (block, entry, error,
                       "Fault is sender, recipient, receiver, unknown or none, not \"%.*s\"",
                       (int) entry->value.len, entry->value.at);
    return NULL;
}

static gboolean
add_reason (ModoriReasons *reasons, const ModoriBlock *block, GError **error)
{
    ModoriReason *reason = g_new (ModoriReason, 1);
    ModoriEntry entry = { .key = 0 };
    ModoriSkim skim;

    *reason = (ModoriReason) { block, "soft", "", "unknown" };
    g_hash_table_insert (reasons->by_name, (char *) block->name, reason);
    modori_skim_init (&skim, block, "baf");
    while (reason->bounce && reason->fault && modori_skim_next (&skim, &entry))
        if (entry.key == REASON_ADVICE)
            reason->advice = g_string_chunk_insert_len (reasons->strings, entry.value.at,
                                                        (gssize) entry.value.len);
        else if (entry.key == REASON_BOUNCE)
            reason->bounce = modori_reasons_bounce (block, &entry, error);
        else if (entry.key == REASON_FAULT)
            reason->fault = read_fault (block, &entry, error);
    return reason->bounce && reason->fault;
}

const ModoriReason *
modori_reasons_find (const ModoriReasons *reasons, const char *name)
{
    return g_hash_table_lookup (reasons->by_name, name);
}

const ModoriReason *
modori_reasons_named (const ModoriReasons *reasons, const ModoriBlock *block,
                      const ModoriEntry *entry, GError **error)
{
    char name[REASON_NAME_MAX] = "";
    const ModoriReason *reason;

    memcpy (name, entry->value.at, MIN (entry->value.len, sizeof name - 1));
    reason = modori_reasons_find (reasons, name);
    if (! reason)
        modori_entry_fail (block, entry, error, "there is no Reason \"%.*s\"",
                           (int) entry->value.len, entry->value.at);
    return reason;
}

ModoriReasons *
modori_reasons_new (const ModoriKnowledge *knowledge, GError **error)
{
    const GPtrArray *blocks = modori_knowledge_raw (knowledge, &modori_reason_kind);
    g_autoptr (ModoriReasons) reasons = g_new0 (ModoriReasons, 1);

    reasons->knowledge = knowledge;
    reasons->strings = g_string_chunk_new (512);
    reasons->by_name = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_free);
    for (guint i = 0; i < blocks->len; i++)
        if (! add_reason (reasons, g_ptr_array_index (blocks, i), error))
            return NULL;
    return g_steal_pointer (&reasons);
}

void
modori_reasons_free (ModoriReasons *reasons)
{
    if (! reasons)
        return;
    g_hash_table_unref (reasons->by_name);
    g_string_chunk_free (reasons->strings);
    g_free (reasons);
}

/* --- codes --- */

/* STATUS with X for the places of MASK (bit 0: the class, 1: the subject, 2: the detail).  FALSE
 * when it is no status. */
static gboolean
masked (const char *status, guint mask, char out[STATUS_MAX])
{
    guint place = 0;
    gsize n = 0;

    for (const char *p = status; *p; p++) {
        gboolean starts = p == status || p[-1] == '.';

        if (n + 1 >= STATUS_MAX || place > 2 || ! (g_ascii_isdigit (*p) || (*p == '.' && ! starts)))
            return FALSE;
        if (*p == '.')
            place++;
        if (*p == '.' || ! (mask & 1u << place))
            out[n++] = *p;
        else if (starts)
            out[n++] = 'X';
    }
    out[n] = '\0';
    return place == 2;
}

/* Status blocks are looked at when a code is asked for: there are hundreds. */
static const ModoriReason *
look_up (const ModoriReasons *reasons, const char *code, const ModoriBlock **block)
{
    const ModoriBlock *status =
        modori_knowledge_block (reasons->knowledge, &modori_status_kind, code);
    const ModoriEntry *entry = status ? modori_block_entry (status, STATUS_REASON, "") : NULL;
    const ModoriReason *reason = entry ? modori_reasons_named (reasons, status, entry, NULL) : NULL;

    if (reason)
        *block = status;
    return reason;
}

const ModoriReason *
modori_reasons_of_status (const ModoriReasons *reasons, const char *status,
                          const ModoriBlock **block)
{
    static const guint8 masks[] = { 0, 1, 4, 1 | 4, 2 | 4 };
    const ModoriReason *reason = NULL;
    char code[STATUS_MAX];

    for (guint i = 0; ! reason && i < G_N_ELEMENTS (masks); i++)
        if (masked (status, masks[i], code))
            reason = look_up (reasons, code, block);
    return reason;
}

const ModoriReason *
modori_reasons_of_reply (const ModoriReasons *reasons, const char *reply, const ModoriBlock **block)
{
    return reply[0] ? look_up (reasons, reply, block) : NULL;
}

/* --- texts --- */

static char *
block_text (const ModoriBlock *block, guint key, const char *lang)
{
    const ModoriEntry *entry = block ? modori_block_entry (block, key, lang) : NULL;

    return entry ? modori_entry_text (entry) : NULL;
}

char *
modori_reasons_meaning (const ModoriReasons *reasons, const char *status, const char *lang)
{
    char *meaning = NULL;
    char code[STATUS_MAX];

    for (guint mask = 0; ! meaning && mask < 2; mask++)
        if (masked (status, mask, code))
            meaning = block_text (
                modori_knowledge_block (reasons->knowledge, &modori_status_kind, code),
                STATUS_MEANING, lang);
    return meaning ? meaning : g_strdup ("");
}

char *
modori_reasons_title (const ModoriReasons *reasons, const char *name, const char *lang)
{
    const ModoriBlock *block =
        modori_knowledge_block (reasons->knowledge, &modori_reason_kind, name);
    char *title = block_text (block, REASON_TITLE, lang);

    return title ? title : g_strdup (name);
}
