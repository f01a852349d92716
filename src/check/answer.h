/* answer.h - a packet from the DNS, read (RFC 1035).
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_CHECK_ANSWER_H
#define MODORI_CHECK_ANSWER_H

#include "check/resolver.h"

/* Was PACKET cut because it did not fit? */
gboolean modori_answer_is_cut (const guint8 *packet, gsize len);

/* Fill ANSWER from PACKET, which may be anything.  Only records of the name that was asked for, or
 * of those that its aliases lead to, are taken.  TRUE: the last of ANSWER's aliases is where the
 * packet ends without saying what is there; that is to be asked next. */
gboolean modori_answer_read (ModoriDnsAnswer *answer, const guint8 *packet, gsize len);

#endif
