/* unit-resolver.c - questions to the DNS: what is asked, what is kept, and what packets are read as.
 *
 * The module is tried with a server of its own on the loopback (dns.py), which can be wrong, silent
 * and hostile.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "zone-fixture.h"

#include "text/error.h"

#include <arpa/inet.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* --- names --- */

static void
test_names (void)
{
    static const struct { const char *name, *want; } cases[] = {
        { "Example.JP.", "example.jp" },
        { "example.jp", "example.jp" },
        { "  example.jp\n", "example.jp" },
        { "localhost", "localhost" },
        { "_25._tcp.mx.example.jp", "_25._tcp.mx.example.jp" },
        { "メール.example", "xn--4dkua4c.example" },
        { "メール。example", "xn--4dkua4c.example" },
        { "xn--4dkua4c.example", "xn--4dkua4c.example" },
        { "bücher.example.", "xn--bcher-kva.example" },
        { "", NULL }, { ".", NULL }, { "a..b", NULL }, { ".example.jp", NULL },
        { "exa mple.jp", NULL }, { "http://example.jp/", NULL }, { "user@example.jp", NULL },
        { "\xff\xfe.example", NULL }, { "[192.0.2.1]", NULL },
    };

    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autofree char *got = modori_dns_name (cases[i].name);
        g_autofree char *shown = g_strescape (cases[i].name, NULL);

        g_test_message ("\"%s\"", shown);
        g_assert_cmpstr (got, ==, cases[i].want);
    }
}

static void
test_lengths (void)
{
    g_autofree char *label63 = g_strnfill (63, 'a'), *label64 = g_strnfill (64, 'a');
    g_autofree char *longest = g_strdup_printf ("%s.%s.%s.%.61s", label63, label63, label63,
                                                label63);
    g_autofree char *longer = g_strconcat (longest, "a", NULL);
    g_autofree char *with_dot = g_strconcat (longest, ".", NULL);
    g_autofree char *got = modori_dns_name (longest), *dotted = modori_dns_name (with_dot);
    g_autofree char *endless = g_strnfill (1000000, 'a');

    g_assert_cmpuint (strlen (longest), ==, 253);
    g_assert_cmpstr (got, ==, longest);
    g_assert_cmpstr (dotted, ==, longest);
    g_assert_null (modori_dns_name (longer));
    g_assert_null (modori_dns_name (label64));
    g_assert_null (modori_dns_name (endless));
    g_assert_null (modori_dns_question_name (endless));
    g_assert_null (modori_dns_question_name ("a\\.b.example"));
    g_assert_null (modori_dns_question_name ("メール.example"));
}

static void
test_reverse_names (void)
{
    static const struct { const char *address, *want; } cases[] = {
        { "192.0.2.10", "10.2.0.192.in-addr.arpa" },
        { "2001:db8::1", "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa" },
        { "192.0.2", NULL }, { "mx.example.jp", NULL }, { "", NULL }, { "[192.0.2.1]", NULL },
    };

    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autofree char *got = modori_dns_reverse_name (cases[i].address);

        g_assert_cmpstr (got, ==, cases[i].want);
    }
}

static void
test_status_names (void)
{
    for (int status = MODORI_DNS_OK; status <= MODORI_DNS_TOO_MANY; status++)
        g_assert_cmpstr (modori_dns_status_name ((ModoriDnsStatus) status), !=, "");
    g_assert_cmpstr (modori_dns_status_name (MODORI_DNS_NO_NAME), ==, "NXDOMAIN");
}

static void
test_records_have_limits (void)
{
    g_autoptr (ModoriDnsAnswer) answer = modori_dns_answer_new ("example.jp", MODORI_DNS_TXT);
    g_autofree char *huge = g_strnfill (200000, 'x');
    guint n = 0;

    g_assert_nonnull (modori_dns_add (answer, huge, 0));
    g_assert_cmpuint (strlen (modori_dns_record (answer, 0)->text), ==, 65535);
    while (modori_dns_add (answer, "x", 0) && n < 5000)
        n++;
    g_assert_cmpuint (answer->records->len, ==, 1000);
}

/* --- each question once --- */

typedef struct {
    guint sent, waited, closed;
    ModoriDnsStatus status;     /* of all answers */
    gboolean local, slow;       /* slow: one answer for each wait */
    GPtrArray *open;            /* gboolean *, of those that were sent */
} Fake;

