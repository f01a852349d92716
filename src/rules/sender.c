/* sender.c - who the sender is: his own server, a hoster's, a web shop, a mailing service ...
 *
 * The same trouble is repaired in different places by different senders, and most do not know in
 * which: so the traces of programs and hosts tell them apart.  The first block that holds wins;
 * one condition of each kind must hold, or of `Need` kinds.  The blocks also say what DNS
 * records of services look like.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "rules/sender.h"

#include "rules/condition.h"
#include "rules/domain.h"
#include "rules/labels.h"
#include "rules/sample.h"
#include "text/error.h"

/* Kinds of conditions first, in the order in which they are looked at: the cheap ones first. */
enum {
    IF_HOST, IF_DIALECT, IF_FROM, SAME, MISSING, IF_HEADER, IF_WORDS, NOT_HOST,
    N_CONDITIONS,
    NEED = N_CONDITIONS, TITLE, SPF, SERVERS, NOTE, SEE, YES, NO
};

static const char *const field_names[] = {
    "If-Host", "If-Dialect", "If-From", "Same", "Missing", "If-Header", "If-Words", "Not-Host",
    "Need", "Title", "Spf", "Servers", "Note", "See", "Yes", "No", NULL
};

const ModoriKind modori_sender_kind = { "Sender", field_names };

typedef struct {
    guint key;
    ModoriSpan value;               /* a domain or name, as written */
    ModoriCondition field;
    guint behind;                   /* index of the first one behind those of its kind */
} Condition;

typedef struct {
    const ModoriBlock *block;
    guint first, end;               /* of its conditions */
    guint n_kinds, need;            /* kinds of conditions: it has, and must hold */
    guint64 mark;                   /* its bit in Marks */
    ModoriHeaderSet headers;        /* the names that If-Header asks for ... */
    gboolean others;                /* ... unless there is one that no set holds */
} Sender;

typedef struct {
    char *term;
} Service;

/* Of how many Sender blocks the hosts can be told apart. */
#define SENDERS_MAX 64

/* The blocks that name a domain: a bit for each. */
typedef struct {
    guint64 wanted;                 /* in If-Host */
    guint64 unwanted;               /* in Not-Host */
    guint64 from;                   /* in If-From */
} Marks;

struct ModoriSenders {
    GArray *conditions;             /* Condition */
    ModoriLabels *domains;          /* in If-Host, Not-Host, If-From */
    GArray *marks;                  /* Marks, by number of the domain */
    GArray *senders;                /* Sender */
    ModoriLabels *service_domains;
    GArray *services;               /* Service: what SPF must hold for them; by number of the
                                     * domain */
    ModoriLabels *servers;          /* domains of hosters' servers */
    ModoriHeader *header;
    ModoriHeader *own;              /* that one, when nobody lent it; else NULL */
};

/* What is looked at. */
typedef struct {
    ModoriSenders *senders;
    const ModoriSenderFacts *facts;
    const ModoriOutcome *outcome;
    const ModoriSubject *words;     /* of the outcome, or NULL */
    const ModoriHeaderSet *present; /* what fields there are; NULL: there is no header */
    Marks marks;                    /* of the hosts, and of the domain in From */
} Look;

/* --- reading the blocks --- */

static void
condition_clear (gpointer data)
{
    modori_condition_clear (&((Condition *) data)->field);
}

static void
service_clear (gpointer data)
{
    g_free (((Service *) data)->term);
}

/* Take a blank-separated word off REST. */
static ModoriSpan
take_word (ModoriSpan *rest)
{
    gsize i = 0;
    ModoriSpan word;

    *rest = modori_span_trim (*rest);
    while (i < rest->len && (guchar) rest->at[i] > ' ')
        i++;
    word = modori_span (rest->at, i);
    *rest = modori_span_skip (*rest, i);
    return word;
}

/* The bit of the block that is being read. */
static guint64
next_mark (const ModoriSenders *senders)
{
    return G_GUINT64_CONSTANT (1) << (senders->senders->len % SENDERS_MAX);
}

