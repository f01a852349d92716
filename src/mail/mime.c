/* mime.c - load the module that asks GMime.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"
#include "mail/mime.h"

#include "text/module.h"

#include <glib/gi18n.h>
#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>

/* Nobody who asks could go on: mail would be read wrongly.  A mail system whose pipe this is keeps
 * the message and comes again. */
static void G_GNUC_NORETURN
give_up (void)
{
    fprintf (stderr, "modori: %s\n",
             _("mail cannot be read: the module mime.so is missing or is not that of this modori"));
    exit (EX_TEMPFAIL);
}

static gpointer
load (gpointer data)
{
    const ModoriMime *table = modori_module_table ("mime", MODORI_MIME_SYMBOL);

    (void) data;
    if (! table)
        give_up ();
    table->init ();
    return (gpointer) table;
}

const ModoriMime *
modori_mime (void)
{
    static GOnce once = G_ONCE_INIT;

    return g_once (&once, load, NULL);
}