static void
fake_send (gpointer link, ModoriDnsAnswer *answer, gboolean *done)
{
    Fake *fake = link;

    fake->sent++;
    answer->status = fake->status;
    answer->authentic = TRUE;
    g_ptr_array_add (fake->open, done);
}

static void
fake_wait (gpointer link, const gboolean *done)
{
    Fake *fake = link;

    fake->waited++;
    for (guint i = 0; i < fake->open->len; i++)
        if (! fake->slow || g_ptr_array_index (fake->open, i) == done)
            *(gboolean *) g_ptr_array_index (fake->open, i) = TRUE;
    g_assert_true (*done);
}

static gboolean
fake_is_local (gpointer link)
{
    return ((Fake *) link)->local;
}

static void
fake_close (gpointer link)
{
    Fake *fake = link;

    fake->closed++;
    g_ptr_array_unref (fake->open);
}

static const ModoriDnsTransport fake_transport = {
    NULL, fake_send, fake_wait, fake_is_local, fake_close
};

static void
test_each_question_once (void)
{
    Fake fake = { .status = MODORI_DNS_NO_NAME, .open = g_ptr_array_new () };
    ModoriResolver *resolver = modori_resolver_new_with (&fake_transport, &fake, FALSE);
    const ModoriDnsAnswer *answer;

    modori_resolver_want (resolver, "a.example.jp", MODORI_DNS_A);
    modori_resolver_want (resolver, "b.example.jp", MODORI_DNS_A);
    modori_resolver_want (resolver, "A.example.JP.", MODORI_DNS_A);
    g_assert_cmpuint (fake.sent, ==, 2);
    g_assert_cmpuint (fake.waited, ==, 0);
    answer = modori_resolver_ask (resolver, "A.EXAMPLE.jp", MODORI_DNS_A);
    g_assert_cmpstr (answer->name, ==, "a.example.jp");
    g_assert_cmpint (answer->status, ==, MODORI_DNS_NO_NAME);
    g_assert_true (answer == modori_resolver_ask (resolver, "a.example.jp.", MODORI_DNS_A));
    modori_resolver_ask (resolver, "b.example.jp", MODORI_DNS_A);
    g_assert_cmpuint (fake.sent, ==, 2);
    g_assert_cmpuint (fake.waited, ==, 1);
    modori_resolver_ask (resolver, "a.example.jp", MODORI_DNS_AAAA);
    g_assert_cmpuint (fake.sent, ==, 3);
    modori_resolver_free (resolver);
    g_assert_cmpuint (fake.closed, ==, 1);
}

static void
test_bad_names_are_not_sent (void)
{
    Fake fake = { .open = g_ptr_array_new () };
    g_autoptr (ModoriResolver) resolver = modori_resolver_new_with (&fake_transport, &fake, FALSE);
    g_autofree char *long_name = g_strnfill (300, 'a');
    const char *const names[] = { "", ".", "a..example", long_name, "a b.example", "\xc3\xa9.jp" };

    for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
        modori_resolver_want (resolver, names[i], MODORI_DNS_TXT);
        g_assert_cmpint (modori_resolver_ask (resolver, names[i], MODORI_DNS_TXT)->status, ==,
                         MODORI_DNS_BAD_NAME);
    }
    g_assert_cmpuint (fake.sent, ==, 0);
}

static void
test_questions_have_a_limit (void)
{
    Fake fake = { .status = MODORI_DNS_NO_DATA, .open = g_ptr_array_new () };
    g_autoptr (ModoriResolver) resolver = modori_resolver_new_with (&fake_transport, &fake, FALSE);

    for (guint i = 0; i < 600; i++) {
        g_autofree char *name = g_strdup_printf ("n%u.example.jp", i);

        g_assert_cmpint (modori_resolver_ask (resolver, name, MODORI_DNS_A)->status, ==,
                         i < 500 ? MODORI_DNS_NO_DATA : MODORI_DNS_TOO_MANY);
    }
    g_assert_cmpuint (fake.sent, ==, 500);
}

