/* facts.c - the record's key `facts`.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "rules/facts.h"

#include "rules/domain.h"

/* Longer values (names of hosts, selectors) are no honest ones. */
#define VALUE_MAX 1000

void
modori_facts_append (GString *out, const char *name, ModoriSpan value)
{
    if (value.len == 0 || value.len > VALUE_MAX)
        return;
    if (out->len)
        g_string_append_c (out, ' ');
    g_string_append (out, name);
    g_string_append_c (out, '=');
    for (gsize i = 0; i < value.len; i++)
        if (value.at[i] != ' ')
            g_string_append_c (out, value.at[i]);
}

ModoriSpan
modori_facts_get (const char *facts, const char *name)
{
    gsize len = strlen (name);

    while (*facts) {
        gsize n = strcspn (facts, " ");

        if (n > len && strncmp (facts, name, len) == 0 && facts[len] == '=')
            return modori_span (facts + len + 1, n - len - 1);
        facts += n + strspn (facts + n, " ");
    }
    return MODORI_SPAN_EMPTY;
}

GString *
modori_facts_hosts (ModoriSpan list)
{
    GString *hosts = g_string_new (NULL);

    while (list.len > 0) {
        const char *comma = memchr (list.at, ',', list.len);
        ModoriSpan name = modori_span (list.at, comma ? (gsize) (comma - list.at) : list.len);

        list = modori_span_skip (list, name.len + 1);
        if (! modori_domain_is_public (name))
            continue;
        g_string_append (hosts, hosts->len ? ", " : "");
        g_string_append_len (hosts, name.at, (gssize) name.len);
    }
    g_string_ascii_down (hosts);
    return hosts;
}
