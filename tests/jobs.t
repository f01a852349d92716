#!/bin/sh
# jobs.t - several worker processes give what one gives, to the byte, whatever happens to them and to whoever reads.
# SPDX-License-Identifier: BSD-2-Clause
. "$(dirname "$0")/lib.sh"

from='From MAILER-DAEMON Sat Nov 21 19:37:06 2026'
for file in "$SOURCE"/corpus/*.eml; do
    echo "$from"
    sed 's/^\(>*From \)/>\1/' "$file"
    echo
done >"$work/once"
copies=$((1536 * 1024 / $(wc -c <"$work/once") + 1))      # several batches for each of some workers
for n in $(seq $copies); do sed "s/^\(Message-I[dD]: *<\)/\1$n./" "$work/once"; done >"$work/mbox"
gzip -c "$work/mbox" >"$work/mbox.gz"
mkdir -p "$work/Maildir/new" "$work/Maildir/cur" "$work/Maildir/tmp"
for n in $(seq $copies); do
    for file in "$SOURCE"/corpus/*.eml; do
        sed "s/^\(Message-I[dD]: *<\)/\1$n./" "$file" >"$work/Maildir/cur/17$n.$(basename "$file" .eml):2,S"
    done
done

scan () { "$MODORI" scan --no-lock "$@"; }

# same ARGS...: 2, 3 and 8 processes write what one writes, on both streams, and end as it does
same ()
{
    scan --jobs=1 "$@" >"$work/want" 2>"$work/want.err"
    status=$?
    [ -s "$work/want" ] || { cat "$work/want.err"; return 1; }
    for jobs in 2 3 8; do
        gives $status scan --jobs=$jobs "$@" >"$work/got" 2>"$work/got.err" || { cat "$work/got" | tail -1; return 1; }
        cmp "$work/want" "$work/got" && cmp "$work/want.err" "$work/got.err" || { echo "with --jobs=$jobs"; return 1; }
    done
}
same_from_pipe ()
{
    scan --jobs=1 --format=json - <"$work/mbox" >"$work/want" && [ -s "$work/want" ] || return 1
    for jobs in 2 8; do
        cat "$work/mbox" | scan --jobs=$jobs --format=json >"$work/got" && cmp "$work/want" "$work/got" || return 1
    done
}

check 'JSON' same --format=json "$work/mbox"
check 'JSON, everything' same --format=json --all "$work/mbox"
check 'CSV' same --format=csv "$work/mbox"
check 'text with its summary' same "$work/mbox"
check 'text with its summary, Japanese' same --lang=ja --all "$work/mbox"
check 'Maildir' same --format=json "$work/Maildir"
check 'gzip' same --format=json "$work/mbox.gz"
check 'standard input' same_from_pipe
check 'several mailboxes, one of which is missing' same --format=json "$work/mbox.gz" "$work/nothing" "$work/Maildir"
head -c 200000 "$work/mbox.gz" >"$work/cut.gz"
check 'a damaged one' same --format=json "$work/cut.gz"
check '--exit-code' same --exit-code --quiet --format=csv "$work/mbox"
check '--verp' same --verp='bounce+(?<local>.+)=(?<domain>.+)@' --format=json "$work/mbox"
mkdir -p "$work/etc/modori"
printf '[redact]\nkey = 3cd1f5a2b8a94c07a2f3b7a0c1e4d5f60718293a4b5c6d7e8f90a1b2c3d4e5f6\n' >"$work/etc/modori/modori.conf"
redacted () { XDG_CONFIG_HOME="$work/etc"; export XDG_CONFIG_HOME; same --redact "$@"; }
check '--redact' redacted --format=json "$work/mbox"
check '--redact, text' redacted "$work/mbox"
unset XDG_CONFIG_HOME; export XDG_CONFIG_HOME=/nonexistent

# --- options that need one process ---
undecided ()
{
    scan --jobs=1 --format=csv --undecided="$work/one" "$work/mbox" >"$work/want" &&
        scan --jobs=4 --format=csv --undecided="$work/four" "$work/mbox" >"$work/got" &&
        cmp "$work/want" "$work/got" && diff -r "$work/one" "$work/four"
}
remembered ()
{
    for jobs in 1 4; do
        scan --jobs=$jobs --new --format=json --history="$work/history.$jobs" --now=2026-11-22T00:00:00Z "$work/mbox" \
            >"$work/new.$jobs" || return 1
        "$MODORI" history export --history="$work/history.$jobs" --now=2026-11-22T00:00:00Z >"$work/records.$jobs" || return 1
    done
    [ -s "$work/new.1" ] && cmp "$work/new.1" "$work/new.4" && cmp "$work/records.1" "$work/records.4"
}
check '--undecided with four jobs' undecided
check '--new with four jobs' remembered

# --- how many ---
check '--jobs=0: 64' gives 64 scan --jobs=0 "$work/mbox"
check '--jobs=65: 64' gives 64 scan --jobs=65 "$work/mbox"
check '--jobs=65 is explained' says 'from 1 to 64' scan --jobs=65 "$work/mbox"
mkdir -p "$work/bad/modori"
printf '[modori]\njobs = many\n' >"$work/bad/modori/modori.conf"
check 'jobs = many in the configuration' says '\[modori\] jobs: a number from 1 to 64' \
    env XDG_CONFIG_HOME="$work/bad" "$MODORI" scan "$work/mbox"
few_files ()            # where there is no room for a worker, or for a second one, it goes on with what there is
{
    scan --jobs=1 --format=json "$work/mbox" >"$work/want"
    for limit in 5 6 7; do
        (ulimit -n $limit && exec "$MODORI" scan --no-lock --jobs=3 --format=json "$work/mbox") >"$work/got" 2>&1 &&
            cmp "$work/want" "$work/got" || { echo "with ulimit -n $limit"; head -1 "$work/got"; return 1; }
    done
}
no_processes ()
{
    (ulimit -u 1 && exec "$MODORI" scan --no-lock --jobs=3 --format=json "$work/mbox") >"$work/got" 2>&1 && cmp "$work/want" "$work/got"
}
check 'few open files are allowed' few_files
if (ulimit -u 1) 2>/dev/null; then check 'no more processes are allowed' no_processes; fi

# --- messages of any size ---
: >"$work/none"
check 'an empty mailbox' same "$work/none"
check 'one message' same --format=json "$SOURCE/corpus/story-1-postfix.eml"
if command -v python3 >/dev/null; then
    huge ()             # bounces that are larger than a batch, and larger than a message may be, between others
    {
        for size in 300000 500000 3000000 6000000; do
            cat "$work/once"
            echo "$from"
            sed 's/^\(>*From \)/>\1/' "$SOURCE/corpus/story-1-postfix.eml"
            head -c $size /dev/zero | tr '\0' 'x' | fold -w 76
            echo
            echo
        done >"$work/huge"
        cat "$work/once" >>"$work/huge"
        same --format=json "$work/huge"
    }
    many ()             # reports whose results are larger than what is handed back at once
    {
        for kind in recipients fields parts prose; do
            cat "$work/once"
            echo "$from"
            python3 "$SOURCE/tests/hostile.py" $kind 2000000 | sed '1{/^From /d}'
            echo
        done >"$work/many"
        cat "$work/once" "$work/many" >"$work/hostile"
        same --format=json --all "$work/hostile" && same "$work/hostile"
    }
    check 'huge messages' huge
    check 'many recipients' many
fi

# --- a fault in the reader of mail: plant.c ends the process that reads certain words ---
planted=$BUILD/tests/.libs/plant.so
with_faults ()
{
    LD_PRELOAD=$planted ASAN_OPTIONS=verify_asan_link_order=0:handle_segv=0:detect_leaks=0 "$MODORI" "$@"
}
plant ()                # plant WORDS LOCAL-PART: a bounce in which the server says so
{
    echo "$from"
    sed -e "s/hanako@/$2@/" -e "s/smtp; 550/& $1/" -e "s/said: 550/& $1/" "$SOURCE/corpus/story-1-postfix.eml"
    echo
}
one_each ()             # OPTION...: of the recipients 1 to 6 those are told that nothing was planted for; the others are said
{
    with_faults scan --no-lock --format=csv "$@" "$work/faults" >"$work/got" 2>"$work/err"
    status=$?
    [ "$(sed -n 's/.*failed,\(r[0-9]*\)@.*/\1/p' "$work/got" | tr '\n' ' ')" = 'r1 r3 r6 ' ] || { cat "$work/got"; return 1; }
    [ "$(wc -l <"$work/err")" = 3 ] && grep -q "offset $(plant '' r1 | wc -c): .*signal 11" "$work/err" &&
        grep -q 'signal 6' "$work/err" && grep -q 'status 3' "$work/err" && [ $status = 70 ] || { cat "$work/err"; echo $status; return 1; }
}
remembers_the_others () # a crash costs the history one message, and the next run does not stumble
{
    with_faults scan --no-lock --new --format=csv --history="$work/crashed" "$work/faults" >"$work/got" 2>"$work/err"
    [ $? = 70 ] && [ "$(grep -c failed "$work/got")" = 3 ] &&
        [ "$("$MODORI" history export --history="$work/crashed" | wc -l)" = 3 ] &&
        [ -z "$(with_faults scan --no-lock --new --format=json --history="$work/crashed" "$work/faults" 2>/dev/null)" ]
}
adds_up_the_others ()
{
    with_faults report --format=json "$work/faults" >"$work/got" 2>"$work/err"
    [ $? = 70 ] && grep -q '"counts": {"failed": 3,' "$work/got" || { cat "$work/err" "$work/got"; return 1; }
}
puts_aside ()           # a spooled message that cannot be read is put aside, said once, and all others are taken in
{
    for n in 1 2 3; do plant '' s$n | sed 1d | "$MODORI" record --spool="$work/spool" || return 1; done
    plant 'planted fault' s4 | sed 1d | "$MODORI" record --spool="$work/spool" || return 1
    with_faults history export --history="$work/taken" --spool="$work/spool" >"$work/got" 2>"$work/err"
    [ "$(wc -l <"$work/got")" = 3 ] && [ "$(grep -c 'signal 11' "$work/err")" = 1 ] && [ -z "$(ls "$work/spool/new")" ] &&
        grep -q s4@ "$work"/spool/.other/new/* || { cat "$work/err" "$work/got"; return 1; }
}
if [ -e "$planted" ]; then
    { plant '' r1; plant 'planted fault' r2; plant '' r3; plant 'planted abort' r4; plant 'planted end' r5; plant '' r6; } \
        >"$work/faults"
    check 'a crash costs one message' one_each --jobs=1
    check 'a crash costs one message, several processes' one_each --jobs=3
    cat "$work/faults" "$work/mbox" >"$work/faults-first"
    no_reader_left () { with_faults scan --no-lock --format=json --jobs=2 "$work/faults-first" 2>/dev/null | tail -1 | cmp - "$work/last"; }
    scan --jobs=1 --format=json "$work/mbox" | tail -1 | sed "s#$work/mbox#$work/faults-first#" >"$work/last"
    sed -i "s/\"offset\": \([0-9]*\)/\"offset\": $(($(wc -c <"$work/faults") + $(sed -n 's/.*"offset": \([0-9]*\).*/\1/p' "$work/last")))/" "$work/last"
    check 'after a crash the scan goes on' no_reader_left
    check 'a crash, --new' remembers_the_others
    check 'a crash, report' adds_up_the_others
    check 'a crash, spool' puts_aside
else
    echo '# skipped: tests/plant.la was not built'
fi

# --- whoever reads ---
full_disk ()
{
    same_end () { "$MODORI" scan --no-lock --jobs="$1" --format=json "$work/mbox" >/dev/full 2>"$work/err.$1"; echo $? >>"$work/err.$1"; }
    same_end 1; same_end 2
    grep -q '^74$' "$work/err.2" && cmp "$work/err.1" "$work/err.2"
}
no_output ()
{
    for jobs in 1 2; do
        "$MODORI" scan --no-lock --jobs=$jobs --format=json "$work/mbox" >&- 2>"$work/err.$jobs"
        echo $? >>"$work/err.$jobs"
    done
    grep -q '^74$' "$work/err.2" && cmp "$work/err.1" "$work/err.2"
}
[ ! -e /dev/full ] || check 'a full disk' full_disk
check 'no standard output' no_output

gone ()                 # PID...: these processes end
{
    for pid in "$@"; do
        for n in $(seq 100); do
            kill -0 "$pid" 2>/dev/null || continue 2
            sleep 0.1
        done
        echo "$pid is still there"
        return 1
    done
}
# hold FORMAT BYTES: scan into a pipe of which so much is read, until there are two workers: $scan, $workers, the pipe is file 3.
hold ()
{
    rm -f "$work/pipe" && mkfifo "$work/pipe" || return 1
    "$MODORI" scan --no-lock --jobs=2 --format=$1 "$work/mbox" >"$work/pipe" 2>"$work/err" &
    scan=$!
    exec 3<"$work/pipe"
    head -c $2 <&3 >"$work/got"
    for n in $(seq 100); do
        workers=$(pgrep -P $scan | tr '\n' ' ')
        [ "$(echo "$workers" | wc -w)" -lt 2 ] || return 0
        sleep 0.1
    done
    echo "workers: $workers"
    exec 3<&-
    return 1
}
read_rest ()            # read_rest [WANT]
{
    cat <&3 >>"$work/got"
    exec 3<&-
    wait $scan && cmp "${1:-$work/want}" "$work/got"
}
quiet ()                # PID...: until none of these processes has anything to do, which is seen some times in a row
{
    seen=0
    for n in $(seq 300); do
        seen=$((seen + 1))
        ! grep -q '^State:.*[RD] ' $(for pid in "$@"; do echo "/proc/$pid/status"; done) || seen=0
        [ $seen -lt 5 ] || return 0
        sleep 0.1
    done
    return 1
}
killed_at_once ()       # PID...: they are killed, and have ended; the scan does not take notice yet
{
    kill -KILL "$@"
    for n in $(seq 100); do
        [ "$(cat $(for pid in "$@"; do echo "/proc/$pid/status"; done) | grep -c '^State:.*Z')" -lt $# ] || return 0
        sleep 0.1
    done
    return 1
}
killed ()               # HOW MANY: so many workers are killed when nothing goes on without them
{
    hold json 500000 || return 1
    some=$(echo "$workers" | cut -d' ' -f1-$1)
    others=$(echo "$workers" | cut -d' ' -f$(($1 + 1))-)
    kill -STOP $some
    cat <&3 >>"$work/got" &
    quiet $scan $others || return 1
    kill -KILL $some
    wait $!
    exec 3<&-
    wait $scan && cmp "$work/want" "$work/got" && [ "$(grep -c 'ended by signal 9' "$work/err")" = $1 ] || { cat "$work/err"; return 1; }
}
killed_idle ()          # rows are short, so all results lie ready though nobody takes them: nothing is missing, and nothing is said
{
    scan --jobs=1 --format=csv "$work/mbox" >"$work/rows"
    hold csv 100000 && quiet $scan $workers && killed_at_once $workers || return 1
    read_rest "$work/rows" && empty "$work/err"
}
empty () { [ ! -s "$1" ] || { cat "$1"; return 1; }; }
position () { awk '/^pos:/ { print $2 }' "/proc/$scan/fdinfo/$1"; }
slow_reader ()          # the scan stands still, and has not read all of the mailbox
{
    hold json 500000 || return 1
    sleep 0.5
    for fd in $(ls "/proc/$scan/fd"); do
        [ "$(readlink "/proc/$scan/fd/$fd")" != "$work/mbox" ] || break
    done
    before=$(position $fd)
    sleep 0.5
    after=$(position $fd)
    cat /proc/$scan/status $(for pid in $workers; do echo /proc/$pid/status; done) | awk '/^VmHWM/ && $2 > 65536 { exit 1 }'
    small=$?
    read_rest || return 1
    [ "$before" = "$after" ] && [ "$after" -lt "$(wc -c <"$work/mbox")" ] || { echo "read to $before, then $after"; return 1; }
    ldd "$MODORI" | grep -q asan || return $small
}
ended ()                # SIGNAL: when the scan is ended, its workers are
{
    hold json 500000 || return 1
    kill "-$1" $scan
    wait $scan
    gone $workers
    status=$?
    exec 3<&-
    return $status
}
closed ()               # when nobody reads any more, all end
{
    hold json 500000 || return 1
    exec 3<&-
    wait $scan
    gone $scan $workers
}
if command -v pgrep >/dev/null && [ -d /proc/self/fdinfo ]; then
    scan --jobs=1 --format=json "$work/mbox" >"$work/want"
    check 'a worker is killed' killed 1
    check 'all workers are killed' killed 2
    check 'idle workers are killed' killed_idle
    check 'a reader who takes his time stops the scan' slow_reader
    check 'SIGTERM' ended TERM
    check 'SIGKILL' ended KILL
    check 'a reader who goes away' closed
else
    echo '# skipped: there is no pgrep or no /proc'
fi
finish