static void
test_a_silent_server_is_left (void)
{
    Fake fake = { .status = MODORI_DNS_TIMEOUT, .slow = TRUE, .open = g_ptr_array_new () };
    g_autoptr (ModoriResolver) resolver = modori_resolver_new_with (&fake_transport, &fake, FALSE);

    for (guint i = 0; i < 50; i++) {
        g_autofree char *name = g_strdup_printf ("n%u.example.jp", i);

        modori_resolver_want (resolver, name, MODORI_DNS_A);
    }
    for (guint i = 0; i < 100; i++) {
        g_autofree char *name = g_strdup_printf ("n%u.example.jp", i);

        g_assert_cmpint (modori_resolver_ask (resolver, name, MODORI_DNS_A)->status, ==,
                         MODORI_DNS_TIMEOUT);
    }
    g_assert_cmpuint (fake.waited, ==, 2);
    g_assert_cmpuint (fake.sent, ==, 50);
}

static void
test_one_silent_name_stops_nothing (void)
{
    Fake fake = { .status = MODORI_DNS_OK, .open = g_ptr_array_new () };
    g_autoptr (ModoriResolver) resolver = modori_resolver_new_with (&fake_transport, &fake, FALSE);

    modori_resolver_ask (resolver, "example.jp", MODORI_DNS_A);
    fake.status = MODORI_DNS_TIMEOUT;
    for (guint i = 0; i < 10; i++) {
        g_autofree char *name = g_strdup_printf ("n%u.example.jp", i);

        modori_resolver_ask (resolver, name, MODORI_DNS_A);
    }
    g_assert_cmpuint (fake.sent, ==, 11);
}

static void
test_who_is_believed (void)
{
    static const struct { gboolean local, trust, want; } cases[] = {
        { FALSE, FALSE, FALSE }, { TRUE, FALSE, TRUE }, { FALSE, TRUE, TRUE },
    };

    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        Fake fake = { .local = cases[i].local, .open = g_ptr_array_new () };
        g_autoptr (ModoriResolver) resolver
            = modori_resolver_new_with (&fake_transport, &fake, cases[i].trust);

        g_assert_cmpint (modori_resolver_is_trusted (resolver), ==, cases[i].want);
        g_assert_cmpint (modori_resolver_ask (resolver, "example.jp", MODORI_DNS_A)->authentic, ==,
                         cases[i].want);
    }
}

/* --- the module, with a server on the loopback --- */

typedef struct {
    GPid pid;
    int input;
    char *folder, *zone, *log, *address;
} Server;

/* NULL: there is no python3 here. */
static Server *
server_new (const char *zone)
{
    g_autofree char *script = g_build_filename (g_getenv ("SOURCE") ? g_getenv ("SOURCE") : ".",
                                                "tests", "dns.py", NULL);
    char *argv[] = { (char *) "python3", script, NULL, NULL, NULL };
    Server *server = g_new0 (Server, 1);
    char line[64] = "";
    gsize len = 0;
    int output;

    server->folder = g_dir_make_tmp ("modori-XXXXXX", NULL);
    argv[2] = server->zone = g_build_filename (server->folder, "zone", NULL);
    argv[3] = server->log = g_build_filename (server->folder, "log", NULL);
    g_assert_true (g_file_set_contents (server->zone, zone, -1, NULL));
    if (! g_spawn_async_with_pipes (NULL, argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &server->pid,
                                    &server->input, &output, NULL, NULL)) {
        g_test_skip ("there is no python3");
        return NULL;
    }
    while (! strchr (line, '\n') && len < sizeof line - 1) {
        g_assert_cmpint (read (output, line + len, 1), ==, 1);
        len++;
    }
    close (output);
    server->address = g_strdup (g_strchomp (line));
    return server;
}

static void
server_free (Server *server)
{
    close (server->input);
    kill (server->pid, SIGTERM);
    g_spawn_close_pid (server->pid);
    unlink (server->zone);
    unlink (server->log);
    rmdir (server->folder);
    g_free (server->folder);
    g_free (server->zone);
    g_free (server->log);
    g_free (server->address);
    g_free (server);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Server, server_free)

static ModoriResolver *
resolver_of (const Server *server, guint seconds)
{
    g_autoptr (GError) error = NULL;
    ModoriResolver *resolver = modori_resolver_new (server->address, seconds, FALSE, &error);

    g_assert_no_error (error);
    return resolver;
}

