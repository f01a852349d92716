/* spf.h - SPF records: read, mended, counted, evaluated (RFC 7208).
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_CHECK_SPF_H
#define MODORI_CHECK_SPF_H

#include "check/resolver.h"
#include "text/span.h"

/* RFC 7208 section 4.6.4. */
#define MODORI_SPF_LOOKUPS_MAX 10
#define MODORI_SPF_VOIDS_MAX 2
#define MODORI_SPF_NAMES_MAX 10         /* hosts of one mx, names of one ptr */

/* --- reading: spf.c, spf-term.c, spf-slip.c --- */

typedef enum {
    MODORI_SPF_ALL, MODORI_SPF_INCLUDE, MODORI_SPF_A, MODORI_SPF_MX, MODORI_SPF_PTR,
    MODORI_SPF_IP4, MODORI_SPF_IP6, MODORI_SPF_EXISTS,
    MODORI_SPF_REDIRECT, MODORI_SPF_EXP, MODORI_SPF_OTHER,      /* modifiers */
} ModoriSpfName;

typedef struct {
    ModoriSpfName name;
    char qualifier;             /* '+', '-', '~', '?' */
    ModoriSpan text;            /* the whole term, in the record */
    ModoriSpan domain;          /* domain-spec, network or value; empty when there is none */
    guint prefix4, prefix6;     /* 32 and 128 when not said */
} ModoriSpfTerm;

/* What is wrong with a term, for observations. */
typedef struct {
    const char *what;           /* name of an Observation: "spf-unknown-term"; static */
    ModoriSpan text;            /* the term */
    char *fix;                  /* what was meant, "" when it should go; NULL: nobody can tell */
    gboolean fatal;             /* a permerror; else it is allowed, and does not what is meant */
} ModoriSpfFault;

typedef struct {
    char *text;                 /* the record; owns what the spans show */
    GArray *terms;              /* ModoriSpfTerm: the good ones, at most 5,000 */
    GArray *faults;             /* ModoriSpfFault, at most 100 */
    gboolean bad;               /* one of them is fatal: all receivers say permerror */
    gboolean has_all;           /* then redirect counts for nothing */
    guint reach;                /* how many terms there are up to the first `all` */
} ModoriSpf;

/* TEXT begins with "v=spf1".  Never fails. */
ModoriSpf *modori_spf_parse (const char *text);
void modori_spf_free (ModoriSpf *spf);

/* The first of SPF's terms that is called NAME, or NULL. */
const ModoriSpfTerm *modori_spf_term (const ModoriSpf *spf, ModoriSpfName name);

/* Is TEXT an SPF record: "v=spf1" and then a blank or the end (section 4.5)? */
gboolean modori_spf_is (const char *text);

/* What TEXT, which is no SPF record, would be if it was meant to be one ("v=spf1;ip4:...", quotes
 * around it); NULL when it was not.  The caller frees. */
char *modori_spf_meant (const char *text);

/* Read one term; for spf.c.  FALSE: FAULT tells why (but the text). */
gboolean modori_spf_read_term (ModoriSpan text, ModoriSpfTerm *term, ModoriSpfFault *fault);

/* What people mean who write such a term; for spf.c. */
void modori_spf_guess (ModoriSpan text, ModoriSpfFault *fault);

/* Is TEXT a good macro-string, or domain-spec (section 7.1)?  EXPLAINS: the letters c, r and t are
 * allowed. */
gboolean modori_spf_is_macro_string (ModoriSpan text, gboolean explains);
gboolean modori_spf_is_domain_spec (ModoriSpan text);

/* --- writing: spf-draft.c --- */

typedef struct {
    const char *add;            /* a term that is missing: "ip4:192.0.2.1"; NULL */
    const GPtrArray *drop;      /* char *: terms to leave out; NULL */
    gboolean drop_ptr;
} ModoriSpfWishes;

/* The record as it should be: slips mended, nothing twice, `all` once and last and no more than
 * "~", and WISHES.  NULL when a fault is beyond guessing; the caller frees. */
char *modori_spf_propose (const ModoriSpf *spf, const ModoriSpfWishes *wishes);

/* RECORDS (char *) in one: their terms, each once, and the softest `all`; as above. */
char *modori_spf_merge (const GPtrArray *records, const ModoriSpfWishes *wishes);

/* --- evaluating: spf-evaluate.c, spf-match.c, spf-macro.c --- */

