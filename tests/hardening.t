#!/bin/sh
# hardening.t - what was built has what compiler and linker can do against those who find a fault.
#
# configure leaves out what they cannot; so does --disable-hardening, and some of it with sanitizers.
# SPDX-License-Identifier: BSD-2-Clause
. "$(dirname "$0")/lib.sh"

command -v readelf >/dev/null || { echo '1..0 # skipped: readelf is not installed'; exit 77; }
program=$BUILD/modori
[ -f "$BUILD/Makefile" ] && readelf -h "$program" >/dev/null 2>&1 || { echo '1..0 # skipped: no ELF program in a build tree'; exit 77; }
asked () { grep -qE "^(HARDEN|PIE)_(C|LD)FLAGS = .*$1" "$BUILD/Makefile"; }
modules=$(ls "$BUILD"/.libs/*.so 2>/dev/null)

relro ()                # all that the linker resolves is resolved before main, and read-only from then on
{
    for file in "$program" $modules; do
        readelf -lW "$file" | grep -q GNU_RELRO && readelf -dW "$file" | grep -qE 'BIND_NOW|Flags:.*NOW' || { echo "$file"; return 1; }
    done
}
no_executable_stack ()
{
    for file in "$program" $modules; do
        readelf -lW "$file" | grep GNU_STACK | grep -q ' RW ' || { echo "$file"; return 1; }
    done
}
no_writable_code ()
{
    for file in "$program" $modules; do
        ! readelf -lW "$file" | grep -E '^ *LOAD' | grep -q ' RWE ' || { echo "$file"; return 1; }
    done
}
pie () { readelf -hW "$program" | grep -q 'Type: *DYN' && readelf -dW "$program" | grep -q 'Flags:.*PIE'; }
calls () { readelf -sW --dyn-syms "$program" | grep -q "$1"; }
branches ()             # functions that can be called through a pointer begin with an endbr64
{
    command -v objdump >/dev/null || { echo 'no objdump'; return 0; }
    objdump -d --no-show-raw-insn "$program" | grep -A1 '<main>:$' | grep -q endbr
}

check 'no segment can be written and run' no_writable_code
if asked noexecstack; then check 'the stack cannot be run' no_executable_stack; fi
if asked 'relro'; then check 'RELRO, all of it' relro; fi
if asked '-pie'; then check 'PIE' pie; fi
if asked stack-protector; then check 'stack protector' calls __stack_chk_fail; fi
if asked FORTIFY_SOURCE; then check '_FORTIFY_SOURCE' calls '_chk'; fi
if asked cf-protection; then check 'CET' branches; fi
[ $checks -ge 2 ] || echo '# built with --disable-hardening'
finish