/* What ANSWER says, on one line. */
static char *
summary (const ModoriDnsAnswer *answer)
{
    GString *text = g_string_new (modori_dns_status_name (answer->status));

    for (guint i = 0; i < answer->aliases->len; i++)
        g_string_append_printf (text, " > %s", (char *) g_ptr_array_index (answer->aliases, i));
    for (guint i = 0; i < answer->records->len; i++) {
        const ModoriDnsRecord *record = modori_dns_record (answer, i);

        g_string_append (text, i ? " | " : " ");
        if (answer->type == MODORI_DNS_MX)
            g_string_append_printf (text, "%u ", record->preference);
        if (answer->type == MODORI_DNS_TLSA)
            g_string_append_printf (text, "%u %u %u ", record->usage, record->selector,
                                    record->matching);
        g_string_append (text, record->text);
    }
    return g_string_free (text, FALSE);
}

static const char zone[] =
    "example.jp A 192.0.2.1\n"
    "example.jp A 192.0.2.2\n"
    "example.jp AAAA 2001:db8::1\n"
    "example.jp MX 10 MX1.Example.JP\n"
    "example.jp MX 20 mx2.example.jp\n"
    "example.jp NS ns.example.net\n"
    "example.jp SOA ns.example.net hostmaster.example.jp 7\n"
    "example.jp TXT v=spf1 mx -all\n"
    "example.jp DS 1 8 2 aabbcc\n"
    "null.example.jp MX 0 .\n"
    "1.2.0.192.in-addr.arpa PTR mail.example.jp\n"
    "_25._tcp.mx1.example.jp TLSA 3 1 1 00ffab\n"
    "www.example.jp CNAME web.example.jp\n"
    "web.example.jp CNAME Host.Example.NET\n"
    "host.example.net A 192.0.2.80\n"
    "host.example.net A 192.0.2.81\n"
    "dangling.example.jp CNAME gone.example.net\n"
    "nodata.example.jp CNAME host.example.net\n"
    "ring1.example.jp CNAME ring2.example.jp\n"
    "ring2.example.jp CNAME ring1.example.jp\n"
    "self.example.jp CNAME self.example.jp\n"
    "half.example.jp CNAME web.example.jp\n"
    "half.example.jp A !ALIAS\n"
    "other.example.jp A 192.0.2.66\n"
    "other.example.jp A !OTHER\n"
    "fail.example.jp A !SERVFAIL\n"
    "no.example.jp A !REFUSED\n"
    "old.example.jp A !FORMERR\n"
    "old.example.jp A 192.0.2.9\n"
    "never.example.jp A !NOTIMP\n"
    "garbage.example.jp A !GARBAGE\n"
    "loop.example.jp A !LOOP\n"
    "cut.example.jp A !TRUNCATE\n"
    "cut.example.jp A 192.0.2.40\n"
    "user@macro.example.jp A 192.0.2.41\n"
    "+signed.example.jp A 192.0.2.42\n"
    "+alias.signed.example.jp CNAME example.jp\n";

