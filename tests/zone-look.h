/* zone-look.h - `check domain` of a zone in a text, for tests.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_ZONE_LOOK_H
#define TESTS_ZONE_LOOK_H

#include "check/check.h"

/* The time of all such checks: 2025-01-02 03:04:05 UTC. */
#define ZONE_NOW 1735787045

/* What is WANTED: the observations of the sections SECTION, with blanks between them. */
typedef struct {
    const char *zone, *ip, *helo, *section, *wanted;
} ZoneCase;

/* The checkup of ZONE (as zone_fixture has it) with OPTIONS, for example.jp unless they say
 * otherwise. */
ModoriCheckup *zone_look (const char *zone, ModoriDomainCheck *options);

/* The observations of the sections NAME ("mx"), in their order; the caller frees. */
char *zone_look_seen (const ModoriCheckup *checkup, const char *name);

/* A test of all ZoneCase in DATA, the last of which has no zone. */
void zone_look_cases (gconstpointer data);

#endif
