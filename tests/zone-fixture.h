/* zone-fixture.h - a resolver that answers from a text, for tests without a network.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_ZONE_FIXTURE_H
#define TESTS_ZONE_FIXTURE_H

#include "check/resolver.h"

/* Each line of ZONE is "NAME TYPE DATA": "example.jp MX 10 mx.example.jp", "example.jp TXT v=spf1
 * -all", "www.example.jp CNAME example.jp", "_25._tcp.mx.example.jp TLSA 3 1 1 abcd".  DATA may be
 * "!SERVFAIL", "!REFUSED", "!TIMEOUT".  A "+" before NAME: verified by DNSSEC.  What is not there
 * does not exist; names above it do.  ZONE must stay. */
ModoriResolver *zone_fixture (const char *zone);

/* The same on another machine, whose word on DNSSEC is not believed. */
ModoriResolver *zone_fixture_far (const char *zone);

/* How many questions have left the resolver so far; those of the one made last. */
guint zone_fixture_questions (void);

#endif
