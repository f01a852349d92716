#!/bin/sh
# check.t - modori check: tls, cert and domain, against servers of its own on this machine.
# SPDX-License-Identifier: BSD-2-Clause
. "$(dirname "$0")/lib.sh"

check 'there is a command' test -x "$MODORI"
finish
