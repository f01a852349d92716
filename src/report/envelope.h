/* envelope.h - what servers on the way made of an envelope sender: SRS and BATV undone.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_REPORT_ENVELOPE_H
#define MODORI_REPORT_ENVELOPE_H

#include <glib.h>

/* Put ADDRESS as its owner wrote it into OUT, which is emptied first: what forwarders put around it
 * (SRS0, SRS1, "+SRS=") and a signature (BATV) are taken away, however they are nested.  TRUE when
 * there was something to take away; else OUT holds ADDRESS. */
gboolean modori_envelope_undo (GString *out, const char *address);

#endif
