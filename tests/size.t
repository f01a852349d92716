#!/bin/sh
# size.t - cost is linear in the size of the input: hostile mail is doubled three times, instructions are counted.
#
# Instructions, not seconds: they are the same on a busy machine.  Of each kind of hostile.py there are a 64th of its full
# size and three doublings of that, and the same from 32 KiB on: for a message ends at 4 MiB, and behind that everything is
# linear.  Three doublings may cost at most 13 times what the first size did, and each at most 3.4 times the one before (a pipe
# comes in pieces of any size), and a byte no more than so many instructions.
#
# All go through one process: starting one under valgrind takes longer than most of these mails.  It reads pipes, one after
# the other, and callgrind writes down what each has cost when the next is opened.  Behind each hostile message comes a
# bounce that must be read.  `make soak` does the full sizes.
#
# KINDS="nested parts" limits it to these.
# SPDX-License-Identifier: BSD-2-Clause
. "$(dirname "$0")/lib.sh"

for tool in valgrind python3; do
    command -v $tool >/dev/null || { echo "1..0 # skipped: $tool is not installed"; exit 77; }
done
if ldd "$MODORI" | grep -q asan; then
    echo '1..0 # skipped: instructions are not counted under AddressSanitizer'
    exit 77
fi

python3 "$SOURCE/tests/hostile.py" --list >"$work/kinds" || exit 1
hostile ()              # "KIND BYTES" for each mail: small ones, then from the 64th on
{
    while read -r kind full once; do
        case " ${KINDS:-$kind} " in *" $kind "*) ;; *) continue ;; esac
        for size in 32768 65536 131072 262144; do
            [ $((full / 64)) -lt 262144 ] || [ $kind = recipients ] || echo "$kind $size $once"
        done
        for times in 1 2 4 8; do
            echo "$kind $((full / 64 * times)) $once"
        done
    done <"$work/kinds"
}
echo 'line 1000' >"$work/mails"         # what is done once and for all belongs to none of them
hostile >>"$work/mails"

# Run it over all of them.
number=0
while read -r kind size once; do
    number=$((number + 1))
    mkfifo "$work/$number" || exit 1
done <"$work/mails"
python3 "$SOURCE/tests/hostile.py" --serve "$work" <"$work/mails" 2>/dev/null &
writer=$!
( cd "$work" && exec valgrind --tool=callgrind --combine-dumps=yes --dump-before=modori_source_open \
    --callgrind-out-file="$work/counts" "$BUILD/tests/size-reader" "$SOURCE/rules" $(seq $number) >"$work/read" 2>"$work/err" )
status=$?
kill $writer 2>/dev/null
check 'all of them are read' test $status = 0
grep -v '^==' "$work/err" | sed 's/^/# /' | head -5

# The first count is that of the start.
sed -n 's/^summary: //p' "$work/counts" | sed 1d >"$work/costs"
awk -v costs="$work/costs" -v read="$work/read" '
    { cost = found = ""; getline cost <costs; if ((getline line <read) > 0) { split (line, word, " "); found = word[3] }
      print $1, $2, cost, $3 == "once" || found == 1 ? "read" : "lost" }' "$work/mails" >"$work/table"

linear ()               # KIND
{
    awk -v kind="$1" '
        function wrong (why) { print kind ": " why; bad = 1 }
        $1 != kind || NR == 1 { next }
        {
            n++; print $2 " bytes, " $3 " instructions, the next mail " $4
            size[n] = $2; cost[n] = $3
            if ($3 == "" || $3 <= 0) wrong ("not counted")
            if ($3 > 5000 * $2 + 10000000) wrong ($3 / $2 " instructions for each byte")
            if ($4 != "read") wrong ("the bounce behind it was not read")
            slack = 1000000             # tables that grow
            if (n % 4 != 1 && cost[n] > 3.4 * cost[n - 1] + slack) wrong ("not linear")
            if (n % 4 == 0 && cost[n] > 8 * 1.6 * cost[n - 3] + slack) wrong ("not linear")
        }
        END { exit bad || n < 4 }' "$work/table"
}
for kind in $(cut -d ' ' -f 1 "$work/kinds"); do
    case " ${KINDS:-$kind} " in *" $kind "*) check "$kind" linear "$kind" ;; esac
done
finish
