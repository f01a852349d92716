/* tls-table.c - finding the module tls.so.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"
#include "check/tls-table.h"

#include "text/error.h"
#include "text/module.h"

#include <glib/gi18n.h>

const ModoriTlsTable *
modori_tls_load (GError **error)
{
    const ModoriTlsTable *table = modori_module_table ("tls", MODORI_TLS_SYMBOL);

    if (! table)
        g_set_error_literal (error, MODORI_ERROR, MODORI_ERROR_IO,
                             _("certificates cannot be read: the module tls.so is not installed"));
    return table;
}
