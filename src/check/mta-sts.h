/* mta-sts.h - the policy file of MTA-STS (RFC 8461 section 3.2).
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_CHECK_MTA_STS_H
#define MODORI_CHECK_MTA_STS_H

#include "text/span.h"

typedef struct {
    char *text;
    ModoriSpan version, mode;   /* "STSv1"; "enforce", "testing", "none"; empty when missing */
    GArray *mx;                 /* ModoriSpan: names and "*.names", at most 100 */
    guint64 max_age;            /* seconds */
    gboolean has_max_age;
    ModoriSpan bad;             /* the first line that is none of RFC 8461, or empty */
} ModoriMtaSts;

/* Never fails. */
ModoriMtaSts *modori_mta_sts_parse (ModoriSpan file);
void modori_mta_sts_free (ModoriMtaSts *policy);

/* Is HOST among the mx of POLICY? */
gboolean modori_mta_sts_admits (const ModoriMtaSts *policy, const char *host);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ModoriMtaSts, modori_mta_sts_free)

#endif
