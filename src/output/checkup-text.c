/* checkup-text.c - a checkup for people.
 *
 * The answer comes first: how many things are wrong, and what comes of it (the section "verdict").
 * Then each error and warning with what was seen, the records to publish, the steps; and at last
 * what is good, a line each.  What was seen at several addresses is told once.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"
#include "output/checkup-private.h"

#include <glib/gi18n.h>
#include <string.h>

/* Columns of the labels in front of evidence. */
#define LABEL_WIDTH 12

/* Shorter sentences ("Nobody requires it.") are told as often as they hold. */
#define REPEATED_WIDTH_MAX 30

/* Places that are named where the same was seen. */
#define PLACES_MAX 3

typedef ModoriCheckupItem Item;
typedef ModoriCheckupText Text;

/* --- gathering --- */

static void
item_free (gpointer data)
{
    Item *item = data;

    g_free (item->title);
    g_ptr_array_unref (item->places);
    g_free (item);
}

static gboolean
is_verdict (const Item *item)
{
    return g_str_equal (item->section->name, "verdict");
}

static Item *
item_new (const Text *text, const ModoriSection *section, const ModoriSeen *seen)
{
    Item *item = g_new0 (Item, 1);

    item->section = section;
    item->seen = seen;
    item->block = modori_knowledge_block (text->engine->knowledge, &modori_observation_kind,
                                          seen->observation);
    item->gravity = modori_checkup_weigh (section, item->block);
    item->title = item->block
        ? modori_observation_text (item->block, MODORI_OBSERVATION_TITLE, text->lang, seen->values)
        : g_strdup (seen->observation);
    item->places = g_ptr_array_new ();
    g_ptr_array_add (item->places, section->subject);
    return item;
}

static gboolean
is_same (const Item *a, const Item *b)
{
    return g_str_equal (a->section->name, b->section->name)
        && g_str_equal (a->seen->observation, b->seen->observation)
        && g_str_equal (a->title, b->title) && g_str_equal (a->seen->evidence, b->seen->evidence);
}

/* Add ITEM (owned from now on), or its place to the one that is the same. */
static void
add_item (Text *text, Item *item)
{
    for (guint i = 0; i < text->items->len; i++) {
        Item *before = g_ptr_array_index (text->items, i);

        if (! is_same (before, item))
            continue;
        if (! g_ptr_array_find (before->places, item->section->subject, NULL))
            g_ptr_array_add (before->places, item->section->subject);
        item_free (item);
        return;
    }
    g_ptr_array_add (text->items, item);
}

static Text *
text_new (ModoriTerminal *terminal, const ModoriCheckup *checkup, ModoriEngine *engine,
          const char *lang)
{
    Text *text = g_new0 (Text, 1);

    text->terminal = terminal;
    text->checkup = checkup;
    text->engine = engine;
    text->lang = lang;
    text->items = g_ptr_array_new_with_free_func (item_free);
    text->records = g_ptr_array_new_with_free_func (
        (GDestroyNotify) modori_observation_record_free);
    text->told = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; i < checkup->sections->len; i++) {
        const ModoriSection *section = g_ptr_array_index (checkup->sections, i);

        for (guint k = 0; k < section->seen->len; k++)
            add_item (text, item_new (text, section, g_ptr_array_index (section->seen, k)));
    }
    return text;
}

static void
text_free (Text *text)
{
    g_ptr_array_unref (text->items);
    g_ptr_array_unref (text->records);
    g_hash_table_unref (text->told);
    g_free (text);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Text, text_free)

/* Call PUT with each item of GRAVITY that is no verdict. */
static guint
each (Text *text, ModoriGravity gravity, void (*put) (Text *text, const Item *item))
{
    guint n = 0;

    for (guint i = 0; i < text->items->len; i++) {
        const Item *item = g_ptr_array_index (text->items, i);

        if (item->gravity != gravity || is_verdict (item))
            continue;
        n++;
        if (put)
            put (text, item);
    }
    return n;
}

/* --- the answer --- */

static const char *
gravity_label (ModoriGravity gravity)
{
    switch (gravity) {
    case MODORI_GRAVITY_ERROR:
        return _("error");
    case MODORI_GRAVITY_WARNING:
        return _("warning");
    case MODORI_GRAVITY_NOTE:
        return _("note");
    default:
        return _("good");
    }
}

static ModoriStyle
gravity_style (ModoriGravity gravity)
{
    static const ModoriStyle styles[] = {
        MODORI_STYLE_GOOD, MODORI_STYLE_PLAIN, MODORI_STYLE_MILD, MODORI_STYLE_BAD
    };

    return styles[gravity];
}

static guint
count_verdicts (const Text *text, ModoriGravity gravity)
{
    guint n = 0;

    for (guint i = 0; i < text->items->len; i++) {
        const Item *item = g_ptr_array_index (text->items, i);

        n += is_verdict (item) && item->gravity == gravity;
    }
    return n;
}

/* "2 errors, 1 warning".  A verdict is what comes of them: it counts only where nothing else is as
 * grave. */
