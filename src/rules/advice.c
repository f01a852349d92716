/* advice.c - what to do: the steps of an Advice block with the case's own names filled in.
 *
 * A scan asks for a hint of every outcome, and for hardly more than a dozen different ones: so a
 * block is read when it is first asked for, and kept.  Facts about the case are only looked for
 * when a text has a placeholder (case.h).
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "rules/advice.h"

#include "text/error.h"

/* How the placeholders for names of mail servers begin. */
#define HOSTS_PLACEHOLDER "{smtp_host"

/* Advice that includes advice: deeper is a circle. */
#define INCLUDE_DEPTH_MAX 4

enum { TITLE, HINT, WHY, STEP, FOR, IF, COMMAND, TEXT, RECORD, CHECK, SEE, INCLUDE, NOTE };

static const char *const field_names[] = {
    "Title", "Hint", "Why", "Step", "For", "If", "Command", "Text", "Record", "Check", "See",
    "Include",
    "Note", NULL
};

const ModoriKind modori_advice_kind = { "Advice", field_names };

/* A text in both languages. */
typedef struct {
    char *text[2];
} Words;

typedef struct {
    guint kind;                     /* of ModoriAdviceLine */
    char *text;
} Line;

/* A step and what belongs to it, or the place of another advice. */
typedef struct {
    Words step;
    GStrv kinds;                    /* For; NULL: everybody */
    GStrv facts;                    /* If; NULL: always */
    GArray *lines;                  /* Line */
    char *include;
} Group;

typedef struct {
    const ModoriBlock *block;
    Words title, hint, why;
    GArray *groups;                 /* Group */
    GPtrArray *links;               /* char * */
    gboolean names_hosts;           /* it uses names of mail servers */
} Advice;

struct ModoriAdviser {
    const ModoriKnowledge *knowledge;
    ModoriSources sources;
    GHashTable *advice;             /* name (the block's) -> Advice */
    ModoriAmend amend;              /* or NULL */
    gpointer amend_data;
};

/* --- reading a block --- */

static void
words_clear (Words *words)
{
    g_free (words->text[0]);
    g_free (words->text[1]);
}

static void
line_clear (gpointer data)
{
    g_free (((Line *) data)->text);
}

static void
group_clear (gpointer data)
{
    Group *group = data;

    words_clear (&group->step);
    g_strfreev (group->kinds);
    g_strfreev (group->facts);
    g_array_unref (group->lines);
    g_free (group->include);
}

static void
advice_free (gpointer data)
{
    Advice *advice = data;

    words_clear (&advice->title);
    words_clear (&advice->hint);
    words_clear (&advice->why);
    g_array_unref (advice->groups);
    g_ptr_array_unref (advice->links);
    g_free (advice);
}

static void
set_words (Words *words, const ModoriEntry *entry)
{
    char **text = &words->text[entry->lang[0] ? 1 : 0];

    g_free (*text);
    *text = modori_entry_text (entry);
}

static Group *
add_group (Advice *advice)
{
    Group group = { .lines = g_array_new (FALSE, TRUE, sizeof (Line)) };

    g_array_set_clear_func (group.lines, line_clear);
    g_array_append_val (advice->groups, group);
    return &g_array_index (advice->groups, Group, advice->groups->len - 1);
}

/* The group that is open: the last one, which is a step. */
static Group *
last_group (Advice *advice)
{
    if (advice->groups->len == 0)
        return add_group (advice);
    return &g_array_index (advice->groups, Group, advice->groups->len - 1);
}

static void
add_line (Advice *advice, guint kind, const ModoriEntry *entry)
{
    Line line = { kind, modori_entry_text (entry) };

    g_array_append_val (last_group (advice)->lines, line);
}

static void
add_names (GStrv *names, const ModoriEntry *entry)
{
    g_autofree char *text = modori_entry_text (entry);
    g_autofree char *all = *names ? g_strjoinv (" ", *names) : g_strdup ("");
    g_autofree char *both = g_strjoin (" ", all, text, NULL);

    g_strfreev (*names);
    *names = g_strsplit_set (g_strstrip (both), " \t", -1);
}

/* A Step in English opens a group; the Japanese one is its second text. */
static void
add_step (Advice *advice, const ModoriEntry *entry)
{
    set_words (entry->lang[0] ? &last_group (advice)->step : &add_group (advice)->step, entry);
}

