/* zone-blocklists.c - block lists.
 *
 * Which lists there are, and where they are asked, is told by the Blocklist blocks of the rules.
 * All are asked at once.  Only an answer in 127.0.0.0/8 is one of a list; 127.0.0.1 and
 * 127.255.255.x mean that it does not answer this resolver (as the big lists do with public
 * ones).
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "check/zone.h"

#include "rules/blocklist.h"
#include "rules/domain.h"

#include <string.h>

/* Lists that are asked about one thing. */
#define LISTS_MAX 60

typedef struct {
    const ModoriBlock *block;
    char *query;
} Question;

/* One address or domain, and all lists that may hold it. */
typedef struct {
    ModoriZone *zone;
    ModoriSection *section;
    ModoriBlocklists *lists;            /* may be NULL */
    const char *listed;
    gboolean is_address;
    GArray *questions;                  /* Question, each query once */
    GPtrArray *clean, *refused, *silent;        /* char *: titles */
} Inquiry;

static void
question_clear (gpointer data)
{
    g_free (((Question *) data)->query);
}

static void
inquiry_clear (Inquiry *inquiry)
{
    g_array_unref (inquiry->questions);
    g_ptr_array_unref (inquiry->clean);
    g_ptr_array_unref (inquiry->refused);
    g_ptr_array_unref (inquiry->silent);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Inquiry, inquiry_clear)

/* --- questions --- */

/* Several parts of a list may share one zone: the last is the whole. */
static void
add_question (Inquiry *inquiry, const ModoriBlock *block)
{
    g_autofree char *query = modori_blocklist_query (block, modori_span_of (inquiry->listed));
    Question question;

    if (! query)
        return;
    for (guint i = 0; i < inquiry->questions->len; i++) {
        Question *known = &g_array_index (inquiry->questions, Question, i);

        if (g_str_equal (known->query, query)) {
            known->block = block;
            return;
        }
    }
    if (inquiry->questions->len == LISTS_MAX)
        return;
    question = (Question) { block, g_steal_pointer (&query) };
    modori_resolver_want (inquiry->zone->resolver, question.query, MODORI_DNS_A);
    g_array_append_val (inquiry->questions, question);
}

static void
collect (Inquiry *inquiry)
{
    const GPtrArray *blocks = modori_knowledge_blocks (inquiry->zone->options->knowledge,
                                                       &modori_blocklist_kind);

    for (guint i = 0; i < blocks->len; i++) {
        g_autofree char *lists = modori_blocklist_text (blocks->pdata[i], MODORI_BLOCKLIST_LISTS,
                                                        "");

        if (g_str_equal (lists, "ip") == inquiry->is_address && ! g_str_equal (lists, "nobody"))
            add_question (inquiry, blocks->pdata[i]);
    }
}

/* --- answers --- */

static gboolean
is_refusal (const char *address)
{
    return g_str_equal (address, "127.0.0.1") || g_str_has_prefix (address, "127.255.255.")
        || ! g_str_has_prefix (address, "127.");
}

/* All answers of the list, with commas; how many of them are listings. */
static guint
count_listings (const ModoriDnsAnswer *answer, GString *out)
{
    guint n = 0;

    for (guint i = 0; i < answer->records->len && i < MODORI_ZONE_LIST_MAX; i++) {
        const char *address = modori_dns_record (answer, i)->text;

        n += ! is_refusal (address);
        g_string_append_printf (out, "%s%s", i ? ", " : "", address);
    }
    return n;
}

/* The part of the list that WORDS speak of, if there is one that is asked in the same way; else
 * the whole. */
static const ModoriBlock *
part_of (const Inquiry *inquiry, const Question *question, const char *words)
{
    const ModoriBlock *part = inquiry->lists
        ? modori_blocklists_find (inquiry->lists, modori_span_of (words), NULL) : NULL;
    g_autofree char *query = part
        ? modori_blocklist_query (part, modori_span_of (inquiry->listed)) : NULL;

    return query && g_str_equal (query, question->query) ? part : question->block;
}