static void
test_answers (void)
{
    static const struct { const char *name; ModoriDnsType type; const char *want; } cases[] = {
        { "example.jp", MODORI_DNS_A, "NOERROR 192.0.2.1 | 192.0.2.2" },
        { "example.jp", MODORI_DNS_AAAA, "NOERROR 2001:db8::1" },
        { "example.jp", MODORI_DNS_MX, "NOERROR 10 mx1.example.jp | 20 mx2.example.jp" },
        { "example.jp", MODORI_DNS_NS, "NOERROR ns.example.net" },
        { "example.jp", MODORI_DNS_SOA,
          "NOERROR ns.example.net hostmaster.example.jp 7 7200 3600 86400 300" },
        { "example.jp", MODORI_DNS_TXT, "NOERROR v=spf1 mx -all" },
        { "example.jp", MODORI_DNS_DS, "NOERROR 1 8 2 aabbcc" },
        { "example.jp", MODORI_DNS_CNAME, "NODATA" },
        { "null.example.jp", MODORI_DNS_MX, "NOERROR 0 " },
        { "1.2.0.192.in-addr.arpa", MODORI_DNS_PTR, "NOERROR mail.example.jp" },
        { "_25._tcp.mx1.example.jp", MODORI_DNS_TLSA, "NOERROR 3 1 1 00ffab" },
        { "_tcp.mx1.example.jp", MODORI_DNS_A, "NODATA" },
        { "nowhere.example.jp", MODORI_DNS_A, "NXDOMAIN" },
        { "WWW.example.jp.", MODORI_DNS_A,
          "NOERROR > web.example.jp > host.example.net 192.0.2.80 | 192.0.2.81" },
        { "www.example.jp", MODORI_DNS_CNAME, "NOERROR web.example.jp" },
        { "dangling.example.jp", MODORI_DNS_A, "NXDOMAIN > gone.example.net" },
        { "nodata.example.jp", MODORI_DNS_MX, "NODATA > host.example.net" },
        { "ring1.example.jp", MODORI_DNS_A, "bad answer > ring2.example.jp" },
        { "self.example.jp", MODORI_DNS_A, "bad answer" },
        { "half.example.jp", MODORI_DNS_A,
          "NOERROR > web.example.jp > host.example.net 192.0.2.80 | 192.0.2.81" },
        { "other.example.jp", MODORI_DNS_A, "NODATA" },
        { "fail.example.jp", MODORI_DNS_A, "SERVFAIL" },
        { "no.example.jp", MODORI_DNS_A, "REFUSED" },
        { "old.example.jp", MODORI_DNS_A, "NOERROR 192.0.2.9" },
        { "never.example.jp", MODORI_DNS_A, "bad answer" },
        { "garbage.example.jp", MODORI_DNS_A, "bad answer" },
        { "loop.example.jp", MODORI_DNS_A, "bad answer" },
        { "cut.example.jp", MODORI_DNS_A, "NOERROR 192.0.2.40" },
        { "user@macro.example.jp", MODORI_DNS_A, "NOERROR 192.0.2.41" },
    };
    g_autoptr (Server) server = server_new (zone);
    g_autoptr (ModoriResolver) resolver = server ? resolver_of (server, 20) : NULL;

    if (! server)
        return;
    for (guint i = 0; i < G_N_ELEMENTS (cases); i += 2)
        modori_resolver_want (resolver, cases[i].name, cases[i].type);
    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autofree char *got = NULL;

        g_test_message ("%s %d", cases[i].name, cases[i].type);
        got = summary (modori_resolver_ask (resolver, cases[i].name, cases[i].type));
        g_assert_cmpstr (got, ==, cases[i].want);
    }
}

static void
test_authentic (void)
{
    g_autoptr (Server) server = server_new (zone);
    g_autoptr (ModoriResolver) resolver = server ? resolver_of (server, 20) : NULL;

    if (! server)
        return;
    g_assert_true (modori_resolver_is_trusted (resolver));
    g_assert_true (modori_resolver_ask (resolver, "signed.example.jp", MODORI_DNS_A)->authentic);
    g_assert_true (modori_resolver_ask (resolver, "signed.example.jp", MODORI_DNS_TXT)->authentic);
    g_assert_false (modori_resolver_ask (resolver, "example.jp", MODORI_DNS_A)->authentic);
    g_assert_false (modori_resolver_ask (resolver, "alias.signed.example.jp",
                                         MODORI_DNS_A)->authentic);
}

/* 60 KiB over TCP; several strings are one text. */
static void
test_long_texts (void)
{
    g_autofree char *text = g_strnfill (60 * 1024, 't'), *key = g_strnfill (600, 'k');
    g_autofree char *lines = g_strdup_printf ("long.example.jp TXT %s\nkey.example.jp TXT %s\n"
                                              "empty.example.jp TXT \n", text, key);
    g_autoptr (Server) server = server_new (lines);
    g_autoptr (ModoriResolver) resolver = server ? resolver_of (server, 20) : NULL;
    g_autofree char *log = NULL;
    const ModoriDnsAnswer *answer;

    if (! server)
        return;
    answer = modori_resolver_ask (resolver, "long.example.jp", MODORI_DNS_TXT);
    g_assert_cmpint (answer->status, ==, MODORI_DNS_OK);
    g_assert_cmpstr (modori_dns_record (answer, 0)->text, ==, text);
    g_assert_cmpuint (modori_dns_record (answer, 0)->strings, ==, (60 * 1024 + 254) / 255);
    answer = modori_resolver_ask (resolver, "key.example.jp", MODORI_DNS_TXT);
    g_assert_cmpstr (modori_dns_record (answer, 0)->text, ==, key);
    g_assert_cmpuint (modori_dns_record (answer, 0)->strings, ==, 3);
    answer = modori_resolver_ask (resolver, "empty.example.jp", MODORI_DNS_TXT);
    g_assert_cmpstr (modori_dns_record (answer, 0)->text, ==, "");
    g_assert_cmpint (g_file_get_contents (server->log, &log, NULL, NULL), ==, TRUE);
    g_assert_cmpstr (log, ==, "long.example.jp TXT udp\nlong.example.jp TXT tcp\n"
                              "key.example.jp TXT udp\nempty.example.jp TXT udp\n");
}

