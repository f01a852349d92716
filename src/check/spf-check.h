/* spf-check.h - one evaluation of SPF while it runs; for spf-evaluate.c and spf-match.c.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_CHECK_SPF_CHECK_H
#define MODORI_CHECK_SPF_CHECK_H

#include "check/spf.h"

typedef struct {
    ModoriResolver *resolver;
    ModoriSpfMacros macros;
    const char *instead;        /* the record to read in place of the first domain's; or NULL */
    guint lookups, voids;
    GString *way;               /* the terms that lead to where it is */
    char *trouble;              /* why it is an error; the first one */
    char *explanation;          /* domain-spec of exp= that holds now, expanded; or NULL */
    char *validated;            /* %{p}, when it was asked for */
} ModoriSpfCheck;

typedef enum {
    MODORI_SPF_NO_MATCH, MODORI_SPF_MATCH, MODORI_SPF_MATCH_TEMPERROR, MODORI_SPF_MATCH_PERMERROR,
} ModoriSpfMatch;

/* Does TERM, a mechanism other than include, match? */
ModoriSpfMatch modori_spf_match (ModoriSpfCheck *check, const ModoriSpfTerm *term);

/* What the macros of TEXT are made of: the validated name is looked for only when TEXT has it. */
ModoriSpfMacros modori_spf_macros (ModoriSpfCheck *check, ModoriSpan text);

/* The name that TEXT, a domain-spec, stands for; the domain itself when TEXT is empty; the caller
 * frees. */
char *modori_spf_target (ModoriSpfCheck *check, ModoriSpan text);

/* Say why it is an error, unless something said so before; returns RESULT. */
ModoriSpfResult modori_spf_trouble (ModoriSpfCheck *check, ModoriSpfResult result,
                                    const char *format, ...) G_GNUC_PRINTF (3, 4);

#endif
