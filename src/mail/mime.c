/* mime.c - load the module that asks GMime.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "mail/mime.h"

#include "text/module.h"

static gpointer
load (gpointer data)
{
    const ModoriMime *table = modori_module_table ("mime", MODORI_MIME_SYMBOL);

    (void) data;
    if (! table)
        g_error ("the module mime.so is not installed");
    table->init ();
    return (gpointer) table;
}

const ModoriMime *
modori_mime (void)
{
    static GOnce once = G_ONCE_INIT;

    return g_once (&once, load, NULL);
}
