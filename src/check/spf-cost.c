/* spf-cost.c - what a record asks the DNS when nothing matches.
 *
 * First everything that will be needed is asked for, one level of includes at a time, so that the
 * questions of a level travel together; then the tree is walked, and every answer is there.  Both
 * end early in trees that no receiver would follow either.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "check/spf-check.h"

#include <arpa/inet.h>

/* Ten times what is allowed: "at least 100" is as good as the number. */
#define COUNTED_MAX 100
#define DEPTH_MAX 12
#define TROUBLES_MAX 50
/* Networks that are added up; of more the number is too low, and high enough. */
#define NETWORKS_MAX 20000

typedef struct {
    ModoriResolver *resolver;
    ModoriSpfCost *cost;
    GHashTable *records;        /* domain -> ModoriSpf, or NULL when there is none */
    GPtrArray *path;            /* const char *: domains from the first to where it is */
    GArray *networks;           /* Network */
    gboolean everything;        /* +all is reached */
} Walk;

typedef struct {
    guint32 first, last;
} Network;

/* --- records --- */

static const ModoriSpf *
record_of (Walk *walk, const char *domain)
{
    gpointer spf;
    ModoriDnsStatus status;
    const char *text;
    guint count;

    if (! g_hash_table_lookup_extended (walk->records, domain, NULL, &spf)) {
        text = modori_spf_find (walk->resolver, domain, &count, &status);
        spf = text ? modori_spf_parse (text) : NULL;
        g_hash_table_insert (walk->records, g_strdup (domain), spf);
    }
    return spf;
}

static gboolean
is_free (const ModoriSpfTerm *term)
{
    return term->name == MODORI_SPF_ALL || term->name == MODORI_SPF_IP4
        || term->name == MODORI_SPF_IP6 || term->name > MODORI_SPF_REDIRECT;
}

/* Is the NTH term of SPF never come to: behind all, or a redirect beside it? */
static gboolean
is_out_of_reach (const ModoriSpf *spf, guint nth)
{
    return g_array_index (spf->terms, ModoriSpfTerm, nth).name == MODORI_SPF_REDIRECT
        ? spf->has_all : nth >= spf->reach;
}

/* The name that TERM of the record at DOMAIN asks for; NULL when it depends on the mail. */
static char *
name_of (const ModoriSpfTerm *term, const char *domain)
{
    ModoriSpfMacros macros = { .domain = domain };

    if (term->domain.len == 0)
        return g_strdup (domain);
    if (memchr (term->domain.at, '%', term->domain.len)) {
        g_autofree char *text = modori_span_dup (term->domain);
        const char *p = text;

        while ((p = strstr (p, "%{"))) {
            if (p[2] != 'd' && p[2] != 'D')
                return NULL;
            p += 2;
        }
    }
    return modori_spf_expand_name (term->domain, &macros);
}

/* --- asking beforehand --- */

static void
want_term (Walk *walk, const ModoriSpfTerm *term, const char *domain, GPtrArray *next)
{
    g_autofree char *name = name_of (term, domain);

    if (! name)
        return;
    if (term->name == MODORI_SPF_INCLUDE || term->name == MODORI_SPF_REDIRECT) {
        modori_resolver_want (walk->resolver, name, MODORI_DNS_TXT);
        g_ptr_array_add (next, g_steal_pointer (&name));
    } else if (term->name == MODORI_SPF_MX)
        modori_resolver_want (walk->resolver, name, MODORI_DNS_MX);
    else if (term->name != MODORI_SPF_PTR) {
        modori_resolver_want (walk->resolver, name, MODORI_DNS_A);
        if (term->name == MODORI_SPF_A)
            modori_resolver_want (walk->resolver, name, MODORI_DNS_AAAA);
    }
}

static void
want_all (Walk *walk, const char *domain)
{
    g_autoptr (GPtrArray) level = g_ptr_array_new_with_free_func (g_free);
    g_autoptr (GHashTable) known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    guint wanted = 0;

    g_ptr_array_add (level, g_strdup (domain));
    for (guint depth = 0; depth < DEPTH_MAX && level->len > 0; depth++) {
        GPtrArray *next = g_ptr_array_new_with_free_func (g_free);

        for (guint i = 0; i < level->len && wanted < COUNTED_MAX; i++) {
            const ModoriSpf *spf;

            if (! g_hash_table_add (known, g_strdup (level->pdata[i])))
                continue;
            spf = record_of (walk, level->pdata[i]);
            for (guint k = 0; spf && k < spf->terms->len && wanted < COUNTED_MAX; k++) {
                const ModoriSpfTerm *term = &g_array_index (spf->terms, ModoriSpfTerm, k);

                if (is_free (term) || is_out_of_reach (spf, k))
                    continue;
                want_term (walk, term, level->pdata[i], next);
                wanted++;
            }
        }
        g_ptr_array_unref (level);
        level = next;
    }
}

/* --- addresses --- */

