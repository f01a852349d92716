/* zone-look.c - `check domain` of a zone in a text, for tests.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "zone-look.h"

#include "zone-fixture.h"

char *
zone_look_seen (const ModoriCheckup *checkup, const char *name)
{
    GString *out = g_string_new (NULL);

    for (guint i = 0; i < checkup->sections->len; i++) {
        const ModoriSection *section = checkup->sections->pdata[i];

        for (guint k = 0; g_str_equal (section->name, name) && k < section->seen->len; k++) {
            const ModoriSeen *seen = section->seen->pdata[k];

            g_string_append_printf (out, "%s%s", out->len ? " " : "", seen->observation);
        }
    }
    return g_string_free (out, FALSE);
}

ModoriCheckup *
zone_look (const char *zone, ModoriDomainCheck *options)
{
    g_autoptr (ModoriResolver) resolver = zone_fixture (zone);
    g_autoptr (GError) error = NULL;
    ModoriCheckup *checkup;

    options->domain = options->domain ? options->domain : "example.jp";
    options->now = ZONE_NOW;
    options->seconds = 2;
    checkup = modori_check_domain (resolver, options, &error);
    g_assert_no_error (error);
    return checkup;
}

void
zone_look_cases (gconstpointer data)
{
    for (const ZoneCase *item = data; item->zone; item++) {
        ModoriDomainCheck options = { .ip = item->ip, .helo = item->helo };
        g_autoptr (ModoriCheckup) checkup = zone_look (item->zone, &options);
        g_autofree char *seen = zone_look_seen (checkup, item->section);

        g_test_message ("%s", item->zone);
        g_assert_cmpstr (seen, ==, item->wanted);
    }
}
