# boxes.sh - tests in roots of their own, with packages of their own and a network of their own; read after lib.sh.
#
# Who reads it has box_of (), which says of a part: its directory; a file that is there when the packages are; the packages.
# Needs root and a package mirror.  PATIENCE is how many seconds each part may take; in KEEP what was installed stays.
# SPDX-License-Identifier: BSD-2-Clause
[ "$(id -u)" = 0 ] || { echo '1..0 # skipped: needs root'; exit 77; }
boxes=${KEEP-$work/boxes}

enter ()                # enter NAME [COMMAND...]: in its root, where the sources and the built program can be seen
{
    box_of "$1" | { read -r box proof packages; shift
    timeout -k 5 "${PATIENCE:-200}" python3 "$SOURCE/tests/make-corpus.d/overlay.py" --box "$boxes/$box" \
        --packages "$packages" --proof "$proof" --share "$SOURCE=/modori/source" \
        --share "$work/built=/modori/built" --share "$work/out=/modori/out" "$@"; }
}

# run FOLDER NAME: the tests of one part, which go on counting where the last one's ended.
run ()
{
    rm -f "$work/out/count"
    enter "$2" sh "/modori/source/tests/integration/$1/$2.sh" "$checks"
    if read -r done_checks more_failures 2>/dev/null <"$work/out/count"; then
        checks=$done_checks
        failures=$((failures + more_failures))
    else
        check "$2: the tests came to their end" false
    fi
}

run_all ()              # run_all FOLDER NAME...
{
    folder=$1
    shift
    mkdir -p "$work/out"
    check 'the program is installed' make -s -C "$BUILD" DESTDIR="$work/built" install
    for name; do
        check "$name: packages" enter "$name"
        run "$folder" "$name"
    done
    finish
}