/* Mark the domains of ENTRY (If-Host, Not-Host, If-From) with the number of the block; the
 * condition itself is one. */
static void
mark_domains (ModoriSenders *senders, const ModoriEntry *entry)
{
    guint64 mark = next_mark (senders);
    ModoriSpan rest = entry->value, word;

    while ((word = take_word (&rest)).len > 0) {
        guint number = modori_labels_add (senders->domains, word);
        Marks *marks;

        if (number == senders->marks->len)
            g_array_set_size (senders->marks, number + 1);
        marks = &g_array_index (senders->marks, Marks, number);
        if (entry->key == IF_HOST)
            marks->wanted |= mark;
        else if (entry->key == NOT_HOST)
            marks->unwanted |= mark;
        else
            marks->from |= mark;
    }
}

static gboolean
add_condition (ModoriSenders *senders, const ModoriEntry *entry, GError **error)
{
    Condition condition = { .key = entry->key, .value = entry->value };
    gboolean good = TRUE;

    if (entry->key == IF_HOST || entry->key == NOT_HOST || entry->key == IF_FROM)
        mark_domains (senders, entry);
    if (entry->key == IF_HEADER || entry->key == MISSING)
        good = modori_condition_read (&condition.field, senders->header, entry->value, error);
    else if (entry->key == IF_WORDS)
        good = (condition.field.pattern = modori_pattern_new (entry->value, error)) != NULL;
    if (good)
        g_array_append_val (senders->conditions, condition);
    return good;
}

static gboolean
add_conditions (ModoriSenders *senders, Sender *sender, guint key, GError **error)
{
    guint before = senders->conditions->len;

    for (guint i = 0; i < sender->block->n_entries; i++) {
        const ModoriEntry *entry = &sender->block->entries[i];
        g_autoptr (GError) why = NULL;

        if (entry->key == key && ! add_condition (senders, entry, &why))
            return modori_entry_fail (sender->block, entry, error, "%s", why->message);
    }
    for (guint i = before; i < senders->conditions->len; i++) {
        Condition *condition = &g_array_index (senders->conditions, Condition, i);

        condition->behind = senders->conditions->len;
        if (key != IF_HEADER)
            continue;
        modori_header_set_add (&sender->headers, condition->field.name);
        sender->others = sender->others || condition->field.name >= MODORI_HEADER_SET_MAX;
    }
    sender->n_kinds += senders->conditions->len > before;
    return TRUE;
}

static void
add_service (ModoriSenders *senders, const ModoriEntry *entry)
{
    ModoriSpan rest = entry->value, domain = take_word (&rest);
    guint number = modori_labels_add (senders->service_domains, modori_labels_bare (domain));
    Service service;

    if (number < senders->services->len)
        return;
    service.term = modori_span_dup (modori_span_trim (rest));
    g_array_append_val (senders->services, service);
}

static void
add_knowledge (ModoriSenders *senders, const ModoriBlock *block)
{
    for (guint i = 0; i < block->n_entries; i++) {
        ModoriSpan rest = block->entries[i].value, word;

        if (block->entries[i].key == SPF)
            add_service (senders, &block->entries[i]);
        else if (block->entries[i].key == SERVERS)
            while ((word = take_word (&rest)).len > 0)
                modori_labels_add (senders->servers, modori_labels_bare (word));
    }
}

static gboolean
add_sender (ModoriSenders *senders, const ModoriBlock *block, GError **error)
{
    Sender sender = { .block = block, .first = senders->conditions->len,
                      .mark = next_mark (senders) };
    const ModoriEntry *need = modori_block_entry (block, NEED, "");

    for (guint key = 0; key < N_CONDITIONS; key++)
        if (! add_conditions (senders, &sender, key, error))
            return FALSE;
    sender.end = senders->conditions->len;
    if (sender.n_kinds == 0 || senders->senders->len == SENDERS_MAX)
        return modori_entry_fail (block, NULL, error,
                                  "a Sender needs a condition, and there can be %u of them",
                                  SENDERS_MAX);
    if (need && (need->value.len != 1 || need->value.at[0] < '1'
                 || need->value.at[0] > (char) ('0' + sender.n_kinds)))
        return modori_entry_fail (block, need, error,
                                  "Need is a number up to that of the kinds of conditions (%u)",
                                  sender.n_kinds);
    sender.need = need ? (guint) (need->value.at[0] - '0') : sender.n_kinds;
    g_array_append_val (senders->senders, sender);
    add_knowledge (senders, block);
    return TRUE;
}

