#!/bin/sh
# size.t - cost is linear in the size of the input: hostile messages are doubled three times, instructions are counted.
#
# Instructions, not seconds: they are the same on a busy machine.  The smallest input's cost is taken off first (starting
# the program, loading the rules), then each doubling may cost at most 2.6 times what the one before did.
# SPDX-License-Identifier: BSD-2-Clause
. "$(dirname "$0")/lib.sh"

for tool in valgrind python3; do
    command -v $tool >/dev/null || { echo "1..0 # skipped: $tool is not installed"; exit 77; }
done
if ldd "$MODORI" | grep -q asan; then
    echo '1..0 # skipped: instructions are not counted under AddressSanitizer'
    exit 77
fi

smallest=16384

instructions ()         # KIND SIZE
{
    python3 "$SOURCE/tests/hostile.py" "$1" "$2" >"$work/hostile"
    valgrind --tool=callgrind --callgrind-out-file=/dev/null "$MODORI" scan --format=json --one "$work/hostile" \
        2>&1 >/dev/null | sed -n 's/.*Collected : \([0-9]*\).*/\1/p'
}

linear ()               # KIND
{
    base=$(instructions "$1" $smallest)
    two=$(instructions "$1" $((smallest * 2)))
    eight=$(instructions "$1" $((smallest * 8)))
    sixteen=$(instructions "$1" $((smallest * 16)))
    echo "$1: $base $two $eight $sixteen"
    awk -v a="$base" -v b="$two" -v c="$eight" -v d="$sixteen" 'BEGIN {
        slack = 3000000                 # noise of allocation, a table that grows
        exit ! (a > 0 && c - a <= 7 * 1.3 * (b - a) + slack && d - c <= 2 * 1.3 * (c - a) + slack) }'
}

for kind in $(python3 "$SOURCE/tests/hostile.py" --list); do
    check "$kind" linear "$kind"
done
finish
