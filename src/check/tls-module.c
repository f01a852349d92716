/* tls-module.c - OpenSSL, behind a table of functions.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "check/tls-table.h"

const ModoriTlsTable modori_tls_table;
