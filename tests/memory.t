#!/bin/sh
# memory.t - memory is bounded whatever the size of mailbox, message or line.
#
# SIZE is in MiB; 48 by default, so that the test is quick; CI runs it with SIZE=1024 for the mailbox.
# SPDX-License-Identifier: BSD-2-Clause
. "$(dirname "$0")/lib.sh"

command -v python3 >/dev/null || { echo '1..0 # skipped: python3 is not installed'; exit 77; }
if ldd "$MODORI" | grep -q asan; then
    echo '1..0 # skipped: AddressSanitizer needs memory of its own'
    exit 77
fi
size=${SIZE:-48}
bytes=$((size * 1024 * 1024))
one=$((bytes > 209715200 ? 209715200 : bytes))          # 200 MB is enough for one message

# peak PROGRAM...: run it with its output thrown away and print its peak resident memory in KiB
peak ()
{
    python3 -c 'import resource, subprocess, sys
subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)' "$@"
}

within ()               # KIB FILE
{
    got=$(peak "$MODORI" scan --format=json --no-lock "$2") && echo "peak $got KiB" && [ "$got" -le "$1" ]
}

mailbox ()              # the corpus again and again, until it has $1 bytes
{
    for file in "$SOURCE"/corpus/*.eml; do
        echo 'From MAILER-DAEMON Sat Nov 21 19:37:06 2026'
        sed 's/^\(>*From \)/>\1/' "$file"
        echo
    done >"$work/once"
    python3 -c 'import sys
once = open (sys.argv[1], "rb").read ()
with open (sys.argv[2], "wb") as out:
    for i in range (int (sys.argv[3]) // len (once) + 1):
        out.write (once)' "$work/once" "$work/mbox" "$1"
}

mailbox "$bytes"
check "an mbox of $size MiB in 64 MiB" within 65536 "$work/mbox"
rm -f "$work/mbox"
for kind in line header-line fields parts recipients prose base64 from-lines; do
    python3 "$SOURCE/tests/hostile.py" $kind $one >"$work/hostile"
    check "$kind of $((one >> 20)) MiB in 64 MiB" within 65536 "$work/hostile"
done
finish
