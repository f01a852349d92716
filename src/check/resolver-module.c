/* resolver-module.c - c-ares, behind a table of functions: resolver.so.
 *
 * The questions are made here and the answers read here (answer.c): c-ares sends, matches, repeats.
 * It is told to leave everything else alone - no search list, no /etc/hosts, no second thoughts
 * about SERVFAIL - because the answer itself is what the user wants to know.  Two channels, because
 * what was cut is asked again over TCP, and c-ares would give up EDNS for all when it does that by
 * itself.
 *
 * c-ares lets the time double with each attempt, so each question has its end here.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#define CARES_NO_DEPRECATED     /* 1.34 would rather have functions that 1.18 has not */
#include "check/answer.h"
#include "text/error.h"

#include <ares.h>
#include <arpa/inet.h>
#include <arpa/nameser.h>
#include <glib/gi18n.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/random.h>

#define PORT 53

/* What passes everywhere without fragments (the DNS flag day of 2020). */
#define PACKET_SIZE 1232
/* What c-ares takes (its buffer), and what it cuts to where it thinks that EDNS does not work. */
#define PACKET_SIZE_TAKEN 4096
#define PACKET_SIZE_PLAIN 512

/* Questions under way at the same moment: their answers must find room in a socket. */
#define UNDER_WAY_MAX 64

/* The shortest time for one attempt, in milliseconds. */
#define ATTEMPT_MIN 100

#define AUTHENTIC 0x20          /* of byte 3: we understand AD (RFC 6840 section 5.7) */

typedef struct {
    ares_channel udp, tcp;
    GQueue waiting;             /* Question, not yet sent */
    GPtrArray *under_way;       /* Question */
    guint seconds;
    gboolean local;
} Link;

typedef struct {
    Link *link;
    ModoriDnsAnswer *answer;    /* NULL: its time is over, nobody waits any more */
    gboolean *done;
    gint64 end;                 /* monotonic */
    gboolean tcp, plain;        /* over TCP, without EDNS */
} Question;

/* --- the servers --- */

/* SERVER as c-ares takes it: "192.0.2.1:53", "[2001:db8::1]:53"; NULL when it is no address. */
static char *
canonical_server (const char *server)
{
    const char *colon = strrchr (server, ':'), *bracket = strchr (server, ']');
    gboolean has_port = bracket ? bracket[1] == ':' : colon && strchr (server, ':') == colon;
    g_autofree char *address = NULL;
    gsize len = has_port ? (gsize) (colon - server) : strlen (server);
    guint64 port = PORT;
    guint8 bytes[16];

    if (has_port && ! g_ascii_string_to_unsigned (colon + 1, 10, 1, G_MAXUINT16, &port, NULL))
        return NULL;
    if (server[0] == '[') {
        if (! bracket || bracket + 1 != server + len)
            return NULL;
        address = g_strndup (server + 1, len - 2);
    } else
        address = g_strndup (server, len);
    if (server[0] != '[' && inet_pton (AF_INET, address, bytes) == 1)
        return g_strdup_printf ("%s:%u", address, (guint) port);
    return inet_pton (AF_INET6, address, bytes) == 1
        ? g_strdup_printf ("[%s]:%u", address, (guint) port) : NULL;
}

/* How many servers CHANNEL has, and whether all are on this machine. */
static guint
look_at_servers (ares_channel channel, gboolean *local)
{
    struct ares_addr_node *servers = NULL;
    guint n = 0;

    if (ares_get_servers (channel, &servers) != ARES_SUCCESS)
        return 0;
    *local = TRUE;
    for (const struct ares_addr_node *server = servers; server; server = server->next, n++)
        if (server->family == AF_INET)
            *local = *local && ntohl (server->addr.addr4.s_addr) >> 24 == 127;
        else
            *local = *local && IN6_IS_ADDR_LOOPBACK ((const struct in6_addr *) &server->addr.addr6);
    *local = *local && n > 0;
    ares_free_data (servers);
    return n;
}

/* A channel to SERVER (canonical; NULL: the system's) with FLAGS. */
static gboolean
open_channel (ares_channel *channel, const char *server, int flags, int milliseconds)
{
    char lookups[] = "b";
    struct ares_options options = { 0 };
    const int mask = ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_LOOKUPS
                     | ARES_OPT_EDNSPSZ;

    options.flags = flags | ARES_FLAG_NOSEARCH | ARES_FLAG_NOALIASES | ARES_FLAG_NOCHECKRESP
                    | ARES_FLAG_IGNTC | ARES_FLAG_STAYOPEN | ARES_FLAG_EDNS;
    options.ednspsz = PACKET_SIZE_TAKEN;
    options.timeout = milliseconds;
    options.tries = 2;
    options.lookups = lookups;
    if (ares_init_options (channel, &options, mask) != ARES_SUCCESS) {
        *channel = NULL;
        return FALSE;
    }
    return ! server || ares_set_servers_ports_csv (*channel, server) == ARES_SUCCESS;
}