ModoriSenders *
modori_senders_new (const ModoriKnowledge *knowledge, ModoriHeader *header, GError **error)
{
    g_autoptr (ModoriSenders) senders = g_new0 (ModoriSenders, 1);
    const GPtrArray *blocks = modori_knowledge_blocks (knowledge, &modori_sender_kind);

    senders->conditions = g_array_new (FALSE, TRUE, sizeof (Condition));
    g_array_set_clear_func (senders->conditions, condition_clear);
    senders->senders = g_array_new (FALSE, TRUE, sizeof (Sender));
    senders->domains = modori_labels_new ();
    senders->marks = g_array_new (FALSE, TRUE, sizeof (Marks));
    senders->service_domains = modori_labels_new ();
    senders->services = g_array_new (FALSE, TRUE, sizeof (Service));
    g_array_set_clear_func (senders->services, service_clear);
    senders->servers = modori_labels_new ();
    senders->own = header ? NULL : modori_header_new ();
    senders->header = header ? header : senders->own;
    for (guint i = 0; i < blocks->len; i++)
        if (! add_sender (senders, blocks->pdata[i], error))
            return NULL;
    return g_steal_pointer (&senders);
}

void
modori_senders_free (ModoriSenders *senders)
{
    if (! senders)
        return;
    g_array_unref (senders->conditions);
    g_array_unref (senders->senders);
    modori_labels_free (senders->domains);
    g_array_unref (senders->marks);
    modori_labels_free (senders->service_domains);
    g_array_unref (senders->services);
    modori_labels_free (senders->servers);
    modori_header_free (senders->own);
    g_free (senders);
}

/* --- looking --- */

/* All marks of HOST and of the domains that it is below. */
static Marks
marks_of (const ModoriSenders *senders, ModoriSpan host)
{
    guint found[MODORI_LABELS_MAX], n = modori_labels_find (senders->domains, host, found);
    Marks all = { 0, 0, 0 };

    for (guint i = 0; i < n; i++) {
        const Marks *marks = &g_array_index (senders->marks, Marks, found[i]);

        all.wanted |= marks->wanted;
        all.unwanted |= marks->unwanted;
        all.from |= marks->from;
    }
    return all;
}

static ModoriSpan
named_fact (const Look *look, ModoriSpan name)
{
    if (modori_span_is (name, "sending_host"))
        return modori_span_of (look->facts->sending_host);
    if (modori_span_is (name, "sender_domain"))
        return modori_span_of (look->facts->sender_domain);
    return modori_span_of (modori_span_is (name, "from_domain") ? look->facts->from_domain : "");
}

static gboolean
is_same (const Look *look, ModoriSpan names)
{
    ModoriSpan first = take_word (&names);

    return modori_domain_agrees (named_fact (look, first), named_fact (look, take_word (&names)));
}

static const char *
outcome_text (const Look *look, ModoriKey key)
{
    return look->outcome ? modori_outcome_text (look->outcome, key) : "";
}

static gboolean
holds (const Look *look, const Sender *sender, Condition *condition)
{
    switch (condition->key) {
    case IF_HOST:
        return (look->marks.wanted & sender->mark) != 0;
    case NOT_HOST:
        return (look->marks.unwanted & sender->mark) == 0;
    case IF_DIALECT:
        return modori_span_is (condition->value, outcome_text (look, MODORI_KEY_DIALECT));
    case IF_FROM:
        return (look->marks.from & sender->mark) != 0;
    case SAME:
        return is_same (look, condition->value);
    case MISSING:
        return look->present
            && modori_header_count (look->senders->header, condition->field.name) == 0;
    case IF_HEADER:
        return look->present
            && modori_condition_holds (&condition->field, look->senders->header, NULL);
    default:
        return look->words && modori_pattern_matches (condition->field.pattern, look->words, NULL);
    }
}

