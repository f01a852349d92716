#!/bin/sh
# rules.t - the knowledge holds: every example, sample, text and pattern of rules/.
# SPDX-License-Identifier: BSD-2-Clause
. "$(dirname "$0")/lib.sh"
check 'modori rules test' "$MODORI" rules test
finish
