# lib.sh - what the shell tests share: check 'what must be true' COMMAND..., and a directory to work in.
# SPDX-License-Identifier: BSD-2-Clause
: "${SOURCE:=$(cd "$(dirname "$0")/.." && pwd)}" "${BUILD:=$SOURCE}" "${MODORI:=$BUILD/modori}"
export SOURCE BUILD MODORI LC_ALL=C.UTF-8 HOME=/nonexistent XDG_CONFIG_HOME=/nonexistent XDG_CACHE_HOME=/dev/null/.cache
unset LANGUAGE
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
checks=0 failures=0

# check TEXT COMMAND...: the command must succeed.
check ()
{
    text=$1
    shift
    checks=$((checks + 1))
    if "$@" >"$work/.out" 2>&1; then
        echo "ok $checks - $text"
    else
        failures=$((failures + 1))
        echo "not ok $checks - $text"
        sed 's/^/# /' "$work/.out" | head -20
    fi
}

# gives STATUS COMMAND...: it must end with that exit status.
gives ()
{
    wanted=$1
    shift
    "$@"
    got=$?
    [ "$got" = "$wanted" ] || { echo "exit status $got, wanted $wanted: $*"; return 1; }
}

# says PATTERN COMMAND...: its output (both streams) must hold PATTERN.
says ()
{
    pattern=$1
    shift
    "$@" >"$work/.said" 2>&1
    grep -q -e "$pattern" "$work/.said" || { echo "no \"$pattern\" in:"; cat "$work/.said"; return 1; }
}

# The last line of each test: the plan, and the exit status.
finish ()
{
    echo "1..$checks"
    [ "$failures" = 0 ]
    exit
}
