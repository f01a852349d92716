/* domain.h - names and numbers of hosts: whose they are, and whether the world can see them.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_RULES_DOMAIN_H
#define MODORI_RULES_DOMAIN_H

#include "text/span.h"

/* The organisational domain of HOST (RFC 7489 section 3.2), by the Public Suffix List where its
 * module is installed, else the last two labels, or three below the usual second levels of
 * countries ("co.jp", "com.au").  A public suffix is its own.  An empty span when HOST has no
 * dot. */
ModoriSpan modori_domain_organisation (ModoriSpan host);

/* Do A and B belong to one organisation?  FALSE when one of them is empty or no domain. */
gboolean modori_domain_agrees (ModoriSpan a, ModoriSpan b);

/* Are A and B the same name, and one at all? */
gboolean modori_domain_is_same (ModoriSpan a, ModoriSpan b);

/* Is HOST a name that the public DNS may have: well-formed, with a dot, and not localdomain,
 * .local and their like? */
gboolean modori_domain_is_public (ModoriSpan host);

/* HOST without brackets, a trailing dot and a port. */
ModoriSpan modori_domain_bare (ModoriSpan host);

typedef enum {
    MODORI_IP_NONE,             /* no address at all */
    MODORI_IP_V4,
    MODORI_IP_V6,
} ModoriIpKind;

/* Is TEXT an address ("[", "]" and "IPv6:" around it are allowed)? */
ModoriIpKind modori_domain_ip_kind (ModoriSpan text);

/* The address in TEXT without what is allowed around it; of an IPv6 address that holds an IPv4
 * one, that. */
ModoriSpan modori_domain_ip (ModoriSpan text);

/* Is TEXT an address that the world can reach: not private, loopback, link-local or unspecified? */
gboolean modori_domain_ip_is_public (ModoriSpan text);

#endif
