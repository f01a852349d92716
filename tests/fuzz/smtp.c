/* smtp.c - any bytes as the replies of an SMTP server.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include <glib.h>

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
    (void) data;
    (void) size;
    return 0;
}
