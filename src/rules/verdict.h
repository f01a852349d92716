/* verdict.h - what servers on the way wrote down about SPF, DKIM and DMARC.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_RULES_VERDICT_H
#define MODORI_RULES_VERDICT_H

#include "rules/look.h"

/* One result of Authentication-Results (RFC 8601) or Received-SPF (RFC 7208 section 9.1); spans
 * into the field's value. */
typedef struct {
    ModoriSpan method;              /* "spf"; empty in Received-SPF */
    ModoriSpan result;              /* "fail" */
    ModoriSpan domain;              /* whose, empty when it does not say */
} ModoriVerdict;

/* Take the next result off REST, the value of an Authentication-Results field, folds included.
 * FALSE at the end. */
gboolean modori_verdict_next (ModoriSpan *rest, ModoriVerdict *verdict);

/* Read VALUE, of a Received-SPF field.  FALSE when it holds no result. */
gboolean modori_verdict_spf (ModoriSpan value, ModoriVerdict *verdict);

/* Did a server find RESULT of METHOD ("spf", "dkim", "dmarc"), and none that it passed?  A mail
 * that is forwarded fails further down what it passed before, through nobody's fault.  EVIDENCE
 * tells whose domain it was. */
gboolean modori_verdict_seen (ModoriLook *look, ModoriSpan method, ModoriSpan result,
                              GString *evidence);

#endif
