/* spf.h - SPF records: read, counted, evaluated (RFC 7208).
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_CHECK_SPF_H
#define MODORI_CHECK_SPF_H

#include "check/resolver.h"
#include "text/span.h"

/* RFC 7208 section 4.6.4. */
#define MODORI_SPF_LOOKUPS_MAX 10
#define MODORI_SPF_VOIDS_MAX 2

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
} ModoriSpfFault;

typedef struct {
    char *text;                 /* the record; owns what the spans show */
    GArray *terms;              /* ModoriSpfTerm, at most 500 */
    GArray *faults;             /* ModoriSpfFault: the syntax; any is a permerror */
} ModoriSpf;

/* TEXT begins with "v=spf1".  Never fails. */
ModoriSpf *modori_spf_parse (const char *text);
void modori_spf_free (ModoriSpf *spf);

typedef enum {
    MODORI_SPF_NONE, MODORI_SPF_NEUTRAL, MODORI_SPF_PASS, MODORI_SPF_FAIL, MODORI_SPF_SOFTFAIL,
    MODORI_SPF_TEMPERROR, MODORI_SPF_PERMERROR,
} ModoriSpfResult;

/* "pass", "softfail" (RFC 8601 section 2.7.2). */
const char *modori_spf_result_name (ModoriSpfResult result);

typedef struct {
    ModoriSpfResult result;
    char *term;                 /* that decided, with the way to it: "include:a.example → ip4:..." */
    char *trouble;              /* what made it an error: "include:gone.example has no SPF record" */
    guint lookups, voids;       /* made until then */
} ModoriSpfVerdict;

/* May IP send for SENDER ("user@example.com", or a bare domain: then postmaster@), calling itself
 * HELO (NULL: not known)?  check_host() of RFC 7208 section 4. */
ModoriSpfVerdict *modori_spf_evaluate (ModoriResolver *resolver, const char *ip,
                                       const char *sender, const char *helo);
void modori_spf_verdict_free (ModoriSpfVerdict *verdict);

/* What a record asks the DNS when nothing matches: all terms, along all includes and redirects. */
typedef struct {
    guint lookups;              /* counted as RFC 7208 section 4.6.4 does */
    guint voids;
    GPtrArray *tree;            /* char *: "include:_spf.example.com  3": each term that costs
                                 * look-ups, indented by two blanks for each level */
    GPtrArray *dead;            /* char *: names whose look-up finds nothing (for include: no SPF) */
    GPtrArray *loops;           /* char *: names that include themselves */
    GPtrArray *broken;          /* char *: names of included records that are no SPF or several */
    guint64 addresses;          /* how many IPv4 addresses may send (2^32: all), G_MAXUINT64 never */
} ModoriSpfCost;

ModoriSpfCost *modori_spf_cost (ModoriResolver *resolver, const char *domain);
void modori_spf_cost_free (ModoriSpfCost *cost);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ModoriSpf, modori_spf_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ModoriSpfVerdict, modori_spf_verdict_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ModoriSpfCost, modori_spf_cost_free)

#endif