static void
close_link (gpointer data)
{
    Link *link = data;

    if (link->udp)
        ares_destroy (link->udp);       /* ends all questions: they are freed */
    if (link->tcp)
        ares_destroy (link->tcp);
    g_queue_clear_full (&link->waiting, g_free);
    g_ptr_array_unref (link->under_way);
    g_free (link);
    ares_library_cleanup ();
}

/* All servers are to have their turn, and the first a second one, before the time is over. */
static gboolean
open_channels (Link *link, const char *server)
{
    int milliseconds = (int) link->seconds * 1000;
    guint n = 1;

    if (! server) {
        if (! open_channel (&link->udp, NULL, 0, milliseconds))
            return FALSE;
        n = look_at_servers (link->udp, &link->local);
        ares_destroy (link->udp);
    }
    return open_channel (&link->udp, server, 0, MAX (milliseconds / (int) (n + 1), ATTEMPT_MIN))
           && open_channel (&link->tcp, server, ARES_FLAG_USEVC, milliseconds)
           && look_at_servers (link->udp, &link->local) > 0;
}

static gpointer
open_link (const char *server, guint seconds, GError **error)
{
    g_autofree char *canonical = server ? canonical_server (server) : NULL;
    Link *link;

    if (server && ! canonical) {
        g_set_error (error, MODORI_ERROR, MODORI_ERROR_SYNTAX,
                     _("resolver \"%s\": an address was expected (192.0.2.1, 192.0.2.1:53, "
                       "[2001:db8::1]:53)"), server);
        return NULL;
    }
    link = g_new0 (Link, 1);
    link->seconds = CLAMP (seconds, 1, G_MAXINT / 1000);
    link->under_way = g_ptr_array_new ();
    g_queue_init (&link->waiting);
    ares_library_init (ARES_LIB_INIT_ALL);
    if (! open_channels (link, canonical)) {
        g_set_error (error, MODORI_ERROR, MODORI_ERROR_NETWORK,
                     _("the DNS cannot be asked: no server is known"));
        close_link (link);
        return NULL;
    }
    return link;
}

static gboolean
is_local (gpointer link)
{
    return ((Link *) link)->local;
}

/* --- one question --- */

static void
finish (Question *question)
{
    g_ptr_array_remove_fast (question->link->under_way, question);
    *question->done = TRUE;
    question->answer = NULL;
    question->done = NULL;
}

static ModoriDnsStatus
status_of (int status)
{
    switch (status) {
    case ARES_ETIMEOUT:
        return MODORI_DNS_TIMEOUT;
    case ARES_EBADNAME:
    case ARES_EBADQUERY:
        return MODORI_DNS_BAD_NAME;
    case ARES_ENOTFOUND:        /* what is never asked for: names under "onion" */
        return MODORI_DNS_NO_NAME;
    case ARES_EBADRESP:
    case ARES_EFORMERR:
    case ARES_ENOTIMP:
        return MODORI_DNS_BAD_ANSWER;
    case ARES_ESERVFAIL:
        return MODORI_DNS_SERVER_FAILURE;
    case ARES_EREFUSED:
        return MODORI_DNS_REFUSED;
    default:
        return MODORI_DNS_UNREACHABLE;
    }
}

static void ask (Question *question);

/* Read what came; TRUE: the question goes out once more, changed. */
static gboolean
is_to_be_repeated (Question *question, const guint8 *packet, gsize len)
{
    if (! question->tcp && (modori_answer_is_cut (packet, len) || len == PACKET_SIZE_PLAIN))
        return question->tcp = TRUE;
    if (! question->plain && len > 3
        && ((packet[3] & 15) == ns_r_formerr || (packet[3] & 15) == ns_r_notimpl))
        return question->plain = TRUE;
    return modori_answer_read (question->answer, packet, len);
}

static void
hear (void *data, int status, int timeouts, unsigned char *packet, int len)
{
    Question *question = data;

    (void) timeouts;
    if (question->answer && status != ARES_EDESTRUCTION) {
        if (packet && len > 0) {
            if (is_to_be_repeated (question, packet, (gsize) len)) {
                ask (question);
                return;
            }
        } else
            question->answer->status = status_of (status);
        finish (question);
    }
    g_free (question);
}

/* RFC 5452: what strangers could guess, they could answer. */
static guint16
random_number (void)
{
    guint16 number;

    if (getrandom (&number, sizeof number, 0) != sizeof number)
        number = (guint16) g_random_int ();
    return number;
}

/* Send QUESTION for its name, or for what its last alias stands for. */
static void
ask (Question *question)
{
    const ModoriDnsAnswer *answer = question->answer;
    const char *name = answer->name;
    unsigned char *packet = NULL;
    int len = 0, status;

    if (answer->aliases->len > 0)
        name = g_ptr_array_index (answer->aliases, answer->aliases->len - 1);
    status = ares_create_query (name, ns_c_in, (int) answer->type, random_number (), 1, &packet,
                                &len, question->plain ? 0 : PACKET_SIZE);
    if (status != ARES_SUCCESS) {
        hear (question, status, 0, NULL, 0);
        return;
    }
    packet[3] |= AUTHENTIC;
    ares_send (question->tcp ? question->link->tcp : question->link->udp, packet, len, hear,
               question);
    ares_free_string (packet);
}