/* May there be a field that an If-Header asks for? */
static gboolean
has_one_of (const Look *look, const Sender *sender)
{
    return look->present
        && (sender->others || modori_header_sets_meet (look->present, &sender->headers));
}

/* Do the conditions at FIRST, those of one kind, hold (one of them; of Not-Host all)? */
static gboolean
kind_holds (const Look *look, const Sender *sender, Condition *first)
{
    Condition *end = (Condition *) (gpointer) look->senders->conditions->data + first->behind;
    gboolean every = first->key == NOT_HOST, result = every;

    if (first->key == IF_HEADER && ! has_one_of (look, sender))
        return FALSE;
    for (; first < end && result == every; first++)
        result = holds (look, sender, first);
    return result;
}

/* Kinds that can make no difference any more are not looked at. */
static gboolean
sender_holds (const Look *look, const Sender *sender)
{
    Condition *all = (Condition *) (gpointer) look->senders->conditions->data;
    guint held = 0, left = sender->n_kinds, i = sender->first;

    for (; held < sender->need && held + left >= sender->need; left--) {
        held += kind_holds (look, sender, &all[i]);
        i = all[i].behind;
    }
    return held >= sender->need;
}

/* Turn to RETURNED (may be NULL). */
static void
turn_to (ModoriSenders *senders, ModoriMessage *returned)
{
    if (returned && senders->own)
        modori_header_read (senders->own, modori_message_bytes (returned));
    else if (returned)
        modori_header_turn_to (senders->header, modori_message_bytes (returned));
}

const ModoriBlock *
modori_senders_find (ModoriSenders *senders, const ModoriSenderFacts *facts,
                     const ModoriOutcome *outcome, const ModoriSubject *words,
                     ModoriMessage *returned)
{
    const Marks hosts = marks_of (senders, modori_span_of (facts->sending_host));
    const Marks domain = marks_of (senders, modori_span_of (facts->sender_domain));
    Look look = {
        senders, facts, outcome, words, NULL,
        { hosts.wanted | domain.wanted, hosts.unwanted | domain.unwanted,
          marks_of (senders, modori_span_of (facts->from_domain)).from },
    };

    turn_to (senders, returned);
    if (returned)
        look.present = &modori_header_sets (senders->header)->present;
    for (guint i = 0; i < senders->senders->len; i++) {
        const Sender *sender = &g_array_index (senders->senders, Sender, i);

        if (sender_holds (&look, sender))
            return sender->block;
    }
    return NULL;
}

const char *
modori_senders_spf (const ModoriSenders *senders, ModoriSpan host)
{
    guint found[MODORI_LABELS_MAX], n = modori_labels_find (senders->service_domains, host, found);
    guint first = senders->services->len;

    for (guint i = 0; i < n; i++)
        first = MIN (first, found[i]);
    return n ? g_array_index (senders->services, Service, first).term : NULL;
}

gboolean
modori_senders_name_from (const ModoriSenders *senders, ModoriSpan domain)
{
    return marks_of (senders, domain).from != 0;
}

gboolean
modori_senders_hosts (const ModoriSenders *senders, ModoriSpan host)
{
    guint found[MODORI_LABELS_MAX];

    return modori_labels_find (senders->servers, host, found) > 0;
}

char *
modori_sender_title (const ModoriBlock *block, const char *lang)
{
    const ModoriEntry *title = modori_block_entry (block, TITLE, lang);

    return title ? modori_entry_text (title) : g_strdup (block->name);
}

/* --- for `rules test` --- */

