/* zone-fixture.c - a resolver that answers from a text, for tests without a network.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "zone-fixture.h"

#include "text/span.h"

#define ALIASES_MAX 8

static const struct {
    const char *name;
    ModoriDnsType type;
} types[] = {
    { "A", MODORI_DNS_A }, { "NS", MODORI_DNS_NS }, { "CNAME", MODORI_DNS_CNAME },
    { "SOA", MODORI_DNS_SOA }, { "PTR", MODORI_DNS_PTR }, { "MX", MODORI_DNS_MX },
    { "TXT", MODORI_DNS_TXT }, { "AAAA", MODORI_DNS_AAAA }, { "DS", MODORI_DNS_DS },
    { "TLSA", MODORI_DNS_TLSA },
};

static guint questions;

/* One line of the zone, taken apart. */
typedef struct {
    gboolean authentic;
    char **words;               /* name, type, data */
    ModoriDnsType type;
} Line;

static gboolean
read_line (const char *text, Line *line)
{
    line->authentic = text[0] == '+';
    line->words = g_strsplit (text + line->authentic, " ", 3);
    line->type = 0;
    for (guint i = 0; g_strv_length (line->words) == 3 && i < G_N_ELEMENTS (types); i++)
        if (g_str_equal (line->words[1], types[i].name))
            line->type = types[i].type;
    return line->type != 0;
}

static void
add (ModoriDnsAnswer *answer, ModoriDnsType type, const char *data)
{
    g_auto (GStrv) words = g_strsplit (data, " ", 4);
    guint n = g_strv_length (words);
    ModoriDnsRecord *record;

    if (type == MODORI_DNS_MX && n >= 2) {
        record = modori_dns_add (answer, g_str_equal (words[1], ".") ? "" : words[1], 3600);
        record->preference = (guint) g_ascii_strtoull (words[0], NULL, 10);
    } else if (type == MODORI_DNS_TLSA && n >= 4) {
        record = modori_dns_add (answer, words[3], 3600);
        record->usage = (guint8) g_ascii_strtoull (words[0], NULL, 10);
        record->selector = (guint8) g_ascii_strtoull (words[1], NULL, 10);
        record->matching = (guint8) g_ascii_strtoull (words[2], NULL, 10);
    } else {
        record = modori_dns_add (answer, data, 3600);
        if (record)
            record->strings = (guint) (strlen (data) / 256 + 1);
    }
}

static ModoriDnsStatus
fault_of (const char *data)
{
    if (g_str_equal (data, "!SERVFAIL"))
        return MODORI_DNS_SERVER_FAILURE;
    return g_str_equal (data, "!REFUSED") ? MODORI_DNS_REFUSED : MODORI_DNS_TIMEOUT;
}

/* Fill ANSWER with what the zone has of NAME.  The name it leads to, or NULL; the caller frees. */
static char *
look_up (const char *zone, const char *name, ModoriDnsAnswer *answer)
{
    g_auto (GStrv) lines = g_strsplit (zone, "\n", -1);
    g_autofree char *below = g_strconcat (".", name, NULL);
    char *alias = NULL;
    Line line = { FALSE, NULL, 0 };

    for (guint i = 0; lines[i]; i++) {
        if (read_line (lines[i], &line) && g_ascii_strcasecmp (line.words[0], name) == 0) {
            answer->authentic = line.authentic;
            answer->status = answer->status == MODORI_DNS_NO_NAME ? MODORI_DNS_NO_DATA
                : answer->status;
            if (line.type == MODORI_DNS_CNAME && answer->type != MODORI_DNS_CNAME && ! alias)
                alias = g_strdup (line.words[2]);
            else if (line.type == answer->type && line.words[2][0] == '!')
                answer->status = fault_of (line.words[2]);
            else if (line.type == answer->type) {
                answer->status = MODORI_DNS_OK;
                add (answer, line.type, line.words[2]);
            }
        } else if (line.type && g_str_has_suffix (line.words[0], below)
                   && answer->status == MODORI_DNS_NO_NAME)
            answer->status = MODORI_DNS_NO_DATA;
        g_strfreev (line.words);
    }
    return alias;
}

static void
send_question (gpointer link, ModoriDnsAnswer *answer, gboolean *done)
{
    g_autofree char *name = g_strdup (answer->name);

    questions++;
    answer->status = MODORI_DNS_NO_NAME;
    for (guint i = 0; name; i++) {
        char *alias = look_up (link, name, answer);

        g_free (name);
        name = alias;
        if (name && i == ALIASES_MAX) {
            answer->status = MODORI_DNS_BAD_ANSWER;
            break;
        }
        if (name) {
            answer->status = MODORI_DNS_NO_NAME;
            g_ptr_array_add (answer->aliases, g_strdup (name));
        }
    }
    *done = TRUE;
}

static void
wait_for (gpointer link, const gboolean *done)
{
    (void) link;
    g_assert_true (*done);
}

static gboolean
is_local (gpointer link)
{
    (void) link;
    return TRUE;
}

static void
close_link (gpointer link)
{
    (void) link;
}

ModoriResolver *
zone_fixture (const char *zone)
{
    static const ModoriDnsTransport transport = {
        NULL, send_question, wait_for, is_local, close_link
    };

    questions = 0;
    return modori_resolver_new_with (&transport, (gpointer) zone, TRUE);
}

static gboolean
is_far (gpointer link)
{
    (void) link;
    return FALSE;
}

ModoriResolver *
zone_fixture_far (const char *zone)
{
    static const ModoriDnsTransport transport = {
        NULL, send_question, wait_for, is_far, close_link
    };

    questions = 0;
    return modori_resolver_new_with (&transport, (gpointer) zone, FALSE);
}

guint
zone_fixture_questions (void)
{
    return questions;
}