/* What stands behind a NUL belongs to the record, too. */
static void
test_nul (void)
{
    static const char line[] = "nul.example.jp TXT v=spf1 a:x\0y +all\n";
    g_autoptr (Server) server = server_new (line);
    g_autoptr (ModoriResolver) resolver = server ? resolver_of (server, 20) : NULL;
    const ModoriDnsAnswer *answer;

    if (! server)
        return;
    g_assert_true (g_file_set_contents (server->zone, line, sizeof line - 1, NULL));
    answer = modori_resolver_ask (resolver, "nul.example.jp", MODORI_DNS_TXT);
    g_assert_cmpint (answer->status, ==, MODORI_DNS_OK);
    g_assert_cmpstr (modori_dns_record (answer, 0)->text, ==, "v=spf1 a:x\xffy +all");
}

static void
test_many_at_once (void)
{
    g_autoptr (GString) lines = g_string_new (NULL);
    g_autoptr (Server) server = NULL;
    g_autoptr (ModoriResolver) resolver = NULL;

    for (guint i = 0; i < 300; i++)
        g_string_append_printf (lines, "n%u.example.jp A 192.0.2.%u\n", i, i % 256);
    server = server_new (lines->str);
    if (! server)
        return;
    resolver = resolver_of (server, 20);
    for (guint round = 0; round < 2; round++)
        for (guint i = 0; i < 300; i++) {
            g_autofree char *name = g_strdup_printf ("n%u.example.jp", i);
            g_autofree char *want = g_strdup_printf ("192.0.2.%u", i % 256);

            if (round == 0)
                modori_resolver_want (resolver, name, MODORI_DNS_A);
            else
                g_assert_cmpstr (modori_dns_record (modori_resolver_ask (resolver, name,
                                                                         MODORI_DNS_A), 0)->text,
                                 ==, want);
        }
}

/* Those that get no answer, or none that is theirs, wait at the same time, and not longer than was
 * said; what was not waited for goes with the resolver. */
static void
test_silence (void)
{
    static const char *const names[] = { "silent", "number", "short", "stall" };
    g_autoptr (Server) server = server_new ("silent.example.jp A !TIMEOUT\n"
                                            "late.example.jp A !TIMEOUT\n"
                                            "number.example.jp A !WRONGID\n"
                                            "number.example.jp A 192.0.2.1\n"
                                            "short.example.jp A !NOTHING\n"
                                            "stall.example.jp A !STALL\n"
                                            "stall.example.jp A 192.0.2.3\n"
                                            "end.example.jp A !HANGUP\n"
                                            "loud.example.jp A 192.0.2.2\n");
    ModoriResolver *resolver;
    gint64 begin;

    if (! server)
        return;
    resolver = resolver_of (server, 1);
    begin = g_get_monotonic_time ();
    for (guint round = 0; round < 2; round++)
        for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
            g_autofree char *name = g_strconcat (names[i], ".example.jp", NULL);

            if (round == 0)
                modori_resolver_want (resolver, name, MODORI_DNS_A);
            else
                g_assert_cmpint (modori_resolver_ask (resolver, name, MODORI_DNS_A)->status, ==,
                                 MODORI_DNS_TIMEOUT);
        }
    g_assert_cmpint (g_get_monotonic_time () - begin, >=, 990 * 1000);
    g_assert_cmpint (g_get_monotonic_time () - begin, <, 3 * G_USEC_PER_SEC);
    g_assert_cmpint (modori_resolver_ask (resolver, "loud.example.jp", MODORI_DNS_A)->status, ==,
                     MODORI_DNS_OK);
    g_assert_cmpint (modori_resolver_ask (resolver, "end.example.jp", MODORI_DNS_A)->status, >=,
                     MODORI_DNS_TIMEOUT);
    modori_resolver_want (resolver, "late.example.jp", MODORI_DNS_A);
    modori_resolver_free (resolver);
}

