/* fetch-module.c - libcurl, behind a table of functions.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "check/fetch.h"

const ModoriFetchTable modori_fetch_table;