static void
read_entry (Advice *advice, const ModoriEntry *entry)
{
    if (modori_span_find (entry->value, HOSTS_PLACEHOLDER) >= 0)
        advice->names_hosts = TRUE;
    switch (entry->key) {
    case TITLE:
        set_words (&advice->title, entry);
        break;
    case HINT:
        set_words (&advice->hint, entry);
        break;
    case WHY:
        set_words (&advice->why, entry);
        break;
    case STEP:
        add_step (advice, entry);
        break;
    case FOR:
        add_names (&last_group (advice)->kinds, entry);
        break;
    case IF:
        add_names (&last_group (advice)->facts, entry);
        break;
    case COMMAND:
        add_line (advice, MODORI_ADVICE_COMMAND, entry);
        break;
    case TEXT:
        add_line (advice, MODORI_ADVICE_TEXT, entry);
        break;
    case RECORD:
        add_line (advice, MODORI_ADVICE_RECORD, entry);
        break;
    case CHECK:
        add_line (advice, MODORI_ADVICE_CHECK, entry);
        break;
    case SEE:
        g_ptr_array_add (advice->links, modori_entry_text (entry));
        break;
    case INCLUDE:
        add_group (advice)->include = modori_entry_text (entry);
        break;
    default:
        break;
    }
}

static Advice *
read_advice (const ModoriBlock *block)
{
    Advice *advice = g_new0 (Advice, 1);

    advice->block = block;
    advice->groups = g_array_new (FALSE, TRUE, sizeof (Group));
    g_array_set_clear_func (advice->groups, group_clear);
    advice->links = g_ptr_array_new_with_free_func (g_free);
    for (guint i = 0; i < block->n_entries; i++)
        read_entry (advice, &block->entries[i]);
    return advice;
}

/* The advice called NAME, read when it is asked for first, or NULL. */
static const Advice *
find (ModoriAdviser *adviser, const char *name)
{
    Advice *advice = g_hash_table_lookup (adviser->advice, name);
    const ModoriBlock *block;

    if (advice || ! name[0])
        return advice;
    block = modori_knowledge_block (adviser->knowledge, &modori_advice_kind, name);
    if (! block)
        return NULL;
    advice = read_advice (block);
    g_hash_table_insert (adviser->advice, (gpointer) block->name, advice);
    return advice;
}

ModoriAdviser *
modori_adviser_new (const ModoriKnowledge *knowledge, ModoriHeader *header, GError **error)
{
    g_autoptr (ModoriAdviser) adviser = g_new0 (ModoriAdviser, 1);

    adviser->knowledge = knowledge;
    adviser->advice = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, advice_free);
    adviser->sources.senders = modori_senders_new (knowledge, header, error);
    if (! adviser->sources.senders)
        return NULL;
    adviser->sources.blocklists = modori_blocklists_new (knowledge, error);
    if (! adviser->sources.blocklists)
        return NULL;
    return g_steal_pointer (&adviser);
}

void
modori_adviser_free (ModoriAdviser *adviser)
{
    if (! adviser)
        return;
    g_hash_table_unref (adviser->advice);
    modori_senders_free (adviser->sources.senders);
    modori_blocklists_free (adviser->sources.blocklists);
    g_free (adviser);
}

ModoriSenders *
modori_adviser_senders (ModoriAdviser *adviser)
{
    return adviser->sources.senders;
}

ModoriBlocklists *
modori_adviser_blocklists (ModoriAdviser *adviser)
{
    return adviser->sources.blocklists;
}

static gboolean
names_hosts (ModoriAdviser *adviser, const char *name, guint depth)
{
    const Advice *advice = find (adviser, name);
    gboolean found = advice && advice->names_hosts;

    if (! advice || found || depth >= INCLUDE_DEPTH_MAX)
        return found;
    for (guint i = 0; i < advice->groups->len && ! found; i++) {
        const char *include = g_array_index (advice->groups, Group, i).include;

        found = include && names_hosts (adviser, include, depth + 1);
    }
    return found;
}

gboolean
modori_adviser_names_hosts (ModoriAdviser *adviser, const char *name)
{
    return names_hosts (adviser, name, 0);
}

/* --- the sender, the block list --- */

static const char *
known (const ModoriCase *facts, const char *name)
{
    const char *value = modori_case_get (facts, name);

    return value ? value : "";
}

const char *
modori_adviser_sender_kind (ModoriAdviser *adviser, const ModoriCase *facts,
                            const ModoriOutcome *outcome, const ModoriSubject *words,
                            ModoriMessage *returned)
{
    ModoriSenderFacts known_facts;
    const ModoriBlock *block;

    known_facts.sending_host = known (facts, "sending_host");
    known_facts.sender_domain = known (facts, "sender_domain");
    known_facts.from_domain = known (facts, "from_domain");
    block = modori_senders_find (adviser->sources.senders, &known_facts, outcome, words, returned);
    return block ? block->name : "";
}

const char *
modori_adviser_kind_of (ModoriAdviser *adviser, const ModoriOutcome *outcome,
                        ModoriMessage *returned)
{
    g_autoptr (ModoriCase) facts = modori_case_new (outcome, NULL, returned);
    g_autoptr (ModoriSubject) words = outcome && outcome->words ? modori_subject_new () : NULL;

    if (words)
        modori_subject_set (words, modori_span_of (outcome->words));
    return modori_adviser_sender_kind (adviser, facts, outcome, words, returned);
}

