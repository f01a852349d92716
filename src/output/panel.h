/* panel.h - a DNS record as the panels of DNS companies ask for it.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_OUTPUT_PANEL_H
#define MODORI_OUTPUT_PANEL_H

#include "output/terminal.h"

/* Append the record, INDENT columns in, a line for each field; no line is broken: they are there to
 * be copied.  HOST is the whole name; what is typed into a panel is told, too.  Of a TXT record
 * that is too long for one string a zone file's line follows. */
void modori_panel_put (ModoriTerminal *terminal, guint indent, const char *host, const char *type,
                       const char *ttl, const char *value);

/* The same for "host | type | TTL | value". */
void modori_panel_put_text (ModoriTerminal *terminal, guint indent, const char *text);

/* HOST as panels want it: without its organisational domain; "" for that itself; HOST when there is
 * no telling.  The caller frees. */
char *modori_panel_host (const char *host);

/* VALUE as a zone file has it (RFC 1035 section 5.1): quoted strings of at most 255 bytes; the
 * caller frees. */
char *modori_panel_strings (const char *value);

#endif