typedef enum {
    MODORI_SPF_NONE, MODORI_SPF_NEUTRAL, MODORI_SPF_PASS, MODORI_SPF_FAIL, MODORI_SPF_SOFTFAIL,
    MODORI_SPF_TEMPERROR, MODORI_SPF_PERMERROR,
} ModoriSpfResult;

/* "pass", "softfail" (RFC 8601 section 2.7.2). */
const char *modori_spf_result_name (ModoriSpfResult result);

typedef struct {
    ModoriSpfResult result;
    char *term;                 /* that decided, with the way to it: "include:a.example → mx"; ""
                                 * when none did */
    char *trouble;              /* what made it an error: "include:gone.example: no SPF record";
                                 * "" */
    char *explanation;          /* of exp=, when the result is fail; "" */
    guint lookups, voids;       /* made until then */
} ModoriSpfVerdict;

/* May IP send for SENDER ("user@example.com", or a bare domain: then postmaster@; "" or NULL:
 * postmaster@HELO), calling itself HELO (NULL: not known)?  check_host() of section 4. */
ModoriSpfVerdict *modori_spf_evaluate (ModoriResolver *resolver, const char *ip,
                                       const char *sender, const char *helo);
/* The same, if RECORD were the record of the sender's domain (NULL: what is there). */
ModoriSpfVerdict *modori_spf_try (ModoriResolver *resolver, const char *record, const char *ip,
                                  const char *sender, const char *helo);
void modori_spf_verdict_free (ModoriSpfVerdict *verdict);

/* An address as SPF compares it: IPv4 inside IPv6 is IPv4. */
typedef struct {
    guint8 bytes[16];           /* the first 4 for IPv4 */
    gboolean is_v6;
} ModoriSpfAddress;

gboolean modori_spf_address_read (const char *text, ModoriSpfAddress *address);
gboolean modori_spf_address_in (const ModoriSpfAddress *address, const ModoriSpfAddress *network,
                                guint prefix);

/* What macros are made of. */
typedef struct {
    ModoriSpfAddress ip;
    const char *local, *sender_domain;  /* of the sender */
    const char *domain;         /* whose record it is */
    const char *helo;           /* "unknown" when not known */
    const char *validated;      /* %{p}; "unknown" */
    gint64 now;                 /* %{t} */
} ModoriSpfMacros;

/* TEXT, which is a good macro-string, expanded (section 7); the caller frees.  At most some 8 kB:
 * of more, the end. */
char *modori_spf_expand (ModoriSpan text, const ModoriSpfMacros *macros);

/* The same as a name for the DNS: cut to 253 bytes from the left, without the last dot. */
char *modori_spf_expand_name (ModoriSpan text, const ModoriSpfMacros *macros);

/* The SPF record at DOMAIN.  NULL when there is not exactly one that is: COUNT tells how many, and
 * STATUS what the DNS said. */
const char *modori_spf_find (ModoriResolver *resolver, const char *domain, guint *count,
                             ModoriDnsStatus *status);

/* --- counting: spf-cost.c --- */

/* What is wrong behind the record itself. */
typedef struct {
    const char *what;           /* name of an Observation; static */
    char *term;                 /* "include:gone.example" */
    char *name;                 /* "gone.example" */
    char *where;                /* the domain whose record has it */
    char *evidence;
} ModoriSpfTrouble;

/* What a record asks the DNS when nothing matches: all terms, along all includes and redirects. */
typedef struct {
    guint lookups;              /* counted as section 4.6.4 does; at most 100 */
    guint voids;                /* whatever the kind of the sending address */
    gboolean cut;               /* there are more than could be counted */
    GPtrArray *tree;            /* char *: "include:_spf.example.com  3": each term that costs
                                 * look-ups, indented by two blanks for each level */
    GPtrArray *troubles;        /* ModoriSpfTrouble, each once */
    guint64 addresses;          /* how many IPv4 addresses may send (2^32: all) */
} ModoriSpfCost;

/* RECORD: as if that were the record of DOMAIN (NULL: what is there). */
ModoriSpfCost *modori_spf_cost (ModoriResolver *resolver, const char *domain, const char *record);
void modori_spf_cost_free (ModoriSpfCost *cost);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ModoriSpf, modori_spf_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ModoriSpfVerdict, modori_spf_verdict_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ModoriSpfCost, modori_spf_cost_free)

#endif
