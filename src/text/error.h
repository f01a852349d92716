/* error.h - what can go wrong.  Bad mail is never an error; only files, rules and the network are.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_TEXT_ERROR_H
#define MODORI_TEXT_ERROR_H

#include <glib.h>

#define MODORI_ERROR (modori_error_quark ())

typedef enum {
    MODORI_ERROR_IO,      /* a file could not be read or written */
    MODORI_ERROR_MISSING, /* there is no such file */
    MODORI_ERROR_SYNTAX,  /* a rules file is not what it should be: "path: line 12: what, and what
                             was expected" */
    MODORI_ERROR_PATTERN, /* a pattern in a rules file does not compile */
    MODORI_ERROR_DAMAGED, /* input ends or breaks where it should not (a cut gzip file) */
    MODORI_ERROR_NETWORK,
} ModoriErrorCode;

GQuark modori_error_quark (void);

#endif