static char *
count_text (Text *text)
{
    guint errors = each (text, MODORI_GRAVITY_ERROR, NULL);
    guint warnings = each (text, MODORI_GRAVITY_WARNING, NULL);
    g_autofree char *error = NULL, *warning = NULL;

    if (errors == 0)
        errors = count_verdicts (text, MODORI_GRAVITY_ERROR);
    if (errors + warnings == 0)
        warnings = count_verdicts (text, MODORI_GRAVITY_WARNING);
    error = g_strdup_printf (ngettext ("%u error", "%u errors", errors), errors);
    warning = g_strdup_printf (ngettext ("%u warning", "%u warnings", warnings), warnings);
    if (errors > 0 && warnings > 0)
        return g_strjoin (_(", "), error, warning, NULL);
    return g_strdup (errors > 0 ? error : warnings > 0 ? warning : _("nothing is wrong"));
}

static void
put_headline (Text *text)
{
    ModoriGravity worst = modori_checkup_gravity (text->checkup, text->engine->knowledge);
    g_autofree char *counts = count_text (text);

    modori_terminal_put (text->terminal, MODORI_STYLE_BOLD, text->checkup->subject);
    g_string_append (text->terminal->out, ": ");
    modori_terminal_put (text->terminal,
                         worst == MODORI_GRAVITY_NOTE ? MODORI_STYLE_GOOD : gravity_style (worst),
                         counts);
    g_string_append_c (text->terminal->out, '\n');
}

static void
put_under (Text *text, const char *label, const char *words)
{
    if (*words)
        modori_terminal_label (text->terminal, 2, LABEL_WIDTH, label, MODORI_STYLE_PLAIN, 2, words);
}

/* Where the first sentence of WORDS ends. */
static const char *
sentence_end (const char *words)
{
    static const char *const ends[] = { ". ", "。" };
    const char *first = words + strlen (words);

    for (guint i = 0; i < G_N_ELEMENTS (ends); i++) {
        const char *end = strstr (words, ends[i]);

        if (end && end < first)
            first = end + strlen (ends[i]);
    }
    return first;
}

/* WORDS without the sentences that were told already; the caller frees. */
static char *
news_in (Text *text, const char *words)
{
    GString *news = g_string_new (NULL);

    while (*words) {
        const char *end = sentence_end (words);
        g_autofree char *sentence = g_strchomp (g_strndup (words, (gsize) (end - words)));

        words = end;
        if (modori_terminal_width (sentence) > REPEATED_WIDTH_MAX
            && g_hash_table_contains (text->told, sentence))
            continue;
        if (news->len > 0 && news->str[news->len - 1] == '.')
            g_string_append_c (news, ' ');
        g_string_append (news, sentence);
        g_hash_table_add (text->told, g_steal_pointer (&sentence));
    }
    return g_string_free (news, FALSE);
}

static void
put_why (Text *text, const Item *item)
{
    g_autofree char *all = item->block
        ? modori_observation_text (item->block, MODORI_OBSERVATION_WHY, text->lang,
                                   item->seen->values) : g_strdup ("");
    g_autofree char *why = news_in (text, all);

    if (! *why)
        return;
    modori_terminal_pad (text->terminal, 2 + LABEL_WIDTH);
    modori_terminal_wrap (text->terminal, MODORI_STYLE_FAINT, 2 + LABEL_WIDTH, 2 + LABEL_WIDTH, 0,
                          why);
}

static void
put_title (Text *text, const Item *item)
{
    modori_terminal_label (text->terminal, 2, LABEL_WIDTH, gravity_label (item->gravity),
                           gravity_style (item->gravity), 0, item->title);
}

/* What comes of all that. */
static void
put_verdicts (Text *text)
{
    for (guint i = 0; i < text->items->len; i++) {
        const Item *item = g_ptr_array_index (text->items, i);

        if (! is_verdict (item))
            continue;
        put_title (text, item);
        if (item->gravity >= MODORI_GRAVITY_WARNING)
            put_why (text, item);
    }
}

/* --- errors and warnings --- */

/* Are there several sections called so, that the place must be told? */
static gboolean
has_siblings (const Text *text, const ModoriSection *section)
{
    guint n = 0;

    for (guint i = 0; i < text->checkup->sections->len; i++) {
        const ModoriSection *other = g_ptr_array_index (text->checkup->sections, i);

        n += g_str_equal (other->name, section->name);
    }
    return n > 1;
}

/* "192.0.2.1:587, 192.0.2.2:587 and 3 more"; "" when that is plain; the caller frees. */
static char *
places_text (const Text *text, const Item *item)
{
    GString *places = g_string_new (NULL);
    gboolean plain = item->places->len == 1
        && g_str_equal (g_ptr_array_index (item->places, 0), text->checkup->subject);

    if (plain || ! has_siblings (text, item->section))
        return g_string_free (places, FALSE);
    for (guint i = 0; i < MIN (item->places->len, PLACES_MAX); i++)
        g_string_append_printf (places, "%s%s", i > 0 ? ", " : "",
                                (char *) g_ptr_array_index (item->places, i));
    if (item->places->len > PLACES_MAX)
        g_string_append_printf (places, _(" and %u more"), item->places->len - PLACES_MAX);
    return g_string_free (places, FALSE);
}

