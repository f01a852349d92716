/* addrlist.h - the addr-specs in a header field, read where they lie.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_RULES_ADDRLIST_H
#define MODORI_RULES_ADDRLIST_H

#include "text/span.h"

/* Take the next address off REST, a list as in To: or From:, without its name, brackets and
 * comments.  It may lack the "@" or be malformed: what stands there is given.  FALSE at the end.
 * "<>" gives an empty ADDRESS. */
gboolean modori_addrlist_next (ModoriSpan *rest, ModoriSpan *address);

/* The first address of LIST, or an empty span. */
ModoriSpan modori_addrlist_first (ModoriSpan list);

/* Does LIST hold an address beyond ASCII?  Such a one cannot be encoded: mail to it goes with
 * SMTPUTF8 (RFC 6531), or not at all. */
gboolean modori_addrlist_is_utf8 (ModoriSpan list);

/* Has LOCAL, a local part, a dot where none may be: two in a row, or at an end? */
gboolean modori_addrlist_is_odd (ModoriSpan local);

/* What is behind the last "@" of ADDRESS; empty when there is none. */
ModoriSpan modori_addrlist_domain (ModoriSpan address);

/* What is before it; the whole when there is none. */
ModoriSpan modori_addrlist_local (ModoriSpan address);

#endif
