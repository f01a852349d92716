/* tls-name.c - which names would work for a mail server: names that are in its certificate and that
 * lead to it.
 *
 * "What do I type into the field for the SMTP server?"  Candidates are the names in the
 * certificate, and for those with a star the names under which the server is known otherwise: its
 * reverse name, what it calls itself, what CNAMEs lead to, what mail that went through it shows.
 * A candidate counts when the DNS leads from it to one of the server's addresses.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "check/tls-look.h"

#include <string.h>

/* Each costs two questions to the DNS; certificates of hosters have hundreds of names. */
#define CANDIDATES_MAX 30
/* Of one address; some name servers have hundreds. */
#define REVERSE_MAX 4
/* That are named to the user. */
#define NAMES_MAX 5
/* Names of the certificate that are shown. */
#define SHOWN_MAX 6

typedef struct {
    char *name;
    guint rank;                 /* higher is better */
} Candidate;

typedef struct {
    ModoriTlsLook *look;
    const ModoriCertificate *leaf;
    GArray *candidates;         /* Candidate */
    gboolean failed;            /* some could not be looked up */
} Search;

static void
candidate_clear (gpointer data)
{
    Candidate *candidate = data;

    g_free (candidate->name);
}

/* How many labels NAME and HOST have in common, from the right. */
static guint
common_labels (const char *name, const char *host)
{
    g_auto (GStrv) one = g_strsplit (name, ".", -1);
    g_auto (GStrv) other = g_strsplit (host, ".", -1);
    guint n = g_strv_length (one), m = g_strv_length (other), common = 0;

    while (common < n && common < m && g_str_equal (one[n - 1 - common], other[m - 1 - common]))
        common++;
    return common;
}

/* NAME, if the certificate fits it; BONUS for the server's own word. */
static void
propose (Search *search, const char *text, guint bonus)
{
    g_autofree char *name = modori_dns_name (text);
    Candidate candidate;

    if (! name || ! strchr (name, '.') || strchr (name, '*') || g_hostname_is_ip_address (name)
        || search->candidates->len >= CANDIDATES_MAX
        || ! modori_tls_look_fits (search->leaf, name))
        return;
    for (guint i = 0; i < search->candidates->len; i++) {
        Candidate *known = &g_array_index (search->candidates, Candidate, i);

        if (g_str_equal (known->name, name)) {
            known->rank += bonus;
            return;
        }
    }
    candidate.rank = bonus + 2 * common_labels (name, search->look->host);
    candidate.name = g_steal_pointer (&name);
    g_array_append_val (search->candidates, candidate);
}

/* Under the names that the DNS keeps for the addresses. */
static void
propose_reverse (Search *search)
{
    const ModoriTlsLook *look = search->look;

    for (guint i = 0; i < look->probes->len; i++) {
        const ModoriProbe *probe = g_ptr_array_index (look->probes, i);
        g_autofree char *reverse = modori_dns_reverse_name (probe->address);
        const ModoriDnsAnswer *answer;

        if (! reverse || probe->stage <= MODORI_STAGE_CONNECT)
            continue;
        answer = modori_resolver_ask (look->resolver, reverse, MODORI_DNS_PTR);
        for (guint k = 0; k < MIN (answer->records->len, REVERSE_MAX); k++)
            propose (search, modori_dns_record (answer, k)->text, 1);
    }
}

/* The likeliest first: there is a limit. */
static void
find_candidates (Search *search)
{
    const ModoriTlsLook *look = search->look;
    const char *const *others = look->options->candidates;

    if (! look->is_address)
        propose (search, look->host, 100);
    for (guint i = 0; others && others[i]; i++)
        propose (search, others[i], 1);
    for (guint i = 0; i < look->probes->len; i++) {
        const ModoriProbe *probe = g_ptr_array_index (look->probes, i);

        propose (search, probe->name, 1);
    }
    propose_reverse (search);
    for (guint i = 0; i < look->aliases->len; i++)
        propose (search, g_ptr_array_index (look->aliases, i), 1);
    for (guint i = 0; i < search->leaf->dns_names->len; i++)
        propose (search, g_ptr_array_index (search->leaf->dns_names, i), 0);
}

