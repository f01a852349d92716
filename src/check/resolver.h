/* resolver.h - questions to the DNS, asked in parallel and each once.
 *
 * Who needs several answers says so first (modori_resolver_want): then they travel together, and
 * modori_resolver_ask waits only for what is not there yet.  Packets are the business of the module
 * resolver.so (c-ares); tests give a resolver answers of their own.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_CHECK_RESOLVER_H
#define MODORI_CHECK_RESOLVER_H

#include <glib.h>

/* IANA's numbers of the types that are asked for. */
typedef enum {
    MODORI_DNS_A = 1,
    MODORI_DNS_NS = 2,
    MODORI_DNS_CNAME = 5,
    MODORI_DNS_SOA = 6,
    MODORI_DNS_PTR = 12,
    MODORI_DNS_MX = 15,
    MODORI_DNS_TXT = 16,
    MODORI_DNS_AAAA = 28,
    MODORI_DNS_DS = 43,
    MODORI_DNS_TLSA = 52,
} ModoriDnsType;

typedef enum {
    MODORI_DNS_OK,              /* there is at least one record of the type */
    MODORI_DNS_NO_DATA,         /* the name exists, but has no such record */
    MODORI_DNS_NO_NAME,         /* NXDOMAIN */
    MODORI_DNS_SERVER_FAILURE,  /* SERVFAIL: broken delegation, or DNSSEC that does not verify */
    MODORI_DNS_REFUSED,
    MODORI_DNS_TIMEOUT,
    MODORI_DNS_UNREACHABLE,     /* nobody listens there */
    MODORI_DNS_BAD_ANSWER,      /* not to be read, or no end of aliases */
    MODORI_DNS_BAD_NAME,        /* the name cannot be asked for: over 253 bytes, an empty label */
    MODORI_DNS_TOO_MANY,        /* the run has asked enough */
} ModoriDnsStatus;

typedef struct {
    guint32 ttl;                /* seconds */
    char *text;                 /* A, AAAA: the address; MX, NS, CNAME, PTR: a name in lower case,
                                 * without the last dot ("" is the root); TXT: its strings joined,
                                 * bytes as they are (maybe no UTF-8), but it ends at a NUL; TLSA:
                                 * the data, hex; SOA, DS: as zone files have them, one line */
    guint strings;              /* TXT: how many it was written in */
    guint preference;           /* MX */
    guint8 usage, selector, matching;   /* TLSA, RFC 6698 section 2.1 */
} ModoriDnsRecord;

typedef struct {
    char *name;                 /* as asked for: lower case, without the last dot */
    ModoriDnsType type;
    ModoriDnsStatus status;
    gboolean authentic;         /* DNSSEC: the resolver verified it, and it may be believed */
    GPtrArray *records;         /* ModoriDnsRecord of the type, behind all aliases */
    GPtrArray *aliases;         /* char *: the names that CNAMEs led to, in order */
} ModoriDnsAnswer;

typedef struct ModoriResolver ModoriResolver;

/* How questions leave the program: a table of functions.  An answer is filled in by send or by a
 * later wait; it is the resolver's own and stays where it is. */
typedef struct {
    /* SERVER "192.0.2.1", "192.0.2.1:5353", "[2001:db8::1]:53"; NULL: the system's.  Each question
     * ends after SECONDS.  NULL with ERROR set. */
    gpointer (*open) (const char *server, guint seconds, GError **error);
    void (*send) (gpointer link, ModoriDnsAnswer *answer, gboolean *done);
    /* Until *DONE, which is that of one that was sent. */
    void (*wait) (gpointer link, const gboolean *done);
    /* Are the servers on this machine?  Only then is "authentic" to be believed unasked. */
    gboolean (*is_local) (gpointer link);
    void (*close) (gpointer link);
} ModoriDnsTransport;

#define MODORI_RESOLVER_SYMBOL "modori_resolver_table"
extern const ModoriDnsTransport modori_resolver_table;

/* SERVER as above; SECONDS is for each question.  TRUST: believe what the resolver says of DNSSEC
 * wherever it is.  NULL with ERROR set (no such module, SERVER is no address). */
ModoriResolver *modori_resolver_new (const char *server, guint seconds, gboolean trust,
                                     GError **error);
/* Ask through TRANSPORT, which has LINK open (closed by modori_resolver_free). */
ModoriResolver *modori_resolver_new_with (const ModoriDnsTransport *transport, gpointer link,
                                          gboolean trust);
void modori_resolver_free (ModoriResolver *resolver);

/* NAME (ASCII; of any case, with or without the last dot) will be asked for. */
void modori_resolver_want (ModoriResolver *resolver, const char *name, ModoriDnsType type);

/* The answer, owned by RESOLVER; never NULL. */
const ModoriDnsAnswer *modori_resolver_ask (ModoriResolver *resolver, const char *name,
                                            ModoriDnsType type);

/* Can this resolver tell what DNSSEC says? */
gboolean modori_resolver_is_trusted (const ModoriResolver *resolver);

/* The NTH record of ANSWER. */
static inline const ModoriDnsRecord *
modori_dns_record (const ModoriDnsAnswer *answer, guint nth)
{
    return g_ptr_array_index (answer->records, nth);
}

/* For transports: append a record to ANSWER, the text copied; names get the form that they have
 * there.  There is a limit to what one answer may hold: NULL when it is reached. */
ModoriDnsRecord *modori_dns_add (ModoriDnsAnswer *answer, const char *text, guint32 ttl);
/* An answer that has nothing yet. */
ModoriDnsAnswer *modori_dns_answer_new (const char *name, ModoriDnsType type);
void modori_dns_answer_free (ModoriDnsAnswer *answer);

/* The name under which the DNS keeps the name of ADDRESS (IPv4 or IPv6): "10.2.0.192.in-addr.arpa";
 * NULL when it is no address; the caller frees. */
char *modori_dns_reverse_name (const char *address);

/* Are A and B the same address (IPv4 or IPv6), however they are written? */
gboolean modori_dns_same_address (const char *a, const char *b);

/* NAME as people type it ("メール.example", "Example.JP.") in ASCII, lower case, without the
 * last dot; NULL when it can be no name in the DNS; the caller frees. */
char *modori_dns_name (const char *name);

/* NAME (ASCII) as it is asked for: lower case, without the last dot.  More is allowed than in names
 * of hosts.  NULL when it cannot be asked for; the caller frees. */
char *modori_dns_question_name (const char *name);

/* Did the DNS fail to answer, so that nothing is known of the name? */
gboolean modori_dns_unanswered (ModoriDnsStatus status);

/* What STATUS is called, for evidence: "NXDOMAIN", "time-out". */
const char *modori_dns_status_name (ModoriDnsStatus status);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ModoriDnsAnswer, modori_dns_answer_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ModoriResolver, modori_resolver_free)

#endif