char *
modori_adviser_sender_title (ModoriAdviser *adviser, const char *kind, const char *lang)
{
    const ModoriBlock *block = modori_knowledge_block (adviser->knowledge, &modori_sender_kind,
                                                       kind);

    return block ? modori_sender_title (block, lang) : g_strdup ("");
}

const ModoriBlock *
modori_adviser_blocklist (ModoriAdviser *adviser, const ModoriOutcome *outcome)
{
    return modori_blocklists_find (adviser->sources.blocklists, modori_span_of (outcome->words),
                                   NULL);
}

/* --- texts --- */

/* WORDS in LANG, or in English when they are not said in it. */
static const char *
in_lang (const Words *words, const char *lang)
{
    const char *text = words->text[lang[0] ? 1 : 0];

    return text ? text : words->text[0] ? words->text[0] : "";
}

static char *
filled (ModoriAdviser *adviser, const char *text, const char *lang, const ModoriCase *facts)
{
    if (facts)
        modori_case_consult (facts, &adviser->sources, lang);
    return modori_case_fill (facts, modori_span_of (text), NULL);
}

char *
modori_adviser_title (ModoriAdviser *adviser, const char *name, const char *lang,
                      const ModoriCase *facts)
{
    const Advice *advice = find (adviser, name);

    return filled (adviser, advice ? in_lang (&advice->title, lang) : "", lang, facts);
}

char *
modori_adviser_hint (ModoriAdviser *adviser, const char *name, const char *lang,
                     const ModoriCase *facts)
{
    const Advice *advice = find (adviser, name);
    const char *hint = advice ? in_lang (&advice->hint, lang) : "";

    return filled (adviser, hint[0] || ! advice ? hint : in_lang (&advice->title, lang), lang,
                   facts);
}

char *
modori_adviser_why (ModoriAdviser *adviser, const char *name, const char *lang,
                    const ModoriCase *facts)
{
    const Advice *advice = find (adviser, name);

    return filled (adviser, advice ? in_lang (&advice->why, lang) : "", lang, facts);
}

/* --- steps --- */

/* What is given, and for whom. */
typedef struct {
    ModoriAdviser *adviser;
    const char *lang;
    const char *sender_kind;
    const ModoriCase *facts;
    GArray *lines;                  /* ModoriAdviceLine */
    GPtrArray *links;               /* of all advice that was used; not owned */
} Giving;

/* Is the group for a sender of this kind?  A "!kind" excludes; when there are others, one of
 * them must be it. */
static gboolean
is_for (const Giving *giving, GStrv kinds)
{
    const char *kind = giving->sender_kind[0] ? giving->sender_kind : "unknown";
    gboolean asked = FALSE, named = FALSE;

    for (guint i = 0; kinds && kinds[i]; i++) {
        if (kinds[i][0] == '!' && g_str_equal (kinds[i] + 1, kind))
            return FALSE;
        asked = asked || (kinds[i][0] && kinds[i][0] != '!');
        named = named || g_str_equal (kinds[i], kind);
    }
    return named || ! asked;
}

/* Does FACT hold: "name" is known, or "name=value,val*" is one of these? */
static gboolean
is_fact (const Giving *giving, const char *fact)
{
    g_auto (GStrv) parts = g_strsplit (fact, "=", 2);
    const char *value = giving->facts && parts[0] ? modori_case_get (giving->facts, parts[0])
        : NULL;
    g_auto (GStrv) wanted = g_strsplit (value && parts[1] ? parts[1] : "", ",", -1);

    if (! value || ! parts[1])
        return value != NULL;
    for (guint i = 0; wanted[i]; i++)
        if (g_pattern_match_simple (wanted[i], value))
            return TRUE;
    return FALSE;
}

static gboolean
facts_agree (const Giving *giving, GStrv facts)
{
    for (guint i = 0; facts && facts[i]; i++) {
        gboolean wanted = facts[i][0] != '!';
        const char *fact = facts[i] + (wanted ? 0 : 1);

        if (fact[0] && is_fact (giving, fact) != wanted)
            return FALSE;
    }
    return TRUE;
}

static void
give_line (const Giving *giving, guint kind, const char *text)
{
    ModoriAdviceLine line = { .kind = kind, .example = FALSE };
    ModoriSpan span = modori_span_of (text);

    if (kind == MODORI_ADVICE_STEP || kind == MODORI_ADVICE_SEE)
        line.text = modori_case_fill (giving->facts, span, &line.example);
    else
        line.text = modori_case_fill_command (giving->facts, span, &line.example);
    g_array_append_val (giving->lines, line);
}