/* Those whose turn it is. */
static void
send_waiting (Link *link)
{
    while (link->under_way->len < UNDER_WAY_MAX && ! g_queue_is_empty (&link->waiting)) {
        Question *question = g_queue_pop_head (&link->waiting);

        question->end = g_get_monotonic_time () + (gint64) link->seconds * G_USEC_PER_SEC;
        g_ptr_array_add (link->under_way, question);
        ask (question);
    }
}

static void
send_question (gpointer data, ModoriDnsAnswer *answer, gboolean *done)
{
    Link *link = data;
    Question *question = g_new0 (Question, 1);

    question->link = link;
    question->answer = answer;
    question->done = done;
    g_queue_push_tail (&link->waiting, question);
    send_waiting (link);
}

/* --- waiting --- */

/* Those whose time is over.  c-ares still has them, and gives them back some day. */
static void
expire (Link *link)
{
    gint64 now = g_get_monotonic_time ();

    for (guint i = link->under_way->len; i > 0; i--) {
        Question *question = g_ptr_array_index (link->under_way, i - 1);

        if (question->end <= now) {
            question->answer->status = MODORI_DNS_TIMEOUT;
            g_ptr_array_set_size (question->answer->records, 0);
            finish (question);
        }
    }
}

/* Milliseconds until something is to be done without anybody saying a word. */
static int
pause_length (Link *link)
{
    gint64 end = G_MAXINT64, now = g_get_monotonic_time ();
    struct timeval most = { 1, 0 }, for_udp, for_tcp, *length;

    for (guint i = 0; i < link->under_way->len; i++)
        end = MIN (end, ((const Question *) g_ptr_array_index (link->under_way, i))->end);
    length = ares_timeout (link->udp, &most, &for_udp);
    length = ares_timeout (link->tcp, length, &for_tcp);
    end = MIN (end, now + length->tv_sec * G_USEC_PER_SEC + length->tv_usec);
    return (int) (MAX (end - now, 0) / 1000 + 1);
}

/* Append to POLLS what CHANNEL wants to know of its sockets; how many those are. */
static guint
add_sockets (ares_channel channel, struct pollfd *polls)
{
    ares_socket_t sockets[ARES_GETSOCK_MAXNUM];
    guint bits = (guint) ares_getsock (channel, sockets, ARES_GETSOCK_MAXNUM), n = 0;

    for (guint i = 0; i < ARES_GETSOCK_MAXNUM; i++) {
        gboolean in = bits >> i & 1, out = bits >> (i + ARES_GETSOCK_MAXNUM) & 1;
        short events = (short) ((in ? POLLIN : 0) | (out ? POLLOUT : 0));

        if (events)
            polls[n++] = (struct pollfd) { sockets[i], events, 0 };
    }
    return n;
}

static void
process (ares_channel channel, const struct pollfd *polls, guint n)
{
    for (guint i = 0; i < n; i++) {
        gboolean broken = (polls[i].revents & (POLLERR | POLLHUP | POLLNVAL)) != 0;
        gboolean in = (polls[i].revents & POLLIN) || (broken && polls[i].events & POLLIN);
        gboolean out = (polls[i].revents & POLLOUT) || (broken && polls[i].events & POLLOUT);

        if (in || out)
            ares_process_fd (channel, in ? polls[i].fd : ARES_SOCKET_BAD,
                             out ? polls[i].fd : ARES_SOCKET_BAD);
    }
    ares_process_fd (channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD);        /* time-outs */
}

/* One turn: wait until something comes or is to be done, and do it. */
static void
turn (Link *link)
{
    struct pollfd polls[2 * ARES_GETSOCK_MAXNUM];
    guint udp = add_sockets (link->udp, polls), tcp = add_sockets (link->tcp, polls + udp);

    if (poll (polls, udp + tcp, pause_length (link)) < 0)
        for (guint i = 0; i < udp + tcp; i++)
            polls[i].revents = 0;       /* a signal came: only the clock counts */
    process (link->udp, polls, udp);
    process (link->tcp, polls + udp, tcp);
    expire (link);
}

/* c-ares writes to TCP in a way that raises SIGPIPE when the server has hung up. */
static void
wait_for (gpointer data, const gboolean *done)
{
    Link *link = data;
    struct sigaction ignore = { .sa_handler = SIG_IGN }, before;

    sigaction (SIGPIPE, &ignore, &before);
    send_waiting (link);
    while (! *done && link->under_way->len > 0) {
        turn (link);
        send_waiting (link);
    }
    sigaction (SIGPIPE, &before, NULL);
}

const ModoriDnsTransport modori_resolver_table = {
    open_link, send_question, wait_for, is_local, close_link
};
