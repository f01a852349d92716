/* suffix.h - the module suffix.so: the Public Suffix List (libpsl).
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_RULES_SUFFIX_H
#define MODORI_RULES_SUFFIX_H

#define MODORI_SUFFIX_SYMBOL "modori_suffix_table"

typedef struct {
    /* The part of HOST (ASCII, lower case) that somebody registered: "example.co.jp" of
     * "mail.example.co.jp".  NULL when all of it is a suffix, or HOST is none; inside HOST. */
    const char *(*registrable) (const char *host);
} ModoriSuffixTable;

extern const ModoriSuffixTable modori_suffix_table;

#endif
