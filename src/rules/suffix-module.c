/* suffix-module.c - libpsl, behind a table of functions.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "rules/suffix.h"

const ModoriSuffixTable modori_suffix_table;
