/* addrspec.h - the first address of a header field.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_MAIL_ADDRSPEC_H
#define MODORI_MAIL_ADDRSPEC_H

#include "text/span.h"

/* Put the addr-spec of the first mailbox in FIELD (unfolded, UTF-8) into OUT, its domain in lower
 * case.  FALSE when there is none.  A local part alone (MAILER-DAEMON) is given as it is. */
gboolean modori_addrspec_first (ModoriSpan field, GString *out);

#endif