static gboolean
check_patterns (ModoriSenders *senders, const Sender *sender, GError **error)
{
    for (guint i = sender->first; i < sender->end; i++) {
        Condition *condition = &g_array_index (senders->conditions, Condition, i);
        g_autoptr (GError) why = NULL;

        if (condition->field.pattern && ! modori_pattern_check (condition->field.pattern, &why))
            return modori_entry_fail (sender->block, NULL, error, "%s", why->message);
    }
    return TRUE;
}

gboolean
modori_senders_check (ModoriSenders *senders, const ModoriBlock *block, GError **error)
{
    const ModoriEntry *title = modori_block_entry (block, TITLE, "ja");

    for (guint i = 0; i < senders->senders->len; i++) {
        const Sender *sender = &g_array_index (senders->senders, Sender, i);

        if (sender->block == block && ! check_patterns (senders, sender, error))
            return FALSE;
    }
    if (! title || ! title->lang[0])
        return modori_entry_fail (block, title, error, "Title is wanted in English and Japanese");
    if (! modori_block_entry (block, YES, ""))
        return modori_entry_fail (block, NULL, error, "a Sender needs a Yes");
    return TRUE;
}

/* Take "[key=value ...]" off EXAMPLE into FACTS and OUTCOME; what follows are changes to the
 * sample message. */
static void
read_example (ModoriSpan *example, ModoriSenderFacts *facts, ModoriOutcome *outcome,
              GPtrArray *kept)
{
    const char *end = example->len && example->at[0] == '['
        ? memchr (example->at, ']', example->len) : NULL;
    ModoriSpan keys = end ? modori_span_between (example->at + 1, end) : MODORI_SPAN_EMPTY, pair;

    while ((pair = take_word (&keys)).len > 0) {
        const char *equals = memchr (pair.at, '=', pair.len);
        ModoriSpan key = modori_span_between (pair.at, equals ? equals : pair.at);
        char *value = modori_span_dup (modori_span_skip (pair, key.len + 1));

        g_ptr_array_add (kept, value);
        if (modori_span_is (key, "sending_host"))
            facts->sending_host = value;
        else if (modori_span_is (key, "sender_domain"))
            facts->sender_domain = value;
        else if (modori_span_is (key, "from_domain"))
            facts->from_domain = value;
        else if (modori_key_of (key) < MODORI_N_KEYS)
            outcome->values[modori_key_of (key)].text = value;
        else if (modori_span_is (key, "words"))
            outcome->words = g_strdelimit (value, "_", ' ');
    }
    if (end)
        *example = modori_span_trim (modori_span_between (end + 1, modori_span_end (*example)));
}

gboolean
modori_senders_test_example (ModoriSenders *senders, const ModoriBlock *block,
                             const ModoriEntry *example,
                             gboolean want, GError **error)
{
    g_autofree char *text = modori_entry_text (example);
    g_autoptr (GPtrArray) kept = g_ptr_array_new_with_free_func (g_free);
    g_autoptr (ModoriMessage) message = modori_message_new ();
    g_autofree ModoriOutcome *outcome = g_new0 (ModoriOutcome, 1);
    g_autoptr (GError) why = NULL;
    g_autoptr (ModoriSample) sample = NULL;
    g_autoptr (ModoriSubject) words = modori_subject_new ();
    ModoriSenderFacts facts = { "", "", "" };
    ModoriSpan changes = modori_span_of (text);

    for (guint i = 0; i < MODORI_N_KEYS; i++)
        outcome->values[i].text = "";
    read_example (&changes, &facts, outcome, kept);
    sample = modori_sample_new (changes, &why);
    if (! sample)
        return modori_entry_fail (block, example, error, "%s", why->message);
    modori_message_read (message, modori_span (sample->text->str, sample->text->len));
    modori_subject_set (words, modori_span_of (outcome->words));
    if ((modori_senders_find (senders, &facts, outcome, words, message) == block) == want)
        return TRUE;
    return modori_entry_fail (block, example, error, "%s is %s by: %s", block->name,
                              want ? "not found" : "found", text);
}