static void
add_network (Walk *walk, const char *address, guint prefix)
{
    guint8 bytes[4];
    guint32 number, mask = prefix ? (guint32) (0xffffffffu << (32 - prefix)) : 0;
    Network network;

    if (walk->networks->len >= NETWORKS_MAX || inet_pton (AF_INET, address, bytes) != 1)
        return;
    number = (guint32) bytes[0] << 24 | (guint32) bytes[1] << 16 | (guint32) bytes[2] << 8
        | bytes[3];
    network = (Network) { number & mask, number | ~mask };
    g_array_append_val (walk->networks, network);
}

static gint
by_first (gconstpointer a, gconstpointer b)
{
    guint32 left = ((const Network *) a)->first, right = ((const Network *) b)->first;

    return left < right ? -1 : left > right;
}

static guint64
count_addresses (Walk *walk)
{
    guint64 total = 0, next = 0;

    if (walk->everything)
        return G_GUINT64_CONSTANT (1) << 32;
    g_array_sort (walk->networks, by_first);
    for (guint i = 0; i < walk->networks->len; i++) {
        const Network *network = &g_array_index (walk->networks, Network, i);
        guint64 first = MAX (next, network->first);

        if (network->last >= first) {
            total += network->last - first + 1;
            next = (guint64) network->last + 1;
        }
    }
    return total;
}

/* --- troubles --- */

static void
trouble_free (gpointer data)
{
    ModoriSpfTrouble *trouble = data;

    g_free (trouble->term);
    g_free (trouble->name);
    g_free (trouble->where);
    g_free (trouble->evidence);
    g_free (trouble);
}

static void
add_trouble (Walk *walk, const char *what, const ModoriSpfTerm *term, const char *name,
             const char *where, const char *evidence)
{
    ModoriSpfTrouble *trouble;
    g_autofree char *text = modori_span_dup (term->text);

    for (guint i = 0; i < walk->cost->troubles->len; i++) {
        trouble = walk->cost->troubles->pdata[i];
        if (g_str_equal (trouble->what, what) && g_str_equal (trouble->term, text)
            && g_str_equal (trouble->where, where))
            return;
    }
    if (walk->cost->troubles->len >= TROUBLES_MAX)
        return;
    trouble = g_new0 (ModoriSpfTrouble, 1);
    trouble->what = what;
    trouble->term = g_steal_pointer (&text);
    trouble->name = g_strdup (name);
    trouble->where = g_strdup (where);
    trouble->evidence = g_strdup (evidence);
    g_ptr_array_add (walk->cost->troubles, trouble);
}

/* --- the walk --- */

/* One level of it: what stands in the record. */
typedef struct {
    const ModoriSpfTerm *term;
    const char *domain;         /* whose record it is */
    const char *name;           /* that TERM asks for */
    gboolean counts;            /* may who matches it send? */
} Place;

static void walk_record (Walk *walk, const char *domain, const ModoriSpf *spf, gboolean counts);

/* How many addresses of HOST there are; each may send. */
static guint
take_addresses (Walk *walk, const char *host, const Place *place)
{
    const ModoriDnsAnswer *four = modori_resolver_ask (walk->resolver, host, MODORI_DNS_A);
    const ModoriDnsAnswer *six = modori_resolver_ask (walk->resolver, host, MODORI_DNS_AAAA);

    for (guint i = 0; place->counts && i < four->records->len; i++)
        add_network (walk, modori_dns_record (four, i)->text, place->term->prefix4);
    return four->records->len + six->records->len
        + modori_dns_unanswered (four->status) + modori_dns_unanswered (six->status);
}

static void
take_void (Walk *walk, const Place *place, const char *name)
{
    walk->cost->voids++;
    add_trouble (walk, "spf-dead-name", place->term, name, place->domain, name);
}

static void
take_mx (Walk *walk, const Place *place)
{
    const ModoriDnsAnswer *answer = modori_resolver_ask (walk->resolver, place->name,
                                                         MODORI_DNS_MX);
    guint n = MIN (answer->records->len, MODORI_SPF_NAMES_MAX);

    if (answer->records->len == 0 && ! modori_dns_unanswered (answer->status))
        take_void (walk, place, place->name);
    if (answer->records->len > MODORI_SPF_NAMES_MAX)
        add_trouble (walk, "spf-mx-crowded", place->term, place->name, place->domain, NULL);
    for (guint i = 0; i < n; i++) {
        modori_resolver_want (walk->resolver, modori_dns_record (answer, i)->text, MODORI_DNS_A);
        modori_resolver_want (walk->resolver, modori_dns_record (answer, i)->text,
                              MODORI_DNS_AAAA);
    }
    for (guint i = 0; i < n; i++)
        if (*modori_dns_record (answer, i)->text
            && take_addresses (walk, modori_dns_record (answer, i)->text, place) == 0)
            take_void (walk, place, modori_dns_record (answer, i)->text);
}

static gboolean
is_on_path (const Walk *walk, const char *name)
{
    for (guint i = 0; i < walk->path->len; i++)
        if (g_ascii_strcasecmp (walk->path->pdata[i], name) == 0)
            return TRUE;
    return FALSE;
}

