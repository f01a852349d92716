/* resolver-module.c - c-ares, behind a table of functions.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "check/resolver.h"

const ModoriDnsTransport modori_resolver_table;
