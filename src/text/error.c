/* error.c - the domain of all errors of this program.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "text/error.h"

G_DEFINE_QUARK (modori-error-quark, modori_error)