/* Why the record that PLACE leads to is none. */
static void
blame_missing (Walk *walk, const Place *place)
{
    ModoriDnsStatus status;
    guint count;
    g_autofree char *evidence = NULL;

    modori_spf_find (walk->resolver, place->name, &count, &status);
    evidence = count > 1 ? g_strdup_printf ("%s: %u × v=spf1", place->name, count)
        : g_strdup_printf ("%s TXT: %s", place->name, status == MODORI_DNS_OK ? "no v=spf1"
                           : modori_dns_status_name (status));
    add_trouble (walk, modori_dns_unanswered (status) ? "spf-include-unanswered"
                 : count > 1 ? "spf-include-several" : "spf-include-missing",
                 place->term, place->name, place->domain, evidence);
}

static void
take_include (Walk *walk, const Place *place)
{
    const ModoriSpf *spf;

    if (is_on_path (walk, place->name)) {
        add_trouble (walk, "spf-include-loop", place->term, place->name, place->domain, NULL);
        return;
    }
    spf = record_of (walk, place->name);
    if (! spf)
        blame_missing (walk, place);
    else if (spf->bad) {
        const ModoriSpfFault *fault = &g_array_index (spf->faults, ModoriSpfFault, 0);
        g_autofree char *text = modori_span_dup (fault->text);
        g_autofree char *evidence = g_strdup_printf ("%s: %s", place->name, text);

        add_trouble (walk, "spf-include-broken", place->term, place->name, place->domain,
                     evidence);
    }
    if (spf && walk->path->len >= DEPTH_MAX)
        walk->cost->cut = TRUE;
    else if (spf)
        walk_record (walk, place->name, spf, place->counts);
}

/* What PLACE leads to. */
static void
take_answers (Walk *walk, const Place *place)
{
    switch (place->term->name) {
    case MODORI_SPF_INCLUDE:
    case MODORI_SPF_REDIRECT:
        take_include (walk, place);
        break;
    case MODORI_SPF_MX:
        take_mx (walk, place);
        break;
    case MODORI_SPF_A:
        if (take_addresses (walk, place->name, place) == 0)
            take_void (walk, place, place->name);
        break;
    default:
        break;
    }
}

static void
take_term (Walk *walk, const Place *place)
{
    ModoriSpfCost *cost = walk->cost;
    guint line = cost->tree->len, before = cost->lookups;
    g_autofree char *text = modori_span_dup (modori_span (place->term->text.at,
                                                          MIN (place->term->text.len, 100)));

    if (cost->lookups >= COUNTED_MAX) {
        cost->cut = TRUE;
        return;
    }
    cost->lookups++;
    g_ptr_array_add (cost->tree, NULL);
    if (place->name)
        take_answers (walk, place);
    cost->tree->pdata[line] = g_strdup_printf ("%*s%s  %u", 2 * (int) (walk->path->len - 1), "",
                                               text, cost->lookups - before);
}

static void
walk_record (Walk *walk, const char *domain, const ModoriSpf *spf, gboolean counts)
{
    g_ptr_array_add (walk->path, (gpointer) domain);
    for (guint i = 0; i < spf->terms->len && ! walk->cost->cut; i++) {
        const ModoriSpfTerm *term = &g_array_index (spf->terms, ModoriSpfTerm, i);
        g_autofree char *name = NULL;
        Place place = { term, domain, NULL, counts && term->qualifier == '+' };

        if (is_out_of_reach (spf, i))
            continue;
        if (term->name == MODORI_SPF_ALL)
            walk->everything |= place.counts;
        else if (term->name == MODORI_SPF_IP4 && place.counts) {
            name = modori_span_dup (term->domain);
            add_network (walk, name, term->prefix4);
        } else if (! is_free (term)) {
            name = name_of (term, domain);
            place.name = name;
            take_term (walk, &place);
        }
    }
    g_ptr_array_remove_index (walk->path, walk->path->len - 1);
}

ModoriSpfCost *
modori_spf_cost (ModoriResolver *resolver, const char *domain, const char *record)
{
    ModoriSpfCost *cost = g_new0 (ModoriSpfCost, 1);
    Walk walk = {
        resolver, cost,
        g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                               (GDestroyNotify) modori_spf_free),
        g_ptr_array_new (), g_array_new (FALSE, FALSE, sizeof (Network)), FALSE
    };
    const ModoriSpf *spf;

    cost->tree = g_ptr_array_new_with_free_func (g_free);
    cost->troubles = g_ptr_array_new_with_free_func (trouble_free);
    if (record)
        g_hash_table_insert (walk.records, g_strdup (domain), modori_spf_parse (record));
    want_all (&walk, domain);
    spf = record_of (&walk, domain);
    if (spf)
        walk_record (&walk, domain, spf, TRUE);
    cost->addresses = count_addresses (&walk);
    g_hash_table_unref (walk.records);
    g_ptr_array_unref (walk.path);
    g_array_unref (walk.networks);
    return cost;
}

void
modori_spf_cost_free (ModoriSpfCost *cost)
{
    if (! cost)
        return;
    g_ptr_array_unref (cost->tree);
    g_ptr_array_unref (cost->troubles);
    g_free (cost);
}