static void
put_fault (Text *text, const Item *item)
{
    g_autofree char *places = places_text (text, item);
    g_autofree char *asked_by = item->block
        ? modori_observation_text (item->block, MODORI_OBSERVATION_ASKED_BY, text->lang,
                                   item->seen->values) : g_strdup ("");

    g_string_append_c (text->terminal->out, '\n');
    put_title (text, item);
    put_under (text, _("at"), places);
    put_under (text, _("seen"), item->seen->evidence);
    put_under (text, _("asked by"), asked_by);
    put_why (text, item);
}

/* --- what is no fault --- */

/* What a section is called: words that people see in other places, too. */
static const char *
section_label (const char *name)
{
    static const struct { const char *name, *label; } labels[] = {
        { "name", N_("name") }, { "address", N_("IP address") },
        { "certificate", N_("certificate") }, { "file", N_("file") }, { "key", N_("private key") },
        { "mx", "MX" }, { "reverse", N_("reverse") }, { "helo", "HELO" }, { "spf", "SPF" },
        { "dkim", "DKIM" }, { "dmarc", "DMARC" },
        { "mta-sts", "MTA-STS" }, { "tls-rpt", "TLS-RPT" }, { "dane", "DANE" }, { "bimi", "BIMI" },
        { "blocklist", N_("block list") },
    };

    for (guint i = 0; i < G_N_ELEMENTS (labels); i++)
        if (g_str_equal (labels[i].name, name))
            return _(labels[i].label);
    return name;
}

/* Does TITLE name PLACE, and not only a longer name that holds it? */
static gboolean
names_place (const char *title, const char *place)
{
    gsize size = strlen (place);

    for (const char *p = title; size > 0 && (p = strstr (p, place)); p++)
        if ((p == title || ! (g_ascii_isalnum (p[-1]) || strchr (".-_:", p[-1])))
            && ! g_ascii_isalnum (p[size]) && p[size] != '-'
            && ! (p[size] == '.' && g_ascii_isalnum (p[size + 1])))
            return TRUE;
    return FALSE;
}

/* "  SPF         TITLE", and where, when there are several places and it does not say so itself. */
static void
put_line (Text *text, const Item *item)
{
    g_autofree char *places = places_text (text, item);
    gboolean named = item->places->len == 1 && names_place (item->title, places);
    g_autofree char *line = *places && ! named ? g_strdup_printf ("%s (%s)", item->title, places)
        : g_strdup (item->title);

    modori_terminal_label (text->terminal, 2, LABEL_WIDTH, section_label (item->section->name),
                           MODORI_STYLE_PLAIN, 0, line);
}

static void
put_note (Text *text, const Item *item)
{
    put_line (text, item);
    put_why (text, item);
}

/* All of GRAVITY, under HEADING. */
static void
put_group (Text *text, ModoriGravity gravity, const char *heading,
           void (*put) (Text *text, const Item *item))
{
    if (each (text, gravity, NULL) == 0)
        return;
    modori_terminal_heading (text->terminal, heading);
    each (text, gravity, put);
}

/* --- the whole --- */

ModoriGravity
modori_checkup_weigh (const ModoriSection *section, const ModoriBlock *block)
{
    ModoriGravity gravity = block ? modori_observation_gravity (block) : MODORI_GRAVITY_NOTE;

    return section->mild ? MIN (gravity, MODORI_GRAVITY_WARNING) : gravity;
}

ModoriGravity
modori_checkup_gravity (const ModoriCheckup *checkup, const ModoriKnowledge *knowledge)
{
    ModoriGravity worst = MODORI_GRAVITY_OK;

    for (guint i = 0; i < checkup->sections->len; i++) {
        const ModoriSection *section = g_ptr_array_index (checkup->sections, i);

        for (guint k = 0; k < section->seen->len; k++) {
            const ModoriSeen *seen = g_ptr_array_index (section->seen, k);
            const ModoriBlock *block = modori_knowledge_block (
                knowledge, &modori_observation_kind, seen->observation);

            worst = MAX (worst, modori_checkup_weigh (section, block));
        }
    }
    return worst;
}

void
modori_checkup_text (ModoriTerminal *terminal, const ModoriCheckup *checkup, ModoriEngine *engine,
                     const char *lang)
{
    g_autoptr (Text) text = text_new (terminal, checkup, engine, lang);

    put_headline (text);
    put_verdicts (text);
    each (text, MODORI_GRAVITY_ERROR, put_fault);
    each (text, MODORI_GRAVITY_WARNING, put_fault);
    modori_checkup_put_records (text);
    modori_checkup_put_advice (text);
    put_group (text, MODORI_GRAVITY_OK, _("What is good"), put_line);
    put_group (text, MODORI_GRAVITY_NOTE, _("Worth knowing"), put_note);
}