static void
see_listed (const Inquiry *inquiry, const Question *question, const char *codes)
{
    const ModoriDnsAnswer *text = modori_resolver_ask (inquiry->zone->resolver, question->query,
                                                       MODORI_DNS_TXT);
    const char *words = text->records->len > 0 ? modori_dns_record (text, 0)->text : "";
    const ModoriBlock *block = part_of (inquiry, question, words);
    g_autofree char *title = modori_blocklist_text (block, MODORI_BLOCKLIST_TITLE, "");
    g_autofree char *page = modori_blocklist_text (block, MODORI_BLOCKLIST_LOOK_UP, "");
    g_autofree char *removal = modori_blocklist_text (block, MODORI_BLOCKLIST_REMOVAL, "");
    g_autofree char *kind = modori_blocklist_text (block, MODORI_BLOCKLIST_LISTS, "");
    g_autofree char *evidence = g_strdup_printf ("%s A %s%s%s", question->query, codes,
                                                 *words ? "; TXT " : "", words);

    modori_see (inquiry->section, "blocklist-listed", evidence, "blocklist_listed",
                inquiry->listed, "blocklist_title", title, "blocklist_lists", kind,
                "blocklist_look_up", page, "blocklist_removal", *removal ? removal : page,
                "blocklist_query", question->query, NULL);
}

static void
look_at_answer (Inquiry *inquiry, const Question *question)
{
    const ModoriDnsAnswer *answer = modori_resolver_ask (inquiry->zone->resolver, question->query,
                                                         MODORI_DNS_A);
    g_autoptr (GString) codes = g_string_new (NULL);
    guint listings = count_listings (answer, codes);
    char *title = modori_blocklist_text (question->block, MODORI_BLOCKLIST_TITLE, "");

    if (listings > 0) {
        see_listed (inquiry, question, codes->str);
        g_free (title);
    } else if (answer->records->len > 0 || answer->status == MODORI_DNS_REFUSED)
        g_ptr_array_add (inquiry->refused, title);
    else
        g_ptr_array_add (modori_dns_unanswered (answer->status) ? inquiry->silent : inquiry->clean,
                         title);
}

static void
see_titles (const Inquiry *inquiry, const char *observation, const GPtrArray *titles)
{
    g_autofree char *names = modori_zone_list (titles);
    g_autofree char *count = g_strdup_printf ("%u", titles->len);

    if (titles->len > 0)
        modori_see (inquiry->section, observation, names, "blocklist_listed", inquiry->listed,
                    "count", count, "names", names, NULL);
}

/* Those that list it are asked why, at once. */
static void
want_reasons (const Inquiry *inquiry)
{
    for (guint i = 0; i < inquiry->questions->len; i++) {
        const char *query = g_array_index (inquiry->questions, Question, i).query;
        const ModoriDnsAnswer *answer = modori_resolver_ask (inquiry->zone->resolver, query,
                                                             MODORI_DNS_A);
        g_autoptr (GString) codes = g_string_new (NULL);

        if (count_listings (answer, codes) > 0)
            modori_resolver_want (inquiry->zone->resolver, query, MODORI_DNS_TXT);
    }
}

/* Ask about LISTED: an address, or a domain. */
static void
look_at (ModoriZone *zone, ModoriBlocklists *lists, const char *listed, gboolean is_address)
{
    g_auto (Inquiry) inquiry = {
        .zone = zone, .lists = lists, .listed = listed, .is_address = is_address,
        .questions = g_array_new (FALSE, FALSE, sizeof (Question)),
        .clean = g_ptr_array_new_with_free_func (g_free),
        .refused = g_ptr_array_new_with_free_func (g_free),
        .silent = g_ptr_array_new_with_free_func (g_free)
    };

    g_array_set_clear_func (inquiry.questions, question_clear);
    collect (&inquiry);
    inquiry.section = modori_checkup_section (zone->checkup, "blocklist", listed);
    want_reasons (&inquiry);
    for (guint i = 0; i < inquiry.questions->len; i++)
        look_at_answer (&inquiry, &g_array_index (inquiry.questions, Question, i));
    see_titles (&inquiry, "blocklist-clean", inquiry.clean);
    see_titles (&inquiry, "blocklist-refused", inquiry.refused);
    see_titles (&inquiry, "blocklist-silent", inquiry.silent);
}

void
modori_zone_blocklists (ModoriZone *zone)
{
    const ModoriDomainCheck *options = zone->options;
    g_autoptr (ModoriBlocklists) lists = NULL;
    g_autofree char *ip = modori_span_dup (modori_domain_ip (modori_span_of (options->ip)));

    if (! options->blocklists || ! options->knowledge)
        return;
    lists = modori_blocklists_new (options->knowledge, NULL);
    if (modori_domain_ip_is_public (modori_span_of (ip)))
        look_at (zone, lists, ip, TRUE);
    look_at (zone, lists, zone->organisation, FALSE);
}