static void
give_group (const Giving *giving, const Group *group)
{
    const char *step = in_lang (&group->step, giving->lang);

    if (step[0])
        give_line (giving, MODORI_ADVICE_STEP, step);
    for (guint i = 0; i < group->lines->len; i++) {
        const Line *line = &g_array_index (group->lines, Line, i);

        give_line (giving, line->kind, line->text);
    }
}

static void
give_links (const Giving *giving, const Advice *advice)
{
    for (guint i = 0; i < advice->links->len; i++)
        if (! g_ptr_array_find_with_equal_func (giving->links, advice->links->pdata[i], g_str_equal,
                                                NULL))
            g_ptr_array_add (giving->links, advice->links->pdata[i]);
}

static void
give (const Giving *giving, const Advice *advice, guint depth)
{
    for (guint i = 0; i < advice->groups->len; i++) {
        const Group *group = &g_array_index (advice->groups, Group, i);
        const Advice *other = group->include && depth < INCLUDE_DEPTH_MAX
            ? find (giving->adviser, group->include) : NULL;

        if (! is_for (giving, group->kinds) || ! facts_agree (giving, group->facts))
            continue;
        if (other)
            give (giving, other, depth + 1);
        else
            give_group (giving, group);
    }
    give_links (giving, advice);
}

static void
advice_line_clear (gpointer data)
{
    g_free (((ModoriAdviceLine *) data)->text);
}

GArray *
modori_adviser_steps (ModoriAdviser *adviser, const char *name, const char *lang,
                      const char *sender_kind,
                      const ModoriCase *facts)
{
    g_autoptr (GPtrArray) links = g_ptr_array_new ();
    const Advice *advice = find (adviser, name);
    Giving giving = { adviser, lang, sender_kind, facts, NULL, links };

    giving.lines = g_array_new (FALSE, TRUE, sizeof (ModoriAdviceLine));
    g_array_set_clear_func (giving.lines, advice_line_clear);
    if (facts)
        modori_case_consult (facts, &adviser->sources, lang);
    if (advice)
        give (&giving, advice, 0);
    for (guint i = 0; i < links->len; i++)
        give_line (&giving, MODORI_ADVICE_SEE, links->pdata[i]);
    if (adviser->amend)
        adviser->amend (giving.lines, lang, facts, adviser->amend_data);
    return giving.lines;
}

void
modori_adviser_amend (ModoriAdviser *adviser, ModoriAmend amend, gpointer data)
{
    adviser->amend = amend;
    adviser->amend_data = data;
}

void
modori_advice_insert (GArray *steps, guint at, guint kind, char *text)
{
    ModoriAdviceLine line = { .kind = kind, .text = text };

    g_array_insert_val (steps, at, line);
}

/* --- for `rules test` --- */

static gboolean
check_words (const Advice *advice, const Words *words, const char *what, gboolean needed,
             GError **error)
{
    if ((! words->text[0] && ! words->text[1] && ! needed) || (words->text[0] && words->text[1]))
        return TRUE;
    return modori_entry_fail (advice->block, NULL, error,
                              "%s is wanted in English and Japanese (\"%.40s\")", what,
                              in_lang (words, ""));
}

static gboolean
check_group (ModoriAdviser *adviser, const Advice *advice, const Group *group, GError **error)
{
    if (group->include && ! find (adviser, group->include))
        return modori_entry_fail (advice->block, NULL, error,
                                  "there is no Advice \"%s\" to include", group->include);
    for (guint i = 0; group->kinds && group->kinds[i]; i++) {
        const char *kind = group->kinds[i] + (group->kinds[i][0] == '!' ? 1 : 0);

        if (kind[0] && ! g_str_equal (kind, "unknown")
            && ! modori_knowledge_block (adviser->knowledge, &modori_sender_kind, kind))
            return modori_entry_fail (advice->block, NULL, error, "there is no Sender \"%s\"",
                                      kind);
    }
    return group->include || check_words (advice, &group->step, "Step", TRUE, error);
}

gboolean
modori_adviser_check (ModoriAdviser *adviser, const ModoriBlock *block, GError **error)
{
    const Advice *advice = find (adviser, block->name);

    if (! advice)
        return modori_entry_fail (block, NULL, error, "cannot be found by its name");
    for (guint i = 0; i < advice->groups->len; i++)
        if (! check_group (adviser, advice, &g_array_index (advice->groups, Group, i), error))
            return FALSE;
    if (advice->groups->len == 0)
        return modori_entry_fail (block, NULL, error, "an Advice needs a Step");
    return check_words (advice, &advice->title, "Title", TRUE, error)
        && check_words (advice, &advice->hint, "Hint", FALSE, error)
        && check_words (advice, &advice->why, "Why", TRUE, error);
}
