#!/bin/sh
# mutate.t - broken messages: nothing crashes, what is written is sound, and a report that was cut short names whom it still names.
#
# MODORI_MUTATIONS=10000 makes so many of them, also of ../shared/corpora where that is; with MODORI_PLAIN=PROGRAM, a build without
# sanitizers, none may take it more than 100 ms of the processor.
# SPDX-License-Identifier: BSD-2-Clause
. "$(dirname "$0")/lib.sh"
number=${MODORI_MUTATIONS:-300}
mutate () { python3 "$SOURCE/tests/mutate.py" "$@"; }

if ! command -v python3 >/dev/null; then
    echo '1..0 # skipped: python3 is not installed'
    exit 77
fi
set -- "$SOURCE/corpus"
[ "$number" -le 1000 ] || [ ! -d "$SOURCE/../shared/corpora" ] || set -- "$@" "$SOURCE/../shared/corpora"
mutate write "$number" "${MODORI_SEED:-1}" "$work" "$@" || exit 1
[ -z "${MODORI_KEEP:-}" ] || cp -R "$work" "$MODORI_KEEP"

# reads FOLDER: all messages, without a word on standard error (that is where a sanitizer speaks, and who lost a worker).
reads ()
{
    "$MODORI" scan --all --format=json "$work/$1" >"$work/$1.json" 2>"$work/$1.err"
    status=$?
    cat "$work/$1.err"
    [ $status = 0 ] && [ ! -s "$work/$1.err" ]
}
no_worker_lost () { "$MODORI" scan --all --jobs=1 --format=json "$work/mutated" >"$work/one.json" && cmp "$work/one.json" "$work/mutated.json"; }
as_text () { "$MODORI" scan --all "$work/mutated" >"$work/text" && "$MODORI" scan --lang=ja --all --format=csv "$work/mutated" >"$work/csv" && [ -s "$work/text" ]; }
reported ()
{
    "$MODORI" report --now=2026-11-22 --format=html "$work/mutated" >"$work/html" && [ -s "$work/html" ] &&
        "$MODORI" suppress --now=2026-11-22 "$work/mutated" >"$work/list"
}
checked () { "$MODORI" check message --format=json "$work"/mutated/*0-*.eml >"$work/checked"; [ $? -le 2 ] && [ -s "$work/checked" ]; }
check "$number broken messages are read" reads mutated
check 'the whole ones, too' reads whole
check 'one process reads the same' no_worker_lost
check 'as text and CSV' as_text
check 'report, suppress' reported
check 'check message' checked
check 'a report that is cut short names whom it names before the cut' mutate judge "$work" "$work/mutated.json" "$work/whole.json"
if [ -n "${MODORI_PLAIN:-}" ]; then
    check 'none takes more than 100 ms' mutate clock "$work" 100 "$MODORI_PLAIN"
    sed 's/^/# /' "$work/.out"
fi
finish