/* A port at which nobody listens, as it was free a moment ago. */
static void
test_nobody_there (void)
{
    struct sockaddr_in address = { .sin_family = AF_INET };
    socklen_t len = sizeof address;
    int fd = socket (AF_INET, SOCK_DGRAM, 0);
    g_autofree char *server = NULL;
    g_autoptr (ModoriResolver) resolver = NULL;

    address.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
    g_assert_cmpint (bind (fd, (struct sockaddr *) &address, sizeof address), ==, 0);
    g_assert_cmpint (getsockname (fd, (struct sockaddr *) &address, &len), ==, 0);
    close (fd);
    server = g_strdup_printf ("127.0.0.1:%u", ntohs (address.sin_port));
    resolver = modori_resolver_new (server, 2, FALSE, NULL);
    g_assert_nonnull (resolver);
    g_assert_cmpint (modori_resolver_ask (resolver, "example.jp", MODORI_DNS_A)->status, ==,
                     MODORI_DNS_UNREACHABLE);
}

static void
test_servers (void)
{
    static const struct { const char *server; gboolean good, local; } cases[] = {
        { "192.0.2.1", TRUE, FALSE }, { "192.0.2.1:5353", TRUE, FALSE },
        { "127.0.0.53", TRUE, TRUE }, { "[::1]:5353", TRUE, TRUE }, { "::1", TRUE, TRUE },
        { "2001:db8::1", TRUE, FALSE }, { "[2001:db8::1]", TRUE, FALSE },
        { "[2001:db8::1]:53", TRUE, FALSE },
        { "", FALSE, FALSE }, { "ns.example.jp", FALSE, FALSE }, { "192.0.2.1:", FALSE, FALSE },
        { "192.0.2.1:0", FALSE, FALSE }, { "192.0.2.1:65536", FALSE, FALSE },
        { "[192.0.2.1]:53", FALSE, FALSE }, { "[2001:db8::1", FALSE, FALSE },
        { "[2001:db8::1]x", FALSE, FALSE }, { "192.0.2.1,192.0.2.2", FALSE, FALSE },
        { "]:53", FALSE, FALSE }, { "[]:53", FALSE, FALSE }, { ":53", FALSE, FALSE },
    };

    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autoptr (GError) error = NULL;
        g_autoptr (ModoriResolver) resolver = modori_resolver_new (cases[i].server, 1, FALSE,
                                                                   &error);

        g_test_message ("%s", cases[i].server);
        g_assert_cmpint (resolver != NULL, ==, cases[i].good);
        if (resolver)
            g_assert_cmpint (modori_resolver_is_trusted (resolver), ==, cases[i].local);
        else
            g_assert_error (error, MODORI_ERROR, MODORI_ERROR_SYNTAX);
    }
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/dns/names", test_names);
    g_test_add_func ("/dns/lengths", test_lengths);
    g_test_add_func ("/dns/reverse-names", test_reverse_names);
    g_test_add_func ("/dns/status-names", test_status_names);
    g_test_add_func ("/dns/records-have-limits", test_records_have_limits);
    g_test_add_func ("/resolver/each-question-once", test_each_question_once);
    g_test_add_func ("/resolver/bad-names-are-not-sent", test_bad_names_are_not_sent);
    g_test_add_func ("/resolver/questions-have-a-limit", test_questions_have_a_limit);
    g_test_add_func ("/resolver/a-silent-server-is-left", test_a_silent_server_is_left);
    g_test_add_func ("/resolver/one-silent-name-stops-nothing", test_one_silent_name_stops_nothing);
    g_test_add_func ("/resolver/who-is-believed", test_who_is_believed);
    g_test_add_func ("/module/answers", test_answers);
    g_test_add_func ("/module/authentic", test_authentic);
    g_test_add_func ("/module/long-texts", test_long_texts);
    g_test_add_func ("/module/nul", test_nul);
    g_test_add_func ("/module/many-at-once", test_many_at_once);
    g_test_add_func ("/module/silence", test_silence);
    g_test_add_func ("/module/nobody-there", test_nobody_there);
    g_test_add_func ("/module/servers", test_servers);
    return g_test_run ();
}