static gboolean
leads_here (Search *search, const char *name, ModoriDnsType type)
{
    const ModoriTlsLook *look = search->look;
    const ModoriDnsAnswer *answer = modori_resolver_ask (look->resolver, name, type);

    if (modori_dns_unanswered (answer->status))
        search->failed = TRUE;
    for (guint i = 0; i < answer->records->len; i++)
        for (guint k = 0; k < look->addresses->len; k++)
            if (g_str_equal (modori_dns_record (answer, i)->text,
                             g_ptr_array_index (look->addresses, k)))
                return TRUE;
    return FALSE;
}

static gint
by_rank (gconstpointer one, gconstpointer other)
{
    const Candidate *a = one, *b = other;

    if (a->rank != b->rank)
        return a->rank < b->rank ? 1 : -1;
    return strcmp (a->name, b->name);
}

/* Keep those that lead to the server. */
static void
verify (Search *search)
{
    ModoriTlsLook *look = search->look;
    g_autoptr (GString) text = g_string_new (NULL);

    g_array_sort (search->candidates, by_rank);
    for (guint i = 0; i < search->candidates->len; i++) {
        const char *name = g_array_index (search->candidates, Candidate, i).name;

        modori_resolver_want (look->resolver, name, MODORI_DNS_A);
        modori_resolver_want (look->resolver, name, MODORI_DNS_AAAA);
    }
    for (guint i = 0; i < search->candidates->len && look->names->len < NAMES_MAX; i++) {
        const char *name = g_array_index (search->candidates, Candidate, i).name;

        if (! leads_here (search, name, MODORI_DNS_A)
            && ! leads_here (search, name, MODORI_DNS_AAAA))
            continue;
        g_string_append_printf (text, "%s%s", text->len ? ", " : "", name);
        g_ptr_array_add (look->names, g_strdup (name));
    }
    g_free (look->names_text);
    look->names_text = g_string_free (g_steal_pointer (&text), FALSE);
}

/* "*.hoster.example" is of no use as it stands: what must a name look like that it fits? */
static void
find_form (Search *search)
{
    for (guint i = 0; i < search->leaf->dns_names->len; i++) {
        const char *name = g_ptr_array_index (search->leaf->dns_names, i);
        g_autofree char *below = g_str_has_prefix (name, "*.") ? modori_dns_name (name + 2) : NULL;

        if (below && strchr (below, '.')) {
            g_free (search->look->form);
            search->look->form = g_strconcat ("NAME.", below, NULL);
            return;
        }
    }
}

static void
see_names (Search *search, ModoriSection *section)
{
    const ModoriTlsLook *look = search->look;
    const char *best = look->names->len ? g_ptr_array_index (look->names, 0) : NULL;
    g_autofree char *all = modori_certificate_names (search->leaf, SHOWN_MAX);
    const char *observation = "tls-name-unknown";

    if (modori_tls_look_fits (search->leaf, look->host))
        observation = "tls-name-fits";
    else if (best)
        observation = "tls-name-works";
    else if (search->failed)
        observation = "tls-name-unverified";
    else if (*look->form)
        observation = "tls-name-form";
    /* The titles of the others hold the names. */
    modori_see (section, observation, best ? all : "", "host", look->typed, "names", all,
                "smtp_hosts", look->names_text, "smtp_host", best, "form", look->form, NULL);
}

void
modori_tls_look_names (ModoriTlsLook *look)
{
    ModoriSection *section = modori_checkup_section (look->checkup, "name", look->typed);
    Search search = { look, modori_tls_look_leaf (modori_tls_look_best (look)), NULL, FALSE };

    search.candidates = g_array_new (FALSE, FALSE, sizeof (Candidate));
    g_array_set_clear_func (search.candidates, candidate_clear);
    find_candidates (&search);
    verify (&search);
    find_form (&search);
    see_names (&search, section);
    g_array_unref (search.candidates);
}
