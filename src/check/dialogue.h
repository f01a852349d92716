/* dialogue.h - one conversation with an SMTP server, up to the end of its TLS handshake or of all.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_CHECK_DIALOGUE_H
#define MODORI_CHECK_DIALOGUE_H

#include "check/probe.h"

/* Talk to PROBE->address as OPTIONS say until DEADLINE (g_get_monotonic_time), and write down in
 * PROBE, which is new, how it went.  VERSION: offer only this version of TLS, and hang up after the
 * handshake; NULL: any, and all of it. */
void modori_dialogue (ModoriProbe *probe, const ModoriTlsTable *tls,
                      const ModoriProbeOptions *options, const char *version, gint64 deadline);

#endif
