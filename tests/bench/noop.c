/* noop.c - baseline of `make bench`: what it costs to start a program that is linked with GMime, and to end it.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include <gmime/gmime.h>

int
main (void)
{
    return g_mime_check_version (3, 0, 0) ? 0 : 1;
}
