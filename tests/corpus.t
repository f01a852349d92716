#!/bin/sh
# corpus.t - each corpus/NAME.eml gives exactly NAME.expect (JSON lines, without path).  NAME.flags has more options.
# To make them anew after a change that is meant, look at the difference: UPDATE=1 tests/corpus.t; git diff corpus
# SPDX-License-Identifier: BSD-2-Clause
. "$(dirname "$0")/lib.sh"

expected ()             # what the program says of corpus/$1.eml
{
    "$MODORI" scan --format=json --all $(cat "$SOURCE/corpus/$1.flags" 2>/dev/null) "$SOURCE/corpus/$1.eml" |
        sed 's/, "path": "[^"]*"//'
}

gives_expected ()
{
    expected "$1" >"$work/got" && diff -u "$SOURCE/corpus/$1.expect" "$work/got"
}

for file in "$SOURCE"/corpus/*.eml; do
    name=$(basename "$file" .eml)
    [ -z "${UPDATE-}" ] || expected "$name" >"$SOURCE/corpus/$name.expect"
    check "$name" gives_expected "$name"
done
check 'there are at least 80 of them' test "$checks" -ge 80
finish
