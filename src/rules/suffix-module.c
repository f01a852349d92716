/* suffix-module.c - libpsl, behind a table of functions: suffix.so.
 *
 * The system's file of the list is taken when it is newer than what the library was built with.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "rules/suffix.h"

#include <glib.h>
#include <libpsl.h>

/* The list stays: it is asked until the program ends. */
static gpointer
load_list (gpointer data)
{
    psl_ctx_t *list = psl_latest (NULL);

    (void) data;
    return list ? list : (gpointer) psl_builtin ();
}

static const char *
registrable (const char *host)
{
    static GOnce once = G_ONCE_INIT;
    const psl_ctx_t *list = g_once (&once, load_list, NULL);

    return list ? psl_registrable_domain (list, host) : NULL;
}

const ModoriSuffixTable modori_suffix_table = { registrable };
