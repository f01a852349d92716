/* labels.c - domains that a host may be in, found label by label from the right.
 *
 * The hash of a name is carried on from its last letter to its first, so that of every domain that
 * a host is below it is known on the way.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "rules/labels.h"

/* Places of the table for each domain, at least. */
#define SPARSENESS 2

/* Places at first. */
#define PLACES_MIN 16

typedef struct {
    guint hash;
    ModoriSpan name;
} Domain;

struct ModoriLabels {
    GArray *domains;            /* Domain */
    guint *places;              /* a number and 1, or 0: none */
    guint n_places;             /* a power of two */
};

ModoriLabels *
modori_labels_new (void)
{
    ModoriLabels *labels = g_new0 (ModoriLabels, 1);

    labels->domains = g_array_new (FALSE, FALSE, sizeof (Domain));
    labels->n_places = PLACES_MIN;
    labels->places = g_new0 (guint, labels->n_places);
    return labels;
}

void
modori_labels_free (ModoriLabels *labels)
{
    if (! labels)
        return;
    g_array_unref (labels->domains);
    g_free (labels->places);
    g_free (labels);
}

ModoriSpan
modori_labels_bare (ModoriSpan domain)
{
    if (modori_span_begins (domain, "*."))
        domain = modori_span_skip (domain, 2);
    else if (modori_span_begins (domain, "."))
        domain = modori_span_skip (domain, 1);
    if (modori_span_ends (domain, "."))
        domain.len--;
    return domain;
}

static inline guint
hash_on (guint hash, char c)
{
    return hash * 33 + ((guchar) c | 0x20);     /* the same for upper and lower case */
}

static guint
hash_domain (ModoriSpan name)
{
    guint hash = 0;

    for (gsize i = name.len; i > 0; i--)
        hash = hash_on (hash, name.at[i - 1]);
    return hash;
}

/* The place of NAME, or the free one where it would be. */
static guint *
place_of (const ModoriLabels *labels, guint hash, ModoriSpan name)
{
    guint mask = labels->n_places - 1;
    guint i = (hash ^ hash >> 15) & mask;

    for (; labels->places[i]; i = (i + 1) & mask) {
        const Domain *domain = &g_array_index (labels->domains, Domain, labels->places[i] - 1);

        if (domain->hash == hash && domain->name.len == name.len
            && g_ascii_strncasecmp (domain->name.at, name.at, name.len) == 0)
            break;
    }
    return &labels->places[i];
}

static void
grow (ModoriLabels *labels)
{
    labels->n_places *= 2;
    g_free (labels->places);
    labels->places = g_new0 (guint, labels->n_places);
    for (guint i = 0; i < labels->domains->len; i++) {
        const Domain *domain = &g_array_index (labels->domains, Domain, i);

        *place_of (labels, domain->hash, domain->name) = i + 1;
    }
}

guint
modori_labels_add (ModoriLabels *labels, ModoriSpan name)
{
    const Domain domain = { hash_domain (name), name };
    guint *place = place_of (labels, domain.hash, name);

    if (*place)
        return *place - 1;
    g_array_append_val (labels->domains, domain);
    *place = labels->domains->len;
    if (labels->domains->len * SPARSENESS > labels->n_places)
        grow (labels);
    return labels->domains->len - 1;
}

guint
modori_labels_find (const ModoriLabels *labels, ModoriSpan host, guint *found)
{
    guint hash = 0, n = 0;

    host = modori_labels_bare (host);
    for (gsize i = host.len; i > 0 && n < MODORI_LABELS_MAX; i--) {
        guint place;

        hash = hash_on (hash, host.at[i - 1]);
        if (i > 1 && host.at[i - 2] != '.')
            continue;
        place = *place_of (labels, hash, modori_span_skip (host, i - 1));
        if (place)
            found[n++] = place - 1;
    }
    return n;
}
